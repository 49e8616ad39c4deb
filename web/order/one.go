package order

import (
	"net/http"

	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/orders"
	"pupitre/web"
)

// onePage is a quote, then an order.
type onePage struct {
	look.Shell
	State, Reason  string
	Tone           look.Tone
	Icon           string
	Rows           []lineRow
	Moved          bool // something came or was cancelled
	Totals         totals
	Fields         []look.Field // of a quote
	References     []reference  // of an order
	Send, Withdraw string
	Document, From string
	Dialog         look.Dialog
}

type lineRow struct {
	Title, Whom, Span, Net, Amount string
	Cover                          look.Cover
	Ordered, Delivered, Cancelled  int
}

type reference struct{ Label, Value string }

func (s *Room) showOne(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	o, err := s.Orders.Find(r.Context(), buyer(reader), key(r, reader))
	if err != nil {
		return err
	}
	return s.oneWith(w, r, reader, http.StatusOK, o, o.References, nil)
}

// oneWith shows an order; a quote's form with what was written, and what is wrong.
func (s *Room) oneWith(w http.ResponseWriter, r *http.Request, reader *web.Reader, status int, o orders.Order, refs orders.References, trouble error) error {
	p := &onePage{Shell: s.shell(r, "web.order.one"), Reason: string(o.Reason)}
	p.State = state(&p.Shell, o.State)
	p.Title = p.T("web.order.one.number", "what", p.Title, "number", o.Number)
	p.Crumbs = []look.Link{home(&p.Shell), {Text: o.Number, Current: true}}
	seller, err := s.seller(r, o.Distributor)
	if err != nil {
		return err
	}
	p.Document, p.From = path(o.ID, "document.pdf"), seller
	p.Tone, p.Icon = states[o.State].tone, states[o.State].icon
	p.Totals = totalsOf(&p.Shell, o.Total())
	for _, l := range o.Lines {
		p.Moved = p.Moved || l.Delivered+l.Cancelled > 0
		p.Rows = append(p.Rows, lineRow{
			Title: l.Title, Whom: web.ForWhom(&p.Shell, l.Kind, l.Publics), Span: span(&p.Shell, l.Year, l.Years), Net: money(&p.Shell, l.Net),
			Amount: money(&p.Shell, orders.Priced{Quantity: l.Ordered - l.Cancelled, Net: l.Net}.Amount()), Cover: look.Cover{ID: string(l.ARK)},
			Ordered: l.Ordered, Delivered: l.Delivered, Cancelled: l.Cancelled,
		})
	}
	switch o.State {
	case orders.Quoted:
		p.Lead = p.T("web.order.until", "until", o.ValidUntil)
		p.Steps = []look.Step{{Text: p.T("web.order.basket"), Done: true, Href: basketPath}, {Text: p.T("web.order.step.quote"), Current: true}, {Text: p.T("web.order.step.order")}}
		p.Send, p.Withdraw = path(o.ID, "envoyer"), path(o.ID, "abandonner")
		p.Fields = fields(&p.Shell, refs, trouble)
		for _, f := range p.Fields {
			if f.Error != "" {
				p.Problems = append(p.Problems, look.Problem{Field: f.ID, Text: f.Error})
			}
		}
	case orders.Sent:
		p.Lead, p.Withdraw = p.T("web.order.sent.on", "day", on(reader, o.SentAt)), path(o.ID, "abandonner")
	default:
		p.Lead = p.T("web.order.changed.on", "day", on(reader, o.Changed))
	}
	if p.Withdraw != "" && r.FormValue("abandonner") != "" {
		p.Dialog = look.Dialog{ID: "abandonner", Title: p.T("web.order.withdraw.title", "number", o.Number), Text: p.T("web.order.withdraw.text"), Danger: true,
			Action: p.Withdraw, Verb: p.T("web.order.withdraw"), Leave: look.Link{Text: p.T("web.order.withdraw.leave"), Href: path(o.ID, "")}}
	}
	if o.State != orders.Quoted {
		for _, f := range fields(&p.Shell, o.References, nil) {
			if f.Value != "" {
				p.References = append(p.References, reference{f.Label, f.Value})
			}
		}
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

func (s *Room) send(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	refs := orders.References{PurchaseOrder: r.PostForm.Get("bon"), Engagement: r.PostForm.Get("engagement"), SIRET: r.PostForm.Get("siret"), Mail: r.PostForm.Get("mail")}
	o, err := s.Orders.Send(r.Context(), buyer(reader), key(r, reader), refs)
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		there, found := s.Orders.Find(r.Context(), buyer(reader), key(r, reader))
		if found != nil {
			return found
		}
		return s.oneWith(w, r, reader, http.StatusBadRequest, there, refs, err)
	}
	if err != nil {
		return err
	}
	shell := s.House.Site.Shell(r)
	return s.to(w, r, path(o.ID, ""), look.Message{Tone: look.Green, Title: shell.T("web.order.sent"), Text: shell.T("web.order.sent.text")})
}

func (s *Room) withdraw(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	o, err := s.Orders.Withdraw(r.Context(), buyer(reader), key(r, reader))
	shell := s.House.Site.Shell(r)
	if fault.Is(err, fault.Conflict) {
		return s.to(w, r, path(key(r, reader).ID, ""), look.Message{Tone: look.Amber, Text: said(&shell, err)})
	}
	if err != nil {
		return err
	}
	return s.to(w, r, path(o.ID, ""), look.Message{Tone: look.Green, Text: shell.T("web.order.withdrawn")})
}
