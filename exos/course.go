package exos

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"pupitre/exos/qti/score"
)

// CourseReader is what a way through a test is made of.
type CourseReader interface {
	ShelfReader
	// LatestAttempt, LastAnswer: see WorkReader.
	LatestAttempt(ctx context.Context, l LearnerID, h HomeworkID, e ExerciseID) (Attempt, error)
	LastAnswer(ctx context.Context, l LearnerID, a AttemptID) (Kept, error)
	// TaskWork, HandMarks: see HomeworkReader.
	TaskWork(ctx context.Context, l LearnerID, of []HomeworkID) ([]TaskWork, error)
	HandMarks(ctx context.Context, l LearnerID, of []HomeworkID) ([]HandMark, error)
}

// Did is what a pupil did at an exercise of a test; nil is nothing of the kind.
type Did struct {
	Attempt *Attempt // the latest
	Answer  *Kept    // its last that counts
	Hand    *HandMark
}

// course is a learner's way through the test of a homework, as far as they have come.
func (s *Service) course(ctx context.Context, r CourseReader, h Homework, l LearnerID) (*Course, error) {
	hands, err := r.HandMarks(ctx, l, []HomeworkID{h.ID})
	if err != nil {
		return nil, err
	}
	begun, err := r.TaskWork(ctx, l, []HomeworkID{h.ID})
	if err != nil {
		return nil, err
	}
	return s.Course(ctx, r, h, l, func(e ExerciseID) (did Did, err error) {
		if !slices.ContainsFunc(begun, func(w TaskWork) bool { return w.Exercise == e }) {
			return did, nil // most are not: nothing is asked of them
		}
		if did.Attempt, err = maybe(r.LatestAttempt(ctx, l, h.ID, e)); err != nil || did.Attempt == nil {
			return did, err
		}
		for i := range hands {
			if hands[i].Exercise == e {
				did.Hand = &hands[i]
			}
		}
		did.Answer, err = maybe(r.LastAnswer(ctx, l, did.Attempt.ID))
		return did, err
	})
}

// Course is a learner's way through the test of a homework by what they did at its exercises.
func (s *Service) Course(ctx context.Context, r ShelfReader, h Homework, l LearnerID, work func(ExerciseID) (Did, error)) (*Course, error) {
	c := &Course{Stops: h.drawn(l), test: h.Test, seed: h.dice("test", l, "", 0)}
	for i := range c.Stops {
		at := &c.Stops[i]
		var err error
		if at.o, err = s.within(ctx, r, at.Exercise); err != nil {
			return nil, err
		}
		if at.o, err = s.keyed(ctx, r, h, at.o); err != nil {
			return nil, err
		}
		did, err := work(at.Exercise)
		if err != nil {
			return nil, err
		}
		at.attempt, at.hand = did.Attempt, did.Hand
		last := did.Answer
		if last == nil {
			continue
		}
		at.answer = new(Answer)
		if err := json.Unmarshal(last.Payload, at.answer); err != nil {
			return nil, fmt.Errorf("answer %s of attempt %s: %w", last.ID, last.Attempt, err)
		}
	}
	c.follow()
	return c, nil
}

// PassOn leaves an exercise of a test, or the part of it where one goes as one likes, and returns what may be done next: "" where the
// test is over. Left already, nothing changes. Denied where the test wants an answer first, and where it is not the exercise's turn.
func (s *Service) PassOn(ctx context.Context, v Visitor, id HomeworkID, e ExerciseID) (ExerciseID, error) {
	ids := map[ExerciseID][2]string{}
	return write(ctx, s, func(ctx context.Context, w Writer) (ExerciseID, error) {
		h, err := s.given(ctx, w, v, id)
		if err != nil {
			return "", err
		}
		if h.Test == nil {
			return "", errNoExercise
		}
		paper, err := maybe(w.Paper(ctx, v.Learner.ID, id))
		if err != nil {
			return "", err
		}
		if closed := h.rulesOf(paper, e, w.Now(), s.tries()).closed; closed != nil {
			return "", closed
		}
		c, err := s.course(ctx, w, h, v.Learner.ID)
		if err != nil {
			return "", err
		}
		i, ok := c.at(e)
		switch {
		case !ok:
			return "", errNoExercise
		case !c.Stops[i].Open && !c.Stops[i].Left:
			return "", errTestAhead
		case paper == nil && h.Timed():
			return "", errNotBegun
		}
		if err := w.BeginPaper(ctx, Paper{Homework: id, Learner: v.Learner.ID, StartedAt: w.Now()}); err != nil {
			return "", err
		}
		for {
			for _, j := range c.whole(i) {
				at := &c.Stops[j]
				if !at.Open {
					continue
				}
				over, _, _ := c.overtime(j, w.Now())
				if over != tooLate && !yes(at.place.Control.AllowSkipping, true) && (at.attempt == nil || at.attempt.Tries == 0) {
					return "", errTestSkip
				}
				if ids[at.Exercise][0] == "" { // the same if the transaction runs again
					ids[at.Exercise] = [2]string{s.IDs.New(), s.IDs.New()}
				}
				if at.attempt, err = s.leave(ctx, w, v, h, *at, ids[at.Exercise]); err != nil {
					return "", err
				}
			}
			if c, err = s.course(ctx, w, h, v.Learner.ID); err != nil {
				return "", err
			}
			next := c.Next()
			if next == "" {
				return "", nil
			}
			i, _ = c.at(next)
			if over, _, _ := c.overtime(i, w.Now()); over != tooLate {
				return next, nil
			} // its section's time is over: nothing can be answered there
		}
	})
}

// leave ends the attempt at a stop. Where there is none, for it was passed over, one is made that was never shown.
func (s *Service) leave(ctx context.Context, w Writer, v Visitor, h Homework, at Stop, ids [2]string) (*Attempt, error) {
	if at.attempt == nil {
		a := Attempt{
			ID: AttemptID(ids[0]), Learner: v.Learner.ID, Homework: h.ID, Module: at.Module, Exercise: at.Exercise, Number: 1, Version: at.o.Version,
			Seed: h.seedOf(v.Learner.ID, at.Exercise, 1), State: score.State{Status: score.NotAttempted}, StartedAt: w.Now(), TouchedAt: w.Now(),
		}
		if added, err := w.AddAttempt(ctx, a); err != nil {
			return nil, err
		} else if !added {
			latest, err := w.LatestAttempt(ctx, v.Learner.ID, h.ID, at.Exercise)
			if err != nil {
				return nil, err
			}
			a = latest
		}
		at.attempt = &a
	}
	a, err := w.TakeAttempt(ctx, v.Learner.ID, at.attempt.ID)
	if err != nil || a.Ended {
		return &a, err
	}
	if at.attempt.State.Status == score.NotAttempted {
		a.State = at.attempt.State
	}
	a.Ended, a.TouchedAt = true, w.Now()
	if err := w.PutAttempt(ctx, a); err != nil {
		return nil, err
	}
	e := Event{
		ID: EventID(ids[1]), Attempt: a.ID, Exercise: a.Exercise, Version: a.Version, Seed: a.Seed, Kind: Ended, At: w.Now(), Device: serverDevice,
	}
	_, err = w.Append(ctx, Kept{Event: e, Learner: v.Learner.ID, ReceivedAt: w.Now(), Verdict: Verdict{Event: e.ID, Status: Accepted}})
	return &a, err
}
