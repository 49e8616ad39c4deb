package render

import (
	"cmp"
	"slices"
	"strings"

	"pupitre/exos/qti/chance"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/score"
)

// Arrange is the tree for one pupil: template values printed, hidden parts gone, choices in
// the order drawn with seed. The same arguments always give the same tree; t is untouched.
// Values of outcomes cannot be printed yet: their nodes stay, for Print.
func (t Tree) Arrange(seed uint64, templates []score.Binding) Tree {
	a := arranger{seed: seed, values: templates, comma: t.comma()}
	t.Nodes = a.nodes(t.Nodes)
	t.Catalogs = a.catalogs(t.Catalogs)
	t.Arranged = true
	return t
}

// Conceal is Arrange for graded work: under aliases, and in an order that what is shown and the seed alone decide wherever the author's
// could be the key. Texts are the exercise's feedback: an exercise in steps asks in them, too.
func (t Tree) Conceal(seed uint64, templates []score.Binding, texts []Feedback) (Tree, *Aliases) {
	a := arranger{seed: seed, values: templates, comma: t.comma(), concealed: true}
	names := newAliases()
	t.Nodes = names.Nodes(a.nodes(t.Nodes))
	t.Catalogs = names.catalogs(a.catalogs(t.Catalogs))
	for _, f := range texts {
		names.Nodes(a.nodes(f.Nodes))
	}
	t.Arranged = true
	return t, names
}

// comma tells whether the exercise's language writes numbers with a decimal comma.
func (t Tree) comma() bool {
	language, _, _ := strings.Cut(strings.ToLower(t.Language), "-")
	switch language {
	case "fr", "br", "oc", "co", "eu", "ca", "de", "es", "it", "nl", "pt":
		return true
	}
	return false
}

// ArrangeFeedback does for the exercise's feedback texts what Arrange does for the tree;
// outcomes are printed too.
func (t Tree) ArrangeFeedback(texts []Feedback, seed uint64, values []score.Binding) []Feedback {
	a := arranger{seed: seed, values: values, comma: t.comma()}
	out := make([]Feedback, len(texts))
	for i, f := range texts {
		f.Nodes = a.nodes(f.Nodes)
		out[i] = f
	}
	return out
}

type arranger struct {
	seed   uint64
	values []score.Binding
	comma  bool // numbers are printed with a decimal comma

	concealed bool // no order is left that could be the author's
}

func (a *arranger) nodes(nodes []Node) []Node {
	if nodes == nil {
		return nil
	}
	out := make([]Node, 0, len(nodes))
	for _, n := range nodes {
		switch n.Kind {
		case KindTemplate:
			if a.holds(n.When) {
				out = append(out, a.nodes(n.Nodes)...)
			}
			continue
		case KindPrinted:
			if v, ok := a.value(n.Ref); ok {
				n = a.printed(n, v)
			}
		case KindInteraction:
			n.Interaction = a.interaction(n.Interaction)
		}
		n.Nodes = a.nodes(n.Nodes)
		out = append(out, n)
	}
	return out
}

func (a *arranger) catalogs(all []Catalog) []Catalog {
	out := slices.Clone(all)
	for i := range out {
		out[i].Cards = slices.Clone(out[i].Cards)
		for j := range out[i].Cards {
			out[i].Cards[j].Nodes = a.nodes(out[i].Cards[j].Nodes)
		}
	}
	return out
}

func (a *arranger) value(identifier string) (program.Value, bool) {
	for _, b := range a.values {
		if b.Identifier == identifier {
			return b.Value, true
		}
	}
	return program.Null(), false
}

// holds: a part without condition always stands; see Condition.
func (a *arranger) holds(c *Condition) bool {
	if c == nil {
		return true
	}
	v, _ := a.value(c.Variable)
	for _, word := range v.Lexicals() {
		if word == c.Identifier {
			return !c.Hide
		}
	}
	return c.Hide
}

func (a *arranger) interaction(it *Interaction) *Interaction {
	out := *it
	out.Prompt = a.nodes(it.Prompt)
	out.Content = a.nodes(it.Content)
	out.Choices = a.choices(it, it.Choices, "")
	out.Targets = a.choices(it, it.Targets, "/targets")
	out.Shuffle = false
	return &out
}

// choices keeps those whose condition holds, and shuffles them where asked. Gaps keep the
// order of the text that they stand in.
func (a *arranger) choices(it *Interaction, all []Choice, stream string) []Choice {
	kept := make([]Choice, 0, len(all))
	for _, c := range all {
		if a.holds(c.When) {
			c.When = nil
			c.Nodes = a.nodes(c.Nodes)
			kept = append(kept, c)
		}
	}
	inPlace := it.Type == TypeHottext || stream != "" && it.Type != TypeMatch
	switch {
	case a.concealed && areal(it.Type, stream):
		slices.SortStableFunc(kept, func(a, b Choice) int {
			return cmp.Or(slices.Compare(a.Coords, b.Coords), cmp.Compare(a.Shape, b.Shape), cmp.Compare(a.look(), b.look()))
		})
	case !inPlace && (it.Shuffle || a.concealed && telling(it, stream)):
		forgetOrder(it.Response+stream, kept)
		order := chance.New(a.seed, "order/"+it.Response+stream).Shuffle(len(kept), func(i int) bool { return kept[i].Fixed })
		shuffled := make([]Choice, len(kept))
		for place, from := range order {
			shuffled[place] = kept[from]
			shuffled[place].Fixed = false
		}
		kept = shuffled
	}
	if len(kept) == 0 {
		return nil
	}
	return kept
}

// areal reports whether the things of an interaction are areas of a picture: on it they have their places, whatever their order.
func areal(t Type, stream string) bool {
	switch t {
	case TypeHotspot, TypeGraphicOrder, TypeGraphicAssociate:
		return stream == ""
	case TypeGraphicGapMatch:
		return stream != ""
	}
	return false
}

// telling reports whether the order of an interaction's things, where its author asked for no other, may be the key itself: the order
// asked for, words in the order of their gaps, pairs side by side. Where each thing of a match goes with one of the other set, the second
// set moves; columns that take any number (« vrai », « faux ») keep the order that has a meaning.
func telling(it *Interaction, stream string) bool {
	switch it.Type {
	case TypeOrder, TypeAssociate, TypeGapMatch, TypeGraphicGapMatch:
		return stream == ""
	case TypeMatch:
		return stream != "" && len(it.Targets) >= len(it.Choices) && !slices.ContainsFunc(it.Targets, func(c Choice) bool { return c.MatchMax != 1 })
	}
	return false
}

// forgetOrder puts the choices that do not keep their place in an order of their own, which what they show alone decides. Authors
// often write the right answer first, or a whole order rightly, and name them in that order; players know the seed, and could otherwise
// deal the cards back.
func forgetOrder(stream string, choices []Choice) {
	type card struct {
		Choice
		lot  uint64
		look string
	}
	var places []int
	var loose []card
	for i, c := range choices {
		if !c.Fixed {
			look := c.look()
			places, loose = append(places, i), append(loose, card{c, chance.New(0, "lot/"+stream+"/"+look).Uint64(), look})
		}
	}
	slices.SortStableFunc(loose, func(a, b card) int { return cmp.Or(cmp.Compare(a.lot, b.lot), cmp.Compare(a.look, b.look)) })
	for i, place := range places {
		choices[place] = loose[i].Choice
	}
}

// PlainText is all the text of the tree, for search and tests.
func (t Tree) PlainText() string {
	var b strings.Builder
	appendText(&b, t.Nodes)
	return b.String()
}

// Plain is the text of nodes.
func Plain(nodes []Node) string {
	var b strings.Builder
	appendText(&b, nodes)
	return b.String()
}

// Words is what a choice says where there is room for words alone: its text, else what it is called.
func (c Choice) Words() string {
	switch text := strings.TrimSpace(Plain(c.Nodes)); {
	case text != "":
		return text
	case c.Label != "":
		return c.Label
	case c.Asset != nil && c.Asset.Alt != "":
		return c.Asset.Alt
	}
	return c.Identifier
}

func appendText(b *strings.Builder, nodes []Node) {
	for _, n := range nodes {
		b.WriteString(n.Text)
		if n.Asset != nil {
			b.WriteString(n.Asset.Alt)
		}
		appendText(b, n.Nodes)
		if it := n.Interaction; it != nil {
			appendText(b, it.Prompt)
			appendText(b, it.Content)
			for _, c := range it.Choices {
				appendText(b, c.Nodes)
			}
			for _, c := range it.Targets {
				appendText(b, c.Nodes)
			}
		}
	}
}
