package score

import (
	"math"

	"pupitre/exos/qti/program"
)

func (m *machine) evalContainer(e *program.Expr) program.Value {
	switch e.Op {
	case program.OpMultiple:
		return m.gather(program.Multiple, e.Args)
	case program.OpOrdered:
		return m.gather(program.Ordered, e.Args)
	case program.OpRecord:
		return m.record(e)
	case program.OpContainerSize:
		return program.Int(int64(len(m.arg(e, 0).Scalars())))
	case program.OpIsNull:
		return program.Bool(m.arg(e, 0).IsNull())
	case program.OpIndex:
		return m.index(e)
	case program.OpFieldValue:
		if s, ok := fieldOf(m.arg(e, 0).Named, e.Text); ok {
			return program.Of(s)
		}
	case program.OpRandom:
		all := m.arg(e, 0).Scalars()
		if len(all) > 0 && m.draw != nil {
			return program.Of(all[m.draw.Below(uint64(len(all)))])
		}
	case program.OpMember:
		one, all := m.arg(e, 0), m.arg(e, 1)
		if one.IsNull() || all.IsNull() {
			return program.Null()
		}
		return program.Bool(covers(all.Scalars(), one.Scalars(), m.p.Tolerance))
	case program.OpDelete:
		return m.without(m.arg(e, 0), m.arg(e, 1))
	case program.OpContains:
		return m.contains(m.arg(e, 0), m.arg(e, 1))
	}
	return program.Null()
}

// arg evaluates the i-th operand, NULL when it is missing.
func (m *machine) arg(e *program.Expr, i int) program.Value {
	if i >= len(e.Args) {
		return program.Null()
	}
	return m.eval(&e.Args[i])
}

// maxItems bounds a container that rules build.
const maxItems = 10_000

// gather is qti-multiple and qti-ordered: operands in one container, NULLs left out.
func (m *machine) gather(card program.Cardinality, args []program.Expr) program.Value {
	items := make([]program.Scalar, 0, len(args))
	gap := false
	for i := range args {
		v := m.eval(&args[i])
		gap = gap || v.IsNull()
		items = append(items, v.Scalars()...)
		if len(items) > maxItems {
			return program.Value{Card: card}
		}
	}
	if !unify(items) {
		return program.Value{Card: card}
	}
	v := program.Container(card, items)
	v.Gap = gap
	return v
}

// unify gives items one base type: numbers become floats, texts strings. False where they
// have nothing in common.
func unify(items []program.Scalar) bool {
	var t program.BaseType
	for _, s := range items {
		switch {
		case t == program.None || t == s.Type:
			t = s.Type
		case isText(t) && isText(s.Type):
			t = program.String
		case (t == program.Integer || t == program.Float) && (s.Type == program.Integer || s.Type == program.Float):
			t = program.Float
		default:
			return false
		}
	}
	for i := range items {
		items[i], _ = convertScalar(items[i], t)
	}
	return true
}

func (m *machine) record(e *program.Expr) program.Value {
	var fields []program.Field
	for i := range e.Args {
		if v := m.arg(&e.Args[i], 0); v.Some && v.Card == program.Single {
			fields = append(fields, program.Field{Name: e.Args[i].Text, Value: v.One})
		}
	}
	return program.RecordOf(fields)
}

// index is the n-th scalar, from 1; n is an attribute, or a second operand.
func (m *machine) index(e *program.Expr) program.Value {
	n, ok := m.num(e, 0)
	if !ok {
		n, ok = m.arg(e, 1).Number()
	}
	all := m.arg(e, 0).Scalars()
	if !ok || n != math.Floor(n) || n < 1 || n > float64(len(all)) {
		return program.Null()
	}
	return program.Of(all[int(n)-1])
}

func (m *machine) without(what, from program.Value) program.Value {
	if from.Card == program.Single && what.Card != program.Single {
		what, from = from, what // written the other way round by some authors
	}
	if what.IsNull() || from.IsNull() {
		return program.Value{Card: from.Card}
	}
	var kept []program.Scalar
	for _, s := range from.Scalars() {
		if !sameScalar(s, what.One, m.p.Tolerance) {
			kept = append(kept, s)
		}
	}
	card := from.Card
	if card == program.Single {
		card = program.Multiple
	}
	return program.Container(card, kept)
}

func (m *machine) contains(whole, part program.Value) program.Value {
	if whole.IsNull() || part.IsNull() {
		return program.Null()
	}
	if whole.Card == program.Ordered && part.Card == program.Ordered {
		return program.Bool(follows(whole.Scalars(), part.Scalars(), m.p.Tolerance))
	}
	return program.Bool(covers(whole.Scalars(), part.Scalars(), m.p.Tolerance))
}

// repeated is qti-repeat: the operands n times over, in order.
func (m *machine) repeated(e *program.Expr) program.Value {
	n, ok := m.num(e, 0)
	if !ok || n < 1 {
		return program.Value{Card: program.Ordered}
	}
	var items []program.Scalar
	for range int(min(n, maxItems)) {
		// Evaluated anew each time: a random operand gives another value.
		items = append(items, m.gather(program.Ordered, e.Args).Scalars()...)
		if len(items) > maxItems || !m.step() {
			return program.Value{Card: program.Ordered}
		}
	}
	unify(items)
	return program.Container(program.Ordered, items)
}
