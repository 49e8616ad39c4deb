package licensing_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/directory"
	"pupitre/licensing"
)

func TestTargetsAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	for want, target := range map[string]licensing.Target{
		"school":                  licensing.ToSchool(),
		"school/eleve,enseignant": licensing.ToSchool(directory.Teacher, directory.Pupil, directory.Teacher),
		"cohort:01h2":             licensing.ToCohort("01h2"),
		"cohort:01h2/enseignant":  licensing.ToCohort("01h2", directory.Teacher),
		"person:01h3":             licensing.ToPerson("01h3"),
	} {
		if got := target.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		back, err := licensing.ParseTarget(want)
		if diff := cmp.Diff(target, back); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", want, err, diff)
		}
	}
	for _, s := range []string{"", "class:1", "school:1", "cohort:", "person", "/eleve"} {
		if got, err := licensing.ParseTarget(s); err == nil {
			t.Errorf("%q reads as %+v", s, got)
		}
	}
}

func FuzzParseTarget(f *testing.F) {
	for _, s := range []string{"school", "school/eleve", "cohort:5e B/eleve,autre", "person:x", "person:x/y/z", "cohort::/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		first, err := licensing.ParseTarget(s)
		if err != nil {
			return
		}
		again, err := licensing.ParseTarget(first.String())
		if err != nil || !cmp.Equal(first, again) {
			t.Errorf("%q reads as %+v, which writes as %q and reads as %+v, %v", s, first, first, again, err)
		}
	})
}
