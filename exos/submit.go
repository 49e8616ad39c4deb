package exos

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"pupitre/internal/fault"
	"pupitre/internal/id"
)

// Submit takes what a pupil did, in one durable transaction, and answers each event in the order given.
//
// An event sent again is a duplicate, with the same words as the first time, however often and from however many sides at once.
// A refused event is kept with its reason; only an event without form, or of an attempt that this learner does not have, is
// refused and not kept. More than MaxEvents at once is Invalid.
func (s *Service) Submit(ctx context.Context, v Visitor, events []Event) ([]Verdict, error) {
	if len(events) > MaxEvents {
		return nil, fault.New(fault.Invalid, "exos.events.many", "max", MaxEvents)
	}
	asked := make([]ExerciseID, len(events))
	for i, e := range events {
		asked[i] = e.Exercise
	}
	exercises, err := s.exercisesOf(ctx, asked)
	if err != nil {
		return nil, err
	}
	taken, err := write(ctx, s, func(ctx context.Context, w Writer) ([]taken, error) {
		out := make([]taken, len(events))
		for _, i := range inOrder(events) {
			var err error
			if out[i], err = s.take(ctx, w, v, events[i], exercises[events[i].Exercise]); err != nil {
				return nil, err
			}
		}
		return out, nil
	})
	if err != nil {
		return nil, err
	}
	verdicts := make([]Verdict, len(taken))
	for i, t := range taken {
		verdicts[i] = t.Verdict
		if t.veiled {
			verdicts[i].Result = veiled(t.Result)
		} else if t.by != nil {
			dress(&verdicts[i], t.event, t.by)
			if t.mute && verdicts[i].Result != nil {
				verdicts[i].Result.Feedback = nil
			}
			if t.event.Version != events[i].Version {
				verdicts[i].conceal(t.by, t.event.Seed)
			}
		}
	}
	return verdicts, nil
}

// exercisesOf makes exercises ready; those that there are not are missing from the map.
func (s *Service) exercisesOf(ctx context.Context, asked []ExerciseID) (map[ExerciseID]*opened, error) {
	out := map[ExerciseID]*opened{}
	for _, e := range asked {
		if _, ok := out[e]; ok || !id.Valid(string(e)) {
			continue
		}
		o, err := s.exercise(ctx, e)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		if err == nil {
			out[e] = o
		}
	}
	return out, nil
}

// inOrder is the order in which events of one sending are taken: device by device, each as it did them.
func inOrder(events []Event) []int {
	order := make([]int, len(events))
	devices := map[string]int{}
	for i, e := range events {
		order[i] = i
		if _, ok := devices[e.Device]; !ok {
			devices[e.Device] = i
		}
	}
	slices.SortStableFunc(order, func(i, j int) int {
		return cmp.Or(cmp.Compare(devices[events[i].Device], devices[events[j].Device]), cmp.Compare(events[i].Seq, events[j].Seq))
	})
	return order
}

// taken is the server's word on one event, and whether only part of it may be told.
type taken struct {
	Verdict
	veiled bool
	mute   bool    // the test shows no feedback
	by     *opened // by what it was scored; nil where the event is of no exercise
	event  Event   // in its author's identifiers
}

// take keeps one event and what it amounts to.
func (s *Service) take(ctx context.Context, w Writer, v Visitor, e Event, o *opened) (taken, error) {
	verdict := Verdict{Event: e.ID, Status: Accepted}
	if err := e.valid(); err != nil {
		return taken{Verdict: refuse(verdict, err)}, nil
	}
	if o == nil {
		return taken{Verdict: refuse(verdict, errNoExercise)}, nil
	}
	// Taking the attempt first puts all events of one attempt in a row, on either engine.
	found, err := w.TakeEvent(ctx, v.Learner, e, o.Module)
	if fault.Is(err, fault.NotFound) {
		return taken{Verdict: refuse(verdict, fault.New(fault.NotFound, "exos.attempt.unknown"))}, nil
	}
	if err != nil {
		return taken{}, err
	}
	u, shown, err := s.rules(ctx, w, v, found.Attempt, o, found.Bounds)
	if err != nil {
		return taken{}, err
	}
	if u.keyed != nil {
		o = u.keyed
	}
	e = o.authored(e)
	if found.Kept != nil {
		return taken{found.Kept.again(e), !shown, u.mute, o, e}, nil
	}
	after, verdict := decide(found.Attempt, e, o, u)
	if err := w.Keep(ctx, Kept{Event: e, Learner: v.Learner.ID, ReceivedAt: w.Now(), Verdict: verdict}); err != nil {
		return taken{}, err
	}
	return taken{verdict, !shown, u.mute, o, e}, s.weigh(ctx, w, v.Learner, after, verdict, o, u, w.Now())
}

// count keeps an event of an attempt of a learner's that was taken, done at a time, and what it amounts to.
func (s *Service) count(ctx context.Context, w Writer, l Learner, before Attempt, e Event, o *opened, u rules, shown bool, done time.Time) (taken, error) {
	if u.keyed != nil {
		o = u.keyed
	}
	e = o.authored(e)
	after, verdict := decide(before, e, o, u)
	fresh, err := w.Append(ctx, Kept{Event: e, Learner: l.ID, ReceivedAt: w.Now(), Verdict: verdict})
	if err != nil {
		return taken{}, err
	}
	if !fresh {
		kept, err := w.Kept(ctx, l.ID, e.ID)
		return taken{kept.again(e), !shown, u.mute, o, e}, err
	}
	return taken{verdict, !shown, u.mute, o, e}, s.weigh(ctx, w, l, after, verdict, o, u, done)
}

// weigh keeps what an event that was done at a time amounts to: the attempt after it, and the mark.
func (s *Service) weigh(ctx context.Context, w Writer, l Learner, after Attempt, verdict Verdict, o *opened, u rules, done time.Time) error {
	if verdict.Status != Accepted {
		return nil
	}
	after.TouchedAt = w.Now()
	if verdict.Result != nil {
		after.AnsweredAt = done
	}
	if err := w.PutAttempt(ctx, after); err != nil || verdict.Result == nil || u.graded {
		return err // graded work is no training: a module's success would tell how it was
	}
	err := w.PutMark(ctx, l.ID, o.Module, Mark{
		Exercise: o.ID, Best: verdict.Result.Score, Last: verdict.Result.Score, Max: o.Max, Tries: 1, LastAt: done,
	})
	if err == nil && l.Abroad() {
		err = w.Owe(ctx, l.ID, o.Module, o.ID)
	}
	return err
}

// rules are the terms of an attempt now, and whether its answers may be spoken of.
func (s *Service) rules(ctx context.Context, r Reader, v Visitor, a Attempt, o *opened, b Bounds) (u rules, shown bool, err error) {
	u, shown = rules{tries: s.tries()}, true
	if a.Homework != "" {
		h, err := r.Homework(ctx, a.Homework)
		if err != nil {
			return rules{}, false, fmt.Errorf("homework %s of attempt %s: %w", a.Homework, a.ID, err)
		}
		paper, err := maybe(r.Paper(ctx, v.Learner.ID, a.Homework))
		if err != nil {
			return rules{}, false, err
		}
		u, shown = h.rulesOf(paper, a.Exercise, r.Now(), s.tries()), h.Shown(r.Now())
		if h.Test != nil {
			course, err := s.course(ctx, r, h, v.Learner.ID)
			if err != nil {
				return rules{}, false, err
			}
			course.under(&u, a.Exercise, r.Now())
			shown = shown && !u.quiet
		}
		if u.keyed, err = s.keyed(ctx, r, h, o); err != nil {
			return rules{}, false, err
		}
	}
	// An event sent again is answered as before: what it gave before may now be a key.
	withheld, err := s.withheldBy(ctx, r, v, b.Graded, a.Exercise, a.Homework)
	if err != nil {
		return rules{}, false, err
	}
	if withheld != nil {
		u.closed, shown = withheld, false
	}
	if o.Adaptive {
		u.tries = 0 // until it says that it is over
	}
	if closed := v.May(b.Module.ARK, b.Module.Title, s.Now()); closed != nil {
		u.closed = closed
	}
	return u, shown, nil
}

// boundsOf asks for what TakeEvent brings along.
func boundsOf(ctx context.Context, r Reader, v Visitor, o *opened) (b Bounds, err error) {
	if b.Module, err = r.ModuleByID(ctx, o.Module); err == nil {
		b.Graded, err = r.GradedWork(ctx, v.Learner)
	}
	return b, err
}

// withheld says why an exercise does not open where it is, in its module or in a homework: other work of the pupil's has it, and is
// graded (docs/contracts.md §8).
func (s *Service) withheld(ctx context.Context, r Reader, v Visitor, e ExerciseID, at HomeworkID) (why, err error) {
	graded, err := r.GradedWork(ctx, v.Learner)
	if err != nil {
		return nil, err
	}
	return s.withheldBy(ctx, r, v, graded, e, at)
}

// withheldBy is withheld by the graded homework that is open to a learner now.
func (s *Service) withheldBy(ctx context.Context, r Reader, v Visitor, graded []Homework, e ExerciseID, at HomeworkID) (why, err error) {
	if v.Learner.Profile.Teaches() {
		return nil, nil
	}
	for _, h := range graded {
		if h.ID == at {
			continue
		}
		kept := h.Withholds(e, r.Now())
		if !kept {
			if kept, err = s.sameAsked(ctx, r, h, e); err != nil {
				return nil, err
			}
		}
		if kept {
			return fault.New(fault.Denied, "exos.homework.withheld", "title", h.Title), nil
		}
	}
	return nil, nil
}

// sameAsked reports whether an exercise is another edition of one in open graded work: its corrigé tells as much.
func (s *Service) sameAsked(ctx context.Context, r ShelfReader, h Homework, e ExerciseID) (bool, error) {
	o, err := s.within(ctx, r, e)
	if err != nil {
		return false, err
	}
	for _, p := range h.Parts {
		if p.Module != o.Module {
			continue
		}
		part, err := s.within(ctx, r, p.Exercise)
		if err != nil {
			return false, err
		}
		if part.Identifier == o.Identifier {
			return true, nil
		}
	}
	return false, nil
}

// again answers an event whose id is kept already: with the first words if it is the same event, with a refusal if it is another one.
func (k Kept) again(e Event) Verdict {
	if !k.same(e) {
		return refuse(Verdict{Event: e.ID}, fault.New(fault.Conflict, "exos.event.altered"))
	}
	k.Verdict.Status = Duplicate
	return k.Verdict
}

// same reports whether an event is the one that was kept.
func (k Kept) same(e Event) bool {
	return k.Attempt == e.Attempt && k.Exercise == e.Exercise && k.Version == e.Version && k.Seed == e.Seed && k.Kind == e.Kind &&
		string(k.Payload) == string(e.Payload) && k.Device == e.Device && k.Seq == e.Seq
}

// dress adds to a verdict the texts that it allows; they are not kept with it.
func dress(v *Verdict, e Event, o *opened) {
	if v.Code != "" {
		return
	}
	switch e.Kind {
	case Answered:
		v.Result.Feedback, v.Result.Judged = o.reveal(e.Seed, v.Result), o.judged(e)
	case Hinted:
		_, v.Hint = o.present(e.Seed)
	case Solved:
		v.Corrected = o.corrected(e.Seed)
	}
}
