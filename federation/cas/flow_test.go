package cas_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/events"
	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest/federationtest"
)

// isTicket fits every ticket that a service is given.
var isTicket = regexp.MustCompile(`^(ST|PT)-[0-9a-f]{14}-[0-9a-f]{64}$`)

var ines = federation.PseudonymOf(directory.Secret(strings.Repeat("1", 64)), federationtest.Preau)

func TestATicketIsAnEntry(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")

		// Nobody is signed in: first the portal, then back here.
		status, to := h.login(t, "", "service="+url.QueryEscape(labo+"lecon?n=3"))
		if want := federation.SignInPath("/cas/login?service="+url.QueryEscape(labo+"lecon?n=3"), ""); status != http.StatusFound || to != want {
			t.Errorf("%d %s, want %s", status, to, want)
		}
		if status, to := h.login(t, session, ""); status != http.StatusFound || to != "/" {
			t.Errorf("a sign-in for its own sake: %d %s", status, to)
		}

		for _, path := range []string{"/cas/serviceValidate", "/cas/proxyValidate", "/cas/p3/serviceValidate", "/cas/p3/proxyValidate", "/serviceValidate", "/p3/serviceValidate"} {
			ticket := h.ticket(t, session, labo+"lecon?n=3")
			a := read(t, h.get(t, path, "service", labo+"lecon?n=3", "ticket", ticket))
			if a.Success == nil || a.Success.User != ines.Subject() {
				t.Fatalf("%s: %+v", path, a)
			}
			var attributes []string
			for _, one := range a.Success.Attributes.All {
				attributes = append(attributes, one.XMLName.Local+"="+one.Value)
			}
			var want []string
			if strings.Contains(path, "/p3/") {
				want = []string{"IDO=" + ines.IDO(), "UAI=0991234D", "PRO=National_elv", "PRE=Inès", "DIV=5B##5e B", "GRO=LAT##Latin 5e##5B"}
			}
			if diff := cmp.Diff(want, attributes); diff != "" {
				t.Errorf("%s: %s", path, diff)
			}
		}
		if body := h.get(t, "/cas/validate", "service", labo, "ticket", h.ticket(t, session, labo)); body != "yes\n"+ines.Subject()+"\n" {
			t.Errorf("CAS 1.0: %q", body)
		}
		if body := h.get(t, "/validate", "service", labo, "ticket", "ST-none"); body != "no\n\n" {
			t.Errorf("CAS 1.0: %q", body)
		}
		want := `{"serviceResponse":{"authenticationSuccess":{"user":"` + ines.Subject() + `","attributes":{"DIV":["5B##5e B"],"GRO":["LAT##Latin 5e##5B"],"IDO":"` +
			ines.IDO() + `","PRE":"Inès","PRO":"National_elv","UAI":["0991234D"]}}}}`
		if body := h.get(t, "/cas/p3/serviceValidate", "service", labo, "ticket", h.ticket(t, session, labo), "format", "JSON"); body != want {
			t.Errorf("JSON: %s", body)
		}
		if body := h.get(t, "/cas/p3/serviceValidate", "service", labo, "ticket", "ST-none", "format", "json"); body !=
			`{"serviceResponse":{"authenticationFailure":{"code":"INVALID_TICKET","description":"this ticket is not known"}}}` {
			t.Errorf("JSON: %s", body)
		}
		// §3.1.1, §3.2.1: a ticket begins so; ours are a moment and 256 random bits after it.
		first, second := h.ticket(t, session, labo), h.ticket(t, session, labo)
		if !isTicket.MatchString(first) || !isTicket.MatchString(second) || first == second {
			t.Errorf("tickets %q and %q", first, second)
		}
		if h.Rights.Opened() != 10 {
			t.Errorf("%d accesses journalled, want 10", h.Rights.Opened())
		}
	})
}

func TestSAML11(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		_, to := h.login(t, h.Arrive(t, "ent-ines"), "TARGET="+url.QueryEscape(labo))
		ticket, ok := strings.CutPrefix(to, labo+"?SAMLart=")
		if !ok {
			t.Fatal(to)
		}
		ask := func(body string) string { return h.soap(t, "?TARGET="+url.QueryEscape(labo), body) }
		one := artifact(ticket)
		for name, body := range map[string]string{
			"two artifacts": envelope("", one+one), "none": envelope("", ""), "no envelope": "<a/>", "no XML": "nothing", "a DOCTYPE": "<!DOCTYPE a>" + envelope("", one),
		} {
			if got := ask(body); !strings.Contains(got, "INVALID_REQUEST") {
				t.Errorf("%s: %s", name, got)
			}
		}
		good := ask(envelope("", one))
		for _, part := range []string{`InResponseTo="_r1"`, `StatusCode Value="saml1p:Success"`, `<saml1:NameIdentifier>` + ines.Subject() + `<`, `<saml1:Audience>` + labo + `<`,
			`AttributeName="PRE"><saml1:AttributeValue>Inès<`, `Recipient="` + labo + `"`} {
			if !strings.Contains(good, part) {
				t.Errorf("no %s in %s", part, good)
			}
		}
		if again := ask(envelope("", one)); !strings.Contains(again, "INVALID_TICKET") {
			t.Error(again)
		}
	})
}

func TestATicketIsGoodOnceForItsServiceAndSoon(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")
		const path = "/cas/serviceValidate"
		is := func(want, got string) {
			t.Helper()
			if got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}
		ticket := h.ticket(t, session, labo)
		is(ines.Subject(), h.verdict(t, path, labo, ticket))
		is("INVALID_TICKET", h.verdict(t, path, labo, ticket))

		ticket = h.ticket(t, session, labo)
		is("INVALID_SERVICE", h.verdict(t, path, labo+"ailleurs", ticket))
		is("INVALID_TICKET", h.verdict(t, path, labo, ticket)) // burnt

		ticket = h.ticket(t, session, labo)
		is("INVALID_TICKET", h.verdict(t, path, labo, ticket, "renew", "true"))
		is("INVALID_TICKET", h.verdict(t, path, labo, ticket))

		ticket = h.ticket(t, session, labo)
		h.Clock.Advance(10 * time.Second)
		is("INVALID_TICKET", h.verdict(t, path, labo, ticket))

		// Withdrawn, or signed out, since the ticket was given.
		ticket = h.ticket(t, session, labo)
		h.Rights.Withdraw(federationtest.Ines, federationtest.College, directory.Pupil, federationtest.Grammar)
		a := read(t, h.get(t, path, "service", labo, "ticket", ticket))
		if a.Failure == nil || a.Failure.Code != "INVALID_TICKET" || !strings.Contains(a.Failure.Why, "licensing.right.none") {
			t.Errorf("%+v", a.Failure)
		}
		h.Rights.Give(federationtest.Ines, federationtest.College, directory.Pupil, federationtest.Grammar)
		ticket = h.ticket(t, session, labo)
		if _, err := h.Service.SignOut(t.Context(), session); err != nil {
			t.Fatal(err)
		}
		is("INVALID_TICKET", h.verdict(t, path, labo, ticket))

		is("INVALID_TICKET_SPEC", h.verdict(t, path, labo, "TGT-1"))
		is("INVALID_REQUEST", read(t, h.get(t, path, "service", labo)).Failure.Code)
		is("INVALID_REQUEST", read(t, h.get(t, path, "service", labo, "ticket", "ST-1", "format", "YAML")).Failure.Code)
	})
}

// §3.1.1: once, whether or not validation was successful. A question that cannot be answered uses up the one ticket that can be read in it.
func TestATicketInAMalformedValidationIsUsedUp(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")
		service, elsewhere := "service="+url.QueryEscape(labo), "service="+url.QueryEscape(labo+"ailleurs")
		spent := func(name, ticket, answer, refusal string) {
			t.Helper()
			if !strings.Contains(answer, refusal) {
				t.Errorf("%s: %s", name, answer)
			}
			if got := h.verdict(t, "/cas/serviceValidate", labo, ticket); got != "INVALID_TICKET" {
				t.Errorf("%s: asked again, as it should be: %s", name, got)
			}
		}
		for _, path := range []string{"/cas/validate", "/cas/serviceValidate", "/p3/serviceValidate", "/cas/proxyValidate"} {
			refusal := "INVALID_REQUEST"
			if path == "/cas/validate" {
				refusal = "no\n\n"
			}
			for name, query := range map[string]string{
				"no service":      "",
				"two services":    service + "&" + elsewhere,
				"a word twice":    service + "&renew=false&renew=false",
				"another format":  service + "&format=YAML",
				"not to be read":  service + "&pgtUrl=%zz",
				"with semicolons": service + "&a;b",
			} {
				ticket := h.ticket(t, session, labo)
				spent(path+", "+name, ticket, h.ask(t, path+"?"+query+"&ticket="+ticket), refusal)
			}
		}
		// Of two tickets it is not known which was meant: both are as good as before.
		first, second := h.ticket(t, session, labo), h.ticket(t, session, labo)
		if a := h.ask(t, "/cas/serviceValidate?"+service+"&ticket="+first+"&ticket="+second); !strings.Contains(a, "INVALID_REQUEST") {
			t.Error(a)
		}
		for _, ticket := range []string{first, second} {
			if got := h.verdict(t, "/cas/serviceValidate", labo, ticket); got != ines.Subject() {
				t.Errorf("one of two: %s", got)
			}
		}

		target := "?TARGET=" + url.QueryEscape(labo)
		for name, c := range map[string]struct{ query, before, after string }{
			"no TARGET":            {"", "", ""},
			"two":                  {target + "&TARGET=" + url.QueryEscape(labo+"ailleurs"), "", ""},
			"a query that is none": {target + "&%zz", "", ""},
			"too long an id":       {target, strings.Repeat("x", 300), ""},
			"an open envelope":     {target, "", "<"},
		} {
			ticket := h.ticket(t, session, labo)
			spent("samlValidate, "+name, ticket, h.soap(t, c.query, envelope(c.before, artifact(ticket)+c.after)), "INVALID_REQUEST")
		}
	})
}

func TestWhoMayNotEnterStaysHere(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		for name, c := range map[string]struct {
			external, query string
			status          int
			to              string
		}{
			"no copy":                         {"ent-noe", "service=" + url.QueryEscape(labo), http.StatusForbidden, ""},
			"another publisher's resource":    {"ent-ines", "service=" + url.QueryEscape(labo) + "&idRessource=" + url.QueryEscape(federationtest.Atlas), http.StatusForbidden, ""},
			"no resource named":               {"ent-ines", "service=" + url.QueryEscape(tools), http.StatusBadRequest, ""},
			"a new password":                  {"ent-ines", "service=" + url.QueryEscape(labo) + "&renew=true", http.StatusForbidden, ""},
			"gateway, signed in, but no copy": {"ent-noe", "service=" + url.QueryEscape(labo) + "&gateway=true", http.StatusForbidden, ""},
			"gateway, nobody there":           {"", "service=" + url.QueryEscape(labo) + "&gateway=true", http.StatusFound, labo},
			"renew and gateway":               {"", "service=" + url.QueryEscape(labo) + "&gateway=true&renew=true", http.StatusForbidden, ""},
		} {
			session := federation.Token("")
			if c.external != "" {
				session = h.Arrive(t, c.external)
			}
			if status, to := h.login(t, session, c.query); status != c.status || to != c.to {
				t.Errorf("%s: %d %q", name, status, to)
			}
		}
		// The resource can be named by the request.
		_, to := h.login(t, h.Arrive(t, "ent-ines"), "service="+url.QueryEscape(tools)+"&idRessource="+url.QueryEscape(federationtest.Grammar))
		if !strings.HasPrefix(to, tools+"?ticket=ST-") {
			t.Error(to)
		}
	})
}

// Of thirty-two uses of one ticket exactly one succeeds, fifty times over.
func TestOneTicketOneEntry(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		nodes := []*house{h, h.node(t)}
		session := h.Arrive(t, "ent-ines")
		for range federationtest.Rounds() {
			ticket := h.ticket(t, session, labo)
			won := federationtest.Together(func(i int) bool {
				res, err := h.client.Get(nodes[i%2].URL + "/cas/validate?" + url.Values{"service": {labo}, "ticket": {ticket}}.Encode())
				if err != nil {
					t.Error(err)
					return false
				}
				defer res.Body.Close()
				var answer string
				_, err = fmt.Fscan(res.Body, &answer)
				return err == nil && answer == "yes"
			})
			if won != 1 {
				t.Fatalf("%d of 32 succeeded", won)
			}
		}
	})
}

// site is a publisher's site on this machine: it takes proxies' calls and logout requests.
type site struct {
	*httptest.Server
	mu     sync.Mutex
	got    []url.Values
	status int
}

func newSite(t *testing.T) *site {
	s := &site{status: http.StatusOK}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		s.mu.Lock()
		defer s.mu.Unlock()
		s.got = append(s.got, r.Form)
		w.WriteHeader(s.status)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *site) taken() []url.Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	got := s.got
	s.got = nil
	return got
}

func TestAProxyEntersAnotherServiceOfItsPublisher(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		proxy := newSite(t)
		h := open(t, e, federation.Client{ID: "relais", Sector: federationtest.Preau, Name: "Le relais",
			Services: []federation.CASService{{Prefix: proxy.URL + "/", ARK: federationtest.Grammar}}})
		session := h.Arrive(t, "ent-ines")
		validate := func(callback string) answer {
			t.Helper()
			return read(t, h.get(t, "/cas/serviceValidate", "service", proxy.URL+"/", "ticket", h.ticket(t, session, proxy.URL+"/"), "pgtUrl", callback))
		}
		for _, foreign := range []string{"https://mechant.example/rappel", atlas + "rappel", proxy.URL + "/../x"} {
			if a := validate(foreign); a.Failure == nil || a.Failure.Code != "INVALID_PROXY_CALLBACK" {
				t.Errorf("%s: %+v", foreign, a)
			}
		}
		a := validate(proxy.URL + "/rappel")
		calls := proxy.taken()
		if a.Success == nil || len(calls) != 1 || calls[0].Get("pgtIou") != a.Success.Note || !strings.HasPrefix(a.Success.Note, "PGTIOU-") {
			t.Fatalf("%+v, %v", a.Success, calls)
		}
		pgt := calls[0].Get("pgtId")
		ask := func(target string) answer {
			return read(t, h.get(t, "/cas/proxy", "pgt", pgt, "targetService", target))
		}

		if a := ask(atlas); a.ProxyFailure == nil || a.ProxyFailure.Code != "UNAUTHORIZED_SERVICE_PROXY" {
			t.Errorf("another publisher: %+v", a)
		}
		if a := ask("https://inconnu.example/"); a.ProxyFailure == nil || a.ProxyFailure.Code != "UNAUTHORIZED_SERVICE_PROXY" {
			t.Errorf("nobody's: %+v", a)
		}
		through := ask(labo)
		if through.Proxy == nil {
			t.Fatalf("%+v", through)
		}
		if !isTicket.MatchString(through.Proxy.Ticket) || !strings.HasPrefix(through.Proxy.Ticket, "PT-") {
			t.Errorf("a proxy ticket %q", through.Proxy.Ticket)
		}
		if got := h.verdict(t, "/cas/serviceValidate", labo, through.Proxy.Ticket); got != "INVALID_TICKET" {
			t.Errorf("a proxy ticket by serviceValidate: %s", got)
		}
		through = ask(labo)
		a = read(t, h.get(t, "/cas/proxyValidate", "service", labo, "ticket", through.Proxy.Ticket))
		if a.Success == nil || a.Success.User != ines.Subject() || !cmp.Equal(a.Success.Proxies, []string{proxy.URL + "/rappel"}) {
			t.Errorf("%+v", a)
		}

		// With the attributes, by version 3 of the protocol; by its serviceValidate a proxy ticket is as little good as by version 2's.
		through = ask(labo)
		if got := h.verdict(t, "/cas/p3/serviceValidate", labo, through.Proxy.Ticket); got != "INVALID_TICKET" {
			t.Errorf("a proxy ticket by p3/serviceValidate: %s", got)
		}
		through = ask(labo)
		a = read(t, h.get(t, "/cas/p3/proxyValidate", "service", labo, "ticket", through.Proxy.Ticket))
		if a.Success == nil || a.Success.User != ines.Subject() || len(a.Success.Attributes.All) != 6 || !cmp.Equal(a.Success.Proxies, []string{proxy.URL + "/rappel"}) {
			t.Errorf("%+v", a)
		}
		if got := h.verdict(t, "/cas/p3/proxyValidate", labo, through.Proxy.Ticket); got != "INVALID_TICKET" {
			t.Errorf("the same again: %s", got)
		}

		h.Rights.Withdraw(federationtest.Ines, federationtest.College, directory.Pupil, federationtest.Grammar)
		if a := ask(labo); a.ProxyFailure == nil {
			t.Error("a right withdrawn a second ago still opens by proxy")
		}
		h.Rights.Give(federationtest.Ines, federationtest.College, directory.Pupil, federationtest.Grammar)
		if _, err := h.Service.SignOut(t.Context(), session); err != nil {
			t.Fatal(err)
		}
		if a := ask(labo); a.ProxyFailure == nil {
			t.Error("a session that is over still opens by proxy")
		}
		proxy.mu.Lock()
		proxy.status = http.StatusNotFound
		proxy.mu.Unlock()
		session = h.Arrive(t, "ent-ines")
		if a := validate(proxy.URL + "/rappel"); a.Failure == nil {
			t.Error("a callback that answers 404 has heard nothing")
		}
	})
}

// A proxy behind a proxy shows its ticket, and everyone that it came through is told of all of them, the nearest first (§2.5.5). A chain
// has four at most: the fifth proxy gets its answer, and no ticket to go on with.
func TestProxiesBehindOneAnother(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		proxy := newSite(t)
		h := open(t, e, federation.Client{ID: "relais", Sector: federationtest.Preau, Name: "Le relais",
			Services: []federation.CASService{{Prefix: proxy.URL + "/", ARK: federationtest.Grammar}}})
		service := proxy.URL + "/"
		path, ticket := "/cas/serviceValidate", h.ticket(t, h.Arrive(t, "ent-ines"), service)
		var chain []string
		for depth := range 4 {
			callback := fmt.Sprintf("%s/rappel/%d", proxy.URL, depth)
			a := read(t, h.get(t, path, "service", service, "ticket", ticket, "pgtUrl", callback))
			calls := proxy.taken()
			if a.Success == nil || a.Success.User != ines.Subject() || !cmp.Equal(a.Success.Proxies, chain) || len(calls) != 1 {
				t.Fatalf("%d: %+v, %v", depth, a, calls)
			}
			chain = append([]string{callback}, chain...)
			next := read(t, h.get(t, "/cas/proxy", "pgt", calls[0].Get("pgtId"), "targetService", service))
			if next.Proxy == nil || !isTicket.MatchString(next.Proxy.Ticket) {
				t.Fatalf("%d: %+v", depth, next)
			}
			path, ticket = "/cas/proxyValidate", next.Proxy.Ticket
		}
		a := read(t, h.get(t, path, "service", service, "ticket", ticket, "pgtUrl", proxy.URL+"/rappel/4"))
		if a.Failure == nil || a.Failure.Code != "INVALID_PROXY_CALLBACK" || len(proxy.taken()) != 0 {
			t.Errorf("a fifth: %+v", a)
		}
	})
}

// A callback that leads elsewhere is not followed, and one that does not answer is not waited for for ever: in both cases the proxy has
// no ticket, and whoever asked is told so.
func TestACallbackThatLeadsElsewhereOrHangsGetsNoTicket(t *testing.T) {
	t.Parallel()
	h := open(t, dbtest.Engines()[0])
	elsewhere, hung, release := newSite(t), make(chan url.Values, 1), make(chan struct{})
	relay := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/ailleurs" {
			http.Redirect(w, r, elsewhere.URL+"/?"+r.URL.RawQuery, http.StatusFound)
			return
		}
		hung <- r.URL.Query()
		select {
		case <-release:
		case <-r.Context().Done(): // it was given up
		}
	}))
	t.Cleanup(relay.Close)
	t.Cleanup(func() { close(release) })
	if err := h.Service.Register(t.Context(), federationtest.Tester, federation.Client{ID: "relais", Sector: federationtest.Preau, Name: "Le relais",
		Services: []federation.CASService{{Prefix: relay.URL + "/", ARK: federationtest.Grammar}}}, ""); err != nil {
		t.Fatal(err)
	}
	session, service := h.Arrive(t, "ent-ines"), relay.URL+"/"
	validate := func(path string) string {
		return h.verdict(t, "/cas/serviceValidate", service, h.ticket(t, session, service), "pgtUrl", relay.URL+path)
	}
	h.server.Client = &http.Client{} // which would follow
	if got := validate("/ailleurs"); got != "INVALID_PROXY_CALLBACK" || len(elsewhere.taken()) != 0 {
		t.Errorf("elsewhere: %s", got)
	}
	if got := validate("/muet"); got != "INVALID_PROXY_CALLBACK" {
		t.Errorf("hung: %s", got)
	}
	if q := <-hung; !strings.HasPrefix(q.Get("pgtId"), "PGT-") || !strings.HasPrefix(q.Get("pgtIou"), "PGTIOU-") {
		t.Errorf("%v", q)
	}
	if got := h.verdict(t, "/cas/serviceValidate", service, h.ticket(t, session, service)); got != ines.Subject() {
		t.Errorf("without one: %s", got)
	}
}

// When a session ends, each service that validated a ticket is told by that ticket's name, and no other.
func TestServicesAreToldOfTheEnd(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		here, other := newSite(t), newSite(t)
		h := open(t, e,
			federation.Client{ID: "ici", Sector: federationtest.Preau, Name: "Ici", Services: []federation.CASService{{Prefix: here.URL + "/", ARK: federationtest.Grammar}}},
			federation.Client{ID: "autre", Sector: federationtest.Preau, Name: "Autre", Services: []federation.CASService{{Prefix: other.URL + "/", ARK: federationtest.Grammar}}})
		session := h.Arrive(t, "ent-ines")
		var used []string
		for _, service := range []string{here.URL + "/un", here.URL + "/deux"} {
			ticket := h.ticket(t, session, service)
			h.verdict(t, "/serviceValidate", service, ticket)
			used = append(used, ticket)
		}
		h.ticket(t, session, other.URL+"/") // never validated
		if _, err := h.Service.SignOut(t.Context(), session); err != nil {
			t.Fatal(err)
		}
		teller := &events.Teller{Federation: h.Service, Keys: h.Keys, Store: h.Store.Events(), Now: h.Clock.Now, Issuer: h.URL, Client: h.client,
			Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
		federationtest.Follow(t, 1, teller.Follow)
		if _, err := teller.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		told := here.taken()
		if len(told) != 2 || len(other.taken()) != 0 {
			t.Fatalf("told %v", told)
		}
		requests := told[0].Get("logoutRequest") + told[1].Get("logoutRequest")
		for _, ticket := range used {
			if !strings.Contains(requests, "<samlp:SessionIndex>"+ticket+"</samlp:SessionIndex>") {
				t.Errorf("%s is not in %s", ticket, requests)
			}
		}
	})
}

func TestOldTicketsAreSwept(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		h.ticket(t, h.Arrive(t, "ent-ines"), labo)
		h.Clock.Advance(49 * time.Hour)
		h.ticket(t, h.Arrive(t, "ent-ines"), labo)
		s := h.server
		for _, want := range []int{1, 0} {
			if n, err := s.Sweep(t.Context(), 100); err != nil || n != want {
				t.Errorf("%d, %v, want %d", n, err, want)
			}
		}
	})
}

// A ticket that another node validates, where more is allowed by then, tells what its entry was journalled with.
func TestATicketTellsNoMoreThanTheEntryWasJournalledWith(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		h.Service.Policy = federation.Policy{directory.Pupil: {federation.IDO, federation.UAI}}
		ticket := h.ticket(t, h.Arrive(t, "ent-ines"), labo)
		body := h.node(t).get(t, "/cas/p3/serviceValidate", "service", labo, "ticket", ticket)
		if !strings.Contains(body, "0991234D") || strings.Contains(body, "Inès") {
			t.Errorf("another node says %s", body)
		}
	})
}

func TestARemovedServiceIsRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")
		service := labo + "app"
		ticket := h.ticket(t, session, service)
		if _, err := h.Service.Remove(t.Context(), federationtest.Tester, "labo"); err != nil {
			t.Fatal(err)
		}
		if got := h.verdict(t, "/cas/p3/serviceValidate", service, ticket); !strings.HasPrefix(got, "INVALID") {
			t.Errorf("a ticket of before: %s", got)
		}
		if status, to := h.login(t, session, url.Values{"service": {service}}.Encode()); status < 400 || to != "" {
			t.Errorf("login: %d %s", status, to)
		}
	})
}
