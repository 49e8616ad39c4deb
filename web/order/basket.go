package order

import (
	"net/http"
	"strconv"

	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/orders"
	"pupitre/web"
)

// basketPage is the basket at today's prices.
type basketPage struct {
	look.Shell
	Rows    []basketRow
	Totals  totals
	Version int64
	Quote   string
	Do      string
	Offers  string
	Empty   look.Empty
}

type basketRow struct {
	N                               int // from 0: its fields' number
	Key, Title, Whom, Span          string
	Year, Net, Amount, Value, Wrong string
	Cover                           look.Cover
	Whole                           bool
	Least                           int
}

func (s *Room) showBasket(w http.ResponseWriter, r *http.Request, v Visit) error {
	return s.basketWith(w, r, v, http.StatusOK, nil)
}

// basketWith shows the basket; after a refusal with what was written in its form, and what is wrong.
func (s *Room) basketWith(w http.ResponseWriter, r *http.Request, v Visit, status int, trouble error) error {
	b, err := s.Orders.FindBasket(r.Context(), v.of())
	if err != nil {
		return err
	}
	p := &basketPage{Shell: s.shell(r, "web.order.basket"), Version: b.Version, Quote: v.at("devis"), Do: v.at("panier"), Offers: v.at("offres")}
	p.Steps = []look.Step{{Text: p.T("web.order.basket"), Current: true}, {Text: p.T("web.order.step.quote")}, {Text: p.T("web.order.step.order")}}
	p.Totals = totalsOf(&p.Shell, b.Total())
	for i, item := range b.Items {
		o := item.Offer
		row := basketRow{
			N: i, Key: web.OfferField(o.OfferKey), Title: o.Title, Whom: web.ForWhom(&p.Shell, o.Kind, o.Publics), Span: span(&p.Shell, item.Year, o.Years), Year: item.Year,
			Net: money(&p.Shell, o.Net), Amount: money(&p.Shell, orders.Priced{Quantity: item.Quantity, Net: o.Net}.Amount()), Value: strconv.Itoa(item.Quantity),
			Cover: look.Cover{ID: string(o.ARK)}, Whole: o.Kind == licensing.Establishment, Least: o.Least,
		}
		if item.Wrong != nil {
			row.Wrong = said(&p.Shell, item.Wrong)
		}
		if written := r.PostForm["nombre-"+strconv.Itoa(i)]; trouble != nil && len(written) > 0 {
			row.Value = written[0]
			if n, err := quantity(written[0]); err != nil {
				row.Wrong = said(&p.Shell, err)
			} else if params := fault.ParamsOf(trouble); fault.CodeOf(trouble) != "orders.basket.moved" && n != item.Quantity && about(params, o.Title) {
				row.Wrong = said(&p.Shell, trouble)
			}
		}
		if row.Wrong != "" {
			p.Problems = append(p.Problems, look.Problem{Field: "nombre-" + strconv.Itoa(i), Text: row.Wrong})
		}
		p.Rows = append(p.Rows, row)
	}
	if trouble != nil && len(p.Problems) == 0 {
		p.Messages = append(p.Messages, look.Message{Tone: look.Red, Text: said(&p.Shell, trouble)})
	}
	p.Empty = look.Empty{Title: p.T("orders.basket.empty"), Text: p.T("web.order.basket.empty.text"), Action: look.Link{Text: p.T("web.order.choose"), Href: p.Offers}}
	return s.basket.Send(w, r, status, p)
}

// about reports whether a refusal names a title.
func about(params []any, title string) bool {
	for i := 0; i+1 < len(params); i += 2 {
		if params[i] == "title" && params[i+1] == title {
			return true
		}
	}
	return false
}

// put changes the basket: by an offer's own form, or by the basket's.
func (s *Room) put(w http.ResponseWriter, r *http.Request, v Visit) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	shell := s.House.Site.Shell(r)
	if offer := r.PostForm.Get("offre"); offer != "" {
		key, _ := web.ReadOfferField(offer)
		n, err := quantity(r.PostForm.Get("nombre"))
		if err == nil {
			err = s.Orders.Put(r.Context(), v.of(), orders.Change{Offer: key, Quantity: n, Year: r.PostForm.Get("annee")})
		}
		if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
			return s.offersWith(w, r, v, http.StatusBadRequest, offer, err)
		}
		if err != nil {
			return err
		}
		return s.to(w, r, v.at("panier"), look.Message{Tone: look.Green, Text: shell.T("web.order.put")})
	}
	changes, err := changes(r)
	if err == nil {
		err = s.Orders.Put(r.Context(), v.of(), changes...)
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) || fault.Is(err, fault.NotFound) {
		return s.basketWith(w, r, v, http.StatusBadRequest, err)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, v.at("panier"), http.StatusSeeOther)
	return nil
}

// changes reads the basket's form: what each line says, and which one is taken out.
func changes(r *http.Request) ([]orders.Change, error) {
	var out []orders.Change
	for i := 0; ; i++ {
		n := strconv.Itoa(i)
		key, ok := web.ReadOfferField(r.PostForm.Get("offre-" + n))
		if !ok {
			return out, nil
		}
		c := orders.Change{Offer: key}
		if r.PostForm.Get("retirer") != n {
			var err error
			if c.Quantity, err = quantity(r.PostForm.Get("nombre-" + n)); err != nil {
				return nil, err
			}
		}
		out = append(out, c)
	}
}

// quote makes the quotes, with what the form says of the lines.
func (s *Room) quote(w http.ResponseWriter, r *http.Request, v Visit) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	version, _ := strconv.ParseInt(r.PostForm.Get("version"), 10, 64)
	changes, err := changes(r)
	var made []orders.Order
	if err == nil {
		made, err = s.Orders.Quote(r.Context(), v.of(), version, changes...)
	}
	switch {
	case fault.Is(err, fault.Invalid), fault.Is(err, fault.Conflict), fault.Is(err, fault.NotFound):
		return s.basketWith(w, r, v, http.StatusBadRequest, err)
	case err != nil:
		return err
	case len(made) == 1:
		http.Redirect(w, r, v.path(made[0].ID, ""), http.StatusSeeOther)
		return nil
	}
	shell := s.House.Site.Shell(r)
	return s.to(w, r, v.Base, look.Message{Tone: look.Green, Text: shell.T("web.order.quotes", "n", len(made))})
}
