package trade

import (
	"net/http"
	"net/url"
	"slices"

	"pupitre/internal/look"
	"pupitre/orders"
	"pupitre/orders/trade"
	"pupitre/web"
)

const orderedPath = web.TradePath + "/commandes"

// orderedPage is what a bookseller ordered for all the schools that take it.
type orderedPage struct {
	look.Shell
	States []look.Link // of which state alone
	Rows   []orderRow
	More   string // where elder ones are
	Empty  look.Empty
}

func (s *Room) showOrdered(w http.ResponseWriter, r *http.Request, agent trade.Agent) error {
	f := orders.Filter{Before: orders.OrderID(r.FormValue("avant"))}
	state := orders.State(r.FormValue("etat"))
	if slices.Contains(orders.States, state) {
		f.States = []orders.State{state}
	}
	list, err := s.Orders.ListOrdered(r.Context(), agent.Bookseller, f)
	if err != nil {
		return err
	}
	p := &orderedPage{Shell: s.shell(r, "trade.ordered")}
	p.Lead = p.T("trade.ordered.lead")
	for _, one := range append([]orders.State{""}, orders.States...) {
		l := look.Link{Text: p.T("trade.ordered.all"), Href: orderedPath, Current: one == state}
		if one != "" {
			l.Text, l.Href = p.T("web.order.state."+string(one)), orderedPath+"?"+url.Values{"etat": {string(one)}}.Encode()
		}
		p.States = append(p.States, l)
	}
	if p.Rows, err = s.rows(r, &p.Shell, list, func(o orders.Order) string {
		return schoolPath(o.School) + "/commandes/" + url.PathEscape(string(o.ID))
	}); err != nil {
		return err
	}
	if len(list) == orders.PageSize {
		q := url.Values{"avant": {string(list[len(list)-1].ID)}}
		if state != "" {
			q.Set("etat", string(state))
		}
		p.More = orderedPath + "?" + q.Encode()
	}
	p.Empty = look.Empty{Title: p.T("web.order.none"), Text: p.T("trade.ordered.none.text"), Action: look.Link{Text: p.T("trade.clients"), Href: web.TradePath}}
	return s.ordered.Send(w, r, http.StatusOK, p)
}
