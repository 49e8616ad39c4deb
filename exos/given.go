package exos

import (
	"context"
	"slices"
)

// ownRights are the rights that come from a teacher's own notebooks, and no broker knows of: to their author, and to the pupils to whom their
// author has given homework of them, once it has opened.
func ownRights(ctx context.Context, r Reader, l Learner) ([]Right, error) {
	modules, err := r.ModulesOwnedIn(ctx, l.School)
	if err != nil || len(modules) == 0 {
		return nil, err
	}
	var out []Right
	var given []Homework
	asked := false
	for _, m := range modules {
		right := Right{ARK: m.ARK, Title: m.Title, Status: RightOpen, Why: "own"}
		if m.Owner == l.ID {
			out = append(out, right)
			continue
		}
		// Who says of which school they are, by a class's code alone? And a colleague who teaches the class was given nothing: what
		// they may copy is shared with them.
		if l.School == "" || l.Profile.Teaches() {
			continue
		}
		if !asked {
			if given, err = r.HomeworkOf(ctx, l, r.Now().Add(-keepDue)); err != nil {
				return nil, err
			}
			asked = true
		}
		if slices.ContainsFunc(given, func(h Homework) bool { return h.gives(m) && !r.Now().Before(h.Opens) }) {
			right.Why = "given"
			out = append(out, right)
		}
	}
	return out, nil
}

// gives reports whether the homework is of a module, and from its author.
func (h Homework) gives(m Module) bool {
	return h.By == m.Owner && slices.ContainsFunc(h.Parts, func(p Part) bool { return p.Module == m.ID })
}
