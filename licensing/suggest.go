package licensing

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// Suggest keeps what a teacher proposes: n's school, resource, targets and word; the teacher is who acts. Classes and groups that they
// do not teach are NotFound; a resource that serves nobody there, that all have already, or that the teacher's own open suggestion names
// already is Conflict.
func (s *Service) Suggest(ctx context.Context, by journal.Actor, n Suggestion) (Suggestion, error) {
	n.ID, n.State, n.Teacher = SuggestionID(s.IDs.New()), Suggested, directory.PersonID(by.ID)
	n, err := n.form()
	if err != nil {
		return Suggestion{}, err
	}
	if by.Kind != journal.ByPerson {
		return Suggestion{}, fault.New(fault.Denied, "licensing.suggestion.teacher")
	}
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		if err := suits(ctx, w, n); err != nil {
			return err
		}
		n.Made = w.Now()
		n.Act, err = w.Record(ctx, n.entry(by, "licensing.suggested"))
		if err != nil {
			return err
		}
		if err := w.AddSuggestion(ctx, n.Act, n); err != nil {
			return err
		}
		return n.tell(ctx, w)
	})
	if err != nil {
		return Suggestion{}, fmt.Errorf("suggest %s in school %s: %w", n.Resource, n.School, err)
	}
	return n, nil
}

// suits refuses a suggestion for others' classes, and one that could give nobody anything.
func suits(ctx context.Context, r Reader, n Suggestion) error {
	who, err := r.ListCandidates(ctx, n.School, ToPerson(n.Teacher), false)
	if err != nil {
		return err
	}
	places, err := r.ListPlaces(ctx, n.School, true, []directory.PersonID{n.Teacher})
	if err != nil {
		return err
	}
	if err := n.taughtBy(who, places); err != nil {
		return err
	}
	order := n.order(n.Targets)
	pools, err := r.ListPools(ctx, n.School, order.Resources)
	if err != nil {
		return err
	}
	g, err := survey(ctx, r, order, pools)
	if err != nil {
		return err
	}
	return decide(order, g).worth()
}

// Withdraw takes an open suggestion back. Somebody else's is NotFound; one that was answered is Conflict.
func (s *Service) Withdraw(ctx context.Context, by journal.Actor, school directory.SchoolID, id SuggestionID) error {
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		list, err := w.LockSuggestions(ctx, school, []SuggestionID{id})
		if err != nil {
			return err
		}
		if len(list) == 0 || by.Kind != journal.ByPerson || by.ID != string(list[0].Teacher) {
			return errSuggestion
		}
		return withdraw(ctx, w, by, list[0])
	})
	if err != nil {
		return fmt.Errorf("withdraw suggestion %s in school %s: %w", id, school, err)
	}
	return nil
}

var (
	errSuggestion = fault.New(fault.NotFound, "licensing.suggestion.unknown")
	errAnswered   = fault.New(fault.Conflict, "licensing.suggestion.answered")
)

func withdraw(ctx context.Context, w Writer, by journal.Actor, s Suggestion) error {
	if s.State != Suggested {
		return errAnswered
	}
	s.State = Withdrawn
	return s.answer(ctx, w, by, "licensing.withdrawn")
}

// answer writes what became of an open suggestion by an act of its own, and tells it.
func (s Suggestion) answer(ctx context.Context, w Writer, by journal.Actor, verb string) error {
	var err error
	if s.Act, err = w.Record(ctx, s.entry(by, verb)); err != nil {
		return err
	}
	return s.keep(ctx, w, by)
}

// keep writes what became of an open suggestion under the act that it carries, and tells it.
func (s Suggestion) keep(ctx context.Context, w Writer, by journal.Actor) error {
	s.Answered = w.Now()
	if by.Kind == journal.ByPerson {
		s.By = directory.PersonID(by.ID)
	}
	if err := w.AnswerSuggestion(ctx, s.Act, s); err != nil {
		return err
	}
	return s.tell(ctx, w)
}

// suggested is what the journal keeps of a suggestion: what was written stays out of it.
type suggested struct {
	Resource catalogue.ResourceID `json:"resource"`
	Targets  []string             `json:"targets"`
}

func (s Suggestion) entry(by journal.Actor, verb string) journal.Entry {
	d := suggested{Resource: s.Resource}
	for _, t := range s.Targets {
		d.Targets = append(d.Targets, t.String())
	}
	return journal.Entry{School: string(s.School), Actor: by, Verb: verb, Subject: string(s.ID), Person: string(s.Teacher), Class: journal.ClassChange, Detail: d}
}

func (s Suggestion) tell(ctx context.Context, w Writer) error {
	return w.Tell(ctx, journal.Fact{Topic: FactSuggestionChanged, School: string(s.School), Person: string(s.Teacher), Subject: string(s.ID)},
		SuggestionChanged{s.Resource, s.State})
}

// retire withdraws the open suggestions of a teacher who has left: nobody is there to be answered.
func retire(ctx context.Context, w Writer, school directory.SchoolID, person directory.PersonID) error {
	open, err := w.ListSuggestions(ctx, SuggestionFilter{School: school, Teacher: person, Open: true, Limit: maxSuggestions})
	if err != nil || len(open) == 0 {
		return err
	}
	still, err := w.ListCandidates(ctx, school, ToPerson(person), false)
	if err != nil || len(still) > 0 {
		return err
	}
	ids := make([]SuggestionID, len(open))
	for i, s := range open {
		ids[i] = s.ID
	}
	if open, err = w.LockSuggestions(ctx, school, ids); err != nil {
		return err
	}
	for _, s := range open {
		if s.State != Suggested {
			continue // answered while we waited
		}
		if err := withdraw(ctx, w, journal.System("departures"), s); err != nil {
			return err
		}
	}
	return nil
}

// maxSuggestions bounds a page of suggestions, and how many one act answers. A teacher has one open suggestion a resource.
const maxSuggestions = 200

// ListSuggestions returns a page of a school's suggestions: open ones the eldest first, for they wait; otherwise the latest first.
func (s *Service) ListSuggestions(ctx context.Context, f SuggestionFilter) ([]Suggestion, error) {
	if f.Limit < 1 || f.Limit > maxSuggestions {
		f.Limit = 50
	}
	return look(ctx, s, func(ctx context.Context, r Reader) ([]Suggestion, error) { return r.ListSuggestions(ctx, f) })
}

// FindSuggestions returns those of these suggestions that the school has, by id; to a delegate, those that their mandate within lets them answer.
func (s *Service) FindSuggestions(ctx context.Context, school directory.SchoolID, within *Mandate, ids ...SuggestionID) ([]Suggestion, error) {
	list, err := look(ctx, s, func(ctx context.Context, r Reader) ([]Suggestion, error) { return r.FindSuggestions(ctx, school, ids) })
	return within.answerable(list), err
}

// answerable leaves out what a delegate may not answer: a suggestion of which a class or the resource is not in the scope. An answer is
// to the whole of it, so one that reaches further is a manager's. No mandate is no limit.
func (m *Mandate) answerable(list []Suggestion) []Suggestion {
	return slices.DeleteFunc(slices.Clone(list), func(s Suggestion) bool {
		return !m.allows(s.Resource) || m != nil && slices.ContainsFunc(s.Targets, func(t Target) bool { return !m.Covers(t) })
	})
}

// CountSuggestions returns how many suggestions of a school wait for an answer; within a delegate's mandate, for theirs.
func (s *Service) CountSuggestions(ctx context.Context, school directory.SchoolID, within *Mandate) (int64, error) {
	return look(ctx, s, func(ctx context.Context, r Reader) (int64, error) { return r.CountSuggestions(ctx, school, within) })
}

// ListCoverage tells of each of these classes and groups how many pupils it has and how many of them may open what.
func (s *Service) ListCoverage(ctx context.Context, school directory.SchoolID, cohorts ...directory.CohortID) ([]Coverage, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Coverage, error) {
		at, err := r.FindSchool(ctx, school)
		if err != nil {
			return nil, err
		}
		return r.ListCoverage(ctx, school, cohorts, clock.On(r.Now(), at.Zone()))
	})
}

// SweepSuggestions removes at most limit suggestions that are older than SuggestionsKept, and returns how many it removed.
func (s *Service) SweepSuggestions(ctx context.Context, limit int) (int, error) {
	n := 0
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		n, err = w.SweepSuggestions(ctx, w.Now().Add(-SuggestionsKept), limit)
		return err
	})
	return n, err
}

// SuggestionReader finds suggestions, and what they are about.
type SuggestionReader interface {
	ListSuggestions(ctx context.Context, f SuggestionFilter) ([]Suggestion, error)
	// FindSuggestions returns those that there are, in the order of their ids.
	FindSuggestions(ctx context.Context, school directory.SchoolID, ids []SuggestionID) ([]Suggestion, error)
	// CountSuggestions counts the open ones; within a mandate, those whose classes and resource are all in its scope. It asks once.
	CountSuggestions(ctx context.Context, school directory.SchoolID, within *Mandate) (int64, error)
	// CountSuggested counts, by resource (all for none), the persons whom open suggestions name, each once, who may not open it on the day;
	// within a mandate, of the suggestions that CountSuggestions counts.
	CountSuggested(ctx context.Context, school directory.SchoolID, resources []catalogue.ResourceID, today clock.Date, within *Mandate) (map[catalogue.ResourceID]int64, error)
	// ListCoverage counts the pupils of these classes and groups, and those who may open what on the day; in the order of their ids.
	ListCoverage(ctx context.Context, school directory.SchoolID, cohorts []directory.CohortID, today clock.Date) ([]Coverage, error)
}

// SuggestionWriter is what changes of suggestions.
type SuggestionWriter interface {
	// AddSuggestion writes a new one; Conflict (licensing.suggestion.again) where the teacher has an open one of the resource.
	AddSuggestion(ctx context.Context, act journal.ActID, s Suggestion) error
	// LockSuggestions is FindSuggestions, and nobody else answers these until the transaction ends. Pools are locked before.
	LockSuggestions(ctx context.Context, school directory.SchoolID, ids []SuggestionID) ([]Suggestion, error)
	// AnswerSuggestion writes the state of an open suggestion, who answered, when and why; Conflict where it is open no more.
	AnswerSuggestion(ctx context.Context, act journal.ActID, s Suggestion) error
	// ForgetSuggestions removes what a person suggested, and what they wrote in answer to others, everywhere.
	ForgetSuggestions(ctx context.Context, act journal.ActID, person directory.PersonID) error
	SweepSuggestions(ctx context.Context, before time.Time, limit int) (int, error)
}
