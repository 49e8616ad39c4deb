package local

import (
	"context"
	"fmt"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// The projects of those who have an account and are in no school: agents of booksellers, distributors and publishers; operators. No portal has
// their names, and their accounts are made on the machine. What they vouch for opens no session of a school (federation.person.nowhere).
const (
	Guests    directory.ProjectID = "PRO"
	Operators directory.ProjectID = "EXPLOITATION"
)

// IsOutside reports whether a project is of those who are in no school.
func IsOutside(project directory.ProjectID) bool { return project == Guests || project == Operators }

// Hand makes a guest's account, or gives it a new pass phrase and opens it again, and returns its slip. The second factor stays. Sessions of
// schools it has none to end; those that the guest's own house has begun are that house's to end.
func (s *Service) Hand(ctx context.Context, by journal.Actor, person directory.PersonID) (Slip, error) {
	return s.hand(ctx, by, person, false)
}

// HandAnew is Hand, and takes the second factor off with its recovery codes: of somebody who has lost them.
func (s *Service) HandAnew(ctx context.Context, by journal.Actor, person directory.PersonID) (Slip, error) {
	return s.hand(ctx, by, person, true)
}

func (s *Service) hand(ctx context.Context, by journal.Actor, person directory.PersonID, drop bool) (Slip, error) {
	phrase := NewPhrase()
	kept, err := s.Hasher.Hash(ctx, string(phrase))
	if err != nil {
		return Slip{}, err
	}
	slip := Slip{Staff: true, Phrase: phrase, Address: s.Base}
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		guest, a, err := guest(ctx, w, person)
		if err != nil {
			return err
		}
		verb, made := "local.made", a.Person == ""
		if !made {
			verb = "local.renewed"
		}
		act, err := w.Record(ctx, journal.Entry{Actor: by, Verb: verb, Subject: string(person), Person: string(person), Class: journal.ClassChange})
		if err != nil {
			return err
		}
		slip.Name, slip.Login = guest.Name, a.Login
		if !made {
			if err := s.renew(ctx, w, act, Actor{By: by}, a, kept, true); err != nil || !drop {
				return err
			}
			return dropFactor(ctx, w, act, a)
		}
		slip.Login, err = add(ctx, w, act, Account{Project: guest.Project, Person: person, Password: kept, Change: true}, guest.Name)
		return err
	})
	if err != nil {
		return Slip{}, fmt.Errorf("hand an account to guest %s: %w", person, err)
	}
	return slip, nil
}

// guest finds a guest, and their account where they have one.
func guest(ctx context.Context, r Reader, person directory.PersonID) (directory.Person, Account, error) {
	p, err := r.Person(ctx, person)
	if err == nil && !IsOutside(p.Project) {
		err = errPerson
	}
	if err != nil {
		return p, Account{}, err
	}
	a, err := r.Account(ctx, p.Project, person)
	if fault.Is(err, fault.NotFound) {
		return p, Account{}, nil
	}
	return p, a, err
}

// Guest is a guest who manages their own account, in a session of their house.
type Guest struct {
	Project directory.ProjectID // Guests or Operators
	Person  directory.PersonID
	From    string // the address that they come from, "" where that is not known
	// Alone ends every other session of theirs, in the transaction of the change: with the context that it is given, another area's Write is part
	// of it (tx.Together). It may run more than once.
	Alone func(ctx context.Context) error
}

// ChangeGuest is ChangeOwn for a guest.
func (s *Service) ChangeGuest(ctx context.Context, g Guest, old, password, again Phrase) error {
	me := Me{Session: federation.Session{Project: g.Project, Person: g.Person}, From: g.From}
	return s.changePassword(ctx, me, old, password, again, func(ctx context.Context, w Writer, a Account) error {
		if err := w.Bar(ctx, a.Project, a.Person); err != nil {
			return err
		}
		return g.Alone(tx.Together(ctx))
	})
}

// Refuse closes a guest's account: it lets nobody in from now on.
func (s *Service) Refuse(ctx context.Context, by journal.Actor, person directory.PersonID) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		_, a, err := guest(ctx, w, person)
		if err != nil || a.Person == "" {
			return err
		}
		act, err := w.Record(ctx, journal.Entry{Actor: by, Verb: "local.closed", Subject: string(person), Person: string(person), Class: journal.ClassChange})
		if err != nil {
			return err
		}
		if _, err := w.CloseAccount(ctx, act, a); err != nil {
			return err
		}
		return end(ctx, w, a, Actor{By: by})
	})
}
