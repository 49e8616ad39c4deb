package order

import (
	"net/http"

	"pupitre/internal/look"
	"pupitre/orders"
	"pupitre/web"
)

// listPage is what was ordered for the school.
type listPage struct {
	look.Shell
	Rows   []orderRow
	More   string // where elder ones are
	Empty  look.Empty
	Offers string
}

type orderRow struct {
	Number, Href, What, State, Gross string
	Tone                             look.Tone
	Icon                             string
	When                             string
}

func (s *Room) showList(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	p := &listPage{Shell: s.shell(r, "web.order.list"), Offers: web.OrdersPath + "/offres"}
	list, err := s.Orders.List(r.Context(), of(reader), orders.Filter{Before: orders.OrderID(r.FormValue("avant"))})
	if err != nil {
		return err
	}
	for _, o := range list {
		look := states[o.State]
		p.Rows = append(p.Rows, orderRow{
			Number: o.Number, Href: path(o.ID, ""), What: what(&p.Shell, o), State: state(&p.Shell, o.State),
			Tone: look.tone, Icon: look.icon, Gross: money(&p.Shell, o.Total().Gross), When: p.T("web.order.when", "day", on(reader, o.Changed)),
		})
	}
	if len(list) == orders.PageSize {
		p.More = web.OrdersPath + "?avant=" + string(list[len(list)-1].ID)
	}
	p.Empty = look.Empty{Title: p.T("web.order.none"), Text: p.T("web.order.none.text"), Action: look.Link{Text: p.T("web.order.choose"), Href: p.Offers}}
	return s.list.Send(w, r, http.StatusOK, p)
}
