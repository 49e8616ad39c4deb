package licensing

import (
	"context"
	"maps"
	"slices"
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
	return []privacy.Kept{
		{Table: "suggestion", What: "licensing.kept.suggestion", Why: "licensing.why-kept.suggestion", For: SuggestionsKept, Source: "person"},
		{Table: "apart", What: "licensing.kept.apart", Why: "licensing.why-kept.apart", Source: "house"},
	}
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
	var apart []exportedApart
	err := k.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		out = nil
		if apart, err = exportApart(ctx, r, directory.PersonID(who.ID)); err != nil {
			return err
		}
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
	if err != nil || len(out)+len(apart) == 0 {
		return nil, err
	}
	return struct {
		Suggestions []exportedSuggestion `json:"suggestions,omitempty"`
		Apart       []exportedApart      `json:"apart,omitempty"`
	}{out, apart}, nil
}

// exportedApart tells that a person was told apart from a namesake; whom is another's.
type exportedApart struct {
	School directory.SchoolID `json:"school"`
	Since  time.Time          `json:"since"`
}

func exportApart(ctx context.Context, r Reader, person directory.PersonID) (out []exportedApart, err error) {
	all, err := r.ListApartOf(ctx, person)
	for _, school := range slices.Sorted(maps.Keys(all)) {
		for _, x := range all[school] {
			out = append(out, exportedApart{school, x.Since})
		}
	}
	return out, err
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
		if err := w.ForgetSuggestions(ctx, act, directory.PersonID(who.ID)); err != nil {
			return err
		}
		return w.ForgetApart(ctx, act, directory.PersonID(who.ID))
	})
}
