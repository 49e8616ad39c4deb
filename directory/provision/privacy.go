package provision

import (
	"context"
	"encoding/json"

	"pupitre/directory"
	"pupitre/journal"
	"pupitre/privacy"
)

// Holder is provisioning's part of the register of personal data: the rows of OneRoster packages, which deltas are joined to. They
// stay as long as the portal sends them: until it deletes them, leaves them out of a whole package, or sends archives instead.
// In the register it comes before whoever erases the person's identity, by which the rows are found.
type Holder struct{ Store Store }

var _ privacy.Holder = Holder{}

// Area implements privacy.Holder.
func (Holder) Area() string { return "provision" }

// Describe implements privacy.Holder.
func (Holder) Describe() []privacy.Kept {
	return []privacy.Kept{{Table: "oneroster_row", What: "provision.kept.roster", Why: "provision.why.delta", Source: "portal"}}
}

// exportedRow is what a person gets of their own: a row as the portal sent it, the columns that we use.
type exportedRow struct {
	Table  string          `json:"table"`
	ID     string          `json:"sourcedId"`
	Values json.RawMessage `json:"values"`
}

// Export implements privacy.Holder.
func (h Holder) Export(ctx context.Context, who privacy.Subject) (any, error) {
	var rows []KeptRow
	err := h.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		rows, err = r.RowsOf(ctx, directory.ProjectID(who.Project), directory.PersonID(who.ID))
		return err
	})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	var out []exportedRow
	for _, k := range rows {
		out = append(out, exportedRow{k.Table, k.ID, json.RawMessage(k.Text)})
	}
	return out, nil
}

// Erase implements privacy.Holder. A portal that sends the person again brings the rows back: it must be told, too.
func (h Holder) Erase(ctx context.Context, who privacy.Subject) error {
	return h.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		act, err := w.Record(ctx, journal.Entry{
			Actor: journal.System("erasure"), Verb: "provision.person-forgotten", Subject: who.ID, Person: who.ID, Class: journal.ClassChange,
		})
		if err != nil {
			return err
		}
		return w.ForgetRows(ctx, act, directory.ProjectID(who.Project), directory.PersonID(who.ID))
	})
}

// forgetPackage erases all rows of a project that sends archives now: no delta could be joined to them any more.
func (m *Importer) forgetPackage(ctx context.Context, project directory.ProjectID) error {
	var revision int64
	err := m.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		revision, err = r.Revision(ctx, project)
		return err
	})
	if err != nil || revision == 0 {
		return err
	}
	return m.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		act, err := w.Record(ctx, journal.Entry{Actor: journal.Actor{Kind: journal.ByPortal, ID: string(project)}, Verb: "provision.package-forgotten",
			Subject: string(project), Class: journal.ClassChange})
		if err != nil {
			return err
		}
		return w.ForgetPackage(ctx, act, project)
	})
}
