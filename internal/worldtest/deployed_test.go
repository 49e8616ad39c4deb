package worldtest_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"pupitre/directory/provision/academy"
	"pupitre/federation"
	"pupitre/internal/app/brokerapp"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/httpx"
)

// vouching is a portal whose word is always that it is this person (CAS §2.5.2).
type vouching string

func (external vouching) RoundTrip(r *http.Request) (*http.Response, error) {
	body := `<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas"><cas:authenticationSuccess><cas:user>u</cas:user><cas:attributes><cas:idEnt>A70</cas:idEnt>` +
		`<cas:GARPersonIdentifiant>` + string(external) + `</cas:GARPersonIdentifiant></cas:attributes></cas:authenticationSuccess></cas:serviceResponse>`
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// The broker as it is deployed: TLS ends at a proxy in front, and what arrives is in clear. Where its address is over TLS, or the operator
// says so, every cookie of a whole sign-in is bound to the host and to TLS; where its address is over TLS browsers are kept to it. In clear
// neither is said: a browser would refuse the cookies. Every answer is guarded, a failure too.
func TestASignInsCookiesAndHeadersAreThoseOfTheBrokersAddress(t *testing.T) {
	t.Parallel()
	ines, _ := academy.FindCharacter("ines.marchal")
	for name, c := range map[string]struct {
		base           string
		behind         bool
		secure, strict bool
	}{
		"over TLS":           {"https://pupitre.example", false, true, true},
		"in clear":           {"http://pupitre.localhost", false, false, false},
		"the operator knows": {"http://pupitre.localhost", true, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, dbtest.Engines()[0].Address(t), func(s *brokerapp.Settings) {
				s.Base, s.Behind = c.base, c.behind
				s.Client = &http.Client{Transport: vouching(ines.External)}
				s.Portals = []brokerapp.Portal{{Project: "A70", Name: "Le portail", Kind: brokerapp.PortalCAS, Address: "https://portail.example/cas"}}
			})
			server := httptest.NewServer(h.Handler)
			t.Cleanup(server.Close)
			client := httpx.FollowsNothing(server.Client())
			kept := map[string]string{}
			visit := func(address string, want int) *http.Response {
				t.Helper()
				req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+strings.TrimPrefix(address, c.base), nil)
				if err != nil {
					t.Fatal(err)
				}
				req.Host = strings.SplitN(c.base, "//", 2)[1]
				req.Header.Set("Accept", "text/html")
				for name, value := range kept {
					req.AddCookie(&http.Cookie{Name: name, Value: value})
				}
				res, err := client.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				res.Body.Close()
				if res.StatusCode != want {
					t.Fatalf("%s: %d %s, want %d", address, res.StatusCode, res.Header.Get("Location"), want)
				}
				isGuarded(t, address, res.Header, c.strict)
				for _, cookie := range res.Cookies() {
					isBound(t, cookie, c.secure)
					if kept[cookie.Name] = cookie.Value; cookie.MaxAge < 0 {
						delete(kept, cookie.Name)
					}
				}
				return res
			}

			to, err := url.Parse(visit("/connexion", http.StatusSeeOther).Header.Get("Location"))
			if err != nil || to.Host != "portail.example" || len(kept) < 2 {
				t.Fatalf("%v, %v, cookies %v", to, err, kept)
			}
			back := to.Query().Get("service")
			if !strings.HasPrefix(back, c.base+"/connexion/cas/A70?") {
				t.Fatalf("the portal sends back to %s", back)
			}
			visit(back+"&ticket=ST-"+string(federation.NewToken()), http.StatusSeeOther)
			visit("/mediacentre", http.StatusOK)
			visit("/nulle-part", http.StatusNotFound)

			bound, free := "__Host-"+federation.SessionCookie, federation.SessionCookie
			if !c.secure {
				bound, free = free, bound
			}
			session := kept[bound]
			if session == "" {
				t.Fatalf("no %s among %v", bound, kept)
			}
			// Under the other name it is nobody's: over TLS that is the one that another host of the domain could have set.
			delete(kept, bound)
			kept[free] = session
			visit("/mediacentre", http.StatusSeeOther)
		})
	}
}

// isBound reports what a cookie should not be (RFC 6265bis §4.1.3.2).
func isBound(t *testing.T, c *http.Cookie, secure bool) {
	t.Helper()
	if strings.HasPrefix(c.Name, "__Host-") != secure || c.Secure != secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
		t.Errorf("a cookie is set as %s", c.Raw)
	}
}

// isGuarded reports what an answer of ours lacks.
func isGuarded(t *testing.T, address string, h http.Header, strict bool) {
	t.Helper()
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: %s is %q, want %q", address, name, got, want)
		}
	}
	policy := h.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("%s: the policy %q lacks %q", address, policy, want)
		}
	}
	if h.Get("Referrer-Policy") == "" || h.Get("Permissions-Policy") == "" || strings.Contains(policy, "unsafe") {
		t.Errorf("%s: %v", address, h)
	}
	age, err := strconv.Atoi(strings.TrimPrefix(h.Get("Strict-Transport-Security"), "max-age="))
	if kept := err == nil && age >= 180*24*60*60; kept != strict || !strict && h.Get("Strict-Transport-Security") != "" {
		t.Errorf("%s: Strict-Transport-Security is %q", address, h.Get("Strict-Transport-Security"))
	}
}
