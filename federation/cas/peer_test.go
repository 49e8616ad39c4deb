package cas_test

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pupitre/federation"
	"pupitre/federation/events"
	"pupitre/internal/apachetest"
	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest/federationtest"
)

// A publisher's site behind mod_auth_cas, unmodified: it sends a browser here, validates the ticket by itself, sees the pseudonym and
// the attributes, and asks again once the person has signed out here.
func TestModAuthCAS(t *testing.T) {
	t.Parallel()
	address := apachetest.Reserve(t)
	h := open(t, dbtest.Engines()[0], federation.Client{ID: "site", Sector: federationtest.Preau, Name: "Le site",
		Services: []federation.CASService{{Prefix: address + "/prive/", ARK: federationtest.Grammar}}})
	apachetest.Start(t, address, "auth_cas", `
		CASLoginURL `+h.URL+`/cas/login
		CASValidateURL `+h.URL+`/cas/p3/serviceValidate
		CASVersion 2
		CASCookiePath DIR/sessions/
		CASSSOEnabled On
		<Location /prive/>
			AuthType CAS
			Require valid-user
			CASScope /prive/
			CASAuthNHeader CAS-User
			Header set X-User "expr=%{REMOTE_USER}"
			Header echo ^CAS
		</Location>`)
	browser := apachetest.Browser()
	session := h.Arrive(t, "ent-ines")

	sent, _ := apachetest.Get(t, browser, address+"/prive/index.html?n=3")
	to := sent.Header.Get("Location")
	if want := h.URL + "/cas/login?service=" + url.QueryEscape(address+"/prive/index.html?n=3"); sent.StatusCode != http.StatusFound || !strings.EqualFold(to, want) {
		t.Fatalf("%d %s, want %s", sent.StatusCode, to, want)
	}
	back, _ := apachetest.Get(t, browser, to, &http.Cookie{Name: federation.SessionCookie, Value: string(session)})
	entered, body := apachetest.Get(t, browser, back.Header.Get("Location"))
	cookies := entered.Cookies()
	if len(cookies) == 0 {
		t.Fatalf("no session at the site: %d %s", entered.StatusCode, body)
	}
	for entered.StatusCode == http.StatusFound { // it takes the ticket out of the address
		entered, body = apachetest.Get(t, browser, entered.Header.Get("Location"), cookies...)
	}
	if entered.StatusCode != http.StatusOK || body != "entered" || entered.Header.Get("X-User") != ines.Subject() ||
		entered.Header.Get("CAS-PRE") != "Inès" || entered.Header.Get("CAS-IDO") != ines.IDO() {
		t.Errorf("%d %q %v", entered.StatusCode, body, entered.Header)
	}
	again, _ := apachetest.Get(t, browser, back.Header.Get("Location"))
	if len(again.Cookies()) > 0 && again.StatusCode != http.StatusUnauthorized {
		t.Errorf("the ticket shown twice: %d", again.StatusCode)
	}

	if _, err := h.Service.SignOut(t.Context(), session); err != nil {
		t.Fatal(err)
	}
	teller := &events.Teller{Federation: h.Service, Keys: h.Keys, Store: h.Store.Events(), Now: h.Clock.Now, Issuer: h.URL, Client: browser,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	federationtest.Follow(t, 1, teller.Follow)
	if n, err := teller.Deliver(t.Context()); err != nil || n != 1 {
		t.Fatalf("%d told, %v", n, err)
	}
	over, _ := apachetest.Get(t, browser, address+"/prive/index.html", cookies...)
	if over.StatusCode != http.StatusFound || !strings.HasPrefix(over.Header.Get("Location"), h.URL+"/cas/login?") {
		t.Errorf("after the sign-out: %d %s", over.StatusCode, over.Header.Get("Location"))
	}
}
