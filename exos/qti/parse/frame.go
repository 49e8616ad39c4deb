package parse

import (
	"strconv"

	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/report"
)

// aroundMembers are the children of a part or section that are read by name.
var aroundMembers = map[string]bool{
	"pre-condition": true, "branch-rule": true, "item-session-control": true, "time-limits": true,
}

// beside reads what stands in a test beside its members: words for the pupil or for others.
// What is none is said to be set aside.
func (b *builder) beside(e, parent *element, place string) {
	switch {
	case e.is("rubric-block"), e.is("assessment-stimulus-ref"):
		var nodes []render.Node
		if e.is("rubric-block") {
			nodes = b.rubric(e)
		} else {
			nodes = b.stimulus(e)
		}
		if len(nodes) == 0 {
			return // for others than the pupil: in the notes
		}
		if b.intros == nil {
			b.intros = map[string][]render.Node{}
		}
		b.intros[place] = append(b.intros[place], nodes...)
	case e.is("stylesheet"):
		b.note(report.StyleIgnored, e, "href", clip(e.attr("href")))
	case e.is("adaptive-selection"):
		b.aside(report.TestAdaptive, e)
	default:
		b.aside(report.ElementUnknown, e, "parent", parent.raw)
	}
}

func (b *builder) testFeedback(e *element, part string, a *Assessment) {
	ref := "t" + strconv.Itoa(len(a.Feedback)+1)
	index := b.p.Find(e.attr("outcome-identifier"))
	if index < 0 {
		b.warn(report.VariableUndeclared, e, "identifier", e.attr("outcome-identifier"))
	}
	a.Test.Feedback = append(a.Test.Feedback, program.TestFeedback{
		Ref: ref, Var: index, Identifier: e.attr("identifier"), Hide: e.attr("show-hide") == "hide",
		AtEnd: e.attr("access") == "atEnd", Part: part,
	})
	a.Feedback = append(a.Feedback, render.Feedback{Ref: ref, Modal: true, Title: e.attr("title"), Nodes: b.content(e)})
}

// checkTargets looks for branches that lead nowhere.
func (b *builder) checkTargets(t *program.Test) {
	places := map[string]bool{"EXIT_TEST": true, "EXIT_TESTPART": true, "EXIT_SECTION": true}
	var branches []program.Branching
	var visit func(s *program.Section)
	visit = func(s *program.Section) {
		places[s.Identifier] = true
		branches = append(branches, s.Branches...)
		for _, m := range s.Members {
			if m.Section != nil {
				visit(m.Section)
			} else {
				places[m.Item.Identifier] = true
				branches = append(branches, m.Item.Branches...)
			}
		}
	}
	for i := range t.Parts {
		places[t.Parts[i].Identifier] = true
		branches = append(branches, t.Parts[i].Branches...)
		for j := range t.Parts[i].Sections {
			visit(&t.Parts[i].Sections[j])
		}
	}
	for _, br := range branches {
		if !places[br.Target] {
			b.warn(report.TestTargetUnknown, b.root, "target", clip(br.Target))
		}
	}
}
