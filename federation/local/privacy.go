package local

import (
	"context"
	"time"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/privacy"
)

// Holder is the local accounts' part of the register of personal data.
type Holder struct{ Store Store }

var _ privacy.Holder = Holder{}

// Area implements privacy.Holder.
func (Holder) Area() string { return "local" }

// Describe implements privacy.Holder.
func (Holder) Describe() []privacy.Kept {
	const day = 24 * time.Hour
	return []privacy.Kept{
		{Table: "local_account", What: "local.kept.account", Why: "local.why.signin", For: absence, Source: "house"},
		{Table: "local_recovery", What: "local.kept.recovery", Why: "local.why.factor", For: absence, Source: "house"},
		{Table: "local_passkey", What: "local.kept.passkey", Why: "local.why.passkey", For: absence, Source: "person"},
		{Table: "local_challenge", What: "local.kept.challenge", Why: "local.why.passkey", For: day, Source: "house"},
		{Table: "local_passage", What: "local.kept.passage", Why: "local.why.signin", For: day, Source: "house"},
		{Table: "local_browser", What: "local.kept.browser", Why: "local.why.browser", For: RememberedFor + day, Source: "house"},
		{Table: "local_try", What: "local.kept.try", Why: "local.why.wait", For: day, Source: "house"},
	}
}

// exported is what a person gets of their own: never the hash, nor the secret of the second factor, nor what a passkey is known by.
type exported struct {
	Login   Login         `json:"identifier"`
	Created time.Time     `json:"created"`
	Changed time.Time     `json:"passwordSince"`
	Used    *time.Time    `json:"lastSignIn,omitempty"`
	Closed  *time.Time    `json:"closed,omitempty"`
	Factor  bool          `json:"secondFactor"`
	Keys    []exportedKey `json:"passkeys,omitempty"`

	Browsers []exportedBrowser `json:"rememberedBrowsers,omitempty"`
}

type exportedBrowser struct {
	Name  string    `json:"name"`
	Since time.Time `json:"since"`
	Used  time.Time `json:"lastUsed"`
	Until time.Time `json:"until"`
}

type exportedKey struct {
	Name    string     `json:"name"`
	Created time.Time  `json:"created"`
	Used    *time.Time `json:"lastUsed,omitempty"`
}

// Export implements privacy.Holder.
func (h Holder) Export(ctx context.Context, who privacy.Subject) (any, error) {
	var a Account
	var keys []Passkey
	var browsers []Browser
	err := h.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		if a, err = r.Account(ctx, directory.ProjectID(who.Project), directory.PersonID(who.ID)); err != nil {
			return err
		}
		if keys, err = r.Passkeys(ctx, a.Project, a.Person); err != nil {
			return err
		}
		browsers, err = r.Browsers(ctx, a.Project, a.Person)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	out := exported{a.Login, a.Created, a.Changed, unlessZero(a.Used), unlessZero(a.Closed), a.Guarded(), nil, nil}
	for _, k := range keys {
		out.Keys = append(out.Keys, exportedKey{k.Name, k.Created, unlessZero(k.Used)})
	}
	for _, b := range browsers {
		out.Browsers = append(out.Browsers, exportedBrowser{b.Name, b.Since, b.Used, b.Until})
	}
	return out, nil
}

func unlessZero(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Erase implements privacy.Holder.
func (h Holder) Erase(ctx context.Context, who privacy.Subject) error {
	project, person := directory.ProjectID(who.Project), directory.PersonID(who.ID)
	return h.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		a, err := w.Account(ctx, project, person)
		if fault.Is(err, fault.NotFound) {
			return nil
		} else if err != nil {
			return err
		}
		act, err := w.Record(ctx, journal.Entry{Actor: journal.System("erasure"), Verb: "local.person-forgotten", Subject: who.ID,
			Person: who.ID, Class: journal.ClassChange})
		if err != nil {
			return err
		}
		for _, b := range []Bucket{loginBucket(project, a.Login), factorBucket(project, person)} {
			if err := w.ForgetTries(ctx, project, b.Key); err != nil {
				return err
			}
		}
		if err := w.Bar(ctx, project, person); err != nil {
			return err
		}
		return w.RemoveAccount(ctx, act, project, person)
	})
}
