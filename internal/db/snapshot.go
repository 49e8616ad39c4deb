package db

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// snapshot is what the reads of one page share: one transaction instead of one for each area that the page asks, so that what it
// says of rights and what it says of notices are of one moment. It begins at the first read and ends with the page, or before its
// first write, so that no page holds one connection while it waits for another.
type snapshot struct {
	db   *DB
	ctx  context.Context // the page's values: the transaction outlives any one read, and is ended by nothing but drop
	over atomic.Bool     // no read shares it any more

	mu      sync.Mutex
	session // nil before the first read, and after one that failed
	now     time.Time
}

type snapshotKey struct{ db *DB }

// Share returns a context whose Reads all see one snapshot, the first one's, until end is called or the context's first Write: after
// that, each sees its own. A Read that fails gives it up, and the next one begins another. End must be called; it may be called inside
// a Read, which then finishes first, and any number of times.
func (d *DB) Share(ctx context.Context) (shared context.Context, end func()) {
	s := &snapshot{db: d, ctx: context.WithoutCancel(ctx)}
	return context.WithValue(ctx, snapshotKey{d}, s), s.end
}

func (d *DB) shared(ctx context.Context) *snapshot {
	s, _ := ctx.Value(snapshotKey{d}).(*snapshot)
	return s
}

// read runs f on the snapshot; ran is false if that is over.
func (s *snapshot) read(ctx context.Context, f func(ctx context.Context, t *Tx) error) (ran bool, err error) {
	s.mu.Lock()
	defer func() {
		s.mu.Unlock()
		if s.over.Load() { // meanwhile
			s.end()
		}
	}()
	if s.over.Load() {
		return false, nil
	}
	if s.session == nil {
		if s.session, err = s.db.begin(s.ctx, s.db.readers, reading); err != nil {
			return true, classify(err)
		}
		s.now = s.db.now()
	}
	t := &Tx{Engine: s.db.Engine, session: s.session, now: s.now}
	err = protect(func() error { return f(context.WithValue(ctx, inside{}, running{s.db, t}), t) })
	if err != nil {
		s.drop()
	}
	return true, err
}

// end gives the snapshot back; where a read is under way, that read does so when it is finished.
func (s *snapshot) end() {
	s.over.Store(true)
	if s.mu.TryLock() {
		defer s.mu.Unlock()
		s.drop()
	}
}

// drop ends the transaction, in which nothing was written.
func (s *snapshot) drop() {
	if s.session == nil {
		return
	}
	s.session.commit(s.ctx)
	s.session.rollback(s.ctx)
	s.session = nil
}
