package mediacentre

import (
	"context"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/privacy"
)

// Keeper is the médiacentre's part of the register of personal data: what persons marked. What they opened is the journal's.
type Keeper struct{ Store Store }

var _ privacy.Holder = Keeper{}

// Area implements privacy.Holder.
func (Keeper) Area() string { return "mediacentre" }

// Describe implements privacy.Holder.
func (Keeper) Describe() []privacy.Kept {
	return []privacy.Kept{
		{Table: "favourite", What: "mediacentre.kept.favourite", Why: "mediacentre.why-kept.favourite", Source: "person"},
		{Table: "pinned", What: "mediacentre.kept.pinned", Why: "mediacentre.why-kept.pinned", Source: "person"},
	}
}

type exportedMark struct {
	School   directory.SchoolID   `json:"school"`
	Class    directory.CohortID   `json:"class,omitempty"`
	Resource catalogue.ResourceID `json:"resource"`
	Word     string               `json:"word,omitempty"`
	Since    time.Time            `json:"since"`
}

// Export implements privacy.Holder.
func (k Keeper) Export(ctx context.Context, who privacy.Subject) (any, error) {
	var out struct {
		Favourites []exportedMark `json:"favourites,omitempty"`
		Pins       []exportedMark `json:"pins,omitempty"`
	}
	err := k.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		favourites, pins, err := r.ListMarksOf(ctx, directory.PersonID(who.ID))
		out.Favourites, out.Pins = nil, nil
		for _, f := range favourites {
			out.Favourites = append(out.Favourites, exportedMark{School: f.School, Resource: f.Resource, Since: f.Since})
		}
		for _, p := range pins {
			out.Pins = append(out.Pins, exportedMark{p.School, p.Cohort, p.Resource, p.Word, p.Since})
		}
		return err
	})
	if err != nil || len(out.Favourites)+len(out.Pins) == 0 {
		return nil, err
	}
	return out, nil
}

// Erase implements privacy.Holder.
func (k Keeper) Erase(ctx context.Context, who privacy.Subject) error {
	if who.ID == "" {
		return fault.New(fault.Invalid, "licensing.person.elsewhere")
	}
	return k.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		act, err := w.Record(ctx, journal.Entry{Actor: journal.System("erasure"), Verb: "mediacentre.person-forgotten", Subject: who.ID, Person: who.ID, Class: journal.ClassChange})
		if err != nil {
			return err
		}
		return w.ForgetMarks(ctx, act, directory.PersonID(who.ID))
	})
}
