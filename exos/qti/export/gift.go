package export

import (
	"pupitre/exos/qti"
	"pupitre/exos/qti/gift"
	"pupitre/exos/qti/question"
	"pupitre/exos/qti/report"
)

// GIFT is the module as a GIFT file, and how many exercises are in it. Findings name those that GIFT cannot say, and what is lost of the others.
func GIFT(m *qti.Module) (text []byte, written int, findings []report.Finding) {
	var set question.Set
	for i := range m.Sections {
		findings = append(findings, collect(&set, nil, &m.Sections[i])...)
	}
	return gift.Write(set), len(set.Questions), findings
}

// collect turns the exercises of a section, which becomes a category.
func collect(set *question.Set, path []string, s *qti.Section) []report.Finding {
	if s.Title != "" {
		path = append(path[:len(path):len(path)], s.Title)
	}
	var findings []report.Finding
	for i := range s.Items {
		it := &s.Items[i]
		q, found, ok := question.From(question.Exercise{
			Identifier: it.Identifier, Title: it.Title, Program: it.Program, Tree: it.Tree, Feedback: it.Feedback, Notes: it.Notes, ByHand: it.ByHand,
		})
		if ok && !gift.Can(&q) {
			ok = false
			found = append(found, report.Finding{Severity: report.Aside, Code: report.ExportMarks, Item: it.Identifier})
		}
		for _, f := range found {
			f.File = it.File
			findings = append(findings, f)
		}
		if ok {
			q.Category = path
			set.Questions = append(set.Questions, q)
		}
	}
	for i := range s.Sections {
		findings = append(findings, collect(set, path, &s.Sections[i])...)
	}
	return findings
}
