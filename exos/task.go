package exos

import (
	"context"
	"errors"
	"slices"
	"time"

	"pupitre/exos/offline"
	"pupitre/exos/qti/render"
	"pupitre/internal/fault"
)

// Setting (« cadre ») is the homework in which an exercise is done, as the player shows it.
type Setting struct {
	Homework HomeworkID
	Title    string
	Graded   bool
	Veiled   bool // nothing may be said of the answers yet
	Due      time.Time
	Ends     time.Time // of this pupil's paper
	Late     bool      // an answer given now would be late
	GivenAt  time.Time // of the last answer; zero: none counts
	WasLate  bool      // that answer came after the day
	// Certainty is how sure it is that it did not, where only a device's word says so; "" elsewhere.
	Certainty offline.Certainty
	Over      error         // why nothing more is taken, nil where something is
	Again     bool          // it may be begun anew
	Hand      *HandMark     // what a teacher gave, once it may be seen; nil for nothing
	Scale     float64       // what the exercise is worth here
	Hint      []render.Node // that the teacher lets everybody see; nil for none
	Awaits    bool          // that hint may still be given while the exercise is done
	Changed   float64       // points that the correction of its key brought, once they may be seen
	Admitted  bool          // the last answer came too late, and the teacher accepted it
	Kept      *Kept         // the last answer that came too late to count, nil for none
}

// errNotBegun asks for BeginHomework first: a limit begins with the pupil's own word.
var errNotBegun = fault.New(fault.Conflict, "exos.homework.begin")

// OpenTask shows an exercise of a homework, as OpenExercise does of a module. A homework with a limit must have been begun
// (Conflict exos.homework.begin). Once it is over, own work is shown to be read; without any, Denied says that it is over.
func (s *Service) OpenTask(ctx context.Context, v Visitor, h HomeworkID, e ExerciseID) (Sitting, error) {
	return s.sitAt(ctx, v, h, e, func(latest *Attempt) bool { return latest == nil })
}

// TaskAgain opens a new attempt at an exercise of a homework. Denied where no other is allowed.
func (s *Service) TaskAgain(ctx context.Context, v Visitor, h HomeworkID, e ExerciseID) (Sitting, error) {
	return s.sitAt(ctx, v, h, e, func(*Attempt) bool { return true })
}

func (s *Service) sitAt(ctx context.Context, v Visitor, h HomeworkID, e ExerciseID, renew func(*Attempt) bool) (Sitting, error) {
	o, err := s.known(ctx, e)
	if err != nil {
		return Sitting{}, err
	}
	seen, err := read(ctx, s, func(ctx context.Context, r Reader) (seen, error) { return s.lookAt(ctx, r, v, h, o) })
	if err != nil {
		return Sitting{}, err
	}
	if seen.withheld != nil {
		return Sitting{}, seen.withheld
	}
	over := seen.rules.closed
	if over == nil {
		over = v.May(seen.progress.Module.ARK, seen.progress.Module.Title, s.Now())
	}
	switch {
	case over != nil && seen.attempt == nil, errors.Is(over, errTestPassed), errors.Is(over, errTestReview):
		return Sitting{}, over
	case over == nil && seen.homework.Timed() && seen.paper == nil:
		return Sitting{}, errNotBegun
	case over == nil && renew(seen.attempt):
		if seen.attempt != nil && !seen.homework.renews(seen.attempt) {
			return Sitting{}, fault.New(fault.Denied, "exos.homework.once")
		}
		if seen, err = s.beginTask(ctx, v, h, o, renew); err != nil {
			return Sitting{}, err
		}
	}
	return s.task(seen, o, over)
}

// renews reports whether an exercise may be begun anew after an attempt.
func (h Homework) renews(a *Attempt) bool {
	return !h.Graded && h.Test == nil && (h.Attempts == 0 || a.Number < h.Attempts)
}

// lookAt is look in a homework.
func (s *Service) lookAt(ctx context.Context, r Reader, v Visitor, id HomeworkID, o *opened) (seen, error) {
	h, err := s.given(ctx, r, v, id)
	if err != nil {
		return seen{}, err
	}
	out := seen{homework: &h}
	if out.progress, err = s.progress(ctx, r, v, o.Module); err != nil {
		return seen{}, err
	}
	if out.paper, err = maybe(r.Paper(ctx, v.Learner.ID, id)); err != nil {
		return seen{}, err
	}
	work, err := r.TaskWork(ctx, v.Learner.ID, []HomeworkID{id})
	if err != nil {
		return seen{}, err
	}
	begun := func(e ExerciseID) bool {
		return slices.ContainsFunc(work, func(w TaskWork) bool { return w.Exercise == e })
	}
	out.tasks = h.Tasks(v.Learner.ID, begun)
	if !begun(o.ID) && !slices.ContainsFunc(out.tasks, func(p Part) bool { return p.Exercise == o.ID }) {
		return seen{}, errNoExercise
	}
	if out.withheld, err = s.withheld(ctx, r, v, o.ID, id); err != nil {
		return seen{}, err
	}
	out.rules = h.rulesOf(out.paper, o.ID, r.Now(), s.tries())
	if h.Test != nil {
		if out.course, err = s.course(ctx, r, h, v.Learner.ID); err != nil {
			return seen{}, err
		}
		out.course.under(&out.rules, o.ID, r.Now())
	}
	if out.rules.keyed, err = s.keyed(ctx, r, h, o); err != nil {
		return seen{}, err
	}
	if out.rules.keyed != o {
		changes, err := r.Corrections(ctx, v.Learner.ID, []HomeworkID{id})
		if err != nil {
			return seen{}, err
		}
		for _, c := range changes {
			if c.Exercise == o.ID {
				out.changed += c.By
			}
		}
	}
	if out.attempt, err = maybe(r.LatestAttempt(ctx, v.Learner.ID, id, o.ID)); err != nil || out.attempt == nil {
		return out, err
	}
	if out.last, err = maybe(r.LastAnswer(ctx, v.Learner.ID, out.attempt.ID)); err != nil {
		return seen{}, err
	}
	if out.refused, err = maybe(r.LastRefused(ctx, v.Learner.ID, out.attempt.ID)); err != nil {
		return seen{}, err
	}
	hands, err := r.HandMarks(ctx, v.Learner.ID, []HomeworkID{id})
	for i := range hands {
		if hands[i].Exercise == o.ID {
			out.hand = &hands[i]
		}
	}
	return out, err
}

// beginTask begins the paper where it was not, and adds an attempt if one is wanted.
func (s *Service) beginTask(ctx context.Context, v Visitor, id HomeworkID, o *opened, renew func(*Attempt) bool) (seen, error) {
	fresh := Attempt{ID: AttemptID(s.IDs.New()), Learner: v.Learner.ID, Homework: id, Module: o.Module, Exercise: o.ID, Version: o.Version}
	opening := EventID(s.IDs.New())
	return write(ctx, s, func(ctx context.Context, w Writer) (seen, error) {
		now, err := s.lookAt(ctx, w, v, id, o)
		if err != nil {
			return seen{}, err
		}
		if err := now.rules.closed; err != nil {
			return seen{}, err
		}
		if err := w.BeginPaper(ctx, Paper{Homework: id, Learner: v.Learner.ID, StartedAt: w.Now()}); err != nil {
			return seen{}, err
		}
		if !renew(now.attempt) {
			return now, nil
		}
		next := fresh
		next.Number = now.attempt.following()
		next.Seed = now.homework.seedOf(v.Learner.ID, o.ID, next.Number)
		added, err := s.addAttempt(ctx, w, v, now.attempt, next, opening)
		if err != nil {
			return seen{}, err
		}
		if added == nil { // another tab was first: sit where it sits
			return s.lookAt(ctx, w, v, id, o)
		}
		now.attempt, now.last, now.refused = added, nil, nil
		return now, nil
	})
}

// task dresses an exercise of a homework for a player.
func (s *Service) task(n seen, o *opened, over error) (Sitting, error) {
	h := *n.homework
	if n.rules.keyed != nil {
		o = n.rules.keyed
	}
	lines := make([]Line, len(n.tasks))
	for i, p := range n.tasks {
		lines[i] = Line{Exercise: p.Exercise}
	}
	n.version = Version{Lines: lines}
	shown := h.Shown(s.Now()) && !n.rules.quiet
	out, err := s.sitting(n, o)
	if err != nil {
		return Sitting{}, err
	}
	out.Tries = n.rules.tries
	if o.Adaptive {
		out.Tries = 0
	}
	awaits := over == nil && !n.attempt.Ended && out.Hints && !n.rules.hinted && (!n.rules.graded || h.Hints)
	out.Closed, out.Hints = over != nil, out.Hints && !n.rules.graded
	out.Setting = &Setting{
		Homework: h.ID, Title: h.Title, Graded: h.Graded, Veiled: !shown, Due: h.Due, Ends: h.Ends(n.paper), Late: n.rules.late,
		Over: over, Again: over == nil && n.attempt.Ended && h.renews(n.attempt), Kept: n.refused,
	}
	if n.course != nil && over == nil {
		if i, ok := n.course.at(o.ID); ok {
			if _, _, ends := n.course.overtime(i, s.Now()); !ends.IsZero() && ends.Before(out.Setting.Ends) {
				out.Setting.Ends = ends
			}
		}
	}
	out.Setting.Scale = h.ScaleOf(o.Exercise)
	out.Setting.Awaits = awaits
	if n.rules.hinted {
		_, out.Setting.Hint = o.present(n.attempt.Seed)
	}
	if shown {
		out.Setting.Hand, out.Setting.Changed = n.hand, n.changed
	}
	if n.last != nil {
		// When it was given, which is not when it came where a device was out of reach.
		out.Setting.GivenAt, out.Setting.WasLate = n.attempt.AnsweredAt, !n.attempt.AnsweredAt.Before(h.Due)
		out.Setting.Certainty = h.Certainty(*n.last)
		out.Setting.Admitted = n.last.Verdict.Admits != ""
	}
	switch {
	case !shown:
		out.veil(o)
	case h.Graded && out.Corrected == nil: // the results are shown: the corrigé is part of them
		out.Corrected = o.corrected(n.attempt.Seed)
	}
	n.rules.hush(&out)
	if h.Graded {
		out.conceal(o)
	}
	return out, nil
}

// hush takes from a sitting what the test never shows.
func (u rules) hush(s *Sitting) {
	if u.unsolved {
		s.Corrected = nil
	}
	if s.Result == nil || !u.unsolved && !u.mute {
		return
	}
	r := *s.Result
	r.Solution = r.Solution && !u.unsolved
	if u.mute {
		r.Feedback = nil
	}
	s.Result = &r
}

// veil takes from a sitting all that would tell how the answers were.
func (s *Sitting) veil(o *opened) {
	s.Mark, s.Corrected = nil, nil
	if s.Result == nil {
		return
	}
	s.Result = veiled(s.Result)
	s.Result.Feedback = o.opening(s.Seed)
}

// veiled is what may be said of an answer before results are shown: that it is kept, and how many may follow.
func veiled(r *Result) *Result {
	if r == nil {
		return nil
	}
	return &Result{Max: r.Max, Try: r.Try, Tries: r.Tries, Ended: r.Ended, Veiled: true, Late: r.Late, Certainty: r.Certainty}
}
