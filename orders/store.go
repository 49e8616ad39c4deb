package orders

import (
	"context"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Store runs orders' transactions.
type Store interface {
	tx.Store[Reader, Writer]
}

// Reader is what orders ask of their persistence. "Not found" is fault.NotFound; lists that find nothing are empty.
type Reader interface {
	tx.Moment
	FindSchool(ctx context.Context, id directory.SchoolID) (directory.School, error)

	// FindOffer returns an offer, taken back or not, with the title of its resource.
	FindOffer(ctx context.Context, key OfferKey) (Offer, error)
	ListOffers(ctx context.Context, f OfferFilter) ([]Offer, error)
	// FindWorks returns the resources of these ARKs, by ARK: what an offer is of.
	FindWorks(ctx context.Context, arks []catalogue.ARK) (map[catalogue.ARK]Work, error)

	// ListShelved returns the offers that stand of these publishers' resources, to whatever schools they are made, 5,000 at most.
	ListShelved(ctx context.Context, publishers []catalogue.PublisherID) ([]Shelved, error)

	// ListUses returns what a school had by subscriptions that were in force between two days, both included: neither trials nor families, and
	// what its distributor ended only where somebody held a copy of it.
	ListUses(ctx context.Context, school directory.SchoolID, from, until clock.Date) ([]Use, error)
	// CountHeads counts the pupils who are in a school now by level and class, CountOthers everybody else by profile.
	CountHeads(ctx context.Context, school directory.SchoolID) ([]Heads, error)
	CountOthers(ctx context.Context, school directory.SchoolID) (map[directory.Profile]int, error)

	// FindOffice says what a person is to a school's orders; all false for a stranger.
	FindOffice(ctx context.Context, school directory.SchoolID, person directory.PersonID) (Office, error)
	ListNamed(ctx context.Context, school directory.SchoolID) ([]Named, error)
	FindBookseller(ctx context.Context, id BooksellerID) (Bookseller, error)
	FindBooksellerBySIRET(ctx context.Context, siret string) (Bookseller, error)
	// FindClient is what a school is to a bookseller; NotFound where neither ever asked.
	FindClient(ctx context.Context, school directory.SchoolID, seller BooksellerID) (Client, error)
	// ListClients returns the schools of a bookseller, or the booksellers of a school, ended ones too: one of the two is "".
	ListClients(ctx context.Context, school directory.SchoolID, seller BooksellerID) ([]Client, error)

	// FindBasket returns a basket with its offers as they stand now, in the order in which they came; an empty one, of
	// version 1, for none.
	FindBasket(ctx context.Context, of BasketKey) (Basket, error)

	FindOrder(ctx context.Context, key Key) (Order, error)
	// ListSteps returns what the journal has of an order, the first first, with the names of persons who are still known.
	ListSteps(ctx context.Context, key Key) ([]Step, error)
	// FindKey returns the place of the order of a number.
	FindKey(ctx context.Context, number string) (Key, error)
	// ListOrders returns orders, the latest first.
	ListOrders(ctx context.Context, f Filter) ([]Order, error)

	FindRequest(ctx context.Context, school directory.SchoolID, id RequestID) (Request, error)
	// ListRequests returns a school's requests, the latest first: a teacher's own where one is named.
	ListRequests(ctx context.Context, school directory.SchoolID, teacher directory.PersonID, open bool) ([]Request, error)
	// ListRequestsOf returns all that a teacher asked for anywhere, ListBuying the schools for which a person is named to order.
	ListRequestsOf(ctx context.Context, teacher directory.PersonID) ([]Request, error)
	ListBuying(ctx context.Context, person directory.PersonID) ([]directory.SchoolID, error)
}

// Work is a resource as an offer needs it.
type Work struct {
	ID     catalogue.ResourceID
	Title  string
	Family bool
}

// OfferFilter selects offers that stand. One of the first two is set: a distributor's own, or those that a school may order on the day.
type OfferFilter struct {
	Distributor string
	School      directory.UAI
	Tries       directory.SchoolID   // the same school: trials of what it has tried already are left out
	Today       clock.Date           // at the school
	Resource    catalogue.ResourceID // "" for all
	After       OfferKey
	Limit       int
}

// Filter selects orders. One of School, Distributor and Bookseller at least is set; a distributor is told of what was
// sent to it only, a bookseller without a school of the schools that take it still.
type Filter struct {
	School      directory.SchoolID
	Distributor string
	Bookseller  BooksellerID
	States      []State // all for none
	Before      OrderID // the last of the page before
	Limit       int
}

// Writer changes them.
type Writer interface {
	Reader
	journal.Appender

	// KeepOffer writes an offer over what is there of its key.
	KeepOffer(ctx context.Context, act journal.ActID, o Offer) error

	Name(ctx context.Context, act journal.ActID, school directory.SchoolID, person directory.PersonID) error
	// Unname ends a naming; false where there is none.
	Unname(ctx context.Context, school directory.SchoolID, person directory.PersonID) (bool, error)
	KeepBookseller(ctx context.Context, act journal.ActID, b Bookseller) error
	KeepClient(ctx context.Context, act journal.ActID, c Client) error

	// LockBasket returns a basket that nobody else changes until the transaction ends; it makes an empty one for none.
	LockBasket(ctx context.Context, of BasketKey) (Basket, error)
	// PutItem puts so many of an offer in a basket over what is there of it, none to take it out; StampBasket moves the version.
	PutItem(ctx context.Context, of BasketKey, c Change) error
	EmptyBasket(ctx context.Context, of BasketKey) error
	StampBasket(ctx context.Context, of BasketKey) error

	// NextNumber counts a school's orders of a calendar year, from 1; two never have the same.
	NextNumber(ctx context.Context, school directory.SchoolID, year int) (int, error)
	// TakeTrial makes an order the one trial of a resource by its school, and returns whose it is: this one's, or the one's that was first.
	TakeTrial(ctx context.Context, order Key, resource catalogue.ResourceID) (OrderID, error)
	// FreeTrial lets a school try a resource again: nothing came of its trial.
	FreeTrial(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID) error
	// LockOrder returns an order that nobody else changes until the transaction ends.
	LockOrder(ctx context.Context, key Key) (Order, error)
	AddOrder(ctx context.Context, act journal.ActID, o Order) error
	// KeepOrder writes what moves of an order: state, references, reason, and the counts of its lines.
	KeepOrder(ctx context.Context, act journal.ActID, o Order) error

	AddRequest(ctx context.Context, act journal.ActID, r Request) error
	// AnswerRequest writes the answer of a request that is open; false where it is not any more.
	AnswerRequest(ctx context.Context, act journal.ActID, r Request) (bool, error)

	// Forget removes what a person asked for, their naming and basket, and the address to tell in the orders that they made.
	Forget(ctx context.Context, act journal.ActID, person directory.PersonID) error
	// SweepRequests removes at most limit requests whose last word is from before an instant.
	SweepRequests(ctx context.Context, before time.Time, limit int) (int, error)
}
