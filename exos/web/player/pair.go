package player

import (
	"slices"

	"pupitre/exos/qti/render"
)

// match writes, for each thing of the first set, a list of the second; check boxes where it may go to several.
func (d *drawing) match(it *render.Interaction) {
	d.open("ul", attr{"class", "pairs"})
	for _, c := range it.Choices {
		var options []option
		for _, t := range it.Targets {
			if together(c, t) {
				options = append(options, option{c.Identifier + " " + t.Identifier, t.Words()})
			}
		}
		d.open("li")
		d.open("span", attr{"class", "pair-words"})
		d.words1(c)
		d.close("span")
		if c.MatchMax == 1 {
			d.list(it.Response, d.T("exosweb.player.goes", "item", c.Words()), options, func(v string) bool { return d.chosen(it.Response, v) })
		} else {
			d.boxes(it, c.Words(), options)
		}
		d.close("li")
	}
	d.close("ul")
}

// boxes writes a check box for each option.
func (d *drawing) boxes(it *render.Interaction, label string, options []option) {
	d.open("div", attr{"class", "boxes"}, attr{"role", "group"}, attr{"aria-label", label})
	for _, o := range options {
		d.open("label", attr{"class", "box"})
		d.open("input", slices.Concat([]attr{{"type", "checkbox"}, {"name", name(it.Response)}, {"value", o.value}},
			only(d.chosen(it.Response, o.value), "checked", ""), d.off())...)
		d.words("span", o.text)
		d.close("label")
	}
	d.close("div")
}

// together reports whether two things may be paired: they share a group, or one of them has none.
func together(a, b render.Choice) bool {
	if len(a.Groups) == 0 || len(b.Groups) == 0 {
		return true
	}
	return slices.ContainsFunc(a.Groups, func(g string) bool { return slices.Contains(b.Groups, g) })
}

// associate writes as many lists of pairs as pairs may be made.
func (d *drawing) associate(it *render.Interaction) {
	var options []option
	for i, a := range it.Choices {
		for _, b := range it.Choices[i+1:] {
			if together(a, b) {
				options = append(options, option{a.Identifier + " " + b.Identifier, a.Words() + " – " + b.Words()})
			}
		}
	}
	rows := it.Max
	if rows <= 0 {
		rows = len(it.Choices) / 2
	}
	d.pairs(it, rows, options)
}

// pairs writes a list of pairs for each that may be made.
func (d *drawing) pairs(it *render.Interaction, rows int, options []option) {
	given := d.answers(it.Response)
	d.open("ol", attr{"class", "pairs"})
	for i := range min(rows, len(options)) {
		d.open("li")
		d.list(it.Response, d.T("exosweb.player.pair", "n", i+1), options, func(v string) bool { return i < len(given) && given[i] == v })
		d.close("li")
	}
	d.close("ol")
}

// inText writes a text with its gaps, or with the words in it that can be chosen.
func (d *drawing) inText(it *render.Interaction) {
	outer := d.inside
	d.inside = it
	d.open("div", attr{"class", "say"})
	d.nodes(it.Content)
	d.close("div")
	d.inside = outer
}

// gap writes the list of what goes into a gap.
func (d *drawing) gap(ref string) {
	it := d.inside
	if it == nil {
		return
	}
	target := render.Choice{}
	if i := slices.IndexFunc(it.Targets, func(t render.Choice) bool { return t.Identifier == ref }); i >= 0 {
		target = it.Targets[i]
	}
	var options []option
	for _, c := range it.Choices {
		if together(c, target) {
			options = append(options, option{c.Identifier + " " + ref, c.Words()})
		}
	}
	label := target.Label
	if label == "" {
		label = d.T("exosweb.player.gap", "n", d.entries+1)
	}
	d.open("span", attr{"class", "ans"})
	d.list(it.Response, label, options, func(v string) bool { return d.chosen(it.Response, v) })
	d.close("span")
}

// hottext writes words that can be chosen where they stand.
func (d *drawing) hottext(n render.Node) {
	it := d.inside
	if it == nil {
		d.nodes(n.Nodes)
		return
	}
	kind := "checkbox"
	if !it.Multiple {
		kind = "radio"
	}
	d.open("label", attr{"class", "box in-text"})
	d.open("input", slices.Concat([]attr{{"type", kind}, {"name", name(it.Response)}, {"value", n.Ref}},
		only(d.chosen(it.Response, n.Ref), "checked", ""), d.off())...)
	d.open("span")
	d.nodes(n.Nodes)
	d.close("span")
	d.close("label")
}
