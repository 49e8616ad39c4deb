package qti

import (
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/score"
)

// Answer is the declared key of one response, for the corrigé.
type Answer struct {
	Response string   // identifier of the response variable
	Values   []string // lexical: identifiers, pairs, numbers; what Score accepts
	Texts    []string // the same in words: "Paris", "Paris → France"
	Accepted []string // other answers that earn points, where a mapping lists them
}

// Present is the exercise as one pupil may receive it: template values in place, choices in
// the order drawn with seed, no key. The same seed always gives the same tree.
func (it *Item) Present(seed uint64) render.Tree { return it.Tree }

// Reveal lists the feedback texts whose refs score allowed (Opening.Shown, Result.Shown).
func (it *Item) Reveal(seed uint64, shown []string) []render.Feedback { return nil }

// Key is the declared answer of each response after templates, for the corrigé and for the
// teacher; nil where nothing is declared.
func (it *Item) Key(seed uint64) []Answer { return nil }

// Begin opens an attempt: first outcomes, and the feedback shown from the start.
func (it *Item) Begin(seed uint64) score.Opening { return score.Begin(it.Program, seed) }

// Score marks a submission. It is score.Score on the item's program.
func (it *Item) Score(seed uint64, state score.State, sub score.Submission) score.Result {
	return score.Score(it.Program, seed, state, sub)
}

// Decode reads a stored program back: what Item.Program.Encode wrote.
func Decode(encoded []byte) (*program.Program, error) { return program.Decode(encoded) }
