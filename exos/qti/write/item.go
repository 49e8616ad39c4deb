package write

import (
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/quill"
	"pupitre/exos/qti/render"
)

// Exercise is what is written.
type Exercise struct {
	Identifier string
	Title      string
	Language   string
	Program    *program.Program
	Tree       render.Tree
	Feedback   []render.Feedback
	Notes      []render.Node
	// Address gives the address of a file as seen from the item; nil: its path.
	Address func(render.Asset) string
}

// The namespaces of QTI 3.0.1.
const (
	space    = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
	instance = "http://www.w3.org/2001/XMLSchema-instance"
	schema   = space + " https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0p1_v1p0.xsd"
)

// Item is the exercise as an item of QTI 3.0.1.
func Item(x Exercise) []byte {
	w := &writer{p: x.Program, x: &x, texts: map[string]*render.Feedback{}, conditions: map[string]program.Feedback{}, math: map[string]bool{}, about: map[string]string{}}
	for i := range x.Feedback {
		w.texts[x.Feedback[i].Ref] = &x.Feedback[i]
		w.formulas(x.Feedback[i].Nodes)
	}
	for _, f := range x.Program.Feedback {
		w.conditions[f.Ref] = f
	}
	w.formulas(x.Tree.Nodes)
	for _, c := range x.Tree.Catalogs {
		for _, id := range c.For {
			w.about[id] = c.ID
		}
	}
	w.Raw(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	w.Open("qti-assessment-item", "xmlns", space, "xmlns:xsi", instance, "xsi:schemaLocation", schema, "identifier", x.Identifier, "title!", x.Title,
		"adaptive", yes(x.Program.Adaptive, "false"), "time-dependent", "false", "xml:lang", x.Language)
	w.Line()
	w.declarations()
	w.processing("qti-template-processing", template, x.Program.Template)
	w.Open("qti-item-body")
	w.nodes(x.Tree.Nodes)
	w.notes()
	w.Close("qti-item-body")
	w.Line()
	w.catalogs()
	w.processing("qti-response-processing", response, x.Program.Response)
	w.processing("qti-outcome-processing", outcome, x.Program.Outcome)
	w.modal()
	w.Close("qti-assessment-item")
	w.Line()
	return []byte(w.String())
}

// writer writes one document.
type writer struct {
	quill.Quill
	p          *program.Program
	x          *Exercise
	texts      map[string]*render.Feedback
	conditions map[string]program.Feedback
	math       map[string]bool   // variables that stand in formulas
	tolerated  bool              // the tolerance is written
	about      map[string]string // catalogs that name the elements that they are about, as APIP's do, by the element's id
}

// yes is a boolean attribute: what stands for no is the attribute's default, mostly nothing.
func yes(b bool, otherwise string) string {
	if b {
		return "true"
	}
	return otherwise
}

// formulas finds the variables whose values stand in formulas.
func (w *writer) formulas(nodes []render.Node) {
	for i := range nodes {
		n := &nodes[i]
		if n.Kind == render.KindPrinted && n.Format == "math" {
			w.math[n.Ref] = true
		}
		w.formulas(n.Nodes)
		if it := n.Interaction; it != nil {
			w.formulas(it.Prompt)
			w.formulas(it.Content)
			for _, list := range [][]render.Choice{it.Choices, it.Targets} {
				for _, c := range list {
					w.formulas(c.Nodes)
				}
			}
		}
	}
}

// variable is the identifier of a variable, a name that no exercise declares where it is not known.
func (w *writer) variable(i int) string {
	if i < 0 || i >= len(w.p.Vars) {
		return "_unknown"
	}
	return w.p.Vars[i].Identifier
}

// notes are what only whoever marks may read.
func (w *writer) notes() {
	if len(w.x.Notes) == 0 {
		return
	}
	w.Open("qti-rubric-block", "use", "scoring", "view", "scorer")
	w.Open("qti-content-body")
	w.nodes(w.x.Notes)
	w.Close("qti-content-body")
	w.Close("qti-rubric-block")
}

// modal writes the feedback that stands beside the exercise.
func (w *writer) modal() {
	for _, f := range w.p.Feedback {
		if text := w.texts[f.Ref]; text != nil && f.Modal {
			w.Open("qti-modal-feedback", "outcome-identifier", w.variable(f.Var), "identifier", f.Identifier, "show-hide", showHide(f.Hide), "title", text.Title)
			w.Open("qti-content-body")
			w.nodes(text.Nodes)
			w.Close("qti-content-body")
			w.Close("qti-modal-feedback")
			w.Line()
		}
	}
}

func showHide(hide bool) string {
	if hide {
		return "hide"
	}
	return "show"
}
