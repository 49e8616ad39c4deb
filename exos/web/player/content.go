package player

import (
	"slices"
	"strings"

	"pupitre/exos/qti/render"
)

// elements are the elements that come through, and what they become here: a page has one h1, one main, and names its own landmarks.
var elements = func() map[string]string {
	m := map[string]string{
		"h1": "h3", "h2": "h3", "h3": "h3", "h4": "h4", "h5": "h5", "h6": "h6", "strike": "s", "tt": "code", "big": "span", "acronym": "abbr",
		"article": "div", "aside": "div", "footer": "div", "header": "div", "main": "div", "nav": "div", "section": "div", "address": "div",
	}
	for name := range strings.FieldsSeq(`abbr a b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption
		figure hr i ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr
		math mrow mi mn mo mtext mspace ms mfrac msqrt mroot mstyle merror mpadded mphantom menclose msub msup msubsup munder mover munderover
		mmultiscripts mprescripts mtable mtr mtd semantics`) {
		m[name] = name
	}
	return m
}()

// void are the elements without an end.
var void = map[string]bool{"br": true, "hr": true, "col": true, "wbr": true}

// attributes are those that come through on any element.
var attributes = func() map[string]bool {
	m := map[string]bool{}
	for name := range strings.FieldsSeq(`lang dir title colspan rowspan scope abbr span start reversed datetime id class
		display mathvariant stretchy fence separator lspace rspace accent accentunder linethickness columnalign rowalign
		columnspan columnlines rowlines notation displaystyle scriptlevel`) {
		m[name] = true
	}
	return m
}()

// nodes writes what a publisher wrote, and the controls that stand in it.
func (d *drawing) nodes(nodes []render.Node) {
	for _, n := range nodes {
		d.node(n)
	}
}

func (d *drawing) node(n render.Node) {
	switch n.Kind {
	case render.KindText:
		d.text(n.Text)
	case render.KindElement:
		d.element(n)
	case render.KindInteraction:
		if n.Interaction != nil {
			d.interaction(n.Interaction)
		}
	case render.KindGap:
		d.gap(n.Ref)
	case render.KindHottext:
		d.hottext(n)
	case render.KindFeedback:
		d.feedback(n)
	case render.KindAsset:
		d.asset(n)
	case render.KindStimulus:
		d.open("div", attr{"class", "stimulus"})
		d.nodes(n.Nodes)
		d.close("div")
	}
	// A template block is gone once arranged; a printed outcome has no value before an answer.
}

func (d *drawing) element(n render.Node) {
	name, ok := elements[n.Name]
	if !ok {
		d.nodes(n.Nodes)
		return
	}
	var attrs []attr
	for key, value := range sorted(n.Attrs) {
		switch {
		case key == "href" && name == "a" && harmless(value):
			attrs = append(attrs, attr{"href", value}, attr{"rel", "noopener noreferrer"})
		case key == "id" && !strings.HasPrefix(value, "q-"), key == "class" && !shared(value):
		case attributes[key] && value != "":
			attrs = append(attrs, attr{key, value})
		}
	}
	if name == "table" { // a wide table scrolls by itself
		d.open("div", attr{"class", "wide-table"}, attr{"tabindex", "0"}, attr{"role", "region"}, attr{"aria-label", d.T("exosweb.player.table")})
		defer d.close("div")
	}
	d.open(name, attrs...)
	if void[name] {
		return
	}
	if name == "details" && !slices.ContainsFunc(n.Nodes, func(c render.Node) bool { return c.Name == "summary" }) {
		title := n.Attrs["title"]
		if title == "" {
			title = d.T("exosweb.player.more")
		}
		d.words("summary", title)
	}
	d.nodes(n.Nodes)
	d.close(name)
}

// harmless lets web, mail and in-page addresses through.
func harmless(href string) bool {
	lower := strings.ToLower(href)
	for _, start := range []string{"https://", "http://", "mailto:", "#q-"} {
		if strings.HasPrefix(lower, start) {
			return true
		}
	}
	return false
}

// shared reports whether all classes are of QTI's shared vocabulary: any other could borrow the page's own look.
func shared(classes string) bool {
	for c := range strings.FieldsSeq(classes) {
		if !strings.HasPrefix(c, "qti-") && c != "memo" {
			return false
		}
	}
	return true
}

// asset shows a picture, or plays a sound or a film.
func (d *drawing) asset(n render.Node) {
	if n.Asset == nil {
		return
	}
	d.file(n.Asset)
	d.nodes(n.Nodes)
}

func (d *drawing) file(a *render.Asset) {
	at, kind := d.Address(a.SHA256), strings.SplitN(a.Media, "/", 2)[0]
	switch kind {
	case "image":
		d.open("img", slices.Concat([]attr{{"src", at}, {"alt", a.Alt}, {"loading", "lazy"}},
			only(a.Width > 0, "width", number(a.Width)), only(a.Height > 0, "height", number(a.Height)))...)
	case "audio", "video":
		label := a.Alt
		if label == "" {
			label = d.T("exosweb.player." + kind)
		}
		d.open(kind, slices.Concat([]attr{{"controls", ""}, {"preload", "none"}, {"src", at}, {"aria-label", label}}, only(d.loop, "loop", ""))...)
		d.close(kind)
	}
}

// feedback shows, at its place, a text that scoring has released. The place is always there, so that nothing moves around it.
func (d *drawing) feedback(n render.Node) {
	for _, f := range d.released {
		if f.Ref != n.Ref || f.Modal {
			continue
		}
		name := "div"
		if n.Inline {
			name = "span"
		}
		d.open(name, attr{"class", "remark"})
		d.raw(d.Icon("lightbulb"))
		d.nodes(f.Nodes)
		d.close(name)
	}
}
