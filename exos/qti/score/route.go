package score

import (
	"slices"

	"pupitre/exos/qti/program"
)

// The targets of a branch that are no identifier (QTI 3.0.1, qti-branch-rule).
const (
	ExitTest    = "EXIT_TEST"
	ExitPart    = "EXIT_TESTPART"
	ExitSection = "EXIT_SECTION"
)

// Next is the place that a pupil comes to after the place at index at of order, -1 being
// before the first: by the branch rules of what is left, then the preconditions of what is
// entered. It answers len(order) where the test is over.
//
// Rules count in linear parts; of a nonlinear one, where the pupil goes as they like, only the
// precondition of the part itself does (QTI 3.0.1, qti-pre-condition). A target that lies behind, or that
// is not there, leads on: a test never turns in circles.
func Next(t *program.Test, order []Place, items []ItemStand, at int) int {
	r := route{t: t, order: order, m: testMachine(t, items)}
	r.m.run(t.Outcome)
	r.m.exited = false
	next := at + 1
	if at >= 0 && at < len(order) {
		next = r.leave(at)
	}
	for next < len(order) {
		past := r.enter(at, next)
		if past == next {
			break
		}
		at, next = next-1, past
	}
	return min(next, len(order))
}

type route struct {
	t     *program.Test
	order []Place
	m     *machine
}

func (r *route) linear(i int) bool {
	p := r.t.Part(r.order[i].Part)
	return p != nil && !p.NonLinear
}

// leave follows the first branch of the item, of each section that ends with it, of the part.
func (r *route) leave(at int) int {
	here := r.order[at]
	if !r.linear(at) {
		return at + 1
	}
	part := r.t.Part(here.Part)
	if target := r.branch(here.Ref.Branches); target != "" {
		return r.toward(at, target, here.Sections)
	}
	for depth := len(here.Sections) - 1; depth >= 0; depth-- {
		if s := part.Section(here.Sections[depth]); s != nil && r.ends(at, here.Sections[:depth+1]) {
			if target := r.branch(s.Branches); target != "" {
				return r.toward(at, target, here.Sections[:depth])
			}
		}
	}
	if at+1 == len(r.order) || r.order[at+1].Part != here.Part {
		if target := r.branch(part.Branches); target != "" {
			return r.toward(at, target, nil)
		}
	}
	return at + 1
}

func (r *route) branch(branches []program.Branching) string {
	for i := range branches {
		if r.m.eval(&branches[i].If).Truth() {
			return branches[i].Target
		}
	}
	return ""
}

// ends tells whether the place after at is out of those sections.
func (r *route) ends(at int, sections []string) bool {
	if at+1 == len(r.order) {
		return true
	}
	after := r.order[at+1].Sections
	return r.order[at+1].Part != r.order[at].Part || len(after) < len(sections) || !slices.Equal(after[:len(sections)], sections)
}

// toward is the first place after at where target begins.
func (r *route) toward(at int, target string, inside []string) int {
	switch target {
	case ExitTest:
		return len(r.order)
	case ExitPart:
		return r.first(at, func(p Place) bool { return p.Part != r.order[at].Part })
	case ExitSection:
		return r.first(at, func(p Place) bool {
			return p.Part != r.order[at].Part || len(inside) == 0 || len(p.Sections) < len(inside) || !slices.Equal(p.Sections[:len(inside)], inside)
		})
	}
	if i := r.first(at, func(p Place) bool {
		return p.Ref.Identifier == target || p.Part == target || slices.Contains(p.Sections, target)
	}); i < len(r.order) {
		return i
	}
	return at + 1
}

func (r *route) first(at int, want func(Place) bool) int {
	for i := at + 1; i < len(r.order); i++ {
		if want(r.order[i]) {
			return i
		}
	}
	return len(r.order)
}

// enter is i where its preconditions hold, else the first place past what is closed.
func (r *route) enter(from, i int) int {
	p := r.order[i]
	part := r.t.Part(p.Part)
	if part == nil {
		return i
	}
	newPart := from < 0 || r.order[from].Part != p.Part
	if newPart && !r.met(part.Pre) {
		return r.first(i, func(q Place) bool { return q.Part != p.Part })
	}
	if part.NonLinear {
		return i
	}
	for depth, name := range p.Sections {
		around := p.Sections[:depth+1]
		if !newPart && len(r.order[from].Sections) > depth && slices.Equal(r.order[from].Sections[:depth+1], around) {
			continue // already in it
		}
		if s := part.Section(name); s != nil && !r.met(s.Pre) {
			return r.first(i, func(q Place) bool {
				return q.Part != p.Part || len(q.Sections) <= depth || !slices.Equal(q.Sections[:depth+1], around)
			})
		}
	}
	if !r.met(p.Ref.Pre) {
		return i + 1
	}
	return i
}

func (r *route) met(conditions []program.Expr) bool {
	for i := range conditions {
		if !r.m.eval(&conditions[i]).Truth() {
			return false
		}
	}
	return true
}
