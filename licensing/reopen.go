package licensing

import (
	"context"
	"slices"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/journal"
)

// Reopened is what a distributor's act ended of a resource, and that the same subscription has opened again since: by an undo of that act,
// who had it may have it again.
type Reopened struct {
	Act      journal.ActID // that ended it
	Resource catalogue.ResourceID
	At       time.Time // when it was opened again
	Copies   int64     // that were ended
	Targets  int64     // to which a right of the whole school was given
}

// ListReopened lists what was opened again in a school and may still be given to those who had it, by act and resource.
func (s *Service) ListReopened(ctx context.Context, school directory.SchoolID) ([]Reopened, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Reopened, error) {
		at, err := r.FindSchool(ctx, school)
		if err != nil {
			return nil, err
		}
		all, err := r.ListReopened(ctx, school, today(r, at), nil)
		if err != nil || len(all) == 0 {
			return nil, err
		}
		acts := make([]journal.ActID, len(all))
		for i, x := range all {
			acts[i] = x.Act
		}
		undoings, err := r.ListUndoings(ctx, school, distinct(acts))
		undone := func(act journal.ActID) bool {
			return slices.ContainsFunc(undoings, func(u journal.Written) bool { return u.Entry.Subject == string(act) })
		}
		return slices.DeleteFunc(all, func(x Reopened) bool {
			return undone(x.Act) || undoUntil(x.At, at.Zone()).Before(today(r, at))
		}), err
	})
}

// reopenedUntil is the last day on which what was ended can be given again; false where nothing of it is open again.
func reopenedUntil(list []Reopened, act journal.ActID, zone *time.Location) (until clock.Date, ok bool) {
	for _, x := range list {
		if day := undoUntil(x.At, zone); x.Act == act && (!ok || until.Before(day)) {
			until, ok = day, true
		}
	}
	return until, ok
}
