package api

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/licensing"
	"pupitre/token"
)

// A batch as a stream of server-sent events (HTML Living Standard, §9.2):
//
//	progress   how far it is, at once and whenever that changes
//	outcomes   what became of some persons of a step that is done; its id is where a program that comes back goes on
//	end        the batch as it ended; the stream is over, and who comes back after it is told so (204: an EventSource then stays away)
//	over       the token opens nothing any more
//
// Each stream reads the database by itself, twice a second at most: any node can serve it, and whoever comes back may find another one.
const (
	between    = 500 * time.Millisecond // between two looks
	usualStill = 8 * time.Second        // between two looks at whether the token stands, which also keep the line open
	comeBack   = 2 * time.Second        // how long a program waits where the line is cut
	pageSize   = 500                    // outcomes of one event
	pagesOnce  = 10                     // events of outcomes at one look: 10,000 persons a second are as many as anybody reads
	maxStream  = 4                      // streams of one token on a node
	ended      = "end"                  // the id after the last event
)

// progressView is what moves of a batch.
type progressView struct {
	ID     string `json:"id"`
	State  string `json:"state"`
	Done   int    `json:"done"`
	Total  int    `json:"total"`
	Gets   int64  `json:"gets"`
	Loses  int64  `json:"loses"`
	Cannot int64  `json:"cannot"`
	Short  int64  `json:"short"`
}

// outcomesView is what a step did for some persons, from the person of that number on (from 0).
type outcomesView struct {
	Step  int           `json:"step"`
	From  int           `json:"from"`
	Items []outcomeView `json:"items"`
}

// place is how far outcomes were told: those before this one of this step.
type place struct{ step, from int }

func (p place) String() string { return strconv.Itoa(p.step) + "." + strconv.Itoa(p.from) }

// parsePlace reads the id of an event of outcomes; none is the beginning.
func parsePlace(id string) (place, error) {
	if id == "" {
		return place{}, nil
	}
	step, from, cut := strings.Cut(id, ".")
	n, err := strconv.Atoi(step)
	m, err2 := strconv.Atoi(from)
	if !cut || err != nil || err2 != nil || n < 0 || m < 0 {
		return place{}, fault.New(fault.Invalid, "api.event.form", "value", id)
	}
	return place{n, m}, nil
}

// streams counts the streams of each token on this node.
type streams struct {
	mu   sync.Mutex
	open map[token.ID]int
}

func (s *streams) enter(id token.ID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[id] >= maxStream {
		return false
	}
	if s.open == nil {
		s.open = map[token.ID]int{}
	}
	s.open[id]++
	return true
}

func (s *streams) leave(id token.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[id]--; s.open[id] == 0 {
		delete(s.open, id)
	}
}

var errStreams = httpx.WithStatus(fault.New(fault.Unavailable, "api.streams", "n", maxStream), http.StatusTooManyRequests)

// events follows a batch to its end.
func (a *Room) events(w http.ResponseWriter, r *http.Request, p program) error {
	id := r.Header.Get("Last-Event-ID")
	b, err := a.Copies.FindBatch(r.Context(), p.school.ID, licensing.BatchID(r.PathValue("batch")), p.mandate)
	if err != nil {
		return err
	}
	if id == ended {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	f := following{room: a, r: r, program: p, batch: b.ID}
	if f.told, err = parsePlace(id); err != nil {
		return err
	}
	roll, err := a.Copies.Roll(r.Context(), p.school.ID, p.mandate)
	if err != nil {
		return err
	}
	f.views = viewsOf(roll)
	if !a.streams.enter(p.ID) {
		return errStreams
	}
	defer a.streams.leave(p.ID)
	if f.out, err = httpx.NewStream(w, comeBack); err != nil {
		return err
	}
	return f.run(b)
}

// following is one stream.
type following struct {
	room    *Room
	r       *http.Request
	program program
	batch   licensing.BatchID
	views   views
	out     *httpx.Stream
	told    place        // of outcomes
	behind  int          // the last step all of whose outcomes were
	last    progressView // that was sent
}

// run tells what moves until the batch has ended, the program goes, its token is over, or the server stops. A program that does not listen
// is no failure.
func (f *following) run(b licensing.Batch) error {
	look, still := time.NewTicker(between), time.NewTicker(cmp.Or(f.room.still, usualStill))
	defer look.Stop()
	defer still.Stop()
	for {
		over, err := f.tell(b)
		if over || err != nil {
			return err
		}
		select {
		case <-f.r.Context().Done():
			return nil
		case <-f.room.Over: // the program comes back, to another node
			return nil
		case <-still.C:
			now, err := f.room.opens(f.r.Context(), f.r)
			if err != nil {
				if fault.Is(err, fault.Unauthenticated) {
					_ = f.out.Send(httpx.StreamEvent{Name: "over", Data: "{}"})
				}
				return nil
			}
			f.program = now // a delegate's mandate may be another
			if f.out.Beat("") != nil {
				return nil
			}
		case <-look.C:
		}
		if b, err = f.room.Copies.FindBatch(f.r.Context(), f.program.school.ID, f.batch, f.program.mandate); err != nil {
			return nil // the answer has begun: the line is cut, and whoever comes back is told why
		}
	}
}

// tell sends what is new of a batch, and reports whether nothing more will come.
func (f *following) tell(b licensing.Batch) (over bool, err error) {
	if now := progressOf(b); now != f.last {
		if err := f.send("progress", "", now); err != nil {
			return true, nil
		}
		f.last = now
	}
	whole, err := f.outcomes(b)
	if err != nil {
		return true, nil
	}
	if !whole || !b.State.Ended() {
		return false, nil
	}
	_ = f.send("end", ended, f.room.batchView(f.r, f.views, b))
	return true, nil
}

// outcomes sends what was done for each person and was not told yet, some pages at a time; it reports whether all was.
func (f *following) outcomes(b licensing.Batch) (whole bool, err error) {
	pages := 0
	for _, step := range b.Steps {
		if step.State == licensing.BatchWaiting {
			return b.State.Ended(), nil // in their order; of a batch that was refused some never come
		}
		if step.Seq < f.told.step || step.Seq <= f.behind || step.State != licensing.BatchDone {
			continue
		}
		if f.told.step != step.Seq {
			f.told = place{step: step.Seq}
		}
		for f.behind < step.Seq {
			if pages++; pages > pagesOnce {
				return false, nil
			}
			if err := f.page(b, step.Seq); err != nil {
				return false, err
			}
		}
	}
	return true, nil
}

// page sends the next outcomes of a step.
func (f *following) page(b licensing.Batch, step int) error {
	p, err := f.room.Copies.OutcomesFrom(f.r.Context(), f.program.school.ID, b.ID, step, f.told.from, pageSize, f.program.mandate)
	if err != nil {
		return err
	}
	next := place{step, p.To}
	if len(p.Outcomes) > 0 {
		if err := f.send("outcomes", next.String(), outcomesView{step, f.told.from, f.views.outcomes(p.Outcomes)}); err != nil {
			return err
		}
	}
	f.told = next
	if !p.More {
		f.behind = step
	}
	return nil
}

func (f *following) send(name, id string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return f.out.Send(httpx.StreamEvent{ID: id, Name: name, Data: string(text)})
}

func progressOf(b licensing.Batch) progressView {
	sum := b.Sum()
	v := progressView{ID: string(b.ID), State: string(b.State), Gets: sum.Gets, Loses: sum.Loses, Cannot: sum.Cannot, Short: sum.Short}
	v.Done, v.Total = b.Progress()
	return v
}

// opens finds the program of a request: a token that stands, of somebody who assigns copies in its school now.
func (a *Room) opens(ctx context.Context, r *http.Request) (program, error) {
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		secret = ""
	}
	t, err := a.Tokens.Present(ctx, token.Secret(strings.TrimSpace(secret)))
	if err != nil {
		return program{}, err
	}
	p, found, err := a.program(ctx, t)
	if p.Token = t; err == nil && !found {
		err = fault.New(fault.Unauthenticated, "token.over")
	}
	return p, err
}
