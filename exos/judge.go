package exos

import (
	"context"
	"encoding/json"
	"math"
	"strings"

	"pupitre/exos/qti/score"
)

// Judgement says of one response whether it was right. It tells which gap to look at again, and nothing of what belongs there.
type Judgement struct {
	Response string `json:"response"`
	Right    bool   `json:"right"`
}

// judged judges the answer that an event carries.
func (o *opened) judged(e Event) []Judgement {
	var given Answer
	if json.Unmarshal(e.Payload, &given) != nil {
		return nil // refused before, with its reason
	}
	return o.judge(e.Seed, given)
}

// judge says of each response with a declared key whether it was right: it is where it takes the key's place among the author's
// own answers and nothing is lost. So it also holds where points are given for the whole alone. Nothing is said of exercises
// in several steps, nor where the author's own answers do not reach the maximum.
func (o *opened) judge(seed Seed, given Answer) []Judgement {
	keys := o.keys(seed)
	declared := Answer{Seconds: given.Seconds}
	for _, k := range keys {
		r := Response{Identifier: k.Response, Values: k.Values}
		for _, f := range k.Fields {
			r.Fields = append(r.Fields, Field{f.Name, f.Value})
		}
		declared.Responses = append(declared.Responses, r)
	}
	if o.Adaptive || o.Max <= 0 || !o.reaches(seed, declared) {
		return nil
	}
	answers := map[string]Response{}
	for _, r := range given.Responses {
		answers[r.Identifier] = r
	}
	var out []Judgement
	for i, k := range keys {
		mixed := declared
		mixed.Responses = append([]Response(nil), declared.Responses...)
		mixed.Responses[i] = Response{Identifier: k.Response, Values: answers[k.Response].Values, Fields: answers[k.Response].Fields}
		out = append(out, Judgement{k.Response, o.reaches(seed, mixed)})
	}
	return out
}

// reaches reports whether an answer earns the maximum.
func (o *opened) reaches(seed Seed, a Answer) bool {
	result := o.score(seed, score.State{}, a.submission())
	return result.HasScore && !math.IsNaN(result.Score) && result.Score >= o.Max
}

// Mistake is what stood where something else belonged.
type Mistake struct {
	Place int    // of the response among those of the exercise, from 1; 0 where it has one, or where the whole is meant
	Text  string // in words
}

// Said is an answer in words, a response each; nothing where it cannot be read.
func (s *Service) Said(ctx context.Context, k Kept) ([]string, error) {
	o, err := s.known(ctx, k.Exercise)
	if err != nil {
		return nil, err
	}
	var given Answer
	if err := json.Unmarshal(k.Payload, &given); err != nil {
		return nil, nil
	}
	var out []string
	for _, a := range o.item.Said(uint64(k.Seed), given.submission()) {
		for i, text := range a.Texts {
			if h, ok := HandedWord(text); ok {
				a.Texts[i] = h.Name
			}
		}
		out = append(out, strings.Join(a.Texts, "\n"))
	}
	return out, nil
}

// Files are the files that an answer names, without their bytes.
func (k Kept) Files() []Handed {
	var given Answer
	if json.Unmarshal(k.Payload, &given) != nil {
		return nil
	}
	var out []Handed
	for _, r := range given.Responses {
		for _, value := range r.Values {
			if h, ok := HandedWord(value); ok {
				h.Learner, h.Attempt, h.Response = k.Learner, k.Attempt, r.Identifier
				out = append(out, h)
			}
		}
	}
	return out
}

// Mistakes says what was wrong in an answer, response by response where that can be told; nothing where it was right, empty, refused,
// or no machine's to judge. key is the exercise by whose key it is judged, "" its own.
func (s *Service) Mistakes(ctx context.Context, k Kept, key ExerciseID) ([]Mistake, error) {
	r := k.Verdict.Result
	if r == nil || !r.Scored || r.Right && key == "" || k.Verdict.Status != Accepted {
		return nil, nil
	}
	o, err := s.known(ctx, k.Exercise)
	if err != nil {
		return nil, err
	}
	if key != "" {
		other, err := s.known(ctx, key)
		if err != nil {
			return nil, err
		}
		o = o.under(other)
	}
	var given Answer
	if err := json.Unmarshal(k.Payload, &given); err != nil {
		return nil, nil // refused before, with its reason
	}
	if key != "" && o.reaches(k.Seed, given) {
		return nil, nil
	}
	judged := o.judge(k.Seed, given)
	right := map[string]bool{}
	for _, j := range judged {
		right[j.Response] = j.Right
	}
	var out []Mistake
	for i, a := range o.item.Said(uint64(k.Seed), given.submission()) {
		text := strings.Join(a.Texts, ", ")
		if text == "" || right[a.Response] {
			continue
		}
		m := Mistake{Text: text}
		if len(given.Responses) > 1 {
			m.Place = i + 1
		}
		out = append(out, m)
	}
	return out, nil
}
