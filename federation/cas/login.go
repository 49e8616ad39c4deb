package cas

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// request is what a browser was sent here with.
type request struct {
	client  federation.Client
	service string // where the ticket goes
	answer  string // the name of the parameter that carries it
	ark     string
	silent  bool // gateway: no sign-in
}

var errRequest = fault.New(fault.Invalid, "federation.cas.request")

// login answers a sign-in request: a ticket, a page that says why not, or first a sign-in at the portal. Where the person may not
// enter they stay here: CAS has no way to tell the service.
func (s *Server) login(w http.ResponseWriter, r *http.Request) error {
	// The address that we answer with holds a ticket, and an entry marks the copy as opened.
	httpx.Private(w)
	if err := httpx.Meant(r, "federation.oidc.ahead"); err != nil {
		return err
	}
	token := federation.Token(httpx.Cookie(r, federation.SessionCookie))
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return errRequest
	}
	if !q.Has("service") && !q.Has("TARGET") { // §2.1.1: a sign-in for its own sake
		next := "/"
		if _, err := s.Federation.Find(r.Context(), token); fault.Is(err, fault.Unauthenticated) {
			next = federation.SignInPath("/", "")
		} else if err != nil {
			return err
		}
		http.Redirect(w, r, next, http.StatusFound)
		return nil
	}
	asked, err := s.parse(r.Context(), q)
	if err != nil {
		return err
	}
	httpx.Event(r.Context()).Set("client", string(asked.client.ID))
	visitor, err := s.Federation.Receive(r.Context(), token, asked.client, asked.ark)
	switch {
	case fault.Is(err, fault.Unauthenticated) && asked.silent:
		http.Redirect(w, r, asked.service, http.StatusFound)
		return nil
	case fault.Is(err, fault.Unauthenticated):
		http.Redirect(w, r, federation.SignInPath(r.URL.RequestURI(), ""), http.StatusFound)
		return nil
	case err != nil:
		return err
	}
	ticket, err := s.grant(r.Context(), visitor, asked, serviceTicket, nil)
	switch {
	case federation.IsUndecided(err) && asked.silent:
		http.Redirect(w, r, asked.service, http.StatusFound)
		return nil
	case federation.IsUndecided(err):
		http.Redirect(w, r, s.Federation.WhichPlace(r.URL.RequestURI(), asked.ark), http.StatusFound)
		return nil
	case err != nil:
		return err
	}
	http.Redirect(w, r, with(asked.service, asked.answer+"="+string(ticket)), http.StatusFound)
	return nil
}

// parse reads a request. Until the service is known to be a registered one nobody is sent anywhere.
func (s *Server) parse(ctx context.Context, q url.Values) (request, error) {
	for _, values := range q {
		if len(values) > 1 { // which of the two is meant is for an attacker to choose
			return request{}, errRequest
		}
	}
	asked := request{service: q.Get("service"), answer: "ticket"}
	if q.Has("TARGET") { // SAML 1.1's names
		if q.Has("service") {
			return request{}, errRequest
		}
		asked.service, asked.answer = q.Get("TARGET"), "SAMLart"
	}
	client, service, err := s.Federation.FindService(ctx, asked.service)
	if fault.Is(err, fault.NotFound) {
		return request{}, fault.Wrap(err, fault.Invalid, "federation.cas.service")
	} else if err != nil {
		return request{}, err
	}
	if isSet(q, "renew") {
		return request{}, fault.New(fault.Denied, "federation.cas.renew", "client", client.Name)
	}
	asked.client, asked.silent = client, isSet(q, "gateway")
	const longest = 1024 // bytes of an ARK
	for _, asked.ark = range []string{q.Get("idRessource"), service.ARK, client.Resource} {
		if asked.ark != "" {
			break
		}
	}
	if asked.ark == "" || len(asked.ark) > longest {
		return request{}, fault.New(fault.Invalid, "federation.cas.resource", "client", client.Name)
	}
	return asked, nil
}

// isSet reads a flag: §2.1.1 recommends « true », and programs write other things, too.
func isSet(q url.Values, name string) bool {
	return q.Has(name) && !strings.EqualFold(q.Get(name), "false")
}

// with adds parameters to an address. What was in it stays as it was, byte by byte: a service compares it.
func with(address, parameters string) string {
	if strings.Contains(address, "?") {
		return address + "&" + parameters
	}
	return address + "?" + parameters
}

// grant decides the entry and keeps it under a new ticket of a kind, with the proxies that it comes through.
func (s *Server) grant(ctx context.Context, visitor federation.Visitor, asked request, kind string, proxies []string) (federation.Token, error) {
	ticket := s.newTicket(kind)
	enter := s.Federation.Launch
	if kind == proxyTicket { // a program asks, which came by a place already
		enter = s.Federation.Enter
	}
	entry, err := enter(ctx, visitor, func(ctx context.Context, entry federation.Entry) error {
		return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
			return w.AddTicket(ctx, Ticket{
				Session: entry.Session, Client: asked.client.ID, ARK: entry.Declaration.ARK, Service: asked.service, Proxies: proxies,
				Until: w.Now().Add(ticketLife), Released: entry.Attributes.Names(), Act: entry.Act,
			}, ticket.Hash(), entry.Visit())
		})
	})
	if err != nil {
		return "", err
	}
	s.Federation.Hand(ticket.Hash(), entry)
	return ticket, nil
}

// How tickets begin (§3).
const (
	serviceTicket  = "ST-"
	proxyTicket    = "PT-"
	grantingTicket = "PGT-"
	grantingNote   = "PGTIOU-"
)

// newTicket makes a ticket of 256 random bits, of the characters that §3.7 allows.
func (s *Server) newTicket(kind string) federation.Token {
	return federation.NewDated(kind, s.Federation.Now())
}

// logout leads to the page that asks and then ends the session: any page could have sent the person here (§2.3).
func (s *Server) logout(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, "/deconnexion", http.StatusFound)
	return nil
}
