package orders

import (
	"cmp"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/licensing"
)

// Use is what a school has had by one subscription: its copies, and what became of them.
type Use struct {
	Subscription licensing.SubscriptionID
	Distributor  string
	Described
	Kind    licensing.Kind
	Publics []directory.Profile
	Copies  licensing.Count
	Given   int // who hold a copy, or held one until the subscription ended
	Opened  int // of those, who opened it at least once; of a right of the whole school, who did in the last twelve months
	Starts  clock.Date
	Ends    clock.Date
}

// SiteWide reports whether nobody is given a copy: the whole school may open it.
func (u Use) SiteWide() bool { return u.Kind == licensing.Establishment && u.Copies.IsUnlimited() }

// Described is a resource by what its notice says of it.
type Described struct {
	Resource  catalogue.ResourceID
	ARK       catalogue.ARK
	Title     string
	Publisher catalogue.PublisherID
	Levels    []string // in words
	Subjects  []string
	Withdrawn bool // it is not in the catalogue any more
}

// Shelved is an offer, and what its resource is.
type Shelved struct {
	Offer
	Of Described
}

// Renewal (« réabonnement ») is what a school had in a school year, beside what the next one asks for.
type Renewal struct {
	From, Year string // school years: the one that is looked at, the one that is ordered for
	Next       bool   // Year has not begun: its heads are this year's, a level up
	Levels     []Levelled
	Others     map[directory.Profile]int // heads of who is no pupil
	Rows       []Renewed                 // by title
	Basket     Basket                    // of who asks: its version makes one order of a double click
}

// Renewed is one resource of a renewal, for some publics.
type Renewed struct {
	Use                    // of all its subscriptions together; Starts and Ends of the last
	Heads  int             // whom it would be for in the year that is ordered for
	Ahead  licensing.Count // copies of subscriptions that go on into that year, or begin in it
	Until  clock.Date      // the last day of those; zero for none
	Coming int             // ordered for that year already and not delivered yet
	Was    OfferID         // by which it was ordered; "" where it came by its distributor's own program
	Offer  Offer           // by which it may be had again, where Found
	Found  bool            // an offer is made for it
	Same   bool            // the very one by which it was had
	Near   []Shelved       // where none is: what its publisher offers for the same level and subject
	Advice int             // how many to order
}

// Never is how many copies were given and never opened.
func (u Use) Never() int { return max(0, u.Given-u.Opened) }

// mostNear bounds what is named in the place of what is not offered any more.
const mostNear = 3

// renewal weighs a year's uses against the offers of today. It is pure. had are the orders of the school, by which an offer is found again.
type renewal struct {
	school directory.UAI
	today  clock.Date
	year   string     // that is ordered for
	ends   clock.Date // the last day of the year before it
	uses   []Use
	offers []Shelved
	had    []Order
	levels []Levelled
	others map[directory.Profile]int
	only   []catalogue.ResourceID // of these alone; nil for all
}

// rows are the renewal's, by title.
func (r renewal) rows() []Renewed {
	var all []tally
	for _, u := range r.uses {
		if r.only != nil && !slices.Contains(r.only, u.Resource) || r.ends.Before(u.Starts) {
			continue
		}
		i := slices.IndexFunc(all, func(t tally) bool { return t.of(u.Resource, u.Kind) && t.had(u.Publics) })
		if i < 0 {
			i, all = len(all), append(all, tally{})
		}
		all[i].uses = append(all[i].uses, u)
	}
	for i := range all {
		t := &all[i]
		t.row = r.sum(t.uses)
		t.row.Offer, t.row.Found = r.offer(&t.row)
	}
	all = r.once(all)
	var out []Renewed
	for _, t := range all {
		r.weigh(&t, all)
		out = append(out, t.row)
	}
	slices.SortFunc(out, func(a, b Renewed) int {
		return cmp.Or(cmp.Compare(directory.Fold(a.Title), directory.Fold(b.Title)), cmp.Compare(a.ARK, b.ARK), cmp.Compare(a.Kind, b.Kind),
			slices.Compare(a.Publics, b.Publics))
	})
	return out
}

// once joins what the same offer would renew: a basket has one number for each. The uses are summed anew, as those of one row for all their
// publics: what comes for all of them is taken off once, and a part of a copy is rounded once.
func (r renewal) once(all []tally) []tally {
	at := map[OfferKey]int{}
	out := all[:0]
	for _, t := range all {
		i, there := at[t.row.Offer.OfferKey]
		if !t.row.Found || !there {
			if t.row.Found {
				at[t.row.Offer.OfferKey] = len(out)
			}
			out = append(out, t)
			continue
		}
		into := &out[i]
		into.uses = append(into.uses, t.uses...)
		into.row = r.sum(into.uses)
		into.row.Offer, into.row.Found = t.row.Offer, true
	}
	return out
}

// was is the offer by which a subscription was ordered; "" where it came by its distributor's own program.
func (r renewal) was(u Use) OfferID {
	for _, o := range r.had {
		for _, l := range o.Lines {
			if o.SubscriptionID(l) == u.Subscription {
				return l.Offer
			}
		}
	}
	return ""
}

// weigh finds for how many a row may be renewed by its offer, and what is there or comes already. all are the rows that share that.
func (r renewal) weigh(t *tally, all []tally) {
	row := &t.row
	levels := levelsOf(row.Levels)
	now := 0
	for _, public := range row.Publics {
		if public == directory.Pupil {
			was, then := count(r.levels, levels)
			now, row.Heads = now+was, row.Heads+then
			continue
		}
		now, row.Heads = now+r.others[public], row.Heads+r.others[public]
	}
	for _, u := range r.uses {
		if !r.ends.Before(u.Ends) || !t.counts(all, u.Resource, u.Kind, u.Publics) {
			continue
		}
		row.Ahead = plus(row.Ahead, u.Copies)
		if row.Until.Before(u.Ends) {
			row.Until = u.Ends
		}
	}
	for _, o := range r.had {
		if o.State != Quoted && o.State != Sent && o.State != Confirmed || o.State == Quoted && o.ValidUntil.Before(r.today) {
			continue
		}
		for _, l := range o.Lines {
			if l.Year == r.year && l.TrialDays == 0 && t.counts(all, l.Resource, l.Kind, l.Publics) {
				row.Coming += l.Open()
			}
		}
	}
	row.Same = row.Found && (row.Was == "" || row.Was == row.Offer.ID)
	if !row.Found {
		row.Near = r.near(row)
		return
	}
	if row.Ahead.IsUnlimited() {
		return
	}
	if row.Advice = max(0, advise(row.Use, now, row.Heads)-row.Coming-int(row.Ahead)); row.Advice > 0 {
		row.Advice = max(row.Advice, row.Offer.Least)
	}
}

// advise is how many to order: as many as opened it, in proportion to the heads as they will be, and no more than there will be. What nobody
// opened is not advised.
func advise(u Use, now, then int) int {
	switch {
	case u.Opened == 0:
		return 0
	case u.Kind == licensing.Establishment:
		return 1
	case now == 0:
		return u.Opened
	}
	return min((u.Opened*then+now-1)/now, then)
}

// offer is by what a row may be had again: the very offer that it was had by, else one that is most like it.
func (r renewal) offer(row *Renewed) (best Offer, found bool) {
	score := -1
	for _, s := range r.offers {
		o := s.Offer
		if s.Of.Resource != row.Resource || s.Of.Withdrawn || o.IsTrial() || o.Kind != row.Kind || !o.MadeTo(r.school, r.today) || !meet(o.Publics, row.Publics) {
			continue
		}
		n := 0
		for _, like := range []struct {
			worth int
			is    bool
		}{{16, o.Distributor == row.Distributor && o.ID == row.Was}, {8, slices.Equal(o.Publics, row.Publics)}, {4, o.Distributor == row.Distributor}, {2, o.Years == 1}} {
			if like.is {
				n += like.worth
			}
		}
		if n > score {
			best, score = o, n
		}
	}
	return best, score >= 0
}

// near names what the publisher of a row offers for the same level and subject, each resource once.
func (r renewal) near(row *Renewed) []Shelved {
	var out []Shelved
	share := func(a, b []string) bool {
		return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
	}
	for _, s := range r.offers {
		if s.Of.Publisher != row.Publisher || s.Of.Resource == row.Resource || s.Of.Withdrawn || s.IsTrial() || !s.MadeTo(r.school, r.today) ||
			!share(s.Of.Subjects, row.Subjects) || !share(levelsOf(s.Of.Levels), levelsOf(row.Levels)) {
			continue
		}
		if !slices.ContainsFunc(out, func(o Shelved) bool { return o.Of.Resource == s.Of.Resource }) && len(out) < mostNear {
			out = append(out, s)
		}
	}
	return out
}
