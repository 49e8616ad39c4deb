package look_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/internal/look"
)

// The vectors were drawn by the look's own reference, in another language.
func TestCoverIsTheReferencesStrokeByStroke(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("testdata/covers/*.svg")
	if len(files) < 12 {
		t.Fatalf("%d vectors", len(files))
	}
	for _, file := range files {
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		id := "ark:/99999/" + strings.TrimSuffix(filepath.Base(file), ".svg")
		if diff := cmp.Diff(strings.TrimSpace(string(want)), string(look.DrawCover(id))); diff != "" {
			t.Errorf("%s:\n%s", id, diff)
		}
	}
}

func TestCoverNeverTellsTheIdentifier(t *testing.T) {
	t.Parallel()
	html := string(look.Cover{ID: "ark:/99999/secret", Level: `<b>"5e`}.HTML())
	if strings.Contains(html, "secret") {
		t.Errorf("the identifier is in %s", html)
	}
	if strings.Contains(html, `<b>"`) {
		t.Errorf("the level is not escaped in %s", html)
	}
}
