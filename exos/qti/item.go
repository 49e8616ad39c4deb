package qti

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/score"
)

func newItem(path string, ex *parse.Exercise) *Item {
	it := &Item{
		Identifier: ex.Identifier, Title: ex.Title, Language: ex.Language, File: path, Program: ex.Program, Tree: ex.Tree,
		Feedback: ex.Feedback, Notes: ex.Notes, MaxScore: ex.Program.Max, Scoreable: ex.Program.Scoreable, ByHand: ex.ByHand,
		Adaptive: ex.Program.Adaptive, Interactions: ex.Types,
	}
	for _, a := range ex.Assets {
		it.Assets = append(it.Assets, a.SHA256)
	}
	it.seal()
	return it
}

// seal names the item by what it is: Version by its program, Content by all that the pupil sees.
func (it *Item) seal() {
	encoded := it.Program.Encode()
	it.Version = Version(encoded)
	whole := sha256.New()
	whole.Write(encoded)
	for _, part := range []any{it.Tree, it.Feedback} {
		text, err := json.Marshal(part)
		if err != nil {
			panic("qti: a render tree that has no JSON: " + err.Error()) // plain data: cannot happen
		}
		whole.Write(text)
	}
	it.Content = hex.EncodeToString(whole.Sum(nil))
}

// under is the item with the words of its section before its own: they are shown with each
// item of the section (QTI 3.0.1, qti-rubric-block). It is another exercise then, with its own program.
func (it *Item) under(intro []render.Node, assets []string) *Item {
	if len(intro) == 0 {
		return it
	}
	placed := *it
	p := *it.Program
	placed.Program = &p
	before := render.Node{Kind: render.KindStimulus, Nodes: slices.Clone(intro)}
	for i, n := range before.Nodes {
		if slices.Contains(strings.Fields(n.Attrs["class"]), "memo") {
			before.Nodes[i].Name = "details" // a reminder (« mémo ») stays folded until asked for
		}
	}
	placed.Tree.Nodes = append([]render.Node{before}, it.Tree.Nodes...)
	placed.Assets = append([]string(nil), it.Assets...)
	for _, a := range assets {
		if !slices.Contains(placed.Assets, a) {
			placed.Assets = append(placed.Assets, a)
		}
	}
	placed.seal()
	return &placed
}

// Version is the version of an encoded program: its SHA-256 in hexadecimal.
func Version(encoded []byte) string {
	sum := sha256.Sum256(encoded)
	return hex.EncodeToString(sum[:])
}

// Decode reads a stored program back: what Item.Program.Encode wrote.
func Decode(encoded []byte) (*program.Program, error) { return program.Decode(encoded) }

// Present is the exercise as one pupil may receive it: template values in place, choices in
// the order drawn with seed, no key. The same seed always gives the same tree.
func (it *Item) Present(seed uint64) render.Tree { return Present(it.Program, it.Tree, seed) }

// Present is Item.Present for a stored program and tree.
func Present(p *program.Program, tree render.Tree, seed uint64) render.Tree {
	return tree.Arrange(seed, score.Begin(p, seed).Templates)
}

// Conceal is Present for graded work, under aliases (render.Aliases).
func (it *Item) Conceal(seed uint64) (render.Tree, *render.Aliases) {
	templates := score.Begin(it.Program, seed).Templates
	return it.Tree.Conceal(seed, templates, it.Feedback)
}

// Reveal lists the feedback texts that score allows (Opening.Shown, Result.Shown), with
// template values and the given outcomes printed.
func (it *Item) Reveal(seed uint64, shown []string, outcomes ...score.Binding) []render.Feedback {
	return Reveal(it.Program, it.Tree, it.Feedback, seed, shown, outcomes...)
}

// Reveal is Item.Reveal for a stored program, tree and feedback.
func Reveal(p *program.Program, tree render.Tree, texts []render.Feedback, seed uint64, shown []string, outcomes ...score.Binding) []render.Feedback {
	var released []render.Feedback
	for _, f := range texts {
		for _, ref := range shown {
			if ref == f.Ref {
				released = append(released, f)
			}
		}
	}
	values := append(score.Begin(p, seed).Templates, outcomes...)
	return tree.ArrangeFeedback(released, seed, values)
}

// Begin opens an attempt: first outcomes, and the feedback shown from the start.
func (it *Item) Begin(seed uint64) score.Opening { return score.Begin(it.Program, seed) }

// Score marks a submission. It is score.Score on the item's program.
func (it *Item) Score(seed uint64, state score.State, sub score.Submission) score.Result {
	return score.Score(it.Program, seed, state, sub)
}
