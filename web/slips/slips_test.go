package slips_test

import (
	"context"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"pupitre/directory"
	"pupitre/federation/local"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/internal/look/looktest"
	"pupitre/store/storetest/federationtest"
	"pupitre/web"
	"pupitre/web/slips"
	"pupitre/web/webtest"
)

// office is the accounts' pages of a school without a portal, over a real database.
type office struct {
	*federationtest.World
	t        *testing.T
	accounts *local.Service
	pages    http.Handler
}

func open(t *testing.T, e dbtest.Engine) *office {
	t.Helper()
	w := federationtest.New(t, e)
	accounts := w.Accounts(t)
	words := lang.MustLoad()
	house := &web.House{Site: look.New(look.Pupitre, words), Sessions: w.Service, People: &directory.Service{Store: w.Store.Directory()},
		Local: map[directory.ProjectID]bool{federationtest.Project: true}}
	edge := &httpx.Edge{Log: slog.New(slog.DiscardHandler), Now: w.Clock.Now, Words: words, Pages: house, SignIn: house.SignIn}
	mux := edge.Mux()
	house.Mount(mux)
	(&slips.Room{House: house, Accounts: accounts}).Mount(mux)
	return &office{w, t, accounts, edge.Wrap(house.Wrap(mux))}
}

// as is somebody who is signed in, at the college.
func (o *office) as(external string) webtest.Browser {
	o.t.Helper()
	token := o.Arrive(o.t, external)
	if _, err := o.Service.Choose(o.t.Context(), token, federationtest.College, directory.Teacher); err != nil && external == "ent-renard" {
		o.t.Fatal(err)
	}
	return webtest.Browser{Pages: o.pages, Person: directory.PersonID(token)}
}

func (o *office) promote() {
	o.t.Helper()
	err := o.Store.DB.Write(o.t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, `insert into assignment_manager (school, person, state, source) values ('school-college', 'person-renard', 'confirmed', 'portal')`)
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
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

var phrase = regexp.MustCompile(`\b[a-z]{4,10}-[a-z]{4,10}-[a-z]{4,10}\b`)

func TestATeacherPrintsTheSlipsOfTheirClass(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		b := o.as("ent-renard")
		words := page(t, b.Get(t, "/comptes"), http.StatusOK, "Choisissez une classe", "5e B", "Latin 5e", "Comptes")
		if strings.Contains(words, "Adultes") {
			t.Error("a teacher is offered the adults")
		}
		page(t, b.Get(t, "/comptes?classe=c-5b"), http.StatusOK, "Inès Marchal", "Pas de compte", "Faire un compte et son billet")
		made := b.Post(t, "/comptes/billets", "classe", "c-5b")
		if got := made.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("slips may be kept on the way: %q", got)
		}
		sheet := page(t, made, http.StatusOK, "Un billet à imprimer", "Inès Marchal", "Collège des Tilleuls, 5e B", "https://pupitre.example", "ines.marchal", "Ce billet est à toi seul")
		clear := phrase.FindString(sheet)
		if clear == "" {
			t.Fatalf("no pass phrase: %s", sheet)
		}
		if _, _, err := o.accounts.SignIn(t.Context(), local.Try{Project: "A70", Login: "ines.marchal", Password: local.Phrase(clear), State: "s"}); err != nil {
			t.Errorf("what the slip says opens nothing: %v", err)
		}
		// Shown once: neither the list, nor the same form again.
		again := b.Post(t, "/comptes/billets", "classe", "c-5b")
		if again.StatusCode != http.StatusSeeOther || strings.Contains(page(t, b.Get(t, "/comptes?classe=c-5b"), http.StatusOK, "ines.marchal", "Refaire un billet"), clear) {
			t.Errorf("shown again: %s", again.Status)
		}
		renewed := page(t, b.Post(t, "/comptes/billets", "classe", "c-5b", "personne", string(federationtest.Ines), "refaire", "1"), http.StatusOK, "ines.marchal")
		if now := phrase.FindString(renewed); now == "" || now == clear {
			t.Errorf("the new slip says %q", now)
		}
		if r := b.Post(t, "/comptes/fermer", "classe", "c-5b", "personne", string(federationtest.Ines)); r.StatusCode != http.StatusSeeOther {
			t.Error(r.Status)
		}
		page(t, b.Get(t, "/comptes?classe=c-5b"), http.StatusOK, "Fermé")
	})
}

func TestAManagerMakesAdultsAccountsToo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		o.promote()
		b := o.as("ent-renard")
		page(t, b.Get(t, "/comptes"), http.StatusOK, "Adultes", "5e C")
		page(t, b.Get(t, "/comptes?classe=c-5c"), http.StatusOK, "Personne ici")
		page(t, b.Post(t, "/comptes/billets", "adultes", "1"), http.StatusOK, "Claire Renard", "claire.renard", "Détruisez ensuite ce billet")
		asked := b.Get(t, "/comptes?adultes=1&refaire=1")
		page(t, asked, http.StatusOK, "Refaire un billet ?", "Ne rien changer")
		b.English = true
		page(t, b.Get(t, "/comptes?adultes=1"), http.StatusOK, "Last sign-in", "Never")
		page(t, b.Post(t, "/comptes/billets", "adultes", "1", "refaire", "1"), http.StatusOK, "One slip to print")
	})
}

// Whether pupils change their pass phrases is the manager's to decide, nobody else's.
func TestAManagerLetsPupilsChoose(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		may := func(want bool) {
			t.Helper()
			if got, err := o.accounts.PupilsChoose(t.Context(), federationtest.College); err != nil || got != want {
				t.Errorf("pupils may choose: %v, %v", got, err)
			}
		}
		for _, who := range []string{"ent-renard", "ent-ines"} {
			page(t, o.as(who).Post(t, "/comptes/eleves", "permettre", "1"), http.StatusForbidden)
		}
		if words := page(t, o.as("ent-renard").Get(t, "/comptes"), http.StatusOK); strings.Contains(words, "Mots de passe des élèves") {
			t.Error("a teacher is offered the decision")
		}
		may(false)
		o.promote()
		b := o.as("ent-renard")
		page(t, b.Get(t, "/comptes"), http.StatusOK, "Les élèves gardent le mot de passe de leur billet.", "Les laisser changer")
		if r := b.Post(t, "/comptes/eleves", "permettre", "1"); r.StatusCode != http.StatusSeeOther {
			t.Error(r.Status)
		}
		may(true)
		page(t, b.Get(t, "/comptes"), http.StatusOK, "Les élèves peuvent changer", "Ne plus les laisser changer")
		b.Post(t, "/comptes/eleves")
		may(false)
	})
}

func TestNobodyElseMakesAccounts(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		ines := o.as("ent-ines")
		words := page(t, ines.Get(t, "/comptes"), http.StatusForbidden, "responsable d’affectation")
		if strings.Contains(words, "Faire") {
			t.Error("a pupil may make accounts")
		}
		for _, path := range []string{"/comptes/billets", "/comptes/fermer"} {
			page(t, ines.Post(t, path, "classe", "c-5b"), http.StatusForbidden)
			page(t, o.as("ent-renard").Post(t, path, "classe", "c-5c"), http.StatusNotFound)
			page(t, o.as("ent-renard").Post(t, path, "adultes", "1"), http.StatusNotFound)
		}
		if r := (webtest.Browser{Pages: o.pages}).Get(t, "/comptes"); r.StatusCode != http.StatusSeeOther {
			t.Errorf("a stranger: %s", r.Status)
		}
		foreign := o.as("ent-renard")
		foreign.Headers = map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
		if r := foreign.Post(t, "/comptes/billets", "classe", "c-5b"); r.StatusCode != http.StatusForbidden {
			t.Errorf("from another site: %s", r.Status)
		}
		list, err := o.accounts.Accounts(t.Context(), "0991234D")
		if err != nil || len(list) != 0 {
			t.Errorf("accounts were made: %d, %v", len(list), err)
		}
	})
}

// A project that a portal vouches for has no such page.
func TestASchoolWithAPortalMakesNoAccounts(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		if err := o.accounts.Declare(t.Context()); err != nil {
			t.Fatal(err)
		}
		page(t, o.as("ent-renard").Get(t, "/comptes"), http.StatusForbidden, "se connectent par leur portail")
	})
}
