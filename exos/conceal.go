package exos

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"pupitre/exos/qti/render"
)

// concealedVersion is what a pupil's page knows an exercise's program by in graded work. The program's own hash would tell its key to whoever
// hashes it with each answer in turn.
func concealedVersion(e ExerciseID) string {
	sum := sha256.Sum256([]byte("exos graded exercise " + string(e)))
	return hex.EncodeToString(sum[:])
}

// conceal puts a sitting under aliases (render.Aliases): for graded work, before and after its results are shown, so that what was answered
// stays what it was.
func (s *Sitting) conceal(o *opened) {
	tree, names := o.item.Conceal(uint64(s.Seed))
	s.Version = concealedVersion(s.Exercise)
	s.Tree = tree
	s.Tree.Nodes, _ = withoutHints(tree.Nodes)
	s.Responses = aliased(names, s.Responses)
	s.Opening = feedbackUnder(names, s.Opening)
	shown := s.Opening
	if s.Result != nil {
		result := *s.Result
		result.conceal(names)
		s.Result, shown = &result, slices.Concat(shown, result.Feedback)
	}
	s.Tree.Nodes = placed(s.Tree.Nodes, shown)
	if s.Corrected != nil {
		s.Corrected = s.Corrected.under(names)
	}
	if s.Setting != nil {
		s.Setting.Hint = names.Nodes(s.Setting.Hint)
	}
}

// conceal puts a verdict on one of the sitting's events under aliases.
func (v *Verdict) conceal(o *opened, seed Seed) {
	if v.Result == nil && v.Corrected == nil && v.Hint == nil {
		return
	}
	_, names := o.item.Conceal(uint64(seed))
	if v.Result != nil {
		result := *v.Result
		result.conceal(names)
		v.Result = &result
	}
	v.Hint = names.Nodes(v.Hint)
	if v.Corrected != nil {
		v.Corrected = v.Corrected.under(names)
	}
}

func (r *Result) conceal(names *render.Aliases) {
	r.Feedback = feedbackUnder(names, r.Feedback)
	r.Judged = slices.Clone(r.Judged)
	for i := range r.Judged {
		r.Judged[i].Response = names.Response(r.Judged[i].Response)
	}
}

// under is a corrigé under aliases. Its texts are words already.
func (c Corrected) under(names *render.Aliases) *Corrected {
	c.Keys = slices.Clone(c.Keys)
	for i, k := range c.Keys {
		c.Keys[i].Values, c.Keys[i].Response = valuesUnder(names, k.Response, k.Values), names.Response(k.Response)
	}
	c.Why = feedbackUnder(names, c.Why)
	return &c
}

// placed are nodes without the places of texts that are not shown: where they stand may tell which answer they are about.
func placed(nodes []render.Node, shown []render.Feedback) []render.Node {
	var out []render.Node
	for _, n := range nodes {
		if n.Kind == render.KindFeedback && !slices.ContainsFunc(shown, func(f render.Feedback) bool { return f.Ref == n.Ref }) {
			continue
		}
		n.Nodes = placed(n.Nodes, shown)
		if n.Interaction != nil {
			it := *n.Interaction
			it.Content = placed(it.Content, shown)
			it.Prompt = placed(it.Prompt, shown)
			it.Choices, it.Targets = placedIn(it.Choices, shown), placedIn(it.Targets, shown)
			n.Interaction = &it
		}
		out = append(out, n)
	}
	return out
}

func placedIn(all []render.Choice, shown []render.Feedback) []render.Choice {
	out := slices.Clone(all)
	for i := range out {
		out[i].Nodes = placed(out[i].Nodes, shown)
	}
	return out
}

func feedbackUnder(names *render.Aliases, texts []render.Feedback) []render.Feedback {
	out := slices.Clone(texts)
	for i := range out {
		out[i].Nodes = names.Nodes(out[i].Nodes)
	}
	return out
}

func aliased(names *render.Aliases, given []Response) []Response {
	out := slices.Clone(given)
	for i, r := range out {
		out[i].Values, out[i].Identifier = valuesUnder(names, r.Identifier, r.Values), names.Response(r.Identifier)
	}
	return out
}

func valuesUnder(names *render.Aliases, response string, values []string) []string {
	out := slices.Clone(values)
	for i, value := range out {
		out[i] = names.Value(response, value)
	}
	return out
}

// authored is an event of a concealed sitting in the author's identifiers, as it is kept and scored. Its version tells which it is: a device
// that took the exercise along before there were aliases says the author's.
func (o *opened) authored(e Event) Event {
	if e.Version != concealedVersion(e.Exercise) {
		return e
	}
	e.Version = o.Version
	var a Answer
	if e.Kind != Answered || json.Unmarshal(e.Payload, &a) != nil {
		return e // refused, with its reason
	}
	_, names := o.item.Conceal(uint64(e.Seed))
	for i, r := range a.Responses {
		author, known := names.Author(r.Identifier)
		if !known {
			a.Responses[i].Identifier = "?" + r.Identifier // nobody answers by an author's name
			continue
		}
		a.Responses[i].Identifier = author
		for j, value := range r.Values {
			a.Responses[i].Values[j] = names.AuthorValue(author, value)
		}
	}
	payload, err := json.Marshal(a)
	if err != nil {
		return e
	}
	e.Payload = payload
	return e
}

// asked is the author's name of the response that a file is handed in for.
func (o *opened) asked(seed Seed, response string) string {
	_, names := o.item.Conceal(uint64(seed))
	if author, known := names.Author(response); known {
		return author
	}
	return response
}
