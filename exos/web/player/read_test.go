package player_test

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/exos"
	"pupitre/exos/qti/render"
	"pupitre/exos/web/player"
)

// An exercise in several steps asks its second question in a text that the first answer released: its answer is read too, and
// what was not shown is not.
func TestQuestionsInReleasedTextsAreRead(t *testing.T) {
	t.Parallel()
	asks := func(response string) []render.Node {
		return []render.Node{{Kind: render.KindInteraction, Interaction: &render.Interaction{Type: render.TypeChoice, Response: response}}}
	}
	form := url.Values{"r.FIRST": {"A"}, "r.SECOND": {"B"}, "r.HIDDEN": {"C"}}
	tree := render.Tree{Nodes: asks("FIRST")}
	got := player.Read(form, tree, render.Feedback{Ref: "f1", Nodes: asks("SECOND")})
	want := []exos.Response{{Identifier: "FIRST", Values: []string{"A"}}, {Identifier: "SECOND", Values: []string{"B"}}}
	if diff := cmp.Diff(want, got.Responses); diff != "" {
		t.Error(diff)
	}
}
