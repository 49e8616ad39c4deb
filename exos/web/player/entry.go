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
		if mask, ok := it.Entry.Pattern(); ok {
			attrs = append(attrs, attr{"pattern", mask})
			attrs = append(attrs, only(it.Entry.MaskMessage != "", "title", it.Entry.MaskMessage)...)
		}
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
	fields, lines, placeholder := 1, 5, ""
	if e := it.Entry; e != nil {
		if most := max(e.MaxStrings, e.MinStrings); it.Multiple && most > 1 {
			fields, lines = min(most, 12), 2
		}
		if e.MinStrings > 1 {
			d.words("p", d.T("exosweb.player.texts", "n", e.MinStrings), attr{"class", "hint small muted"})
		}
		if placeholder = e.Placeholder; e.Length > 0 {
			lines = min(max((e.Length+lineLength-1)/lineLength, 2), 20)
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
		}, only(placeholder != "", "placeholder", placeholder), d.off())...)
	}
}

// lineLength is how many characters a line of a larger field has, about.
const lineLength = 70

// mostSteps is how many steps of a slider are written under it.
const mostSteps = 25

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
	from, to := decimal(s.Lower), decimal(s.Upper)
	var turned []attr
	if s.Reverse { // the least on the right
		from, to, turned = to, from, []attr{{"dir", "rtl"}}
	}
	d.open("div", attr{"class", "scale"})
	d.words("span", from)
	d.open("input", slices.Concat([]attr{
		{"type", "range"}, {"name", name(it.Response)}, {"id", id(it.Response, 1)}, {"min", decimal(s.Lower)}, {"max", decimal(s.Upper)},
		{"step", step}, {"value", value}, {"aria-labelledby", title},
	}, turned, d.off())...)
	d.words("span", to)
	d.words("output", value, attr{"for", id(it.Response, 1)})
	d.close("div")
	if n := (s.Upper - s.Lower) / s.Step; s.Labels && s.Step > 0 && n >= 1 && n <= mostSteps {
		d.open("ol", slices.Concat([]attr{{"class", "scale-steps"}, {"aria-hidden", "true"}}, turned)...)
		for i := range int(n) + 1 {
			d.words("li", decimal(s.Lower+float64(i)*s.Step))
		}
		d.close("ol")
	}
}

// decimal is a figure as forms write it, with a point.
func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
