package head_test

import (
	"net/http"
	"strings"
	"testing"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/look/looktest"
	"pupitre/web"
	"pupitre/web/head"
	"pupitre/web/webtest"
)

const castaing directory.PersonID = "castaing"

// open is the head's page of a school where one manager waits.
func open() (*webtest.World, http.Handler) {
	world := webtest.NewWorld()
	world.Head = castaing
	world.Everyone = append(world.Everyone, webtest.Someone{
		Person: directory.Person{ID: castaing, Project: "A99", Name: directory.Name{Family: "Castaing", Given: "Hélène", Civility: "Mme"}},
		At:     []federation.Place{{School: webtest.Tilleuls, Profile: directory.Staff}},
	})
	return world, webtest.Serve(world, func(h *web.House) []webtest.Room { return []webtest.Room{&head.Room{House: h, School: world}} })
}

func page(t *testing.T, r *http.Response, status int, wants ...string) string {
	t.Helper()
	text := looktest.Body(t, r)
	if r.StatusCode != status {
		t.Fatalf("status %d, want %d: %s", r.StatusCode, status, text)
	}
	looktest.Page(t, text)
	words := strings.ReplaceAll(looktest.Words(looktest.Parse(t, text).Find("body")[0]), "\u00a0", " ")
	for _, want := range wants {
		if !strings.Contains(words, want) {
			t.Errorf("the page does not say %q; it says: %s", want, words)
		}
	}
	return words
}

func TestTheHeadConfirmsWhoWaits(t *testing.T) {
	t.Parallel()
	world, pages := open()
	b := webtest.Browser{Pages: pages, Person: castaing}
	page(t, b.Get(t, "/responsables"), http.StatusOK, "Attend votre accord", "Hélène Aubry", "Attribue les ressources", "Claire Vasseur", "attribue aussitôt")
	if r := b.Post(t, "/responsables/"+string(webtest.Aubry)+"/confirmer"); r.StatusCode != http.StatusSeeOther {
		t.Fatal(r.Status)
	}
	if words := page(t, b.Get(t, "/responsables"), http.StatusOK, "Attribuent les ressources"); strings.Contains(words, "Attend votre accord") {
		t.Error("somebody waits still")
	}
	page(t, b.Post(t, "/responsables/nobody/confirmer"), http.StatusNotFound, "Nommez-la d’abord")
	for _, asks := range []string{"1", ""} {
		if r := b.Post(t, "/responsables/demander", "demander", asks); r.StatusCode != http.StatusSeeOther || world.AsksHead != (asks != "") {
			t.Errorf("asks %q: %s, %v", asks, r.Status, world.AsksHead)
		}
	}
	b.English = true
	world.AsksHead = true
	page(t, b.Get(t, "/responsables"), http.StatusOK, "Assign resources", "waits for your word before")
	world.Managers = nil
	page(t, b.Get(t, "/responsables"), http.StatusOK, "Nobody is named")
}

func TestNobodyElseHasAWord(t *testing.T) {
	t.Parallel()
	world, pages := open()
	for _, person := range []directory.PersonID{webtest.Vasseur, webtest.Aubry, webtest.Ines} {
		b := webtest.Browser{Pages: pages, Person: person}
		if words := page(t, b.Get(t, "/responsables"), http.StatusForbidden); strings.Contains(words, "Confirmer") {
			t.Errorf("%s sees it", person)
		}
		page(t, b.Post(t, "/responsables/"+string(webtest.Aubry)+"/confirmer"), http.StatusForbidden)
		page(t, b.Post(t, "/responsables/demander", "demander", "1"), http.StatusForbidden)
	}
	if world.AsksHead || world.Managers[1].State != directory.ManagerNamed {
		t.Error("somebody had a word")
	}
	if r := (webtest.Browser{Pages: pages}).Get(t, "/responsables"); r.StatusCode == http.StatusOK {
		t.Error("a stranger comes in")
	}
}

func TestTheHeadNamesAndWithdraws(t *testing.T) {
	t.Parallel()
	world, pages := open()
	b := webtest.Browser{Pages: pages, Person: castaing}
	page(t, b.Get(t, "/responsables?nom=sow"), http.StatusOK, "Sow Ibrahima", "Nommer", "Voir et nommer les délégués")
	page(t, b.Get(t, "/responsables?nom=vasseur"), http.StatusOK, "Vasseur Claire", "Attribue déjà les ressources")
	page(t, b.Get(t, "/responsables?nom=marchal"), http.StatusOK, "Aucun adulte de l’établissement dont le nom commence par « marchal »") // a pupil
	if r := b.Post(t, "/responsables/"+string(webtest.Both)+"/nommer"); r.StatusCode != http.StatusSeeOther {
		t.Fatal(r.Status)
	}
	page(t, b.Get(t, "/responsables"), http.StatusOK, "Ibrahima Sow")
	page(t, b.Get(t, "/responsables?retirer="+string(webtest.Vasseur)), http.StatusOK, "Claire Vasseur ne doit plus attribuer les ressources ?", "Ne rien changer")
	if r := b.Post(t, "/responsables/"+string(webtest.Vasseur)+"/retirer"); r.StatusCode != http.StatusSeeOther {
		t.Fatal(r.Status)
	}
	if words := page(t, b.Get(t, "/responsables"), http.StatusOK, "Ibrahima Sow"); strings.Contains(words, "Claire Vasseur") {
		t.Errorf("she assigns still: %s", words)
	}
	for _, person := range []directory.PersonID{webtest.Vasseur, webtest.Both, webtest.Ines} {
		other := webtest.Browser{Pages: pages, Person: person}
		page(t, other.Post(t, "/responsables/"+string(webtest.Aubry)+"/nommer"), http.StatusForbidden)
		page(t, other.Post(t, "/responsables/"+string(webtest.Both)+"/retirer"), http.StatusForbidden)
	}
	if len(world.Managers) != 3 {
		t.Errorf("managers %v", world.Managers)
	}
}
