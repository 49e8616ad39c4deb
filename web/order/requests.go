package order

import (
	"net/http"
	"net/url"

	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/orders"
	"pupitre/web"
)

// requestsPage is what teachers ask for; to a teacher, what became of their own.
type requestsPage struct {
	look.Shell
	Buys  bool
	Rows  []requestRow
	Empty look.Empty
	Wrong string // what is wrong with an answer
	At    string // the request that it is about
}

type requestRow struct {
	ID, Title, Who, Amount, State, Icon string
	Tone                                look.Tone
	When, Answered                      clock.Date
	Word, Reason                        licensing.Word
	Take, Decline, Withdraw             string
	Trial                               bool
}

var requestStates = map[orders.RequestState]struct {
	icon string
	tone look.Tone
}{orders.Asked: {"hourglass", ""}, orders.Taken: {"circle-check", look.Green}, orders.Declined: {"circle-x", look.Amber}, orders.Withdrawn: {"undo-2", ""}}

func (s *Room) showRequests(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	return s.requestsWith(w, r, reader, http.StatusOK, "", nil)
}

func (s *Room) requestsWith(w http.ResponseWriter, r *http.Request, reader *web.Reader, status int, at string, trouble error) error {
	ctx := r.Context()
	list, err := s.Orders.ListRequests(ctx, reader.Person.ID, reader.Session.School, false)
	if err != nil {
		return err
	}
	p := &requestsPage{Shell: s.shell(r, "web.order.requests"), Buys: reader.Office.MayOrder(), At: at}
	if trouble != nil {
		p.Wrong = said(&p.Shell, trouble)
		p.Problems = []look.Problem{{Field: "motif-" + at, Text: p.Wrong}}
	}
	for _, q := range list {
		row := requestRow{
			ID: string(q.ID), Title: q.Offer.Title, Amount: p.T("web.order.asked", "n", q.Quantity, "price", money(&p.Shell, orders.Priced{Quantity: q.Quantity, Net: q.Offer.Net}.Amount())),
			State: p.T("web.order.request." + string(q.State)), Icon: requestStates[q.State].icon, Tone: requestStates[q.State].tone, When: visit(reader).on(q.Made), Word: q.Word, Reason: q.Reason,
		}
		if row.Trial = q.Offer.IsTrial(); row.Trial {
			row.Amount = p.T("web.order.trial.asked", "n", q.Quantity)
		}
		if !q.Answered.IsZero() {
			row.Answered = visit(reader).on(q.Answered)
		}
		if q.Teacher != reader.Person.ID {
			who, err := s.People.FindPerson(ctx, q.Teacher)
			if err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
			row.Who = who.Name.String()
		}
		act := requestsPath + "/" + url.PathEscape(string(q.ID)) + "/"
		if q.State == orders.Asked {
			if p.Buys {
				row.Take, row.Decline = act+"prendre", act+"decliner"
			}
			if q.Teacher == reader.Person.ID {
				row.Withdraw = act + "retirer"
			}
		}
		p.Rows = append(p.Rows, row)
	}
	p.Empty = look.Empty{Title: p.T("web.order.requests.none"), Text: p.T("web.order.requests.none.text")}
	if !p.Buys {
		p.Empty.Text, p.Empty.Action = p.T("web.order.requests.none.yours"), look.Link{Text: p.T("web.order.choose"), Href: web.OrdersPath + "/offres"}
	}
	return s.requests.Send(w, r, status, p)
}

// ask asks who orders for so many of an offer.
func (s *Room) ask(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	offer := r.PostForm.Get("offre")
	key, _ := web.ReadOfferField(offer)
	n, err := quantity(r.PostForm.Get("nombre"))
	if err == nil {
		_, err = s.Orders.Ask(r.Context(), reader.Person.ID, reader.Session.School, key, n, licensing.Word(r.PostForm.Get("mot")))
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return s.offersWith(w, r, visit(reader), http.StatusBadRequest, offer, err)
	}
	if err != nil {
		return err
	}
	shell := s.House.Site.Shell(r)
	return s.to(w, r, requestsPath, look.Message{Tone: look.Green, Text: shell.T("web.order.request.sent")})
}

// answer takes or declines a request, or takes it back.
func (s *Room) answer(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	ctx, id, school, shell := r.Context(), orders.RequestID(r.PathValue("id")), reader.Session.School, s.House.Site.Shell(r)
	var err error
	where, done := requestsPath, ""
	switch r.PathValue("answer") {
	case "prendre":
		var tried orders.Order
		if tried, err = s.Orders.Take(ctx, reader.Person.ID, school, id, r.FormValue("essai") != ""); err == nil && tried.ID != "" {
			return s.toTrial(w, r, visit(reader), tried)
		}
		where, done = visit(reader).at("panier"), "web.order.put"
	case "decliner":
		err, done = s.Orders.Decline(ctx, reader.Person.ID, school, id, licensing.Word(r.FormValue("motif"))), "web.order.request.answered"
	case "retirer":
		err, done = s.Orders.Unask(ctx, reader.Person.ID, school, id), "web.order.request.taken-back"
	default:
		return fault.New(fault.NotFound, "orders.request.unknown", "value", string(id))
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return s.requestsWith(w, r, reader, http.StatusBadRequest, string(id), err)
	}
	if err != nil {
		return err
	}
	return s.to(w, r, where, look.Message{Tone: look.Green, Text: shell.T(done)})
}
