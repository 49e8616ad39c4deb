package signin_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"pupitre/federation"
	"pupitre/federation/signin"
	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest/federationtest"
)

// village is a broker, and a portal that speaks OpenID Connect.
type village struct {
	*federationtest.World
	*issuer
	Broker string
}

func buildVillage(t testing.TB, e dbtest.Engine) *village {
	t.Helper()
	w := federationtest.New(t, e)
	broker := httptest.NewUnstartedServer(nil)
	v := &village{World: w, issuer: newIssuer(t, w.Clock.Now), Broker: "http://" + broker.Listener.Addr().String()}
	broker.Config.Handler = open(w, v.Broker, v.connector())
	broker.Start()
	t.Cleanup(broker.Close)
	return v
}

// back goes to the portal and returns the address of its answer, not followed.
func (v *village) back(b *browser) string {
	b.t.Helper()
	to := b.get(v.Broker + "/connexion?next=/mediacentre").To
	if !strings.HasPrefix(to, v.URL+"/authorize?") {
		b.t.Fatalf("sent to %q", to)
	}
	return b.get(to).To
}

func (v *village) person(b *browser) string {
	page := b.get(v.Broker + "/mediacentre")
	if page.Status == http.StatusUnauthorized {
		return ""
	}
	return page.Body
}

func TestASignInAtAnOpenIDPortalOpensAndEndsBothWays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		v, b := buildVillage(t, e), newBrowser(t)
		back := v.back(b)
		if came := b.get(back); came.To != "/mediacentre" || came.Header.Get("Referrer-Policy") != "no-referrer" || v.person(b) != string(federationtest.Ines) {
			t.Fatalf("%+v", came)
		}
		if again := b.get(back); again.Status != http.StatusForbidden {
			t.Errorf("the same answer twice: %+v", again)
		}

		// Here first, then at the portal, which knows by the ID token who is meant and by whom.
		done := b.send(http.MethodPost, v.Broker+"/deconnexion", nil)
		on, _ := strings.CutPrefix(b.get(v.Broker+done.To).Header.Get("Refresh"), "0; url=")
		to, err := url.Parse(on)
		if err != nil || !strings.HasPrefix(on, v.URL+"/logout?") {
			t.Fatalf("goes on to %q", on)
		}
		q := to.Query()
		if q.Get("post_logout_redirect_uri") != v.Broker+"/deconnexion?fait=2" || q.Get("client_id") != issuerClient || strings.Count(q.Get("id_token_hint"), ".") != 2 {
			t.Errorf("the portal is told %v", q)
		}
		if next := b.get(v.Broker + done.To).Header.Get("Refresh"); next != "" {
			t.Errorf("the farewell is said twice: %q", next)
		}
		if v.person(b) != "" {
			t.Error("still signed in")
		}

		// There first.
		b.get(v.back(b))
		other := newBrowser(t)
		v.issuer.person = "ent-noe"
		other.get(v.back(other))
		token := logoutToken(v.issuer, func(map[string]any) {}, func(i *issuer, c map[string]any) string { return i.signedAs("logout+jwt", c) })
		heard := newBrowser(t).send(http.MethodPost, v.Broker+"/connexion/oidc/A70", url.Values{"logout_token": {token}})
		if heard.Status != http.StatusOK || heard.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("the portal hears %+v", heard)
		}
		if v.person(b) != "" || v.person(other) != string(federationtest.Noe) {
			t.Errorf("signed in: %q and %q", v.person(b), v.person(other))
		}
		if again := newBrowser(t).send(http.MethodPost, v.Broker+"/connexion/oidc/A70", url.Values{"logout_token": {token}}); again.Status != http.StatusBadRequest {
			t.Errorf("the same word twice: %+v", again)
		}
	})
}

// A portal calls somebody's next sign-in by the same name: a word that was heard at one node ends nothing at another.
func TestALogoutTokenIsHeardOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		v, b := buildVillage(t, e), newBrowser(t)
		other := httptest.NewServer(open(v.Node(t), v.Broker, v.connector()))
		t.Cleanup(other.Close)
		token := logoutToken(v.issuer, func(map[string]any) {}, func(i *issuer, c map[string]any) string { return i.signedAs("logout+jwt", c) })
		say := func(node string) int {
			return newBrowser(t).send(http.MethodPost, node+"/connexion/oidc/A70", url.Values{"logout_token": {token}}).Status
		}
		b.get(v.back(b))
		heard := federationtest.Together(func(i int) bool { return say([]string{v.Broker, other.URL}[i%2]) == http.StatusOK })
		if heard != 1 || v.person(b) != "" {
			t.Errorf("heard %d times of 32 on two nodes; signed in: %q", heard, v.person(b))
		}
		b.get(v.back(b))
		for _, later := range []time.Duration{0, 30 * time.Second, 2 * time.Minute} {
			v.Clock.Advance(later)
			for _, node := range []string{v.Broker, other.URL} {
				if status := say(node); status != http.StatusBadRequest {
					t.Errorf("%s later: %d", later, status)
				}
			}
		}
		if v.person(b) != string(federationtest.Ines) {
			t.Error("an old word ends a new sign-in")
		}
	})
}

// Login CSRF and code injection: an answer that another browser was given signs nobody in here, whichever state it comes with.
func TestAnOpenIDAnswerIsGoodInItsBrowserOnly(t *testing.T) {
	t.Parallel()
	for _, noPKCE := range []bool{false, true} {
		v, attacker, victim := buildVillage(t, dbtest.Engines()[0]), newBrowser(t), newBrowser(t)
		v.noPKCE = noPKCE
		v.issuer.person = "ent-noe"
		stolen := v.back(attacker)
		if got := victim.get(stolen); got.Status != http.StatusForbidden {
			t.Errorf("a browser that began nothing: %+v", got)
		}
		own := must(url.Parse(v.back(victim)))
		if got := victim.get(stolen); got.Status != http.StatusForbidden {
			t.Errorf("with the attacker's state: %+v", got)
		}
		q := own.Query()
		q.Set("code", must(url.Parse(stolen)).Query().Get("code"))
		own.RawQuery = q.Encode()
		if got := victim.get(own.String()); got.Status != http.StatusForbidden {
			t.Errorf("the attacker's code with the victim's state: %+v", got)
		}
		if v.person(victim) != "" {
			t.Error("the victim is signed in")
		}
	}
}

// The state is in addresses, the secret in the cookie alone: who has seen the one cannot make the other.
func TestAStateWithoutItsCookieIsNobodys(t *testing.T) {
	t.Parallel()
	v, b := buildVillage(t, dbtest.Engines()[0]), newBrowser(t)
	state := must(url.Parse(v.back(b))).Query().Get("state")
	for _, cookie := range []string{"", state, "W10", "bnVsbA", "W3sicyI6IiIsIm4iOiIifV0"} { // nothing, the state, [], null, an attempt without a secret
		req := must(http.NewRequestWithContext(t.Context(), http.MethodGet, v.Broker+"/connexion/oidc/A70?code=x&state="+state, nil))
		req.AddCookie(&http.Cookie{Name: "connexion", Value: cookie})
		res := must(http.DefaultClient.Do(req))
		res.Body.Close()
		if res.StatusCode != http.StatusForbidden {
			t.Errorf("%q: %d", cookie, res.StatusCode)
		}
	}
}

func TestAnOpenIDPortalThatIsSilentIsSaidSo(t *testing.T) {
	t.Parallel()
	v, b := buildVillage(t, dbtest.Engines()[0]), newBrowser(t)
	says("/.well-known/openid-configuration", 500, "")(v.issuer)
	got := b.get(v.Broker + "/connexion")
	if got.Status != http.StatusServiceUnavailable || got.Header.Get("Location") != "" {
		t.Errorf("%+v", got)
	}
	if out := b.send(http.MethodPost, v.Broker+"/deconnexion", nil); out.Status != http.StatusSeeOther {
		t.Errorf("signing out: %+v", out)
	}
}

// What one portal is to hear at the end is said to no other, whichever was looked at since.
func TestAFarewellIsForTheirOwnPortal(t *testing.T) {
	t.Parallel()
	w := federationtest.New(t, dbtest.Engines()[0])
	server := httptest.NewUnstartedServer(nil)
	v := &village{World: w, issuer: newIssuer(t, w.Clock.Now), Broker: "http://" + server.Listener.Addr().String()}
	other := &signin.CAS{Portal: federation.ENT{Project: "B0", Name: "Un autre"}, Base: "http://other.example"}
	server.Config.Handler = open(w, v.Broker, other, v.connector())
	server.Start()
	t.Cleanup(server.Close)

	b := newBrowser(t)
	came := b.get(b.get(b.get(v.Broker + "/connexion?idENT=A70").To).To)
	for _, line := range came.Header.Values("Set-Cookie") {
		if !strings.Contains(line, "HttpOnly") || !strings.Contains(line, "SameSite=Lax") {
			t.Errorf("within reach: %.40s", line)
		}
	}
	b.get(v.Broker + "/connexion?idENT=B0") // and turns back
	done := b.send(http.MethodPost, v.Broker+"/deconnexion", nil)
	if on := b.get(v.Broker + done.To).Header.Get("Refresh"); !strings.HasPrefix(on, "0; url="+v.URL+"/logout?") {
		t.Errorf("goes on to %q", on)
	}
}
