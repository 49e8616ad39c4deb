package order

import (
	"net/http"

	"pupitre/internal/clock"
	"pupitre/internal/look"
	"pupitre/orders"
)

// listPage is what was ordered for the school.
type listPage struct {
	look.Shell
	Rows   []Summary
	More   string // where elder ones are
	Empty  look.Empty
	Offers string
}

// Summary is an order on one line of a list.
type Summary struct {
	Number, Href, What, State, Gross string
	Tone                             look.Tone
	Icon                             string
	When                             string
}

// Summarize is the line of an order whose page is there, last changed on a day at its school.
func Summarize(p *look.Shell, o orders.Order, href string, changed clock.Date) Summary {
	is := states[o.State]
	return Summary{Number: o.Number, Href: href, What: what(p, o), State: state(p, o.State), Tone: is.tone, Icon: is.icon, Gross: money(p, o.Total().Gross),
		When: p.T("web.order.when", "day", changed)}
}

func (s *Room) showList(w http.ResponseWriter, r *http.Request, v Visit) error {
	p := &listPage{Shell: s.shell(r, "web.order.list"), Offers: v.at("offres")}
	list, err := s.Orders.List(r.Context(), v.of(), orders.Filter{Before: orders.OrderID(r.FormValue("avant"))})
	if err != nil {
		return err
	}
	for _, o := range list {
		p.Rows = append(p.Rows, Summarize(&p.Shell, o, v.path(o.ID, ""), v.on(o.Changed)))
	}
	if len(list) == orders.PageSize {
		p.More = v.Base + "?avant=" + string(list[len(list)-1].ID)
	}
	p.Empty = look.Empty{Title: p.T("web.order.none"), Text: p.T("web.order.none.text"), Action: look.Link{Text: p.T("web.order.choose"), Href: p.Offers}}
	return s.list.Send(w, r, http.StatusOK, p)
}
