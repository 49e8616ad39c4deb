package lti_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest/federationtest"
)

const claim = "https://purl.imsglobal.org/spec/lti/claim/"

func TestALaunchIsAnEntry(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")
		login := h.launch(t, session)
		for name, want := range map[string]string{
			"iss": h.URL, "client_id": string(toolID), "target_link_uri": toolTarget, "lti_deployment_id": deployment, "from": "pupitre",
		} {
			if login.Get(name) != want {
				t.Errorf("%s=%q, want %q", name, login.Get(name), want)
			}
		}
		if h.Rights.Opened() != 0 {
			t.Error("opened before the tool asked")
		}
		p := h.visit(t, session, ask(login, "nonce", "the nonce", "lti_deployment_id", deployment, "target_link_uri", toolTarget))
		if p.Action != toolReturn || p.Form["state"] != "the state" {
			t.Fatalf("%+v", p)
		}
		if h.Rights.Opened() != 1 {
			t.Errorf("%d accesses journalled, want 1", h.Rights.Opened())
		}
		got := h.claims(t, p.Form["id_token"])
		context, _ := got[claim+"context"].(map[string]any)
		id, _ := context["id"].(string)
		link, _ := got[claim+"resource_link"].(map[string]any)
		if len(id) != 43 || link["id"] == "" || strings.Contains(id, "c-5b") {
			t.Errorf("context %v, link %v", context, link)
		}
		now := h.Clock.Now().Unix()
		want := map[string]any{
			"iss": h.URL, "sub": ines.Subject(), "aud": string(toolID), "nonce": "the nonce", "iat": float64(now), "exp": float64(now + 60),
			"given_name": "Inès", "locale": "fr",
			claim + "message_type": "LtiResourceLinkRequest", claim + "version": "1.3.0", claim + "deployment_id": deployment, claim + "target_link_uri": toolTarget,
			claim + "resource_link":       map[string]any{"id": link["id"], "title": "Le labo de grammaire"},
			claim + "roles":               []any{"http://purl.imsglobal.org/vocab/lis/v2/membership#Learner", "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Student"},
			claim + "context":             map[string]any{"id": id, "label": "5B", "title": "5e B", "type": []any{"http://purl.imsglobal.org/vocab/lis/v2/course#CourseSection"}},
			claim + "launch_presentation": map[string]any{"document_target": "window", "return_url": h.URL + "/mediacentre", "locale": "fr"},
			claim + "custom":              map[string]any{"gar_IDO": ines.IDO(), "gar_UAI": "0991234D", "gar_PRO": "National_elv", "gar_PRE": "Inès", "gar_DIV": "5B##5e B", "gar_GRO": "LAT##Latin 5e##5B"},
			claim + "tool_platform":       got[claim+"tool_platform"],
		}
		for name := range got { // the services of the class, whatever there are
			if strings.Contains(name, "/spec/lti-") {
				delete(got, name)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}

		// The class and the place are the same next time, and a class asked for by name is that one.
		again := h.message(t, session)
		if diff := cmp.Diff(got[claim+"context"], again[claim+"context"]); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(got[claim+"resource_link"], again[claim+"resource_link"]); diff != "" {
			t.Error(diff)
		}
		latin := h.message(t, session, "classe", "c-lat")
		if c, _ := latin[claim+"context"].(map[string]any); c["label"] != "LAT" || c["id"] == id {
			t.Errorf("%v", c)
		}
	})
}

func TestNothingIsToldToAToolThatWasNotReleased(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		h.Rights.Give(federationtest.Ines, federationtest.College, directory.Pupil, federationtest.Atlas)
		session := h.Arrive(t, "ent-ines")
		p := h.visit(t, session, "/lti/launch?"+query("client_id", string(otherID)))
		p = h.visit(t, session, ask(p.To.Query(), "client_id", string(otherID), "redirect_uri", "https://atlas.example/lti/message"))
		if p.Form["id_token"] == "" {
			t.Fatalf("%+v", p)
		}
		// The atlas declares its pseudonym alone: no name, no class, and not even whether this is a pupil.
		if body := payload(t, p.Form["id_token"]); strings.Contains(body, "Inès") || strings.Contains(body, "5B") || strings.Contains(body, "elv") ||
			strings.Contains(body, "Learner") || strings.Contains(body, `"`+claim+`context"`) || strings.Contains(body, ines.Subject()) || strings.Contains(body, "lti-ags") {
			t.Error(body)
		}
	})
}

// Security Framework §5.1.1.1, RFC 9700 §4.7 (login CSRF): what was begun in one session opens nothing in another, and is then used up.
func TestHintsOfAnotherSessionOpenNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		h.Rights.Give(federationtest.Noe, federationtest.College, directory.Pupil, federationtest.Grammar)
		hers, his := h.Arrive(t, "ent-ines"), h.Arrive(t, "ent-noe")
		elsewhere := h.Arrive(t, "ent-ines") // the same person, another browser
		two := h.launch(t, hers)
		for name, try := range map[string]struct {
			session federation.Token
			login   url.Values
			change  []string
		}{
			"another person's browser": {his, h.launch(t, hers), nil},
			"her own other browser":    {elsewhere, h.launch(t, hers), nil},
			"another message's login":  {hers, h.launch(t, hers), []string{"login_hint", two.Get("login_hint")}},
			"a login made up":          {hers, h.launch(t, hers), []string{"login_hint", "x"}},
			"a message made up":        {hers, h.launch(t, hers), []string{"lti_message_hint", "x"}},
			"another tool":             {hers, h.launch(t, hers), []string{"client_id", string(otherID), "redirect_uri", "https://atlas.example/lti/message"}},
			"too late":                 {hers, nil, nil},
		} {
			if try.login == nil {
				try.login = h.launch(t, hers)
				h.Clock.Advance(60 * time.Second)
			}
			p := h.visit(t, try.session, ask(try.login, try.change...))
			if p.Status != http.StatusForbidden || p.Code != "federation.lti.hint" || len(p.Form) != 0 {
				t.Errorf("%s: %+v", name, p)
			}
			if strings.Contains(name, "made up") && name != "a login made up" {
				continue // nothing was shown that could be used up
			}
			if p := h.visit(t, hers, ask(try.login)); p.Code != "federation.lti.hint" {
				t.Errorf("%s, then rightly: %+v", name, p)
			}
		}
		if n := h.Rights.Opened(); n != 0 {
			t.Errorf("opened %d times", n)
		}
	})
}

func TestOf32UsesOfAMessageOneSucceeds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")
		nodes, rounds := []*house{h, h.node(t)}, federationtest.Rounds()
		for range rounds {
			login := h.launch(t, session)
			if won := federationtest.Together(func(i int) bool {
				p, err := nodes[i%2].browse(t.Context(), session, ask(login))
				return err == nil && p.Form["id_token"] != ""
			}); won != 1 {
				t.Fatalf("%d of 32 got the message", won)
			}
		}
		if n := h.Rights.Opened(); n != rounds {
			t.Errorf("%d accesses, want %d", n, rounds)
		}
	})
}

// Security Framework §5.1.2: a nonce makes one message.
func TestANonceMakesOneMessage(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")
		if p := h.visit(t, session, ask(h.launch(t, session), "nonce", "n")); p.Form["id_token"] == "" {
			t.Fatalf("%+v", p)
		}
		p := h.visit(t, session, ask(h.launch(t, session), "nonce", "n"))
		if p.Form["error"] != "invalid_request" || !strings.HasPrefix(p.Form["error_description"], "federation.lti.nonce: ") || p.Form["id_token"] != "" {
			t.Errorf("%+v", p)
		}
	})
}

// Nobody is sent, and nothing posted, to an address that is not, character by character, registered.
func TestNoMessageGoesAstray(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")
		for _, address := range []string{
			"", "https://mechant.example/", toolReturn + "/", toolReturn + "?x=1", toolReturn + "#", strings.ToUpper(toolReturn), "http://labo.example/lti/message",
			"https://labo.example:443/lti/message", "https://labo.example@mechant.example/lti/message", "https://atlas.example/lti/message", toolTarget, toolLogin,
		} {
			p := h.visit(t, session, ask(h.launch(t, session), "redirect_uri", address))
			if p.Status != http.StatusBadRequest || p.Code != "federation.lti.redirect" || p.Action != "" || p.To != nil {
				t.Errorf("%q: %+v", address, p)
			}
		}
		for name, q := range map[string]string{
			"a target made up":             query("client_id", string(toolID), "target_link_uri", "https://mechant.example/"),
			"below a target":               query("client_id", string(toolID), "target_link_uri", toolTarget+"/x"),
			"another tool's target":        query("client_id", string(toolID), "target_link_uri", "https://atlas.example/lti/"),
			"which of two is meant":        query("client_id", string(toolID)),
			"another resource's target":    query("client_id", string(toolID), "target_link_uri", toolTarget, "idRessource", federationtest.Atlas),
			"a resource that is no tool's": query("client_id", string(toolID), "idRessource", "ark:/99999/rien"),
			"an unknown tool":              query("client_id", "rien"),
			"no tool at all":               query("client_id", string(federationtest.ExosID)),
			"twice":                        query("client_id", string(toolID), "idRessource", federationtest.Grammar) + "&client_id=x",
		} {
			if p := h.visit(t, session, "/lti/launch?"+q); p.Status != http.StatusBadRequest || p.To != nil {
				t.Errorf("%s: %+v", name, p)
			}
		}
		// Somebody else's class, and another publisher's resource behind one's own address.
		if p := h.visit(t, session, "/lti/launch?"+query("client_id", string(toolID), "idRessource", federationtest.Grammar, "classe", "c-5c")); p.Code != "federation.lti.class" {
			t.Errorf("%+v", p)
		}
		if p := h.visit(t, session, "/lti/launch?"+query("client_id", string(toolID), "idRessource", federationtest.Atlas)); p.Code != "federation.resource.foreign" {
			t.Errorf("%+v", p)
		}
	})
}

func TestAToolIsToldWhatItAsksWrongly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")
		for name, try := range map[string]struct {
			change []string
			want   string
		}{
			"code":                {[]string{"response_type", "code"}, "unsupported_response_type"},
			"by query":            {[]string{"response_mode", "query"}, "invalid_request"},
			"no mode":             {[]string{"response_mode", "-"}, "invalid_request"},
			"no openid":           {[]string{"scope", "profile"}, "invalid_scope"},
			"a prompt":            {[]string{"prompt", "login"}, "invalid_request"},
			"no prompt":           {[]string{"prompt", "-"}, "invalid_request"},
			"no nonce":            {[]string{"nonce", "-"}, "invalid_request"},
			"an endless nonce":    {[]string{"nonce", strings.Repeat("n", 513)}, "invalid_request"},
			"no login_hint":       {[]string{"login_hint", "-"}, "invalid_request"},
			"no lti_message_hint": {[]string{"lti_message_hint", "-"}, "invalid_request"},
			"a request object":    {[]string{"request", "x"}, "request_not_supported"},
			"another deployment":  {[]string{"lti_deployment_id", "ailleurs"}, "invalid_request"},
			"another target":      {[]string{"target_link_uri", toolTarget + "/autre"}, "invalid_request"},
		} {
			p := h.visit(t, session, ask(h.launch(t, session), try.change...))
			if p.Action != toolReturn || p.Form["error"] != try.want || p.Form["id_token"] != "" || p.Form["state"] != "the state" {
				t.Errorf("%s: %+v", name, p)
			}
		}
		if p := h.visit(t, "", ask(h.launch(t, session))); p.Form["error"] != "login_required" {
			t.Errorf("nobody there: %+v", p)
		}
		if n := h.Rights.Opened(); n != 0 {
			t.Errorf("opened %d times", n)
		}
	})
}

func TestWhoMayNotEnterIsToldSoHere(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		start := "/lti/launch?" + query("client_id", string(toolID), "idRessource", federationtest.Grammar)
		if p := h.visit(t, "", start); p.Status != http.StatusFound || p.To.String() != federation.SignInPath(start, "") {
			t.Errorf("nobody there: %+v", p)
		}
		if p := h.visit(t, h.Arrive(t, "ent-noe"), start); p.Status != http.StatusForbidden || p.Code != "licensing.right.none" {
			t.Errorf("no copy: %+v", p)
		}
		// Withdrawn, or signed out, while the tool was asking.
		session := h.Arrive(t, "ent-ines")
		login := h.launch(t, session)
		h.Rights.Withdraw(federationtest.Ines, federationtest.College, directory.Pupil, federationtest.Grammar)
		if p := h.visit(t, session, ask(login)); p.Status != http.StatusForbidden || p.Code != "licensing.right.none" || p.Action != "" {
			t.Errorf("withdrawn a second ago: %+v", p)
		}
		h.Rights.Give(federationtest.Ines, federationtest.College, directory.Pupil, federationtest.Grammar)
		login = h.launch(t, session)
		if _, err := h.Service.SignOut(t.Context(), session); err != nil {
			t.Fatal(err)
		}
		if p := h.visit(t, session, ask(login)); p.Form["error"] != "login_required" {
			t.Errorf("signed out a second ago: %+v", p)
		}
		if n := h.Rights.Opened(); n != 0 {
			t.Errorf("opened %d times", n)
		}
	})
}

func TestLookingAheadLaunchesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")
		login := h.launch(t, session)
		ahead := func(r *http.Request) { r.Header.Set("Sec-Purpose", "prefetch;prerender") }
		for _, address := range []string{"/lti/launch?" + query("client_id", string(toolID), "idRessource", federationtest.Grammar), ask(login)} {
			if p := h.visit(t, session, address, ahead); p.Status != http.StatusMethodNotAllowed || p.To != nil || len(p.Form) != 0 {
				t.Errorf("%s: %+v", address, p)
			}
		}
		if p := h.visit(t, session, ask(login)); p.Form["id_token"] == "" {
			t.Errorf("the message was used up by looking ahead: %+v", p)
		}
	})
}

func TestARemovedToolIsRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")
		class, token, login := h.class(t, session), h.token(t), h.launch(t, session)
		tool, err := h.Service.FindClient(t.Context(), toolID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Service.Remove(t.Context(), federationtest.Tester, toolID); err != nil {
			t.Fatal(err)
		}
		if p := h.visit(t, session, ask(login, "nonce", "the nonce")); p.Status < 400 || p.Action != "" {
			t.Errorf("a message: %+v", p)
		}
		refused := func(when string) {
			t.Helper()
			if got := h.tell(t, http.MethodGet, class+"/lineitems", token, "", ""); got.Status != http.StatusUnauthorized {
				t.Errorf("%s, a service: %+v", when, got)
			}
		}
		refused("removed")
		if got := h.askToken(t, toolID, "t1", keys().tool, scopeItems, nil); got.Status != http.StatusUnauthorized {
			t.Errorf("a token: %+v", got)
		}
		if err := h.Service.Register(t.Context(), federationtest.Tester, tool, ""); err != nil {
			t.Fatal(err)
		}
		refused("registered again")
		if again := h.class(t, session); again != class {
			t.Errorf("the class is %s, was %s", again, class)
		}
	})
}
