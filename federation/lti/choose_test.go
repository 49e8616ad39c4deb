package lti_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/go-cmp/cmp"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/lti"
	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest/federationtest"
)

const deepClaim = "https://purl.imsglobal.org/spec/lti-dl/claim/"

// sign makes a JWT of a tool.
func sign(t testing.TB, a jose.SignatureAlgorithm, id string, key any, claims map[string]any) string {
	t.Helper()
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: a, Key: jose.JSONWebKey{Key: key, KeyID: id}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	token, err := jwt.Signed(s).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// teacher signs Claire Renard in, who holds the grammar.
func (h *house) teacher(t testing.TB) federation.Token {
	t.Helper()
	h.Rights.Give(federationtest.Renard, federationtest.College, directory.Teacher, federationtest.Grammar)
	return h.Arrive(t, "ent-renard")
}

const choosing = "/lti/choose?client_id=labo&classe=c-5b&idRessource=" + federationtest.Grammar

// choice begins a choice, and returns what the tool is told.
func (h *house) choice(t testing.TB, session federation.Token) map[string]any {
	t.Helper()
	p := h.visit(t, session, choosing)
	if p.To == nil || p.To.Query().Get("target_link_uri") != toolChoose {
		t.Fatalf("%+v", p)
	}
	p = h.visit(t, session, ask(p.To.Query()))
	if p.Form["id_token"] == "" {
		t.Fatalf("%+v", p)
	}
	return h.claims(t, p.Form["id_token"])
}

// answer is a response of the tool that is right; change spoils it.
func (h *house) answer(message map[string]any, change map[string]any) map[string]any {
	settings, _ := message[deepClaim+"deep_linking_settings"].(map[string]any)
	now := h.Clock.Now()
	claims := map[string]any{
		"iss": toolID, "aud": h.URL, "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(), "nonce": string(federation.NewToken()),
		claim + "message_type": "LtiDeepLinkingResponse", claim + "version": "1.3.0", claim + "deployment_id": deployment,
		deepClaim + "data": settings["data"],
		deepClaim + "content_items": []any{
			map[string]any{"type": "ltiResourceLink", "url": toolTarget + "/accords?n=2", "title": "Les accords", "text": "Dix questions", "custom": map[string]any{"lecon": "2"}},
		},
	}
	for name, value := range change {
		if claims[name] = value; value == nil {
			delete(claims, name)
		}
	}
	return claims
}

// respond posts a response as the browser does from the tool's site, without our cookie, and returns where it is sent, or the failure.
func (h *house) respond(t testing.TB, token string) page {
	t.Helper()
	p, err := h.tryRespond(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (h *house) tryRespond(ctx context.Context, token string) (page, error) {
	return h.browse(ctx, "", "/lti/chosen", func(r *http.Request) {
		r.Method = http.MethodPost
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "https://labo.example")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.Body = io.NopCloser(strings.NewReader(url.Values{"JWT": {token}}.Encode()))
	})
}

// links are those of a class that a session sees.
func (h *house) links(t testing.TB, token federation.Token, cohort directory.CohortID) []lti.Link {
	t.Helper()
	session, err := h.Service.Find(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	links, err := h.Platform.Links(t.Context(), session, cohort)
	if err != nil {
		t.Fatal(err)
	}
	return links
}

func (h *house) signed(t testing.TB, claims map[string]any) string {
	return sign(t, jose.ES256, "t1", keys().tool, claims)
}

func TestATeacherPinsWhatTheyChoseForTheirClass(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		hers := h.teacher(t)
		message := h.choice(t, hers)
		settings, _ := message[deepClaim+"deep_linking_settings"].(map[string]any)
		data, _ := settings["data"].(string)
		if diff := cmp.Diff(map[string]any{
			"deep_link_return_url": h.URL + "/lti/chosen", "accept_types": []any{"ltiResourceLink"}, "accept_presentation_document_targets": []any{"window"},
			"accept_multiple": true, "accept_lineitem": true, "auto_create": false, "data": data,
		}, settings); diff != "" || len(data) != 43 {
			t.Error(diff)
		}
		if message[claim+"message_type"] != "LtiDeepLinkingRequest" || message[claim+"resource_link"] != nil || message["sub"] != renard.Subject() {
			t.Errorf("%v", message)
		}
		p := h.respond(t, h.signed(t, h.answer(message, nil)))
		if p.Status != http.StatusSeeOther {
			t.Fatalf("%+v", p)
		}
		if n := len(h.links(t, hers, "c-5b")); n != 0 {
			t.Errorf("%d links before the teacher was back", n)
		}
		if back := h.visit(t, hers, p.To.RequestURI()); back.Status != http.StatusSeeOther || back.To.Path != "/carnets/c-5b" {
			t.Fatalf("%+v", back)
		}
		if back := h.visit(t, hers, p.To.RequestURI()); back.Code != "federation.lti.choice" {
			t.Errorf("twice: %+v", back)
		}

		// The class's holders see it, and open it; those who hold nothing do not.
		pupil, without := h.Arrive(t, "ent-ines"), h.Arrive(t, "ent-noe")
		links := h.links(t, pupil, "c-5b")
		if len(links) != 1 || links[0].Title != "Les accords" || links[0].Text != "Dix questions" || links[0].URL != toolTarget+"/accords?n=2" || links[0].ARK != federationtest.Grammar {
			t.Fatalf("%+v", links)
		}
		session, err := h.Service.Find(t.Context(), without)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Platform.Links(t.Context(), session, "c-5b"); err == nil {
			t.Error("somebody of another class sees them")
		}
		if p := h.visit(t, without, lti.LinkPath(links[0].ID)); p.Code != "federation.lti.class" {
			t.Errorf("opened from another class: %+v", p)
		}
		p = h.visit(t, pupil, lti.LinkPath(links[0].ID))
		if p.To == nil || p.To.Query().Get("target_link_uri") != toolTarget+"/accords?n=2" {
			t.Fatalf("%+v", p)
		}
		opened := h.claims(t, h.visit(t, pupil, ask(p.To.Query())).Form["id_token"])
		custom, _ := opened[claim+"custom"].(map[string]any)
		if diff := cmp.Diff(map[string]any{"id": string(links[0].ID), "title": "Les accords", "description": "Dix questions"}, opened[claim+"resource_link"]); diff != "" || custom["lecon"] != "2" || custom["gar_PRE"] != "Inès" {
			t.Errorf("%s %v", diff, custom)
		}
		h.Rights.Withdraw(federationtest.Ines, federationtest.College, directory.Pupil, federationtest.Grammar)
		if links := h.links(t, pupil, "c-5b"); len(links) != 0 {
			t.Errorf("withdrawn a second ago: %+v", links)
		}
		if p := h.visit(t, pupil, lti.LinkPath(links[0].ID)); p.Code != "licensing.right.none" {
			t.Errorf("withdrawn a second ago: %+v", p)
		}

		// Only a teacher of the class unpins it.
		pupils, err := h.Service.Find(t.Context(), pupil)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Platform.Unpin(t.Context(), pupils, links[0].ID); err == nil {
			t.Error("a pupil unpinned it")
		}
		teachers, err := h.Service.Find(t.Context(), hers)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Platform.Unpin(t.Context(), teachers, links[0].ID); err != nil {
			t.Error(err)
		}
		if p := h.visit(t, hers, lti.LinkPath(links[0].ID)); p.Code != "federation.lti.link" {
			t.Errorf("unpinned: %+v", p)
		}
	})
}

func TestOnlyATeacherOfTheClassChooses(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		hers := h.teacher(t)
		for name, try := range map[string]struct {
			session federation.Token
			address string
			code    string
		}{
			"a pupil":                     {h.Arrive(t, "ent-ines"), choosing, "federation.lti.teacher"},
			"a class of somebody else":    {hers, strings.Replace(choosing, "c-5b", "c-5c", 1), "federation.lti.class"},
			"no class":                    {hers, strings.Replace(choosing, "c-5b", "", 1), "federation.lti.teacher"},
			"a tool where nobody chooses": {hers, "/lti/choose?client_id=atlas-lti&classe=c-5b", "federation.lti.target"},
		} {
			if p := h.visit(t, try.session, try.address); p.Code != try.code {
				t.Errorf("%s: %+v", name, p)
			}
		}
		h.Rights.Withdraw(federationtest.Renard, federationtest.College, directory.Teacher, federationtest.Grammar)
		if p := h.visit(t, hers, choosing); p.Code != "licensing.right.none" {
			t.Errorf("a teacher without the resource: %+v", p)
		}
	})
}

// Deep Linking 2.0 §3.4.2, Security Framework §5.2.2: each thing that a response must be, and what is said of one that is not.
func TestResponsesThatAreRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		hers := h.teacher(t)
		message := h.choice(t, hers)
		k := keys()
		in := func(d time.Duration) int64 { return h.Clock.Now().Add(d).Unix() }
		with := func(change map[string]any) string { return h.signed(t, h.answer(message, change)) }
		items := func(one map[string]any) string {
			return with(map[string]any{deepClaim + "content_items": []any{map[string]any{"type": "ltiResourceLink", "url": toolTarget}, one}})
		}
		at := func(address string) string { return items(map[string]any{"type": "ltiResourceLink", "url": address}) }
		for name, try := range map[string]struct{ token, code string }{
			"nothing":                    {"", "federation.client.unknown"},
			"nonsense":                   {"x.y.z", "federation.client.unknown"},
			"of nobody":                  {with(map[string]any{"iss": "rien"}), "federation.client.unknown"},
			"of another tool":            {with(map[string]any{"iss": otherID}), "federation.proof.key"},
			"by a stranger's key":        {sign(t, jose.ES256, "t1", k.stranger, h.answer(message, nil)), "federation.proof.signature"},
			"by a key nobody registered": {sign(t, jose.ES256, "t9", k.stranger, h.answer(message, nil)), "federation.proof.key"},
			"by a shared secret":         {sign(t, jose.HS256, "t1", []byte(strings.Repeat("s", 32)), h.answer(message, nil)), "federation.proof.algorithm"},
			"for another platform":       {with(map[string]any{"aud": "https://autre.example"}), "federation.proof.audience"},
			"for two":                    {with(map[string]any{"aud": []string{h.URL, "https://autre.example"}}), "federation.proof.audience"},
			"expired":                    {with(map[string]any{"exp": in(0)}), "federation.proof.expired"},
			"without end":                {with(map[string]any{"exp": nil}), "federation.proof.endless"},
			"too long":                   {with(map[string]any{"exp": in(time.Hour)}), "federation.proof.long"},
			"from the future":            {with(map[string]any{"iat": in(time.Hour)}), "federation.proof.early"},
			"no nonce":                   {with(map[string]any{"nonce": nil}), "federation.lti.answer.nonce"},
			"another deployment":         {with(map[string]any{claim + "deployment_id": "ailleurs"}), "federation.lti.answer.deployment"},
			"another message":            {with(map[string]any{claim + "message_type": "LtiResourceLinkRequest"}), "federation.lti.answer.type"},
			"another version":            {with(map[string]any{claim + "version": "1.0"}), "federation.lti.answer.type"},
			"no data":                    {with(map[string]any{deepClaim + "data": nil}), "federation.lti.answer.data"},
			"data made up":               {with(map[string]any{deepClaim + "data": string(federation.NewToken())}), "federation.lti.answer.data"},
			"another site's address":     {at("https://mechant.example/lti/grammaire"), "federation.lti.answer.address"},
			"beside the target":          {at(toolTarget + "s"), "federation.lti.answer.address"},
			"out of the target":          {at(toolTarget + "/../../"), "federation.lti.answer.address"},
			"out, encoded":               {at(toolTarget + "/%2e%2e/"), "federation.lti.answer.address"},
			"a user":                     {at("https://labo.example@mechant.example/lti/grammaire"), "federation.lti.answer.address"},
			"script":                     {at("javascript:alert(1)"), "federation.lti.answer.address"},
			"a plain link":               {items(map[string]any{"type": "link", "url": toolTarget}), "federation.lti.answer.kind"},
			"HTML":                       {items(map[string]any{"type": "html", "html": "<script>"}), "federation.lti.answer.kind"},
			"an item that is none":       {with(map[string]any{deepClaim + "content_items": []any{1}}), "federation.lti.answer.item"},
			"custom that is no text":     {items(map[string]any{"type": "ltiResourceLink", "url": toolTarget, "custom": map[string]any{"a": 1}}), "federation.lti.answer.item"},
			"a custom that is ours":      {items(map[string]any{"type": "ltiResourceLink", "url": toolTarget, "custom": map[string]any{"gar_PRO": "National_ens"}}), "federation.lti.answer.custom"},
			"an endless title":           {items(map[string]any{"type": "ltiResourceLink", "url": toolTarget, "title": strings.Repeat("é", 201)}), "federation.lti.answer.long"},
			"a mark out of nothing":      {items(map[string]any{"type": "ltiResourceLink", "url": toolTarget, "lineItem": map[string]any{"scoreMaximum": 0}}), "federation.lti.answer.lineitem"},
			"too many":                   {with(map[string]any{deepClaim + "content_items": make([]any, 21)}), "federation.lti.answer.many"},
		} {
			if p := h.respond(t, try.token); p.Code != try.code || p.To != nil {
				t.Errorf("%s: %+v, want %s", name, p, try.code)
			}
		}
		// None of these used the choice up: they were not the tool's word, or said something else.
		good := with(nil)
		if p := h.respond(t, good); p.Status != http.StatusSeeOther {
			t.Fatalf("%+v", p)
		}
		if p := h.respond(t, good); p.Code != "federation.lti.answer.nonce" {
			t.Errorf("the same again: %+v", p)
		}
		if p := h.respond(t, with(nil)); p.Code != "federation.lti.answer.data" {
			t.Errorf("the same choice again: %+v", p)
		}
		late := h.choice(t, hers)
		h.Clock.Advance(time.Hour)
		if p := h.respond(t, h.signed(t, h.answer(late, nil))); p.Code != "federation.lti.answer.data" {
			t.Errorf("an hour later: %+v", p)
		}
		if n := len(h.links(t, hers, "c-5b")); n != 0 {
			t.Errorf("%d links", n)
		}
	})
}

// Somebody who is sent here with another's choice pins nothing (login CSRF).
func TestAnothersChoicePinsNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		hers := h.teacher(t)
		elsewhere := h.Arrive(t, "ent-renard")
		p := h.respond(t, h.signed(t, h.answer(h.choice(t, hers), nil)))
		if back := h.visit(t, elsewhere, p.To.RequestURI()); back.Code != "federation.lti.choice" {
			t.Errorf("another browser: %+v", back)
		}
		if back := h.visit(t, hers, p.To.RequestURI()); back.Code != "federation.lti.choice" {
			t.Errorf("then rightly: %+v", back)
		}
		p = h.respond(t, h.signed(t, h.answer(h.choice(t, hers), nil)))
		h.Clock.Advance(time.Minute)
		if back := h.visit(t, hers, p.To.RequestURI()); back.Code != "federation.lti.choice" {
			t.Errorf("too late: %+v", back)
		}
		if n := len(h.links(t, hers, "c-5b")); n != 0 {
			t.Errorf("%d links", n)
		}
	})
}

func TestOf32UsesOfAnAnswerOneSucceeds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		hers := h.teacher(t)
		nodes := []*house{h, h.node(t)}
		for range 5 {
			message := h.choice(t, hers)
			token := h.signed(t, h.answer(message, nil))
			var to string
			if won := federationtest.Together(func(i int) bool {
				p, err := nodes[i%2].tryRespond(t.Context(), token)
				if err != nil || p.To == nil {
					return false
				}
				to = p.To.RequestURI() // of one only
				return true
			}); won != 1 {
				t.Fatalf("%d of 32 were taken", won)
			}
			if won := federationtest.Together(func(i int) bool {
				p, err := nodes[i%2].browse(t.Context(), hers, to)
				return err == nil && p.To != nil
			}); won != 1 {
				t.Fatalf("%d of 32 pinned it", won)
			}
		}
		if n := len(h.links(t, hers, "c-5b")); n != 5 {
			t.Errorf("%d links, want 5", n)
		}
	})
}
