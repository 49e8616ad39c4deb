package player

import (
	"net/url"
	"slices"
	"strings"

	"pupitre/exos"
	"pupitre/exos/qti/render"
)

// Read is the answer in a form that was posted. Only responses of the exercise are read, in the order of the page; one without a
// value says that nothing was answered. Whether a value makes sense is for scoring to say. An exercise in several steps may ask the
// next question in a text that its first answer released.
func Read(form url.Values, tree render.Tree, released ...render.Feedback) exos.Answer {
	answer := exos.Answer{Responses: []exos.Response{}}
	seen := map[string]bool{}
	asked := render.Interactions(tree.Nodes)
	for _, f := range released {
		asked = append(asked, render.Interactions(f.Nodes)...)
	}
	for _, it := range asked {
		if it.Response == "" || seen[it.Response] || it.Type == render.TypeMedia {
			continue
		}
		seen[it.Response] = true
		r := exos.Response{Identifier: it.Response}
		for _, value := range form[name(it.Response)] {
			if strings.TrimSpace(value) != "" {
				r.Values = append(r.Values, value)
			}
		}
		if it.Type == render.TypePortableCustom {
			r.Fields, r.State = readFields(form, it.Response), form.Get(stateOf(it.Response))
		}
		answer.Responses = append(answer.Responses, r)
	}
	return answer
}

// Same reports whether two answers say the same: then nothing is gained by sending the second.
func Same(a, b []exos.Response) bool {
	if len(a) != len(b) {
		return false
	}
	said := map[string]exos.Response{}
	for _, r := range a {
		said[r.Identifier] = r
	}
	for _, r := range b {
		if v, ok := said[r.Identifier]; !ok || !slices.Equal(v.Values, r.Values) || !slices.Equal(v.Fields, r.Fields) {
			return false
		}
	}
	return true
}

// Move is the answer with one item of an order a place up or down: what the arrow buttons ask for without script. move is the
// button's value, "RESPONSE CHOICE up".
func Move(a exos.Answer, move string) {
	words := strings.Fields(move)
	if len(words) != 3 {
		return
	}
	for _, r := range a.Responses {
		if r.Identifier != words[0] {
			continue
		}
		for i, v := range r.Values {
			j := i + 1
			if words[2] == "up" {
				j = i - 1
			}
			if v == words[1] && j >= 0 && j < len(r.Values) {
				r.Values[i], r.Values[j] = r.Values[j], r.Values[i]
				return
			}
		}
	}
}

// played are the types that this player draws.
var played = map[render.Type]bool{
	render.TypeChoice: true, render.TypeInlineChoice: true, render.TypeTextEntry: true, render.TypeExtendedText: true, render.TypeOrder: true,
	render.TypeMatch: true, render.TypeGapMatch: true, render.TypeAssociate: true, render.TypeHottext: true, render.TypeSlider: true,
	render.TypeMedia: true, render.TypeEndAttempt: true, render.TypeHotspot: true, render.TypeGraphicOrder: true, render.TypeGraphicAssociate: true,
	render.TypeGraphicGapMatch: true, render.TypeSelectPoint: true, render.TypePositionObject: true, render.TypeDrawing: true, render.TypeUpload: true,
}

// Draws tells whether this player draws interactions of a type.
func Draws(t render.Type) bool { return played[t] }

// Unsupported lists the types of an exercise that cannot be answered here, each once.
func Unsupported(tree render.Tree) []render.Type {
	var out []render.Type
	seen := map[render.Type]bool{}
	for _, it := range render.Interactions(tree.Nodes) {
		if !playable(it) && !seen[it.Type] {
			seen[it.Type] = true
			out = append(out, it.Type)
		}
	}
	return out
}
