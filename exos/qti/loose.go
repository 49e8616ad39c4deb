package qti

import (
	"net/url"
	"path"
	"sort"
	"strings"

	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/report"
)

// list makes one section of the exercises that a manifest lists, for a package without test.
func (im *importer) list(m *parse.Manifest) {
	section := Section{Identifier: m.Identifier, Title: m.Title}
	for _, r := range m.Resources {
		if r.Is("item") {
			im.add(&section, clean(r.Href))
		}
	}
	if len(section.Items) == 0 { // a manifest whose resource types say nothing
		for _, r := range m.Resources {
			if strings.HasSuffix(r.Href, ".xml") {
				im.addIfItem(&section, clean(r.Href))
			}
		}
	}
	if len(section.Items) > 0 {
		im.module.Sections = append(im.module.Sections, section)
	}
}

// unlisted reads the exercises of the manifest that no test refers to, for the report: they
// are in the package, hence somebody means to use them.
func (im *importer) unlisted(m *parse.Manifest) {
	for _, r := range m.Resources {
		p := clean(r.Href)
		if _, known := im.items[p]; known || !r.Is("item") {
			continue
		}
		data, ok := im.files.File(p)
		if !ok {
			continue // said by checkFiles
		}
		im.read(p, data)
		im.report.Add(Finding{
			Severity: report.Aside, Code: report.ManifestItemUnplaced, File: "imsmanifest.xml", Line: r.Line,
			Params: []report.Param{{Name: "href", Value: p}},
		})
	}
}

// loose reads a package without manifest: every item in it, by name; or its test.
func (im *importer) loose() {
	paths := append([]string(nil), im.files.Paths()...)
	sort.Strings(paths)
	for _, p := range paths {
		if data, _ := im.files.File(p); strings.HasSuffix(p, ".xml") && parse.Root(data, im.limits) == "assessment-test" {
			im.test(p, im.module.Test == nil)
		}
	}
	if im.module.Test != nil {
		return
	}
	section := Section{}
	for _, p := range paths {
		if strings.HasSuffix(p, ".xml") {
			im.addIfItem(&section, p)
		}
	}
	if len(section.Items) > 0 {
		im.module.Sections = append(im.module.Sections, section)
	}
}

func (im *importer) add(section *Section, p string) {
	item, known := im.items[p]
	if !known {
		data, ok := im.files.File(p)
		if !ok {
			return // said by checkFiles
		}
		item = im.read(p, data)
	}
	if item != nil {
		section.Items = append(section.Items, *item)
	}
}

func (im *importer) addIfItem(section *Section, p string) {
	// What is not XML at all is a broken item rather than something else.
	if data, _ := im.files.File(p); data != nil {
		if root := parse.Root(data, im.limits); root == "assessment-item" || root == "" {
			im.add(section, p)
		}
	}
}

// clean is the path in the package that an address in the manifest means.
func clean(href string) string {
	href = strings.ReplaceAll(href, `\`, "/")
	if u, err := url.PathUnescape(href); err == nil {
		href = u
	}
	return path.Clean(strings.TrimPrefix(href, "/"))
}

func external(href string) bool { return strings.Contains(href, "://") }

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// sorted lists the keys of files in order.
func sorted(files map[string][]byte) []string {
	var out []string
	for path := range files {
		out = append(out, path)
	}
	sort.Strings(out)
	return out
}
