package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pupitre/directory"
	"pupitre/internal/look/looktest"
	"pupitre/token"
	"pupitre/web/webtest"
)

const programmes = school + "/programmes"

func TestAManagerMakesATokenAndRevokesIt(t *testing.T) {
	t.Parallel()
	f := openFiling(t)
	b := f.as(webtest.Vasseur)
	if got := links(page(t, b.Get(t, fichier), http.StatusOK), "Voir les programmes"); len(got) != 1 || got[0] != programmes {
		t.Errorf("the files lead to %v", got)
	}
	p := page(t, b.Get(t, programmes), http.StatusOK)
	says(t, p, "Aucun programme n’a de jeton", "Lire seulement")
	until := value(p, "jusquau")
	r := b.Post(t, programmes, "nom", "Emploi du temps", "jusquau", until, "droit", "change")
	if r.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the answer with the secret may be kept: %q", r.Header.Get("Cache-Control"))
	}
	p = page(t, r, http.StatusCreated)
	says(t, p, "Le jeton « Emploi du temps » est fait", "1 jeton en cours", "Lire, attribuer et reprendre", "jamais", "Vasseur")
	secret := ""
	for _, n := range p.Find("input") {
		if looktest.Attr(n, "id") == "secret" {
			secret = looktest.Attr(n, "value")
		}
	}
	tokens := &token.Service{Store: f.Store.Token(), IDs: f.Store.IDs}
	made, err := tokens.Present(t.Context(), token.Secret(secret))
	if err != nil || made.Person != webtest.Vasseur || made.School != webtest.Tilleuls.ID || made.Scope != token.ScopeChange {
		t.Fatalf("%+v, %v", made, err)
	}
	// It is shown once, and its use afterwards.
	text := looktest.Body(t, b.Get(t, programmes))
	if strings.Contains(text, secret) {
		t.Error("the secret is shown again")
	}
	p = looktest.Parse(t, text)
	if strings.Contains(looktest.Words(p.Find("body")[0]), "jamais") {
		t.Error("the day of its use is not told")
	}
	ask := links(p, "Révoquer")
	if want := (url.Values{"revoquer": {string(made.ID)}}).Encode(); len(ask) != 1 || ask[0] != programmes+"?"+want {
		t.Fatalf("to revoke: %v", ask)
	}
	says(t, page(t, b.Get(t, ask[0]), http.StatusOK), "Révoquer le jeton « Emploi du temps » ?", "tout de suite")
	says(t, shown(t, b, b.Post(t, programmes+"/"+string(made.ID)+"/revoquer")), "Le jeton est révoqué", "Jetons finis", "Révoqué")
	if _, err := tokens.Present(t.Context(), token.Secret(secret)); err == nil {
		t.Error("a revoked token opens")
	}
	page(t, b.Post(t, programmes+"/"+string(made.ID)+"/revoquer"), http.StatusNotFound)
}

func TestATokenThatCannotBeMadeIsAskedAgain(t *testing.T) {
	t.Parallel()
	f := openFiling(t)
	b := f.as(webtest.Vasseur)
	until := value(page(t, b.Get(t, programmes), http.StatusOK), "jusquau")
	for _, x := range []struct{ name, until, scope, says string }{
		{"", until, "read", "Donnez au programme un nom"},
		{"Tableur", "", "read", "Donnez le dernier jour"},
		{"Tableur", "2020-01-01", "read", "Un jeton finit dans l’année"},
		{"Tableur", until, "everything", "n’est pas ce qu’un jeton peut"},
	} {
		says(t, page(t, b.Post(t, programmes, "nom", x.name, "jusquau", x.until, "droit", x.scope), http.StatusBadRequest), x.says, "Aucun programme n’a de jeton")
	}
	// What was left out is the least.
	says(t, page(t, b.Post(t, programmes, "nom", "Tableur", "jusquau", until), http.StatusCreated), "Lire seulement")
}

// Who manages another school makes none here, and finds none.
func TestProgramsAreTheManagersOfTheSchool(t *testing.T) {
	t.Parallel()
	f := openFiling(t)
	for _, person := range []directory.PersonID{webtest.Aubry, "p-c-5a-00"} {
		b := f.as(person)
		for _, r := range []*http.Response{b.Get(t, programmes), b.Post(t, programmes, "nom", "x", "jusquau", "2027-01-01")} {
			if r.StatusCode < 400 {
				t.Errorf("%s: %s", person, r.Status)
			}
		}
	}
}
