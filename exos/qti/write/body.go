package write

import (
	"sort"
	"strconv"
	"strings"

	"pupitre/exos/qti/render"
)

func (w *writer) nodes(nodes []render.Node) {
	for i := range nodes {
		w.node(&nodes[i])
	}
}

func (w *writer) node(n *render.Node) {
	switch n.Kind {
	case render.KindText:
		w.Text(n.Text)
	case render.KindElement:
		w.element(n)
	case render.KindInteraction:
		w.interaction(n.Interaction)
	case render.KindHottext:
		w.Open("qti-hottext", "identifier", n.Ref)
		w.nodes(n.Nodes)
		w.Close("qti-hottext")
	case render.KindGap:
		w.Empty("qti-gap", "identifier", n.Ref)
	case render.KindPrinted:
		w.printed(n)
	case render.KindTemplate:
		w.when(n)
	case render.KindFeedback:
		w.feedback(n)
	case render.KindAsset:
		w.asset(n)
	case render.KindStimulus:
		w.Open("div")
		w.nodes(n.Nodes)
		w.Close("div")
	}
}

func (w *writer) element(n *render.Node) {
	if rest, ok := strings.CutPrefix(n.Attrs["class"], "qti-rubric-block"); ok {
		w.Open("qti-rubric-block", "use", "instructions", "view", "candidate", "class", strings.TrimSpace(rest))
		w.Open("qti-content-body")
		w.nodes(n.Nodes)
		w.Close("qti-content-body")
		w.Close("qti-rubric-block")
		return
	}
	attributes := attributesOf(n.Attrs)
	if catalog := w.about[n.Attrs["id"]]; catalog != "" && n.Attrs["data-catalog-idref"] == "" {
		attributes = append(attributes, "data-catalog-idref", catalog)
	}
	if n.Name == "math" {
		attributes = append([]string{"xmlns", "http://www.w3.org/1998/Math/MathML"}, attributes...)
	}
	if len(n.Nodes) == 0 {
		w.Empty(n.Name, attributes...)
		return
	}
	w.Open(n.Name, attributes...)
	w.nodes(n.Nodes)
	w.Close(n.Name)
}

// ownIDs are the attributes whose identifiers parse keeps apart from the page's by a prefix, which comes off again.
var ownIDs = map[string]bool{
	"id": true, "headers": true, "for": true, "aria-labelledby": true, "aria-describedby": true, "aria-owns": true, "aria-controls": true,
	"aria-flowto": true, "aria-details": true,
}

const idPrefix = "q-"

// attributesOf lists attributes by name.
func attributesOf(attrs map[string]string) []string {
	var keys []string
	for k := range attrs {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	var out []string
	for _, k := range keys {
		value := attrs[k]
		switch {
		case ownIDs[k]:
			words := strings.Fields(value)
			for i := range words {
				words[i] = strings.TrimPrefix(words[i], idPrefix)
			}
			value = strings.Join(words, " ")
		case k == "href":
			if id, ok := strings.CutPrefix(value, "#"+idPrefix); ok {
				value = "#" + id
			}
		}
		out = append(out, k+"!", value)
	}
	return out
}

func (w *writer) printed(n *render.Node) {
	if n.Format == "math" {
		w.Leaf("mi", n.Ref)
		return
	}
	w.Empty("qti-printed-variable", append([]string{"identifier", n.Ref, "format", n.Format}, attributesOf(n.Attrs)...)...)
}

func (w *writer) when(n *render.Node) {
	name := "qti-template-block"
	if n.Inline {
		name = "qti-template-inline"
	}
	w.Open(name, "template-identifier", n.When.Variable, "identifier", n.When.Identifier, "show-hide", showHide(n.When.Hide))
	w.nodes(n.Nodes)
	w.Close(name)
}

// feedback writes a text at its placeholder.
func (w *writer) feedback(n *render.Node) {
	text, condition := w.texts[n.Ref], w.conditions[n.Ref]
	if text == nil {
		return
	}
	name := "qti-feedback-block"
	if n.Inline {
		name = "qti-feedback-inline"
	}
	w.Open(name, "outcome-identifier", w.variable(condition.Var), "identifier", condition.Identifier, "show-hide", showHide(condition.Hide), "title", text.Title)
	w.nodes(text.Nodes)
	w.Close(name)
}

// address is where a file is, seen from the item.
func (w *writer) address(a *render.Asset) string {
	if w.x.Address != nil {
		return w.x.Address(*a)
	}
	return a.Path
}

func size(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// asset writes a picture, sound, film or document.
func (w *writer) asset(n *render.Node) {
	var others []string // width and height are among them where they were given
	for i, all := 0, attributesOf(n.Attrs); i < len(all); i += 2 {
		if all[i] != "alt!" {
			others = append(others, all[i], all[i+1])
		}
	}
	switch n.Name {
	case "img":
		w.Empty("img", append([]string{"src", w.address(n.Asset), "alt!", n.Asset.Alt}, others...)...)
	case "track":
		w.Empty("track", append([]string{"src", w.address(n.Asset)}, others...)...)
	case "object":
		w.Leaf("object", n.Asset.Alt, append([]string{"data", w.address(n.Asset)}, others...)...)
	default:
		w.Open(n.Name, append([]string{"src", w.address(n.Asset)}, others...)...)
		w.nodes(n.Nodes)
		w.Close(n.Name)
	}
}

// picture writes the picture of an interaction.
func (w *writer) picture(a *render.Asset) {
	if a == nil {
		return
	}
	attributes := []string{"alt!", a.Alt, "width", size(a.Width), "height", size(a.Height)}
	if a.SHA256 != "" {
		attributes = append([]string{"src", w.address(a)}, attributes...)
	}
	w.Empty("img", attributes...)
}
