package web

import (
	"strings"
	"testing"

	"pupitre/exos/qti/render"
)

// An author may forget the gaps: the words to be placed stand on the paper all the same.
func TestWordsWithoutGapsGoOnPaper(t *testing.T) {
	t.Parallel()
	out := interactionOnPaper(&render.Interaction{
		Type: render.TypeGapMatch, Content: []render.Node{render.Text("Place les mots.")}, Choices: []render.Choice{{Nodes: []render.Node{render.Text("chat")}}},
	})
	if text := render.Plain(out); !strings.Contains(text, "Place les mots.") || !strings.Contains(text, "chat") {
		t.Errorf("got %q", text)
	}
}
