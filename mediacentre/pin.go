package mediacentre

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Pin (« épingle ») is a resource that a teacher put above the others for a class or group of theirs. It gives no right: who does not hold
// the resource is not shown it.
type Pin struct {
	School   directory.SchoolID
	Cohort   directory.CohortID
	Resource catalogue.ResourceID
	Teacher  directory.PersonID
	By       directory.Name // of the teacher, where they are still known
	Word     string         // what they wrote beside it
	Since    time.Time
}

const (
	// MostWord is how long the word beside a pin may be, in characters.
	MostWord = 200
	// mostPins is how many one class or group may have.
	mostPins = 50
)

// Pins returns what is pinned for these classes and groups of a school, the latest first and at most limit.
func (s *Service) Pins(ctx context.Context, school directory.SchoolID, cohorts []directory.CohortID, limit int) ([]Pin, error) {
	if len(cohorts) == 0 {
		return nil, nil
	}
	return tx.Answer(ctx, s.Store.Look, func(ctx context.Context, r Reader) ([]Pin, error) {
		return r.ListPins(ctx, school, cohorts, limit)
	})
}

// Pin pins a resource for a class or group that p.Teacher teaches, or changes the word beside it. Another's class is NotFound; a word that
// is too long Invalid; one pin too many for the class Exhausted.
func (s *Service) Pin(ctx context.Context, p Pin) error {
	p.Word = strings.Join(strings.Fields(p.Word), " ")
	if n := utf8.RuneCountInString(p.Word); n > MostWord {
		return fault.New(fault.Invalid, "mediacentre.pin.word", "n", n, "most", MostWord)
	}
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		if err := taught(ctx, w, p); err != nil {
			return err
		}
		all, err := w.ListPins(ctx, p.School, []directory.CohortID{p.Cohort}, mostPins+1)
		if err != nil {
			return err
		}
		others := 0
		for _, one := range all {
			if one.Resource != p.Resource {
				others++
			}
		}
		if others >= mostPins {
			return fault.New(fault.Exhausted, "mediacentre.pin.many", "most", mostPins)
		}
		p.Since = w.Now()
		act, err := w.Record(ctx, p.entry("mediacentre.pinned"))
		if err != nil {
			return err
		}
		return w.AddPin(ctx, act, p)
	})
	if err != nil {
		return fmt.Errorf("pin %s for %s: %w", p.Resource, p.Cohort, err)
	}
	return nil
}

// Unpin takes a resource down for a class or group that p.Teacher teaches, whoever pinned it. What is not pinned is left as it is.
func (s *Service) Unpin(ctx context.Context, p Pin) error {
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		if err := taught(ctx, w, p); err != nil {
			return err
		}
		act, err := w.Record(ctx, p.entry("mediacentre.unpinned"))
		if err != nil {
			return err
		}
		_, err = w.DropPin(ctx, act, p)
		return err
	})
	if err != nil {
		return fmt.Errorf("unpin %s for %s: %w", p.Resource, p.Cohort, err)
	}
	return nil
}

func taught(ctx context.Context, r Reader, p Pin) error {
	teaches, err := r.Teaches(ctx, p.School, p.Teacher, p.Cohort)
	if err == nil && !teaches {
		return errCohort
	}
	return err
}

var errCohort = fault.New(fault.NotFound, "mediacentre.class.unknown")

// entry is the act in the journal; what was written stays out of it.
func (p Pin) entry(verb string) journal.Entry {
	return journal.Entry{School: string(p.School), Actor: journal.Actor{Kind: journal.ByPerson, ID: string(p.Teacher)}, Verb: verb, Subject: string(p.Resource),
		Person: string(p.Teacher), Class: journal.ClassChange, Detail: map[string]directory.CohortID{"cohort": p.Cohort}}
}
