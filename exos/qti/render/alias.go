package render

import (
	"encoding/json"
	"maps"
	"strconv"
	"strings"
)

// Aliases (« noms d’emprunt ») stand for an author's identifiers in what a pupil receives of graded work. An identifier may tell the key
// by what it says (« correct ») or by its place in a row of them (A, B, C… where the first is right); an alias is a number in the order
// in which things are shown, and says what the page shows already. They are the same for the same exercise and seed, so that an attempt
// goes on where it was, and what comes back is the author's again.
//
// The response of a publisher's own interaction keeps its name and its values: its program, which the pupil receives, says both.
type Aliases struct {
	responses map[string]string
	things    map[thing]string
	back      map[string]origin // by alias: of a response under "r"+alias, of a thing under its alias
	groups    map[string]string
	ids       map[string]string
	paired    map[string]bool // responses whose second end is of another set than the first
	named     map[string]bool // responses whose values are identifiers of things
}

// thing is a choice or target of an interaction: the two sets of a match may name theirs alike, in pairs that belong together.
type thing struct {
	response string
	second   bool
	id       string
}

type origin struct{ response, id string }

// stranger begins what is said instead of an alias that there is none of: no identifier begins so, so that nobody answers by an author's.
const stranger = "?"

func newAliases() *Aliases {
	return &Aliases{
		responses: map[string]string{}, things: map[thing]string{}, back: map[string]origin{}, groups: map[string]string{}, ids: map[string]string{},
		paired: map[string]bool{}, named: map[string]bool{},
	}
}

// Nodes are nodes of the exercise under aliases, without the addresses that files have in their package. It changes nothing of what it is given.
func (a *Aliases) Nodes(nodes []Node) []Node { return a.nodes(nodes, "") }

func (a *Aliases) nodes(nodes []Node, response string) []Node {
	if nodes == nil {
		return nil
	}
	out := make([]Node, len(nodes))
	for i, n := range nodes {
		n.Attrs, n.Asset = a.attrs(n.Attrs), pathless(n.Asset)
		switch n.Kind {
		case KindGap:
			n.Ref = a.thing(thing{response, true, n.Ref})
		case KindHottext:
			n.Ref = a.thing(thing{response, false, n.Ref})
		case KindStimulus, KindPrinted:
			n.Ref = ""
		case KindInteraction:
			n.Interaction = a.interaction(n.Interaction)
		}
		n.Nodes = a.nodes(n.Nodes, response)
		out[i] = n
	}
	return out
}

func (a *Aliases) interaction(it *Interaction) *Interaction {
	out := *it
	out.Response = a.response(it)
	out.Catalog = a.id(it.Catalog)
	out.Prompt = a.nodes(it.Prompt, it.Response)
	a.paired[it.Response] = a.paired[it.Response] || len(it.Targets) > 0
	a.named[it.Response] = a.named[it.Response] || len(it.Choices)+len(it.Targets) > 0 || it.Type == TypeHottext
	out.Choices = a.choices(it.Response, false, it.Choices)
	out.Targets = a.choices(it.Response, true, it.Targets)
	out.Content = a.nodes(it.Content, it.Response)
	out.Object, out.Stage = pathless(it.Object), pathless(it.Stage)
	return &out
}

func (a *Aliases) response(it *Interaction) string {
	switch alias, known := a.responses[it.Response]; {
	case known:
		return alias
	case it.Type == TypePortableCustom:
		a.responses[it.Response] = it.Response
	default:
		a.responses[it.Response] = strconv.Itoa(len(a.responses) + 1)
	}
	alias := a.responses[it.Response]
	a.back["r"+alias] = origin{response: it.Response}
	return alias
}

func (a *Aliases) choices(response string, second bool, all []Choice) []Choice {
	if all == nil {
		return nil
	}
	out := make([]Choice, len(all))
	for i, c := range all {
		if c.Label == c.Identifier { // an importer's word for an area that has none
			c.Label = ""
		}
		c.Identifier = a.thing(thing{response, second, c.Identifier})
		c.Nodes, c.Asset, c.Catalog = a.nodes(c.Nodes, response), pathless(c.Asset), a.id(c.Catalog)
		if c.Groups != nil {
			groups := make([]string, len(c.Groups))
			for j, g := range c.Groups {
				groups[j] = numbered(a.groups, g, "g")
			}
			c.Groups = groups
		}
		out[i] = c
	}
	return out
}

func (a *Aliases) thing(t thing) string {
	if alias, known := a.things[t]; known {
		return alias
	}
	alias := strconv.Itoa(len(a.things) + 1)
	a.things[t] = alias
	a.back[alias] = origin{t.response, t.id}
	return alias
}

// numbered is the name's number in the order in which names are met.
func numbered(names map[string]string, name, prefix string) string {
	if alias, known := names[name]; known {
		return alias
	}
	names[name] = prefix + strconv.Itoa(len(names)+1)
	return names[name]
}

// idPrefix begins every id of a publisher's, so that none meets the page's.
const idPrefix = "q-"

func (a *Aliases) id(id string) string {
	if id == "" {
		return ""
	}
	return numbered(a.ids, id, idPrefix)
}

// attrs are attributes with other ids, wherever one refers to them.
func (a *Aliases) attrs(attrs map[string]string) map[string]string {
	if len(attrs) == 0 {
		return attrs
	}
	out := maps.Clone(attrs)
	for name, value := range attrs {
		switch {
		case name == "href" && strings.HasPrefix(value, "#"):
			out[name] = "#" + a.id(value[1:])
		case name == "data-catalog-idref":
			out[name] = a.id(value)
		case strings.Contains(" "+value, " "+idPrefix):
			ids := strings.Fields(value)
			for i, id := range ids {
				if strings.HasPrefix(id, idPrefix) {
					ids[i] = a.id(id)
				}
			}
			if name == "id" || name == "headers" || name == "for" || strings.HasPrefix(name, "aria-") {
				out[name] = strings.Join(ids, " ")
			}
		}
	}
	return out
}

func (a *Aliases) catalogs(all []Catalog) []Catalog {
	var out []Catalog
	for _, c := range all {
		named := Catalog{ID: a.id(c.ID)}
		for _, id := range c.For {
			named.For = append(named.For, a.id(id))
		}
		for _, card := range c.Cards {
			card.Nodes, card.Asset = a.Nodes(card.Nodes), pathless(card.Asset)
			named.Cards = append(named.Cards, card)
		}
		out = append(out, named)
	}
	return out
}

func pathless(a *Asset) *Asset {
	if a == nil || a.Path == "" {
		return a
	}
	out := *a
	out.Path = ""
	return &out
}

// Response is the alias of a response; of one that no interaction has, its name.
func (a *Aliases) Response(author string) string {
	if alias, known := a.responses[author]; known {
		return alias
	}
	return author
}

// Author is the response of an alias; ok is false where there is none.
func (a *Aliases) Author(alias string) (response string, ok bool) {
	o, ok := a.back["r"+alias]
	return o.response, ok
}

// Value puts a value of a response, in the author's identifiers, under aliases. What names nothing of the exercise stays out of it.
func (a *Aliases) Value(response, value string) string {
	return a.each(response, value, func(second bool, id string) string {
		if alias, known := a.things[thing{response, second, id}]; known {
			return alias
		}
		if alias, known := a.things[thing{response, !second, id}]; known {
			return alias
		}
		return stranger
	})
}

// AuthorValue puts a value under aliases back into the author's identifiers; response is the author's. An alias that there is none of
// names nothing.
func (a *Aliases) AuthorValue(response, value string) string {
	return a.each(response, value, func(_ bool, alias string) string {
		if o, known := a.back[alias]; known && o.response == response {
			return o.id
		}
		return stranger + strings.TrimLeft(alias, stranger)
	})
}

// each changes the identifiers of a value; one that holds none is what it is.
func (a *Aliases) each(response, value string, change func(second bool, id string) string) string {
	if !a.named[response] {
		return value
	}
	ids := strings.Fields(value)
	for i, id := range ids {
		ids[i] = change(i > 0 && a.paired[response], id)
	}
	return strings.Join(ids, " ")
}

// look is all that a choice shows, without what it is called and what is shown only after an answer: two that look alike are one to a pupil.
func (c Choice) look() string {
	c.Fixed, c.Groups, c.Catalog = false, nil, ""
	if c.Label == c.Identifier {
		c.Label = ""
	}
	c.Identifier, c.Asset = "", pathless(c.Asset)
	c.Nodes = newAliases().Nodes(bare(c.Nodes))
	text, err := json.Marshal(c)
	if err != nil {
		panic("render: a choice that has no JSON: " + err.Error()) // plain data: cannot happen
	}
	return string(text)
}

// bare are nodes without the places of what is shown after an answer: where they stand may tell which answer it is about.
func bare(nodes []Node) []Node {
	var out []Node
	for _, n := range nodes {
		if n.Kind == KindFeedback || n.Kind == KindPrinted {
			continue
		}
		n.Nodes = bare(n.Nodes)
		out = append(out, n)
	}
	return out
}
