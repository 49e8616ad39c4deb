package parse

import (
	"strings"

	"pupitre/exos/qti/render"
	"pupitre/exos/qti/report"
)

func set3(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

// allowed are the HTML elements let through; all others are unwrapped or removed.
var allowed = set3(`abbr acronym address article aside b bdi bdo blockquote br caption cite code col colgroup dd del details
	dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i ins kbd li mark ol p pre q rp rt rtc rb ruby s samp
	section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr big a nav main`)

// removed are dropped with all they contain: they act, or load, or hide.
var removed = set3(`script style iframe frame frameset form input button textarea select option link meta base applet embed
	noscript template slot canvas portal dialog head title animate set foreignobject xmp plaintext`)

// html reads an HTML element.
func (b *builder) html(e *element) []render.Node {
	switch {
	case e.name == "svg":
		return b.drawing(e)
	case e.name == "img", e.name == "object", e.name == "audio", e.name == "video", e.name == "picture":
		return b.media(e)
	case removed[e.name]:
		b.aside(report.ContentRemoved, e)
		return nil
	case !allowed[e.name]:
		if !strings.Contains(e.name, "-") && e.name != "font" && e.name != "center" {
			b.note(report.ContentUnwrapped, e)
		}
		return b.content(e)
	}
	n := render.Node{Kind: render.KindElement, Name: e.name, Attrs: b.htmlAttrs(e)}
	outer := b.inFormat
	b.inFormat = outer || e.name == "pre"
	n.Nodes = b.content(e)
	b.inFormat = outer
	return []render.Node{n}
}

// plainAttrs are let through as they are, on any element.
var plainAttrs = set3(`lang dir title width height colspan rowspan scope abbr span start reversed value type datetime cite
	role data-catalog-idref align valign border cellpadding cellspacing summary`)

// idAttrs refer to ids; ids of a publisher's get a prefix, so that none meets the page's.
var idAttrs = set3("id headers for aria-labelledby aria-describedby aria-owns aria-controls aria-flowto aria-details")

const idPrefix = "q-"

func (b *builder) htmlAttrs(e *element) map[string]string {
	out := map[string]string{}
	for _, a := range e.attrs {
		switch {
		case a.name == "xml:lang":
			out["lang"] = a.value
		case a.name == "class":
			if c := sharedClasses(a.value); len(c) > 0 {
				out["class"] = strings.Join(c, " ")
			}
		case idAttrs[a.name]:
			out[a.name] = prefixed(a.value)
		case a.name == "href" && e.name == "a":
			b.link(e, a.value, out)
		case plainAttrs[a.name], spoken(a.name) && plainWord(a.name):
			out[a.name] = a.value
		case a.name == "style", strings.HasPrefix(a.name, "on"), a.name == "src", a.name == "href", a.name == "action":
			b.note(report.AttributeRemoved, e, "attribute", a.name)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// spoken are attributes for those who listen: WAI-ARIA's, and QTI 3's for speech.
func spoken(name string) bool {
	return strings.HasPrefix(name, "aria-") || strings.HasPrefix(name, "data-ssml-") || name == "data-qti-suppress-tts"
}

func plainWord(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return (r < 'a' || r > 'z') && r != '-' }) < 0
}

func prefixed(ids string) string {
	words := strings.Fields(ids)
	for i, w := range words {
		words[i] = idPrefix + w
	}
	return strings.Join(words, " ")
}

// sharedClasses keeps QTI 3's shared vocabulary (qti-layout-…, qti-align-…): any other class
// is the publisher's style sheet's, which is not applied, or could borrow the page's.
func sharedClasses(value string) []string {
	var out []string
	for _, c := range strings.Fields(value) {
		if strings.HasPrefix(c, "qti-") && plainClass(c) {
			out = append(out, c)
		}
	}
	return out
}

func plainClass(c string) bool {
	return strings.IndexFunc(c, func(r rune) bool {
		return !(r == '-' || r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9')
	}) < 0
}

// link lets web, mail and in-page addresses through.
func (b *builder) link(e *element, href string, out map[string]string) {
	href = strings.TrimSpace(href)
	lower := strings.ToLower(href)
	switch {
	case strings.HasPrefix(href, "#"):
		out["href"] = "#" + idPrefix + href[1:]
	case strings.HasPrefix(lower, "https://"), strings.HasPrefix(lower, "http://"), strings.HasPrefix(lower, "mailto:"):
		out["href"] = href
	default:
		b.note(report.AttributeRemoved, e, "attribute", "href")
	}
}
