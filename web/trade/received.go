package trade

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/orders"
	"pupitre/orders/trade"
	"pupitre/web"
	"pupitre/web/order"
)

// receivedPage is what was ordered of a distributor.
type receivedPage struct {
	look.Shell
	Rows  []orderRow
	More  string // where elder ones are
	Empty look.Empty
}

func (s *Room) showReceived(w http.ResponseWriter, r *http.Request, agent trade.Agent) error {
	list, err := s.Orders.ListReceived(r.Context(), agent.Distributor, orders.Filter{Before: orders.OrderID(r.FormValue("avant"))})
	if err != nil {
		return err
	}
	p := &receivedPage{Shell: s.shell(r, "trade.received")}
	if p.Rows, err = s.rows(r, &p.Shell, list, func(o orders.Order) string { return onePath(o.Number, "") }); err != nil {
		return err
	}
	if len(list) == orders.PageSize {
		p.More = web.TradePath + "?avant=" + url.QueryEscape(string(list[len(list)-1].ID))
	}
	p.Empty = look.Empty{Title: p.T("trade.received.none"), Text: p.T("trade.received.none.text")}
	return s.received.Send(w, r, http.StatusOK, p)
}

// onePath is the address of an order that was received, or of an act on it.
func onePath(number, act string) string {
	p := receivedPath + "/" + url.PathEscape(number)
	if act != "" {
		p += "/" + act
	}
	return p
}

// onePage is an order that a distributor received, with what may be done with it.
type onePage struct {
	look.Shell
	order.Summary
	School, Reason string
	Trial          bool // nobody invoices it
	Facts          []order.Fact
	Rows           []order.Row
	Acts           []actForm
	History        []look.Past
}

func (s *Room) showOne(w http.ResponseWriter, r *http.Request, agent trade.Agent) error {
	return s.oneWith(w, r, agent, http.StatusOK, "", nil)
}

// find finds an order that was sent to the agent's house; another's does not exist.
func (s *Room) find(r *http.Request, agent trade.Agent) (orders.Order, error) {
	key, err := s.Orders.KeyOf(r.Context(), r.PathValue("number"))
	if err != nil {
		return orders.Order{}, err
	}
	return s.Orders.FindReceived(r.Context(), agent.Distributor, key)
}

// oneWith shows an order; after a refusal with what was written, and what is wrong.
func (s *Room) oneWith(w http.ResponseWriter, r *http.Request, agent trade.Agent, status int, act string, trouble error) error {
	o, err := s.find(r, agent)
	if err != nil {
		return err
	}
	school, err := s.Schools.FindSchool(r.Context(), o.School)
	if err != nil {
		return err
	}
	p := &onePage{Shell: s.shell(r, "trade.one", "number", o.Number), School: school.Label(), Reason: string(o.Reason), Trial: o.Trial()}
	steps, err := s.Orders.HistoryReceived(r.Context(), agent.Distributor, o.Key)
	if err != nil {
		return err
	}
	p.History = order.History(&p.Shell, steps, clock.ZoneOfUAI(string(o.UAI)))
	p.Crumbs = []look.Link{{Text: p.T("trade.received"), Href: web.TradePath}, {Text: o.Number, Current: true}}
	p.Summary = order.Summarize(&p.Shell, o, "", clock.On(o.Changed, clock.ZoneOfUAI(string(o.UAI))))
	p.Facts, p.Rows, p.Acts = order.Facts(&p.Shell, o), order.Rows(&p.Shell, o), forms(&p.Shell, o, r, act, trouble)
	if trouble != nil && len(p.Problems) == 0 { // somebody was faster, or the same hand: the order is shown as it is now
		tone := look.Red
		if moved(trouble) {
			tone = look.Amber
		}
		p.Messages = append(p.Messages, look.Message{Tone: tone, Text: said(&p.Shell, trouble)})
	}
	return s.one.Send(w, r, status, p)
}

// act delivers, refuses or cancels, as the form says.
func (s *Room) act(w http.ResponseWriter, r *http.Request, agent trade.Agent) error {
	o, err := s.find(r, agent)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return err
	}
	ctx, by, act, why := r.Context(), agent.Actor(), r.PathValue("act"), licensing.Word(r.PostFormValue("motif"))
	parts, err := written(r, o)
	done := ""
	switch act {
	case deliver:
		if done = "trade.delivered"; err == nil {
			_, err = s.Orders.Deliver(ctx, by, agent.Distributor, o.Key, seen(r), parts)
		}
	case refuse:
		done = "trade.refused"
		_, err = s.Orders.Refuse(ctx, by, agent.Distributor, o.Key, why)
	case cancel:
		if done = "trade.cancelled"; err == nil {
			_, err = s.Orders.Cancel(ctx, by, agent.Distributor, o.Key, seen(r), parts, why)
		}
	default:
		return errElsewhere
	}
	if moved(err) { // what was written was written for an order that is not this one any more: it is not put back
		return s.oneWith(w, r, agent, http.StatusConflict, "", err)
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) || fault.Is(err, fault.Exhausted) {
		return s.oneWith(w, r, agent, http.StatusBadRequest, act, err)
	}
	if err != nil {
		return err
	}
	return s.to(w, r, onePath(o.Number, ""), done)
}

// moved reports whether an order was not any more what the form was made of: a double click is this, too.
func moved(err error) bool { return fault.CodeOf(err) == "orders.order.moved" }

// seen is the order as the form was made of it.
func seen(r *http.Request) orders.Sight { return orders.Sight(r.PostFormValue("vue")) }

// written reads how many of each line the form names.
func written(r *http.Request, o orders.Order) (orders.Parts, error) {
	parts := orders.Parts{}
	for _, l := range o.Lines {
		field := "ligne-" + strconv.Itoa(l.No)
		text := strings.Join(strings.Fields(r.PostFormValue(field)), "")
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return nil, fault.New(fault.Invalid, "web.order.number.form", "field", field, "value", text)
		}
		parts[l.No] = n
	}
	return parts, nil
}
