package db

import (
	"context"
	"database/sql"
	"errors"
	"runtime"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// convoy is what queue is to SQLite: writes that ask nothing, or once and nothing more (Do), and that wait at the same moment, travel as
// one transaction of PostgreSQL's: one round trip and one durable commit for all of them. Nobody waits in order to have company: as many
// convoys are on their way as there are processors, and whoever comes meanwhile goes with the next. There are no savepoints: where one is
// refused, all are taken back, and each goes by itself (errApart). So does whoever would wait for somebody's lock: the road is kept clear.
type convoy struct {
	roads *sql.DB // connections of its own, set up for what is a transaction without saying so (openRoads)

	mu      sync.Mutex
	waiting []*traveller
	under   int // convoys on their way
}

// traveller is one write: what it says, and what it asks then.
type traveller struct {
	said  []*pgx.QueuedQuery
	asked []Question
	pid   uint32 // the server's process that it came to
	own   error  // what its own reading of an answer came to: too late to take anything back (DB.Do)
	done  chan error
}

// read reads an answer. Its commit is on its way already, and those of others with it: a reader's trouble is the reader's.
func (o *traveller) read(found pgx.Rows, scan func(row Row) error) error {
	return read(found, func(Row) error {
		if o.own == nil {
			o.own = protect(func() error { return scan(readOnly{found}) })
		}
		return nil
	})
}

// readOnly is a row whose driver does not hear of what cannot be read: it would give up all the answers after it.
type readOnly struct{ pgx.Rows }

func (r readOnly) Scan(dest ...any) error {
	return pgx.ScanRow(r.Conn().TypeMap(), r.FieldDescriptions(), r.RawValues(), dest...)
}

const (
	mostTravellers = 64
	mostSaid       = 16 // statements of one that may come along: a larger write would keep the others waiting
	patience       = "50ms"
)

// openRoads opens the convoys' connections, as many as there may be at a time. What is sent in one go is a transaction of its own
// (protocol 3.0, « Extended Query »): nothing need begin or commit it, where its isolation and its patience are the connection's.
func openRoads(config *pgx.ConnConfig) *sql.DB {
	config = config.Copy()
	config.RuntimeParams["default_transaction_isolation"] = "read committed"
	config.RuntimeParams["lock_timeout"] = patience
	roads := stdlib.OpenDB(*config)
	conns := runtime.GOMAXPROCS(0)
	roads.SetMaxOpenConns(conns)
	roads.SetMaxIdleConns(conns)
	return roads
}

// errApart tells a write that its convoy was taken back, and that it is to run again by itself.
var errApart = errors.New("the writes beside it were refused")

// share sends what waits, and these questions, with whoever waits beside; it returns once that is committed.
func (t *postgresTx) share(asked []Question) error {
	one := &traveller{said: t.waiting.QueuedQueries[1:], asked: asked, done: make(chan error, 1)} // a convoy has no beginning
	t.waiting = &pgx.Batch{}
	c := t.convoy
	c.mu.Lock()
	c.waiting = append(c.waiting, one)
	lead := c.under < runtime.GOMAXPROCS(0)
	if lead {
		c.under++
	}
	c.mu.Unlock()
	if lead {
		c.lead()
	}
	// Once on its way a write is not given up: the answer is the truth.
	err := <-one.done
	t.pid = one.pid
	return err
}

// lead takes those who wait, then leaves any that came meanwhile to a goroutine of their own.
func (c *convoy) lead() {
	c.mu.Lock()
	group := c.waiting[:min(len(c.waiting), mostTravellers):min(len(c.waiting), mostTravellers)]
	c.waiting = c.waiting[len(group):]
	c.mu.Unlock()
	if len(group) > 0 {
		c.carry(group)
	}
	c.mu.Lock()
	more := len(c.waiting) > 0
	if !more {
		c.under--
	}
	c.mu.Unlock()
	if more {
		go c.lead()
	}
}

// carry does what a group wants, and tells each. The transaction outlives any one of them, so it has a context of its own.
func (c *convoy) carry(group []*traveller) {
	t := &postgresTx{pool: c.roads, waiting: &pgx.Batch{}}
	err := t.carry(context.Background(), group)
	pid := t.pid
	t.rollback(context.Background())
	if waited := isImpatient(err); waited || err != nil && len(group) > 1 && !isLost(err) {
		err = errors.Join(errApart, err)
	}
	for _, one := range group {
		if one.pid = pid; err == nil {
			one.done <- one.own
		} else {
			one.done <- err
		}
	}
}

func (t *postgresTx) carry(ctx context.Context, group []*traveller) error {
	if err := t.connect(ctx); err != nil {
		return err
	}
	all := &pgx.Batch{}
	for _, one := range group {
		for _, q := range one.said {
			all.Queue(q.SQL, q.Arguments...)
		}
		for _, q := range one.asked {
			all.Queue(q.Query, q.Args...)
		}
	}
	answers := t.conn.SendBatch(ctx, all)
	defer answers.Close()
	for _, one := range group {
		if err := pass(answers, len(one.said)); err != nil {
			return err
		}
		for _, q := range one.asked {
			found, err := answers.Query()
			if err != nil {
				return err
			}
			if err := one.read(found, q.Scan); err != nil {
				return err
			}
		}
	}
	return answers.Close() // the server's word that it is committed
}

// isImpatient reports whether somebody would have waited for a lock.
func isImpatient(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "55P03"
}

// pass reads past the answers to what nobody waits for.
func pass(answers pgx.BatchResults, n int) error {
	for range n {
		if _, err := answers.Exec(); err != nil {
			answers.Close()
			if IsUnique(classify(err)) {
				err = errors.Join(errAgain, err) // it was not there when we looked
			}
			return err
		}
	}
	return nil
}
