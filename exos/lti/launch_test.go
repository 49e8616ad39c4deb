package lti_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"pupitre/exos"
	"pupitre/exos/lti"
	"pupitre/internal/fault"
	"pupitre/journal"
)

func TestAPupilOfAPlatformComesInUnderItsWordAlone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.browser(t)
		v, to := b.arrived(b.launch(nil))
		l := v.Learner
		if to != "/modules/"+string(w.Module) {
			t.Errorf("led to %s", to)
		}
		if l.Issuer != "lti "+w.platform.Issuer || l.Subject != "u1" || l.Profile != exos.Pupil || l.GivenName != "" {
			t.Errorf("kept: %+v", l)
		}
		if len(l.Cohorts) != 1 || l.Cohorts[0] != (exos.Cohort{Kind: exos.Group, Code: "c1", Label: "Français, 5e"}) {
			t.Errorf("groups: %+v", l.Cohorts)
		}
		if len(v.Rights) != 1 || v.Rights[0].Status != exos.RightOpen || v.Rights[0].End != w.platform.Until {
			t.Errorf("rights: %+v", v.Rights)
		}

		// From another course they are in both; the same person of the broker's is somebody else.
		v2, _ := b.arrived(b.launch(func(c map[string]any) { c[claim+"context"] = map[string]any{"id": "c2", "label": "Latin"} }))
		if v2.Learner.ID != l.ID || len(v2.Learner.Cohorts) != 2 {
			t.Errorf("the second course: %+v", v2.Learner)
		}
		// Courses that were swept, as after a year in which nobody came from them, are theirs no more at the next launch from another.
		if err := w.tool.Store.Write(t.Context(), func(ctx context.Context, x lti.Writer) error {
			_, err := x.SweepLTI(ctx, x.Now(), x.Now().Add(time.Second))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if v3, _ := b.arrived(b.launch(nil)); len(v3.Learner.Cohorts) != 1 || v3.Learner.Cohorts[0].Code != "c1" {
			t.Errorf("the second course is over: %+v", v3.Learner)
		}
		if w.Pupil("u1").Learner.ID == l.ID {
			t.Error("the platform's u1 is the broker's")
		}
	})
}

// Each claim that is wrong is named, and lets nobody in.
func TestAMessageIsReadToTheLetter(t *testing.T) {
	set := func(name string, value any) func(map[string]any) {
		return func(c map[string]any) { c[name] = value }
	}
	drop := func(name string) func(map[string]any) { return func(c map[string]any) { delete(c, name) } }
	each(t, func(t *testing.T, w *world) {
		b := w.browser(t)
		now := w.Clock.Now()
		for name, one := range map[string]struct {
			change func(map[string]any)
			want   string
		}{
			"another issuer":          {set("iss", "https://mechant.example"), "iss"},
			"another audience":        {set("aud", "autre"), "iss"},
			"many audiences, no azp":  {set("aud", []string{"biblio", "autre"}), "azp"},
			"azp of another":          {func(c map[string]any) { c["aud"], c["azp"] = []string{"biblio", "autre"}, "autre" }, "iss"},
			"expired":                 {set("exp", now.Add(-2*time.Minute).Unix()), "exp"},
			"no end":                  {drop("exp"), "exp"},
			"of tomorrow":             {set("iat", now.Add(10*time.Minute).Unix()), "iat"},
			"of yesterday":            {set("iat", now.Add(-24*time.Hour).Unix()), "iat"},
			"no nonce":                {drop("nonce"), "nonce"},
			"another version":         {set(claim+"version", "1.1"), "version"},
			"another kind":            {set(claim+"message_type", "LtiSubmissionReviewRequest"), "message_type"},
			"another deployment":      {set(claim+"deployment_id", "d2"), "deployment_id"},
			"nobody":                  {drop("sub"), "sub"},
			"somebody too long":       {set("sub", strings.Repeat("u", 256)), "sub"},
			"no roles":                {drop(claim + "roles"), "roles"},
			"no link":                 {drop(claim + "resource_link"), "resource_link"},
			"no target":               {drop(claim + "target_link_uri"), "target_link_uri"},
			"a target elsewhere":      {set(claim+"target_link_uri", "https://mechant.example/lti/ouvrir"), "target_link_uri"},
			"a target by our prefix":  {set(claim+"target_link_uri", base+".mechant.example/lti/ouvrir"), "target_link_uri"},
			"a target by a user":      {set(claim+"target_link_uri", base+"@mechant.example/lti/ouvrir"), "target_link_uri"},
			"a page that is no entry": {set(claim+"target_link_uri", base+"/lti/ouvrir/../../deconnexion"), "target_link_uri"},
			"a host in the path":      {set(claim+"target_link_uri", base+"/lti/ouvrir//mechant.example"), "target_link_uri"},
			"a choice without return": {func(c map[string]any) {
				c[claim+"message_type"] = "LtiDeepLinkingRequest"
				c["https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"] = map[string]any{"accept_types": []string{"ltiResourceLink"}, "deep_link_return_url": "javascript:alert(1)"}
			}, "deep_link_return_url"},
		} {
			if got := code(b.launch(one.change)); got != "exoslti.message "+one.want {
				t.Errorf("%s: %q, want %s", name, got, one.want)
			}
		}
		if b.token() != "" {
			t.Error("one of them let somebody in")
		}
		b.arrived(b.launch(func(c map[string]any) { c["aud"], c["azp"] = []string{"biblio", "autre"}, "biblio" }))
	})
}

// Whoever signs is known by the platform's own key set, and by nothing that the message brings.
func TestOnlyThePlatformsOwnKeySigns(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.browser(t)
		stranger, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		public, err := json.Marshal(jose.JSONWebKey{Key: key().Public(), KeyID: "k1"})
		if err != nil {
			t.Fatal(err)
		}
		part := func(v any) string {
			text, _ := json.Marshal(v)
			return base64.RawURLEncoding.EncodeToString(text)
		}
		for name, one := range map[string]struct {
			sign func(claims map[string]any) string
			want string
		}{
			"none": {func(c map[string]any) string {
				return part(map[string]any{"alg": "none", "kid": "k1"}) + "." + part(c) + "."
			}, "alg"},
			"the public key as a secret": {func(c map[string]any) string { return signed(t, jose.HS256, public, "k1", c) }, "alg"},
			"PS256":                      {func(c map[string]any) string { return signed(t, jose.PS256, key(), "k1", c) }, "alg"},
			"a stranger under our name":  {func(c map[string]any) string { return signed(t, jose.RS256, stranger, "k1", c) }, "signature"},
			"another curve's key":        {func(c map[string]any) string { return signed(t, jose.ES256, curve, "k1", c) }, "kid"},
			"a key of no name":           {func(c map[string]any) string { return signed(t, jose.RS256, key(), "", c) }, "kid"},
			"a key that is not there":    {func(c map[string]any) string { return signed(t, jose.RS256, stranger, "k9", c) }, "kid"},
			"a key that it brings": {func(c map[string]any) string {
				s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: stranger}, (&jose.SignerOptions{EmbedJWK: true}).WithHeader("kid", "k1"))
				if err != nil {
					t.Fatal(err)
				}
				body, _ := json.Marshal(c)
				out, _ := s.Sign(body)
				text, _ := out.CompactSerialize()
				return text
			}, "signature"},
		} {
			asked := b.login()
			if got := code(b.post(one.sign(w.claims(asked.Get("nonce"))), asked.Get("state"))); got != "exoslti.message "+one.want {
				t.Errorf("%s: %q, want %s", name, got, one.want)
			}
		}

		// Another platform's key signs for that one alone.
		other := newCampus(t)
		other.keys = []jose.JSONWebKey{{Key: stranger.Public(), KeyID: "k1"}}
		registration := other.registration()
		registration.Opens = []string{"ark:/99999/autre.*"}
		if _, err := w.tool.Register(t.Context(), journal.System("test"), registration); err != nil {
			t.Fatal(err)
		}
		asked := b.login()
		if got := code(b.post(signed(t, jose.RS256, stranger, "k1", w.claims(asked.Get("nonce"))), asked.Get("state"))); got != "exoslti.message signature" {
			t.Errorf("another platform's key: %q", got)
		}
		// Of two keys of one name neither is tried.
		w.campus.mu.Lock()
		w.campus.keys = append(w.campus.keys, jose.JSONWebKey{Key: stranger.Public(), KeyID: "k1"})
		w.campus.mu.Unlock()
		w.Clock.Pass(11 * time.Minute)
		asked = b.login()
		if got := code(b.post(signed(t, jose.RS256, key(), "k1", w.claims(asked.Get("nonce"))), asked.Get("state"))); got != "exoslti.message kid" {
			t.Errorf("two keys of one name: %q", got)
		}
		if b.token() != "" {
			t.Error("one of them let somebody in")
		}
	})
}

func TestAKeySetThatChangesIsReadAgainButNotForEveryStranger(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.browser(t)
		b.arrived(b.launch(nil))
		next, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		try := func() string {
			asked := b.login()
			r := b.post(signed(t, jose.RS256, next, "k2", w.claims(asked.Get("nonce"))), asked.Get("state"))
			if r.StatusCode == http.StatusSeeOther {
				return ""
			}
			return code(r)
		}
		reads := func(want int) {
			t.Helper()
			w.campus.mu.Lock()
			defer w.campus.mu.Unlock()
			if got := w.campus.asked["GET /keys"]; got != want {
				t.Errorf("the key set was read %d times, want %d", got, want)
			}
		}
		for range 5 {
			if got := try(); got != "exoslti.message kid" {
				t.Errorf("a stranger: %q", got)
			}
		}
		reads(1) // asked for a moment ago
		w.campus.mu.Lock()
		w.campus.keys = append(w.campus.keys, jose.JSONWebKey{Key: next.Public(), KeyID: "k2"})
		w.campus.mu.Unlock()
		w.Clock.Pass(time.Minute)
		if got := try(); got != "" {
			t.Errorf("the new key: %q", got)
		}
		reads(2)
	})
}

// Of one message shown by 32 at once one gets in, in the browser that began; whoever has it from elsewhere gets nothing.
func TestAMessageIsGoodOnceAndInTheBrowserThatBegan(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.browser(t)
		asked := b.login()
		token := signed(t, jose.RS256, key(), "k1", w.claims(asked.Get("nonce")))
		var mu sync.Mutex
		var all sync.WaitGroup
		var taken []string
		refused := map[string]int{}
		for range 32 {
			all.Go(func() {
				r := w.browser(t).post(token, asked.Get("state"))
				mu.Lock()
				defer mu.Unlock()
				if r.StatusCode == http.StatusSeeOther {
					taken = append(taken, r.Header.Get("Location"))
				} else {
					refused[code(r)]++
				}
			})
		}
		all.Wait()
		if len(taken) != 1 || refused["exoslti.message nonce"] != 31 {
			t.Fatalf("%d taken, %v", len(taken), refused)
		}

		// Login CSRF: the attacker's message, brought by somebody else's browser.
		victim := w.browser(t)
		victim.login()
		if got := code(victim.ask("GET", taken[0], nil)); got != "exoslti.state" || victim.token() != "" {
			t.Errorf("another browser: %q", got)
		}
		// It was used up by that.
		if got := code(b.ask("GET", taken[0], nil)); got != "exoslti.state" {
			t.Errorf("afterwards, the right one: %q", got)
		}

		// A message for one beginning does not fit another of the same browser.
		first, second := b.login(), b.login()
		r := b.post(signed(t, jose.RS256, key(), "k1", w.claims(first.Get("nonce"))), second.Get("state"))
		if got := code(b.ask("GET", r.Header.Get("Location"), nil)); got != "exoslti.state" {
			t.Errorf("another beginning's state: %q", got)
		}
		// A minute is enough for one redirection, ten for a sign-in there.
		asked = b.login()
		r = b.post(signed(t, jose.RS256, key(), "k1", w.claims(asked.Get("nonce"))), asked.Get("state"))
		w.Clock.Pass(2 * time.Minute)
		if got := code(b.ask("GET", r.Header.Get("Location"), nil)); got != "exoslti.state" {
			t.Errorf("two minutes later: %q", got)
		}
		asked = b.login()
		w.Clock.Pass(11 * time.Minute)
		r = b.post(signed(t, jose.RS256, key(), "k1", w.claims(asked.Get("nonce"))), asked.Get("state"))
		if got := code(b.ask("GET", r.Header.Get("Location"), nil)); got != "exoslti.state" {
			t.Errorf("begun too long ago: %q", got)
		}
		b.arrived(b.launch(nil))
	})
}

func TestABeginningNamesAPlatformThatIsKnownAndLeadsNowhereElse(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.browser(t)
		for name, q := range map[string]url.Values{
			"a stranger":         {"iss": {"https://mechant.example"}, "login_hint": {"h"}},
			"another client":     {"iss": {w.platform.Issuer}, "login_hint": {"h"}, "client_id": {"autre"}},
			"another deployment": {"iss": {w.platform.Issuer}, "login_hint": {"h"}, "lti_deployment_id": {"d2"}},
		} {
			if got := code(b.ask("GET", "/lti/connexion?"+q.Encode(), nil)); got != "exoslti.platform.stranger" {
				t.Errorf("%s: %q", name, got)
			}
		}
		if got := code(b.ask("GET", "/lti/connexion?iss="+url.QueryEscape(w.platform.Issuer), nil)); got != "exoslti.login" {
			t.Errorf("no hint: %q", got)
		}
		// Whatever target is named there, the browser goes to the registered address.
		q := url.Values{"iss": {w.platform.Issuer}, "login_hint": {"h"}, "target_link_uri": {"https://mechant.example/"}}
		r := b.ask("POST", "/lti/connexion", q, "Sec-Fetch-Site", "cross-site", "Origin", w.platform.Issuer)
		r = b.ask("GET", r.Header.Get("Location"), nil)
		if to := r.Header.Get("Location"); !strings.HasPrefix(to, w.platform.Authorize+"?") || strings.Contains(to, "mechant") {
			t.Errorf("led to %s", to)
		}
		// In a frame nothing begins: a link opens a window.
		r = b.ask("GET", "/lti/connexion?"+q.Encode(), nil, "Sec-Fetch-Dest", "iframe")
		if w.last.kind != "window" || w.last.href != "/lti/connexion?"+q.Encode() || !strings.Contains(r.Header.Get("Content-Security-Policy"), "frame-ancestors "+w.platform.Issuer) {
			t.Errorf("in a frame: %+v", w.last)
		}
	})
}

func TestARegistrationIsTheRight(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.browser(t)
		v, _ := b.arrived(b.launch(nil))
		w.Sit(v, 0)
		if got := code(b.launch(func(c map[string]any) { c[claim+"target_link_uri"] = base + "/lti/ouvrir/ark:/99999/autre.module" })); got != "exos.right.none" {
			t.Errorf("what it does not name: %q", got)
		}
		// The last day is over at midnight, whatever was cached.
		w.Clock.Set(time.Date(2027, time.August, 31, 21, 59, 0, 0, time.UTC))
		b.arrived(b.launch(nil))
		w.Clock.Set(time.Date(2027, time.August, 31, 22, 1, 0, 0, time.UTC))
		v, err := w.Enter(t.Context(), b.token())
		if err != nil {
			t.Fatal(err)
		}
		if err := v.May(workbook, "", w.Clock.Now()); fault.CodeOf(err) != "exos.right.expired" {
			t.Errorf("after the last day: %v", err)
		}
		r := b.ask("GET", "/lti/connexion?"+url.Values{"iss": {w.platform.Issuer}, "login_hint": {"h"}}.Encode(), nil)
		if got := code(r); got != "exoslti.platform.over" {
			t.Errorf("a launch: %q", got)
		}
	})
	t.Run("removed", func(t *testing.T) {
		each(t, func(t *testing.T, w *world) {
			b := w.browser(t)
			b.arrived(b.launch(nil))
			if err := w.tool.Remove(t.Context(), journal.System("test"), w.platform.ID); err != nil {
				t.Fatal(err)
			}
			w.Clock.Pass(3 * time.Minute)
			if _, err := w.Enter(t.Context(), b.token()); !fault.Is(err, fault.Unauthenticated) {
				t.Errorf("still in: %v", err)
			}
		})
	})
}

func TestRolesSayWhoTeaches(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const m, i = "http://purl.imsglobal.org/vocab/lis/v2/membership", "http://purl.imsglobal.org/vocab/lis/v2/institution/person"
		for _, one := range []struct {
			roles []string
			want  exos.Profile
		}{
			{[]string{}, exos.Pupil},
			{[]string{m + "#Instructor"}, exos.Teacher},
			{[]string{"Instructor"}, exos.Teacher},
			{[]string{m + "/Instructor#TeachingAssistant"}, exos.Teacher},
			{[]string{m + "#Learner", i + "#Instructor"}, exos.Pupil},
			{[]string{i + "#Faculty"}, exos.Teacher},
			{[]string{m + "#Administrator"}, exos.Staff},
			{[]string{"http://mechant.example#Instructor", m + "#InstructorX"}, exos.Pupil},
		} {
			b := w.browser(t)
			v, _ := b.arrived(b.launch(func(c map[string]any) { c[claim+"roles"] = one.roles }))
			if v.Learner.Profile != one.want {
				t.Errorf("%v: %s, want %s", one.roles, v.Learner.Profile, one.want)
			}
		}
	})
}
