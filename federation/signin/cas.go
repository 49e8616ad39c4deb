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
func (c *CAS) Begin(_ context.Context, a Attempt) (string, error) {
	return c.Base + "/login?" + url.Values{"service": {c.service(a)}}.Encode(), nil
}

// stateField carries an attempt's state where a protocol has no field for it.
const stateField = "etat"

// service is the address that a ticket is for. The state in it makes the ticket good for one browser only.
func (*CAS) service(a Attempt) string {
	return a.Callback + "?" + url.Values{stateField: {a.State()}}.Encode()
}

// State implements Connector. A POST is a sign-out, sent to the service as the ticket had it, state and all (CAS §2.3.3).
func (c *CAS) State(r *http.Request) string {
	if r.Method == http.MethodPost {
		return ""
	}
	return r.URL.Query().Get(stateField)
}

// SignOut implements Connector (CAS §2.3).
func (c *CAS) SignOut(_ context.Context, back, _ string) string {
	return c.Base + "/logout?" + url.Values{"service": {back}}.Encode()
}

// Finish implements Connector: it validates the ticket for exactly this service (CAS §2.5). The ticket is encoded, for one
// that holds "&service=…" would change the question (CVE-2014-4172).
func (c *CAS) Finish(ctx context.Context, r *http.Request, a Attempt) (Vouched, error) {
	tickets := r.URL.Query()["ticket"]
	if len(tickets) != 1 || !isTicket(tickets[0]) {
		return Vouched{}, refused(c.Portal, errNoAnswer)
	}
	ticket := tickets[0]
	answer, err := c.validate(ctx, c.service(a), ticket)
	if err != nil {
		return Vouched{}, err
	}
	if answer.failure != "" {
		return Vouched{}, refused(c.Portal, answer.err())
	}
	vouched, err := answer.of(c.Portal)
	vouched.Index = federation.Token(ticket)
	return vouched, err
}

func (c *CAS) validate(ctx context.Context, service, ticket string) (validation, error) {
	address := c.Base + "/p3/serviceValidate?" + url.Values{"service": {service}, "ticket": {ticket}}.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return validation{}, err
	}
	res, err := httpx.FollowsNothing(c.Client).Do(req)
	if err != nil {
		return validation{}, silent(c.Portal, hideQuery(err))
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return validation{}, silent(c.Portal, statusError(res.StatusCode))
	}
	answer, err := readValidation(res.Body)
	if err != nil {
		return validation{}, silent(c.Portal, err)
	}
	return answer, nil
}

// Over implements Connector: the single logout of CAS §2.3.3, a SAML LogoutRequest in the field logoutRequest. It is unsigned;
// what it must know is the ticket, which only the portal and we have seen.
func (c *CAS) Over(r *http.Request) (federation.Closing, error) {
	index, err := readLogout(strings.NewReader(r.PostFormValue("logoutRequest")))
	if err != nil {
		return federation.Closing{}, fault.Wrap(err, fault.Invalid, "federation.portal.logout")
	}
	return federation.Closing{Project: c.Portal.Project, Indexes: []federation.Token{index}}, nil
}

// isTicket reports whether s could be a service ticket (CAS §3.1): "ST-", and characters that can stand in an address.
func isTicket(s string) bool {
	return len(s) > 3 && len(s) <= maxTicket && strings.HasPrefix(s, "ST-") &&
		!strings.ContainsFunc(s, func(c rune) bool { return c <= ' ' || c > '~' })
}
