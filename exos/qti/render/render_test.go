package render_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/score"
)

func TestFormatsOfPrintedNumbers(t *testing.T) {
	t.Parallel()
	number := program.Scalar{Type: program.Float, Float: 1234.5678}
	cases := map[string]string{
		"": "1234.5678", "%.2f": "1234.57", "%.0f": "1235", "%i": "1235", "%d": "1235", "%8.1f": "  1234.6", "%08.1f": "001234.6",
		"%e": "1.234568e+03", "%.3g": "1.23e+03", "%x": "4d2", "%q": "1234.5678", "abc": "1234.5678", "%": "1234.5678",
	}
	for format, want := range cases {
		if got := render.Formatted(number, format); got != want {
			t.Errorf("Formatted(%q) = %q, want %q", format, got, want)
		}
	}
}

// TestArrangeResolvesTemplates: hidden parts are gone, values printed, and the tree that was
// imported is untouched.
func TestArrangeResolvesTemplates(t *testing.T) {
	t.Parallel()
	when := func(identifier string, hide bool) *render.Condition {
		return &render.Condition{Variable: "KIND", Identifier: identifier, Hide: hide}
	}
	tree := render.Tree{Version: 1, Nodes: []render.Node{
		{Kind: render.KindTemplate, When: when("train", false), Nodes: []render.Node{render.Text("le train")}},
		{Kind: render.KindTemplate, When: when("bus", false), Nodes: []render.Node{render.Text("le bus")}},
		{Kind: render.KindTemplate, When: when("bus", true), Nodes: []render.Node{render.Text(" roule à ")}},
		{Kind: render.KindPrinted, Ref: "SPEED", Format: "%.1f"},
		{Kind: render.KindPrinted, Ref: "SCORE"},
		{Kind: render.KindInteraction, Interaction: &render.Interaction{Type: render.TypeChoice, Choices: []render.Choice{
			{Identifier: "A", When: when("train", false)}, {Identifier: "B", When: when("bus", false)},
		}}},
	}}
	before, _ := json.Marshal(tree)
	got := tree.Arrange(1, []score.Binding{
		{Identifier: "KIND", Value: program.Of(program.Scalar{Type: program.Identifier, Text: "train"})},
		{Identifier: "SPEED", Value: program.Int(80)},
	})
	want := []render.Node{
		render.Text("le train"), render.Text(" roule à "), render.Text("80.0"), {Kind: render.KindPrinted, Ref: "SCORE"},
		{Kind: render.KindInteraction, Interaction: &render.Interaction{Type: render.TypeChoice, Choices: []render.Choice{{Identifier: "A"}}}},
	}
	if diff := cmp.Diff(want, got.Nodes); diff != "" {
		t.Error(diff)
	}
	if after, _ := json.Marshal(tree); string(after) != string(before) {
		t.Error("the imported tree was changed")
	}
}

// TestTheAuthorsOrderCannotBeFoundAgain: a player knows the seed, so what it was shuffled from must say nothing.
func TestTheAuthorsOrderCannotBeFoundAgain(t *testing.T) {
	t.Parallel()
	tree := func(identifiers ...string) render.Tree {
		it := &render.Interaction{Type: render.TypeOrder, Response: "RESPONSE", Shuffle: true}
		for _, id := range identifiers {
			it.Choices = append(it.Choices, render.Choice{Identifier: id, Nodes: []render.Node{render.Text("texte " + id)}, Fixed: id == "LAST"})
		}
		return render.Tree{Version: 1, Nodes: []render.Node{{Kind: render.KindInteraction, Interaction: it}}}
	}
	orders := map[string]bool{}
	for seed := range uint64(50) {
		rightly, backwards := tree("A", "B", "C", "D", "LAST").Arrange(seed, nil), tree("D", "C", "B", "A", "LAST").Arrange(seed, nil)
		if diff := cmp.Diff(rightly, backwards); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
		order := ""
		for _, c := range rightly.Nodes[0].Interaction.Choices {
			order += c.Identifier
		}
		orders[order] = true
	}
	if len(orders) < 20 {
		t.Errorf("50 seeds give only %d of the 24 orders", len(orders))
	}
}

func TestTreesSurviveJSON(t *testing.T) {
	t.Parallel()
	tree := render.Tree{Version: 1, Language: "fr", Nodes: []render.Node{
		render.Element("p", render.Text("« Où ? » <b>&")),
		{Kind: render.KindAsset, Name: "img", Asset: &render.Asset{Path: "a.png", SHA256: "00", Media: "image/png", Alt: "un chat"}},
	}}
	data, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	var back render.Tree
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(tree, back); diff != "" {
		t.Error(diff)
	}
}

// TestPrintedVariables: places, fields, bases and powers (QTI 3.0.1 §2.10.2).
func TestPrintedVariables(t *testing.T) {
	t.Parallel()
	list := program.Container(program.Ordered, []program.Scalar{{Type: program.Integer, Int: 10}, {Type: program.Integer, Int: 255}})
	record := program.RecordOf([]program.Field{{Name: "x", Value: program.Scalar{Type: program.Integer, Int: 1}}, {Name: "y", Value: program.Scalar{Type: program.Integer, Int: 2}}})
	values := []score.Binding{{Identifier: "L", Value: list}, {Identifier: "R", Value: record}, {Identifier: "N", Value: program.Int(2)}, {Identifier: "BIG", Value: program.Real(1500)}}
	cases := []struct {
		ref, format string
		attrs       map[string]string
		want        string
	}{
		{"L", "", nil, "10;255"}, {"L", "", map[string]string{"delimiter": ", "}, "10, 255"}, {"L", "", map[string]string{"index": "2"}, "255"},
		{"L", "", map[string]string{"index": "N"}, "255"}, {"L", "", map[string]string{"index": "3"}, ""}, {"L", "%i", map[string]string{"index": "2", "base": "16"}, "ff"},
		{"R", "", map[string]string{"field": "y"}, "2"}, {"R", "", nil, "x=1;y=2"}, {"R", "", map[string]string{"mapping-indicator": ": ", "delimiter": " / "}, "x: 1 / y: 2"}, {"R", "", map[string]string{"field": "z"}, ""},
		{"BIG", "%.1e", map[string]string{"power-form": "true"}, "1.5\u00a0×\u00a0103"}, {"BIG", "%.1e", nil, "1.5e+03"},
	}
	for _, c := range cases {
		tree := render.Tree{Nodes: []render.Node{{Kind: render.KindPrinted, Ref: c.ref, Format: c.format, Attrs: c.attrs}}}.Arrange(1, values)
		if got := tree.PlainText(); got != c.want {
			t.Errorf("%s %v: %q, want %q", c.ref, c.attrs, got, c.want)
		}
	}
}
