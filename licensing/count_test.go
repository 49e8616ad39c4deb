package licensing_test

import (
	"testing"

	"pupitre/internal/fault"
	"pupitre/licensing"
)

func TestCountsAreDigitsOrUnlimited(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]licensing.Count{"0": 0, " 150 ": 150, "ILLIMITE": licensing.Unlimited, "illimite": licensing.Unlimited, "100000000": 100_000_000} {
		if got, err := licensing.ParseCount("nbLicenceEleve", s); err != nil || got != want {
			t.Errorf("%q: got %v, %v, want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"", "-1", "1.5", "trente", "100000001", "99999999999999999999", "ILLIMITÉ"} {
		if got, err := licensing.ParseCount("nbLicenceEleve", s); fault.CodeOf(err) != "licensing.count.form" {
			t.Errorf("%q: got %v, %v", s, got, err)
		}
	}
}

func FuzzParseCount(f *testing.F) {
	for _, s := range []string{"0", "150", "ILLIMITE", "-1", "٣", "1e3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := licensing.ParseCount("nbLicenceGlobale", s)
		if err != nil {
			return
		}
		if again, err := licensing.ParseCount("nbLicenceGlobale", n.String()); err != nil || again != n {
			t.Errorf("%q reads as %v, which writes as %q and reads as %v, %v", s, n, n, again, err)
		}
	})
}
