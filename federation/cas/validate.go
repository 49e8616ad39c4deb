package cas

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"

	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// answering is what an endpoint adds to the pseudonym.
type answering struct {
	attributes bool
	proxied    bool // it takes proxy tickets
}

// failure is why a ticket is not good, by its code (§2.5.3).
type failure struct {
	Code string `json:"code"`
	Why  string `json:"description"`
}

// The codes.
const (
	invalidRequest  = "INVALID_REQUEST"
	invalidTicket   = "INVALID_TICKET"
	invalidSpec     = "INVALID_TICKET_SPEC"
	invalidService  = "INVALID_SERVICE"
	invalidCallback = "INVALID_PROXY_CALLBACK"
	foreignProxy    = "UNAUTHORIZED_SERVICE_PROXY"
)

// validated is a ticket that was good.
type validated struct {
	entry  federation.Entry
	ticket Ticket
	note   federation.Token // PGTIOU, where a proxy asked
}

// question is what a service asks of a ticket.
type question struct {
	service  string
	ticket   federation.Token // "" where there is none, or more than one
	callback string           // pgtUrl
	renew    bool
	json     bool
	wrong    *failure // why it cannot be answered, whatever its ticket
}

// ask reads a question from an address. Where something is wrong with it, its ticket is read all the same: it is to be used up.
func ask(r *http.Request) question {
	q, err := url.ParseQuery(r.URL.RawQuery)
	out := question{service: q.Get("service"), callback: q.Get("pgtUrl"), renew: isSet(q, "renew")}
	if len(q["ticket"]) == 1 {
		out.ticket = federation.Token(q.Get("ticket"))
	}
	refuse := func(why string) { out.wrong = &failure{invalidRequest, why} }
	if out.service == "" || out.ticket == "" {
		refuse("service and ticket are required")
	}
	switch strings.ToUpper(q.Get("format")) {
	case "", "XML":
	case "JSON":
		out.json = true
	default:
		refuse("format is XML or JSON")
	}
	for name, values := range q {
		if len(values) > 1 {
			refuse("« " + name + " » is given twice")
		}
	}
	if err != nil {
		refuse("the query cannot be read")
	}
	return out
}

// validate is CAS 1.0's answer: yes and the pseudonym, or no (§2.4.2).
func (s *Server) validate(w http.ResponseWriter, r *http.Request) error {
	good, failed, err := s.use(r.Context(), ask(r), answering{})
	if err != nil {
		return err
	}
	body := "no\n\n"
	if failed == nil {
		body = "yes\n" + good.entry.Pseudonym.Subject() + "\n"
	}
	return send(w, r, "text/plain; charset=utf-8", []byte(body), failed)
}

// serviceValidate answers in XML or JSON.
func (s *Server) serviceValidate(a answering) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		q := ask(r)
		good, failed, err := s.use(r.Context(), q, a)
		if err != nil {
			return err
		}
		if failed == nil && q.callback != "" {
			if good.note, failed, err = s.callBack(r.Context(), good, q.callback); err != nil {
				return err
			}
		}
		if q.json {
			body, err := answerJSON(good, failed, a)
			if err != nil {
				return err
			}
			return send(w, r, "application/json", body, failed)
		}
		return send(w, r, "application/xml; charset=utf-8", answerXML(good, failed, a), failed)
	}
}

// send sends an answer for its one reader. A failure is an answer like any other: programs look for it with status 200.
func send(w http.ResponseWriter, r *http.Request, media string, body []byte, failed *failure) error {
	if failed != nil {
		httpx.Event(r.Context()).Set("refused", failed.Code)
	}
	w.Header().Set("Content-Type", media)
	w.Header().Set("Cache-Control", "no-store")
	_, err := w.Write(body)
	return err
}

// use takes a ticket. Whatever is wrong, with it or with the question, it is used up: whoever shows it wrongly should not have it (§3.1.1:
// once, whether or not validation was successful).
func (s *Server) use(ctx context.Context, q question, a answering) (*validated, *failure, error) {
	name := string(q.ticket)
	proxy := strings.HasPrefix(name, proxyTicket)
	if !proxy && !strings.HasPrefix(name, serviceTicket) {
		return nil, cmp.Or(q.wrong, &failure{invalidSpec, "this is no service ticket"}), nil
	}
	ticket, failed, err := s.take(ctx, q, proxy && !a.proxied)
	if err != nil || failed != nil {
		return nil, failed, err
	}
	client, err := s.Federation.FindClient(ctx, ticket.Client)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, nil, err
	}
	var entry federation.Entry
	handed := false
	if err == nil {
		if entry, handed = s.Federation.Handed(q.ticket.Hash(), ticket.Session); !handed {
			entry, err = s.Federation.Again(ctx, federation.Given{Session: ticket.Session, Client: client, ARK: ticket.ARK, Released: ticket.Released})
		}
	}
	if federation.Refuses(err) {
		return nil, &failure{invalidTicket, "this person may not enter any more: " + fault.CodeOf(err)}, nil
	} else if err != nil {
		return nil, nil, err
	}
	return &validated{entry: entry, ticket: ticket}, nil, nil
}

// take uses a ticket up, and says what is wrong with it.
func (s *Server) take(ctx context.Context, q question, misplaced bool) (ticket Ticket, failed *failure, err error) {
	var first, late bool
	asking := rand.Text()
	err = s.Store.Do(ctx, func(ctx context.Context, w Writer) (err error) {
		ticket, first, err = w.TakeTicket(ctx, q.ticket, asking)
		late = !w.Now().Before(ticket.Until)
		return err
	})
	switch {
	case fault.Is(err, fault.NotFound):
		return ticket, cmp.Or(q.wrong, &failure{invalidTicket, "this ticket is not known"}), nil
	case err != nil:
		return ticket, nil, err
	}
	if failed = ticket.judge(q, first, misplaced, late); failed != nil && first {
		err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error { return w.ForgetTicket(ctx, ticket, q.ticket) })
	}
	return ticket, failed, err
}

// judge says what is wrong with a ticket just taken. It is pure.
func (t Ticket) judge(q question, first, misplaced, late bool) *failure {
	switch {
	case q.wrong != nil:
		return q.wrong
	case !first:
		return &failure{invalidTicket, "this ticket has been used"}
	case late:
		return &failure{invalidTicket, "this ticket is too old"}
	case misplaced:
		return &failure{invalidTicket, "a proxy ticket is validated by proxyValidate"}
	case t.Service != q.service:
		return &failure{invalidService, "this ticket was given for another service"}
	case q.renew: // we never know that the portal has just asked for the password
		return &failure{invalidTicket, "renew cannot be honoured"}
	}
	return nil
}
