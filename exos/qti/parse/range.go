package parse

import (
	"math"
	"slices"

	"pupitre/exos/qti/program"
)

// span is where a number lies, whatever the pupil answers: an abstract run of the rules.
type span struct{ lo, hi float64 }

var anything = span{math.Inf(-1), math.Inf(1)}

// or is where a number lies that is in s or in t.
func (s span) or(t span) span { return span{min(s.lo, t.lo), max(s.hi, t.hi)} }

// ranges runs rules on spans, every arm of every condition, so that the mark is never above
// what it finds: an author's MAXSCORE that is can never be reached.
type ranges struct {
	p     *program.Program
	of    []span   // by variable
	ended [][]span // where an exit left them
}

func (r *ranges) initial(i int) span {
	v := &r.p.Vars[i]
	switch f, ok := v.Default.Number(); {
	case v.Kind != program.Outcome || len(r.p.Template) > 0 || r.p.Adaptive:
		return anything // a template may set defaults; a second step goes on from the first
	case ok:
		return span{f, f}
	case v.Card == program.Single && (v.Type == program.Float || v.Type == program.Integer):
		return span{}
	}
	return anything
}

func (r *ranges) run(rules []program.Rule) {
	for i := range rules {
		switch rule := &rules[i]; rule.Op {
		case program.SetValue:
			r.of[rule.Var] = r.expr(rule.Expr)
		case program.LookupOutcome:
			r.of[rule.Var] = r.table(rule.Var)
		case program.SetDefault, program.SetCorrect:
			r.of[rule.Var] = anything
		case program.Exit:
			r.ended = append(r.ended, slices.Clone(r.of))
		case program.Condition:
			r.condition(rule.Branches)
		}
	}
}

func (r *ranges) condition(branches []program.Branch) {
	before := r.of
	var after []span
	whole := false // an else: one arm is taken
	for _, b := range branches {
		r.of = slices.Clone(before)
		r.run(b.Rules)
		after = joined(after, r.of)
		whole = whole || b.If == nil
	}
	if !whole {
		after = joined(after, before)
	}
	r.of = after
}

func joined(a, b []span) []span {
	if a == nil {
		return slices.Clone(b)
	}
	for i := range a {
		a[i] = a[i].or(b[i])
	}
	return a
}

func (r *ranges) table(variable int) span {
	t := r.p.Vars[variable].Lookup
	if t == nil {
		return span{}
	}
	out := span{math.Inf(1), math.Inf(-1)}
	values := []program.Value{t.Default}
	for _, line := range t.Lines {
		values = append(values, line.Target)
	}
	for _, v := range values {
		if f, ok := v.Number(); ok {
			out = out.or(span{f, f})
		} else if v.Some {
			return anything
		}
	}
	if out.lo > out.hi {
		return span{}
	}
	return out
}

func (r *ranges) expr(x *program.Expr) span {
	if x == nil || x.Op == program.OpNull {
		return span{}
	}
	switch x.Op {
	case program.OpBaseValue:
		if f, ok := x.Value.Number(); ok {
			return span{f, f}
		}
	case program.OpVariable:
		if x.Var >= 0 && r.p.Vars[x.Var].Kind == program.Outcome {
			return r.of[x.Var]
		}
	case program.OpMapResponse:
		if x.Var >= 0 && r.p.Vars[x.Var].Mapping != nil {
			m := r.p.Vars[x.Var].Mapping
			worths := make([]float64, len(m.Entries))
			for i := range m.Entries {
				worths[i] = m.Entries[i].Value
			}
			return mapped(worths, m.Default, m.Lower, m.Upper, r.p.Vars[x.Var].Card)
		}
	case program.OpMapResponsePoint:
		if x.Var >= 0 && r.p.Vars[x.Var].Area != nil {
			m := r.p.Vars[x.Var].Area
			worths := make([]float64, len(m.Entries))
			for i := range m.Entries {
				worths[i] = m.Entries[i].Value
			}
			return mapped(worths, m.Default, m.Lower, m.Upper, r.p.Vars[x.Var].Card)
		}
	case program.OpSum, program.OpProduct, program.OpMax, program.OpMin, program.OpSubtract, program.OpDivide:
		return r.arithmetic(x)
	case program.OpIntegerToFloat, program.OpRound, program.OpTruncate:
		if len(x.Args) > 0 {
			s := r.expr(&x.Args[0])
			return span{math.Floor(s.lo), math.Ceil(s.hi)}
		}
	}
	return anything
}

// mapped is where a mapping lies: its best line for one value, all that add for several. A
// default that adds has no end, where answers have none.
func mapped(worths []float64, other float64, lower, upper *float64, card program.Cardinality) span {
	s := span{min(other, 0), max(other, 0)}
	if card != program.Single && other > 0 {
		s.hi = math.Inf(1)
	}
	if card != program.Single && other < 0 {
		s.lo = math.Inf(-1)
	}
	for _, w := range worths {
		switch {
		case card == program.Single:
			s = s.or(span{w, w})
		case w > 0:
			s.hi += w
		default:
			s.lo += w
		}
	}
	if upper != nil {
		s.hi, s.lo = min(s.hi, *upper), min(s.lo, *upper)
	}
	if lower != nil {
		s.hi, s.lo = max(s.hi, *lower), max(s.lo, *lower)
	}
	return s
}

// arithmetic combines the spans of operands, which may be containers: of those nothing is known.
func (r *ranges) arithmetic(x *program.Expr) span {
	var out span
	for i := range x.Args {
		s := r.expr(&x.Args[i])
		if i == 0 {
			out = s
			continue
		}
		switch x.Op {
		case program.OpSum:
			out = span{out.lo + s.lo, out.hi + s.hi}
		case program.OpSubtract:
			out = span{out.lo - s.hi, out.hi - s.lo}
		case program.OpMax:
			out = span{max(out.lo, s.lo), max(out.hi, s.hi)}
		case program.OpMin:
			out = span{min(out.lo, s.lo), min(out.hi, s.hi)}
		case program.OpProduct:
			out = corners(out, s, func(a, b float64) float64 { return a * b })
		case program.OpDivide:
			if s.lo <= 0 && s.hi >= 0 {
				return anything
			}
			out = corners(out, s, func(a, b float64) float64 { return a / b })
		}
	}
	return out
}

// corners is the span of an operation whose extremes lie at the ends of its operands.
func corners(a, b span, do func(a, b float64) float64) span {
	all := []float64{do(a.lo, b.lo), do(a.lo, b.hi), do(a.hi, b.lo), do(a.hi, b.hi)}
	for _, f := range all {
		if f != f {
			return anything
		}
	}
	return span{slices.Min(all), slices.Max(all)}
}
