package notify

import (
	"slices"

	"pupitre/internal/fault"
)

// Kind is what a notification is about, as far as its reader chooses how often to be written to.
type Kind string

// The kinds.
const (
	OrderReceived      Kind = "order-received"      // to a distributor: an order was sent to it, or taken back
	OrderSent          Kind = "order-sent"          // to who else orders for the school
	OrderAnswered      Kind = "order-answered"      // to the buyer, and who else orders for the school: what the distributor did
	OrderDelivered     Kind = "order-delivered"     // to the assignment managers, and whom the order names: copies are there
	RequestMade        Kind = "request-made"        // to who orders for the school: a teacher asks
	RequestAnswered    Kind = "request-answered"    // to the teacher
	ClientAsked        Kind = "client-asked"        // to who orders for the school: a bookseller asks, or leaves
	ClientAnswered     Kind = "client-answered"     // to the bookseller
	SuggestionMade     Kind = "suggestion-made"     // to the assignment managers
	SuggestionAnswered Kind = "suggestion-answered" // to the teacher
	StockLow           Kind = "stock"               // to the assignment managers: what runs short, ends soon, or waits
)

// Kinds lists them as a page does.
var Kinds = []Kind{OrderReceived, OrderAnswered, OrderDelivered, OrderSent, RequestMade, RequestAnswered, ClientAsked, ClientAnswered, SuggestionMade, SuggestionAnswered, StockLow}

// Role is what somebody is, as far as notifications go.
type Role struct{ Orders, Teaches, Assigns, Sells, Distributes bool }

// Concerns lists the kinds that somebody may be told of.
func (r Role) Concerns() []Kind {
	to := map[Kind]bool{
		OrderReceived: r.Distributes, OrderAnswered: r.Orders || r.Sells, OrderDelivered: r.Assigns, OrderSent: r.Orders, RequestMade: r.Orders, RequestAnswered: r.Teaches,
		ClientAsked: r.Orders, ClientAnswered: r.Sells, SuggestionMade: r.Assigns, SuggestionAnswered: r.Teaches, StockLow: r.Assigns,
	}
	return slices.DeleteFunc(slices.Clone(Kinds), func(k Kind) bool { return !to[k] })
}

// Cadence is how often somebody is written to.
type Cadence string

// The cadences. On the page everything is told at once.
const (
	AtOnce Cadence = "now"
	Daily  Cadence = "daily" // at seven in the morning of the school, all together
	Never  Cadence = "never"
)

// Cadences lists them.
var Cadences = []Cadence{AtOnce, Daily, Never}

// usual is the cadence of who said nothing: what somebody waits for comes at once, what can wait comes together.
func (k Kind) usual() Cadence {
	switch k {
	case OrderSent, SuggestionMade, StockLow:
		return Daily
	}
	return AtOnce
}

// ParseKind reads one (fault.Invalid, notify.kind.unknown).
func ParseKind(text string) (Kind, error) {
	if k := Kind(text); slices.Contains(Kinds, k) {
		return k, nil
	}
	return "", fault.New(fault.Invalid, "notify.kind.unknown", "value", text)
}

// ParseCadence reads one (fault.Invalid, notify.cadence.unknown).
func ParseCadence(text string) (Cadence, error) {
	if c := Cadence(text); slices.Contains(Cadences, c) {
		return c, nil
	}
	return "", fault.New(fault.Invalid, "notify.cadence.unknown", "value", text)
}
