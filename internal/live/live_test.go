package live_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/live"
	"pupitre/journal"
)

// outbox is facts that appear when the test says so, by any node.
type outbox struct {
	mu    sync.Mutex
	facts []journal.Fact
	down  atomic.Bool
	asked atomic.Int64
}

const moved = "licensing.pool.changed"

// write commits facts of a school with these numbers.
func (o *outbox) write(school string, numbers ...int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, n := range numbers {
		o.facts = append(o.facts, journal.Fact{Seq: n, Topic: moved, School: school, Person: "p-ines", At: clock.System(), Body: json.RawMessage(fmt.Sprintf(`{"n":%d}`, n))})
	}
	slices.SortFunc(o.facts, func(a, b journal.Fact) int { return int(a.Seq - b.Seq) })
}

// Tail implements live.Outbox.
func (o *outbox) Tail(_ context.Context, limit int) ([]journal.Fact, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked.Add(1)
	if o.down.Load() {
		return nil, fault.New(fault.Unavailable, "db.unreachable")
	}
	return slices.Clone(o.facts[max(0, len(o.facts)-limit):]), nil
}

// After implements live.Outbox.
func (o *outbox) After(_ context.Context, seq int64, limit int, _ []string) (list []journal.Fact, _ error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked.Add(1)
	if o.down.Load() {
		return nil, fault.New(fault.Unavailable, "db.unreachable")
	}
	for _, f := range o.facts {
		if f.Seq > seq && len(list) < limit {
			list = append(list, f)
		}
	}
	return list, nil
}

// node is a hub that runs until the test ends.
type node struct {
	*live.Hub
	stop context.CancelFunc
}

func start(t *testing.T, o *outbox) node {
	n := node{Hub: &live.Hub{Outbox: o, Topics: []string{moved}, Now: clock.System, Log: slog.New(slog.DiscardHandler),
		Say: func(f journal.Fact) string { return string(f.Body) }}}
	ctx, stop := context.WithCancel(t.Context())
	n.stop = stop
	go n.Run(ctx)
	t.Cleanup(stop)
	return n
}

// line is what was sent so far, to be read while more is.
type line struct {
	mu     sync.Mutex
	header http.Header
	text   strings.Builder
}

func (l *line) Header() http.Header { return l.header }
func (l *line) WriteHeader(int)     {}
func (l *line) Flush()              {}

func (l *line) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *line) String() string {
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// tab is a browser that listens.
type tab struct {
	answer *line
	close  context.CancelFunc
	gone   chan error
	barred atomic.Bool
}

// listen opens a stream. from is where the page stands, or, after a cut line, "last:N".
func (n node) listen(t *testing.T, school, holder, from string) *tab {
	return n.hearing(t, school, holder, from, nil)
}

// hearing is listen for somebody who may not hear all.
func (n node) hearing(t *testing.T, school, holder, from string, narrow func(string) string) *tab {
	b := &tab{answer: &line{header: http.Header{}}, gone: make(chan error, 1)}
	ctx, leave := context.WithCancel(t.Context())
	b.close = leave
	t.Cleanup(leave)
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/suivre?"+live.From+"="+from, nil)
	if last, ok := strings.CutPrefix(from, "last:"); ok {
		r = httptest.NewRequestWithContext(ctx, http.MethodGet, "/suivre?"+live.From+"=0", nil)
		r.Header.Set("Last-Event-ID", last)
	}
	go func() {
		b.gone <- n.Serve(b.answer, r, live.Stream{School: school, Holder: holder, Narrow: narrow, Still: func(context.Context) error {
			if b.barred.Load() {
				return fault.New(fault.Unauthenticated, "federation.session.none")
			}
			return nil
		}})
	}()
	synctest.Wait()
	return b
}

// heard are the events so far: "moved {…}".
func (b *tab) heard() (list []string) {
	name := ""
	for line := range strings.Lines(b.answer.String()) {
		if text, ok := strings.CutPrefix(line, "event: "); ok {
			name = strings.TrimSpace(text)
		}
		if text, ok := strings.CutPrefix(line, "data: "); ok {
			list = append(list, name+" "+strings.TrimSpace(text))
		}
	}
	return list
}

// last is the number that the browser would come back with.
func (b *tab) last() (id string) {
	for line := range strings.Lines(b.answer.String()) {
		if text, ok := strings.CutPrefix(line, "id: "); ok {
			id = strings.TrimSpace(text)
		}
	}
	return id
}

func want(t *testing.T, b *tab, events ...string) {
	t.Helper()
	if got := b.heard(); !slices.Equal(got, events) {
		t.Errorf("heard %q, want %q", got, events)
	}
}

func TestWhatMovesIsHeardWithinASecondByItsSchoolAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := &outbox{}
		o.write("tilleuls", 1)
		one, other := start(t, o), start(t, o) // two nodes
		at, err := one.At(t.Context())
		if err != nil || at != "1" {
			t.Fatalf("the page stands at %q, %v", at, err)
		}
		a, b, c := one.listen(t, "tilleuls", "a", at), other.listen(t, "tilleuls", "b", at), other.listen(t, "saules", "c", at)
		time.Sleep(2 * time.Second)
		o.write("tilleuls", 2)
		time.Sleep(time.Second)
		want(t, a, `moved {"n":2}`)
		want(t, b, `moved {"n":2}`)
		want(t, c)
		if text := a.answer.String(); strings.Contains(text, "ines") {
			t.Errorf("a person is named: %s", text)
		}
		if got := a.answer.header.Get("Content-Type"); got != "text/event-stream" {
			t.Errorf("Content-Type %q", got)
		}
	})
}

// Whoever may hear a part hears that part, once for each thing, as it happens and of what was missed; where nobody knows what moved, that.
func TestWhoMayHearAPartHearsThatPart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := &outbox{}
		o.write("tilleuls", 1, 2, 3)
		n := start(t, o)
		tens := func(said string) string {
			if said == `{"n":3}` || said == `{"n":10}` || said == `{"n":11}` {
				return "ten"
			}
			return ""
		}
		b := n.hearing(t, "tilleuls", "a", "1", tens)
		want(t, b, "moved ten")
		o.write("tilleuls", 4, 10, 11, 12)
		time.Sleep(time.Second)
		want(t, b, "moved ten", "moved ten")
		for i := range int64(40) {
			o.write("tilleuls", 20+i)
		}
		time.Sleep(time.Second)
		want(t, b, "moved ten", "moved ten", "all {}")
	})
}

func TestWhereNobodyListensNothingIsAsked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := &outbox{}
		n := start(t, o)
		time.Sleep(time.Minute)
		if n := o.asked.Load(); n != 0 {
			t.Errorf("asked %d times", n)
		}
		b := n.listen(t, "tilleuls", "a", "0")
		time.Sleep(time.Minute)
		b.close()
		synctest.Wait()
		asked := o.asked.Load()
		if asked < 60 {
			t.Errorf("asked %d times in a minute", asked)
		}
		time.Sleep(time.Minute)
		if more := o.asked.Load() - asked; more > 1 {
			t.Errorf("asked %d times more after the last had left", more)
		}
	})
}

// Numbers are drawn before commits: a smaller one may appear after a greater, and is news all the same; one that never comes is given up.
func TestWhatIsCommittedLateIsHeardOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := &outbox{}
		o.write("tilleuls", 1)
		n := start(t, o)
		b := n.listen(t, "tilleuls", "a", "1")
		time.Sleep(time.Second)
		o.write("tilleuls", 3, 5)
		time.Sleep(time.Second)
		want(t, b, `moved {"n":3}`, `moved {"n":5}`)
		if got := b.last(); got != "1" {
			t.Errorf("a browser would come back with %s, and miss 2", got)
		}
		o.write("tilleuls", 2)
		time.Sleep(time.Second)
		want(t, b, `moved {"n":3}`, `moved {"n":5}`, `moved {"n":2}`)
		time.Sleep(time.Minute)
		if got := b.last(); got != "5" {
			t.Errorf("4 never came, and a browser would come back with %s", got)
		}
	})
}

// A page that is read while something is being written begins below it.
func TestAPageStandsBelowWhatIsStillBeingWritten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := &outbox{}
		o.write("tilleuls", 1, 2, 4)
		n := start(t, o)
		at, err := n.At(t.Context())
		if err != nil || at != "2" {
			t.Fatalf("the page stands at %q, %v", at, err)
		}
		o.write("tilleuls", 3) // committed between the page and its stream
		want(t, n.listen(t, "tilleuls", "a", at), `moved {"n":3}`, `moved {"n":4}`)
		time.Sleep(time.Hour)
		o.write("tilleuls", 6) // 5 was given up
		o.write("tilleuls", 7)
		time.Sleep(2 * time.Minute)
		if at, _ := n.At(t.Context()); at != "7" {
			t.Errorf("long after, a page stands at %q", at)
		}
	})
}

func TestABrowserThatComesBackIsToldWhatItMissed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := &outbox{}
		o.write("tilleuls", 1)
		one, other := start(t, o), start(t, o)
		b := one.listen(t, "tilleuls", "a", "1")
		time.Sleep(10 * time.Second)
		b.close()
		o.write("tilleuls", 2)
		o.write("saules", 3)
		o.write("tilleuls", 4)
		back := other.listen(t, "tilleuls", "a", "last:"+b.last())
		want(t, back, `moved {"n":2}`, `moved {"n":4}`)
		want(t, one.listen(t, "tilleuls", "a", "nonsense"), `all {}`)
		// So much that looking through it costs more than looking at everything again.
		var many []int64
		for i := range int64(5000) {
			many = append(many, 5+i)
		}
		o.write("elsewhere", many...)
		want(t, other.listen(t, "tilleuls", "a", "last:4"), `all {}`)
	})
}

func TestALongTaleIsToldAsLookAtEverything(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := &outbox{}
		n := start(t, o)
		b := n.listen(t, "tilleuls", "a", "0")
		time.Sleep(time.Second)
		var many []int64
		for i := range int64(3000) {
			many = append(many, 1+i)
		}
		o.write("tilleuls", many...)
		time.Sleep(time.Second)
		want(t, b, `all {}`)
		o.write("tilleuls", 3001)
		time.Sleep(time.Second)
		want(t, b, `all {}`, `moved {"n":3001}`)
	})
}

func TestTheNewestStreamsOfAHolderAreKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := start(t, &outbox{})
		first := n.listen(t, "tilleuls", "a", "0")
		stranger := n.listen(t, "tilleuls", "b", "0")
		for range 4 {
			n.listen(t, "tilleuls", "a", "0")
		}
		want(t, first, `over {"why":"elsewhere"}`)
		want(t, stranger)
		if err := <-first.gone; err != nil {
			t.Error(err)
		}
	})
}

func TestAStreamEndsWithTheMandate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := start(t, &outbox{})
		b := n.listen(t, "tilleuls", "a", "0")
		time.Sleep(time.Hour)
		want(t, b)
		b.barred.Store(true)
		time.Sleep(10 * time.Second)
		want(t, b, `over {"why":"session"}`)
		select {
		case <-b.gone:
		default:
			t.Error("the stream goes on")
		}
	})
}

// While the database does not answer nothing is shouted at it; afterwards what happened meanwhile is heard.
func TestADatabaseThatDoesNotAnswerIsWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := &outbox{}
		n := start(t, o)
		b := n.listen(t, "tilleuls", "a", "0")
		time.Sleep(time.Second)
		o.down.Store(true)
		asked := o.asked.Load()
		time.Sleep(time.Minute)
		if more := o.asked.Load() - asked; more > 20 {
			t.Errorf("asked %d times in a minute", more)
		}
		o.write("tilleuls", 1)
		o.down.Store(false)
		time.Sleep(6 * time.Second)
		want(t, b, `moved {"n":1}`)
	})
}

func TestAServerThatStopsWaitsForNoPage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := start(t, &outbox{})
		b := n.listen(t, "tilleuls", "a", "0")
		n.stop()
		synctest.Wait()
		select {
		case err := <-b.gone:
			if err != nil {
				t.Error(err)
			}
		default:
			t.Error("the stream goes on")
		}
		late := n.listen(t, "tilleuls", "a", "0")
		if err := <-late.gone; err == nil {
			t.Error("a stream began after the end")
		}
	})
}
