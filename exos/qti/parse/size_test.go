package parse_test

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"pupitre/exos/qti/parse"
)

// Places on a picture are counted in its pixels: where the author did not say how many there are, the file does.
func TestAPicturesSizeIsReadWhereNotSaid(t *testing.T) {
	t.Parallel()
	var dot bytes.Buffer
	if err := png.Encode(&dot, image.NewGray(image.Rect(0, 0, 60, 40))); err != nil {
		t.Fatal(err)
	}
	files := shelf{
		"a.png": dot.String(), "b.svg": `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200"/>`, "c.png": "no picture",
	}
	for img, want := range map[string][2]int{
		`src="a.png"`: {60, 40}, `src="a.png" width="30"`: {30, 20}, `src="a.png" height="80"`: {120, 80}, `src="a.png" width="5" height="5"`: {5, 5},
		`src="b.svg"`: {300, 200}, `src="c.png"`: {0, 0},
	} {
		ex, _ := parse.Item([]byte(`<qti-assessment-item identifier="i" title="t" xml:lang="fr"><qti-response-declaration identifier="R" cardinality="single" base-type="point"/>
			<qti-item-body><qti-select-point-interaction response-identifier="R" max-choices="1"><img `+img+` alt="x"/></qti-select-point-interaction></qti-item-body></qti-assessment-item>`),
			parse.Source{Path: "i.xml", Files: files})
		if got := ex.Tree.Nodes[0].Interaction.Object; got.Width != want[0] || got.Height != want[1] {
			t.Errorf("%s: %d × %d, want %v", img, got.Width, got.Height, want)
		}
	}
}
