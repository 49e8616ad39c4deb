package live

import (
	"time"

	"pupitre/journal"
)

// reading is how far a hub has come. Numbers are drawn before commits, so that a smaller one may appear after a greater: the floor is
// below every number that may still appear, and what was heard above it is remembered. A number that nobody has written within
// gapLasts was given up, or is written by so long a transaction that the page will have been left by then.
type reading struct {
	floor int64
	seen  map[int64]time.Time // heard above the floor, and when first
}

const (
	gapLasts = 15 * time.Second
	mostSeen = 4096 // more than that are not remembered: the oldest gap is given up
)

// begin is a reading that has heard all of the tail: the outbox's last facts, in order. A gap in it may still be filled.
func begin(tail []journal.Fact, now time.Time) reading {
	r := reading{seen: map[int64]time.Time{}}
	if len(tail) == 0 {
		return r
	}
	r.floor = tail[0].Seq
	for _, f := range tail[1:] {
		heard := now
		if now.Sub(f.At) > 4*gapLasts {
			heard = f.At // what is missing before it was given up long ago
		}
		r.seen[f.Seq] = heard
	}
	r.settle(now)
	return r
}

// take reports whether a fact is news, and remembers it.
func (r *reading) take(seq int64, now time.Time) bool {
	if _, heard := r.seen[seq]; heard || seq <= r.floor {
		return false
	}
	r.seen[seq] = now
	return true
}

// settle moves the floor up.
func (r *reading) settle(now time.Time) {
	for len(r.seen) > 0 {
		if _, next := r.seen[r.floor+1]; next {
			r.floor++
			delete(r.seen, r.floor)
			continue
		}
		first := r.first()
		if now.Sub(r.seen[first]) < gapLasts && len(r.seen) <= mostSeen {
			return
		}
		r.floor = first - 1
	}
}

// first is the smallest number above the floor.
func (r *reading) first() int64 {
	first := int64(-1)
	for seq := range r.seen {
		if first < 0 || seq < first {
			first = seq
		}
	}
	return first
}
