package console_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"pupitre/internal/look/looktest"
	"pupitre/web/webtest"
)

// carried lists what the page's form would send on as chosen: ticked boxes that are not disabled, and hidden fields.
func carried(p *looktest.Doc) []string {
	var all []string
	for _, n := range p.Find("input") {
		ticked := slices.ContainsFunc(n.Attr, func(a attr) bool { return a.Key == "checked" })
		off := slices.ContainsFunc(n.Attr, func(a attr) bool { return a.Key == "disabled" })
		if looktest.Attr(n, "name") == "cible" && !off && (ticked || looktest.Attr(n, "type") == "hidden") {
			all = append(all, looktest.Attr(n, "value"))
		}
	}
	slices.Sort(all)
	return all
}

func TestCountersMoveWithTheSelection(t *testing.T) {
	t.Parallel()
	b := open().as(webtest.Vasseur)
	p := page(t, b.Post(t, labo+"/population", "cible", class), http.StatusOK)
	says(t, p, "29 élèves sélectionnés", "Il manque 4 exemplaires ; le plan vous laissera choisir.", "Sélectionnés 29 Disponibles 25 Restants −4")
	says(t, page(t, b.Post(t, labo+"/population", "cible", "cohort:c-5a/eleve"), http.StatusOK), "Sélectionnés 23", "Il restera 2 exemplaires.", "5 sur 28")
	says(t, page(t, b.Get(t, labo+"/population"), http.StatusOK), "Personne n’est choisi", "Sélectionnés 0 Disponibles 25 Restants 25")
}

func TestScriptGetsTheSameCounters(t *testing.T) {
	t.Parallel()
	b := open().as(webtest.Vasseur)
	r := b.Post(t, labo+"/compteurs", "cible", class)
	var live struct{ Counters, Bar, Say string }
	if err := json.Unmarshal([]byte(looktest.Body(t, r)), &live); err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("%s: %v", r.Status, err)
	}
	if !strings.Contains(live.Counters, "−4") || !strings.Contains(live.Bar, "Il manque 4") || !strings.Contains(live.Say, "29 élèves sélectionnés. Il manque 4") {
		t.Errorf("got %+v", live)
	}
	if got := r.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
}

// What was chosen elsewhere (another class, another public, another page of the list) stays chosen, without a box for it.
func TestSelectionFollowsFromViewToView(t *testing.T) {
	t.Parallel()
	b := open().as(webtest.Vasseur)
	chosen := []string{"cible", "cohort:c-6a/eleve", "cible", "person:p-c-5b-03/eleve", "cible", "person:p-aubry/enseignant"}
	want := []string{"cohort:c-6a/eleve", "person:p-aubry/enseignant", "person:p-c-5b-03/eleve"}
	for _, view := range []string{"c-5b", "c-5a", "g-latin", ""} {
		p := page(t, b.Post(t, labo+"/population", append(chosen, "voir", view)...), http.StatusOK)
		if got := carried(p); !slices.Equal(got, want) {
			t.Errorf("view %q carries %q, want %q", view, got, want)
		}
	}
	p := page(t, b.Post(t, labo+"/population", append(chosen, "montrer", "enseignant")...), http.StatusOK)
	if got := carried(p); !slices.Equal(got, want) {
		t.Errorf("teachers carry %q, want %q", got, want)
	}
}

func TestOneActSelectsAllThatIsListed(t *testing.T) {
	t.Parallel()
	b := open().as(webtest.Vasseur)
	for _, c := range []struct {
		pairs []string
		want  []string
	}{
		{[]string{"toute", "1"}, []string{"school/eleve"}},
		{[]string{"toute", "1", "vue", "c-5b"}, []string{"cohort:c-5b/eleve"}},
		{[]string{"toute", "1", "vue", "c-5b", "nom", "march"}, []string{"person:p-ines/eleve"}},
		{[]string{"toute", "1", "profil", "enseignant"}, []string{"school/enseignant"}},
		{[]string{"niveau", "5e"}, []string{"cohort:c-5a/eleve", "cohort:c-5b/eleve"}},
		{[]string{"cible", class, "vider", "1"}, nil},
	} {
		if got := carried(page(t, b.Post(t, labo+"/population", c.pairs...), http.StatusOK)); !slices.Equal(got, c.want) {
			t.Errorf("%q carries %q, want %q", c.pairs, got, c.want)
		}
	}
}

func TestRowSaysWhoHasACopyAlready(t *testing.T) {
	t.Parallel()
	b := open().as(webtest.Vasseur)
	p := page(t, b.Post(t, labo+"/population", "voir", "c-5a"), http.StatusOK)
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
	says(t, page(t, b.Post(t, labo+"/population", "voir", "c-5b", "cible", class), http.StatusOK), "Sélectionné avec 5e B")
	says(t, page(t, b.Post(t, labo+"/population", "montrer", "enseignant"), http.StatusOK), "Pas du public de l’abonnement")
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
		{"/compteurs", []string{"cible", "cohort:c-2de1/eleve"}, 404, ""},
		{"/plan", []string{"cible", "person:p-stray"}, 404, "Une des personnes choisies"},
		{"/plan", []string{"cible", class, "ordre", "age"}, 400, ""},
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
	for _, path := range []string{"/ressources?page=0", "/ressources?page=-1", "/ressources?page=x", "/ressources/r-labo/attributions?rang=-2"} {
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
