package web_test

import (
	"net/http"
	"strings"
	"testing"

	"pupitre/exos"
	"pupitre/exos/store/storetest"
	"pupitre/internal/look/looktest"
)

// « Mes modules » are found by the beginnings of words, without capitals or accents, and sorted, by an address alone.
func TestModulesAreFoundAndSorted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.PublishTest(`<qti-test-part identifier="P" navigation-mode="nonlinear" submission-mode="individual"><qti-assessment-section identifier="S" title="S" visible="true"><qti-assessment-item-ref identifier="a" href="a.xml"/></qti-assessment-section></qti-test-part>`, "a")
	b := w.as(storetest.Claims("p1", exos.Pupil))
	const book, other = "Le labo de grammaire 5e", "Le test"
	titles := func(path string) string {
		var out []string
		for _, h := range b.page(path, http.StatusOK).Find("h3") {
			out = append(out, looktest.Words(h))
		}
		return strings.Join(out, " | ")
	}
	for path, want := range map[string]string{
		"/modules": book + " | " + other, "/modules?tri=titre": book + " | " + other, "/modules?q=GRAMM%C3%80": book, "/modules?q=test+le": other,
		"/modules?q=rammaire": "", "/modules?q=absent&tri=fin": "", "/modules?q=le&tri=reussite": book + " | " + other, "/modules?tri=inconnu": book + " | " + other,
	} {
		if got := titles(path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	b.page("/modules?q=absent", http.StatusOK).says("Aucun module ne correspond", "Tous mes modules")
	again := b.page("/modules?q=labo&tri=titre", http.StatusOK)
	if len(again.Find(`input`)) == 0 || !strings.Contains(again.text, `value="labo"`) || !strings.Contains(again.text, `value="titre" selected`) {
		t.Error("the form forgets what was asked")
	}
}
