package lti_test

import (
	"cmp"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/lti"
	"pupitre/federation/proof"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/lang"
	"pupitre/store/storetest/federationtest"
)

// The registered tools: Préau's, and Marelle's.
const (
	toolID     = federation.ClientID("labo")
	otherID    = federation.ClientID("atlas-lti")
	toolLogin  = "https://labo.example/lti/login?from=pupitre"
	toolReturn = "https://labo.example/lti/message"
	toolTarget = "https://labo.example/lti/grammaire"
	toolChoose = "https://labo.example/lti/choisir"
	deployment = "tilleuls-1"
)

var (
	ines   = federation.PseudonymOf(directory.Secret(strings.Repeat("1", 64)), federationtest.Preau)
	noe    = federation.PseudonymOf(directory.Secret(strings.Repeat("2", 64)), federationtest.Preau)
	renard = federation.PseudonymOf(directory.Secret(strings.Repeat("3", 64)), federationtest.Preau)
)

// keys are the tools', made once.
var keys = sync.OnceValue(func() (out struct{ tool, other, stranger *ecdsa.PrivateKey }) {
	out.tool, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	out.other, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	out.stranger, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	return out
})

// house is a world with its platform on a real address.
type house struct {
	*federationtest.World
	URL      string
	issuer   string
	Platform *lti.Platform
	client   *http.Client // follows nothing
}

// posting stands in for the page that posts a form by itself: it is the form, as JSON.
type posting struct{}

func (posting) PostForm(w http.ResponseWriter, _ *http.Request, f federation.Form) error {
	return json.NewEncoder(w).Encode(f)
}

func open(t testing.TB, e dbtest.Engine) *house {
	t.Helper()
	w := federationtest.New(t, e)
	h := &house{World: w, client: federationtest.Browser(t)}
	for _, c := range []federation.Client{
		{ID: toolID, Sector: federationtest.Preau, Name: "Le labo", Algorithm: federation.RS256,
			LTI: &federation.LTI{Login: toolLogin, Redirects: []string{toolReturn}, Deployment: deployment, DeepLinking: toolChoose,
				Targets: []federation.LTITarget{{Address: toolTarget, ARK: federationtest.Grammar}, {Address: "https://labo.example/lti/atlas", ARK: federationtest.Atlas}}},
			Proof: federation.Proof{Method: federation.ByKey, Keys: []jose.JSONWebKey{{Key: keys().tool.Public(), KeyID: "t1"}}}},
		{ID: otherID, Sector: federationtest.Marelle, Name: "L’atlas", Algorithm: federation.ES256,
			LTI: &federation.LTI{Login: "https://atlas.example/lti/login", Redirects: []string{"https://atlas.example/lti/message"}, Deployment: "a",
				Targets: []federation.LTITarget{{Address: "https://atlas.example/lti/", ARK: federationtest.Atlas}}},
			Proof: federation.Proof{Method: federation.ByKey, Keys: []jose.JSONWebKey{{Key: keys().other.Public(), KeyID: "o1"}}}},
	} {
		if err := w.Service.Register(t.Context(), federationtest.Tester, c, ""); err != nil {
			t.Fatal(err)
		}
	}
	h.serve(t)
	return h
}

// node is another node of the same house, under the same address.
func (h *house) node(t testing.TB) *house {
	t.Helper()
	n := &house{World: h.Node(t), client: h.client, issuer: h.URL}
	n.serve(t)
	return n
}

func (h *house) serve(t testing.TB) {
	w := h.World
	h.URL, _ = w.Serve(t, func(address string) federationtest.Face {
		h.issuer = cmp.Or(h.issuer, address)
		h.Platform = &lti.Platform{
			Federation: w.Service, Keys: w.Keys, Store: w.Store.LTI(), IDs: w.IDs, Now: w.Clock.Now, Issuer: h.issuer, Pages: posting{},
			Proofs: &proof.Checker{Federation: w.Service, Store: w.Store.Proofs(), Client: h.client, Now: w.Clock.Now, Words: lang.MustLoad()},
		}
		return h.Platform
	})
}

// page is an answer that a browser gets.
type page struct {
	Status int
	To     *url.URL          // where it is sent
	Code   string            // of a failure
	Form   map[string]string // what it is to post
	Action string
}

// browse asks as the browser of a session.
func (h *house) browse(ctx context.Context, session federation.Token, address string, change ...func(*http.Request)) (page, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.URL+address, nil)
	if err != nil {
		return page{}, err
	}
	if session != "" {
		req.AddCookie(&http.Cookie{Name: federation.SessionCookie, Value: string(session)})
	}
	req.Header.Set("Accept", "application/json") // failures as problems
	for _, f := range change {
		f(req)
	}
	res, err := h.client.Do(req)
	if err != nil {
		return page{}, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return page{}, err
	}
	out := page{Status: res.StatusCode}
	if to := res.Header.Get("Location"); to != "" {
		out.To, err = url.Parse(to)
		return out, err
	}
	var body struct {
		Code   string `json:"code"`
		Action string
		Fields []federation.Field
	}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &body); err != nil {
			return out, err
		}
	}
	out.Code, out.Action, out.Form = body.Code, body.Action, map[string]string{}
	for _, f := range body.Fields {
		out.Form[f.Name] = f.Value
	}
	return out, nil
}

// visit is browse where it must work.
func (h *house) visit(t testing.TB, session federation.Token, address string, change ...func(*http.Request)) page {
	t.Helper()
	p, err := h.browse(t.Context(), session, address, change...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func query(pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "-" {
			q.Del(pairs[i])
		} else {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return q.Encode()
}

// launch begins a message, and returns what the tool's login is sent.
func (h *house) launch(t testing.TB, session federation.Token, more ...string) url.Values {
	t.Helper()
	p := h.visit(t, session, "/lti/launch?"+query(append([]string{"client_id", string(toolID), "idRessource", federationtest.Grammar}, more...)...))
	if p.Status != http.StatusFound || p.To.Host != "labo.example" {
		t.Fatalf("%+v", p)
	}
	return p.To.Query()
}

// ask is the tool's authentication request for a message; change spoils it.
func ask(login url.Values, change ...string) string {
	return "/lti/authorize?" + query(append([]string{
		"scope", "openid", "response_type", "id_token", "response_mode", "form_post", "prompt", "none", "client_id", string(toolID),
		"redirect_uri", toolReturn, "state", "the state", "nonce", string(federation.NewToken()),
		"login_hint", login.Get("login_hint"), "lti_message_hint", login.Get("lti_message_hint"),
	}, change...)...)
}

// claims reads a message of ours, having checked its signature as the tool would.
func (h *house) claims(t testing.TB, token string) map[string]any {
	t.Helper()
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	set, err := h.Keys.Public(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	body, err := signed.Verify(set.Key(signed.Signatures[0].Header.KeyID)[0])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(body, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

// message is a whole launch.
func (h *house) message(t testing.TB, session federation.Token, more ...string) map[string]any {
	t.Helper()
	p := h.visit(t, session, ask(h.launch(t, session, more...)))
	if p.Form["id_token"] == "" || p.Action != toolReturn || p.Form["state"] != "the state" {
		t.Fatalf("%+v", p)
	}
	return h.claims(t, p.Form["id_token"])
}

// payload is a token's, unread.
func payload(t testing.TB, token string) string {
	t.Helper()
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256, jose.ES256})
	if err != nil {
		t.Fatal(err)
	}
	return string(signed.UnsafePayloadWithoutVerification())
}
