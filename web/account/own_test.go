package account_test

import (
	"encoding/base32"
	"log/slog"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/internal/look/looktest"
	"pupitre/journal"
	"pupitre/store/storetest/federationtest"
	"pupitre/web"
	"pupitre/web/account"
	"pupitre/web/webtest"
)

const (
	password = local.Phrase("quatre mots sans rapport")
	another  = "tabouret violet marmotte canif"
)

// lodge is a school without a portal, over a real database, with the pages of one's own account.
type lodge struct {
	*federationtest.World
	t        *testing.T
	accounts *local.Service
	pages    http.Handler
	secret   []byte
}

func lodging(t *testing.T, e dbtest.Engine) *lodge {
	t.Helper()
	w := federationtest.New(t, e)
	accounts := w.Accounts(t)
	words := lang.MustLoad()
	house := &web.House{Site: look.New(look.Pupitre, words), Sessions: w.Service, People: &directory.Service{Store: w.Store.Directory()},
		Local: map[directory.ProjectID]bool{federationtest.Project: true}}
	edge := &httpx.Edge{Log: slog.New(slog.DiscardHandler), Now: w.Clock.Now, Words: words, Pages: house, SignIn: house.SignIn}
	mux := edge.Mux()
	house.Mount(mux)
	(&account.Room{House: house, Journal: w.Store.Journal(), Notices: webtest.NewStock(webtest.NewWorld()), Names: names{}, Own: accounts}).Mount(mux)
	return &lodge{World: w, t: t, accounts: accounts, pages: edge.Wrap(house.Wrap(mux))}
}

// visitor is a browser that keeps its cookies.
type visitor struct {
	*lodge
	jar map[string]string
}

func (v *visitor) browser() webtest.Browser {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(v.jar)) {
		all = append(all, name+"="+v.jar[name])
	}
	return webtest.Browser{Pages: v.pages, Headers: map[string]string{"Cookie": strings.Join(all, "; ")}}
}

func (v *visitor) keep(r *http.Response) *http.Response {
	for _, c := range r.Cookies() {
		if v.jar[c.Name] = c.Value; c.MaxAge < 0 {
			delete(v.jar, c.Name)
		}
	}
	return r
}

func (v *visitor) get(path string) *http.Response {
	v.t.Helper()
	return v.keep(v.browser().Get(v.t, path))
}

func (v *visitor) post(path string, pairs ...string) *http.Response {
	v.t.Helper()
	return v.keep(v.browser().Post(v.t, path, pairs...))
}

func (v *visitor) to(r *http.Response, want string) {
	v.t.Helper()
	if got := r.Header.Get("Location"); r.StatusCode != http.StatusSeeOther || got != want {
		v.t.Fatalf("%s to %q, want %q: %s", r.Status, got, want, looktest.Body(v.t, r))
	}
}

// renard is a teacher who has come in by password and telephone.
func (l *lodge) renard() *visitor {
	l.t.Helper()
	v := l.enrolling()
	offer, err := l.accounts.Offered(l.t.Context(), v)
	if err != nil {
		l.t.Fatal(err)
	}
	if l.secret, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(offer.Key); err != nil {
		l.t.Fatal(err)
	}
	if _, err := l.accounts.Take(l.t.Context(), v, l.code()); err != nil {
		l.t.Fatal(err)
	}
	return &visitor{l, map[string]string{federation.SessionCookie: string(l.Arrive(l.t, "ent-renard"))}}
}

// enrolling is the first sign-in of Renard, who must set up a second factor.
func (l *lodge) enrolling() local.Visit {
	l.t.Helper()
	ctx := l.t.Context()
	slips, err := l.accounts.Issue(ctx, local.Actor{By: journal.System("operator")}, local.Order{School: federationtest.College, Person: federationtest.Renard})
	if err != nil || len(slips) != 1 {
		l.t.Fatalf("%v, %v", slips, err)
	}
	token, _, err := l.accounts.SignIn(ctx, local.Try{Project: federationtest.Project, Login: slips[0].Login, Password: slips[0].Phrase, State: "s"})
	v := local.Visit{Project: federationtest.Project, Token: token, State: "s"}
	if err == nil {
		_, err = l.accounts.Choose(ctx, v, password, password)
	}
	if err != nil {
		l.t.Fatal(err)
	}
	return v
}

// code is what the telephone shows, a little later.
func (l *lodge) code() string {
	l.Clock.Advance(time.Minute)
	return federationtest.CodeAt(l.secret, l.Clock.Now())
}

func TestOnesOwnPasswordIsChangedOnAPage(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		v := lodging(t, e).renard()
		other := &visitor{v.lodge, map[string]string{federation.SessionCookie: string(v.Arrive(t, "ent-renard"))}}
		home := v.get("/mon-compte")
		if home.Header.Get("Cache-Control") != "no-store" {
			t.Error("the page may be kept")
		}
		says(t, page(t, home, http.StatusOK), "Mon compte", "claire.renard", "Changer de téléphone", "Il en reste 10.", "Clés d’accès Aucune.")
		page(t, v.get("/mon-compte/mot-de-passe"), http.StatusOK)
		says(t, page(t, v.post("/mon-compte/mot-de-passe", "actuel", "no", "nouveau", another, "encore", another), http.StatusForbidden), "Ce n’est pas votre mot de passe actuel.")
		says(t, page(t, v.post("/mon-compte/mot-de-passe", "actuel", string(password), "nouveau", "MotDePasse2026!", "encore", "MotDePasse2026!"), http.StatusBadRequest), "se devine trop vite", "Ajoutez-y deux ou trois mots")
		before := v.jar[federation.SessionCookie]
		v.to(v.post("/mon-compte/mot-de-passe", "actuel", string(password), "nouveau", another, "encore", another), "/mon-compte")
		says(t, page(t, v.get("/mon-compte"), http.StatusOK), "Votre mot de passe est changé")
		if v.jar[federation.SessionCookie] == before {
			t.Error("the session's token is the old one")
		}
		stolen := &visitor{v.lodge, map[string]string{federation.SessionCookie: before}}
		for what, b := range map[string]*visitor{"the old cookie": stolen, "another session": other} {
			if r := b.get("/mon-compte"); r.StatusCode != http.StatusSeeOther || !strings.HasPrefix(r.Header.Get("Location"), "/connexion") {
				t.Errorf("%s: %s", what, r.Status)
			}
		}
	})
}

func TestGuessesOnOnesOwnPagesWait(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		v := lodging(t, e).renard()
		for range 6 {
			page(t, v.post("/mon-compte/confirmer", "passe", "no", "code", "000000"), http.StatusForbidden)
		}
		r := v.post("/mon-compte/confirmer", "passe", string(password), "code", federationtest.CodeAt(v.secret, v.Clock.Now()))
		if r.Header.Get("Retry-After") == "" {
			t.Error("nothing says when to come back")
		}
		says(t, page(t, r, http.StatusTooManyRequests), "Revenez dans 15 secondes.")
	})
}

var recovery = regexp.MustCompile(`<code>([a-z2-7]{4}(?: [a-z2-7]{4}){3})</code>`)

// What takes a way in away, or adds one, asks first who is there; and no address leads around it.
func TestNothingOfTheWayInChangesWithoutAWord(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		v := lodging(t, e).renard()
		for path, what := range map[string]string{"/mon-compte/telephone": "telephone", "/mon-compte/codes": "codes", "/mon-compte/cles": "cles"} {
			v.to(v.get(path), "/mon-compte/confirmer?pour="+what)
			v.to(v.post(path, "code", v.code(), "nom", "x", "reponse", "{}"), "/mon-compte/confirmer?pour="+what)
		}
		v.to(v.post("/mon-compte/cles/retirer", "cle", "AAAA"), "/mon-compte/confirmer?pour=cles")
		asked := v.browser()
		asked.Headers["Accept"] = "application/json"
		if r := asked.Post(t, "/mon-compte/cles/question"); r.StatusCode != http.StatusForbidden || r.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("the question of a passkey: %s", r.Status)
		}
		says(t, page(t, v.get("/mon-compte/confirmer?pour=codes"), http.StatusOK), "Confirmer que c’est vous")
		says(t, page(t, v.post("/mon-compte/confirmer", "pour", "codes", "passe", string(password), "code", "000000"), http.StatusForbidden), "Ce code n’est pas le bon")
		before := v.jar[federation.SessionCookie]
		v.to(v.post("/mon-compte/confirmer", "pour", "codes", "passe", string(password), "code", v.code()), "/mon-compte/codes")
		if v.jar[federation.SessionCookie] == before || v.jar["preuve"] == "" {
			t.Error("the session is not a new one")
		}
		says(t, page(t, v.get("/mon-compte/codes"), http.StatusOK), "Faire 10 nouveaux codes")
		if n := len(recovery.FindAllString(looktest.Body(t, v.post("/mon-compte/codes")), -1)); n != 10 {
			t.Errorf("%d codes", n)
		}
		// Onward to no address but ours.
		v.to(v.post("/mon-compte/confirmer", "pour", "https://evil.example", "passe", string(password), "code", v.code()), "/mon-compte")
		thief := &visitor{v.lodge, map[string]string{federation.SessionCookie: string(v.Arrive(t, "ent-renard")), "preuve": v.jar["preuve"]}}
		thief.to(thief.get("/mon-compte/telephone"), "/mon-compte/confirmer?pour=telephone")
	})
}

func TestATelephoneIsChangedOnAPage(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		v := lodging(t, e).renard()
		v.to(v.post("/mon-compte/confirmer", "pour", "telephone", "passe", string(password), "code", v.code()), "/mon-compte/telephone")
		text := looktest.Body(t, v.get("/mon-compte/telephone"))
		looktest.Page(t, text)
		key := strings.ReplaceAll(regexp.MustCompile(`<code>([A-Z2-7 ]{39})</code>`).FindStringSubmatch(text)[1], " ", "")
		if !strings.Contains(text, `<svg class="qr"`) {
			t.Error("no picture to take")
		}
		page(t, v.post("/mon-compte/telephone", "code", v.code()), http.StatusForbidden) // the old one's
		var err error
		if v.secret, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(key); err != nil {
			t.Fatal(err)
		}
		done := v.post("/mon-compte/telephone", "code", v.code())
		if n := len(recovery.FindAllString(looktest.Body(t, done), -1)); n != 10 || done.StatusCode != http.StatusOK {
			t.Errorf("%d codes, %s", n, done.Status)
		}
		page(t, v.get("/mon-compte"), http.StatusOK)
		v.to(v.get("/mon-compte/telephone"), "/mon-compte/confirmer?pour=telephone")
		v.to(v.post("/mon-compte/confirmer", "pour", "cles", "passe", string(password), "code", v.code()), "/mon-compte/cles")
		says(t, page(t, v.get("/mon-journal"), http.StatusOK), "Téléphone changé")
	})
}

func TestPasskeysAreAddedAndRemovedOnAPage(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		v := lodging(t, e).renard()
		confirm := func() {
			v.to(v.post("/mon-compte/confirmer", "pour", "cles", "passe", string(password), "code", v.code()), "/mon-compte/cles")
		}
		confirm()
		text := looktest.Body(t, v.get("/mon-compte/cles"))
		looktest.Page(t, text)
		if !strings.Contains(text, `hidden data-passkey="make" data-ask="/mon-compte/cles/question"`) || !strings.Contains(text, "/passkey.") {
			t.Error("no form for a passkey, hidden until the browser is known to have them")
		}
		phone := &federationtest.Device{Origin: "https://pupitre.example", RP: "pupitre.example"}
		question := v.post("/mon-compte/cles/question")
		if question.Header.Get("Content-Type") != "application/json" || question.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%v", question.Header)
		}
		said := string(phone.Make(t, []byte(looktest.Body(t, question))))
		says(t, page(t, v.post("/mon-compte/cles", "nom", strings.Repeat("x", 61), "reponse", said), http.StatusBadRequest), "60 caractères au plus")
		v.to(v.post("/mon-compte/cles", "nom", `<b>"Mon téléphone"`, "reponse", said), "/mon-compte/cles")
		says(t, page(t, v.get("/mon-compte/cles"), http.StatusOK), "La clé d’accès est ajoutée", `<b>"Mon téléphone" ajoutée le 23 novembre 2026, jamais utilisée`)
		says(t, page(t, v.post("/mon-compte/cles", "nom", "again", "reponse", said), http.StatusForbidden), "n’a pas été reconnue")
		says(t, page(t, v.get("/mon-compte"), http.StatusOK), `<b>"Mon téléphone"`, "Gérer les clés d’accès")
		id := regexp.MustCompile(`name="cle" value="([^"]+)"`).FindStringSubmatch(looktest.Body(t, v.get("/mon-compte/cles")))[1]
		page(t, v.post("/mon-compte/cles/retirer", "cle", "AAAA"), http.StatusNotFound)
		page(t, v.post("/mon-compte/cles/retirer", "cle", "é"), http.StatusNotFound)
		v.to(v.post("/mon-compte/cles/retirer", "cle", id), "/mon-compte")
		says(t, page(t, v.get("/mon-compte"), http.StatusOK), "La clé d’accès est retirée", "Aucune.")
		says(t, page(t, v.get("/mon-journal"), http.StatusOK), "Clé d’accès ajoutée", "Clé d’accès retirée")
	})
}

// Who has a passkey and no telephone confirms by it alone, keeps it as the only one, and may add a telephone.
func TestWhoHasAPasskeyAloneConfirmsByIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		l := lodging(t, e)
		signing := l.enrolling()
		question, err := l.accounts.AskKeyFor(t.Context(), signing)
		if err != nil {
			t.Fatal(err)
		}
		computer := &federationtest.Device{Origin: "https://pupitre.example", RP: "pupitre.example"}
		if _, err := l.accounts.TakeKey(t.Context(), signing, "ordinateur", computer.Make(t, question)); err != nil {
			t.Fatal(err)
		}
		v := &visitor{l, map[string]string{federation.SessionCookie: string(l.Arrive(t, "ent-renard"))}}
		says(t, page(t, v.get("/mon-compte"), http.StatusOK), "Téléphone Aucun.", "Ajouter un téléphone", "Il en reste 10.", "ordinateur")
		v.to(v.get("/mon-compte/cles"), "/mon-compte/confirmer?pour=cles")
		text := looktest.Body(t, v.get("/mon-compte/confirmer?pour=cles"))
		looktest.Page(t, text)
		if !strings.Contains(text, `hidden data-passkey="show" data-ask="/mon-compte/confirmer/question"`) || !strings.Contains(text, "Code de secours") {
			t.Error("it is not asked for")
		}
		page(t, v.post("/mon-compte/confirmer", "pour", "cles", "passe", string(password), "code", ""), http.StatusForbidden)
		question = []byte(looktest.Body(t, v.post("/mon-compte/confirmer/question")))
		v.to(v.post("/mon-compte/confirmer", "pour", "cles", "reponse", string(computer.Sign(t, question))), "/mon-compte/cles")
		id := regexp.MustCompile(`name="cle" value="([^"]+)"`).FindStringSubmatch(looktest.Body(t, v.get("/mon-compte/cles")))[1]
		says(t, page(t, v.post("/mon-compte/cles/retirer", "cle", id), http.StatusConflict), "C’est votre seul second facteur.")
		says(t, page(t, v.get("/mon-compte/telephone"), http.StatusOK), "Prenez l’image avec le téléphone.")
	})
}

// Each page in both languages; to a pupil, tu.
func TestOnesOwnPagesKeepTheRulesInBothLanguages(t *testing.T) {
	t.Parallel()
	l := lodging(t, dbtest.Engines()[0])
	v := l.renard()
	for _, v.jar[httpx.LocaleCookie] = range []string{"fr", "en"} {
		v.to(v.post("/mon-compte/confirmer", "pour", "cles", "passe", string(password), "code", v.code()), "/mon-compte/cles")
		for _, path := range []string{"", "/mot-de-passe", "/confirmer", "/confirmer?pour=cles", "/telephone", "/codes", "/cles"} {
			page(t, v.get("/mon-compte"+path), http.StatusOK)
		}
	}
	if slips, err := l.accounts.Issue(t.Context(), local.Actor{By: journal.System("operator")}, local.Order{School: federationtest.College, Cohort: "c-5b"}); err != nil || len(slips) != 1 {
		t.Fatalf("%v, %v", slips, err)
	}
	ines := &visitor{l, map[string]string{federation.SessionCookie: string(l.Arrive(t, "ent-ines"))}}
	p := page(t, ines.get("/mon-compte"), http.StatusOK)
	says(t, p, "Comment tu te connectes à Pupitre.", "Dans ton établissement, on garde le mot de passe du billet.")
	if words := looktest.Words(p.Find("main")[0]); strings.Contains(words, "Clés") || strings.Contains(words, "Téléphone") {
		t.Errorf("a pupil is shown what is for staff: %s", words)
	}
	page(t, ines.get("/mon-compte/mot-de-passe"), http.StatusForbidden)
	page(t, ines.post("/mon-compte/mot-de-passe", "actuel", "x", "nouveau", another, "encore", another), http.StatusForbidden)
	noe := &visitor{l, map[string]string{federation.SessionCookie: string(l.Arrive(t, "ent-noe"))}}
	page(t, noe.get("/mon-compte"), http.StatusNotFound) // has no account
}

// Whoever has a portal has no such pages, and no way to them.
func TestWhoHasAPortalHasNoAccountHere(t *testing.T) {
	t.Parallel()
	d := open()
	if text := looktest.Body(t, d.as(webtest.Ines).Get(t, "/mes-lieux")); strings.Contains(text, "/mon-compte") {
		t.Error("the masthead leads there")
	}
	l := lodging(t, dbtest.Engines()[0])
	v := l.renard()
	if text := looktest.Body(t, v.get("/mon-journal")); !strings.Contains(text, `href="/mon-compte"`) {
		t.Error("the masthead does not lead to one's own account")
	}
}
