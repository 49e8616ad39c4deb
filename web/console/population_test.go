package console_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/look/looktest"
	"pupitre/web/webtest"
)

// chosen lists the boxes of the page that are ticked and can be unticked.
func chosen(p *looktest.Doc) []string {
	var all []string
	for _, n := range p.Find("input") {
		ticked := slices.ContainsFunc(n.Attr, func(a attr) bool { return a.Key == "checked" })
		off := slices.ContainsFunc(n.Attr, func(a attr) bool { return a.Key == "disabled" })
		if looktest.Attr(n, "name") == "cible" && !off && ticked {
			all = append(all, looktest.Attr(n, "value"))
		}
	}
	slices.Sort(all)
	return all
}

// carried is what the page's form sends of the selection: its version, the boxes, and how they were.
func carried(p *looktest.Doc) []string {
	out := []string{"version", value(p, "version")}
	for _, v := range chosen(p) {
		out = append(out, "cible", v)
	}
	for _, n := range p.Find("input") {
		if looktest.Attr(n, "name") == "etait" {
			out = append(out, "etait", looktest.Attr(n, "value"))
		}
	}
	return out
}

func TestCountersMoveWithTheSelection(t *testing.T) {
	t.Parallel()
	b := open().as(webtest.Vasseur)
	says(t, page(t, b.Get(t, labo+"/population"), http.StatusOK), "Personne n’est choisi", "Sélectionnés 0 Disponibles 25 Restants 25")
	p := sent(t, b, labo+"/population", "cible", class)
	says(t, p, "29 élèves sélectionnés", "Il manque 4 exemplaires ; le plan vous laissera choisir.", "Sélectionnés 29 Disponibles 25 Restants −4")
	p = sent(t, b, labo+"/population", "version", value(p, "version"), "etait", class, "cible", "cohort:c-5a/eleve")
	says(t, p, "Sélectionnés 23", "Il restera 2 exemplaires.", "5 sur 28")
}

func TestScriptGetsTheSameCounters(t *testing.T) {
	t.Parallel()
	b := open().as(webtest.Vasseur)
	type answer struct {
		Counters, Bar, Say string
		Version            int64
		Moved              bool
	}
	tick := func(pairs ...string) (live answer) {
		t.Helper()
		r := b.Post(t, labo+"/compteurs", pairs...)
		if err := json.Unmarshal([]byte(looktest.Body(t, r)), &live); err != nil || r.StatusCode != http.StatusOK {
			t.Fatalf("%s: %v", r.Status, err)
		}
		if got := r.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("Cache-Control %q", got)
		}
		return live
	}
	live := tick("version", "0", "cible", class)
	if !strings.Contains(live.Counters, "−4") || !strings.Contains(live.Bar, "Il manque 4") || !strings.Contains(live.Say, "29 élèves sélectionnés. Il manque 4") || live.Version != 1 || live.Moved {
		t.Errorf("got %+v", live)
	}
	if late := tick("version", "0", "cible", "person:p-aubry/enseignant"); !late.Moved || late.Version != 2 || !strings.Contains(late.Say, "dans une autre fenêtre") {
		t.Errorf("another window: %+v", late)
	}
	// What the script sent is there after a reload, without any form.
	if got := chosen(page(t, b.Get(t, labo+"/population"), http.StatusOK)); !slices.Equal(got, []string{class}) {
		t.Errorf("after a reload: %q", got)
	}
}

// What was chosen elsewhere (another class, another public, another page of the list) stays chosen, without a box for it, and without a
// word of it in the form.
func TestSelectionFollowsFromViewToView(t *testing.T) {
	t.Parallel()
	b := open().as(webtest.Vasseur)
	p := sent(t, b, labo+"/population", "cible", "cohort:c-6a/eleve", "cible", "person:p-c-5b-03/eleve", "cible", "person:p-aubry/enseignant")
	for _, view := range []string{"c-5b", "c-5a", "g-latin", ""} {
		p = sent(t, b, labo+"/population", append(carried(p), "voir", view)...)
		says(t, p, "29 personnes sélectionnées")
	}
	p = sent(t, b, labo+"/population", append(carried(p), "montrer", "enseignant")...)
	says(t, p, "29 personnes sélectionnées")
	if got := chosen(p); !slices.Equal(got, []string{"person:p-aubry/enseignant"}) {
		t.Errorf("the teachers' page has %q ticked", got)
	}
	says(t, sent(t, b, labo+"/population", "etait", "person:p-aubry/enseignant"), "29 élèves sélectionnés")
}

func TestOneActSelectsAllThatIsListed(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	for _, c := range []struct {
		pairs []string
		want  []string
		says  string
	}{
		{[]string{"toute", "1"}, []string{"school/eleve"}, "80 élèves sélectionnés Il manque 55 exemplaires ; le plan vous laissera choisir. 5 autres l’ont déjà."},
		{[]string{"toute", "1", "vue", "c-5b"}, []string{"cohort:c-5b/eleve"}, "29 élèves"},
		{[]string{"toute", "1", "profil", "enseignant"}, []string{"school/enseignant"}, "2 enseignants"},
		{[]string{"tout-niveau", "5e"}, []string{"cohort:c-5a/eleve", "cohort:c-5b/eleve"}, "52 élèves"},
		{[]string{"toute", "1", "niveau", "5e", "sans", "1"}, nil, "52 élèves sélectionnés"},
		{[]string{"toute", "1", "vue", "c-5b", "groupe", "g-latin"}, nil, "8 élèves sélectionnés"},
		{[]string{"toute", "1", "profil", "enseignant", "matiere", "020700"}, nil, "1 enseignant sélectionné"},
		{[]string{"cible", class, "vider", "1"}, nil, "Personne n’est choisi"},
		{[]string{"toute", "1", "sans", "1", "liste", "of another list"}, nil, "Personne n’est choisi"},
	} {
		clear(t, b)
		p := sent(t, b, labo+"/population", c.pairs...)
		says(t, p, c.says)
		if got := chosen(p); c.want != nil && !slices.Equal(got, c.want) {
			t.Errorf("%q: %q ticked, want %q", c.pairs, got, c.want)
		}
	}
	clear(t, b)
	found := page(t, b.Post(t, labo+"/population", "toute", "1", "vue", "c-5b", "nom", "march"), http.StatusOK)
	if says(t, found, "Sélectionner 1 résultat"); !slices.Equal(chosen(found), []string{"person:p-ines/eleve"}) {
		t.Errorf("by name: %q", chosen(found))
	}
}

// A filter that is chosen but not yet shown chooses nobody: it is shown first, and then one press chooses what is shown.
func TestListIsShownBeforeItIsSelected(t *testing.T) {
	t.Parallel()
	b := open().as(webtest.Vasseur)
	p := page(t, b.Get(t, labo+"/population?vue=c-5a"), http.StatusOK)
	p = sent(t, b, labo+"/population", "vue", "c-5a", "liste", value(p, "liste"), "sans", "1", "toute", "1")
	says(t, p, "Personne n’est choisi", "Sélectionner les 23 résultats", "Enlever les filtres", "Sans exemplaire 23")
	p = sent(t, b, labo+"/population", "vue", "c-5a", "liste", value(p, "liste"), "sans", "1", "toute", "1")
	says(t, p, "23 élèves sélectionnés", "Il restera 2 exemplaires.")
	p = sent(t, b, labo+"/population", "vue", "c-5a", "liste", value(p, "liste"), "sans", "1", "effacer", "1")
	says(t, p, "5e A 28 élèves", "Sélectionner les 28 élèves de 5e A", "23 élèves sélectionnés")
}

// Two windows of a manager share the selection. The late one is told; what it ticked is added, what it has not seen is not emptied, and
// its plan waits for a look.
func TestWindowsShareTheSelection(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	first := page(t, b.Get(t, labo+"/population"), http.StatusOK)
	sent(t, b, labo+"/population", "version", value(first, "version"), "cible", "cohort:c-6a/eleve")
	p := sent(t, b, labo+"/population", "version", value(first, "version"), "cible", class)
	says(t, p, "La sélection a aussi changé dans une autre fenêtre", "57 élèves sélectionnés")
	says(t, sent(t, b, labo+"/population", "version", value(first, "version"), "vider", "1"), "dans une autre fenêtre", "57 élèves sélectionnés")
	says(t, sent(t, b, labo+"/plan", "version", value(first, "version")), "dans une autre fenêtre", "57 élèves sélectionnés", "Voir le plan")
	says(t, sent(t, b, labo+"/plan", "version", value(p, "version")), "Il reste 25 exemplaires pour 57 élèves")
	says(t, sent(t, b, labo+"/population", "version", value(p, "version"), "vider", "1"), "Personne n’est choisi")
	// A form sent twice tells nothing twice.
	again := sent(t, b, labo+"/population", "version", "0", "etait", class)
	if text := looktest.Words(again.Find("main")[0]); strings.Count(text, "dans une autre fenêtre") > 1 {
		t.Errorf("a form that changes nothing is told of another window: %s", text)
	}
	// Colleagues, and other resources, have selections of their own.
	o.world.Managers[1].State = directory.ManagerConfirmed
	sent(t, b, labo+"/population", "cible", class)
	says(t, page(t, o.as(webtest.Aubry).Get(t, labo+"/population"), http.StatusOK), "Personne n’est choisi")
	says(t, page(t, b.Get(t, school+"/ressources/r-musique/population"), http.StatusOK), "Personne n’est choisi")
}

func TestRowSaysWhoHasACopyAlready(t *testing.T) {
	t.Parallel()
	b := open().as(webtest.Vasseur)
	p := sent(t, b, labo+"/population", "voir", "c-5a")
	says(t, p, "Déjà attribué", "Sans exemplaire")
	boxes := map[bool]int{}
	for _, n := range p.Find("input") {
		if v := looktest.Attr(n, "value"); strings.HasPrefix(v, "person:p-c-5a") {
			boxes[slices.ContainsFunc(n.Attr, func(a attr) bool { return a.Key == "disabled" })]++
		}
	}
	if boxes[true] != 5 || boxes[false] != 23 {
		t.Errorf("%d closed boxes and %d open ones, want 5 and 23", boxes[true], boxes[false])
	}
	says(t, sent(t, b, labo+"/population", "voir", "c-5b", "cible", class), "Sélectionné avec 5e B")
	says(t, sent(t, b, labo+"/population", "montrer", "enseignant"), "Pas du public de l’abonnement")
}

// 200 persons a page, by key; the address of a page holds no name.
func TestPersonsArePagedByTwoHundred(t *testing.T) {
	t.Parallel()
	o := open()
	for i := range 200 {
		o.world.Everyone = append(o.world.Everyone, webtest.Someone{
			Person: directory.Person{ID: directory.PersonID(fmt.Sprintf("p-new-%03d", i)), Project: "A99", Name: directory.Name{Family: "Zola", Given: fmt.Sprint(i)}},
			At:     []federation.Place{{School: webtest.Tilleuls, Profile: directory.Pupil}}, In: []directory.CohortID{"c-6a"},
		})
	}
	b := o.as(webtest.Vasseur)
	p := page(t, b.Get(t, labo+"/population"), http.StatusOK)
	says(t, p, "1 à 200 sur 285")
	tick := value(p, "cle")
	r := b.Post(t, labo+"/population", "version", "0", "liste", value(p, "liste"), "cible", "person:"+tick+"/eleve", "cle", tick, "suite", "200")
	if address := r.Header.Get("Location"); strings.Contains(strings.ToLower(address), "zola") || !strings.Contains(address, "rang=200") {
		t.Errorf("the next page is at %s", address)
	}
	next := shown(t, b, r)
	says(t, next, "201 à 285 sur 285", "1 élève sélectionné", "Revenir au début")
	says(t, sent(t, b, labo+"/population", "liste", value(next, "liste"), "apres", value(next, "apres"), "rang", "200", "debut", "1"), "1 à 200 sur 285")
}

func TestNameIsFoundWhateverItsAccents(t *testing.T) {
	t.Parallel()
	b := open().as(webtest.Vasseur)
	says(t, page(t, b.Post(t, labo+"/population", "nom", "INES"), http.StatusOK), "Marchal Inès", "Sélectionner 1 résultat")
	says(t, page(t, b.Post(t, labo+"/population", "nom", "<script>"), http.StatusOK), "Personne ici dont le nom commence par « <script> ».")
}

func TestTamperedFormsAreRefusedClearly(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	many := []string{}
	for range 2001 {
		many = append(many, "cible", "person:x"+strings.Repeat("y", len(many)%7)+string(rune('a'+len(many)%26))+strings.Repeat("z", len(many)/26))
	}
	for _, c := range []struct {
		path  string
		pairs []string
		want  int
		says  string
	}{
		{"/population", []string{"cible", "cohort:c-2de1/eleve"}, 404, "n’est pas de cet établissement"},
		{"/population", []string{"cible", "person:p-stray"}, 404, "Une des personnes choisies n’est pas"},
		{"/population", []string{"cible", "person:nobody"}, 404, "Une des personnes choisies n’est pas"},
		{"/population", []string{"cible", "planet:earth"}, 400, ""},
		{"/population", []string{"voir", "c-2de1"}, 404, "n’est pas de cet établissement"},
		{"/population", []string{"montrer", "roi"}, 400, "Ce profil n’existe pas"},
		{"/population", []string{"suite", "-3", "cle", "x"}, 400, "Il n’y a pas de page « -3 »"},
		{"/population", []string{"suite", "1e9", "cle", "x"}, 400, "Il n’y a pas de page"},
		{"/population", many, 400, "au plus 2 000 personnes"},
		{"/population", []string{"version", "-2"}, 400, ""},
		{"/population", []string{"version", "x"}, 400, ""},
		{"/population", []string{"etait", "planet:earth"}, 400, ""},
		{"/population", []string{"groupe", "c-2de1"}, 404, "n’est pas de cet établissement"},
		{"/population", []string{"toute", "1", "sans", "1", "vue", "c-2de1"}, 404, "n’est pas de cet établissement"},
		{"/compteurs", []string{"cible", "cohort:c-2de1/eleve"}, 404, ""},
		{"/plan", []string{"cible", "person:p-stray"}, 404, "Une des personnes choisies"},
		{"/plan", nil, 400, "Choisissez au moins une classe"},
		{"/attribuer", []string{"cible", "person:p-stray", "empreinte", "x"}, 404, "Une des personnes choisies"},
		{"/attribuer", []string{"cible", "cohort:c-2de1/eleve", "empreinte", "x"}, 404, ""},
		{"/reprise", []string{"cible", "cohort:c-5b"}, 404, ""},
		{"/reprise", []string{"cible", "person:p-stray"}, 404, ""},
		{"/reprendre", []string{"cible", "school", "empreinte", "x"}, 404, ""},
	} {
		r := b.Post(t, labo+c.path, c.pairs...)
		text := strings.ReplaceAll(looktest.Body(t, r), "\u00a0", " ")
		if text = strings.ReplaceAll(text, "\u202f", " "); r.StatusCode != c.want || !strings.Contains(text, c.says) {
			t.Errorf("%s %.60q: %d, want %d and %q", c.path, c.pairs, r.StatusCode, c.want, c.says)
		}
	}
	b.Post(t, labo+"/plan", "cible", class)
	for _, path := range []string{"/ressources/r-labo/plan?ordre=age", "/ressources?page=0", "/ressources?page=-1", "/ressources?page=x", "/ressources/r-labo/attributions?rang=-2"} {
		if r := b.Get(t, school+path); r.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %s", path, r.Status)
		}
	}
	for _, path := range []string{"/ressources/r-none/population", "/ressources/..%2f/population"} {
		if r := b.Get(t, school+path); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, r.Status)
		}
	}
	if len(o.stock.Acts) != 0 {
		t.Errorf("acts were done: %v", o.stock.Acts)
	}
}

func TestThePersonsTableTellsTheirGroupsAndWhenTheyLastOpenedIt(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	row := func(path, name string) string {
		for _, tr := range page(t, b.Get(t, path), http.StatusOK).Find("tr") {
			if words := looktest.Words(tr); strings.Contains(words, name) {
				return words
			}
		}
		return ""
	}
	if got := row(labo+"/population?vue=c-5b", "Marchal Inès"); !strings.Contains(got, "Latin 5e") || !strings.HasSuffix(got, "–") {
		t.Errorf("of a group, and never opened: %q", got)
	}
	first := o.world.Everyone[2].Name // of 6e A, who has opened theirs
	if got := row(school+"/ressources/r-calcul/population?vue=c-6a", first.Family+" "+first.Given); !strings.HasSuffix(got, "23/11/2026") {
		t.Errorf("who has opened it: %q", got)
	}
	if heads := looktest.Words(page(t, b.Get(t, school+"/ressources/r-calcul/population?vue=c-6a"), http.StatusOK).Find("thead")[0]); strings.Contains(heads, "Groupes") {
		t.Errorf("nobody is in a group: %q", heads)
	}
}

// A class of which some are chosen one by one says so in words, and its box for the script; chosen itself, it is whole.
func TestAClassOfWhichSomeAreChosenSaysHowMany(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	half := func(p *looktest.Doc) (out []string) {
		for _, n := range p.Find("input") {
			if v := looktest.Attr(n, "data-half"); v != "" {
				out = append(out, looktest.Attr(n, "value")+" "+v)
			}
		}
		return out
	}
	p := sent(t, b, labo+"/population", "cible", "person:p-c-5b-00/eleve", "cible", "person:p-c-5b-01/eleve")
	says(t, p, "2 choisis sur")
	if got := half(p); !slices.Contains(got, class+" 2") {
		t.Errorf("half ticked: %q", got)
	}
	if got := half(sent(t, b, labo+"/population", "cible", class)); slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, class) }) {
		t.Errorf("the class itself is chosen: %q", got)
	}
}
