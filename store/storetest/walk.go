package storetest

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"pupitre/internal/db/dbtest"
)

// Walk lets state machines walk on an engine, one after the other, each in a school of its own, until they have carried out so many operations
// together, or as many as PUPITRE_OPERATIONS says (scripts/soak.sh). What was drawn and could not be done is none. It tells how many there
// were of each kind, and fails where a kind had none.
func Walk(t *testing.T, e dbtest.Engine, operations int, machine func(w *World) rapid.StateMachine) {
	if asked := os.Getenv("PUPITRE_OPERATIONS"); asked != "" {
		var err error
		if operations, err = strconv.Atoi(asked); err != nil || operations < 1 {
			t.Fatalf("PUPITRE_OPERATIONS is %q: it is a number of operations, such as 1000000", asked)
		}
	}
	done, died, gone := tally{}, 0, 0
	for before := -1; done.sum() > before && done.sum() < operations && !t.Failed(); {
		before = done.sum()
		t.Run(fmt.Sprint("after ", before), func(t *testing.T) { // a database of its own, gone once it is walked
			w := NewWorld(t, e)
			failing := false // rapid walks what failed again and again, shorter each time
			rapid.Check(t, func(r *rapid.T) {
				if done.sum() >= operations && !failing {
					return
				}
				defer func(was bool) { failing = was }(failing)
				failing = true
				m := machine(w)
				acts := done.counting(rapid.StateMachineActions(m))
				for range 4 { // rapid's own walks are 30 steps long: too short for a copy to be sold, given, opened, ended and given again
					r.Repeat(acts)
				}
				failing = false
				if c, ok := m.(interface{ Crashes() (before, after int) }); ok {
					b, a := c.Crashes()
					died, gone = died+b, gone+a
				}
			})
			w.Sound(t)
		})
	}
	t.Logf("%d operations on %s, of %d kinds:%s; nodes died %d times before the commit and %d times after it", done.sum(), e.Name, len(done), done, died, gone)
	for kind, n := range done {
		if n == 0 && !t.Failed() {
			t.Errorf("of %d operations on %s none was %s", done.sum(), e.Name, kind)
		}
	}
	if done.sum() < operations && !t.Failed() {
		t.Errorf("%d operations on %s, want %d", done.sum(), e.Name, operations)
	}
}

// tally is how many operations of each kind were carried out.
type tally map[string]int

func (d tally) sum() (n int) {
	for _, k := range d {
		n += k
	}
	return n
}

func (d tally) String() string {
	var b strings.Builder
	for _, kind := range slices.Sorted(maps.Keys(d)) {
		fmt.Fprintf(&b, " %s %d", kind, d[kind])
	}
	return b.String()
}

// counting counts what comes to its end: what is skipped does not.
func (d tally) counting(acts map[string]func(*rapid.T)) map[string]func(*rapid.T) {
	out := map[string]func(*rapid.T){"": acts[""]}
	for kind, act := range acts {
		if kind != "" {
			d[kind] += 0 // a kind that there is, were it never possible
			out[kind] = func(t *rapid.T) {
				act(t)
				d[kind]++
			}
		}
	}
	return out
}
