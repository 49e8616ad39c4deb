package signin_test

import (
	"context"
	"encoding/base32"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/federation/signin"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/lang"
	"pupitre/journal"
	"pupitre/store/storetest/federationtest"
)

// lodge is a broker whose school has no portal.
type lodge struct {
	*federationtest.World
	Broker   string
	Accounts *local.Service
	Slip     local.Slip // of Inès
}

func lodging(t *testing.T, e dbtest.Engine) *lodge {
	t.Helper()
	w := federationtest.New(t, e)
	accounts := &local.Service{Store: w.Store.Local(), Hasher: local.NewHasher(local.Params{Memory: 64, Passes: 1, Lanes: 1}, 4, time.Minute)}
	if err := accounts.Declare(t.Context(), federationtest.Project); err != nil {
		t.Fatal(err)
	}
	slips, err := accounts.Issue(t.Context(), local.Actor{By: journal.System("operator")}, local.Order{School: federationtest.College, Cohort: "c-5b"})
	if err != nil || len(slips) != 1 {
		t.Fatalf("%v, %v", slips, err)
	}
	server := httptest.NewUnstartedServer(nil)
	h := &lodge{World: w, Broker: "http://" + server.Listener.Addr().String(), Accounts: accounts, Slip: slips[0]}
	server.Config.Handler = open(w, h.Broker, &signin.Local{Portal: federation.ENT{Project: "A70", Name: "Écoles sans portail"}, Accounts: accounts, Pages: localPages{}})
	server.Start()
	t.Cleanup(server.Close)
	return h
}

// localPages say what the product's say, in a line.
type localPages struct{}

func (localPages) LocalForm(w http.ResponseWriter, _ *http.Request, f local.Form) error {
	w.WriteHeader(f.Status)
	offer := map[bool]string{true: "shared ", false: "remember "}[f.Shared]
	if f.Share == "" {
		offer = ""
	}
	_, err := fmt.Fprintf(w, "form %s %s%s", f.Name, offer, troubleOf(f.Trouble))
	return err
}

func (localPages) LocalStep(w http.ResponseWriter, _ *http.Request, f local.StepForm) error {
	w.WriteHeader(f.Status)
	_, err := fmt.Fprintf(w, "step %s %s%s", f.Step, f.Offer.Key, troubleOf(f.Trouble))
	return err
}

func (localPages) LocalCodes(w http.ResponseWriter, _ *http.Request, codes []string, onward string) error {
	_, err := fmt.Fprintln(w, onward, codes)
	return err
}

func troubleOf(err error) string {
	if err == nil {
		return ""
	}
	return lang.MustLoad().Error(lang.French, err)
}

// begin goes to the sign-in form, and returns the attempt's state.
func (b *browser) begin(h *lodge, next string) string {
	b.t.Helper()
	got := b.get(h.Broker + "/connexion?idENT=A70&next=" + url.QueryEscape(next))
	u, err := url.Parse(got.To)
	if err != nil || u.Path != "/connexion/local/A70/entree" || u.Query().Get("etat") == "" {
		b.t.Fatalf("%+v, %v", got, err)
	}
	return u.Query().Get("etat")
}

func (b *browser) submit(h *lodge, state string, login local.Login, p local.Phrase) seen {
	b.t.Helper()
	return b.send(http.MethodPost, h.Broker+"/connexion/local/A70/entree", url.Values{"etat": {state}, "identifiant": {string(login)}, "passe": {string(p)}})
}

func TestALocalAccountOpensTheMediacentre(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h, b := lodging(t, e), newBrowser(t)
		state := b.begin(h, "/affectation")
		if form := b.get(h.Broker + "/connexion/local/A70/entree?etat=" + state); form.Status != 200 || form.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%+v", form)
		}
		if wrong := b.submit(h, state, h.Slip.Login, "not this one"); wrong.Status != 403 || !strings.Contains(wrong.Body, "ne vont pas ensemble") {
			t.Errorf("%+v", wrong)
		}
		right := b.submit(h, state, h.Slip.Login, h.Slip.Phrase)
		if right.Status != 303 || right.To != "/connexion/local/A70?etat="+state {
			t.Fatalf("%+v", right)
		}
		if came := b.get(h.Broker + right.To); came.To != "/affectation" {
			t.Fatalf("%+v", came)
		}
		if page := b.get(h.Broker + "/mediacentre"); page.Body != string(federationtest.Ines) {
			t.Errorf("the Médiacentre knows %q", page.Body)
		}
		done := b.send(http.MethodPost, h.Broker+"/deconnexion", nil)
		if left := b.get(h.Broker + done.To); left.Header.Get("Refresh") != "" || left.Body != "out" {
			t.Errorf("signed out: %+v", left)
		}
		if page := b.get(h.Broker + "/mediacentre"); page.Status != 401 {
			t.Errorf("still signed in: %+v", page)
		}
	})
}

// Somebody of the staff chooses a password and adds a telephone at first, then signs in by both.
func TestStaffComeInByPasswordAndCode(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h, b := lodging(t, e), newBrowser(t)
		slips, err := h.Accounts.Issue(t.Context(), local.Actor{By: journal.System("operator")}, local.Order{School: federationtest.College})
		if err != nil || len(slips) != 1 {
			t.Fatalf("%v, %v", slips, err)
		}
		state := b.begin(h, "/affectation")
		on := h.Broker + "/connexion/local/A70/suite?etat=" + state
		answer := func(form url.Values) seen {
			form.Set("etat", state)
			return b.send(http.MethodPost, h.Broker+"/connexion/local/A70/suite", form)
		}
		if got := b.submit(h, state, slips[0].Login, slips[0].Phrase); h.Broker+got.To != on {
			t.Fatalf("%+v", got)
		}
		if got := b.get(on); got.Body != "step change " || got.Header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%+v", got)
		}
		if got := answer(url.Values{"nouveau": {"court"}, "encore": {"court"}}); got.Status != 400 || !strings.Contains(got.Body, "trop court") {
			t.Errorf("%+v", got)
		}
		if got := b.get(h.Broker + "/connexion/local/A70?etat=" + state); got.Status != 403 {
			t.Errorf("half-way, at the door: %+v", got)
		}
		state = b.begin(h, "/affectation")
		on = h.Broker + "/connexion/local/A70/suite?etat=" + state
		b.submit(h, state, slips[0].Login, slips[0].Phrase)
		if got := answer(url.Values{"nouveau": {"quatre mots sans rapport"}, "encore": {"quatre mots sans rapport"}}); got.Status != 303 {
			t.Fatalf("a password chosen: %+v", got)
		}
		enrol := b.get(on)
		key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.TrimPrefix(enrol.Body, "step enrol "))
		if err != nil {
			t.Fatalf("%v in %+v", err, enrol)
		}
		if got := answer(url.Values{"code": {"000000"}}); got.Status != 403 || !strings.Contains(got.Body, "pas le bon") {
			t.Errorf("a wrong code: %+v", got)
		}
		codes := answer(url.Values{"code": {federationtest.CodeAt(key, h.Clock.Now())}})
		back := "/connexion/local/A70?etat=" + state
		if codes.Status != 200 || !strings.HasPrefix(codes.Body, back+"\n") && !strings.HasPrefix(codes.Body, back+" ") {
			t.Fatalf("%+v", codes)
		}
		if got := b.get(h.Broker + back); got.To != "/mes-lieux?next=%2Faffectation" { // who holds the slip has two places
			t.Errorf("%+v", got)
		}
		if got := b.send(http.MethodPost, h.Broker+"/connexion/lieu", url.Values{"school": {string(federationtest.Lycee)}, "profile": {"enseignant"}}); got.To != "/mediacentre" {
			t.Errorf("%+v", got)
		}
		// The next time.
		h.Clock.Advance(time.Minute)
		state = b.begin(h, "/mediacentre")
		b.submit(h, state, slips[0].Login, "quatre mots sans rapport")
		if got := b.get(h.Broker + "/connexion/local/A70?etat=" + state); got.Status != 403 {
			t.Errorf("the password alone: %+v", got)
		}
		state = b.begin(h, "/mediacentre")
		b.submit(h, state, slips[0].Login, "quatre mots sans rapport")
		got := answer(url.Values{"code": {federationtest.CodeAt(key, h.Clock.Now())}})
		if came := b.get(h.Broker + got.To); came.To != "/mediacentre" {
			t.Errorf("%+v, %+v", got, came)
		}
	})
}

// Nobody can be signed in as somebody else by a form on another page: neither by one posted from another site, nor by a link that
// carries the attacker's attempt.
func TestOurOwnFormBelongsToTheBrowsersAttempt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h, attacker, victim := lodging(t, e), newBrowser(t), newBrowser(t)
		stolen := attacker.begin(h, "")
		if got := victim.submit(h, stolen, h.Slip.Login, h.Slip.Phrase); got.Status != 403 || strings.Contains(fmt.Sprint(got.Header), "passage") {
			t.Errorf("a browser that began nothing: %+v", got)
		}
		victim.begin(h, "")
		if got := victim.submit(h, stolen, h.Slip.Login, h.Slip.Phrase); got.Status != 403 {
			t.Errorf("with the attacker's state: %+v", got)
		}
		if got := victim.submit(h, "", h.Slip.Login, h.Slip.Phrase); got.Status != 403 {
			t.Errorf("without one: %+v", got)
		}
		// The attacker's passage, finished in the victim's browser.
		passed := attacker.submit(h, stolen, h.Slip.Login, h.Slip.Phrase)
		if got := victim.get(h.Broker + passed.To); got.Status != 403 {
			t.Errorf("the attacker's way back: %+v", got)
		}
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, h.Broker+"/connexion/local/A70/entree", strings.NewReader(""))
		req.RequestURI = ""
		req.Header.Set("Sec-Fetch-Site", "cross-site")
		req.Header.Set("Origin", "https://evil.example")
		res, err := attacker.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != 403 {
			t.Errorf("from another site: %s", res.Status)
		}
		if page := victim.get(h.Broker + "/mediacentre"); page.Status != 401 {
			t.Errorf("the victim is signed in: %+v", page)
		}
	})
}

// Session fixation: what the browser came with is worth nothing afterwards, session and passage alike.
func TestALocalSignInMakesEverythingNew(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h, b := lodging(t, e), newBrowser(t)
		fixed := federation.NewToken()
		u, _ := url.Parse(h.Broker)
		b.Jar.SetCookies(u, []*http.Cookie{{Name: federation.SessionCookie, Value: string(fixed), Path: "/"}, {Name: "passage", Value: string(fixed), Path: "/"}})
		state := b.begin(h, "")
		if got := b.get(h.Broker + "/connexion/local/A70?etat=" + state); got.Status != 403 {
			t.Errorf("without a password: %+v", got)
		}
		state = b.begin(h, "")
		came := b.get(h.Broker + b.submit(h, state, h.Slip.Login, h.Slip.Phrase).To)
		if came.Status != 303 {
			t.Fatalf("%+v", came)
		}
		for _, c := range b.Jar.Cookies(u) {
			if (c.Name == federation.SessionCookie || c.Name == "passage") && c.Value == string(fixed) {
				t.Errorf("%s is what the browser came with", c.Name)
			}
		}
		if _, err := h.Service.Find(context.Background(), fixed); err == nil {
			t.Error("the fixed session is somebody's")
		}
	})
}

func TestLocalAnswersLookAlikeOnTheWire(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h, b := lodging(t, e), newBrowser(t)
		state := b.begin(h, "")
		wrong, unknown := b.submit(h, state, h.Slip.Login, "a guess"), b.submit(h, state, "nobody.here", "a guess")
		if wrong.Status != unknown.Status || wrong.Body != unknown.Body || len(wrong.Header) != len(unknown.Header) {
			t.Errorf("%+v\n%+v", wrong, unknown)
		}
		for range 5 {
			wrong, unknown = b.submit(h, state, h.Slip.Login, "a guess"), b.submit(h, state, "nobody.here", "a guess")
		}
		wrong, unknown = b.submit(h, state, h.Slip.Login, "a guess"), b.submit(h, state, "nobody.here", "a guess")
		if wrong.Status != 429 || wrong.Status != unknown.Status || wrong.Body != unknown.Body || wrong.Header.Get("Retry-After") == "" || !strings.Contains(wrong.Body, "Revenez dans 15 secondes") {
			t.Errorf("while waiting: %+v\n%+v", wrong, unknown)
		}
	})
}

func TestAnOldAttemptBeginsAnew(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h, b := lodging(t, e), newBrowser(t)
		if got := b.get(h.Broker + "/connexion/local/A70/entree?etat=old"); got.Status != 200 || !strings.HasPrefix(got.Body, "form ") {
			t.Errorf("a link that somebody kept: %+v", got)
		}
		got := b.submit(h, "old", h.Slip.Login, h.Slip.Phrase)
		if got.Status != 403 || !strings.Contains(got.Body, "ouverte trop longtemps") {
			t.Errorf("a page left open: %+v", got)
		}
		if got := b.get(h.Broker + "/connexion/local/A70/suite?etat=" + b.begin(h, "")); got.Status != 403 {
			t.Errorf("a step without a password: %+v", got)
		}
		if got := b.send(http.MethodPost, h.Broker+"/connexion/local/A70", url.Values{"logoutRequest": {"x"}}); got.Status != 400 {
			t.Errorf("somebody's word of a sign-out: %+v", got)
		}
	})
}

// Behind a proxy the address is what the proxy has added, not what the asker says before it.
func TestWhoTriesPasswordsBehindAProxyIsTheProxysWord(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := lodging(t, e)
		portal := &signin.Local{Portal: federation.ENT{Project: "A70"}, Accounts: h.Accounts, Pages: localPages{}, Behind: true}
		server := httptest.NewServer(open(h.World, "http://broker.example", portal))
		t.Cleanup(server.Close)
		b := newBrowser(t)
		u, err := url.Parse(b.get(server.URL + "/connexion?idENT=A70").To)
		if err != nil {
			t.Fatal(err)
		}
		try := func(forwarded string) int {
			form := url.Values{"etat": {u.Query().Get("etat")}, "identifiant": {string(h.Slip.Login)}, "passe": {"a guess"}}
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/connexion/local/A70/entree", strings.NewReader(form.Encode()))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			req.Header.Set("X-Forwarded-For", forwarded)
			res, err := b.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			return res.StatusCode
		}
		// Edge.Behind is not set in this test, so that cookies need no TLS.
		for i := range 6 {
			if status := try(fmt.Sprintf("198.51.100.%d, 2001:db8:0:1::%d", i, i)); status != 403 {
				t.Errorf("attempt %d: %d", i, status)
			}
		}
		if status := try("203.0.113.1, 2001:db8:0:1::ffff"); status != 429 {
			t.Errorf("from the same network: %d", status)
		}
		if status := try("203.0.113.1, 2001:db8:0:2::1"); status != 403 {
			t.Errorf("from another: %d", status)
		}
	})
}

// key is Renard with a passkey, at a broker that has a name; pages are asked by the address, passkeys for the name.
func (h *lodge) key(t *testing.T) *federationtest.Device {
	t.Helper()
	ctx := t.Context()
	h.Accounts.Base = "https://pupitre.example"
	slips, err := h.Accounts.Issue(ctx, local.Actor{By: journal.System("operator")}, local.Order{School: federationtest.College})
	if err != nil || len(slips) != 1 {
		t.Fatalf("%v, %v", slips, err)
	}
	const chosen = local.Phrase("quatre mots sans rapport")
	token, _, err := h.Accounts.SignIn(ctx, local.Try{Project: "A70", Login: slips[0].Login, Password: slips[0].Phrase, State: "s"})
	v := local.Visit{Project: "A70", Token: token, State: "s"}
	if err == nil {
		_, err = h.Accounts.Choose(ctx, v, chosen, chosen)
	}
	var offer local.Offer
	if err == nil {
		offer, err = h.Accounts.Offered(ctx, v)
	}
	if err != nil {
		t.Fatal(err)
	}
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(offer.Key)
	if err == nil {
		_, err = h.Accounts.Take(ctx, v, federationtest.CodeAt(secret, h.Clock.Now()))
	}
	if err != nil {
		t.Fatal(err)
	}
	h.Clock.Advance(time.Minute)
	session := h.Arrive(t, "ent-renard")
	me := local.Me{Token: session}
	if me.Session, err = h.Service.Find(ctx, session); err == nil {
		me.Token, me.Proof, err = h.Accounts.Confirm(ctx, me, chosen, federationtest.CodeAt(secret, h.Clock.Now()))
	}
	var question []byte
	if err == nil {
		question, err = h.Accounts.AskNewKey(ctx, me)
	}
	d := &federationtest.Device{Origin: "https://pupitre.example", RP: "pupitre.example"}
	if err == nil {
		err = h.Accounts.AddKey(ctx, me, "clé", d.Make(t, question))
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAPasskeyOpensTheMediacentre(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h, b := lodging(t, e), newBrowser(t)
		d := h.key(t)
		door := h.Broker + "/connexion/local/A70"
		state := b.begin(h, "/affectation")
		ask := func(b *browser, path, state string) seen {
			return b.send(http.MethodPost, door+path, url.Values{"etat": {state}})
		}
		question := ask(b, "/cle", state)
		if question.Status != 200 || question.Header.Get("Content-Type") != "application/json" || question.Header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%+v", question)
		}
		right := b.send(http.MethodPost, door+"/entree", url.Values{"etat": {state}, "reponse": {string(d.Sign(t, []byte(question.Body)))}})
		if right.Status != 303 || right.To != "/connexion/local/A70?etat="+state {
			t.Fatalf("%+v", right)
		}
		if came := b.get(h.Broker + right.To); came.To != "/mes-lieux?next=%2Faffectation" { // they have two places
			t.Fatalf("%+v", came)
		}
		if page := b.get(h.Broker + "/mediacentre"); page.Body != string(federationtest.Renard) {
			t.Errorf("the Médiacentre knows %q", page.Body)
		}

		// As a second factor.
		c := newBrowser(t)
		state = c.begin(h, "/mediacentre")
		if early := ask(c, "/cle/suite", state); early.Status != 403 {
			t.Errorf("without a password: %+v", early)
		}
		c.submit(h, state, "claire.renard", "quatre mots sans rapport")
		question = ask(c, "/cle/suite", state)
		on := c.send(http.MethodPost, door+"/suite", url.Values{"etat": {state}, "reponse": {string(d.Sign(t, []byte(question.Body)))}})
		if came := c.get(h.Broker + on.To); came.To != "/mes-lieux?next=%2Fmediacentre" {
			t.Errorf("%+v, %+v", on, came)
		}
	})
}

// Nobody is signed in by another's passkey: neither by an attacker's, in an attempt that they began (login CSRF), nor does what somebody
// has signed help whoever has stolen it.
func TestAPasskeysWordIsOfItsBrowsersAttempt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h, attacker, victim := lodging(t, e), newBrowser(t), newBrowser(t)
		d := h.key(t)
		door := h.Broker + "/connexion/local/A70"
		theirs, own := attacker.begin(h, ""), victim.begin(h, "")
		say := func(b *browser, state, said string) seen {
			return b.send(http.MethodPost, door+"/entree", url.Values{"etat": {state}, "reponse": {said}})
		}
		question := attacker.send(http.MethodPost, door+"/cle", url.Values{"etat": {theirs}})
		said := string(d.Sign(t, []byte(question.Body)))
		if got := victim.send(http.MethodPost, door+"/cle", url.Values{"etat": {theirs}}); got.Status != 403 {
			t.Errorf("a question in another's attempt: %+v", got)
		}
		for state, status := range map[string]int{theirs: 403, own: 403, "": 403} {
			if got := say(victim, state, said); got.Status != status || strings.Contains(fmt.Sprint(got.Header), "passage") {
				t.Errorf("the attacker's word in the victim's browser: %+v", got)
			}
		}
		if got := say(attacker, theirs, said); got.Status != 303 {
			t.Errorf("in its own: %+v", got)
		}
		if got := say(attacker, theirs, said); got.Status != 403 || !strings.Contains(got.Body, "n’a pas été reconnue") {
			t.Errorf("again: %+v", got)
		}
		if page := victim.get(h.Broker + "/mediacentre"); page.Status != 401 {
			t.Errorf("the victim is signed in: %+v", page)
		}
	})
}
