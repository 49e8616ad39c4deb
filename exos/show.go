package exos

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/score"
)

// hintClass marks a hint (« indice ») in an exercise's body: a rubric block for the candidate with this class. Where it is
// unknown, it shows as an instruction, which does no harm; here it is kept back until the pupil asks.
const hintClass = "indice"

// solutionFeedback is the identifier of the modal feedback that explains the answer (« corrigé »), by the same convention.
const solutionFeedback = "SOLUTION"

// present returns the exercise as the pupil may have it, and apart from it the hint.
func (o *opened) present(seed Seed) (tree render.Tree, hint []render.Node) {
	tree = o.item.Present(uint64(seed))
	tree.Nodes, hint = withoutHints(tree.Nodes)
	return tree, hint
}

// withoutHints splits nodes into what is shown and what is a hint. It changes nothing of what it is given: trees are shared.
func withoutHints(nodes []render.Node) (kept, hints []render.Node) {
	for _, n := range nodes {
		if slices.Contains(strings.Fields(n.Attrs["class"]), hintClass) {
			hints = append(hints, n)
			continue
		}
		inner, found := withoutHints(n.Nodes)
		if len(found) > 0 {
			n.Nodes = inner
			hints = append(hints, found...)
		}
		kept = append(kept, n)
	}
	return kept, hints
}

// HasHint reports whether an exercise has a hint. Not to be called inside a transaction.
func (s *Service) HasHint(ctx context.Context, e ExerciseID) (bool, error) {
	o, err := s.known(ctx, e)
	if err != nil {
		return false, err
	}
	_, hint := withoutHints(o.item.Tree.Nodes)
	return len(hint) > 0, nil
}

// corrected is the corrigé: keys, and the explanation where the author wrote one.
func (o *opened) corrected(seed Seed) *Corrected {
	c := &Corrected{Keys: []Key{}}
	forms := map[string][]string{}
	for _, w := range o.item.Written(uint64(seed)) {
		forms[w.Response] = w.Forms
	}
	for _, a := range o.keys(seed) {
		c.Keys = append(c.Keys, Key{Response: a.Response, Values: a.Values, Texts: a.Texts, Accepted: a.Accepted, Forms: forms[a.Response]})
	}
	var refs []string
	for _, f := range o.item.Program.Feedback {
		if f.Identifier == solutionFeedback && !f.Hide {
			refs = append(refs, f.Ref)
		}
	}
	c.Why = o.item.Reveal(uint64(seed), refs)
	return c
}

// printed lists the variables that nodes print, each once.
func printed(nodes []render.Node, seen []string) []string {
	for _, n := range nodes {
		if n.Kind == render.KindPrinted && !slices.Contains(seen, n.Ref) {
			seen = append(seen, n.Ref)
		}
		seen = printed(n.Nodes, seen)
	}
	return seen
}

// outcomes are the values of the printed outcome variables; no other leaves the server.
func (o *opened) outcomes(result score.Result) []Outcome {
	var out []Outcome
	for _, b := range result.Outcomes {
		if slices.Contains(o.printed, b.Identifier) {
			out = append(out, Outcome{b.Identifier, b.Value.Lexicals()})
		}
	}
	return out
}

// reveal gives the texts of feedback that a result allows, with what it prints.
func (o *opened) reveal(seed Seed, r *Result) []render.Feedback {
	values := make([]score.Binding, len(r.Outcomes))
	for i, out := range r.Outcomes {
		values[i] = score.Binding{Identifier: out.Identifier, Value: valueOf(out.Values)}
	}
	return o.item.Reveal(uint64(seed), r.Shown, values...)
}

// opening gives the feedback shown before any answer. Modal feedback follows an answer, always.
func (o *opened) opening(seed Seed) []render.Feedback {
	begun := o.item.Begin(uint64(seed))
	all := o.item.Reveal(uint64(seed), begun.Shown, begun.Outcomes...)
	return slices.DeleteFunc(all, func(f render.Feedback) bool { return f.Modal })
}

// valueOf reads back lexical values, as far as printing needs it: a number is formatted as a number.
func valueOf(values []string) program.Value {
	scalars := make([]program.Scalar, len(values))
	for i, v := range values {
		scalars[i] = program.Scalar{Type: program.String, Text: v}
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			scalars[i] = program.Scalar{Type: program.Integer, Int: n}
		} else if f, err := strconv.ParseFloat(v, 64); err == nil {
			scalars[i] = program.Scalar{Type: program.Float, Float: f}
		}
	}
	if len(scalars) == 1 {
		return program.Of(scalars[0])
	}
	return program.Container(program.Ordered, scalars)
}
