package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/store/storetest"
	"pupitre/internal/look/looktest"
)

const branching = `<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float" normal-maximum="2"/>
	<qti-test-part identifier="P" navigation-mode="linear" submission-mode="individual"><qti-item-session-control allow-skipping="false"/>
	<qti-assessment-section identifier="S1" title="Pour commencer" visible="true"><qti-assessment-item-ref identifier="a" href="a.xml">
		<qti-branch-rule target="S2"><qti-equal tolerance-mode="exact"><qti-variable identifier="a.SCORE"/><qti-base-value base-type="float">1</qti-base-value></qti-equal></qti-branch-rule></qti-assessment-item-ref>
		<qti-assessment-item-ref identifier="b" href="b.xml"/></qti-assessment-section>
	<qti-assessment-section identifier="S2" title="Pour finir" visible="true"><qti-assessment-item-ref identifier="c" href="c.xml"/></qti-assessment-section></qti-test-part>
	<qti-outcome-processing><qti-set-outcome-value identifier="SCORE"><qti-sum><qti-test-variables variable-identifier="SCORE"/></qti-sum></qti-set-outcome-value></qti-outcome-processing>
	<qti-test-feedback identifier="top" outcome-identifier="SCORE" show-hide="hide" access="atEnd" title="Pour la suite"><qti-content-body><p>Relisez le chapitre.</p></qti-content-body></qti-test-feedback>`

// A teacher gives a module as its publisher's test, by one box; a pupil goes its way without script, and cannot go elsewhere.
func TestAModuleIsGivenAsItsTest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.PublishTest(branching, "a", "b", "c")
	prof := w.as(storetest.Claims("prof", exos.Teacher))
	form := prof.page("/devoirs/nouveau", http.StatusOK)
	form.says("Comme test de l’éditeur", "Tout le module : 3 exercices")
	now := w.Clock.Now().In(time.FixedZone("", 3600))
	given := prof.post("/devoirs/nouveau", url.Values{
		"titre": {"Le contrôle"}, "test": {string(w.Module)}, "mode": {"note"}, "pour": {"class 5B"},
		"ouvre": {now.Format("2006-01-02T15:04")}, "rendre": {now.Add(48 * time.Hour).Format("2006-01-02T15:04")},
	}, http.StatusOK)
	given.says("Le contrôle", "suivent les règles de l’éditeur")

	ines := w.pupil()
	list, err := w.Homeworks(t.Context(), w.Visit(ines.token))
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	at := "/devoirs/" + string(list[0].ID)
	paper := ines.page(at, http.StatusOK)
	paper.says("Faire l’exercice 1")
	paper.silent(at+"/exercices/2", "Passer à la suite")
	if answer := ines.do(get(at + "/exercices/2")); answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != at {
		t.Errorf("ahead of its turn: %s", answer.Status)
	}
	first := ines.page(at+"/exercices/1", http.StatusOK)
	onward := func(s *sheet) url.Values {
		for _, f := range s.Find("form") {
			if looktest.Attr(f, "action") == at+"/suite" {
				for n := range f.Descendants() {
					if looktest.Attr(n, "name") == "exercice" {
						return url.Values{"exercice": {looktest.Attr(n, "value")}}
					}
				}
			}
		}
		t.Fatalf("%s leads nowhere", s.path)
		return nil
	}
	ines.post(at+"/suite", onward(first), http.StatusOK).says("il faut répondre avant de passer à la suite")
	done := first.press(first.chosen("la première"), "do", "answer")
	last := ines.post(at+"/suite", onward(done), http.StatusOK)
	last.says("Exercice c", "3 sur 3")
	last.press(last.chosen("la seconde"), "do", "answer")
	paper = ines.page(at, http.StatusOK)
	paper.says("Tu as terminé ce test.", "Hors du parcours")
	paper.silent("Note du test", "Relisez")
	w.Clock.Pass(72 * time.Hour)
	ines = w.pupil()
	ines.page(at, http.StatusOK).says("Note du test : 1 sur 2", "Relisez le chapitre.")
}

// chosen is the page's form with the choice of a text: graded work is sent under aliases, so that nobody knows it by another name.
func (s *sheet) chosen(text string) url.Values {
	s.b.t.Helper()
	for _, label := range s.Find("label") {
		if !strings.Contains(looktest.Words(label), text) {
			continue
		}
		for n := range label.Descendants() {
			if looktest.Attr(n, "type") == "radio" {
				v := s.form()
				v.Set(looktest.Attr(n, "name"), looktest.Attr(n, "value"))
				return v
			}
		}
	}
	s.b.t.Fatalf("%s has no choice %q", s.path, text)
	return nil
}
