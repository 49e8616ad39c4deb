package worldtest_test

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/httpx"
	"pupitre/journal"
	"pupitre/licensing"
)

// The publisher's site that launches go to, by every protocol.
const (
	siteID       = federation.ClientID("labo")
	siteSecret   = federation.Token("0123456789abcdefghijklmnopqrstuvwxyz0123456")
	siteService  = "https://labo.example/cas/accueil"
	siteRedirect = "https://labo.example/retour"
	siteEntity   = "https://labo.example/saml"
	siteConsumer = "https://labo.example/saml/acs"
)

// doors are a broker's addresses for one launch, and how its browser shows who it is.
type doors struct {
	cas, authorize, token, saml string

	browser, program *http.Client
	signedIn         func(*http.Request)
	session          *http.Cookie // the broker's; nil elsewhere
}

// launchpad is a running broker at a real address, a publisher's site, and pupils who hold its resource, and others.
type launchpad struct {
	*house
	site   federation.Client
	client *http.Client
	pupils []*http.Cookie
	turn   atomic.Int64
}

func newLaunchpad(t testing.TB, database string) *launchpad {
	t.Helper()
	p := &launchpad{house: newHouse(t, database)}
	p.furnish(t, 18)
	resources, err := p.Catalogue.List(t.Context(), catalogue.Find{})
	if err != nil {
		t.Fatal(err)
	}
	// The one whose notice asks for most.
	resource := slices.MaxFunc(resources, func(a, b catalogue.Resource) int { return cmp.Compare(len(a.Declared), len(b.Declared)) })
	p.site = federation.Client{
		ID: siteID, Sector: federation.Sector(resource.Publisher.ID), Name: "Le labo", Resource: string(resource.ARK),
		Algorithm: federation.ES256, Redirects: []string{siteRedirect}, Services: []federation.CASService{{Prefix: "https://labo.example/cas/"}},
		SAML: &federation.SAMLParty{EntityID: siteEntity, Signed: federation.SignAssertion, Consumers: []federation.SAMLEndpoint{
			{Binding: federation.SAMLPost, Location: siteConsumer}}},
	}
	p.signWith(t, federation.ES256)
	for _, token := range p.tokens(t) {
		p.pupils = append(p.pupils, &http.Cookie{Name: federation.SessionCookie, Value: string(token)})
	}
	server := httptest.NewServer(p.Handler)
	t.Cleanup(server.Close)
	p.client = httpx.FollowsNothing(&http.Client{Transport: &wire{address: func(string) string { return server.Listener.Addr().String() }}})
	t.Cleanup(p.client.CloseIdleConnections)
	return p
}

// signWith registers the site for an algorithm.
func (p *launchpad) signWith(t testing.TB, a federation.Algorithm) {
	t.Helper()
	p.site.Algorithm = a
	if err := p.Federation.Register(t.Context(), journal.System("test"), p.site, siteSecret); err != nil {
		t.Fatal(err)
	}
}

// tokens are sessions of pupils who hold the resource.
func (h *house) tokens(t testing.TB) (tokens []federation.Token) {
	t.Helper()
	cohorts, err := h.Directory.Cohorts(t.Context(), h.school.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cohorts {
		members, err := h.Directory.MembersOfCohort(t.Context(), h.school.ID, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range members {
			if m.Profile != directory.Pupil || len(tokens) == 200 {
				continue
			}
			person, err := h.Directory.FindPerson(t.Context(), m.Person)
			if err != nil {
				t.Fatal(err)
			}
			token, _, err := h.Federation.Arrive(t.Context(), federation.Arrival{Project: h.school.Project, External: person.External, Upstream: "cas"})
			if err != nil {
				t.Fatal(err)
			}
			tokens = append(tokens, token)
		}
	}
	return tokens
}

// next is the way of the next pupil.
func (p *launchpad) next() doors {
	const base = "http://pupitre.localhost"
	cookie := p.pupils[int(p.turn.Add(1))%len(p.pupils)]
	return doors{
		cas: base + "/cas", authorize: base + "/oidc/authorize", token: base + "/oidc/token", saml: base + "/saml/start?sp=" + url.QueryEscape(siteEntity),
		browser: p.client, program: p.client, signedIn: func(r *http.Request) { r.AddCookie(cookie) }, session: cookie,
	}
}

// byCAS asks for a ticket as a browser, and validates it as the site's program.
func (d doors) byCAS(ctx context.Context) bool {
	return d.validates(ctx, d.ticket(ctx))
}

func (d doors) ticket(ctx context.Context) string {
	to, _ := d.visit(ctx, d.cas+"/login?service="+url.QueryEscape(siteService))
	_, ticket, _ := strings.Cut(to, "ticket=")
	return ticket
}

func (d doors) validates(ctx context.Context, ticket string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.cas+"/p3/serviceValidate?service="+url.QueryEscape(siteService)+"&ticket="+url.QueryEscape(ticket), nil)
	_, body := ask(d.program, req, err)
	return strings.Contains(body, "authenticationSuccess")
}

const verifier = "0123456789012345678901234567890123456789012"

// byOpenID asks for a code as a browser, and for tokens as the site's program.
func (d doors) byOpenID(ctx context.Context) bool {
	return d.redeems(ctx, d.code(ctx))
}

var authorization = url.Values{"response_type": {"code"}, "client_id": {string(siteID)}, "redirect_uri": {siteRedirect}, "scope": {"openid"},
	"state": {"s"}, "nonce": {"n"}, "code_challenge": {oauth2.S256ChallengeFromVerifier(verifier)}, "code_challenge_method": {"S256"}}.Encode()

func (d doors) code(ctx context.Context) string {
	to, _ := d.visit(ctx, d.authorize+"?"+authorization)
	back, err := url.Parse(to)
	if err != nil {
		return ""
	}
	return back.Query().Get("code")
}

func (d doors) redeems(ctx context.Context, code string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.token, strings.NewReader(url.Values{"grant_type": {"authorization_code"},
		"code": {code}, "redirect_uri": {siteRedirect}, "code_verifier": {verifier}}.Encode()))
	if err == nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.SetBasicAuth(string(siteID), string(siteSecret))
	}
	_, body := ask(d.program, req, err)
	return strings.Contains(body, "id_token")
}

// bySAML follows a link as a browser, and is given the form that posts the assertion.
func (d doors) bySAML(ctx context.Context) bool {
	_, page := d.visit(ctx, d.saml)
	return strings.Contains(page, "SAMLResponse")
}

// visit goes to an address as the signed-in browser; it returns where that sends it, and the page.
func (d doors) visit(ctx context.Context, address string) (to, page string) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err == nil {
		req.Header.Set("Accept", "text/html")
		d.signedIn(req)
	}
	return ask(d.browser, req, err)
}

func ask(client *http.Client, req *http.Request, err error) (to, body string) {
	if err != nil {
		return "", ""
	}
	res, err := client.Do(req)
	if err != nil {
		return "", ""
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body) // to its end, or the connection is not used again
	if err != nil {
		return "", ""
	}
	return res.Header.Get("Location"), string(text)
}

// A pupil enters by each protocol, on both engines: what the benchmarks measure is a launch.
func TestAPupilEntersByEachProtocol(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		p := newLaunchpad(t, e.Address(t))
		for name, way := range map[string]func(doors, context.Context) bool{"CAS": doors.byCAS, "OpenID Connect": doors.byOpenID, "SAML": doors.bySAML} {
			before := p.accesses(t)
			if !way(p.next(), t.Context()) {
				t.Errorf("a pupil does not enter by %s", name)
			}
			if n := p.accesses(t) - before; n != 1 {
				t.Errorf("%d accesses are journalled of one by %s", n, name)
			}
			stranger := p.next()
			stranger.signedIn = func(*http.Request) {}
			if way(stranger, t.Context()) {
				t.Errorf("somebody who is not signed in enters by %s", name)
			}
		}
	})
}

// accesses is how many the school's journal has.
func (p *launchpad) accesses(t testing.TB) (n int) {
	t.Helper()
	if err := p.Store.DB.Pool().QueryRowContext(t.Context(), `select count(*) from journal where verb = 'licensing.opened'`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// PostgreSQL is killed and started again under launches: those who wait meanwhile wait a little longer, and nobody fails.
// PUPITRE_TEST_RESTART is the command that does it, of a server that nothing else uses (scripts/soak.sh).
func TestNoLaunchFailsWhilePostgreSQLRestarts(t *testing.T) {
	command := os.Getenv("PUPITRE_TEST_RESTART")
	if command == "" {
		t.Skip("PUPITRE_TEST_RESTART is not set: make soak does it")
	}
	p := newLaunchpad(t, dbtest.Engines()[1].Address(t))
	var done, failed atomic.Int64
	var all sync.WaitGroup
	stop := make(chan struct{})
	for i := range 8 {
		all.Go(func() {
			way := []func(doors, context.Context) bool{doors.byCAS, doors.byOpenID, doors.bySAML}[i%3]
			for {
				select {
				case <-stop:
					return
				default:
				}
				ok := way(p.next(), t.Context())
				if done.Add(1); !ok {
					failed.Add(1)
				}
			}
		})
	}
	for range 3 {
		time.Sleep(2 * time.Second) // launches on both sides of the restart
		before := done.Load()
		if out, err := exec.Command("sh", "-c", command).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v %s", command, err, out)
		}
		t.Logf("%d launches before it", before)
	}
	time.Sleep(2 * time.Second)
	close(stop)
	all.Wait()
	t.Logf("%d launches, %d failed, 3 restarts", done.Load(), failed.Load())
	if n := p.accesses(t); failed.Load() > 0 || n != int(done.Load()) {
		t.Errorf("%d of %d launches failed, %d accesses are journalled", failed.Load(), done.Load(), n)
	}
}

// What one step of a launch decides stands for the next, a moment later. Nothing that is withdrawn in between does.
func TestWhatIsWithdrawnBetweenTwoStepsOfALaunchIsRefused(t *testing.T) {
	t.Parallel()
	by := journal.System("test")
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		p := newLaunchpad(t, e.Address(t))
		resource, err := p.Catalogue.FindByARK(t.Context(), catalogue.ARK(p.site.Resource))
		if err != nil {
			t.Fatal(err)
		}
		subscriptions, err := p.Licensing.ListSubscriptions(t.Context(), licensing.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		bought := subscriptions[slices.IndexFunc(subscriptions, func(s licensing.Subscription) bool { return s.ARK == resource.ARK })]
		everybody := licensing.Order{School: p.school.ID, Resources: []catalogue.ResourceID{resource.ID}, Targets: []licensing.Target{licensing.ToSchool(directory.Pupil)}}
		between := func(what string, enters bool, change func(browsers ...doors) error) {
			t.Helper()
			one, other := p.next(), p.next()
			ticket, code := one.ticket(t.Context()), other.code(t.Context())
			if ticket == "" || code == "" {
				t.Fatalf("before %s: nobody enters", what)
			}
			if err := change(one, other); err != nil {
				t.Fatal(err)
			}
			if one.validates(t.Context(), ticket) != enters {
				t.Errorf("%s, by CAS: enters is %v", what, !enters)
			}
			if other.redeems(t.Context(), code) != enters {
				t.Errorf("%s, by OpenID Connect: enters is %v", what, !enters)
			}
		}
		between("nothing", true, func(...doors) error { return nil })
		between("the session is over", false, func(browsers ...doors) error {
			for _, d := range browsers {
				if _, err := p.Federation.SignOut(t.Context(), federation.Token(d.session.Value)); err != nil {
					return err
				}
			}
			return nil
		})
		between("the copies are taken back", false, func(...doors) error {
			_, err := p.Licensing.Release(t.Context(), by, everybody)
			return err
		})
		if _, err := p.Licensing.Assign(t.Context(), by, everybody); err != nil {
			t.Fatal(err)
		}
		between("the subscription is ended", false, func(...doors) error {
			return p.Licensing.End(t.Context(), by, bought.Distributor, bought.ID)
		})
	})
}
