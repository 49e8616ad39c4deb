package parse

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"path"
	"slices"
	"strings"

	"pupitre/exos/qti/render"
	"pupitre/exos/qti/report"
)

// codeType is the media type of a publisher's program. It is kept with the exercise, and runs in a frame of its own, nowhere else.
const codeType = "text/javascript"

// portable reads a portable custom interaction of QTI 3 (§3.2.15): its programs, its properties, its markup as written. What it needs
// and the package does not have is noted in Lacks: it is not played then, and the report says why.
func (b *builder) portable(e *element, it *render.Interaction) {
	p := &render.Portable{Module: e.attr("module"), Properties: map[string]string{}}
	for _, a := range e.attrs {
		if name, ok := strings.CutPrefix(a.name, "data-"); ok {
			p.Properties[name] = strings.TrimSpace(a.value)
		}
	}
	modules := e.child("interaction-modules")
	if modules != nil {
		for _, name := range []string{"primary-configuration", "secondary-configuration"} {
			b.configured(p, modules, modules.attr(name))
		}
		for _, m := range modules.all("interaction-module") {
			b.module(p, m, m.attr("id"), m.attr("primary-path"), m.attr("fallback-path"))
		}
	}
	if p.Module != "" && !slices.ContainsFunc(p.Modules, func(m render.Module) bool { return m.ID == p.Module }) && len(p.Lacks) == 0 {
		p.Lacks = append(p.Lacks, p.Module)
	}
	if p.Module == "" && len(p.Modules) == 0 {
		p.Lacks = append(p.Lacks, it.Title)
	}
	if markup := e.child("interaction-markup"); markup != nil {
		var out bytes.Buffer
		for _, n := range markup.nodes {
			writeHTML(&out, n)
		}
		p.Markup = strings.TrimSpace(out.String())
	}
	it.Portable = p
	if len(p.Lacks) > 0 {
		b.aside(report.InteractionLacks, e, "class", it.Title, "lacks", strings.Join(p.Lacks, ", "))
	}
}

// configured reads a list of modules that stands in a file of its own: {"paths": {"id": "path without .js"}}.
func (b *builder) configured(p *render.Portable, e *element, href string) {
	if href == "" {
		return
	}
	data, _, ok := b.file(href)
	var list struct {
		Paths map[string]json.RawMessage `json:"paths"`
	}
	if !ok || json.Unmarshal(data, &list) != nil {
		p.Lacks = append(p.Lacks, href)
		return
	}
	for _, id := range sortedKeys(list.Paths) {
		var one string
		var several []string
		if json.Unmarshal(list.Paths[id], &one) == nil {
			several = []string{one}
		} else if json.Unmarshal(list.Paths[id], &several) != nil {
			continue
		}
		for i := range several {
			if path.Ext(several[i]) != ".js" {
				several[i] += ".js"
			}
		}
		b.module(p, e, id, several...)
	}
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// module keeps one program, at the first of its paths that the package has.
func (b *builder) module(p *render.Portable, e *element, id string, paths ...string) {
	if slices.ContainsFunc(p.Modules, func(m render.Module) bool { return m.ID == id }) {
		return
	}
	for _, href := range paths {
		if href == "" || strings.Contains(href, "://") || strings.HasPrefix(href, "//") {
			continue
		}
		data, at, ok := b.file(href)
		if !ok {
			data, at, ok = b.file(href + ".js")
		}
		if ok {
			p.Modules = append(p.Modules, render.Module{ID: id, Path: at, SHA256: b.keep(e, look(at, codeType, data), data).SHA256})
			return
		}
	}
	p.Lacks = append(p.Lacks, id)
}

// writeHTML writes markup out again, as HTML that is XML too, as it was written: it is shown in a frame where nothing but the modules may act.
func writeHTML(out *bytes.Buffer, n node) {
	if n.el == nil {
		xml.EscapeText(out, []byte(n.text))
		return
	}
	out.WriteString("<" + n.el.raw)
	for _, a := range n.el.attrs {
		out.WriteString(" " + a.raw + `="`)
		xml.EscapeText(out, []byte(a.value))
		out.WriteByte('"')
	}
	switch n.el.name {
	case "br", "hr", "img", "input", "wbr", "col", "source", "track":
		out.WriteString("/>")
		return
	}
	out.WriteByte('>')
	for _, c := range n.el.nodes {
		writeHTML(out, c)
	}
	out.WriteString("</" + n.el.raw + ">")
}
