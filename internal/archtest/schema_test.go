package archtest_test

import (
	"regexp"
	"strings"
	"testing"
)

var (
	tableClass  = regexp.MustCompile(`(?m)^-- table (\w+): class (\w+)`)
	createTable = regexp.MustCompile(`(?s)create table (\w+) \((.*?)\n\)`)
	primaryKey  = regexp.MustCompile(`primary key \(([^)]*)\)`)
	columnKey   = regexp.MustCompile(`(?m)^\s*(?:/\*\w+:\s*)?(\w+) [^,\n]*primary key`)
)

// Class decides where a row may live when the nation is spread over several servers (docs/contracts.md §1).
func TestEveryTableHasItsClass(t *testing.T) {
	t.Parallel()
	leads := map[string][]string{"identity": {"project"}, "school": {"school"}}
	found := 0
	walk(t, func(path string) {
		if !strings.HasSuffix(path, ".sql") {
			return
		}
		text := read(t, path)
		classes := map[string]string{}
		for _, m := range tableClass.FindAllStringSubmatch(text, -1) {
			classes[m[1]] = m[2]
		}
		for _, m := range createTable.FindAllStringSubmatch(text, -1) {
			found++
			name, body := m[1], m[2]
			class, ok := classes[name]
			if !ok {
				t.Errorf("%s: table %s has no line « -- table %s: class … » above it", path, name, name)
				continue
			}
			key := ""
			if pk := primaryKey.FindStringSubmatch(body); pk != nil {
				key = strings.TrimSpace(strings.Split(pk[1], ",")[0])
			} else if pk := columnKey.FindStringSubmatch(body); pk != nil {
				key = pk[1]
			}
			if key == "" {
				t.Errorf("%s: table %s has no primary key", path, name)
			}
			if strings.HasPrefix(path, "exos/") {
				continue // Biblio Exos has its own classes: learner and content
			}
			switch want, known := leads[class]; {
			case class == "reference":
			case !known:
				t.Errorf("%s: table %s: there is no class %q", path, name, class)
			case key != want[0]:
				t.Errorf("%s: table %s is of class %s, so its key must lead with %s, not %s", path, name, class, want[0], key)
			}
		}
	})
	if found < 5 {
		t.Fatalf("only %d tables found: does the test still read the migrations?", found)
	}
}
