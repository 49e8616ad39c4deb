package widget

import (
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// Portal is an ENT project that shows our frame.
type Portal struct {
	Keys    [][]byte // of HMAC-SHA-256 (HS256, RFC 7518 §3.2), shared with its server: the one in use, and where it is being changed the next
	Origins []string // of the pages that hold the frame: scheme, host and port, each exactly so
}

// MinKey is the fewest bytes of a key (RFC 7518 §3.2: as many as the hash has).
const MinKey = 32

// Limits of a link.
const (
	lifetime = time.Minute      // from iat to exp
	skew     = 30 * time.Second // by which the portal's clock may be wrong
	minID    = 16               // characters of jti
	maxLink  = 4096             // characters of a link
)

// Check refuses a key that is short, or an origin that is none: both would be found out only when somebody looks.
func (p Portal) Check() error {
	for _, key := range p.Keys {
		if len(key) < MinKey {
			return fault.New(fault.Invalid, "widget.key.short", "least", MinKey)
		}
	}
	if len(p.Keys) == 0 || len(p.Origins) == 0 {
		return fault.New(fault.Invalid, "widget.portal.half")
	}
	for _, origin := range p.Origins {
		u, err := url.Parse(origin)
		if err != nil || u.Scheme+"://"+u.Host != origin || u.Hostname() == "" || u.User != nil || strings.ContainsAny(origin, "*;, ") ||
			u.Scheme != "https" && (u.Scheme != "http" || !httpx.OnThisComputer(u.Hostname())) {
			return fault.New(fault.Invalid, "widget.origin.form", "value", origin)
		}
	}
	return nil
}

// claims are what a link says (RFC 7519 §4.1).
type claims struct {
	Issuer   string `json:"iss"` // the ENT project
	Audience string `json:"aud"` // our address
	Subject  string `json:"sub"` // GARPersonIdentifiant
	ID       string `json:"jti"`
	Issued   int64  `json:"iat"`
	Expires  int64  `json:"exp"`
	School   string `json:"uai"` // optional
}

var errLink = fault.New(fault.Denied, "widget.link.wrong")

// read returns what a portal says in a link for us, at an instant. Whatever is amiss with its form or signature is told alike; a link that is
// over is told as such, for that is what people meet.
func (p Portal) read(link string, project directory.ProjectID, base string, now time.Time) (federation.Glimpse, error) {
	var g federation.Glimpse
	if len(link) > maxLink {
		return g, errLink
	}
	signed, err := jose.ParseSignedCompact(link, []jose.SignatureAlgorithm{jose.HS256})
	if err != nil {
		return g, errLink
	}
	var text []byte
	for _, key := range p.Keys {
		if text, err = signed.Verify(key); err == nil {
			break
		}
	}
	if err != nil || text == nil {
		return g, errLink
	}
	var c claims
	if err := json.Unmarshal(text, &c); err != nil {
		return g, errLink
	}
	issued, expires := time.Unix(c.Issued, 0), time.Unix(c.Expires, 0)
	switch {
	case c.Issuer != string(project), c.Audience != base, c.Subject == "", len(c.ID) < minID:
		return g, errLink
	case !expires.After(issued), expires.Sub(issued) > lifetime:
		return g, fault.New(fault.Denied, "widget.link.long", "seconds", int(lifetime.Seconds()))
	case issued.After(now.Add(skew)), !expires.Add(skew).After(now):
		return g, fault.New(fault.Denied, "widget.link.over")
	}
	g = federation.Glimpse{Project: project, External: c.Subject, Once: federation.Token("encart " + c.ID), OnceUntil: expires.Add(2 * skew)}
	if c.School != "" {
		if g.School, err = directory.ParseUAI(c.School); err != nil {
			return g, err
		}
	}
	return g, nil
}
