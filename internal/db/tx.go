package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"pupitre/internal/fault"
)

// Tx is a running transaction. It is good only inside the function that was given it.
type Tx struct {
	Engine Engine

	sql   *sql.Tx
	conn  *sql.Conn   // that sql runs on, where it writes on PostgreSQL
	ready *statements // nil on PostgreSQL
	now   time.Time
}

// Now is the transaction's one timestamp.
func (t *Tx) Now() time.Time { return t.now }

// Exec runs a statement and returns how many rows it touched.
func (t *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if err := texts(args); err != nil {
		return 0, err
	}
	res, err := t.ready.of(ctx, t.sql, query).exec(ctx, args)
	if err != nil {
		return 0, classify(err)
	}
	return res.RowsAffected()
}

// One scans the single row of a query into dest. No row is fault.NotFound with the code "db.norow".
func (t *Tx) One(ctx context.Context, query string, args []any, dest ...any) error {
	if err := texts(args); err != nil {
		return err
	}
	err := t.ready.of(ctx, t.sql, query).row(ctx, args).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return errNoRow
	}
	return classify(err)
}

// Each calls scan for every row of a query, in order.
func (t *Tx) Each(ctx context.Context, query string, args []any, scan func(row Row) error) error {
	if err := texts(args); err != nil {
		return err
	}
	rows, err := t.ready.of(ctx, t.sql, query).rows(ctx, args)
	if err != nil {
		return classify(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return classify(err)
		}
	}
	return classify(rows.Err())
}

var errText = fault.New(fault.Invalid, "db.text.invalid")

// texts refuses what is no text in any language: bytes that are not UTF-8, and the zero character, which an address may hold (%00).
// PostgreSQL would call that our defect, and SQLite keep it.
func texts(args []any) error {
	for _, a := range args {
		if s, ok := a.(string); ok && (strings.IndexByte(s, 0) >= 0 || !utf8.ValidString(s)) {
			return errText
		}
	}
	return nil
}

// Prepare readies a statement for many runs inside this transaction; close it when done.
func (t *Tx) Prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	stmt, err := t.sql.PrepareContext(ctx, query)
	return stmt, classify(err)
}

// Row is what Each hands to its function.
type Row interface{ Scan(dest ...any) error }

var errNoRow = fault.New(fault.NotFound, "db.norow")

// IsNoRow reports whether err is One's "there is no such row", which callers turn into their own words.
func IsNoRow(err error) bool { return errors.Is(err, errNoRow) }

type inside struct{} // the context key that marks "inside a transaction"

func refuseNesting(ctx context.Context) error {
	if ctx.Value(inside{}) != nil {
		return errors.New("a transaction was opened inside another")
	}
	return nil
}

// Read runs f on one consistent snapshot: its own, or the one that ctx shares (Share).
func (d *DB) Read(ctx context.Context, f func(ctx context.Context, t *Tx) error) error {
	if err := refuseNesting(ctx); err != nil {
		return err
	}
	return d.again(ctx, func() error {
		if s := d.shared(ctx); s != nil {
			if ran, err := s.read(ctx, f); ran {
				return err
			}
		}
		return d.run(ctx, d.readers, d.readOnly(), f)
	})
}

func readsOnly(opts *sql.TxOptions) bool { return opts != nil && opts.ReadOnly }

func (d *DB) readOnly() *sql.TxOptions {
	opts := &sql.TxOptions{ReadOnly: true}
	if d.Engine == PostgreSQL {
		opts.Isolation = sql.LevelRepeatableRead
	}
	return opts
}

// Write runs f and commits it durably. On SQLite it shares its commit with the writes that wait beside it.
func (d *DB) Write(ctx context.Context, f func(ctx context.Context, t *Tx) error) error {
	if err := refuseNesting(ctx); err != nil {
		return err
	}
	if s := d.shared(ctx); s != nil {
		s.end()
	}
	if d.queue != nil {
		return d.queue.write(ctx, f)
	}
	return d.again(ctx, func() error { return d.run(ctx, d.writers, nil, f) })
}

// run is one try of one transaction, rolled back on error and on panic.
func (d *DB) run(ctx context.Context, pool *sql.DB, opts *sql.TxOptions, f func(ctx context.Context, t *Tx) error) error {
	begin := pool.BeginTx
	var conn *sql.Conn
	if d.Engine == PostgreSQL && !readsOnly(opts) {
		var err error
		if conn, err = pool.Conn(ctx); err != nil {
			return classify(err)
		}
		defer conn.Close()
		begin = conn.BeginTx
	}
	raw, err := begin(ctx, opts)
	if err != nil {
		return classify(err)
	}
	defer raw.Rollback() // after Commit it does nothing
	ready := d.ready[pool]
	t := &Tx{Engine: d.Engine, sql: raw, conn: conn, ready: ready, now: d.now()}
	if err := protect(func() error { return f(context.WithValue(ctx, inside{}, true), t) }); err != nil {
		return err
	}
	if err := raw.Commit(); err != nil {
		return classify(err)
	}
	ready.prepare(ctx)
	return nil
}

// protect turns a panic into an error: one caller's defect must not take the writer, and with it the site, down.
func protect(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a transaction: %v\n%s", p, debug.Stack())
		}
	}()
	return f()
}

// again repeats a transaction that lost to another one, a little later each time, for about two seconds in all.
func (d *DB) again(ctx context.Context, try func() error) error {
	pause := 2 * time.Millisecond
	for attempt := 1; ; attempt++ {
		err := try()
		if !isRetryable(err) {
			return err
		}
		if attempt == 12 {
			return fault.Wrap(err, fault.Unavailable, "db.busy")
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		pause = min(pause*2, 300*time.Millisecond)
	}
}
