package exos

import (
	"fmt"
	"math"
	"strconv"

	"pupitre/exos/qti/score"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
)

// What a submission may be refused for. The event is kept, and counts for nothing.
var (
	errMismatch = fault.New(fault.Conflict, "exos.event.mismatch")
	errEnded    = fault.New(fault.Conflict, "exos.attempt.ended")
	errNoHint   = fault.New(fault.NotFound, "exos.hint.none")
	errGraded   = fault.New(fault.Denied, "exos.homework.graded")
)

// decide is what one event does to an attempt under its rules: the attempt afterwards and the verdict. It is pure.
func decide(a Attempt, e Event, o *opened, u rules) (Attempt, Verdict) {
	v := Verdict{Event: e.ID, Status: Accepted}
	if e.Exercise != a.Exercise || e.Version != a.Version || e.Seed != a.Seed {
		return a, refuse(v, errMismatch)
	}
	if u.closed != nil {
		return a, refuse(v, u.closed)
	}
	switch e.Kind {
	case Answered:
		return answer(a, e, v, o, u)
	case Hinted:
		if u.graded {
			return a, refuse(v, errGraded)
		}
		if _, hint := o.present(a.Seed); len(hint) == 0 {
			return a, refuse(v, errNoHint)
		}
	case Solved:
		if u.graded {
			return a, refuse(v, errGraded)
		}
		if u.unsolved {
			return a, refuse(v, errTestSolution)
		}
		if !a.solvable(o, u.tries) {
			return a, refuse(v, fault.New(fault.Denied, "exos.solution.early", "n", max(0, u.tries-a.Tries)))
		}
		a.Solved, a.Ended = true, true
	case Ended:
		if u.unskipped && a.Tries == 0 {
			return a, refuse(v, errTestSkip)
		}
		a.Ended = true
	}
	return a, v
}

// answer scores a submission.
func answer(a Attempt, e Event, v Verdict, o *opened, u rules) (Attempt, Verdict) {
	if a.Ended {
		return a, refuse(v, errEnded)
	}
	sub, err := e.submission()
	if err != nil {
		return a, refuse(v, err)
	}
	if err := o.fits(a.Seed, sub); err != nil {
		return a, refuse(v, err)
	}
	if u.complete && !o.complete(sub) {
		return a, refuse(v, errTestLacks)
	}
	result, right := o.mark(&a, sub)
	spent := u.tries > 0 && a.Tries >= u.tries
	switch {
	case o.Adaptive:
		a.Ended = result.Completed
	case u.graded: // an end after the right answer would tell that it was
		a.Ended = spent
	default:
		a.Ended = right || spent
	}
	v.Result = &Result{
		Score: a.Score, Max: o.Max, Scored: result.HasScore && !o.ByHandOnly(), Right: right, Try: a.Tries, Tries: u.tries, Ended: a.Ended,
		Solution: !u.graded && !u.unsolved && a.solvable(o, u.tries), Late: u.late, Certainty: u.certainty, Outcomes: o.outcomes(result), Shown: result.Shown,
	}
	return a, v
}

// mark adds a submission to an attempt.
func (o *opened) mark(a *Attempt, sub score.Submission) (result score.Result, right bool) {
	// Time runs forward, and no sitting lasts a week: the rest is a broken clock.
	const week = 7 * 24 * 3600
	sub.Seconds = min(max(sub.Seconds, a.State.Seconds), week)
	result = o.score(a.Seed, a.State, sub)
	// A score that no rule sets is its default, not a mark: the mark is a person's, or nobody's.
	result.HasScore = result.HasScore && o.Scoreable && !math.IsNaN(result.Score) && !math.IsInf(result.Score, 0) // JSON has neither
	right = result.HasScore && o.Max > 0 && result.Score >= o.Max
	a.Tries++
	a.State = result.State
	a.Score = 0
	if result.HasScore {
		a.Score, a.Best = result.Score, max(a.Best, result.Score)
	}
	return result, right
}

// solvable reports whether the corrigé may be seen: after the right answer, or after the last try. Giving up is not enough.
func (a Attempt) solvable(o *opened, tries int) bool {
	switch {
	case a.Solved || (o.Max > 0 && a.Best >= o.Max):
		return true
	case o.Adaptive:
		return a.State.Status == completed
	}
	return tries > 0 && a.Tries >= tries
}

// completed is the completionStatus of an adaptive exercise that is over (QTI 3.0.1 §2.8.2).
const completed = "completed"

// refuse turns a verdict into a refusal with the words of err.
func refuse(v Verdict, err error) Verdict {
	v.Status, v.Code = Refused, fault.CodeOf(err)
	for _, p := range fault.ParamsOf(err) {
		v.Params = append(v.Params, text(p))
	}
	return v
}

func text(p any) string {
	switch p := p.(type) {
	case string:
		return p
	case int:
		return strconv.Itoa(p)
	case clock.Date:
		return p.String()
	}
	return fmt.Sprint(p)
}
