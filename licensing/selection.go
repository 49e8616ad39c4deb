package licensing

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pupitre/directory"
	"pupitre/internal/fault"
)

// SelectionKept is for how long a selection stays after its last change.
const SelectionKept = 30 * 24 * time.Hour

// AnyVersion is the Seen of a caller who shows no version: what it changes is merged, and nothing is told.
const AnyVersion int64 = -1

// SelectionKey says whose selection it is, and for what: the resource that the manager is about to give.
type SelectionKey struct {
	School  directory.SchoolID
	Manager directory.PersonID
	Purpose string
}

// Selection (« sélection ») is whom a manager has chosen so far: a draft on the server, shared by all windows of the manager.
//
// A class stays a class, and takes in whoever is in it when the plan is made. « Tous les résultats » of a filter that no target can say
// (a name, a subject, without a copy) are kept as the persons whom it found at that moment, not as the filter: it is what the manager
// saw when they pressed the button; somebody who arrives, or gets a copy from a colleague, does not change what is about to be applied;
// and a plan of it has the same hash until something happens to one of these persons.
type Selection struct {
	SelectionKey
	Version int64    // 0 while nothing was ever chosen
	Targets []Target // each once, in the order of their writing; a person with the profile under which they were chosen
	Beyond  []Target // what a delegate has chosen and is not in their scope, or not any more
}

// within keeps what the mandate of the selection's delegate covers, and tells the rest. A manager's is whole.
func (sel Selection) within(ctx context.Context, r Reader) (Selection, error) {
	m, err := r.FindMandate(ctx, sel.School, sel.Manager)
	if absent(err) || err == nil && len(m.Cohorts) == 0 {
		return sel, nil
	}
	if err != nil {
		return sel, err
	}
	in, err := m.among(ctx, r, named(sel.Targets))
	if err != nil {
		return sel, err
	}
	all := sel.Targets
	sel.Targets = nil
	for _, t := range all {
		if m.reaches(t, in) {
			sel.Targets = append(sel.Targets, t)
		} else {
			sel.Beyond = append(sel.Beyond, t)
		}
	}
	return sel, nil
}

// held refuses what a delegate may not choose, and holds « tous les résultats » to their scope.
func (c Choosing) held(ctx context.Context, r Reader) (Choosing, error) {
	m, err := r.FindMandate(ctx, c.Of.School, c.Of.Manager)
	if absent(err) {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	if c.All != nil {
		all := *c.All
		all.Filter.Among = m.Cohorts
		c.All = &all
	}
	return c, m.admits(ctx, r, Order{School: c.Of.School, Targets: c.Add})
}

// Choosing is what a manager changes in a selection. What is added and removed is merged with what other windows did meanwhile.
type Choosing struct {
	Of          SelectionKey
	Seen        int64    // the version that the window shows, or AnyVersion
	Empty       bool     // all goes first, unless another window changed it since: the manager has not seen what would go
	Remove, Add []Target // one that is in both is added
	All         *Crowd   // everybody whom it finds, as persons
}

// Chosen is a selection after a Choosing.
type Chosen struct {
	Selection
	Moved   bool // another window changed it since Seen: the manager is told
	Changed bool // something was added or removed
}

// FindSelection returns a selection, an empty one where there is none or where it was left for longer than SelectionKept.
func (s *Service) FindSelection(ctx context.Context, of SelectionKey) (Selection, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (Selection, error) {
		sel, err := r.FindSelection(ctx, of, r.Now().Add(-SelectionKept))
		if err != nil {
			return sel, err
		}
		return sel.within(ctx, r)
	})
}

// Choose changes a selection. Somebody named who is not in the school is NotFound (licensing.person.elsewhere), and then nothing changes;
// so is it with what a delegate may not give to: it is refused as in a plan.
func (s *Service) Choose(ctx context.Context, c Choosing) (Chosen, error) {
	var done Chosen
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		done, err = choose(ctx, w, c)
		return err
	})
	if err != nil {
		return Chosen{}, fmt.Errorf("selection of %s in school %s: %w", c.Of.Manager, c.Of.School, err)
	}
	return done, nil
}

func choose(ctx context.Context, w Writer, c Choosing) (Chosen, error) {
	if err := present(ctx, w, c.Of.School, c.Add); err != nil {
		return Chosen{}, err
	}
	c, err := c.held(ctx, w)
	if err != nil {
		return Chosen{}, err
	}
	oldest := w.Now().Add(-SelectionKept)
	version, err := w.LockSelection(ctx, c.Of, oldest)
	if err != nil {
		return Chosen{}, err
	}
	done := Chosen{Moved: c.Seen != AnyVersion && c.Seen != version}
	moved, err := c.apply(ctx, w, done.Moved)
	if err != nil {
		return Chosen{}, err
	}
	if done.Changed = moved > 0; done.Changed {
		if err := w.StampSelection(ctx, c.Of); err != nil {
			return Chosen{}, err
		}
	}
	if done.Selection, err = w.FindSelection(ctx, c.Of, oldest); err != nil {
		return done, err
	}
	done.Selection, err = done.Selection.within(ctx, w)
	return done, err
}

// apply carries the change out and returns how many targets came and went.
func (c Choosing) apply(ctx context.Context, w Writer, moved bool) (n int64, err error) {
	if c.Empty && !moved {
		if n, err = w.EmptySelection(ctx, c.Of); err != nil {
			return n, err
		}
	}
	remove := slices.DeleteFunc(slices.Clone(c.Remove), func(t Target) bool {
		return slices.ContainsFunc(c.Add, func(a Target) bool { return a.String() == t.String() })
	})
	steps := []func() (int64, error){
		func() (int64, error) { return w.Deselect(ctx, c.Of, remove) },
		func() (int64, error) { return w.Select(ctx, c.Of, c.Add) },
	}
	if c.All != nil {
		steps = append(steps, func() (int64, error) {
			pools, err := inForceIn(ctx, w, c.All.School, c.All.Resource)
			if err != nil {
				return 0, err
			}
			return w.SelectCrowd(ctx, c.Of, *c.All, pools)
		})
	}
	for _, step := range steps {
		some, err := step()
		if err != nil {
			return n, err
		}
		n += some
	}
	return n, nil
}

// present refuses persons who are not in the school.
func present(ctx context.Context, r Reader, school directory.SchoolID, targets []Target) error {
	named := map[directory.PersonID]bool{}
	var persons []directory.PersonID
	for _, t := range targets {
		if id := directory.PersonID(t.ID); t.Kind == Person && !named[id] {
			named[id] = true
			persons = append(persons, id)
		}
	}
	if len(persons) == 0 {
		return nil
	}
	there, err := r.ListNamed(ctx, school, persons, false)
	if err == nil && len(there) != len(persons) {
		err = fault.New(fault.NotFound, "licensing.person.elsewhere")
	}
	return err
}

// SweepSelections forgets selections that were left for longer than SelectionKept, at most limit of them, and returns how many.
func (s *Service) SweepSelections(ctx context.Context, limit int) (int, error) {
	n := 0
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		n, err = w.SweepSelections(ctx, w.Now().Add(-SelectionKept), limit)
		return err
	})
	return n, err
}
