package player

import (
	"slices"
	"strings"

	"pupitre/exos"
	"pupitre/exos/qti/render"
)

// file begins the name of the field that takes a file: what is chosen there is handed in first, and the answer names it.
const file = "f."

// FileField is the name of the field that takes a response's files.
func FileField(response string) string { return file + response }

// upload writes what was handed in, each file with a box that keeps it, and a field for another.
func (d *drawing) upload(it *render.Interaction) {
	d.handed(it)
	if d.Closed {
		return
	}
	types := exos.AcceptedTypes(it)
	at := id(it.Response, 1)
	label := "exosweb.player.file"
	if it.Type == render.TypeDrawing {
		label = "exosweb.player.ink.file"
	}
	d.open("div", attr{"class", "file-field"})
	d.words("label", d.T(label), attr{"for", at})
	d.open("input", slices.Concat([]attr{
		{"type", "file"}, {"id", at}, {"name", file + it.Response}, {"accept", strings.Join(types, ",")}, {"aria-describedby", at + "-hint"},
		{"data-file", it.Response}, {"data-most", number(exos.MaxHanded)},
	}, only(it.Multiple, "multiple", ""))...)
	d.words("p", d.T("exosweb.player.file.hint", "types", strings.Join(exos.Extensions(types), ", "), "most", exos.MaxHanded>>20),
		attr{"class", "hint small muted"}, attr{"id", at + "-hint"})
	d.close("div")
}

// handed lists the files of the answer.
func (d *drawing) handed(it *render.Interaction) {
	d.open("ul", attr{"class", "handed"}, attr{"data-handed", it.Response}, attr{"aria-label", d.T("exosweb.player.handed")})
	for _, word := range d.answers(it.Response) {
		h, ok := exos.HandedWord(word)
		if !ok {
			continue
		}
		d.open("li")
		d.open("label", attr{"class", "box"})
		d.open("input", slices.Concat([]attr{{"type", "checkbox"}, {"name", name(it.Response)}, {"value", word}, {"checked", ""}}, d.off())...)
		d.words("span", h.Name)
		d.close("label")
		if d.Mine == nil {
			d.close("li")
			continue
		}
		at := d.Mine(h.Hash)
		if strings.HasPrefix(h.Media, "image/") {
			d.open("img", attr{"src", at}, attr{"alt", d.T("exosweb.player.handed.picture", "name", h.Name)}, attr{"class", "handed-picture"})
		} else {
			d.words("a", d.T("exosweb.player.handed.open", "name", h.Name), attr{"href", at}, attr{"target", "_blank"}, attr{"rel", "noopener"})
		}
		d.close("li")
	}
	d.close("ul")
}

// ink writes the ground to draw on; the script lays a sheet over it. Where there is none, or where drawing on a screen is no way, a
// picture or a photograph is handed in instead.
func (d *drawing) ink(it *render.Interaction) {
	c := newCanvas(it.Object, nil)
	if it.Object == nil || it.Object.SHA256 == "" {
		c.width, c.height = 640, 400
	}
	if !d.Closed {
		d.open("div", attr{"class", "ink"}, attr{"data-ink", it.Response}, attr{"data-width", decimal(c.width)}, attr{"data-height", decimal(c.height)})
		d.open("div", attr{"class", "ink-ground"})
		if it.Object != nil && it.Object.SHA256 != "" {
			d.open("img", attr{"src", d.Address(it.Object.SHA256)}, attr{"alt", it.Object.Alt}, attr{"width", decimal(c.width)}, attr{"height", decimal(c.height)},
				attr{"crossorigin", "anonymous"}) // the script reads it, to hand it in with what was drawn
		} else {
			d.open("svg", attr{"viewBox", "0 0 " + decimal(c.width) + " " + decimal(c.height)}, attr{"width", decimal(c.width)}, attr{"aria-hidden", "true"})
			d.close("svg")
		}
		d.close("div")
		d.open("div", attr{"class", "ink-tools"}, attr{"data-tools", ""})
		d.close("div")
		d.close("div")
	}
	d.upload(it)
}

// Name puts a file that was handed in into an answer; where one alone is taken, it takes the place of the other.
func Name(a exos.Answer, it *render.Interaction, word string) {
	for i, r := range a.Responses {
		switch {
		case r.Identifier != it.Response:
		case !it.Multiple:
			a.Responses[i].Values = []string{word}
		case !slices.Contains(r.Values, word):
			a.Responses[i].Values = append(r.Values, word)
		}
	}
}
