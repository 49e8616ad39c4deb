package notify

import (
	"context"
	"time"

	"pupitre/directory"
	"pupitre/journal"
	"pupitre/privacy"
)

// Keeper is notify's part of the register of personal data: what persons were told, where they are written to, how often.
type Keeper struct{ Store Store }

var _ privacy.Holder = Keeper{}

// Area implements privacy.Holder.
func (Keeper) Area() string { return "notify" }

// Describe implements privacy.Holder.
func (Keeper) Describe() []privacy.Kept {
	return []privacy.Kept{
		{Table: "notification", What: "notify.kept.notification", Why: "notify.why-kept.notification", For: NotificationsKept, Source: "house"},
		{Table: "mail_address", What: "notify.kept.address", Why: "notify.why-kept.address", Source: "person"},
		{Table: "mail_choice", What: "notify.kept.choice", Why: "notify.why-kept.choice", Source: "person"},
		{Table: "letter", What: "notify.kept.letter", Why: "notify.why-kept.letter", For: LettersKept, Source: "house"},
	}
}

type exported struct {
	Address       string                 `json:"address,omitempty"`
	Confirmed     *time.Time             `json:"confirmed,omitempty"`
	Pending       string                 `json:"pending,omitempty"`
	Language      string                 `json:"language,omitempty"`
	Choices       map[Kind]Cadence       `json:"choices,omitempty"`
	Notifications []exportedNotification `json:"notifications,omitempty"`
}

type exportedNotification struct {
	At     time.Time          `json:"at"`
	Read   *time.Time         `json:"read,omitempty"`
	Kind   Kind               `json:"kind"`
	School directory.SchoolID `json:"school,omitempty"`
	About  About              `json:"about"`
}

// Export implements privacy.Holder.
func (k Keeper) Export(ctx context.Context, who privacy.Subject) (any, error) {
	of := Person{directory.ProjectID(who.Project), directory.PersonID(who.ID)}
	var out exported
	err := k.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		is, err := r.FindSettings(ctx, of)
		if err != nil {
			return err
		}
		out = exported{Address: is.Address.Mail, Confirmed: orNil(is.Address.Confirmed), Pending: is.Address.Pending, Language: string(is.Address.Locale), Choices: is.Choices}
		for before, more := NotificationID(""), true; more; {
			list, err := r.ListNotifications(ctx, of, before, PageSize)
			if err != nil {
				return err
			}
			for _, n := range list {
				out.Notifications = append(out.Notifications, exportedNotification{n.At, orNil(n.Read), n.Kind, n.School, n.About})
				before = n.ID
			}
			more = len(list) == PageSize
		}
		return nil
	})
	if err != nil || out.Address == "" && out.Pending == "" && len(out.Choices)+len(out.Notifications) == 0 {
		return nil, err
	}
	return out, nil
}

func orNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Erase implements privacy.Holder: letters that wait are not sent any more.
func (k Keeper) Erase(ctx context.Context, who privacy.Subject) error {
	return k.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		act, err := w.Record(ctx, journal.Entry{Actor: journal.System("erasure"), Verb: "notify.person-forgotten", Subject: who.ID, Person: who.ID, Class: journal.ClassChange})
		if err != nil {
			return err
		}
		return w.Forget(ctx, act, Person{directory.ProjectID(who.Project), directory.PersonID(who.ID)})
	})
}
