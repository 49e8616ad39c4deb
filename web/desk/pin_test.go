package desk_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/look/looktest"
	"pupitre/licensing"
	"pupitre/mediacentre"
	"pupitre/web/desk"
	"pupitre/web/webtest"
)

// board stands in for what teachers pinned. It tells whoever asks of everything: what is not theirs, the page itself keeps back.
type board struct {
	pins  []desk.Pin
	asked int
}

func (b *board) Pinned(_ context.Context, _ federation.Session, _ mediacentre.Desk, most int) ([]desk.Pin, error) {
	b.asked++
	return b.pins[:min(most, len(b.pins))], nil
}

var aubry = directory.Name{Family: "Aubry", Given: "Hélène", Civility: "Mme"}

// pinned gives the school a board: the newest first.
func pinned(d *room) *board {
	d.board.pins = []desk.Pin{
		{Title: "Les accords", ARK: d.stock.Notice(webtest.Labo).ARK, Class: "c-5b", By: aubry, Href: "/lti/launch?lien=l1"},
		{Title: "Rosa, rosam", ARK: d.stock.Notice(webtest.Lanterne).ARK, Class: "g-latin", Href: "/lti/launch?lien=l2"},
		{Title: "Non tenu", ARK: d.stock.Notice(webtest.Calcul).ARK, Class: "c-5b", By: aubry, Href: "/lti/launch?lien=l3"},
		{Title: "Une autre classe", ARK: d.stock.Notice(webtest.Labo).ARK, Class: "c-5a", By: aubry, Href: "/lti/launch?lien=l4"},
	}
	return d.board
}

func pins(p *looktest.Doc) (list []*html.Node) {
	for _, n := range p.Find("a") {
		if strings.Contains(looktest.Attr(n, "class"), "pin-link") {
			list = append(list, n)
		}
	}
	return list
}

func TestPupilsFindWhatIsPinnedForTheirClasses(t *testing.T) {
	t.Parallel()
	d := furnished()
	asked := pinned(d)
	b := d.as(webtest.Ines)
	p := page(t, b.Get(t, "/mediacentre"), http.StatusOK)
	says(t, p, "Épinglé par tes professeurs Les accords Le labo de grammaire 5e Mme Aubry, pour la 5e B Rosa, rosam", "Pour le groupe Latin 5e")
	for _, not := range []string{"Non tenu", "Une autre classe", "Retirer", "Voir tous les liens"} {
		if strings.Contains(words(p), not) {
			t.Errorf("a pupil is shown %q", not)
		}
	}
	links := pins(p)
	if len(links) != 2 || looktest.Attr(links[0], "href") != "/lti/launch?lien=l1" || asked.asked != 1 {
		t.Errorf("%d links, asked %d times", len(links), asked.asked)
	}
	b.English = true
	says(t, page(t, b.Get(t, "/mediacentre"), http.StatusOK), "Pinned by your teachers", "Mme Aubry, for 5e B", "For the group Latin 5e")
	// Whoever searches, or turns the page, is looking for something else.
	for _, path := range []string{"/mediacentre?q=labo", "/mediacentre?page=2", "/mediacentre?type=DIC"} {
		if n := len(pins(page(t, b.Get(t, path), http.StatusOK))); n != 0 {
			t.Errorf("%s: %d", path, n)
		}
	}
}

func TestWhatIsNotHeldNowIsNotPinned(t *testing.T) {
	t.Parallel()
	d := furnished()
	pinned(d)
	d.rights.Withdraw(webtest.Ines)
	for name, status := range map[string]licensing.Status{"to come": licensing.Future, "over": licensing.Ended} {
		d.rights.Withdraw(webtest.Ines)
		d.rights.Give(webtest.Ines, webtest.Labo, licensing.ToCohort("c-5b"), status)
		if p := page(t, d.as(webtest.Ines).Get(t, "/mediacentre"), http.StatusOK); strings.Contains(words(p), "Épinglé") {
			t.Errorf("a right that is %s: %s", name, words(p))
		}
	}
	d.rights.Withdraw(webtest.Ines)
	if p := page(t, d.as(webtest.Ines).Get(t, "/mediacentre"), http.StatusOK); strings.Contains(words(p), "Épinglé") {
		t.Error("after the right was withdrawn")
	}
}

func TestNobodyElseFindsIt(t *testing.T) {
	t.Parallel()
	d := furnished()
	pinned(d)
	neighbour := directory.PersonID("p-c-6a-00") // holds the work, and is in another class
	for _, person := range []directory.PersonID{neighbour, webtest.Vasseur, webtest.Both, webtest.Stray} {
		d.rights.Give(person, webtest.Labo, licensing.ToPerson(person), licensing.Active)
		if p := page(t, d.as(person).Get(t, "/mediacentre"), http.StatusOK); len(pins(p)) != 0 || strings.Contains(words(p), "Épinglé") {
			t.Errorf("%s: %s", person, words(p))
		}
	}
}

func TestATeacherFindsWhatIsPinnedForTheirClasses(t *testing.T) {
	t.Parallel()
	d := furnished()
	pinned(d)
	d.rights.Give(webtest.Aubry, webtest.Labo, licensing.ToPerson(webtest.Aubry), licensing.Active)
	p := page(t, d.as(webtest.Aubry).Get(t, "/mediacentre"), http.StatusOK)
	says(t, p, "Épinglé pour vos classes", "Les accords", "Retirer un lien, dans les carnets")
	if len(pins(p)) != 1 { // no group of Latin
		t.Errorf("%s", words(p))
	}
}

func TestManyPinsAreFewUntilAllAreAskedFor(t *testing.T) {
	t.Parallel()
	d := furnished()
	b := pinned(d)
	one := b.pins[0]
	many := func(n int) {
		b.pins = nil
		for i := range n {
			one.Title = fmt.Sprintf("Leçon %d", n-i)
			b.pins = append(b.pins, one)
		}
	}
	for _, try := range []struct {
		n, shown, all int
		says          string
	}{{6, 6, 6, ""}, {7, 6, 7, "Voir tous les liens épinglés"}, {201, 6, 200, "Voir tous les liens épinglés"}} {
		many(try.n)
		p := page(t, d.as(webtest.Ines).Get(t, "/mediacentre"), http.StatusOK)
		if n := len(pins(p)); n != try.shown || looktest.Words(pins(p)[0]) != fmt.Sprintf("Leçon %d", try.n) {
			t.Errorf("of %d: %d", try.n, n)
		}
		if says(t, p, try.says); try.says == "" && strings.Contains(words(p), "Voir tous les liens") {
			t.Error("all are there, and more are promised")
		}
		p = page(t, d.as(webtest.Ines).Get(t, "/mediacentre?epingles=tous"), http.StatusOK)
		if n := len(pins(p)); n != try.all {
			t.Errorf("all of %d: %d", try.n, n)
		}
		if older := strings.Contains(words(p), "Voir les plus anciens dans les carnets"); older != (try.n > try.all) {
			t.Errorf("older ones of %d: %v", try.n, older)
		}
	}
}

// What a tool says is text, whatever it looks like.
func TestAPinsTitleIsText(t *testing.T) {
	t.Parallel()
	d := furnished()
	b := pinned(d)
	b.pins[0].Title = `<img src=x onerror="alert(1)">`
	p := page(t, d.as(webtest.Ines).Get(t, "/mediacentre"), http.StatusOK)
	says(t, p, b.pins[0].Title)
	if len(p.Find("img")) != 0 && looktest.Attr(p.Find("img")[0], "onerror") != "" {
		t.Error("a title brought an image along")
	}
}
