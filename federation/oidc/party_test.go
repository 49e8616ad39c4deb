package oidc_test

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/oauth2"

	"pupitre/federation"
	"pupitre/federation/oidc"
	"pupitre/federation/proof"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/lang"
	"pupitre/store/storetest/federationtest"
)

// house is a world with its provider on a real address.
type house struct {
	*federationtest.World
	Provider *oidc.Provider
	URL      string
	issuer   string
	client   *http.Client // follows nothing
	handler  http.Handler
}

func open(t testing.TB, e dbtest.Engine) *house {
	t.Helper()
	w := federationtest.New(t, e)
	h := &house{World: w, client: federationtest.Browser(t)}
	h.serve(t)
	return h
}

// node is another node of the same house, under the same issuer.
func (h *house) node(t testing.TB) *house {
	t.Helper()
	n := &house{World: h.Node(t), client: h.client, issuer: h.URL}
	n.serve(t)
	return n
}

func (h *house) serve(t testing.TB) {
	w := h.World
	h.URL, h.handler = w.Serve(t, func(address string) federationtest.Face {
		h.issuer = cmp.Or(h.issuer, address)
		h.Provider = &oidc.Provider{Federation: w.Service, Keys: w.Keys, Store: w.Store.OIDC(), IDs: w.IDs, Now: w.Clock.Now, Issuer: h.issuer}
		h.Provider.Proofs = &proof.Checker{Federation: w.Service, Store: w.Store.Proofs(), Client: h.client, Now: w.Clock.Now, Words: lang.MustLoad()}
		return h.Provider
	})
}

// verifier is a PKCE verifier that tests share.
const verifier = "the-verifier-of-the-tests-is-long-enough-to-be-one"

// ask is an authorization request of Biblio Exos that is right; change spoils it.
func (h *house) ask(change ...string) url.Values {
	q := url.Values{
		"client_id": {string(federationtest.ExosID)}, "redirect_uri": {federationtest.ExosRedirect}, "response_type": {"code"},
		"scope": {"openid offline_access"}, "state": {"the state"}, "nonce": {"the nonce"},
		"code_challenge": {oauth2.S256ChallengeFromVerifier(verifier)}, "code_challenge_method": {"S256"}, "idRessource": {federationtest.Grammar},
	}
	for i := 0; i+1 < len(change); i += 2 {
		if change[i+1] == "-" {
			q.Del(change[i])
		} else {
			q.Set(change[i], change[i+1])
		}
	}
	return q
}

// authorize sends an authorization request from the browser of a session, and returns the status and where the browser is sent.
func (h *house) authorize(t testing.TB, session federation.Token, query string) (int, *url.URL) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.URL+"/oidc/authorize?"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	if session != "" {
		req.AddCookie(&http.Cookie{Name: federation.SessionCookie, Value: string(session)})
	}
	res, err := h.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, res.Body) // or the connection is not used again
	res.Body.Close()
	to, err := url.Parse(res.Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, to
}

// code is authorize where it must succeed.
func (h *house) code(t testing.TB, session federation.Token, change ...string) string {
	t.Helper()
	_, to := h.authorize(t, session, h.ask(change...).Encode())
	if code := to.Query().Get("code"); code != "" {
		return code
	}
	t.Fatalf("no code: %s", to)
	return ""
}

// answer is a program's answer.
type answer struct {
	Status  int
	Access  string `json:"access_token"`
	ID      string `json:"id_token"`
	Refresh string `json:"refresh_token"`
	Error   string `json:"error"`
	Why     string `json:"error_description"`
}

// post sends a form with the client's proof.
func (h *house) post(ctx context.Context, path string, client federation.ClientID, form url.Values) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if client != "" {
		req.SetBasicAuth(url.QueryEscape(string(client)), url.QueryEscape(string(federationtest.ExosProof)))
	}
	res, err := h.client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	a := answer{Status: res.StatusCode}
	if text, _ := io.ReadAll(res.Body); len(text) > 0 {
		err = json.Unmarshal(text, &a)
	}
	return a, err
}

func exchange(code string) url.Values {
	return url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {federationtest.ExosRedirect}, "code_verifier": {verifier}}
}

func renewal(token string) url.Values {
	return url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}}
}

// token is post where it must answer.
func (h *house) token(t testing.TB, form url.Values) answer {
	t.Helper()
	a, err := h.post(t.Context(), "/oidc/token", federationtest.ExosID, form)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// get asks with an access token, and returns the status and the body.
// knock sends a request with headers, and reads the JSON that comes, if any does.
func (h *house) knock(t testing.TB, method, path string, headers map[string]string) (int, http.Header, map[string]any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, h.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	res, err := h.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var body map[string]any
	_ = json.NewDecoder(res.Body).Decode(&body) // not every answer has one
	return res.StatusCode, res.Header, body
}

func (h *house) get(t testing.TB, path, token string) (int, map[string]any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := h.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var body map[string]any
	if err := json.NewDecoder(res.Body).Decode(&body); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, body
}
