package order

import (
	"net/http"
	"net/url"
	"slices"

	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/orders"
	"pupitre/web"
)

// onePage is a quote, then an order.
type onePage struct {
	look.Shell
	Trial          bool // nobody invoices it
	State, Reason  string
	Tone           look.Tone
	Icon           string
	Rows           []Row
	Moved          bool // something came or was cancelled
	Totals         totals
	Fields         []look.Field // of a quote
	References     []Fact       // of an order
	Send, Withdraw string
	Document, From string
	Renew          string
	History        []look.Past
	Dialog         look.Dialog
}

// Row is a line of an order as pages show it.
type Row struct {
	Title, Whom, Span, Net, Amount string
	Cover                          look.Cover
	Ordered, Delivered, Cancelled  int
}

// Rows are the lines of an order.
func Rows(p *look.Shell, o orders.Order) []Row {
	var out []Row
	for _, l := range o.Lines {
		out = append(out, Row{
			Title: l.Title, Whom: web.ForWhom(p, l.Kind, l.Publics), Span: lineSpan(p, l), Net: money(p, l.Net),
			Amount: money(p, orders.Priced{Quantity: l.Ordered - l.Cancelled, Net: l.Net}.Amount()), Cover: look.Cover{ID: string(l.ARK)},
			Ordered: l.Ordered, Delivered: l.Delivered, Cancelled: l.Cancelled,
		})
	}
	return out
}

// Fact is a reference of an order for the invoice, with its name.
type Fact struct{ Label, Value string }

// Facts are those that were written. Whom to tell of a delivery is the school's business alone.
func Facts(p *look.Shell, o orders.Order) []Fact {
	var out []Fact
	for _, f := range fields(p, o.References, nil) {
		if f.Value != "" && f.ID != "mail" {
			out = append(out, Fact{f.Label, f.Value})
		}
	}
	return out
}

func (s *Room) showOne(w http.ResponseWriter, r *http.Request, v Visit) error {
	o, err := s.Orders.Find(r.Context(), v.Buyer, v.key(r))
	if err != nil {
		return err
	}
	return s.oneWith(w, r, v, http.StatusOK, o, o.References, nil)
}

// oneWith shows an order; a quote's form with what was written, and what is wrong.
func (s *Room) oneWith(w http.ResponseWriter, r *http.Request, v Visit, status int, o orders.Order, refs orders.References, trouble error) error {
	p := &onePage{Shell: s.shell(r, "web.order.one"), Reason: string(o.Reason), Trial: o.Trial()}
	p.State = state(&p.Shell, o.State)
	p.Title = p.T("web.order.one.number", "what", p.Title, "number", o.Number)
	p.Crumbs = []look.Link{v.home(&p.Shell), {Text: o.Number, Current: true}}
	seller, err := s.seller(r, o.Distributor)
	if err != nil {
		return err
	}
	steps, err := s.Orders.History(r.Context(), v.Buyer, o.Key)
	if err != nil {
		return err
	}
	p.History = History(&p.Shell, steps, clock.ZoneOfUAI(string(o.UAI)))
	p.Document, p.From = v.path(o.ID, "document.pdf"), seller
	p.Tone, p.Icon = states[o.State].tone, states[o.State].icon
	p.Totals = totalsOf(&p.Shell, o.Total())
	p.Rows = Rows(&p.Shell, o)
	p.Moved = slices.ContainsFunc(o.Lines, func(l orders.Line) bool { return l.Delivered+l.Cancelled > 0 })
	switch o.State {
	case orders.Quoted:
		p.Lead = p.T("web.order.until", "until", o.ValidUntil)
		p.Steps = []look.Step{{Text: p.T("web.order.basket"), Done: true, Href: v.at("panier")}, {Text: p.T("web.order.step.quote"), Current: true}, {Text: p.T("web.order.step.order")}}
		p.Send, p.Withdraw = v.path(o.ID, "envoyer"), v.path(o.ID, "abandonner")
		p.Fields = fields(&p.Shell, refs, trouble)
		for _, f := range p.Fields {
			if f.Error != "" {
				p.Problems = append(p.Problems, look.Problem{Field: f.ID, Text: f.Error})
			}
		}
	case orders.Sent:
		p.Lead, p.Withdraw = p.T("web.order.sent.on", "day", v.on(o.SentAt)), v.path(o.ID, "abandonner")
	default:
		p.Lead = p.T("web.order.changed.on", "day", v.on(o.Changed))
	}
	if p.Withdraw != "" && r.FormValue("abandonner") != "" {
		p.Dialog = look.Dialog{ID: "abandonner", Title: p.T("web.order.withdraw.title", "number", o.Number), Text: p.T("web.order.withdraw.text"), Danger: true,
			Action: p.Withdraw, Verb: p.T("web.order.withdraw"), Leave: look.Link{Text: p.T("web.order.withdraw.leave"), Href: v.path(o.ID, "")}}
	}
	if o.State != orders.Quoted {
		if p.References = Facts(&p.Shell, o); o.References.Mail != "" {
			p.References = append(p.References, Fact{p.T("web.order.ref.mail"), o.References.Mail})
		}
	}
	if v.Buyer.Person != "" && !o.Trial() && (o.State == orders.Delivered || o.State == orders.Confirmed) {
		p.Renew = renewalPath + "?" + url.Values{"commande": {string(o.ID)}}.Encode()
	}
	if trouble != nil && len(p.Problems) == 0 {
		p.Messages = append(p.Messages, look.Message{Tone: look.Red, Text: said(&p.Shell, trouble)})
	}
	return s.one.Send(w, r, status, p)
}

// fields are the references of the school's accounting, each with what is wrong with it.
func fields(p *look.Shell, refs orders.References, trouble error) []look.Field {
	list := []look.Field{
		{ID: "bon", Label: p.T("web.order.ref.order"), Value: refs.PurchaseOrder},
		{ID: "engagement", Label: p.T("web.order.ref.engagement"), Value: refs.Engagement},
		{ID: "siret", Label: p.T("web.order.ref.siret"), Hint: p.T("web.order.ref.siret.hint"), Value: refs.SIRET, InputMode: "numeric", Required: true},
		{ID: "mail", Label: p.T("web.order.ref.mail"), Hint: p.T("web.order.ref.mail.hint"), Value: refs.Mail, Type: "email"},
	}
	if trouble == nil {
		return list
	}
	params := fault.ParamsOf(trouble)
	for i := 0; i+1 < len(params); i += 2 {
		for k := range list {
			if params[i] == "field" && params[i+1] == list[k].ID {
				list[k].Error = said(p, trouble)
			}
		}
	}
	return list
}

func (s *Room) send(w http.ResponseWriter, r *http.Request, v Visit) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	refs := orders.References{PurchaseOrder: r.PostForm.Get("bon"), Engagement: r.PostForm.Get("engagement"), SIRET: r.PostForm.Get("siret"), Mail: r.PostForm.Get("mail")}
	o, err := s.Orders.Send(r.Context(), v.Buyer, v.key(r), refs)
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		there, found := s.Orders.Find(r.Context(), v.Buyer, v.key(r))
		if found != nil {
			return found
		}
		return s.oneWith(w, r, v, http.StatusBadRequest, there, refs, err)
	}
	if err != nil {
		return err
	}
	shell := s.House.Site.Shell(r)
	return s.to(w, r, v.path(o.ID, ""), look.Message{Tone: look.Green, Title: shell.T("web.order.sent"), Text: shell.T("web.order.sent.text")})
}

func (s *Room) withdraw(w http.ResponseWriter, r *http.Request, v Visit) error {
	o, err := s.Orders.Withdraw(r.Context(), v.Buyer, v.key(r))
	shell := s.House.Site.Shell(r)
	if fault.Is(err, fault.Conflict) {
		return s.to(w, r, v.path(v.key(r).ID, ""), look.Message{Tone: look.Amber, Text: said(&shell, err)})
	}
	if err != nil {
		return err
	}
	return s.to(w, r, v.path(o.ID, ""), look.Message{Tone: look.Green, Text: shell.T("web.order.withdrawn")})
}
