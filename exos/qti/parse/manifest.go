package parse

import (
	"strings"

	"pupitre/exos/qti/pack"
	"pupitre/exos/qti/report"
)

// Manifest is imsmanifest.xml: what the package holds.
type Manifest struct {
	Identifier string
	Title      string
	Language   string
	Resources  []Resource
}

// Resource is one thing in the package.
type Resource struct {
	Identifier string
	Type       string // "imsqti_item_xmlv3p0", "imsqti_test_xmlv2p1", "webcontent"…
	Href       string
	Files      []string
	Line       int
}

// Is tells whether r is a QTI resource of that kind ("item", "test", "section", "stimulus"),
// whatever the version.
func (r Resource) Is(kind string) bool {
	t := strings.ToLower(r.Type)
	return strings.HasPrefix(t, "imsqti_"+kind+"_") || strings.HasPrefix(t, "imsqti_apip"+kind+"_") ||
		kind == "test" && strings.HasPrefix(t, "imsqti_assessment_")
}

// Old tells whether r is in QTI 1, which shares little but its name with what came after.
func (r Resource) Old() bool {
	t := strings.ToLower(r.Type)
	return strings.HasPrefix(t, "imsqti_xmlv1") || strings.HasPrefix(t, "imsqti_item_xmlv1")
}

// ReadManifest reads imsmanifest.xml.
func ReadManifest(data []byte, limits pack.Limits) (*Manifest, []report.Finding) {
	root, refusal := read(data, "imsmanifest.xml", limits.OrDefault())
	if refusal != nil {
		return nil, []report.Finding{*refusal}
	}
	if root.name != "manifest" {
		return nil, []report.Finding{{
			Severity: report.Refusal, Code: report.XMLNotItem, File: "imsmanifest.xml", Line: root.line, Element: root.raw,
			Params: []report.Param{{Name: "root", Value: root.raw}},
		}}
	}
	m := &Manifest{Identifier: root.attr("identifier")}
	for _, e := range root.children() {
		switch e.name {
		case "metadata":
			m.Title, m.Language = describe(e)
		case "resources":
			for _, r := range e.children() {
				m.Resources = append(m.Resources, resource(r, root.attr("xml:base"), e.attr("xml:base"), r.attr("xml:base")))
			}
		}
	}
	return m, nil
}

// resource reads one; its addresses are relative to the bases around it, outermost first.
func resource(e *element, bases ...string) Resource {
	base := ""
	for _, b := range bases {
		if b != "" {
			base += strings.TrimSuffix(b, "/") + "/"
		}
	}
	r := Resource{Identifier: e.attr("identifier"), Type: e.attr("type"), Line: e.line}
	if href := e.attr("href"); href != "" {
		r.Href = base + href
	}
	for _, f := range e.children() {
		if f.name == "file" {
			r.Files = append(r.Files, base+f.attr("href"))
		}
	}
	return r
}

// describe reads title and language from LOM metadata, wherever its namespaces stand.
func describe(e *element) (title, language string) {
	general := e.find(func(c *element) bool { return c.name == "general" })
	if general == nil {
		return "", ""
	}
	for _, c := range general.children() {
		switch {
		case c.name == "title" && title == "":
			title = strings.TrimSpace(collapse(c.text()))
			if s := c.find(func(s *element) bool { return s.name == "string" || s.name == "langstring" }); s != nil {
				title = strings.TrimSpace(collapse(s.text()))
				language = firstOf(language, s.attr("language"), s.attr("xml:lang"))
			}
		case c.name == "language":
			language = strings.TrimSpace(c.text())
		}
	}
	return title, language
}
