package trade

import (
	"context"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/privacy"
)

// Holder is the trade's part of the register of personal data.
type Holder struct{ Store Store }

var _ privacy.Holder = Holder{}

// Area implements privacy.Holder.
func (Holder) Area() string { return "trade" }

// Describe implements privacy.Holder.
func (Holder) Describe() []privacy.Kept {
	return []privacy.Kept{
		{Table: "trade_agent", What: "trade.kept.agent", Why: "trade.why-kept.agent", Source: "house"},
		{Table: "trade_session", What: "trade.kept.session", Why: "trade.why-kept.session", For: federation.DefaultLimits.Absolute, Source: "house"},
	}
}

type exported struct {
	Mail        string    `json:"mail,omitempty"`
	Bookseller  string    `json:"bookseller,omitempty"`
	Distributor string    `json:"distributor,omitempty"`
	Publisher   string    `json:"publisher,omitempty"`
	Since       time.Time `json:"since"`
}

// Export implements privacy.Holder.
func (h Holder) Export(ctx context.Context, who privacy.Subject) (any, error) {
	var a Agent
	err := h.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		a, err = r.FindAgent(ctx, directory.PersonID(who.ID))
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	return exported{a.Mail, string(a.Bookseller), a.Distributor, string(a.Publisher), a.Since}, nil
}

// Erase implements privacy.Holder.
func (h Holder) Erase(ctx context.Context, who privacy.Subject) error {
	return h.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		if _, err := w.FindAgent(ctx, directory.PersonID(who.ID)); fault.Is(err, fault.NotFound) {
			return nil
		} else if err != nil {
			return err
		}
		act, err := w.Record(ctx, journal.Entry{Actor: journal.System("erasure"), Verb: "trade.person-forgotten", Subject: who.ID, Person: who.ID, Class: journal.ClassChange})
		if err != nil {
			return err
		}
		return w.RemoveAgent(ctx, act, directory.PersonID(who.ID))
	})
}
