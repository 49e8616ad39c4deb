package looktest

import (
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Page fails the test for every rule that a whole page breaks.
func Page(t testing.TB, text string) {
	t.Helper()
	p := Parse(t, text)
	for _, rule := range rules {
		for _, complaint := range rule(p) {
			t.Errorf("page %q: %s", p.Title(), complaint)
		}
	}
}

// Doc is a parsed page.
type Doc struct {
	text string
	all  []*html.Node // its elements, in order
	ids  map[string]*html.Node
}

// Parse reads a page, or a part of one.
func Parse(t testing.TB, text string) *Doc {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	p := &Doc{text: text, ids: map[string]*html.Node{}}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		p.all = append(p.all, n)
		if id := Attr(n, "id"); id != "" && p.ids[id] == nil {
			p.ids[id] = n
		}
	}
	return p
}

// Body reads a whole answer.
func Body(t testing.TB, r *http.Response) string {
	t.Helper()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Find returns the elements of the given names ("a", "button"), in order; of any name when none is given.
func (p *Doc) Find(names ...string) []*html.Node {
	var found []*html.Node
	for _, n := range p.all {
		if len(names) == 0 || slices.Contains(names, n.Data) {
			found = append(found, n)
		}
	}
	return found
}

// ByID returns the element of that id, nil if there is none.
func (p *Doc) ByID(id string) *html.Node { return p.ids[id] }

// Title is the window's title.
func (p *Doc) Title() string {
	for _, n := range p.Find("title") {
		return Words(n)
	}
	return ""
}

// Attr returns an attribute's value, "" if it is not there.
func Attr(n *html.Node, name string) string {
	v, _ := lookup(n, name)
	return v
}

func lookup(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// Words returns the words under an element as a screen reader has them: without what is aria-hidden, spaces joined.
func Words(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode && Attr(n, "aria-hidden") == "true" {
			return
		}
		if n.Type == html.TextNode {
			b.WriteString(n.Data + " ")
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

// Name is the accessible name of an element: aria-labelledby, aria-label, its <label>, its alt, its words.
func (p *Doc) Name(n *html.Node) string {
	if ids := Attr(n, "aria-labelledby"); ids != "" {
		var words []string
		for _, id := range strings.Fields(ids) {
			if target := p.ids[id]; target != nil {
				words = append(words, Words(target))
			}
		}
		return strings.Join(words, " ")
	}
	if label := Attr(n, "aria-label"); label != "" {
		return label
	}
	if n.Data == "img" || n.Data == "input" && Attr(n, "type") == "image" {
		return Attr(n, "alt")
	}
	if n.Data == "input" || n.Data == "select" || n.Data == "textarea" {
		return p.label(n)
	}
	return Words(n)
}

// label finds the words of the <label> around a control, or for it.
func (p *Doc) label(n *html.Node) string {
	for up := n.Parent; up != nil; up = up.Parent {
		if up.Data == "label" {
			return Words(up)
		}
	}
	id := Attr(n, "id")
	for _, label := range p.Find("label") {
		if id != "" && Attr(label, "for") == id {
			return Words(label)
		}
	}
	return ""
}

// level is 1 to 6 for a heading, 0 for anything else.
func level(n *html.Node) int {
	if len(n.Data) == 2 && n.Data[0] == 'h' {
		if l, err := strconv.Atoi(n.Data[1:]); err == nil && l <= 6 {
			return l
		}
	}
	return 0
}
