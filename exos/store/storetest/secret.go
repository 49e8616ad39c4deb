package storetest

import (
	"encoding/json"
	"strings"

	"pupitre/exos/qti"
	"pupitre/exos/qti/render"
)

// Secrets are texts of an exercise that only its key, its feedback or its notes for teachers have: whoever finds one where the key must
// not be has found the key. They are as JSON and HTML write them, without the characters that these write otherwise.
func Secrets(it *qti.Item) []string {
	shown, err := json.Marshal(it.Tree)
	if err != nil {
		panic(err) // the engine's own tree
	}
	var out []string
	add := func(text string) {
		text = strings.TrimSpace(text)
		if cut := strings.IndexAny(text, "<>&'\"\\\u2028\u2029"); cut >= 0 {
			text = text[:cut]
		}
		if runes := []rune(text); len(runes) > 40 {
			text = string(runes[:40])
		}
		if len(text) >= 12 && !strings.Contains(string(shown), text) {
			out = append(out, text)
		}
	}
	for _, f := range it.Feedback {
		add(render.Plain(f.Nodes))
	}
	for _, n := range it.Notes {
		add(render.Plain([]render.Node{n}))
	}
	for _, k := range it.Key(1) { // a typed answer is a secret by itself: it stands nowhere in the exercise
		for _, text := range append(k.Texts, k.Accepted...) {
			add(text)
		}
	}
	return out
}
