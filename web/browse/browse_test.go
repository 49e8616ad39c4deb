package browse_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pupitre/catalogue"
	"pupitre/internal/clock"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/demo/notices"
	"pupitre/internal/id"
	"pupitre/internal/look/looktest"
	"pupitre/journal"
	"pupitre/store"
	"pupitre/web"
	"pupitre/web/browse"
	"pupitre/web/webtest"
)

// open is the demonstration's catalogue, looked through by a teacher.
func open(t *testing.T) (*catalogue.Service, webtest.Browser) {
	t.Helper()
	now := clock.Fixed(webtest.Now)
	ids := id.Seeded(now, 1)
	stored := &store.Store{DB: dbtest.Engines()[0].Open(t, store.Migrations(), now), IDs: ids}
	c := &catalogue.Service{Store: stored.Catalogue(), IDs: ids}
	files, err := notices.Files(notices.Bases{Exos: "http://exos.localhost:8080", Publisher: "http://editeur.localhost:8080"})
	if err != nil {
		t.Fatal(err)
	}
	var all []catalogue.NoticeFile
	for _, f := range files {
		all = append(all, catalogue.NoticeFile{Name: f.Name, Body: f.Body})
	}
	if _, err := c.ImportNotices(t.Context(), journal.System("test"), all); err != nil {
		t.Fatal(err)
	}
	pages := webtest.Serve(webtest.NewWorld(), func(h *web.House) []webtest.Room { return []webtest.Room{&browse.Room{House: h, Notices: c}} })
	return c, webtest.Browser{Pages: pages, Person: webtest.Aubry}
}

func page(t *testing.T, r *http.Response, status int, wants ...string) (words string, parsed *looktest.Doc) {
	t.Helper()
	text := looktest.Body(t, r)
	if r.StatusCode != status {
		t.Fatalf("status %d, want %d: %s", r.StatusCode, status, text)
	}
	looktest.Page(t, text)
	parsed = looktest.Parse(t, text)
	words = strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(looktest.Words(parsed.Find("body")[0]))
	for _, want := range wants {
		if !strings.Contains(words, want) {
			t.Errorf("the page does not say %q; it says: %s", want, words)
		}
	}
	return words, parsed
}

func TestEveryPageKeepsTheRulesInBothLanguages(t *testing.T) {
	t.Parallel()
	c, b := open(t)
	labo, err := c.FindByARK(t.Context(), "ark:/99999/preau-labo-grammaire-5e")
	if err != nil {
		t.Fatal(err)
	}
	for _, b.English = range []bool{false, true} {
		page(t, b.Get(t, "/catalogue"), http.StatusOK)
		page(t, b.Get(t, "/catalogue?q=garmmaire+"), http.StatusOK)
		page(t, b.Get(t, "/catalogue?q=%3Cb%3E&page=3"), http.StatusOK)
		page(t, b.Get(t, "/catalogue/"+string(labo.ID)), http.StatusOK)
		page(t, b.Get(t, "/catalogue/"+string(labo.Family)), http.StatusOK)
	}
}

func TestASearchIsNarrowedAndItsAddressCanBeSentOn(t *testing.T) {
	t.Parallel()
	_, b := open(t)
	_, parsed := page(t, b.Get(t, "/catalogue?q=pr%C3%A9au"), http.StatusOK, "8 ressources")
	var narrowed string
	for _, a := range parsed.Find("a") {
		if to, err := url.Parse(looktest.Attr(a, "href")); err == nil && to.Query().Get("niveau") != "" && strings.HasPrefix(looktest.Words(a), "5e") {
			narrowed = to.String()
		}
	}
	words, _ := page(t, b.Get(t, narrowed), http.StatusOK, "Le labo de grammaire 5e")
	if strings.Contains(words, "L’atelier de calcul 6e") {
		t.Errorf("%s is not narrowed: %s", narrowed, words)
	}
	page(t, b.Get(t, "/catalogue?q=garmmaire+"), http.StatusOK, "Le mot « garmmaire » ne se trouve nulle part : voici pour « grammaire ».", "Le labo de grammaire 5e")
	page(t, b.Get(t, "/catalogue?q=grammaire+martienne+"), http.StatusOK, "Aucune ressource n’a tous ces mots", "Le labo de grammaire 5e")
	page(t, b.Get(t, "/catalogue?q=zzzzzz"), http.StatusOK, "Rien ne correspond")
	page(t, b.Get(t, "/catalogue?page=x"), http.StatusBadRequest)
}

func TestAResourcesPageSaysWhatItWillKnow(t *testing.T) {
	t.Parallel()
	c, b := open(t)
	labo, err := c.FindByARK(t.Context(), "ark:/99999/preau-labo-grammaire-5e")
	if err != nil {
		t.Fatal(err)
	}
	page(t, b.Get(t, "/catalogue/"+string(labo.ID)), http.StatusOK, "Un pseudonyme", "La classe (division) Donner un devoir à une classe.",
		"Sont les mêmes chez tous les éditeurs : la classe (division), les groupes", "Fait partie de la famille", "ark:/99999/preau-labo-grammaire-5e")
	page(t, b.Get(t, "/catalogue/"+string(labo.Family)), http.StatusOK, "Mère de famille", "Les ressources de cette famille", "Le labo de grammaire 5e")
	page(t, b.Get(t, "/catalogue/none"), http.StatusNotFound)
}

func TestPupilsDoNotChoose(t *testing.T) {
	t.Parallel()
	_, b := open(t)
	b.Person = webtest.Ines
	page(t, b.Get(t, "/catalogue"), http.StatusForbidden, "Mes ressources")
	page(t, b.Get(t, "/catalogue/x"), http.StatusForbidden)
}
