package web

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/look"
)

// CoverOf is a resource's cover: its picture, where we have one, or the book that is drawn for it.
func CoverOf(s *look.Shell, r catalogue.Resource) look.Cover {
	small, large := r.Picture.Paths()
	return look.Cover{ID: string(r.ARK), Level: CoverLevel(r), Picture: s.Picture(small), Twice: s.Picture(large)}
}

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

// schooling is the order of the levels, from the first year to the last.
var schooling = []string{"PS", "MS", "GS", "CP", "CE1", "CE2", "CM1", "CM2", "6e", "5e", "4e", "3e", "2de", "1re", "Tle"}

// CompareLevels orders two levels as one goes through school; a level that is not of it comes after, and no level last.
func CompareLevels(a, b string) int {
	return cmp.Or(levelRank(a)-levelRank(b), cmp.Compare(directory.Fold(a), directory.Fold(b)))
}

func levelRank(level string) int {
	if level == "" {
		return len(schooling) + 1
	}
	if i := slices.Index(schooling, level); i >= 0 {
		return i
	}
	return len(schooling)
}

// KindName puts « typePresentation » into words; a code that is not one of the vocabulary has none.
func KindName(s *look.Shell, p catalogue.Presentation) string {
	switch p {
	case "MAN", "MUL", "ACC", "DOC", "DIC", "PRO":
		return s.T("mediacentre.kind." + strings.ToLower(string(p)))
	}
	return ""
}
