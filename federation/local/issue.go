package local

import (
	"context"
	"fmt"
	"slices"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// Slip (« billet ») is what a person is handed: how to sign in. It is made when the account or the pass phrase is, and never again.
type Slip struct {
	School  directory.School
	Class   string // "" for adults
	Name    directory.Name
	Staff   bool // they choose their own password at the first sign-in, and a second factor
	Login   Login
	Phrase  Phrase
	Address string
}

// Order is for whom accounts are made, or pass phrases renewed.
type Order struct {
	School directory.SchoolID
	Cohort directory.CohortID // the pupils of a class or group; "": the adults
	Person directory.PersonID // one of them; "": all
	Renew  bool               // a new pass phrase for those who have an account, closed ones too; else accounts for those who have none
}

// Row is one line of a school's list: a person, with their account where they have one.
type Row struct {
	directory.Member
	Account Account
}

// Has reports whether they have an account.
func (r Row) Has() bool { return r.Account.Person != "" }

// Roster is a part of a school that somebody may make accounts for.
type Roster struct {
	Cohorts []directory.Cohort // of which they may
	Adults  bool               // whether they may for adults
	Rows    []Row              // of the part that was asked for
}

// maxAtOnce bounds the work of one order: a large collège's adults, twice.
const maxAtOnce = 300

// Part is a part of a school.
type Part struct {
	School directory.SchoolID
	Cohort directory.CohortID // a class or group; "": the adults
	Rows   bool               // who is there is asked for
}

// List lists the persons of a part of a school, and the parts that the actor may make accounts for. fault.Denied for whoever may in none;
// fault.NotFound for a part that is not theirs.
func (s *Service) List(ctx context.Context, who Actor, part Part) (Roster, error) {
	var out Roster
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		at, err := reachOf(ctx, r, who, part.School)
		if err != nil {
			return err
		}
		out = Roster{Cohorts: at.cohorts, Adults: at.adults}
		if part.Rows {
			out.Rows, err = at.rows(ctx, r, part.Cohort)
		}
		return err
	})
	return out, err
}

// Issue makes accounts, or renews pass phrases, and returns the slips, in the order of names. All or none: one transaction. Whoever
// already has what is asked for is left out.
func (s *Service) Issue(ctx context.Context, who Actor, order Order) ([]Slip, error) {
	var rows []Row
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		_, rows, err = order.population(ctx, r, who)
		return err
	})
	if err != nil {
		return nil, err
	}
	drawn, err := s.drawFor(ctx, rows)
	if err != nil {
		return nil, err
	}
	var slips []Slip
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		slips = nil
		at, rows, err := order.population(ctx, w, who)
		if err != nil {
			return err
		}
		for _, row := range rows {
			d, ok := drawn[row.Person]
			if !ok {
				continue // came since: the next order finds them
			}
			slip, err := s.issue(ctx, w, who, at, order, row, d)
			if err != nil {
				return err
			}
			slips = append(slips, slip)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("issue accounts in %s: %w", order.School, err)
	}
	return slips, nil
}

// population are those whom the order is for, as things stand.
func (o Order) population(ctx context.Context, r Reader, who Actor) (reach, []Row, error) {
	at, err := reachOf(ctx, r, who, o.School)
	if err != nil {
		return at, nil, err
	}
	rows, err := at.rows(ctx, r, o.Cohort)
	if err != nil {
		return at, nil, err
	}
	if o.Person != "" {
		rows = slices.DeleteFunc(rows, func(row Row) bool { return row.Person != o.Person })
		if len(rows) == 0 {
			return at, nil, errPerson
		}
	}
	rows = slices.DeleteFunc(rows, func(row Row) bool { return row.Has() != o.Renew })
	if len(rows) > maxAtOnce {
		err = fault.New(fault.Invalid, "local.order.large", "n", len(rows), "most", maxAtOnce)
	}
	return at, rows, err
}

// drawn is a pass phrase and what is kept of it.
type drawn struct {
	phrase Phrase
	kept   Kept
}

// drawFor draws a pass phrase for each, before the transaction: hashes take their time.
func (s *Service) drawFor(ctx context.Context, rows []Row) (map[directory.PersonID]drawn, error) {
	all := map[directory.PersonID]drawn{}
	for _, row := range rows {
		d := drawn{phrase: NewPhrase()}
		var err error
		if d.kept, err = s.Hasher.Hash(ctx, string(d.phrase)); err != nil {
			return nil, err
		}
		all[row.Person] = d
	}
	return all, nil
}

// issue makes one account, or renews one pass phrase.
func (s *Service) issue(ctx context.Context, w Writer, who Actor, at reach, order Order, row Row, d drawn) (Slip, error) {
	staff, err := isStaff(ctx, w, at.school.Project, row.Person)
	if err != nil {
		return Slip{}, err
	}
	if staff && !at.adults {
		return Slip{}, errPerson // a pupil here who is more elsewhere: not a teacher's to renew
	}
	verb := "local.made"
	if order.Renew {
		verb = "local.renewed"
	}
	act, err := w.Record(ctx, journal.Entry{School: string(order.School), Actor: who.By, Verb: verb, Subject: string(row.Person),
		Person: string(row.Person), Class: journal.ClassChange, Detail: map[string]any{"cohort": order.Cohort}})
	if err != nil {
		return Slip{}, err
	}
	login := row.Account.Login
	if order.Renew {
		err = s.renew(ctx, w, act, who, row.Account, d.kept, staff)
	} else {
		login, err = add(ctx, w, act, Account{Project: at.school.Project, Person: row.Person, Password: d.kept, Change: staff}, row.Name)
	}
	if err != nil {
		return Slip{}, err
	}
	slip := Slip{School: at.school, Name: row.Name, Staff: staff, Login: login, Phrase: d.phrase, Address: s.Base}
	if order.Cohort != "" {
		cohort, err := at.cohort(order.Cohort)
		if err != nil {
			return Slip{}, err
		}
		slip.Class = cohort.Label
	}
	return slip, nil
}

// add makes an account under the first identifier that is free.
func add(ctx context.Context, w Writer, act journal.ActID, a Account, name directory.Name) (Login, error) {
	const most = 200 // of one name in one project
	for n := 1; n <= most; n++ {
		a.Login = loginOf(name, n)
		_, err := w.AccountByLogin(ctx, a.Project, a.Login)
		if err == nil {
			continue
		} else if !fault.Is(err, fault.NotFound) {
			return "", err
		}
		if added, err := w.AddAccount(ctx, act, a); err != nil || added {
			return a.Login, err
		}
		if _, err := w.Account(ctx, a.Project, a.Person); err == nil {
			break // somebody else made it meanwhile
		}
	}
	return "", fault.New(fault.Conflict, "local.account.known")
}

// renew gives a new pass phrase in place of the old one. What was opened with the old one ends, and nobody waits any more for what
// others tried. The second factor stays: whoever renews does not get in by it.
func (s *Service) renew(ctx context.Context, w Writer, act journal.ActID, who Actor, a Account, kept Kept, staff bool) error {
	// Counters before the account, as a sign-in has them: two that meet wait for each other, not in a ring.
	if err := w.ForgetTries(ctx, a.Project, loginBucket(a.Project, a.Login).Key); err != nil {
		return err
	}
	if done, err := w.Renew(ctx, act, a, kept, staff); err != nil || !done {
		return orErr(err, fault.New(fault.Conflict, "local.account.moved"))
	}
	return end(ctx, w, a, who)
}

// end ends what somebody has begun with an account: passages first, so that none of them becomes a session afterwards.
func end(ctx context.Context, w Writer, a Account, who Actor) error {
	if err := w.Bar(ctx, a.Project, a.Person); err != nil {
		return err
	}
	return federation.EndAll(ctx, w, federation.Ending{Project: a.Project, Person: a.Person, Why: federation.AccountChanged, By: who.By})
}

// Close closes an account: it opens nothing from now on, and what it opened ends. A new pass phrase opens it again.
func (s *Service) Close(ctx context.Context, who Actor, order Order) error {
	return s.change(ctx, who, order, "local.closed", func(ctx context.Context, w Writer, act journal.ActID, a Account) error {
		if _, err := w.CloseAccount(ctx, act, a); err != nil {
			return err
		}
		return end(ctx, w, a, who)
	})
}

// DropFactor takes the second factor off an account, passkeys too, at the word of an operator: of somebody who has lost telephone and codes.
func (s *Service) DropFactor(ctx context.Context, who Actor, order Order) error {
	if who.Person != "" {
		return errReach
	}
	return s.change(ctx, who, order, "local.factor-removed", func(ctx context.Context, w Writer, act journal.ActID, a Account) error {
		if err := dropFactor(ctx, w, act, a); err != nil {
			return err
		}
		return end(ctx, w, a, who)
	})
}

// dropFactor takes the second factor off an account, recovery codes and passkeys too.
func dropFactor(ctx context.Context, w Writer, act journal.ActID, a Account) error {
	a.Factor, a.Step = nil, 0
	if err := w.SetFactor(ctx, act, a, nil); err != nil {
		return err
	}
	keys, err := w.Passkeys(ctx, a.Project, a.Person)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if _, err := w.RemovePasskey(ctx, act, k); err != nil {
			return err
		}
	}
	return nil
}

// change does something to the account of one person within reach.
func (s *Service) change(ctx context.Context, who Actor, order Order, verb string, do func(ctx context.Context, w Writer, act journal.ActID, a Account) error) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		order.Renew = true
		at, rows, err := order.population(ctx, w, who)
		if err != nil {
			return err
		}
		if len(rows) != 1 {
			return errPerson
		}
		staff, err := isStaff(ctx, w, at.school.Project, rows[0].Person)
		if err != nil {
			return err
		}
		if staff && !at.adults {
			return errPerson
		}
		act, err := w.Record(ctx, journal.Entry{School: string(order.School), Actor: who.By, Verb: verb, Subject: string(rows[0].Person),
			Person: string(rows[0].Person), Class: journal.ClassChange})
		if err != nil {
			return err
		}
		return do(ctx, w, act, rows[0].Account)
	})
}
