package orders

import (
	"time"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/licensing"
)

// BasketKey is whose basket it is, and for which school: one each.
type BasketKey struct {
	School directory.SchoolID
	Buyer  Buyer
}

// Basket (« panier ») is what a buyer is gathering for a school. No act stands behind its changes: it changes nothing for anybody.
type Basket struct {
	BasketKey
	Version int64 // moves with each change, so that a quote is made of what its maker saw
	Items   []Item
}

// Item is an offer in a basket, as the offer stands now.
type Item struct {
	Offer    Offer
	Quantity int
	Year     string // the first school year, YYYY-YYYY
	Wrong    error  // why it cannot be ordered as it stands; nil where it can
}

// Total is what the basket comes to today.
func (b Basket) Total() Total {
	lines := make([]Priced, len(b.Items))
	for i, item := range b.Items {
		lines[i] = Priced{item.Quantity, item.Offer.Net, item.Offer.Rate}
	}
	return Sum(lines)
}

const maxItems = 100

// quotable is check for what lies in a basket. A trial does not belong there, though the offer was sold when it was put in: a quote would go
// round the one trial that a school has of a resource.
func (i Item) quotable(school directory.UAI, today clock.Date) error {
	if i.Offer.IsTrial() && i.Offer.MadeTo(school, today) {
		return fault.New(fault.Invalid, "orders.trial.basket", "title", i.Offer.Title)
	}
	return i.check(school, today)
}

// check says why so many of an offer cannot be ordered for a school on a day, or tried; nil where they can.
func (i Item) check(school directory.UAI, today clock.Date) error {
	switch o := i.Offer; {
	case !o.MadeTo(school, today):
		return fault.New(fault.Conflict, "orders.offer.over", "title", o.Title)
	case i.Quantity < o.Least:
		return fault.New(fault.Invalid, "orders.quantity.least", "field", "nombre", "title", o.Title, "least", o.Least)
	case i.Quantity > MaxQuantity:
		return fault.New(fault.Invalid, "orders.quantity.most", "field", "nombre", "title", o.Title, "most", MaxQuantity)
	case o.IsTrial() && i.Quantity > o.Trial.Most:
		return fault.New(fault.Invalid, "orders.trial.most", "field", "nombre", "title", o.Title, "most", o.Trial.Most)
	case o.Kind == licensing.Establishment && i.Quantity != 1:
		return fault.New(fault.Invalid, "orders.quantity.one", "field", "nombre", "title", o.Title)
	case !isYear(i.Year, today):
		return fault.New(fault.Invalid, "orders.year.choice", "field", "annee", "value", i.Year)
	}
	return nil
}

// Years are the school years with which what is ordered on a day may begin: this one, and the next.
func Years(today clock.Date) [2]string {
	this := clock.SchoolYear(today)
	end, _ := clock.SchoolYearEnd(this) // we wrote it
	return [2]string{this, clock.SchoolYear(end.AddDays(1))}
}

func isYear(year string, today clock.Date) bool {
	years := Years(today)
	return year == years[0] || year == years[1]
}

// today is the day in a school's own zone.
func today(school directory.School, now time.Time) clock.Date {
	return clock.On(now, clock.ZoneOfUAI(string(school.UAI)))
}
