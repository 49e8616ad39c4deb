package desk_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/look/looktest"
	"pupitre/licensing"
	"pupitre/mediacentre"
	"pupitre/web"
	"pupitre/web/desk"
	"pupitre/web/webtest"
)

// room is the médiacentre over a fresh school.
type room struct {
	world  *webtest.World
	stock  *webtest.Stock
	rights *webtest.Rights
	board  *board
	marks  *notebook
	pages  http.Handler
}

func open() *room {
	d := &room{world: webtest.NewWorld(), board: &board{}, marks: &notebook{}}
	d.stock = webtest.NewStock(d.world)
	d.rights = &webtest.Rights{Stock: d.stock}
	for _, id := range []catalogue.ResourceID{webtest.Labo, webtest.Calcul, webtest.Lanterne, webtest.Musique} {
		d.stock.Notice(id).LaunchURL = "https://exos.example/ouvrir?ark=" + string(d.stock.Notice(id).ARK)
	}
	d.stock.Notice(webtest.Labo).Family, d.stock.Notice(webtest.Labo).Offline = webtest.Preau, true
	d.stock.Notice(webtest.Lanterne).Presentation = "DIC"
	desks := &mediacentre.Service{Rights: d.rights, Notices: d.stock}
	d.pages = webtest.Serve(d.world, func(h *web.House) []webtest.Room {
		return []webtest.Room{&desk.Room{House: h, Desks: desks, Notices: d.stock, Doors: d.rights, Moves: d.rights, Ways: ways{}, Pins: d.board, Marks: d.marks, Classes: coverage{d.stock}}}
	})
	return d
}

// furnished gives Ines a book of her class, an encyclopedia of the whole school, and the family's shelf.
func furnished() *room {
	d := open()
	d.rights.Give(webtest.Ines, webtest.Labo, licensing.ToCohort("c-5b"), licensing.Active)
	d.rights.Give(webtest.Ines, webtest.Lanterne, licensing.ToSchool(), licensing.Active)
	d.rights.Give(webtest.Ines, webtest.Preau, licensing.ToSchool(), licensing.Active)
	return d
}

// ways leads one resource through the broker.
type ways struct{}

func (ways) Way(_ context.Context, r catalogue.Resource) (string, error) {
	if r.ID == webtest.Lanterne {
		return "/lti/launch?client_id=lanterne", nil
	}
	return r.LaunchURL, nil
}

func (d *room) as(person directory.PersonID) webtest.Browser {
	return webtest.Browser{Pages: d.pages, Person: person}
}

func page(t *testing.T, r *http.Response, status int) *looktest.Doc {
	t.Helper()
	text := looktest.Body(t, r)
	if r.StatusCode != status {
		t.Fatalf("%d, want %d: %s", r.StatusCode, status, text)
	}
	looktest.Page(t, text)
	return looktest.Parse(t, text)
}

// words is all that the page says, with plain spaces.
func words(p *looktest.Doc) string {
	return strings.ReplaceAll(looktest.Words(p.Find("body")[0]), "\u00a0", " ")
}

func says(t *testing.T, p *looktest.Doc, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(words(p), want) {
			t.Errorf("the page does not say %q; it says: %s", want, words(p))
		}
	}
}

func cards(p *looktest.Doc) (list []*html.Node) {
	for _, n := range p.Find("a") {
		if looktest.Attr(n, "class") == "card-link" {
			list = append(list, n)
		}
	}
	return list
}

func TestEveryPageKeepsTheRulesInBothLanguages(t *testing.T) {
	t.Parallel()
	d := furnished()
	d.rights.Give(webtest.Aubry, webtest.Musique, licensing.ToPerson(webtest.Aubry), licensing.Future)
	for _, english := range []bool{false, true} {
		for _, person := range []directory.PersonID{webtest.Ines, webtest.Vasseur, webtest.Aubry, webtest.Both, webtest.Stray} {
			b := d.as(person)
			b.English = english
			for _, path := range []string{"/mediacentre", "/mediacentre?q=zz", "/mediacentre?type=DIC", "/mediacentre?niveau=niveau:5e&page=3"} {
				page(t, b.Get(t, path), http.StatusOK)
			}
			page(t, b.Get(t, "/acces/ark:/99999/calcul"), http.StatusForbidden)
			page(t, b.Get(t, "/acces/ark:/99999/preau"), http.StatusForbidden)
			page(t, b.Get(t, "/acces/ark:/99999/none"), http.StatusNotFound)
		}
	}
}

func TestPupilSeesWhatIsHeldAndNothingElse(t *testing.T) {
	t.Parallel()
	d := furnished()
	p := page(t, d.as(webtest.Ines).Get(t, "/mediacentre"), http.StatusOK)
	says(t, p, "Mes ressources", "2 ressources", "Le labo de grammaire 5e", "édité par Éditions du Préau", "Manuel numérique", "Sous licence", "Hors connexion",
		"Donné à la 5e B jusqu’au 31 août 2027", "Ouvert à tout le collège jusqu’au 31 août 2027", "Préau Manuels", "1 livre, un seul compte", "Élève, 5e B")
	if strings.Contains(words(p), "calcul") || strings.Contains(words(p), "musique") || strings.Contains(words(p), "Console") {
		t.Errorf("more is shown: %s", words(p))
	}
	if got := len(cards(p)); got != 2 {
		t.Errorf("%d cards", got)
	}
	if got := looktest.Attr(cards(p)[1], "href"); got != "/acces/ark:/99999/labo" {
		t.Errorf("a card leads to %q", got)
	}
	d.rights.Withdraw(webtest.Ines)
	says(t, page(t, d.as(webtest.Ines).Get(t, "/mediacentre"), http.StatusOK), "Rien pour l’instant", "Demande à Mme Vasseur.")
}

func TestNoBrowserKeepsTheDesk(t *testing.T) {
	t.Parallel()
	r := furnished().as(webtest.Ines).Get(t, "/mediacentre")
	if got := r.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
}

func TestPupilsAreTuAndAdultsVous(t *testing.T) {
	t.Parallel()
	d := open()
	says(t, page(t, d.as(webtest.Aubry).Get(t, "/mediacentre"), http.StatusOK), "Vos ressources apparaîtront ici", "Demandez à Mme Vasseur, responsable d’affectation")
	says(t, page(t, d.as(webtest.Ines).Get(t, "/mediacentre"), http.StatusOK), "Tes ressources apparaîtront ici")
	says(t, page(t, d.as(webtest.Vasseur).Get(t, "/mediacentre"), http.StatusOK), "Attribuer des ressources", "Console d’affectation")
	d.rights.Give(webtest.Ines, webtest.Musique, licensing.ToPerson(webtest.Ines), licensing.Active)
	d.rights.Give(webtest.Aubry, webtest.Musique, licensing.ToPerson(webtest.Aubry), licensing.Active)
	says(t, page(t, d.as(webtest.Ines).Get(t, "/mediacentre"), http.StatusOK), "À toi jusqu’au 31 août 2027")
	says(t, page(t, d.as(webtest.Aubry).Get(t, "/mediacentre"), http.StatusOK), "À vous jusqu’au 31 août 2027")
}

// An address that does not exist was asked by somebody: the page that says so speaks to them, in their frame.
func TestAPageThatIsNotThereIsStillTheReaders(t *testing.T) {
	t.Parallel()
	o := open()
	says(t, page(t, o.as(webtest.Ines).Get(t, "/nulle-part"), http.StatusNotFound), "Inès Marchal", "Mon journal", "Vérifie l’adresse")
	says(t, page(t, o.as(webtest.Aubry).Get(t, "/nulle-part"), http.StatusNotFound), "Vérifiez l’adresse")
	says(t, page(t, o.as("").Get(t, "/nulle-part"), http.StatusNotFound), "Vérifiez l’adresse", "Revenir à l’accueil")
}

func TestSearchAndFacetsNarrowWhatIsHeld(t *testing.T) {
	t.Parallel()
	d := furnished()
	b := d.as(webtest.Ines)
	for query, want := range map[string]int{"": 2, "?q=GRAMMAIRE": 1, "?q=preau": 1, "?q=zz": 0, "?type=DIC": 1, "?type=DIC&q=labo": 0, "?niveau=niveau:5e": 1, "?editeur=pub-Sonatine": 0, "?page=7": 2} {
		if got := len(cards(page(t, b.Get(t, "/mediacentre"+query), http.StatusOK))); got != want {
			t.Errorf("%q shows %d cards, want %d", query, got, want)
		}
	}
	p := page(t, b.Get(t, "/mediacentre?type=DIC"), http.StatusOK)
	says(t, p, "Dictionnaire, encyclopédie (retirer ce filtre) 1", "Manuel numérique 1")
	says(t, page(t, b.Get(t, "/mediacentre"), http.StatusOK), "Éditeur", "La Lanterne 1", "Éditions du Préau 1")
	says(t, page(t, b.Get(t, "/mediacentre?q=zz"), http.StatusOK), "Essaie un mot plus court", "Voir toutes mes ressources")
	for _, bad := range []string{"?page=0", "?page=-1", "?page=1.5", "?page=99999999"} {
		page(t, b.Get(t, "/mediacentre"+bad), http.StatusBadRequest)
	}
}

func TestFortyEightCardsAPage(t *testing.T) {
	t.Parallel()
	d := open()
	many(d, 100)
	b := d.as(webtest.Ines)
	for query, want := range map[string]int{"": 48, "?page=2": 48, "?page=3": 4, "?page=4": 4} {
		if got := len(cards(page(t, b.Get(t, "/mediacentre"+query), http.StatusOK))); got != want {
			t.Errorf("%q shows %d cards, want %d", query, got, want)
		}
	}
}

// many gives Ines n more resources of several publishers.
func many(d *room, n int) {
	for i := range n {
		d.rights.Give(webtest.Ines, d.stock.Publish(fmt.Sprintf("Cahier %03d", i), fmt.Sprintf("Éditeur %d", i%5)), licensing.ToCohort("c-5b"), licensing.Active)
	}
}

// A Médiacentre page of 48 cards is to cost at most 3 ms of server time; here it is all but the database.
func BenchmarkDeskOf48Cards(b *testing.B) {
	d := open()
	many(d, 48)
	browser := d.as(webtest.Ines)
	b.ReportAllocs()
	for b.Loop() {
		if r := browser.Get(b, "/mediacentre"); r.StatusCode != http.StatusOK {
			b.Fatal(r.Status)
		}
	}
}

// What a notice says is text, whatever it looks like.
func TestANoticesWordsAreText(t *testing.T) {
	t.Parallel()
	d := open()
	const title = `Cahier <img src=x onerror="alert(1)"><script>alert(2)</script>`
	d.rights.Give(webtest.Ines, d.stock.Publish(title, `Éditeur <b>gras</b>`), licensing.ToCohort("c-5b"), licensing.Active)
	p := page(t, d.as(webtest.Ines).Get(t, "/mediacentre"), http.StatusOK)
	says(t, p, title, `Éditeur <b>gras</b>`)
	for _, name := range []string{"img", "script", "b"} {
		for _, n := range p.Find(name) {
			if looktest.Attr(n, "onerror") != "" || strings.Contains(looktest.Words(n), "alert") || looktest.Words(n) == "gras" {
				t.Errorf("a notice brought a %s along", name)
			}
		}
	}
}

// What is open to all is found by who has nothing too, with why; it opens as a link, without a door that journals or counts.
func TestWhatIsOpenToAllIsFoundAndOpens(t *testing.T) {
	t.Parallel()
	d := furnished()
	atlas := d.stock.Notice(webtest.Calcul)
	atlas.Free, atlas.LaunchURL = true, "https://atlas.example/"
	for _, person := range []directory.PersonID{webtest.Ines, webtest.Stray} {
		b := d.as(person)
		p := page(t, b.Get(t, "/mediacentre?vue=ouvertes"), http.StatusOK)
		says(t, p, "1 ressource", atlas.Title, "Ouverte à tous, sans licence")
		if got := looktest.Attr(cards(p)[0], "href"); got != "/acces/ark:/99999/calcul" {
			t.Errorf("it leads to %q", got)
		}
		if strings.Contains(words(p), "labo") || strings.Contains(words(p), "Favori :") {
			t.Errorf("more is shown: %s", words(p))
		}
		says(t, page(t, b.Get(t, "/mediacentre?vue=ouvertes&q=calcul"), http.StatusOK), atlas.Title)
		says(t, page(t, b.Get(t, "/mediacentre?vue=ouvertes&q=zz"), http.StatusOK), "Rien ne correspond")
		r := b.Get(t, "/acces/ark:/99999/calcul")
		if got := r.Header.Get("Location"); r.StatusCode != http.StatusFound || got != "https://atlas.example/" || r.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s to %q", r.Status, got)
		}
	}
	if len(d.rights.Opened) != 0 {
		t.Errorf("a door was opened: %+v", d.rights.Opened)
	}
	says(t, page(t, d.as(webtest.Ines).Get(t, "/mediacentre?q=calcul"), http.StatusOK), "Chercher aussi parmi les ressources ouvertes à tous")
	if p := page(t, d.as(webtest.Ines).Get(t, "/mediacentre"), http.StatusOK); strings.Contains(words(p), "calcul") {
		t.Error("it stands among what was given")
	}
	atlas.Declared = []catalogue.Declared{{Attribute: "UAI"}}
	page(t, d.as(webtest.Ines).Get(t, "/acces/ark:/99999/calcul"), http.StatusForbidden)
	says(t, page(t, d.as(webtest.Ines).Get(t, "/mediacentre?vue=ouvertes"), http.StatusOK), "Aucune ressource ouverte à tous")
}

// What a browser keeps for when there is no network names no person and no resource: it leads to the programs that know what is on the device.
func TestThePageForWithoutNetworkNamesNobody(t *testing.T) {
	t.Parallel()
	d := furnished()
	away := func(person directory.PersonID) string {
		for _, n := range page(t, d.as(person).Get(t, "/mediacentre"), http.StatusOK).Find("div") {
			if at := looktest.Attr(n, "data-away"); at != "" {
				return at
			}
		}
		t.Fatal("the desk keeps no page")
		return ""
	}
	without := away(webtest.Ines)
	says(t, page(t, d.as(webtest.Ines).Get(t, without), http.StatusOK), "Pas de réseau", "ne s’ouvre hors connexion")
	d.stock.Notice(webtest.Labo).OfflineURL, d.stock.Notice(webtest.Calcul).OfflineURL = "https://exos.example/appli/", "https://other.example/"
	with := away(webtest.Ines)
	if with == without || with != away(webtest.Ines) {
		t.Errorf("%s, then %s", without, with)
	}
	p := page(t, d.as(webtest.Ines).Get(t, with), http.StatusOK)
	says(t, p, "Ouvrir l’application : Éditions du Préau")
	text := words(p)
	for _, secret := range []string{"Inès", "Marchal", "labo", "5e B", "Tilleuls", "other.example"} {
		if strings.Contains(text, secret) {
			t.Errorf("it says %q: %s", secret, text)
		}
	}
	found := false
	for _, a := range p.Find("a") {
		found = found || looktest.Attr(a, "href") == "https://exos.example/appli/"
	}
	if !found {
		t.Error("nothing leads into the program")
	}
	r := d.as(webtest.Ines).Get(t, "/mediacentre/ouvrier.js")
	if r.Header.Get("Service-Worker-Allowed") != "/mediacentre" || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/javascript") {
		t.Errorf("the worker: %v", r.Header)
	}
}
