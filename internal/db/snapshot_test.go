package db_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
)

// seen is what a read of this context says of the pot.
func seen(t *testing.T, ctx context.Context, d *db.DB) (n int) {
	t.Helper()
	if err := d.Read(ctx, func(ctx context.Context, x *db.Tx) error {
		return x.One(ctx, "select used from pot where id = $1", []any{"a"}, &n)
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func add(t *testing.T, ctx context.Context, d *db.DB) {
	t.Helper()
	if err := d.Write(ctx, func(ctx context.Context, x *db.Tx) error {
		_, err := x.Exec(ctx, "update pot set used = used + 1 where id = $1", "a")
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestReadsThatShareSeeOneMoment(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		d := e.Open(t, schema, nil)
		fill(t, d, 10)
		page, end := d.Share(t.Context())
		defer end()
		if n := seen(t, page, d); n != 0 {
			t.Fatal(n)
		}
		add(t, t.Context(), d) // somebody else
		if n := seen(t, page, d); n != 0 {
			t.Errorf("the second read of a page saw another moment: %d", n)
		}
		if n := seen(t, t.Context(), d); n != 1 {
			t.Errorf("a read that shares nothing saw %d", n)
		}
		end()
		end()
		if n := seen(t, page, d); n != 1 {
			t.Errorf("once it is over, a read saw %d", n)
		}
	})
}

func TestASharedSnapshotEndsWithAWrite(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		d := e.Open(t, schema, nil)
		fill(t, d, 10)
		page, end := d.Share(t.Context())
		defer end()
		seen(t, page, d)
		add(t, page, d)
		if n := seen(t, page, d); n != 1 {
			t.Errorf("a page does not see what it wrote: %d", n)
		}
	})
}

func TestAReadThatFailsGivesTheSharedSnapshotUp(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		d := e.Open(t, schema, nil)
		fill(t, d, 10)
		page, end := d.Share(t.Context())
		defer end()
		seen(t, page, d)
		if err := d.Read(page, func(ctx context.Context, x *db.Tx) error {
			return x.One(ctx, "select nothing from nowhere", nil, new(int))
		}); err == nil {
			t.Fatal("a query of nothing answered")
		}
		if err := d.Read(page, func(context.Context, *db.Tx) error { panic("a defect") }); err == nil {
			t.Fatal("a panic was swallowed")
		}
		if n := seen(t, page, d); n != 0 {
			t.Error(n)
		}
		nested := errors.New("it nested")
		if err := d.Read(page, func(ctx context.Context, _ *db.Tx) error {
			if d.Read(ctx, func(context.Context, *db.Tx) error { return nil }) == nil {
				return nested
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
}

// Pages whose readers leave, pages that end inside a read, pages that write: none of them keeps a connection, or this hangs.
func TestSharedSnapshotsGiveTheirConnectionsBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		d := e.Open(t, schema, nil)
		fill(t, d, 10_000)
		var all sync.WaitGroup
		for i := range 64 {
			all.Go(func() {
				for range 8 {
					ctx, leave := context.WithCancel(t.Context())
					page, end := d.Share(ctx)
					switch i % 4 {
					case 0:
						seen(t, page, d)
						add(t, page, d)
						seen(t, page, d)
					case 1:
						seen(t, page, d)
						leave()
						d.Read(page, func(ctx context.Context, x *db.Tx) error { return x.One(ctx, "select 1", nil, new(int)) }) // as it may
					case 2:
						if err := d.Read(page, func(ctx context.Context, x *db.Tx) error {
							end()
							return x.One(ctx, "select used from pot where id = $1", []any{"a"}, new(int))
						}); err != nil {
							t.Error(err)
						}
					case 3:
						seen(t, page, d)
						go end()
						seen(t, page, d)
					}
					end()
					leave()
				}
			})
		}
		all.Wait()
		if n := used(t, d); n != 16*8 {
			t.Error(n)
		}
	})
}
