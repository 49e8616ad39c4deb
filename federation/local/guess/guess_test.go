package guess_test

import (
	"math"
	"strings"
	"testing"

	"pupitre/federation/local/guess"
)

// What is in everybody's list, however it is dressed up, against what is not.
func TestWhatPeopleChooseIsGuessedSooner(t *testing.T) {
	t.Parallel()
	const enough = 32
	for _, weak := range []string{
		"MotDePasse2026!", "motdepassecollege2026", "M0tD3P@sse2026", "azertyuiop123", "AzertyQwerty2026", "Bonjour123456", "bonjourbonjourbonjour",
		"1234567890123", "aaaaaaaaaaaaaa", "soleil14072010", "Marseille-2026!", "college college college", "Pupitre2026Pupitre", "eessaPedtoM2026", "1a2z3e4r5t6y7u",
		"vacances d'été", "professeur2026!!", "nicolas.dupont", "educationnationale", "JeTaime14021998",
	} {
		if bits := guess.Bits(weak); bits >= enough {
			t.Errorf("%q: %.0f bits", weak, bits)
		}
	}
	for _, strong := range []string{
		"quatre mots sans rapport", "déjà vu à l’Élysée", "vuli-modan-keso", "tabouret violet marmotte canif", "xK9#vq2!Lm0w", "zrupfnelbatoq", "もんだいないパスワード千", "жёлтый трамвай и слон",
	} {
		if bits := guess.Bits(strong); bits < enough {
			t.Errorf("%q: %.0f bits", strong, bits)
		}
	}
}

// What a guesser knows of one person costs them next to nothing.
func TestOnesOwnWordsAreTriedFirst(t *testing.T) {
	t.Parallel()
	const password = "Zwierzchowska-Kerguelen-47"
	alone, known := guess.Bits(password), guess.Bits(password, "Zwierzchowska", "Collège des Kerguelen", "claire.zwierzchowska")
	if alone < 60 || known > 20 {
		t.Errorf("%.0f bits, and %.0f for who knows them", alone, known)
	}
}

func TestALongPasswordIsReadInNoTime(t *testing.T) {
	t.Parallel()
	if bits := guess.Bits(strings.Repeat("é1a2b", 60_000)); math.IsInf(bits, 0) || bits <= 0 {
		t.Errorf("%v bits", bits)
	}
}

// Whatever is typed has a cost.
func FuzzBits(f *testing.F) {
	for _, seed := range []string{"", "é", "motdepasse", "\xff\x00", "12/12/2012", "aaa", "ʼn", "İstanbul"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		bits := guess.Bits(s, s)
		if math.IsInf(bits, 0) || math.IsNaN(bits) || bits < 0 {
			t.Errorf("%q: %v bits", s, bits)
		}
	})
}
