package qti

import (
	"slices"

	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/report"
)

// test makes the module's sections from a test; the first gives the module its rules.
func (im *importer) test(path string, first bool) {
	if data, ok := im.files.File(path); ok { // a missing one is said by checkFiles
		im.testOf(path, data, first)
	}
}

func (im *importer) testOf(path string, data []byte, first bool) {
	src := parse.Source{Path: path, Limits: im.limits, Shared: im.shared}
	if im.files != nil {
		src.Files = im.files
	}
	a, findings := parse.Test(data, src)
	im.report.Add(findings...)
	if a == nil {
		return
	}
	im.assets(a.Assets)
	if first {
		im.module.Test, im.module.TestFeedback = a.Test, a.Feedback
		im.module.Title = firstOf(a.Test.Title, im.module.Title)
		im.module.Language = firstOf(im.module.Language, a.Language)
		im.module.Identifier = firstOf(im.module.Identifier, a.Test.Identifier)
	}
	im.module.Notes = append(im.module.Notes, a.Notes...)
	r := placing{file: path, a: a}
	for _, asset := range a.Assets {
		r.assets = append(r.assets, asset.SHA256)
	}
	for i := range a.Test.Parts {
		part := &a.Test.Parts[i]
		r.part = part.Identifier
		around := append(slices.Clone(a.Intros[""]), a.Intros[part.Identifier]...)
		for j := range part.Sections {
			im.module.Sections = append(im.module.Sections, im.section(r, &part.Sections[j], around))
		}
	}
}

// placing is the test whose sections are being made.
type placing struct {
	file   string
	a      *parse.Assessment
	assets []string // that its words show
	part   string   // a section of that name stands for it: its words are around already
}

// section makes a chapter; around are the words of what it stands in.
func (im *importer) section(r placing, s *program.Section, around []render.Node) Section {
	out := Section{Identifier: s.Identifier, Title: s.Title}
	intro := around
	if own := r.a.Intros[s.Identifier]; len(own) > 0 && s.Identifier != r.part {
		intro = append(slices.Clone(around), own...)
	}
	for _, m := range s.Members {
		if m.Section != nil {
			out.Sections = append(out.Sections, im.section(r, m.Section, intro))
			continue
		}
		item := im.itemAt(r.file, m.Item)
		if item == nil {
			continue
		}
		placed := *item.under(intro, r.assets)
		placed.Identifier = firstOf(m.Item.Identifier, item.Identifier)
		out.Items = append(out.Items, placed)
	}
	return out
}

func (im *importer) itemAt(file string, ref *program.ItemRef) *Item {
	if item, known := im.items[ref.Href]; known {
		if item == nil {
			im.missing(report.TestItemUnreadable, file, ref)
		}
		return item
	}
	var data []byte
	ok := false
	if im.files != nil {
		data, ok = im.files.File(ref.Href)
	}
	if !ok {
		im.missing(report.TestItemMissing, file, ref)
		return nil
	}
	return im.read(ref.Href, data)
}

func (im *importer) missing(code report.Code, file string, ref *program.ItemRef) {
	im.report.Add(Finding{
		Severity: report.Refusal, Code: code, File: file, Item: ref.Identifier,
		Params: []report.Param{{Name: "href", Value: ref.Href}},
	})
}
