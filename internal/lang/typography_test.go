package lang_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// French typography as the pages' readers expect it; a space that may break before « ; » is a fault of setting.
var careless = []struct {
	pattern *regexp.Regexp
	remedy  string
}{
	{regexp.MustCompile(` [;:!?%»€]`), "a no-break space goes before ; : ! ? % » €"},
	{regexp.MustCompile(`« `), "a no-break space goes after «"},
	{regexp.MustCompile(`\pL'\pL`), "the apostrophe is ’"},
	{regexp.MustCompile(`\.\.\.`), "the ellipsis is …"},
}

func TestFrenchMessagesAreSetLikePrint(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("words/*.fr.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no French files: %v", err)
	}
	line := regexp.MustCompile(`(?m)"(?:[^"\\]|\\.)*"\s*:\s*("(?:[^"\\]|\\.)*")`)
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range line.FindAllStringSubmatch(string(data), -1) {
			for _, c := range careless {
				if at := c.pattern.FindString(m[1]); at != "" {
					t.Errorf("%s: %q in %s: %s", file, at, m[1], c.remedy)
				}
			}
		}
	}
}
