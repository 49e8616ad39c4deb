package db_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
)

var schema = fstest.MapFS{"00001_probe.sql": {Data: []byte(`-- +goose Up
create table pot (
  id text primary key,
  used bigint not null,
  total bigint not null,
  flag boolean not null default false,
  body bytea,
  constraint pot_never_over check (used between 0 and total)
) /*sqlite: without rowid */;
create table child (id text primary key, pot text not null references pot (id));
`)}}

func fill(t *testing.T, d *db.DB, total int) {
	t.Helper()
	err := d.Write(t.Context(), func(ctx context.Context, x *db.Tx) error {
		_, err := x.Exec(ctx, "insert into pot (id, used, total) values ($1, 0, $2)", "a", total)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func used(t *testing.T, d *db.DB) int {
	t.Helper()
	return seen(t, t.Context(), d)
}

// The probe of the decision on drivers: one that numbers $2 by its first appearance corrupts data without an error.
func TestParametersAreBoundByNumber(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		d := e.Open(t, schema, nil)
		var a, b string
		if err := d.Read(t.Context(), func(ctx context.Context, x *db.Tx) error {
			return x.One(ctx, "select cast($2 as text), cast($1 as text)", []any{"one", "two"}, &a, &b)
		}); err != nil {
			t.Fatal(err)
		}
		if a != "two" || b != "one" {
			t.Errorf("got %q, %q", a, b)
		}
	})
}

func TestAGuardedCounterNeverPassesItsTotal(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		d := e.Open(t, schema, nil)
		fill(t, d, 100)
		empty := fault.New(fault.Exhausted, "test.empty")
		var wg sync.WaitGroup
		var mu sync.Mutex
		granted, refused := 0, 0
		for range 16 {
			wg.Go(func() {
				for range 20 {
					err := d.Write(t.Context(), func(ctx context.Context, x *db.Tx) error {
						n, err := x.Exec(ctx, "update pot set used = used + 1 where id = $1 and used + 1 <= total", "a")
						if err == nil && n == 0 {
							return empty
						}
						return err
					})
					mu.Lock()
					switch {
					case err == nil:
						granted++
					case errors.Is(err, empty):
						refused++
					default:
						t.Error(err)
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if granted != 100 || refused != 220 || used(t, d) != 100 {
			t.Errorf("granted %d, refused %d, used %d", granted, refused, used(t, d))
		}
	})
}

func TestOneRefusalNeverTakesANeighbourBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		d := e.Open(t, schema, nil)
		fill(t, d, 1000)
		no := errors.New("no")
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Go(func() {
				err := d.Write(t.Context(), func(ctx context.Context, x *db.Tx) error {
					if _, err := x.Exec(ctx, "update pot set used = used + 1 where id = 'a'"); err != nil {
						return err
					}
					switch i % 4 {
					case 1:
						return no
					case 2:
						panic("a defect")
					case 3: // a statement that the engine refuses
						_, err := x.Exec(ctx, "insert into pot (id, used, total) values ('a', 0, 0)")
						return err
					}
					return nil
				})
				if (err == nil) != (i%4 == 0) {
					t.Errorf("%d: %v", i, err)
				}
			})
		}
		wg.Wait()
		if got := used(t, d); got != 10 {
			t.Errorf("used: got %d, want 10", got)
		}
	})
}

// On SQLite a statement that is interrupted would take back what its neighbours wrote.
func TestAWriteThatHasBegunIsDoneThoughItsCallerLeaves(t *testing.T) {
	t.Parallel()
	d := dbtest.Engines()[0].Open(t, schema, nil)
	fill(t, d, 10)
	ctx, leave := context.WithCancel(t.Context())
	if err := d.Write(ctx, func(ctx context.Context, x *db.Tx) error {
		leave()
		_, err := x.Exec(ctx, "update pot set used = used + 1 where id = 'a'")
		return err
	}); err != nil || used(t, d) != 1 {
		t.Errorf("used: %d, %v", used(t, d), err)
	}
	if err := d.Write(ctx, func(context.Context, *db.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("who had left before: %v", err)
	}
}

func TestRowsAreLoadedAllOrNone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		d := e.Open(t, schema, nil)
		columns := []string{"id", "used", "total", "flag", "body"}
		rows := func(n int) (values []any) {
			for i := range n {
				values = append(values, fmt.Sprint("é", i), i, 1000, i%2 == 0, []byte{byte(i)})
			}
			return values
		}
		load := func(values []any) error {
			return d.Write(t.Context(), func(ctx context.Context, x *db.Tx) error { return x.Load(ctx, "pot", columns, values) })
		}
		if err := load(rows(300)); err != nil {
			t.Fatal(err)
		}
		var n, sum, flags int
		if err := d.Read(t.Context(), func(ctx context.Context, x *db.Tx) error {
			return x.One(ctx, "select count(*), sum(used), sum(case when flag then 1 else 0 end) from pot where id = 'é' || used", nil, &n, &sum, &flags)
		}); err != nil || n != 300 || sum != 299*150 || flags != 150 {
			t.Errorf("%v: %d rows, sum %d, %d flags", err, n, sum, flags)
		}
		if err := load(rows(301)[299*5:]); !db.IsUnique(err) { // one that is there
			t.Error(err)
		}
		if err := load(append(rows(302)[301*5:], "z", 5, 1, false, nil)); !db.IsCheck(err) {
			t.Error(err)
		}
		if err := load([]any{"a\x00b", 0, 1, false, nil}); !fault.Is(err, fault.Invalid) {
			t.Error(err)
		}
		if err := load([]any{"a", 0}); err == nil {
			t.Error("values that make no row were loaded")
		}
		if err := d.Read(t.Context(), func(ctx context.Context, x *db.Tx) error {
			return x.One(ctx, "select count(*) from pot", nil, &n)
		}); err != nil || n != 300 {
			t.Errorf("%v: %d rows are left of 300", err, n)
		}
	})
}

func TestErrorsHaveClasses(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		d := e.Open(t, schema, nil)
		fill(t, d, 1)
		try := func(query string) error {
			return d.Write(t.Context(), func(ctx context.Context, x *db.Tx) error {
				_, err := x.Exec(ctx, query)
				return err
			})
		}
		if err := try("insert into pot (id, used, total) values ('a', 0, 0)"); !db.IsUnique(err) {
			t.Errorf("unique: %v", err)
		}
		if err := try("update pot set used = 2"); !db.IsCheck(err) {
			t.Errorf("check: %v", err)
		}
		if err := try("insert into child (id, pot) values ('c', 'none')"); !db.IsParent(err) {
			t.Errorf("parent: %v", err)
		}
		err := d.Read(t.Context(), func(ctx context.Context, x *db.Tx) error {
			var n int
			return x.One(ctx, "select used from pot where id = 'z'", nil, &n)
		})
		if !db.IsNoRow(err) || !fault.Is(err, fault.NotFound) {
			t.Errorf("no row: %v", err)
		}
	})
}

// What an address may hold (%00, %ff) is the sender's mistake on either engine, and never kept.
func TestWhatIsNoTextIsRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		d := e.Open(t, schema, nil)
		for _, bad := range []string{"a\x00b", "\xff", "é\xc3"} {
			for name, ask := range map[string]func(ctx context.Context, x *db.Tx) error{
				"exec": func(ctx context.Context, x *db.Tx) error {
					_, err := x.Exec(ctx, "delete from pot where cast(used as text) = $1", bad)
					return err
				},
				"one": func(ctx context.Context, x *db.Tx) error {
					var n int
					return x.One(ctx, "select count(*) from pot where cast(used as text) = $1", []any{bad}, &n)
				},
				"each": func(ctx context.Context, x *db.Tx) error {
					return x.Each(ctx, "select used from pot where cast(used as text) = $1", []any{bad}, func(db.Row) error { return nil })
				},
				"a list": func(ctx context.Context, x *db.Tx) error {
					_, err := x.Exec(ctx, "delete from pot where cast(used as text) = $1", db.Texts{"a", bad})
					return err
				},
			} {
				if err := d.Write(t.Context(), ask); fault.CodeOf(err) != "db.text.invalid" || !fault.Is(err, fault.Invalid) {
					t.Errorf("%s %q: got %v", name, bad, err)
				}
			}
		}
	})
}

func TestReadersSeeOneSnapshotAndCannotWrite(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		d := e.Open(t, schema, nil)
		fill(t, d, 10)
		err := d.Read(t.Context(), func(ctx context.Context, x *db.Tx) error {
			var before, after int
			if err := x.One(ctx, "select used from pot", nil, &before); err != nil {
				return err
			}
			// Another writer commits in between (from outside: nesting is refused).
			if err := d.Write(t.Context(), func(ctx context.Context, x *db.Tx) error {
				_, err := x.Exec(ctx, "update pot set used = used + 1")
				return err
			}); err != nil {
				return err
			}
			if err := x.One(ctx, "select used from pot", nil, &after); err != nil {
				return err
			}
			if before != after {
				return fmt.Errorf("saw %d then %d", before, after)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		err = d.Read(t.Context(), func(ctx context.Context, x *db.Tx) error {
			_, err := x.Exec(ctx, "update pot set used = 0")
			return err
		})
		if err == nil {
			t.Error("a reader wrote")
		}
	})
}

// SQLite keeps queries ready from one transaction to the next: a table that changed under one, a refusal, a row left unread change nothing.
func TestAQueryAskedAgainAnswersAfresh(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		d := e.Open(t, schema, nil)
		fill(t, d, 40)
		write := func(query string, args ...any) error {
			return d.Write(t.Context(), func(ctx context.Context, x *db.Tx) error {
				_, err := x.Exec(ctx, query, args...)
				return err
			})
		}
		for i := range 10 {
			if i == 5 {
				if err := write("alter table pot add column late bigint not null default 0"); err != nil {
					t.Fatal(err)
				}
			}
			if err := write("update pot set used = used + $2 where id = $1", "a", 1); err != nil {
				t.Fatal(err)
			}
			if err := write("update pot set used = used + $2 where id = $1", "a", 100); !db.IsCheck(err) {
				t.Fatalf("a pot overfilled: %v", err)
			}
			var readers sync.WaitGroup
			for range 4 {
				readers.Go(func() {
					if n := used(t, d); n != i+1 {
						t.Errorf("used %d, want %d", n, i+1)
					}
				})
			}
			readers.Wait()
		}
	})
}

func TestTransactionsDoNotNest(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		d := e.Open(t, schema, nil)
		err := d.Write(t.Context(), func(ctx context.Context, _ *db.Tx) error {
			return d.Write(ctx, func(context.Context, *db.Tx) error { return nil })
		})
		if err == nil {
			t.Error("nested")
		}
	})
}

func TestOneTimePerTransaction(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		at := time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)
		d := e.Open(t, schema, func() time.Time { at = at.Add(time.Second); return at })
		if err := d.Write(t.Context(), func(_ context.Context, x *db.Tx) error {
			if a, b := x.Now(), x.Now(); !a.Equal(b) {
				return fmt.Errorf("%v then %v", a, b)
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
}

func TestMicrosKeepInstants(t *testing.T) {
	t.Parallel()
	at := clock.System()
	if got := db.FromMicros(db.Micros(at)); !got.Equal(at) {
		t.Errorf("got %v, want %v", got, at)
	}
	if !db.FromMicros(db.Micros(time.Time{})).IsZero() {
		t.Error("no time stays no time")
	}
}

func TestAddressesThatCannotBe(t *testing.T) {
	t.Parallel()
	if _, err := db.Open(t.Context(), "mysql://root:secret@h/x", clock.System); !fault.Is(err, fault.Invalid) {
		t.Errorf("got %v", err)
	} else if got := err.Error(); got != "db.address.invalid address=mysql://root:xxxxx@h/x" {
		t.Errorf("the password is in %q", got)
	}
}

// Both products have a table "session": one that took the other's database for its own would read and write nonsense.
func TestADatabaseIsOneProductsOnly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		address := e.Address(t)
		open := func() *db.DB {
			d, err := db.Open(t.Context(), address, clock.System)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { d.Close() })
			return d
		}
		first := open()
		for range 2 { // the second time it is known already
			if err := first.Claim(t.Context(), "Pupitre"); err != nil {
				t.Fatal(err)
			}
		}
		if err := first.Migrate(t.Context(), schema); err != nil {
			t.Fatal(err)
		}
		second := open()
		if err := second.Claim(t.Context(), "Biblio Exos"); fault.CodeOf(err) != "db.product.other" || !fault.Is(err, fault.Invalid) {
			t.Errorf("the other product: %v", err)
		}
		if err := second.Claim(t.Context(), "Pupitre"); err != nil {
			t.Errorf("another node of the same product: %v", err)
		}
	})
}

func TestADatabaseOfSomethingElseIsNotWrittenIn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		d, err := db.Open(t.Context(), e.Address(t), clock.System)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		if _, err := d.Pool().ExecContext(t.Context(), "create table bookmark (url text primary key)"); err != nil {
			t.Fatal(err)
		}
		for range 2 { // nothing was left behind that would let it pass the next time
			if err := d.Claim(t.Context(), "Pupitre"); fault.CodeOf(err) != "db.product.foreign" {
				t.Errorf("got %v", err)
			}
		}
	})
}

// Many nodes start at once on an empty database: one marks it, all find the mark.
func TestNodesClaimTogether(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		address := e.Address(t)
		var nodes sync.WaitGroup
		for range 4 {
			nodes.Go(func() {
				d, err := db.Open(t.Context(), address, clock.System)
				if err != nil {
					t.Error(err)
					return
				}
				defer d.Close()
				if err := d.Claim(t.Context(), "Pupitre"); err != nil {
					t.Error(err)
				}
			})
		}
		nodes.Wait()
	})
}

func TestOnlyItsOwnerReadsTheFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "pupitre.db")
	d, err := db.Open(t.Context(), "sqlite:"+file, clock.System)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if err := d.Claim(t.Context(), "Pupitre"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{file, file + "-wal"} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}

// What is written together is done as one; any other write inside a transaction is refused, and so is one of another database.
func TestWritesTogetherAreOne(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		d, other := e.Open(t, schema, nil), e.Open(t, schema, nil)
		add := func(ctx context.Context, to *db.DB, id int) error {
			return to.Write(ctx, func(ctx context.Context, t *db.Tx) error {
				_, err := t.Exec(ctx, `insert into pot (id, used, total) values ($1, 0, 1)`, strconv.Itoa(id))
				return err
			})
		}
		count := func() (n int) {
			if err := d.Read(t.Context(), func(ctx context.Context, t *db.Tx) error { return t.One(ctx, `select count(*) from pot`, nil, &n) }); err != nil {
				t.Fatal(err)
			}
			return n
		}
		both := func(id int, last error, inner func(ctx context.Context) error) error {
			return d.Write(t.Context(), func(ctx context.Context, t *db.Tx) error {
				if _, err := t.Exec(ctx, `insert into pot (id, used, total) values ($1, 0, 1)`, strconv.Itoa(id)); err != nil {
					return err
				}
				return errors.Join(inner(ctx), last)
			})
		}
		if err := both(1, nil, func(ctx context.Context) error { return add(tx.Together(ctx), d, 2) }); err != nil || count() != 2 {
			t.Errorf("%v, %d things", err, count())
		}
		wrong := errors.New("no")
		if err := both(3, wrong, func(ctx context.Context) error { return add(tx.Together(ctx), d, 4) }); !errors.Is(err, wrong) || count() != 2 {
			t.Errorf("half of it is there: %v, %d things", err, count())
		}
		for name, inner := range map[string]func(ctx context.Context) error{
			"not said":            func(ctx context.Context) error { return add(ctx, d, 6) },
			"of another database": func(ctx context.Context) error { return add(tx.Together(ctx), other, 6) },
			"inside what is together": func(ctx context.Context) error {
				return d.Write(tx.Together(ctx), func(ctx context.Context, _ *db.Tx) error { return add(ctx, d, 6) })
			},
		} {
			if err := both(5, nil, inner); err == nil || count() != 2 {
				t.Errorf("%s: %v, %d things", name, err, count())
			}
		}
	})
}
