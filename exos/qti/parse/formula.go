package parse

import (
	"strings"

	"pupitre/exos/qti/render"
	"pupitre/exos/qti/report"
)

// formulas are the MathML elements let through: presentation, and a little content. No
// maction, no annotation-xml (it may carry HTML), no href.
var formulas = set3(`math mrow mi mn mo mtext mspace ms mfrac msqrt mroot mstyle merror mpadded mphantom mfenced menclose
	msub msup msubsup munder mover munderover mmultiscripts mprescripts none mtable mtr mtd mlabeledtr mstack mlongdiv msgroup
	msrow mscarries mscarry msline semantics annotation ci cn apply`)

// formulaAttrs are the MathML attributes let through.
var formulaAttrs = set3(`display mathvariant mathsize stretchy fence separator lspace rspace accent accentunder linethickness
	columnalign rowalign columnspan rowspan columnspacing rowspacing columnlines rowlines frame open close separators notation
	width height depth dir alttext displaystyle scriptlevel largeop movablelimits symmetric minsize maxsize form bevelled
	numalign denomalign side equalrows equalcolumns encoding`)

func (b *builder) formula(e *element) []render.Node {
	switch {
	case e.qti && strings.HasSuffix(e.name, "-interaction"), e.is("printed-variable"), e.is("feedback-inline"), e.is("gap"):
		return b.node(e)
	case !formulas[e.name]:
		if removed[e.name] || e.name == "maction" || e.name == "annotation-xml" {
			b.aside(report.ContentRemoved, e)
			return nil
		}
		b.note(report.ContentUnwrapped, e)
		return b.formulaContent(e)
	}
	if name := strings.TrimSpace(e.text()); (e.name == "mi" || e.name == "ci") && b.math[name] {
		// A template variable stands for its value (QTI 3.0.1 §2.10.1, math-variable).
		return []render.Node{{Kind: render.KindPrinted, Ref: name, Inline: true, Format: "math"}}
	}
	n := render.Node{Kind: render.KindElement, Name: e.name, Nodes: b.formulaContent(e)}
	for _, a := range e.attrs {
		if formulaAttrs[a.name] {
			if n.Attrs == nil {
				n.Attrs = map[string]string{}
			}
			n.Attrs[a.name] = a.value
		}
	}
	return []render.Node{n}
}

func (b *builder) formulaContent(e *element) []render.Node {
	var out []render.Node
	for _, n := range e.nodes {
		if n.el == nil {
			if text := collapse(n.text); strings.TrimSpace(text) != "" {
				out = append(out, render.Text(strings.TrimSpace(text)))
			}
			continue
		}
		out = append(out, b.formula(n.el)...)
	}
	return out
}
