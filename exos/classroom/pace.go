package classroom

import (
	"time"

	"pupitre/exos"
)

// Pace (« avancée ») is how a pupil gets on just now.
type Pace struct {
	State PaceState
	Task  int       // the number of the exercise where the pupil was last, 0 for none
	Since time.Time // of what State says
	Wrong int       // answers in a row that were not right, at Task
}

// PaceState is a pace in one word.
type PaceState string

// The paces, in the order in which a teacher looks at them.
const (
	Stuck    PaceState = "stuck"    // wrong again and again at one exercise
	Idle     PaceState = "idle"     // has done nothing for some minutes, in the middle of it
	Working  PaceState = "working"  //
	Finished PaceState = "finished" // nothing is left to answer
	Away     PaceState = "away"     // has done nothing for long
	Absent   PaceState = "absent"   // has not begun
)

// What makes a pace. Three wrong answers are what an attempt takes by default.
const (
	stuckAfter = 3
	idleAfter  = 3 * time.Minute
	awayAfter  = 15 * time.Minute
)

// pace judges by what is known: openings and answers. Nobody's screen is looked at.
func (f file) pace(row PupilResult, tasks []TaskResult, now time.Time) Pace {
	if row.Paper == nil {
		return Pace{State: Absent}
	}
	p := Pace{State: Working, Since: row.Paper.StartedAt}
	last := row.Paper.StartedAt
	for i, t := range tasks {
		if w, ok := f.work[row.Learner][t.Exercise]; ok && row.Cells[i].State != NotDrawn && !w.Touched.Before(last) {
			last, p.Task = w.Touched, i+1
		}
	}
	switch p.Since = last; {
	case row.finished(f.given.Homework, f.work[row.Learner], tasks):
		p.State = Finished
	case now.Sub(last) >= awayAfter:
		p.State = Away
	default:
		if p.Task > 0 {
			p.Wrong = f.wrongAt(row.Learner, tasks[p.Task-1].Exercise)
		}
		if p.Wrong >= stuckAfter {
			p.State = Stuck
		} else if now.Sub(last) >= idleAfter {
			p.State = Idle
		}
	}
	return p
}

// finished reports whether nothing is left: answered where graded, right or over in training.
func (row PupilResult) finished(h exos.Homework, did map[exos.ExerciseID]Work, tasks []TaskResult) bool {
	for i, c := range row.Cells {
		switch {
		case c.State == NotDrawn, c.State == Right, c.State == Waiting:
		case c.Tries > 0 && (h.Graded || did[tasks[i].Exercise].Over):
		default:
			return false
		}
	}
	return row.Total > 0
}

// wrongAt counts the last answers at an exercise in a row that were not right.
func (f file) wrongAt(l exos.LearnerID, e exos.ExerciseID) int {
	n := 0
	for _, a := range f.answers {
		if a.Learner != l || a.Exercise != e || a.Verdict.Result == nil {
			continue
		}
		if r := a.Verdict.Result; r.Scored && !r.Right {
			n++
		} else {
			n = 0
		}
	}
	return n
}
