package player

import (
	"slices"
	"strings"

	"pupitre/exos/qti/render"
)

// graphic writes an interaction on a picture: the picture with its areas, then the controls, which are lists and boxes of the
// browser's like any other's. They hold the answer; where script runs, pressing the picture moves them.
func (d *drawing) graphic(it *render.Interaction) {
	switch it.Type {
	case render.TypeHotspot:
		d.hotspot(it)
	case render.TypeGraphicOrder:
		d.graphicOrder(it)
	case render.TypeGraphicAssociate:
		d.graphicAssociate(it)
	case render.TypeGraphicGapMatch:
		d.graphicGapMatch(it)
	case render.TypeSelectPoint, render.TypePositionObject:
		d.points(it)
	}
}

// plate writes the picture alone.
func (d *drawing) plate(it *render.Interaction) {
	areas := make([]render.Choice, 0, len(it.Choices))
	for _, a := range it.Lettered() {
		areas = append(areas, a.Choice)
	}
	d.picture(it, newCanvas(ground(it), areas), func(render.Area) mark { return mark{} }, nil)
}

// hotspot writes a box for each area.
func (d *drawing) hotspot(it *render.Interaction) {
	c := newCanvas(it.Object, it.Choices)
	kind := "radio"
	if it.Multiple {
		kind = "checkbox"
		d.bounds(it)
	}
	d.picture(it, c, func(a render.Area) mark {
		return mark{on: d.chosen(it.Response, a.Identifier), key: slices.Contains(d.key(it.Response), a.Identifier)}
	}, nil)
	d.open("div", attr{"class", "boxes spots"})
	for _, a := range c.spots {
		d.open("label", attr{"class", "box"})
		d.open("input", slices.Concat([]attr{{"type", kind}, {"name", name(it.Response)}, {"value", a.Identifier}},
			only(d.chosen(it.Response, a.Identifier), "checked", ""), d.off())...)
		d.spotWords(c, a)
		d.close("label")
	}
	d.close("div")
}

// graphicOrder writes a list of areas for each rank.
func (d *drawing) graphicOrder(it *render.Interaction) {
	c := newCanvas(it.Object, it.Choices)
	rank := func(of []string, a render.Area) string {
		if i := slices.Index(of, a.Identifier); i >= 0 {
			return number(i + 1)
		}
		return ""
	}
	d.picture(it, c, func(a render.Area) mark {
		m := mark{inner: rank(d.answers(it.Response), a), keyed: rank(d.key(it.Response), a)}
		m.on, m.key = m.inner != "", m.keyed != ""
		return m
	}, nil)
	rows := len(it.Choices)
	if it.Max > 0 {
		rows = min(it.Max, rows)
	}
	options := make([]option, len(c.spots))
	for i, a := range c.spots {
		options[i] = option{a.Identifier, d.called(c, a)}
	}
	d.ranks(it, rows, options)
}

// graphicAssociate writes as many lists of pairs of areas as may be joined; joined areas have a line between them.
func (d *drawing) graphicAssociate(it *render.Interaction) {
	c := newCanvas(it.Object, it.Choices)
	joined := func(pairs []string, class string) {
		for _, pair := range pairs {
			a, b, _ := strings.Cut(pair, " ")
			d.tie(c, a, b, class)
		}
	}
	d.picture(it, c, func(a render.Area) mark {
		return mark{on: joins(d.answers(it.Response), a), key: joins(d.key(it.Response), a)}
	}, func() {
		joined(d.key(it.Response), "tie is-key")
		joined(d.answers(it.Response), "tie")
	})
	var options []option
	ends := 0
	for i, a := range c.spots {
		ends += a.MatchMax
		for _, b := range c.spots[i+1:] {
			if together(a.Choice, b.Choice) {
				options = append(options, option{a.Identifier + " " + b.Identifier, d.called(c, a) + " – " + d.called(c, b)})
			}
		}
	}
	rows := it.Max
	if rows <= 0 {
		rows = max(ends/2, len(c.spots)-1)
	}
	d.pairs(it, rows, options)
}

// joins reports whether one of the pairs has the area.
func joins(pairs []string, a render.Area) bool {
	return slices.ContainsFunc(pairs, func(p string) bool { return slices.Contains(strings.Fields(p), a.Identifier) })
}

// tie draws a line between two areas.
func (d *drawing) tie(c canvas, from, to, class string) {
	a, okA := c.find(from)
	b, okB := c.find(to)
	if !okA || !okB {
		return
	}
	x1, y1 := a.Middle()
	x2, y2 := b.Middle()
	d.open("line", attr{"class", class}, attr{"x1", decimal(x1)}, attr{"y1", decimal(y1)}, attr{"x2", decimal(x2)}, attr{"y2", decimal(y2)})
	d.close("line")
}

// graphicGapMatch writes the labels, and for each area a list of them, or boxes where it takes several.
func (d *drawing) graphicGapMatch(it *render.Interaction) {
	c := newCanvas(it.Object, it.Targets)
	inside := func(pairs []string, a render.Area) string {
		var out []string
		for _, label := range it.Choices {
			if slices.Contains(pairs, label.Identifier+" "+a.Identifier) {
				out = append(out, label.Words())
			}
		}
		return strings.Join(out, ", ")
	}
	d.open("ul", attr{"class", "tiles"}, attr{"aria-label", d.T("exosweb.player.tiles")})
	for _, label := range it.Choices {
		d.open("li", slices.Concat([]attr{{"data-tile", label.Identifier}}, only(label.MatchMax > 0, "data-most", number(label.MatchMax)))...)
		d.words1(label)
		d.close("li")
	}
	d.close("ul")
	d.picture(it, c, func(a render.Area) mark {
		m := mark{inner: inside(d.answers(it.Response), a), keyed: inside(d.key(it.Response), a)}
		m.on, m.key = m.inner != "", m.keyed != ""
		return m
	}, nil)
	d.open("ul", attr{"class", "pairs"})
	for _, a := range c.spots {
		var options []option
		for _, label := range it.Choices {
			if together(label, a.Choice) {
				options = append(options, option{label.Identifier + " " + a.Identifier, label.Words()})
			}
		}
		d.open("li", attr{"data-of", a.Identifier})
		d.words("span", d.T("exosweb.player.spot", "letter", a.Letter), attr{"class", "spot-name"}, attr{"aria-hidden", "true"})
		if a.MatchMax == 1 {
			d.list(it.Response, d.called(c, a), options, func(v string) bool { return d.chosen(it.Response, v) })
		} else {
			d.boxes(it, d.called(c, a), options)
		}
		d.close("li")
	}
	d.close("ul")
}

// Pictured says a value of a graphic interaction in words that can be found on the picture: « Zone B, en bas à gauche »; ok is false
// for any other interaction.
func (s Sheet) Pictured(response, value string) (text string, ok bool) {
	for _, it := range render.Interactions(s.Tree.Nodes) {
		if it.Response != response || !pictured(it.Type) {
			continue
		}
		if pointed(it.Type) {
			return s.pointWords(it, value), true
		}
		areas := it.Choices
		if it.Type == render.TypeGraphicGapMatch {
			areas = it.Targets
		}
		c := newCanvas(it.Object, areas)
		words := make([]string, 0, 2)
		for id := range strings.FieldsSeq(value) {
			if a, ok := c.find(id); ok {
				words = append(words, s.called(c, a))
			} else if i := slices.IndexFunc(it.Choices, func(l render.Choice) bool { return l.Identifier == id }); i >= 0 {
				words = append(words, it.Choices[i].Words())
			} else {
				words = append(words, id)
			}
		}
		return strings.Join(words, " → "), true
	}
	return "", false
}

// pictured tells the interactions that are answered on a picture.
func pictured(t render.Type) bool {
	switch t {
	case render.TypeHotspot, render.TypeGraphicOrder, render.TypeGraphicAssociate, render.TypeGraphicGapMatch, render.TypeSelectPoint, render.TypePositionObject:
		return true
	}
	return false
}

// pointed tells those whose answer is a place on it.
func pointed(t render.Type) bool {
	return t == render.TypeSelectPoint || t == render.TypePositionObject
}
