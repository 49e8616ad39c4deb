package federation_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/directory"
	"pupitre/federation"
)

// A name tells one pupil from another in the class, and no more.
func TestNamesAtTheGlassAreShort(t *testing.T) {
	t.Parallel()
	class := func(names ...[2]string) (out []federation.Taught) {
		for _, n := range names {
			out = append(out, federation.Taught{Name: directory.Name{Given: n[0], Family: n[1]}})
		}
		return out
	}
	for _, c := range []struct {
		class []federation.Taught
		want  []string
	}{
		{class([2]string{"Inès", "MARCHAL"}, [2]string{"Noé", "Périer"}), []string{"Inès M.", "Noé P."}},
		{class([2]string{"Inès", "Marchal"}, [2]string{"Inès", "Moreau"}, [2]string{"Inès", "Petit"}), []string{"Inès Ma.", "Inès Mo.", "Inès P."}},
		{class([2]string{"Léa", "Roux"}, [2]string{"Léa", "Roux"}), []string{"Léa Roux", "Léa Roux"}},
		{class([2]string{"Élie", "d’Aubigné"}, [2]string{"Éva", ""}), []string{"Élie D.", "Éva"}},
	} {
		if diff := cmp.Diff(c.want, federation.ShortNames(c.class)); diff != "" {
			t.Error(diff)
		}
	}
}
