package oidc

import (
	"net/http"
	"net/url"

	"pupitre/federation"
	"pupitre/internal/fault"
)

// form reads a request's form; a parameter twice is refused (RFC 6749 §3.2).
func form(r *http.Request) (url.Values, *refusal) {
	if err := r.ParseForm(); err != nil {
		return nil, refuse("invalid_request", "the form cannot be read")
	}
	for _, values := range r.PostForm {
		if len(values) > 1 {
			return nil, refuse("invalid_request", "a parameter is given twice")
		}
	}
	return r.PostForm, nil
}

// nobody stands in for an unknown client, so that it takes as long to refuse as a wrong secret.
var nobody = federation.Client{Secret: federation.NewToken().Hash()}

// authenticate finds the client that a request comes from, by client_secret_basic or client_secret_post (Core §9).
func (p *Provider) authenticate(r *http.Request, f url.Values) (federation.Client, *refusal, error) {
	failed := refuse("invalid_client", "")
	name, secret, basic := r.BasicAuth()
	if basic {
		if f.Has("client_secret") {
			return nobody, refuse("invalid_request", "the client proves itself twice"), nil
		}
		// RFC 6749 §2.3.1: both are form-encoded before they are joined.
		var err1, err2 error
		name, err1 = url.QueryUnescape(name)
		secret, err2 = url.QueryUnescape(secret)
		if err1 != nil || err2 != nil || f.Has("client_id") && f.Get("client_id") != name {
			return nobody, failed, nil
		}
	} else {
		name, secret = f.Get("client_id"), f.Get("client_secret")
	}
	client, err := p.Federation.FindClient(r.Context(), federation.ClientID(name))
	if fault.Is(err, fault.NotFound) {
		client = nobody
	} else if err != nil {
		return nobody, nil, err
	}
	if !client.Proves(federation.Token(secret)) || client.ID == "" {
		return nobody, failed, nil
	}
	return client, nil, nil
}

// tell answers a program with a refusal (RFC 6749 §5.2).
func tell(w http.ResponseWriter, why *refusal) error {
	status := http.StatusBadRequest
	if why.Error == "invalid_client" {
		status = http.StatusUnauthorized
		w.Header().Set("WWW-Authenticate", `Basic realm="oidc"`)
	}
	return tellJSON(w, status, why)
}
