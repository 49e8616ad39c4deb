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
	return strings.HasPrefix(t, "imsqti_"+kind+"_") || kind == "item" && strings.HasPrefix(t, "imsqti_apipitem_") ||
		kind == "test" && strings.HasPrefix(t, "imsqti_assessment_")
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
				m.Resources = append(m.Resources, resource(r))
			}
		}
	}
	return m, nil
}

func resource(e *element) Resource {
	r := Resource{Identifier: e.attr("identifier"), Type: e.attr("type"), Href: e.attr("href"), Line: e.line}
	for _, f := range e.children() {
		if f.name == "file" {
			r.Files = append(r.Files, f.attr("href"))
		}
	}
	if base := e.attr("xml:base"); base != "" {
		r.Href = strings.TrimSuffix(base, "/") + "/" + r.Href
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
