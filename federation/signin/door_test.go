package signin_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/signin"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/demo/portal"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/store/storetest/federationtest"
)

// town is a broker and a portal that know each other, each on an address of its own.
type town struct {
	*federationtest.World
	Broker string
	Portal string
	portal *portal.Portal
	cas    *signin.CAS
}

func build(t testing.TB, e dbtest.Engine) *town {
	t.Helper()
	w := federationtest.New(t, e)
	town := &town{World: w}
	// Both addresses are known before either is built, for each names the other.
	broker, ent := httptest.NewUnstartedServer(nil), httptest.NewUnstartedServer(nil)
	town.Broker, town.Portal = "http://"+broker.Listener.Addr().String(), "http://"+ent.Listener.Addr().String()
	town.portal = &portal.Portal{
		Name: "Le portail", Project: "A70", Password: "bonjour", Services: []string{town.Broker + "/"}, Now: w.Clock.Now,
		Pages: portal.Plain{Words: lang.MustLoad()}, Client: http.DefaultClient, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Accounts: []portal.Account{{Login: "ines", External: "ent-ines", Name: "Inès"}, {Login: "noe", External: "ent-noe", Name: "Noé"}, {Login: "renard", External: "ent-renard", Name: "Renard"},
			{Login: "inconnu", External: "ent-inconnu", Name: "?"}},
	}
	p := edge(w)
	mux := p.Mux()
	town.portal.Mount(mux)
	ent.Config.Handler = p.Wrap(mux)

	town.cas = &signin.CAS{Portal: federation.ENT{Project: "A70", Name: "Le portail"}, Base: town.Portal, Client: http.DefaultClient}
	broker.Config.Handler = open(w, town.Broker, town.cas,
		&signin.CAS{Portal: federation.ENT{Project: "B0", Name: "Un autre"}, Base: town.Portal, Client: http.DefaultClient})
	broker.Start()
	ent.Start()
	t.Cleanup(broker.Close)
	t.Cleanup(ent.Close)
	return town
}

func edge(w *federationtest.World, cross ...string) *httpx.Edge {
	return &httpx.Edge{Now: w.Clock.Now, Words: lang.MustLoad(), CrossOrigin: cross, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
}

// open is a broker at that address: a door with some portals behind it, and a page that says who is there.
func open(w *federationtest.World, base string, portals ...signin.Connector) http.Handler {
	return behind(w, &signin.Door{Federation: w.Service, Base: base, Pages: pages{}, Poster: pages{}, Connectors: portals})
}

// behind is a broker with that door.
func behind(w *federationtest.World, door *signin.Door) http.Handler {
	b := edge(w, door.CrossOrigin()...)
	mux := b.Mux()
	door.Mount(mux)
	mux.Handle("GET /mediacentre", func(out http.ResponseWriter, r *http.Request) error {
		s, err := w.Service.Find(r.Context(), federation.Token(httpx.Cookie(r, federation.SessionCookie)))
		if err != nil {
			return err
		}
		_, err = fmt.Fprint(out, s.Person)
		return err
	})
	return b.Wrap(mux)
}

// pages stand in for the product's.
type pages struct{}

func (pages) ChooseENT(w http.ResponseWriter, _ *http.Request, c federation.ENTChoice) error {
	if c.NoAccounts {
		fmt.Fprintln(w, "no accounts")
	}
	for _, k := range c.Kinds {
		fmt.Fprintln(w, "kind", k, c.Narrow(k), c.Kind == k)
	}
	for _, e := range c.ENTs {
		fmt.Fprintln(w, c.Address(e.Project))
	}
	for _, s := range c.Found {
		fmt.Fprintln(w, s.Name, c.School(s))
	}
	if c.Last.UAI != "" {
		fmt.Fprintln(w, "last school", c.School(c.Last))
	}
	if c.Remembered != "" {
		fmt.Fprintln(w, "last time", c.Remembered)
	}
	return nil
}
func (pages) ConfirmSignOut(w http.ResponseWriter, _ *http.Request) error {
	_, err := fmt.Fprint(w, "sure?")
	return err
}
func (pages) SignedOut(w http.ResponseWriter, _ *http.Request, d federation.Departure) error {
	if len(d.Sites) == 0 {
		_, err := fmt.Fprint(w, "out")
		return err
	}
	return json.NewEncoder(w).Encode(d)
}

func (pages) PostForm(w http.ResponseWriter, _ *http.Request, f federation.Form) error {
	return json.NewEncoder(w).Encode(f)
}

// browser keeps cookies and shows where it is sent.
type browser struct {
	t testing.TB
	*http.Client
	agent string // what it says that it is, "" for what Go says
}

func newBrowser(t testing.TB) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, Client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// seen is a page.
type seen struct {
	Status int
	To     string
	Body   string
	Header http.Header
}

func (b *browser) send(method, address string, form url.Values) seen {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if b.agent != "" {
		req.Header.Set("User-Agent", b.agent)
	}
	res, err := b.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	return seen{res.StatusCode, res.Header.Get("Location"), string(body), res.Header}
}

func (b *browser) get(address string) seen { return b.send(http.MethodGet, address, nil) }

// signIn goes through the portal, and returns the address with the ticket, not followed.
func (b *browser) signIn(town *town, login, from string) string {
	b.t.Helper()
	at := b.get(from).To // the portal's login
	u, err := url.Parse(at)
	if err != nil || u.Query().Get("service") == "" {
		b.t.Fatalf("sent to %q, %v", at, err)
	}
	again := b.send(http.MethodPost, town.Portal+"/login", url.Values{"login": {login}, "password": {"bonjour"}, "service": {u.Query().Get("service")}})
	return b.get(town.Portal + again.To).To
}

func TestOneSignInAtThePortalOpensTheMediacentre(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		town, b := build(t, e), newBrowser(t)
		back := b.signIn(town, "ines", town.Broker+"/connexion?idENT=QTcw&next=/mediacentre")
		came := b.get(back)
		if came.Status != 303 || came.To != "/mediacentre" || came.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Fatalf("%+v", came)
		}
		if page := b.get(town.Broker + "/mediacentre"); page.Body != string(federationtest.Ines) {
			t.Errorf("the Médiacentre knows %q", page.Body)
		}
		// A second time nothing is asked: the portal remembers.
		if again := b.get(b.get(town.Broker + "/connexion?idENT=A70").To); !strings.Contains(again.To, "ticket=ST-") {
			t.Errorf("the second time: %+v", again)
		}
	})
}

func TestTheSessionCookieIsOutOfReach(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		town, b := build(t, e), newBrowser(t)
		came := b.get(b.signIn(town, "ines", town.Broker+"/connexion?idENT=A70"))
		found := false
		for _, line := range came.Header.Values("Set-Cookie") {
			if strings.HasPrefix(line, federation.SessionCookie+"=") {
				found = true
				for _, want := range []string{"HttpOnly", "SameSite=Lax", "Path=/"} {
					if !strings.Contains(line, want) {
						t.Errorf("%s is missing in %s", want, line)
					}
				}
			}
		}
		if !found {
			t.Errorf("no session: %v", came.Header)
		}
	})
}

// Login CSRF: an attacker's own ticket, in a victim's browser, must not sign the victim in as the attacker.
func TestNobodyCanBeSignedInAsAnother(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		town, attacker, victim := build(t, e), newBrowser(t), newBrowser(t)
		stolen := attacker.signIn(town, "noe", town.Broker+"/connexion?idENT=A70")
		if got := victim.get(stolen); got.Status != 403 {
			t.Errorf("a browser that began nothing: %+v", got)
		}
		// Nor while the victim is half-way through a sign-in of their own: with the attacker's state, or with their own.
		begun, err := url.Parse(victim.get(town.Broker + "/connexion?idENT=A70").To)
		if err != nil {
			t.Fatal(err)
		}
		if got := victim.get(stolen); got.Status != 403 {
			t.Errorf("with the attacker's state: %+v", got)
		}
		own := begun.Query().Get("service") + "&ticket=" + ticketOf(t, attacker.signIn(town, "noe", town.Broker+"/connexion?idENT=A70"))
		if got := victim.get(own); got.Status != 403 {
			t.Errorf("the attacker's ticket with the victim's state: %+v", got)
		}
		for _, b := range []*browser{victim} {
			if page := b.get(town.Broker + "/mediacentre"); page.Status != 401 {
				t.Errorf("the victim is signed in: %+v", page)
			}
		}
	})
}

func ticketOf(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil || u.Query().Get("ticket") == "" {
		t.Fatalf("no ticket in %q", address)
	}
	return u.Query().Get("ticket")
}

func TestATicketOpensOneSession(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		town, b := build(t, e), newBrowser(t)
		back := b.signIn(town, "ines", town.Broker+"/connexion?idENT=A70")
		if got := b.get(back); got.Status != 303 {
			t.Fatalf("%+v", got)
		}
		if got := b.get(back); got.Status != 403 {
			t.Errorf("the second time: %+v", got)
		}
	})
}

func TestTwoTabsMaySignInAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		town, b := build(t, e), newBrowser(t)
		first := b.signIn(town, "ines", town.Broker+"/connexion?idENT=A70&next=/a")
		second := b.get(b.get(town.Broker + "/connexion?idENT=A70&next=/b").To).To
		if got := b.get(first); got.To != "/a" {
			t.Errorf("the first tab: %+v", got)
		}
		if got := b.get(second); got.To != "/b" {
			t.Errorf("the second tab: %+v", got)
		}
	})
}

func TestASignInEndsAtALocalAddressOnly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		town := build(t, e)
		for _, next := range []string{"", "https://evil.example/", "//evil.example", `/\evil.example`, "/\t/evil.example", "javascript:alert(1)", "mediacentre", "http:evil.example"} {
			b := newBrowser(t)
			back := b.signIn(town, "ines", town.Broker+"/connexion?idENT=A70&next="+url.QueryEscape(next))
			if got := b.get(back); got.To != "/mediacentre" {
				t.Errorf("%q ends at %q", next, got.To)
			}
		}
	})
}

// Who has several places says at the first sign-in in a browser which, and goes on from there to where they were going; the browser remembers
// it long after the session was swept, and for them alone: whoever comes next is told nothing of it, and may have it forgotten.
func TestABrowserRemembersThePlaceThatWasChosenInIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		town, b := build(t, e), newBrowser(t)
		town.Attach(t, federationtest.Noe, federationtest.Lycee, directory.Pupil)
		here, err := url.Parse(town.Broker)
		if err != nil {
			t.Fatal(err)
		}
		cookie := func(in *browser, name string) string {
			for _, c := range in.Jar.Cookies(here) {
				if c.Name == name {
					return c.Value
				}
			}
			return ""
		}
		const asked, on = "/mes-lieux?next=%2Fmediacentre%3Fq%3Da", "/mediacentre?q=a"
		is := func(what string, in *browser, login, want string, at directory.SchoolID) {
			t.Helper()
			town.Clock.Advance(time.Minute)
			for _, c := range in.Jar.Cookies(here) { // the same host: the portal's session goes too
				if c.Name != "lieu" {
					in.Jar.SetCookies(here, []*http.Cookie{{Name: c.Name, Path: "/", MaxAge: -1}})
				}
			}
			got := in.get(in.signIn(town, login, town.Broker+"/connexion?idENT=A70&next="+url.QueryEscape(on)))
			s, err := town.Service.Find(t.Context(), federation.Token(cookie(in, federation.SessionCookie)))
			if err != nil || got.To != want || s.School != at {
				t.Errorf("%s: ends at %q, in %q, %v; want %q, %q", what, got.To, s.School, err, want, at)
			}
		}
		choose := func(profile directory.Profile) string {
			t.Helper()
			got := b.send(http.MethodPost, town.Broker+"/connexion/lieu", url.Values{"school": {string(federationtest.Lycee)}, "profile": {string(profile)}, "next": {on}})
			set := got.Header.Values("Set-Cookie")
			if got.To != on || len(set) != 1 || !strings.HasPrefix(set[0], "lieu=") || !strings.HasSuffix(set[0], "; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax") {
				t.Errorf("%+v", got)
			}
			return cookie(b, "lieu")
		}
		is("the first time", b, "renard", asked, federationtest.College)
		if cookie(b, "lieu") != "" {
			t.Error("the browser remembers what nobody has chosen")
		}
		hers := choose(directory.Teacher)
		town.Clock.Advance(60 * 24 * time.Hour)
		if n, err := town.Service.Sweep(t.Context(), 100); err != nil || n == 0 {
			t.Fatal(n, err)
		}
		is("two months later", b, "renard", on, federationtest.Lycee)
		is("in another browser", newBrowser(t), "renard", asked, federationtest.College)
		is("another person in the same browser", b, "noe", asked, federationtest.College)
		if cookie(b, "lieu") != hers {
			t.Error("who has chosen nothing has changed what the browser remembers")
		}
		if his := choose(directory.Pupil); his == hers || len(his) != len(hers) {
			t.Errorf("two persons who chose the same school leave %q and %q", hers, his)
		}
		is("the other's choice", b, "noe", on, federationtest.Lycee)
		if b.send(http.MethodPost, town.Broker+"/connexion/oubli", nil); cookie(b, "lieu") != "" {
			t.Error("it is not forgotten")
		}
		is("forgotten", b, "noe", asked, federationtest.College)
	})
}

func TestAnUnknownPersonIsToldWhomToAsk(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		town, b := build(t, e), newBrowser(t)
		got := b.get(b.signIn(town, "inconnu", town.Broker+"/connexion?idENT=A70"))
		if got.Status != 403 || !strings.Contains(got.Body, "responsable du portail") {
			t.Errorf("%+v", got)
		}
	})
}

// A portal speaks for its own project: what the portal of A70 says through the door of B0 is nobody's word.
func TestAPortalVouchesForItsOwnProjectOnly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		town, b := build(t, e), newBrowser(t)
		got := b.get(b.signIn(town, "ines", town.Broker+"/connexion?idENT=B0"))
		if got.Status != 403 {
			t.Errorf("%+v", got)
		}
	})
}

func TestASignOutEndsBothWays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		town, b := build(t, e), newBrowser(t)
		// Here first: the session is over at once, then the page goes on to the portal.
		b.get(b.signIn(town, "ines", town.Broker+"/connexion?idENT=A70"))
		if got := b.get(town.Broker + "/deconnexion"); got.Body != "sure?" {
			t.Errorf("asked by a link: %+v", got)
		}
		done := b.send(http.MethodPost, town.Broker+"/deconnexion", nil)
		if page := b.get(town.Broker + "/mediacentre"); page.Status != 401 {
			t.Errorf("still signed in: %+v", page)
		}
		on := b.get(town.Broker + done.To).Header.Get("Refresh")
		if !strings.HasPrefix(on, "0; url="+town.Portal+"/logout?service=") {
			t.Fatalf("the page goes on to %q", on)
		}
		if end := b.get(strings.TrimPrefix(on, "0; url=")); end.To != town.Broker+"/deconnexion?fait=2" {
			t.Errorf("the portal sends back to %q", end.To)
		}
		if again := b.get(b.get(town.Broker + "/connexion?idENT=A70").To); again.To != "" {
			t.Errorf("the portal still knows them: %q", again.To)
		}
	})
}

func TestThePortalsSignOutIsHeard(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		town, b := build(t, e), newBrowser(t)
		service := b.signIn(town, "ines", town.Broker+"/connexion?idENT=A70")
		ticket := ticketOf(t, service)
		b.get(service)
		logout := func(index string) int {
			message := `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"><samlp:SessionIndex>` + index + `</samlp:SessionIndex></samlp:LogoutRequest>`
			return newBrowser(t).send(http.MethodPost, town.Broker+"/connexion/cas/A70", url.Values{"logoutRequest": {message}}).Status
		}
		if status := logout("ST-guessed"); status != 200 {
			t.Errorf("an index that nobody has: %d", status)
		}
		if page := b.get(town.Broker + "/mediacentre"); page.Status != 200 {
			t.Fatalf("a guess signed somebody out: %+v", page)
		}
		if status := logout(ticket); status != 200 {
			t.Errorf("%d", status)
		}
		if page := b.get(town.Broker + "/mediacentre"); page.Status != 401 {
			t.Errorf("still signed in: %+v", page)
		}
		for _, bad := range []string{"", "<", `<!DOCTYPE x><a/>`, `<LogoutRequest><SessionIndex>ST-x</SessionIndex></LogoutRequest>`} {
			got := newBrowser(t).send(http.MethodPost, town.Broker+"/connexion/cas/A70", url.Values{"logoutRequest": {bad}})
			if got.Status != 400 {
				t.Errorf("%q: %d", bad, got.Status)
			}
		}
	})
}

func TestWhoIsNotKnownByALinkIsAskedForTheirPortal(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		town, b := build(t, e), newBrowser(t)
		got := b.get(town.Broker + "/connexion?next=/affectation")
		want := "/connexion?idENT=QTcw&next=%2Faffectation\n/connexion?idENT=QjA%3D&next=%2Faffectation\n"
		if got.Body != want {
			t.Errorf("got %q", got.Body)
		}
	})
}

func TestASilentPortalIsNoAnswer(t *testing.T) {
	t.Parallel()
	answers := map[string]struct {
		status int
		body   string
		want   string
	}{
		"error page":      {500, "", "federation.portal.silent"},
		"redirection":     {302, "", "federation.portal.silent"},
		"not XML":         {200, "yes\nines\n", "federation.portal.silent"},
		"another XML":     {200, "<serviceResponse/>", "federation.portal.silent"},
		"no word":         {200, `<c:serviceResponse xmlns:c="http://www.yale.edu/tp/cas"/>`, "federation.portal.silent"},
		"both words":      {200, response(`<c:authenticationFailure code="X"/>` + success("A70", "ent-ines")), "federation.portal.silent"},
		"two successes":   {200, response(success("A70", "ent-ines") + success("A70", "ent-noe")), "federation.portal.silent"},
		"two persons":     {200, response(`<c:authenticationSuccess><c:attributes><c:idEnt>A70</c:idEnt><c:GARPersonIdentifiant>a</c:GARPersonIdentifiant><c:GARPersonIdentifiant>b</c:GARPersonIdentifiant></c:attributes></c:authenticationSuccess>`), "federation.portal.silent"},
		"entity":          {200, `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>` + response(success("A70", "&e;")), "federation.portal.silent"},
		"too long":        {200, response("<!--" + strings.Repeat("x", 70<<10) + "-->" + success("A70", "ent-ines")), "federation.portal.silent"},
		"no attributes":   {200, response(`<c:authenticationSuccess><c:user>ent-ines</c:user></c:authenticationSuccess>`), "federation.portal.mute"},
		"outside":         {200, response(`<c:authenticationSuccess><c:GARPersonIdentifiant>ent-ines</c:GARPersonIdentifiant><c:idEnt>A70</c:idEnt></c:authenticationSuccess>`), "federation.portal.mute"},
		"another project": {200, response(success("B0", "ent-ines")), "federation.portal.mute"},
		"a refusal":       {200, response(`<c:authenticationFailure code="INVALID_TICKET">no</c:authenticationFailure>`), "federation.portal.refused"},
		"its word":        {200, response(success("A70", "ent-ines")), ""},
	}
	for name, a := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked := url.Values{}
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked = r.URL.Query()
				w.Header().Set("Location", "/p3/serviceValidate")
				w.WriteHeader(a.status)
				io.WriteString(w, a.body)
			}))
			defer server.Close()
			cas := &signin.CAS{Portal: federation.ENT{Project: "A70", Name: "P"}, Base: server.URL, Client: server.Client()}
			attempt := signin.NewAttempt("https://pupitre.example/connexion/cas/A70")
			r := httptest.NewRequest("GET", "/connexion/cas/A70?etat=x&ticket="+url.QueryEscape("ST-1&service=https://evil.example"), nil)
			v, err := cas.Finish(t.Context(), r, attempt)
			got := ""
			if err != nil {
				got = fault.CodeOf(err)
			}
			if got != a.want || (v.External == "ent-ines") != (a.want == "") {
				t.Errorf("got %v, %+v", err, v)
			}
			if got := asked["service"]; len(got) != 1 || got[0] != attempt.Callback+"?etat="+attempt.State() {
				t.Errorf("the portal is asked for %q", got)
			}
		})
	}
}

func response(inner string) string {
	return `<c:serviceResponse xmlns:c="http://www.yale.edu/tp/cas">` + inner + `</c:serviceResponse>`
}

func success(project, external string) string {
	return `<c:authenticationSuccess><c:attributes><c:idEnt>` + project + `</c:idEnt><c:GARPersonIdentifiant>` + external +
		`</c:GARPersonIdentifiant></c:attributes></c:authenticationSuccess>`
}

func TestWhatIsNoTicketIsNotAskedAbout(t *testing.T) {
	t.Parallel()
	asked := false
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer server.Close()
	cas := &signin.CAS{Portal: federation.ENT{Project: "A70", Name: "P"}, Base: server.URL, Client: server.Client()}
	for _, query := range []string{"", "ticket=", "ticket=ST-", "ticket=PT-1", "ticket=ST-1&ticket=ST-2", "ticket=ST-" + strings.Repeat("x", 300), "ticket=ST-%0a", "ticket=ST-%C3%A9"} {
		r := httptest.NewRequest("GET", "/connexion/cas/A70?"+query, nil)
		if _, err := cas.Finish(t.Context(), r, signin.NewAttempt("https://pupitre.example/")); !fault.Is(err, fault.Denied) {
			t.Errorf("%q: %v", query, err)
		}
	}
	if asked {
		t.Error("the portal was asked about something that is no ticket")
	}
}

// street is a broker with two portals, where schools may be looked for.
func street(t *testing.T) string {
	t.Helper()
	w := federationtest.New(t, dbtest.Engines()[0])
	cas := func(project directory.ProjectID) signin.Connector {
		return &signin.CAS{Portal: federation.ENT{Project: project, Name: string(project)}, Base: "http://" + strings.ToLower(string(project)) + ".example"}
	}
	e := edge(w)
	mux := e.Mux()
	(&signin.Door{Federation: w.Service, Base: "http://pupitre.example", Pages: pages{}, Connectors: []signin.Connector{cas("B0"), cas("A70")},
		Schools: &directory.Finder{Service: &directory.Service{Store: w.Store.Directory()}, Now: w.Clock.Now}}).Mount(mux)
	server := httptest.NewServer(e.Wrap(mux))
	t.Cleanup(server.Close)
	return server.URL
}

// A school leads to the portal of its project, and which it was is remembered.
func TestASchoolLeadsToItsPortal(t *testing.T) {
	t.Parallel()
	at, b := street(t), newBrowser(t)
	got := b.get(at + "/connexion?next=/affectation&q=tilleuls")
	link := "/connexion?idENT=QTcw&next=%2Faffectation&uai=0991234D"
	if !strings.HasSuffix(got.Body, "Collège des Tilleuls "+link+"\n") {
		t.Errorf("got %q", got.Body)
	}
	if to := b.get(at + link).To; !strings.HasPrefix(to, "http://a70.example/login?") {
		t.Errorf("leads to %q", to)
	}
	if got := b.get(at + "/connexion?q=" + strings.Repeat("é", 500)); got.Status != http.StatusOK || !strings.Contains(got.Body, "last time A70") {
		t.Errorf("%+v", got)
	}
}

// « Collège / Lycée » leaves the schools of that kind, and the portals that have some.
func TestACollegeIsLookedForAmongColleges(t *testing.T) {
	t.Parallel()
	at, b := street(t), newBrowser(t)
	all := b.get(at + "/connexion?next=/affectation&q=valmore").Body
	for _, want := range []string{"kind college /connexion?next=%2Faffectation&niveau=college&q=valmore false\n", "kind lycee ", "Collège des Tilleuls", "Lycée du Port", "idENT=QjA="} {
		if !strings.Contains(strings.ReplaceAll(all, "%3D", "="), want) {
			t.Errorf("all: no %q in %q", want, all)
		}
	}
	if strings.Contains(all, "kind ecole") {
		t.Error("a kind is offered of which there is no school")
	}
	one := b.get(at + "/connexion?next=/affectation&q=valmore&niveau=lycee").Body
	if strings.Contains(one, "Collège des Tilleuls") || !strings.Contains(one, "Lycée du Port /connexion?idENT=QTcw&next=%2Faffectation&uai=0995678S") ||
		strings.Contains(one, "idENT=QjA") || !strings.Contains(one, "kind lycee /connexion?next=%2Faffectation&niveau=lycee&q=valmore true") {
		t.Errorf("lycées: %q", one)
	}
	for _, lie := range []string{"x", "%00", "ecole%27"} {
		if got := b.get(at + "/connexion?next=/affectation&q=valmore&niveau=" + lie); got.Status != http.StatusOK || got.Body != all {
			t.Errorf("niveau=%s: %+v", lie, got)
		}
	}
}

// Whoever comes back finds their school first, and can have it forgotten; the browser keeps its official number and nothing else.
func TestTheSchoolOfLastTimeStandsFirst(t *testing.T) {
	t.Parallel()
	at, b := street(t), newBrowser(t)
	here, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	kept := func() string {
		var all []string
		for _, c := range b.Jar.Cookies(here) {
			if c.Name != "connexion" {
				all = append(all, c.Name+"="+c.Value)
			}
		}
		return strings.Join(all, " ")
	}
	first := "last school /connexion?idENT=QTcw&next=%2Fmediacentre&uai=0991234D\n"
	b.get(at + "/connexion?idENT=QTcw&uai=0991234d")
	if got := kept(); got != "ecole=0991234D ent=A70" {
		t.Errorf("the browser keeps %q", got)
	}
	if got := b.get(at + "/connexion?next=/mediacentre"); !strings.Contains(got.Body, first) {
		t.Errorf("coming back: %q", got.Body)
	}
	b.get(at + "/connexion?idENT=QTcw") // by the portal, which is that school's
	if got := kept(); got != "ecole=0991234D ent=A70" {
		t.Errorf("the browser keeps %q", got)
	}
	if got := b.send(http.MethodPost, at+"/connexion/oubli", url.Values{"next": {"/mediacentre"}}); got.To != "/connexion?next=%2Fmediacentre" || kept() != "" {
		t.Errorf("forgotten: %+v, %q", got, kept())
	}
	if got := b.get(at + "/connexion?next=/mediacentre"); strings.Contains(got.Body, "last") {
		t.Errorf("after that: %q", got.Body)
	}
	b.get(at + "/connexion?idENT=QTcw&uai=0991234D")
	b.get(at + "/connexion?idENT=QjA=") // last time was elsewhere
	if got := kept(); got != "ent=B0" {
		t.Errorf("the browser keeps %q", got)
	}
	for _, lie := range []string{"", "x", "0991234E", "0991234D%0a", "../etc", strings.Repeat("9", 5000)} {
		b.send(http.MethodPost, at+"/connexion/oubli", nil)
		if got := b.get(at + "/connexion?idENT=QTcw&uai=" + lie); got.Status != http.StatusSeeOther || kept() != "ent=A70" && lie != "0991234D%0a" {
			t.Errorf("%.20q: %+v, %q", lie, got, kept())
		}
		b.Jar.SetCookies(here, []*http.Cookie{{Name: "ecole", Value: "0990001A", Path: "/"}}) // not one of ours
		if got := b.get(at + "/connexion"); got.Status != http.StatusOK || strings.Contains(got.Body, "last school") {
			t.Errorf("%+v", got)
		}
	}
	if got := b.send(http.MethodPost, at+"/connexion/oubli", url.Values{"next": {"//evil.example"}}); got.To != "/connexion" {
		t.Errorf("sent to %q", got.To)
	}
}

// « Sans ENT » leads to the accounts of our own: to the one form, or to a choice of those alone; never to a portal.
func TestWithoutAnENTOneComesInByAnAccount(t *testing.T) {
	t.Parallel()
	cas := &signin.CAS{Portal: federation.ENT{Project: "B0", Name: "Mon collège"}, Base: "http://b0.example"}
	own := func(project directory.ProjectID) *signin.Local {
		return &signin.Local{Portal: federation.ENT{Project: project, Name: "Écoles sans portail"}}
	}
	for _, c := range []struct {
		name  string
		doors []signin.Connector
		to    string // the page that follows, by itself
		says  string
	}{
		{"one kind of accounts", []signin.Connector{cas, own("A70")}, "/connexion/", ""},
		{"two kinds", []signin.Connector{cas, own("A70"), own("C1")}, "", "/connexion?idENT=QTcw&next=%2Fmediacentre\n/connexion?idENT=QzE%3D&next=%2Fmediacentre\n"},
		{"none, and one portal", []signin.Connector{cas}, "", "no accounts\n/connexion?idENT=QjA%3D&next=%2Fmediacentre\n"},
	} {
		w := federationtest.New(t, dbtest.Engines()[0])
		e := edge(w)
		mux := e.Mux()
		door := &signin.Door{Federation: w.Service, Base: "http://pupitre.example", Pages: pages{}, Connectors: c.doors}
		door.Mount(mux)
		server := httptest.NewServer(e.Wrap(mux))
		got := newBrowser(t).get(server.URL + "/connexion?idENT=sans-ent&next=/mediacentre")
		server.Close()
		if c.to != "" && (!strings.Contains(got.To, c.to) || strings.Contains(got.To, "b0.example")) || c.to == "" && got.Body != c.says {
			t.Errorf("%s: to %q, says %q", c.name, got.To, got.Body)
		}
	}
}
