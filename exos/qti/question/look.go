package question

import (
	"pupitre/exos/qti/program"
)

// looker walks the rules for what they compare one response with.
type looker struct {
	p     *program.Program
	at    int
	v     *program.Variable
	found []typed
	ok    bool
}

func (l *looker) rules(rules []program.Rule) {
	for i := range rules {
		r := &rules[i]
		if r.Expr != nil && !l.is(r.Expr) { // the response itself, as the name of a feedback, is no comparison
			l.expr(r.Expr)
		}
		for _, b := range r.Branches {
			if b.If != nil {
				l.expr(b.If)
			}
			l.rules(b.Rules)
		}
	}
}

// is tells whether an expression is the response.
func (l *looker) is(x *program.Expr) bool { return x.Op == program.OpVariable && x.Var == l.at }

func (l *looker) expr(x *program.Expr) {
	switch {
	case l.comparison(x):
		return
	case x.Op == program.OpMapResponse && x.Var == l.at:
		l.mapping()
		return
	case x.Op == program.OpIsNull && len(x.Args) == 1 && l.is(&x.Args[0]):
		return
	case x.Op == program.OpNot && len(x.Args) == 1 && x.Args[0].Op == program.OpIsNull && l.is(&x.Args[0].Args[0]):
		l.add(typed{text: "*", pattern: true, numbers: Range{Any: true}})
		return
	case l.is(x), x.Op == program.OpMapResponsePoint && x.Var == l.at:
		l.ok = false // compared in some other way
		return
	}
	for i := range x.Args {
		l.expr(&x.Args[i])
	}
}

func (l *looker) add(t typed) { l.found = append(l.found, t) }

// mapping adds the lines of the mapping; a response without one counts for itself.
func (l *looker) mapping() {
	if l.v.Mapping == nil || l.v.Mapping.Default != 0 {
		l.ok = false
		return
	}
	for _, e := range l.v.Mapping.Entries {
		l.constant(e.Key)
	}
}

func (l *looker) constant(s program.Scalar) {
	f := s.Number()
	l.add(typed{text: s.Lexical(), numbers: Range{Low: f, High: f}})
}

// value is a constant, or the declared key.
func (l *looker) value(x *program.Expr) (program.Scalar, bool) {
	v := x.Value
	switch {
	case x.Op == program.OpCorrect && x.Var == l.at:
		v = l.v.Correct
	case x.Op != program.OpBaseValue:
		return program.Scalar{}, false
	}
	return v.One, v.Some && v.Card == program.Single
}

// comparison recognises a comparison of the response with a constant.
func (l *looker) comparison(x *program.Expr) bool {
	if x.Op == program.OpPatternMatch && len(x.Args) == 1 && l.is(&x.Args[0]) {
		answer, _, ok := fromPattern(x.Text)
		l.ok = l.ok && ok && x.Var < 0
		l.add(typed{text: answer, pattern: true})
		return true
	}
	if len(x.Args) != 2 {
		return false
	}
	if x.Op == program.OpAnd {
		return l.between(&x.Args[0], &x.Args[1]) || l.between(&x.Args[1], &x.Args[0])
	}
	a, b := &x.Args[0], &x.Args[1]
	if l.is(b) {
		a, b = b, a
	}
	s, constant := l.value(b)
	if !l.is(a) || !constant {
		return false
	}
	switch x.Op {
	case program.OpMatch, program.OpStringMatch:
		l.ok = l.ok && x.Flags&program.SubstringMatch == 0
		l.constant(s)
	case program.OpEqual:
		return l.equal(x, s)
	default:
		return false
	}
	return true
}

// equal reads qti-equal with an absolute margin, or none.
func (l *looker) equal(x *program.Expr, s program.Scalar) bool {
	if x.Flags == 0 {
		l.constant(s)
		return true
	}
	if x.Flags != program.AbsoluteTolerance || len(x.Nums) == 0 || x.Nums[0].Var >= 0 || x.Nums[len(x.Nums)-1].Var >= 0 {
		return false
	}
	f := s.Number()
	l.add(typed{numbers: Range{Low: f - x.Nums[0].Value, High: f + x.Nums[len(x.Nums)-1].Value}})
	return true
}

// between recognises « at least … and at most … ».
func (l *looker) between(low, high *program.Expr) bool {
	if low.Op != program.OpGTE || high.Op != program.OpLTE || !l.is(&low.Args[0]) || !l.is(&high.Args[0]) {
		return false
	}
	a, okA := l.value(&low.Args[1])
	b, okB := l.value(&high.Args[1])
	if okA && okB {
		l.add(typed{numbers: Range{Low: a.Number(), High: b.Number()}})
	}
	return okA && okB
}
