package parse

import (
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
)

// declared tells whether every response that the rules look at has a key, declared or set by a
// template. A button has none, nor has what is only kept.
func (b *builder) declared() bool {
	found := false
	used := map[int]bool{}
	b.uses(b.p.Response, used)
	b.uses(b.p.Outcome, used)
	for i := range b.p.Vars {
		v := &b.p.Vars[i]
		it := b.bound[v.Identifier]
		if v.Kind != program.Response || b.lines[v.Identifier] == 0 || !used[i] || it != nil && it.Type == render.TypeEndAttempt {
			continue
		}
		if !v.Correct.Some && !b.setByTemplate(i) {
			return false
		}
		found = true
	}
	return found
}

// uses gathers the variables that rules look at.
func (b *builder) uses(rules []program.Rule, used map[int]bool) {
	var look func(e *program.Expr)
	look = func(e *program.Expr) {
		if e == nil {
			return
		}
		if e.Var >= 0 && e.Op != program.OpBaseValue {
			used[e.Var] = true
		}
		for _, n := range e.Nums {
			if n.Var >= 0 {
				used[n.Var] = true
			}
		}
		for i := range e.Args {
			look(&e.Args[i])
		}
	}
	for i := range rules {
		look(rules[i].Expr)
		for j := range rules[i].Branches {
			look(rules[i].Branches[j].If)
			b.uses(rules[i].Branches[j].Rules, used)
		}
	}
}

func (b *builder) setByTemplate(variable int) bool {
	var any func([]program.Rule) bool
	any = func(rules []program.Rule) bool {
		for _, r := range rules {
			if r.Op == program.SetCorrect && r.Var == variable {
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
	return any(b.p.Template)
}
