package db

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// postgresTx is a transaction of PostgreSQL's. A round trip costs more than most statements, so what nobody waits for, its beginning
// too, travels with the next statement that somebody does. One that writes takes its connection when it first asks: if it never does, its
// commit is shared.
type postgresTx struct {
	pool    *sql.DB
	convoy  *convoy   // with whom it may share its commit; nil: with nobody
	held    *sql.Conn // gives conn back to its pool
	conn    *pgx.Conn // nil: none is taken
	waiting *pgx.Batch
	pid     uint32 // the server's process that does the work; 0: it was asked nothing
	over    bool
}

const (
	beginWriting = "begin isolation level read committed"
	beginReading = "begin isolation level repeatable read read only"
)

func beginPostgreSQL(ctx context.Context, pool *sql.DB, as mode, c *convoy) (session, error) {
	t := &postgresTx{pool: pool, waiting: &pgx.Batch{}}
	if as == writing || as == doing {
		t.convoy = c
	}
	switch as {
	case writing, writingApart:
		t.waiting.Queue(beginWriting)
		return t, nil
	case doing, doingApart:
		t.waiting.Queue(beginWriting)
		return &doTx{postgresTx: t}, nil
	}
	if err := t.connect(ctx); err != nil {
		return nil, err
	}
	if as == looking {
		return &lookTx{postgresTx: t}, nil
	}
	t.waiting.Queue(beginReading)
	return t, nil
}

// connect takes a connection, where there is none. Nobody else uses it until held is closed.
func (t *postgresTx) connect(ctx context.Context) error {
	if t.conn != nil {
		return nil
	}
	held, err := t.pool.Conn(ctx)
	if err != nil {
		return err
	}
	if err := held.Raw(func(driver any) error {
		t.conn = driver.(*stdlib.Conn).Conn()
		return nil
	}); err != nil {
		held.Close()
		return err
	}
	t.held, t.pid = held, t.conn.PgConn().PID()
	return nil
}

// send sends what waits and these questions, and reads past the answers of what waited. What it returns must be closed.
func (t *postgresTx) send(ctx context.Context, asked ...Question) (pgx.BatchResults, error) {
	if err := t.connect(ctx); err != nil {
		return nil, err
	}
	batch := t.waiting
	t.waiting = &pgx.Batch{}
	before := batch.Len()
	for _, q := range asked {
		batch.Queue(q.Query, q.Args...)
	}
	answers := t.conn.SendBatch(ctx, batch)
	if err := pass(answers, before); err != nil {
		return nil, err
	}
	return answers, nil
}

func (t *postgresTx) exec(ctx context.Context, query string, args []any) (int64, error) {
	if t.waiting.Len() == 0 {
		done, err := t.conn.Exec(ctx, query, args...)
		return done.RowsAffected(), err
	}
	answers, err := t.send(ctx, Question{Query: query, Args: args})
	if err != nil {
		return 0, err
	}
	done, err := answers.Exec()
	if e := answers.Close(); err == nil {
		err = e
	}
	return done.RowsAffected(), err
}

func (t *postgresTx) query(ctx context.Context, query string, args []any) (rows, error) {
	if t.waiting.Len() == 0 {
		return t.conn.Query(ctx, query, args...)
	}
	answers, err := t.send(ctx, Question{Query: query, Args: args})
	if err != nil {
		return nil, err
	}
	found, err := answers.Query()
	if err != nil {
		answers.Close()
		return nil, err
	}
	return postgresRows{found, answers}, nil
}

func (t *postgresTx) queries(ctx context.Context, asked []Question) error {
	answers, err := t.send(ctx, asked...)
	if err != nil {
		return err
	}
	defer answers.Close()
	if err := readAll(answers, asked); err != nil {
		return err
	}
	return answers.Close()
}

func readAll(answers pgx.BatchResults, asked []Question) error {
	for _, q := range asked {
		found, err := answers.Query()
		if err != nil {
			return err
		}
		if err := read(found, q.Scan); err != nil {
			return err
		}
	}
	return nil
}

// ahead asks before the transaction begins, where it has not.
func (t *postgresTx) ahead(ctx context.Context, query string, args []any) (rows, error) {
	if t.conn != nil || t.waiting.Len() > 1 {
		return t.query(ctx, query, args)
	}
	if err := t.connect(ctx); err != nil {
		return nil, err
	}
	found, err := t.conn.Query(ctx, query, args...)
	if err != nil {
		t.release(ctx)
		return nil, err
	}
	return aheadRows{found, t}, nil
}

// aheadRows are an answer with which its connection goes back.
type aheadRows struct {
	pgx.Rows
	tx *postgresTx
}

func (r aheadRows) Close() {
	r.Rows.Close()
	r.tx.release(context.Background())
}

func (t *postgresTx) later(_ context.Context, query string, args []any) error {
	t.waiting.Queue(query, args...)
	return nil
}

func (t *postgresTx) commit(ctx context.Context) error {
	begun := t.conn != nil && t.conn.PgConn().TxStatus() != idle
	switch n := t.waiting.Len(); {
	case !begun && n < 2:
		return nil // nothing but the beginning waits
	case !begun && n < mostSaid && t.convoy != nil:
		return t.share(nil)
	}
	answers, err := t.send(ctx, Question{Query: "commit"})
	if err != nil {
		return err
	}
	return committed(answers)
}

// committed reads the answer to the commit, the last of all.
func committed(answers pgx.BatchResults) error {
	done, err := answers.Exec()
	if e := answers.Close(); err == nil {
		err = e
	}
	if err == nil && done.String() == "ROLLBACK" {
		err = pgx.ErrTxCommitRollback // a refusal that somebody passed over
	}
	return err
}

const (
	idle            = 'I' // the server's word for a connection outside a transaction
	longestRollback = 5 * time.Second
)

func (t *postgresTx) rollback(ctx context.Context) {
	if t.over {
		return
	}
	t.over = true
	t.release(ctx)
}

// release gives the connection back, where one is taken.
func (t *postgresTx) release(ctx context.Context) {
	if t.conn == nil {
		return
	}
	// A connection that cannot be brought back to rest is not used again: its pool looks (stdlib.Conn.ResetSession).
	if !t.conn.IsClosed() && t.conn.PgConn().TxStatus() != idle {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), longestRollback)
		defer cancel()
		t.conn.Exec(ctx, "rollback")
	}
	t.held.Close()
	t.conn, t.pid = nil, 0
}

// lookTx asks once. What is sent in one go is a transaction of its own (protocol 3.0, « Extended Query ») which sees one moment, by the
// isolation that connections have where nothing else is said.
type lookTx struct {
	*postgresTx
	asked bool
}

var errOnce = errors.New("a look asks once only")

func (t *lookTx) once() error {
	if t.asked {
		return errOnce
	}
	t.asked = true
	return nil
}

func (t *lookTx) query(ctx context.Context, query string, args []any) (rows, error) {
	if err := t.once(); err != nil {
		return nil, err
	}
	return t.conn.Query(ctx, query, args...)
}

func (t *lookTx) ahead(ctx context.Context, query string, args []any) (rows, error) {
	return t.query(ctx, query, args)
}

func (t *lookTx) queries(ctx context.Context, asked []Question) error {
	if err := t.once(); err != nil {
		return err
	}
	return t.postgresTx.queries(ctx, asked)
}

// doTx asks once, and sends its commit along.
type doTx struct {
	*postgresTx
	asked bool
}

var errDo = errors.New("what is done in one go asks once, by Ask")

func (t *doTx) exec(context.Context, string, []any) (int64, error)  { return 0, errDo }
func (t *doTx) query(context.Context, string, []any) (rows, error)  { return nil, errDo }
func (t *doTx) ahead(context.Context, string, []any) (rows, error)  { return nil, errDo }
func (t *doTx) load(context.Context, string, []string, []any) error { return errDo }

func (t *doTx) queries(ctx context.Context, asked []Question) error {
	if t.asked {
		return errDo
	}
	t.asked = true
	if t.convoy != nil {
		return t.share(asked)
	}
	answers, err := t.send(ctx, append(slices.Clip(asked), Question{Query: "commit"})...)
	if err != nil {
		return err
	}
	defer answers.Close()
	if err := readAll(answers, asked); err != nil {
		return err
	}
	return committed(answers)
}

// postgresRows are an answer that came with others.
type postgresRows struct {
	pgx.Rows
	answers pgx.BatchResults
}

func (r postgresRows) Close() {
	r.Rows.Close()
	r.answers.Close()
}
