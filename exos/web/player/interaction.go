package player

import (
	"slices"

	"pupitre/exos/qti/render"
)

// interaction writes one place where the pupil acts.
func (d *drawing) interaction(it *render.Interaction) {
	if d.Paper && pictured(it.Type) {
		d.plate(it)
		return
	}
	switch it.Type {
	case render.TypeInlineChoice:
		d.inlineChoice(it)
	case render.TypeTextEntry:
		d.textEntry(it)
	case render.TypeEndAttempt:
		d.words("button", it.Title, slices.Concat([]attr{{"type", "submit"}, {"name", name(it.Response)}, {"value", "true"}, {"formnovalidate", ""}}, d.off())...)
	default:
		d.block(it)
	}
}

// block writes an interaction that stands by itself: its prompt, then its controls, as one named group.
func (d *drawing) block(it *render.Interaction) {
	title := id(it.Response, 0) + "-prompt"
	d.open("div", attr{"class", d.class(it.Response, "ask")}, attr{"role", "group"}, attr{"aria-labelledby", title})
	if len(it.Prompt) > 0 {
		d.open("div", attr{"class", "prompt"}, attr{"id", title})
		d.nodes(it.Prompt)
		d.close("div")
	} else {
		d.words("div", d.groupName(it), attr{"class", "sr"}, attr{"id", title})
	}
	switch it.Type {
	case render.TypeChoice:
		d.choice(it)
	case render.TypeOrder:
		d.order(it)
	case render.TypeExtendedText:
		d.extendedText(it, title)
	case render.TypeMatch:
		d.match(it)
	case render.TypeAssociate:
		d.associate(it)
	case render.TypeGapMatch, render.TypeHottext:
		d.inText(it)
	case render.TypeSlider:
		d.slider(it, title)
	case render.TypeMedia:
		d.media(it)
	case render.TypeHotspot, render.TypeGraphicOrder, render.TypeGraphicAssociate, render.TypeGraphicGapMatch, render.TypeSelectPoint, render.TypePositionObject:
		d.graphic(it)
	case render.TypeUpload:
		d.upload(it)
	case render.TypeDrawing:
		d.ink(it)
	case render.TypePortableCustom:
		if playable(it) && d.Frame != nil {
			d.portable(it)
		} else {
			d.missing(it)
		}
	default:
		d.missing(it)
	}
	d.mark(it.Response)
	d.close("div")
}

// groupName is what a group is called whose author gave it no prompt.
func (d *drawing) groupName(it *render.Interaction) string {
	if it.Label != "" {
		return it.Label
	}
	return d.T("exosweb.player.answer")
}

// missing says that this player cannot show something, rather than showing half of it.
func (d *drawing) missing(it *render.Interaction) {
	d.open("p", attr{"class", "msg"})
	d.raw(d.Icon("info"))
	d.words("span", d.lacking(it))
	d.close("p")
	if it.Object != nil {
		d.file(it.Object)
	}
	d.nodes(it.Content)
}

// choice writes radio buttons, or check boxes where several answers are taken.
func (d *drawing) choice(it *render.Interaction) {
	kind := "radio"
	if it.Multiple {
		kind = "checkbox"
		d.bounds(it)
	} else if it.Min > 0 {
		d.words("p", d.T("exosweb.player.atleast", "n", it.Min), attr{"class", "hint small muted"})
	}
	row := "choices"
	if it.Horizontal {
		row += " is-row"
	}
	d.open("div", attr{"class", row})
	for _, c := range it.Choices {
		on := d.chosen(it.Response, c.Identifier)
		class := "choice"
		if on {
			class = d.class(it.Response, class)
		}
		d.open("label", attr{"class", class})
		d.open("input", slices.Concat([]attr{{"type", kind}, {"name", name(it.Response)}, {"value", c.Identifier}},
			only(on, "checked", ""), d.off())...)
		d.open("span")
		d.words1(c)
		d.close("span")
		d.close("label")
	}
	d.close("div")
}

// bounds says how many answers are taken, where the author said so.
func (d *drawing) bounds(it *render.Interaction) {
	switch {
	case it.Max > 1 && it.Min == it.Max:
		d.words("p", d.T("exosweb.player.exactly", "n", it.Max), attr{"class", "hint small muted"})
	case it.Min > 0 && it.Max > 1:
		d.words("p", d.T("exosweb.player.between", "min", it.Min, "max", it.Max), attr{"class", "hint small muted"})
	case it.Max > 1 && it.Max < len(it.Choices):
		d.words("p", d.T("exosweb.player.atmost", "n", it.Max), attr{"class", "hint small muted"})
	case it.Min > 0:
		d.words("p", d.T("exosweb.player.atleast", "n", it.Min), attr{"class", "hint small muted"})
	default:
		d.words("p", d.T("exosweb.player.several"), attr{"class", "hint small muted"})
	}
}

// words1 writes what one choice says.
func (d *drawing) words1(c render.Choice) {
	switch {
	case len(c.Nodes) > 0:
		d.nodes(c.Nodes)
	case c.Asset != nil:
		d.file(c.Asset)
	default:
		d.text(c.Words())
	}
}

// option is one line of a list of the browser's.
type option struct{ value, text string }

// list writes a list of the browser's, with an empty first line, and the mark beside it.
func (d *drawing) list(response, label string, options []option, on func(value string) bool) {
	d.entries++
	at := id(response, d.entries)
	d.words("label", label, attr{"class", "sr"}, attr{"for", at})
	d.open("select", slices.Concat([]attr{{"id", at}, {"name", name(response)}, {"class", d.class(response, "in-line")}}, d.off())...)
	d.words("option", d.T("exosweb.player.choose"), attr{"value", ""})
	for _, o := range options {
		d.words("option", o.text, slices.Concat([]attr{{"value", o.value}}, only(on(o.value), "selected", ""))...)
	}
	d.close("select")
}

// inlineChoice writes a list in a line of text.
func (d *drawing) inlineChoice(it *render.Interaction) {
	options := make([]option, len(it.Choices))
	for i, c := range it.Choices {
		options[i] = option{c.Identifier, c.Words()}
	}
	d.open("span", attr{"class", "ans"})
	d.list(it.Response, d.inlineName(it), options, func(v string) bool { return d.chosen(it.Response, v) })
	d.mark(it.Response)
	d.close("span")
}

// inlineName is what a control in a line is called.
func (d *drawing) inlineName(it *render.Interaction) string {
	if it.Label != "" {
		return it.Label
	}
	return d.T("exosweb.player.gap", "n", d.entries+1)
}

// media plays a sound or a film.
func (d *drawing) media(it *render.Interaction) {
	d.loop = it.Play != nil && it.Play.Loop
	defer func() { d.loop = false }()
	if it.Object != nil {
		d.file(it.Object)
	}
	d.nodes(it.Content)
}
