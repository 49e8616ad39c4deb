package write

import "pupitre/exos/qti/program"

// processingKind is whose rules are written: elements are named after it.
type processingKind string

const (
	template processingKind = "template"
	response processingKind = "response"
	outcome  processingKind = "outcome"
)

func (w *writer) processing(name string, kind processingKind, rules []program.Rule) {
	if len(rules) == 0 {
		return
	}
	w.Open(name)
	w.Line()
	w.rules(kind, rules)
	w.Close(name)
	w.Line()
}

func (w *writer) rules(kind processingKind, rules []program.Rule) {
	for i := range rules {
		w.rule(kind, &rules[i])
		w.Line()
	}
}

func (w *writer) rule(kind processingKind, r *program.Rule) {
	switch r.Op {
	case program.Condition:
		w.condition(kind, r)
	case program.Exit:
		name := string(kind)
		if kind == outcome {
			name = "test"
		}
		w.Empty("qti-exit-" + name)
	case program.Constraint:
		w.assignment("qti-template-constraint", r)
	case program.SetValue:
		w.assignment("qti-set-"+w.kindOf(r.Var)+"-value", r, "identifier", w.variable(r.Var))
	case program.SetCorrect:
		w.assignment("qti-set-correct-response", r, "identifier", w.variable(r.Var))
	case program.SetDefault:
		w.assignment("qti-set-default-value", r, "identifier", w.variable(r.Var))
	case program.LookupOutcome:
		w.assignment("qti-lookup-outcome-value", r, "identifier", w.variable(r.Var))
	}
}

// kindOf names the rule that sets a variable.
func (w *writer) kindOf(i int) string {
	if i >= 0 && i < len(w.p.Vars) && w.p.Vars[i].Kind != program.Context {
		return kinds[w.p.Vars[i].Kind]
	}
	return "outcome"
}

func (w *writer) assignment(name string, r *program.Rule, attributes ...string) {
	w.Open(name, attributes...)
	if r.Expr != nil {
		w.expr(r.Expr)
	}
	w.Close(name)
}

func (w *writer) condition(kind processingKind, r *program.Rule) {
	prefix := "qti-" + string(kind)
	w.Open(prefix + "-condition")
	arm := prefix + "-if"
	for i := range r.Branches {
		b := &r.Branches[i]
		if b.If == nil {
			arm = prefix + "-else"
		}
		w.Open(arm)
		if b.If != nil {
			w.expr(b.If)
		}
		w.rules(kind, b.Rules)
		w.Close(arm)
		arm = prefix + "-else-if"
	}
	w.Close(prefix + "-condition")
}
