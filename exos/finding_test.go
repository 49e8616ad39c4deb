package exos_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"pupitre/internal/lang"
)

// Every finding of the engine's report has its sentence in both languages, made of the parameters that the finding has.
func TestEveryFindingHasItsSentence(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("qti/report/code.go")
	if err != nil {
		t.Fatal(err)
	}
	words := lang.MustLoad()
	found := regexp.MustCompile(`(?m)((?:^\t//.*\n)+)\t\w+ +Code = "([^"]+)"`).FindAllStringSubmatch(string(source), -1)
	if len(found) < 70 {
		t.Fatalf("%d codes: this test does not read them any more", len(found))
	}
	for _, f := range found {
		args := []any{"element", "x", "item", "x"}
		if _, params, ok := strings.Cut(f[1], "Params:"); ok {
			for _, name := range regexp.MustCompile(`\w+`).FindAllString(params, -1) {
				args = append(args, name, "x")
			}
		}
		for _, locale := range lang.Locales {
			if text := words.T(locale, "qti."+f[2], args...); strings.Contains(text, "⟦") {
				t.Errorf("%s in %s: %s", f[2], locale, text)
			}
		}
	}
}
