package console_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/look/looktest"
	"pupitre/licensing"
	"pupitre/web/console"
	"pupitre/web/console/batch"
	"pupitre/web/console/home"
	"pupitre/web/webtest"
)

const delegues = school + "/delegues"

// delegated makes Hélène Aubry a delegate for 5e A and two resources.
func (o *office) delegated(t *testing.T, budget licensing.Count) (webtest.Browser, *licensing.Mandate) {
	t.Helper()
	o.world.Managers = o.world.Managers[:1] // Hélène Aubry waits for nobody's word
	m := o.stock.Delegation(webtest.Aubry, budget, "c-5a")
	m.Resources = append(m.Resources, webtest.Labo, webtest.Lanterne)
	return o.as(webtest.Aubry), m
}

func TestADelegateSeesTheScopeAndWhatIsLeft(t *testing.T) {
	t.Parallel()
	o := open()
	b, _ := o.delegated(t, 20)
	home := page(t, b.Get(t, school), http.StatusOK)
	says(t, home, "Vous êtes délégué jusqu’au 15 août 2027", "Classes et groupes : 5e A.", "Ressources : La Lanterne, encyclopédie des collèges, Le labo de grammaire 5e.", "il en reste 20 à donner sur 20", "Délégué à l’affectation")
	list := page(t, b.Get(t, school+"/ressources"), http.StatusOK)
	says(t, list, "affiche 2 résultat(s)", "Le labo de grammaire 5e")
	who := page(t, b.Get(t, labo+"/population"), http.StatusOK)
	says(t, who, "Toute ma délégation", "28 élèves")
	for _, n := range who.Find("input") {
		if looktest.Attr(n, "name") == "cible" && looktest.Attr(n, "value") == "" {
			t.Error("the whole of the scope has a box that says nothing")
		}
	}
	held := page(t, b.Get(t, labo+"/attributions"), http.StatusOK)
	says(t, held, "5 exemplaires attribués")
	for _, p := range []*looktest.Doc{home, list, who, held} {
		words := looktest.Words(p.Find("body")[0])
		for _, other := range []string{"5e B", "6e A", "Latin", "calcul", "musique", "Marchal", "Tout l’établissement"} {
			if strings.Contains(words, other) {
				t.Errorf("a page tells of %s: %s", other, words)
			}
		}
		for _, a := range p.Find("a") {
			if strings.Contains(looktest.Attr(a, "href"), "/delegues") {
				t.Error("a page leads to the delegates")
			}
		}
	}
	o.stock.Delegation(webtest.Aubry, 20, "c-5b")
	says(t, page(t, b.Get(t, labo+"/attributions"), http.StatusOK), "Personne n’a encore cette ressource") // 5e A has all that are given
	o.stock.Delegation(webtest.Aubry, licensing.Unlimited)
	says(t, page(t, b.Get(t, labo+"/population"), http.StatusOK), "tout l’établissement", "sans limite, 0 donné", "Tout l’établissement", "5e B")
}

// noBatches are files of which none is under way.
type noBatches struct{ batch.Files }

func (noBatches) ListBatches(context.Context, directory.SchoolID, int, *licensing.Mandate) ([]licensing.Batch, error) {
	return nil, nil
}

// What is the managers' is not offered to a delegate.
func TestADelegatesFirstPageLeadsToOpenPagesOnly(t *testing.T) {
	t.Parallel()
	o := openWith(home.Dashboard{}, func(_ *office, room *console.Room) { room.Files = noBatches{} })
	o.world.Managers = o.world.Managers[:1]
	o.stock.Delegation(webtest.Aubry, licensing.Unlimited)
	b := o.as(webtest.Aubry)
	n := 0
	for _, a := range page(t, b.Get(t, school), http.StatusOK).Find("a") {
		href := looktest.Attr(a, "href")
		if !strings.HasPrefix(href, school) {
			continue
		}
		n++
		if r := b.Get(t, href); r.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", href, r.Status)
		}
	}
	if n < 5 {
		t.Errorf("%d links", n)
	}
	if p := page(t, o.as(webtest.Vasseur).Get(t, school), http.StatusOK); len(links(p, "Fichiers")) != 1 {
		t.Error("files are not offered to the manager")
	}
}

func TestADelegateActsInTheScopeOnly(t *testing.T) {
	t.Parallel()
	o := open()
	b, _ := o.delegated(t, 20)
	const other = school + "/ressources/r-calcul"
	for _, c := range []struct {
		path  string
		pairs []string
	}{
		{labo + "/population", []string{"cible", class}}, {labo + "/population", []string{"cible", "school/eleve"}}, {labo + "/population", []string{"voir", "c-5b"}},
		{labo + "/compteurs", []string{"cible", "cohort:g-latin"}}, {labo + "/plan", []string{"cible", class}}, {labo + "/plan", []string{"cible", "school"}},
		{labo + "/attribuer", []string{"cible", class, "empreinte", "x"}}, {other + "/population", nil}, {other + "/plan", []string{"cible", "cohort:c-5a/eleve"}},
		{other + "/attribuer", []string{"cible", "cohort:c-5a/eleve"}}, {other + "/reprise", nil}, {other + "/reprendre", nil},
	} {
		r := b.Post(t, c.path, c.pairs...)
		if r.StatusCode != http.StatusNotFound {
			t.Errorf("%s %q: %s", c.path, c.pairs, r.Status)
		}
		if text := looktest.Body(t, r); strings.Contains(text, "5e B") || strings.Contains(text, "calcul") {
			t.Errorf("%s %q tells of the rest", c.path, c.pairs)
		}
	}
	for _, path := range []string{other + "/population", other + "/attributions", school + "/ressources?ressource=r-calcul"} {
		if r := b.Get(t, path); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, r.Status)
		}
	}
	if len(o.stock.Acts) != 0 {
		t.Fatalf("acts were done: %v", o.stock.Acts)
	}
	// One act selects the whole scope; the budget is what is short, and the choice is the delegate's.
	all := sent(t, b, labo+"/population", "toute", "1")
	if got := chosen(all); !slices.Equal(got, []string{"cohort:c-5a/eleve"}) {
		t.Errorf("chosen %q", got)
	}
	says(t, all, "Votre budget ne suffit pas pour 3 personnes")
	plan := sent(t, b, labo+"/plan")
	says(t, plan, "Votre budget permet de servir 20 personnes sur 23", "3 ne peuvent pas être servis : votre budget est dépensé", "Attribuer 20 exemplaires")
	again := page(t, b.Post(t, labo+"/attribuer", "cible", "cohort:c-5a/eleve", "empreinte", value(plan, "empreinte")), http.StatusConflict)
	says(t, again, "Votre budget ne suffit pas", "Rien n’a été attribué")
	r := b.Post(t, labo+"/attribuer", "cible", "cohort:c-5a/eleve", "empreinte", value(plan, "empreinte"), "manque", "serve")
	done := shown(t, b, r)
	if says(t, done, "20 exemplaires attribués"); len(links(done, "annuler cette affectation")) != 1 {
		t.Error("a delegate is not led to the undo of what they did")
	}
	if len(o.stock.Acts) != 1 || o.stock.Acts[0].For != webtest.Aubry {
		t.Errorf("acts %+v", o.stock.Acts)
	}
}

// « Tous les résultats » of a filter are those of the scope, and the figures around them too.
func TestADelegatesCrowdIsOfTheScope(t *testing.T) {
	t.Parallel()
	o := open()
	b, _ := o.delegated(t, 100)
	p := page(t, b.Get(t, labo+"/population"), http.StatusOK)
	says(t, p, "Élèves 28", "Sans exemplaire 23")
	says(t, sent(t, b, labo+"/population", "toute", "1", "sans", "1", "niveau", "5e"), "23 élèves sélectionnés")
	p = page(t, b.Post(t, labo+"/population", "nom", "marchal"), http.StatusOK)
	if text := looktest.Words(p.Find("body")[0]); strings.Contains(text, "Marchal") {
		t.Error("somebody of another class is found by name")
	}
}

// What was chosen before the scope shrank leaves the selection, and is told once.
func TestASelectionShrinksWithTheScope(t *testing.T) {
	t.Parallel()
	o := open()
	o.world.Managers = o.world.Managers[:1]
	o.stock.Delegation(webtest.Aubry, 100)
	b := o.as(webtest.Aubry)
	says(t, sent(t, b, labo+"/population", "cible", "cohort:c-5a/eleve", "cible", "person:p-ines/eleve", "cible", "school/enseignant"), "24 personnes sélectionnées")
	o.stock.Delegation(webtest.Aubry, 100, "c-5a")
	p := page(t, b.Get(t, labo+"/population"), http.StatusOK)
	says(t, p, "23 élèves sélectionnés", "2 choix ne sont plus", "votre délégation a changé")
	if text := looktest.Words(page(t, b.Get(t, labo+"/population"), http.StatusOK).Find("body")[0]); strings.Contains(text, "choix ne sont plus") {
		t.Error("it is told twice")
	}
}

func TestADelegateGivesAndTakesSeveralInTheScope(t *testing.T) {
	t.Parallel()
	o := open()
	b, _ := o.delegated(t, 20)
	in := []string{"ressource", "r-labo", "comptees", "1"}
	with := func(more ...string) []string { return append(slices.Clone(in), more...) }
	who := page(t, b.Get(t, crowd), http.StatusOK)
	says(t, who, "Toute ma délégation 28", "5e A 28", "Élèves 28")
	for _, c := range []struct {
		path  string
		pairs []string
	}{
		{crowd, []string{"cible", class}}, {crowd + "/ressources", []string{"cible", "school"}}, {crowd + "/plan", with("cible", class)}, {crowd + "/attribuer", with("cible", "school", "empreinte", "x")},
		{crowd + "/plan", []string{"cible", "cohort:c-5a", "ressource", "r-calcul", "comptees", "1"}}, {take + "/exemplaires", []string{"ressource", "r-calcul"}},
		{take + "/plan", with("quoi", "classes", "cible", class)}, {take + "/reprendre", []string{"ressource", "r-calcul", "quoi", "tous", "empreinte", "x"}},
	} {
		if r := b.Post(t, c.path, c.pairs...); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s %q: %s", c.path, c.pairs, r.Status)
		}
	}
	found := page(t, b.Post(t, crowd, "nom", "marchal"), http.StatusOK)
	shelf := page(t, b.Post(t, crowd+"/ressources", "cible", "cohort:c-5a", "lister", "comptees"), http.StatusOK)
	says(t, shelf, "grammaire")
	plan := page(t, b.Post(t, crowd+"/plan", with("cible", "cohort:c-5a")...), http.StatusOK)
	says(t, plan, "Votre budget permet de servir 20 personnes sur 23", "3 ne peuvent pas être attribués : votre budget est dépensé", "Attribuer 20 exemplaires")
	which := page(t, b.Get(t, take+"/exemplaires?ressource=r-labo"), http.StatusOK)
	back := page(t, b.Post(t, take+"/plan", "ressource", "r-labo", "quoi", "tous"), http.StatusOK)
	says(t, back, "5 exemplaires reviennent")
	list := page(t, b.Post(t, take+"/plan", "ressource", "r-labo", "quoi", "liste", "texte", "nom;prénom\nMarchal;Inès"), http.StatusBadRequest)
	says(t, list, "Inès Marchal") // as it was typed, and nobody is called so in the scope
	for _, p := range []*looktest.Doc{found, who, shelf, plan, which, back} {
		words := looktest.Words(p.Find("body")[0])
		for _, other := range []string{"5e B", "6e A", "Latin", "calcul", "musique", "Marchal", "Tout l’établissement", "qui ont quitté"} {
			if strings.Contains(words, other) {
				t.Errorf("a page tells of %s: %s", other, words)
			}
		}
	}
	if len(o.stock.Acts) != 0 {
		t.Errorf("acts were done: %v", o.stock.Acts)
	}
}

// What is not opened to delegates on purpose is closed to them, whatever pages the console comes to have.
func TestADelegateComesToNoManagersPage(t *testing.T) {
	t.Parallel()
	o := open()
	b, _ := o.delegated(t, 20)
	opened := []string{"", "/ressources", "/recuperation", "/populations", "/familles", "/historique", "/doubles", "/suggestions", "/suivre"}
	managed := "/ressources/{resource}/permanente"
	closed := 0
	for _, route := range o.routes {
		method, pattern, _ := strings.Cut(route, " ")
		below, ok := strings.CutPrefix(pattern, "/affectation/{uai}")
		if !ok || below != managed && slices.ContainsFunc(opened, func(page string) bool { return below == page || page != "" && strings.HasPrefix(below, page+"/") }) {
			continue
		}
		closed++
		path := strings.NewReplacer("{uai}", string(webtest.Tilleuls.UAI), "{person}", string(webtest.Both), "{act}", "act-1", "{rule}", "rule-1", "{resource}", "r-labo").Replace(pattern)
		r := b.Get(t, path)
		if method == http.MethodPost {
			r = b.Post(t, path, "classes", "tout", "ressources", "tout")
		}
		text := looktest.Body(t, r)
		if r.StatusCode != http.StatusForbidden || strings.Contains(text, "Sow") {
			t.Errorf("%s: %s", route, r.Status)
		}
		if !strings.Contains(text, "Demandez à Mme\u00a0Vasseur") {
			t.Errorf("%s does not say whom to ask: %s", route, text)
		}
		if rules := strings.HasPrefix(below, "/permanentes") || below == managed; rules != strings.Contains(text, "Les affectations permanentes sont aux responsables") {
			t.Errorf("%s does not say why", route)
		}
	}
	if closed < 10 {
		t.Errorf("only %d pages are closed: does the test still find them?", closed)
	}
	if list, _ := o.stock.ListMandates(t.Context(), webtest.Tilleuls.ID); len(list) != 1 {
		t.Errorf("mandates %v", list)
	}
}

// The history is of what touched the scope, and a delegate undoes what they did there themselves.
func TestADelegateReadsAndUndoesInTheScope(t *testing.T) {
	t.Parallel()
	o := open()
	manager := o.as(webtest.Vasseur)
	plan := sent(t, manager, labo+"/population", "cible", "cohort:c-5a/eleve", "cible", class)
	says(t, plan, "sélectionn")
	plan = sent(t, manager, labo+"/plan")
	page(t, manager.Get(t, school+"/historique"), http.StatusOK)
	manager.Post(t, labo+"/attribuer", "cible", "cohort:c-5a/eleve", "cible", class, "empreinte", value(plan, "empreinte"), "manque", "serve")
	if len(o.stock.Acts) != 1 {
		t.Fatalf("acts %+v", o.stock.Acts)
	}
	b, _ := o.delegated(t, 20)
	past := page(t, b.Get(t, school+"/historique"), http.StatusOK)
	says(t, past, "Ce qui a touché vos classes et vos ressources", "Vasseur Claire")
	one := page(t, b.Get(t, school+"/historique/act-1"), http.StatusOK)
	if len(links(one, "Annuler")) > 0 {
		t.Error("a manager's act is offered to be undone")
	}
	for _, p := range []*looktest.Doc{past, one} {
		if words := looktest.Words(p.Find("body")[0]); strings.Contains(words, "5e B") || strings.Contains(words, "Marchal") || strings.Contains(words, "calcul") {
			t.Errorf("a page tells of the rest: %s", words)
		}
	}
	says(t, page(t, b.Get(t, school+"/historique/act-1/annuler"), http.StatusForbidden), "Un délégué n’annule que ses propres actes", "responsable d’affectation")
	page(t, b.Get(t, school+"/historique?personne="+string(webtest.Ines)), http.StatusNotFound)
	// Their own act: taken back, undone, and the undo of it.
	who := page(t, b.Get(t, labo+"/attributions"), http.StatusOK)
	var person string
	for _, n := range who.Find("input") {
		if v := looktest.Attr(n, "value"); strings.HasPrefix(v, "person:") {
			person = v
		}
	}
	ask := page(t, b.Post(t, labo+"/reprise", "cible", person), http.StatusOK)
	done := shown(t, b, b.Post(t, labo+"/reprendre", "cible", person, "empreinte", value(ask, "empreinte")))
	says(t, done, "Annuler cette reprise")
	undo := page(t, b.Get(t, school+"/historique/act-2/annuler"), http.StatusOK)
	says(t, undo, "retrouve son exemplaire")
	says(t, shown(t, b, b.Post(t, school+"/historique/act-2/annuler", "empreinte", value(undo, "empreinte"))), "Acte annulé")
	// A budget that is spent is said, and with it what to do.
	o.stock.Delegation(webtest.Aubry, 0, "c-5a")
	undo = page(t, b.Get(t, school+"/historique/act-3/annuler"), http.StatusOK)
	says(t, undo, "rend son exemplaire")
}

func TestADelegateUndoesDoublesAnswersSuggestionsAndGivesFamiliesOfTheScope(t *testing.T) {
	t.Parallel()
	o := open()
	var inA directory.PersonID
	members, err := o.world.ListPersons(t.Context(), webtest.Tilleuls.ID, directory.Filter{Cohort: "c-5a", Profile: directory.Pupil}, directory.Page{})
	if err != nil || len(members) == 0 {
		t.Fatal(err)
	}
	inA = members[0].Person
	o.stock.Twice = []directory.PersonID{inA, webtest.Ines}
	mine := o.asked.Add(webtest.Labo, "Pour la grammaire.", licensing.ToCohort("c-5a", directory.Pupil))
	wide := o.asked.Add(webtest.Labo, "Pour les deux.", licensing.ToCohort("c-5a", directory.Pupil), licensing.ToCohort("c-5b", directory.Pupil))
	o.asked.Add(webtest.Calcul, "Pour le calcul.", licensing.ToCohort("c-5a", directory.Pupil))
	b, m := o.delegated(t, 5)
	twice := page(t, b.Get(t, school+"/doubles"), http.StatusOK)
	says(t, twice, "Reprendre 1 exemplaire")
	says(t, shown(t, b, b.Post(t, school+"/doubles", append(ticked(twice), "empreinte", value(twice, "empreinte"))...)), "Aucun exemplaire en double")
	if !slices.Equal(o.stock.Twice, []directory.PersonID{webtest.Ines}) {
		t.Errorf("left: %v", o.stock.Twice)
	}
	list := page(t, b.Get(t, school+"/suggestions"), http.StatusOK)
	says(t, list, "Pour la grammaire", "Une suggestion qui va au-delà attend un responsable", "Suggestions 1")
	plan := page(t, b.Post(t, school+"/suggestions/plan", "part", string(mine)+" cohort:c-5a/eleve"), http.StatusOK)
	says(t, plan, "Votre budget permet de servir 5 personnes sur 23", "votre budget est dépensé")
	for _, path := range []string{"/suggestions/plan", "/suggestions/accepter"} {
		page(t, b.Post(t, school+path, "part", string(wide)+" cohort:c-5a/eleve", "empreinte", "x"), http.StatusNotFound)
	}
	page(t, b.Post(t, school+"/suggestions/motif", "part", string(wide)+" cohort:c-5a/eleve"), http.StatusNotFound)
	page(t, b.Post(t, school+"/suggestions/decliner", "suggestion", string(wide), "motif", "non"), http.StatusNotFound)
	says(t, shown(t, b, b.Post(t, school+"/suggestions/decliner", "suggestion", string(mine), "motif", "Au second trimestre.")), "suggestion déclinée")
	says(t, page(t, b.Get(t, school+"/familles"), http.StatusOK), "Aucune mère de famille") // there is one, out of the scope
	page(t, b.Post(t, school+"/familles/plan", "ressource", string(webtest.Preau)), http.StatusNotFound)
	m.Resources = append(m.Resources, webtest.Preau)
	families := page(t, b.Get(t, school+"/familles"), http.StatusOK)
	says(t, families, "Vous la donnez aux classes et aux groupes de votre délégation", "Préau Manuels")
	give := page(t, b.Post(t, school+"/familles/plan", "ressource", string(webtest.Preau)), http.StatusOK)
	says(t, give, "5e A")
	for _, p := range []*looktest.Doc{twice, list, plan, families, give} {
		if words := looktest.Words(p.Find("body")[0]); strings.Contains(words, "5e B") || strings.Contains(words, "Marchal") || strings.Contains(words, "calcul") || strings.Contains(words, "tout l’établissement") {
			t.Errorf("a page tells of the rest: %s", words)
		}
	}
	says(t, page(t, b.Get(t, school), http.StatusOK), "Les affectations permanentes restent aux responsables d’affectation. Demandez à Mme Vasseur")
}

func TestAMandateThatIsOverOpensNothing(t *testing.T) {
	t.Parallel()
	o := open()
	b, m := o.delegated(t, 20)
	m.State = licensing.MandateEnded
	for _, path := range []string{school, labo + "/population", delegues} {
		says(t, page(t, b.Get(t, path), http.StatusForbidden), "Demandez à Mme Vasseur")
	}
}

func TestAManagerNamesChangesAndWithdrawsDelegates(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	p := page(t, b.Get(t, delegues), http.StatusOK)
	says(t, p, "Délégués à l’affectation", "Personne n’est délégué", "Claire Vasseur")
	says(t, page(t, b.Get(t, delegues+"?nom=aubry"), http.StatusOK), "Aubry Hélène", "Enseignante", "Choisir")
	says(t, page(t, b.Get(t, delegues+"?nom=vass"), http.StatusOK), "Responsable d’affectation")
	says(t, page(t, b.Get(t, delegues+"?nom=marchal"), http.StatusOK), "Aucun adulte de l’établissement")
	const one = delegues + "/" + string(webtest.Aubry)
	form := page(t, b.Get(t, one), http.StatusOK)
	says(t, form, "Délégation de Mme Aubry", "5e A", "Latin 5e", "Le labo de grammaire 5e", "Donner la délégation")
	for _, c := range []struct {
		pairs []string
		says  string
	}{
		{[]string{"classes", "choix", "ressources", "tout"}, "Cochez au moins une classe ou un groupe"},
		{[]string{"classes", "tout", "classe", "c-5a", "ressources", "tout"}, "Vous avez coché des classes"},
		{[]string{"classes", "tout", "ressources", "choix"}, "Cochez au moins une ressource"},
		{[]string{"classes", "tout", "ressources", "tout", "budget", "-5"}, "Le budget est un nombre entier"},
		{[]string{"classes", "tout", "ressources", "tout", "budget", "ILLIMITE"}, "Le budget est un nombre entier"},
		{[]string{"classes", "tout", "ressources", "tout", "budget", "2"}, "3 exemplaires donnés par ce délégué"},
		{[]string{"classes", "tout", "ressources", "tout", "jusquau", "demain"}, "Ce jour n’est pas une date"},
	} {
		wrong := page(t, b.Post(t, one, c.pairs...), http.StatusBadRequest)
		says(t, wrong, c.says)
		for i := 0; i+1 < len(c.pairs); i += 2 { // what was typed is still there
			if c.pairs[i] == "budget" && value(wrong, "budget") != c.pairs[i+1] {
				t.Errorf("the budget is now %q", value(wrong, "budget"))
			}
		}
	}
	r := b.Post(t, one, "classes", "choix", "classe", "c-5a", "classe", "g-latin", "ressources", "choix", "ressource", "r-labo", "budget", "1 200", "jusquau", "2026-12-18")
	says(t, shown(t, b, r), "Hélène Aubry peut attribuer dès maintenant", "1 délégué", "5e A, Latin 5e", "Le labo de grammaire 5e", "il en reste 1 200 à donner sur 1 200", "18/12/2026")
	list, _ := o.stock.ListMandates(t.Context(), webtest.Tilleuls.ID)
	if len(list) != 1 || list[0].Budget != 1200 || !slices.Equal(list[0].Cohorts, []directory.CohortID{"c-5a", "g-latin"}) || list[0].By != webtest.Vasseur {
		t.Errorf("got %+v", list)
	}
	again := page(t, b.Get(t, one), http.StatusOK)
	says(t, again, "Enregistrer la délégation")
	if got := value(again, "budget"); got != "1200" {
		t.Errorf("the form says %q", got)
	}
	says(t, page(t, b.Get(t, delegues+"?"+url.Values{"retirer": {string(webtest.Aubry)}}.Encode()), http.StatusOK), "Retirer sa délégation à Hélène Aubry ?", "Ne rien changer")
	says(t, shown(t, b, b.Post(t, one+"/retirer")), "Hélène Aubry n’est plus délégué", "Personne n’est délégué")
	page(t, b.Post(t, one+"/retirer"), http.StatusNotFound)
	for _, nobody := range []directory.PersonID{"nobody", webtest.Ines, webtest.Stray} {
		page(t, b.Get(t, delegues+"/"+string(nobody)), http.StatusNotFound)
		page(t, b.Post(t, delegues+"/"+string(nobody), "classes", "tout", "ressources", "tout"), http.StatusNotFound)
	}
	b.English = true
	page(t, b.Get(t, delegues), http.StatusOK)
	page(t, b.Get(t, one), http.StatusOK)
}

// The head comes to the delegates, and to nothing else of the console unless they assign too.
func TestTheHeadNamesDelegates(t *testing.T) {
	t.Parallel()
	o := open()
	const castaing directory.PersonID = "p-castaing"
	o.world.Everyone = append(o.world.Everyone, webtest.Someone{
		Person: directory.Person{ID: castaing, Project: "A99", Name: directory.Name{Family: "Castaing", Given: "Hélène", Civility: "Mme"}},
		At:     []federation.Place{{School: webtest.Tilleuls, Profile: directory.Staff}},
	})
	o.world.Head = castaing
	b := o.as(castaing)
	says(t, page(t, b.Get(t, delegues), http.StatusOK), "Délégués à l’affectation", "Les nommer, les retirer")
	r := b.Post(t, delegues+"/"+string(webtest.Aubry), "classes", "tout", "ressources", "tout")
	says(t, shown(t, b, r), "Hélène Aubry peut attribuer dès maintenant")
	page(t, b.Get(t, school+"/ressources"), http.StatusForbidden)
	page(t, b.Get(t, "/affectation/0991235E/delegues"), http.StatusForbidden)
}
