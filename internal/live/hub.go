package live

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"time"

	"pupitre/journal"
)

// Outbox is where the facts are read as they are committed.
type Outbox interface {
	// Tail returns the last facts, at most limit, in order, without their bodies.
	Tail(ctx context.Context, limit int) ([]journal.Fact, error)
	// After returns at most limit facts with a greater number, in order, with their bodies where they are on one of the topics.
	After(ctx context.Context, seq int64, limit int, topics []string) ([]journal.Fact, error)
}

// Hub hands what is committed, by whatever node, to those who listen here. Fill it as a struct literal, then Run it.
type Hub struct {
	Outbox Outbox
	Topics []string // the facts that anybody is told of
	// Say is what a fact's listeners are told: a JSON body with ids alone, "" for nothing. It must say nothing of a person.
	Say func(f journal.Fact) string
	Now func() time.Time
	Log *slog.Logger

	mu        sync.Mutex
	listeners map[string]map[*listener]bool // by school
	holders   map[string][]*listener        // by who listens, the oldest first
	floor     int64                         // of the reading under way; 0: none is
	over      bool
	wake      chan struct{} // somebody came
	begun     chan struct{} // closed once a reading is under way
}

const (
	pause   = 200 * time.Millisecond // between looks, while somebody listens
	longest = 5 * time.Second        // between looks while the database does not answer
	page    = 1000                   // facts read at once
	tail    = 256                    // facts in which a gap is looked for before anything is heard
	backlog = 4 * page               // facts that are looked through for somebody who comes back: after more, all may have moved
)

// Run reads on until ctx ends, then ends every stream: a server that stops waits for nobody's open page.
func (h *Hub) Run(ctx context.Context) {
	defer h.end()
	wake := h.waking()
	var r *reading
	wait := time.Duration(0) // a reading begins at once
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		if h.rests() {
			r, wait = nil, 0
			select {
			case <-ctx.Done():
				return
			case <-wake:
			}
			continue
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		next, err := h.look(ctx, r)
		switch {
		case err == nil:
			r, wait = next, pause
		case ctx.Err() == nil:
			h.Log.Error("live pages cannot follow", "err", err)
			wait = min(max(pause, 2*wait), longest)
		}
	}
}

// look reads what is new and hands it on. Without a reading it begins one.
func (h *Hub) look(ctx context.Context, r *reading) (*reading, error) {
	if r == nil {
		last, err := h.Outbox.Tail(ctx, tail)
		if err != nil {
			return nil, err
		}
		begun := begin(last, h.Now())
		h.at(begun.floor)
		h.start()
		return &begun, nil
	}
	id, after, news := r.floor, r.floor, bundle{}
	for {
		facts, err := h.Outbox.After(ctx, after, page, h.Topics)
		if err != nil {
			return r, err
		}
		for _, f := range facts {
			if r.take(f.Seq, h.Now()) && h.follows(f.School) {
				news.add(f.School, h.say(f))
			}
			after = f.Seq
		}
		if len(facts) == page {
			continue
		}
		h.tell(news, id)
		r.settle(h.Now())
		h.at(r.floor)
		return r, nil
	}
}

// bundle is what one look found to say, by school: each thing once.
type bundle map[string][]string

// add adds what is said, "" for nothing. More than a box holds is not gathered: listeners are then told to look at everything.
func (b bundle) add(school, said string) {
	if said != "" && len(b[school]) <= mostWaiting && !slices.Contains(b[school], said) {
		b[school] = append(b[school], said)
	}
}

func (h *Hub) follows(school string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.listeners[school]) > 0
}

// tell hands what was found to those who follow each school. id is where they begin again when the line is cut.
func (h *Hub) tell(news bundle, id int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for school, said := range news {
		for l := range h.listeners[school] {
			l.put(said, id)
		}
	}
}

// say is Say for the topics that are told of.
func (h *Hub) say(f journal.Fact) string {
	if slices.Contains(h.Topics, f.Topic) {
		return h.Say(f)
	}
	return ""
}

// At is where a page that is about to be read stands: a stream that begins there misses nothing of what the page does not show yet.
// Ask it before anything else, of the same moment.
func (h *Hub) At(ctx context.Context) (string, error) {
	last, err := h.Outbox.Tail(ctx, tail)
	if err != nil {
		return "", err
	}
	begun := begin(last, h.Now())
	return strconv.FormatInt(begun.floor, 10), nil
}

// waking is the channel on which Run is told that somebody came.
func (h *Hub) waking() chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.prepare()
	return h.wake
}

// prepare makes what a literal leaves out. It wants the lock.
func (h *Hub) prepare() {
	if h.wake == nil {
		h.wake, h.begun = make(chan struct{}, 1), make(chan struct{})
		h.listeners, h.holders = map[string]map[*listener]bool{}, map[string][]*listener{}
	}
}

// rests reports whether nobody listens. The next who comes then waits for another reading: what happens before that began, nobody hears.
func (h *Hub) rests() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.listeners) > 0 {
		return false
	}
	if h.floor = 0; isClosed(h.begun) {
		h.begun = make(chan struct{})
	}
	return true
}

// start lets those who wait for a reading go on.
func (h *Hub) start() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !isClosed(h.begun) {
		close(h.begun)
	}
}

func isClosed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func (h *Hub) at(floor int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.floor = floor
}

// end sends everybody away, and takes nobody more.
func (h *Hub) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.prepare()
	h.over = true
	if !isClosed(h.begun) {
		close(h.begun)
	}
	for _, some := range h.listeners {
		for l := range some {
			l.send(closing)
		}
	}
}
