package player

import (
	"math"
	"slices"

	"pupitre/exos/qti/render"
)

// canvas is a picture with its areas: what graphic interactions are drawn on.
type canvas struct {
	picture       *render.Asset
	width, height float64 // of the picture, in its own pixels
	spots         []render.Area
}

func newCanvas(picture *render.Asset, areas []render.Choice) canvas {
	c := canvas{picture: picture}
	c.spots, c.width, c.height = render.Areas(picture, areas)
	return c
}

// where is the part of the picture that a point is in, as a key of the page's words: « en haut à gauche ».
func (c canvas) where(x, y float64) string {
	third := func(n, of float64) int { return int(min(2, max(0, math.Floor(n/of*3)))) }
	return "exosweb.player.at." + [3]string{"top", "middle", "bottom"}[third(y, c.height)] + "." + [3]string{"left", "centre", "right"}[third(x, c.width)]
}

// find is the area of an identifier.
func (c canvas) find(identifier string) (render.Area, bool) {
	i := slices.IndexFunc(c.spots, func(s render.Area) bool { return s.Identifier == identifier })
	if i < 0 {
		return render.Area{}, false
	}
	return c.spots[i], true
}

// called is what an area is called in full: by the author's label, else by where it is. An importer gives an area without a label
// its identifier for one, which says nothing.
func (s Sheet) called(c canvas, a render.Area) string {
	if a.Label != "" && a.Label != a.Identifier {
		return s.T("exosweb.player.spot.named", "letter", a.Letter, "name", a.Label)
	}
	return s.T("exosweb.player.spot.placed", "letter", a.Letter, "place", s.T(c.where(a.Middle())))
}

// spotWords writes an area's letter for all to see, and its full name for those who do not see the picture: read by all, an author's
// label could give the answer away.
func (d *drawing) spotWords(c canvas, a render.Area) {
	short := d.T("exosweb.player.spot", "letter", a.Letter)
	d.words("span", short, attr{"aria-hidden", "true"})
	d.words("span", d.called(c, a), attr{"class", "sr"})
}

// picture writes a picture, and over it its areas, each as state says, then what over draws. All that is over it is for the eye
// alone: the controls beside hold the answer, and have the words.
func (d *drawing) picture(it *render.Interaction, c canvas, state func(render.Area) mark, over func()) {
	d.open("div", attr{"class", "pic"}, attr{"data-pic", string(it.Type)}, attr{"data-width", decimal(c.width)}, attr{"data-height", decimal(c.height)})
	d.open("div", attr{"class", "pic-frame"})
	d.canvas(it, c)
	class := "pic-over"
	if slices.Contains(it.Classes, "qti-unselected-hidden") { // QTI 3.0.1, shared vocabulary: found, not shown
		class += " is-discreet"
	}
	d.open("svg", attr{"class", class}, attr{"viewBox", "0 0 " + decimal(c.width) + " " + decimal(c.height)}, attr{"aria-hidden", "true"},
		attr{"focusable", "false"}, attr{"font-size", decimal(c.letters())})
	for _, a := range c.spots {
		d.spot(c, a, state(a))
	}
	d.open("g", attr{"data-drawn", ""})
	if over != nil {
		over()
	}
	d.close("g")
	d.close("svg")
	d.close("div")
	d.close("div")
}

// canvas writes the picture itself. Where a point is asked for and no script runs, pressing it posts the place pressed; it keeps its
// size then, so that the browser's pixels are the picture's.
func (d *drawing) canvas(it *render.Interaction, c canvas) {
	if c.picture == nil || c.picture.SHA256 == "" {
		return
	}
	attrs := []attr{
		{"src", d.Address(c.picture.SHA256)}, {"alt", c.picture.Alt}, {"width", number(int(c.width))}, {"height", number(int(c.height))},
	}
	if pointed(it.Type) && !d.Closed {
		alt := d.T("exosweb.player.point.put")
		if c.picture.Alt != "" {
			alt = c.picture.Alt + d.T("exosweb.colon") + alt
		}
		attrs[1].value = alt
		d.open("input", slices.Concat(attrs, []attr{{"type", "image"}, {"name", put + it.Response}, {"data-alt", c.picture.Alt}, {"data-early", ""}})...)
		return
	}
	d.open("img", attrs...)
}

// letters is the size of letters over the picture, in its own pixels: about 16 on a phone.
func (c canvas) letters() float64 { return max(11, math.Round(max(c.width, c.height)/24)) }

// mark is how an area looks: chosen or not, with what stands in it, and what the corrigé says of it.
type mark struct {
	on    bool
	inner string // a rank, a label
	key   bool
	keyed string // the rank or label that the corrigé has
}

// spot draws one area: its outline twice, so that it is seen on any picture, its letter at a corner, a tick where it is chosen.
func (d *drawing) spot(c canvas, a render.Area, m mark) {
	class := "spot"
	if m.on {
		class += " is-on"
	}
	if m.key {
		class += " is-key"
	}
	d.open("g", attr{"class", class}, attr{"data-spot", a.Identifier})
	d.shape(a, c, "under")
	d.shape(a, c, "edge")
	size := c.letters()
	x, y := corner(a, size)
	x, y = min(max(x, size*.8), c.width-size*.8), min(max(y, size*.8), c.height-size*.8)
	d.open("circle", attr{"class", "tag-ground"}, attr{"cx", decimal(x)}, attr{"cy", decimal(y)}, attr{"r", decimal(size * .8)})
	d.close("circle")
	d.words("text", a.Letter, attr{"class", "tag"}, attr{"x", decimal(x)}, attr{"y", decimal(y)}, attr{"dy", ".35em"})
	cx, cy := a.Middle()
	d.words("text", m.inner, attr{"class", "inner"}, attr{"x", decimal(cx)}, attr{"y", decimal(cy)}, attr{"dy", ".35em"})
	if m.keyed != "" && m.keyed != m.inner {
		d.words("text", m.keyed, attr{"class", "keyed"}, attr{"x", decimal(cx)}, attr{"y", decimal(cy)}, attr{"dy", "1.6em"})
	}
	d.close("g")
}

// corner is the place on an area's outline that is most to the top left; of a small one, beside it: its letter would hide it.
func corner(s render.Area, size float64) (x, y float64) {
	cx, cy := s.Middle()
	small := s.Box.Right-s.Box.Left < size*3 || s.Box.Bottom-s.Box.Top < size*3
	switch {
	case s.Shape == "poly" && !small:
		x, y = s.Coords[0], s.Coords[1]
		for i := 0; i+1 < len(s.Coords); i += 2 {
			if s.Coords[i]+s.Coords[i+1] < x+y {
				x, y = s.Coords[i], s.Coords[i+1]
			}
		}
		return x, y
	case (s.Shape == "circle" || s.Shape == "ellipse") && !small:
		return cx - (cx-s.Box.Left)*math.Sqrt2/2, cy - (cy-s.Box.Top)*math.Sqrt2/2
	case small:
		return s.Box.Left - size*.4, s.Box.Top - size*.4
	}
	return s.Box.Left, s.Box.Top
}

// shape draws an area's outline.
func (d *drawing) shape(a render.Area, c canvas, class string) {
	at := a.Coords
	name, attrs := "rect", []attr{
		{"x", decimal(a.Box.Left)}, {"y", decimal(a.Box.Top)}, {"width", decimal(a.Box.Right - a.Box.Left)}, {"height", decimal(a.Box.Bottom - a.Box.Top)},
	}
	cx, cy := a.Middle()
	switch {
	case a.Shape == "circle" || a.Shape == "ellipse":
		name, attrs = "ellipse", []attr{
			{"cx", decimal(cx)}, {"cy", decimal(cy)}, {"rx", decimal(a.Box.Right - cx)}, {"ry", decimal(a.Box.Bottom - cy)},
		}
	case a.Shape == "poly" && len(at) >= 6:
		points := ""
		for i := 0; i+1 < len(at); i += 2 {
			points += decimal(at[i]) + "," + decimal(at[i+1]) + " "
		}
		name, attrs = "polygon", []attr{{"points", points}}
	}
	d.open(name, append(attrs, attr{"class", class})...)
	d.close(name)
}
