package local

import (
	"context"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"pupitre/directory"
	"pupitre/federation/local/guess"
	"pupitre/internal/fault"
)

// MinChosen is the fewest characters of a password that somebody chooses. Every character counts, whatever its script (NIST SP 800-63B
// §3.1.1.2, ASVS 6.2).
const MinChosen = 12

const (
	maxChosen = 256

	// minBits is how hard a chosen password must be to guess by who knows what people choose: four thousand million guesses, where a
	// hundred an hour are let through and each hash of a stolen table takes 19 MiB. Four everyday words without a link have 40 bits.
	minBits = 32
)

// checkChosen refuses a password that is too short, or that somebody would soon try: made of common words or passwords, of dates, of walks
// along the keyboard, of its person's own names or school. It asks for no mixture of signs.
func checkChosen(password Phrase, account Account, name directory.Name, schools ...string) error {
	text := norm.NFC.String(string(password))
	switch n := utf8.RuneCountInString(text); {
	case n < MinChosen:
		return fault.New(fault.Invalid, "local.password.short", "n", MinChosen)
	case n > maxChosen:
		return fault.New(fault.Invalid, "local.password.long", "n", maxChosen)
	}
	alone, known := guess.Bits(text), guess.Bits(text, append(schools, string(account.Login), name.Given, name.Family)...)
	switch {
	case known >= minBits:
		return nil
	case alone-known > 8:
		return fault.New(fault.Invalid, "local.password.named")
	}
	return fault.New(fault.Invalid, "local.password.common")
}

// choosable is checkChosen for whose account it is, where they are.
func choosable(ctx context.Context, r Reader, a Account, password Phrase) error {
	person, err := r.Person(ctx, a.Person)
	if err != nil {
		return err
	}
	places, err := r.Places(ctx, a.Project, a.Person)
	if err != nil {
		return err
	}
	var schools []string
	for _, p := range places {
		schools = append(schools, p.School.Name, p.School.Town, string(p.School.UAI))
	}
	return checkChosen(password, a, person.Name, schools...)
}
