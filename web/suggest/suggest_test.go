package suggest_test

import (
	"net/http"
	"strings"
	"testing"

	"pupitre/directory"
	"pupitre/internal/look/looktest"
	"pupitre/licensing"
	"pupitre/web"
	"pupitre/web/suggest"
	"pupitre/web/webtest"
)

func open() (*webtest.Suggestions, webtest.Browser) {
	w := webtest.NewWorld()
	s := &webtest.Suggestions{Stock: webtest.NewStock(w)}
	pages := webtest.Serve(w, func(h *web.House) []webtest.Room {
		return []webtest.Room{&suggest.Room{House: h, Suggestions: s, Notices: s.Stock}}
	})
	return s, webtest.Browser{Pages: pages, Person: webtest.Aubry}
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

// follow reads the page that an act leads to, with the announcement that it left.
func follow(t *testing.T, b webtest.Browser, r *http.Response, wants ...string) {
	t.Helper()
	if r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/suggestions" {
		t.Fatalf("%s to %q: %s", r.Status, r.Header.Get("Location"), looktest.Body(t, r))
	}
	cookie, _, _ := strings.Cut(r.Header.Get("Set-Cookie"), ";")
	b.Headers = map[string]string{"Cookie": cookie + "; seance=" + string(b.Person)}
	b.Person = ""
	page(t, b.Get(t, "/suggestions"), http.StatusOK, wants...)
}

const labo = "/suggestions/nouvelle?ressource=r-labo"

func pupils(c directory.CohortID) licensing.Target { return licensing.ToCohort(c, directory.Pupil) }

func TestEveryPageKeepsTheRulesInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, english := range []bool{false, true} {
		s, b := open()
		b.English = english
		page(t, b.Get(t, "/suggestions"), http.StatusOK)
		page(t, b.Get(t, "/suggestions?q=zzz"), http.StatusOK)
		page(t, b.Get(t, labo), http.StatusOK)
		page(t, b.Post(t, "/suggestions", "ressource", "r-labo"), http.StatusBadRequest)
		page(t, b.Post(t, "/suggestions", "ressource", "r-labo", "classe", "c-5b", "mot", strings.Repeat("é", 501)), http.StatusBadRequest)
		for _, state := range []licensing.SuggestionState{licensing.Suggested, licensing.Accepted, licensing.Partly, licensing.Declined, licensing.Withdrawn} {
			one := s.Find(s.Add(webtest.Labo, "Un mot <b>", pupils("c-5b"), pupils("c-5a")))
			one.State, one.Reason, one.Given = state, "Une raison", one.Targets[:1]
			if state != licensing.Suggested {
				one.Answered = webtest.Now
			}
		}
		page(t, b.Get(t, "/suggestions"), http.StatusOK)
	}
}

func TestATeacherSeesWhatTheirClassesHaveAndSuggests(t *testing.T) {
	t.Parallel()
	s, b := open()
	words := page(t, b.Get(t, "/suggestions"), http.StatusOK, "Ce que mes classes ont", "5e B", "Le labo de grammaire 5e", "0 sur 29", "Suggérer")
	if strings.Contains(words, "atelier de musique") {
		t.Error("a resource for teachers is offered for pupils")
	}
	page(t, b.Get(t, "/suggestions?q=LABO"), http.StatusOK, "Le labo de grammaire 5e")
	page(t, b.Get(t, labo), http.StatusOK, "Le labo de grammaire 5e", "5e B 29 élèves", "Envoyer la suggestion")
	r := b.Post(t, "/suggestions", "ressource", "r-labo", "classe", "c-5b", "mot", "Pour la séquence sur les accords.")
	follow(t, b, r, "Suggestion envoyée", "Mme Vasseur la verra", "Mes suggestions", "Pour 5e B, le 23 novembre 2026", "Pour la séquence sur les accords.", "Attend une réponse", "Retirer")
	got := s.Find("s001")
	if got == nil || got.Teacher != webtest.Aubry || len(got.Targets) != 1 || got.Targets[0].String() != pupils("c-5b").String() {
		t.Errorf("got %+v", got)
	}
	page(t, b.Post(t, "/suggestions", "ressource", "r-labo", "classe", "c-5b", "mot", "encore"), http.StatusConflict, "attend déjà une réponse", "encore")
}

func TestATeacherReadsTheAnswer(t *testing.T) {
	t.Parallel()
	s, b := open()
	id := s.Add(webtest.Labo, "", pupils("c-5b"), pupils("c-5a"))
	one := s.Find(id)
	one.State, one.Given, one.Reason, one.Answered = licensing.Partly, one.Targets[:1], "La 5e A l’aura au printemps.", webtest.Now
	declined := s.Find(s.Add(webtest.Lanterne, "", pupils("c-5b")))
	declined.State, declined.Reason, declined.Answered = licensing.Declined, "Pas cette année.", webtest.Now
	page(t, b.Get(t, "/suggestions"), http.StatusOK, "Acceptée en partie : 5e B", "La 5e A l’aura au printemps.", "Déclinée le 23 novembre 2026 Pas cette année.")
}

func TestATeacherTakesTheirOwnBack(t *testing.T) {
	t.Parallel()
	s, b := open()
	mine, theirs := s.Add(webtest.Labo, "", pupils("c-5b")), s.Add(webtest.Calcul, "", pupils("c-5b"))
	s.Find(theirs).Teacher = webtest.Vasseur
	follow(t, b, b.Post(t, "/suggestions/"+string(mine)+"/retirer"), "Suggestion retirée", "Retirée")
	follow(t, b, b.Post(t, "/suggestions/"+string(mine)+"/retirer"), "La réponse est déjà là")
	page(t, b.Post(t, "/suggestions/"+string(theirs)+"/retirer"), http.StatusNotFound)
	if s.Find(theirs).State != licensing.Suggested {
		t.Error("somebody else's was withdrawn")
	}
	if words := page(t, b.Get(t, "/suggestions"), http.StatusOK); strings.Contains(words, "Attend une réponse") {
		t.Error("somebody else's is shown")
	}
}

func TestOnlyOwnClassesAndTheSchoolsStock(t *testing.T) {
	t.Parallel()
	s, b := open()
	page(t, b.Post(t, "/suggestions", "ressource", "r-labo", "classe", "c-5a"), http.StatusNotFound)
	page(t, b.Post(t, "/suggestions", "ressource", "r-labo", "classe", "c-5b", "classe", "c-2de1"), http.StatusNotFound)
	for _, resource := range []string{"", "r-none", "r-musique", "%00"} {
		if r := b.Get(t, "/suggestions/nouvelle?ressource="+resource); r.StatusCode != http.StatusNotFound {
			t.Errorf("%q: %s", resource, r.Status)
		}
	}
	if len(s.All) != 0 {
		t.Error("something was suggested")
	}
}

func TestPupilsAndWhoTeachesNobodyAreToldWhomToAsk(t *testing.T) {
	t.Parallel()
	s, b := open()
	b.Person = webtest.Ines
	page(t, b.Get(t, "/suggestions"), http.StatusForbidden, "réservée aux enseignants", "Demande à Mme Vasseur")
	page(t, b.Post(t, "/suggestions", "ressource", "r-labo", "classe", "c-5b"), http.StatusForbidden)
	b.Person = webtest.Both
	if words := page(t, b.Get(t, "/suggestions"), http.StatusForbidden, "où l’on enseigne"); strings.Contains(words, "Mes ressources Mon journal Suggestions") {
		t.Error("the menu leads there")
	}
	if len(s.All) != 0 {
		t.Error("something was suggested")
	}
}
