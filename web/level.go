package web

import (
	"strings"
	"unicode/utf8"

	"pupitre/catalogue"
)

// CoverLevel is what stands on the label of a resource's cover: « 5e », « C4 » for a cycle, "" for a level too long for it or
// for more than one.
func CoverLevel(r catalogue.Resource) string {
	if len(r.Levels) != 1 {
		return ""
	}
	label := r.Levels[0].Label
	if cycle, ok := strings.CutPrefix(strings.ToLower(label), "cycle "); ok && len(cycle) == 1 {
		return "C" + cycle
	}
	if utf8.RuneCountInString(label) > 3 {
		return ""
	}
	return label
}
