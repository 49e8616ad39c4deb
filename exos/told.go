package exos

import (
	"strings"

	"pupitre/exos/qti"
	"pupitre/exos/qti/report"
	"pupitre/internal/lang"
)

// Told (« compte rendu ») is an examination in the reader's words: what the publisher's page shows, what `pupitre check module` prints,
// and, as JSON, what both give to programs.
type Told struct {
	Title      string  `json:"title"`
	Identifier string  `json:"identifier"`
	Language   string  `json:"language,omitempty"`
	Refused    bool    `json:"refused"` // nothing of it can be published before it is mended
	Exercises  int     `json:"exercises"`
	Full       int     `json:"full"` // that give the maximum to their own declared answer
	Findings   []Said  `json:"findings"`
	Left       int     `json:"left,omitempty"` // findings that are not listed: there were too many
	Items      []Tried `json:"items"`
	// What is used, by canonical name in QTI 3, and what somebody who does not see or hear will miss.
	Interactions []Tally `json:"interactions"`
	Operators    []Tally `json:"operators"`
	Access       []Tally `json:"access"`
}

// Said is one finding with its sentence: what, and how to mend it.
type Said struct {
	Severity string `json:"severity"` // note, warning, aside, refusal
	Code     string `json:"code"`     // stable: docs/protocols/qti.md
	File     string `json:"file,omitempty"`
	Line     int    `json:"line,omitempty"` // from 1; 0: of the whole file
	Element  string `json:"element,omitempty"`
	Item     string `json:"item,omitempty"` // the exercise's identifier
	Text     string `json:"text"`
}

// Tried is how an exercise was scored with its own declared answer.
type Tried struct {
	Identifier string  `json:"identifier"`
	File       string  `json:"file,omitempty"`
	Outcome    string  `json:"outcome"` // full, less, unscored, adaptive, keyless
	Score      float64 `json:"score"`
	Max        float64 `json:"max"`
	Text       string  `json:"text"`
	Accepted   []Taken `json:"accepted,omitempty"` // what typed answers may look like
}

// Taken are the ways of writing one response that count the same.
type Taken struct {
	Response string   `json:"response"`
	Forms    []string `json:"forms"`
	Text     string   `json:"text"` // « accepté pour R1 : 3,5 · 3.5 · 7/2 »
}

// Tally is how often a thing is there.
type Tally struct {
	Name string `json:"name"`
	N    int    `json:"n"`
}

// Say is a message in the reader's language.
type Say = func(key string, args ...any) string

// Tell puts what was found into words.
func (f Found) Tell(locale lang.Locale, say Say) Told {
	out := Told{
		Title: f.Title, Identifier: f.Identifier, Language: f.Language, Refused: f.Refused, Exercises: len(f.Report.Items), Left: f.Left,
		Findings: []Said{}, Items: []Tried{}, Interactions: tallies(f.Report.Interactions), Operators: tallies(f.Report.Operators),
	}
	var access []report.Count
	for _, one := range f.Report.Findings {
		out.Findings = append(out.Findings, Said{
			Severity: one.Severity.String(), Code: string(one.Code), File: one.File, Line: one.Line, Element: one.Element, Item: one.Item,
			Text: Sentence(one, say),
		})
		if name, ok := strings.CutPrefix(string(one.Code), "access."); ok {
			access = report.Tally(access, name)
		}
	}
	out.Access = tallies(access)
	for _, r := range f.Report.Items {
		one := tried(r, locale, say)
		if one.Outcome == "full" {
			out.Full++
		}
		out.Items = append(out.Items, one)
	}
	return out
}

// Examined is what CheckModule found, as Tell takes it.
func Examined(data []byte, m *qti.Module, r *qti.Report, err error) Found {
	return foundIn(data, m, r, err)
}

// Sentence is a finding in words.
func Sentence(f report.Finding, say Say) string {
	args := []any{"element", f.Element, "item", f.Item}
	for _, p := range f.Params {
		args = append(args, p.Name, p.Value)
	}
	return say("qti."+string(f.Code), args...)
}

// tried says what an exercise gave to its own declared answer, or why it was not tried.
func tried(r report.ItemResult, locale lang.Locale, say Say) Tried {
	out := Tried{Identifier: r.Identifier, File: r.File, Outcome: "less", Score: r.Score, Max: r.Max}
	switch {
	case !r.Scoreable:
		out.Outcome = "unscored"
	case r.Adaptive:
		out.Outcome = "adaptive"
	case !r.Declared:
		out.Outcome = "keyless"
	case r.Reached():
		out.Outcome = "full"
	}
	switch out.Outcome {
	case "unscored", "adaptive", "keyless":
		out.Text = say("exos.report." + out.Outcome)
	default:
		out.Text = say("exos.report.score", "score", lang.Decimal(locale, r.Score), "max", lang.Decimal(locale, r.Max))
	}
	for _, a := range r.Accepted {
		text := say("exos.report.accepted", "response", a.Response, "list", strings.Join(a.Forms, " · "))
		out.Accepted = append(out.Accepted, Taken{a.Response, a.Forms, text})
	}
	return out
}

func tallies(counts []report.Count) []Tally {
	out := []Tally{}
	for _, c := range counts {
		out = append(out, Tally{c.Name, c.N})
	}
	return out
}
