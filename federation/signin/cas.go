package signin

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// CAS is a portal that speaks the CAS protocol, version 3.0.3.
type CAS struct {
	Portal federation.ENT
	Base   string       // where its /login is, without a slash at the end: "https://portail.example/cas"
	Client *http.Client // for the back-channel; its redirects are not followed
}

var _ Connector = (*CAS)(nil)

// Limits of what we ask and read.
const (
	maxTicket   = 256
	maxResponse = 64 << 10
)

// ENT implements Connector.
func (c *CAS) ENT() federation.ENT { return c.Portal }

// Kind implements Connector.
func (c *CAS) Kind() string { return "cas" }

// Begin implements Connector (CAS §2.1).
func (c *CAS) Begin(callback string) string {
	return c.Base + "/login?" + url.Values{"service": {callback}}.Encode()
}

// SignOut implements Connector (CAS §2.3).
func (c *CAS) SignOut(back string) string {
	return c.Base + "/logout?" + url.Values{"service": {back}}.Encode()
}

// Finish implements Connector: it validates the ticket for exactly this callback (CAS §2.5). The ticket is encoded, for one
// that holds "&service=…" would change the question (CVE-2014-4172).
func (c *CAS) Finish(ctx context.Context, r *http.Request, callback string) (Vouched, error) {
	tickets := r.URL.Query()["ticket"]
	if len(tickets) != 1 || !isTicket(tickets[0]) {
		return Vouched{}, fault.New(fault.Denied, "federation.portal.refused", "portal", c.Portal.Name)
	}
	ticket := tickets[0]
	answer, err := c.validate(ctx, callback, ticket)
	if err != nil {
		return Vouched{}, err
	}
	if answer.failure != "" {
		return Vouched{}, fault.Wrap(answer.err(), fault.Denied, "federation.portal.refused", "portal", c.Portal.Name)
	}
	// A portal speaks for its own project only.
	if answer.project != string(c.Portal.Project) || answer.external == "" {
		return Vouched{}, fault.New(fault.Denied, "federation.portal.mute", "portal", c.Portal.Name)
	}
	return Vouched{c.Portal.Project, answer.external, federation.Token(ticket)}, nil
}

func (c *CAS) validate(ctx context.Context, callback, ticket string) (validation, error) {
	silent := func(err error) error {
		return fault.Wrap(err, fault.Unavailable, "federation.portal.silent", "portal", c.Portal.Name)
	}
	address := c.Base + "/p3/serviceValidate?" + url.Values{"service": {callback}, "ticket": {ticket}}.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return validation{}, err
	}
	res, err := httpx.FollowsNothing(c.Client).Do(req)
	if err != nil {
		return validation{}, silent(hideQuery(err))
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return validation{}, silent(statusError(res.StatusCode))
	}
	answer, err := readValidation(res.Body)
	if err != nil {
		return validation{}, silent(err)
	}
	return answer, nil
}

// Over implements Connector: the single logout of CAS §2.3.3, a SAML LogoutRequest in the field logoutRequest. It is unsigned;
// what it must know is the ticket, which only the portal and we have seen.
func (c *CAS) Over(r *http.Request) (federation.Token, error) {
	index, err := readLogout(strings.NewReader(r.PostFormValue("logoutRequest")))
	if err != nil {
		return "", fault.Wrap(err, fault.Invalid, "federation.portal.logout")
	}
	return index, nil
}

// isTicket reports whether s could be a service ticket (CAS §3.1): "ST-", and characters that can stand in an address.
func isTicket(s string) bool {
	return len(s) > 3 && len(s) <= maxTicket && strings.HasPrefix(s, "ST-") &&
		!strings.ContainsFunc(s, func(c rune) bool { return c <= ' ' || c > '~' })
}
