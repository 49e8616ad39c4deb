package order

import (
	"time"

	"pupitre/directory"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/orders"
)

// History is what was done with an order, the last first: the state that each act led to, how many copies moved, when, by whom.
func History(p *look.Shell, steps []orders.Step, zone *time.Location) []look.Past {
	out := make([]look.Past, 0, len(steps))
	for i := len(steps) - 1; i >= 0; i-- {
		s := steps[i]
		one := look.Past{What: state(p, s.State), Icon: states[s.State].icon, When: lang.Moment(p.Locale, s.At, zone), ByWho: p.T("web.order.history.buyer")}
		switch {
		case s.Name != directory.Name{}:
			one.ByWho = p.T("web.order.history.by", "who", s.Name.String())
		case s.BySeller:
			one.ByWho = p.T("web.order.history.seller")
		}
		switch {
		case s.Delivered > 0:
			one.More = p.T("web.order.delivered", "n", s.Delivered)
		case s.Cancelled > 0:
			one.More = p.T("web.order.cancelled", "n", s.Cancelled)
		}
		out = append(out, one)
	}
	return out
}
