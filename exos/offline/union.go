package offline

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"pupitre/internal/fault"
)

// Chain (« chaîne ») is how far the server has taken in a device's acts.
type Chain struct {
	Next  int64     // number of the act that comes next: 1 before the first
	Head  Hash      // of the last one taken in
	Floor time.Time // what comes next was not done before: chains run forward
}

// Place (« suite ») is where a device's chain goes on, for a device that cannot tell by itself: its storage was put back to what it was
// before, or part of it is damaged.
type Place struct {
	Next int64 `json:"next"`
	Head Hash  `json:"head"`
	// The first act that waits for those before it, and what it names as the one before; zero where none waits.
	Until int64 `json:"until,omitempty"`
	Then  Hash  `json:"then,omitempty"`
}

// GoesOn says where the chain of a keeper's device goes on.
func GoesOn(ctx context.Context, k Keeper) (Place, error) {
	chain, err := k.Chain(ctx)
	if err != nil {
		return Place{}, err
	}
	waiting, err := k.Waiting(ctx)
	p := Place{Next: chain.Next, Head: chain.Head}
	if len(waiting) > 0 {
		p.Until, p.Then = waiting[0].Act.Seq, waiting[0].Act.Prev
	}
	return p, err
}

// Outcome is what became of an act.
type Outcome string

// The outcomes. All but Later are final for the device, which need not keep the act any more; but what was reported (its verdict has no
// number) or does not follow (OutOfChain) it signs again where its chain goes on, or sets aside.
const (
	Taken    Outcome = "taken"
	Waiting  Outcome = "waiting"  // kept; acts before it have not come yet
	Doubtful Outcome = "doubtful" // kept; whether it counts is a person's to say, for its time is not certain
	Refused  Outcome = "refused"  // kept with the reason, and counts for nothing
	Later    Outcome = "later"    // not kept: to be sent again, after those before it
)

// Word is what is said of an act.
type Word struct {
	Outcome Outcome  `json:"outcome"`
	Code    string   `json:"code,omitempty"` // why it is doubtful or refused
	Params  []string `json:"params,omitempty"`
	// Said is what whoever knows exercises answers to it.
	Said json.RawMessage `json:"said,omitempty"`
}

// Kept is an act as the server has it.
type Kept struct {
	Signed
	Act    Act
	Heard  time.Time // when it first came
	Moment Moment    // zero while it waits
	Word   Word
}

// Verdict is the answer to one act.
type Verdict struct {
	ID    string `json:"id"`
	Seq   int64  `json:"seq"`
	Known bool   `json:"known,omitempty"` // it had come before: this is what was said then, or what became of it since
	Word
	Moment *Moment `json:"moment,omitempty"`
}

// Keeper keeps the acts of one device, inside one transaction that no other of the same device runs beside.
type Keeper interface {
	Chain(ctx context.Context) (Chain, error)
	PutChain(ctx context.Context, c Chain) error
	// Kept returns the act of a number, or NotFound.
	Kept(ctx context.Context, seq int64) (Kept, error)
	// Waiting lists the acts that wait, in their order.
	Waiting(ctx context.Context) ([]Kept, error)
	// Keep writes an act, new or with another word than before.
	Keep(ctx context.Context, k Kept) error
	// Report keeps what is not an act of this device as it was signed, or a second one of the same number, for a person to see.
	Report(ctx context.Context, s Signed, code string) error
	// Answered returns when the server gave an answer to the device, by its number; zero where it gave none of that number.
	Answered(ctx context.Context, number int64) (time.Time, error)
	// Apply makes of an act what it amounts to. It is called once for each act, in the device's order.
	Apply(ctx context.Context, a Act, m Moment) (Word, error)
}

// maxAhead is how far beyond the next act one may lie that is kept until those between have come.
const maxAhead = 20_000

// What is said of an act that is one of its device's and not of its one history: the second of a number, which is reported, and one that
// does not follow the one before it, which is kept.
const (
	Forked     = "exos.act.forked"
	OutOfChain = "exos.act.chain"
)

// Take takes in what a device sends: whatever of it, however often, in whatever order. What comes of it in the end depends on the acts
// alone. It answers each in the order given, then those that had been waiting.
func Take(ctx context.Context, k Keeper, device string, key Key, sent []Signed, now time.Time) ([]Verdict, error) {
	chain, err := k.Chain(ctx)
	if err != nil {
		return nil, err
	}
	waiting, err := k.Waiting(ctx)
	if err != nil {
		return nil, err
	}
	t := taking{Keeper: k, chain: chain, now: now, pending: map[int64]Kept{}, told: map[int64]Verdict{}}
	for _, w := range waiting {
		t.pending[w.Act.Seq] = w
	}
	out := make([]Verdict, len(sent))
	acts := make([]Act, len(sent))
	for i, s := range sent {
		if acts[i], err = ReadAct(s, device, key); err != nil {
			if out[i], err = t.report(ctx, s, err); err != nil {
				return nil, err
			}
			continue
		}
		if out[i], err = t.hear(ctx, s, acts[i]); err != nil {
			return nil, err
		}
	}
	if err := t.advance(ctx); err != nil {
		return nil, err
	}
	for i, v := range out { // what waited a moment ago may have been taken since
		if now, ok := t.told[v.Seq]; ok && v.Outcome == Waiting {
			now.Known = v.Known
			out[i] = now
		}
	}
	for _, v := range out {
		delete(t.told, v.Seq)
	}
	return append(out, t.others()...), t.settle(ctx)
}

// taking is one Take.
type taking struct {
	Keeper
	chain   Chain
	now     time.Time
	pending map[int64]Kept // acts that are kept and not taken in yet
	fresh   []int64        // those of them that came just now
	told    map[int64]Verdict
}

func (t *taking) report(ctx context.Context, s Signed, why error) (Verdict, error) {
	v := Verdict{Word: Refusal(why)}
	var named struct { // only to answer by the same id: nothing of it is believed
		ID  string `json:"id"`
		Seq int64  `json:"seq"`
	}
	if len(s.Text) <= maxAct && json.Unmarshal([]byte(s.Text), &named) == nil {
		v.ID = named.ID[:min(len(named.ID), 64)]
	}
	return v, t.Report(ctx, s, v.Code)
}

// hear keeps an act that is not kept yet.
func (t *taking) hear(ctx context.Context, s Signed, a Act) (Verdict, error) {
	kept, there := t.pending[a.Seq]
	if !there && a.Seq < t.chain.Next {
		var err error
		if kept, err = t.Kept(ctx, a.Seq); err != nil {
			return Verdict{}, err
		}
		there = true
	}
	switch {
	case there && kept.Hash() == s.Hash():
		return kept.verdict(true), nil
	case there:
		return t.report(ctx, s, fault.New(fault.Conflict, Forked))
	case a.Seq-t.chain.Next > maxAhead:
		return Verdict{ID: a.ID, Seq: a.Seq, Word: Word{Outcome: Later}}, nil
	}
	kept = Kept{Signed: s, Act: a, Heard: t.now, Word: Word{Outcome: Waiting}}
	t.pending[a.Seq], t.fresh = kept, append(t.fresh, a.Seq)
	return kept.verdict(false), nil
}

// advance takes in all acts whose turn has come.
func (t *taking) advance(ctx context.Context) error {
	heard := t.heard()
	for {
		k, ok := t.pending[t.chain.Next]
		if !ok {
			return nil
		}
		answered, err := t.Answered(ctx, k.Act.Answer)
		if err != nil {
			return err
		}
		k.Moment = k.Act.moment(answered, t.chain.Floor, heard[k.Act.Seq])
		if k.Act.Prev != t.chain.Head {
			k.Word = Refusal(fault.New(fault.Conflict, OutOfChain))
		} else if k.Word, err = t.Apply(ctx, k.Act, k.Moment); err != nil {
			return err
		}
		if err := t.Keep(ctx, k); err != nil {
			return err
		}
		t.chain = Chain{Next: t.chain.Next + 1, Head: k.head(), Floor: k.Moment.After}
		delete(t.pending, k.Act.Seq)
		t.told[k.Act.Seq] = k.verdict(true)
	}
}

// heard is when we first heard of each act that is pending, or of one that follows it: it was done by then.
func (t *taking) heard() map[int64]time.Time {
	out := make(map[int64]time.Time, len(t.pending))
	var first time.Time
	for _, seq := range slices.Backward(slices.Sorted(maps.Keys(t.pending))) {
		if at := t.pending[seq].Heard; first.IsZero() || at.Before(first) {
			first = at
		}
		out[seq] = first
	}
	return out
}

// settle writes what still waits, and how far the chain has come.
func (t *taking) settle(ctx context.Context) error {
	for _, seq := range t.fresh {
		if k, ok := t.pending[seq]; ok {
			if err := t.Keep(ctx, k); err != nil {
				return err
			}
		}
	}
	return t.PutChain(ctx, t.chain)
}

// others are the verdicts on acts that had come before, and were taken in now.
func (t *taking) others() []Verdict {
	var out []Verdict
	for _, v := range t.told {
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b Verdict) int { return cmp.Compare(a.Seq, b.Seq) })
	return out
}

func (k Kept) verdict(known bool) Verdict {
	v := Verdict{ID: k.Act.ID, Seq: k.Act.Seq, Known: known, Word: k.Word}
	if k.Word.Outcome != Waiting {
		m := k.Moment
		v.Moment = &m
	}
	return v
}

// Refusal is the word for an error that is no trouble of ours.
func Refusal(err error) Word {
	w := Word{Outcome: Refused, Code: fault.CodeOf(err)}
	for _, p := range fault.ParamsOf(err) {
		if text, ok := p.(string); ok {
			w.Params = append(w.Params, text)
		}
	}
	return w
}
