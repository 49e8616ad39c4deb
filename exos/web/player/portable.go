package player

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"pupitre/exos"
	"pupitre/exos/qti/render"
)

// playable reports whether an interaction can be answered here: of a publisher's own, where all that it needs is in the package.
func playable(it *render.Interaction) bool {
	if it.Type == render.TypePortableCustom {
		return it.Portable != nil && len(it.Portable.Lacks) == 0
	}
	return played[it.Type]
}

// portable writes the frame in which a publisher's interaction runs. The frame has an origin of its own that is nobody's: it reads
// nothing of the page, has no cookie and reaches no network. What it answers comes by messages to the script, into hidden fields.
func (d *drawing) portable(it *render.Interaction) {
	status := "interacting"
	if d.Closed {
		status = "review"
	}
	d.open("div", attr{"class", "portable"}, attr{"data-portable", it.Response}, attr{"data-status", status})
	d.open("noscript")
	d.open("p", attr{"class", "msg"})
	d.raw(d.Icon("info"))
	d.words("span", d.T("exosweb.player.portable.script"))
	d.close("p")
	d.close("noscript")
	d.open("iframe", attr{"src", d.Frame(it.Response)}, attr{"sandbox", "allow-scripts"}, attr{"title", d.frameTitle(it)},
		attr{"referrerpolicy", "no-referrer"}, attr{"loading", "eager"})
	d.close("iframe")
	d.open("div", attr{"data-values", ""})
	for _, v := range d.answers(it.Response) {
		d.open("input", attr{"type", "hidden"}, attr{"name", name(it.Response)}, attr{"value", v})
	}
	for _, f := range d.fields(it.Response) {
		d.open("input", attr{"type", "hidden"}, attr{"name", fieldOf(it.Response) + f.Name}, attr{"value", f.Value})
	}
	if state := d.state(it.Response); state != "" {
		d.open("input", attr{"type", "hidden"}, attr{"name", stateOf(it.Response)}, attr{"value", state})
	}
	d.close("div")
	d.open("p", attr{"class", "msg"}, attr{"data-refused", ""}, attr{"hidden", ""}, attr{"role", "status"})
	d.close("p")
	d.close("div")
}

// fieldOf begins the names of the hidden fields of a record: its response, then the field of the record.
func fieldOf(response string) string { return "n." + response + "." }

// stateOf is the name of the hidden field with what an interaction remembers of itself.
func stateOf(response string) string { return "s." + response }

// state is what was remembered with the last answer.
func (d *drawing) state(response string) string {
	for _, r := range d.Answers {
		if r.Identifier == response {
			return r.State
		}
	}
	return ""
}

// fields are those of a record that was answered.
func (d *drawing) fields(response string) []exos.Field {
	for _, r := range d.Answers {
		if r.Identifier == response {
			return r.Fields
		}
	}
	return nil
}

// readFields reads a record back, its fields by name.
func readFields(form url.Values, response string) []exos.Field {
	var out []exos.Field
	for _, key := range slices.Sorted(maps.Keys(form)) {
		if name, ok := strings.CutPrefix(key, fieldOf(response)); ok && len(form[key]) > 0 {
			out = append(out, exos.Field{Name: name, Value: form[key][0]})
		}
	}
	return out
}

// frameTitle is what a frame is called: by its prompt, or as an answer.
func (d *drawing) frameTitle(it *render.Interaction) string {
	if text := strings.TrimSpace(render.Plain(it.Prompt)); text != "" {
		return text
	}
	return d.T("exosweb.player.portable.title", "name", it.Title)
}

// lacking says why a publisher's own interaction is not played, at its place.
func (d *drawing) lacking(it *render.Interaction) string {
	if it.Portable != nil && len(it.Portable.Lacks) > 0 {
		return d.T("exosweb.player.portable.lacks", "lacks", strings.Join(it.Portable.Lacks, ", "))
	}
	return d.T("exosweb.player.custom", "name", it.Title)
}
