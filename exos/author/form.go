package author

import (
	"slices"
	"strings"

	"pupitre/exos/qti/markup"
	"pupitre/exos/qti/question"
)

// Kind is what the pupil will do.
type Kind string

// The kinds.
const (
	Choice  Kind = "choice"
	Several Kind = "several"
	Words   Kind = "text"
	Number  Kind = "number"
	List    Kind = "list"
	Gaps    Kind = "gaps"
	Match   Kind = "match"
	Order   Kind = "order"
	Essay   Kind = "essay"
)

// Kinds are all of them, in the order in which they are offered.
var Kinds = []Kind{Choice, Several, Words, Number, List, Gaps, Match, Order, Essay}

// Form (« fiche d’exercice ») is what the teacher filled in. Empty rows say nothing.
type Form struct {
	Kind    Kind   `json:"kind"`
	Name    string `json:"name"` // the title; "" for the first words of the text
	Text    string `json:"text"` // Markdown, as all that is read in paragraphs
	Rows    []Row  `json:"rows,omitempty"`
	Case    bool   `json:"case,omitempty"`   // Words: capitals matter
	Loose   bool   `json:"loose,omitempty"`  // Words: accents do not matter; Number: a fraction counts (7/2 for 3,5)
	Margin  string `json:"margin,omitempty"` // Number: how far off is right still
	Unit    string `json:"unit,omitempty"`   // Number: what may follow
	Extra   string `json:"extra,omitempty"`  // Gaps, Match: wrong ones beside, one a line
	Hint    string `json:"hint,omitempty"`
	Explain string `json:"explain,omitempty"` // said after an answer
	Notes   string `json:"notes,omitempty"`   // Essay: for whoever marks it
	Skills  string `json:"skills,omitempty"`  // what it trains, with commas between
}

// Row is one answer: a choice, an accepted text or number, an item of an order; of a pair its left side.
type Row struct {
	Text  string `json:"text"`
	Other string `json:"other,omitempty"` // Match: the right side
	Right bool   `json:"right,omitempty"` // Choice, Several
	Say   string `json:"say,omitempty"`   // Choice, Several: said to who chose it
}

func (r Row) empty() bool { return strings.TrimSpace(r.Text) == "" && strings.TrimSpace(r.Other) == "" }

// Trouble is why a form is no exercise yet. Code is a message of exos; Field is name, text, rows, margin, extra; Row is its number from 1.
type Trouble struct {
	Field string
	Row   int
	Code  string
	Args  []any
}

// The limits of a form.
const (
	MaxRows = 30
	maxText = 20_000 // bytes of any one text
	maxName = 200
)

// liberties are what a pupil's keyboard may do to the answer, and more where the teacher says so.
func (f Form) liberties(more string) string {
	if f.Loose {
		return "french " + more
	}
	return "french"
}

// HasRows tells whether the kind has rows of answers.
func (k Kind) HasRows() bool { return k != List && k != Gaps && k != Essay }

// known reports whether it is one of the kinds.
func (k Kind) known() bool {
	for _, one := range Kinds {
		if one == k {
			return true
		}
	}
	return false
}

// Question is the form as a question, where there is no trouble.
func (f Form) Question() (question.Question, []Trouble) {
	m := maker{f: f, rows: f.filled()}
	m.limits()
	q := question.Question{
		Name: strings.TrimSpace(f.Name), Text: paragraph(f.Text), Grade: 1, General: paragraph(f.Explain), Notes: paragraph(f.Notes),
	}
	q.Skills = skillsIn(f.Skills)
	if !paragraph(f.Hint).IsZero() {
		q.Hints = []markup.Text{paragraph(f.Hint)}
	}
	if q.Text.IsZero() {
		m.say("text", 0, "exos.author.text")
	}
	if len(m.troubles) == 0 {
		m.make(&q)
	}
	if q.Name == "" {
		q.Name = q.DefaultName()
	}
	return q, m.troubles
}

// filled are the rows that say something, with their numbers.
func (f Form) filled() []numbered {
	var out []numbered
	for i, r := range f.Rows {
		if !r.empty() {
			out = append(out, numbered{i + 1, r})
		}
	}
	return out
}

type numbered struct {
	n int
	Row
}

// skillsIn are the skills of a line, each once.
func skillsIn(line string) []string {
	var out []string
	for _, s := range strings.FieldsFunc(line, func(c rune) bool { return c == ',' || c == ';' || c == '\n' }) {
		if s = strings.Join(strings.Fields(s), " "); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func paragraph(s string) markup.Text {
	return markup.Text{Source: strings.TrimSpace(s), Format: markup.Markdown}
}

func plain(s string) markup.Text {
	return markup.Text{Source: strings.TrimSpace(s), Format: markup.Plain}
}
