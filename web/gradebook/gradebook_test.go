package gradebook_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/look/looktest"
	"pupitre/web"
	"pupitre/web/gradebook"
	"pupitre/web/webtest"
)

// shelf stands in for what tools keep: one class, with a link and two columns.
type shelf struct {
	book     gradebook.Book
	unpinned []string
}

func (s *shelf) Read(_ context.Context, session federation.Session, class directory.CohortID) (gradebook.Book, error) {
	book := s.book
	if class != "c-5b" {
		return gradebook.Book{}, nil
	}
	if session.Profile == directory.Pupil {
		book.Choices, book.Rows = nil, book.Rows[:1]
	}
	return book, nil
}

func (s *shelf) Unpin(_ context.Context, session federation.Session, link string) error {
	if session.Profile == directory.Pupil {
		return fault.New(fault.Denied, "federation.lti.teacher")
	}
	s.unpinned = append(s.unpinned, link)
	return nil
}

func (*shelf) HaveBooks(context.Context) (bool, error) { return true, nil }

func open() (*shelf, http.Handler) {
	at := time.Date(2026, 11, 23, 8, 42, 0, 0, time.UTC)
	s := &shelf{book: gradebook.Book{
		Links:   []gradebook.Link{{ID: "l1", Title: "Les accords", Text: "Dix questions", Tool: "Le labo", Href: "/lti/launch?lien=l1"}},
		Choices: []gradebook.Choice{{Tool: "Le labo", Title: "Le labo de grammaire 5e", Href: "/lti/choose?client_id=labo&classe=c-5b"}},
		Columns: []gradebook.Column{{ID: "a", Label: "Les accords", Tool: "Le labo", Maximum: 20}, {ID: "b", Label: "Dictée <3>", Tool: "Le labo", Maximum: 10}},
		Rows: []gradebook.Row{
			{Name: directory.Name{Family: "Marchal", Given: "Inès"}, Marks: map[string]gradebook.Mark{
				"a": {Marked: true, Final: true, Points: 14.5, Progress: gradebook.Done, Remark: "Bien vu", Said: at, Received: at.Add(time.Second)},
				"b": {Progress: gradebook.Handed, Said: at, Received: at.Add(3 * time.Hour)},
			}},
			{Name: directory.Name{Family: "Abadie", Given: "Noé"}, Marks: map[string]gradebook.Mark{
				"a": {Marked: true, Points: 9, Progress: gradebook.Done, Said: at, Received: at},
			}},
		},
	}}
	return s, webtest.Serve(webtest.NewWorld(), func(h *web.House) []webtest.Room {
		h.Classes = s
		return []webtest.Room{&gradebook.Room{House: h, Books: s}}
	})
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

func TestATeacherReadsTheClassesMarks(t *testing.T) {
	t.Parallel()
	_, pages := open()
	b := webtest.Browser{Pages: pages, Person: webtest.Aubry}
	if r := b.Get(t, "/carnets"); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/carnets/c-5b" {
		t.Errorf("the only class: %s %s", r.Status, r.Header.Get("Location"))
	}
	words := page(t, b.Get(t, "/carnets/c-5b"), http.StatusOK, "5e B", "Carnets", "Les accords", "Dix questions", "Choisir dans « Le labo de grammaire 5e »", "Retirer",
		"Les accords / 20", "Dictée <3> / 10", "Inès Marchal", "14,5", "Bien vu", "le 23/11/2026, 9 h 42", "rendu", "reçu le 23/11/2026, 12 h 42", "Noé Abadie", "9 provisoire", "douze mois")
	if strings.Count(words, "reçu le") != 1 {
		t.Errorf("the time of reception is said where it is the same: %s", words)
	}
	b.English = true
	page(t, b.Get(t, "/carnets/c-5b"), http.StatusOK, "Pinned links", "Gradebook", "14.5", "handed in", "received on", "twelve months")
	if r := b.Get(t, "/carnets/c-5a"); r.StatusCode != http.StatusNotFound {
		t.Errorf("another class: %s", r.Status)
	}
}

func TestAPupilReadsTheirOwnLine(t *testing.T) {
	t.Parallel()
	s, pages := open()
	b := webtest.Browser{Pages: pages, Person: webtest.Ines}
	page(t, b.Get(t, "/carnets"), http.StatusOK, "Choisis une de tes classes", "5e B", "Latin 5e")
	words := page(t, b.Get(t, "/carnets/c-5b"), http.StatusOK, "tes enseignants", "Les accords", "Inès Marchal", "14,5")
	for _, not := range []string{"Noé Abadie", "Retirer", "Choisir dans"} {
		if strings.Contains(words, not) {
			t.Errorf("a pupil is shown %q", not)
		}
	}
	page(t, b.Get(t, "/carnets/g-latin"), http.StatusOK, "n’a encore rien dit de ton travail")
	page(t, b.Post(t, "/carnets/c-5b/retirer", "lien", "l1"), http.StatusForbidden)
	if len(s.unpinned) != 0 {
		t.Error("a pupil removed a link")
	}
	page(t, webtest.Browser{Pages: pages, Person: webtest.Stray}.Get(t, "/carnets/c-5b"), http.StatusNotFound, "n’est pas une des vôtres")
}

func TestATeacherTakesALinkAway(t *testing.T) {
	t.Parallel()
	s, pages := open()
	b := webtest.Browser{Pages: pages, Person: webtest.Aubry}
	if r := b.Post(t, "/carnets/c-5b/retirer", "lien", "l1"); r.StatusCode != http.StatusSeeOther || len(s.unpinned) != 1 || s.unpinned[0] != "l1" {
		t.Errorf("%s, %v", r.Status, s.unpinned)
	}
	if r := b.Post(t, "/carnets/c-5a/retirer", "lien", "l1"); r.StatusCode != http.StatusNotFound {
		t.Errorf("by another class: %s", r.Status)
	}
}
