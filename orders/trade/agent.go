package trade

import (
	"strings"
	"time"
	"unicode/utf8"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/federation/outsider"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/orders"
)

// House is for whom an agent comes in: a bookseller, a distributor by its number, or a publisher. One of the three is set.
type House struct {
	Bookseller  orders.BooksellerID
	Distributor string
	Publisher   catalogue.PublisherID
}

// houses counts how many are set.
func (h House) houses() (n int) {
	for _, set := range []bool{h.Bookseller != "", h.Distributor != "", h.Publisher != ""} {
		if set {
			n++
		}
	}
	return n
}

// Agent (« professionnel ») is a person of a house.
type Agent struct {
	Person directory.PersonID
	Name   directory.Name
	Mail   string // where they are written to
	House
	Since  time.Time
	Closed time.Time // zero while they may come in
}

// Actor is the agent as the journal knows them.
func (a Agent) Actor() journal.Actor {
	return outsider.ByPerson(a.Person)
}

// Buyer is an agent of a bookseller as orders know them.
func (a Agent) Buyer() orders.Buyer { return orders.Buyer{Bookseller: a.Bookseller} }

const maxName = 80 // characters

// settle writes an agent as they are kept, or says what is wrong with what an operator wrote.
func (a Agent) settle() (Agent, error) {
	a.Name.Family, a.Name.Given, a.Mail = strings.TrimSpace(a.Name.Family), strings.TrimSpace(a.Name.Given), strings.TrimSpace(a.Mail)
	for _, name := range []string{a.Name.Family, a.Name.Given} {
		if name == "" || utf8.RuneCountInString(name) > maxName {
			return a, fault.New(fault.Invalid, "trade.name.form", "most", maxName)
		}
	}
	if a.houses() != 1 {
		return a, fault.New(fault.Invalid, "trade.house.one")
	}
	if a.Distributor != "" && !licensing.IsDistributor(a.Distributor) {
		return a, fault.New(fault.Invalid, "orders.distributor.form", "value", a.Distributor)
	}
	return a, orders.CheckMail(a.Mail)
}
