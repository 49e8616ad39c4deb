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
	case "map_correct": // no template of the standard: some learning platforms write it
		b.note(report.OperatorExtension, e)
		for _, r := range b.responses(e) {
			if r >= 0 && b.p.Vars[r].Mapping != nil {
				return b.mapResponse(e, program.OpMapResponse), true
			}
		}
		return b.matchCorrect(e), true
	case "map_response_point":
		return b.mapResponse(e, program.OpMapResponsePoint), true
	case "CC2_match_basic", "cc2_match_basic":
		return b.matchBasic(e), true
	case "CC2_map_response", "cc2_map_response":
		return b.mapBasic(e), true
	}
	return nil, false
}

// responses is the variable that all templates look at, RESPONSE; an item without it, whose
// responses have other names, obviously means those: one, or all of them together.
func (b *builder) responses(e *element) []int {
	if i := b.p.Find("RESPONSE"); i >= 0 {
		return []int{i}
	}
	b.warn(report.VariableUndeclared, e, "identifier", "RESPONSE")
	var found []int
	for i := range b.p.Vars {
		v := &b.p.Vars[i]
		if v.Kind == program.Response && v.Identifier != program.NumAttempts && v.Identifier != program.DurationVar {
			found = append(found, i)
		}
	}
	if len(found) == 0 {
		return []int{-1}
	}
	return found
}

func (b *builder) matchCorrect(e *element) []program.Rule {
	all, score := b.responses(e), b.outcome(e, program.Score)
	return []program.Rule{{Op: program.Condition, Branches: []program.Branch{
		{If: matches(all), Rules: []program.Rule{set(score, real(1))}},
		{Rules: []program.Rule{set(score, real(0))}},
	}}}
}

func (b *builder) mapResponse(e *element, op program.Op) []program.Rule {
	all, score := b.responses(e), b.outcome(e, program.Score)
	for _, r := range all {
		b.needMapping(op, r, e)
	}
	if len(all) > 1 {
		sum := program.Expr{Op: program.OpSum, Var: -1}
		for _, r := range all {
			sum.Args = append(sum.Args, program.Expr{Op: op, Var: r})
		}
		return []program.Rule{set(score, sum)}
	}
	return []program.Rule{{Op: program.Condition, Branches: []program.Branch{
		{If: isNull(all[0]), Rules: []program.Rule{set(score, real(0))}},
		{Rules: []program.Rule{set(score, program.Expr{Op: op, Var: all[0]})}},
	}}}
}

// matchBasic gives MAXSCORE, and says correct or incorrect in FEEDBACKBASIC.
func (b *builder) matchBasic(e *element) []program.Rule {
	all, score, feedback := b.responses(e), b.outcome(e, program.Score), b.p.Find("FEEDBACKBASIC")
	full := real(1)
	if i := b.p.Find(program.MaxScore); i >= 0 {
		full = program.Expr{Op: program.OpVariable, Var: i}
	}
	return []program.Rule{{Op: program.Condition, Branches: []program.Branch{
		{If: matches(all), Rules: append([]program.Rule{set(score, full)}, say(feedback, "correct")...)},
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

// matches is the condition that every response is its key.
func matches(responses []int) *program.Expr {
	all := program.Expr{Op: program.OpAnd, Var: -1}
	for _, r := range responses {
		all.Args = append(all.Args, program.Expr{Op: program.OpMatch, Var: -1, Args: []program.Expr{
			{Op: program.OpVariable, Var: r}, {Op: program.OpCorrect, Var: r},
		}})
	}
	if len(all.Args) == 1 {
		return &all.Args[0]
	}
	return &all
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
