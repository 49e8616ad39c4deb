package lti_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/proof"
	"pupitre/internal/db/dbtest"
	"pupitre/journal"
	"pupitre/store/storetest/federationtest"
)

// What tools ask for.
const (
	scopeMembers = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
	scopeItems   = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
	scopeSee     = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly"
	scopeResults = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
	scopeScores  = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
)

// said is what a tool is answered.
type said struct {
	Status int
	Code   string
	Link   string
	Body   map[string]any
	List   []map[string]any
}

// call asks as a tool does.
func (h *house) call(ctx context.Context, method, address, token, media, body string) (said, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader([]byte(body)))
	if err != nil {
		return said{}, err
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if media != "" {
		req.Header.Set("Content-Type", media)
	}
	res, err := h.client.Do(req)
	if err != nil {
		return said{}, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return said{}, err
	}
	out := said{Status: res.StatusCode, Link: res.Header.Get("Link")}
	if len(text) == 0 {
		return out, nil
	}
	if text[0] == '[' {
		return out, json.Unmarshal(text, &out.List)
	}
	err = json.Unmarshal(text, &out.Body)
	out.Code, _ = out.Body["code"].(string)
	return out, err
}

// tell is call where there must be an answer.
func (h *house) tell(t testing.TB, method, address, token, media, body string) said {
	t.Helper()
	out, err := h.call(t.Context(), method, address, token, media, body)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// ask is for a token, by a tool's own word.
func (h *house) askToken(t testing.TB, id federation.ClientID, kid string, key any, scope string, change map[string]any) said {
	t.Helper()
	now := h.Clock.Now()
	claims := map[string]any{"iss": id, "sub": id, "aud": h.URL + "/lti/token", "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(), "jti": string(federation.NewToken())}
	for name, value := range change {
		claims[name] = value
	}
	return h.tell(t, http.MethodPost, h.URL+"/lti/token", "", "application/x-www-form-urlencoded", url.Values{
		"grant_type": {"client_credentials"}, "client_assertion_type": {proof.AssertionType}, "client_assertion": {sign(t, jose.ES256, kid, key, claims)}, "scope": {scope},
	}.Encode())
}

// token is the tool's, with every scope.
func (h *house) token(t testing.TB, scopes ...string) string {
	t.Helper()
	if len(scopes) == 0 {
		scopes = []string{scopeMembers, scopeItems, scopeResults, scopeScores}
	}
	got := h.askToken(t, toolID, "t1", keys().tool, strings.Join(scopes, " "), nil)
	token, _ := got.Body["access_token"].(string)
	if token == "" || got.Body["token_type"] != "Bearer" || got.Body["expires_in"] != float64(3600) || got.Body["scope"] != strings.Join(scopes, " ") {
		t.Fatalf("%+v", got)
	}
	return token
}

// class is where the services of a class are, as the tool learns it at a launch.
func (h *house) class(t testing.TB, session federation.Token) string {
	t.Helper()
	context, _ := h.message(t, session)[claim+"context"].(map[string]any)
	id, _ := context["id"].(string)
	if id == "" {
		t.Fatal("no class")
	}
	return h.URL + "/lti/contexts/" + id
}

func TestAToolGetsATokenForItsOwnWordOnly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		h.token(t)
		if got := h.askToken(t, toolID, "t1", keys().tool, scopeMembers+" https://autre.example/scope", map[string]any{"aud": h.URL}); got.Body["scope"] != scopeMembers {
			t.Errorf("%+v", got)
		}
		for name, got := range map[string]said{
			"a stranger's key":     h.askToken(t, toolID, "t1", keys().stranger, scopeMembers, nil),
			"another tool's key":   h.askToken(t, toolID, "o1", keys().other, scopeMembers, nil),
			"for somebody else":    h.askToken(t, toolID, "t1", keys().tool, scopeMembers, map[string]any{"aud": h.URL + "/oidc/token"}),
			"no tool":              h.askToken(t, federationtest.ExosID, "t1", keys().tool, scopeMembers, nil),
			"expired":              h.askToken(t, toolID, "t1", keys().tool, scopeMembers, map[string]any{"exp": h.Clock.Now().Unix()}),
			"no scope":             h.askToken(t, toolID, "t1", keys().tool, "", nil),
			"a scope nobody knows": h.askToken(t, toolID, "t1", keys().tool, "openid", nil),
		} {
			if got.Body["access_token"] != nil || got.Body["error"] != "invalid_client" && got.Body["error"] != "invalid_scope" {
				t.Errorf("%s: %+v", name, got)
			}
		}
		// The same assertion twice.
		once := map[string]any{"jti": "once"}
		if got := h.askToken(t, toolID, "t1", keys().tool, scopeMembers, once); got.Status != 200 {
			t.Errorf("%+v", got)
		}
		if got := h.askToken(t, toolID, "t1", keys().tool, scopeMembers, once); got.Body["error"] != "invalid_client" {
			t.Errorf("replayed: %+v", got)
		}
	})
}

// Names and Roles 2.0: those who are in the class and hold the resource, now; under a pseudonym; with what an entry would release.
func TestAToolReadsWhoHoldsItInAClass(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		h.teacher(t)
		class := h.class(t, h.Arrive(t, "ent-ines"))
		token := h.token(t, scopeMembers)
		got := h.tell(t, http.MethodGet, class+"/memberships", token, "", "")
		want := map[string]any{
			"id": class + "/memberships", "context": map[string]any{"id": class[strings.LastIndex(class, "/")+1:]},
			"members": []any{
				map[string]any{"status": "Active", "user_id": ines.Subject(), "given_name": "Inès",
					"roles": []any{"http://purl.imsglobal.org/vocab/lis/v2/membership#Learner", "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Student"}},
				map[string]any{"status": "Active", "user_id": renard.Subject(), "given_name": "Claire", "email": "c.renard@tilleuls.example",
					"roles": []any{"http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor", "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Faculty"}},
			},
		}
		if diff := cmp.Diff(want, got.Body); diff != "" || got.Status != 200 {
			t.Errorf("%d %s", got.Status, diff)
		}
		subjects := func(address string) (out []any) {
			got := h.tell(t, http.MethodGet, address, token, "", "")
			members, _ := got.Body["members"].([]any)
			for _, m := range members {
				out = append(out, m.(map[string]any)["user_id"])
			}
			return out
		}
		if diff := cmp.Diff([]any{ines.Subject()}, subjects(class+"/memberships?role=Learner")); diff != "" {
			t.Error(diff)
		}
		// Paged by the Link header.
		first := h.tell(t, http.MethodGet, class+"/memberships?limit=1", token, "", "")
		address, rel, _ := strings.Cut(strings.TrimPrefix(first.Link, "<"), ">")
		if rel != `; rel="next"` {
			t.Fatalf("%q", first.Link)
		}
		if diff := cmp.Diff([]any{renard.Subject()}, subjects(address)); diff != "" {
			t.Error(diff)
		}
		if last := h.tell(t, http.MethodGet, address, token, "", ""); last.Link != "" {
			t.Errorf("%q", last.Link)
		}
		if bad := h.tell(t, http.MethodGet, class+"/memberships?after=rien", token, "", ""); bad.Code != "federation.lti.page" {
			t.Errorf("%+v", bad)
		}
		// Everybody who was listed is known to have been seen: the publisher will be told when they are erased.
		var acquainted int
		err := h.Store.Federation().Read(t.Context(), func(ctx context.Context, r federation.Reader) error {
			list, err := r.Acquaintances(ctx, federationtest.Project, federationtest.Renard)
			acquainted = len(list)
			return err
		})
		if err != nil || acquainted != 1 {
			t.Errorf("%d acquaintances, %v", acquainted, err)
		}
		// And each of them reads of it, once for the day.
		for _, want := range []int{1, 2} {
			listed := 0
			err := h.Store.Journal().Read(t.Context(), func(ctx context.Context, r journal.Reader) error {
				listed = 0
				entries, err := r.OfPerson(ctx, string(federationtest.Renard), "", 100)
				for _, e := range entries {
					if e.Entry.Verb == "federation.listed" {
						listed++
					}
				}
				return err
			})
			if err != nil || listed != want {
				t.Errorf("%d entries, want %d, %v", listed, want, err)
			}
			h.Clock.Advance(24 * time.Hour)
			token = h.token(t, scopeMembers)
			subjects(class + "/memberships")
		}
		// Withdrawn a second ago; gone a second ago.
		h.Rights.Withdraw(federationtest.Ines, federationtest.College, directory.Pupil, federationtest.Grammar)
		if diff := cmp.Diff([]any{renard.Subject()}, subjects(class+"/memberships")); diff != "" {
			t.Error(diff)
		}
		h.Leave(t, federationtest.Renard, federationtest.College)
		if diff := cmp.Diff([]any(nil), subjects(class+"/memberships")); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAServiceIsForItsOwnToolWithItsScope(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		class := h.class(t, h.Arrive(t, "ent-ines"))
		good := h.token(t, scopeMembers)
		others, _ := h.askToken(t, otherID, "o1", keys().other, scopeMembers, nil).Body["access_token"].(string)
		for name, try := range map[string]struct {
			address, token string
			status         int
			code           string
		}{
			"good":                 {class + "/memberships", good, 200, ""},
			"no token":             {class + "/memberships", "", 401, "federation.lti.token"},
			"a token made up":      {class + "/memberships", "x", 401, "federation.lti.token"},
			"a session's":          {class + "/memberships", string(h.Arrive(t, "ent-ines")), 401, "federation.lti.token"},
			"another scope":        {class + "/memberships", h.token(t, scopeScores), 403, "federation.lti.scope"},
			"another tool's token": {class + "/memberships", others, 404, "federation.lti.context"},
			"no such class":        {h.URL + "/lti/contexts/c-5b/memberships", good, 404, "federation.lti.context"},
		} {
			if got := h.tell(t, http.MethodGet, try.address, try.token, "", ""); got.Status != try.status || got.Code != try.code {
				t.Errorf("%s: %+v", name, got)
			}
		}
		h.Clock.Advance(time.Hour)
		if got := h.tell(t, http.MethodGet, class+"/memberships", good, "", ""); got.Status != 401 {
			t.Errorf("an hour later: %+v", got)
		}
		h.Clock.Advance(time.Second)
		if n, err := h.Platform.Sweep(t.Context(), 100); err != nil || n == 0 {
			t.Errorf("swept %d, %v", n, err)
		}
	})
}
