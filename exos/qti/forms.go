package qti

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/score"
)

// Written is what an exercise takes for the right answer where a pupil types it, for the teacher
// (« accepté : 3,5 · 3.5 · 7/2 »).
type Written struct {
	Response string
	// Forms are ways of writing the declared answer that count as much as it does, the one to
	// print first.
	Forms []string
	// Below and Above are how far a number may lie from the declared one, in percent of it where
	// Relative; 0 where it must be that number.
	Below, Above float64
	Relative     bool
}

// Written lists what each response that is typed takes, in declaration order.
func (it *Item) Written(seed uint64) []Written { return WrittenOf(it.Program, it.Tree, seed) }

// WrittenOf is Item.Written for a stored program and tree. It scores each form, so it costs
// some dozens of scores: for a page of the teacher's, not for each answer.
func WrittenOf(p *program.Program, tree render.Tree, seed uint64) []Written {
	whole := keyed(p, score.Begin(p, seed))
	byHand := typed(tree.Nodes, map[string]bool{})
	var out []Written
	for _, r := range whole.Responses {
		if !byHand[r.Identifier] || len(r.Values) != 1 {
			continue
		}
		i := p.Find(r.Identifier)
		w := Written{Response: r.Identifier, Forms: forms(p, seed, &p.Vars[i], r.Values[0], whole)}
		near(p.Response, i, &w)
		if len(w.Forms) > 0 {
			out = append(out, w)
		}
	}
	return out
}

// near finds the tolerance with which the rules compare a response (qti-equal).
func near(rules []program.Rule, variable int, w *Written) {
	var visit func(e *program.Expr)
	visit = func(e *program.Expr) {
		if e == nil {
			return
		}
		const within = program.AbsoluteTolerance | program.RelativeTolerance
		if e.Op == program.OpEqual && e.Flags&within != 0 && len(e.Nums) > 0 && about(e, variable) {
			w.Below, w.Above = e.Nums[0].Value, e.Nums[len(e.Nums)-1].Value
			w.Relative = e.Flags&program.RelativeTolerance != 0
		}
		for i := range e.Args {
			visit(&e.Args[i])
		}
	}
	for i := range rules {
		visit(rules[i].Expr)
		for _, b := range rules[i].Branches {
			visit(b.If)
			near(b.Rules, variable, w)
		}
	}
}

func about(e *program.Expr, variable int) bool {
	return slices.ContainsFunc(e.Args, func(a program.Expr) bool { return a.Op == program.OpVariable && a.Var == variable })
}

// forms are the ways of writing value that the exercise takes for it. Each is tried on the
// scorer itself with the other responses as they should be: what is listed is what counts,
// whatever the rules are.
func forms(p *program.Program, seed uint64, v *program.Variable, value string, whole score.Submission) []string {
	best := score.Score(p, seed, score.State{}, answering(whole, v.Identifier, value))
	if !best.HasScore || best.Score <= 0 {
		return nil
	}
	var out []string
	for _, form := range candidates(v, value) {
		if slices.Contains(out, form) {
			continue
		}
		if got := score.Score(p, seed, score.State{}, answering(whole, v.Identifier, form)); got.HasScore && got.Score >= best.Score {
			out = append(out, form)
		}
	}
	return out
}

func answering(whole score.Submission, identifier, value string) score.Submission {
	var sub score.Submission
	for _, r := range whole.Responses {
		if r.Identifier != identifier {
			sub.Responses = append(sub.Responses, r)
		}
	}
	sub.Responses = append(sub.Responses, score.Response{Identifier: identifier, Values: []string{value}})
	return sub
}

// candidates are ways in which somebody may write value.
func candidates(v *program.Variable, value string) []string {
	plain, isNumber := program.PlainNumber(value)
	if !isNumber {
		return written(value)
	}
	french := grouped(strings.Replace(plain, ".", ",", 1))
	out := []string{french, strings.Replace(plain, ".", ",", 1), plain}
	if f, ok := program.ParseNumber(value); ok {
		if fraction := fractionOf(f); fraction != "" {
			out = append(out, fraction)
		}
	}
	for _, unit := range v.Units {
		out = append(out, french+"\u00a0"+unit)
	}
	return out
}

// written are ways of writing words: each liberty of a keyboard by itself.
func written(text string) []string {
	out := []string{text}
	for _, change := range []func(string) string{
		strings.NewReplacer("’", "'", "‘", "'", "“", `"`, "”", `"`, "«\u00a0", `"`, "\u00a0»", `"`).Replace,
		strings.NewReplacer("œ", "oe", "Œ", "OE", "æ", "ae", "Æ", "AE").Replace,
		score.BareCapitals,
		func(s string) string { return strings.TrimSuffix(s, ".") },
		strings.ToLower,
		strings.ToUpper,
		func(s string) string { return score.BareCapitals(strings.ToUpper(s)) },
		score.Unaccented,
	} {
		if other := change(text); other != text {
			out = append(out, other)
		}
	}
	return out
}

// grouped sets thousands apart by thin spaces, from five digits on, as French print does.
func grouped(number string) string {
	sign := ""
	if strings.HasPrefix(number, "-") {
		sign, number = "−", number[1:]
	}
	whole, fraction, has := strings.Cut(number, ",")
	if len(whole) > 4 {
		var parts []string
		for len(whole) > 3 {
			parts = append([]string{whole[len(whole)-3:]}, parts...)
			whole = whole[:len(whole)-3]
		}
		whole = strings.Join(append([]string{whole}, parts...), "\u202f")
	}
	if has {
		whole += "," + fraction
	}
	return sign + whole
}

// fractionOf is f as a fraction of small numbers, "" where it is none, or whole.
func fractionOf(f float64) string {
	if f == math.Floor(f) || math.Abs(f) > 1e6 {
		return ""
	}
	for under := 2; under <= 1000; under++ {
		over := math.Round(f * float64(under))
		if over/float64(under) == f {
			return strconv.FormatFloat(over, 'f', 0, 64) + "/" + strconv.Itoa(under)
		}
	}
	return ""
}

// typed are the responses that a pupil writes.
func typed(nodes []render.Node, found map[string]bool) map[string]bool {
	for _, n := range nodes {
		if it := n.Interaction; it != nil {
			if it.Type == render.TypeTextEntry || it.Type == render.TypeExtendedText {
				found[it.Response] = true
			}
			typed(it.Content, found)
		}
		typed(n.Nodes, found)
	}
	return found
}
