package offline_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"pupitre/exos/offline"
	"pupitre/internal/fault"
)

// class is what a server would make of acts: for each attempt three tries, for each exercise the best and the last of all devices.
type class struct {
	devices  map[string]*keeper
	attempts map[string]attempt
	marks    map[string]mark
	applied  int
}

type attempt struct{ Tries, Score int }

type mark struct {
	Best, Last, Tries int
	At                time.Time
}

// answer is what is done in these tests.
type answer struct {
	Attempt, Exercise string
	Score             int
}

// keeper keeps one device's acts in memory.
type keeper struct {
	class    *class
	chain    offline.Chain
	acts     map[int64]offline.Kept
	reports  []string
	answered []time.Time
}

func newClass() *class {
	return &class{devices: map[string]*keeper{}, attempts: map[string]attempt{}, marks: map[string]mark{}}
}

func (c *class) enrol(device string, at time.Time) *keeper {
	k := &keeper{class: c, chain: offline.Chain{Next: 1, Floor: at}, acts: map[int64]offline.Kept{}, answered: []time.Time{at}}
	c.devices[device] = k
	return k
}

func (k *keeper) Chain(context.Context) (offline.Chain, error) { return k.chain, nil }

func (k *keeper) PutChain(_ context.Context, c offline.Chain) error { k.chain = c; return nil }

func (k *keeper) Kept(_ context.Context, seq int64) (offline.Kept, error) {
	a, ok := k.acts[seq]
	if !ok {
		return offline.Kept{}, fault.New(fault.NotFound, "test.act")
	}
	return a, nil
}

func (k *keeper) Waiting(context.Context) ([]offline.Kept, error) {
	var out []offline.Kept
	for _, seq := range slices.Sorted(maps.Keys(k.acts)) {
		if k.acts[seq].Word.Outcome == offline.Waiting {
			out = append(out, k.acts[seq])
		}
	}
	return out, nil
}

func (k *keeper) Keep(_ context.Context, a offline.Kept) error { k.acts[a.Act.Seq] = a; return nil }

func (k *keeper) Report(_ context.Context, _ offline.Signed, code string) error {
	k.reports = append(k.reports, code)
	return nil
}

func (k *keeper) Answered(_ context.Context, n int64) (time.Time, error) {
	if n >= int64(len(k.answered)) {
		return time.Time{}, nil
	}
	return k.answered[n], nil
}

func (k *keeper) Apply(_ context.Context, a offline.Act, m offline.Moment) (offline.Word, error) {
	k.class.applied++
	var given answer
	if err := json.Unmarshal(a.What, &given); err != nil {
		return offline.Refusal(fault.New(fault.Invalid, "exos.act.form")), nil
	}
	at := k.class.attempts[given.Attempt]
	if at.Tries == 3 {
		return offline.Refusal(fault.New(fault.Conflict, "exos.attempt.ended")), nil
	}
	k.class.attempts[given.Attempt] = attempt{at.Tries + 1, max(at.Score, given.Score)}
	was := k.class.marks[given.Exercise]
	now := mark{max(was.Best, given.Score), given.Score, was.Tries + 1, m.At()}
	if now.At.Before(was.At) {
		now.Last, now.At = was.Last, was.At
	}
	k.class.marks[given.Exercise] = now
	return offline.Word{Outcome: offline.Taken, Said: json.RawMessage(fmt.Sprint(given.Score))}, nil
}
