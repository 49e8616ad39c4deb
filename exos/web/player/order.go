package player

import (
	"slices"

	"pupitre/exos/qti/render"
)

// order writes a list whose items move. Each item carries its identifier in a hidden field, so that the order of the items is the
// answer, whatever moved them: the arrow buttons (which post the form where there is no script), the keyboard, a finger.
func (d *drawing) order(it *render.Interaction) {
	if it.Max > 0 && it.Max < len(it.Choices) {
		options := make([]option, len(it.Choices))
		for i, c := range it.Choices {
			options[i] = option{c.Identifier, c.Words()}
		}
		d.ranks(it, it.Max, options)
		return
	}
	choices := d.inOrder(it)
	d.open("ol", attr{"class", "order"}, attr{"data-order", it.Response})
	for i, c := range choices {
		d.open("li", attr{"data-item", ""})
		d.open("input", slices.Concat([]attr{{"type", "hidden"}, {"name", name(it.Response)}, {"value", c.Identifier}}, d.off())...)
		d.open("span", attr{"class", "order-words"}, attr{"data-words", ""})
		d.words1(c)
		d.close("span")
		d.arrow(it, c, "up", "arrow-up", i == 0)
		d.arrow(it, c, "down", "arrow-down", i == len(choices)-1)
		d.close("li")
	}
	d.close("ol")
}

// arrow moves an item by one place.
func (d *drawing) arrow(it *render.Interaction, c render.Choice, way, icon string, end bool) {
	key := "exosweb.player.move." + way
	d.open("button", slices.Concat([]attr{
		{"class", "btn-icon btn-quiet"}, {"type", "submit"}, {"name", "move"}, {"value", it.Response + " " + c.Identifier + " " + way},
		{"data-move", way}, {"aria-label", d.T(key, "item", c.Words())},
	}, only(end || d.Closed, "disabled", ""))...)
	d.raw(d.Icon(icon))
	d.close("button")
}

// inOrder is the choices in the order of the answer; those that it does not name come after.
func (d *drawing) inOrder(it *render.Interaction) []render.Choice {
	var out []render.Choice
	left := slices.Clone(it.Choices)
	for _, value := range d.answers(it.Response) {
		if i := slices.IndexFunc(left, func(c render.Choice) bool { return c.Identifier == value }); i >= 0 {
			out = append(out, left[i])
			left = slices.Delete(left, i, i+1)
		}
	}
	return append(out, left...)
}

// ranks writes a list for each rank: for orders that take only some of the choices.
func (d *drawing) ranks(it *render.Interaction, rows int, options []option) {
	given := d.answers(it.Response)
	d.open("ol", attr{"class", "pairs"})
	for i := range rows {
		d.open("li")
		d.list(it.Response, d.T("exosweb.player.rank", "n", i+1), options, func(v string) bool { return i < len(given) && given[i] == v })
		d.close("li")
	}
	d.close("ol")
}
