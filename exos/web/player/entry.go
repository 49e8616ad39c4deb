package player

import (
	"slices"
	"strconv"

	"pupitre/exos/qti/render"
)

// widest is the widest field in a line, in characters: a phone has no more.
const widest = 24

// textEntry writes a field in a line of text. What is typed is never corrected by the browser: spelling is the exercise.
func (d *drawing) textEntry(it *render.Interaction) {
	label := d.inlineName(it)
	d.entries++
	at, value := id(it.Response, d.entries), ""
	if given := d.answers(it.Response); len(given) > 0 {
		value = given[0]
	}
	size := 10
	attrs := []attr{
		{"type", "text"}, {"id", at}, {"name", name(it.Response)}, {"class", d.class(it.Response, "in-line")}, {"value", value},
		{"autocomplete", "off"}, {"autocapitalize", "off"}, {"autocorrect", "off"}, {"spellcheck", "false"},
	}
	if it.Entry != nil {
		if it.Entry.Length > 0 {
			size = min(max(it.Entry.Length+1, 4), widest)
		}
		attrs = append(attrs, only(it.Entry.Placeholder != "", "placeholder", it.Entry.Placeholder)...)
	}
	if it.Base == "integer" || it.Base == "float" {
		attrs = append(attrs, attr{"inputmode", "decimal"})
	}
	d.open("span", attr{"class", "ans"})
	d.words("label", label, attr{"class", "sr"}, attr{"for", at})
	d.open("input", slices.Concat(attrs, []attr{{"size", number(size)}}, d.off())...)
	d.mark(it.Response)
	d.close("span")
}

// extendedText writes a larger field, or several where the author asks for several texts.
func (d *drawing) extendedText(it *render.Interaction, title string) {
	fields, lines := 1, 5
	if e := it.Entry; e != nil {
		if it.Multiple && e.MaxStrings > 1 {
			fields, lines = min(e.MaxStrings, 12), 2
		}
		if e.Lines > 0 {
			lines = min(max(e.Lines, 2), 20)
		}
	}
	given := d.answers(it.Response)
	for i := range fields {
		value := ""
		if i < len(given) {
			value = given[i]
		}
		d.words("textarea", value, slices.Concat([]attr{
			{"name", name(it.Response)}, {"id", id(it.Response, i+1)}, {"rows", number(lines)}, {"aria-labelledby", title},
		}, d.off())...)
	}
}

// slider writes a range between two figures that are written beside it.
func (d *drawing) slider(it *render.Interaction, title string) {
	s := it.Scale
	if s == nil {
		s = &render.Scale{Upper: 100}
	}
	value := decimal(s.Lower)
	if given := d.answers(it.Response); len(given) > 0 {
		value = given[0]
	}
	step := "any"
	if s.Step > 0 {
		step = decimal(s.Step)
	}
	d.open("div", attr{"class", "scale"})
	d.words("span", decimal(s.Lower))
	d.open("input", slices.Concat([]attr{
		{"type", "range"}, {"name", name(it.Response)}, {"id", id(it.Response, 1)}, {"min", decimal(s.Lower)}, {"max", decimal(s.Upper)},
		{"step", step}, {"value", value}, {"aria-labelledby", title},
	}, d.off())...)
	d.words("span", decimal(s.Upper))
	d.words("output", value, attr{"for", id(it.Response, 1)})
	d.close("div")
}

// decimal is a figure as forms write it, with a point.
func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
