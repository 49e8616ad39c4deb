package signin_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/exos"
)

func TestOneClickLeadsToTheModule(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := w.launch()
	if got.Path != "/modules/"+string(w.Module) || got.Open != 1 {
		t.Errorf("got %+v", got)
	}
	asked := w.issuer.asked
	if asked.Get("idRessource") != ark || asked.Get("response_type") != "code" || asked.Get("code_challenge_method") != "S256" ||
		len(asked.Get("nonce")) < 32 || !strings.Contains(asked.Get("scope"), "openid") {
		t.Errorf("asked %v", asked)
	}
	if w.issuer.count("rights") != 1 {
		t.Errorf("rights asked %d times", w.issuer.count("rights"))
	}
}

func TestOnlyWhatIsNeededIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := w.launch().Learner
	want := exos.Learner{
		ID: got.ID, Issuer: w.issuer.URL, Subject: "ines", School: "0991234D", Profile: exos.Pupil, GivenName: "Inès", SeenAt: got.SeenAt,
		Cohorts: []exos.Cohort{{Kind: exos.Class, Code: "5B", Label: "5e B"}, {Kind: exos.Group, Code: "LAT", Label: "Latin"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAPageAskedForIsFoundAgainAfterTheSignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, why, status := w.get("/modules/x"); status != http.StatusForbidden || why.Code != "exos.signin.where" || w.issuer.asked != nil {
		t.Errorf("nothing may be opened that nobody asked for: %d %+v", status, why)
	}
	w.launch()
	if status, why := w.event(w.about("e1", sessionRevoked, nil)); status != http.StatusAccepted {
		t.Fatalf("%d %v", status, why)
	}
	if got, why, status := w.get("/modules/x"); status != http.StatusOK || got.Path != "/modules/x" {
		t.Errorf("%d %+v %+v", status, got, why)
	}
	for _, elsewhere := range []string{"https://evil.example/", "//evil.example/", `/\evil.example`} {
		if got, why, status := w.get("/connexion?next=" + url.QueryEscape(elsewhere)); status != http.StatusOK || got.Path != "/modules" {
			t.Errorf("%s: %d %+v %+v", elsewhere, status, got, why)
		}
	}
}

func TestASharedTabletIsWhoseTheBrokerSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.launch()
	_, old, err := who(w)
	if err != nil {
		t.Fatal(err)
	}
	w.issuer.tell(func(i *issuer) { i.subject = "tom" })
	second := w.launch()
	if second.Learner.Subject != "tom" || second.Learner.ID == first.Learner.ID {
		t.Errorf("got %+v", second.Learner)
	}
	if _, err := w.Enter(t.Context(), old); err == nil {
		t.Error("the session of the pupil before still opens")
	}
}

func TestARefusalSaysWhichBookAndWhomToAsk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.issuer.refuse = "access_denied"
	_, why, status := w.get("/ouvrir?ark=" + url.QueryEscape(ark))
	if status != http.StatusForbidden || why.Code != "exos.right.none" || why.Params["title"] != "Le labo de grammaire 5e" ||
		!strings.Contains(why.Detail, "responsable des affectations") {
		t.Errorf("%d %+v", status, why)
	}
	w.issuer.tell(func(i *issuer) { i.refuse = "" })
	w.issuer.rights = nil
	if _, why, status := w.get("/ouvrir?ark=" + url.QueryEscape(ark)); status != http.StatusForbidden || why.Code != "exos.right.none" {
		t.Errorf("without a right: %d %+v", status, why)
	}
}

func TestAnswersThatAreNotTakenForASignIn(t *testing.T) {
	t.Parallel()
	stranger := newKey(t)
	for name, spoil := range map[string]struct {
		do   func(w *world)
		code string
	}{
		"another issuer answers":     {func(w *world) { w.issuer.iss = "https://evil.example" }, "exos.signin.state"},
		"another nonce":              {func(w *world) { w.issuer.spoil = func(c map[string]any) { c["nonce"] = "x" } }, "exos.signin.failed"},
		"no nonce":                   {func(w *world) { w.issuer.spoil = func(c map[string]any) { delete(c, "nonce") } }, "exos.signin.failed"},
		"another audience":           {func(w *world) { w.issuer.spoil = func(c map[string]any) { c["aud"] = "editeur" } }, "exos.signin.failed"},
		"another issuer's token":     {func(w *world) { w.issuer.spoil = func(c map[string]any) { c["iss"] = "https://evil.example" } }, "exos.signin.failed"},
		"an expired token":           {func(w *world) { w.issuer.spoil = func(c map[string]any) { c["exp"] = w.Now().Add(-time.Hour).Unix() } }, "exos.signin.failed"},
		"userinfo of somebody else":  {func(w *world) { w.issuer.spoil = func(c map[string]any) { c["sub"] = "tom" } }, "exos.signin.failed"},
		"a forged signature":         {func(w *world) { w.issuer.forge = stranger }, "exos.signin.failed"},
		"the issuer is busy":         {func(w *world) { w.issuer.refuse = "temporarily_unavailable" }, "exos.signin.unreachable"},
		"the issuer does not answer": {func(w *world) { w.issuer.Close() }, "exos.signin.unreachable"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			spoil.do(w)
			if _, why, status := w.get("/ouvrir?ark=" + url.QueryEscape(ark)); status < 400 || why.Code != spoil.code {
				t.Errorf("%d %+v, want %s", status, why, spoil.code)
			}
			if _, _, err := who(w); err == nil {
				t.Error("somebody is signed in")
			}
		})
	}
}

// who is signed in, by the cookie alone.
func who(w *world) (exos.Visitor, exos.Token, error) {
	address, err := url.Parse(w.address)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, c := range w.browser.Jar.Cookies(address) {
		if c.Name == "exos" {
			v, err := w.Enter(w.t.Context(), exos.Token(c.Value))
			return v, exos.Token(c.Value), err
		}
	}
	_, err = w.Enter(w.t.Context(), "")
	return exos.Visitor{}, "", err
}

// answerTo begins a sign-in and stops before the browser takes the issuer's answer, whose address it returns.
func answerTo(t *testing.T, w *world, browser *http.Client) string {
	t.Helper()
	stop := *browser
	var back string
	stop.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.Path, "/connexion/retour") {
			back = r.URL.RequestURI()
			return http.ErrUseLastResponse
		}
		return nil
	}
	answer, err := stop.Get(w.address + "/ouvrir?ark=" + url.QueryEscape(ark))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return back
}

func TestAnAnswerIsGoodOnceAndInTheBrowserThatAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	back := answerTo(t, w, w.browser)
	thief := &world{World: w.World, t: t, address: w.address, browser: newBrowser(t)}
	if _, why, _ := thief.get(back); why.Code != "exos.signin.state" {
		t.Errorf("in another browser: %+v", why)
	}
	answerTo(t, w, thief.browser) // the thief has a cookie of their own now
	if _, why, _ := thief.get(back); why.Code != "exos.signin.state" {
		t.Errorf("in another browser that has left too: %+v", why)
	}
	if got, why, status := w.get(back); status != http.StatusOK || got.Open != 1 {
		t.Errorf("in its own: %d %+v", status, why)
	}
	if _, why, status := w.get(back); status < 400 || why.Code != "exos.signin.failed" {
		t.Errorf("twice: %d %+v", status, why)
	}
	late := answerTo(t, w, w.browser)
	w.Clock.Pass(11 * time.Minute)
	if _, why, _ := w.get(late); why.Code != "exos.signin.state" {
		t.Errorf("too late: %+v", why)
	}
	if _, why, _ := w.get("/connexion/retour?state=AAAA&code=x"); why.Code != "exos.signin.state" {
		t.Errorf("made up: %+v", why)
	}
}

func TestTwoTabsMaySignInAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, two := answerTo(t, w, w.browser), answerTo(t, w, w.browser)
	for _, back := range []string{one, two} {
		if _, why, status := w.get(back); status != http.StatusOK {
			t.Errorf("%d %+v", status, why)
		}
	}
}

func TestALaunchAddressMustNameAResource(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, bad := range []string{"", "?ark=", "?ark=x", "?ark=" + strings.Repeat("a", 600)} {
		if _, why, status := w.get("/ouvrir" + bad); status != http.StatusBadRequest || why.Code != "exos.launch.ark" {
			t.Errorf("%q: %d %+v", bad, status, why)
		}
	}
}

func TestSigningOutEndsBothSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.launch()
	_, token, err := who(w)
	if err != nil {
		t.Fatal(err)
	}
	stop := *w.browser
	stop.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, err := stop.Post(w.address+"/deconnexion", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	// A form's redirection to another host is one that form-action forbids: browsers would stop there, half signed out.
	address, ok := strings.CutPrefix(answer.Header.Get("Refresh"), "0; url=")
	if !ok || answer.StatusCode != http.StatusOK {
		t.Fatalf("status %d, Refresh %q", answer.StatusCode, answer.Header.Get("Refresh"))
	}
	to, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := to.Query()
	if !strings.HasPrefix(to.String(), w.issuer.URL+"/logout?") || strings.Count(q.Get("id_token_hint"), ".") != 2 ||
		q.Get("post_logout_redirect_uri") != w.address+"/deconnexion" {
		t.Errorf("sent to %s", to)
	}
	if _, err := w.Enter(t.Context(), token); err == nil {
		t.Error("the session still opens")
	}
}

func TestAnOldAccessTokenIsRenewedOnceHoweverManyAsk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.launch()
	_, token, err := who(w)
	if err != nil {
		t.Fatal(err)
	}
	w.Clock.Pass(20 * time.Minute) // beyond the access token's fifteen
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if v, err := w.Enter(t.Context(), token); err != nil || v.Unsure != nil || len(v.Rights) != 1 {
				t.Errorf("%v %v", err, v.Unsure)
			}
		})
	}
	wg.Wait()
	if got := w.issuer.count("refresh_token"); got != 1 {
		t.Errorf("renewed %d times", got)
	}
	w.Clock.Pass(20 * time.Minute)
	if _, err := w.Enter(t.Context(), token); err != nil || w.issuer.count("refresh_token") != 2 {
		t.Errorf("the renewed credential was not kept: %v", err)
	}
	w.issuer.tell(func(i *issuer) { clear(i.refresh) })
	w.Clock.Pass(40 * time.Minute)
	if got, why, status := w.get("/modules"); status != http.StatusOK || got.Open != 1 {
		t.Errorf("a page must lead through a new sign-in: %d %+v", status, why)
	}
	if w.issuer.count("authorization_code") != 2 {
		t.Errorf("%d sign-ins", w.issuer.count("authorization_code"))
	}
}

func TestRightsThatCannotBeReadOpenNothing(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(i *issuer){
		"an impossible day": func(i *issuer) { i.rights[0]["end"] = "2027-02-30" },
		"no resource":       func(i *issuer) { i.rights[0]["ark"] = "" },
		"an unknown status": func(i *issuer) { i.rights[0]["status"] = "perhaps" },
		"no status":         func(i *issuer) { delete(i.rights[0], "status") },
		"over since":        func(i *issuer) { i.rights[0]["end"] = "2026-11-22" },
		"not yet":           func(i *issuer) { i.rights[0]["start"] = "2026-11-24" },
		"an error":          func(i *issuer) { i.status = http.StatusInternalServerError },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			spoil(w.issuer)
			if _, _, status := w.get("/ouvrir?ark=" + url.QueryEscape(ark)); status == http.StatusOK {
				t.Error("the module opened")
			}
			if got, why, status := w.get("/modules"); status != http.StatusOK || got.Open != 0 {
				t.Errorf("%d %+v %+v", status, got, why)
			}
		})
	}
}
