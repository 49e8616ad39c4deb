package parse

import (
	"math"
	"sort"
	"strings"

	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/report"
	"pupitre/exos/qti/score"
)

// mark finds out what the exercise is worth, by answering it as its author says.
func (b *builder) mark() {
	b.findScore()
	r := report.ItemResult{
		Identifier: b.p.Identifier, File: b.src.Path, Scoreable: b.p.Scoreable, Adaptive: b.p.Adaptive, Declared: b.declared(),
	}
	best := b.tryKey(&r)
	b.p.Max = b.maximum(best)
	if b.p.Scoreable && b.unrun && !(r.Declared && r.Score >= b.p.Max) {
		// What would be given is not what the author meant: better no mark than a wrong one.
		b.warn(report.ScoreUnmarkable, b.root)
		b.p.Scoreable, r.Scoreable, b.p.Max = false, false, 0
	}
	b.ex.ByHand = b.byHand()
	r.Max = b.p.Max
	if math.Abs(r.Score-r.Max) < 1e-9*r.Max {
		r.Score = r.Max // as Score itself does, now that the maximum is known
	}
	b.ex.Result = r
	b.remark(r)
}

// findScore finds the outcome that is the mark: SCORE where a rule sets it, else the only
// number among the outcomes whose name begins so (SCORE0, SCORE_TOTAL…).
func (b *builder) findScore() {
	b.p.ScoreVar = b.p.Find(program.Score)
	if b.p.ScoreVar >= 0 && b.setsVar(b.p.ScoreVar) {
		b.p.Scoreable = true
		return
	}
	other := -1
	for i := range b.p.Vars {
		v := &b.p.Vars[i]
		numeric := v.Type == program.Float || v.Type == program.Integer
		if v.Kind == program.Outcome && numeric && strings.HasPrefix(strings.ToUpper(v.Identifier), program.Score) && b.setsVar(i) {
			if other >= 0 {
				return
			}
			other = i
		}
	}
	if other >= 0 {
		b.note(report.ScoreOtherName, b.root, "identifier", b.p.Vars[other].Identifier)
		b.p.ScoreVar, b.p.Scoreable = other, true
	}
}

func (b *builder) setsVar(i int) bool { return b.sets(b.p.Response, i) || b.sets(b.p.Outcome, i) }

func (b *builder) sets(rules []program.Rule, variable int) bool {
	for _, r := range rules {
		if (r.Op == program.SetValue || r.Op == program.LookupOutcome) && r.Var == variable {
			return true
		}
		for _, branch := range r.Branches {
			if b.sets(branch.Rules, variable) {
				return true
			}
		}
	}
	return false
}

// byHand: an outcome marked so, or something to do that no rule marks.
func (b *builder) byHand() bool {
	for i := range b.p.Vars {
		if b.p.Vars[i].External {
			return true
		}
	}
	if b.p.Scoreable {
		return false
	}
	if b.unrun && len(b.p.Response) > 0 {
		return true
	}
	for _, t := range b.ex.Types {
		switch t {
		case render.TypeExtendedText, render.TypeUpload, render.TypeDrawing:
			return true
		}
	}
	return false
}

// tryKey answers with the key, under a few seeds; the least score is the one that counts.
func (b *builder) tryKey(r *report.ItemResult) score.Result {
	var least score.Result
	for seed := range uint64(3) {
		got := score.Score(b.p, seed, score.State{}, b.keyed(seed))
		if seed == 0 || got.Score < least.Score {
			least = got
		}
	}
	r.Score = least.Score
	return least
}

// keyed is the submission of the declared answer; where none is declared, of the answer
// that a mapping values most.
func (b *builder) keyed(seed uint64) score.Submission {
	opening := score.Begin(b.p, seed)
	var sub score.Submission
	for i := range b.p.Vars {
		v := &b.p.Vars[i]
		if v.Kind != program.Response {
			continue
		}
		values := score.Get(opening.Correct, v.Identifier).Lexicals()
		if values == nil {
			values = b.mostValued(v)
		}
		if fields := score.Get(opening.Correct, v.Identifier).Named; len(fields) > 0 {
			sub.Responses = append(sub.Responses, recordResponse(v.Identifier, fields))
			continue
		}
		if values != nil {
			sub.Responses = append(sub.Responses, score.Response{Identifier: v.Identifier, Values: values})
		}
	}
	return sub
}

func recordResponse(identifier string, fields []program.Field) score.Response {
	r := score.Response{Identifier: identifier}
	for _, f := range fields {
		r.Fields = append(r.Fields, score.NamedText{Name: f.Name, Value: f.Value.Lexical()})
	}
	return r
}

// mostValued is the answer worth most by the mapping: one key, or all that add points, as
// many as the interaction takes.
func (b *builder) mostValued(v *program.Variable) []string {
	if v.Area != nil {
		return bestPoints(v)
	}
	if v.Mapping == nil {
		return nil
	}
	entries := append([]program.MapEntry(nil), v.Mapping.Entries...)
	sort.SliceStable(entries, func(i, j int) bool { return entries[i].Value > entries[j].Value })
	most := len(entries)
	if v.Card == program.Single {
		most = 1
	} else if it := b.bound[v.Identifier]; it != nil && it.Max > 0 {
		most = it.Max
	}
	var out []string
	for _, e := range entries {
		if len(out) < most && e.Value > 0 {
			out = append(out, e.Key.Lexical())
		}
	}
	return out
}

// bestPoints aims at the middle of each area that adds points.
func bestPoints(v *program.Variable) []string {
	var out []string
	for _, e := range v.Area.Entries {
		c := e.Area.Coords
		if e.Value <= 0 || len(c) < 3 {
			continue
		}
		x, y := c[0], c[1]
		switch {
		case e.Area.Shape == program.Rect && len(c) >= 4:
			x, y = (c[0]+c[2])/2, (c[1]+c[3])/2
		case e.Area.Shape == program.Poly:
			x, y = 0, 0
			for i := 0; i+1 < len(c); i += 2 {
				x, y = x+c[i], y+c[i+1]
			}
			x, y = x/float64(len(c)/2), y/float64(len(c)/2)
		}
		s := program.Scalar{Type: program.Point, Int: int64(x + 0.5), Y: int64(y + 0.5)}
		out = append(out, s.Lexical())
		if v.Card == program.Single {
			break
		}
	}
	return out
}

// remark says what the trial showed.
func (b *builder) remark(r report.ItemResult) {
	e := b.root.child("response-processing")
	if e == nil {
		e = b.root
	}
	switch {
	case b.ex.ByHand:
		b.note(report.ScoreByHand, b.root)
	case len(b.p.Response) == 0 && len(b.p.Outcome) == 0:
		b.note(report.ProcessingMissing, b.root)
	case !r.Scoreable:
		b.note(report.ScoreMissing, e)
	case r.Adaptive || !r.Declared || r.Reached():
	case r.Score <= 0:
		b.warn(report.KeyWorthNothing, e)
	default:
		b.warn(report.KeyBelowMax, e, "score", program.FormatNumber(r.Score), "max", program.FormatNumber(r.Max))
	}
}
