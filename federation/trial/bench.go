package trial

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"pupitre/federation"
	"pupitre/federation/cas"
	"pupitre/federation/events"
	"pupitre/federation/lti"
	"pupitre/federation/oidc"
	"pupitre/federation/proof"
	"pupitre/federation/saml"
	"pupitre/internal/db"
	"pupitre/internal/httpx"
	"pupitre/internal/id"
	"pupitre/internal/lang"
	"pupitre/journal"
	"pupitre/store"
)

// Settings are what is tried, and where.
type Settings struct {
	Database string // sqlite:FILE; kept from one trial to the next, the bench keeps its keys, which a SAML site has read once for all
	Listener net.Listener
	Base     string // the bench's address as the site knows it, without a slash at the end: the issuer
	Client   federation.Client
	Secret   federation.Token       // the program's, where it proves itself by one
	Declares []federation.Attribute // what the notice of its resource declares
	Sees     string                 // optional: a text that the site shows to people who are signed in, and to nobody else
	Roots    *x509.CertPool         // nil: the machine's
	Now      func() time.Time
	Words    *lang.Words
	Log      *slog.Logger // what the faces log
}

// Bench (« banc d’essai ») is a broker's faces over fictional persons, with one program registered. It serves until Close.
type Bench struct {
	settings Settings
	client   federation.Client
	db       *db.DB
	service  *federation.Service
	keys     *federation.Keyring
	teller   *events.Teller
	faces    http.Handler
	server   *http.Server
	dial     *http.Transport

	mu      sync.Mutex
	answers rewrite  // what happens to the faces' next answers; nil: nothing
	forms   *forgery // what happens to the forms that browsers are to post
	words   reword   // what happens to what the site is told by the back-channel
	struck  bool     // one of them had an occasion since play began
	message signer   // what happens to LTI's messages
	spent   string   // the nonce of the last message that was not spoilt
	calls   []Call
	served  []Call // those to LTI's services
}

// Open puts the bench together and starts serving.
func Open(ctx context.Context, s Settings) (*Bench, error) {
	if err := asRegistered(s.Client).Validate(); err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, s.Database, s.Now)
	if err != nil {
		return nil, err
	}
	b := &Bench{settings: s, db: d, client: meant(s.Client)}
	if err := errors.Join(d.Migrate(ctx, store.Migrations()), settle(ctx, d)); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	b.dial = transport(s.Roots)
	b.compose()
	if err := b.service.Register(ctx, journal.System("trial"), b.client, s.Secret); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	b.server = httpx.Server(b, s.Log)
	go b.server.Serve(s.Listener)
	return b, nil
}

func asRegistered(c federation.Client) federation.Client {
	c.Sector = publisher
	return c
}

// meant fills in what a trial settles by itself: whose program it is, and which resource is meant.
func meant(c federation.Client) federation.Client {
	c = asRegistered(c)
	if c.Resource == "" {
		c.Resource = Resource
	}
	if c.SAML != nil { // the adversary encrypts, after it has rewritten
		party := *c.SAML
		party.Encrypted = false
		c.SAML = &party
	}
	return c
}

// compose is brokerapp's list, without the pages.
func (b *Bench) compose() {
	s := b.settings
	ids := id.NewMaker(s.Now)
	kept := &store.Store{DB: b.db, IDs: ids}
	b.service = &federation.Service{
		Store: kept.Federation(), IDs: ids, Now: s.Now, Declarations: declarations{b.client.Resource, s.Declares}, Rights: rights{kept},
	}
	b.keys = &federation.Keyring{Store: kept.Federation(), IDs: ids, Now: s.Now}
	back := &http.Client{Transport: tampering{b}, Timeout: patience, CheckRedirect: stay}
	b.teller = &events.Teller{Federation: b.service, Keys: b.keys, Store: kept.Events(), Now: s.Now, Issuer: s.Base, Client: back, Log: s.Log}

	provider := &oidc.Provider{Federation: b.service, Keys: b.keys, Store: kept.OIDC(), IDs: ids, Now: s.Now, Issuer: s.Base}
	provider.Proofs = &proof.Checker{Federation: b.service, Store: kept.Proofs(), Client: back, Now: s.Now, Words: s.Words}
	tickets := &cas.Server{Federation: b.service, Store: kept.CAS(), IDs: ids, Now: s.Now, Issuer: s.Base, Client: back}
	asserts := &saml.Provider{Federation: b.service, Keys: b.keys, Store: kept.SAML(), Pages: poster{b}, IDs: ids, Now: s.Now, Issuer: s.Base}

	launches := &lti.Platform{Federation: b.service, Keys: b.keys, Proofs: provider.Proofs, Store: kept.LTI(), IDs: ids, Now: s.Now, Issuer: s.Base, Pages: poster{b}}

	edge := &httpx.Edge{Log: s.Log, Now: s.Now, Words: s.Words,
		CrossOrigin: slices.Concat(provider.CrossOrigin(), tickets.CrossOrigin(), asserts.CrossOrigin(), launches.CrossOrigin())}
	mux := edge.Mux()
	provider.Mount(mux)
	tickets.Mount(mux)
	asserts.Mount(mux)
	launches.Mount(mux)
	b.faces = edge.Wrap(mux)
}

// Close stops serving.
func (b *Bench) Close() error {
	err := b.server.Close()
	b.dial.CloseIdleConnections()
	return errors.Join(err, b.db.Close())
}

// Addresses are what a site's configuration needs of the bench, by the name of the setting.
func (b *Bench) Addresses() [][2]string {
	base := b.settings.Base
	var out [][2]string
	if len(b.client.Redirects) > 0 {
		out = append(out, [2]string{"issuer", base}, [2]string{"openid-configuration", base + "/.well-known/openid-configuration"})
	}
	if len(b.client.Services) > 0 {
		out = append(out, [2]string{"CAS", base + "/cas"})
	}
	if b.client.SAML != nil {
		out = append(out, [2]string{"SAML metadata", federation.SAMLEntityID(base)})
	}
	if tool := b.client.LTI; tool != nil {
		out = append(out, [][2]string{{"LTI issuer", base}, {"client_id", string(b.client.ID)}, {"deployment_id", tool.Deployment},
			{"OIDC authorization", base + "/lti/authorize"}, {"JWKS", base + "/oidc/jwks"}, {"access token", base + "/lti/token"}}...)
	}
	return out
}

const patience = 15 * time.Second // for one answer of the site

func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// transport finds every name below localhost on this machine, as browsers do whatever the resolver says.
func transport(roots *x509.CertPool) *http.Transport {
	dialer := &net.Dialer{Timeout: patience}
	return &http.Transport{
		DisableKeepAlives: true, // a site that breaks on what is spoilt leaves no half-used connection
		TLSClientConfig:   &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			host, port, err := net.SplitHostPort(address)
			if err == nil && strings.HasSuffix(host, ".localhost") {
				address = net.JoinHostPort("127.0.0.1", port)
			}
			return dialer.DialContext(ctx, network, address)
		},
	}
}

// isOurs reports whether an address is the bench's own.
func (b *Bench) isOurs(u *url.URL) bool { return u.Scheme+"://"+u.Host == b.settings.Base }
