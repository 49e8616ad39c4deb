package db_test

import (
	"context"
	"errors"
	"testing"

	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
)

func TestWhatIsDoneLaterIsDoneBeforeTheNextQuestionAndWithTheCommit(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		d := e.Open(t, schema, nil)
		fill(t, d, 10)
		if err := d.Write(t.Context(), func(ctx context.Context, x *db.Tx) error {
			if err := x.Later(ctx, "update pot set used = used + 3 where id = $1", "a"); err != nil {
				return err
			}
			var n int
			if err := x.One(ctx, "select used from pot where id = $1", []any{"a"}, &n); err != nil {
				return err
			}
			if n != 3 {
				t.Errorf("a question saw %d", n)
			}
			return x.Later(ctx, "update pot set used = used + 4 where id = $1", "a")
		}); err != nil {
			t.Fatal(err)
		}
		if n := used(t, d); n != 7 {
			t.Errorf("kept: %d", n)
		}
	})
}

func TestWhatIsRefusedLaterTakesEverythingBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		d := e.Open(t, schema, nil)
		fill(t, d, 10)
		for name, after := range map[string]func(ctx context.Context, x *db.Tx) error{
			"at the commit": func(context.Context, *db.Tx) error { return nil },
			"at a question": func(ctx context.Context, x *db.Tx) error {
				var n int
				return x.One(ctx, "select used from pot", nil, &n)
			},
			"at several": func(ctx context.Context, x *db.Tx) error {
				return x.Ask(ctx, db.Question{Query: "select used from pot"})
			},
			"at a statement": func(ctx context.Context, x *db.Tx) error {
				_, err := x.Exec(ctx, "update pot set used = 2")
				return err
			},
			"and passed over": func(ctx context.Context, x *db.Tx) error { x.Exec(ctx, "update pot set used = 2"); return nil },
		} {
			err := d.Write(t.Context(), func(ctx context.Context, x *db.Tx) error {
				if _, err := x.Exec(ctx, "update pot set used = 1"); err != nil {
					return err
				}
				if err := x.Later(ctx, "update pot set used = 11"); err != nil {
					return err
				}
				return after(ctx, x)
			})
			if err == nil || name != "and passed over" && !db.IsCheck(err) {
				t.Errorf("%s: %v", name, err)
			}
			if n := used(t, d); n != 0 {
				t.Errorf("%s: %d is left of it", name, n)
			}
		}
	})
}

// On PostgreSQL two may both find that a row is not there: who comes second runs again, and finds it.
func TestWhoLosesARowToAnotherRunsAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		d := e.Open(t, schema, nil)
		there := errors.New("there")
		looked := make(chan struct{}, 8)
		add := func(wait func()) error {
			return d.Write(t.Context(), func(ctx context.Context, x *db.Tx) error {
				n := 0
				if err := x.One(ctx, "select count(*) from pot where id = $1", []any{"b"}, &n); err != nil {
					return err
				}
				if n > 0 {
					return there
				}
				looked <- struct{}{}
				wait()
				return x.Later(ctx, "insert into pot (id, used, total) values ($1, 0, 1)", "b")
			})
		}
		if e.Name == db.SQLite { // one writer: the second begins when the first has ended
			if err := errors.Join(add(func() {}), add(func() {})); !errors.Is(err, there) {
				t.Error(err)
			}
			return
		}
		release, done := make(chan struct{}), make(chan error)
		go func() { done <- add(func() { <-release }) }()
		<-looked
		if err := add(func() {}); err != nil {
			t.Error(err)
		}
		close(release)
		if err := <-done; !errors.Is(err, there) {
			t.Errorf("got %v", err)
		}
	})
}

func TestSeveralQuestionsAreAnsweredEachInItsPlace(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		d := e.Open(t, schema, nil)
		fill(t, d, 10)
		var got []int
		scan := func(row db.Row) error {
			var n int
			err := row.Scan(&n)
			got = append(got, n)
			return err
		}
		if err := d.Read(t.Context(), func(ctx context.Context, x *db.Tx) error {
			got = nil
			return x.Ask(ctx,
				db.Question{Query: "select total from pot where id = $1", Args: []any{"a"}, Scan: scan},
				db.Question{Query: "select total from pot where id = $1", Args: []any{"nobody"}, Scan: scan},
				db.Question{Query: "select total + 1 from pot union all select total + 2 from pot", Scan: scan})
		}); err != nil || len(got) != 3 || got[0] != 10 || got[1] != 11 || got[2] != 12 {
			t.Errorf("%v, %v", got, err)
		}
	})
}

func TestALookSeesWhatIsThereAndAsksOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		d := e.Open(t, schema, nil)
		fill(t, d, 10)
		n := 0
		if err := d.Look(t.Context(), func(ctx context.Context, x *db.Tx) error {
			return x.One(ctx, "select total from pot where id = $1", []any{"a"}, &n)
		}); err != nil || n != 10 {
			t.Errorf("%d, %v", n, err)
		}
		err := d.Look(t.Context(), func(ctx context.Context, x *db.Tx) error {
			if err := x.One(ctx, "select total from pot where id = $1", []any{"a"}, &n); err != nil {
				return err
			}
			return x.One(ctx, "select total from pot where id = $1", []any{"a"}, &n)
		})
		if err == nil {
			t.Error("two questions of one look were answered, each of its own moment")
		}
	})
}

func TestWhatIsDoneInOneGoIsDoneWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		d := e.Open(t, schema, nil)
		fill(t, d, 10)
		n, nothing := 0, func(db.Row) error { return nil }
		do := func(asked ...db.Question) error {
			return d.Do(t.Context(), func(ctx context.Context, x *db.Tx) error { return x.Ask(ctx, asked...) })
		}
		look := db.Question{Query: "select used from pot where id = $1", Args: []any{"a"}, Scan: func(row db.Row) error { return row.Scan(&n) }}
		if err := do(db.Question{Query: "update pot set used = used + 3 where id = $1", Args: []any{"a"}, Scan: nothing}, look); err != nil || n != 3 || used(t, d) != 3 {
			t.Errorf("saw %d, kept %d, %v", n, used(t, d), err)
		}
		if err := do(db.Question{Query: "update pot set used = 4", Scan: nothing}, db.Question{Query: "update pot set used = 11", Scan: nothing}, look); !db.IsCheck(err) {
			t.Errorf("more than there are: %v", err)
		}
		if n := used(t, d); n != 3 {
			t.Errorf("%d is left of it", n)
		}
		if err := do(look); err != nil {
			t.Errorf("after a refusal: %v", err)
		}
		if e.Name == db.SQLite {
			return // there is no network between: it is a Write
		}
		err := d.Do(t.Context(), func(ctx context.Context, x *db.Tx) error { return errors.Join(x.Ask(ctx, look), x.Ask(ctx, look)) })
		if err == nil {
			t.Error("what is committed is asked more")
		}
		if err := d.Do(t.Context(), func(ctx context.Context, x *db.Tx) error {
			_, err := x.Exec(ctx, "update pot set used = 5")
			return err
		}); err == nil || used(t, d) != 3 {
			t.Errorf("what would not be committed is done: %v", err)
		}
	})
}
