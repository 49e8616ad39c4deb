package parse

import (
	"strings"

	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/report"
)

// interaction reads one of the 22 interactions. Stage is the picture of a position-object.
func (b *builder) interaction(e *element, stage *render.Asset) []render.Node {
	t := render.Type(strings.TrimSuffix(e.name, "-interaction"))
	if !known(t) {
		b.aside(report.InteractionUnknown, e)
		return b.content(e)
	}
	if len(b.bound) >= b.src.Limits.Interaction {
		b.aside(report.InteractionUnknown, e)
		return nil
	}
	b.ex.Uses = report.Tally(b.ex.Uses, "qti-"+e.name)
	b.use(t)
	it := &render.Interaction{
		Type: t, Response: e.attr("response-identifier"), Label: e.attr("aria-label"), Shuffle: e.yes("shuffle"), Stage: stage,
		Vertical: e.attr("orientation") == "vertical", Horizontal: e.attr("orientation") == "horizontal",
		Classes: sharedClasses(e.attr("class")), Catalog: e.attr("data-catalog-idref"),
	}
	it.Inline = t == render.TypeInlineChoice || t == render.TypeTextEntry || t == render.TypeEndAttempt
	if p := e.child("prompt"); p != nil {
		it.Prompt = b.content(p)
	}
	b.bind(e, it)
	b.limits(e, it)
	b.parts(e, it)
	b.strays(e, it)
	b.tolerances(e, it)
	b.doubles(e, it)
	b.unfollowed(e)
	if it.Entry != nil && it.Type == render.TypeTextEntry && it.Entry.Mask != "" {
		if _, ok := it.Entry.Pattern(); !ok {
			b.note(report.AttributeUnfollowed, e, "attribute", "pattern-mask", "value", clip(it.Entry.Mask))
		}
	}
	return []render.Node{{Kind: render.KindInteraction, Interaction: it, Inline: it.Inline}}
}

func known(t render.Type) bool {
	for _, k := range render.AllTypes {
		if k == t {
			return true
		}
	}
	return false
}

func (b *builder) use(t render.Type) {
	for _, k := range b.ex.Types {
		if k == t {
			return
		}
	}
	b.ex.Types = append(b.ex.Types, t)
}

// bind ties the interaction to its response variable.
func (b *builder) bind(e *element, it *render.Interaction) {
	i := b.p.Find(it.Response)
	if i < 0 || b.p.Vars[i].Kind != program.Response {
		b.warn(report.ResponseUndeclared, e, "identifier", it.Response)
	} else {
		v := &b.p.Vars[i]
		it.Multiple = v.Card == program.Multiple || v.Card == program.Ordered
		it.Ordered = v.Card == program.Ordered
		it.Base = v.Type.String()
		if it.Type == render.TypeTextEntry {
			v.Units = e.tokens("data-unit")
		}
		if it.Type == render.TypeEndAttempt && e.attr("count-attempt") == "false" {
			b.p.Uncounted = append(b.p.Uncounted, i)
		}
		if it.Type == render.TypeEndAttempt && v.Type == program.Boolean && !v.Default.Some {
			v.Default = program.Bool(false) // a button not pressed (QTI 3.0.1 §3.2.7)
		}
	}
	if _, shared := b.bound[it.Response]; shared {
		b.warn(report.ResponseShared, e, "identifier", it.Response)
		b.shared[it.Response] = true
		return
	}
	b.bound[it.Response], b.boundAt[it.Response] = it, e
}

// limits reads the bounds, which each interaction calls by its own name.
func (b *builder) limits(e *element, it *render.Interaction) {
	for _, name := range []string{"choices", "associations", "plays", "selections"} {
		if v, ok := e.lookup("max-" + name); ok {
			it.Max = b.integer(e, "max-"+name, v)
		}
		if v, ok := e.lookup("min-" + name); ok {
			it.Min = b.integer(e, "min-"+name, v)
		}
	}
	single := it.Type == render.TypeChoice || it.Type == render.TypeHottext || it.Type == render.TypeHotspot ||
		it.Type == render.TypeSelectPoint
	if _, ok := e.lookup("max-choices"); !ok && single {
		it.Max = 1 // the default of the standard
		if it.Multiple {
			it.Max = 0 // …which a container of answers contradicts
		}
	}
	if _, ok := e.lookup("max-associations"); !ok && (it.Type == render.TypeAssociate || it.Type == render.TypeMatch || it.Type == render.TypeGraphicAssociate) {
		it.Max = 1
		if it.Multiple {
			it.Max = 0
		}
	}
}

func (b *builder) integer(e *element, name, text string) int {
	f, ok := program.ParseNumber(text)
	if !ok || f < 0 || f > 1e6 || f != float64(int(f)) {
		if i := b.p.Find(strings.Trim(text, "{}")); i < 0 {
			b.warn(report.ValueInvalid, e, "value", clip(text), "type", name)
		}
		return 0
	}
	return int(f)
}

// parts reads what the interaction is made of.
func (b *builder) parts(e *element, it *render.Interaction) {
	switch it.Type {
	case render.TypeChoice, render.TypeOrder, render.TypeInlineChoice, render.TypeAssociate:
		it.Choices = b.choices(e)
		if it.Type == render.TypeInlineChoice {
			for _, l := range e.all("label") {
				it.Label = strings.TrimSpace(collapse(l.text()))
			}
		}
	case render.TypeMatch:
		b.matchSets(e, it)
	case render.TypeGapMatch:
		it.Choices = b.choices(e)
		it.Content = b.rest(e)
		it.Targets = b.gaps(e)
	case render.TypeHottext:
		it.Content = b.rest(e)
		it.Choices = b.hottexts(e)
	case render.TypeTextEntry, render.TypeExtendedText:
		it.Entry = b.entry(e)
	case render.TypeSlider:
		it.Scale = b.scale(e)
	case render.TypeUpload:
		it.Types = strings.FieldsFunc(e.attr("type"), func(r rune) bool { return r == ' ' || r == ',' })
	case render.TypeEndAttempt:
		it.Title = e.attr("title")
	case render.TypeMedia:
		it.Content = b.rest(e)
		it.Play = &render.Play{Auto: e.yes("autostart"), Loop: e.yes("loop"), MinPlays: it.Min, MaxPlays: it.Max}
	case render.TypeCustom, render.TypePortableCustom:
		b.ownInteractionParts(e, it)
	default:
		b.graphic(e, it)
	}
}

// strays says what stands in an interaction and is no part of it: it is not shown.
func (b *builder) strays(e *element, it *render.Interaction) {
	switch it.Type {
	case render.TypeGapMatch, render.TypeHottext, render.TypeMedia, render.TypeCustom, render.TypePortableCustom:
		return // their content is read as it is
	}
	part := func(c *element) bool {
		switch {
		case c.qti && (isChoice(c.name) || c.name == "prompt" || c.name == "label" || c.name == "simple-match-set"), c.name == "include":
			return true
		}
		return !c.qti && (c.name == "object" || c.name == "img" || c.name == "picture")
	}
	for _, c := range e.children() {
		if !part(c) && c.find(part) == nil {
			b.aside(report.ElementUnknown, c, "parent", e.raw)
		}
	}
}

// ownInteractionParts reads what a publisher's own interaction shows. In QTI 2 the portable one
// stands inside a custom one, and its markup has no prefix.
func (b *builder) ownInteractionParts(e *element, it *render.Interaction) {
	inner := e
	if portable := e.child("portable-custom-interaction"); portable != nil {
		inner = portable
	}
	it.Title = firstOf(inner.attr("custom-interaction-type-identifier"), inner.attr("class"), e.attr("class"))
	if it.Type == render.TypePortableCustom && inner == e {
		b.portable(e, it)
	} else {
		b.aside(report.InteractionUnplayable, e, "class", it.Title)
	}
	markup := inner.find(func(c *element) bool { return c.is("interaction-markup") || c.name == "markup" })
	if markup != nil {
		it.Content = b.content(markup)
	} else if it.Type == render.TypeCustom && inner == e {
		it.Content = b.rest(e)
	}
}

// graphic reads interactions on a picture.
func (b *builder) graphic(e *element, it *render.Interaction) {
	for _, c := range e.children() {
		if !c.qti && (c.name == "object" || c.name == "img" || c.name == "picture") {
			if it.Object = b.sized(b.asset(pictureOf(c))); it.Object == nil {
				// Even without its file the picture's size places the areas.
				it.Object = &render.Asset{Alt: c.attr("alt"), Width: pixels(c.attr("width")), Height: pixels(c.attr("height"))}
			}
			break
		}
	}
	spots := b.choices(e)
	if it.Type == render.TypeGraphicGapMatch {
		for _, c := range spots {
			if c.Shape != "" {
				it.Targets = append(it.Targets, c)
			} else {
				it.Choices = append(it.Choices, c)
			}
		}
		return
	}
	it.Choices = spots
}

func pictureOf(e *element) *element {
	if e.name == "picture" {
		if img := e.find(func(c *element) bool { return c.name == "img" }); img != nil {
			return img
		}
	}
	return e
}

// stage is the picture on which objects are placed, with the interactions that place them.
func (b *builder) stage(e *element) []render.Node {
	var picture *render.Asset
	var out []render.Node
	for _, c := range e.children() {
		switch {
		case c.is("position-object-interaction"):
			out = append(out, b.interaction(c, picture)...)
		case !c.qti && picture == nil && (c.name == "object" || c.name == "img" || c.name == "picture"):
			if picture = b.sized(b.asset(pictureOf(c))); picture == nil {
				picture = &render.Asset{Alt: c.attr("alt"), Width: pixels(c.attr("width")), Height: pixels(c.attr("height"))}
			}
		default:
			out = append(out, b.node(c)...)
		}
	}
	return out
}

// rest is the content of an interaction but for its prompt and its choices.
func (b *builder) rest(e *element) []render.Node {
	inner := &element{}
	for _, n := range e.nodes {
		if n.el.is("prompt") || n.el.is("gap-text") || n.el.is("gap-img") {
			continue
		}
		inner.nodes = append(inner.nodes, n)
	}
	return b.content(inner)
}
