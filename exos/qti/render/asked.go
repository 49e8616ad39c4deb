package render

import (
	"cmp"
	"slices"
)

// Asked is what an exercise asks, without the words around it, in an order and under aliases that neither its author's identifiers nor its
// author's order decide: two exercises ask the same where these are the same, and then the aliases say what in one is what in the other.
// clear is false where two things look alike, so that nothing but identifiers tells them apart.
func (t Tree) Asked() (asked []Interaction, names *Aliases, clear bool) {
	names, clear = newAliases(), true
	for _, one := range Interactions(t.Nodes) {
		it := *one
		it.Prompt, it.Label, it.Classes, it.Catalog = nil, "", nil, ""
		if it.Entry != nil { // how wide its field is follows the key
			entry := *it.Entry
			entry.Length = 0
			it.Entry = &entry
		}
		for _, list := range []*[]Choice{&it.Choices, &it.Targets} {
			*list = slices.Clone(*list)
			for i := range *list {
				(*list)[i].Nodes, (*list)[i].Catalog = bare((*list)[i].Nodes), ""
			}
			inPlace := it.Type == TypeHottext || list == &it.Targets && it.Type == TypeGapMatch
			if inPlace { // the text has their order
				continue
			}
			same := func(a, b Choice) int { return cmp.Compare(a.look(), b.look()) }
			slices.SortFunc(*list, func(a, b Choice) int { return cmp.Or(same(a, b), cmp.Compare(a.Identifier, b.Identifier)) })
			for i := 1; i < len(*list); i++ {
				clear = clear && same((*list)[i-1], (*list)[i]) != 0
			}
		}
		asked = append(asked, *names.interaction(&it))
	}
	return asked, names, clear
}

// Carried puts a value of a response, in the identifiers of the exercise that a names, into those of another that asks the same.
func (a *Aliases) Carried(to *Aliases, response, value string) string {
	return to.AuthorValue(response, a.Value(response, value))
}

// Same reports whether both name everything alike.
func (a *Aliases) Same(b *Aliases) bool {
	for t, alias := range a.things {
		if b.things[t] != alias {
			return false
		}
	}
	for response, alias := range a.responses {
		if b.responses[response] != alias {
			return false
		}
	}
	return len(a.things) == len(b.things) && len(a.responses) == len(b.responses)
}

// Renamed is the tree, whose things a names, with the identifiers of another that asks the same.
func (t Tree) Renamed(a, to *Aliases) Tree {
	r := renaming{a, to}
	t.Nodes = r.nodes(t.Nodes, "")
	return t
}

type renaming struct{ from, to *Aliases }

func (r renaming) thing(response string, second bool, id string) string {
	if alias, known := r.from.things[thing{response, second, id}]; known {
		return r.to.back[alias].id
	}
	return id
}

func (r renaming) nodes(nodes []Node, response string) []Node {
	out := slices.Clone(nodes)
	for i := range out {
		n := &out[i]
		switch n.Kind {
		case KindGap:
			n.Ref = r.thing(response, true, n.Ref)
		case KindHottext:
			n.Ref = r.thing(response, false, n.Ref)
		case KindInteraction:
			it := *n.Interaction
			it.Choices, it.Targets = r.choices(it.Response, false, it.Choices), r.choices(it.Response, true, it.Targets)
			it.Content = r.nodes(it.Content, it.Response)
			n.Interaction = &it
		}
		n.Nodes = r.nodes(n.Nodes, response)
	}
	return out
}

func (r renaming) choices(response string, second bool, all []Choice) []Choice {
	out := slices.Clone(all)
	for i := range out {
		out[i].Identifier = r.thing(response, second, out[i].Identifier)
	}
	return out
}
