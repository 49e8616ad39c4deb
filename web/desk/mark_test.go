package desk_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/look/looktest"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/mediacentre"
	"pupitre/web/webtest"
)

// notebook stands in for what persons mark.
type notebook struct {
	stars  []mediacentre.Favourite
	opened []mediacentre.Opened
	givers map[journal.ActID]directory.Name
	pins   []mediacentre.Pin
}

func (n *notebook) Favourites(_ context.Context, school directory.SchoolID, person directory.PersonID) (list []catalogue.ResourceID, _ error) {
	for _, f := range n.stars {
		if f.School == school && f.Person == person {
			list = append(list, f.Resource)
		}
	}
	return list, nil
}

func (n *notebook) Favour(_ context.Context, f mediacentre.Favourite, on bool) error {
	n.stars = slices.DeleteFunc(n.stars, func(x mediacentre.Favourite) bool { return x == f })
	if on {
		n.stars = append(n.stars, f)
	}
	return nil
}

func (n *notebook) Opened(context.Context, directory.SchoolID, directory.PersonID) ([]mediacentre.Opened, error) {
	return n.opened, nil
}

func (n *notebook) Givers(context.Context, directory.SchoolID, []mediacentre.Card) (map[journal.ActID]directory.Name, error) {
	return n.givers, nil
}

func (n *notebook) Pins(_ context.Context, _ directory.SchoolID, cohorts []directory.CohortID, _ int) (list []mediacentre.Pin, _ error) {
	for _, p := range n.pins {
		if slices.Contains(cohorts, p.Cohort) {
			list = append(list, p)
		}
	}
	return list, nil
}

func (n *notebook) Pin(_ context.Context, p mediacentre.Pin) error {
	if len(p.Word) > mediacentre.MostWord {
		return fault.New(fault.Invalid, "mediacentre.pin.word", "n", len(p.Word), "most", mediacentre.MostWord)
	}
	p.By = aubry
	n.pins = append(n.pins, p)
	return nil
}

func (n *notebook) Unpin(_ context.Context, p mediacentre.Pin) error {
	n.pins = slices.DeleteFunc(n.pins, func(x mediacentre.Pin) bool { return x.Cohort == p.Cohort && x.Resource == p.Resource })
	return nil
}

// coverage tells that all 29 pupils of a class have one resource, and nine another.
type coverage struct{ *webtest.Stock }

func (coverage) ListCoverage(_ context.Context, _ directory.SchoolID, cohorts ...directory.CohortID) (list []licensing.Coverage, _ error) {
	for _, c := range cohorts {
		list = append(list, licensing.Coverage{Cohort: c, Pupils: 29, Have: map[catalogue.ResourceID]int64{webtest.Labo: 29, webtest.Calcul: 9, webtest.Preau: 29}})
	}
	return list, nil
}

func TestAStarKeepsAResourceAtHand(t *testing.T) {
	t.Parallel()
	d := furnished()
	b := d.as(webtest.Ines)
	says(t, page(t, b.Get(t, "/mediacentre?vue=favoris"), http.StatusOK), "Aucun favori", "L’étoile d’une ressource")
	press := func(on, from string) *http.Response {
		return b.Post(t, "/mediacentre/favoris", "ressource", "ark:/99999/labo", "favori", on, "retour", from)
	}
	r := press("oui", "/mediacentre?q=labo")
	if got := r.Header.Get("Location"); r.StatusCode != http.StatusSeeOther || got != "/mediacentre?q=labo#r-"+string(webtest.Labo) {
		t.Errorf("%d to %q", r.StatusCode, got)
	}
	for _, elsewhere := range []string{"https://ailleurs.example/", "//ailleurs.example", "/deconnexion", "/mediacentreX"} {
		if got := press("oui", elsewhere).Header.Get("Location"); !strings.HasPrefix(got, "/mediacentre#") {
			t.Errorf("a form from %q goes to %q", elsewhere, got)
		}
	}
	p := page(t, b.Get(t, "/mediacentre?vue=favoris"), http.StatusOK)
	if got := cards(p); len(got) != 1 || looktest.Words(got[0]) != "Le labo de grammaire 5e" {
		t.Errorf("favourites: %s", words(p))
	}
	pressed := 0
	for _, n := range page(t, b.Get(t, "/mediacentre"), http.StatusOK).Find("button") {
		if looktest.Attr(n, "aria-pressed") == "true" && looktest.Attr(n, "aria-label") == "Favori\u00a0: Le labo de grammaire 5e" {
			pressed++
		}
	}
	if pressed != 1 {
		t.Errorf("%d stars are on", pressed)
	}
	press("non", "")
	if got := len(cards(page(t, b.Get(t, "/mediacentre?vue=favoris"), http.StatusOK))); got != 0 {
		t.Errorf("let go, and %d are left", got)
	}
	page(t, b.Post(t, "/mediacentre/favoris", "ressource", "ark:/99999/none", "favori", "oui"), http.StatusNotFound)
	page(t, b.Post(t, "/mediacentre/favoris", "ressource", "nothing", "favori", "oui"), http.StatusBadRequest)
}

func TestWhatWasOpenedIsFoundAgain(t *testing.T) {
	t.Parallel()
	d := furnished()
	b := d.as(webtest.Ines)
	says(t, page(t, b.Get(t, "/mediacentre?vue=recentes"), http.StatusOK), "Rien d’ouvert récemment", "Ce que tu ouvres")
	// What was opened and is held no more is not shown.
	d.marks.opened = []mediacentre.Opened{{Resource: webtest.Lanterne}, {Resource: webtest.Calcul}, {Resource: webtest.Labo}}
	got := cards(page(t, b.Get(t, "/mediacentre?vue=recentes"), http.StatusOK))
	if len(got) != 2 || !strings.Contains(looktest.Words(got[0]), "Lanterne") {
		t.Errorf("%d cards, not the last opened first", len(got))
	}
	if got := cards(page(t, b.Get(t, "/mediacentre?vue=recentes&q=grammaire"), http.StatusOK)); len(got) != 1 {
		t.Errorf("a search among them finds %d", len(got))
	}
}

func TestWhoGaveIsTold(t *testing.T) {
	t.Parallel()
	d := furnished()
	d.marks.givers = map[journal.ActID]directory.Name{"": {Family: "Vasseur", Civility: "Mme"}} // the doubles' rights name no act
	b := d.as(webtest.Ines)
	says(t, page(t, b.Get(t, "/mediacentre"), http.StatusOK), "Donné à la 5e B par Mme Vasseur, jusqu’au 31 août 2027", "Ouvert à tout le collège par Mme Vasseur, jusqu’au 31 août 2027")
	b.English = true
	says(t, page(t, b.Get(t, "/mediacentre"), http.StatusOK), "Given to 5e B by Mme Vasseur, until 31 August 2027")
}

func TestFindsCanBeSharedAndAreKept(t *testing.T) {
	t.Parallel()
	d := furnished()
	b := d.as(webtest.Ines)
	for query, want := range map[string]int{"?q=garmmaire+": 1, "?q=cinquieme": 1, "?donne=school": 1, "?donne=cohort:c-5b": 1, "?hors-ligne=oui": 1, "?donne=school&hors-ligne=oui": 0, "?matiere=rien": 0} {
		if got := len(cards(page(t, b.Get(t, "/mediacentre"+query), http.StatusOK))); got != want {
			t.Errorf("%q shows %d cards, want %d", query, got, want)
		}
	}
	p := page(t, b.Get(t, "/mediacentre?q=garmmaire+&hors-ligne=oui&en=liste"), http.StatusOK)
	says(t, p, "Le mot « garmmaire » ne se trouve nulle part : voici pour « grammaire ».")
	hidden := map[string]string{}
	for _, n := range p.Find("input") {
		if looktest.Attr(n, "type") == "hidden" {
			hidden[looktest.Attr(n, "name")] = looktest.Attr(n, "value")
		}
	}
	if hidden["hors-ligne"] != "oui" || hidden["en"] != "liste" || hidden["q"] != "" {
		t.Errorf("the search form sends %v along", hidden)
	}
	says(t, page(t, b.Get(t, "/mediacentre"), http.StatusOK), "Donné à", "tout l’établissement 1", "5e B 1", "fonctionne hors connexion 1")
}

func TestATeacherSeesAsAPupilOfAClass(t *testing.T) {
	t.Parallel()
	d := furnished()
	b := d.as(webtest.Aubry)
	says(t, page(t, b.Get(t, "/mediacentre"), http.StatusOK), "Voir comme un élève de")
	p := page(t, b.Get(t, "/mediacentre/classes/c-5b"), http.StatusOK)
	says(t, p, "Comme un élève : 5e B", "1 ressource que tous les élèves ont", "Le labo de grammaire 5e", "1 ressource que certains élèves ont", "9 sur 29 élèves", "Suggérer pour les autres")
	if strings.Contains(words(p), "Préau Manuels") || len(cards(p)) != 0 {
		t.Error("a mother is no card, and what pupils have is not the teacher's to open")
	}
	b.English = true
	says(t, page(t, b.Get(t, "/mediacentre/classes/c-5b"), http.StatusOK), "As a pupil: 5e B", "9 of 29 pupils")
	for _, who := range []directory.PersonID{webtest.Ines, webtest.Vasseur, webtest.Stray} {
		page(t, d.as(who).Get(t, "/mediacentre/classes/c-5b"), http.StatusNotFound)
		page(t, d.as(who).Post(t, "/mediacentre/classes/c-5b/epingles", "ressource", "ark:/99999/labo", "epingle", "oui"), http.StatusNotFound)
	}
	page(t, d.as(webtest.Aubry).Get(t, "/mediacentre/classes/c-5a"), http.StatusNotFound)
}

func TestWhatATeacherPinsIsAboveTheOthers(t *testing.T) {
	t.Parallel()
	d := furnished()
	teacher, pupil := d.as(webtest.Aubry), d.as(webtest.Ines)
	r := teacher.Post(t, "/mediacentre/classes/c-5b/epingles", "ressource", "ark:/99999/labo", "epingle", "oui", "mot", "pour jeudi")
	if got := r.Header.Get("Location"); r.StatusCode != http.StatusSeeOther || got != "/mediacentre/classes/c-5b#r-"+string(webtest.Labo) {
		t.Errorf("%d to %q", r.StatusCode, got)
	}
	teacher.Post(t, "/mediacentre/classes/c-5b/epingles", "ressource", "ark:/99999/calcul", "epingle", "oui") // Ines does not hold it
	says(t, page(t, teacher.Get(t, "/mediacentre/classes/c-5b"), http.StatusOK), "Épinglé : pour jeudi", "Retirer l’épingle")
	p := page(t, pupil.Get(t, "/mediacentre"), http.StatusOK)
	says(t, p, "Épinglé par tes professeurs Le labo de grammaire 5e pour jeudi Mme Aubry, pour la 5e B")
	if got := pins(p); len(got) != 1 || looktest.Attr(got[0], "href") != "/acces/ark:/99999/labo" {
		t.Errorf("%d pins: %s", len(got), words(p))
	}
	teacher.Post(t, "/mediacentre/classes/c-5b/epingles", "ressource", "ark:/99999/labo")
	if n := len(pins(page(t, pupil.Get(t, "/mediacentre"), http.StatusOK))); n != 0 {
		t.Errorf("taken down, and %d are left", n)
	}
	page(t, teacher.Post(t, "/mediacentre/classes/c-5b/epingles", "ressource", "ark:/99999/labo", "epingle", "oui", "mot", strings.Repeat("a", 201)), http.StatusBadRequest)
}

func TestAnotherSchoolWhereSomethingIsOpenIsNamed(t *testing.T) {
	t.Parallel()
	d := furnished()
	d.rights.GiveAt(webtest.Saules.ID, webtest.Both, webtest.Labo, licensing.ToPerson(webtest.Both), licensing.Active)
	says(t, page(t, d.as(webtest.Both).Get(t, "/mediacentre"), http.StatusOK), "1 ressource ouverte aussi : Lycée Les Saules")
}
