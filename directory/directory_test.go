package directory_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"pupitre/directory"
	"pupitre/internal/fault"
)

func TestASchoolCodeHasTheRightLetter(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"0991234D", "0991234d", " 0991234D "} {
		if u, err := directory.ParseUAI(s); err != nil || u != "0991234D" {
			t.Errorf("%q: %q, %v", s, u, err)
		}
	}
	_, err := directory.ParseUAI("0991234E")
	if fault.CodeOf(err) != "directory.uai.letter" {
		t.Errorf("got %v", err)
	}
	if p := fault.ParamsOf(err); len(p) != 4 || p[3] != "D" {
		t.Errorf("the letter that would fit is not told: %v", p)
	}
	for _, s := range []string{"", "0991234", "099123D", "O991234D", "0991234DD", "٠991234D"} {
		if _, err := directory.ParseUAI(s); fault.CodeOf(err) != "directory.uai.form" {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestNamesFoldToWhatPeopleType(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Inès": "ines", "KERBRAT": "kerbrat", "Saint-Clair": "saint clair", "N’Diaye": "ndiaye", "N'Diaye": "ndiaye", "L’Œil": "loeil",
		"Le\u00a0Goff  Anne": "le goff anne", " Łukasz ": "lukasz", "Hautecœur": "hautecoeur", "Noe\u0308l": "noel", "Strauß": "strauss", "Yılmaz": "yilmaz", "": "", " - ": "",
	} {
		if got := directory.Fold(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
		if got := directory.Fold(directory.Fold(in)); got != want {
			t.Errorf("%q: folded twice it is %q", in, got)
		}
	}
}

func FuzzFold(f *testing.F) {
	f.Add("Saint-Clair N’Diaye Œ")
	f.Add("\xf5é")
	f.Fuzz(func(t *testing.T, s string) {
		folded := directory.Fold(s)
		if strings.ContainsAny(folded, "\t\n") || folded != strings.TrimSpace(folded) || strings.Contains(folded, "  ") {
			t.Errorf("%q folds to %q", s, folded)
		}
		if again := directory.Fold(folded); again != folded {
			t.Errorf("%q folds to %q, and that to %q", s, folded, again)
		}
	})
}

func TestProfilesAreReadInAnyCase(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]directory.Profile{"National_elv": directory.Pupil, "National_ENS": directory.Teacher, "NATIONAL_DOC": directory.Librarian,
		"National_dir": directory.Staff, "National_evs": directory.Staff, "National_eta": directory.Staff, "National_col": directory.Staff, "National_tut": "", "": ""} {
		if got, ok := directory.ParseNationalProfile(s); got != want || ok != (want != "") {
			t.Errorf("%q: got %q, %v", s, got, ok)
		}
	}
}

func TestTheStrongestProfileStands(t *testing.T) {
	t.Parallel()
	if got := directory.Strongest([]directory.Profile{directory.Staff, directory.Librarian, directory.Teacher}); got != directory.Teacher {
		t.Errorf("got %q", got)
	}
	if got := directory.Strongest(nil); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestNamesAndSecretsNeverReachALog(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	slog.New(slog.NewTextHandler(&b, nil)).Info("probe", "name", directory.Name{Family: "Marchal", Given: "Inès"}, "secret", directory.Secret("5ec2e7"))
	if strings.Contains(b.String(), "Marchal") || strings.Contains(b.String(), "5ec2e7") {
		t.Errorf("got %s", b.String())
	}
}
