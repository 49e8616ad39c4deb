package db_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
)

// street is a database of PostgreSQL's where as many convoys are under way as there may be, and wait: whoever comes meanwhile waits for
// the next, and is in it together.
type street struct {
	*db.DB
	t     *testing.T
	clear func() // lets them go
	first sync.WaitGroup
}

func newStreet(t *testing.T) *street {
	t.Helper()
	s := &street{DB: dbtest.Engines()[1].Open(t, schema, nil), t: t}
	fill(t, s.DB, 1000)
	free := make(chan struct{})
	s.clear = func() { close(free) }
	for n := range runtime.GOMAXPROCS(0) {
		s.first.Go(func() {
			if err := s.Do(t.Context(), func(ctx context.Context, x *db.Tx) error {
				return x.Ask(ctx, db.Question{Query: "select 1", Scan: func(db.Row) error { <-free; return nil }})
			}); err != nil {
				t.Error(err)
			}
		})
		s.until(0, n+1)
	}
	return s
}

// hold locks a row until the function that it returns is called.
func (s *street) hold(pot string) (release func()) {
	s.t.Helper()
	locked, free := make(chan struct{}), make(chan struct{})
	var holder sync.WaitGroup
	holder.Go(func() {
		if err := s.Write(s.t.Context(), func(ctx context.Context, x *db.Tx) error {
			if _, err := x.Exec(ctx, "update pot set used = used where id = $1", pot); err != nil {
				return err
			}
			close(locked)
			<-free
			return nil
		}); err != nil {
			s.t.Error(err)
		}
	})
	<-locked
	return func() { close(free); holder.Wait() }
}

// until returns once so many writes wait, and so many convoys are under way.
func (s *street) until(waiting, under int) {
	for {
		if w, u := s.Travelling(); w == waiting && u == under {
			return
		}
		runtime.Gosched()
	}
}

func later(query string, args ...any) func(context.Context, *db.Tx) error {
	return func(ctx context.Context, x *db.Tx) error { return x.Later(ctx, query, args...) }
}

const newPot = "insert into pot (id, used, total) values ($1, 0, 10)"

// transactions is how many of them the pots named b… came from.
func (s *street) transactions() (pots, of int) {
	s.t.Helper()
	if err := s.Read(s.t.Context(), func(ctx context.Context, x *db.Tx) error {
		return x.One(ctx, "select count(*), count(distinct xmin::text) from pot where id like 'b%'", nil, &pots, &of)
	}); err != nil {
		s.t.Fatal(err)
	}
	return pots, of
}

func TestWritesThatAskNothingShareACommit(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			n, pot := 0, fmt.Sprint("b", i)
			count := func(row db.Row) error { return row.Scan(&n) }
			err := []func() error{
				func() error { return s.Write(t.Context(), later(newPot, pot)) },
				func() error { // what is asked before anything is written keeps nobody from it
					return s.Write(t.Context(), func(ctx context.Context, x *db.Tx) error {
						if err := x.Ahead(ctx, "select total from pot where id = 'a'", nil, count); err != nil || n != 1000 {
							t.Errorf("%d, %v", n, err)
						}
						return x.Later(ctx, newPot, pot)
					})
				},
				func() error {
					err := s.Do(t.Context(), func(ctx context.Context, x *db.Tx) error {
						return x.Ask(ctx, db.Question{Query: newPot, Args: []any{pot}, Scan: count},
							db.Question{Query: "select total from pot where id = $1", Args: []any{pot}, Scan: count})
					})
					if n != 10 {
						t.Errorf("%s holds %d", pot, n)
					}
					return err
				},
			}[i%3]()
			if err != nil {
				t.Errorf("%s: %v", pot, err)
			}
		})
	}
	s.until(12, runtime.GOMAXPROCS(0))
	s.clear()
	all.Wait()
	s.first.Wait()
	if pots, of := s.transactions(); pots != 12 || of != 1 {
		t.Errorf("%d pots by %d transactions, want 12 by one", pots, of)
	}
}

// together sends twelve writes in one convoy: those that are named, and a new pot by each of the others, which must be kept.
func (s *street) together(named map[int]func(pot string) error) {
	s.t.Helper()
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			pot := fmt.Sprint("b", i)
			if write, ok := named[i]; ok {
				if err := write(pot); err != nil {
					s.t.Errorf("%s: %v", pot, err)
				}
			} else if err := s.Write(s.t.Context(), later(newPot, pot)); err != nil {
				s.t.Errorf("%s: %v", pot, err)
			}
		})
	}
	s.until(12, runtime.GOMAXPROCS(0))
	s.clear()
	all.Wait()
	s.first.Wait()
}

func TestOneRefusalTakesNobodyElseOfItsConvoyBack(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	s.together(map[int]func(string) error{3: func(pot string) error {
		if err := s.Write(t.Context(), later("insert into pot (id, used, total) values ($1, 11, 10)", pot)); !db.IsCheck(err) {
			return fmt.Errorf("it is not refused: %w", err)
		}
		return nil
	}})
	if pots, _ := s.transactions(); pots != 11 {
		t.Errorf("%d pots are kept, want 11", pots)
	}
}

// Who cannot read an answer is told so. What was asked is done by then, for everybody, and is not done again.
func TestOneReaderInTroubleIsNobodyElsesTrouble(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	no := errors.New("no")
	unread := func(pot string, scan func(db.Row) error) error {
		return s.Do(t.Context(), func(ctx context.Context, x *db.Tx) error {
			return x.Ask(ctx, db.Question{Query: newPot + " returning id", Args: []any{pot}, Scan: scan})
		})
	}
	s.together(map[int]func(string) error{
		5: func(pot string) error {
			if err := unread(pot, func(db.Row) error { return no }); !errors.Is(err, no) {
				return fmt.Errorf("a refusal is told as %w", err)
			}
			return nil
		},
		7: func(pot string) error {
			if err := unread(pot, func(row db.Row) error { return row.Scan(new(int)) }); err == nil {
				return errors.New("a name is read as a number")
			}
			return nil
		},
		9: func(pot string) error {
			if err := unread(pot, func(db.Row) error { panic("a defect") }); err == nil {
				return errors.New("a defect is not told")
			}
			return nil
		},
	})
	if pots, of := s.transactions(); pots != 12 || of != 1 {
		t.Errorf("%d pots by %d transactions, want 12 by one", pots, of)
	}
}

func TestWhoWaitsForALockKeepsNobodyElse(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	if err := s.Do(t.Context(), func(ctx context.Context, x *db.Tx) error { return nil }); err != nil {
		t.Error(err) // nothing is to be done, so nobody is waited for
	}
	if _, err := s.Pool().ExecContext(t.Context(), newPot, "z"); err != nil {
		t.Fatal(err)
	}
	release := s.hold("z")
	var others, one sync.WaitGroup
	one.Go(func() {
		if err := s.Write(t.Context(), later("update pot set used = used + 1 where id = 'z'")); err != nil {
			t.Error(err)
		}
	})
	for i := range 5 {
		others.Go(func() {
			if err := s.Write(t.Context(), later(newPot, fmt.Sprint("b", i))); err != nil {
				t.Error(err)
			}
		})
	}
	s.until(6, runtime.GOMAXPROCS(0))
	s.clear()
	others.Wait() // before the row is free
	s.until(0, 0) // and who waits for it does so by itself
	release()
	one.Wait()
	s.first.Wait()
	n := 0
	if err := s.Read(t.Context(), func(ctx context.Context, x *db.Tx) error {
		return x.One(ctx, "select used from pot where id = 'z'", nil, &n)
	}); err != nil || n != 1 {
		t.Errorf("who waited has written %d times, %v", n, err)
	}
}
