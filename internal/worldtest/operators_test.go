package worldtest_test

import (
	"bytes"
	"context"
	"encoding/base32"
	"encoding/json"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pupitre/directory/delivery"
	"pupitre/federation"
	"pupitre/federation/local"
	operators "pupitre/federation/operator"
	"pupitre/internal/app/brokerapp"
	"pupitre/internal/tx"
	"pupitre/internal/worldtest"
	"pupitre/journal"
	"pupitre/orders/trade"
	"pupitre/store/storetest/federationtest"
)

// onTwoNodes is onBothEngines where requests alternate between two nodes.
func onTwoNodes(t *testing.T, f func(t *testing.T, w *worldtest.World)) {
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f(t, worldtest.Open(t, worldtest.Options{PostgreSQL: postgres, Nodes: 2}))
		})
	}
}

// runner is an operator at a browser.
type runner struct {
	*worldtest.Visitor
	slip   local.Slip
	secret []byte // of the telephone
	page   worldtest.Page
}

const operatorsPassword = "marmotte canif tabouret violet"

// addRunner makes an operator on the machine.
func addRunner(t *testing.T, b *brokerapp.Broker, name string) *runner {
	t.Helper()
	slip, err := b.Operators.Add(t.Context(), journal.System("command"), name)
	if err != nil {
		t.Fatal(err)
	}
	return &runner{Visitor: worldtest.NewVisitor(), slip: slip}
}

var shownKey = regexp.MustCompile(`<dd><code>([A-Z2-7 ]+)</code>`)

// untilTelephone asks for a page of operation, and goes as far as the telephone is asked for.
func (r *runner) untilTelephone(t *testing.T, w *worldtest.World) {
	t.Helper()
	r.page = r.Get(t, w.Broker+"/exploitation/declarations")
	if !strings.HasPrefix(r.page.At.Path, "/connexion/local/EXPLOITATION") || !r.page.Says("pour qui administre ce service") {
		t.Fatalf("a stranger is led to %s: %s", r.page.At, r.page.Words())
	}
	r.page = r.page.Press(t, "Se connecter", url.Values{"identifiant": {string(r.slip.Login)}, "passe": {string(r.slip.Phrase)}})
	r.page = r.page.Press(t, "Choisir ce mot de passe", url.Values{"nouveau": {operatorsPassword}, "encore": {operatorsPassword}})
	key := shownKey.FindStringSubmatch(r.page.Text)
	if key == nil {
		t.Fatalf("no telephone is asked for at %s: %s", r.page.At, r.page.Words())
	}
	var err error
	if r.secret, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(key[1], " ", "")); err != nil {
		t.Fatal(err)
	}
}

// comeIn signs in for the first time, and lands where they wanted to go.
func (r *runner) comeIn(t *testing.T, w *worldtest.World) {
	t.Helper()
	r.untilTelephone(t, w)
	r.page = r.page.Press(t, "Ajouter", url.Values{"code": {federationtest.CodeAt(r.secret, time.Now())}})
	r.page = r.page.Follow(t, "C’est noté, continuer")
	if r.page.Status != http.StatusOK || r.page.At.Path != "/exploitation/declarations" {
		t.Fatalf("signed in, and at %s: %d", r.page.At, r.page.Status)
	}
}

// isOut reports whether each node leads to the sign-in.
func (r *runner) isOut(t *testing.T, w *worldtest.World) bool {
	t.Helper()
	out := 0
	for range 4 {
		if page := r.Get(t, w.Broker+"/exploitation/livraisons"); strings.HasPrefix(page.At.Path, "/connexion") {
			out++
		}
	}
	if out != 0 && out != 4 {
		t.Errorf("of four requests to two nodes, %d lead to the sign-in", out)
	}
	return out == 4
}

// Every page of operation, walked by everybody else, leads to the sign-in or says no: nothing is shown, and nothing done.
func TestOperatorsPagesOpenToNobodyElse(t *testing.T) {
	t.Parallel()
	onTwoNodes(t, func(t *testing.T, w *worldtest.World) {
		m := newMarket(t, w)
		one := addRunner(t, m.Broker, "camille")
		one.comeIn(t, w)
		const name = "A70_GAR-ENT_Complet_20260902_210000_1D.tar.gz"
		id := path.Base(one.upload(t, w, name, "same-origin").At.Path)
		values, form := map[string]string{"id": id}, url.Values{"uai": {"0991234D"}, "mot": {"autoriser"}, "ressource": {"x"}, "vu": {"[]"}, "adresse": {"https://x.example/x.jpg"}}
		half := addRunner(t, m.Broker, "half-way")
		half.untilTelephone(t, w)
		pupil, head := worldtest.NewVisitor(), worldtest.NewVisitor()
		pupil.SignIn(t, w.Broker+"/mediacentre", "ines.marchal")
		head.SignIn(t, w.Broker+"/affectation", "claire.vasseur")
		everybody := map[string]*worldtest.Visitor{
			"a stranger": worldtest.NewVisitor(), "a pupil": pupil, "a manager": head, "an agent": m.visitor(t, w, "taken"), "an operator without a telephone": half.Visitor,
		}
		for who, v := range map[string]*worldtest.Visitor{"a manager": head, "a pupil": pupil} { // their own token, as an operator's
			everybody[who+" with the cookie's name changed"] = holding(t, w, operators.SessionCookie, v.Cookie(t, w.Broker, federation.SessionCookie))
		}
		everybody["an agent with the cookie's name changed"] = holding(t, w, operators.SessionCookie, m.visitor(t, w, "taken").Cookie(t, w.Broker, trade.SessionCookie))
		if !worldtest.Soon(t.Context(), 20*time.Second, func() bool { // the import, of what cannot be read, is over: nothing else moves
			d, err := m.Deliveries.Find(t.Context(), delivery.ID(id))
			return err == nil && !d.Ended.IsZero()
		}) {
			t.Fatal("the delivery goes on")
		}
		before, walked := kept(t, m.Broker), 0
		for who, v := range everybody {
			for _, route := range m.Routes {
				if !strings.Contains(route, " /exploitation") {
					continue
				}
				walked++
				page := walk(t, w, v.Stay(), route, values, form)
				led := page.Status == http.StatusSeeOther && strings.HasPrefix(page.Header.Get("Location"), "/connexion?")
				left := page.Status == http.StatusSeeOther && strings.HasSuffix(route, "/quitter") && page.Header.Get("Location") == "/exploitation"
				if !led && !left && page.Status != http.StatusUnauthorized || strings.Contains(page.Text, name) {
					t.Errorf("%s, %s: status %d, to %q", who, route, page.Status, page.Header.Get("Location"))
				}
			}
		}
		if walked < 15*len(everybody) {
			t.Errorf("only %d routes were walked: does the test still know them?", walked)
		}
		if after := kept(t, m.Broker); !maps.Equal(before, after) {
			t.Errorf("somebody changed something: %v, before %v", after, before)
		}
		// An operator does see it; and their session opens nothing of a school, nor of the trade.
		if page := one.Get(t, w.Broker+"/exploitation"); page.Status != http.StatusOK || !page.Says(name) || !page.Says("camille") {
			t.Errorf("an operator: %d at %s: %s", page.Status, page.At, page.Words())
		}
		for name, path := range map[string]string{federation.SessionCookie: "/mediacentre", trade.SessionCookie: "/professionnels"} {
			v := holding(t, w, name, one.Visitor.Cookie(t, w.Broker, operators.SessionCookie))
			if page := v.Stay().Get(t, w.Broker+path); page.Status == http.StatusOK {
				t.Errorf("an operator's token opens %s", path)
			}
			if page := one.Stay().Get(t, w.Broker+path); page.Status == http.StatusOK {
				t.Errorf("an operator reads %s", path)
			}
		}
	})
}

// holding is a browser that somebody gave a cookie.
func holding(t *testing.T, w *worldtest.World, name, value string) *worldtest.Visitor {
	t.Helper()
	jar, _ := cookiejar.New(nil) // never fails
	v := worldtest.NewVisitorWith(jar)
	v.Keep(t, w.Broker, &http.Cookie{Name: name, Value: value, Path: "/"})
	return v
}

// Who is removed, or given a new slip, is out with the next request, on whichever node.
func TestARemovedOperatorIsOutOnBothNodes(t *testing.T) {
	t.Parallel()
	onTwoNodes(t, func(t *testing.T, w *worldtest.World) {
		b := operator(t, w)
		removed, reset, other := addRunner(t, b, "removed"), addRunner(t, b, "reset"), addRunner(t, b, "other")
		for _, r := range []*runner{removed, reset, other} {
			r.comeIn(t, w)
			if r.isOut(t, w) {
				t.Fatalf("%s is not in", r.slip.Login)
			}
		}
		if err := b.Operators.Remove(t.Context(), journal.System("command"), "removed"); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Operators.Reset(t.Context(), journal.System("command"), "reset"); err != nil {
			t.Fatal(err)
		}
		if !removed.isOut(t, w) || !reset.isOut(t, w) || other.isOut(t, w) {
			t.Error("the wrong ones are in")
		}
		if page := other.page.Press(t, "Se déconnecter", nil); !strings.HasPrefix(page.At.Path, "/connexion/local/EXPLOITATION") || !other.isOut(t, w) {
			t.Errorf("signed out, and at %s", page.At)
		}
	})
}

// upload hands in an archive as the form does, from a page of some origin.
func (r *runner) upload(t *testing.T, w *worldtest.World, name, site string) worldtest.Page {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("archive", name)
	if err == nil {
		_, err = io.WriteString(part, "nothing that can be read")
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	q, err := http.NewRequest(http.MethodPost, w.Broker+"/exploitation/livraisons", &body)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Content-Type", form.FormDataContentType())
	q.Header.Set("Sec-Fetch-Site", site)
	return r.Do(t, q)
}

// What an operator does is theirs in the journal; what another site's page would have them do is not done.
func TestAnOperatorsActsAreTheirsAndNoOtherSites(t *testing.T) {
	t.Parallel()
	onTwoNodes(t, func(t *testing.T, w *worldtest.World) {
		b := operator(t, w)
		r := addRunner(t, b, "camille")
		r.comeIn(t, w)
		before, err := b.Deliveries.List(t.Context(), 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, site := range []string{"cross-site", "same-site"} {
			if page := r.upload(t, w, "A70_GAR-ENT_Complet_20260902_210000_1D.tar.gz", site); page.Status != http.StatusForbidden {
				t.Errorf("a page elsewhere (%s) hands in an archive: %d", site, page.Status)
			}
		}
		if list, err := b.Deliveries.List(t.Context(), 10); err != nil || len(list) != len(before) {
			t.Errorf("%d deliveries, before %d, %v", len(list), len(before), err)
		}
		page := r.upload(t, w, "A70_GAR-ENT_Complet_20260902_210000_1D.tar.gz", "same-origin")
		if page.Status != http.StatusOK || !strings.HasPrefix(page.At.Path, "/exploitation/livraisons/") || !page.Says("est arrivé") {
			t.Fatalf("%d at %s: %s", page.Status, page.At, page.Words())
		}
		subject := strings.TrimPrefix(page.At.Path, "/exploitation/livraisons/")
		told, err := tx.Answer(t.Context(), b.Store.Journal().Read, func(ctx context.Context, j journal.Reader) ([]journal.Written, error) {
			return j.OfSubject(ctx, "", subject, "", 10)
		})
		list, listed := b.Operators.List(t.Context())
		if err != nil || listed != nil || len(list) != 1 {
			t.Fatal(err, listed, list)
		}
		if !slices.ContainsFunc(told, func(e journal.Written) bool {
			return e.Entry.Verb == "delivery.received" && e.Entry.Actor == list[0].Actor()
		}) {
			t.Errorf("who handed it in is not told: %+v", told)
		}
		if found, err := b.Deliveries.Find(t.Context(), delivery.ID(subject)); err != nil || found.Door != delivery.ByPage {
			t.Errorf("%+v, %v", found, err)
		}
	})
}

// The browser's session is a new one, whatever it held; its cookie is the host's own and no script's, and the old session is over.
func TestAnOperatorsSessionIsNoneThatTheBrowserHeld(t *testing.T) {
	t.Parallel()
	w := worldtest.Open(t, worldtest.Options{Nodes: 2})
	b := operator(t, w)
	r := addRunner(t, b, "camille")
	const planted = "planted-by-somebody"
	r.Keep(t, w.Broker, &http.Cookie{Name: operators.SessionCookie, Value: planted, Path: "/"})
	r.comeIn(t, w)
	first := r.Visitor.Cookie(t, w.Broker, operators.SessionCookie)
	if first == planted || len(first) < 32 {
		t.Errorf("the session's token is %d characters long", len(first))
	}
	if !(&runner{Visitor: holding(t, w, operators.SessionCookie, planted)}).isOut(t, w) {
		t.Error("what was planted opens pages")
	}
	// Again, in the same browser: with a code of the next half minute, for one code is good once.
	page := r.Get(t, w.Broker+federation.SignInPath("https://evil.example/exploitation", local.Operators))
	page = page.Press(t, "Se connecter", url.Values{"identifiant": {"camille"}, "passe": {operatorsPassword}})
	stays := r.Stay()
	form := url.Values{"code": {federationtest.CodeAt(r.secret, time.Now().Add(30*time.Second))}, "etat": {page.At.Query().Get("etat")}}
	done := stays.Post(t, w.Broker+page.At.Path, form)
	done = stays.Get(t, w.Broker+done.Header.Get("Location"))
	if got := done.Header.Get("Location"); got != "/exploitation" {
		t.Errorf("a sign-in leads to %q", got)
	}
	second := r.Visitor.Cookie(t, w.Broker, operators.SessionCookie)
	if second == first || r.isOut(t, w) {
		t.Error("the second sign-in is no session of its own")
	}
	if !(&runner{Visitor: holding(t, w, operators.SessionCookie, first)}).isOut(t, w) {
		t.Error("the session before goes on")
	}
	cookies := strings.Join(done.Header.Values("Set-Cookie"), "\n")
	line := regexp.MustCompile(`(?m)^` + operators.SessionCookie + `=.*$`).FindString(cookies)
	for _, flag := range []string{"HttpOnly", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(line, flag) {
			t.Errorf("the cookie lacks %s: %s", flag, line)
		}
	}
	if strings.Contains(line, "Max-Age") || strings.Contains(line, "Expires") || strings.Contains(line, "Domain") {
		t.Errorf("the cookie outlives the browser, or is others' too: %s", line)
	}
}

// Guesses wait, in words and by their status, and one is not told whether there is such an operator.
func TestGuessesOfAnOperatorsPasswordWait(t *testing.T) {
	t.Parallel()
	w := worldtest.Open(t, worldtest.Options{Nodes: 2})
	b := operator(t, w)
	addRunner(t, b, "camille")
	said := map[string]string{}
	for _, name := range []string{"camille", "nobody-such"} {
		page := worldtest.NewVisitor().Get(t, w.Broker+"/exploitation")
		for n := 1; page.Status != http.StatusTooManyRequests; n++ {
			if n > 8 {
				t.Fatalf("%s is guessed %d times without a wait", name, n)
			}
			page = page.Press(t, "Se connecter", url.Values{"identifiant": {name}, "passe": {"not this one"}})
			if n == 1 {
				said[name] = strings.ReplaceAll(page.Words(), name, "…")
			}
		}
		if page.Header.Get("Retry-After") == "" {
			t.Error("how long is not said")
		}
	}
	if said["camille"] != said["nobody-such"] {
		t.Errorf("an operator is told from nobody: %q, %q", said["camille"], said["nobody-such"])
	}
}

// The pages' address is nobody's to stumble on: no choice of portals has it, and none of the pages of schools.
func TestPupilsAreNotOfferedTheOperatorsSignIn(t *testing.T) {
	t.Parallel()
	w := worldtest.Open(t, worldtest.Options{})
	pupil := worldtest.NewVisitor()
	pages := []worldtest.Page{pupil.SignIn(t, w.Broker+"/mediacentre", "ines.marchal"), worldtest.NewVisitor().Get(t, w.Broker+"/connexion?idENT=sans-ent"), pupil.Get(t, w.Broker+"/mon-journal")}
	for _, page := range pages {
		if strings.Contains(strings.ToLower(page.Text), "exploitation") {
			t.Errorf("%s speaks of operation", page.At)
		}
	}
}

// An operator changes their password under their own menu: they stay in, and every other browser is out.
func TestAnOperatorChangesTheirPassword(t *testing.T) {
	t.Parallel()
	w := worldtest.Open(t, worldtest.Options{Nodes: 2})
	b := operator(t, w)
	r := addRunner(t, b, "camille")
	r.comeIn(t, w)
	copied := &runner{Visitor: holding(t, w, operators.SessionCookie, r.Visitor.Cookie(t, w.Broker, operators.SessionCookie))}
	page := r.Get(t, w.Broker+"/exploitation/mot-de-passe")
	const better = "girafe lampadaire mouette orge"
	if page = page.Press(t, "Changer", url.Values{"actuel": {"not this one"}, "nouveau": {better}, "encore": {better}}); page.Status != http.StatusForbidden || copied.isOut(t, w) {
		t.Errorf("without the old one: %d", page.Status)
	}
	if page = page.Press(t, "Changer", url.Values{"actuel": {operatorsPassword}, "nouveau": {better}, "encore": {better}}); page.At.Path != "/exploitation/livraisons" {
		t.Errorf("%d at %s: %s", page.Status, page.At, page.Words())
	}
	if r.isOut(t, w) || !copied.isOut(t, w) {
		t.Error("the wrong browser is out")
	}
}

// An operator at their pages, from the slip to the sign-out, by a telephone and by a passkey.
func TestAnOperatorInABrowser(t *testing.T) {
	t.Parallel()
	w := worldtest.Open(t, worldtest.Options{Nodes: 2})
	b := operator(t, w)
	var world map[string]any
	if err := json.Unmarshal([]byte(w.JSON(t, false)), &world); err != nil {
		t.Fatal(err)
	}
	for key, name := range map[string]string{"operator": "camille", "keyed": "lou"} {
		slip := addRunner(t, b, name).slip
		world[key] = map[string]string{"login": string(slip.Login), "phrase": string(slip.Phrase)}
	}
	text, err := json.Marshal(world)
	if err != nil {
		t.Fatal(err)
	}
	journey(t, string(text), "operators")
}
