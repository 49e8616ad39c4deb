package player_test

import (
	"html/template"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/exos"
	"pupitre/exos/qti/render"
	"pupitre/exos/web/player"
)

// plain is a sheet that says its keys, and the letters in them.
func plain(it *render.Interaction, answers ...string) player.Sheet {
	return player.Sheet{
		T: func(key string, args ...any) string {
			for i := 0; i+1 < len(args); i += 2 {
				if args[i] == "letter" {
					key += "/" + args[i+1].(string)
				}
			}
			return key
		},
		Icon: func(string) template.HTML { return "" }, Address: func(sha string) string { return "/f/" + sha },
		Tree:    render.Tree{Nodes: []render.Node{{Kind: render.KindInteraction, Interaction: it}}},
		Answers: []exos.Response{{Identifier: "R", Values: answers}},
	}
}

func area(id, shape string, coords ...float64) render.Choice {
	return render.Choice{Identifier: id, Label: id, Shape: shape, Coords: coords}
}

// Areas of every shape are drawn, also on a picture whose size nobody said, or whose file is missing; an area without coordinates is
// the whole picture.
func TestAreasOfEveryShapeAreDrawn(t *testing.T) {
	t.Parallel()
	it := &render.Interaction{Type: render.TypeHotspot, Response: "R", Object: &render.Asset{Alt: "Un plan"}, Choices: []render.Choice{
		area("P", "poly", 10, 10, 90, 20, 50, 80), area("C", "circle", 150, 50, 20), area("E", "ellipse", 50, 150, 40, 20), area("R", "rect", 120, 120, 200, 180), area("D", "default"),
	}}
	html := string(plain(it, "C").HTML())
	for _, want := range []string{
		`viewBox="0 0 200 180"`, `<polygon points="10,10 90,20 50,80 "`, `<ellipse cx="150" cy="50" rx="20" ry="20"`, `<ellipse cx="50" cy="150" rx="40" ry="20"`,
		`<rect x="120" y="120" width="80" height="60"`, `<rect x="0" y="0" width="200" height="180"`, `<g class="spot is-on" data-spot="C">`, `value="C" checked`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s in\n%s", want, html)
		}
	}
	if strings.Contains(html, "<img") {
		t.Error("a picture without a file is drawn")
	}
}

// More than twenty-six areas have letters, too.
func TestLettersGoOnAfterZ(t *testing.T) {
	t.Parallel()
	it := &render.Interaction{Type: render.TypeHotspot, Response: "R", Object: &render.Asset{Width: 1000, Height: 10}}
	for i := range 28 {
		it.Choices = append(it.Choices, area(string(rune('a'+i)), "circle", float64(10+30*i), 5, 4))
	}
	html := string(plain(it).HTML())
	for _, want := range []string{"spot/Z<", "spot/AA<", "spot/AB<"} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s", want)
		}
	}
}

// A point that is pressed is the answer's next one, while there is room; only the interactions that ask for points take any.
func TestAPressedPointJoinsTheAnswer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		it    render.Interaction
		given []string
		want  []string
		took  bool
	}{
		"the first":        {render.Interaction{Type: render.TypeSelectPoint}, nil, []string{"7 9"}, true},
		"one only":         {render.Interaction{Type: render.TypeSelectPoint}, []string{"1 1"}, []string{"7 9"}, true},
		"the second":       {render.Interaction{Type: render.TypeSelectPoint, Multiple: true, Max: 2}, []string{"1 1"}, []string{"1 1", "7 9"}, true},
		"one too many":     {render.Interaction{Type: render.TypePositionObject, Multiple: true, Max: 2}, []string{"1 1", "2 2"}, []string{"1 1", "7 9"}, true},
		"without a bound":  {render.Interaction{Type: render.TypeSelectPoint, Multiple: true}, []string{"1 1", "2 2", "3 3"}, []string{"1 1", "2 2", "3 3", "7 9"}, true},
		"no points at all": {render.Interaction{Type: render.TypeHotspot}, []string{"A"}, []string{"A"}, false},
	} {
		c.it.Response = "R"
		a := exos.Answer{Responses: []exos.Response{{Identifier: "R", Values: c.given}}}
		tree := render.Tree{Nodes: []render.Node{{Kind: render.KindInteraction, Interaction: &c.it}}}
		if took := player.Put(a, url.Values{"put.R.x": {"7"}, "put.R.y": {"9"}}, tree); took != c.took {
			t.Errorf("%s: took %v", name, took)
		}
		if diff := cmp.Diff(c.want, a.Responses[0].Values); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// A sheet that nobody gave addresses for files and frames (a list of answers, a print) names the file, and plays nothing.
func TestASheetWithoutAddressesStillReads(t *testing.T) {
	t.Parallel()
	word := exos.Handed{Hash: exos.Hash(strings.Repeat("a", 64)), Media: "image/png", Name: "page 1.png"}.Word()
	if html := string(plain(&render.Interaction{Type: render.TypeUpload, Response: "R"}, word).HTML()); !strings.Contains(html, "page 1.png") || strings.Contains(html, "<img") {
		t.Error(html)
	}
	if html := string(plain(&render.Interaction{Type: render.TypePortableCustom, Response: "R", Portable: &render.Portable{Module: "m"}}).HTML()); strings.Contains(html, "<iframe") {
		t.Error(html)
	}
}
