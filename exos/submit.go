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
			dress(&verdicts[i], events[i], t.by)
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
	by     *opened // by what it was scored; nil where the event is of no exercise
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
	before, err := w.TakeAttempt(ctx, v.Learner.ID, e.Attempt)
	if fault.Is(err, fault.NotFound) {
		return taken{Verdict: refuse(verdict, fault.New(fault.NotFound, "exos.attempt.unknown"))}, nil
	}
	if err != nil {
		return taken{}, err
	}
	u, shown, err := s.rules(ctx, w, v, before, o)
	if err != nil {
		return taken{}, err
	}
	return s.count(ctx, w, v.Learner, before, e, o, u, shown, w.Now())
}

// count keeps an event of an attempt of a learner's that was taken, done at a time, and what it amounts to.
func (s *Service) count(ctx context.Context, w Writer, l Learner, before Attempt, e Event, o *opened, u rules, shown bool, done time.Time) (taken, error) {
	if u.keyed != nil {
		o = u.keyed
	}
	after, verdict := decide(before, e, o, u)
	fresh, err := w.Append(ctx, Kept{Event: e, Learner: l.ID, ReceivedAt: w.Now(), Verdict: verdict})
	if err != nil {
		return taken{}, err
	}
	if !fresh {
		verdict, err = again(ctx, w, l.ID, e)
		return taken{verdict, !shown, o}, err
	}
	out := taken{verdict, !shown, o}
	if verdict.Status != Accepted {
		return out, nil
	}
	after.TouchedAt = w.Now()
	if verdict.Result != nil {
		after.AnsweredAt = done
	}
	if err := w.PutAttempt(ctx, after); err != nil || verdict.Result == nil || u.graded {
		return out, err // graded work is no training: a module's success would tell how it was
	}
	err = w.PutMark(ctx, l.ID, o.Module, Mark{
		Exercise: o.ID, Best: verdict.Result.Score, Last: verdict.Result.Score, Max: o.Max, Tries: 1, LastAt: done,
	})
	if err == nil && l.Abroad() {
		err = w.Owe(ctx, l.ID, o.Module, o.ID)
	}
	return out, err
}

// rules are the terms of an attempt now, and whether its answers may be spoken of.
func (s *Service) rules(ctx context.Context, r Reader, v Visitor, a Attempt, o *opened) (u rules, shown bool, err error) {
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
		if u.keyed, err = s.keyed(ctx, r, h, o); err != nil {
			return rules{}, false, err
		}
	}
	// An event sent again is answered as before: what it gave before may now be a key.
	withheld, err := s.withheld(ctx, r, v, a.Exercise, a.Homework)
	if err != nil {
		return rules{}, false, err
	}
	if withheld != nil {
		u.closed, shown = withheld, false
	}
	if o.Adaptive {
		u.tries = 0 // until it says that it is over
	}
	module, err := r.ModuleByID(ctx, o.Module)
	if err != nil {
		return rules{}, false, err
	}
	if closed := v.May(module.ARK, module.Title, s.Now()); closed != nil {
		u.closed = closed
	}
	return u, shown, nil
}

// withheld says why an exercise does not open where it is, in its module or in a homework: other work of the pupil's has it, and is
// graded (docs/contracts.md §8).
func (s *Service) withheld(ctx context.Context, r Reader, v Visitor, e ExerciseID, at HomeworkID) (why, err error) {
	if v.Learner.Profile.Teaches() {
		return nil, nil
	}
	graded, err := r.GradedWork(ctx, v.Learner)
	if err != nil {
		return nil, err
	}
	return s.withheldBy(ctx, r, graded, e, at)
}

// withheldBy is withheld among the graded work that there is.
func (s *Service) withheldBy(ctx context.Context, r Reader, graded []Homework, e ExerciseID, at HomeworkID) (why, err error) {
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
func again(ctx context.Context, r Reader, l LearnerID, e Event) (Verdict, error) {
	kept, err := r.Kept(ctx, l, e.ID)
	if err != nil {
		return Verdict{}, err
	}
	if !kept.same(e) {
		return refuse(Verdict{Event: e.ID}, fault.New(fault.Conflict, "exos.event.altered")), nil
	}
	kept.Verdict.Status = Duplicate
	return kept.Verdict, nil
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
