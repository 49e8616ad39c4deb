package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"pupitre/internal/fault"
	"pupitre/internal/tx"
)

// Tx is a running transaction. It is good only inside the function that was given it.
type Tx struct {
	Engine Engine
	// Committed, unless nil, is called once what a Write did is kept.
	Committed func()

	session
	now     time.Time
	witness *witness // PostgreSQL: how to learn whether it was committed
}

// session is a transaction as its engine runs it. Errors are the engine's own.
type session interface {
	exec(ctx context.Context, query string, args []any) (int64, error)
	query(ctx context.Context, query string, args []any) (rows, error)
	// ahead is query for Tx.Ahead.
	ahead(ctx context.Context, query string, args []any) (rows, error)
	// load is Tx.Load.
	load(ctx context.Context, table string, columns []string, values []any) error
	// later runs a statement at the latest before the next one.
	later(ctx context.Context, query string, args []any) error
	// queries answers several, in their order.
	queries(ctx context.Context, asked []Question) error
	commit(ctx context.Context) error
	// rollback ends what was not committed; after commit it does nothing.
	rollback(ctx context.Context)
}

// rows are an answer that is being read.
type rows interface {
	Row
	Next() bool
	Err() error
	Close()
}

// Now is the transaction's one timestamp.
func (t *Tx) Now() time.Time { return t.now }

// Exec runs a statement and returns how many rows it touched.
func (t *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if err := texts(args); err != nil {
		return 0, err
	}
	n, err := t.exec(ctx, query, args)
	return n, classify(err)
}

// Later is Exec for a statement of whose outcome nothing depends inside the transaction: on PostgreSQL it travels with the next
// statement that is asked about, or with the commit, and so may its error. A row that exists already (IsUnique on SQLite, which has
// one writer) is there one that another transaction wrote meanwhile: this one runs again.
func (t *Tx) Later(ctx context.Context, query string, args ...any) error {
	if err := texts(args); err != nil {
		return err
	}
	return classify(t.later(ctx, query, args))
}

// One scans the single row of a query into dest. No row is fault.NotFound with the code "db.norow".
func (t *Tx) One(ctx context.Context, query string, args []any, dest ...any) error {
	if err := texts(args); err != nil {
		return err
	}
	found := false
	if err := t.Each(ctx, query, args, func(row Row) error {
		if found {
			return nil
		}
		found = true
		return row.Scan(dest...)
	}); err != nil {
		return err
	}
	if !found {
		return errNoRow
	}
	return nil
}

// Each calls scan for every row of a query, in order. Nothing else may be asked meanwhile.
func (t *Tx) Each(ctx context.Context, query string, args []any, scan func(row Row) error) error {
	if err := texts(args); err != nil {
		return err
	}
	rows, err := t.query(ctx, query, args)
	if err != nil {
		return classify(err)
	}
	return classify(read(rows, scan))
}

// Ahead is Each for a question that locks nothing and comes before anything is written. In a Write on PostgreSQL each statement sees a
// moment of its own anyway, so the transaction need not have begun: one that asks nothing else shares its commit.
func (t *Tx) Ahead(ctx context.Context, query string, args []any, scan func(row Row) error) error {
	if err := texts(args); err != nil {
		return err
	}
	rows, err := t.ahead(ctx, query, args)
	if err != nil {
		return classify(err)
	}
	return classify(read(rows, scan))
}

func read(r rows, scan func(row Row) error) error {
	defer r.Close()
	for r.Next() {
		if err := scan(r); err != nil {
			return err
		}
	}
	return r.Err()
}

// Question is a query and what is done with each row of its answer.
type Question struct {
	Query string
	Args  []any
	Scan  func(row Row) error
}

// Ask is Each for several questions that do not depend on one another, on PostgreSQL in one round trip.
func (t *Tx) Ask(ctx context.Context, asked ...Question) error {
	if len(asked) == 0 {
		return nil
	}
	for _, q := range asked {
		if err := texts(q.Args); err != nil {
			return err
		}
	}
	return classify(t.queries(ctx, asked))
}

var errText = fault.New(fault.Invalid, "db.text.invalid")

// texts refuses what is no text in any language: bytes that are not UTF-8, and the zero character, which an address may hold (%00).
// PostgreSQL would call that our defect, and SQLite keep it.
func texts(args []any) error {
	for _, a := range args {
		switch v := a.(type) {
		case string:
			if !isText(v) {
				return errText
			}
		case Texts:
			if slices.ContainsFunc(v, func(s string) bool { return !isText(s) }) {
				return errText
			}
		case Rows:
			for _, row := range v {
				if err := texts(row); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func isText(s string) bool { return strings.IndexByte(s, 0) < 0 && utf8.ValidString(s) }

// Texts is a list of texts as one parameter: a JSON array.
type Texts []string

// Value implements driver.Valuer.
func (l Texts) Value() (driver.Value, error) {
	if len(l) == 0 {
		return "[]", nil
	}
	b, err := json.Marshal([]string(l))
	return string(b), err
}

// Rows are many short rows of texts and numbers as one parameter: a JSON array of arrays. RowsOf opens them.
type Rows [][]any

// Value implements driver.Valuer.
func (r Rows) Value() (driver.Value, error) {
	if len(r) == 0 {
		return "[]", nil
	}
	b, err := json.Marshal([][]any(r))
	return string(b), err
}

// RowsOf opens a parameter that is Rows as the rows e of one column: e.value->>0 is the first of a row's values, as a text on PostgreSQL
// (cast it where it is a number). One statement so writes any number of rows, and is the same text whatever that is.
func RowsOf(parameter string) string {
	return `/*sqlite: json_each(*/ /*postgres: json_array_elements(cast(*/` + parameter + ` /*sqlite: ) as e */ /*postgres: as json)) as e(value) */`
}

// Row is what Each hands to its function.
type Row interface{ Scan(dest ...any) error }

var errNoRow = fault.New(fault.NotFound, "db.norow")

// IsNoRow reports whether err is One's "there is no such row", which callers turn into their own words.
func IsNoRow(err error) bool { return errors.Is(err, errNoRow) }

type inside struct{} // the context key of the running transaction

// running is a transaction, and the database that it is of.
type running struct {
	db *DB
	tx *Tx
}

func refuseNesting(ctx context.Context) error {
	if ctx.Value(inside{}) != nil {
		return errors.New("a transaction was opened inside another")
	}
	return nil
}

// Read runs f on one consistent snapshot: its own, or the one that ctx shares (Share).
func (d *DB) Read(ctx context.Context, f func(ctx context.Context, t *Tx) error) error {
	return d.read(ctx, reading, f)
}

// Look is Read for an f that asks once and nothing more, one query or several together (Ask): on PostgreSQL that is one round trip.
func (d *DB) Look(ctx context.Context, f func(ctx context.Context, t *Tx) error) error {
	return d.read(ctx, looking, f)
}

func (d *DB) read(ctx context.Context, as mode, f func(ctx context.Context, t *Tx) error) error {
	if err := refuseNesting(ctx); err != nil {
		return err
	}
	return d.again(ctx, func() error {
		if s := d.shared(ctx); s != nil {
			if ran, err := s.read(ctx, f); ran {
				return err
			}
		}
		return d.run(ctx, d.readers, as, f)
	})
}

// Write runs f and commits it durably. On SQLite it shares its commit with the writes that wait beside it. With a context of
// tx.Together it is part of the transaction that the context comes from, and as durable as that.
func (d *DB) Write(ctx context.Context, f func(ctx context.Context, t *Tx) error) error {
	return d.write(ctx, writing, f)
}

// Do is Write for an f that asks once and nothing more (Ask): on PostgreSQL that is one round trip, the commit with it. Where the server
// is lost meanwhile f runs again, whether or not it was committed, and must find what it did; and it may not fail once it has asked.
func (d *DB) Do(ctx context.Context, f func(ctx context.Context, t *Tx) error) error {
	return d.write(ctx, doing, f)
}

func (d *DB) write(ctx context.Context, as mode, f func(ctx context.Context, t *Tx) error) error {
	if r, ok := ctx.Value(inside{}).(running); ok && r.db == d && tx.IsTogether(ctx) {
		return f(tx.Apart(ctx), r.tx)
	}
	if err := refuseNesting(ctx); err != nil {
		return err
	}
	if s := d.shared(ctx); s != nil {
		s.end()
	}
	if as == writing && tx.IsLong(ctx) {
		as = writingApart
	}
	var last *Tx
	noting := func(ctx context.Context, t *Tx) error {
		last = t
		return f(ctx, t)
	}
	var err error
	if d.queue != nil {
		err = d.queue.write(ctx, noting)
	} else {
		err = d.again(ctx, func() error {
			err := d.run(ctx, d.writers, as, noting)
			if errors.Is(err, errApart) {
				err = d.run(ctx, d.writers, as.apart(), noting)
			}
			return err
		})
	}
	if err == nil && last.Committed != nil {
		last.Committed()
	}
	return err
}

// mode is what a transaction is for.
type mode int

const (
	writing mode = iota
	reading
	looking      // one query, or one Ask
	doing        // one Ask that writes
	writingApart // with a commit of its own
	doingApart
)

func (m mode) apart() mode {
	if m == doing {
		return doingApart
	}
	return writingApart
}

// begin opens a transaction in a pool.
func (d *DB) begin(ctx context.Context, pool *sql.DB, as mode) (session, error) {
	if d.Engine == PostgreSQL {
		return beginPostgreSQL(ctx, pool, as, d.convoy)
	}
	return beginSQLite(ctx, d.ready[pool], as)
}

// run is one try of one transaction, rolled back on error and on panic.
func (d *DB) run(ctx context.Context, pool *sql.DB, as mode, f func(ctx context.Context, t *Tx) error) error {
	s, err := d.begin(ctx, pool, as)
	if err != nil {
		return classify(err)
	}
	defer s.rollback(ctx)
	t := &Tx{Engine: d.Engine, session: s, now: d.now()}
	if err := protect(func() error { return f(context.WithValue(ctx, inside{}, running{d, t}), t) }); err != nil {
		return err
	}
	return d.commit(ctx, t, as)
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

// again repeats a transaction that lost to another one, a little later each time, for about two seconds in all; and one whose server
// was lost, for longer.
func (d *DB) again(ctx context.Context, try func() error) error {
	pause, lost := 2*time.Millisecond, 0
	for attempt := 1; ; attempt++ {
		err := try()
		wait := pause
		switch {
		case !isRetryable(err):
			return err
		case errors.Is(err, errLost):
			if lost++; lost == mostTries {
				return fault.Wrap(err, fault.Unavailable, "db.away")
			}
			attempt, wait = attempt-1, betweenTries
		case attempt == 12:
			return fault.Wrap(err, fault.Unavailable, "db.busy")
		default:
			pause = min(pause*2, 300*time.Millisecond)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}
