package signin

import (
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/url"

	"pupitre/exos"
	"pupitre/internal/httpx"
)

// leave ends the session here, then at the broker (RP-Initiated Logout 1.0): on a shared tablet, signing out of the workbook and
// staying signed in at the school would be no signing out.
func (p *Party) leave(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	kept, err := p.Service.Leave(r.Context(), Token(r))
	if err != nil {
		return err
	}
	for _, name := range []string{SessionCookie, pendingCookie, resourceCookie} {
		httpx.ClearCookie(w, r, name)
	}
	to := p.farewell(r, kept)
	if to == SignedOutPath {
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
	return goOn(w, r, to)
}

// goOn answers a form with a page that goes on to another host by itself. A redirection will not do: it belongs to the form, whose
// policy (form-action) keeps it here, so that the browser would stay on the page with the broker's session still open.
func goOn(w http.ResponseWriter, r *http.Request, to string) error {
	w.Header().Set("Refresh", "0; url="+to)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, err := io.WriteString(w, `<!doctype html><html lang="`+string(httpx.Locale(r))+`"><meta charset="utf-8"><link rel="icon" href="data:,"><title>Biblio Exos</title>`+
		`<main><a href="`+html.EscapeString(to)+`">Biblio Exos</a></main></html>`)
	return err
}

// SignedOutPath is where the broker sends a person back to, signed out; exos/web has the page.
const SignedOutPath = "/deconnexion"

// farewell is where a person goes who has left: by the broker, where it can be told which session ends.
func (p *Party) farewell(r *http.Request, kept exos.Credential) string {
	var c credential
	if json.Unmarshal(kept, &c) != nil || c.IDToken == "" {
		return SignedOutPath
	}
	issuer, err := p.discover(r.Context())
	if err != nil || issuer.endSession == "" {
		return SignedOutPath
	}
	to, err := url.Parse(issuer.endSession)
	if err != nil {
		return SignedOutPath
	}
	q := to.Query()
	q.Set("id_token_hint", c.IDToken)
	q.Set("client_id", p.ClientID)
	q.Set("post_logout_redirect_uri", p.Base+SignedOutPath)
	to.RawQuery = q.Encode()
	return to.String()
}
