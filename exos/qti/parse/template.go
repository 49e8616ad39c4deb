package parse

import (
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/report"
)

// template writes out a standard response-processing template (QTI 3.0.1 §5.2 and the
// Common Cartridge's): the same rules, without fetching the file.
func (b *builder) template(name string, e *element) ([]program.Rule, bool) {
	switch name {
	case "match_correct", "CC2_match", "cc2_match":
		return b.matchCorrect(e), true
	case "map_response":
		return b.mapResponse(e, program.OpMapResponse), true
	case "map_response_point":
		return b.mapResponse(e, program.OpMapResponsePoint), true
	case "CC2_match_basic", "cc2_match_basic":
		return b.matchBasic(e), true
	case "CC2_map_response", "cc2_map_response":
		return b.mapBasic(e), true
	}
	return nil, false
}

// response is the variable that all templates look at, RESPONSE; an item with one response
// of another name obviously means that one.
func (b *builder) response(e *element) int {
	if i := b.p.Find("RESPONSE"); i >= 0 {
		return i
	}
	b.warn(report.VariableUndeclared, e, "identifier", "RESPONSE")
	found := -1
	for i := range b.p.Vars {
		v := &b.p.Vars[i]
		if v.Kind == program.Response && v.Identifier != program.NumAttempts && v.Identifier != program.DurationVar {
			if found >= 0 {
				return -1
			}
			found = i
		}
	}
	return found
}

func (b *builder) matchCorrect(e *element) []program.Rule {
	r, score := b.response(e), b.outcome(e, program.Score)
	return []program.Rule{{Op: program.Condition, Branches: []program.Branch{
		{If: matches(r), Rules: []program.Rule{set(score, real(1))}},
		{Rules: []program.Rule{set(score, real(0))}},
	}}}
}

func (b *builder) mapResponse(e *element, op program.Op) []program.Rule {
	r, score := b.response(e), b.outcome(e, program.Score)
	b.needMapping(op, r, e)
	return []program.Rule{{Op: program.Condition, Branches: []program.Branch{
		{If: isNull(r), Rules: []program.Rule{set(score, real(0))}},
		{Rules: []program.Rule{set(score, program.Expr{Op: op, Var: r})}},
	}}}
}

// matchBasic gives MAXSCORE, and says correct or incorrect in FEEDBACKBASIC.
func (b *builder) matchBasic(e *element) []program.Rule {
	r, score, feedback := b.response(e), b.outcome(e, program.Score), b.p.Find("FEEDBACKBASIC")
	full := real(1)
	if i := b.p.Find(program.MaxScore); i >= 0 {
		full = program.Expr{Op: program.OpVariable, Var: i}
	}
	return []program.Rule{{Op: program.Condition, Branches: []program.Branch{
		{If: matches(r), Rules: append([]program.Rule{set(score, full)}, say(feedback, "correct")...)},
		{Rules: append([]program.Rule{set(score, real(0))}, say(feedback, "incorrect")...)},
	}}}
}

// mapBasic maps, and says correct in FEEDBACK where that gives MAXSCORE.
func (b *builder) mapBasic(e *element) []program.Rule {
	score, feedback := b.p.Find(program.Score), b.p.Find("FEEDBACK")
	rules := b.mapResponse(e, program.OpMapResponse)
	full := b.p.Find(program.MaxScore)
	if feedback < 0 || full < 0 {
		return rules
	}
	if score < 0 {
		score = b.p.Find(program.Score)
	}
	reached := &program.Expr{Op: program.OpEqual, Var: -1, Args: []program.Expr{
		{Op: program.OpVariable, Var: score}, {Op: program.OpVariable, Var: full},
	}}
	return append(rules, program.Rule{Op: program.Condition, Branches: []program.Branch{
		{If: reached, Rules: say(feedback, "correct")},
		{Rules: say(feedback, "incorrect")},
	}})
}

// outcome is the index of an outcome that a template sets, declared if need be.
func (b *builder) outcome(e *element, identifier string) int {
	if i := b.p.Find(identifier); i >= 0 {
		return i
	}
	return b.implicit(e, identifier, nil)
}

func matches(response int) *program.Expr {
	return &program.Expr{Op: program.OpMatch, Var: -1, Args: []program.Expr{
		{Op: program.OpVariable, Var: response}, {Op: program.OpCorrect, Var: response},
	}}
}

func isNull(response int) *program.Expr {
	return &program.Expr{Op: program.OpIsNull, Var: -1, Args: []program.Expr{{Op: program.OpVariable, Var: response}}}
}

func set(variable int, x program.Expr) program.Rule {
	return program.Rule{Op: program.SetValue, Var: variable, Expr: &x}
}

func say(variable int, identifier string) []program.Rule {
	if variable < 0 {
		return nil
	}
	word := program.Of(program.Scalar{Type: program.Identifier, Text: identifier})
	return []program.Rule{set(variable, program.Expr{Op: program.OpBaseValue, Var: -1, Value: word})}
}

func real(f float64) program.Expr {
	return program.Expr{Op: program.OpBaseValue, Var: -1, Value: program.Real(f)}
}
