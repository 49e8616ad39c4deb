package delivery

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"pupitre/directory"
	"pupitre/journal"
	"pupitre/privacy"
)

// Holder is deliveries' part of the register of personal data: their reports know some persons by the portal's identifier, in whom something changed or was
// wrong. In the register it comes before whoever erases the person's identity, by which the identifier is known.
type Holder struct{ Store Store }

var _ privacy.Holder = Holder{}

// Area implements privacy.Holder.
func (Holder) Area() string { return "delivery" }

// Describe implements privacy.Holder.
func (Holder) Describe() []privacy.Kept {
	return []privacy.Kept{{Table: "delivery", What: "delivery.kept.report", Why: "delivery.why.report", Source: "portal"}}
}

// exported is a delivery whose report speaks of the person.
type exported struct {
	Name    string    `json:"name"`
	Arrived time.Time `json:"arrived"`
}

// Export implements privacy.Holder.
func (h Holder) Export(ctx context.Context, who privacy.Subject) (any, error) {
	var out []exported
	err := h.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		out = nil
		return eachNaming(ctx, r, who, func(d Delivery, _ json.RawMessage) error {
			out = append(out, exported{d.Name, d.Arrived})
			return nil
		})
	})
	if err != nil || len(out) == 0 {
		return nil, err
	}
	return out, nil
}

// Erase implements privacy.Holder.
func (h Holder) Erase(ctx context.Context, who privacy.Subject) error {
	return h.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		var act journal.ActID
		return eachNaming(ctx, w, who, func(d Delivery, without json.RawMessage) (err error) {
			if act == "" {
				if act, err = w.Record(ctx, journal.Entry{
					Actor: journal.System("erasure"), Verb: "delivery.person-forgotten", Subject: who.ID, Person: who.ID, Class: journal.ClassChange,
				}); err != nil {
					return err
				}
			}
			return w.Rewrite(ctx, act, d.ID, without)
		})
	})
}

// eachNaming calls f with each delivery whose report speaks of the person, and with that report without them.
func eachNaming(ctx context.Context, r Reader, who privacy.Subject, f func(d Delivery, without json.RawMessage) error) error {
	external, list, err := r.Naming(ctx, directory.ProjectID(who.Project), directory.PersonID(who.ID))
	if err != nil {
		return err
	}
	for _, d := range list {
		report, err := d.Findings()
		if err != nil {
			return fmt.Errorf("read the report of delivery %s: %w", d.ID, err)
		}
		if !report.Names(external) {
			continue // the identifier is part of another word
		}
		without, err := json.Marshal(report.Unname(external))
		if err == nil {
			err = f(d, without)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
