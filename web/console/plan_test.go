package console_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/look/looktest"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/web/webtest"
)

type attr = html.Attribute

// shown follows the redirection after an act, with the announcement that it left.
func shown(t *testing.T, b webtest.Browser, r *http.Response) *looktest.Doc {
	t.Helper()
	if r.StatusCode != http.StatusSeeOther {
		t.Fatalf("%s, want a redirection: %s", r.Status, looktest.Body(t, r))
	}
	cookie, _, _ := strings.Cut(r.Header.Get("Set-Cookie"), ";")
	b.Headers = map[string]string{"Cookie": cookie + "; seance=" + string(b.Person)}
	b.Person = ""
	return page(t, b.Get(t, r.Header.Get("Location")), http.StatusOK)
}

func TestManagerGivesWhatIsLeftAndSaysSo(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	plan := sent(t, b, labo+"/plan", "cible", class)
	says(t, plan, "Il reste 25 exemplaires pour 29 élèves", "25 reçoivent l’accès", "4 ne peuvent pas être servis", "Que faire des 4 élèves restants ?", "25 exemplaires seront attribués, 4 en attente", "Attribuer 25 exemplaires")
	r := b.Post(t, labo+"/attribuer", "ordre", "class", "empreinte", value(plan, "empreinte"), "vu", value(plan, "vu"), "manque", "serve")
	says(t, shown(t, b, r), "25 exemplaires attribués « Le labo de grammaire 5e » peut être ouvert dès maintenant", "Attribués 30", "Disponibles 0")
	if len(o.stock.Acts) != 1 || o.stock.By[0] != (journal.Actor{Kind: journal.ByPerson, ID: string(webtest.Vasseur)}) {
		t.Errorf("acts %v by %v", o.stock.Acts, o.stock.By)
	}
}

// The manager's word is asked for where copies are short; without it nothing is given.
func TestShortageIsTheManagersChoice(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	plan := sent(t, b, labo+"/plan", "cible", class)
	again := page(t, b.Post(t, labo+"/attribuer", "empreinte", value(plan, "empreinte")), http.StatusConflict)
	says(t, again, "Il manque des exemplaires", "Rien n’a été attribué", "Attribuer 25 exemplaires")
	if len(o.stock.Acts) != 0 {
		t.Error("something was given")
	}
	byName := sent(t, b, labo+"/plan", "ordre", "name")
	says(t, byName, "Dans l’ordre du nom")
}

func TestPlanThatChangedIsShownAnewWithWhatChanged(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	plan := sent(t, b, labo+"/plan", "cible", class)
	hash, seen := value(plan, "empreinte"), value(plan, "vu")
	o.world.Managers[1].State = directory.ManagerConfirmed
	colleague := o.as(webtest.Aubry)
	other := sent(t, colleague, labo+"/plan", "cible", "cohort:c-5a/eleve")
	colleague.Post(t, labo+"/attribuer", "empreinte", value(other, "empreinte"))
	again := page(t, b.Post(t, labo+"/attribuer", "empreinte", hash, "vu", seen, "manque", "serve"), http.StatusConflict)
	says(t, again, "Le plan a changé", "Vous aviez vu 25 à servir et 4 en attente ; c’est maintenant 2 et 27.", "Attribuer 2 exemplaires")
	if value(again, "empreinte") == hash {
		t.Error("the new plan carries the old fingerprint")
	}
	r := b.Post(t, labo+"/attribuer", "empreinte", value(again, "empreinte"), "manque", "serve")
	says(t, shown(t, b, r), "2 exemplaires attribués «")
}

func TestBrokenHouseIsNoConflict(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	b.Post(t, labo+"/plan", "cible", class)
	o.stock.Busy = fault.New(fault.Unavailable, "db.busy")
	if r := b.Post(t, labo+"/attribuer", "empreinte", "x"); r.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("%s", r.Status)
	}
}

func TestPlanSaysWhyNothingHappens(t *testing.T) {
	t.Parallel()
	b := open().as(webtest.Vasseur)
	p := sent(t, b, labo+"/plan", "cible", "person:p-c-5a-00", "cible", "person:p-aubry")
	says(t, p, "Il n’y a rien à attribuer", "1 l’a déjà", "1 n’est pas du public de l’abonnement", "Aubry Hélène", "Ce plan ne change rien")
	for _, n := range p.Find("button") {
		if strings.HasPrefix(looktest.Words(n), "Attribuer") {
			t.Error("there is a button to give nothing")
		}
	}
}

func TestRightOfTheWholeSchoolIsGivenAndTakenBack(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	const lanterne = school + "/ressources/r-lanterne"
	plan := sent(t, b, lanterne+"/plan", "cible", "cohort:c-5b/eleve")
	says(t, plan, "29 élèves vont pouvoir ouvrir la ressource", "aucun exemplaire n’est consommé", "1 population entière Ceux qui y arriveront plus tard auront aussi la ressource. 5e B", "Attribuer à 29 personnes")
	r := b.Post(t, lanterne+"/attribuer", "empreinte", value(plan, "empreinte"))
	says(t, shown(t, b, r), "Ressource ouverte à 29 personnes", "une autre ressource")
	says(t, page(t, b.Get(t, lanterne+"/attributions"), http.StatusOK), "Attribué à toute une population", "5e B")
	ask := page(t, b.Post(t, lanterne+"/reprise", "cible", "cohort:c-5b/eleve"), http.StatusOK)
	says(t, ask, "Reprendre la ressource à toute une population ?")
	r = b.Post(t, lanterne+"/reprendre", "cible", "cohort:c-5b/eleve", "empreinte", value(ask, "empreinte"))
	says(t, shown(t, b, r), "Personne n’a encore cette ressource")
}

func TestCopyComesBackOnlyAfterAWord(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	const calcul = school + "/ressources/r-calcul"
	list := page(t, b.Get(t, calcul+"/attributions"), http.StatusOK)
	says(t, list, "3 exemplaires attribués", "Ouvert, verrouillé jusqu’à la fin de l’abonnement", "23/11/2026", "Jamais ouvert")
	ask := page(t, b.Post(t, calcul+"/reprise", "cible", "person:p-c-6a-01", "cible", "person:p-c-6a-00"), http.StatusOK)
	says(t, ask, "Reprendre 1 exemplaire ?", "1 exemplaire déjà ouvert reste consommé", "Ne rien reprendre")
	if len(o.stock.Acts) != 0 {
		t.Fatal("taken back before the word")
	}
	r := b.Post(t, calcul+"/reprendre", "cible", "person:p-c-6a-01", "cible", "person:p-c-6a-00", "empreinte", value(ask, "empreinte"))
	says(t, shown(t, b, r), "1 exemplaire repris", "2 exemplaires attribués")
	if len(o.stock.Acts) != 1 || !o.stock.Acts[0].Take || o.stock.Acts[0].Targets[0].String() != licensing.ToPerson("p-c-6a-01").String() {
		t.Errorf("acts %+v", o.stock.Acts)
	}
	one := page(t, b.Post(t, calcul+"/reprise", "cible", "person:p-c-6a-02"), http.StatusOK)
	says(t, one, "Reprendre l’exemplaire de")
	stale := page(t, b.Post(t, calcul+"/reprendre", "cible", "person:p-c-6a-02", "empreinte", "old"), http.StatusConflict)
	says(t, stale, "Rien n’a été repris")
}

func TestPlansAddressTypedByHandLeadsBack(t *testing.T) {
	t.Parallel()
	r := open().as(webtest.Vasseur).Get(t, labo+"/plan")
	if got := r.Header.Get("Location"); r.StatusCode != http.StatusSeeOther || got != labo+"/population" {
		t.Errorf("%s to %q", r.Status, got)
	}
}

// What is applied leaves the selection; a second press of the button does nothing, and shows no trouble.
func TestWhatIsAppliedLeavesTheSelection(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	plan := sent(t, b, labo+"/plan", "cible", "cohort:c-5a/eleve")
	b.Post(t, labo+"/attribuer", "empreinte", value(plan, "empreinte"))
	if r := b.Post(t, labo+"/attribuer", "empreinte", value(plan, "empreinte")); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != labo+"/population" {
		t.Errorf("the second press: %s", r.Status)
	}
	p := page(t, b.Get(t, labo+"/population"), http.StatusOK)
	says(t, p, "Personne n’est choisi", "Attribués 28")
	if len(o.stock.Acts) != 1 || len(chosen(p)) != 0 {
		t.Errorf("%d acts; still chosen: %q", len(o.stock.Acts), chosen(p))
	}
}

// Whoever leaves the school leaves the selection, and the manager is told once; so does a class that closes.
func TestWhoLeavesTheSchoolLeavesTheSelection(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	sent(t, b, labo+"/population", "cible", "person:p-ines/eleve", "cible", "person:p-c-5b-03/eleve", "cible", "cohort:g-latin/eleve")
	o.world.Everyone = slices.DeleteFunc(o.world.Everyone, func(p webtest.Someone) bool { return p.ID == webtest.Ines })
	o.world.Classes = slices.DeleteFunc(o.world.Classes, func(c directory.Cohort) bool { return c.ID == "g-latin" })
	plan := page(t, b.Get(t, labo+"/plan"), http.StatusOK)
	says(t, plan, "1 élève va pouvoir ouvrir la ressource", "2 choix ne sont plus dans l’établissement")
	p := page(t, b.Get(t, labo+"/population"), http.StatusOK)
	if says(t, p, "1 élève sélectionné"); strings.Contains(looktest.Words(p.Find("body")[0]), "ne sont plus") {
		t.Error("it is told again")
	}
}
