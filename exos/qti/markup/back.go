package markup

import (
	"sort"
	"strconv"
	"strings"

	"pupitre/exos/qti/quill"
	"pupitre/exos/qti/render"
)

// Write is a piece of an exercise as a text for a teacher: plain words in the "moodle" format where that says it all, else HTML.
// Interactions are written by place, which may be nil where there are none.
func Write(nodes []render.Node, place func(*render.Interaction) string) Text {
	nodes = meaningful(nodes)
	if len(nodes) == 1 && nodes[0].Kind == render.KindElement && nodes[0].Name == "p" && len(nodes[0].Attrs) == 0 {
		nodes = nodes[0].Nodes
	}
	w := backWriter{place: place}
	w.nodes(nodes)
	if w.form {
		return Text{Source: strings.TrimSpace(w.q.String()), Format: HTML}
	}
	return Text{Source: strings.TrimSpace(w.words.String()), Format: Moodle}
}

// meaningful leaves out white space at both ends, and beside what stands by itself.
func meaningful(nodes []render.Node) []render.Node {
	alone := func(i int) bool {
		return i < 0 || i >= len(nodes) || nodes[i].Kind == render.KindElement && blocks[nodes[i].Name]
	}
	var out []render.Node
	for i, n := range nodes {
		if n.Kind == render.KindText && strings.TrimSpace(n.Text) == "" && (alone(i-1) || alone(i+1)) {
			continue
		}
		out = append(out, n)
	}
	return out
}

// backWriter writes both forms at once, and notes whether the plain one would lose anything.
type backWriter struct {
	q     quill.Quill
	words strings.Builder
	form  bool
	place func(*render.Interaction) string
}

func (w *backWriter) nodes(nodes []render.Node) {
	for i := range nodes {
		w.node(&nodes[i])
	}
}

func (w *backWriter) node(n *render.Node) {
	switch n.Kind {
	case render.KindText:
		w.q.Text(n.Text)
		// In the "moodle" format words are HTML too: what looks like it is written as HTML writes it.
		w.words.WriteString(escaped(n.Text))
		w.form = w.form || strings.Contains(n.Text, "\n")
	case render.KindElement:
		w.form = true
		if len(n.Nodes) == 0 {
			w.q.Empty(n.Name, attributes(n.Attrs)...)
			return
		}
		w.q.Open(n.Name, attributes(n.Attrs)...)
		w.nodes(n.Nodes)
		w.q.Close(n.Name)
	case render.KindAsset:
		w.form = true
		w.asset(n)
	case render.KindInteraction:
		if w.place != nil {
			text := w.place(n.Interaction)
			w.q.Raw(text)
			w.words.WriteString(text)
		}
	case render.KindFeedback:
	default:
		w.nodes(n.Nodes)
	}
}

// asset writes a picture, sound or film by its path in the package.
func (w *backWriter) asset(n *render.Node) {
	size := func(v int) string {
		if v == 0 {
			return ""
		}
		return strconv.Itoa(v)
	}
	a := n.Asset
	switch n.Name {
	case "img":
		w.q.Empty("img", "src", a.Path, "alt!", a.Alt, "width", size(a.Width), "height", size(a.Height))
	case "object":
		w.q.Leaf("a", a.Alt, "href", a.Path)
	default:
		w.q.Open(n.Name, "src", a.Path, "controls", "controls")
		w.q.Close(n.Name)
	}
}

func attributes(attrs map[string]string) []string {
	var keys []string
	for k := range attrs {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	var out []string
	for _, k := range keys {
		out = append(out, k+"!", strings.TrimPrefix(attrs[k], "q-"))
	}
	return out
}
