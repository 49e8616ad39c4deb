package signin_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"pupitre/federation"
	"pupitre/federation/signin"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/store/storetest/federationtest"
)

// told stands in for the sites that are told through the browser: one, as long as untold is set.
type told struct {
	untold bool
	fails  bool
	parted []federation.SessionID
}

func (f *told) Part(_ context.Context, s federation.Session) (federation.Token, error) {
	f.parted = append(f.parted, s.ID)
	if f.fails {
		return "", fault.New(fault.Unavailable, "test.down")
	}
	return "jeton", nil
}

func (f *told) Parting(_ context.Context, token federation.Token) ([]federation.Parting, error) {
	if token != "jeton" || f.fails {
		return nil, nil
	}
	return []federation.Parting{{Site: "Le labo", Address: "/saml/slo/vers?site=labo", Origin: "https://labo.example", Told: !f.untold}}, nil
}

func (f *told) Untold(_ context.Context, sessions ...federation.Session) (bool, error) {
	return f.untold && len(sessions) > 0, nil
}

func (f *told) StillUntold(_ context.Context, token federation.Token) (bool, error) {
	return f.untold || token != "jeton", nil
}

// A portal's word through the browser ends the session first, then has the sites told by that browser's page, and then answers the portal
// whether all of them were. In the portal's frame, and from program to program, it answers at once.
func TestAPortalsSignOutReachesTheSites(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		b := buildBorough(t, e)
		sites := &told{}
		door := &signin.Door{Federation: b.Service, Base: b.Broker, Pages: pages{}, Poster: pages{}, Connectors: []signin.Connector{b.connector}, Partings: sites}
		server := httptest.NewServer(behind(b.World, door))
		t.Cleanup(server.Close)
		key := certified(rsaKey())
		say := func() string {
			query := "SAMLRequest=" + url.QueryEscape(packed([]byte(b.farewell()))) + "&RelayState=r&SigAlg=" + url.QueryEscape(key.Method())
			return server.URL + "/connexion/saml/A70/fin?" + query + "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(must(key.SignBytes([]byte(query)))))
		}
		enters := func() *browser {
			br := newBrowser(t)
			to := b.begins(br)
			b.posts(br, b.answer(t, to, word{}), to.Relay)
			sites.untold, sites.parted = true, nil
			return br
		}
		second := func(got seen) string {
			t.Helper()
			to, err := url.Parse(got.To)
			if err != nil || !strings.HasPrefix(got.To, "https://portail.example/slo-done?SAMLResponse=") || to.Query().Get("RelayState") != "r" {
				t.Fatalf("the portal is not answered: %+v", got)
			}
			b.verify(t, to.RawQuery)
			var r struct {
				Answers string `xml:"InResponseTo,attr"`
				Code    struct {
					Value  string `xml:"Value,attr"`
					Second struct {
						Value string `xml:"Value,attr"`
					} `xml:"StatusCode"`
				} `xml:"Status>StatusCode"`
			}
			unpack(t, to.Query().Get("SAMLResponse"), &r)
			if r.Answers != fmt.Sprintf("_l%d", b.farewells) || !strings.HasSuffix(r.Code.Value, ":Success") {
				t.Errorf("%+v", r)
			}
			return r.Code.Second.Value[strings.LastIndex(r.Code.Second.Value, ":")+1:]
		}
		for _, answers := range []bool{true, false} {
			br := enters()
			page := br.get(say())
			if b.person(br) != "" || len(sites.parted) != 0 || !strings.HasPrefix(page.To, "/deconnexion?fait=1&suite=%2Fconnexion%2Fsaml%2FA70%2Ffin%3Fmot%3D") {
				t.Fatalf("%+v", page)
			}
			shown := br.get(server.URL + page.To)
			on, ok := strings.CutPrefix(shown.Header.Get("Refresh"), "3; url=")
			if !ok || !strings.Contains(shown.Body, "Le labo") || len(sites.parted) != 1 {
				t.Fatalf("%+v", shown)
			}
			sites.untold = !answers
			want := map[bool]string{true: "", false: "PartialLogout"}[answers]
			if got := second(br.get(server.URL + on)); got != want {
				t.Errorf("%q, want %q", got, want)
			}
			for _, bad := range []string{"/connexion/saml/A70/fin?mot=x", on[:len(on)-4] + "AAAA"} {
				if got := br.get(server.URL + bad); got.Status != http.StatusForbidden || got.To != "" {
					t.Errorf("%s: %+v", bad, got)
				}
			}
			if b.Clock.Advance(federation.PartingLife); br.get(server.URL+on).Status != http.StatusForbidden {
				t.Error("the word is good for ever")
			}
		}
		// A browser whose session it was not is told nothing of it.
		enters()
		stranger := newBrowser(t)
		page := stranger.get(server.URL + stranger.get(say()).To)
		if len(sites.parted) != 0 || second(stranger.get(server.URL+page.To)) != "PartialLogout" {
			t.Errorf("%+v", page)
		}
		// In a frame of the portal's.
		br := enters()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, say(), nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Sec-Fetch-Dest", "iframe")
		res, err := br.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if got := second(seen{Status: res.StatusCode, To: res.Header.Get("Location")}); got != "PartialLogout" || b.person(br) != "" {
			t.Errorf("%q", got)
		}
	})
}

// Where the sites cannot be told, the person is signed out all the same, and sees so.
func TestASignOutDoesNotDependOnTheSites(t *testing.T) {
	t.Parallel()
	w := federationtest.New(t, dbtest.Engines()[0])
	sites := &told{fails: true, untold: true}
	server := httptest.NewServer(behind(w, &signin.Door{Federation: w.Service, Pages: pages{}, Poster: pages{}, Partings: sites}))
	t.Cleanup(server.Close)
	br := newBrowser(t)
	at := must(url.Parse(server.URL))
	session := w.Arrive(t, "ent-ines")
	br.Jar.SetCookies(at, []*http.Cookie{{Name: federation.SessionCookie, Value: string(session)}})
	left := br.send(http.MethodPost, server.URL+"/deconnexion", nil)
	if _, err := w.Service.Find(t.Context(), session); err == nil || left.To != "/deconnexion?fait=1" || len(sites.parted) != 1 || len(br.Jar.Cookies(at)) != 0 {
		t.Errorf("%+v %v", left, br.Jar.Cookies(at))
	}
	if page := br.get(server.URL + left.To); page.Body != "out" || page.Header.Get("Refresh") != "" {
		t.Errorf("%+v", page)
	}
}
