package trade

import (
	"net/http"
	"strconv"

	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/orders"
)

// actForm is what may be done with an order, as a form of it.
type actForm struct {
	Title, Text, Verb string
	Do                string // where it is sent
	Seen              orders.Sight
	Fields            []look.Field
	Open              bool // it went wrong, and is shown
	Quiet             bool // not the page's one main action
}

// The acts, by the last part of their address.
const (
	deliver = "livrer"
	refuse  = "refuser"
	cancel  = "annuler"
)

// forms are those of what an order's state allows, the first the one that is usual. What was written in the one that went wrong stays.
func forms(p *look.Shell, o orders.Order, r *http.Request, wrong string, trouble error) []actForm {
	var out []actForm
	for _, act := range map[orders.State][]string{orders.Sent: {deliver, refuse}, orders.Confirmed: {deliver, cancel}, orders.Delivered: {cancel}}[o.State] {
		f := actForm{Title: p.T("trade." + act), Text: p.T("trade." + act + ".text"), Verb: p.T("trade." + act + ".do"), Do: onePath(o.Number, act), Seen: o.Sight(), Open: act == wrong, Quiet: len(out) > 0 || act == cancel}
		if act != refuse {
			for _, l := range o.Lines {
				f.Fields = append(f.Fields, partField(p, act, l))
			}
		}
		if act != deliver {
			f.Fields = append(f.Fields, look.Field{ID: act + "-motif", Name: "motif", Label: p.T("trade.motive"), Required: true})
		}
		if f.Open {
			f.goneWrong(p, r, trouble)
		}
		out = append(out, f)
	}
	return out
}

// partField is how many of a line: what is still to come where it is delivered, none where it is cancelled.
func partField(p *look.Shell, act string, l orders.Line) look.Field {
	f := look.Field{ID: act + "-" + strconv.Itoa(l.No), Name: "ligne-" + strconv.Itoa(l.No), InputMode: "numeric", Label: l.Title, Value: "0"}
	if act == deliver {
		f.Value, f.Hint = strconv.Itoa(l.Open()), p.T("trade.open", "n", l.Open())
		return f
	}
	f.Hint = p.T("trade.standing", "n", l.Ordered-l.Cancelled)
	return f
}

// goneWrong puts back what was written, with what was seen as it was written, and the refusal beside the field that it names, else beside the last.
func (f *actForm) goneWrong(p *look.Shell, r *http.Request, trouble error) {
	f.Seen = seen(r)
	at, params := len(f.Fields)-1, fault.ParamsOf(trouble)
	for i := range f.Fields {
		f.Fields[i].Value = r.PostFormValue(f.Fields[i].Name)
		for k := 0; k+1 < len(params); k += 2 {
			if params[k] == "field" && params[k+1] == f.Fields[i].Name {
				at = i
			}
		}
	}
	f.Fields[at].Error = said(p, trouble)
	p.Problems = append(p.Problems, look.Problem{Field: f.Fields[at].ID, Text: f.Fields[at].Error})
}
