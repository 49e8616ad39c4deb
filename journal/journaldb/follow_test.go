package journaldb_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/id"
	"pupitre/journal"
	"pupitre/journal/journaldb"
)

// begun is a transaction that has told a fact and is not over.
type begun struct {
	finish chan struct{}
	done   chan error
}

// begin runs a transaction that takes its number, waits for after, and tells a fact.
func (b *book) begin(topic string, after <-chan struct{}) begun {
	b.t.Helper()
	numbered, told, x := make(chan struct{}), make(chan struct{}), begun{make(chan struct{}), make(chan error, 1)}
	go func() {
		x.done <- b.Write(context.Background(), func(ctx context.Context, t *db.Tx) error {
			// Another follower's row: whatever is written gives a transaction its number.
			if _, err := t.Exec(ctx, `insert into outbox_follower (name, seq) values ($1, 1000000)`, topic); err != nil {
				return err
			}
			close(numbered)
			if after != nil {
				<-after
			}
			if err := (journaldb.Tx{Tx: t, IDs: b.ids}).Tell(ctx, journal.Fact{Topic: topic, School: "s"}, nil); err != nil {
				return err
			}
			if _, err := journaldb.Position(ctx, t, "f"); err != nil { // what is asked sends what was told
				return err
			}
			close(told)
			<-x.finish
			return nil
		})
	}()
	if <-numbered; after == nil {
		<-told
	}
	return x
}

func (b *book) end(x begun) {
	b.t.Helper()
	close(x.finish)
	if err := <-x.done; err != nil {
		b.t.Fatal(err)
	}
}

// An elder transaction may draw a later number than a younger one, and be committed first.
func TestAFactIsNotSteppedOverForAnElderTransactionsLaterNumber(t *testing.T) {
	each(t, func(t *testing.T, b *book) {
		if b.Engine != db.PostgreSQL {
			t.Skip("one writer: the elder is over before the younger begins")
		}
		now := make(chan struct{})
		elder := b.begin("elder", now)
		younger := b.begin("younger", nil)
		close(now)
		b.end(elder)
		if got := b.follow("f", 1); !slices.Equal(got, []string{"elder"}) {
			t.Fatalf("while the younger writes: %v", got)
		}
		b.end(younger)
		b.now = b.now.AddDate(0, 2, 0)
		b.write(func(ctx context.Context, x journaldb.Tx) error {
			_, err := x.Exec(ctx, `delete from outbox_follower where name <> 'f'`)
			return err
		})
		if n := b.sweep(); n != 1 {
			t.Errorf("%d facts went, want the elder's only: the other has the smaller number, and is not handled", n)
		}
		if got := b.follow("f", 1); !slices.Equal(got, []string{"younger"}) {
			t.Errorf("then: %v", got)
		}
		if got := b.follow("f", 0); len(got) != 0 {
			t.Errorf("told twice: %v", got)
		}
	})
}

// Many tell while several nodes follow: everything is handled once, each transaction's facts in their order.
func TestEveryFactIsHandledOnceHoweverManyTell(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *book) {
		const tellers, acts, each = 6, 25, 3
		var handled struct {
			sync.Mutex
			topics []string
		}
		var all sync.WaitGroup
		patience, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		for range 2 {
			all.Go(func() {
				for enough := false; !enough; {
					var some []string
					n, err := journaldb.Follow(patience, b.DB, "f", 4, func(_ context.Context, _ *db.Tx, f journal.Fact) error {
						some = append(some, f.Topic)
						return nil
					})
					if err != nil {
						t.Error(err)
						return
					}
					handled.Lock()
					handled.topics = append(handled.topics, some[len(some)-n:]...) // of a transaction that was tried again, the last try
					enough = len(handled.topics) >= tellers*acts*each
					handled.Unlock()
				}
			})
		}
		for who := range tellers {
			all.Go(func() {
				for act := range acts {
					if err := b.Write(t.Context(), func(ctx context.Context, x *db.Tx) error {
						tx := journaldb.Tx{Tx: x, IDs: b.ids}
						if act%2 == 0 { // numbered before it tells, as most are
							if _, err := tx.Record(ctx, journal.Entry{School: "s", Actor: journal.System("test"), Verb: "v", Class: journal.ClassChange}); err != nil {
								return err
							}
							if _, err := journaldb.Position(ctx, x, "f"); err != nil {
								return err
							}
						}
						for i := range each {
							if err := tx.Tell(ctx, journal.Fact{Topic: fmt.Sprintf("%d.%d.%d", who, act, i), School: "s"}, nil); err != nil {
								return err
							}
							if _, err := journaldb.Position(ctx, x, "f"); err != nil {
								return err
							}
						}
						return nil
					}); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		all.Wait()
		handled.topics = append(handled.topics, b.follow("f", 0)...)
		if n := len(handled.topics); n != tellers*acts*each {
			t.Errorf("%d facts were handled, want %d", n, tellers*acts*each)
		}
		slices.Sort(handled.topics)
		if n := len(slices.Compact(handled.topics)); n != tellers*acts*each {
			t.Errorf("%d of them are different", n)
		}
	})
}

// What one act tells comes in its order.
func TestTheFactsOfAnActComeInTheirOrder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *book) {
		b.write(func(ctx context.Context, x journaldb.Tx) error {
			var facts []journal.Told
			for i := range 5 {
				facts = append(facts, journal.Told{Fact: journal.Fact{Topic: fmt.Sprint(i), School: "s"}})
			}
			if err := x.Tell(ctx, journal.Fact{Topic: "first", School: "s"}, nil); err != nil {
				return err
			}
			return x.TellAll(ctx, facts)
		})
		if got := strings.Join(b.follow("f", 6), " "); got != "first 0 1 2 3 4" {
			t.Errorf("told: %s", got)
		}
	})
}

// The migration leaves every follower where it was.
func TestFollowersStayWhereTheyWereWhenTheOrderChanges(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		b := &book{t: t, now: time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)}
		b.ids = id.NewMaker(func() time.Time { return b.now })
		b.DB = e.Open(t, journaldb.Migrations, func() time.Time { return b.now })
		for _, topic := range []string{"one", "two", "three"} {
			b.record(journal.ClassChange, topic)
		}
		b.write(func(ctx context.Context, x journaldb.Tx) error {
			_, err := x.Exec(ctx, `insert into outbox_follower (name, seq) values ('half', 2), ('done', 3)`)
			return err
		})
		if err := b.Migrate(t.Context(), migrations()); err != nil {
			t.Fatal(err)
		}
		b.record(journal.ClassChange, "four")
		for name, want := range map[string]string{"half": "three four", "done": "four", "new": "one two three four"} {
			if got := strings.Join(b.follow(name, len(strings.Fields(want))), " "); got != want {
				t.Errorf("%s was told %q, want %q", name, got, want)
			}
		}
		if got := b.follow("half", 0); len(got) != 0 {
			t.Errorf("told twice: %v", got)
		}
	})
}

// moveFrom makes the database one of another server's: facts by topic have these writers, and followers these places.
func (b *book) moveFrom(server int, writers map[string]int64, places map[string]journaldb.Place) {
	b.t.Helper()
	b.write(func(ctx context.Context, x journaldb.Tx) error {
		for topic, writer := range writers {
			if _, err := x.Exec(ctx, `update outbox set writer = $1 where topic = $2`, writer, topic); err != nil {
				return err
			}
		}
		for name, at := range places {
			if _, err := x.Exec(ctx, `insert into outbox_follower (name, writer, seq, server) values ($1, $2, $3, $4)
				on conflict (name) do update set writer = excluded.writer, seq = excluded.seq, server = excluded.server`,
				name, at.Writer, at.Seq, server); err != nil {
				return err
			}
		}
		return nil
	})
}

// A dump restored elsewhere has positions of another server's numbers, which may be far above those that are given now.
func TestADatabaseThatWasMovedToAnotherServerIsFollowedOn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *book) {
		if b.Engine != db.PostgreSQL {
			t.Skip("writers have no numbers")
		}
		told := func(want map[string]string) {
			t.Helper()
			for name, topics := range want {
				if got := strings.Join(b.follow(name, len(strings.Fields(topics))), " "); !strings.HasSuffix(got, topics) {
					t.Errorf("%s was told %q, want %q at least", name, got, topics)
				}
			}
		}
		for _, topic := range []string{"one", "two", "three", "four", "five"} {
			b.record(journal.ClassChange, topic)
		}
		// Four were told there, in the order two, one, three, four; the fifth here.
		const far = 9_000_000_000_000_000
		b.moveFrom(1, map[string]int64{"two": far + 1, "one": far + 2, "three": far + 3, "four": far + 4},
			map[string]journaldb.Place{"quick": {Writer: far + 4, Seq: 4}, "slow": {Writer: far + 2, Seq: 1}})
		told(map[string]string{"quick": "five", "slow": "three four five"})
		b.record(journal.ClassChange, "six")
		told(map[string]string{"quick": "six", "slow": "six"})

		// Moved again, where the numbers went past the followers' before anybody followed.
		b.record(journal.ClassChange, "seven")
		b.record(journal.ClassChange, "eight")
		b.moveFrom(2, map[string]int64{"six": 10, "seven": 20, "eight": 40},
			map[string]journaldb.Place{"quick": {Writer: 30, Seq: 6}, "slow": {Writer: 30, Seq: 6}})
		told(map[string]string{"quick": "seven eight", "slow": "seven eight"})
		b.record(journal.ClassChange, "nine")
		for _, name := range []string{"quick", "slow"} {
			if got := strings.Join(b.follow(name, 1), " "); got != "nine" {
				t.Errorf("%s was then told %q", name, got)
			}
		}
	})
}
