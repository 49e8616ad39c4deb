package local

import "pupitre/directory"

// What tests outside look at.
var (
	CodeOf   = codeOf
	Bare     = bareCode
	Wordlist = coarse
	Weak     = Params{Memory: 64, Passes: 1, Lanes: 1}
)

// CheckChosen is checkChosen.
func CheckChosen(password Phrase, a Account, name directory.Name) error {
	return checkChosen(password, a, name)
}
