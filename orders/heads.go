package orders

import (
	"slices"
	"strings"

	"pupitre/directory"
)

// Heads (« effectif ») is how many pupils of a class are of a level now.
type Heads struct {
	Level string // « 5e »; "" where nothing says
	Class string // its label; "" for pupils of none
	N     int
}

// Levelled is a level of a school: its pupils now, and those that a later school year would have.
type Levelled struct {
	Level   string
	Classes []Heads // as they are now
	Now     int
	Then    int
	Guessed bool // nobody is below in the school: as many are taken as there are now
}

// schooling are the levels in the order in which one goes through school.
var schooling = []string{"TPS", "PS", "MS", "GS", "CP", "CE1", "CE2", "CM1", "CM2", "6e", "5e", "4e", "3e", "2de", "1re", "Tle"}

// spans are the words of notices for several levels.
var spans = map[string][]string{
	"maternelle": schooling[0:4], "ecole maternelle": schooling[0:4], "elementaire": schooling[4:9], "ecole elementaire": schooling[4:9],
	"college": schooling[9:13], "lycee": schooling[13:16], "lycee general et technologique": schooling[13:16],
	"cycle 1": schooling[0:4], "cycle 2": schooling[4:7], "cycle 3": schooling[7:10], "cycle 4": schooling[10:13],
}

// levelsOf are the levels that a notice means by its words for them, where it means any that pupils are counted by.
func levelsOf(words []string) []string {
	var out []string
	for _, word := range words {
		means := spans[directory.Fold(word)]
		if i := slices.IndexFunc(schooling, func(l string) bool { return strings.EqualFold(l, word) }); i >= 0 {
			means = schooling[i : i+1]
		}
		for _, l := range means {
			if !slices.Contains(out, l) {
				out = append(out, l)
			}
		}
	}
	return out
}

// levelled counts heads by level, in the order of schooling, now and in the school year that is wanted. Portals send one school year at a
// time: where it is the next that is wanted, everybody is taken to move up by a level, and whoever begins at the school to be as many as
// begin there now.
func levelled(heads []Heads, next bool) []Levelled {
	var out []Levelled
	for _, level := range append(slices.Clone(schooling), "") {
		l := Levelled{Level: level}
		for _, h := range heads {
			if h.Level == level || level == "" && !slices.Contains(schooling, h.Level) {
				l.Classes, l.Now = append(l.Classes, h), l.Now+h.N
			}
		}
		out = append(out, l)
	}
	for i := range out {
		l := &out[i]
		switch {
		case !next || l.Level == "":
			l.Then = l.Now
		case i > 0 && out[i-1].Now > 0:
			l.Then = out[i-1].Now
		default:
			l.Then, l.Guessed = l.Now, l.Now > 0
		}
		if next && l.Now == 0 && last(out[max(0, i-1)].Level) {
			l.Then = 0 // who has been through the last year of a school goes on elsewhere
		}
	}
	return slices.DeleteFunc(out, func(l Levelled) bool { return l.Now == 0 && l.Then == 0 })
}

// last reports whether a level is the last of a school: of an école, a collège, a lycée.
func last(level string) bool {
	return level == "GS" || level == "CM2" || level == "3e" || level == "Tle"
}

// count is how many pupils these levels have, now and then; all of them for none.
func count(all []Levelled, levels []string) (now, then int) {
	for _, l := range all {
		if len(levels) == 0 || slices.Contains(levels, l.Level) {
			now, then = now+l.Now, then+l.Then
		}
	}
	return now, then
}
