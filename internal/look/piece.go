package look

import (
	"strconv"

	"pupitre/internal/lang"
)

// The structs of the pieces. Each is shown by the template of the same name, {{template "counters" .Counters}}, unless said otherwise.
// Every text is already in the reader's language.

// Tone is a state's colour. It never speaks alone: a word or a figure stands beside it.
type Tone string

// The tones.
const (
	Plain Tone = ""
	Ink   Tone = "ink"   // chosen, to note
	News  Tone = "new"   // the highlighter
	Green Tone = "green" // done, right
	Amber Tone = "amber" // running short, ending soon; a pupil's wrong answer
	Red   Tone = "red"   // wrong or late, nothing else
)

// Link is an entry of a menu, a path or a foot; or, with Primary, the page's one filled button.
type Link struct {
	Text    string
	Href    string
	Icon    string // optional, a name in internal/look/icons
	Count   int    // shown when not zero
	Figure  string // of the menu: Count's name, for a page that follows
	Current bool
	Primary bool
}

// Space is an entry of the switcher: one of the product's spaces that this person may enter.
type Space struct {
	Name    string
	Note    string // what one does there
	Href    string
	Icon    string
	Current bool
}

// School is where the reader is, with the way to change.
type School struct {
	Code string // the UAI
	Name string
	Town string
	Href string // the page that changes school; "" where there is only one
}

// Who is the reader.
type Who struct {
	Name     string
	Role     string // "Responsable d’affectation", "Élève, 5e B"
	Initials string
	Own      Link   // where they see to their account, zero where that is elsewhere
	SignOut  string // the address to post to; "" where one cannot leave from here
}

// Bell leads to what the reader is told, and counts what is new of it.
type Bell struct {
	Href    string
	Label   string // what screen readers call it, with the count
	New     int
	Current bool
}

// Shown is the count as it fits beside the bell.
func (b Bell) Shown() string {
	if b.New > 99 {
		return "99+"
	}
	return strconv.Itoa(b.New)
}

// Banner is an offer for the whole site ("banner"), above the page head.
type Banner struct {
	Label   string // what screen readers call it
	Icon    string
	Text    string
	Actions []Link
	Caps    bool // the buttons' words in capitals, as the user's document has them
}

// Step is one of at most three ("steps").
type Step struct {
	Text    string
	Href    string // where to come back to, once done
	Done    bool
	Current bool
}

// Message is a result or a trouble in the page ("message"), or something done that can be undone ("toast").
type Message struct {
	Tone   Tone   // Plain, Green, Amber, Red
	Title  string // optional
	Text   string
	Icon   string // "" for the tone's own
	Link   Link   // optional: the way out, the way to undo
	Also   Link   // optional: a second one
	Figure string // optional: its name, for a page that follows
}

// ShownIcon is the icon of the message: its own, or its tone's.
func (m Message) ShownIcon() string {
	if m.Icon != "" {
		return m.Icon
	}
	switch m.Tone {
	case Green:
		return "check"
	case Amber:
		return "triangle-alert"
	case Red:
		return "circle-alert"
	}
	return "info"
}

// Problem is one thing to correct in a form; Shell.Problems makes the summary, each linked to its field.
type Problem struct {
	Field string // the field's id
	Text  string
}

// Counters are the six figures of a pool ("counters", "counters-bar"), always in this order. Where they are the sum of several publics', Of
// has each one's, and all are shown in a table.
type Counters struct {
	Selected, Available, Left, Suggested, Assigned, Total Figure
	Of                                                    []CountersOf
}

// CountersOf are the figures of one public.
type CountersOf struct {
	Name string
	Counters
}

// Figure is one cell of the counters.
type Figure struct {
	N     int64
	Text  string // in place of N: "illimité", "tous"
	Live  bool   // it moves with the reader's choices
	Low   bool   // running short
	Wrong bool   // below zero
	Note  Link   // beneath it: what it holds besides; without an address, words alone
}

// Past is one thing that happened, of a history ("history"): what it led to, when, by whom.
type Past struct {
	Icon, What  string
	More        string // optional: figures
	When, ByWho string
}

// Pager is the foot of a long list ("pager"). An empty address is an end of the list.
type Pager struct {
	From, To, Total int
	Prev, Next      string
}

// Sort is the head of a column that can be sorted ("sort"), as a link. Write <th scope="col" aria-sort="{{.Aria}}"> around it.
type Sort struct {
	Text string
	Href string // the same list, sorted the other way
	Dir  string // "ascending", "descending", "" when the list follows another column
}

// Aria is the value of aria-sort.
func (s Sort) Aria() string {
	if s.Dir == "" {
		return "none"
	}
	return s.Dir
}

// Tag says what a thing is (the function tag); it cannot be pressed.
type Tag struct {
	Text string
	Tone Tone
	Icon string
}

// Chips are a set of filters ("chips"), checkboxes or, with Single, radio buttons, of one name.
type Chips struct {
	Legend string // for screen readers
	Name   string
	Single bool
	Items  []Chip
}

// Chip is one filter, with how many it keeps.
type Chip struct {
	Text  string
	Value string
	Count int // shown when not negative
	On    bool
}

// Field is a control with its words ("field"): a label, a hint, an error said beside it.
type Field struct {
	ID      string
	Name    string // "" is ID
	Label   string
	Hint    string
	Error   string
	Type    string // of the input; "" is text; "select" and "textarea" are those elements
	Value   string
	Options []Option // of a select

	Required     bool
	Autocomplete string // "" is off
	InputMode    string
	Min, Max     string
}

// ControlName is what the form sends the value as.
func (f Field) ControlName() string {
	if f.Name != "" {
		return f.Name
	}
	return f.ID
}

// InputType is the type of the input.
func (f Field) InputType() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

// Option is one choice of a select.
type Option struct {
	Value string
	Text  string
	On    bool
}

// Shelf is one family, the books of one publisher ("shelf").
type Shelf struct {
	ID    string // of its title
	Title string
	Note  string
	Books []Book
}

// Book is one book of a shelf.
type Book struct {
	Cover Cover
	Title string
	Href  string
}

// Empty is a page that has nothing yet ("empty"): why, and what to do next.
type Empty struct {
	Title  string
	Text   string
	Action Link
}

// ActionBar is what I will do ("action-bar"), at the foot of the window.
type ActionBar struct {
	Label  string // what screen readers call the region
	Title  string
	Note   string
	Tone   Tone // of the note; Red and Amber show a triangle
	Others []Link
	Do     Button
}

// Button is the page's one filled button: a link when it has an address, else the submission of a form.
type Button struct {
	Text     string // the verb and the number: "Attribuer 25 exemplaires"
	Icon     string // after the text
	Href     string
	Form     string // the id of the form it submits, when it stands outside
	Name     string
	Value    string
	Disabled bool // with the reason in the bar's note
}

// Dialog asks before an act that takes something from someone ("dialog"). It is open in the page that holds it; the script makes it modal.
type Dialog struct {
	ID     string
	Title  string
	Text   string
	Action string // the address to post to
	Fields []Hidden
	Verb   string // "Reprendre 9 exemplaires"
	Danger bool
	Leave  Link // "Ne rien reprendre"
}

// Hidden is a value that a form carries.
type Hidden struct{ Name, Value string }

// localeNames are the languages in their own words.
var localeNames = map[lang.Locale]string{lang.French: "Français", lang.English: "English"}
