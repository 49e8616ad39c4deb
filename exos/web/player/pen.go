package player

import (
	"html/template"
	"strings"
)

// pen writes HTML: the only place that does. Names of elements and attributes are this package's own or from its lists; values
// and texts are escaped.
type pen struct{ strings.Builder }

// attr is one attribute; one without a value is written alone.
type attr struct{ name, value string }

func (p *pen) open(name string, attrs ...attr) {
	p.WriteString("<" + name)
	for _, a := range attrs {
		p.WriteString(" " + a.name)
		if a.value != "" || a.name == "value" || a.name == "alt" {
			p.WriteString(`="` + template.HTMLEscapeString(a.value) + `"`)
		}
	}
	p.WriteString(">")
}

func (p *pen) close(name string) { p.WriteString("</" + name + ">") }

func (p *pen) text(s string) { p.WriteString(template.HTMLEscapeString(s)) }

// raw takes HTML that this program made: icons.
func (p *pen) raw(h template.HTML) { p.WriteString(string(h)) }

// words writes an element that holds text alone.
func (p *pen) words(name, text string, attrs ...attr) {
	p.open(name, attrs...)
	p.text(text)
	p.close(name)
}

// only returns the attribute if it holds.
func only(holds bool, name, value string) []attr {
	if !holds {
		return nil
	}
	return []attr{{name, value}}
}
