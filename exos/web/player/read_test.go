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

// The answer of a publisher's own interaction may be a record: its fields are read by name, and are part of what is the same.
func TestRecordsAreReadFieldByField(t *testing.T) {
	t.Parallel()
	tree := render.Tree{Nodes: []render.Node{{Kind: render.KindInteraction, Interaction: &render.Interaction{Type: render.TypePortableCustom, Response: "R"}}}}
	got := player.Read(url.Values{"n.R.shade": {"3"}, "n.R.name": {"lune"}, "n.OTHER.x": {"1"}}, tree).Responses
	want := []exos.Response{{Identifier: "R", Fields: []exos.Field{{Name: "name", Value: "lune"}, {Name: "shade", Value: "3"}}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	other := player.Read(url.Values{"n.R.shade": {"4"}, "n.R.name": {"lune"}}, tree).Responses
	if !player.Same(got, want) || player.Same(got, other) {
		t.Error("records are not compared")
	}
}
