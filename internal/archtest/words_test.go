package archtest_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

// A message key in the source: "area.noun.trouble" between quotes or backquotes, in Go, templates or TypeScript.
var wordKey = regexp.MustCompile("[\"`']([a-z]+(?:\\.[a-z0-9_-]+)+)[\"`']")

// Every fault code must have a sentence; every sentence must be said by somebody.
func TestMessagesAndCodeNeedEachOther(t *testing.T) {
	t.Parallel()
	messages := map[string]bool{}
	areas := map[string]bool{}
	walk(t, func(path string) {
		if strings.HasPrefix(path, "internal/lang/words/") && strings.HasSuffix(path, ".fr.json") {
			var m map[string]json.RawMessage
			if err := json.Unmarshal([]byte(read(t, path)), &m); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			for key := range m {
				messages[key] = false
				area, _, _ := strings.Cut(key, ".")
				areas[area] = true
			}
		}
	})
	prefixes := []string{} // keys built at run time: "licensing.cause." + x
	prefix := regexp.MustCompile("[\"`]([a-z]+(?:\\.[a-z0-9_-]+)*\\.)[\"`]")
	code := regexp.MustCompile(`fault\.(?:New|Wrap)\((?:[^"\n]*?)"([a-z]+(?:\.[a-z0-9_-]+)+)"`)
	walk(t, func(path string) {
		if strings.Contains(path, "test/") || strings.HasSuffix(path, "_test.go") {
			return
		}
		if !strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".html") && !strings.HasSuffix(path, ".ts") {
			return
		}
		text := read(t, path)
		for _, m := range wordKey.FindAllStringSubmatch(text, -1) {
			if _, ok := messages[m[1]]; ok {
				messages[m[1]] = true
			}
		}
		for _, m := range prefix.FindAllStringSubmatch(text, -1) {
			if area, _, _ := strings.Cut(m[1], "."); areas[area] {
				prefixes = append(prefixes, m[1])
			}
		}
		for _, m := range code.FindAllStringSubmatch(text, -1) {
			if _, ok := messages[m[1]]; !ok {
				t.Errorf("%s: the code %q has no sentence in internal/lang/words", path, m[1])
			}
		}
	})
	for key, used := range messages {
		for _, p := range prefixes {
			used = used || strings.HasPrefix(key, p)
		}
		if !used {
			t.Errorf("nothing says the message %q", key)
		}
	}
}

// What must not be in the tree: a machine's paths, a registry's host.
func TestTheTreeNamesNoMachine(t *testing.T) {
	t.Parallel()
	banned := regexp.MustCompile(`(^|[\s"'(=:])/(work|root|farm)/|registry\.npm|proxy\.golang\.org|deb\.debian\.org`)
	walk(t, func(path string) {
		if strings.HasPrefix(path, "internal/archtest/") {
			return
		}
		for _, ext := range []string{".go", ".md", ".sh", ".json", ".ts", ".html", ".css", ".sql", ".mjs", "Makefile", ".ci/run", ".npmrc"} {
			if strings.HasSuffix(path, ext) {
				if m := banned.FindString(read(t, path)); m != "" {
					t.Errorf("%s contains %q", path, strings.TrimSpace(m))
				}
			}
		}
	})
}
