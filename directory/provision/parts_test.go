package provision_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pupitre/directory"
	"pupitre/directory/provision"
)

func TestLevelsAreReadFromCoursesAndLabels(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ code, label, stat11, want string }{
		{"10110001110", "5EME", "21120010001", "5e"},
		{"10110001110", "", "", "5e"},
		{"99999999999", "TERMINALE GENERALE", "", "Tle"},
		{"99999999999", "ATELIER RELAIS", "", ""},
		{"1123", "", "", "CE2"},
		{"2115", "", "", "4e"},
		{"9999", "", "", ""},
	} {
		if got := provision.LevelOfCourse(c.code, c.label, c.stat11); got != c.want {
			t.Errorf("%+v: got %q", c, got)
		}
	}
	for label, want := range map[string]string{"5e B": "5e", "5EME3": "", "6ème 2": "6e", "Cinquième Bleue": "5e", "2nde 4": "2de", "2de1": "", "1ère S": "1re", "1re G2": "1re", "Tle A": "Tle", "TERM 3": "Tle",
		"CM2 de Mme Roy": "CM2", "Petite section": "PS", "Latin": "", "Théâtre": "", "": "", "5e": "5e"} {
		if got := provision.LevelOfLabel(label); got != want {
			t.Errorf("%q: got %q, want %q", label, got, want)
		}
	}
}

func TestTownsAreCutOffNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][2]string{
		"Collège Les Tilleuls, Rochebrune":  {"Collège Les Tilleuls", "Rochebrune"},
		"Collège Les Tilleuls - Rochebrune": {"Collège Les Tilleuls", "Rochebrune"},
		"Collège Les Tilleuls (Rochebrune)": {"Collège Les Tilleuls", "Rochebrune"},
		"Collège Les Tilleuls":              {"Collège Les Tilleuls", ""},
		"CLG-LES TILLEULS-ROCHEBRUNE":       {"CLG-LES TILLEULS-ROCHEBRUNE", "Rochebrune"},
		"LP-ANTOINE-VAL-SUR-LUNE":           {"LP-ANTOINE-VAL-SUR-LUNE", "Val-sur-Lune"},
		"Collège Saint-Ambroise-sur-Lune":   {"Collège Saint-Ambroise-sur-Lune", ""},
		"LGT-LES QUATRE VENTS-LA GRANGE":    {"LGT-LES QUATRE VENTS-LA GRANGE", "La Grange"},
	} {
		rest, town := provision.TownOf(name)
		if rest != want[0] || town != want[1] {
			t.Errorf("%q: got %q, %q", name, rest, town)
		}
	}
}

func TestNaturesAreReadFromNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"Collège Les Tilleuls": "340", "CLG-LES TILLEULS-ROCHEBRUNE": "340", "Lycée La Pierre Levée": "300", "Lycée professionnel du Port": "320", "LPO Les Embruns": "306",
		"École maternelle Les Genêts": "101", "École Les Genêts": "151", "Institut": ""} {
		if got := provision.NatureOf(name, directory.SecondDegree); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
	if got := provision.NatureOf("Les Genêts", directory.FirstDegree); got != "151" {
		t.Errorf("got %q", got)
	}
}

// Whatever the buffer, what comes out is what went in, in the order of the keys and then of the payloads.
func TestSortingKeepsEverythingInOrder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		word := rapid.StringOfN(rapid.SampledFrom([]rune("ab\x00")), 0, 20, -1)
		pairs := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) [2]string { return [2]string{word.Draw(r, "key"), rapid.String().Draw(r, "payload")} }), 0, 80).Draw(r, "pairs")
		buffer := rapid.SampledFrom([]int{1, 100, 500, 1 << 20}).Draw(r, "buffer")
		got, runs, err := provision.Sort(dir, buffer, pairs)
		if err != nil {
			r.Fatal(err)
		}
		if buffer == 1 && runs < len(pairs)-1 {
			r.Errorf("%d runs of %d pairs: nothing went to disk", runs, len(pairs))
		}
		want := provision.Sorted(pairs)
		if len(got) != len(want) || len(want) > 0 && !cmp.Equal(got, want) {
			r.Errorf("got %v, want %v", got, want)
		}
	})
}
