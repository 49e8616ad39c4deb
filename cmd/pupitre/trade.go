package main

import (
	"cmp"
	"fmt"

	"pupitre/directory"
	"pupitre/internal/app/brokerapp"
	"pupitre/orders/trade"
	"pupitre/web"
)

// tradeCommand is of booksellers and distributors, and of who comes in for them.
type tradeCommand struct {
	Bookseller tradeBookseller `cmd:"" help:"Make a bookseller known."`
	Add        tradeAdd        `cmd:"" help:"Let somebody in for a bookseller, a distributor or a publisher, and print their slip."`
	Reset      tradeReset      `cmd:"" help:"Give somebody a new password, and print their slip; what they had open ends."`
	Close      tradeClose      `cmd:"" help:"Let somebody in no more."`
	List       tradeList       `cmd:"" help:"List who comes in, and for whom."`
}

type tradeBookseller struct {
	brokerFlags
	Name  string `arg:"" help:"What schools call it."`
	SIRET string `arg:"" help:"Its SIRET, 14 digits."`
}

// Run adds the bookseller.
func (c *tradeBookseller) Run(s session) error {
	b, err := c.openThere(s)
	if err != nil {
		return err
	}
	defer b.Close()
	seller, err := b.Orders.AddBookseller(s, operator, c.Name, c.SIRET)
	if err == nil {
		s.say("command.trade.bookseller", "name", seller.Name, "siret", seller.SIRET)
	}
	return err
}

type tradeAdd struct {
	brokerFlags
	slipFlags
	Given       string `arg:"" help:"Their given name."`
	Family      string `arg:"" help:"Their family name."`
	Mail        string `help:"Where they are written to."`
	Bookseller  string `help:"SIRET of the bookseller." placeholder:"SIRET" xor:"house"`
	Distributor string `help:"Number of the distributor (SIREN_ISNI)." placeholder:"NUMBER" xor:"house"`
	Publisher   string `help:"Number of the publisher (SIREN_ISNI), as its notices have it." placeholder:"NUMBER" xor:"house"`
}

// Run adds the agent, and makes their account.
func (c *tradeAdd) Run(s session) error {
	b, err := c.openThere(s)
	if err != nil {
		return err
	}
	defer b.Close()
	a := trade.Agent{Name: directory.Name{Given: c.Given, Family: c.Family}, Mail: c.Mail, House: trade.House{Distributor: c.Distributor}}
	if c.Bookseller != "" {
		seller, err := b.Orders.FindBooksellerBySIRET(s, c.Bookseller)
		if err != nil {
			return err
		}
		a.Bookseller = seller.ID
	}
	if c.Publisher != "" {
		publisher, err := b.Catalogue.FindPublisherByNumber(s, c.Publisher)
		if err != nil {
			return err
		}
		a.Publisher = publisher.ID
	}
	if a, err = b.Trade.Add(s, operator, a); err != nil {
		return err
	}
	slip, err := b.Accounts.Hand(s, operator, a.Person)
	if err == nil {
		s.say("command.trade.added", "name", a.Name.String(), "id", string(a.Person))
		c.tell(s, slip, web.TradePath)
	}
	return err
}

// whichAgent is a command about one who is there.
type whichAgent struct {
	brokerFlags
	Agent string `arg:"" help:"Their identifier, as list shows it."`
}

func (c whichAgent) with(s session, do func(b *brokerapp.Broker, person directory.PersonID) error) error {
	b, err := c.openThere(s)
	if err != nil {
		return err
	}
	defer b.Close()
	return do(b, directory.PersonID(c.Agent))
}

type tradeReset struct {
	whichAgent
	slipFlags
}

// Run renews the password.
func (c *tradeReset) Run(s session) error {
	return c.with(s, func(b *brokerapp.Broker, person directory.PersonID) error {
		slip, err := b.Accounts.Hand(s, operator, person)
		if err != nil {
			return err
		}
		if err := b.Trade.EndSessions(s, person); err != nil {
			return err
		}
		s.say("command.trade.renewed", "name", slip.Name.String())
		c.tell(s, slip, web.TradePath)
		return nil
	})
}

type tradeClose struct{ whichAgent }

// Run closes the access, then the account.
func (c *tradeClose) Run(s session) error {
	return c.with(s, func(b *brokerapp.Broker, person directory.PersonID) error {
		if err := b.Trade.Close(s, operator, person); err != nil {
			return err
		}
		if err := b.Accounts.Refuse(s, operator, person); err != nil {
			return err
		}
		s.say("command.trade.closed")
		return nil
	})
}

type tradeList struct{ brokerFlags }

// Run lists them: identifier, name, house.
func (c *tradeList) Run(s session) error {
	b, err := c.openThere(s)
	if err != nil {
		return err
	}
	defer b.Close()
	list, err := b.Trade.List(s)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		s.say("command.trade.empty")
	}
	for _, a := range list {
		house := a.Distributor
		if a.Bookseller != "" {
			seller, err := b.Orders.FindBookseller(s, a.Bookseller)
			if err != nil {
				return err
			}
			house = seller.Name
		}
		if a.Publisher != "" {
			publisher, err := b.Catalogue.FindPublisher(s, a.Publisher)
			if err != nil {
				return err
			}
			house = publisher.Name
		}
		closed := ""
		if !a.Closed.IsZero() {
			closed = s.words.T(s.locale, "command.trade.list.closed")
		}
		fmt.Println(a.Person, "", a.Name.String(), "", house, cmp.Or(closed, a.Mail))
	}
	return nil
}
