package parse

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"

	"pupitre/exos/qti/render"
	"pupitre/exos/qti/report"
)

// drawing makes a picture of an SVG that stands in the text: as a picture it is inert in any
// browser, while among the elements of the page it could act and take the page's styles.
func (b *builder) drawing(e *element) []render.Node {
	var out bytes.Buffer
	writeSVG(&out, e, true)
	data := out.Bytes()
	seen := look("", "image/svg+xml", data)
	seen.Path = fmt.Sprintf("svg-%s.svg", seen.SHA256[:12])
	a := b.keep(e, seen, data)
	title := e.find(func(c *element) bool { return c.name == "title" })
	switch {
	case e.attr("aria-label") != "":
		a.Alt = e.attr("aria-label")
	case title != nil:
		a.Alt = strings.TrimSpace(collapse(title.text()))
	case e.attr("aria-hidden") != "true":
		b.note(report.AltMissing, e, "href", "svg")
	}
	a.Width, a.Height = pixels(e.attr("width")), pixels(e.attr("height"))
	return []render.Node{{Kind: render.KindAsset, Name: "img", Asset: a}}
}

// writeSVG writes a drawing out again, without what would act and without addresses that lead
// out of it: a picture may load nothing.
func writeSVG(out *bytes.Buffer, e *element, root bool) {
	if name := strings.ToLower(e.raw); name == "script" || name == "foreignobject" {
		return
	}
	out.WriteString("<" + e.raw)
	if root {
		out.WriteString(` xmlns="http://www.w3.org/2000/svg"`)
	}
	for _, a := range e.attrs {
		name := strings.ToLower(a.raw)
		switch {
		case strings.HasPrefix(name, "on"), name == "href" && !strings.HasPrefix(strings.TrimSpace(a.value), "#"), name == "base":
			continue
		case strings.Contains(a.name, ":") && a.name != "xml:space" && a.name != "xml:lang" && name != "href":
			continue
		}
		name = a.raw
		if strings.HasPrefix(a.name, "xml:") {
			name = a.name
		}
		out.WriteString(" " + name + `="`)
		xml.EscapeText(out, []byte(a.value))
		out.WriteByte('"')
	}
	out.WriteByte('>')
	for _, n := range e.nodes {
		if n.el != nil {
			writeSVG(out, n.el, false)
			continue
		}
		xml.EscapeText(out, []byte(n.text))
	}
	out.WriteString("</" + e.raw + ">")
}
