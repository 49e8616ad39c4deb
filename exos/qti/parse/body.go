package parse

import (
	"strconv"
	"strings"

	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/report"
)

// body reads what is shown: stimuli, the item body, modal feedback.
func (b *builder) body() {
	tree := &b.ex.Tree
	tree.Version, tree.Language, tree.Title = render.TreeVersion, b.ex.Language, b.ex.Title
	for _, e := range b.root.children() {
		switch {
		case e.is("stylesheet"):
			b.note(report.StyleIgnored, e, "href", clip(e.attr("href")))
		case e.is("assessment-stimulus-ref"):
			tree.Nodes = append(tree.Nodes, b.stimulus(e)...)
		case e.is("item-body"):
			tree.Nodes = append(tree.Nodes, b.content(e)...)
		case e.is("modal-feedback"):
			b.feedback(e)
		case e.is("catalog-info"):
			b.catalogs(e)
		case e.is("companion-materials-info"):
			b.companions(e)
		case e.name == "apipaccessibility":
			b.accessElements(e)
		case !itemParts[e.name] || !e.qti:
			b.aside(report.ElementUnknown, e, "parent", b.root.raw)
		}
	}
	if tree.Language == "" {
		b.note(report.LanguageMissing, b.root)
	}
}

// itemParts are the children of an item that others than body read, or that nobody needs.
var itemParts = map[string]bool{
	"response-declaration": true, "outcome-declaration": true, "template-declaration": true, "context-declaration": true,
	"template-processing": true, "response-processing": true, "outcome-processing": true,
}

// stimulus includes a text shared by several items.
func (b *builder) stimulus(e *element) []render.Node {
	href := e.attr("href")
	root := b.document(href)
	if root == nil {
		b.aside(report.IncludeUnresolved, e, "href", clip(href))
		return nil
	}
	body := root.child("stimulus-body")
	if body == nil {
		body = root
	}
	b.nesting++
	defer func() { b.nesting-- }()
	if c := root.child("catalog-info"); c != nil {
		b.catalogs(c)
	}
	return []render.Node{{Kind: render.KindStimulus, Ref: e.attr("identifier"), Nodes: b.from(href, body)}}
}

// from reads the content of another file: addresses in it are relative to that file.
func (b *builder) from(href string, e *element) []render.Node {
	outer := b.src.Path
	if _, at, ok := b.file(href); ok {
		b.src.Path = at
	}
	defer func() { b.src.Path = outer }()
	return b.content(e)
}

// content reads the children of e as nodes.
func (b *builder) content(e *element) []render.Node {
	var out []render.Node
	for _, n := range e.nodes {
		if n.el == nil {
			out = b.appendText(out, n.text)
			continue
		}
		out = append(out, b.node(n.el)...)
	}
	if n := len(out); n > 0 && out[n-1].Kind == render.KindText && out[n-1].Text == " " && !b.inFormat {
		out = out[:n-1]
	}
	return out
}

// appendText adds text with its white space collapsed, unless it stands in <pre>.
func (b *builder) appendText(out []render.Node, text string) []render.Node {
	if !b.inFormat {
		text = collapse(text)
	}
	if text == "" || text == " " && len(out) == 0 {
		return out
	}
	return append(out, render.Text(text))
}

// collapse makes one space of each run of XML white space; no-break spaces stay.
func collapse(s string) string {
	var b strings.Builder
	space := false
	for _, r := range s {
		if r == ' ' || r == '\t' || r == '\n' || r == '\r' {
			space = true
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	if space {
		b.WriteByte(' ')
	}
	return b.String()
}

// node reads one element of the content.
func (b *builder) node(e *element) []render.Node {
	switch {
	case e.name == "include":
		return b.includedContent(e)
	case isMathML(e.space) || e.name == "math":
		return b.formula(e)
	case !e.qti:
		return b.html(e)
	case strings.HasSuffix(e.name, "-interaction"):
		return b.interaction(e, nil)
	}
	if isChoice(e.name) {
		return nil // read by its interaction, wherever it stands
	}
	switch e.name {
	case "content-body", "item-body", "stimulus-body", "template-block-feedback", "html-content":
		return b.content(e)
	case "position-object-stage":
		return b.stage(e)
	case "feedback-block", "feedback-inline":
		return b.feedback(e)
	case "template-block", "template-inline":
		when := b.condition(e, "template-identifier")
		return []render.Node{{Kind: render.KindTemplate, When: when, Inline: e.name == "template-inline", Nodes: b.content(e)}}
	case "printed-variable":
		return []render.Node{b.printed(e)}
	case "rubric-block":
		return b.rubric(e)
	case "info-control":
		n := render.Element("details", b.content(e)...)
		n.Attrs = map[string]string{"title": e.attr("title")}
		return []render.Node{n}
	case "gap":
		return []render.Node{{Kind: render.KindGap, Ref: e.attr("identifier"), Inline: true}}
	case "hottext":
		return []render.Node{{Kind: render.KindHottext, Ref: e.attr("identifier"), Inline: true, Nodes: b.content(e)}}
	case "stylesheet":
		b.note(report.StyleIgnored, e, "href", clip(e.attr("href")))
		return nil
	case "catalog-info": // of a stimulus, or out of place
		b.catalogs(e)
		return nil
	case "modal-feedback":
		return b.feedback(e)
	case "label", "template-variable", "context-variable":
		return b.content(e)
	}
	b.aside(report.ElementUnknown, e, "parent", "qti-item-body")
	return b.content(e)
}

func (b *builder) includedContent(e *element) []render.Node {
	href := e.attr("href")
	if e.attr("parse") == "text" {
		if data, _, ok := b.file(href); ok && b.afford(len(data)) {
			return []render.Node{render.Text(string(data))}
		}
	} else if root := b.document(href); root != nil {
		b.nesting++
		defer func() { b.nesting-- }()
		return b.from(href, &element{nodes: []node{{el: root}}})
	}
	b.aside(report.IncludeUnresolved, e, "href", clip(href))
	return nil
}

func (b *builder) printed(e *element) render.Node {
	n := render.Node{Kind: render.KindPrinted, Ref: e.attr("identifier"), Format: e.attr("format"), Inline: true}
	if b.p.Find(n.Ref) < 0 {
		b.warn(report.VariableUndeclared, e, "identifier", n.Ref)
	}
	for _, name := range []string{"index", "field", "delimiter", "mapping-indicator", "power-form", "base"} {
		if v, ok := e.lookup(name); ok {
			if n.Attrs == nil {
				n.Attrs = map[string]string{}
			}
			n.Attrs[name] = v
		}
	}
	return n
}

// condition reads template-identifier, identifier and show-hide.
func (b *builder) condition(e *element, variable string) *render.Condition {
	return &render.Condition{
		Variable: e.attr(variable), Identifier: e.attr("identifier"), Hide: e.attr("show-hide") == "hide",
	}
}

// feedback sets a text aside under a reference, and leaves a placeholder in its place.
func (b *builder) feedback(e *element) []render.Node {
	outcome := e.attr("outcome-identifier")
	index := b.find(outcome)
	if index < 0 {
		b.warn(report.VariableUndeclared, e, "identifier", outcome)
	}
	modal, inline := e.name == "modal-feedback", e.name == "feedback-inline"
	place := len(b.p.Feedback)
	ref := "f" + strconv.Itoa(place+1)
	b.p.Feedback = append(b.p.Feedback, program.Feedback{
		Ref: ref, Var: index, Identifier: e.attr("identifier"), Hide: e.attr("show-hide") == "hide", Modal: modal,
	})
	b.ex.Feedback = append(b.ex.Feedback, render.Feedback{Ref: ref, Modal: modal, Inline: inline, Title: e.attr("title")})
	b.ex.Feedback[place].Nodes = b.content(e)
	if modal {
		return nil
	}
	return []render.Node{{Kind: render.KindFeedback, Ref: ref, Inline: inline}}
}

// rubricClass keeps the two classes by which a workbook tells a hint (« indice », kept folded until asked for) and a
// reminder (« mémo ») from an instruction; a player that does not know them shows all three alike.
func rubricClass(classes []string) string {
	out := "qti-rubric-block"
	for _, c := range classes {
		if c == "indice" || c == "memo" {
			out += " " + c
		}
	}
	return out
}

// rubric is shown to those whom its view names.
func (b *builder) rubric(e *element) []render.Node {
	views := e.tokens("view")
	nodes := b.content(e)
	for _, v := range views {
		if v == "candidate" {
			n := render.Element("div", nodes...)
			n.Attrs = map[string]string{"class": rubricClass(e.tokens("class"))}
			return []render.Node{n}
		}
	}
	b.ex.Notes = append(b.ex.Notes, nodes...)
	return nil
}
