package lang

import (
	"slices"
	"testing"
)

// Placeholders returns, for every key of either language, the sorted placeholders of the French and English messages;
// a language that lacks the key has the single entry "absent".
func Placeholders(t *testing.T) map[string][2][]string {
	t.Helper()
	w, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][2][]string{}
	for i, locale := range Locales {
		for key := range w.messages[locale] {
			forms := out[key]
			for j, l := range Locales {
				if forms[j] == nil {
					forms[j] = []string{"absent"}
				}
				if l == locale {
					forms[i] = names(w.messages[locale][key])
				}
			}
			out[key] = forms
		}
	}
	return out
}

func names(m message) []string {
	seen := []string{""}
	for _, parts := range [][]string{m.one, m.other} {
		for i := 1; i < len(parts); i += 2 {
			if !slices.Contains(seen, parts[i]) {
				seen = append(seen, parts[i])
			}
		}
	}
	slices.Sort(seen)
	return seen
}
