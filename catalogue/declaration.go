package catalogue

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"pupitre/internal/fault"
	"pupitre/journal"
)

// Asked (« changement de déclaration ») is a change of the personal data that a notice declares, which waits for an operator's word. Until
// it is allowed, the declaration before stands for what is released.
type Asked struct {
	Resource Resource   // as it is in force: Declared is what is released today
	Declared []Declared // what its notice asks for
	At       time.Time
}

// AskedState is whether an operator has looked at it.
type AskedState string

// The states of what is asked. What is allowed is in force, and asked no more.
const (
	AskedWaiting AskedState = "waiting"
	AskedRefused AskedState = "refused"
)

// Joining are the attributes that are the same wherever they are sent: by these, unlike pseudonyms, two publishers could find that they
// speak of one person.
var Joining = []Attribute{"NOM", "PRE", "DIV", "GRO", "P_MEL", "idENT"}

// Added returns what is asked for that is not released today.
func (a Asked) Added() (list []Declared) {
	for _, d := range a.Declared {
		if !declares(a.Resource.Declared, d.Attribute) {
			list = append(list, d)
		}
	}
	return list
}

func declares(list []Declared, a Attribute) bool {
	return slices.ContainsFunc(list, func(d Declared) bool { return d.Attribute == a })
}

// sameDeclared reports whether two declarations say the same, in whatever order.
func sameDeclared(a, b []Declared) bool {
	sorted := func(list []Declared) []Declared {
		return slices.SortedFunc(slices.Values(list), func(x, y Declared) int { return cmp.Compare(x.Attribute, y.Attribute) })
	}
	return slices.Equal(sorted(a), sorted(b))
}

// narrows reports whether a declaration asks for nothing that was not declared before, for the same reasons: it needs nobody's word.
func narrows(before, after []Declared) bool {
	return !slices.ContainsFunc(after, func(d Declared) bool { return !slices.Contains(before, d) })
}

// hold keeps a known resource's declaration as it is where its notice asks for more; what it asks for then waits. What was refused once is
// not asked again.
func (r *Resource) hold(ctx context.Context, w Writer, act journal.ActID, before Known) (waits bool, err error) {
	if narrows(before.Declared, r.Declared) {
		if before.AskedState != "" { // it asked for more, and does so no longer
			return false, w.Unask(ctx, act, r.ID)
		}
		return false, nil
	}
	asked := r.Declared
	r.Declared = before.Declared
	if before.AskedState != "" && sameDeclared(before.Asked, asked) {
		return before.AskedState == AskedWaiting, nil
	}
	return true, w.Ask(ctx, act, r.ID, asked)
}

// mostAsked is how many changes are listed at a time.
const mostAsked = 200

// ListAsked returns the changes of declarations that wait, the oldest first, at most 200.
func (s *Service) ListAsked(ctx context.Context) (list []Asked, err error) {
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		list, err = r.ListAsked(ctx, mostAsked)
		return err
	})
	return list, err
}

// Allow puts what a notice asks for in force. What was seen must be what is asked: NotFound (catalogue.asked.none) where nothing waits any
// more, Conflict (catalogue.asked.other) where the notice has changed meanwhile.
func (s *Service) Allow(ctx context.Context, by journal.Actor, id ResourceID, seen []Declared) error {
	return s.decide(ctx, by, id, seen, "catalogue.declaration.allowed", func(ctx context.Context, w Writer, act journal.ActID, a Asked) error {
		at, err := w.Advance(ctx, act)
		if err != nil {
			return err
		}
		if err := w.Declare(ctx, act, id, a.Declared, at); err != nil {
			return err
		}
		if err := w.Unask(ctx, act, id); err != nil {
			return err
		}
		return w.Tell(ctx, journal.Fact{Topic: FactChanged}, Changed{Resources: []ResourceID{id}})
	})
}

// Refuse leaves the declaration in force as it is, with the same faults as Allow.
func (s *Service) Refuse(ctx context.Context, by journal.Actor, id ResourceID, seen []Declared) error {
	return s.decide(ctx, by, id, seen, "catalogue.declaration.refused", func(ctx context.Context, w Writer, act journal.ActID, _ Asked) error {
		return w.RefuseAsked(ctx, act, id)
	})
}

func (s *Service) decide(ctx context.Context, by journal.Actor, id ResourceID, seen []Declared, verb string, do func(context.Context, Writer, journal.ActID, Asked) error) error {
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		a, err := w.FindAsked(ctx, id)
		if err != nil {
			return err
		}
		if !sameDeclared(a.Declared, seen) {
			return fault.New(fault.Conflict, "catalogue.asked.other", "title", a.Resource.Title)
		}
		act, err := w.Record(ctx, journal.Entry{
			Actor: by, Verb: verb, Subject: string(id), Class: journal.ClassChange,
			Detail: map[string][]Declared{"before": a.Resource.Declared, "after": a.Declared},
		})
		if err != nil {
			return err
		}
		return do(ctx, w, act, a)
	})
	if err != nil {
		return fmt.Errorf("decide on the declaration of %s: %w", id, err)
	}
	return nil
}
