package operator

import (
	"context"
	"time"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/privacy"
)

// Holder is the operators' part of the register of personal data; their accounts are local's.
type Holder struct{ Store Store }

var _ privacy.Holder = Holder{}

// Area implements privacy.Holder.
func (Holder) Area() string { return "operator" }

// Describe implements privacy.Holder.
func (Holder) Describe() []privacy.Kept {
	return []privacy.Kept{
		{Table: "operator_session", What: "operator.kept.session", Why: "operator.why-kept.session", For: Limits.Absolute, Source: "house"},
	}
}

type exported struct {
	Name  string    `json:"name"`
	Since time.Time `json:"since"`
}

// Export implements privacy.Holder.
func (h Holder) Export(ctx context.Context, who privacy.Subject) (any, error) {
	var o Operator
	err := h.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		o, err = r.FindOperator(ctx, directory.PersonID(who.ID))
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	return exported{o.Name, o.Created}, nil
}

// Erase implements privacy.Holder.
func (h Holder) Erase(ctx context.Context, who privacy.Subject) error {
	return h.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		person := directory.PersonID(who.ID)
		if _, err := w.FindOperator(ctx, person); fault.Is(err, fault.NotFound) {
			return nil
		} else if err != nil {
			return err
		}
		if _, err := record(ctx, w, journal.System("erasure"), "operator.person-forgotten", person); err != nil {
			return err
		}
		return w.EndSessions(ctx, person)
	})
}
