package exos

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"pupitre/exos/qti"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/score"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
)

// Rescored is the payload of the event by which an attempt is scored anew: its answers stay as they were sent and as they were judged
// then, and what they amount to from now on is here.
type Rescored struct {
	Key  ExerciseID `json:"key"`  // by whose key
	Plan string     `json:"plan"` // the plan that a teacher applied
	Last float64    `json:"last"` // of the last answer
	Best float64    `json:"best"`
	From float64    `json:"from"` // what the pupil had for the exercise
	To   float64    `json:"to"`   // what they have now
}

// Correction is what changed for a pupil at one exercise since its key was corrected.
type Correction struct {
	Homework HomeworkID
	Exercise ExerciseID
	By       float64 // points gained; below 0: lost, which the teacher agreed to
}

// under is an exercise as it is scored by a corrected key: its own name, place, maximum and identifiers, with the other's program and
// words. What it is asked and answered in stays the exercise's, so that an answer from before the correction is one from after it.
func (o *opened) under(key *opened) *opened {
	out := *key
	out.Exercise, out.worth, out.scored = o.Exercise, key.Max, key.item
	_, own, _ := o.item.Tree.Asked()
	_, others, _ := key.item.Tree.Asked()
	if !own.Same(others) {
		item := *key.item
		item.Tree = item.Tree.Renamed(others, own)
		out.item, out.carried = &item, &carried{own, others}
	}
	return &out
}

// carried is how the things of an exercise are called in it, and in the one whose key scores it.
type carried struct{ own, others *render.Aliases }

// score marks a submission, on the exercise's own scale.
func (o *opened) score(seed Seed, state score.State, sub score.Submission) score.Result {
	if o.carried != nil {
		sub.Responses = slices.Clone(sub.Responses)
		for i, r := range sub.Responses {
			sub.Responses[i].Values = carry(o.carried.own, o.carried.others, r.Identifier, r.Values)
		}
	}
	result := o.scored.Score(uint64(seed), state, sub)
	if o.worth > 0 && o.worth != o.Max {
		result.Score = result.Score * o.Max / o.worth
	}
	return result
}

// carry puts the values of a response from the names of one exercise into those of another that asks the same.
func carry(from, to *render.Aliases, response string, values []string) []string {
	out := slices.Clone(values)
	for i, value := range out {
		out[i] = from.Carried(to, response, value)
	}
	return out
}

// keys are the declared answers, in the exercise's own identifiers.
func (o *opened) keys(seed Seed) []qti.Answer {
	out := o.scored.Key(uint64(seed))
	if o.carried == nil {
		return out
	}
	for i, a := range out {
		out[i].Values = carry(o.carried.others, o.carried.own, a.Response, a.Values)
	}
	return out
}

// corrects says whether an exercise can be the corrected form of another: it asks the same, so that an answer to one is an answer to
// the other, and a machine marks both, at once. What is asked is told by what is shown: rows that changed places, and were named by
// their places, are the same rows.
func (o *opened) corrects(old *opened) bool {
	for _, e := range []*opened{o, old} {
		if e.Adaptive || e.ByHandOnly() {
			return false
		}
	}
	if !slices.Equal(o.responses(), old.responses()) {
		return false
	}
	now, others, clear := o.item.Tree.Asked()
	was, own, alsoClear := old.item.Tree.Asked()
	return reflect.DeepEqual(now, was) && (clear && alsoClear || own.Same(others))
}

// alike reports whether two exercises take the same for right: by the same program, or, where their things are called otherwise, by
// the same answers. The program of an order is the same whatever the order: what its letters stand for is another.
func (o *opened) alike(other *opened) bool {
	_, own, _ := o.item.Tree.Asked()
	_, others, _ := other.item.Tree.Asked()
	if own.Same(others) || !other.corrects(o) {
		return o.Program == other.Program
	}
	wants, rest := wanted(o.item.Program, own, own)
	otherWants, otherRest := wanted(other.item.Program, others, own)
	return slices.Equal(wants, otherWants) && slices.Equal(rest, otherRest)
}

// wanted are the declared answers of a program and what they are worth, from one's names into another's, and the program without them.
func wanted(p *program.Program, from, to *render.Aliases) (out []string, rest []byte) {
	bare := *p
	bare.Vars = slices.Clone(p.Vars)
	for i := range bare.Vars {
		v := &bare.Vars[i]
		if v.Kind != program.Response {
			continue
		}
		values := carry(from, to, v.Identifier, v.Correct.Lexicals())
		if v.Card != program.Ordered {
			slices.Sort(values)
		}
		out = append(out, v.Identifier)
		out = append(out, values...)
		if v.Mapping != nil {
			mapping, worth := *v.Mapping, make([]string, len(v.Mapping.Entries))
			for j, e := range mapping.Entries {
				worth[j] = fmt.Sprint("→ ", from.Carried(to, v.Identifier, e.Key.Lexical()), " ", e.Value, " ", e.CaseSensitive)
			}
			slices.Sort(worth)
			out, mapping.Entries = append(out, worth...), nil
			v.Mapping = &mapping
		}
		v.Correct = program.Null()
	}
	return out, bare.Encode()
}

// responses are the names of what it asks.
func (o *opened) responses() []string {
	var out []string
	for _, v := range o.item.Program.Vars {
		if v.Kind == program.Response {
			out = append(out, v.Identifier)
		}
	}
	return out
}

// draws reports whether both show the same numbers for a seed.
func (o *opened) draws(other *opened, seed Seed) bool {
	return reflect.DeepEqual(o.item.Begin(uint64(seed)).Templates, other.item.Begin(uint64(seed)).Templates)
}

// anew is what was said of an attempt's last answer, as the corrected key has it: what counts is the attempt's, for a loss needs consent.
func (o *opened) anew(r Result, a Attempt, answer Answer) *Result {
	result := o.score(a.Seed, score.State{}, answer.submission())
	r.Score, r.Right, r.Outcomes, r.Shown = a.Score, a.Score >= o.Max, o.outcomes(result), result.Shown
	return &r
}

// CorrectionReader is what the use cases ask to score anew.
type CorrectionReader interface {
	ShelfReader
	HomeworkReader
}

// Rekeyed is an exercise of a homework whose key is another in its module now.
type Rekeyed struct {
	Part       // as it is in the homework; its Key is by what it is scored until now
	New        ExerciseID
	Title      string
	Comparable bool // false: it asks something else now, and nothing can be scored anew
	old, key   *opened
}

// Rekeyed lists the parts of a homework whose exercise, under the same identifier, has another program in the module as it is
// published now, and those that are scored by another key already.
func (s *Service) Rekeyed(ctx context.Context, r CorrectionReader, h Homework) ([]Rekeyed, error) {
	var out []Rekeyed
	named := map[ModuleID]map[string]Exercise{}
	for _, p := range h.Parts {
		old, err := s.within(ctx, r, p.Exercise)
		if err != nil {
			return nil, err
		}
		if named[p.Module] == nil {
			if named[p.Module], err = current(ctx, r, p.Module); err != nil {
				return nil, err
			}
		}
		in := first(p.Key, p.Exercise)
		now, ok := named[p.Module][old.Identifier]
		if !ok || now.ID == p.Exercise && p.Key == "" {
			now.ID = in
		}
		key, err := s.within(ctx, r, now.ID)
		if err != nil {
			return nil, err
		}
		if by, err := s.within(ctx, r, in); err != nil {
			return nil, err
		} else if by.alike(key) { // in force already, or never another
			now.ID, key = in, by
		}
		if now.ID == p.Exercise && p.Key == "" {
			continue
		}
		out = append(out, Rekeyed{Part: p, New: now.ID, Title: old.Title, Comparable: key.corrects(old), old: old, key: key})
	}
	return out, nil
}

// Pending reports whether the key is another than the homework scores by.
func (c Rekeyed) Pending() bool { return c.New != c.Key }

// Successor is the exercise of the same identifier in its module as it is published now; NotFound where there is none.
func (s *Service) Successor(ctx context.Context, r CorrectionReader, p Part) (ExerciseID, error) {
	old, err := s.within(ctx, r, p.Exercise)
	if err != nil {
		return "", err
	}
	named, err := current(ctx, r, p.Module)
	if now, ok := named[old.Identifier]; err == nil && ok && old.Module == p.Module {
		return now.ID, nil
	}
	return "", cmp.Or(err, error(errNoExercise))
}

// current are the exercises of a module as it is published now, by identifier.
func current(ctx context.Context, r CorrectionReader, m ModuleID) (map[string]Exercise, error) {
	out := map[string]Exercise{}
	module, err := r.ModuleByID(ctx, m)
	if err != nil {
		return nil, err
	}
	version, err := maybe(r.VersionOf(ctx, m, module.Current))
	if err != nil || version == nil { // withdrawn: nothing is new there
		return out, err
	}
	ids := make([]ExerciseID, len(version.Lines))
	for i, l := range version.Lines {
		ids[i] = l.Exercise
	}
	all, err := r.Exercises(ctx, ids)
	for _, id := range ids {
		if e := all[id]; out[e.Identifier].ID == "" {
			out[e.Identifier] = e
		}
	}
	return out, err
}

// within is exercise inside a transaction.
func (s *Service) within(ctx context.Context, r ShelfReader, e ExerciseID) (*opened, error) {
	o, err := s.shelf.get(e, func() (*opened, error) { return take(ctx, r, e) })
	if fault.Is(err, fault.NotFound) {
		return nil, errNoExercise
	}
	return o, err
}

// Regrade is an attempt as its answers amount to by the new key, in the order in which they were taken. ok is false where they cannot
// be scored anew: the pupil had other numbers before them.
func (c Rekeyed) Regrade(a Attempt, answers []Kept) (regraded Attempt, ok bool) {
	o := c.old.under(c.key)
	if !c.Comparable || !c.old.draws(o, a.Seed) {
		return a, false
	}
	out := a
	out.State, out.Score, out.Best = score.State{}, 0, 0
	for _, k := range answers {
		if k.Attempt != a.ID || k.Kind != Answered || k.Verdict.Status != Accepted {
			continue
		}
		sub, err := k.submission()
		if err != nil {
			continue // refused before, with its reason
		}
		o.mark(&out, sub)
	}
	out.State, out.Tries = a.State, a.Tries // of the sitting, which goes on as it was
	return out, true
}

// Rescore makes the event of an attempt that was scored anew. The attempt is as Regrade left it.
func (s *Service) Rescore(a Attempt, by Rescored, max float64, at tx.Moment) (Kept, error) {
	by.Last, by.Best = a.Score, a.Best
	payload, err := json.Marshal(by)
	if err != nil {
		return Kept{}, err
	}
	e := Event{
		ID: EventID(s.IDs.New()), Attempt: a.ID, Exercise: a.Exercise, Version: a.Version, Seed: a.Seed, Kind: Regraded, Payload: payload,
		At: at.Now(), Device: serverDevice,
	}
	return Kept{
		Event: e, Learner: a.Learner, ReceivedAt: at.Now(),
		Verdict: Verdict{Event: e.ID, Status: Accepted, Result: &Result{Score: a.Score, Max: max, Scored: true, Right: a.Score >= max, Try: a.Tries, Ended: a.Ended}},
	}, nil
}

// keyed is an exercise as a homework scores it: by its own key, or by the corrected one.
func (s *Service) keyed(ctx context.Context, r ShelfReader, h Homework, o *opened) (*opened, error) {
	p, ok := h.part(o.ID)
	if !ok || p.Key == "" {
		return o, nil
	}
	key, err := s.within(ctx, r, p.Key)
	if err != nil {
		return nil, err
	}
	return o.under(key), nil
}

// KeyOf is what an exercise takes for right, as a homework draws it on paper; for the teacher. Not to be called inside a transaction.
func (s *Service) KeyOf(ctx context.Context, h Homework, e ExerciseID) (*Corrected, error) {
	o, err := s.known(ctx, e)
	if err != nil {
		return nil, err
	}
	return o.corrected(h.seedOf("", e, 1)), nil
}

// Max is what the exercise is worth, whatever the new key's maximum is.
func (c Rekeyed) Max() float64 { return c.old.Max }
