package signin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// OIDC is a portal that speaks OpenID Connect Core 1.0. We are its relying party: code flow, PKCE with S256, state, nonce. Where
// its addresses and keys are it says itself (Discovery 1.0). Use it by pointer: it remembers what the portal publishes.
type OIDC struct {
	Portal   federation.ENT
	Issuer   string           // exactly as the portal writes it in its tokens
	ClientID string           // what the portal calls us
	Secret   federation.Token // proves us at the portal's token endpoint (client_secret_basic)
	Scope    string           // asked for beside « openid », for portals that release attributes so; ""
	Client   *http.Client     // for the back-channel; its redirects are not followed
	Now      func() time.Time

	about kept[discovery]
	keys  kept[keySet]
}

var _ Connector = (*OIDC)(nil)

// ENT implements Connector.
func (o *OIDC) ENT() federation.ENT { return o.Portal }

// Kind implements Connector.
func (o *OIDC) Kind() string { return "oidc" }

// Begin implements Connector (Core §3.1.2.1, RFC 7636 §4.3).
func (o *OIDC) Begin(ctx context.Context, a Attempt) (string, error) {
	about, err := o.discover(ctx)
	if err != nil {
		return "", err
	}
	return httpx.WithQuery(about.Authorize, url.Values{
		"response_type": {"code"}, "client_id": {o.ClientID}, "redirect_uri": {a.Callback}, "scope": {strings.TrimSpace("openid " + o.Scope)},
		"state": {a.State()}, "nonce": {a.Nonce()}, "code_challenge": {challenge(a.Verifier())}, "code_challenge_method": {"S256"},
	})
}

// State implements Connector. An answer comes in the address; what is posted is a logout token.
func (o *OIDC) State(r *http.Request) string {
	if r.Method == http.MethodPost {
		return ""
	}
	return one(r.URL.Query(), "state")
}

// Finish implements Connector (Core §3.1.2.5 to §3.1.3.7, §5.3).
func (o *OIDC) Finish(ctx context.Context, r *http.Request, a Attempt) (Vouched, error) {
	about, err := o.discover(ctx)
	if err != nil {
		return Vouched{}, err
	}
	code, err := o.answer(r.URL.Query(), about)
	if err != nil {
		return Vouched{}, refused(o.Portal, err)
	}
	tokens, err := o.exchange(ctx, about, a, code)
	if err != nil {
		return Vouched{}, err
	}
	token, err := o.idToken(ctx, about, tokens.ID, a.Nonce())
	if err != nil {
		return Vouched{}, err
	}
	who, err := o.identify(ctx, about, token, tokens.Access)
	if err != nil {
		return Vouched{}, err
	}
	vouched, err := who.of(o.Portal)
	vouched.Index, vouched.Farewell = federation.Token(token.Session), tokens.ID
	return vouched, err
}

// answer reads what came back in the address: a code, from the issuer that was asked.
func (o *OIDC) answer(q url.Values, about *discovery) (string, error) {
	// RFC 9207 §2.4: an answer that names another issuer, or none where ours always does, is a mix-up.
	if iss := one(q, "iss"); iss != o.Issuer && (about.IssInAnswer || q.Has("iss")) {
		return "", errors.New("the answer is not of the issuer that was asked")
	}
	if q.Has("error") {
		return "", fmt.Errorf("the portal answers the error %.40q", q.Get("error"))
	}
	code := one(q, "code")
	if code == "" || len(code) > maxCode {
		return "", errNoAnswer
	}
	return code, nil
}

const maxCode = 2048

// identify reads who signed in out of the ID token and, for what it leaves out, of UserInfo.
func (o *OIDC) identify(ctx context.Context, about *discovery, token idToken, access string) (identity, error) {
	var who identity
	if err := who.read(token.payload); err != nil {
		return identity{}, mute(o.Portal, err)
	}
	if about.UserInfo == "" || access == "" || who.project != "" && who.external != "" {
		return who, nil
	}
	info, err := o.userInfo(ctx, about, access)
	if err != nil {
		return identity{}, err
	}
	if info.Subject != token.Subject { // Core §5.3.2: a token substituted for another's
		return identity{}, refused(o.Portal, errors.New("UserInfo is about somebody else"))
	}
	if err := who.read(info.payload); err != nil {
		return identity{}, mute(o.Portal, err)
	}
	return who, nil
}

// Over implements Connector (Back-Channel Logout 1.0 §2.5, §2.6).
func (o *OIDC) Over(r *http.Request) (federation.Closing, error) {
	about, err := o.discover(r.Context())
	if err != nil {
		return federation.Closing{}, err
	}
	if err := r.ParseForm(); err != nil {
		return federation.Closing{}, fault.Wrap(err, fault.Invalid, "federation.portal.logout")
	}
	closing, err := o.logoutToken(r.Context(), about, one(r.PostForm, "logout_token"))
	if err != nil && !fault.Is(err, fault.Unavailable) {
		return federation.Closing{}, fault.Wrap(err, fault.Invalid, "federation.portal.logout")
	}
	return closing, err
}

// SignOut implements Connector (RP-Initiated Logout 1.0 §2). With the ID token as its hint the portal need not ask the person again.
func (o *OIDC) SignOut(ctx context.Context, back, farewell string) string {
	about, err := o.discover(ctx)
	if err != nil || about.EndSession == "" {
		return "" // they are signed out here all the same
	}
	q := url.Values{"client_id": {o.ClientID}, "post_logout_redirect_uri": {back}}
	if farewell != "" {
		q.Set("id_token_hint", farewell)
	}
	address, err := httpx.WithQuery(about.EndSession, q)
	if err != nil {
		return ""
	}
	return address
}

// one is the value of a parameter that is there exactly once, else "" (RFC 6749 §3.1).
func one(q url.Values, name string) string {
	if values := q[name]; len(values) == 1 {
		return values[0]
	}
	return ""
}
