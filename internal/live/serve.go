package live

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"time"

	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// Stream is what one browser asks to follow.
type Stream struct {
	School string
	Holder string // whose it is: a session. The newest of theirs are kept
	// Still refuses a holder who may not listen any more: asked every few seconds, it must not count as a use of the session. Where it
	// cannot be known (fault.Unavailable, Internal) the line is cut, and the browser's return decides.
	Still func(ctx context.Context) error
	// Narrow is what the holder may hear of what Say said, "" for nothing; nil where they may hear all. The hub asks it, and Serve.
	Narrow func(said string) string
}

const (
	again    = 8 * time.Second // between two looks at whether the holder may still listen, which also keep the line open
	comeBack = 2 * time.Second // how long a browser waits where the line is cut
)

// From is the parameter in which a page says where it stands (Hub.At).
const From = "depuis"

var errClosing = fault.New(fault.Unavailable, "httpx.closing")

// Serve tells one browser what moves, until it goes, the holder may not listen any more, or the hub ends.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, s Stream) error {
	l := h.join(s)
	if l == nil {
		return errClosing
	}
	defer h.leave(l)
	out, err := httpx.NewStream(w, comeBack) // its first byte ends the moment that the page's reads share: what follows is of now
	if err != nil {
		return err
	}
	// What was missed is read once the hub reads on: nothing falls between. Where it cannot, the browser comes back.
	late := time.NewTimer(longest)
	defer late.Stop()
	select {
	case <-r.Context().Done():
		return nil
	case <-late.C:
		return nil
	case <-l.begun:
	}
	missed, err := h.missed(r, l)
	if err != nil {
		return err
	}
	// A browser that went away is no failure: what cannot be sent from here on is nobody's loss.
	for _, e := range missed {
		if out.Send(e) != nil {
			return nil
		}
	}
	look := time.NewTicker(again)
	defer look.Stop()
	for {
		select {
		case <-r.Context().Done():
			return nil
		case <-l.ready:
			if !h.pass(out, l) {
				return nil
			}
		case <-look.C:
			if err := s.Still(r.Context()); err != nil {
				if !fault.Is(err, fault.Unavailable) && !fault.Is(err, fault.Internal) {
					_ = out.Send(httpx.StreamEvent{Name: "over", Data: `{"why":"session"}`})
				}
				return nil
			}
			at := h.position() // before the box is emptied: what comes into it afterwards is above
			if !h.pass(out, l) || out.Beat(at) != nil {
				return nil
			}
		}
	}
}

// pass sends what is in the box, and reports whether the stream goes on.
func (h *Hub) pass(out *httpx.Stream, l *listener) bool {
	at := h.position()
	waiting, all, away := l.empty()
	switch away {
	case closing:
		return false // the browser comes back by itself, and finds another node
	case displaced:
		_ = out.Send(httpx.StreamEvent{Name: "over", Data: `{"why":"elsewhere"}`})
		return false
	}
	if all {
		return out.Send(httpx.StreamEvent{ID: at, Name: "all", Data: "{}"}) == nil
	}
	for _, m := range waiting {
		if out.Send(httpx.StreamEvent{ID: strconv.FormatInt(m.id, 10), Name: "moved", Data: m.body}) != nil {
			return false
		}
	}
	return true
}

var everything = []httpx.StreamEvent{{Name: "all", Data: "{}"}}

// missed is what moved since the browser heard us last, or since its page was read. Where that is not known, or long ago, all may have.
func (h *Hub) missed(r *http.Request, l *listener) ([]httpx.StreamEvent, error) {
	after, err := strconv.ParseInt(cmp.Or(r.Header.Get("Last-Event-ID"), r.URL.Query().Get(From)), 10, 64)
	if err != nil || after < 0 {
		return everything, nil
	}
	var events []httpx.StreamEvent
	said := map[string]bool{}
	for looked := 0; ; {
		facts, err := h.Outbox.After(r.Context(), after, page, h.Topics)
		if err != nil {
			return nil, err
		}
		for _, f := range facts {
			if f.School != l.school {
				continue
			}
			if body := l.hears(h.say(f)); body != "" && !said[body] {
				said[body] = true
				events = append(events, httpx.StreamEvent{Name: "moved", Data: body})
			}
		}
		if len(events) > mostWaiting {
			return everything, nil
		}
		if len(facts) < page {
			return events, nil
		}
		after = facts[len(facts)-1].Seq
		if looked += len(facts); looked >= backlog {
			return everything, nil
		}
	}
}
