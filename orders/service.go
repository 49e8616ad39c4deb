package orders

import (
	"context"
	"fmt"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/id"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Service is orders' use cases. Build it as a literal; all its fields are needed. Each call is one transaction. Who may is decided here,
// in the transaction itself.
//
//	the distributor   KeepOffers, EndOffer, Deliver, Refuse, Cancel     offering.go, delivering.go
//	the buyer         FindBasket, Put, Quote, Send, Withdraw            buying.go
//	                  Try                                               trying.go
//	                  FindRenewal                                       renewing.go
//	all of them       Find, List, Offers                                listing.go
//	the head          Name, Unname, ListNamed                           naming.go
//	head, bookseller  AskClient, AnswerClient, EndClient, ListClients   naming.go
//	the teacher       Ask, Unask; and the buyer: Take, Decline          asking.go
type Service struct {
	Store         Store
	IDs           *id.Maker
	Subscriptions Subscriptions
}

// The facts that orders tell. Subject is the order, or the request.
const (
	OrderSent     = "orders.sent"
	OrderAnswered = "orders.answered" // delivered, in part or whole, refused, cancelled by the distributor
	RequestMade   = "orders.requested"
	RequestAnswer = "orders.request-answered"
	AgentAdded    = "orders.agent-added"    // somebody comes in for a house of the trade; subject is the person
	ClientChanged = "orders.client-changed" // a bookseller asked a school, was taken, or it ended; subject is the bookseller
)

// Happened is the body of OrderSent and OrderAnswered: the state that the order came to, and what was done with it: « sent », « withdrawn »,
// « refused », « confirmed », « partly » or « delivered », « reduced » or « cancelled ».
type Happened struct {
	State State  `json:"state"`
	What  string `json:"what"`
}

// ClientMoved is the body of ClientChanged: what the school is to the bookseller now, and who of the two said so.
type ClientMoved struct {
	State    ClientState `json:"state"`
	BySchool bool        `json:"bySchool"`
}

// buyable returns the school if the buyer may order for it (fault.Denied, orders.buyer.none, where not, or where there is none).
func buyable(ctx context.Context, r Reader, of BasketKey) (directory.School, error) {
	allowed := false
	switch {
	case of.Buyer.Bookseller != "":
		c, err := r.FindClient(ctx, of.School, of.Buyer.Bookseller)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return directory.School{}, err
		}
		allowed = err == nil && c.State == ClientAccepted
	case of.Buyer.Person != "":
		office, err := r.FindOffice(ctx, of.School, of.Buyer.Person)
		if err != nil {
			return directory.School{}, err
		}
		allowed = office.MayOrder()
	}
	if !allowed {
		return directory.School{}, mayNot()
	}
	return r.FindSchool(ctx, of.School)
}

// write is Store.Write with what was being done before its error.
func (s *Service) write(ctx context.Context, doing string, f func(ctx context.Context, w Writer) error) error {
	if err := s.Store.Write(ctx, f); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

// record writes the entry of an act on an order of a school.
func record(ctx context.Context, w Writer, by journal.Actor, verb string, o Order, detail map[string]any) (journal.ActID, error) {
	return w.Record(ctx, journal.Entry{School: string(o.School), Actor: by, Verb: verb, Subject: string(o.ID), Class: journal.ClassLedger, Detail: detail})
}

// tell tells what became of an order.
func tell(ctx context.Context, w Writer, topic string, o Order, what string) error {
	return w.Tell(ctx, journal.Fact{Topic: topic, School: string(o.School), Subject: string(o.ID)}, Happened{o.State, what})
}

// read asks one question of the store.
func read[T any](ctx context.Context, s *Service, f func(ctx context.Context, r Reader) (T, error)) (T, error) {
	return tx.Answer(ctx, s.Store.Read, f)
}
