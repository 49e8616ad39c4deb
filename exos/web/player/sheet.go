package player

import (
	"html/template"
	"iter"
	"maps"
	"slices"
	"strconv"

	"pupitre/exos"
	"pupitre/exos/qti/render"
)

// Sheet (« feuille ») is an exercise as one pupil sees it now.
type Sheet struct {
	T       func(key string, args ...any) string // a message in the reader's language
	Icon    func(name string) template.HTML
	Address func(sha256 string) string   // where a file of the package is served
	Frame   func(response string) string // where the frame of a publisher's own interaction is served; nil: it is not played
	Mine    func(h exos.Hash) string     // where a file that was handed in is served; nil: it is only named

	Tree     render.Tree
	Answers  []exos.Response   // what stands in the controls
	Judged   []exos.Judgement  // what is said of them; nil before an answer
	Released []render.Feedback // texts that may be shown at their places
	Keys     []exos.Key        // the corrigé, once it was looked at: shown on pictures
	Closed   bool              // nothing may be answered
	Paper    bool              // it is printed: of what is answered on a picture, the picture alone is drawn, with its letters
}

// NewSheet is the sheet of a sitting, with the answers that it keeps.
func NewSheet(s exos.Sitting) Sheet {
	sheet := Sheet{Tree: s.Tree, Answers: s.Responses, Released: s.Opening, Closed: s.Ended || s.Closed}
	if s.Result != nil {
		sheet.Judged, sheet.Released = s.Result.Judged, s.Result.Feedback
	}
	if s.Corrected != nil {
		sheet.Keys = s.Corrected.Keys
	}
	return sheet
}

// HTML draws the exercise: what goes inside its form.
func (s Sheet) HTML() template.HTML { return s.draw(s.Tree.Nodes) }

// Text draws other words of the same exercise: a hint, a feedback.
func (s Sheet) Text(nodes []render.Node) template.HTML { return s.draw(nodes) }

func (s Sheet) draw(nodes []render.Node) template.HTML {
	d := &drawing{Sheet: s, released: s.Released}
	d.nodes(nodes)
	return template.HTML(d.String())
}

// drawing is a sheet under the pen.
type drawing struct {
	pen
	Sheet
	released []render.Feedback
	inside   *render.Interaction // the one whose content is being written: of gaps and hottexts
	loop     bool                // sounds and films begin again by themselves
	entries  int                 // controls in lines so far: they are told apart by number where the author gave no name
}

// answers are the values that stand in the controls of a response.
func (d *drawing) answers(response string) []string {
	for _, r := range d.Answers {
		if r.Identifier == response {
			return r.Values
		}
	}
	return nil
}

// key is what the corrigé says of a response.
func (d *drawing) key(response string) []string {
	for _, k := range d.Keys {
		if k.Response == response {
			return k.Values
		}
	}
	return nil
}

func (d *drawing) chosen(response, value string) bool {
	return slices.Contains(d.answers(response), value)
}

// verdict says what a control's mark is: "right", "wrong", or "" where nothing is said.
func (d *drawing) verdict(response string) string {
	for _, j := range d.Judged {
		if j.Response != response {
			continue
		}
		if j.Right {
			return "right"
		}
		return "wrong"
	}
	return ""
}

// mark writes the mark beside a control: an icon and a word.
func (d *drawing) mark(response string) {
	switch d.verdict(response) {
	case "right":
		d.stamp("is-right", "check", "exosweb.player.right")
	case "wrong":
		d.stamp("is-wrong-yet", "rotate-ccw", "exosweb.player.wrong")
	}
}

func (d *drawing) stamp(class, icon, key string) {
	d.open("span", attr{"class", "mark-" + class}, attr{"data-mark", ""})
	d.raw(d.Icon(icon))
	d.words("span", d.T(key), attr{"class", "mark-word"})
	d.close("span")
}

// class adds the mark's class to a control's own.
func (d *drawing) class(response, own string) string {
	switch d.verdict(response) {
	case "right":
		return own + " is-right"
	case "wrong":
		return own + " is-wrong-yet"
	}
	return own
}

// name is what a response's controls are called in the form.
func name(response string) string { return prefix + response }

const prefix = "r."

// id is an id of the page for a response's control.
func id(response string, n int) string { return "r-" + response + "-" + number(n) }

func number(n int) string { return strconv.Itoa(n) }

// sorted visits attributes by name, so that the same exercise is always the same page.
func sorted(m map[string]string) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if !yield(key, m[key]) {
				return
			}
		}
	}
}

// off is the attribute of controls that take nothing any more.
func (d *drawing) off() []attr { return only(d.Closed, "disabled", "") }
