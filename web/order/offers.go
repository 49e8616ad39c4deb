package order

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"pupitre/catalogue"
	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/orders"
	"pupitre/web"
)

// offersPage is what may be ordered today: put in the basket by who orders, asked for by a teacher.
type offersPage struct {
	look.Shell
	Rows     []offerRow
	Buys     bool
	Do       string
	More     string
	Empty    look.Empty
	Resource string
	Trouble  string
	At       string // the offer that the trouble is about
}

type offerRow struct {
	Key, Title, Whom, Span, Net, Note string
	Do                                string
	Trial                             bool
	Most                              int // of a trial
	Cover                             look.Cover
	Least                             int
	Whole                             bool
	Years                             []look.Option
}

func (s *Room) showOffers(w http.ResponseWriter, r *http.Request, v Visit) error {
	return s.offersWith(w, r, v, http.StatusOK, "", nil)
}

func (s *Room) offersWith(w http.ResponseWriter, r *http.Request, v Visit, status int, at string, trouble error) error {
	ctx := r.Context()
	resource := r.FormValue("ressource")
	after, _ := web.ReadOfferField(r.FormValue("apres"))
	list, err := s.Orders.Offers(ctx, v.of(), catalogue.ResourceID(resource), after)
	if err != nil {
		return err
	}
	p := &offersPage{Shell: s.shell(r, "web.order.offers"), Buys: !v.Asks, Do: v.at("panier"), Resource: resource, At: at}
	if !p.Buys {
		p.Do = requestsPath
	}
	if trouble != nil {
		p.Trouble = said(&p.Shell, trouble)
		p.Problems = []look.Problem{{Field: "n-" + at, Text: p.Trouble}}
	}
	years := orders.Years(v.on(s.Now()))
	for _, o := range list {
		row := offerRow{
			Key: web.OfferField(o.OfferKey), Title: o.Title, Whom: web.ForWhom(&p.Shell, o.Kind, o.Publics), Span: p.T("web.order.years", "n", o.Years), Net: money(&p.Shell, o.Net),
			Cover: look.Cover{ID: string(o.ARK)}, Least: o.Least, Whole: o.Kind == licensing.Establishment,
		}
		if o.Least > 1 {
			row.Note = p.T("web.order.least", "n", o.Least)
		}
		if row.Do = p.Do; o.IsTrial() {
			row.tries(&p.Shell, o)
			if p.Buys {
				row.Do = v.at("essais")
			}
		}
		for _, year := range years {
			row.Years = append(row.Years, look.Option{Value: year, Text: year})
		}
		p.Rows = append(p.Rows, row)
	}
	if len(list) == orders.PageSize {
		p.More = v.at("offres") + "?" + url.Values{"ressource": {resource}, "apres": {web.OfferField(list[len(list)-1].OfferKey)}}.Encode()
	}
	p.Empty = look.Empty{Title: p.T("web.order.offers.none"), Text: p.T("web.order.offers.none.text")}
	return s.offers.Send(w, r, status, p)
}

// tries makes a row of an offer one of a trial: asked for by itself, at no price.
func (row *offerRow) tries(p *look.Shell, o orders.Offer) {
	row.Trial, row.Most, row.Span = true, o.Trial.Most, p.T("web.order.trial.days", "n", o.Trial.Days)
	row.Note, row.Net = web.TrialTerms(p, o), p.T("web.order.trial.free")
}

// quantity reads a number of a form: what is no whole number is refused in words.
func quantity(text string) (int, error) {
	n, err := strconv.Atoi(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return 0, fault.New(fault.Invalid, "web.order.number.form", "value", text)
	}
	return n, nil
}
