package oidc

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"pupitre/federation"
	"pupitre/federation/proof"
	"pupitre/internal/fault"
)

// request is an authorization request, read and checked.
type request struct {
	client    federation.Client
	redirect  string
	state     string
	ark       string
	scope     []string
	nonce     string
	challenge string
	silent    bool          // prompt=none
	maxAge    time.Duration // negative: not asked
}

// refusal is an error that the client is told, by its RFC 6749 name.
type refusal = proof.Refusal

var refuse = proof.Refuse

// Limits of parameters that we keep or send back.
const (
	maxState = 2048
	maxNonce = 512
	maxARK   = 1024
)

// parseTarget finds where an answer may go. Until both are known nothing is sent anywhere: an error is shown to the person.
func parseTarget(q url.Values, find func(federation.ClientID) (federation.Client, error)) (request, error) {
	if len(q["client_id"]) != 1 || len(q["redirect_uri"]) != 1 {
		return request{}, fault.New(fault.Invalid, "federation.oidc.request")
	}
	client, err := find(federation.ClientID(q.Get("client_id")))
	if fault.Is(err, fault.NotFound) {
		return request{}, fault.Wrap(err, fault.Invalid, "federation.client.unknown")
	} else if err != nil {
		return request{}, err
	}
	if !client.Allows(q.Get("redirect_uri")) {
		return request{}, fault.New(fault.Invalid, "federation.oidc.redirect", "client", client.Name)
	}
	return request{client: client, redirect: q.Get("redirect_uri"), state: q.Get("state"), maxAge: -1}, nil
}

// parse reads the rest; its refusals go to the client. It is pure.
func (a *request) parse(q url.Values) *refusal {
	for name, values := range q {
		if len(values) > 1 { // RFC 6749 §3.1: a parameter twice is an attack or an accident
			if name == "state" {
				a.state = ""
			}
			return refuse("invalid_request", "a parameter is given twice")
		}
	}
	switch {
	case len(a.state) > maxState:
		a.state = ""
		return refuse("invalid_request", "state is too long")
	case q.Has("request"):
		return refuse("request_not_supported", "")
	case q.Has("request_uri"):
		return refuse("request_uri_not_supported", "")
	case q.Get("response_type") != "code":
		return refuse("unsupported_response_type", "response_type must be code")
	case q.Get("response_mode") != "" && q.Get("response_mode") != "query":
		return refuse("invalid_request", "response_mode must be query")
	case q.Get("code_challenge") == "" || q.Get("code_challenge_method") != "S256":
		// Without a method RFC 7636 §4.3 means « plain »: refused, like its absence.
		return refuse("invalid_request", "PKCE with code_challenge_method=S256 is required")
	case !isDigest(q.Get("code_challenge")):
		return refuse("invalid_request", "code_challenge must be 43 characters of base64url")
	case len(q.Get("nonce")) > maxNonce:
		return refuse("invalid_request", "nonce is too long")
	}
	a.challenge, a.nonce = q.Get("code_challenge"), q.Get("nonce")
	if r := a.parseScope(q.Get("scope")); r != nil {
		return r
	}
	if r := a.parsePrompt(q); r != nil {
		return r
	}
	a.ark = q.Get("idRessource")
	if a.ark == "" {
		a.ark = a.client.Resource
	}
	if a.ark == "" || len(a.ark) > maxARK {
		return refuse("invalid_request", "idRessource must be the ARK of the resource")
	}
	return nil
}

func (a *request) parseScope(scope string) *refusal {
	asked := strings.Fields(scope)
	if !slices.Contains(asked, "openid") {
		return refuse("invalid_scope", "scope must contain openid")
	}
	a.scope = []string{"openid"}
	if slices.Contains(asked, "scope.gar") {
		a.scope = append(a.scope, "scope.gar")
	}
	if slices.Contains(asked, "offline_access") && a.client.Refresh {
		a.scope = append(a.scope, "offline_access")
	}
	return nil
}

func (a *request) parsePrompt(q url.Values) *refusal {
	for _, prompt := range strings.Fields(q.Get("prompt")) {
		switch prompt {
		case "none":
			a.silent = true
		case "consent": // there is nothing to consent to: the school assigned the resource
		default:
			// We cannot make a portal ask for the password again, and Core §3.1.2.1 wants an error rather than pretence.
			return refuse("login_required", "prompt="+prompt+" cannot be honoured")
		}
	}
	if age := q.Get("max_age"); age != "" {
		seconds, err := strconv.Atoi(age)
		if err != nil || seconds < 0 {
			return refuse("invalid_request", "max_age must be a number of seconds")
		}
		a.maxAge = time.Duration(seconds) * time.Second
	}
	return nil
}

// answer is the client's address with the parameters of an answer.
func (a *request) answer(issuer string, parameters ...string) string {
	u, err := url.Parse(a.redirect) // registered, hence checked
	if err != nil {
		return a.redirect
	}
	q := u.Query()
	for i := 0; i+1 < len(parameters); i += 2 {
		if parameters[i+1] != "" {
			q.Set(parameters[i], parameters[i+1])
		}
	}
	if a.state != "" {
		q.Set("state", a.state)
	}
	q.Set("iss", issuer) // RFC 9207
	u.RawQuery = q.Encode()
	return u.String()
}

// isDigest reports whether s has the form of a SHA-256 in base64url without padding.
func isDigest(s string) bool {
	return len(s) == 43 && !strings.ContainsFunc(s, func(c rune) bool { return !isUnreserved(c) || c == '.' || c == '~' })
}

// isUnreserved is RFC 3986 §2.3.
func isUnreserved(c rune) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}
