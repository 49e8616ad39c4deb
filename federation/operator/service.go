package operator

import (
	"context"
	"fmt"
	"regexp"

	"pupitre/directory"
	"pupitre/federation/local"
	"pupitre/federation/outsider"
	"pupitre/internal/fault"
	"pupitre/internal/id"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Operator (« exploitant ») is somebody who runs the installation.
type Operator struct {
	Name string // by which they sign in, and by which their acts are told
	local.Account
}

// Actor is the operator as the journal knows them.
func (o Operator) Actor() journal.Actor { return outsider.ByPerson(o.Person) }

// Store keeps the operators and their sessions.
type Store = tx.Store[Reader, Writer]

// Reader is what is asked. What is not there is fault.NotFound.
type Reader interface {
	outsider.Reader
	// FindOperator finds one by their person; ListOperators returns all, by name. Removed ones too, whose account is closed.
	FindOperator(ctx context.Context, person directory.PersonID) (Operator, error)
	ListOperators(ctx context.Context) ([]Operator, error)
}

// Writer changes them.
type Writer interface {
	Reader
	outsider.Writer
	// AddOperator adds a person of no school without a secret: no pseudonym is made of them.
	AddOperator(ctx context.Context, act journal.ActID, o Operator) error
}

// Accounts makes their accounts, each call in the transaction of the context that it is given (tx.Together). local.Service satisfies it.
type Accounts interface {
	Hand(ctx context.Context, by journal.Actor, person directory.PersonID) (local.Slip, error)
	HandAnew(ctx context.Context, by journal.Actor, person directory.PersonID) (local.Slip, error)
	Refuse(ctx context.Context, by journal.Actor, person directory.PersonID) error
}

// Service is the operators' use cases. Build it as a literal; all its fields are needed.
//
//	the machine   Add, Reset, Remove, List
//	the operator  Arrive, Present, Alone, Leave     session.go
type Service struct {
	Store    Store
	IDs      *id.Maker
	Accounts Accounts
}

// nameForm is what somebody can type on any keyboard, and what an identifier keeps as it is.
var nameForm = regexp.MustCompile(`^[a-z][a-z0-9-]{1,31}$`)

// Add makes somebody an operator, and returns the slip by which they come in first. fault.Invalid (operator.name.form) for a name that is none,
// fault.Conflict (operator.name.taken) for one that somebody has or had: acts are told by it.
func (s *Service) Add(ctx context.Context, by journal.Actor, name string) (slip local.Slip, err error) {
	if !nameForm.MatchString(name) {
		return slip, fault.New(fault.Invalid, "operator.name.form", "name", name)
	}
	o := Operator{Name: name, Account: local.Account{Person: directory.PersonID(s.IDs.New())}}
	err = s.write(ctx, "add an operator", func(ctx context.Context, w Writer) error {
		_, err := w.FindPerson(ctx, name)
		if err == nil {
			return fault.New(fault.Conflict, "operator.name.taken", "name", name)
		} else if !fault.Is(err, fault.NotFound) {
			return err
		}
		act, err := record(ctx, w, by, "operator.added", o.Person)
		if err != nil {
			return err
		}
		if err := w.AddOperator(ctx, act, o); err != nil {
			return err
		}
		slip, err = s.Accounts.Hand(tx.Together(ctx), by, o.Person)
		return err
	})
	return slip, err
}

// Reset gives an operator another password, takes their second factor off, ends their sessions, and returns the slip.
func (s *Service) Reset(ctx context.Context, by journal.Actor, name string) (slip local.Slip, err error) {
	err = s.change(ctx, by, name, "operator.reset", func(ctx context.Context, o Operator) (err error) {
		slip, err = s.Accounts.HandAnew(tx.Together(ctx), by, o.Person)
		return err
	})
	return slip, err
}

// Remove ends it: no session is left, and none begins any more.
func (s *Service) Remove(ctx context.Context, by journal.Actor, name string) error {
	return s.change(ctx, by, name, "operator.removed", func(ctx context.Context, o Operator) error {
		return s.Accounts.Refuse(tx.Together(ctx), by, o.Person)
	})
}

// change does something to the account of one who was not removed, and ends their sessions with it: passages end first (local), so that none
// becomes a session afterwards.
func (s *Service) change(ctx context.Context, by journal.Actor, name, verb string, do func(ctx context.Context, o Operator) error) error {
	return s.write(ctx, verb, func(ctx context.Context, w Writer) error {
		person, err := w.FindPerson(ctx, name)
		var o Operator
		if err == nil {
			o, err = w.FindOperator(ctx, person)
		}
		switch {
		case fault.Is(err, fault.NotFound):
			return fault.New(fault.NotFound, "operator.unknown", "name", name)
		case err != nil:
			return err
		case !o.Open():
			return fault.New(fault.Conflict, "operator.over", "name", name)
		}
		if _, err := record(ctx, w, by, verb, o.Person); err != nil {
			return err
		}
		if err := do(ctx, o); err != nil {
			return err
		}
		return w.EndSessions(ctx, o.Person)
	})
}

// List returns all, by name; removed ones too.
func (s *Service) List(ctx context.Context) ([]Operator, error) {
	return tx.Answer(ctx, s.Store.Read, func(ctx context.Context, r Reader) ([]Operator, error) { return r.ListOperators(ctx) })
}

func record(ctx context.Context, w Writer, by journal.Actor, verb string, person directory.PersonID) (journal.ActID, error) {
	return w.Record(ctx, journal.Entry{Actor: by, Verb: verb, Subject: string(person), Person: string(person), Class: journal.ClassChange})
}

func (s *Service) write(ctx context.Context, doing string, f func(ctx context.Context, w Writer) error) error {
	if err := s.Store.Write(ctx, f); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}
