package render

import (
	"cmp"
	"math"
	"slices"
)

// Area (« zone ») is an area of a picture as it is drawn and named: its letter is its place in the order of reading, never the
// author's, which often begins with the right one.
type Area struct {
	Choice
	Letter string
	Box
}

// Box is the rectangle around an area, in the picture's own pixels.
type Box struct{ Left, Top, Right, Bottom float64 }

// Middle is the point in the middle of it.
func (b Box) Middle() (x, y float64) { return (b.Left + b.Right) / 2, (b.Top + b.Bottom) / 2 }

// Areas are the areas of a picture in the order of reading, and the size of the picture, in its own pixels.
func Areas(picture *Asset, choices []Choice) (areas []Area, width, height float64) {
	if picture != nil {
		width, height = float64(picture.Width), float64(picture.Height)
	}
	if width == 0 || height == 0 { // nobody said how large it is: as far as its areas go
		width, height = 1, 1
		for _, c := range choices {
			b := around(c, 0, 0)
			width, height = max(width, b.Right), max(height, b.Bottom)
		}
	}
	for _, c := range choices {
		areas = append(areas, Area{Choice: c, Box: around(c, width, height)})
	}
	band := func(a Area) float64 { _, y := a.Middle(); return math.Floor(y / height * 6) }
	slices.SortStableFunc(areas, func(a, b Area) int {
		return cmp.Or(cmp.Compare(band(a), band(b)), cmp.Compare(a.Left+a.Right, b.Left+b.Right))
	})
	for i := range areas {
		areas[i].Letter = letter(i)
	}
	return areas, width, height
}

// letter counts A to Z, then AA, AB…
func letter(i int) string {
	out := string(rune('A' + i%26))
	if i >= 26 {
		out = letter(i/26-1) + out
	}
	return out
}

// around is the rectangle around an area; the default area is the whole picture (QTI 3.0.1, shape).
func around(c Choice, width, height float64) Box {
	at := c.Coords
	switch {
	case c.Shape == "circle" && len(at) >= 3:
		return Box{at[0] - at[2], at[1] - at[2], at[0] + at[2], at[1] + at[2]}
	case c.Shape == "ellipse" && len(at) >= 4:
		return Box{at[0] - at[2], at[1] - at[3], at[0] + at[2], at[1] + at[3]}
	case (c.Shape == "rect" || c.Shape == "poly") && len(at) >= 4:
		out := Box{at[0], at[1], at[0], at[1]}
		for i := 0; i+1 < len(at); i += 2 {
			out = Box{min(out.Left, at[i]), min(out.Top, at[i+1]), max(out.Right, at[i]), max(out.Bottom, at[i+1])}
		}
		return out
	}
	return Box{0, 0, width, height}
}

// Lettered are the areas of an interaction that is answered on a picture; nil for any other.
func (it *Interaction) Lettered() []Area {
	var out []Area
	switch {
	case areal(it.Type, ""):
		out, _, _ = Areas(it.Object, it.Choices)
	case areal(it.Type, "/targets"):
		out, _, _ = Areas(it.Object, it.Targets)
	}
	return out
}

// Letters are the letters of an interaction's areas, by their identifiers, of those that have no label of their author's.
func (it *Interaction) Letters() map[string]string {
	out := map[string]string{}
	for _, a := range it.Lettered() {
		if a.Label == "" || a.Label == a.Identifier {
			out[a.Identifier] = a.Letter
		}
	}
	return out
}
