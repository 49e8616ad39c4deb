package trial_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"

	"pupitre/federation"
	"pupitre/federation/trial"
	"pupitre/internal/lang"
)

const (
	claim     = "https://purl.imsglobal.org/spec/lti/claim/"
	deepClaim = "https://purl.imsglobal.org/spec/lti-dl/claim/"
)

// tool is a site that speaks LTI 1.3, and asks for the class and its gradebook where a message names them.
type tool struct {
	*site
	issuer string
	key    *ecdsa.PrivateKey
	choose bool
}

func newTool(t *testing.T, careless ...string) *tool {
	s := &tool{site: newSite(t, careless...), key: toolKey(), choose: true}
	s.mux.HandleFunc("GET /lti/login", s.begin)
	s.mux.HandleFunc("POST /lti/message", s.message)
	s.mux.HandleFunc("GET /lti/jwks", func(w http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: s.key.Public(), KeyID: "t1", Algorithm: "ES256", Use: "sig"}}})
	})
	return s
}

var toolKey = sync.OnceValue(func() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
})

func (s *tool) client() federation.Client {
	c := federation.Client{
		ID: clientID, Name: "Le labo", Algorithm: federation.RS256, Resource: trial.Resource,
		LTI: &federation.LTI{Login: s.URL + "/lti/login", Redirects: []string{s.URL + "/lti/message"}, Deployment: "d1",
			Targets: []federation.LTITarget{{Address: s.URL + "/cours"}}},
		Proof: federation.Proof{Method: federation.ByKey, KeysAt: s.URL + "/lti/jwks"},
	}
	if s.choose {
		c.LTI.DeepLinking = s.URL + "/choisir"
	}
	return c
}

// begin is the login initiation.
func (s *tool) begin(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if s.careless["target.login"] && !strings.HasPrefix(q.Get("target_link_uri"), s.URL) {
		http.Redirect(w, r, q.Get("target_link_uri"), http.StatusFound)
		return
	}
	if q.Get("iss") != s.issuer || q.Get("client_id") != string(clientID) || !strings.HasPrefix(q.Get("target_link_uri"), s.URL+"/") {
		refuse(w, "login")
		return
	}
	state, nonce := string(federation.NewToken()), string(federation.NewToken())
	if s.careless["unasked"] {
		state, nonce = "etat", "nonce-"+state
	}
	http.SetCookie(w, &http.Cookie{Name: "essai", Value: state + " " + nonce, Path: "/"})
	ask := url.Values{
		"scope": {"openid"}, "response_type": {"id_token"}, "response_mode": {"form_post"}, "prompt": {"none"}, "client_id": {string(clientID)},
		"redirect_uri": {s.URL + "/lti/message"}, "state": {state}, "nonce": {nonce},
		"login_hint": {q.Get("login_hint")}, "lti_message_hint": {q.Get("lti_message_hint")},
	}
	if s.careless["form"] { // by a page that posts itself
		fmt.Fprintf(w, `<form method="post" action="%s/lti/authorize">`, s.issuer)
		for name := range ask {
			fmt.Fprintf(w, `<input type="hidden" name="%s" value="%s">`, name, ask.Get(name))
		}
		fmt.Fprint(w, `</form>`)
		return
	}
	if s.careless["bare"] {
		ask.Del("state")
	}
	http.Redirect(w, r, s.issuer+"/lti/authorize?"+ask.Encode(), http.StatusFound)
}

// said is what a message says.
type said struct {
	Sub        string   `json:"sub"`
	Nonce      string   `json:"nonce"`
	Type       string   `json:"https://purl.imsglobal.org/spec/lti/claim/message_type"`
	Version    string   `json:"https://purl.imsglobal.org/spec/lti/claim/version"`
	Deployment string   `json:"https://purl.imsglobal.org/spec/lti/claim/deployment_id"`
	Target     string   `json:"https://purl.imsglobal.org/spec/lti/claim/target_link_uri"`
	Roles      []string `json:"https://purl.imsglobal.org/spec/lti/claim/roles"`
	Settings   struct {
		Return string `json:"deep_link_return_url"`
		Data   string `json:"data"`
	} `json:"https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"`
	Roster struct {
		Address string `json:"context_memberships_url"`
	} `json:"https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"`
	Grades struct {
		Items string `json:"lineitems"`
	} `json:"https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"`
}

// message takes the platform's message.
func (s *tool) message(w http.ResponseWriter, r *http.Request) {
	state, nonce := "etat", ""
	if c, err := r.Cookie("essai"); err == nil {
		state, nonce, _ = strings.Cut(strings.Trim(c.Value, `"`), " ")
	} else if !s.careless["unasked"] {
		refuse(w, "nobody asked")
		return
	}
	if got := r.FormValue("state"); got != state && !(s.careless["state"] || s.careless["state.missing"] && got == "" || s.careless["bare"]) {
		refuse(w, "state")
		return
	}
	m, err := s.read(r.Context(), r.FormValue("id_token"))
	if err != nil {
		refuse(w, err)
		return
	}
	first := s.once(m.Nonce)
	switch {
	case s.isTired():
		refuse(w, "too many")
	case m.Nonce != nonce && !s.careless["unasked"] && !(s.careless["nonce"] || s.careless["nonce.seen"] && m.Nonce != "" && first || s.careless["nonce.missing"] && m.Nonce == ""):
		refuse(w, "nonce")
	case s.careless["unasked"] && !s.careless["again"] && !strings.HasPrefix(m.Nonce, "nonce-"), s.careless["unasked"] && !s.careless["again"] && !first:
		refuse(w, "nonce")
	case m.Version != "1.3.0" && !s.careless["version"]:
		refuse(w, "version")
	case m.Deployment != "d1" && !(s.careless["deployment"] || s.careless["deployment.missing"] && m.Deployment == ""):
		refuse(w, "deployment")
	case s.careless["strict"] && strings.Contains(strings.Join(m.Roles, " "), "Inconnu"):
		refuse(w, "role")
	case s.careless["pupils"] && strings.Contains(strings.Join(m.Roles, " "), "Instructor"):
		refuse(w, "role")
	case m.Type == "LtiDeepLinkingRequest":
		s.answer(w, m)
	case m.Type != "LtiResourceLinkRequest" && !s.careless["type"]:
		refuse(w, "type")
	case s.careless["target"] && !strings.HasPrefix(m.Target, s.URL):
		http.Redirect(w, r, m.Target, http.StatusFound)
	case !strings.HasPrefix(m.Target, s.URL):
		refuse(w, "target")
	case s.careless["direct"]:
		fmt.Fprintf(w, "Bonjour %s", m.Sub)
	default:
		if err := s.serve(r.Context(), m); err != nil {
			refuse(w, err)
			return
		}
		s.welcome(w, r, m.Sub, "")
	}
}

func (s *tool) read(ctx context.Context, raw string) (m said, err error) {
	if s.careless["signature"] {
		return m, unverified(raw, &m)
	}
	keys := oidc.NewRemoteKeySet(oidc.ClientContext(ctx, direct), s.issuer+"/oidc/jwks")
	token, err := oidc.NewVerifier(s.issuer, keys, &oidc.Config{ClientID: string(clientID), SkipClientIDCheck: s.careless["audience"],
		SkipIssuerCheck: s.careless["issuer"], SkipExpiryCheck: s.careless["expired"]}).Verify(ctx, raw)
	if err == nil {
		err = token.Claims(&m)
	}
	return m, err
}

// answer is the tool's choice, made at once: a page that posts it.
func (s *tool) answer(w http.ResponseWriter, m said) {
	deployment, item := "d1", map[string]any{"type": "ltiResourceLink", "title": "Leçon 1", "url": s.URL + "/cours/1"}
	if s.careless["chosen"] {
		item["url"] = "https://autre-site.example/"
	}
	if s.careless["choose"] {
		refuse(w, "no choice here")
		return
	}
	token := s.sign(map[string]any{
		"iss": clientID, "aud": s.issuer, "exp": time.Now().Add(time.Minute).Unix(), "iat": time.Now().Unix(), "nonce": string(federation.NewToken()),
		claim + "message_type": "LtiDeepLinkingResponse", claim + "version": "1.3.0", claim + "deployment_id": deployment,
		deepClaim + "data": m.Settings.Data, deepClaim + "content_items": []any{item},
	})
	fmt.Fprintf(w, `<form method="post" action="%s"><input type="hidden" name="JWT" value="%s"></form>`, m.Settings.Return, token)
}

func (s *tool) sign(claims map[string]any) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: s.key, KeyID: "t1"}}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		panic(err)
	}
	text, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	signed, err := signer.Sign(text)
	if err != nil {
		panic(err)
	}
	token, err := signed.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return token
}

// serve asks for the class and its columns, as a tool with a server's page would.
func (s *tool) serve(ctx context.Context, m said) error {
	if !s.careless["services"] && !s.careless["services.none"] && !s.careless["services.unused"] && !s.careless["services.wrong"] {
		return nil
	}
	if s.careless["services.none"] {
		_, err := s.ask(ctx, http.MethodGet, m.Roster.Address, "none", nil)
		return err
	}
	scopes := []string{"https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly", "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"}
	audience := s.issuer + "/lti/token"
	if s.careless["services.wrong"] {
		audience = "https://autre-portail.example/token"
	}
	proof := s.sign(map[string]any{"iss": clientID, "sub": clientID, "aud": audience, "exp": time.Now().Add(time.Minute).Unix(),
		"iat": time.Now().Unix(), "jti": string(federation.NewToken())})
	form := url.Values{"grant_type": {"client_credentials"}, "client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		"client_assertion": {proof}, "scope": {strings.Join(scopes, " ")}}
	res, err := direct.PostForm(s.issuer+"/lti/token", form)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	var given struct {
		Access string `json:"access_token"`
	}
	if err := json.NewDecoder(res.Body).Decode(&given); err != nil || given.Access == "" || s.careless["services.unused"] {
		return err
	}
	for _, address := range []string{m.Roster.Address, m.Grades.Items} {
		if status, err := s.ask(ctx, http.MethodGet, address, given.Access, nil); err != nil || status != http.StatusOK {
			return fmt.Errorf("%s: %d, %w", address, status, err)
		}
	}
	return nil
}

func (s *tool) ask(ctx context.Context, method, address, token string, body []byte) (int, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := direct.Do(req)
	if err != nil {
		return 0, err
	}
	return res.StatusCode, res.Body.Close()
}

// Each carelessness of an LTI tool is found by its check and by no other, and a careful tool passes all of them.
func TestEachLTICarelessnessIsFoundByItsCheck(t *testing.T) {
	t.Parallel()
	for careless, want := range map[string][]string{
		"":                   nil,
		"form":               nil,
		"direct":             nil,
		"services":           nil,
		"direct audience":    {"lti.audience"},
		"direct unasked":     {"lti.unasked"},
		"issuer":             {"lti.issuer"},
		"audience":           {"lti.audience"},
		"expired":            {"lti.expired"},
		"nonce":              {"lti.nonce", "lti.nonce.missing", "lti.nonce.again"},
		"nonce.seen":         {"lti.nonce"},
		"nonce.missing":      {"lti.nonce.missing"},
		"deployment":         {"lti.deployment", "lti.deployment.missing"},
		"deployment.missing": {"lti.deployment.missing"},
		"version":            {"lti.version"},
		"type":               {"lti.type"},
		"signature":          {"lti.issuer", "lti.audience", "lti.expired", "lti.none", "lti.hmac", "lti.signature", "lti.key"},
		"state":              {"lti.state", "lti.state.missing"},
		"state.missing":      {"lti.state.missing"},
		"unasked":            {"lti.unasked"},
		"again unasked":      {"lti.unasked", "lti.again", "lti.nonce", "lti.nonce.missing", "lti.nonce.again"},
		"target":             {"lti.target"},
		"target.login":       {"lti.target.login"},
		"strict":             {"lti.claims"},
		"pupils":             {"lti.teacher", "lti.choose"},
		"choose":             {"lti.choose"},
		"chosen":             {"lti.chosen"},
		"bare":               {"lti.csrf (remark)"},
		"services.none":      {"lti.roster"},
		"services.unused":    {"lti.scopes (remark)"},
		"services.wrong":     {"lti.token", "lti.scopes (remark)"},
	} {
		t.Run(careless, func(t *testing.T) {
			t.Parallel()
			s := newTool(t, strings.Fields(careless)...)
			b, base := open(t, s.client(), func(s *trial.Settings) { s.Secret = "" })
			s.issuer = base
			mustFind(t, try(t, b, s.URL+"/cours"), want...)
		})
	}
}

// What a tool asked is told, and that of its services; what was not asked is not applicable.
func TestTheReportSaysWhatAToolAskedAndWhatTheServicesAnswered(t *testing.T) {
	t.Parallel()
	for careless, want := range map[string][2]trial.Outcome{"services": {trial.Passed, trial.Passed}, "services.none": {trial.NotApplicable, trial.Failed}, "": {trial.NotApplicable, trial.NotApplicable}} {
		s := newTool(t, careless)
		s.choose = false
		b, base := open(t, s.client(), func(s *trial.Settings) { s.Secret = "" })
		s.issuer = base
		r := try(t, b, s.URL+"/cours")
		if got := [2]trial.Outcome{outcome(r, "lti.token"), outcome(r, "lti.roster")}; got != want {
			t.Errorf("%q: %v, want %v", careless, got, want)
		}
		if got := outcome(r, "lti.choose"); got != trial.NotApplicable {
			t.Errorf("Deep Linking that is not registered: %s", got)
		}
		if r.Asked.Protocol != "lti" || (len(r.Asked.Services) == 2) != (careless == "services") || r.Asked.Parameters["nonce"][0] != "…" {
			t.Errorf("%+v", r.Asked)
		}
		for _, locale := range lang.Locales {
			var text bytes.Buffer
			if err := r.Text(&text, lang.MustLoad(), locale); err != nil || strings.Contains(text.String(), "⟦") {
				t.Errorf("%v %s", err, text.String())
			}
			if careless == "services.none" && !strings.Contains(text.String(), "/memberships") {
				t.Errorf("what was refused is not told: %s", text.String())
			}
		}
	}
}
