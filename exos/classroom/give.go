package classroom

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"slices"
	"time"

	"pupitre/exos"
	"pupitre/exos/qti/render"
	"pupitre/internal/fault"
	"pupitre/internal/id"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Service has the use cases. Fill it as a struct literal.
type Service struct {
	Store Store            // required
	Exos  *exos.Service    // required
	IDs   *id.Maker        // required
	Now   func() time.Time // required
}

func read[T any](ctx context.Context, s *Service, f func(ctx context.Context, r Reader) (T, error)) (T, error) {
	return tx.Answer(ctx, s.Store.Read, f)
}

func write[T any](ctx context.Context, s *Service, f func(ctx context.Context, w Writer) (T, error)) (T, error) {
	return tx.Answer(ctx, s.Store.Write, f)
}

var (
	errTeachers   = fault.New(fault.Denied, "exos.homework.teachers")
	errNoHomework = fault.New(fault.NotFound, "exos.homework.unknown")
)

// Groups lists the visitor's classes and groups, as the sign-in tells them.
func (s *Service) Groups(ctx context.Context, v exos.Visitor) ([]GroupView, error) {
	if len(v.Learner.Cohorts) == 0 {
		return []GroupView{}, nil
	}
	return read(ctx, s, func(ctx context.Context, r Reader) ([]GroupView, error) {
		return r.Cohorts(ctx, v.Learner.School, v.Learner.Cohorts)
	})
}

// Members lists the pupils of the teacher's classes and groups.
func (s *Service) Members(ctx context.Context, v exos.Visitor) ([]Member, error) {
	if !v.Learner.Profile.Teaches() {
		return nil, errTeachers
	}
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Member, error) {
		return r.Members(ctx, v.Learner.School, v.Learner.Cohorts)
	})
}

// Given is a homework as its author finds it.
type Given struct {
	exos.Homework
	Pupils int // to whom it is given, as far as they have come here
	Begun  int
	Stage  Stage
}

// Stage (« étape ») is where a homework stands.
type Stage string

// The stages.
const (
	Ahead  Stage = "ahead"  // not open yet
	Open   Stage = "open"   // before the day
	Grace  Stage = "grace"  // after it, answers still count
	Closed Stage = "closed" // nothing counts any more; where results are held, they wait
	Shown  Stage = "shown"  // closed, and pupils see their results
)

// StageOf is where a homework stands at an instant.
func StageOf(h exos.Homework, now time.Time) Stage {
	switch {
	case now.Before(h.Opens):
		return Ahead
	case now.Before(h.Due):
		return Open
	case now.Before(h.Closes()):
		return Grace
	case h.Graded && !h.Shown(now):
		return Closed
	}
	return Shown
}

// keepGiven is how long a teacher's homework stays listed after it has closed: a school year.
const keepGiven = 370 * 24 * time.Hour

// List lists the teacher's own homework, the soonest due first.
func (s *Service) List(ctx context.Context, v exos.Visitor) ([]Given, error) {
	if !v.Learner.Profile.Teaches() {
		return nil, errTeachers
	}
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Given, error) {
		list, err := r.HomeworkBy(ctx, v.Learner.School, v.Learner.ID, r.Now().Add(-keepGiven))
		if err != nil {
			return nil, err
		}
		out := make([]Given, len(list))
		for i, h := range list {
			if out[i], err = given(ctx, r, h); err != nil {
				return nil, err
			}
		}
		return out, nil
	})
}

func given(ctx context.Context, r Reader, h exos.Homework) (Given, error) {
	papers, err := r.Papers(ctx, h.ID)
	if err != nil {
		return Given{}, err
	}
	members, err := r.Members(ctx, h.School, h.Cohorts)
	if err != nil {
		return Given{}, err
	}
	pupils := len(members)
	for _, p := range h.Persons {
		if !slices.ContainsFunc(members, func(m Member) bool { return m.Learner == p }) {
			pupils++
		}
	}
	return Given{Homework: h, Pupils: pupils, Begun: len(papers), Stage: StageOf(h, r.Now())}, nil
}

// Homework returns one of the teacher's own.
func (s *Service) Homework(ctx context.Context, v exos.Visitor, h exos.HomeworkID) (Given, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (Given, error) {
		own, err := mine(ctx, r, v, h)
		if err != nil {
			return Given{}, err
		}
		return given(ctx, r, own)
	})
}

// Versions lists what a homework of the teacher's was, the newest first.
func (s *Service) Versions(ctx context.Context, v exos.Visitor, h exos.HomeworkID) ([]Change, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Change, error) {
		if _, err := mine(ctx, r, v, h); err != nil {
			return nil, err
		}
		return r.Versions(ctx, h)
	})
}

// mine finds a homework that the visitor gave.
func mine(ctx context.Context, r Reader, v exos.Visitor, id exos.HomeworkID) (exos.Homework, error) {
	h, err := r.Homework(ctx, id)
	if fault.Is(err, fault.NotFound) || err == nil && (h.By != v.Learner.ID || h.School != v.Learner.School || !v.Learner.Profile.Teaches()) {
		return exos.Homework{}, errNoHomework
	}
	return h, err
}

// Give gives work to the teacher's own classes, groups and pupils. A part that is a whole module becomes its exercises as they are
// now. Denied to pupils; Invalid where nobody could do it.
func (s *Service) Give(ctx context.Context, v exos.Visitor, h exos.Homework) (exos.HomeworkID, error) {
	if !v.Learner.Profile.Teaches() {
		return "", errTeachers
	}
	h.ID, h.School, h.By, h.Version = exos.HomeworkID(s.IDs.New()), v.Learner.School, v.Learner.ID, 1
	h.Seed, h.ReturnedAt, h.Plan = newSeed(), time.Time{}, ""
	return h.ID, s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		h := h
		h.GivenAt = w.Now()
		if err := s.settle(ctx, w, v, &h, exos.Homework{}); err != nil {
			return err
		}
		return put(ctx, w, v, "exos.homework-given", h)
	})
}

// Change changes a homework of the teacher's own, also after it was given: h.ID says which, h.Version which version the teacher had
// before them. What pupils have done stays. Conflict where it was changed since, where work has begun and would be judged otherwise,
// and where graded work that has closed would be opened again: its corrigé has been open to all.
func (s *Service) Change(ctx context.Context, v exos.Visitor, h exos.Homework) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		old, err := mine(ctx, w, v, h.ID)
		if err != nil {
			return err
		}
		next := h
		next.School, next.By, next.Seed, next.GivenAt, next.ReturnedAt = old.School, old.By, old.Seed, old.GivenAt, old.ReturnedAt
		next.Plan, next.Test = old.Plan, nil
		if h.Version != old.Version {
			return fault.New(fault.Conflict, "exos.homework.changed")
		}
		papers, err := w.Papers(ctx, old.ID)
		if err != nil {
			return err
		}
		switch {
		case len(papers) > 0 && (next.Graded != old.Graded || next.Alike != old.Alike || next.As.Module != old.As.Module):
			return fault.New(fault.Conflict, "exos.homework.begun", "n", len(papers))
		case old.Graded && !w.Now().Before(old.Closes()) && next.Closes().After(w.Now()):
			return fault.New(fault.Conflict, "exos.homework.reopened")
		}
		if err := s.settle(ctx, w, v, &next, old); err != nil {
			return err
		}
		next.Version = old.Version + 1
		return put(ctx, w, v, "exos.homework-changed", next)
	})
}

// Withdraw takes a homework back. Conflict once somebody has begun: nothing that a pupil did is thrown away.
func (s *Service) Withdraw(ctx context.Context, v exos.Visitor, id exos.HomeworkID) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		h, err := mine(ctx, w, v, id)
		if err != nil {
			return err
		}
		papers, err := w.Papers(ctx, id)
		if err != nil {
			return err
		}
		if len(papers) > 0 {
			return fault.New(fault.Conflict, "exos.homework.kept", "n", len(papers))
		}
		act, err := record(ctx, w, v, "exos.homework-withdrawn", h)
		if err != nil {
			return err
		}
		return w.DropHomework(ctx, act, h)
	})
}

// Return gives the papers back: pupils see their results from now on. Conflict before it has closed, and where nothing is held.
func (s *Service) Return(ctx context.Context, v exos.Visitor, id exos.HomeworkID) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		h, err := mine(ctx, w, v, id)
		if err != nil {
			return err
		}
		if StageOf(h, w.Now()) != Closed {
			return fault.New(fault.Conflict, "exos.homework.return")
		}
		h.ReturnedAt = w.Now()
		h.Version++
		return put(ctx, w, v, "exos.papers-returned", h)
	})
}

func put(ctx context.Context, w Writer, v exos.Visitor, verb string, h exos.Homework) error {
	act, err := record(ctx, w, v, verb, h)
	if err != nil {
		return err
	}
	return w.PutHomework(ctx, act, h)
}

func record(ctx context.Context, w Writer, v exos.Visitor, verb string, h exos.Homework) (journal.ActID, error) {
	return w.Record(ctx, journal.Entry{
		School: h.School, Actor: journal.Actor{Kind: journal.ByPerson, ID: string(v.Learner.ID)}, Verb: verb, Subject: string(h.ID),
		Class: journal.ClassChange, Detail: map[string]any{
			"version": h.Version, "cohorts": len(h.Cohorts), "persons": len(h.Persons), "exercises": len(h.Parts), "graded": h.Graded,
		},
	})
}

// settle checks a homework against the school and the shelf, and makes each part one exercise. What old had already is let stand: a
// teacher who has lost a class may still change what they gave it.
func (s *Service) settle(ctx context.Context, r Reader, v exos.Visitor, h *exos.Homework, old exos.Homework) error {
	for _, c := range h.Cohorts {
		same := func(o exos.Cohort) bool { return o.Kind == c.Kind && o.Code == c.Code }
		if !slices.ContainsFunc(v.Learner.Cohorts, same) && !slices.ContainsFunc(old.Cohorts, same) {
			return fault.New(fault.Denied, "exos.homework.cohort")
		}
	}
	if err := onlyPupils(ctx, r, v, h.Persons, old.Persons); err != nil {
		return err
	}
	if err := s.parted(ctx, r, v, h, old); err != nil {
		return err
	}
	if h.Graded {
		h.Attempts = 0
	} else {
		h.Held, h.Hints = false, false
	}
	if err := h.Validate(); err != nil {
		return err
	}
	if !h.Graded {
		return nil
	}
	return playable(ctx, r, *h)
}

// parted makes each part one exercise; of a test, its own exercises, under the rules of today's edition, or under those that it was
// given with.
func (s *Service) parted(ctx context.Context, r Reader, v exos.Visitor, h *exos.Homework, old exos.Homework) (err error) {
	h.Test = nil
	switch {
	case h.As.Module == "":
		h.As = exos.TestOf{}
		h.Parts, err = s.parts(ctx, r, v, h.Parts, old.Parts)
		return err
	case slices.ContainsFunc(h.Parts, func(p exos.Part) bool { return p.Module != h.As.Module }):
		return fault.New(fault.Invalid, "exos.homework.testalone")
	case h.As.Module == old.As.Module:
		h.As, h.Test, h.Parts = old.As, old.Test, old.Parts
	default:
		if h.Parts, err = s.tested(ctx, r, v, h); err != nil {
			return err
		}
	}
	h.Draw, h.Shuffled, h.Attempts = 0, false, 1
	return nil
}

// tested are the exercises of a module's test, and says of the homework under which rules. Invalid where the module has no test.
func (s *Service) tested(ctx context.Context, r Reader, v exos.Visitor, h *exos.Homework) ([]exos.Part, error) {
	version, err := s.current(ctx, r, v, h.As.Module)
	if err != nil {
		return nil, err
	}
	if version.Test == "" {
		return nil, fault.New(fault.Invalid, "exos.homework.notest")
	}
	rules, err := r.Content(ctx, version.Test)
	if err != nil {
		return nil, err
	}
	if h.Test, err = exos.ReadTest(rules.Data); err != nil {
		return nil, err
	}
	h.As.Rules = version.Test
	ids := make([]exos.ExerciseID, len(version.Lines))
	for i, l := range version.Lines {
		ids[i] = l.Exercise
	}
	exercises, err := r.Exercises(ctx, ids)
	if err != nil {
		return nil, err
	}
	var out []exos.Part
	for _, ref := range h.Test.Refs() {
		if i := slices.IndexFunc(ids, func(e exos.ExerciseID) bool { return exercises[e].Identifier == ref }); i >= 0 {
			out = append(out, exos.Part{Module: h.As.Module, Exercise: ids[i], Ref: ref})
		}
	}
	return out, nil
}

// onlyPupils refuses persons who are none of the teacher's pupils.
func onlyPupils(ctx context.Context, r Reader, v exos.Visitor, persons, known []exos.LearnerID) error {
	if len(persons) == 0 {
		return nil
	}
	members, err := r.Members(ctx, v.Learner.School, v.Learner.Cohorts)
	if err != nil {
		return err
	}
	for _, p := range persons {
		if !slices.Contains(known, p) && !slices.ContainsFunc(members, func(m Member) bool { return m.Learner == p }) {
			return fault.New(fault.Denied, "exos.homework.person")
		}
	}
	return nil
}

// parts makes each part one exercise, each once, in the order given. Denied where the teacher has no right on the module.
func (s *Service) parts(ctx context.Context, r Reader, v exos.Visitor, given, known []exos.Part) ([]exos.Part, error) {
	var out []exos.Part
	versions := map[exos.ModuleID]exos.Version{}
	for _, p := range given {
		if i := slices.IndexFunc(known, func(k exos.Part) bool { return k.Is(p) }); i >= 0 {
			out = append(out, known[i]) // with what was decided of it since
			continue
		}
		var err error
		version, ok := versions[p.Module]
		if !ok {
			if version, err = s.current(ctx, r, v, p.Module); err != nil {
				return nil, err
			}
			versions[p.Module] = version
		}
		found := false
		for _, l := range version.Lines {
			if p.Exercise == "" || p.Exercise == l.Exercise {
				out, found = append(out, exos.Part{Module: p.Module, Exercise: l.Exercise}), true
			}
		}
		if !found && p.Exercise != "" { // of an older edition, as a duplicate may be: what it is now, if it is
			if p.Exercise, err = s.Exos.Successor(ctx, r, p); err != nil {
				return nil, err
			}
			out, found = append(out, exos.Part{Module: p.Module, Exercise: p.Exercise}), true
		}
		if !found {
			return nil, fault.New(fault.NotFound, "exos.exercise.unknown")
		}
	}
	seen := map[exos.ExerciseID]bool{}
	return slices.DeleteFunc(out, func(p exos.Part) bool {
		twice := seen[p.Exercise]
		seen[p.Exercise] = true
		return twice
	}), nil
}

// current is a module as it is published now, for a teacher who may use it.
func (s *Service) current(ctx context.Context, r Reader, v exos.Visitor, m exos.ModuleID) (exos.Version, error) {
	module, err := r.ModuleByID(ctx, m)
	if fault.Is(err, fault.NotFound) {
		return exos.Version{}, fault.New(fault.NotFound, "exos.module.unknown")
	}
	if err != nil {
		return exos.Version{}, err
	}
	if err := v.May(module.ARK, module.Title, s.Now()); err != nil {
		return exos.Version{}, err
	}
	return r.VersionOf(ctx, m, module.Current)
}

// playable refuses graded work that nobody could do here: an interaction whose program only its publisher has (QTI's plain custom one); and
// what cannot be done without being told how it goes: an exercise in several steps asks the next question by what it says of the answer
// before.
func playable(ctx context.Context, r Reader, h exos.Homework) error {
	ids := make([]exos.ExerciseID, len(h.Parts))
	for i, p := range h.Parts {
		ids[i] = p.Exercise
	}
	exercises, err := r.Exercises(ctx, ids)
	if err != nil {
		return err
	}
	for _, p := range h.Parts {
		switch e := exercises[p.Exercise]; {
		case e.Adaptive:
			return fault.New(fault.Invalid, "exos.homework.adaptive", "exercise", e.Title)
		case slices.Contains(e.Interactions, render.TypeCustom):
			return fault.New(fault.Invalid, "exos.homework.unplayable", "exercise", e.Title)
		}
	}
	return nil
}

// newSeed returns a random seed.
func newSeed() exos.Seed {
	var b [8]byte
	rand.Read(b[:]) // never fails since Go 1.24
	return exos.Seed(binary.BigEndian.Uint64(b[:]) | 1)
}

// Print returns a homework of the teacher's own for paper, with its keys.
func (s *Service) Print(ctx context.Context, v exos.Visitor, id exos.HomeworkID) (exos.Homework, []exos.Printed, error) {
	h, err := read(ctx, s, func(ctx context.Context, r Reader) (exos.Homework, error) { return mine(ctx, r, v, id) })
	if err != nil {
		return exos.Homework{}, nil, err
	}
	printed, err := s.Exos.Print(ctx, h)
	return h, printed, err
}
