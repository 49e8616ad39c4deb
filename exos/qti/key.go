package qti

import (
	"sort"
	"strconv"
	"strings"

	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/score"
)

// Answer is the declared key of one response, for the corrigé.
type Answer struct {
	Response string            // identifier of the response variable
	Values   []string          // lexical: identifiers, pairs, numbers; what Score accepts
	Texts    []string          // the same in words: "Paris", "Paris → France"; same length as Values
	Fields   []score.NamedText // of a record; Values are then their values
	Accepted []string          // other answers that earn points, where a mapping lists them, best first
}

// Key is the declared answer of each response after templates, in declaration order, for
// the corrigé and for the teacher; nil where nothing is declared.
func (it *Item) Key(seed uint64) []Answer { return Key(it.Program, it.Tree, seed) }

// Key is Item.Key for a stored program and tree.
func Key(p *program.Program, tree render.Tree, seed uint64) []Answer {
	opening := score.Begin(p, seed)
	words := wordsOf(tree.Arrange(seed, opening.Templates))
	var out []Answer
	for i := range p.Vars {
		v := &p.Vars[i]
		if v.Kind != program.Response {
			continue
		}
		a := Answer{Response: v.Identifier, Values: score.Get(opening.Correct, v.Identifier).Lexicals()}
		others := byWorth(v.Mapping)
		if fields := score.Get(opening.Correct, v.Identifier).Named; len(fields) > 0 {
			for _, f := range fields {
				a.Fields = append(a.Fields, score.NamedText{Name: f.Name, Value: f.Value.Lexical()})
				a.Values = append(a.Values, f.Value.Lexical())
			}
		}
		if a.Values == nil && len(others) > 0 {
			a.Values = others[:1] // no declared answer: the one that a mapping values most
		}
		if a.Values == nil {
			continue
		}
		for _, value := range a.Values {
			a.Texts = append(a.Texts, words.say(v.Identifier, value))
		}
		for _, other := range others {
			if !contains(a.Values, other) {
				a.Accepted = append(a.Accepted, other)
			}
		}
		out = append(out, a)
	}
	return out
}

// Said puts a submission into words, as Key does the declared answers: for teachers, who read what was answered.
func (it *Item) Said(seed uint64, given score.Submission) []Answer {
	words := wordsOf(it.Tree.Arrange(seed, score.Begin(it.Program, seed).Templates))
	var out []Answer
	for _, r := range given.Responses {
		a := Answer{Response: r.Identifier, Values: r.Values, Fields: r.Fields}
		for _, value := range r.Values {
			a.Texts = append(a.Texts, words.say(r.Identifier, value))
		}
		out = append(out, a)
	}
	return out
}

// keyed is the declared answer of all responses as a submission.
func keyed(p *program.Program, opening score.Opening) score.Submission {
	var sub score.Submission
	for i := range p.Vars {
		v := &p.Vars[i]
		if v.Kind != program.Response {
			continue
		}
		r := score.Response{Identifier: v.Identifier, Values: score.Get(opening.Correct, v.Identifier).Lexicals()}
		for _, f := range score.Get(opening.Correct, v.Identifier).Named {
			r.Fields = append(r.Fields, score.NamedText{Name: f.Name, Value: f.Value.Lexical()})
		}
		if others := byWorth(v.Mapping); r.Values == nil && r.Fields == nil && len(others) > 0 {
			r.Values = others[:1]
		}
		if r.Values != nil || r.Fields != nil {
			sub.Responses = append(sub.Responses, r)
		}
	}
	return sub
}

// byWorth lists the keys of a mapping that earn points, best first.
func byWorth(m *program.Mapping) []string {
	if m == nil {
		return nil
	}
	entries := append([]program.MapEntry(nil), m.Entries...)
	sort.SliceStable(entries, func(i, j int) bool { return entries[i].Value > entries[j].Value })
	var out []string
	for _, e := range entries {
		if e.Value > 0 {
			out = append(out, e.Key.Lexical())
		}
	}
	return out
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// vocabulary is what each choice says, by response and identifier.
type vocabulary map[[2]string]string

func wordsOf(tree render.Tree) vocabulary {
	v := vocabulary{}
	v.collect(tree.Nodes)
	return v
}

func (v vocabulary) collect(nodes []render.Node) {
	for _, n := range nodes {
		v.collect(n.Nodes)
		it := n.Interaction
		if it == nil {
			continue
		}
		v.hottexts(it.Response, it.Content)
		letters := it.Letters()
		if it.Type == render.TypeGapMatch {
			for i, gap := range it.Targets { // what an author calls a gap could tell what belongs there
				if gap.Label == "" || gap.Label == gap.Identifier {
					letters[gap.Identifier] = strconv.Itoa(i + 1)
				}
			}
		}
		for _, list := range [][]render.Choice{it.Choices, it.Targets} {
			for _, c := range list {
				text := strings.TrimSpace(firstOf(strings.TrimSpace(render.Plain(c.Nodes)), firstOf(letters[c.Identifier], c.Label)))
				if text == "" && c.Asset != nil {
					text = c.Asset.Alt
				}
				if text != "" {
					v[[2]string{it.Response, c.Identifier}] = text
				}
			}
		}
	}
}

// hottexts takes the words of choices that stand in a text.
func (v vocabulary) hottexts(response string, nodes []render.Node) {
	for _, n := range nodes {
		if n.Kind == render.KindHottext {
			v[[2]string{response, n.Ref}] = strings.TrimSpace(render.Plain(n.Nodes))
		}
		v.hottexts(response, n.Nodes)
	}
}

// say puts a lexical value into words; a value that names no choice is its own words.
func (v vocabulary) say(response, value string) string {
	if text, ok := v[[2]string{response, value}]; ok {
		return text
	}
	if a, b, ok := strings.Cut(value, " "); ok {
		left, okLeft := v[[2]string{response, a}]
		right, okRight := v[[2]string{response, b}]
		if okLeft || okRight {
			return firstOf(left, a) + " → " + firstOf(right, b)
		}
	}
	return value
}
