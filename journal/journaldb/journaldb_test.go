package journaldb_test

import (
	"context"
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/id"
	"pupitre/journal"
	"pupitre/journal/journaldb"
)

// book is a journal on one engine, with a clock that the test sets.
type book struct {
	*db.DB
	t   *testing.T
	ids *id.Maker
	now time.Time
}

func each(t *testing.T, f func(t *testing.T, b *book)) {
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		b := &book{t: t, now: time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)}
		b.ids = id.NewMaker(func() time.Time { return b.now })
		b.DB = e.Open(t, migrations(), func() time.Time { return b.now })
		f(t, b)
	})
}

// migrations are the journal's, numbered as a product does.
func migrations() fs.FS {
	first, err := journaldb.Migrations.ReadFile("00001_journal.sql")
	if err != nil {
		panic(err) // embedded
	}
	return fstest.MapFS{"00001_journal.sql": {Data: first}, "00002_order.sql": {Data: journaldb.Order}}
}

func (b *book) write(f func(ctx context.Context, t journaldb.Tx) error) {
	b.t.Helper()
	if err := b.Write(b.t.Context(), func(ctx context.Context, t *db.Tx) error { return f(ctx, journaldb.Tx{Tx: t, IDs: b.ids}) }); err != nil {
		b.t.Fatal(err)
	}
}

// record writes one entry of a class about a person, and tells one fact.
func (b *book) record(class journal.Class, verb string) {
	b.t.Helper()
	b.write(func(ctx context.Context, t journaldb.Tx) error {
		if _, err := t.Record(ctx, journal.Entry{School: "s", Actor: journal.System("test"), Verb: verb, Subject: "x", Person: "p", Class: class}); err != nil {
			return err
		}
		return t.Tell(ctx, journal.Fact{Topic: verb, School: "s"}, nil)
	})
}

// follow hands a follower as many facts as it should find, and returns their topics.
func (b *book) follow(name string, want int) []string {
	b.t.Helper()
	var topics []string
	if err := b.handle(name, want, func(f journal.Fact) error {
		topics = append(topics, f.Topic)
		return nil
	}); err != nil {
		b.t.Fatal(err)
	}
	return topics
}

// handle hands a follower its facts once. PostgreSQL counts transactions for the whole server, so one of another test may hold facts
// back for a moment: where there should be some, it asks again until there are.
func (b *book) handle(name string, want int, f func(f journal.Fact) error) error {
	b.t.Helper()
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	for told := 0; ; {
		n, err := journaldb.Follow(b.t.Context(), b.DB, name, 100, func(_ context.Context, _ *db.Tx, fact journal.Fact) error { return f(fact) })
		if told += n; err != nil || told >= want {
			return err
		}
		select {
		case <-deadline.C:
			b.t.Fatalf("%s was told %d facts, want %d", name, told, want)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (b *book) verbs() []string {
	b.t.Helper()
	var verbs []string
	if err := b.Read(b.t.Context(), func(ctx context.Context, t *db.Tx) error {
		list, err := journaldb.Tx{Tx: t}.OfPerson(ctx, "p", "", 100)
		for _, w := range list {
			verbs = append(verbs, w.Entry.Verb)
		}
		return err
	}); err != nil {
		b.t.Fatal(err)
	}
	return verbs
}

func (b *book) sweep() int {
	b.t.Helper()
	n, err := journaldb.Sweep(b.t.Context(), b.DB, 100)
	if err != nil {
		b.t.Fatal(err)
	}
	return n
}

func TestAccessesAreKeptTwelveMonthsAndTheLedgerStays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *book) {
		b.record(journal.ClassAccess, "opened.early")
		b.record(journal.ClassLedger, "given")
		b.record(journal.ClassChange, "named")
		b.now = b.now.AddDate(0, 1, 0)
		b.record(journal.ClassAccess, "opened.late")
		b.now = time.Date(2027, 9, 1, 8, 0, 0, 0, time.UTC)
		if n := b.sweep(); n != 0 {
			t.Errorf("on the last day of the twelve months %d rows went", n)
		}
		b.now = b.now.Add(time.Second)
		if n := b.sweep(); n != 1 {
			t.Errorf("%d rows went, want 1", n)
		}
		if got := b.verbs(); len(got) != 3 || got[0] != "opened.late" || got[1] != "named" || got[2] != "given" {
			t.Errorf("left: %v", got)
		}
	})
}

func TestAFactStaysUntilEveryFollowerHasHandledIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *book) {
		b.record(journal.ClassChange, "one")
		b.record(journal.ClassChange, "two")
		b.follow("quick", 2)
		b.write(func(ctx context.Context, x journaldb.Tx) error { // a follower that has seen nothing yet
			_, err := x.Exec(ctx, "insert into outbox_follower (name, seq) values ('slow', 0)")
			return err
		})
		b.now = b.now.AddDate(1, 0, 0)
		if n := b.sweep(); n != 0 {
			t.Errorf("%d facts went that the slow follower has not handled", n)
		}
		if got := b.follow("slow", 2); len(got) != 2 {
			t.Errorf("the slow follower was told %v", got)
		}
		if n := b.sweep(); n != 2 {
			t.Errorf("%d facts went, want 2", n)
		}
		b.record(journal.ClassChange, "three")
		if got := b.follow("quick", 1); len(got) != 1 || got[0] != "three" {
			t.Errorf("after the sweep the quick follower was told %v", got)
		}
	})
}

func TestAFollowerThatFailsIsToldAgainFromWhereItWas(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *book) {
		b.record(journal.ClassChange, "one")
		b.record(journal.ClassChange, "two")
		b.follow("another", 2) // both can be read
		no := errors.New("no")
		err := b.handle("f", 2, func(f journal.Fact) error {
			if f.Topic == "two" {
				return no
			}
			return nil
		})
		if !errors.Is(err, no) {
			t.Fatalf("got %v", err)
		}
		if got := b.follow("f", 2); len(got) != 2 {
			t.Errorf("told again: %v", got)
		}
		if got := b.follow("f", 0); len(got) != 0 {
			t.Errorf("told twice: %v", got)
		}
	})
}

// On PostgreSQL numbers are drawn before commits, which may come in another order: a fact that is still being written holds back
// those after it, so that no follower steps over it. (SQLite has one writer: nothing to hold back.)
func TestAFollowerNeverStepsOverAFactThatIsStillBeingWritten(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		if b.Engine != db.PostgreSQL {
			t.Skip("one writer: there is never a fact still being written")
		}
		told, finish, done := make(chan struct{}), make(chan struct{}), make(chan error)
		go func() {
			done <- b.Write(t.Context(), func(ctx context.Context, x *db.Tx) error {
				if err := (journaldb.Tx{Tx: x, IDs: b.ids}).Tell(ctx, journal.Fact{Topic: "early", School: "s"}, nil); err != nil {
					return err
				}
				if _, err := journaldb.Position(ctx, x, "f"); err != nil { // what is asked sends what was told
					return err
				}
				close(told)
				<-finish
				return nil
			})
		}()
		<-told
		b.record(journal.ClassChange, "late")
		if got := b.follow("f", 0); len(got) != 0 {
			t.Errorf("told %v while an earlier fact was being written", got)
		}
		close(finish)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if got := b.follow("f", 2); len(got) != 2 || got[0] != "early" {
			t.Errorf("told %v", got)
		}
	})
}
