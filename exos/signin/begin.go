package signin

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"pupitre/exos"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// open is the launch address: the broker says who is there, and whether they may.
func (p *Party) open(w http.ResponseWriter, r *http.Request) error {
	ark := exos.ARK(r.FormValue("ark"))
	if !strings.HasPrefix(string(ark), "ark:/") || len(ark) > maxARK {
		return fault.New(fault.Invalid, "exos.launch.ark")
	}
	in := newPending("", ark)
	in.Launch = true
	return p.send(w, r, in)
}

// begin starts a sign-in to come back to a page. It must be for a resource, and guessing one would be an opening that nobody asked
// for, of a copy perhaps that opens once: it is the one in the address, or the last one opened in this browser.
func (p *Party) begin(w http.ResponseWriter, r *http.Request) error {
	ark := exos.ARK(r.FormValue("ark"))
	if ark == "" {
		ark = exos.ARK(httpx.Cookie(r, resourceCookie))
	}
	if ark == "" || len(ark) > maxARK {
		ark = p.ARK
	}
	if ark == "" {
		return fault.New(fault.Denied, "exos.signin.where")
	}
	return p.send(w, r, newPending(httpx.Next(r, home), ark))
}

const home = "/modules"

// send redirects to the issuer.
func (p *Party) send(w http.ResponseWriter, r *http.Request, in pending) error {
	issuer, err := p.discover(r.Context())
	if err != nil {
		return err
	}
	state, err := p.depart(w, r, in)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, issuer.oauth.AuthCodeURL(state, oidc.Nonce(in.Nonce), oauth2.S256ChallengeOption(in.Verifier),
		oauth2.SetAuthURLParam("idRessource", string(in.ARK))), http.StatusSeeOther)
	return nil
}

// back takes the issuer's answer.
func (p *Party) back(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer") // this address holds a code
	issuer, err := p.discover(r.Context())
	if err != nil {
		return err
	}
	in, err := p.arrived(r, r.FormValue("state"))
	if err != nil {
		return err
	}
	// RFC 9207: an answer that another issuer sent is taken for nobody's.
	if iss := r.FormValue("iss"); iss != p.Issuer && (iss != "" || issuer.issInReply) {
		return fault.New(fault.Invalid, "exos.signin.state")
	}
	if refused := r.FormValue("error"); refused != "" {
		return p.refused(r.Context(), in, refused, r.FormValue("error_description"))
	}
	arrival, err := p.exchange(r.Context(), issuer, in, r.FormValue("code"))
	if err != nil {
		return err
	}
	// Whoever was here before is not here any more: a shared tablet has one learner at a time.
	if old := Token(r); old != "" {
		if _, err := p.Service.Leave(r.Context(), old); err != nil {
			return err
		}
	}
	token, err := p.Service.SignIn(r.Context(), arrival)
	if err != nil {
		return err
	}
	httpx.SetCookie(w, r, SessionCookie, string(token), 0)
	httpx.SetCookie(w, r, resourceCookie, string(in.ARK), 0)
	path, err := p.onward(r.Context(), token, in)
	if err != nil {
		return err
	}
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}

// refused tells a person why the broker did not let them in. Its words are its own, for the log only.
func (p *Party) refused(ctx context.Context, in pending, code, description string) error {
	httpx.Event(ctx).Set("refused", code)
	why := fmt.Errorf("the issuer answered %.40q: %.200q", code, description)
	switch code {
	case "access_denied":
		return fault.Wrap(why, fault.Denied, "exos.right.none", "title", p.Service.TitleOf(ctx, in.ARK))
	case "temporarily_unavailable":
		return fault.Wrap(why, errUnreachable.Kind, errUnreachable.Code)
	}
	return fault.Wrap(why, fault.Unavailable, "exos.signin.failed")
}

// onward is where a person goes who has signed in.
func (p *Party) onward(ctx context.Context, token exos.Token, in pending) (string, error) {
	if !in.Launch {
		if path, ok := httpx.LocalPath(in.Next); ok {
			return path, nil
		}
		return home, nil
	}
	v, err := p.Service.Enter(ctx, token)
	if err != nil {
		return "", err
	}
	module, err := p.Service.Launch(ctx, v, in.ARK)
	if err != nil || module == "" {
		return home, err
	}
	return home + "/" + string(module), nil
}
