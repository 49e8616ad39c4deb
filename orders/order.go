package orders

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/licensing"
)

// OrderID identifies an order within its school; ids sort by the time of making.
type OrderID string

// Key is an order's place among every school's.
type Key struct {
	School directory.SchoolID
	ID     OrderID
}

// State is how far an order has come.
type State string

// The states. Refused and Cancelled are ends; a delivered order may still be cancelled, whole or in part.
const (
	Quoted    State = "quoted"    // a quote, whose prices stand until a day
	Sent      State = "sent"      // the distributor has it
	Confirmed State = "confirmed" // the distributor took it, and has not delivered all of it
	Delivered State = "delivered" // nothing is open any more
	Refused   State = "refused"
	Cancelled State = "cancelled" // all of it
)

// States lists them in the order of an order's life.
var States = []State{Quoted, Sent, Confirmed, Delivered, Refused, Cancelled}

// Order (« commande ») is what a buyer asks of one distributor for one school.
type Order struct {
	Key
	UAI         directory.UAI
	Number      string // for people: unique over all schools
	Distributor string // SIREN_ISNI
	Buyer       Buyer
	State       State
	References  References
	Reason      licensing.Word // why it was refused, or a part of it cancelled last
	Lines       []Line         // by their numbers, from 1

	Made       time.Time
	ValidUntil clock.Date // the last day on which the quote may be sent, at the school
	SentAt     time.Time
	Changed    time.Time // later with every change: what Sight is made of
	Basket     int64     // the version of the basket that it was made of
}

// Sight is what somebody saw of an order: each change makes another. Zero is whatever the order is now.
type Sight string

// Sight is the order as it is here.
func (o Order) Sight() Sight { return Sight(strconv.FormatInt(o.Changed.UnixMicro(), 36)) }

// Line is one line of an order. Ordered is what was asked for; Delivered of it is open in the school, Cancelled will not come or was
// taken back.
type Line struct {
	No           int
	Offer        OfferID
	Resource     catalogue.ResourceID
	ARK          catalogue.ARK
	Title        string
	Kind         licensing.Kind
	Transferable bool
	Publics      []directory.Profile
	Year         string // the first school year
	Years        int
	Net          Cents // as agreed: of one, without tax
	Rate         Rate
	Ordered      int
	Delivered    int
	Cancelled    int
	Opened       clock.Date // the first day of what was delivered; zero before
	TrialDays    int        // for how many days a trial lasts; 0: it is none
}

// Open is what is still to come.
func (l Line) Open() int { return l.Ordered - l.Delivered - l.Cancelled }

// begins is the first day of what is delivered on a day: that day, or the first of its school year if that is later.
func (l Line) begins(today clock.Date) clock.Date {
	if first := (clock.Date{Year: l.firstYear(), Month: time.August, Day: 16}); today.Before(first) {
		return first
	}
	return today
}

// firstYear is the calendar year in which the line's first school year begins.
func (l Line) firstYear() int {
	n, _ := strconv.Atoi(l.Year[:4]) // Item.check knew it
	return n
}

// Trial reports whether it is a trial (« essai »): of one line, which nobody invoices.
func (o Order) Trial() bool { return len(o.Lines) == 1 && o.Lines[0].TrialDays > 0 }

// Tried is the last day of a line that is tried; zero before it has begun, and for what is sold.
func (l Line) Tried() clock.Date {
	if l.TrialDays == 0 || l.Opened.IsZero() {
		return clock.Date{}
	}
	return l.Opened.AddDays(l.TrialDays - 1)
}

// Total is what was asked for and not cancelled comes to.
func (o Order) Total() Total {
	lines := make([]Priced, len(o.Lines))
	for i, l := range o.Lines {
		lines[i] = Priced{l.Ordered - l.Cancelled, l.Net, l.Rate}
	}
	return Sum(lines)
}

// QuoteDays is for how long a quote keeps its prices.
const QuoteDays = 30

// Parts are numbers by line of an order.
type Parts map[int]int

// still reports by its error that the order is not any more what was seen. Parts add to what is there, so that the same parts again are more:
// they need a sight. The whole does not.
func (o Order) still(seen Sight, parts Parts) error {
	if seen == o.Sight() || seen == "" && parts == nil {
		return nil
	}
	return fault.New(fault.Conflict, "orders.order.moved", "number", o.Number)
}

// send makes a sent order of a quote.
func (o Order) send(refs References, today clock.Date) (Order, error) {
	refs = refs.settled()
	if err := refs.complete(); err != nil {
		return o, err
	}
	switch {
	case o.State != Quoted:
		return o, o.not("orders.state.send")
	case o.ValidUntil.Before(today):
		return o, fault.New(fault.Conflict, "orders.quote.over", "number", o.Number, "until", o.ValidUntil)
	}
	o.State, o.References = Sent, refs
	return o, nil
}

// withdraw takes back a quote, or an order that the distributor has not answered.
func (o Order) withdraw() (Order, error) {
	if o.State != Quoted && o.State != Sent {
		return o, o.not("orders.state.withdraw")
	}
	o.State, o.Lines = Cancelled, slices.Clone(o.Lines)
	for i, l := range o.Lines {
		o.Lines[i].Cancelled = l.Ordered
	}
	return o, nil
}

// refuse answers a sent order with no.
func (o Order) refuse(why licensing.Word) (Order, error) {
	switch {
	case o.State != Sent:
		return o, o.not("orders.state.refuse")
	case why == "":
		return o, fault.New(fault.Invalid, "orders.reason.missing", "field", "motif")
	}
	o.State, o.Reason = Refused, why
	return o, nil
}

// deliver takes a sent order, or goes on with a confirmed one: so many more of each line that is named are there; of all lines all that
// is open where none is named. Nothing of a line but its name confirms the order alone.
func (o Order) deliver(parts Parts, today clock.Date) (Order, error) {
	if o.State != Sent && o.State != Confirmed {
		return o, o.not("orders.state.deliver")
	}
	if parts == nil {
		parts = Parts{}
		for _, l := range o.Lines {
			parts[l.No] = l.Open()
		}
	}
	return o.move(parts, func(l *Line, n int) error {
		if n > l.Open() {
			return fault.New(fault.Invalid, "orders.deliver.many", "field", field(l.No), "n", n, "open", l.Open(), "title", l.Title)
		}
		if l.Delivered == 0 && n > 0 {
			l.Opened = l.begins(today)
		}
		l.Delivered += n
		return nil
	})
}

// cancel takes so many back of each line that is named, of all lines whatever stands where none is: first of what has not come, then of
// what is there.
func (o Order) cancel(parts Parts, why licensing.Word) (Order, error) {
	if o.State != Confirmed && o.State != Delivered {
		return o, o.not("orders.state.cancel")
	}
	if why == "" {
		return o, fault.New(fault.Invalid, "orders.reason.missing", "field", "motif")
	}
	o.Reason = why
	if parts == nil {
		parts = Parts{}
		for _, l := range o.Lines {
			parts[l.No] = l.Ordered - l.Cancelled
		}
	}
	return o.move(parts, func(l *Line, n int) error {
		if standing := l.Ordered - l.Cancelled; n > standing {
			return fault.New(fault.Invalid, "orders.cancel.many", "field", field(l.No), "n", n, "standing", standing, "title", l.Title)
		}
		l.Delivered -= max(0, n-l.Open())
		l.Cancelled += n
		return nil
	})
}

// move changes lines by their parts, and the state by what the lines say then.
func (o Order) move(parts Parts, change func(l *Line, n int) error) (Order, error) {
	o.Lines = slices.Clone(o.Lines)
	for no, n := range parts {
		i := slices.IndexFunc(o.Lines, func(l Line) bool { return l.No == no })
		if i < 0 || n < 0 {
			return o, fault.New(fault.Invalid, "orders.part.unknown", "field", field(no), "n", n)
		}
		if err := change(&o.Lines[i], n); err != nil {
			return o, err
		}
	}
	o.State = o.reached()
	return o, nil
}

// reached is the state of an order that was taken, by its lines.
func (o Order) reached() State {
	state := Cancelled
	for _, l := range o.Lines {
		switch {
		case l.Open() > 0:
			return Confirmed
		case l.Delivered > 0:
			state = Delivered
		}
	}
	return state
}

func (o Order) not(code string) error {
	return fault.New(fault.Conflict, code, "number", o.Number, "state", string(o.State))
}

// field is the name of a line's part in forms and files.
func field(no int) string { return fmt.Sprintf("ligne-%d", no) }
