package order

import (
	"strconv"
	"strings"

	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/orders"
)

// money writes an amount: « 986,64 € ».
func money(p *look.Shell, c orders.Cents) string { return lang.Money(p.Locale, int64(c)) }

// span says how long, and until when: « 1 an, jusqu'au 15 août 2027 ».
func span(p *look.Shell, year string, years int) string {
	first, _ := strconv.Atoi(strings.SplitN(year, "-", 2)[0])
	return p.T("web.order.span", "years", p.T("web.order.years", "n", years), "end", clock.Date{Year: first + years, Month: 8, Day: 15}, "year", year)
}

// lineSpan is span of a line: of one that is tried, for how many days, and until when once it has begun.
func lineSpan(p *look.Shell, l orders.Line) string {
	if l.TrialDays == 0 {
		return span(p, l.Year, l.Years)
	}
	text := p.T("web.order.trial.days", "n", l.TrialDays)
	if end := l.Tried(); !end.IsZero() {
		text = p.T("web.order.trial.until", "trial", text, "end", end)
	}
	return text
}

// what names an order's resources: the first, and how many more.
func what(p *look.Shell, o orders.Order) string {
	if o.Trial() {
		return p.T("web.order.trial.named", "title", o.Lines[0].Title)
	}
	if len(o.Lines) == 1 {
		return o.Lines[0].Title
	}
	return p.T("web.order.and", "title", o.Lines[0].Title, "n", len(o.Lines)-1)
}

// states are how an order's state is shown.
var states = map[orders.State]struct {
	icon string
	tone look.Tone
}{
	orders.Quoted: {"file-text", ""}, orders.Sent: {"hourglass", ""}, orders.Confirmed: {"package", look.Amber}, orders.Delivered: {"circle-check", look.Green},
	orders.Refused: {"circle-x", look.Red}, orders.Cancelled: {"ban", ""},
}

// state is the word of an order's state.
func state(p *look.Shell, s orders.State) string { return p.T("web.order.state." + string(s)) }

// totals are the foot of a basket, quote or order.
type totals struct {
	Net, Gross string
	Taxes      []taxed
}

type taxed struct{ Rate, Amount string }

func totalsOf(p *look.Shell, t orders.Total) totals {
	out := totals{Net: money(p, t.Net), Gross: money(p, t.Gross)}
	for _, tax := range t.Taxes {
		out.Taxes = append(out.Taxes, taxed{p.T("web.order.tax", "rate", lang.Decimal(p.Locale, float64(tax.Rate)/100)), money(p, tax.Amount)})
	}
	return out
}

// said puts a refusal in the reader's words.
func said(p *look.Shell, err error) string { return p.T(fault.CodeOf(err), fault.ParamsOf(err)...) }
