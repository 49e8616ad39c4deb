package console_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/look/looktest"
	"pupitre/licensing"
	"pupitre/web/webtest"
)

func TestEveryPageKeepsTheRulesInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, english := range []bool{false, true} {
		o := open()
		b := o.as(webtest.Vasseur)
		b.English = english
		for _, path := range []string{
			school, school + "/ressources", school + "/ressources?q=zzz", school + "/ressources?choisir=1", school + "/ressources?tri=-titre&etat=bas",
			school + "/recuperation", school + "/recuperation?q=zzz", school + "/recuperation?choisir=1",
			labo + "/population", labo + "/population?montrer=enseignant", labo + "/population?voir=c-5b", labo + "/population?nom=dupont", labo + "/attributions",
			labo + "/population?niveau=5e&groupe=g-latin&sans=1", labo + "/population?profil=enseignant&matiere=020700", labo + "/population?matiere=061300",
			school + "/ressources/r-lanterne/population?cible=school", school + "/ressources/r-musique/attributions", school + "/ressources/r-calcul/attributions",
		} {
			page(t, b.Get(t, path), http.StatusOK)
		}
		page(t, b.Get(t, rules), http.StatusOK)
		o.rules.Made = []licensing.Rule{
			{ID: "rule-1", School: webtest.Tilleuls.ID, Resource: webtest.Labo, Targets: []licensing.Target{licensing.ToSchool()}, Reserve: 3, State: licensing.RuleInForce, Created: webtest.Now},
			{ID: "rule-2", School: webtest.Tilleuls.ID, Resource: webtest.Calcul, Targets: []licensing.Target{licensing.ToCohort("c-6a")}, Reserve: 1, State: licensing.RuleSuspended, Reason: licensing.ByRelease},
		}
		for _, path := range []string{rules, rules + "/rule-1", rules + "/rule-2"} {
			page(t, b.Get(t, path), http.StatusOK)
		}
		page(t, b.Post(t, labo+"/plan"), http.StatusBadRequest)
		sent(t, b, labo+"/population", "cible", class)
		sent(t, b, labo+"/population", "version", "0", "cible", "cohort:g-latin/eleve")
		sent(t, b, labo+"/plan", "etait", "cohort:g-latin/eleve")
		sent(t, b, labo+"/plan", "cible", "cohort:c-5a/eleve")
		page(t, b.Post(t, labo+"/attribuer", "empreinte", "x"), http.StatusConflict)
		sent(t, b, school+"/ressources/r-lanterne/plan", "cible", "cohort:c-5b")
		page(t, b.Post(t, school+"/ressources/r-calcul/reprise", "cible", "person:p-c-6a-01"), http.StatusOK)
		page(t, b.Post(t, school+"/ressources/r-calcul/reprise", "cible", "person:p-c-6a-00"), http.StatusOK)
		page(t, b.Post(t, school+"/ressources/r-calcul/reprise"), http.StatusBadRequest)
		both := o.as(webtest.Both)
		both.English = english
		o.world.Managers = append(o.world.Managers, o.world.Managers[0])
		o.world.Managers[3].Person = webtest.Both
		page(t, both.Get(t, "/affectation"), http.StatusOK)
	}
}

func TestManagerOfOneSchoolGoesStraightThere(t *testing.T) {
	t.Parallel()
	r := open().as(webtest.Vasseur).Get(t, "/affectation")
	if got := r.Header.Get("Location"); r.StatusCode != http.StatusSeeOther || got != school {
		t.Errorf("%s to %q", r.Status, got)
	}
}

func TestManagerOfTwoSchoolsChoosesByCodeNameAndTown(t *testing.T) {
	t.Parallel()
	o := open()
	o.world.Managers[1].Person, o.world.Managers[1].State = webtest.Both, o.world.Managers[0].State
	p := page(t, o.as(webtest.Both).Get(t, "/affectation"), http.StatusOK)
	says(t, p, "0991234D : Collège Les Tilleuls Rochebrune", "0991235E : Lycée Les Saules Pont-aux-Saules")
}

// Whoever does not manage a school finds nothing of it, whatever the address: a manager of another school is told that it does not
// exist, somebody who manages none is told whom to ask.
func TestNobodyElsesSchoolIsFoundByAnyAddress(t *testing.T) {
	t.Parallel()
	o := open()
	if len(o.routes) < 12 {
		t.Fatalf("only %d routes were mounted: %q", len(o.routes), o.routes)
	}
	for _, route := range o.routes {
		method, pattern, _ := strings.Cut(route, " ")
		if !strings.Contains(pattern, "{uai}") {
			continue
		}
		path := strings.NewReplacer("{uai}", string(webtest.Tilleuls.UAI), "{resource}", string(webtest.Labo), "{act}", "act-1", "{rule}", "rule-1", "{person}", string(webtest.Aubry)).Replace(pattern)
		for _, c := range []struct {
			browser webtest.Browser
			want    int
		}{{o.as(webtest.Both), 404}, {o.as(webtest.Aubry), 403}, {o.as(webtest.Ines), 403}, {o.as("nobody"), 401}} {
			r := c.browser.Get(t, path)
			if method == http.MethodPost {
				r = c.browser.Post(t, path, "cible", class, "empreinte", "x")
			}
			if c.want == 401 && method == http.MethodGet {
				if got := r.Header.Get("Location"); !strings.HasPrefix(got, "/connexion?next=") {
					t.Errorf("%s as nobody: %s to %q", route, r.Status, got)
				}
			} else if r.StatusCode != c.want {
				t.Errorf("%s as %s: %d, want %d", route, c.browser.Person, r.StatusCode, c.want)
			}
			if text := looktest.Body(t, r); strings.Contains(text, "grammaire") || strings.Contains(text, "Bellanger") {
				t.Errorf("%s as %s tells of the school", route, c.browser.Person)
			}
		}
	}
	if len(o.stock.Acts) != 0 {
		t.Errorf("acts were done: %v", o.stock.Acts)
	}
}

func TestWhoManagesNothingIsToldWhomToAsk(t *testing.T) {
	t.Parallel()
	o := open()
	o.world.Managers = o.world.Managers[:1]
	says(t, page(t, o.as(webtest.Aubry).Get(t, "/affectation"), 403), "Demandez à Mme Vasseur, responsable d’affectation", "désigné")
	says(t, page(t, o.as(webtest.Ines).Get(t, "/affectation"), 403), "Demande à Mme Vasseur.")
	o.world.Managers = nil
	says(t, page(t, o.as(webtest.Aubry).Get(t, "/affectation"), 403), "demandez à la direction")
}

// A manager whom the portal has named, and the head not yet confirmed, is told so, by any address of the console.
func TestWhoWaitsForTheHeadIsToldWhose(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Aubry)
	says(t, page(t, b.Get(t, "/affectation"), 403), "désigne", "Collège Les Tilleuls", "Nous ne savons pas qui dirige l’établissement")
	o.world.Head = webtest.Both
	for _, path := range []string{"/affectation", school, labo + "/population"} {
		p := page(t, b.Get(t, path), 403)
		says(t, p, "attend l’accord de la direction", "Demandez à M. Sow de confirmer votre nom", "Responsables")
		if text := looktest.Words(p.Find("body")[0]); strings.Contains(text, "Vasseur") || strings.Contains(text, "grammaire") {
			t.Errorf("somebody else is to be asked, or the school is told of: %s", text)
		}
	}
	b.English = true
	says(t, page(t, b.Get(t, "/affectation"), 403), "waits for the head’s word", "Ask M. Sow to confirm your name")
	o.world.Head, b.English = "", false
	o.world.Managers[1].State = directory.ManagerConfirmed
	if r := b.Get(t, "/affectation"); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != school {
		t.Errorf("once confirmed: %s to %q", r.Status, r.Header.Get("Location"))
	}
}

// The head may be the one who was named.
func TestTheHeadWhoWaitsIsTheirOwn(t *testing.T) {
	t.Parallel()
	o := open()
	const castaing directory.PersonID = "p-castaing"
	o.world.Everyone = append(o.world.Everyone, webtest.Someone{
		Person: directory.Person{ID: castaing, Project: "A99", Name: directory.Name{Family: "Castaing", Given: "Hélène", Civility: "Mme"}},
		At:     []federation.Place{{School: webtest.Tilleuls, Profile: directory.Staff}},
	})
	o.world.Head, o.world.Managers[1].Person = castaing, castaing
	p := page(t, o.as(castaing).Get(t, "/affectation"), 403)
	says(t, p, "Vous dirigez l’établissement")
	var ways []string
	for _, a := range p.Find("a") {
		if strings.Contains(looktest.Attr(a, "class"), "btn-primary") {
			ways = append(ways, looktest.Attr(a, "href"))
		}
	}
	if !slices.Equal(ways, []string{"/responsables"}) {
		t.Errorf("the way out leads to %v", ways)
	}
}

func TestSearchSpeaksTheDocumentsWords(t *testing.T) {
	t.Parallel()
	b := open().as(webtest.Vasseur)
	for query, want := range map[string][]string{
		"":                               {"Votre sélection affiche 5 résultat(s)", "Le labo de grammaire 5e"},
		"?mode=commence&q=labo":          {"affiche 1 résultat(s)", "Le labo de grammaire 5e"},
		"?mode=commence&q=abo":           {"affiche 0 résultat(s)", "Aucune ressource ne correspond"},
		"?mode=contient&q=ABO":           {"affiche 1 résultat(s)"},
		"?mode=commence&q=m%C3%A8re":     {"affiche 1 résultat(s)", "Préau Manuels"},
		"?q=edition":                     {"affiche 3 résultat(s)"},
		"?niveau=6e":                     {"affiche 1 résultat(s)", "L’atelier de calcul 6e"},
		"?editeur=pub-Sonatine&etat=bas": {"affiche 0 résultat(s)"},
		"?etat=bas":                      {"affiche 1 résultat(s)", "L’atelier de calcul 6e"},
		"?etat=jamais":                   {"affiche 3 résultat(s)"},
		"?q=%25_%5C":                     {"affiche 0 résultat(s)"},
		"?page=9":                        {"affiche 5 résultat(s)", "1 à 5 sur 5"},
	} {
		p := page(t, b.Get(t, school+"/ressources"+query), http.StatusOK)
		says(t, p, append(want, "Accueil", "Choix de la ressource", "Commence par")...)
	}
}

func TestRowShowsTheSixCountersInTheirOrder(t *testing.T) {
	t.Parallel()
	p := page(t, open().as(webtest.Vasseur).Get(t, school+"/ressources?q=labo"), http.StatusOK)
	var got []string
	for _, td := range p.Find("td") {
		if strings.Contains(looktest.Attr(td, "class"), "num") {
			got = append(got, looktest.Attr(td, "data-l")+" "+looktest.Words(td))
		}
	}
	want := "Sélectionnés 0, Disponibles 25, Restants 25, Suggérés 0, Attribués 5, Total 30"
	if strings.Join(got, ", ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
	says(t, page(t, open().as(webtest.Vasseur).Get(t, school+"/ressources?q=lanterne"), http.StatusOK), "Établissement", "illimité")
}

func TestChoosingByTheRadioWorksWithoutScript(t *testing.T) {
	t.Parallel()
	b := open().as(webtest.Vasseur)
	r := b.Get(t, school+"/ressources?ressource=r-labo&choisir=1")
	if got := r.Header.Get("Location"); r.StatusCode != http.StatusSeeOther || got != labo+"/population" {
		t.Errorf("%s to %q", r.Status, got)
	}
	says(t, page(t, b.Get(t, school+"/ressources?choisir=1"), http.StatusOK), "Choisissez d’abord une ressource dans la liste")
	page(t, b.Get(t, school+"/ressources?ressource=r-none"), http.StatusNotFound)
}
