package exos

import (
	"context"

	"pupitre/exos/qti/render"
)

// Printed is one exercise of a homework for paper, and its key apart.
type Printed struct {
	Number int
	Title  string
	Max    float64
	Tree   render.Tree
	Key    *Corrected
}

// Print returns a homework's exercises as they are drawn for paper: one draw for the whole class, always the same. Its keys are for
// the teacher: exos/classroom asks whose it is before.
func (s *Service) Print(ctx context.Context, h Homework) ([]Printed, error) {
	out := make([]Printed, len(h.Parts))
	for i, p := range h.Parts {
		o, err := s.known(ctx, p.Exercise)
		if err != nil {
			return nil, err
		}
		if p.Key != "" {
			key, err := s.known(ctx, p.Key)
			if err != nil {
				return nil, err
			}
			o = o.under(key)
		}
		seed := h.seedOf("", p.Exercise, 1)
		tree, names := o.item.Conceal(uint64(seed)) // a paper is looked at by neighbours, too
		tree.Nodes, _ = withoutHints(tree.Nodes)
		out[i] = Printed{Number: i + 1, Title: o.Title, Max: h.ScaleOf(o.Exercise), Tree: tree, Key: o.corrected(seed).under(names)}
	}
	return out, nil
}
