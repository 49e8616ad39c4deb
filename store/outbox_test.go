package store_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/live"
	"pupitre/journal"
	"pupitre/journal/journaldb"
	"pupitre/licensing"
	"pupitre/store"
	"pupitre/store/storetest"
)

// hub is a node whose pages follow its own connections to the database.
func hub(t *testing.T, d *db.DB) *live.Hub {
	h := &live.Hub{Outbox: (&store.Store{DB: d}).Outbox(), Topics: []string{licensing.FactPoolChanged}, Now: clock.System, Log: slog.New(slog.DiscardHandler),
		Say: func(f journal.Fact) string { return string(f.Body) }}
	ctx, stop := context.WithCancel(context.Background())
	over := make(chan struct{})
	go func() {
		defer close(over)
		h.Run(ctx)
	}()
	t.Cleanup(func() { stop(); <-over })
	return h
}

// browser is what a stream has sent so far.
type browser struct {
	mu    sync.Mutex
	text  strings.Builder
	begun func() // called before each byte; nil: nobody waits for it
}

func (b *browser) Header() http.Header { return http.Header{} }
func (b *browser) WriteHeader(int)     {}
func (b *browser) Flush()              {}
func (b *browser) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.begun != nil {
		b.begun()
	}
	return b.text.Write(p)
}

// hears waits for the words, at most as long as is promised, and as much again for a machine that runs other tests beside.
func (b *browser) hears(t *testing.T, words string) {
	t.Helper()
	began := clock.System()
	for {
		b.mu.Lock()
		text := b.text.String()
		b.mu.Unlock()
		if strings.Contains(text, words) {
			return
		}
		if clock.System().Sub(began) > 2*time.Second {
			t.Fatalf("did not hear %q, but %q", words, text)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func listen(t *testing.T, h *live.Hub, school directory.School) *browser {
	t.Helper()
	at, err := h.At(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{}
	b.open(context.Background(), t, h, school, at)
	return b
}

// open begins a stream from where a page stands.
func (b *browser) open(ctx context.Context, t *testing.T, h *live.Hub, school directory.School, at string) {
	ctx, leave := context.WithCancel(ctx)
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/?"+live.From+"="+at, nil)
		if err := h.Serve(b, r, live.Stream{School: string(school.ID), Holder: "s", Still: func(context.Context) error { return nil }}); err != nil {
			t.Error(err)
		}
	}()
	t.Cleanup(func() { leave(); <-gone })
}

func TestPagesOnEveryNodeFollowWhatIsCommittedOnAny(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := storetest.NewWorld(t, e)
		school, other := w.School("099", "340"), w.School("099", "340")
		r, more := w.Resource(false), w.Resource(false)
		w.Sell(t, w.Offer(school, r, 10))
		w.Sell(t, w.Offer(other, more, 10))
		p, q := w.Persons(school.ID, directory.Pupil, 2, ""), w.Persons(other.ID, directory.Pupil, 1, "")
		here, there := hub(t, w.Store.DB), hub(t, dbtest.Second(t, w.Store.DB, w.Now))
		one, two, three := listen(t, here, school), listen(t, there, school), listen(t, there, other)
		w.Assign(t, storetest.To(school, r, licensing.ToPerson(p[0])))
		w.Assign(t, storetest.To(other, more, licensing.ToPerson(q[0])))
		one.hears(t, `"`+string(r.ID)+`"`)
		two.hears(t, `"`+string(r.ID)+`"`)
		three.hears(t, `"`+string(more.ID)+`"`)
		three.mu.Lock()
		defer three.mu.Unlock()
		if text := three.text.String(); strings.Contains(text, string(r.ID)) || strings.Contains(text, string(q[0])) {
			t.Errorf("another school's, or a person, is told of: %s", text)
		}
	})
}

// A transaction that takes long, of whatever school, keeps nobody's page waiting; what it tells in the end is heard as well. (SQLite has
// one writer: others wait for it anyway.)
func TestALongTransactionKeepsNoPageWaiting(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		if e.Name != db.PostgreSQL {
			t.Skip("one writer")
		}
		w := storetest.NewWorld(t, e)
		school, r := w.School("099", "340"), w.Resource(false)
		w.Sell(t, w.Offer(school, r, 10))
		p := w.Persons(school.ID, directory.Pupil, 1, "")
		page := listen(t, hub(t, w.Store.DB), school)
		told, finish, done := make(chan struct{}), make(chan struct{}), make(chan error)
		go func() {
			done <- w.Store.DB.Write(context.Background(), func(ctx context.Context, x *db.Tx) error {
				fact := journal.Fact{Topic: licensing.FactPoolChanged, School: string(school.ID)}
				if err := (journaldb.Tx{Tx: x, IDs: w.Store.IDs}).Tell(ctx, fact, licensing.PoolChanged{Cause: "late"}); err != nil {
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
		w.Assign(t, storetest.To(school, r, licensing.ToPerson(p[0])))
		page.hears(t, `"`+string(r.ID)+`"`)
		close(finish)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		page.hears(t, `"late"`)
	})
}

// What a page's reads share is of the moment when its first was made: a stream's are not.
func TestAStreamHearsWhatIsCommittedAfterItsReaderWasFound(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := storetest.NewWorld(t, e)
		school, r := w.School("099", "340"), w.Resource(false)
		w.Sell(t, w.Offer(school, r, 10))
		p := w.Persons(school.ID, directory.Pupil, 1, "")
		h := hub(t, w.Store.DB)
		ctx, end := w.Store.Share(context.Background())
		defer end()
		at, err := h.At(ctx) // begins the moment
		if err != nil {
			t.Fatal(err)
		}
		w.Assign(t, storetest.To(school, r, licensing.ToPerson(p[0])))
		b := &browser{begun: end}
		b.open(ctx, t, h, school, at)
		b.hears(t, `"`+string(r.ID)+`"`)
	})
}
