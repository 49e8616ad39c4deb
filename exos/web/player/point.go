package player

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pupitre/exos"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
)

// put begins the name of the picture's own button where points are asked for: the browser adds ".x" and ".y".
const put = "put."

// mostPoints is how many points are taken where the author set no bound.
const mostPoints = 12

// points writes the picture on which places are shown, and a field for each: "x y" in the picture's pixels, QTI's own way.
func (d *drawing) points(it *render.Interaction) {
	c := newCanvas(ground(it), nil)
	d.open("div", attr{"class", "pic-scroll"})
	d.picture(it, c, nil, func() {
		for _, value := range d.key(it.Response) {
			d.point(it, c, value, "point is-key")
		}
		for _, value := range d.answers(it.Response) {
			d.point(it, c, value, "point")
		}
	})
	if thing := thingOf(it); thing != nil {
		d.open("template", attr{"data-thing", ""}) // what the script places
		d.open("img", attr{"src", d.Address(thing.SHA256)}, attr{"alt", ""}, attr{"width", decimal(c.thing(thing).Right)}, attr{"height", decimal(c.thing(thing).Bottom)})
		d.close("template")
	}
	d.close("div")
	given := d.answers(it.Response)
	d.open("ul", attr{"class", "pairs point-fields"})
	for i := range rowsOf(it, len(given)) {
		value := ""
		if i < len(given) {
			value = given[i]
		}
		at := id(it.Response, i+1)
		d.open("li")
		d.words("label", d.T("exosweb.player.point", "n", i+1), attr{"for", at})
		d.open("input", slices.Concat([]attr{
			{"type", "text"}, {"id", at}, {"name", name(it.Response)}, {"class", "in-line"}, {"value", value}, {"size", "9"},
			{"autocomplete", "off"}, {"inputmode", "numeric"}, {"pattern", `\s*\d{1,5}[\s,;]+\d{1,5}\s*`}, {"title", d.T("exosweb.player.point.form")},
			{"placeholder", d.T("exosweb.player.point.axes")},
		}, d.off())...)
		d.close("li")
	}
	d.close("ul")
	d.words("p", d.T("exosweb.player.point.hint", "width", int(c.width), "height", int(c.height)), attr{"class", "hint small muted"})
}

// ground is the picture on which places are shown.
func ground(it *render.Interaction) *render.Asset {
	if it.Type == render.TypePositionObject {
		return it.Stage
	}
	return it.Object
}

// rowsOf is how many fields there are: as many as points are taken, or one more than were given.
func rowsOf(it *render.Interaction, given int) int {
	switch {
	case !it.Multiple:
		return 1
	case it.Max > 0:
		return min(it.Max, mostPoints)
	}
	return min(max(given+1, it.Min, 3), mostPoints)
}

// point draws a place: a ring with a cross, or the thing that is placed there by its middle.
func (d *drawing) point(it *render.Interaction, c canvas, value, class string) {
	x, y, ok := place(value)
	if !ok {
		return
	}
	d.open("g", attr{"class", class}, attr{"transform", "translate(" + decimal(x) + " " + decimal(y) + ")"})
	if thing := thingOf(it); thing != nil {
		b := c.thing(thing)
		w, h := b.Middle()
		d.open("image", attr{"href", d.Address(thing.SHA256)}, attr{"x", decimal(-w)}, attr{"y", decimal(-h)}, attr{"width", decimal(b.Right)}, attr{"height", decimal(b.Bottom)})
		d.close("image")
	}
	r := decimal(c.letters() * .8)
	for _, part := range []string{"under", "edge"} {
		d.open("path", attr{"class", part}, attr{"d", "M-" + r + " 0H" + r + "M0-" + r + "V" + r})
		d.close("path")
	}
	d.close("g")
}

// thingOf is what is placed, nil where a place alone is asked for.
func thingOf(it *render.Interaction) *render.Asset {
	if it.Type != render.TypePositionObject || it.Object == nil || it.Object.SHA256 == "" {
		return nil
	}
	return it.Object
}

// thing is how large a thing is drawn: as its author said, else as two letters.
func (c canvas) thing(a *render.Asset) render.Box {
	if a.Width == 0 || a.Height == 0 {
		return render.Box{Right: c.letters() * 2, Bottom: c.letters() * 2}
	}
	return render.Box{Right: float64(a.Width), Bottom: float64(a.Height)}
}

// place reads a point as it is written in an answer.
func place(value string) (x, y float64, ok bool) {
	s, ok := program.ParseScalar(program.Point, value)
	return float64(s.Int), float64(s.Y), ok
}

// pointWords says where a place is: « au centre, en haut (200, 80) ».
func (s Sheet) pointWords(it *render.Interaction, value string) string {
	x, y, ok := place(value)
	if !ok {
		return value
	}
	return s.T("exosweb.player.point.said", "place", s.T(newCanvas(ground(it), nil).where(x, y)), "x", int(x), "y", int(y))
}

// Put adds to the answer the place that was pressed on a picture where there is no script, and reports whether one was. A place
// pressed where no more are taken stands for the last one.
func Put(a exos.Answer, form url.Values, tree render.Tree) bool {
	for _, it := range render.Interactions(tree.Nodes) {
		x, errX := strconv.Atoi(form.Get(put + it.Response + ".x"))
		y, errY := strconv.Atoi(form.Get(put + it.Response + ".y"))
		if errX != nil || errY != nil || !pointed(it.Type) {
			continue
		}
		for i, r := range a.Responses {
			if r.Identifier != it.Response {
				continue
			}
			value := strings.Join([]string{number(x), number(y)}, " ")
			if most := rowsOf(it, len(r.Values)); len(r.Values) < most {
				a.Responses[i].Values = append(r.Values, value)
			} else {
				a.Responses[i].Values[most-1] = value
			}
			return true
		}
	}
	return false
}
