package operator_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"pupitre/catalogue"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/httpx"
	"pupitre/internal/id"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/internal/look/looktest"
	"pupitre/journal"
	"pupitre/store"
	"pupitre/web/operator"
)

// declarations is the room over a catalogue, and what brings notices into it.
func declarations(t *testing.T) (*catalogue.Service, http.Handler, func(data string)) {
	t.Helper()
	ids := id.Seeded(now, 1)
	stored := &store.Store{DB: dbtest.Engines()[0].Open(t, store.Migrations(), now), IDs: ids}
	c := &catalogue.Service{Store: stored.Catalogue(), IDs: ids}
	words := lang.MustLoad()
	site := look.New(look.Pupitre, words)
	edge := &httpx.Edge{Log: slog.New(slog.DiscardHandler), Now: now, Words: words, Pages: site}
	mux := edge.Mux()
	site.Mount(mux)
	(&operator.Room{Site: site, Words: words, Deliveries: &deliveries{}, Declarations: c, Now: now}).Mount(mux)
	bring := func(data string) {
		t.Helper()
		notice := fmt.Sprintf(`<lom xmlns="http://ltsc.ieee.org/xsd/LOM"><general><identifier><entry>ark:/99999/a</entry></identifier><title><string>Le &lt;labo&gt;</string></title></general>
			<lifeCycle><contribute><role><value>publisher</value></role><entity>FN:Maison NOTE:SIREN=999000999 END:VCARD</entity></contribute></lifeCycle>
			<technical><location>https://exemple.test/a</location></technical><acces xmlns="urn:pupitre:notice:1">%s</acces></lom>`, data)
		if r, err := c.ImportNotices(t.Context(), journal.System("test"), []catalogue.NoticeFile{{Name: "a.xml", Body: []byte(notice)}}); err != nil || r.Refused() > 0 {
			t.Fatalf("%+v, %v", r, err)
		}
	}
	return c, edge.Wrap(operator.Here(edge, mux)), bring
}

const (
	class = `<donnee nom="DIV">Donner un devoir</donnee>`
	name  = `<donnee nom="NOM">Appeler par le nom</donnee>`
	civil = `<donnee nom="CIV">Saluer</donnee>`
)

func TestWhatIsAskedForIsShownAndAnswered(t *testing.T) {
	t.Parallel()
	c, pages, bring := declarations(t)
	says(t, page(t, get(pages, "/declarations"), http.StatusOK), "Aucune demande n’attend")
	bring(class)
	bring(class + name)
	for _, language := range []string{"fr", "en"} {
		page(t, get(pages, "/declarations", "Accept-Language", language), http.StatusOK)
	}
	shown := page(t, get(pages, "/declarations"), http.StatusOK)
	says(t, shown, "Le <labo>", "Maison, demandé le 2026-09-02", "La classe (division) Donner un devoir Donner un devoir", "Le nom de famille non transmis Appeler par le nom",
		"est le même chez tous les éditeurs : le nom de famille.")
	form := map[string]string{}
	for _, input := range shown.Find("input") {
		form[looktest.Attr(input, "name")] = looktest.Attr(input, "value")
	}
	answer := func(word string) string {
		t.Helper()
		r := post(pages, "/declarations", "ressource", form["ressource"], "titre", form["titre"], "vu", form["vu"], "mot", word)
		if r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/declarations" {
			t.Fatalf("%s to %q", r.Status, r.Header.Get("Location"))
		}
		cookie, _, _ := strings.Cut(r.Header.Get("Set-Cookie"), ";")
		return looktest.Words(page(t, get(pages, "/declarations", "Cookie", cookie), http.StatusOK).Find("body")[0])
	}
	bring(class + civil)
	if text := answer("autoriser"); !strings.Contains(text, "a encore changé") {
		t.Errorf("what was seen is not what is asked: %s", text)
	}
	says(t, page(t, get(pages, "/declarations"), http.StatusOK), "Rien de ce qui serait transmis de plus")
	bring(class + name)
	if text := answer("autoriser"); !strings.Contains(text, "Autorisé") {
		t.Error(text)
	}
	if text := answer("refuser"); !strings.Contains(text, "n’attend plus") {
		t.Error(text)
	}
	r, err := c.FindByARK(t.Context(), "ark:/99999/a")
	if err != nil || len(r.Declared) != 2 {
		t.Errorf("%+v, %v", r.Declared, err)
	}
	if r := post(pages, "/declarations", "ressource", "x", "vu", "{"); r.StatusCode != http.StatusBadRequest {
		t.Errorf("a form that is none: %s", r.Status)
	}
}
