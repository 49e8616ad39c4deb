package markup

import (
	"strings"

	"golang.org/x/net/html"
)

// maxOpen is how many elements may be open at once; of those beyond only the content is read.
const maxOpen = 200

// void are the elements that have no end.
var void = set("area base br col embed hr img input link meta param source track wbr")

// endedBy tells which open elements the beginning of another ends, up to the elements that hold them.
var endedBy = map[string]struct{ ends, upTo map[string]bool }{
	"li": {set("li"), set("ul ol")}, "dt": {set("dt dd"), set("dl")}, "dd": {set("dt dd"), set("dl")},
	"td": {set("td th"), set("tr table")}, "th": {set("td th"), set("tr table")}, "tr": {set("td th tr"), set("table")},
	"tbody": {set("td th tr thead tbody tfoot caption colgroup"), set("table")}, "tfoot": {set("td th tr thead tbody tfoot"), set("table")},
}

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// soup makes a tree of tag soup: elements without an end end where another begins or their parent ends, ends without an element are
// left out. It is not the HTML standard's own algorithm, of which a few kilobytes can make a gigabyte (each paragraph opens again all
// the bold and italic that was never closed): here a text makes no more elements than it has tags.
func soup(source string) []*html.Node {
	b := builder{root: &html.Node{Type: html.ElementNode}}
	b.open = []*html.Node{b.root}
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return children(b.root)
		case html.TextToken:
			b.add(&html.Node{Type: html.TextNode, Data: string(z.Text())})
		case html.StartTagToken:
			b.start(z.Token(), false)
		case html.SelfClosingTagToken:
			b.start(z.Token(), true)
		case html.EndTagToken:
			name, _ := z.TagName()
			b.end(string(name))
		}
	}
}

type builder struct {
	root *html.Node
	open []*html.Node
}

func (b *builder) top() *html.Node { return b.open[len(b.open)-1] }

func (b *builder) add(n *html.Node) { b.top().AppendChild(n) }

func (b *builder) start(t html.Token, empty bool) {
	if rule, ok := endedBy[t.Data]; ok {
		b.close(rule.ends, rule.upTo)
	} else if blocks[t.Data] {
		b.close(map[string]bool{"p": true}, set("td th li div blockquote"))
	}
	n := &html.Node{Type: html.ElementNode, Data: t.Data, Attr: t.Attr}
	b.add(n)
	if !empty && !void[t.Data] && len(b.open) < maxOpen {
		b.open = append(b.open, n)
	}
}

// close ends the outermost open element of these names that is inside the innermost of those.
func (b *builder) close(names, upTo map[string]bool) {
	at := -1
	for i := len(b.open) - 1; i > 0 && !upTo[b.open[i].Data]; i-- {
		if names[b.open[i].Data] {
			at = i
		}
	}
	if at > 0 {
		b.open = b.open[:at]
	}
}

func (b *builder) end(name string) {
	for i := len(b.open) - 1; i > 0; i-- {
		if b.open[i].Data == name {
			b.open = b.open[:i]
			return
		}
	}
}
