package parse

import (
	"slices"
	"strings"

	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/report"
)

// check compares the parts of the exercise with one another, and tries it.
func (b *builder) check() {
	if len(b.ex.Types) == 0 {
		b.note(report.InteractionNone, b.root)
	}
	for i := range b.p.Vars {
		v := &b.p.Vars[i]
		if v.Kind != program.Response || b.lines[v.Identifier] == 0 {
			continue
		}
		if it := b.bound[v.Identifier]; b.shared[v.Identifier] {
			continue // the choices of all its interactions together are not known here
		} else if it != nil {
			b.splitKey(v, it)
			b.checkKey(v, it)
			b.checkMapping(v, it)
		} else if !b.ownInteraction() && !b.computed(i) {
			b.say(report.Note, report.ResponseUnbound, b.at(v), "identifier", v.Identifier)
		}
	}
	b.checkAccess(b.ex.Tree.Nodes)
	for _, id := range b.boundOrder() {
		if it := b.bound[id]; len(it.Prompt) == 0 && it.Label == "" && !it.Inline && needsPrompt[it.Type] {
			b.note(report.PromptMissing, b.boundAt[id])
		}
	}
	b.checkCompared()
	b.mark()
}

// checkCompared looks for responses that rules compare with a key which nothing gives.
func (b *builder) checkCompared() {
	compared := map[int]bool{}
	b.gather(b.p.Response, compared, func(op program.Op) bool { return op == program.OpCorrect })
	for i := range b.p.Vars {
		if v := &b.p.Vars[i]; compared[i] && v.Kind == program.Response && !v.Correct.Some && !b.setByTemplate(i) {
			b.warn(report.KeyMissing, b.at(v), "response", v.Identifier)
		}
	}
}

var needsPrompt = map[render.Type]bool{
	render.TypeHotspot: true, render.TypeSelectPoint: true, render.TypeUpload: true, render.TypeDrawing: true,
}

// boundOrder lists bound responses in declaration order: findings must not depend on a map.
func (b *builder) boundOrder() []string {
	var out []string
	for i := range b.p.Vars {
		if _, ok := b.bound[b.p.Vars[i].Identifier]; ok {
			out = append(out, b.p.Vars[i].Identifier)
		}
	}
	return out
}

// ownInteraction tells whether a publisher's own interaction may set any response.
func (b *builder) ownInteraction() bool {
	for _, t := range b.ex.Types {
		if t == render.TypeCustom || t == render.TypePortableCustom {
			return true
		}
	}
	return false
}

// computed tells whether some rule sets the variable.
func (b *builder) computed(variable int) bool {
	var any func([]program.Rule) bool
	any = func(rules []program.Rule) bool {
		for _, r := range rules {
			if r.Op == program.SetValue && r.Var == variable {
				return true
			}
			for _, branch := range r.Branches {
				if any(branch.Rules) {
					return true
				}
			}
		}
		return false
	}
	return any(b.p.Response) || any(b.p.Template)
}

// at is the declaration of v, for a finding.
func (b *builder) at(v *program.Variable) *element {
	return &element{raw: "qti-response-declaration", line: b.lines[v.Identifier]}
}

// splitKey takes a value that writes several choices in a row for those choices, as some tools do: no identifier holds a space or a
// comma. Where pairs are asked for, two words are a pair whose base type was declared wrongly.
func (b *builder) splitKey(v *program.Variable, it *render.Interaction) {
	if v.Type != program.Identifier || v.Card != program.Multiple && v.Card != program.Ordered || len(it.Targets) > 0 || paired[it.Type] {
		return
	}
	ids := identifiers(it)
	var out []program.Scalar
	for _, s := range v.Correct.Scalars() {
		words := strings.FieldsFunc(s.Text, func(c rune) bool { return c == ' ' || c == ',' || c == ';' })
		if ids[s.Text] || len(words) < 2 || slices.ContainsFunc(words, func(w string) bool { return !ids[w] }) {
			out = append(out, s)
			continue
		}
		b.note(report.ValueSplit, b.at(v), "value", clip(s.Text))
		for _, w := range words {
			out = append(out, program.Scalar{Type: program.Identifier, Text: w})
		}
	}
	if len(out) > len(v.Correct.Scalars()) {
		v.Correct = program.Container(v.Card, out)
	}
}

// paired are the interactions that are answered with pairs.
var paired = map[render.Type]bool{
	render.TypeMatch: true, render.TypeGapMatch: true, render.TypeAssociate: true, render.TypeGraphicAssociate: true, render.TypeGraphicGapMatch: true,
}

// checkKey refuses a declared answer that nobody could give.
func (b *builder) checkKey(v *program.Variable, it *render.Interaction) {
	ids := identifiers(it)
	if len(ids) == 0 || !v.Correct.Some || b.partial {
		return
	}
	for _, s := range v.Correct.Scalars() {
		for _, word := range names(s) {
			if !ids[word] {
				b.refuse(report.KeyNoSuchChoice, b.at(v), "identifier", clip(word), "response", v.Identifier)
			}
		}
	}
	if n := len(v.Correct.Scalars()); it.Max > 0 && n > it.Max && it.Type != render.TypeOrder && it.Type != render.TypeGraphicOrder {
		b.warn(report.KeyTooMany, b.at(v), "response", v.Identifier, "max", itoa(it.Max))
	}
}

// identifiers are what a response to the interaction may name; empty where it names nothing.
func identifiers(it *render.Interaction) map[string]bool {
	ids := map[string]bool{}
	switch it.Type {
	case render.TypeChoice, render.TypeInlineChoice, render.TypeOrder, render.TypeHottext, render.TypeHotspot,
		render.TypeGraphicOrder, render.TypeAssociate, render.TypeGraphicAssociate, render.TypeMatch, render.TypeGapMatch,
		render.TypeGraphicGapMatch:
		for _, c := range it.Choices {
			ids[c.Identifier] = true
		}
		for _, c := range it.Targets {
			ids[c.Identifier] = true
		}
	}
	return ids
}

// names are the identifiers inside a scalar; an identifier with a space is a pair whose
// base type was declared wrongly.
func names(s program.Scalar) []string {
	switch s.Type {
	case program.Identifier, program.String:
		return strings.Fields(s.Text)
	case program.Pair, program.DirectedPair:
		return []string{s.Text, s.Second}
	}
	return nil
}

func (b *builder) checkMapping(v *program.Variable, it *render.Interaction) {
	if v.Mapping == nil {
		return
	}
	ids := identifiers(it)
	for _, entry := range v.Mapping.Entries {
		for _, word := range names(entry.Key) {
			if len(ids) > 0 && !ids[word] {
				b.warn(report.MappingKeyUnknown, b.at(v), "key", clip(word), "response", v.Identifier)
			}
		}
	}
	if v.Mapping.Default > 0 {
		b.warn(report.MappingDefault, b.at(v), "response", v.Identifier, "value", program.FormatNumber(v.Mapping.Default))
	}
}
