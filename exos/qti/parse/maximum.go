package parse

import (
	"math"

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
	if f, ok := score.Get(best.Outcomes, program.MaxScore).Number(); ok && f > 0 {
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

// ceiling is the most that the rules can put into the mark; not known where that has no bound.
func (b *builder) ceiling() (top float64, known bool) {
	if len(b.p.Vars)*branchCount(b.p.Response) > 1<<22 {
		return 0, false // no author's: each arm is tried on all variables
	}
	r := ranges{p: b.p, of: make([]span, len(b.p.Vars))}
	for i := range b.p.Vars {
		r.of[i] = r.initial(i)
	}
	r.run(b.p.Response)
	r.run(b.p.Outcome)
	top = r.of[b.p.ScoreVar].hi
	for _, s := range r.ended {
		top = max(top, s[b.p.ScoreVar].hi)
	}
	return top, !math.IsInf(top, 0)
}

func branchCount(rules []program.Rule) int {
	n := 0
	for i := range rules {
		for j := range rules[i].Branches {
			n += 1 + branchCount(rules[i].Branches[j].Rules)
		}
	}
	return n
}
