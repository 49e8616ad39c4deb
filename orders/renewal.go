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
	var out []Renewed
	for _, u := range r.uses {
		if r.only != nil && !slices.Contains(r.only, u.Resource) {
			continue
		}
		if r.ends.Before(u.Starts) {
			continue
		}
		o := r.row(&out, u)
		o.Was, o.Given = cmp.Or(r.was(u), o.Was), o.Given+u.Given
		if u.SiteWide() {
			o.Opened = max(o.Opened, u.Opened) // each of its subscriptions counts the same people
		} else {
			o.Opened += u.Opened
		}
		o.Copies = plus(o.Copies, u.Copies)
		if o.Ends.Before(u.Ends) {
			o.Starts, o.Ends, o.Distributor = u.Starts, u.Ends, u.Distributor
		}
	}
	for _, u := range r.uses {
		if i := slices.IndexFunc(out, of(u)); i >= 0 && r.ends.Before(u.Ends) {
			out[i].Ahead = plus(out[i].Ahead, u.Copies)
			if out[i].Until.Before(u.Ends) {
				out[i].Until = u.Ends
			}
		}
	}
	for i := range out {
		r.weigh(&out[i])
	}
	out = once(out)
	slices.SortFunc(out, func(a, b Renewed) int {
		return cmp.Or(cmp.Compare(directory.Fold(a.Title), directory.Fold(b.Title)), cmp.Compare(a.ARK, b.ARK), cmp.Compare(a.Kind, b.Kind),
			slices.Compare(a.Publics, b.Publics))
	})
	return out
}

// of reports whether a row is of what a use is of.
func of(u Use) func(Renewed) bool {
	return func(o Renewed) bool {
		return o.Resource == u.Resource && o.Kind == u.Kind && slices.Equal(o.Publics, u.Publics)
	}
}

// row is the row of a use: a new one, without figures, where there is none.
func (r renewal) row(rows *[]Renewed, u Use) *Renewed {
	i := slices.IndexFunc(*rows, of(u))
	if i < 0 {
		i = len(*rows)
		u.Copies, u.Given, u.Opened, u.Ends = 0, 0, 0, clock.Date{}
		*rows = append(*rows, Renewed{Use: u})
	}
	return &(*rows)[i]
}

// plus adds copies up: without end, where either is.
func plus(a, b licensing.Count) licensing.Count {
	if a.IsUnlimited() || b.IsUnlimited() {
		return licensing.Unlimited
	}
	return a + b
}

// once joins rows that the same offer would renew: a basket has one number for each.
func once(rows []Renewed) []Renewed {
	at := map[OfferKey]int{}
	out := rows[:0]
	for _, row := range rows {
		i, there := at[row.Offer.OfferKey]
		if !row.Found || !there {
			if row.Found {
				at[row.Offer.OfferKey] = len(out)
			}
			out = append(out, row)
			continue
		}
		into := &out[i]
		into.Given, into.Opened, into.Copies, into.Ahead = into.Given+row.Given, into.Opened+row.Opened, plus(into.Copies, row.Copies), plus(into.Ahead, row.Ahead)
		if into.Kind == licensing.Individual {
			into.Advice += row.Advice
		}
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

// weigh finds what a row may be renewed by, for how many, and what comes already.
func (r renewal) weigh(row *Renewed) {
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
	for _, o := range r.had {
		if o.State != Quoted && o.State != Sent && o.State != Confirmed || o.State == Quoted && o.ValidUntil.Before(r.today) {
			continue
		}
		for _, l := range o.Lines {
			if l.Resource == row.Resource && l.Year == r.year && l.Kind == row.Kind && l.TrialDays == 0 {
				row.Coming += l.Open()
			}
		}
	}
	row.Offer, row.Found = r.offer(row)
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
		if s.Of.Resource != row.Resource || s.Of.Withdrawn || o.IsTrial() || o.Kind != row.Kind || !o.MadeTo(r.school, r.today) || !slices.ContainsFunc(o.Publics, func(p directory.Profile) bool { return slices.Contains(row.Publics, p) }) {
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
