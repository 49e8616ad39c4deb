package provision

import (
	"cmp"
	"regexp"
	"strings"

	"pupitre/directory"
)

// statLevels are the levels of MEFSTAT4 codes, the first four characters of a MEFSTAT11: all that first-degree files give.
var statLevels = map[string]string{
	"1110": "TPS", "1111": "PS", "1112": "MS", "1113": "GS",
	"1121": "CP", "1122": "CE1", "1123": "CE2", "1124": "CM1", "1125": "CM2",
	"2111": "6e", "2112": "5e", "2115": "4e", "2116": "3e", "2211": "2de",
	"2431": "6e", "2432": "5e", "2433": "4e", "2434": "3e", // SEGPA
}

// courseLevels are the levels of MEF codes by their first four characters (the « dispositif de formation » and its year).
var courseLevels = map[string]string{
	"1001": "6e", "1011": "5e", "1021": "4e", "1031": "3e",
	"2001": "2de", "2011": "1re", "2021": "Tle", "2111": "1re", "2121": "Tle",
}

// words are how labels begin, once folded.
var levelWords = []struct {
	pattern *regexp.Regexp
	level   string
}{
	{regexp.MustCompile(`^(6 ?e|6 ?eme|sixieme)\b`), "6e"},
	{regexp.MustCompile(`^(5 ?e|5 ?eme|cinquieme)\b`), "5e"},
	{regexp.MustCompile(`^(4 ?e|4 ?eme|quatrieme)\b`), "4e"},
	{regexp.MustCompile(`^(3 ?e|3 ?eme|troisieme)\b`), "3e"},
	{regexp.MustCompile(`^(2 ?n?de?|seconde)\b`), "2de"},
	{regexp.MustCompile(`^(1 ?re|1 ?ere|premiere)\b`), "1re"},
	{regexp.MustCompile(`^(t(a?le|erm|erminale)?|terminale)\b`), "Tle"},
	{regexp.MustCompile(`^tps\b`), "TPS"},
	{regexp.MustCompile(`^ps\b|^petite section`), "PS"},
	{regexp.MustCompile(`^ms\b|^moyenne section`), "MS"},
	{regexp.MustCompile(`^gs\b|^grande section`), "GS"},
	{regexp.MustCompile(`^cp\b`), "CP"}, {regexp.MustCompile(`^ce1\b`), "CE1"}, {regexp.MustCompile(`^ce2\b`), "CE2"},
	{regexp.MustCompile(`^cm1\b`), "CM1"}, {regexp.MustCompile(`^cm2\b`), "CM2"},
}

// levelOfLabel reads « 5EME », « 5e B », « Terminale générale », « CM2 ». It returns "" where the label does not say.
func levelOfLabel(label string) string {
	folded := directory.Fold(label)
	for _, w := range levelWords {
		if w.pattern.MatchString(folded) {
			return w.level
		}
	}
	return ""
}

// gradeLevels are the levels of grades in the Common Education Data Standards, which OneRoster suggests: the year of schooling.
var gradeLevels = map[string]string{
	"01": "CP", "02": "CE1", "03": "CE2", "04": "CM1", "05": "CM2",
	"06": "6e", "07": "5e", "08": "4e", "09": "3e", "10": "2de", "11": "1re", "12": "Tle",
}

// levelOfGrade reads one of OneRoster's grades: a year of schooling, a MEFSTAT4, a MEF, or the level as it is said.
func levelOfGrade(grade string) string {
	if level, ok := gradeLevels[grade]; ok {
		return level
	}
	return cmp.Or(levelOfCourse(grade, "", ""), levelOfLabel(grade))
}

// levelOfCourse reads a MEF from its MEFSTAT11, its code, or its label, in the order of their precision.
func levelOfCourse(code, label, stat11 string) string {
	if len(stat11) >= 4 {
		if l, ok := statLevels[stat11[:4]]; ok {
			return l
		}
	}
	if len(code) == 4 {
		return statLevels[code]
	}
	if len(code) >= 4 {
		if l, ok := courseLevels[code[:4]]; ok {
			return l
		}
	}
	return levelOfLabel(label)
}

// natures are the codes of N_NATURE_UAI by how schools' names begin, once folded; the longest first.
var natures = []struct{ begins, code string }{
	{"ecole maternelle", "101"}, {"ecole", "151"}, {"eempu", "151"}, {"eepu", "151"}, {"empu", "101"},
	{"college", "340"}, {"clg", "340"},
	{"lycee professionnel", "320"}, {"lycee polyvalent", "306"}, {"lycee technologique", "301"}, {"lycee", "300"},
	{"lpo", "306"}, {"lp", "320"}, {"lgt", "300"}, {"lg", "302"}, {"lt", "301"}, {"lyc", "300"}, {"erea", "370"},
}

// natureOf guesses the nature of a school, which the files do not give, from its name; "" where the name does not say.
func natureOf(name string, degree directory.Degree) string {
	folded := directory.Fold(name)
	for _, n := range natures {
		if rest, ok := strings.CutPrefix(folded, n.begins); ok && (rest == "" || rest[0] == ' ' || rest[0] == '_') {
			return n.code
		}
	}
	if degree == directory.FirstDegree {
		return "151"
	}
	return ""
}

// degreeOf is the degree of a school by the nature that its name says: codes of the first degree begin with 1.
func degreeOf(name string) directory.Degree {
	if strings.HasPrefix(natureOf(name, ""), "1") {
		return directory.FirstDegree
	}
	return directory.SecondDegree
}

// townOf cuts the town off a school's name. The files have no field for it, but names carry it: « Collège Les Tilleuls,
// Rochebrune », « Collège Les Tilleuls - Rochebrune », or in the registers' way « CLG-LES TILLEULS-ROCHEBRUNE », which stays whole.
func townOf(name string) (rest, town string) {
	for _, sign := range []string{", ", " - ", " – ", " — "} {
		if i := strings.LastIndex(name, sign); i > 0 {
			return strings.TrimSpace(name[:i]), strings.TrimSpace(name[i+len(sign):])
		}
	}
	if head, inside, ok := strings.Cut(name, " ("); ok && strings.HasSuffix(inside, ")") {
		return head, strings.TrimSuffix(inside, ")")
	}
	if parts := strings.SplitN(name, "-", 3); len(parts) == 3 && strings.ToUpper(name) == name && natureOf(parts[0], "") != "" {
		return name, titled(parts[2])
	}
	return name, ""
}

// titled turns « SAINT-AMAND-LES-EAUX » into « Saint-Amand-les-Eaux », as towns are written; mixed case is left alone.
func titled(s string) string {
	if strings.ToUpper(s) != s {
		return s
	}
	small := map[string]bool{"de": true, "du": true, "des": true, "la": true, "le": true, "les": true, "sur": true, "sous": true, "en": true, "et": true, "aux": true, "au": true}
	var b strings.Builder
	word := ""
	flush := func(first bool) {
		if !first && small[word] {
			b.WriteString(word)
		} else {
			r := []rune(word)
			if len(r) > 0 {
				b.WriteString(strings.ToUpper(string(r[:1])) + string(r[1:]))
			}
		}
		word = ""
	}
	first := true
	for _, c := range strings.ToLower(s) {
		if c == '-' || c == ' ' || c == '\'' {
			flush(first)
			first = false
			b.WriteRune(c)
			continue
		}
		word += string(c)
	}
	flush(first)
	return b.String()
}
