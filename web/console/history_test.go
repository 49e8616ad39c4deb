package console_test

import (
	"net/http"
	"strings"
	"testing"

	"pupitre/directory"
	"pupitre/internal/look/looktest"
	"pupitre/web/webtest"
)

const past = school + "/historique"

// given assigns the labo to 5e B, and returns the page that follows.
func given(t *testing.T, b webtest.Browser) *looktest.Doc {
	t.Helper()
	p := sent(t, b, labo+"/plan", "cible", class)
	return shown(t, b, b.Post(t, labo+"/attribuer", "cible", class, "empreinte", value(p, "empreinte"), "manque", "serve"))
}

// links are the addresses that a page's links of this text lead to.
func links(p *looktest.Doc, text string) (out []string) {
	for _, a := range p.Find("a") {
		if strings.Contains(strings.ReplaceAll(looktest.Words(a), "\u00a0", " "), text) {
			out = append(out, looktest.Attr(a, "href"))
		}
	}
	return out
}

func TestAnAssignmentIsUndoneFromItsReceipt(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	to := links(given(t, b), "annuler cette affectation")
	if len(to) != 1 || to[0] != past+"/act-1/annuler" {
		t.Fatalf("the receipt leads to %v", to)
	}
	p := page(t, b.Get(t, to[0]), http.StatusOK)
	says(t, p, "Annuler l’affectation", "25 rendent leur exemplaire", "par Vasseur Claire", "Reprendre 25 exemplaires", "jusqu’au 23 décembre 2026")
	after := shown(t, b, b.Post(t, to[0], "empreinte", value(p, "empreinte")))
	says(t, after, "Acte annulé", "Exemplaires repris : 25", "Annulé à")
	if got := links(after, "Annuler cette annulation"); len(got) != 1 || got[0] != past+"/act-2/annuler" {
		t.Errorf("the undo is undone by %v", got)
	}
	p = page(t, b.Get(t, past+"/act-2/annuler"), http.StatusOK)
	says(t, p, "Rétablir ce qui a été annulé", "25 retrouvent leur exemplaire", "Rendre 25 exemplaires")
	says(t, shown(t, b, b.Post(t, past+"/act-2/annuler", "empreinte", value(p, "empreinte"))), "Exemplaires rendus : 25")
	p = page(t, b.Get(t, past), http.StatusOK)
	says(t, p, "Exemplaires attribués", "Le labo de grammaire 5e, 5e B", "Vasseur Claire", "Annulé", "jusqu’au 23 décembre 2026")
}

func TestAnUndoThatChangedIsShownAnew(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	given(t, b)
	p := page(t, b.Post(t, past+"/act-1/annuler", "empreinte", "of yesterday"), http.StatusConflict)
	says(t, p, "Le plan a changé", "Rien n’a été annulé", "Reprendre 25 exemplaires")
	shown(t, b, b.Post(t, past+"/act-1/annuler", "empreinte", value(p, "empreinte")))
	p = page(t, b.Get(t, past+"/act-1/annuler"), http.StatusOK)
	says(t, p, "Il n’y a plus rien à annuler", "25 ne l’ont plus par cet acte")
	if value(p, "manque") != "" || strings.Contains(looktest.Words(p.Find("body")[0]), "Reprendre 25") {
		t.Error("there is a button for nothing")
	}
}

// Copies that were taken back may have gone to others meanwhile.
func TestAnUndoShortOfCopiesAsksFirst(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	const calcul, pupil = school + "/ressources/r-calcul", "person:p-c-6a-01"
	p := page(t, b.Post(t, calcul+"/reprise", "cible", pupil), http.StatusOK)
	after := shown(t, b, b.Post(t, calcul+"/reprendre", "cible", pupil, "empreinte", value(p, "empreinte")))
	if got := links(after, "Annuler cette reprise"); len(got) != 1 || got[0] != past+"/act-1/annuler" {
		t.Errorf("the receipt leads to %v", got)
	}
	const other = "person:p-c-6a-09/eleve"
	p = sent(t, b, calcul+"/plan", "cible", other)
	shown(t, b, b.Post(t, calcul+"/attribuer", "cible", other, "empreinte", value(p, "empreinte")))
	p = page(t, b.Get(t, past+"/act-1/annuler"), http.StatusOK)
	says(t, p, "1 ne peut pas être servi", "Il manque 1 exemplaire", "Il n’y a plus rien à annuler")
	p = page(t, b.Post(t, past+"/act-1/annuler", "empreinte", value(p, "empreinte")), http.StatusConflict)
	says(t, p, "Il manque des exemplaires", "Rien n’a été annulé")
}

func TestTheHistoryIsNarrowedByResourceKindAndPerson(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	given(t, b)
	for query, want := range map[string][]string{
		"":                                  {"Exemplaires attribués", "25"},
		"?ressource=r-labo&acte=assigned":   {"Exemplaires attribués"},
		"?ressource=r-calcul":               {"Aucun acte ici"},
		"?acte=released":                    {"Aucun acte ici"},
		"?acte=nonsense":                    {"Exemplaires attribués"},
		"?personne=p-c-5b-00":               {"Historique, Abadie", "Donné", "Le labo de grammaire 5e", "Voir tous les actes"},
		"?personne=p-c-5b-00&ressource=r-x": {"Aucun acte ici"},
	} {
		says(t, page(t, b.Get(t, past+query), http.StatusOK), want...)
	}
	// Somebody of another school, or of whom there is nothing to tell, looks like nobody.
	for _, person := range []string{string(webtest.Stray), string(webtest.Aubry), "p-none"} {
		if text := looktest.Body(t, b.Get(t, past+"?personne="+person)); strings.Contains(text, "Tissier") || strings.Contains(text, "Aubry") {
			t.Errorf("the history names %s", person)
		}
		page(t, b.Get(t, past+"?personne="+person), http.StatusNotFound)
	}
	page(t, b.Get(t, past+"/act-7"), http.StatusNotFound)
	page(t, b.Get(t, past+"/act-7/annuler"), http.StatusNotFound)
	p := page(t, b.Get(t, labo+"/attributions"), http.StatusOK)
	if got := links(p, "Abadie"); len(got) == 0 || !strings.HasPrefix(got[0], past+"?personne=p-c-5") {
		t.Errorf("a holder’s name leads to %v", got)
	}
}

func TestTheHistoryKeepsTheRulesInEnglishToo(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	given(t, b)
	b.English = true
	p := page(t, b.Get(t, past+"/act-1/annuler"), http.StatusOK)
	says(t, p, "Undo the assignment", "25 give their copies back", "Take 25 copies back")
	says(t, page(t, b.Get(t, past), http.StatusOK), "History", "Copies assigned")
	says(t, page(t, b.Get(t, past+"/act-1"), http.StatusOK), "Undo this assignment", "Copies moved")
}

func TestDoublesAreGivenBackInOneAct(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	says(t, page(t, b.Get(t, school+"/doubles"), http.StatusOK), "Aucun exemplaire en double")
	o.stock.Twice = []directory.PersonID{"p-c-5a-00", "p-c-5a-01"}
	p := page(t, b.Get(t, school+"/doubles"), http.StatusOK)
	says(t, p, "Exemplaires en double", "Le labo de grammaire 5e", "Reprendre 2 exemplaires", "garde l’accès")
	p = page(t, b.Post(t, school+"/doubles", "empreinte", "of yesterday"), http.StatusConflict)
	says(t, p, "Le plan a changé", "Rien n’a été repris")
	after := shown(t, b, b.Post(t, school+"/doubles", "empreinte", value(p, "empreinte")))
	says(t, after, "2 exemplaires repris", "Aucun exemplaire en double")
	if got := links(after, "Voir cet acte"); len(got) != 1 || got[0] != past+"/act-1" {
		t.Errorf("the receipt leads to %v", got)
	}
	if got := links(page(t, b.Get(t, past), http.StatusOK), "Exemplaires en double"); len(got) != 1 || got[0] != school+"/doubles" {
		t.Errorf("the history leads to %v", got)
	}
}
