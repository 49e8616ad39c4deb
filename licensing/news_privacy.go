package licensing

import (
	"context"
	"time"

	"pupitre/directory"
	"pupitre/journal"
	"pupitre/privacy"
)

// Visitors is the part of the register of personal data that is about the console's visitors: when each last looked at it.
type Visitors struct{ Store Store }

var _ privacy.Holder = Visitors{}

// Area implements privacy.Holder.
func (Visitors) Area() string { return "console" }

// Describe implements privacy.Holder.
func (Visitors) Describe() []privacy.Kept {
	return []privacy.Kept{{Table: "manager_visit", What: "licensing.kept.visit", Why: "licensing.why-kept.visit", Source: "house"}}
}

// exportedVisit is what a person gets of their own.
type exportedVisit struct {
	School directory.SchoolID `json:"school"`
	Seen   time.Time          `json:"seen"`
}

// Export implements privacy.Holder.
func (v Visitors) Export(ctx context.Context, who privacy.Subject) (any, error) {
	var out []exportedVisit
	err := v.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		visits, err := r.ListVisits(ctx, directory.PersonID(who.ID))
		out = nil
		for school, visit := range visits {
			out = append(out, exportedVisit{school, visit.Seen})
		}
		return err
	})
	if err != nil || len(out) == 0 {
		return nil, err
	}
	return out, nil
}

// Erase implements privacy.Holder.
func (v Visitors) Erase(ctx context.Context, who privacy.Subject) error {
	return v.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		act, err := w.Record(ctx, journal.Entry{Actor: journal.System("erasure"), Verb: "licensing.visitor-forgotten", Subject: who.ID, Person: who.ID,
			Class: journal.ClassChange})
		if err != nil {
			return err
		}
		return w.ForgetVisits(ctx, act, directory.PersonID(who.ID))
	})
}
