package federation

import (
	"context"
	"slices"
	"time"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/privacy"
)

// Holder is the federation's part of the register of personal data.
type Holder struct{ Store Store }

var _ privacy.Holder = Holder{}

// Area implements privacy.Holder.
func (Holder) Area() string { return "federation" }

// Describe implements privacy.Holder.
func (Holder) Describe() []privacy.Kept {
	const short = 3 * 24 * time.Hour // DefaultLimits.Absolute, and the sweep's day after
	return []privacy.Kept{
		{Table: "session", What: "federation.kept.session", Why: "federation.why.signin", For: short, Source: "portal"},
		{Table: "visit", What: "federation.kept.visit", Why: "federation.why.logout", For: short, Source: "house"},
		{Table: "oidc_grant", What: "federation.kept.grant", Why: "federation.why.entry", For: short, Source: "house"},
		{Table: "oidc_token", What: "federation.kept.token", Why: "federation.why.entry", For: short, Source: "house"},
		{Table: "cas_ticket", What: "federation.kept.ticket", Why: "federation.why.logout", For: short, Source: "house"},
		{Table: "cas_granting", What: "federation.kept.ticket", Why: "federation.why.entry", For: short, Source: "house"},
		{Table: "lti_launch", What: "federation.kept.launch", Why: "federation.why.entry", For: short, Source: "house"},
		{Table: "lti_score", What: "federation.kept.score", Why: "federation.why.gradebook", For: GradesKept, Source: "publisher"},
		{Table: "saml_session", What: "federation.kept.visit", Why: "federation.why.logout", For: short, Source: "house"},
		{Table: "push", What: "federation.kept.push", Why: "federation.why.events", For: short, Source: "house"},
		{Table: "acquaintance", What: "federation.kept.acquaintance", Why: "federation.why.events", Source: "house"},
	}
}

// GradesKept is for how long a class's gradebook keeps what was last said of somebody's work: as the journal keeps accesses.
const GradesKept = 365 * 24 * time.Hour

// Acquaintance is a publisher that has seen a person, under a pseudonym.
type Acquaintance struct {
	Sector Sector    `json:"publisher"`
	Since  time.Time `json:"since"`
}

// exported is what a person gets of their own.
type exported struct {
	Sessions   []exportedSession `json:"sessions"`
	Publishers []Acquaintance    `json:"publishers"`
	Grades     []Grade           `json:"grades,omitempty"`
}

// Grade is what a publisher last said of a person's work, in a class's gradebook.
type Grade struct {
	School    directory.SchoolID `json:"school"`
	Publisher Sector             `json:"publisher"`
	Label     string             `json:"label"`
	Marked    bool               `json:"marked"` // false: no mark, only how far the work is
	Given     float64            `json:"given"`
	Maximum   float64            `json:"maximum"`
	Remark    string             `json:"remark,omitempty"`
	Said      time.Time          `json:"said"`     // by the publisher's clock
	Received  time.Time          `json:"received"` // by ours
}

type exportedSession struct {
	School  directory.SchoolID `json:"school"`
	Started time.Time          `json:"started"`
	Seen    time.Time          `json:"seen"`
}

// Export implements privacy.Holder.
func (h Holder) Export(ctx context.Context, who privacy.Subject) (any, error) {
	var out exported
	err := h.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		out = exported{}
		sessions, err := r.SessionsOf(ctx, directory.ProjectID(who.Project), directory.PersonID(who.ID))
		if err != nil {
			return err
		}
		for _, s := range sessions {
			out.Sessions = append(out.Sessions, exportedSession{s.School, s.Started, s.Seen})
		}
		if out.Grades, err = r.Grades(ctx, directory.ProjectID(who.Project), directory.PersonID(who.ID)); err != nil {
			return err
		}
		out.Publishers, err = r.Acquaintances(ctx, directory.ProjectID(who.Project), directory.PersonID(who.ID))
		return err
	})
	if err != nil || len(out.Sessions)+len(out.Publishers)+len(out.Grades) == 0 {
		return nil, err
	}
	return out, nil
}

// Erase implements privacy.Holder. The person's sessions end with it; what was being told of them is told no more, but that they are
// erased: the publishers who have seen them must erase, too. Repeated, it tells nobody a second time.
func (h Holder) Erase(ctx context.Context, who privacy.Subject) error {
	return h.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		act, err := w.Record(ctx, journal.Entry{
			Actor: journal.System("erasure"), Verb: "federation.person-forgotten", Subject: who.ID, Person: who.ID, Class: journal.ClassChange,
		})
		if err != nil {
			return err
		}
		if err := tellErased(ctx, w, act, directory.ProjectID(who.Project), directory.PersonID(who.ID)); err != nil {
			return err
		}
		return w.Forget(ctx, act, directory.ProjectID(who.Project), directory.PersonID(who.ID))
	})
}

// tellErased queues the event for every program that takes events and whose publisher has seen the person. The pseudonym is made now:
// afterwards nobody can.
func tellErased(ctx context.Context, w Writer, act journal.ActID, project directory.ProjectID, person directory.PersonID) error {
	known, err := w.Acquaintances(ctx, project, person)
	if err != nil || len(known) == 0 {
		return err
	}
	secret, err := w.Secret(ctx, project, person)
	if fault.Is(err, fault.NotFound) { // who names nobody any more can be told of by no name
		return nil
	} else if err != nil {
		return err
	}
	clients, err := w.Clients(ctx)
	if err != nil {
		return err
	}
	for _, c := range clients {
		knows := slices.ContainsFunc(known, func(a Acquaintance) bool { return a.Sector == c.Sector })
		if c.EventsURL == "" || !knows {
			continue
		}
		if err := w.QueueErased(ctx, act, c.ID, PseudonymOf(secret, c.Sector).Subject()); err != nil {
			return err
		}
	}
	return nil
}
