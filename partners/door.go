package partners

import (
	"context"
	"crypto/tls"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/journal"
	"pupitre/licensing"
)

// Subscriptions is what the door asks of licensing.
type Subscriptions interface {
	Subscribe(ctx context.Context, by journal.Actor, sub licensing.Subscription) (licensing.Subscription, error)
	Amend(ctx context.Context, by journal.Actor, sub licensing.Subscription) (licensing.Subscription, error)
	End(ctx context.Context, by journal.Actor, distributor string, id licensing.SubscriptionID) error
	// FindSubscription with the distributor "" asks on behalf of the house.
	FindSubscription(ctx context.Context, distributor string, id licensing.SubscriptionID) (licensing.Subscription, error)
	ListSubscriptions(ctx context.Context, f licensing.Filter) ([]licensing.Subscription, error)
}

// Door is the face of the subscription service (« WS Abonnement »), for the host abonnement.… Build it as a literal; the
// fields after Words are optional.
type Door struct {
	Partners      *Service
	Subscriptions Subscriptions
	Schools       directory.Store
	Words         *lang.Words

	Rate    float64 // requests a second for one partner; 0: 500
	MaxBody int64   // bytes of a body; 0: 256 KiB

	once     sync.Once
	mux      *http.ServeMux
	limitsMu sync.Mutex
	limits   map[PartnerID]*rate.Limiter
}

const (
	usualRate    = 500
	usualMaxBody = 256 << 10
	// longestCall bounds what a call may cost us; how slowly it may be sent is the server's limit (httpx.Server).
	longestCall = 30 * time.Second
)

// call is one request of a partner whom we know.
type call struct {
	partner Partner
	w       http.ResponseWriter
	r       *http.Request
}

// by is who acts, for the journal.
func (c *call) by() journal.Actor {
	return journal.Actor{Kind: journal.ByPartner, ID: string(c.partner.ID)}
}

func (d *Door) routes() {
	d.mux = http.NewServeMux()
	for pattern, do := range map[string]func(*call) error{
		"PUT /{id}":        d.subscribe,
		"POST /{id}":       d.amend,
		"DELETE /{id}":     d.end,
		"GET /abonnements": d.list, "POST /abonnements": d.list,
		"GET /etablissements/etablissements.xml": d.schools,
		"/{id}":                                  refuseMethod("PUT, POST, DELETE"),
		"/":                                      func(*call) error { return errNoRoute },
	} {
		d.mux.Handle(pattern, d.known(do))
	}
}

var (
	errNoRoute = fault.New(fault.NotFound, "partners.route.unknown")
	errMethod  = fault.New(fault.Invalid, "partners.method.unknown")
)

func refuseMethod(allow string) func(*call) error {
	return func(c *call) error {
		c.w.Header().Set("Allow", allow)
		return httpx.WithStatus(errMethod, http.StatusMethodNotAllowed)
	}
}

// ServeHTTP answers one request.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.once.Do(d.routes)
	d.mux.ServeHTTP(w, r)
}

// known lets in who comes with a certificate that we know, no faster than agreed, and tells every refusal.
func (d *Door) known(do func(*call) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		ctx, cancel := context.WithTimeout(r.Context(), longestCall)
		defer cancel()
		r = r.WithContext(ctx)
		r.Body = http.MaxBytesReader(w, r.Body, d.maxBody())
		c := &call{w: w, r: r}
		var err error
		if c.partner, err = d.who(r); err == nil {
			httpx.Event(r.Context()).Set("partner", string(c.partner.ID))
			if err = d.pace(c); err == nil {
				err = do(c)
			}
		}
		if err != nil {
			d.fail(w, r, err)
		}
	})
}

func (d *Door) maxBody() int64 {
	if d.MaxBody > 0 {
		return d.MaxBody
	}
	return usualMaxBody
}

// who recognises the partner by the certificate of the connection.
func (d *Door) who(r *http.Request) (Partner, error) {
	switch {
	case r.TLS == nil:
		return Partner{}, fault.New(fault.Denied, "partners.tls.missing")
	case httpx.HostName(r.TLS.ServerName) != httpx.HostName(r.Host):
		// A connection made for another name was not asked for a certificate (RFC 9110 §15.5.20).
		return Partner{}, httpx.WithStatus(fault.New(fault.Invalid, "partners.tls.name", "host", httpx.HostName(r.Host)), http.StatusMisdirectedRequest)
	case len(r.TLS.PeerCertificates) == 0:
		return Partner{}, fault.New(fault.Denied, "partners.certificate.missing")
	}
	p, err := d.Partners.Recognise(r.Context(), FingerprintOf(r.TLS.PeerCertificates[0]), ForSubscriptions)
	if err == nil && p.Distributor == "" {
		err = fault.New(fault.Denied, "partners.partner.portal")
	}
	return p, err
}

// pace refuses a partner who asks too often, and says when to come back.
func (d *Door) pace(c *call) error {
	d.limitsMu.Lock()
	limiter, ok := d.limits[c.partner.ID]
	if !ok {
		perSecond := d.Rate
		if perSecond <= 0 {
			perSecond = usualRate
		}
		limiter = rate.NewLimiter(rate.Limit(perSecond), int(max(1, 2*perSecond)))
		if d.limits == nil {
			d.limits = map[PartnerID]*rate.Limiter{}
		}
		d.limits[c.partner.ID] = limiter
	}
	d.limitsMu.Unlock()
	if limiter.Allow() {
		return nil
	}
	c.w.Header().Set("Retry-After", strconv.Itoa(1))
	return httpx.WithStatus(fault.New(fault.Unavailable, "partners.rate.exceeded", "most", int(limiter.Limit())), http.StatusTooManyRequests)
}

// AskFor returns a TLS configuration that asks clients for a certificate on these host names only: a browser that visits the
// others is never shown a choice of certificates. Which certificate is good is the Door's question, so that the answer can be
// words instead of a broken handshake.
func AskFor(base *tls.Config, hosts ...string) *tls.Config {
	asking := base.Clone()
	asking.ClientAuth = tls.RequestClientCert
	// A session begun under another name, where nobody asked for a certificate, must not be taken up here.
	asking.SessionTicketsDisabled = true
	names := map[string]bool{}
	for _, h := range hosts {
		names[httpx.HostName(h)] = true
	}
	out := base.Clone()
	out.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if names[httpx.HostName(hello.ServerName)] {
			return asking, nil
		}
		return nil, nil
	}
	return out
}
