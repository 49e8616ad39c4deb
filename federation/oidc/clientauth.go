package oidc

import (
	"net/http"
	"net/url"

	"pupitre/federation/proof"
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

// authenticate finds the program that a request comes from (Core §9). A signed proof may be meant for the issuer or, as Core has it,
// for the token endpoint; nothing else, so that what was signed for us is worth nothing elsewhere, nor the other way round.
func (p *Provider) authenticate(r *http.Request, f url.Values) (proof.Caller, *refusal, error) {
	audiences := []string{p.Issuer, p.Issuer + "/oidc/token"}
	if p.ByCertificate != "" {
		audiences = append(audiences, p.ByCertificate+"/oidc/token")
	}
	return p.Proofs.Authenticate(r, f, audiences...)
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
