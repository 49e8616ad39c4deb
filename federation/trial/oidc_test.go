package trial_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"pupitre/federation"
	"pupitre/federation/trial"
)

// relying is a site that speaks OpenID Connect.
type relying struct {
	*site
	issuer string
	scopes []string
	logout bool
}

func newRelying(t *testing.T, careless ...string) *relying {
	s := &relying{site: newSite(t, careless...), scopes: []string{"openid"}, logout: true}
	s.mux.HandleFunc("GET /entrer", s.begin)
	s.mux.HandleFunc("GET /retour", s.back)
	s.mux.HandleFunc("POST /fin", s.over)
	return s
}

// client is the registration of the site.
func (s *relying) client() federation.Client {
	c := federation.Client{ID: clientID, Name: "Le labo", Redirects: []string{s.URL + "/retour"}, Algorithm: federation.ES256, Resource: trial.Resource}
	if s.logout {
		c.LogoutURL = s.URL + "/fin"
	}
	return c
}

func (s *relying) provider(ctx context.Context) (*oidc.Provider, *oauth2.Config, error) {
	p, err := oidc.NewProvider(oidc.ClientContext(ctx, direct), s.issuer)
	if err != nil {
		return nil, nil, err
	}
	endpoint := p.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInHeader
	return p, &oauth2.Config{ClientID: string(clientID), ClientSecret: string(secret), RedirectURL: s.URL + "/retour", Endpoint: endpoint, Scopes: s.scopes}, nil
}

func (s *relying) begin(w http.ResponseWriter, r *http.Request) {
	_, config, err := s.provider(r.Context())
	if err == nil && s.isTired() {
		err = errors.New("too many")
	}
	if err != nil {
		refuse(w, err)
		return
	}
	state, nonce, verifier := string(federation.NewToken()), string(federation.NewToken()), oauth2.GenerateVerifier()
	options := []oauth2.AuthCodeOption{oidc.Nonce(nonce)}
	if s.careless["pkce"] {
		options = append(options, oauth2.SetAuthURLParam("code_challenge", verifier), oauth2.SetAuthURLParam("code_challenge_method", "plain"))
	} else {
		options = append(options, oauth2.S256ChallengeOption(verifier))
	}
	if s.careless["unasked"] { // one verifier for everybody, and nothing that ties an answer to a browser
		state, nonce, verifier = "etat", "nonce", strings.Repeat("v", 43)
		options = []oauth2.AuthCodeOption{oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)}
	}
	if s.careless["bare"] { // PKCE alone
		options = []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(verifier)}
		http.SetCookie(w, &http.Cookie{Name: "essai", Value: "none none " + verifier, Path: "/"})
		http.Redirect(w, r, config.AuthCodeURL("", options...), http.StatusFound)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: "essai", Value: state + " " + nonce + " " + verifier, Path: "/"})
	http.Redirect(w, r, config.AuthCodeURL(state, options...), http.StatusFound)
}

func (s *relying) back(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	kept := "etat nonce " + strings.Repeat("v", 43)
	if c, err := r.Cookie("essai"); err == nil {
		kept = c.Value
	} else if !s.careless["unasked"] {
		refuse(w, "nobody asked")
		return
	}
	parts := strings.Fields(strings.Trim(kept, `"`))
	for i := range parts[:2] {
		if parts[i] == "none" {
			parts[i] = ""
		}
	}
	switch {
	case q.Get("error") != "" && s.careless["denied"]:
		s.welcome(w, r, "nobody", "")
		return
	case q.Get("error") != "":
		refuse(w, q.Get("error"))
		return
	case q.Get("state") != parts[0] && !(s.careless["state"] || s.careless["state.missing"] && !q.Has("state")):
		refuse(w, "state")
		return
	case q.Get("iss") != s.issuer && !s.careless["mixup"]:
		refuse(w, "iss")
		return
	}
	subject, name, err := s.redeem(r.Context(), q.Get("code"), parts[1], parts[2])
	if err != nil {
		refuse(w, err)
		return
	}
	s.welcome(w, r, subject, name)
}

// redeem fetches the token and what it promises, and checks them as go-oidc does, but for what the site is careless about.
func (s *relying) redeem(ctx context.Context, code, nonce, verifier string) (subject, name string, err error) {
	ctx = oidc.ClientContext(ctx, direct)
	p, config, err := s.provider(ctx)
	if err != nil {
		return "", "", err
	}
	options := []oauth2.AuthCodeOption{oauth2.VerifierOption(verifier)}
	if s.careless["twice"] { // in the header, and in the form
		options = append(options, oauth2.SetAuthURLParam("client_secret", string(secret)))
	}
	token, err := config.Exchange(ctx, code, options...)
	if err != nil {
		if s.careless["again"] {
			return "somebody", "", nil
		}
		return "", "", err
	}
	raw, _ := token.Extra("id_token").(string)
	var said struct {
		Sub   string `json:"sub"`
		Nonce string `json:"nonce"`
		Sid   string `json:"sid"`
	}
	if s.careless["signature"] {
		err = unverified(raw, &said)
	} else {
		var checked *oidc.IDToken
		checked, err = p.Verifier(s.config()).Verify(ctx, raw)
		if err == nil {
			err = checked.Claims(&said)
		}
	}
	switch {
	case err != nil:
		return "", "", err
	case said.Nonce != nonce && !(s.careless["nonce"] || s.careless["nonce.missing"] && said.Nonce == ""):
		return "", "", errors.New("nonce")
	case s.careless["lazy"]:
		return said.Sub, said.Sid, nil
	}
	info, err := p.UserInfo(ctx, oauth2.StaticTokenSource(token))
	switch {
	case err != nil || info.Subject == said.Sub:
	case s.careless["userinfo"]:
		said.Sub = info.Subject
	case !s.careless["userinfo.dropped"]:
		err = errors.New("sub")
	}
	return said.Sub, said.Sid, err
}

func (s *relying) config() *oidc.Config {
	return &oidc.Config{ClientID: string(clientID), SupportedSigningAlgs: []string{oidc.ES256, oidc.RS256},
		SkipClientIDCheck: s.careless["audience"], SkipIssuerCheck: s.careless["issuer"], SkipExpiryCheck: s.careless["expired"]}
}

// unverified reads what a token says, whoever says it.
func unverified(raw string, into any) error {
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return errors.New("no token")
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// over hears that a session has ended.
func (s *relying) over(w http.ResponseWriter, r *http.Request) {
	if s.careless["deaf"] {
		return
	}
	p, _, err := s.provider(r.Context())
	if err != nil {
		refuse(w, err)
		return
	}
	var said struct {
		Sid    string         `json:"sid"`
		Events map[string]any `json:"events"`
		Nonce  string         `json:"nonce"`
	}
	if s.careless["logout.key"] {
		err = unverified(r.FormValue("logout_token"), &said)
	} else {
		config := s.config()
		config.SkipClientIDCheck = s.careless["logout.audience"]
		var token *oidc.IDToken
		if token, err = p.Verifier(config).Verify(r.Context(), r.FormValue("logout_token")); err == nil {
			err = token.Claims(&said)
		}
	}
	switch {
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
	case said.Events["http://schemas.openid.net/event/backchannel-logout"] == nil && !s.careless["logout.event"],
		said.Nonce != "" && !s.careless["logout.nonce"]:
		http.Error(w, "no logout token", http.StatusBadRequest)
	default:
		s.end(said.Sid)
	}
}

// remarks are made of every site of these tests: it proves itself by a secret, and takes no events.
var remarks = []string{"oidc.proof.key (remark)", "oidc.events (remark)"}

// Each carelessness is found by its check and by no other, and a careful site passes all of them.
func TestEachOpenIDCarelessnessIsFoundByItsCheck(t *testing.T) {
	t.Parallel()
	for careless, want := range map[string][]string{
		"":                 nil,
		"issuer":           {"oidc.issuer"},
		"audience":         {"oidc.audience"},
		"expired":          {"oidc.expired", "oidc.early (remark)"},
		"nonce":            {"oidc.nonce", "oidc.nonce.missing"},
		"nonce.missing":    {"oidc.nonce.missing"},
		"signature":        {"oidc.issuer", "oidc.audience", "oidc.expired", "oidc.early (remark)", "oidc.none", "oidc.hmac", "oidc.signature", "oidc.key"},
		"userinfo":         {"oidc.userinfo"},
		"userinfo.dropped": {"oidc.userinfo (remark)"},
		"lazy":             {"surplus.unread"},
		"state":            {"oidc.state", "oidc.state.missing"},
		"state.missing":    {"oidc.state.missing"},
		"unasked":          {"oidc.unasked"},
		"again unasked":    {"oidc.unasked", "oidc.again"},
		"mixup":            {"oidc.mixup (remark)"},
		"denied":           {"oidc.denied"},
		"deaf":             {"oidc.logout"},
		"logout.key":       {"oidc.logout.key", "oidc.logout.audience"},
		"logout.audience":  {"oidc.logout.audience"},
		"logout.event":     {"oidc.logout.event"},
		"logout.nonce":     {"oidc.logout.nonce"},
	} {
		t.Run(careless, func(t *testing.T) {
			t.Parallel()
			s := newRelying(t, strings.Fields(careless)...)
			b, base := open(t, s.client())
			s.issuer = base
			mustFind(t, try(t, b, s.URL+"/cours"), append(want, remarks...)...)
		})
	}
}

func TestWhatIsWeakInAnOpenIDSetUpIsRemarked(t *testing.T) {
	t.Parallel()
	s := newRelying(t, "bare")
	s.logout = false
	client := s.client()
	client.Algorithm = federation.RS256
	b, base := open(t, client)
	s.issuer = base
	mustFind(t, try(t, b, s.URL+"/cours"), append([]string{
		"oidc.csrf (remark)", "oidc.nonce.asked (remark)", "oidc.algorithm (remark)", "oidc.logout.registered (remark)"}, remarks...)...)
}
