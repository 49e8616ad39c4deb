package local

import (
	"context"
	"slices"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// Service is what the sign-in, pages and commands call. Fill it as a struct literal.
type Service struct {
	Store  Store
	Hasher *Hasher
	Seal   federation.Seal // closes the secrets of second factors
	Base   string          // the broker's address, as slips say it
}

// hashesAtOnce bounds the memory of sign-ins: 4 × 19 MiB on each node.
const hashesAtOnce = 4

// Usual is the Hasher of a server.
func Usual() *Hasher { return NewHasher(DefaultParams, hashesAtOnce, 5*time.Second) }

// Declare makes these the projects whose persons may have accounts here: those that the operator has set to be local. Where they are
// already, nothing is written.
func (s *Service) Declare(ctx context.Context, projects ...directory.ProjectID) error {
	slices.Sort(projects)
	var there []directory.ProjectID
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		there, err = r.Locals(ctx)
		return err
	})
	if err != nil || slices.Equal(there, projects) {
		return err
	}
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		act, err := w.Record(ctx, journal.Entry{Actor: journal.System("settings"), Verb: "local.declared", Class: journal.ClassChange,
			Detail: map[string]any{"projects": projects}})
		if err != nil {
			return err
		}
		return w.SetLocals(ctx, act, projects)
	})
}

// Declared lists the local projects.
func (s *Service) Declared(ctx context.Context) ([]directory.ProjectID, error) {
	var all []directory.ProjectID
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		all, err = r.Locals(ctx)
		return err
	})
	return all, err
}

// isLocal refuses a person of a project that a portal vouches for: two who vouch for one person are two doors to close.
func isLocal(ctx context.Context, r Reader, project directory.ProjectID) error {
	all, err := r.Locals(ctx)
	if err == nil && !slices.Contains(all, project) {
		err = fault.New(fault.Denied, "local.project.foreign", "project", string(project))
	}
	return err
}

// absence is how long an account stays of somebody who is in no school any more: they may come back after the summer.
const absence = 180 * 24 * time.Hour

// Sweep removes what is over: passages, waits, and the accounts of those who left every school long ago. At most limit of each; call it
// again while it returns limit.
func (s *Service) Sweep(ctx context.Context, limit int) (int, error) {
	var n int
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		if n, err = w.SweepTries(ctx, w.Now().Add(-24*time.Hour), limit); err != nil {
			return err
		}
		gone, err := w.Abandoned(ctx, w.Now().Add(-absence).Format(time.DateOnly), limit)
		for _, a := range gone {
			act, err := w.Record(ctx, journal.Entry{Actor: journal.System("departure"), Verb: "local.removed", Subject: string(a.Person),
				Person: string(a.Person), Class: journal.ClassChange})
			if err != nil {
				return err
			}
			if err := w.RemoveAccount(ctx, act, a.Project, a.Person); err != nil {
				return err
			}
		}
		n = max(n, len(gone))
		return err
	})
	return n, err
}
