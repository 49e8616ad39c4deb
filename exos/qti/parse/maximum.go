package parse

import (
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/report"
	"pupitre/exos/qti/score"
)

// maximum is what a perfect answer earns: what the exercise says of itself (MAXSCORE, else
// SCORE's normal maximum), brought down to what its rules can give where that is known, and
// up to what its key earns. best is the result of the key.
func (b *builder) maximum(best score.Result) float64 {
	if !b.p.Scoreable {
		return 0
	}
	most := 0.0
	if f, ok := score.Get(best.Outcomes, program.MaxScore).Number(); ok {
		most = f
	} else if f, ok := b.normalMaximum(); ok {
		most = f
	}
	if top, known := b.ceiling(); known && top > 0 && most > top*(1+1e-9) {
		b.warn(report.MaxUnreachable, b.root, "max", program.FormatNumber(most), "reachable", program.FormatNumber(top))
		most = top
	}
	if best.HasScore && best.Score > most*(1+1e-9) {
		most = best.Score
	}
	if most <= 0 {
		most = 1 // an exercise whose worth cannot be known counts for one
	}
	return most
}

func (b *builder) normalMaximum() (float64, bool) {
	if i := b.p.ScoreVar; i >= 0 && b.p.Vars[i].NormalMax != nil {
		return *b.p.Vars[i].NormalMax, true
	}
	return 0, false
}

// ceiling is the most that any rule puts into the mark, where all of them put constants or
// mapped responses; not known where one computes.
func (b *builder) ceiling() (top float64, known bool) {
	known = true
	var visit func([]program.Rule)
	visit = func(rules []program.Rule) {
		for i := range rules {
			r := &rules[i]
			for _, branch := range r.Branches {
				visit(branch.Rules)
			}
			if r.Var != b.p.ScoreVar || r.Op == program.Condition {
				continue
			}
			f, ok := b.constant(r.Expr)
			known = known && r.Op == program.SetValue && ok
			top = max(top, f)
		}
	}
	visit(b.p.Response)
	visit(b.p.Outcome)
	return top, known
}

// constant is the most that an expression of a rule gives.
func (b *builder) constant(x *program.Expr) (float64, bool) {
	if x == nil {
		return 0, true
	}
	switch x.Op {
	case program.OpBaseValue:
		f, ok := x.Value.Number()
		return f, ok
	case program.OpVariable:
		if x.Var >= 0 && b.p.Vars[x.Var].Identifier == program.MaxScore && !b.setsVar(x.Var) {
			return b.p.Vars[x.Var].Default.Number()
		}
	case program.OpMapResponse:
		if x.Var >= 0 && b.p.Vars[x.Var].Mapping != nil {
			return mappingCeiling(&b.p.Vars[x.Var]), true
		}
	}
	return 0, false
}

// mappingCeiling is the most that a mapping gives: its best line, or all lines that add.
func mappingCeiling(v *program.Variable) float64 {
	top := max(v.Mapping.Default, 0)
	for _, e := range v.Mapping.Entries {
		if v.Card == program.Single {
			top = max(top, e.Value)
		} else {
			top += max(e.Value, 0)
		}
	}
	if v.Mapping.Upper != nil {
		top = min(top, *v.Mapping.Upper)
	}
	return top
}
