package licensing

import (
	"context"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/privacy"
)

// Keeper is licensing's part of the register of personal data: what persons wrote here. Copies, ledger and journal know persons by their
// internal ids alone, and stay true and nameless.
type Keeper struct{ Store Store }

var _ privacy.Holder = Keeper{}

// Area implements privacy.Holder.
func (Keeper) Area() string { return "licensing" }

// Describe implements privacy.Holder.
func (Keeper) Describe() []privacy.Kept {
	return []privacy.Kept{{Table: "suggestion", What: "licensing.kept.suggestion", Why: "licensing.why-kept.suggestion", For: SuggestionsKept, Source: "person"}}
}

// exportedSuggestion is what a person gets of their own.
type exportedSuggestion struct {
	School   directory.SchoolID   `json:"school"`
	Resource catalogue.ResourceID `json:"resource"`
	For      []string             `json:"for"`
	Word     string               `json:"word,omitempty"`
	Made     time.Time            `json:"made"`
	State    SuggestionState      `json:"state"`
	Reason   string               `json:"reason,omitempty"`
	Answered *time.Time           `json:"answered,omitempty"`
}

// Export implements privacy.Holder.
func (k Keeper) Export(ctx context.Context, who privacy.Subject) (any, error) {
	var out []exportedSuggestion
	err := k.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		out = nil
		f := SuggestionFilter{Teacher: directory.PersonID(who.ID), Limit: maxSuggestions}
		for {
			some, err := r.ListSuggestions(ctx, f)
			if err != nil {
				return err
			}
			for _, s := range some {
				out = append(out, s.exported())
			}
			if len(some) < f.Limit {
				return nil
			}
			f.After = some[len(some)-1].ID
		}
	})
	if err != nil || len(out) == 0 {
		return nil, err
	}
	return struct {
		Suggestions []exportedSuggestion `json:"suggestions"`
	}{out}, nil
}

func (s Suggestion) exported() exportedSuggestion {
	e := exportedSuggestion{School: s.School, Resource: s.Resource, Word: string(s.Word), Made: s.Made, State: s.State, Reason: string(s.Reason)}
	for _, t := range s.Targets {
		e.For = append(e.For, t.String())
	}
	if !s.Answered.IsZero() {
		e.Answered = &s.Answered
	}
	return e
}

// Erase implements privacy.Holder.
func (k Keeper) Erase(ctx context.Context, who privacy.Subject) error {
	if who.ID == "" {
		return fault.New(fault.Invalid, "licensing.person.elsewhere")
	}
	return k.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		act, err := w.Record(ctx, journal.Entry{Actor: journal.System("erasure"), Verb: "licensing.person-forgotten", Subject: who.ID, Person: who.ID, Class: journal.ClassChange})
		if err != nil {
			return err
		}
		return w.ForgetSuggestions(ctx, act, directory.PersonID(who.ID))
	})
}
