package exos

import (
	"context"
	"fmt"
	"slices"

	"pupitre/exos/offline"
	"pupitre/internal/fault"
	"pupitre/internal/id"
)

// Away (« fait hors connexion ») is an event of a device that was out of reach. Whoever brings it (exos/device) has verified whose it
// is, that its device might, and between which instants it was done: an answer of ours that the device had, and when we first heard.
type Away struct {
	Event
	Homework HomeworkID // of Opened: where the attempt is; "" in its module
	When     offline.Moment
	Believed bool       // a teacher takes the device at its word
	Graded   []Homework // what is open to the learner now (HomeworkReader.GradedWork): one question for all that a device brings
}

// Ready are exercises that were made ready before a transaction.
type Ready struct{ m map[ExerciseID]*opened }

// Module is an exercise's; ok is false where there is no such exercise among them.
func (r Ready) Module(e ExerciseID) (m ModuleID, ok bool) {
	o, ok := r.m[e]
	if !ok {
		return "", false
	}
	return o.Module, true
}

// Prepare makes exercises ready; those that there are not are left out. Not to be called inside a transaction.
func (s *Service) Prepare(ctx context.Context, of []ExerciseID) (Ready, error) {
	m, err := s.exercisesOf(ctx, of)
	return Ready{m}, err
}

// TakeAway takes one event into w's transaction. The device makes its attempts itself: one begins with its Opened event, beside those
// that there are, and ends none of them. Doubt is true where whether it counts hangs on the device's word alone: then nothing is kept
// of it, and it may be brought again, Believed.
func (s *Service) TakeAway(ctx context.Context, w Writer, l Learner, a Away, ready Ready) (v Verdict, doubt bool, err error) {
	v = Verdict{Event: a.ID, Status: Accepted}
	o := ready.m[a.Exercise]
	switch err := a.valid(); {
	case err != nil:
		return refuse(v, err), false, nil
	case o == nil:
		return refuse(v, errNoExercise), false, nil
	case a.Kind == Opened:
		a.Event = o.authored(a.Event)
		return s.openAway(ctx, w, l, a, o)
	}
	before, err := w.TakeAttempt(ctx, l.ID, a.Attempt)
	if fault.Is(err, fault.NotFound) {
		return refuse(v, fault.New(fault.NotFound, "exos.attempt.unknown")), false, nil
	}
	if err != nil {
		return v, false, err
	}
	u, shown, doubt, err := s.rulesAway(ctx, w, l, before, a, o)
	if err != nil || doubt {
		return v, doubt, err
	}
	kept, err := s.count(ctx, w, l, before, a.Event, o, u, shown, a.When.At())
	if kept.veiled {
		kept.Result = veiled(kept.Result)
	}
	return kept.Verdict, false, err
}

// openAway adds the attempt that a device has begun.
func (s *Service) openAway(ctx context.Context, w Writer, l Learner, a Away, o *opened) (Verdict, bool, error) {
	v := Verdict{Event: a.ID, Status: Accepted}
	attempt, err := maybe(w.Attempt(ctx, l.ID, a.Attempt))
	if err != nil {
		return v, false, err
	}
	event, err := maybe(w.Kept(ctx, l.ID, a.ID))
	if err != nil {
		return v, false, err
	}
	if attempt != nil || event != nil || a.Version != o.Version {
		return refuse(v, errMismatch), false, nil
	}
	next := Attempt{
		ID: a.Attempt, Learner: l.ID, Homework: a.Homework, Module: o.Module, Exercise: o.ID, Version: o.Version, Seed: a.Seed,
		StartedAt: a.When.At(), TouchedAt: w.Now(),
	}
	latest, err := maybe(w.LatestAttempt(ctx, l.ID, a.Homework, o.ID))
	if err != nil {
		return v, false, err
	}
	next.Number = latest.following()
	if a.Homework == "" {
		err = s.placeAway(ctx, w, l, o)
	} else {
		var why error
		if why, err = s.paperAway(ctx, w, l, a, o, latest); err == nil && why != nil {
			return refuse(v, why), false, nil
		}
	}
	if err != nil {
		return v, false, err
	}
	for { // another device or tab may have taken the number
		added, err := w.AddAttempt(ctx, next)
		if err != nil {
			return v, false, err
		}
		if added {
			break
		}
		next.Number++
	}
	_, err = w.Append(ctx, Kept{Event: a.Event, Learner: l.ID, ReceivedAt: w.Now(), Verdict: v})
	return v, false, err
}

// placeAway notes where the learner is, the first time that they are in the module.
func (s *Service) placeAway(ctx context.Context, w Writer, l Learner, o *opened) error {
	p, err := s.progress(ctx, w, Visitor{Learner: l}, o.Module)
	if err != nil || p.Last != nil {
		return err
	}
	return w.PutPlace(ctx, l.ID, o.Module, p.Version, o.ID)
}

// paperAway begins the paper of a homework, or says why an attempt at an exercise of it is none.
func (s *Service) paperAway(ctx context.Context, w Writer, l Learner, a Away, o *opened, latest *Attempt) (why, err error) {
	if !id.Valid(string(a.Homework)) {
		return errNoHomework, nil
	}
	h, err := s.given(ctx, w, Visitor{Learner: l}, a.Homework)
	if fault.Is(err, fault.NotFound) {
		return err, nil
	}
	if err != nil {
		return nil, err
	}
	if h.Test != nil { // what comes next hangs on what was done, and its time runs here
		return errTestNetwork, nil
	}
	paper, err := maybe(w.Paper(ctx, l.ID, h.ID))
	if err != nil {
		return nil, err
	}
	work, err := w.TaskWork(ctx, l.ID, []HomeworkID{h.ID})
	if err != nil {
		return nil, err
	}
	begun := func(e ExerciseID) bool {
		return slices.ContainsFunc(work, func(w TaskWork) bool { return w.Exercise == e })
	}
	drawn := false // the homework draws the numbers, not the device
	for n := 1; n <= latest.following(); n++ {
		drawn = drawn || a.Seed == h.seedOf(l.ID, o.ID, n)
	}
	closed := h.rulesOf(paper, o.ID, a.When.At(), s.tries()).closed
	// Taken out of the homework after the device took it along: the attempt begins, so that its answers are kept in it, and told why they do
	// not count. Only we draw its number, so that a device that has it was given the exercise.
	removed := fault.CodeOf(closed) == codeRemoved
	switch {
	case closed != nil && !removed:
		return closed, nil
	case !drawn, !removed && !begun(o.ID) && !slices.ContainsFunc(h.Tasks(l.ID, begun), func(p Part) bool { return p.Exercise == o.ID }):
		return errMismatch, nil
	case latest != nil && !h.renews(latest):
		return fault.New(fault.Denied, "exos.homework.once"), nil
	}
	return nil, w.BeginPaper(ctx, Paper{Homework: h.ID, Learner: l.ID, StartedAt: a.When.At()})
}

// rulesAway are the terms under which an event was done. What is certain decides; doubt is true where nothing is.
func (s *Service) rulesAway(ctx context.Context, r Reader, l Learner, at Attempt, a Away, o *opened) (u rules, shown, doubt bool, err error) {
	u, shown = rules{tries: s.tries()}, true
	if at.Homework != "" {
		h, err := r.Homework(ctx, at.Homework)
		if err != nil {
			return rules{}, false, false, fmt.Errorf("homework %s of attempt %s: %w", at.Homework, at.ID, err)
		}
		paper, err := maybe(r.Paper(ctx, l.ID, at.Homework))
		if err != nil {
			return rules{}, false, false, err
		}
		shown = h.Shown(r.Now())
		byWord, surely := h.rulesOf(paper, at.Exercise, a.When.At(), s.tries()), h.rulesOf(paper, at.Exercise, a.When.Before, s.tries())
		switch u = surely; {
		case a.Believed, byWord.closed != nil:
			u = byWord
		case surely.closed != nil:
			return rules{}, false, true, nil
		default: // it counts in any case, and a bad line makes nobody late: the device is taken at its word, which is said
			u.late, u.certainty = byWord.late, a.When.Until(h.Due).ByWord()
		}
		if u.keyed, err = s.keyed(ctx, r, h, o); err != nil {
			return rules{}, false, false, err
		}
	}
	if o.Adaptive {
		u.tries = 0 // until it says that it is over
	}
	for _, h := range a.Graded {
		if h.ID == at.Homework || !h.Withholds(at.Exercise, r.Now()) {
			continue
		}
		shown = false
		if !a.When.After.Before(h.Opens) { // the device had an answer of ours since: the exercise was not to be opened there
			u.closed = fault.New(fault.Denied, "exos.homework.withheld", "title", h.Title)
		}
	}
	return u, shown, false, nil
}

// Certainty is how sure it is that an answer that is not told as late was given in time; "" where nothing hangs on a device's word.
func (h Homework) Certainty(k Kept) offline.Certainty {
	if k.Verdict.Result == nil || k.ReceivedAt.Before(h.Due) { // its day may have been moved since
		return ""
	}
	return k.Verdict.Result.Certainty
}

// SeedAway is what a homework draws for the visitor's next attempt at one of its exercises: their device must know it beforehand.
func (s *Service) SeedAway(ctx context.Context, v Visitor, id HomeworkID, e ExerciseID) (Seed, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (Seed, error) {
		h, err := s.given(ctx, r, v, id)
		if err != nil {
			return 0, err
		}
		latest, err := maybe(r.LatestAttempt(ctx, v.Learner.ID, id, e))
		if err != nil {
			return 0, err
		}
		return h.seedOf(v.Learner.ID, e, latest.following()), nil
	})
}

// ContentsAway are the contents that a learner's device may keep of a module, in the learner's version of it: without the exercises that
// graded work withholds, whose keys they hold.
func (s *Service) ContentsAway(ctx context.Context, r Reader, l Learner, m ModuleID) (VersionID, []Hash, error) {
	p, err := s.progress(ctx, r, Visitor{Learner: l}, m)
	if err != nil {
		return "", nil, err
	}
	version, err := r.VersionOf(ctx, m, p.Version)
	if err != nil {
		return "", nil, err
	}
	graded, err := r.GradedWork(ctx, l)
	if err != nil {
		return "", nil, err
	}
	var open []ExerciseID
	for _, line := range version.Lines {
		why, err := s.withheldBy(ctx, r, Visitor{Learner: l}, graded, line.Exercise, "")
		if err != nil {
			return "", nil, err
		}
		if why == nil {
			open = append(open, line.Exercise)
		}
	}
	exercises, err := r.Exercises(ctx, open)
	if err != nil {
		return "", nil, err
	}
	out := slices.Clone(version.Assets)
	for _, e := range open {
		out = append(out, exercises[e].Program, exercises[e].Body)
	}
	slices.Sort(out)
	return version.ID, slices.Compact(out), nil
}

// AssetsAway are the pictures and sounds of a learner's version of a module.
func (s *Service) AssetsAway(ctx context.Context, r Reader, l Learner, m ModuleID) ([]Hash, error) {
	p, err := s.progress(ctx, r, Visitor{Learner: l}, m)
	if err != nil {
		return nil, err
	}
	version, err := r.VersionOf(ctx, m, p.Version)
	return version.Assets, err
}

// SheetAway shows an exercise of a module as a device keeps it: not begun, drawn with a seed, without key. Denied where it does not open
// there now.
func (s *Service) SheetAway(ctx context.Context, v Visitor, e ExerciseID, seed Seed) (Sitting, error) {
	o, found, err := s.openable(ctx, v, e)
	if err != nil {
		return Sitting{}, err
	}
	found.attempt, found.last, found.mark = &Attempt{ID: "away", Exercise: e, Version: o.Version, Seed: seed}, nil, nil
	return s.sitting(found, o)
}

// ProgramAway is by what a learner's device scores an exercise of a module, in training: its program, key included, whose SHA-256 is the
// exercise's version. Denied where the exercise does not open there now; nil where no machine gives its mark at one go.
func (s *Service) ProgramAway(ctx context.Context, v Visitor, e ExerciseID) ([]byte, error) {
	o, _, err := s.openable(ctx, v, e)
	if err != nil || o.Adaptive || o.ByHandOnly() {
		return nil, err
	}
	return o.item.Program.Encode(), nil
}

// openable is an exercise of the learner's version of its module, where it opens now.
func (s *Service) openable(ctx context.Context, v Visitor, e ExerciseID) (*opened, seen, error) {
	o, err := s.known(ctx, e)
	if err != nil {
		return nil, seen{}, err
	}
	found, err := read(ctx, s, func(ctx context.Context, r Reader) (seen, error) { return s.look(ctx, r, v, o) })
	switch {
	case err != nil:
		return nil, seen{}, err
	case found.withheld != nil:
		return nil, seen{}, found.withheld
	case !found.version.has(e):
		return nil, seen{}, errNoExercise
	}
	return o, found, nil
}
