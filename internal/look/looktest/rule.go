package looktest

import (
	"fmt"
	"strings"

	"golang.org/x/net/html"
)

// rules are what every page must keep. Each returns its complaints.
var rules = []func(*Doc) []string{
	language, headings, landmarks, names, references, ids, pictures, strictPolicy, words,
}

// language: WCAG 3.1.1.
func language(p *Doc) []string {
	for _, n := range p.Find("html") {
		if Attr(n, "lang") != "" {
			return nil
		}
	}
	return []string{"the page does not say its language"}
}

// headings: one h1, and no level skipped on the way down.
func headings(p *Doc) (complaints []string) {
	last, firsts := 0, 0
	for _, n := range p.all {
		l := level(n)
		if l == 0 {
			continue
		}
		if l == 1 {
			firsts++
		}
		if l > last+1 {
			complaints = append(complaints, fmt.Sprintf("%s %q follows level %d", n.Data, Words(n), last))
		}
		last = l
	}
	if firsts != 1 {
		complaints = append(complaints, fmt.Sprintf("%d h1", firsts))
	}
	return complaints
}

// landmarks: one main, reached by the first link; several navigations or asides are told apart by name.
func landmarks(p *Doc) (complaints []string) {
	if n := len(p.Find("main")); n != 1 {
		complaints = append(complaints, fmt.Sprintf("%d main", n))
	}
	if links := p.Find("a"); len(links) == 0 || p.ByID(strings.TrimPrefix(Attr(links[0], "href"), "#")) == nil {
		complaints = append(complaints, "the first link does not skip to the content")
	}
	seen := map[string]bool{}
	for _, n := range p.Find("nav", "aside") {
		name := n.Data + " " + p.Name(n)
		if Attr(n, "aria-label") == "" && Attr(n, "aria-labelledby") == "" {
			complaints = append(complaints, n.Data+" without a name")
		} else if seen[name] {
			complaints = append(complaints, "two of "+name)
		}
		seen[name] = true
	}
	return complaints
}

// names: WCAG 4.1.2, every control, link, button, dialog and table says what it is.
func names(p *Doc) (complaints []string) {
	for _, n := range p.Find("a", "button", "summary", "input", "select", "textarea", "dialog", "fieldset") {
		if n.Data == "input" && Attr(n, "type") == "hidden" || Attr(n, "aria-hidden") == "true" {
			continue
		}
		if p.Name(n) == "" {
			complaints = append(complaints, "no name for "+render(n))
		}
	}
	for _, n := range p.Find("fieldset") {
		if first := firstElement(n); first == nil || first.Data != "legend" {
			complaints = append(complaints, "a fieldset must begin with its legend")
		}
	}
	for _, n := range p.Find("table") {
		if first := firstElement(n); first == nil || first.Data != "caption" {
			complaints = append(complaints, "a table must begin with its caption")
		}
	}
	return complaints
}

// references: what points to an id points to something.
func references(p *Doc) (complaints []string) {
	for _, n := range p.all {
		for _, name := range []string{"for", "aria-labelledby", "aria-describedby", "aria-controls", "form"} {
			for _, id := range strings.Fields(Attr(n, name)) {
				if p.ids[id] == nil {
					complaints = append(complaints, fmt.Sprintf("%s=%q leads nowhere", name, id))
				}
			}
		}
		if id, local := strings.CutPrefix(Attr(n, "href"), "#"); local && n.Data == "a" && id != "" && p.ids[id] == nil {
			complaints = append(complaints, fmt.Sprintf("the link to #%s leads nowhere", id))
		}
	}
	return complaints
}

func ids(p *Doc) (complaints []string) {
	for _, n := range p.all {
		if id := Attr(n, "id"); id != "" && p.ids[id] != n {
			complaints = append(complaints, "two elements have the id "+id)
		}
	}
	return complaints
}

func pictures(p *Doc) (complaints []string) {
	for _, n := range p.Find("img") {
		if _, ok := lookup(n, "alt"); !ok {
			complaints = append(complaints, "no alt for "+render(n))
		}
	}
	return complaints
}

// strictPolicy: what the content security policy would refuse in the browser, found here.
func strictPolicy(p *Doc) (complaints []string) {
	for _, n := range p.all {
		if _, ok := lookup(n, "style"); ok || n.Data == "style" {
			complaints = append(complaints, "inline style: "+render(n))
		}
		if n.Data == "script" && Attr(n, "src") == "" && Attr(n, "type") != "application/json" {
			complaints = append(complaints, "inline script")
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") {
				complaints = append(complaints, "inline handler "+a.Key)
			}
			if (a.Key == "href" || a.Key == "src" || a.Key == "action") && strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
				complaints = append(complaints, "javascript: address")
			}
		}
	}
	return complaints
}

// words: internal/lang writes ⟦key⟧ for what has no words; html/template writes #ZgotmplZ for what it refuses.
func words(p *Doc) (complaints []string) {
	for _, sign := range []string{"⟦", "ZgotmplZ", "%!"} {
		if i := strings.Index(p.text, sign); i >= 0 {
			complaints = append(complaints, "near "+p.text[i:min(len(p.text), i+60)])
		}
	}
	return complaints
}

func firstElement(n *html.Node) *html.Node {
	for c := range n.ChildNodes() {
		if c.Type == html.ElementNode {
			return c
		}
	}
	return nil
}

// render writes an element's own tag, to find it by.
func render(n *html.Node) string {
	var b strings.Builder
	b.WriteString("<" + n.Data)
	for _, a := range n.Attr {
		fmt.Fprintf(&b, " %s=%q", a.Key, a.Val)
	}
	return b.String() + ">"
}
