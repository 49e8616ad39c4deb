package write

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
)

func (w *writer) interaction(it *render.Interaction) {
	name := "qti-" + string(it.Type) + "-interaction"
	if it.Type == render.TypePositionObject {
		w.Open("qti-position-object-stage")
		w.picture(it.Stage)
		defer w.Close("qti-position-object-stage")
	}
	w.Open(name, w.frame(it)...)
	if len(it.Prompt) > 0 {
		w.Open("qti-prompt")
		w.nodes(it.Prompt)
		w.Close("qti-prompt")
	}
	w.inside(it)
	w.Close(name)
}

// frame is what all interactions have, and what some have.
func (w *writer) frame(it *render.Interaction) []string {
	orientation := ""
	if it.Vertical {
		orientation = "vertical"
	} else if it.Horizontal {
		orientation = "horizontal"
	}
	out := []string{
		"response-identifier", it.Response, "shuffle", yes(it.Shuffle, ""), "aria-label", it.Label, "class", strings.Join(it.Classes, " "),
		"orientation", orientation, "data-catalog-idref", it.Catalog,
	}
	out = append(out, bounds(it)...)
	if e := it.Entry; e != nil {
		out = append(out, "format", e.Format, "placeholder-text", e.Placeholder, "pattern-mask", e.Mask, "data-patternmask-message", e.MaskMessage,
			"expected-length", size(e.Length), "expected-lines", size(e.Lines), "max-strings", size(e.MaxStrings), "min-strings", size(e.MinStrings))
		out = append(out, w.typing(it)...)
	}
	if s := it.Scale; s != nil {
		out = append(out, "lower-bound", program.FormatNumber(s.Lower), "upper-bound", program.FormatNumber(s.Upper), "step-label", yes(s.Labels, ""), "reverse", yes(s.Reverse, ""))
		if s.Step != 0 {
			out = append(out, "step", program.FormatNumber(s.Step))
		}
	}
	if p := it.Play; p != nil {
		out = append(out, "autostart", yes(p.Auto, "false"), "loop", yes(p.Loop, ""))
	}
	switch it.Type {
	case render.TypeUpload:
		out = append(out, "type", strings.Join(it.Types, " "))
	case render.TypeEndAttempt:
		out = append(out, "title!", it.Title)
		if slices.Contains(w.p.Uncounted, w.p.Find(it.Response)) {
			out = append(out, "count-attempt", "false")
		}
	case render.TypeCustom, render.TypePortableCustom:
		out = append(out, "custom-interaction-type-identifier", it.Title)
		if p := it.Portable; p != nil {
			out = append(out, "module", p.Module)
			for _, name := range slices.Sorted(maps.Keys(p.Properties)) {
				out = append(out, "data-"+name+"!", p.Properties[name])
			}
		}
	}
	return out
}

// bounds are called by another name in each family of interactions; where nothing means one, no bound is said.
func bounds(it *render.Interaction) []string {
	name, always := "choices", false
	switch it.Type {
	case render.TypeAssociate, render.TypeMatch, render.TypeGraphicAssociate:
		name, always = "associations", true
	case render.TypeChoice, render.TypeHottext, render.TypeHotspot, render.TypeSelectPoint:
		always = true
	case render.TypeMedia:
		name = "plays"
	}
	most := size(it.Max)
	if always {
		most = strconv.Itoa(it.Max)
	}
	return []string{"max-" + name, most, "min-" + name, size(it.Min)}
}

// typing says, at the first field to type in, what the exercise tolerates; and which units may follow a number.
func (w *writer) typing(it *render.Interaction) []string {
	var out []string
	if w.p.Tolerance != program.Typography && !w.tolerated {
		w.tolerated = true
		words := strings.Join(w.p.Tolerance.Names(), " ")
		if words == "" {
			words = "none"
		}
		out = append(out, "data-tolerance", words)
	}
	if i := w.p.Find(it.Response); i >= 0 && it.Type == render.TypeTextEntry {
		out = append(out, "data-unit", strings.Join(w.p.Vars[i].Units, " "))
	}
	return out
}

// inside writes what the interaction is made of.
func (w *writer) inside(it *render.Interaction) {
	switch it.Type {
	case render.TypeChoice, render.TypeOrder:
		w.choices("qti-simple-choice", it.Choices)
	case render.TypeInlineChoice:
		w.choices("qti-inline-choice", it.Choices)
	case render.TypeAssociate:
		w.choices("qti-simple-associable-choice", it.Choices)
	case render.TypeMatch:
		for _, set := range [][]render.Choice{it.Choices, it.Targets} {
			w.Open("qti-simple-match-set")
			w.choices("qti-simple-associable-choice", set)
			w.Close("qti-simple-match-set")
		}
	case render.TypeGapMatch:
		w.gapChoices(it.Choices)
		w.content(it, "qti-gap", it.Targets)
	case render.TypeHottext:
		w.content(it, "qti-hottext", it.Choices)
	case render.TypeHotspot, render.TypeGraphicOrder:
		w.picture(it.Object)
		w.choices("qti-hotspot-choice", it.Choices)
	case render.TypeGraphicAssociate:
		w.picture(it.Object)
		w.choices("qti-associable-hotspot", it.Choices)
	case render.TypeGraphicGapMatch:
		w.picture(it.Object)
		w.gapChoices(it.Choices)
		w.choices("qti-associable-hotspot", it.Targets)
	case render.TypeSelectPoint, render.TypePositionObject, render.TypeDrawing:
		w.picture(it.Object)
	case render.TypeMedia:
		w.nodes(it.Content)
	case render.TypeCustom, render.TypePortableCustom:
		if p := it.Portable; p != nil && len(p.Modules) > 0 {
			w.Open("qti-interaction-modules")
			for _, m := range p.Modules {
				w.Empty("qti-interaction-module", "id", m.ID, "primary-path", m.Path)
			}
			w.Close("qti-interaction-modules")
		}
		w.Open("qti-interaction-markup")
		if it.Portable != nil {
			w.Raw(it.Portable.Markup)
		} else {
			w.nodes(it.Content)
		}
		w.Close("qti-interaction-markup")
	}
}

func (w *writer) choices(name string, list []render.Choice) {
	for i := range list {
		w.choice(name, &list[i])
	}
}

// gapChoices writes words and pictures, each as what it is.
func (w *writer) gapChoices(list []render.Choice) {
	for i := range list {
		name := "qti-gap-text"
		if list[i].Asset != nil {
			name = "qti-gap-img"
		}
		w.choice(name, &list[i])
	}
}

func (w *writer) choice(name string, c *render.Choice) {
	attributes := w.choiceAttributes(name, c)
	if c.Shape != "" || strings.HasSuffix(name, "hotspot") || name == "qti-hotspot-choice" {
		w.Empty(name, attributes...)
		return
	}
	w.Open(name, attributes...)
	if name == "qti-gap-img" {
		w.picture(c.Asset)
	}
	w.nodes(c.Nodes)
	w.Close(name)
}

func (w *writer) choiceAttributes(name string, c *render.Choice) []string {
	out := []string{"identifier", c.Identifier, "fixed", yes(c.Fixed, ""), "match-group", strings.Join(c.Groups, " "), "data-catalog-idref", c.Catalog}
	if c.MatchMax != 0 || name == "qti-simple-associable-choice" || name == "qti-associable-hotspot" || strings.HasPrefix(name, "qti-gap-") {
		out = append(out, "match-max", strconv.Itoa(c.MatchMax))
	}
	out = append(out, "match-min", size(c.MatchMin))
	if c.When != nil {
		out = append(out, "template-identifier", c.When.Variable, "show-hide", showHide(c.When.Hide))
	}
	switch name {
	case "qti-gap-img":
		out = append(out, "object-label", c.Label)
	case "qti-hotspot-choice", "qti-associable-hotspot":
		out = append(out, "shape", c.Shape, "coords", numbers(c.Coords))
		if c.Label != c.Identifier {
			out = append(out, "hotspot-label", c.Label)
		}
	default:
		out = append(out, "aria-label", c.Label)
	}
	return out
}

// content writes a text with gaps or choices in it: what is known of each of them stands in the list.
func (w *writer) content(it *render.Interaction, name string, list []render.Choice) {
	known := map[string]*render.Choice{}
	for i := range list {
		known[list[i].Identifier] = &list[i]
	}
	var visit func(nodes []render.Node)
	visit = func(nodes []render.Node) {
		for i := range nodes {
			n := &nodes[i]
			c := known[n.Ref]
			switch {
			case n.Kind == render.KindGap && c != nil:
				w.Empty(name, w.choiceAttributes(name, c)...)
			case n.Kind == render.KindHottext && c != nil:
				w.Open(name, w.choiceAttributes(name, c)...)
				visit(n.Nodes)
				w.Close(name)
			case n.Kind == render.KindElement && holds(n.Nodes):
				w.Open(n.Name, attributesOf(n.Attrs)...)
				visit(n.Nodes)
				w.Close(n.Name)
			default:
				w.node(n)
			}
		}
	}
	visit(it.Content)
}

// holds tells whether a gap or a choice stands somewhere inside.
func holds(nodes []render.Node) bool {
	for _, n := range nodes {
		if n.Kind == render.KindGap || n.Kind == render.KindHottext || holds(n.Nodes) {
			return true
		}
	}
	return false
}
