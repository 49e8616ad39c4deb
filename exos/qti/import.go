package qti

import (
	"bytes"

	"pupitre/exos/qti/gift"
	"pupitre/exos/qti/moodle"
	"pupitre/exos/qti/pack"
	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/report"
)

// Limits bound what a stranger's package may cost; see pack.Limits for each.
type Limits = pack.Limits

// Report and Finding are what an import found; codes and parameters, no sentences.
type (
	Report   = report.Report
	Finding  = report.Finding
	Severity = report.Severity
)

// DefaultLimits suit a publisher's workbook: 200 MB unpacked, 20,000 files.
func DefaultLimits() Limits { return pack.DefaultLimits() }

// Import reads a content package (zip), one bare QTI XML file, or a teacher's file: GIFT, or Moodle's XML.
//
// The report is never nil. The error is a *report.Error where anything must not be
// published: it carries the first refusal; the module then holds what could be read, for
// the report page only. All or nothing is the caller's rule: with an error, store nothing.
func Import(data []byte, limits Limits) (*Module, *Report, error) {
	im := newImporter(limits)
	switch formOf(data) {
	case formItem:
		im.bare(data)
	case formGIFT:
		set, findings := gift.Read(data, im.limits)
		im.questions("gift", data, set, findings)
	case formMoodle:
		set, findings := moodle.Read(data, im.limits)
		im.questions("moodle", data, set, findings)
	case formUnknown:
		im.report.Add(Finding{Severity: report.Refusal, Code: report.FormatUnknown})
	default:
		im.archive(data)
	}
	return im.done()
}

func newImporter(limits Limits) *importer {
	return &importer{limits: limits.OrDefault(), shared: &parse.Shared{}, module: &Module{}, report: &Report{}, items: map[string]*Item{}, hashes: map[string]bool{}}
}

// done is what was gathered: nothing to publish where something is refused, or nothing is there.
func (im *importer) done() (*Module, *Report, error) {
	if len(im.module.Items()) == 0 && len(im.report.Refusals()) == 0 {
		im.report.Add(Finding{Severity: report.Refusal, Code: report.PackageEmpty})
	}
	if refusals := im.report.Refusals(); len(refusals) > 0 {
		return im.module, im.report, &report.Error{Finding: refusals[0]}
	}
	return im.module, im.report, nil
}

// isMarkup tells a bare XML file from an archive, and from what is neither: its first sign is "<", in one byte or in two.
func isMarkup(data []byte) bool {
	for _, mark := range []string{"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff\x00"} {
		data = bytes.TrimPrefix(data, []byte(mark))
	}
	return bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("<"))
}

// importer gathers a module and its report.
type importer struct {
	limits Limits
	shared *parse.Shared
	module *Module
	report *Report
	files  *pack.Archive
	items  map[string]*Item // by path; nil: refused
	hashes map[string]bool  // assets already in the module
}

// bare reads one XML file as a module of one exercise.
func (im *importer) bare(data []byte) {
	if root := parse.Root(data, im.limits); root == "assessment-test" || root == "assessment-section" {
		im.testOf("test.xml", data, true) // its items are elsewhere: each is said to be missing
		return
	}
	item := im.read("item.xml", data)
	im.module.Files = []File{{Path: "item.xml", Data: data}}
	if item == nil {
		return
	}
	im.module.Identifier, im.module.Title, im.module.Language = item.Identifier, item.Title, item.Language
	im.module.Sections = []Section{{Identifier: item.Identifier, Title: item.Title, Items: []Item{*item}}}
}

func (im *importer) archive(data []byte) {
	a, refusal := pack.Open(data, im.limits)
	if refusal != nil {
		im.report.Add(*refusal)
		return
	}
	im.files = a
	folder, found := a.Root()
	for _, path := range a.Paths() {
		data, _ := a.File(path)
		im.module.Files = append(im.module.Files, File{Path: path, Data: data})
	}
	if !found {
		im.report.Add(Finding{Severity: report.Warning, Code: report.ManifestMissing})
		im.loose()
		return
	}
	if folder != "" {
		im.report.Add(Finding{
			Severity: report.Note, Code: report.ManifestFolder, File: "imsmanifest.xml",
			Params: []report.Param{{Name: "folder", Value: folder}},
		})
	}
	raw, _ := a.File("imsmanifest.xml")
	m, findings := parse.ReadManifest(raw, im.limits)
	im.report.Add(findings...)
	if m != nil {
		im.manifest(m)
	}
}

func (im *importer) manifest(m *parse.Manifest) {
	im.module.Identifier, im.module.Title, im.module.Language = m.Identifier, m.Title, m.Language
	im.checkFiles(m)
	var tests []parse.Resource
	for _, r := range m.Resources {
		if r.Is("test") {
			tests = append(tests, r)
		}
	}
	for i, r := range tests {
		if i > 0 {
			im.report.Add(Finding{
				Severity: report.Note, Code: report.ManifestTestMany, File: "imsmanifest.xml", Line: r.Line,
				Params: []report.Param{{Name: "href", Value: r.Href}},
			})
		}
		im.test(clean(r.Href), i == 0)
	}
	if len(tests) == 0 {
		im.list(m)
	}
	im.unlisted(m)
}

// checkFiles looks for files that the manifest names and the package lacks.
func (im *importer) checkFiles(m *parse.Manifest) {
	for _, r := range m.Resources {
		if r.Old() {
			im.report.Add(Finding{
				Severity: report.Aside, Code: report.VersionUnsupported, File: "imsmanifest.xml", Line: r.Line,
				Params: []report.Param{{Name: "href", Value: r.Href}, {Name: "type", Value: r.Type}},
			})
		}
		names := r.Files
		if r.Href != "" {
			names = append([]string{r.Href}, names...)
		}
		seen := map[string]bool{}
		for _, name := range names {
			if _, ok := im.files.File(clean(name)); ok || seen[name] || external(name) {
				continue
			}
			seen[name] = true
			im.report.Add(Finding{
				Severity: report.Warning, Code: report.ManifestFileMissing, File: "imsmanifest.xml", Line: r.Line,
				Params: []report.Param{{Name: "href", Value: name}},
			})
		}
	}
}

// read parses one exercise and adds what was found to the report; nil where nothing can be
// made of it.
func (im *importer) read(path string, data []byte) *Item {
	src := parse.Source{Path: path, Limits: im.limits, Shared: im.shared}
	if im.files != nil {
		src.Files = im.files
	}
	ex, findings := parse.Item(data, src)
	im.report.Add(findings...)
	return im.take(path, ex)
}

// take adds an exercise that was parsed to the report and to what is known; nil where nothing could be made of it.
func (im *importer) take(path string, ex *parse.Exercise) *Item {
	if ex == nil {
		im.items[path] = nil
		return nil
	}
	result := ex.Result
	result.Accepted = accepted(ex)
	im.report.Items = append(im.report.Items, result)
	im.report.Interactions = merge(im.report.Interactions, ex.Uses)
	im.report.Operators = merge(im.report.Operators, ex.Operators)
	im.assets(ex.Assets)
	item := newItem(path, ex)
	im.items[path] = item
	return item
}

// manyVars is how many variables an exercise may have for its forms to be tried: each is scored some dozens of times.
const manyVars = 64

// accepted lists the forms of typed answers, where there is more than one.
func accepted(ex *parse.Exercise) []report.Accepted {
	if !ex.Result.Reached() || len(ex.Program.Vars) > manyVars {
		return nil
	}
	var out []report.Accepted
	for _, w := range WrittenOf(ex.Program, ex.Tree, 1) {
		if len(w.Forms) > 1 {
			out = append(out, report.Accepted{Response: w.Response, Forms: w.Forms})
		}
	}
	return out
}

func (im *importer) assets(all []parse.Asset) {
	for _, a := range all {
		if !im.hashes[a.SHA256] {
			im.hashes[a.SHA256] = true
			im.module.Assets = append(im.module.Assets, Asset{Path: a.Path, Media: a.Media, SHA256: a.SHA256, Data: a.Data})
		}
	}
}

func merge(counts, more []report.Count) []report.Count {
	for _, c := range more {
		for range c.N {
			counts = report.Tally(counts, c.Name)
		}
	}
	return counts
}
