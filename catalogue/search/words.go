package search

import (
	"slices"
	"strings"
	"unicode"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/french"
	"golang.org/x/text/unicode/norm"
)

// Fold returns a text's words without capitals, accents and marks between them: « L’Élève, en 5ᵉ » is « eleve 5e ».
func Fold(text string) string { return strings.Join(split(text), " ") }

// longestWord is as much of a word as is kept, in bytes.
const longestWord = 40

// split returns a text's words, folded. What stands elided before an apostrophe (l’, d’, qu’) is none.
func split(text string) []string {
	var words []string
	var word strings.Builder
	end := func(elided bool) {
		if w := word.String(); w != "" && !(elided && slices.Contains(elisions, w)) {
			words = append(words, w)
		}
		word.Reset()
	}
	// What follows bytes that are no UTF-8 is left composed by norm, so such bytes become U+FFFD first.
	for _, c := range norm.NFKD.String(strings.ToValidUTF8(text, "\uFFFD")) {
		switch {
		case c == '’' || c == '\'' || c == 'ʼ':
			end(true)
		case unicode.Is(unicode.Mn, c):
		case unicode.IsLetter(c) || unicode.IsDigit(c):
			if word.Len() >= longestWord {
				continue
			}
			switch c = unicode.ToLower(c); c {
			case 'œ':
				word.WriteString("oe")
			case 'æ':
				word.WriteString("ae")
			case 'ß':
				word.WriteString("ss")
			default:
				word.WriteRune(c)
			}
		default:
			end(false)
		}
	}
	end(false)
	return words
}

var elisions = []string{"l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu"}

// plain are the words that tell nothing.
var plain = asSet("le la les un une des du de et ou au aux en dans pour par sur avec ce ces cet cette son sa ses leur leurs que qui est sont")

func asSet(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

// telling leaves out the words that tell nothing, unless there are no others.
func telling(words []string) []string {
	var out []string
	for _, w := range words {
		if !plain[w] {
			out = append(out, w)
		}
	}
	if len(out) == 0 {
		return words
	}
	return out
}

// asOne are the school's words that are written in more than one way: levels, and what is said for short.
var asOne = map[string]string{
	"sixieme": "6e", "cinquieme": "5e", "quatrieme": "4e", "troisieme": "3e",
	"seconde": "2de", "2nde": "2de", "2nd": "2de", "premiere": "1re", "1ere": "1re", "terminale": "tle", "term": "tle",
	"math": "mathematiques", "maths": "mathematiques", "geo": "geographie", "techno": "technologie", "philo": "philosophie",
	"bio": "biologie", "info": "informatique", "eco": "economie", "dico": "dictionnaire", "exo": "exercice", "exos": "exercice",
	"compta": "comptabilite",
}

// alsoWritten are, by the one way in which a word is kept, the others.
var alsoWritten = func() map[string][]string {
	all := map[string][]string{}
	for w, one := range asOne {
		all[one] = append(all[one], w)
	}
	for one, list := range all {
		all[one] = slices.Clip(list)
	}
	return all
}()

// inFull are short names of what has several words. A document that has the one has the other.
var inFull = map[string][]string{
	"svt": {"sciences", "vie", "terre"}, "eps": {"education", "physique", "sportive"}, "emc": {"enseignement", "moral", "civique"},
	"ses": {"sciences", "economiques", "sociales"}, "nsi": {"numerique", "sciences", "informatiques"},
	"hggsp": {"histoire", "geographie", "geopolitique", "sciences", "politiques"}, "fle": {"francais", "langue", "etrangere"},
	"lca": {"langues", "cultures", "antiquite"}, "pc": {"physique", "chimie"}, "hg": {"histoire", "geographie"},
}

// whole adds to a document's words what its short names are in full, and the other way round.
func whole(words []string) []string {
	out := words
	for short, full := range inFull {
		switch {
		case slices.Contains(words, short):
			out = append(out, full...)
		case holds(words, full):
			out = append(out, short)
		}
	}
	return out
}

// holds reports whether some words stand one after the other in a list.
func holds(list, words []string) bool {
	for from := 0; from+len(words) <= len(list); from++ {
		if slices.Equal(list[from:from+len(words)], words) {
			return true
		}
	}
	return false
}

// canonical returns the one way in which a word is kept: « 5eme » and « cinquième » are « 5e ».
func canonical(word string) string {
	if one, ok := asOne[word]; ok {
		return one
	}
	if one, ok := asOne[strings.TrimSuffix(word, "s")]; ok {
		return one
	}
	if len(word) > 1 && word[0] >= '3' && word[0] <= '6' {
		rest := strings.TrimSuffix(word[1:], "s")
		if strings.HasPrefix("eme", rest) || strings.HasPrefix("ieme", rest) { // also while it is being written
			return word[:1] + "e"
		}
	}
	return word
}

// stem returns what a word has in common with its kin: « exercices » and « exercice », « étudier » and « étudiaient ». A word with a digit
// in it has no kin.
func stem(word string) string {
	word = canonical(word)
	if hasDigit(word) {
		return word
	}
	env := snowballstem.NewEnv(word)
	french.Stem(env)
	return env.Current()
}

func hasDigit(word string) bool { return strings.ContainsAny(word, "0123456789") }
