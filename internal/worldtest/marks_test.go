package worldtest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"pupitre/federation"
	"pupitre/internal/clock"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/lang"
)

// token is the tool's access token for a scope, by its own word (RFC 7523).
func (b *board) token(t testing.TB, scope string) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: b.key, KeyID: "t1"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	const at = "http://pupitre.localhost/lti/token"
	now := clock.System()
	word, err := jwt.Signed(signer).Claims(map[string]any{
		"iss": b.tool.ID, "sub": b.tool.ID, "aud": at, "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(), "jti": federation.NewToken(),
	}).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	status, body := b.call(t, at, "", "application/x-www-form-urlencoded", url.Values{
		"grant_type": {"client_credentials"}, "client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "client_assertion": {word}, "scope": {scope},
	}.Encode())
	token, _ := body["access_token"].(string)
	if token == "" {
		t.Fatalf("%d %v", status, body)
	}
	return token
}

// call posts as the tool's program does.
func (b *board) call(t testing.TB, address, token, media, body string) (int, map[string]any) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(body))
	r.Header.Set("Content-Type", media)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	b.Handler.ServeHTTP(w, r)
	var out map[string]any
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
			t.Fatalf("%s: %d %s", address, w.Code, w.Body)
		}
	}
	return w.Code, out
}

var postedToken = regexp.MustCompile(`name="id_token" value="([^"]+)"`)

// open opens the board's resource in its tool, and is the answer to what the tool then asks.
func (b *board) open(t testing.TB, session federation.Token) *httptest.ResponseRecorder {
	t.Helper()
	w := b.visit(t.Context(), session, http.MethodGet, "/lti/launch?"+url.Values{"client_id": {string(b.tool.ID)}, "idRessource": {string(b.work.ARK)}}.Encode(), nil)
	login, err := url.Parse(w.Header().Get("Location"))
	if err != nil || w.Code != http.StatusFound {
		t.Fatalf("%d %v %s", w.Code, login, w.Body)
	}
	return b.visit(t.Context(), session, http.MethodGet, "/lti/authorize?"+url.Values{
		"scope": {"openid"}, "response_type": {"id_token"}, "response_mode": {"form_post"}, "prompt": {"none"}, "client_id": {string(b.tool.ID)},
		"redirect_uri": {b.tool.LTI.Redirects[0]}, "state": {"s"}, "nonce": {string(federation.NewToken())},
		"login_hint": {login.Query().Get("login_hint")}, "lti_message_hint": {login.Query().Get("lti_message_hint")},
	}.Encode(), nil)
}

// launched is what the tool is told when somebody opens the board's resource in it.
func (b *board) launched(t testing.TB, session federation.Token) (message struct {
	Sub     string
	Service struct{ LineItems string } `json:"https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"`
}) {
	t.Helper()
	w := b.open(t, session)
	found := postedToken.FindStringSubmatch(w.Body.String())
	if found == nil {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	signed, err := jose.ParseSignedCompact(found[1], []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(signed.UnsafePayloadWithoutVerification(), &message); err != nil || message.Service.LineItems == "" {
		t.Fatalf("%v %s", err, signed.UnsafePayloadWithoutVerification())
	}
	return message
}

// What a tool says of a pupil's work (LTI Assignment and Grade Services) stands on the page of the class: the mark, when the tool says
// that it was given, and when it came. The teacher sees every line, the pupil their own, another class nothing.
func TestAToolsScoreIsOnTheClassesPage(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := newHouse(t, e.Address(t))
		h.furnish(t, 18)
		b := h.board(t)
		ines, malo, sacha, nadia := h.arrive(t, "ines.marchal"), h.arrive(t, "malo.kerbrat"), h.arrive(t, "sacha.lemoine"), h.arrive(t, "nadia.aubry")
		message := b.launched(t, ines)
		token := b.token(t, "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem https://purl.imsglobal.org/spec/lti-ags/scope/score")
		status, column := b.call(t, message.Service.LineItems, token, "application/vnd.ims.lis.v2.lineitem+json", `{"label":"Les accords","scoreMaximum":20}`)
		address, _ := column["id"].(string)
		if status != http.StatusCreated || address == "" {
			t.Fatalf("%d %v", status, column)
		}
		said := clock.System().Add(-26 * time.Hour).Truncate(time.Second)
		score := fmt.Sprintf(`{"userId":%q,"scoreGiven":14.5,"scoreMaximum":20,"comment":"Bien vu","timestamp":%q,"activityProgress":"Completed","gradingProgress":"FullyGraded"}`,
			message.Sub, said.Format(time.RFC3339))
		before := clock.System()
		if status, answer := b.call(t, address+"/scores", token, "application/vnd.ims.lis.v1.score+json", score); status != http.StatusOK && status != http.StatusNoContent {
			t.Fatalf("%d %v", status, answer)
		}
		after := clock.System()

		zone := h.school.Zone()
		moment := func(at time.Time) string {
			return lang.ShortDate(lang.French, clock.On(at, zone)) + ", " + lang.Clock(lang.French, at, zone)
		}
		class := "/carnets/" + string(b.class)
		page := func(who federation.Token) string {
			return strings.ReplaceAll(h.visit(t.Context(), who, http.MethodGet, class, nil).Body.String(), "\u00a0", " ")
		}
		plain := func(text string) string { return strings.ReplaceAll(text, "\u00a0", " ") }
		for who, token := range map[string]federation.Token{"the teacher": nadia, "the pupil": ines} {
			text := page(token)
			for _, want := range []string{"Les accords / 20", "<b>14,5</b>", "Bien vu", ">le " + plain(moment(said)) + "<"} {
				if !strings.Contains(text, want) {
					t.Errorf("%s does not see %q: %s", who, want, text)
				}
			}
			if !strings.Contains(text, ">reçu le "+plain(moment(before))+"<") && !strings.Contains(text, ">reçu le "+plain(moment(after))+"<") {
				t.Errorf("%s does not see when it came (%s): %s", who, moment(before), text)
			}
		}
		if text := page(malo); strings.Contains(text, "14,5") || strings.Contains(text, "Bien vu") {
			t.Errorf("another pupil sees it: %s", text)
		}
		if w := h.visit(t.Context(), sacha, http.MethodGet, class, nil); w.Code != http.StatusNotFound {
			t.Errorf("a pupil of another class: %d", w.Code)
		}
	})
}
