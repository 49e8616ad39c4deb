package exos

import (
	"encoding/json"
	"slices"

	"pupitre/exos/qti"
	"pupitre/internal/fault"
)

// Rehearsal (« aperçu ») is that somebody tries an exercise before pupils have it: what was done so far, as the page carries it along.
// Nothing of it is kept anywhere else; an attempt is what its acts amount to, here too.
type Rehearsal struct {
	Seed Seed        `json:"seed"`
	Acts []Rehearsed `json:"acts,omitempty"`
}

// Rehearsed is one act of a rehearsal. Answer is set for Answered alone.
type Rehearsed struct {
	Kind   Kind    `json:"kind"`
	Answer *Answer `json:"answer,omitempty"`
}

// maxRehearsed is how many acts one page carries along.
const maxRehearsed = 100

// NewRehearsal begins one, with numbers and an order of its own.
func NewRehearsal() Rehearsal { return Rehearsal{Seed: newSeed()} }

// With is the rehearsal with one more act.
func (r Rehearsal) With(kind Kind, a *Answer) Rehearsal {
	r.Acts = append(slices.Clip(r.Acts), Rehearsed{kind, a})
	return r
}

// Rehearse shows an exercise as a pupil would have it after these acts, and the verdict on the last one. It asks no store and writes
// none. Invalid where the acts are too many.
func (s *Service) Rehearse(it *qti.Item, r Rehearsal) (Sitting, Verdict, error) {
	if len(r.Acts) > maxRehearsed {
		return Sitting{}, Verdict{}, fault.New(fault.Invalid, "exos.rehearsal.long", "max", maxRehearsed)
	}
	o := aside(it)
	a := Attempt{ID: "rehearsal", Exercise: o.ID, Version: o.Version, Seed: r.Seed}
	u := rules{tries: s.tries()}
	if o.Adaptive {
		u.tries = 0 // until it says that it is over
	}
	var last *Kept
	var verdict Verdict
	for _, act := range r.Acts {
		e := Event{Attempt: a.ID, Exercise: o.ID, Version: o.Version, Seed: r.Seed, Kind: act.Kind}
		if act.Answer != nil {
			var err error
			if e.Payload, err = json.Marshal(act.Answer); err != nil {
				return Sitting{}, Verdict{}, err
			}
		}
		a, verdict = decide(a, e, o, u)
		if verdict.Status == Accepted && act.Kind == Answered {
			last = &Kept{Event: e, Verdict: verdict}
		}
		dress(&verdict, e, o)
	}
	out, err := s.sitting(seen{attempt: &a, last: last}, o)
	return out, verdict, err
}

// Answers is what an exercise takes for right, and why, for whoever made it.
func Answers(it *qti.Item, seed Seed) *Corrected { return aside(it).corrected(seed) }

// aside is an exercise that is in no store, ready for use.
func aside(it *qti.Item) *opened {
	return ready(Exercise{
		ID: ExerciseID(it.Identifier), Identifier: it.Identifier, Title: it.Title, Version: it.Version, Max: it.MaxScore, Scoreable: it.Scoreable,
		ByHand: it.ByHand, Adaptive: it.Adaptive, Interactions: it.Interactions,
	}, it)
}

// ready is an exercise with what it prints.
func ready(e Exercise, it *qti.Item) *opened {
	prints := printed(it.Tree.Nodes, nil)
	for _, f := range it.Feedback {
		prints = printed(f.Nodes, prints)
	}
	return &opened{Exercise: e, printed: prints, item: it, scored: it}
}
