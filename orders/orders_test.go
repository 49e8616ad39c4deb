package orders_test

import (
	"testing"

	"pgregory.net/rapid"

	"pupitre/orders"
)

// An invoice is right to the cent: what is owed is what the lines come to and the taxes beside it, each within half a cent of the exact
// tax on the sum of its rate; and cutting a line in two changes nothing.
func TestTotalsAreRightToTheCent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		priced := rapid.Custom(func(t *rapid.T) orders.Priced {
			return orders.Priced{
				Quantity: rapid.IntRange(0, orders.MaxQuantity).Draw(t, "quantity"),
				Net:      orders.Cents(rapid.Int64Range(0, int64(orders.MaxPrice)).Draw(t, "net")),
				Rate:     orders.Rate(rapid.SampledFrom([]int{0, 210, 550, 1000, 2000}).Draw(t, "rate")),
			}
		})
		lines := rapid.SliceOfN(priced, 0, 20).Draw(t, "lines")
		total := orders.Sum(lines)
		var net, taxes orders.Cents
		bases := map[orders.Rate]orders.Cents{}
		for _, l := range lines {
			net += orders.Cents(l.Quantity) * l.Net
			bases[l.Rate] += orders.Cents(l.Quantity) * l.Net
		}
		for _, tax := range total.Taxes {
			if tax.Base != bases[tax.Rate] {
				t.Errorf("at %d the base is %d, not %d", tax.Rate, tax.Base, bases[tax.Rate])
			}
			if off := 2 * (int64(tax.Amount)*10_000 - int64(tax.Base)*int64(tax.Rate)); off < -10_000 || off > 10_000 {
				t.Errorf("%d at %d is taxed %d", tax.Base, tax.Rate, tax.Amount)
			}
			taxes += tax.Amount
		}
		if len(total.Taxes) != len(bases) || total.Net != net || total.Gross != net+taxes {
			t.Errorf("%+v, lines come to %d and %d", total, net, taxes)
		}
		if len(lines) == 0 {
			return
		}
		i := rapid.IntRange(0, len(lines)-1).Draw(t, "cut")
		part := rapid.IntRange(0, lines[i].Quantity).Draw(t, "part")
		cut, rest := lines[i], lines[i]
		cut.Quantity, rest.Quantity = part, lines[i].Quantity-part
		if again := orders.Sum(append(append([]orders.Priced{cut}, lines[:i]...), append(lines[i+1:len(lines):len(lines)], rest)...)); again.Gross != total.Gross || again.Net != total.Net {
			t.Errorf("cut in two, %d becomes %d", total.Gross, again.Gross)
		}
	})
}

func TestHalfACentGoesUp(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rate      orders.Rate
		net, want orders.Cents
	}{{550, 93_520, 5_144}, {550, 100, 6}, {550, 1_000, 55}, {2_000, 1, 0}, {2_000, 3, 1}, {5_000, 1, 1}, {550, -100, -6}, {0, 99, 0}} {
		if got := c.rate.Of(c.net); got != c.want {
			t.Errorf("%d on %d is %d, not %d", c.rate, c.net, got, c.want)
		}
	}
}
