package console_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"pupitre/directory"
	"pupitre/internal/look/looktest"
	"pupitre/journal"
	"pupitre/licensing"
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
	says(t, p, "2 doubles sûrs", "Le labo de grammaire 5e", "Reprendre 2 exemplaires", "garde l’accès")
	p = page(t, b.Post(t, school+"/doubles", append(ticked(p), "empreinte", "of yesterday")...), http.StatusConflict)
	says(t, p, "Le plan a changé", "Rien n’a été repris")
	after := shown(t, b, b.Post(t, school+"/doubles", append(ticked(p), "empreinte", value(p, "empreinte"))...))
	says(t, after, "2 exemplaires repris", "Aucun exemplaire en double")
	if got := links(after, "Voir cet acte"); len(got) != 1 || got[0] != past+"/act-1" {
		t.Errorf("the receipt leads to %v", got)
	}
	if got := links(page(t, b.Get(t, past), http.StatusOK), "Exemplaires en double"); len(got) != 1 || got[0] != school+"/doubles" {
		t.Errorf("the history leads to %v", got)
	}
}

// ticked is what the page's form of doubles sends: those that are ticked, and those that its plan is of.
func ticked(p *looktest.Doc) (pairs []string) {
	for _, n := range p.Find("input") {
		name := looktest.Attr(n, "name")
		if name == "vu" || name == "double" && (looktest.Attr(n, "type") == "hidden" || slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "checked" })) {
			pairs = append(pairs, name, looktest.Attr(n, "value"))
		}
	}
	return pairs
}

func TestWhatMayBeADoubleIsLookedAtPersonByPerson(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	double := func(kind licensing.DoubleKind, persons ...directory.PersonID) licensing.Double {
		return licensing.Double{Kind: kind, Resource: webtest.Labo, Persons: persons, There: webtest.Saules.ID}
	}
	namesakes, elsewhere := double(licensing.DoubleNamesakes, "p-c-5a-00", "p-c-5a-01"), double(licensing.DoubleElsewhere, "p-c-5b-00")
	o.stock.Doubtful = []licensing.Double{namesakes, elsewhere, double(licensing.DoubleSpent, "p-c-5b-01")}
	p := page(t, b.Get(t, school+"/doubles"), http.StatusOK)
	says(t, p, "2 doubles à vérifier", "Deux comptes du même nom", "identifiant", "dans un autre établissement aussi", "1 exemplaire consommé ailleurs", "Rien ne peut être repris")
	if pairs := ticked(p); len(pairs) != 0 || looktest.Words(p.Find("body")[0]) == "" {
		t.Errorf("ticked beforehand: %v", pairs)
	}
	if text := looktest.Words(p.Find("body")[0]); strings.Contains(text, webtest.Saules.Name) || strings.Contains(text, string(webtest.Saules.UAI)) {
		t.Error("the page names the other school")
	}
	// What was ticked since is a plan first, and an act only once it was seen.
	was := value(p, "empreinte")
	p = page(t, b.Post(t, school+"/doubles", "double", namesakes.Key(), "empreinte", was), http.StatusConflict)
	says(t, p, "Vous avez changé le choix", "Reprendre 1 exemplaire")
	if len(o.stock.Doubtful) != 3 {
		t.Fatal("something was taken back unseen")
	}
	p = page(t, b.Post(t, school+"/doubles", "voir", "1", "double", elsewhere.Key(), "empreinte", value(p, "empreinte")), http.StatusOK)
	says(t, p, "Reprendre 1 exemplaire")
	after := shown(t, b, b.Post(t, school+"/doubles", append(ticked(p), "empreinte", value(p, "empreinte"))...))
	says(t, after, "1 exemplaire repris", "1 double à vérifier")
}

// Two accounts of one name may be two persons': whoever has looked says so once, is asked no more, and may take it back.
func TestNamesakesAreToldApartAndComparedAgain(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	namesakes := licensing.Double{Kind: licensing.DoubleNamesakes, Resource: webtest.Labo, Persons: []directory.PersonID{"p-c-5a-00", "p-c-5b-00"}}
	o.stock.Doubtful = []licensing.Double{namesakes}
	says(t, page(t, b.Get(t, school+"/doubles"), http.StatusOK), "5e A, Latin 5e, identifiant", "5e B, Latin 5e, identifiant", "jamais ouvert", "Deux personnes différentes")
	after := shown(t, b, b.Post(t, school+"/doubles/differentes", "differentes", namesakes.Key()))
	says(t, after, "ne sont plus comparés", "Aucun exemplaire en double", "5e A, Latin 5e, identifiant", "Comparer de nouveau")
	page(t, b.Post(t, school+"/doubles/differentes", "differentes", namesakes.Key()), http.StatusNotFound)
	page(t, b.Post(t, school+"/doubles/comparer", "comparer", "p-c-5a-00 p-c-5a-01"), http.StatusNotFound)
	says(t, shown(t, b, b.Post(t, school+"/doubles/comparer", "comparer", "p-c-5a-00 p-c-5b-00")), "de nouveau comparés", "1 double à vérifier")
	page(t, b.Post(t, school+"/doubles/comparer", "comparer", "p-c-5a-00 p-c-5b-00"), http.StatusNotFound)
}

// Who was told apart, by whom and when, is in the history, and is taken back from there.
func TestTellingNamesakesApartIsAnActOfTheHistory(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	namesakes := licensing.Double{Kind: licensing.DoubleNamesakes, Resource: webtest.Labo, Persons: []directory.PersonID{"p-c-5a-00", "p-c-5b-00"}}
	o.stock.Doubtful = []licensing.Double{namesakes}
	shown(t, b, b.Post(t, school+"/doubles/differentes", "differentes", namesakes.Key()))
	says(t, page(t, b.Get(t, past+"?acte=told-apart"), http.StatusOK), "Comptes de personnes différentes", ", 2 comptes", "Vasseur Claire", "à tout moment")
	says(t, page(t, b.Get(t, past+"?ressource=r-labo"), http.StatusOK), "Aucun acte ici")
	says(t, page(t, b.Get(t, school), http.StatusOK), "Comptes de personnes différentes")
	p := page(t, b.Get(t, past+"/act-1"), http.StatusOK)
	says(t, p, "Par Vasseur Claire", "5e A, Latin 5e, identifiant", "5e B, Latin 5e, identifiant", "ne sont plus comparés", "Comparer de nouveau")
	page(t, b.Get(t, past+"/act-1/annuler"), http.StatusNotFound)
	form, button := p.Find("form"), slices.IndexFunc(p.Find("button"), func(n *html.Node) bool { return looktest.Attr(n, "name") == "comparer" })
	if button < 0 || !slices.ContainsFunc(form, func(n *html.Node) bool { return looktest.Attr(n, "action") == school+"/doubles/comparer" }) {
		t.Fatal("the act has no way back")
	}
	shown(t, b, b.Post(t, school+"/doubles/comparer", "comparer", looktest.Attr(p.Find("button")[button], "value")))
	p = page(t, b.Get(t, past+"/act-1"), http.StatusOK)
	says(t, p, "comparés de nouveau", "Annulé à")
	if slices.ContainsFunc(p.Find("button"), func(n *html.Node) bool { return looktest.Attr(n, "name") == "comparer" }) {
		t.Error("what is taken back can be taken back again")
	}
	says(t, page(t, b.Get(t, past+"/act-2"), http.StatusOK), "Comptes comparés de nouveau", "Voir l’acte qu’il annule")
	b.English = true
	says(t, page(t, b.Get(t, past), http.StatusOK), "Accounts compared again", "2 accounts", "Undone")
	says(t, page(t, b.Get(t, past+"/act-1"), http.StatusOK), "They are compared again")
	delegate, _ := o.delegated(t, 20)
	page(t, delegate.Get(t, past+"/act-1"), http.StatusNotFound) // one of the two is of another class
}

// Who may assign, within what and by whose word is in the history, of the school and of the person: before and after.
func TestWhoAssignsIsOfTheHistoryWithWhatChanged(t *testing.T) {
	t.Parallel()
	o := open()
	o.world.Managers = o.world.Managers[:1] // Hélène Aubry waits for nobody's word
	b := o.as(webtest.Vasseur)
	aubry := school + "/delegues/" + string(webtest.Aubry)
	page(t, b.Get(t, past+"?personne="+string(webtest.Aubry)), http.StatusNotFound)
	shown(t, b, b.Post(t, aubry, "classes", "choix", "classe", "c-5a", "ressources", "tout", "budget", "20"))
	shown(t, b, b.Post(t, aubry, "classes", "choix", "classe", "c-5b", "ressources", "tout", "budget", "30"))
	o.stock.Charge(journal.Actor{Kind: journal.ByPortal, ID: "TL"}, directory.VerbManagerNamed, webtest.Stray, "", directory.ManagerNamed)
	p := page(t, b.Get(t, past), http.StatusOK)
	says(t, p, "Délégation changée", "Aubry Hélène", "Classes et groupes : 5e A → 5e B", "Budget d’exemplaires : 20 exemplaires → 30 exemplaires", "Vasseur Claire",
		"Délégation donnée", "Classes et groupes : 5e A", "Dernier jour : 15 août 2027",
		"Responsable d’affectation nommé", "Tissier", "Charge : aucune → attend l’accord de la direction", "Le portail")
	if text := looktest.Words(p.Find("table")[0]); strings.Contains(text, "Ressources : toutes → toutes") {
		t.Error("what stayed as it was is told as changed")
	}
	says(t, page(t, b.Get(t, past+"?acte=delegated"), http.StatusOK), "Délégation changée", "Délégation donnée")
	says(t, page(t, b.Get(t, past+"?acte=undelegated"), http.StatusOK), "Aucun acte ici")
	says(t, page(t, b.Get(t, past+"?acte=directory.manager.named"), http.StatusOK), "Le portail")
	p = page(t, b.Get(t, past+"/act-2"), http.StatusOK)
	says(t, p, "Délégation changée", "Par Vasseur Claire", "Avant", "Après", "5e A", "5e B", "20 exemplaires", "30 exemplaires", "15 août 2027")
	if got := links(p, "Aubry"); len(got) != 1 || got[0] != past+"?personne="+string(webtest.Aubry) {
		t.Errorf("the act leads to %v", got)
	}
	says(t, page(t, b.Get(t, past+"?personne="+string(webtest.Aubry)), http.StatusOK), "Historique, Aubry", "Délégation changée", "Délégation donnée", "20 exemplaires → 30 exemplaires")
	says(t, page(t, b.Get(t, past+"?ressource=r-labo&personne="+string(webtest.Aubry)), http.StatusOK), "Aucun acte ici")
	says(t, page(t, b.Get(t, school), http.StatusOK), "Délégation changée")
	page(t, b.Get(t, past+"/act-2/annuler"), http.StatusNotFound)

	// The delegate reads their own, and no class beyond the scope by its name; nothing of a manager's.
	own := page(t, o.as(webtest.Aubry).Get(t, past), http.StatusOK)
	says(t, own, "Délégation changée", "1 autre → 5e B", "20 exemplaires → 30 exemplaires")
	if text := looktest.Words(own.Find("table")[0]); strings.Contains(text, "5e A") || strings.Contains(text, "Responsable") {
		t.Errorf("a delegate reads %s", text)
	}
	shown(t, b, b.Post(t, aubry+"/retirer"))
	b.English = true
	says(t, page(t, b.Get(t, past), http.StatusOK), "Delegation withdrawn", "Delegation changed", "20 copies → 30 copies", "Assignment manager named", "waits for the head’s consent")
	says(t, page(t, b.Get(t, past+"/act-4"), http.StatusOK), "Delegation withdrawn", "Before", "After", "30 copies")
}
