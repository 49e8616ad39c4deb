package exos

import (
	"encoding/json"
	"math"

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
	keys := o.item.Key(uint64(seed))
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
	result := o.item.Score(uint64(seed), score.State{}, a.submission())
	return result.HasScore && !math.IsNaN(result.Score) && result.Score >= o.Max
}
