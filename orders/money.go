package orders

import "slices"

// Cents is an amount of money in hundredths of a euro. Money is never a floating-point number.
type Cents int64

// Rate is a rate of value added tax (« TVA ») in hundredths of a per cent: 550 is 5,5 %.
type Rate int

// Of is the tax on an amount, to the nearest cent; half a cent goes away from zero, as on an invoice.
func (r Rate) Of(net Cents) Cents {
	const whole = 10_000
	n := int64(net) * int64(r)
	if n < 0 {
		return Cents(-((-n + whole/2) / whole))
	}
	return Cents((n + whole/2) / whole)
}

// Priced is so many of something at a price.
type Priced struct {
	Quantity int
	Net      Cents // of one, without tax
	Rate     Rate
}

// Amount is what they cost together, without tax.
func (p Priced) Amount() Cents { return Cents(p.Quantity) * p.Net }

// Tax is what one rate comes to.
type Tax struct {
	Rate   Rate
	Base   Cents
	Amount Cents
}

// Total is what a document comes to. Tax is counted once for each rate, on the sum of what has it: so Gross is Net and the taxes
// beside it, to the cent, however the lines are cut.
type Total struct {
	Net   Cents
	Taxes []Tax // by rate, the lowest first; none of nothing
	Gross Cents
}

// Sum adds up lines.
func Sum(lines []Priced) Total {
	var t Total
	bases := map[Rate]Cents{}
	for _, l := range lines {
		t.Net += l.Amount()
		bases[l.Rate] += l.Amount()
	}
	t.Gross = t.Net
	for rate, base := range bases {
		tax := Tax{rate, base, rate.Of(base)}
		t.Taxes = append(t.Taxes, tax)
		t.Gross += tax.Amount
	}
	slices.SortFunc(t.Taxes, func(a, b Tax) int { return int(a.Rate - b.Rate) })
	return t
}
