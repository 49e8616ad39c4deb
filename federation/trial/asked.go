package trial

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"pupitre/federation"
	"pupitre/internal/xmlsec"
)

// Call is one request that came to the faces.
type Call struct {
	Method  string `json:"method"`
	Path    string `json:"path"`
	Status  int    `json:"status"`
	Refused string `json:"refused,omitempty"` // what the faces had against it
	form    url.Values
	basic   bool
}

// Asked is what the site asked in its honest sign-in. Secrets and tokens are not among it.
type Asked struct {
	Protocol   string              `json:"protocol"`   // oidc, cas, saml, lti
	Calls      []Call              `json:"calls"`      // in their order
	Parameters map[string][]string `json:"parameters"` // of the request that began it
	Scopes     []string            `json:"scopes,omitempty"`
	Unknown    []string            `json:"unknown_scopes,omitempty"` // scopes that mean nothing to the broker
	Proof      string              `json:"proof,omitempty"`          // how the program proved itself: client_secret_basic…
	Twice      bool                `json:"proved_twice,omitempty"`
	Algorithms []string            `json:"algorithms,omitempty"` // what it signed with, and what it is answered with
	Attributes bool                `json:"attributes"`           // it fetched the attributes
	Handed     bool                `json:"handed"`               // they come in the answer, unasked (SAML, LTI): nobody sees from outside whether it reads them
	Rights     bool                `json:"rights"`               // it asked for the person's rights
	Services   []string            `json:"services,omitempty"`   // LTI: the scopes that it asked tokens for, in its honest sign-ins
}

// note remembers a request.
func (b *Bench) note(x *exchange) {
	_, _, basic := x.request.BasicAuth()
	c := Call{Method: x.request.Method, Path: x.request.URL.Path, Status: x.status, form: x.form, basic: basic, Refused: refusalOf(x)}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.calls) < 1000 {
		b.calls = append(b.calls, c)
	}
	if c.isService() && len(b.served) < 1000 {
		b.served = append(b.served, c)
	}
}

// take hands over what was asked since the last time.
func (b *Bench) take() []Call {
	b.mu.Lock()
	defer b.mu.Unlock()
	calls := b.calls
	b.calls = nil
	return calls
}

// refusalOf reads what the faces had against a request, "" for nothing.
func refusalOf(x *exchange) string {
	if to, err := url.Parse(x.header.Get("Location")); err == nil && to.Query().Get("error") != "" {
		return strings.TrimSuffix(to.Query().Get("error")+": "+to.Query().Get("error_description"), ": ")
	}
	if text := string(x.body); strings.Contains(text, "authenticationFailure") {
		_, code, _ := strings.Cut(text, `code="`)
		code, _, _ = strings.Cut(code, `"`)
		return code
	}
	if x.status < 400 {
		return refusedBySAML(x)
	}
	var told struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
		Title       string `json:"title"`
		Detail      string `json:"detail"`
	}
	if json.Unmarshal(x.body, &told) == nil && told.Error+told.Title != "" {
		return strings.TrimSuffix(told.Error+told.Title+": "+told.Description+told.Detail, ": ")
	}
	return strings.TrimSpace(string(x.body[:min(len(x.body), 300)]))
}

// refusedBySAML reads the status of a SAML answer.
func refusedBySAML(x *exchange) string {
	s := posted(x.request.URL, string(x.body))
	if s == nil {
		return ""
	}
	text, err := base64.StdEncoding.DecodeString(s.form.Get("SAMLResponse"))
	if err != nil {
		return ""
	}
	response, err := xmlsec.Parse(text)
	if err != nil {
		return ""
	}
	why := response.FindElement("./Status/StatusMessage")
	if why == nil {
		return ""
	}
	return why.Text()
}

// shown are the parameters that a report may show: what was asked, never what proves it.
var shown = []string{
	"response_type", "response_mode", "scope", "redirect_uri", "client_id", "code_challenge_method", "prompt", "max_age", "idRessource",
	"service", "TARGET", "renew", "gateway", "SigAlg", "lti_deployment_id", "target_link_uri",
}

// readAsked reads what a site asked from what came to the faces.
func readAsked(calls []Call, c federation.Client) Asked {
	out := Asked{Calls: calls, Parameters: map[string][]string{}}
	for _, call := range calls {
		out.read(call)
	}
	for _, scope := range out.Scopes {
		if !slices.Contains([]string{"openid", "offline_access", "scope.gar"}, scope) {
			out.Unknown = append(out.Unknown, scope)
		}
	}
	if out.Protocol != "cas" && out.Protocol != "" {
		out.Algorithms = append(out.Algorithms, string(c.Algorithm))
	}
	return out
}

func (a *Asked) read(c Call) {
	path := strings.TrimPrefix(c.Path, "/cas")
	switch {
	case isOneOf(path, "/oidc/authorize", "/oidc/oidcAuthorize"):
		a.began("oidc", c)
	case isOneOf(path, "/saml/sso", "/idp/profile/SAML2/Redirect/SSO", "/idp/profile/SAML2/POST/SSO", "/saml/start", "/idp/profile/SAML2/Unsolicited/SSO"):
		a.began("saml", c)
		a.Handed = true
	case path == "/login":
		a.began("cas", c)
	case path == "/lti/authorize":
		a.began("lti", c)
		a.Handed = true
	case isOneOf(path, "/oidc/token", "/oidc/oidcAccessToken", "/lti/token"):
		a.proved(c)
	case isOneOf(path, "/oidc/userinfo", "/oidc/oidcProfile", "/p3/serviceValidate", "/p3/proxyValidate", "/samlValidate"):
		a.Attributes = true
	case path == "/rights":
		a.Rights = true
	}
}

func isOneOf(path string, of ...string) bool { return slices.Contains(of, path) }

func (a *Asked) began(protocol string, c Call) {
	if a.Protocol != "" {
		return
	}
	a.Protocol, a.Scopes = protocol, strings.Fields(c.form.Get("scope"))
	for name, values := range c.form {
		switch {
		case slices.Contains(shown, name):
			a.Parameters[name] = values
		case slices.Contains([]string{"state", "nonce", "code_challenge", "RelayState", "Signature", "SAMLRequest", "login_hint", "lti_message_hint"}, name):
			a.Parameters[name] = []string{"…"}
		}
	}
	if method := c.form.Get("SigAlg"); method != "" {
		a.Algorithms = append(a.Algorithms, method)
	}
}

// has reports whether the request that began the sign-in carried a parameter.
func (a Asked) has(name string) bool { return len(a.Parameters[name]) > 0 }

// proved reads how the program proved itself.
func (a *Asked) proved(c Call) {
	ways := 0
	for _, way := range []struct {
		there bool
		name  string
	}{
		{c.basic, "client_secret_basic"}, {c.form.Has("client_secret"), "client_secret_post"}, {c.form.Has("client_assertion"), "private_key_jwt"},
	} {
		if way.there {
			a.Proof = way.name
			ways++
		}
	}
	a.Twice = a.Twice || ways > 1
	if ways == 0 && c.Method == http.MethodPost {
		a.Proof = "none"
	}
	if signed, err := jose.ParseSignedCompact(c.form.Get("client_assertion"), every); err == nil {
		for _, s := range signed.Signatures {
			a.Algorithms = append(a.Algorithms, s.Header.Algorithm)
		}
	}
}

// every algorithm can be named, so that a weak one is.
var every = []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512, jose.HS256, jose.HS384, jose.HS512, jose.EdDSA}
