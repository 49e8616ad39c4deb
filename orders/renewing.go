package orders

import (
	"context"
	"slices"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
)

// Renewing is whose renewal is asked for.
type Renewing struct {
	School directory.SchoolID
	Person directory.PersonID // who orders for it
	Year   string             // that is to be ordered for, of Years; "" for the usual one
	Order  OrderID            // of the resources of this order alone; "" for all that the school had
}

// usualYear is the year that schools order for on a day: the one that has just begun until October is over, later the next.
func usualYear(day clock.Date) string {
	years := Years(day)
	if day.Before(clock.Date{Year: clock.SchoolYearStart(day).Year, Month: time.November, Day: 1}) {
		return years[0]
	}
	return years[1]
}

// FindRenewal returns what the school had in the school year before, with what became of it, beside the heads of the year that is ordered
// for, and proposes how many to order by which offers. It is for the school's own people alone: what is opened at a school is no
// bookseller's business. To order it, Quote with the version of its basket.
func (s *Service) FindRenewal(ctx context.Context, of Renewing) (out Renewal, err error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (Renewal, error) {
		key := BasketKey{of.School, Buyer{Person: of.Person}}
		school, err := buyable(ctx, r, key)
		if err != nil {
			return Renewal{}, err
		}
		day := today(school, r.Now())
		if of.Year == "" {
			of.Year = usualYear(day)
		}
		if !isYear(of.Year, day) {
			return Renewal{}, fault.New(fault.Invalid, "orders.year.choice", "field", "annee", "value", of.Year)
		}
		last, _ := clock.SchoolYearEnd(of.Year) // isYear knew it
		ends := clock.SchoolYearStart(last).AddDays(-1)
		begins := clock.SchoolYearStart(ends)
		out := Renewal{From: clock.SchoolYear(ends), Year: of.Year, Next: of.Year == Years(day)[1]}
		how := renewal{school: school.UAI, today: day, year: of.Year, ends: ends}
		if of.Order != "" {
			o, err := r.FindOrder(ctx, Key{of.School, of.Order})
			if err != nil {
				return out, err
			}
			how.only = []catalogue.ResourceID{}
			for _, l := range o.Lines {
				how.only = append(how.only, l.Resource)
			}
		}
		if out.Basket, err = r.FindBasket(ctx, key); err != nil {
			return out, err
		}
		heads, err := r.CountHeads(ctx, of.School)
		if err != nil {
			return out, err
		}
		if out.Others, err = r.CountOthers(ctx, of.School); err != nil {
			return out, err
		}
		out.Levels = levelled(heads, out.Next)
		how.levels, how.others = out.Levels, out.Others
		if how.uses, err = r.ListUses(ctx, of.School, begins, last); err != nil {
			return out, err
		}
		var publishers []catalogue.PublisherID
		for _, u := range how.uses {
			if !slices.Contains(publishers, u.Publisher) {
				publishers = append(publishers, u.Publisher)
			}
		}
		if how.offers, err = r.ListShelved(ctx, publishers); err != nil {
			return out, err
		}
		if how.had, err = recent(ctx, r, of.School, begins); err != nil {
			return out, err
		}
		out.Rows = how.rows()
		return out, nil
	})
}

// recent are a school's orders from a year before a day on: what was delivered on that day was ordered before it.
func recent(ctx context.Context, r Reader, school directory.SchoolID, day clock.Date) ([]Order, error) {
	f := Filter{School: school, Limit: maxPage}
	var all []Order
	for {
		page, err := r.ListOrders(ctx, f)
		all = append(all, page...)
		if err != nil || len(page) < maxPage || page[len(page)-1].Made.Before(day.AddDays(-365).Start(time.UTC)) {
			return all, err
		}
		f.Before = page[len(page)-1].ID
	}
}
