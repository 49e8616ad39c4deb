package markup

import (
	"strings"

	"golang.org/x/net/html"

	"pupitre/exos/qti/quill"
)

// maxDepth is how deep elements may stand in a teacher's text; deeper ones are unwrapped.
const maxDepth = 60

// names are the elements that are kept for the parser, which lets them through or says why not.
var names = set(`a abbr acronym address applet area article aside audio b base bdi bdo big blockquote br button canvas
	caption center cite code col colgroup dd del details dfn dialog div dl dt em embed fieldset figcaption figure font footer form
	frame frameset h1 h2 h3 h4 h5 h6 header hr i iframe img input ins kbd legend li link main map mark meta nav noscript object ol
	p param picture pre q rp rt rtc rb ruby s samp script section select small source span strike strong style sub summary sup svg
	table tbody td textarea tfoot th thead time title tr track tt u ul var video wbr
	math mrow mi mn mo mtext mspace ms mfrac msqrt mroot mstyle merror mpadded mphantom mfenced menclose msub msup msubsup munder
	mover munderover mmultiscripts mprescripts none mtable mtr mtd mlabeledtr semantics annotation maction`)

// blocks are the elements that stand by themselves.
var blocks = set(`address article aside blockquote details div dl figure footer form h1 h2 h3 h4 h5 h6 header hr main nav ol p pre section
	table ul center fieldset`)

// nodes reads the text, whatever its format.
func (t Text) nodes() []*html.Node {
	source := t.Source
	switch t.Format {
	case Plain:
		source = lines(html.EscapeString(source))
	case Markdown:
		source = fromMarkdown(source)
	case HTML:
	default:
		source = lines(source)
	}
	return soup(source)
}

// lines keeps the ends of lines, unless the text is laid out by elements of its own.
func lines(source string) string {
	lower := strings.ToLower(source)
	for _, block := range []string{"<p", "<div", "<ul", "<ol", "<table", "<br", "<pre", "<h"} {
		if strings.Contains(lower, block) {
			return source
		}
	}
	source = strings.ReplaceAll(strings.TrimSpace(source), "\r\n", "\n")
	if paragraphs := strings.Split(source, "\n\n"); len(paragraphs) > 1 {
		return "<p>" + strings.Join(paragraphs, "</p><p>") + "</p>"
	}
	return strings.ReplaceAll(source, "\n", "<br>")
}

// Block is the text as XHTML that may stand in an item's body.
func (t Text) Block(s *Setting) string {
	w := writer{s: s, q: &quill.Quill{}}
	w.blocks(t.nodes())
	return w.q.String()
}

// Flow is the text as XHTML for a choice or a table cell: one paragraph goes without its element.
func (t Text) Flow(s *Setting) string {
	nodes := t.nodes()
	for {
		only := sole(nodes)
		if only == nil || only.Data != "p" && only.Data != "div" || len(only.Attr) > 0 {
			break
		}
		nodes = children(only)
	}
	w := writer{s: s, q: &quill.Quill{}}
	for _, n := range nodes {
		w.node(n, 0)
	}
	return strings.TrimSpace(w.q.String())
}

// sole is the only node that says anything, where it is an element.
func sole(nodes []*html.Node) *html.Node {
	var only *html.Node
	for _, n := range nodes {
		if n.Type == html.CommentNode || n.Type == html.TextNode && strings.TrimSpace(n.Data) == "" {
			continue
		}
		if only != nil || n.Type != html.ElementNode {
			return nil
		}
		only = n
	}
	return only
}

func children(n *html.Node) []*html.Node {
	var out []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		out = append(out, c)
	}
	return out
}

type writer struct {
	s *Setting
	q *quill.Quill
}

// blocks writes nodes, those that stand in a line gathered into paragraphs.
func (w *writer) blocks(nodes []*html.Node) {
	for i := 0; i < len(nodes); {
		if standsAlone(nodes[i]) {
			w.node(nodes[i], 0)
			i++
			continue
		}
		inner := writer{s: w.s, q: &quill.Quill{}}
		name := "p"
		for ; i < len(nodes) && !standsAlone(nodes[i]); i++ {
			if w.hasBlockPlace(nodes[i]) {
				name = "div"
			}
			inner.node(nodes[i], 0)
		}
		if text := strings.TrimSpace(inner.q.String()); text != "" {
			w.q.Open(name)
			w.q.Raw(text)
			w.q.Close(name)
		}
	}
}

func standsAlone(n *html.Node) bool { return n.Type == html.ElementNode && blocks[n.Data] }

func (w *writer) node(n *html.Node, depth int) {
	switch n.Type {
	case html.TextNode:
		w.text(n.Data)
	case html.ElementNode:
		w.element(n, depth)
	}
}

// element writes an element whose name is HTML's or MathML's, else what it holds.
func (w *writer) element(n *html.Node, depth int) {
	name := n.Data
	if !names[name] || depth > maxDepth {
		w.inside(n, depth)
		return
	}
	if (name == "p" || name[0] == 'h' && len(name) == 2) && w.hasBlockPlace(n) {
		name = "div" // a paragraph takes nothing that stands by itself
	}
	attributes := w.attributes(n)
	if name == "math" {
		attributes = append([]string{"xmlns", "http://www.w3.org/1998/Math/MathML"}, attributes...)
	}
	if n.FirstChild == nil && name != "p" && name != "div" && name != "span" {
		w.q.Empty(name, attributes...)
		return
	}
	w.q.Open(name, attributes...)
	w.inside(n, depth+1)
	w.q.Close(name)
}

// inside writes what an element holds.
func (w *writer) inside(n *html.Node, depth int) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c, depth)
	}
}

// attributes lists what may be written as XML at all; addresses of the question's own files are looked up.
func (w *writer) attributes(n *html.Node) []string {
	var out []string
	seen := map[string]bool{}
	for _, a := range n.Attr {
		if a.Namespace != "" || seen[a.Key] || !plainName(a.Key) || a.Key == "xmlns" {
			continue
		}
		seen[a.Key] = true
		value := withoutMarks(a.Val)
		if a.Key == "src" || a.Key == "data" && n.Data == "object" || a.Key == "href" && n.Data == "a" {
			value = address(value)
		}
		out = append(out, a.Key+"!", value)
	}
	return out
}

func plainName(name string) bool {
	return name != "" && name[0] >= 'a' && name[0] <= 'z' && strings.IndexFunc(name, func(r rune) bool {
		return !(r == '-' || 'a' <= r && r <= 'z' || '0' <= r && r <= '9')
	}) < 0
}

// address is what an address means inside a package. « @@PLUGINFILE@@/name » is Moodle's for a file of the question's own.
func address(href string) string {
	if name, ok := strings.CutPrefix(strings.TrimSpace(href), "@@PLUGINFILE@@"); ok {
		return strings.TrimPrefix(name, "/")
	}
	return href
}

// text writes words, and at each mark what stands there.
func (w *writer) text(s string) {
	cutMarks(s, w.q.Text, func(i int) {
		if i >= len(w.s.Places) || w.s.placed[i] && !w.s.Places[i].Often {
			return
		}
		if w.s.placed == nil {
			w.s.placed = map[int]bool{}
		}
		w.s.placed[i] = true
		w.q.Raw(w.s.Places[i].XML)
	})
}

// hasBlockPlace tells whether something that stands by itself is placed in n.
func (w *writer) hasBlockPlace(n *html.Node) bool {
	if n.Type == html.TextNode {
		found := false
		cutMarks(n.Data, func(string) {}, func(i int) { found = found || i < len(w.s.Places) && w.s.Places[i].Block })
		return found
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if w.hasBlockPlace(c) {
			return true
		}
	}
	return false
}

// words writes the words of nodes, blocks apart.
func words(b *strings.Builder, nodes []*html.Node) {
	for _, n := range nodes {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
		case n.Data == "script" || n.Data == "style":
		case n.Type == html.ElementNode:
			words(b, children(n))
			if blocks[n.Data] || n.Data == "br" || n.Data == "li" || n.Data == "td" {
				b.WriteByte(' ')
			}
		}
	}
}
