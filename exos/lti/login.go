package lti

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"time"

	"pupitre/exos"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// beginning is a launch that has left for its platform. It travels in the state parameter, sealed with a secret that is in the browser's
// cookie: any node may take the answer, several windows may launch at once, and an answer is good only in the browser that asked.
type beginning struct {
	Platform PlatformID `json:"p"`
	Nonce    string     `json:"n"`
	Ends     time.Time  `json:"e"`
}

const (
	beginningCookie = "exos-plateforme"
	beginningLife   = 10 * time.Minute
	maxHint         = 4096 // bytes of what a platform gives us to bring back
)

var errState = fault.New(fault.Invalid, "exoslti.state")

// loginByPost sends the browser on by GET: what another site posts comes without our cookie (SameSite=Lax), and would draw a new secret
// over the one of a launch in another window.
func (t *Tool) loginByPost(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.Wrap(err, fault.Invalid, "exoslti.login")
	}
	httpx.Private(w)
	http.Redirect(w, r, "/lti/connexion?"+r.PostForm.Encode(), http.StatusSeeOther)
	return nil
}

// login answers a platform that begins a launch (Security Framework §5.1.1.1): the browser goes to the registered address, and nowhere
// that the request names. target_link_uri is not believed: the signed message says what is to be opened.
func (t *Tool) login(w http.ResponseWriter, r *http.Request) error {
	httpx.Private(w)
	q, ok := httpx.Single(r.URL.RawQuery)
	if !ok || q.Get("login_hint") == "" || len(q.Get("login_hint")) > maxHint || len(q.Get("lti_message_hint")) > maxHint {
		return fault.New(fault.Invalid, "exoslti.login")
	}
	p, err := t.meant(r.Context(), q)
	if err != nil {
		return err
	}
	httpx.Event(r.Context()).Set("platform", string(p.ID))
	if httpx.IsFramed(r) {
		httpx.AllowSource(w, httpx.FrameAncestors, p.origins()...)
		return t.Pages.Window(w, r, p.Name, "/lti/connexion?"+q.Encode())
	}
	begun := beginning{p.ID, string(exos.NewToken()), t.Now().Add(beginningLife)}
	state, err := t.depart(w, r, begun)
	if err != nil {
		return err
	}
	ask := url.Values{
		"scope": {"openid"}, "response_type": {"id_token"}, "response_mode": {"form_post"}, "prompt": {"none"}, "client_id": {p.ClientID},
		"redirect_uri": {t.Base + "/lti/lancement"}, "login_hint": {q.Get("login_hint")}, "state": {state}, "nonce": {begun.Nonce},
	}
	if q.Has("lti_message_hint") {
		ask.Set("lti_message_hint", q.Get("lti_message_hint"))
	}
	to, err := httpx.WithQuery(p.Authorize, ask)
	if err != nil {
		return err
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// meant finds the platform that begins. One issuer may have registered us several times: then client_id must say which is meant.
func (t *Tool) meant(ctx context.Context, q url.Values) (Platform, error) {
	all, err := t.Platforms(ctx)
	if err != nil {
		return Platform{}, err
	}
	all = slices.DeleteFunc(all, func(p Platform) bool {
		return p.Issuer != q.Get("iss") || q.Has("client_id") && p.ClientID != q.Get("client_id") ||
			q.Has("lti_deployment_id") && !slices.Contains(p.Deployments, q.Get("lti_deployment_id"))
	})
	if len(all) != 1 {
		return Platform{}, fault.New(fault.Denied, "exoslti.platform.stranger")
	}
	return all[0], ended(all[0], t.Now())
}

// ended refuses a registration that is over.
func ended(p Platform, now time.Time) error {
	if p.over(now) {
		return fault.New(fault.Denied, "exoslti.platform.over", "name", p.Name, "end", p.Until)
	}
	return nil
}

// depart seals a beginning into a state parameter, and gives the browser the secret if it has none.
func (t *Tool) depart(w http.ResponseWriter, r *http.Request, b beginning) (string, error) {
	secret := exos.Token(httpx.Cookie(r, beginningCookie))
	if secret == "" {
		secret = exos.NewToken()
		httpx.SetCookie(w, r, beginningCookie, string(secret), 0)
	}
	text, err := json.Marshal(b)
	if err != nil {
		return "", err
	}
	sealed, err := secret.Seal(text)
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

// arrived opens a state parameter that this very browser left with, within its time.
func (t *Tool) arrived(r *http.Request, state string) (beginning, error) {
	var b beginning
	secret := exos.Token(httpx.Cookie(r, beginningCookie))
	sealed, err := base64.RawURLEncoding.DecodeString(state)
	if err != nil || secret == "" || len(sealed) == 0 {
		return b, errState
	}
	text, err := secret.Open(sealed)
	if err == nil {
		err = json.Unmarshal(text, &b)
	}
	if err != nil || !t.Now().Before(b.Ends) {
		return b, fault.Wrap(err, errState.Kind, errState.Code)
	}
	return b, nil
}
