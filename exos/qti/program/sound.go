package program

// sound tells whether every variable index of p exists, so that score never has to check.
// Indexes of -1 mean "undeclared" where the field's comment allows it.
func (p *Program) sound() bool {
	n := len(p.Vars)
	if p.ScoreVar < -1 || p.ScoreVar >= n {
		return false
	}
	for i := range p.Feedback {
		if v := p.Feedback[i].Var; v < -1 || v >= n {
			return false
		}
	}
	for _, i := range p.Uncounted {
		if i < 0 || i >= n {
			return false
		}
	}
	return soundRules(p.Template, n) && soundRules(p.Response, n) && soundRules(p.Outcome, n)
}

func soundRules(rules []Rule, n int) bool {
	for i := range rules {
		r := &rules[i]
		assigns := r.Op == SetValue || r.Op == LookupOutcome || r.Op == SetCorrect || r.Op == SetDefault
		if assigns && (r.Var < 0 || r.Var >= n) || !soundExpr(r.Expr, n) {
			return false
		}
		for _, b := range r.Branches {
			if !soundExpr(b.If, n) || !soundRules(b.Rules, n) {
				return false
			}
		}
	}
	return true
}

func soundExpr(e *Expr, n int) bool {
	if e == nil {
		return true
	}
	if e.Var < -1 || e.Var >= n {
		return false
	}
	for _, number := range e.Nums {
		if number.Var < -1 || number.Var >= n {
			return false
		}
	}
	for i := range e.Args {
		if !soundExpr(&e.Args[i], n) {
			return false
		}
	}
	return true
}
