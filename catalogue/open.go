package catalogue

import (
	"context"
	"slices"
	"strings"
)

// MostOpen is how many resources ListOpen returns at most.
const MostOpen = 1000

// OpenToAll (« ouverte à tous ») reports whether whoever finds the resource may go there, without an assignment: its notice says that it
// costs nothing (LOM 6.1), and declares no personal data, so that nobody is signed in there and nothing is counted
// (docs/decisions/0025-open-to-all.md). A mother of family is not opened.
func (r *Resource) OpenToAll() bool {
	return r.Free && len(r.Declared) == 0 && !r.IsFamily && r.Shown && !r.Withdrawn && r.LaunchURL != ""
}

// ForLearners reports whether pupils are among those whom the resource is meant for: so says its notice, or it says nothing of it.
func (r *Resource) ForLearners() bool {
	return len(r.Publics) == 0 || slices.ContainsFunc(r.Publics, func(t Term) bool {
		return termName(t.URI) == "learner" || strings.HasPrefix(strings.ToLower(t.Label), "élève")
	})
}

// ListOpen returns what is open to all, by title, at most MostOpen.
func (s *Service) ListOpen(ctx context.Context) (list []Resource, err error) {
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		list, err = r.ListOpen(ctx, MostOpen)
		return err
	})
	return list, err
}
