package console_test

import (
	"net/http"
	"strings"
	"testing"

	"pupitre/directory"
	"pupitre/internal/look/looktest"
	"pupitre/licensing"
	"pupitre/web/webtest"
)

const suggested = school + "/suggestions"

// ofClass is the pupils of a class or group, as a form carries them.
func ofClass(id licensing.SuggestionID, class directory.CohortID) string {
	return string(id) + " cohort:" + string(class) + "/eleve"
}

func pupilsOf(classes ...directory.CohortID) (list []licensing.Target) {
	for _, c := range classes {
		list = append(list, licensing.ToCohort(c, directory.Pupil))
	}
	return list
}

func TestSuggestionPagesKeepTheRulesInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, english := range []bool{false, true} {
		o := open()
		b := o.as(webtest.Vasseur)
		b.English = english
		page(t, b.Get(t, suggested), http.StatusOK)
		page(t, b.Get(t, suggested+"?etat=repondues"), http.StatusOK)
		first := o.asked.Add(webtest.Labo, "Deux\nlignes <b>", pupilsOf("c-5a", "c-5b")...)
		second := o.asked.Add(webtest.Lanterne, "", pupilsOf("g-latin")...)
		third := o.asked.Add(webtest.Musique, "", pupilsOf("c-5b")...)
		page(t, b.Get(t, suggested), http.StatusOK)
		page(t, b.Get(t, suggested+"?tout=1"), http.StatusOK)
		page(t, b.Post(t, suggested+"/plan"), http.StatusBadRequest)
		page(t, b.Post(t, suggested+"/motif"), http.StatusBadRequest)
		page(t, b.Post(t, suggested+"/plan", "part", ofClass(first, "c-5a")), http.StatusOK)
		page(t, b.Post(t, suggested+"/plan", "part", ofClass(first, "c-5b"), "part", ofClass(second, "g-latin"), "part", ofClass(third, "c-5b")), http.StatusOK)
		page(t, b.Post(t, suggested+"/accepter", "part", ofClass(first, "c-5b"), "empreinte", "x"), http.StatusConflict)
		page(t, b.Post(t, suggested+"/motif", "part", ofClass(first, "c-5a")), http.StatusOK)
		page(t, b.Post(t, suggested+"/decliner", "suggestion", string(first)), http.StatusBadRequest)
		b.Post(t, suggested+"/decliner", "suggestion", string(first), "motif", "Non <i>")
		o.asked.Find(second).State = licensing.Withdrawn
		o.asked.Find(third).State, o.asked.Find(third).Given = licensing.Partly, pupilsOf("c-5b")
		page(t, b.Get(t, suggested+"?etat=repondues"), http.StatusOK)
	}
}

func TestSuggestionsStandByResourceWithTheTeacherTheClassesAndTheWord(t *testing.T) {
	t.Parallel()
	o := open()
	o.asked.Add(webtest.Labo, "Pour la séquence sur les accords.", pupilsOf("c-5a", "c-5b")...)
	o.asked.Add(webtest.Calcul, "", pupilsOf("c-5b")...)
	o.asked.Add(webtest.Labo, "", pupilsOf("g-latin")...)
	p := page(t, o.as(webtest.Vasseur).Get(t, suggested), http.StatusOK)
	says(t, p, "Suggestions 3", "Le labo de grammaire 5e", "Mme Aubry le 23 novembre 2026", "Pour la séquence sur les accords.", "5e A 28 élèves, dont 5 l’ont déjà", "5e B 29 élèves", "Latin 5e")
	if n := len(p.Find("h2")); n != 2 {
		t.Errorf("%d resources, want 2", n)
	}
	says(t, page(t, o.as(webtest.Vasseur).Get(t, school), http.StatusOK), "Suggestions 3") // in the menu of every page
}

func TestManagerAcceptsAPartInOneAct(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	first := o.asked.Add(webtest.Labo, "", pupilsOf("c-5a", "g-latin")...)
	second := o.asked.Add(webtest.Lanterne, "", pupilsOf("c-5b")...)
	parts := []string{"part", ofClass(first, "g-latin"), "part", ofClass(second, "c-5b")}
	plan := page(t, b.Post(t, suggested+"/plan", parts...), http.StatusOK)
	says(t, plan, "Pour 2 suggestions. Rien n’a encore changé.", "Le labo de grammaire 5e Latin 5e", "reçoivent l’accès", "La Lanterne", "Une classe ou un groupe suggéré est laissé de côté", "Attribuer 13 exemplaires")
	if len(o.stock.Acts) != 0 {
		t.Fatal("a plan gave something")
	}
	r := b.Post(t, suggested+"/accepter", append(parts, "empreinte", value(plan, "empreinte"), "mot", "La 5e A au printemps.")...)
	says(t, shown(t, b, r), "13 exemplaires attribués", "Les 2 suggestions sont acceptées", "Aucune suggestion pour l’instant")
	if got := o.asked.Find(first); got.State != licensing.Partly || got.Reason != "La 5e A au printemps." || got.By != webtest.Vasseur {
		t.Errorf("got %+v", got)
	}
	says(t, page(t, b.Get(t, suggested+"?etat=repondues"), http.StatusOK), "Acceptée en partie : Latin 5e", "La 5e A au printemps.", "Mme Vasseur", "Acceptée")
	// What was answered is answered once.
	r = b.Post(t, suggested+"/accepter", append(parts, "empreinte", value(plan, "empreinte"))...)
	says(t, shown(t, b, r), "Une de ces suggestions n’attend plus")
	r = b.Post(t, suggested+"/decliner", "suggestion", string(first), "motif", "Non.")
	says(t, shown(t, b, r), "Une de ces suggestions n’attend plus")
}

func TestSuggestionShortOfCopiesAsksTheManager(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	id := o.asked.Add(webtest.Labo, "", pupilsOf("c-5b")...)
	plan := page(t, b.Post(t, suggested+"/plan", "part", ofClass(id, "c-5b")), http.StatusOK)
	says(t, plan, "Il manque 4 exemplaires", "Que faire des 4 élèves restants ?", "25 exemplaires seront attribués, 4 en attente")
	again := page(t, b.Post(t, suggested+"/accepter", "part", ofClass(id, "c-5b"), "empreinte", value(plan, "empreinte"), "mot", "Un mot gardé."), http.StatusConflict)
	says(t, again, "Il manque des exemplaires")
	if text := looktest.Words(again.ByID("mot")); text != "Un mot gardé." {
		t.Errorf("the word is lost: %q", text)
	}
	stale := page(t, b.Post(t, suggested+"/accepter", "part", ofClass(id, "c-5b"), "empreinte", "old", "vu", "29 0", "manque", "serve"), http.StatusConflict)
	says(t, stale, "Le plan a changé", "Vous aviez vu 29 à servir et 0 en attente ; c’est maintenant 25 et 4.")
	r := b.Post(t, suggested+"/accepter", "part", ofClass(id, "c-5b"), "empreinte", value(again, "empreinte"), "manque", "serve")
	says(t, shown(t, b, r), "25 exemplaires attribués")
	o.asked.Find(id).State = licensing.Partly // four went without
	says(t, page(t, b.Get(t, suggested+"?etat=repondues"), http.StatusOK), "5e B Acceptée ; il manque des exemplaires")
}

func TestManagerDeclinesWithAReasonOnly(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	id := o.asked.Add(webtest.Labo, "S’il vous plaît.", pupilsOf("c-5a", "c-5b")...)
	ask := page(t, b.Post(t, suggested+"/motif", "part", ofClass(id, "c-5b")), http.StatusOK)
	says(t, ask, "Décliner la suggestion", "Mme Aubry, pour 5e A, 5e B", "S’il vous plaît.")
	says(t, page(t, b.Post(t, suggested+"/decliner", "suggestion", string(id), "motif", " "), http.StatusBadRequest), "Dites pourquoi : l’enseignant lira votre raison.")
	if o.asked.Find(id).State != licensing.Suggested {
		t.Fatal("declined without a reason")
	}
	r := b.Post(t, suggested+"/decliner", "suggestion", string(id), "motif", "Pas ce trimestre.")
	says(t, shown(t, b, r), "1 suggestion déclinée")
	says(t, page(t, b.Get(t, suggested+"?etat=repondues"), http.StatusOK), "Déclinée Pas ce trimestre.")
}

func TestForgedSuggestionsAreRefused(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	id := o.asked.Add(webtest.Labo, "", pupilsOf("c-5b")...)
	for form, want := range map[string]int{"none cohort:c-5b/eleve": http.StatusNotFound, string(id) + " nonsense": http.StatusBadRequest, string(id): http.StatusBadRequest} {
		if r := b.Post(t, suggested+"/plan", "part", form); r.StatusCode != want {
			t.Errorf("%q: %s", form, r.Status)
		}
	}
	if r := b.Post(t, suggested+"/motif", "part", "none cohort:c-5b"); r.StatusCode != http.StatusNotFound {
		t.Errorf("a reason for nothing: %s", r.Status)
	}
	for _, path := range []string{"/plan", "/motif"} {
		if r := b.Get(t, suggested+path); r.StatusCode != http.StatusSeeOther || !strings.HasSuffix(r.Header.Get("Location"), "/suggestions") {
			t.Errorf("%s typed by hand: %s", path, r.Status)
		}
	}
}

// « Suggérés » is shown wherever the six figures are, and narrows the list.
func TestSuggestedIsShownInTheListAndAtThePopulation(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	says(t, page(t, b.Get(t, school+"/ressources?etat=suggerees"), http.StatusOK), "affiche 0 résultat(s)", "Avec suggestion 0")
	o.asked.Add(webtest.Labo, "", pupilsOf("c-5a")...)
	list := page(t, b.Get(t, school+"/ressources?etat=suggerees"), http.StatusOK)
	says(t, list, "affiche 1 résultat(s)", "Le labo de grammaire 5e", "Avec suggestion 1")
	for _, td := range list.Find("td") {
		if looktest.Attr(td, "data-l") == "Suggérés" && looktest.Words(td) != "23" {
			t.Errorf("the list says %s suggested", looktest.Words(td))
		}
	}
	says(t, page(t, b.Get(t, labo+"/population"), http.StatusOK), "Suggérés 23")
	says(t, sent(t, b, labo+"/population", "cible", class), "Sélectionnés 29", "Suggérés 23")
	if r := b.Post(t, labo+"/compteurs", "cible", class); !strings.Contains(looktest.Body(t, r), `\u003e23\u003c`) {
		t.Error("the counters that follow the boxes forget what is suggested")
	}
}

// A plan that leaves one of the resources with nobody is not offered: its suggestion would be called accepted.
func TestPlanThatGivesNothingOfAResourceIsNotOffered(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	first, second := o.asked.Add(webtest.Labo, "", pupilsOf("g-latin")...), o.asked.Add(webtest.Musique, "", pupilsOf("c-5b")...)
	p := page(t, b.Post(t, suggested+"/plan", "part", ofClass(first, "g-latin"), "part", ofClass(second, "c-5b")), http.StatusOK)
	says(t, p, "Une des ressources ne peut être donnée à personne", "ne sont pas du public de l’abonnement", "ou décliner celles-ci")
	for _, n := range p.Find("button") {
		if strings.HasPrefix(looktest.Words(n), "Attribuer") {
			t.Error("there is a button to give it")
		}
	}
}
