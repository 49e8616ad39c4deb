package publisher

import (
	"context"
	"crypto/rand"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
)

// House is one publisher, with the program that it has registered at the broker. Those of the demonstration live at one
// address, but each is known to the broker by itself: their pseudonyms of one pupil differ.
type House struct {
	Name     string // « Labo Clair »
	Prefix   string // of its resources' ARKs: ark:/99999/laboclair-
	ClientID string
	Secret   string
}

// Publisher is the demonstration's publishers. Fill it as a struct literal.
type Publisher struct {
	Houses []House      // the first gives the place its name
	Base   string       // their own address, http://editeur.localhost:8080
	Issuer string       // the broker's
	Client *http.Client // reaches the issuer
	Now    func() time.Time
	Site   *look.Site

	once  sync.Once
	pages struct{ home, received *look.Template }

	mu       sync.Mutex
	provider *oidc.Provider
	pending  map[string]pending  // by state
	receipts map[string]*Receipt // by the visitor's cookie
	order    []string            // receipts, oldest first
	events   []Event             // newest first
}

// pending is a sign-in under way.
type pending struct {
	nonce, verifier, ark string
	house                House
	began                time.Time
}

// Receipt is everything that reached the publisher at one entry.
type Receipt struct {
	House    string
	At       time.Time
	ARK      string
	Subject  string
	Claims   map[string]any // of the ID token
	Released map[string]any // of userinfo
	Rights   json.RawMessage
	Before   []*Receipt // what other houses received from the same browser, the latest of each
}

// Event is one security event that reached it.
type Event struct {
	At   time.Time
	Kind string
	Body string
}

const (
	visitor     = "visite"
	keep        = 50               // receipts and events in memory
	signInLasts = 10 * time.Minute // a sign-in that takes longer is begun again
)

//go:embed *.html
var files embed.FS

// Mount puts the publisher's routes on a mux.
func (p *Publisher) Mount(mux *httpx.Mux) {
	p.once.Do(func() {
		p.pending, p.receipts = map[string]pending{}, map[string]*Receipt{}
		p.pages.home = p.Site.Template(files, "home.html")
		p.pages.received = p.Site.Template(files, "received.html")
	})
	p.Site.Mount(mux)
	mux.Handle("GET /{$}", p.home)
	mux.Handle("GET /ouvrir", p.open)
	mux.Handle("GET /retour", p.back)
	mux.Handle("GET /recu", p.show)
	mux.Handle("POST /evenements", p.hear)
	mux.Handle("GET /vignettes/{name}", picture)
}

// found asks the issuer for its addresses and keys, once it can be reached.
func (p *Publisher) found(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	provider := p.provider
	p.mu.Unlock()
	if provider == nil {
		var err error
		if provider, err = oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.Client), p.Issuer); err != nil {
			return nil, fault.Wrap(err, fault.Unavailable, "demo.issuer.silent")
		}
		p.mu.Lock()
		p.provider = provider
		p.mu.Unlock()
	}
	return provider, nil
}

// program is the OAuth 2.0 client of one house.
func (p *Publisher) program(provider *oidc.Provider, h House) *oauth2.Config {
	return &oauth2.Config{
		ClientID: h.ClientID, ClientSecret: h.Secret, Endpoint: provider.Endpoint(),
		RedirectURL: p.Base + "/retour", Scopes: []string{oidc.ScopeOpenID, "scope.gar"},
	}
}

// houseOf finds whose resource an ARK is.
func (p *Publisher) houseOf(ark string) (House, error) {
	for _, h := range p.Houses {
		if strings.HasPrefix(ark, h.Prefix) {
			return h, nil
		}
	}
	return House{}, fault.New(fault.NotFound, "demo.resource.unknown", "ark", ark)
}

// open begins the sign-in for the resource that the launch address names.
func (p *Publisher) open(w http.ResponseWriter, r *http.Request) error {
	house, err := p.houseOf(r.URL.Query().Get("ark"))
	if err != nil {
		return err
	}
	provider, err := p.found(r.Context())
	if err != nil {
		return err
	}
	one := pending{nonce: rand.Text(), verifier: oauth2.GenerateVerifier(), ark: r.URL.Query().Get("ark"), house: house, began: p.Now()}
	state := rand.Text()
	p.mu.Lock()
	for s, other := range p.pending {
		if p.Now().Sub(other.began) > signInLasts {
			delete(p.pending, s)
		}
	}
	p.pending[state] = one
	p.mu.Unlock()
	// The state is also in a cookie: only the browser that began a sign-in may end it (login CSRF).
	httpx.SetCookie(w, r, "etat", state, signInLasts)
	http.Redirect(w, r, p.program(provider, house).AuthCodeURL(state, oidc.Nonce(one.nonce), oauth2.S256ChallengeOption(one.verifier),
		oauth2.SetAuthURLParam("idRessource", one.ark)), http.StatusFound)
	return nil
}

// back ends the sign-in: the code becomes tokens, the tokens a receipt.
func (p *Publisher) back(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	state := httpx.Cookie(r, "etat")
	p.mu.Lock()
	one, ok := p.pending[state]
	delete(p.pending, state)
	p.mu.Unlock()
	if !ok || q.Get("state") != state || p.Now().Sub(one.began) > signInLasts {
		return fault.New(fault.Invalid, "demo.signin.stale")
	}
	if refusal := q.Get("error"); refusal != "" {
		return fault.New(fault.Denied, "demo.signin.refused", "why", refusal)
	}
	ctx := oidc.ClientContext(r.Context(), p.Client)
	provider, err := p.found(ctx)
	if err != nil {
		return err
	}
	token, err := p.program(provider, one.house).Exchange(ctx, q.Get("code"), oauth2.VerifierOption(one.verifier))
	if err != nil {
		return fault.Wrap(err, fault.Denied, "demo.signin.refused", "why", "code")
	}
	receipt, err := p.read(ctx, provider, token, one)
	if err != nil {
		return err
	}
	key := rand.Text()
	p.remember(key, httpx.Cookie(r, visitor), receipt)
	httpx.SetCookie(w, r, visitor, key, time.Hour)
	http.Redirect(w, r, "/recu", http.StatusSeeOther)
	return nil
}

// read checks the ID token and asks for what else this publisher may know.
func (p *Publisher) read(ctx context.Context, provider *oidc.Provider, token *oauth2.Token, one pending) (*Receipt, error) {
	raw, _ := token.Extra("id_token").(string)
	verified, err := provider.Verifier(&oidc.Config{ClientID: one.house.ClientID, Now: p.Now, SupportedSigningAlgs: []string{oidc.ES256, oidc.RS256}}).Verify(ctx, raw)
	if err != nil || verified.Nonce != one.nonce {
		return nil, fault.Wrap(err, fault.Denied, "demo.signin.refused", "why", "id_token")
	}
	receipt := &Receipt{House: one.house.Name, At: p.Now(), ARK: one.ark, Subject: verified.Subject}
	if err := verified.Claims(&receipt.Claims); err != nil {
		return nil, fmt.Errorf("read the ID token: %w", err)
	}
	source := oauth2.StaticTokenSource(token)
	info, err := provider.UserInfo(ctx, source)
	if err != nil {
		return nil, fault.Wrap(err, fault.Denied, "demo.signin.refused", "why", "userinfo")
	}
	if err := info.Claims(&receipt.Released); err != nil {
		return nil, fmt.Errorf("read userinfo: %w", err)
	}
	receipt.Rights, err = p.rights(ctx, source)
	return receipt, err
}

func (p *Publisher) rights(ctx context.Context, source oauth2.TokenSource) (json.RawMessage, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.Issuer+"/rights", nil)
	if err != nil {
		return nil, err
	}
	token, err := source.Token()
	if err != nil {
		return nil, err
	}
	token.SetAuthHeader(req)
	res, err := p.Client.Do(req)
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "demo.issuer.silent")
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil || res.StatusCode != http.StatusOK || !json.Valid(body) {
		return nil, fault.Wrap(err, fault.Unavailable, "demo.issuer.silent")
	}
	return body, nil
}

// remember keeps a receipt, beside those of the browser's earlier visits to other houses.
func (p *Publisher) remember(key, last string, receipt *Receipt) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if earlier := p.receipts[last]; earlier != nil {
		seen := map[string]bool{receipt.House: true}
		for _, one := range append([]*Receipt{earlier}, earlier.Before...) {
			if !seen[one.House] {
				seen[one.House] = true
				receipt.Before = append(receipt.Before, one)
			}
		}
	}
	p.receipts[key] = receipt
	p.order = append(p.order, key)
	if len(p.order) > keep {
		delete(p.receipts, p.order[0])
		p.order = p.order[1:]
	}
}

// hear takes a Security Event Token (RFC 8417) pushed by the issuer (RFC 8935): 202 and no body.
func (p *Publisher) hear(w http.ResponseWriter, r *http.Request) error {
	raw, err := io.ReadAll(io.LimitReader(r.Body, 64<<10))
	if err != nil {
		return err
	}
	provider, err := p.found(r.Context())
	if err != nil {
		return err
	}
	ctx := oidc.ClientContext(r.Context(), p.Client)
	// A SET has no expiry (RFC 8417 §2.2), and its audience is one of our houses; everything else about it is checked here.
	event, err := provider.Verifier(&oidc.Config{SkipClientIDCheck: true, SkipExpiryCheck: true, SupportedSigningAlgs: []string{oidc.ES256, oidc.RS256}}).Verify(ctx, strings.TrimSpace(string(raw)))
	if err != nil || !slices.ContainsFunc(p.Houses, func(h House) bool { return slices.Contains(event.Audience, h.ClientID) }) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, err := io.WriteString(w, `{"err":"authentication_failed","description":"the token is not signed by the issuer for this audience"}`)
		return err
	}
	var claims struct {
		Events map[string]json.RawMessage `json:"events"`
	}
	if err := event.Claims(&claims); err != nil {
		return fmt.Errorf("read an event: %w", err)
	}
	p.mu.Lock()
	for kind, body := range claims.Events {
		p.events = append([]Event{{At: p.Now(), Kind: kind, Body: string(body)}}, p.events...)
	}
	p.events = p.events[:min(len(p.events), keep)]
	p.mu.Unlock()
	w.WriteHeader(http.StatusAccepted)
	return nil
}
