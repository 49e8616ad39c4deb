package parse

import (
	"strings"

	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/report"
)

// choices reads what can be chosen, moved or aimed at inside e: children, by the standard;
// at any depth, since some authors wrap them (a match set in an associate, a <div>).
func (b *builder) choices(e *element) []render.Choice {
	var out []render.Choice
	for _, c := range e.children() {
		switch {
		case c.qti && isChoice(c.name):
			out = append(out, b.choice(c))
		case c.name == "include":
			out = append(out, b.includedChoices(c)...)
		case c.qti && (c.name == "prompt" || c.name == "label"):
		default:
			out = append(out, b.choices(c)...)
		}
	}
	return out
}

// includedChoices reads choices kept in a file of their own.
func (b *builder) includedChoices(e *element) []render.Choice {
	href := e.attr("href")
	root := b.document(href)
	if root == nil {
		b.aside(report.IncludeUnresolved, e, "href", clip(href))
		b.partial = true
		return nil
	}
	b.nesting++
	defer func() { b.nesting-- }()
	return b.choices(&element{nodes: []node{{el: root}}})
}

func isChoice(name string) bool {
	switch name {
	case "simple-choice", "inline-choice", "simple-associable-choice", "gap-text", "gap-img", "hotspot-choice", "associable-hotspot":
		return true
	}
	return false
}

func (b *builder) choice(c *element) render.Choice {
	ch := b.bare(c)
	switch c.name {
	case "gap-img":
		for _, o := range c.children() {
			if !o.qti && (o.name == "object" || o.name == "img" || o.name == "picture") {
				ch.Asset = b.asset(pictureOf(o))
				ch.Label = firstOf(c.attr("object-label"), o.attr("alt"), strings.TrimSpace(collapse(o.text())))
			}
		}
	case "hotspot-choice", "associable-hotspot":
		ch.Shape = c.attr("shape")
		if a, ok := b.area(c); ok {
			ch.Coords, ch.Shape = a.Coords, shapeNames[a.Shape]
		}
		if ch.Label = firstOf(c.attr("hotspot-label"), c.attr("aria-label")); ch.Label == "" {
			b.unnamed(c)
			ch.Label = ch.Identifier
		}
	default:
		ch.Nodes = b.content(c)
	}
	return ch
}

// unnamed notes, once for each exercise, that areas of a picture have no words.
func (b *builder) unnamed(c *element) {
	if !b.saidUnnamed {
		b.saidUnnamed = true
		b.note(report.AreaLabelMissing, c)
	}
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// bare reads what all choices share.
func (b *builder) bare(c *element) render.Choice {
	ch := render.Choice{Identifier: c.attr("identifier"), Fixed: c.yes("fixed"), Groups: c.tokens("match-group"), Label: c.attr("aria-label"), Catalog: c.attr("data-catalog-idref")}
	if ch.Identifier == "" {
		b.warn(report.IdentifierMissing, c)
	}
	b.unfollowed(c)
	if v, ok := c.lookup("match-max"); ok {
		ch.MatchMax = b.integer(c, "match-max", v)
	}
	if v, ok := c.lookup("match-min"); ok {
		ch.MatchMin = b.integer(c, "match-min", v)
	}
	if c.attr("template-identifier") != "" {
		ch.When = b.condition(c, "template-identifier")
	}
	return ch
}

// matchSets reads the two columns of a match.
func (b *builder) matchSets(e *element, it *render.Interaction) {
	first := true // at any depth: some authors lay the columns out in a <div>
	b.walk(e, func(set *element) {
		switch {
		case !set.is("simple-match-set"):
		case first:
			it.Choices, first = b.choices(set), false
		default:
			it.Targets = append(it.Targets, b.choices(set)...)
		}
	})
}

// gaps lists the gaps in the text of a gap-match.
func (b *builder) gaps(e *element) []render.Choice {
	var out []render.Choice
	b.walk(e, func(c *element) {
		if c.is("gap") {
			g := b.bare(c)
			g.MatchMax = 1
			out = append(out, g)
		}
	})
	return out
}

// hottexts lists the choices in the text of a hottext; their words are in Content.
func (b *builder) hottexts(e *element) []render.Choice {
	var out []render.Choice
	b.walk(e, func(c *element) {
		if c.is("hottext") {
			out = append(out, b.bare(c))
		}
	})
	return out
}

func (b *builder) walk(e *element, visit func(*element)) {
	for _, c := range e.children() {
		visit(c)
		b.walk(c, visit)
	}
}

func (b *builder) entry(e *element) *render.Entry {
	n := &render.Entry{
		Format: e.attr("format"), Placeholder: e.attr("placeholder-text"), Mask: e.attr("pattern-mask"),
		MaskMessage: e.attr("data-patternmask-message"),
	}
	for _, x := range []struct {
		name  string
		field *int
	}{
		{"expected-length", &n.Length}, {"expected-lines", &n.Lines}, {"max-strings", &n.MaxStrings}, {"min-strings", &n.MinStrings},
	} {
		if v, ok := e.lookup(x.name); ok {
			*x.field = b.integer(e, x.name, v)
		}
	}
	return n
}

func (b *builder) scale(e *element) *render.Scale {
	s := &render.Scale{Labels: e.yes("step-label"), Reverse: e.yes("reverse")}
	s.Lower, _ = b.float(e, "lower-bound")
	s.Upper, _ = b.float(e, "upper-bound")
	s.Step, _ = b.float(e, "step")
	return s
}

// tolerated is what an exercise tolerates whose author says nothing of it.
func tolerated(root *element) program.Tolerance {
	language := root.attr("xml:lang")
	if body := root.child("item-body"); language == "" && body != nil {
		language = body.attr("xml:lang")
	}
	if language = strings.ToLower(language); language == "fr" || strings.HasPrefix(language, "fr-") {
		return program.French
	}
	return program.Typography
}

// tolerances reads our one extension: data-tolerance="typography case ligatures" on a
// text entry says what an answer may take liberties with; "none" takes all away, "french" is
// what a French exercise tolerates anyway.
func (b *builder) tolerances(e *element, it *render.Interaction) {
	words, ok := e.lookup("data-tolerance")
	if !ok || it.Entry == nil {
		return
	}
	var t program.Tolerance
	for _, w := range strings.Fields(words) {
		if w == "none" {
			continue
		}
		if w == "typography" {
			t |= program.Typography
			continue
		}
		if w == "french" {
			t |= program.French
			continue
		}
		one, known := program.ToleranceNamed(w)
		if !known {
			b.warn(report.ToleranceUnknown, e, "value", clip(w))
		}
		t |= one
	}
	if b.tolerant { // several entries: what one of them tolerates, the exercise does
		t |= b.p.Tolerance
	}
	b.p.Tolerance, b.tolerant = t, true
}

// doubles looks for two choices of one identifier.
func (b *builder) doubles(e *element, it *render.Interaction) {
	for _, list := range [][]render.Choice{it.Choices, it.Targets} {
		seen := map[string]bool{}
		for _, c := range list {
			if seen[c.Identifier] && c.When == nil {
				b.warn(report.ChoiceTwice, e, "identifier", c.Identifier)
			}
			seen[c.Identifier] = true
		}
	}
}
