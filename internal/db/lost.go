package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"pupitre/internal/fault"
)

// A PostgreSQL server may go away for a moment: it is restarted, another takes its place, a cable is pulled. Whoever waits for an
// answer meanwhile waits a little longer, and no act is lost or done twice:
//
//	before the commit was sent     nothing happened: the transaction runs again
//	while the commit was on its way   nobody knows: the witness is asked as soon as there is a server again. It is a row that this very
//	                                  transaction wrote, so it is there if and only if all of it is
//
// A transaction without a witness is not repeated: the caller is told that nobody knows (db.doubt).

// A server may be away for this long before a caller is told (db.away): so many tries, so far apart.
const (
	mostTries    = 120
	betweenTries = 100 * time.Millisecond
)

var (
	errLost  = errors.New("the server was lost")
	errDoubt = errors.New("the server was lost while it committed")
)

// isLost reports whether an error is the server's or the connection's end.
func isLost(err error) bool {
	if errors.Is(err, driver.ErrBadConn) || pgconn.SafeToRetry(err) {
		return true
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code == "57P01" || e.Code == "57P02" || e.Code == "57P03" || e.Code == "08006" || e.Code == "08003"
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return true
	}
	for _, sign := range []error{io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, syscall.ECONNRESET, syscall.EPIPE, sql.ErrConnDone} {
		if errors.Is(err, sign) {
			return true
		}
	}
	return false
}

// witness is how to learn whether a transaction was committed.
type witness struct {
	query string
	args  []any
}

// Witness gives a question that finds a row if and only if this transaction was committed: one of a row that it writes, under a name
// that no other gives. The first one given is kept. SQLite needs none: there the process that knows is the one that writes.
func (t *Tx) Witness(query string, args ...any) {
	if t.witness == nil && t.Engine == PostgreSQL {
		t.witness = &witness{query, args}
	}
}

// commit ends a transaction, and finds out what became of it where the server was lost meanwhile: nil if it is there, errLost if it is
// not and may run again.
func (d *DB) commit(ctx context.Context, t *Tx, as mode) error {
	err := t.session.commit(ctx)
	if err == nil || d.Engine != PostgreSQL || as != writing && as != writingApart || !isLost(err) {
		return classify(err)
	}
	pid := t.session.(*postgresTx).pid
	if pid == 0 {
		return classify(err) // it never came there
	}
	if t.witness == nil {
		return fault.Wrap(errors.Join(errDoubt, err), fault.Unavailable, "db.doubt")
	}
	t.rollback(ctx) // gives the dead connection back
	return d.testify(ctx, t.witness, pid, err)
}

// testify asks the witness until somebody answers. The server process that had the transaction must be gone: until then it may still
// be committing.
func (d *DB) testify(ctx context.Context, w *witness, pid uint32, cause error) error {
	ask := fmt.Sprintf(`select exists(%s), exists(select 1 from pg_stat_activity where pid = %d and state <> 'idle')`, w.query, pid)
	for range mostTries {
		var seen, busy bool
		err := d.readers.QueryRowContext(ctx, ask, w.args...).Scan(&seen, &busy)
		switch {
		case err == nil && seen:
			return nil
		case err == nil && !busy:
			return errors.Join(errLost, cause)
		case err != nil && !isRetryable(classify(err)):
			return errors.Join(errDoubt, cause, err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(betweenTries):
		}
	}
	return fault.Wrap(errors.Join(errDoubt, cause), fault.Unavailable, "db.doubt")
}
