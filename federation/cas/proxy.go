package cas

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// Limits of proxying.
const (
	callbackPatience = 5 * time.Second
	longestChain     = 4 // proxies behind one another
)

// callBack gives a service a proxy-granting ticket at an address of its own client (§2.5.4), and returns the note by which it finds it.
func (s *Server) callBack(ctx context.Context, good *validated, callback string) (federation.Token, *failure, error) {
	refused := &failure{invalidCallback, "pgtUrl must be a registered address of this service, and answer 200"}
	if !slices.ContainsFunc(good.entry.Client.Services, func(c federation.CASService) bool { return c.Covers(callback) }) {
		return "", refused, nil
	}
	if len(good.ticket.Proxies) >= longestChain {
		return "", &failure{invalidCallback, "there are too many proxies behind one another"}, nil
	}
	granting, note := s.newTicket(grantingTicket), s.newTicket(grantingNote)
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		return w.AddGranting(ctx, Granting{
			Session: good.ticket.Session, Client: good.ticket.Client, ARK: good.ticket.ARK,
			Proxies: append([]string{callback}, good.ticket.Proxies...), Act: good.ticket.Act,
		}, granting.Hash())
	})
	if err != nil {
		return "", nil, fmt.Errorf("give a proxy-granting ticket to %s: %w", good.ticket.Client, err)
	}
	if !s.tell(ctx, callback, granting, note) {
		return "", refused, nil // what it did not hear it cannot show
	}
	return note, nil, nil
}

// tell calls a proxy back, and reports whether it took the ticket. Redirects are not followed.
func (s *Server) tell(ctx context.Context, callback string, granting, note federation.Token) bool {
	ctx, cancel := context.WithTimeout(ctx, callbackPatience)
	defer cancel()
	address := with(callback, url.Values{"pgtId": {string(granting)}, "pgtIou": {string(note)}}.Encode())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return false
	}
	res, err := httpx.FollowsNothing(s.Client).Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	io.Copy(io.Discard, io.LimitReader(res.Body, 4<<10)) // read, so that the connection can be used again
	return res.StatusCode == http.StatusOK
}

// proxy gives a proxy ticket for another service of the same publisher (§2.7). That resource is entered like any other: its right is
// asked, and the access journalled.
func (s *Server) proxy(w http.ResponseWriter, r *http.Request) error {
	ticket, failed, err := s.proxied(r)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteString(`<cas:serviceResponse xmlns:cas="` + space + `">`)
	if failed != nil {
		b.WriteString(`<cas:proxyFailure code="` + failed.Code + `">`)
		escape(&b, failed.Why)
		b.WriteString(`</cas:proxyFailure>`)
	} else {
		b.WriteString(`<cas:proxySuccess>`)
		element(&b, "cas:proxyTicket", string(ticket))
		b.WriteString(`</cas:proxySuccess>`)
	}
	b.WriteString("</cas:serviceResponse>\n")
	return send(w, r, "application/xml; charset=utf-8", b.Bytes(), failed)
}

func (s *Server) proxied(r *http.Request) (federation.Token, *failure, error) {
	ctx := r.Context()
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || len(q["pgt"]) != 1 || len(q["targetService"]) != 1 {
		return "", &failure{invalidRequest, "pgt and targetService are required"}, nil
	}
	unknown := &failure{invalidTicket, "this proxy-granting ticket is not known, or not good any more"}
	var g Granting
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		g, err = r.FindGranting(ctx, federation.Token(q.Get("pgt")).Hash())
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return "", unknown, nil
	} else if err != nil {
		return "", nil, err
	}
	httpx.Event(ctx).Set("client", string(g.Client))
	proxy, err := s.Federation.FindClient(ctx, g.Client)
	if fault.Is(err, fault.NotFound) {
		return "", unknown, nil
	} else if err != nil {
		return "", nil, err
	}
	foreign := &failure{foreignProxy, "targetService must be a registered service of the same publisher"}
	asked, err := s.parse(ctx, url.Values{"service": q["targetService"]})
	if fault.KindOf(err) == fault.Invalid {
		return "", foreign, nil
	} else if err != nil {
		return "", nil, err
	}
	if asked.client.Sector != proxy.Sector {
		return "", foreign, nil
	}
	// The proxy's own entry must still stand, and the session with it; then the other resource is entered.
	var ticket federation.Token
	if _, err = s.Federation.Still(ctx, g.Session, proxy, g.ARK); err == nil {
		ticket, err = s.grant(ctx, federation.Visitor{Session: g.Session, Client: asked.client, ARK: asked.ark}, asked, proxyTicket, g.Proxies)
	}
	if federation.Refuses(err) {
		return "", &failure{invalidTicket, "this person may not enter: " + fault.CodeOf(err)}, nil
	}
	return ticket, nil, err
}
