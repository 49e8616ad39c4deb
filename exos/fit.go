package exos

import (
	"slices"
	"strings"

	"pupitre/exos/qti/render"
	"pupitre/exos/qti/score"
	"pupitre/internal/fault"
)

// fits refuses an answer of more than the exercise takes: more choices than may be made (max-choices, max-associations of QTI 3.0.1), or a
// thing that is used more often than it may be (match-max). Whoever ticks everything would have every point of a mapping that takes none
// away. An exercise whose own declared answer goes beyond its bounds has none: its author wrote one of the two by mistake.
func (o *opened) fits(seed Seed, sub score.Submission) error {
	if !slices.ContainsFunc(sub.Responses, func(r score.Response) bool { return len(r.Values) > 1 }) {
		return nil
	}
	over := o.overdone(sub)
	if over == nil {
		return nil
	}
	var key score.Submission
	for _, k := range o.keys(seed) {
		key.Responses = append(key.Responses, score.Response{Identifier: k.Response, Values: k.Values})
	}
	if o.overdone(key) != nil {
		return nil
	}
	return over
}

// overdone finds the first bound of the exercise that an answer goes beyond; nil for none.
func (o *opened) overdone(sub score.Submission) error {
	given := map[string][]string{}
	for _, r := range sub.Responses {
		for _, v := range r.Values {
			if v = strings.TrimSpace(v); v != "" && !slices.Contains(given[r.Identifier], v) {
				given[r.Identifier] = append(given[r.Identifier], v)
			}
		}
	}
	for _, it := range render.Interactions(o.item.Tree.Nodes) {
		if err := beyond(it, given[it.Response]); err != nil {
			return err
		}
	}
	return nil
}

// complete reports whether an answer says something to every interaction, and as much as each asks for (validate-responses of QTI 3.0.1):
// as many choices as min-choices or min-associations has, a text of the pattern.
func (o *opened) complete(sub score.Submission) bool {
	given := map[string]int{}
	for _, r := range sub.Responses {
		for _, v := range r.Values {
			if strings.TrimSpace(v) != "" {
				given[r.Identifier]++
			}
		}
		given[r.Identifier] += len(r.Fields)
	}
	for _, it := range render.Interactions(o.item.Tree.Nodes) {
		if it.Response == "" || it.Type == render.TypeEndAttempt || it.Type == render.TypeMedia {
			continue
		}
		if given[it.Response] < max(1, it.Min) {
			return false
		}
	}
	return true
}

// bounded are the interactions whose Max is of answers; of others it is of plays, or of nothing.
var bounded = []render.Type{
	render.TypeChoice, render.TypeHottext, render.TypeHotspot, render.TypeOrder, render.TypeGraphicOrder, render.TypeMatch, render.TypeAssociate,
	render.TypeGapMatch, render.TypeGraphicAssociate, render.TypeGraphicGapMatch, render.TypeSelectPoint, render.TypePositionObject,
}

// beyond says which bound of an interaction these values go beyond; nil for none.
func beyond(it *render.Interaction, values []string) error {
	if !it.Multiple || !slices.Contains(bounded, it.Type) {
		return nil // a single answer is the first
	}
	if it.Max > 0 && len(values) > it.Max {
		return fault.New(fault.Invalid, "exos.answer.many", "n", it.Max)
	}
	if it.Base != "pair" && it.Base != "directedPair" {
		return nil
	}
	uses := map[string]int{}
	for _, v := range values {
		for _, end := range strings.Fields(v) {
			uses[end]++
		}
	}
	for _, list := range [][]render.Choice{it.Choices, it.Targets} {
		for _, c := range list {
			if c.MatchMax > 0 && uses[c.Identifier] > c.MatchMax {
				text := it.Letters()[c.Identifier]
				if text == "" {
					text = c.Words()
				}
				if text == c.Identifier { // the author's word for what shows none: it could tell the key
					text = "…"
				}
				return fault.New(fault.Invalid, "exos.answer.uses", "text", text, "n", c.MatchMax)
			}
		}
	}
	return nil
}
