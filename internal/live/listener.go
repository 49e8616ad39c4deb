package live

import (
	"slices"
	"strconv"
	"sync"
)

// listener is one browser's mailbox at the hub.
type listener struct {
	school, holder string
	ready          chan struct{}            // something is in the box
	begun          chan struct{}            // closed once the hub reads on from here
	narrow         func(said string) string // nil: the holder hears all

	mu      sync.Mutex
	waiting []message
	all     bool // too much came: everything is to be looked at again
	away    farewell
}

type message struct {
	body string
	id   int64
}

// farewell is why a listener is sent away.
type farewell int

const (
	staying   farewell = iota
	closing            // the server stops: another one will answer
	displaced          // the holder listens elsewhere
)

const (
	mostWaiting   = 32 // messages that a slow browser may have in its box
	mostListening = 4  // streams of one holder: of one session's browser, a school each
)

// hears is what the holder may hear of what was said.
func (l *listener) hears(said string) string {
	if l.narrow == nil || said == "" {
		return said
	}
	return l.narrow(said)
}

// put leaves what was said. What does not fit empties the box instead: one look at everything costs less than a long tale.
func (l *listener) put(said []string, id int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(said) <= mostWaiting { // of more, some were not gathered, and nobody knows whose
		if said = l.heard(said); len(said) == 0 {
			return
		}
	}
	switch {
	case l.all:
	case len(l.waiting)+len(said) > mostWaiting:
		l.waiting, l.all = nil, true
	default:
		for _, body := range said {
			l.waiting = append(l.waiting, message{body, id})
		}
	}
	l.ring()
}

// heard is hears of several, each thing once: what is left of two may be the same.
func (l *listener) heard(said []string) (list []string) {
	for _, body := range said {
		if body = l.hears(body); body != "" && !slices.Contains(list, body) {
			list = append(list, body)
		}
	}
	return list
}

// send sends the listener away.
func (l *listener) send(why farewell) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.away = why
	l.ring()
}

func (l *listener) ring() {
	select {
	case l.ready <- struct{}{}:
	default:
	}
}

// empty takes what is in the box.
func (l *listener) empty() (waiting []message, all bool, away farewell) {
	l.mu.Lock()
	defer l.mu.Unlock()
	waiting, all = l.waiting, l.all
	l.waiting, l.all = nil, false
	return waiting, all, l.away
}

// join makes a listener; nil where the server stops. The holder's oldest stream gives way to a new one.
func (h *Hub) join(s Stream) *listener {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.prepare()
	if h.over {
		return nil
	}
	l := &listener{school: s.School, holder: s.Holder, narrow: s.Narrow, ready: make(chan struct{}, 1), begun: h.begun}
	if h.listeners[l.school] == nil {
		h.listeners[l.school] = map[*listener]bool{}
	}
	h.listeners[l.school][l] = true
	if mine := h.holders[l.holder]; len(mine) == mostListening {
		mine[0].send(displaced)
		h.holders[l.holder] = slices.Clone(mine[1:])
	}
	h.holders[l.holder] = append(h.holders[l.holder], l)
	select {
	case h.wake <- struct{}{}:
	default:
	}
	return l
}

// leave forgets a listener.
func (h *Hub) leave(l *listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if delete(h.listeners[l.school], l); len(h.listeners[l.school]) == 0 {
		delete(h.listeners, l.school)
	}
	mine := slices.DeleteFunc(slices.Clone(h.holders[l.holder]), func(o *listener) bool { return o == l })
	if h.holders[l.holder] = mine; len(mine) == 0 {
		delete(h.holders, l.holder)
	}
}

// position is the number that a browser in step with the hub may come back with, "" where the hub does not read.
func (h *Hub) position() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.floor == 0 {
		return ""
	}
	return strconv.FormatInt(h.floor, 10)
}
