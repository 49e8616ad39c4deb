package exos

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"pupitre/internal/fault"
)

// OpenExercise shows an exercise: the latest attempt at it, ended or not, or a first one, which keeps its seed from then on.
// The first exercise opened in a module fixes the learner's version of it. Denied where the right does not open.
func (s *Service) OpenExercise(ctx context.Context, v Visitor, e ExerciseID) (Sitting, error) {
	return s.sit(ctx, v, e, func(latest *Attempt) bool { return latest == nil })
}

// TryAgain ends the latest attempt at an exercise, if there is one, and opens a new one with a new seed.
func (s *Service) TryAgain(ctx context.Context, v Visitor, e ExerciseID) (Sitting, error) {
	return s.sit(ctx, v, e, func(*Attempt) bool { return true })
}

// sit opens an exercise, with a new attempt where renew says so of the latest one (nil: none).
func (s *Service) sit(ctx context.Context, v Visitor, e ExerciseID, renew func(latest *Attempt) bool) (Sitting, error) {
	o, err := s.known(ctx, e)
	if err != nil {
		return Sitting{}, err
	}
	seen, err := read(ctx, s, func(ctx context.Context, r Reader) (seen, error) { return s.look(ctx, r, v, o) })
	if err != nil {
		return Sitting{}, err
	}
	if err := v.May(seen.progress.Module.ARK, seen.progress.Module.Title, s.Now()); err != nil {
		return Sitting{}, err
	}
	if seen.withheld != nil {
		return Sitting{}, seen.withheld
	}
	if !seen.version.has(e) {
		return Sitting{}, errNoExercise
	}
	here := seen.progress.Last != nil && seen.progress.Last.Exercise == e
	if !here || renew(seen.attempt) {
		if seen, err = s.begin(ctx, v, o, renew); err != nil {
			return Sitting{}, err
		}
	}
	return s.sitting(seen, o)
}

// Review shows the latest answered attempt at an exercise to be read only: own work stays readable when the right has ended.
// Without an answer it is as OpenExercise refuses: Denied, or NotFound where there is nothing to read yet.
func (s *Service) Review(ctx context.Context, v Visitor, e ExerciseID) (Sitting, error) {
	o, err := s.known(ctx, e)
	if err != nil {
		return Sitting{}, err
	}
	seen, err := read(ctx, s, func(ctx context.Context, r Reader) (seen, error) { return s.lookBack(ctx, r, v, o) })
	if err != nil {
		return Sitting{}, err
	}
	if seen.withheld != nil { // a corrigé may stand in own work
		return Sitting{}, seen.withheld
	}
	closed := v.May(seen.progress.Module.ARK, seen.progress.Module.Title, s.Now())
	if seen.last == nil {
		if closed != nil {
			return Sitting{}, closed
		}
		return Sitting{}, fault.New(fault.NotFound, "exos.attempt.none")
	}
	out, err := s.sitting(seen, o)
	out.Closed = closed != nil
	return out, err
}

// lookBack is look at the latest attempt that was answered, where the latest of all was not.
func (s *Service) lookBack(ctx context.Context, r Reader, v Visitor, o *opened) (seen, error) {
	out, err := s.look(ctx, r, v, o)
	if err != nil || out.attempt == nil || out.last != nil {
		return out, err
	}
	answered, err := maybe(r.LatestAnswered(ctx, v.Learner.ID, o.ID))
	if err != nil || answered == nil {
		return out, err
	}
	out.attempt = answered
	out.last, err = maybe(r.LastAnswer(ctx, v.Learner.ID, answered.ID))
	return out, err
}

func (s *Service) known(ctx context.Context, e ExerciseID) (*opened, error) {
	o, err := s.exercise(ctx, e)
	if fault.Is(err, fault.NotFound) {
		return nil, errNoExercise
	}
	return o, err
}

// seen is an exercise as one learner finds it.
type seen struct {
	progress Progress
	version  Version
	attempt  *Attempt // the latest, nil for none
	last     *Kept    // its last answer, nil for none
	mark     *Mark
	withheld error // why it does not open in the module now, nil where it does

	// Of an exercise of a homework.
	homework *Homework
	paper    *Paper // nil before it is begun
	tasks    []Part
	rules    rules
	course   *Course // of a test
	hand     *HandMark
	changed  float64 // points that the correction of its key brought
	refused  *Kept   // an answer after the last one that counts, which came too late; nil for none
}

func (s *Service) look(ctx context.Context, r Reader, v Visitor, o *opened) (seen, error) {
	var out seen
	var err error
	if out.progress, err = s.progress(ctx, r, v, o.Module); err != nil {
		return seen{}, err
	}
	if out.version, err = r.VersionOf(ctx, o.Module, out.progress.Version); err != nil {
		return seen{}, err
	}
	if out.withheld, err = s.withheld(ctx, r, v, o.ID, ""); err != nil {
		return seen{}, err
	}
	if out.attempt, err = maybe(r.LatestAttempt(ctx, v.Learner.ID, "", o.ID)); err != nil {
		return seen{}, err
	}
	if out.attempt == nil {
		return out, nil
	}
	if out.last, err = maybe(r.LastAnswer(ctx, v.Learner.ID, out.attempt.ID)); err != nil {
		return seen{}, err
	}
	out.mark, err = maybe(r.MarkOf(ctx, v.Learner.ID, o.Module, o.ID))
	return out, err
}

// maybe turns NotFound into nil, for what may not be there yet.
func maybe[T any](v T, err error) (*T, error) {
	switch {
	case fault.Is(err, fault.NotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &v, nil
}

// begin notes where the learner is and adds an attempt if one is wanted. Two tabs that begin at once end up in the same attempt.
func (s *Service) begin(ctx context.Context, v Visitor, o *opened, renew func(*Attempt) bool) (seen, error) {
	fresh := Attempt{
		ID: AttemptID(s.IDs.New()), Learner: v.Learner.ID, Module: o.Module, Exercise: o.ID, Version: o.Version, Seed: newSeed(),
	}
	opening := EventID(s.IDs.New())
	return write(ctx, s, func(ctx context.Context, w Writer) (seen, error) {
		now, err := s.look(ctx, w, v, o)
		if err != nil {
			return seen{}, err
		}
		if err := w.PutPlace(ctx, v.Learner.ID, o.Module, now.progress.Version, o.ID); err != nil {
			return seen{}, err
		}
		if !renew(now.attempt) {
			return now, nil
		}
		next := fresh
		next.Number = now.attempt.following()
		added, err := s.addAttempt(ctx, w, v, now.attempt, next, opening)
		if err != nil {
			return seen{}, err
		}
		if added == nil { // another tab was first: sit where it sits
			return s.look(ctx, w, v, o)
		}
		now.attempt, now.last = added, nil
		return now, nil
	})
}

// addAttempt adds the attempt that follows old (nil: none), with the event that it was opened; nil where another tab was first.
func (s *Service) addAttempt(ctx context.Context, w Writer, v Visitor, old *Attempt, next Attempt, opening EventID) (*Attempt, error) {
	next.StartedAt, next.TouchedAt = w.Now(), w.Now()
	if old != nil {
		if err := s.giveUp(ctx, w, v, old.ID); err != nil {
			return nil, err
		}
	}
	added, err := w.AddAttempt(ctx, next)
	if err != nil || !added {
		return nil, err
	}
	_, err = w.Append(ctx, Kept{
		Event: Event{
			ID: opening, Attempt: next.ID, Exercise: next.Exercise, Version: next.Version, Seed: next.Seed, Kind: Opened, At: w.Now(), Device: serverDevice,
		},
		Learner: v.Learner.ID, ReceivedAt: w.Now(), Verdict: Verdict{Event: opening, Status: Accepted},
	})
	return &next, err
}

// serverDevice is the device of events that pages without script make at the server.
const serverDevice = "server"

// giveUp ends an attempt that a new one follows.
func (s *Service) giveUp(ctx context.Context, w Writer, v Visitor, a AttemptID) error {
	old, err := w.TakeAttempt(ctx, v.Learner.ID, a)
	if err != nil || old.Ended {
		return err
	}
	old.Ended = true
	return w.PutAttempt(ctx, old)
}

// sitting dresses what was found for a player.
func (s *Service) sitting(n seen, o *opened) (Sitting, error) {
	a := n.attempt
	tree, hint := o.present(a.Seed)
	out := Sitting{
		Attempt: a.ID, Exercise: o.ID, Version: a.Version, Seed: a.Seed,
		Module: o.Module, ModuleTitle: n.progress.Module.Title, Title: o.Title, Total: len(n.version.Lines),
		Tree: tree, Hints: len(hint) > 0, Tries: s.tries(), Max: o.Max, Ended: a.Ended, Mark: n.mark,
	}
	if o.Adaptive {
		out.Tries = 0
	}
	out.place(n.version.Lines)
	if a.Solved {
		out.Corrected = o.corrected(a.Seed)
	}
	if n.last == nil {
		out.Opening = o.opening(a.Seed)
		return out, nil
	}
	var answer Answer
	if err := json.Unmarshal(n.last.Payload, &answer); err != nil {
		return Sitting{}, fmt.Errorf("answer %s of attempt %s: %w", n.last.ID, a.ID, err)
	}
	verdict := n.last.Verdict
	if o.worth > 0 && verdict.Result != nil { // judged by another key since
		verdict.Result = o.anew(*verdict.Result, *a, answer)
	}
	dress(&verdict, n.last.Event, o)
	out.Responses, out.Result = answer.Responses, verdict.Result
	return out, nil
}

// place finds the exercise among the lines of the learner's version.
func (s *Sitting) place(lines []Line) {
	i := slices.IndexFunc(lines, func(l Line) bool { return l.Exercise == s.Exercise })
	if i < 0 {
		return // own work in an older version
	}
	s.Number, s.Section = i+1, lines[i].Section
	if i > 0 {
		s.Previous = lines[i-1].Exercise
	}
	if i+1 < len(lines) {
		s.Next = lines[i+1].Exercise
	}
}

// Act makes the event of something done on a page without script.
func (s *Service) Act(sitting Sitting, kind Kind, answer *Answer) (Event, error) {
	e := Event{
		ID: EventID(s.IDs.New()), Attempt: sitting.Attempt, Exercise: sitting.Exercise, Version: sitting.Version, Seed: sitting.Seed,
		Kind: kind, At: s.Now(), Device: serverDevice,
	}
	if answer == nil {
		return e, nil
	}
	var err error
	e.Payload, err = json.Marshal(answer)
	return e, err
}
