package partners

import (
	"context"
	"crypto/tls"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/recent"
	"pupitre/journal"
)

// Gate is what every service of partners stands behind: who comes, how often, how much, and how a refusal is told. The fields
// after Now are optional.
type Gate struct {
	Partners *Service
	Words    *lang.Words
	Now      func() time.Time

	Rate    float64 // requests a second for one partner; 0: 500
	MaxBody int64   // bytes of a body; 0: 256 KiB
	JSON    bool    // refusals are JSON where the caller has no wish, else XML

	calls, notes limits
	known        recent.Memory[shown, Partner]
}

// shown is a certificate, and what somebody comes with it for.
type shown struct {
	certificate Fingerprint
	purpose     Purpose
}

// limits are a limit for each partner, made when it is first met. The zero value is ready.
type limits struct {
	mu sync.Mutex
	of map[PartnerID]*rate.Limiter
}

// take returns the partner's limiter; often and burst are what a new one allows.
func (l *limits) take(p PartnerID, often rate.Limit, burst int) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	limiter, ok := l.of[p]
	if !ok {
		limiter = rate.NewLimiter(often, burst)
		if l.of == nil {
			l.of = map[PartnerID]*rate.Limiter{}
		}
		l.of[p] = limiter
	}
	return limiter
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

// open lets in who comes with a certificate that we know for the purpose, no faster than agreed, and tells every refusal.
func (g *Gate) open(purpose Purpose, do func(*call) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		ctx, cancel := context.WithTimeout(r.Context(), longestCall)
		defer cancel()
		r = r.WithContext(ctx)
		r.Body = http.MaxBytesReader(w, r.Body, g.maxBody())
		c := &call{w: w, r: r}
		var err error
		if c.partner, err = g.who(r, purpose); err == nil {
			httpx.Event(r.Context()).Set("partner", string(c.partner.ID))
			if err = g.pace(c); err == nil {
				err = do(c)
			}
		}
		if err != nil {
			g.fail(w, r, err)
		}
	})
}

func (g *Gate) maxBody() int64 {
	if g.MaxBody > 0 {
		return g.MaxBody
	}
	return usualMaxBody
}

// who recognises the partner by the certificate of the connection. Portals ask for lists, distributors for everything else.
func (g *Gate) who(r *http.Request, purpose Purpose) (Partner, error) {
	switch {
	case r.TLS == nil:
		return Partner{}, fault.New(fault.Denied, "partners.tls.missing")
	case httpx.HostName(r.TLS.ServerName) != httpx.HostName(r.Host):
		// A connection made for another name was not asked for a certificate (RFC 9110 §15.5.20).
		return Partner{}, httpx.WithStatus(fault.New(fault.Invalid, "partners.tls.name", "host", httpx.HostName(r.Host)), http.StatusMisdirectedRequest)
	case len(r.TLS.PeerCertificates) == 0:
		return Partner{}, fault.New(fault.Denied, "partners.certificate.missing")
	}
	by := shown{FingerprintOf(r.TLS.PeerCertificates[0]), purpose}
	p, err := g.known.Find(by, g.Now(), func() (Partner, error) { return g.Partners.Recognise(r.Context(), by.certificate, purpose) })
	switch {
	case err != nil:
		return Partner{}, err
	case purpose != ForResourceList && p.Distributor == "":
		return Partner{}, fault.New(fault.Denied, "partners.partner.portal")
	case purpose == ForResourceList && p.Project == "":
		return Partner{}, fault.New(fault.Denied, "partners.partner.distributor")
	}
	return p, nil
}

// pace refuses a partner who asks too often, and says when to come back.
func (g *Gate) pace(c *call) error {
	perSecond := g.Rate
	if perSecond <= 0 {
		perSecond = usualRate
	}
	limiter := g.calls.take(c.partner.ID, rate.Limit(perSecond), int(max(1, 2*perSecond)))
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
