package licensing

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// Apart is two namesakes of a school of whom somebody has looked and said that they are two persons (« personnes différentes »): their
// accounts are compared no more.
type Apart struct {
	Persons [2]directory.PersonID // the lesser id first
	Since   time.Time
	Act     journal.ActID // by which they were told apart
}

// pair is two persons, the lesser id first.
func pair(a, b directory.PersonID) [2]directory.PersonID {
	return [2]directory.PersonID{min(a, b), max(a, b)}
}

// ApartReader finds who was told apart.
type ApartReader interface {
	// ListApart returns the pairs of a school, the latest first; ListApartOf those of a person, by school.
	ListApart(ctx context.Context, school directory.SchoolID) ([]Apart, error)
	ListApartOf(ctx context.Context, person directory.PersonID) (map[directory.SchoolID][]Apart, error)
}

// ApartWriter remembers who was told apart, and forgets it.
type ApartWriter interface {
	KeepApart(ctx context.Context, act journal.ActID, school directory.SchoolID, pairs [][2]directory.PersonID) error
	DropApart(ctx context.Context, act journal.ActID, school directory.SchoolID, persons [2]directory.PersonID) error
	// ForgetApart removes a person's pairs everywhere.
	ForgetApart(ctx context.Context, act journal.ActID, person directory.PersonID) error
}

// TellApart remembers that the accounts of a double of namesakes are each another person's: none of them is compared with another of them
// again, for any resource, until CompareAgain. Accounts that the portal says are one person's stay so. It moves no copy. The double is named
// by its key; one that there is not now is NotFound, one of another kind Invalid. A delegate does so of their scope.
func (s *Service) TellApart(ctx context.Context, by journal.Actor, school directory.SchoolID, key string) error {
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		mandate, err := limiting(ctx, w, w.FindMandate, school, personOf(by))
		if err != nil {
			return err
		}
		all, err := findDoubles(ctx, w, school, mandate)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(d Double) bool { return d.Key() == key })
		switch {
		case i < 0:
			return fault.New(fault.NotFound, "licensing.double.unknown")
		case all[i].Kind != DoubleNamesakes:
			return fault.New(fault.Invalid, "licensing.double.kind")
		}
		kin, err := w.ListAccounts(ctx, school)
		if err != nil {
			return err
		}
		var pairs [][2]directory.PersonID
		for n, a := range all[i].Persons {
			for _, b := range all[i].Persons[n+1:] {
				if !slices.ContainsFunc(kin, func(k Kin) bool { return pair(k.Person, k.Other) == pair(a, b) }) {
					pairs = append(pairs, pair(a, b))
				}
			}
		}
		act, err := w.Record(ctx, apartEntry(by, school, VerbApart, string(all[i].Persons[0]), all[i].Persons...))
		if err != nil {
			return err
		}
		return w.KeepApart(ctx, act, school, pairs)
	})
	if err != nil {
		return fmt.Errorf("tell namesakes apart in school %s: %w", school, err)
	}
	return nil
}

// CompareAgain takes back that two persons were told apart. NotFound where they were not, or are out of a delegate's scope.
func (s *Service) CompareAgain(ctx context.Context, by journal.Actor, school directory.SchoolID, a, b directory.PersonID) error {
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		mandate, err := limiting(ctx, w, w.FindMandate, school, personOf(by))
		if err != nil {
			return err
		}
		all, err := apartWithin(ctx, w, school, mandate)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(x Apart) bool { return x.Persons == pair(a, b) })
		if i < 0 {
			return fault.New(fault.NotFound, "licensing.double.unknown")
		}
		act, err := w.Record(ctx, apartEntry(by, school, VerbCompared, string(all[i].Act), a, b))
		if err != nil {
			return err
		}
		return w.DropApart(ctx, act, school, pair(a, b))
	})
	if err != nil {
		return fmt.Errorf("compare namesakes again in school %s: %w", school, err)
	}
	return nil
}

// ListApart lists who was told apart in a school, the latest first; within a delegate's mandate, those of whom both are in its scope.
func (s *Service) ListApart(ctx context.Context, school directory.SchoolID, within *Mandate) ([]Apart, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Apart, error) { return apartWithin(ctx, r, school, within) })
}

func apartWithin(ctx context.Context, r Reader, school directory.SchoolID, within *Mandate) ([]Apart, error) {
	all, err := r.ListApart(ctx, school)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	var who []directory.PersonID
	for _, x := range all {
		who = append(who, x.Persons[:]...)
	}
	in, err := within.among(ctx, r, who)
	return slices.DeleteFunc(all, func(x Apart) bool { return !in(x.Persons[0]) || !in(x.Persons[1]) }), err
}

// The acts on two persons' accounts. They move no copy, and explain why one does not come back; so they are kept, and told, with those
// that do. The subject of comparing again is the act that it takes back.
const (
	VerbApart    = "licensing.told-apart"
	VerbCompared = "licensing.compared-again"
)

// apartBody is what the journal keeps of such an act.
type apartBody struct {
	Persons []directory.PersonID `json:"persons"`
}

func apartEntry(by journal.Actor, school directory.SchoolID, verb, subject string, persons ...directory.PersonID) journal.Entry {
	return journal.Entry{School: string(school), Actor: by, Verb: verb, Subject: subject, Class: journal.ClassLedger, Detail: apartBody{persons}}
}

// tellApart adds to deeds what they said of two persons' accounts, and of that what stands.
func tellApart(ctx context.Context, r Reader, school directory.SchoolID, entries []journal.Written, deeds []Deed) error {
	if !slices.ContainsFunc(entries, func(e journal.Written) bool { return e.Entry.Verb == VerbApart || e.Entry.Verb == VerbCompared }) {
		return nil
	}
	all, err := r.ListApart(ctx, school)
	if err != nil {
		return err
	}
	for i, e := range entries {
		d := &deeds[i]
		switch d.Verb {
		case VerbCompared:
			d.Undoes = journal.ActID(d.Subject)
		case VerbApart:
			for _, x := range all {
				if x.Act == d.Act {
					d.Apart = append(d.Apart, x.Persons)
				}
			}
			if len(d.Apart) > 0 { // of three that were told apart, two may be compared again
				d.UndoneBy, d.UndoneAt = "", time.Time{}
			}
		default:
			continue
		}
		var body apartBody
		if err := json.Unmarshal(e.Body, &body); err != nil {
			return fmt.Errorf("persons of act %s: %w", e.ID, err)
		}
		d.Persons = body.Persons
	}
	return nil
}

// beside tells which of the pairs that were told apart are both among some persons.
func beside(apart []Apart, persons []directory.PersonID) (out [][2]directory.PersonID) {
	for _, x := range apart {
		if slices.Contains(persons, x.Persons[0]) && slices.Contains(persons, x.Persons[1]) {
			out = append(out, x.Persons)
		}
	}
	return out
}
