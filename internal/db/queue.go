package db

import (
	"context"
	"sync"

	"pupitre/internal/fault"
	"pupitre/internal/tx"
)

// queue is SQLite's single writer. Whoever finds it free becomes the leader: it takes everybody who waits into one
// transaction, each behind a savepoint, commits once, then tells them all. So a lone write costs one commit and no hand-over
// to another goroutine, and thirty-two writers share one fsync.
type queue struct {
	db *DB

	mu      sync.Mutex
	waiting []*write
	leading bool
	closed  bool
	idle    *sync.Cond
}

type write struct {
	ctx  context.Context
	f    func(ctx context.Context, t *Tx) error
	done chan error
}

// groupLimit bounds how many writes share a commit, so that the first is not kept waiting by a crowd.
const groupLimit = 128

func newQueue(d *DB) *queue {
	q := &queue{db: d}
	q.idle = sync.NewCond(&q.mu)
	return q
}

var errClosed = fault.New(fault.Unavailable, "db.closed")

func (q *queue) write(ctx context.Context, f func(ctx context.Context, t *Tx) error) error {
	w := &write{ctx: ctx, f: f, done: make(chan error, 1)}
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return errClosed
	}
	q.waiting = append(q.waiting, w)
	lead := !q.leading
	q.leading = true
	q.mu.Unlock()
	if lead {
		q.lead()
	}
	// Once in the queue a write is not abandoned half-way, and the answer is the truth.
	return <-w.done
}

// lead commits the leader's own group, then leaves any that gathered meanwhile to a goroutine of their own, so that a
// leader is not kept at the head of an endless crowd.
func (q *queue) lead() {
	if group := q.next(); len(group) > 0 {
		q.commit(group)
	}
	q.mu.Lock()
	more := len(q.waiting) > 0
	if !more {
		q.leading = false
		q.idle.Broadcast()
	}
	q.mu.Unlock()
	if more {
		go q.lead()
	}
}

// next takes the oldest waiting writes: a long one alone.
func (q *queue) next() []*write {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := 0
	for n < min(len(q.waiting), groupLimit) && !tx.IsLong(q.waiting[n].ctx) {
		n++
	}
	if n == 0 && len(q.waiting) > 0 {
		n = 1
	}
	group := q.waiting[:n:n]
	q.waiting = q.waiting[n:]
	return group
}

// commit runs a group in one transaction. If the transaction as a whole fails, everyone is told so: nothing was kept.
func (q *queue) commit(group []*write) {
	outcomes := make([]error, len(group))
	// The transaction outlives any one caller, so it has a context of its own.
	err := q.db.again(context.Background(), func() error {
		return q.db.run(context.Background(), q.db.writers, writing, func(_ context.Context, t *Tx) error {
			for i, w := range group {
				failed, err := q.guarded(w, t, len(group) > 1)
				if err != nil {
					return err
				}
				outcomes[i] = failed
			}
			if len(group) == 1 {
				return outcomes[0] // alone: the rollback is the transaction's own
			}
			return nil
		})
	})
	for i, w := range group {
		if err != nil && outcomes[i] == nil {
			outcomes[i] = err
		}
		w.done <- outcomes[i]
	}
}

// guarded runs one write. failed is its own refusal, which takes back its own work only; err is the transaction's end.
func (q *queue) guarded(w *write, t *Tx, savepoint bool) (failed, err error) {
	if w.ctx.Err() != nil {
		return w.ctx.Err(), nil
	}
	own := &Tx{Engine: t.Engine, session: t.session, now: q.db.now()}
	if savepoint {
		if _, err := t.Exec(context.Background(), "savepoint one"); err != nil {
			return nil, err
		}
	}
	ctx := w.ctx
	if !tx.IsLong(ctx) {
		// A statement that is interrupted takes the whole transaction back, the neighbours' part too; and to watch for that takes longer
		// than most statements.
		ctx = context.WithoutCancel(ctx)
	}
	failed = protect(func() error { return w.f(context.WithValue(ctx, inside{}, running{q.db, own}), own) })
	if isRetryable(failed) {
		return nil, failed
	}
	if savepoint {
		if failed != nil {
			if _, err := t.Exec(context.Background(), "rollback to one"); err != nil {
				return nil, err
			}
		}
		if _, err := t.Exec(context.Background(), "release one"); err != nil {
			return nil, err
		}
	}
	return failed, nil
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	for q.leading {
		q.idle.Wait()
	}
}
