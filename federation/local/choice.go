package local

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"pupitre/directory"
	"pupitre/internal/fault"
)

// MinChosen is the fewest characters of a password that somebody chooses. Every character counts, whatever its script (NIST SP 800-63B
// §3.1.1.2, ASVS 6.2).
const MinChosen = 12

const maxChosen = 256

//go:embed common.txt
var commonFile string

// common are the passwords that are tried first, folded and without what people add at the end.
var common = strings.Fields(commonFile)

// checkChosen refuses a password that is too short, or that somebody would try first: a common one, one with a name of the account in
// it, one sign repeated. It asks for no mixture of signs.
func checkChosen(password Phrase, account Account, name directory.Name) error {
	text := norm.NFC.String(string(password))
	switch n := utf8.RuneCountInString(text); {
	case n < MinChosen:
		return fault.New(fault.Invalid, "local.password.short", "n", MinChosen)
	case n > maxChosen:
		return fault.New(fault.Invalid, "local.password.long", "n", maxChosen)
	}
	folded := directory.Fold(text)
	if isCommon(folded) {
		return fault.New(fault.Invalid, "local.password.common")
	}
	for _, own := range []string{string(account.Login), directory.Fold(name.Given), directory.Fold(name.Family)} {
		if rest := strings.ReplaceAll(folded, own, ""); len(own) > 2 && utf8.RuneCountInString(rest) < MinChosen/2 {
			return fault.New(fault.Invalid, "local.password.named")
		}
	}
	return nil
}

// isCommon reports whether what is left of a password without the digits and signs around it is one that everybody tries, once or
// several times over, or a few signs repeated, or a walk along the keyboard.
func isCommon(folded string) bool {
	distinct := map[rune]bool{}
	for _, r := range folded {
		distinct[r] = true
	}
	if len(distinct) < 5 {
		return true
	}
	bare := strings.TrimFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) })
	bare = strings.NewReplacer(" ", "", "-", "", "_", "", ".", "").Replace(bare)
	for _, c := range []string{strings.ReplaceAll(folded, " ", ""), bare, unleet.Replace(folded)} {
		if slices.Contains(common, c) || slices.ContainsFunc(common, func(word string) bool { return isRepeated(c, word) }) {
			return true
		}
	}
	return bare == "" && isRun(folded)
}

// unleet undoes the swaps that everybody knows.
var unleet = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "@", "a", "5", "s", "$", "s", "7", "t", "!", "", "?", "", ".", "", "-", "", "_", "", " ", "")

// isRepeated reports whether s is word over and over.
func isRepeated(s, word string) bool {
	return len(s) >= 2*len(word) && strings.ReplaceAll(s, word, "") == ""
}

// isRun reports whether each digit follows the one before.
func isRun(s string) bool {
	for i := 1; i < len(s); i++ {
		if s[i] != s[i-1]+1 && s[i] != s[i-1]-1 && !(s[i-1] == '9' && s[i] == '0') {
			return false
		}
	}
	return true
}
