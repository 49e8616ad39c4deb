package write

import (
	"strconv"

	"pupitre/exos/qti/program"
)

// Test is a test as a qti-assessment-test. Texts shown about the whole test are not among what the engine keeps. Address gives the
// address of an item, by the href that the test has for it; "" leaves it out.
func Test(t *program.Test, address func(href string) string) []byte {
	w := &testWriter{writer: writer{p: &program.Program{Vars: t.Vars}, x: &Exercise{}}, address: address}
	w.Raw(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	w.Open("qti-assessment-test", "xmlns", space, "xmlns:xsi", instance, "xsi:schemaLocation", schema, "identifier", t.Identifier, "title!", t.Title)
	w.Line()
	w.declarations()
	w.limits(t.Limits)
	for i := range t.Parts {
		w.part(&t.Parts[i])
	}
	w.processing("qti-outcome-processing", outcome, t.Outcome)
	w.Close("qti-assessment-test")
	w.Line()
	return []byte(w.String())
}

type testWriter struct {
	writer
	address func(href string) string
}

func (w *testWriter) part(p *program.Part) {
	navigation, submission := "linear", "individual"
	if p.NonLinear {
		navigation = "nonlinear"
	}
	if p.Simultaneous {
		submission = "simultaneous"
	}
	w.Open("qti-test-part", "identifier", p.Identifier, "navigation-mode", navigation, "submission-mode", submission)
	w.Line()
	w.around(p.Pre, p.Branches, p.Control, p.Limits)
	for i := range p.Sections {
		w.section(&p.Sections[i])
	}
	w.Close("qti-test-part")
	w.Line()
}

// around is what parts, sections and items have alike, in the order of the schema.
func (w *testWriter) around(pre []program.Expr, branches []program.Branching, c program.Control, l program.TimeLimits) {
	for i := range pre {
		w.Open("qti-pre-condition")
		w.expr(&pre[i])
		w.Close("qti-pre-condition")
	}
	for i := range branches {
		w.Open("qti-branch-rule", "target", branches[i].Target)
		w.expr(&branches[i].If)
		w.Close("qti-branch-rule")
	}
	w.control(c)
	w.limits(l)
}

func (w *testWriter) control(c program.Control) {
	if c == (program.Control{}) {
		return
	}
	var out []string
	if c.MaxAttempts != nil {
		out = append(out, "max-attempts", strconv.Itoa(*c.MaxAttempts))
	}
	for _, x := range []struct {
		name  string
		field *bool
	}{
		{"show-feedback", c.ShowFeedback}, {"allow-review", c.AllowReview}, {"show-solution", c.ShowSolution},
		{"allow-comment", c.AllowComment}, {"allow-skipping", c.AllowSkipping}, {"validate-responses", c.ValidateAnswer},
	} {
		if x.field != nil {
			out = append(out, x.name, strconv.FormatBool(*x.field))
		}
	}
	w.Empty("qti-item-session-control", out...)
}

func (w *testWriter) limits(l program.TimeLimits) {
	if l == (program.TimeLimits{}) {
		return
	}
	seconds := func(f float64) string {
		if f == 0 {
			return ""
		}
		return program.FormatNumber(f)
	}
	w.Empty("qti-time-limits", "min-time", seconds(l.Min), "max-time", seconds(l.Max), "allow-late-submission", yes(l.AllowLate, ""))
}

func (w *testWriter) section(s *program.Section) {
	apart := ""
	if s.KeepApart {
		apart = "false"
	}
	w.Open("qti-assessment-section", "identifier", s.Identifier, "title!", s.Title, "visible", strconv.FormatBool(s.Visible), "required", yes(s.Required, ""),
		"fixed", yes(s.Fixed, ""), "keep-together", apart)
	w.Line()
	w.around(s.Pre, s.Branches, s.Control, s.Limits)
	if s.Select > 0 {
		w.Empty("qti-selection", "select", strconv.Itoa(s.Select), "with-replacement", yes(s.Replace, ""))
	}
	if s.Shuffle {
		w.Empty("qti-ordering", "shuffle", "true")
	}
	for _, m := range s.Members {
		if m.Section != nil {
			w.section(m.Section)
		} else {
			w.item(m.Item)
		}
	}
	w.Close("qti-assessment-section")
	w.Line()
}

func (w *testWriter) item(r *program.ItemRef) {
	href := w.address(r.Href)
	if href == "" {
		return
	}
	w.Open("qti-assessment-item-ref", "identifier", r.Identifier, "href", href, "category", joined(r.Categories), "required", yes(r.Required, ""), "fixed", yes(r.Fixed, ""))
	w.around(r.Pre, r.Branches, r.Control, r.Limits)
	for _, x := range r.Renames {
		w.Empty("qti-variable-mapping", "source-identifier", x.Source, "target-identifier", x.Target)
	}
	for _, x := range r.Weights {
		w.Empty("qti-weight", "identifier", x.Identifier, "value", program.FormatNumber(x.Value))
	}
	for i := range r.Defaults {
		w.Open("qti-template-default", "template-identifier", r.Defaults[i].Template)
		w.expr(&r.Defaults[i].Expr)
		w.Close("qti-template-default")
	}
	w.Close("qti-assessment-item-ref")
	w.Line()
}

func joined(words []string) string {
	out := ""
	for i, word := range words {
		if i > 0 {
			out += " "
		}
		out += word
	}
	return out
}
