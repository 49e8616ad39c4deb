package exos

import (
	"context"

	"pupitre/internal/tx"
)

// LateWriter is what the acceptance of late work changes.
type LateWriter interface {
	tx.Moment
	ShelfReader
	WorkWriter
}

// TooLate reports whether an answer was kept and counts for nothing because its homework was over, for everybody or for this pupil.
func (k Kept) TooLate() bool {
	return k.Kind == Answered && k.Verdict.Status == Refused && (k.Verdict.Code == codeClosed || k.Verdict.Code == codeTime || k.Verdict.Code == codeTestTime)
}

// Admit takes an answer that came too late as if it had come within the grace, for the teacher has said so: by an event of its own,
// which names it. It reports false, and changes nothing, where the answer would have been refused in time, too: no try was left.
func (s *Service) Admit(ctx context.Context, w LateWriter, h Homework, late Kept) (bool, error) {
	a, err := w.TakeAttempt(ctx, late.Learner, late.Attempt)
	if err != nil {
		return false, err
	}
	o, err := s.within(ctx, w, late.Exercise)
	if err != nil {
		return false, err
	}
	if o, err = s.keyed(ctx, w, h, o); err != nil {
		return false, err
	}
	u := h.rulesOf(nil, late.Exercise, h.Opens, s.tries()) // as at the beginning, where nothing is closed
	u.late = true
	if o.Adaptive {
		u.tries = 0
	}
	e := late.Event
	e.ID, e.Device = EventID(s.IDs.New()), serverDevice
	after, verdict := decide(a, e, o, u)
	if verdict.Status != Accepted {
		return false, nil
	}
	verdict.Admits = late.ID
	after.AnsweredAt, after.TouchedAt = late.ReceivedAt, w.Now()
	if _, err := w.Append(ctx, Kept{Event: e, Learner: late.Learner, ReceivedAt: w.Now(), Verdict: verdict}); err != nil {
		return false, err
	}
	if err := w.PutAttempt(ctx, after); err != nil || h.Graded {
		return true, err
	}
	return true, w.PutMark(ctx, late.Learner, o.Module, Mark{
		Exercise: o.ID, Best: verdict.Result.Score, Last: verdict.Result.Score, Max: o.Max, Tries: 1, LastAt: late.ReceivedAt,
	})
}

// Admitted reports whether what counts of it came after the end of the paper: then a teacher accepted it.
func (h Homework) Admitted(p *Paper, w *TaskWork) bool {
	return w.Answered() && !w.At.Before(h.Ends(p))
}
