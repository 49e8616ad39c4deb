package main

import (
	"fmt"
	"strings"
	"time"

	"pupitre/directory"
	"pupitre/federation/local"
	"pupitre/internal/app/brokerapp"
	"pupitre/internal/fault"
)

type accountCommand struct {
	List    accountList    `cmd:"" help:"List the accounts of a school."`
	Add     accountAdd     `cmd:"" help:"Make the account of one person, and print its slip: enough for the first manager of a school to come in."`
	Reset   accountReset   `cmd:"" help:"Give an account a new password, and print its slip; a closed one is open again."`
	Disable accountDisable `cmd:"" help:"Close an account, and end its sessions."`
}

// accountFlags are what every command about accounts needs.
type accountFlags struct {
	brokerFlags
	Portal []string `help:"As serve has it: says which projects have no portal, where serve has not been started yet. May be repeated." placeholder:"L01=Écoles sans ENT=local:" sep:"none"`
}

// openHere opens the broker, and declares what was said of portals.
func (f accountFlags) openHere(s session) (*brokerapp.Broker, error) {
	said, err := portals(f.Portal)
	if err != nil {
		return nil, err
	}
	b, err := f.openThere(s)
	if err != nil || len(said) == 0 {
		return b, err
	}
	var here []directory.ProjectID
	for _, p := range said {
		if p.Kind == brokerapp.PortalLocal {
			here = append(here, p.Project)
		}
	}
	if err := b.Accounts.Declare(s, here...); err != nil {
		return nil, orClose(err, b.Close())
	}
	return b, nil
}

// whoseAccount is a command about the account of one person.
type whoseAccount struct {
	accountFlags
	UAI        string `arg:"" help:"Number of the school (UAI)."`
	Identifier string `arg:"" help:"Identifier of the person in the imported file (GARPersonIdentifiant, sourcedId), or of the account."`
}

// theOperator makes accounts in every school of a local project.
var theOperator = local.Actor{By: operator}

// with opens the broker, finds the person, and hands both on.
func (c whoseAccount) with(s session, do func(*brokerapp.Broker, local.Order) error) error {
	uai, err := directory.ParseUAI(c.UAI)
	if err != nil {
		return err
	}
	b, err := c.openHere(s)
	if err != nil {
		return err
	}
	defer b.Close()
	order, err := b.Accounts.Locate(s, uai, c.Identifier)
	if err != nil {
		return err
	}
	return do(b, order)
}

// slipFlags are of the commands that print one.
type slipFlags struct {
	Base string `help:"Address of the broker as browsers see it, for the slip." default:"http://pupitre.localhost:8080"`
}

// print issues what was asked for, and prints the slip; nothing keeps what it says.
func (c slipFlags) print(s session, b *brokerapp.Broker, order local.Order, said string, otherwise error) error {
	slips, err := b.Accounts.Issue(s, theOperator, order)
	if err != nil {
		return err
	}
	if len(slips) == 0 {
		return otherwise
	}
	slip := slips[0]
	s.say(said, "name", slip.Name.String())
	s.say("command.account.slip.school", "school", slip.School.Label())
	s.say("command.account.slip.address", "address", c.Base)
	s.say("command.account.slip.login", "login", string(slip.Login))
	s.say("command.account.slip.phrase", "phrase", string(slip.Phrase))
	return nil
}

// tell prints how somebody signs in; nothing keeps what it says.
func (c slipFlags) tell(s session, slip local.Slip, path string) {
	s.say("command.account.slip.address", "address", c.Base+path)
	s.say("command.account.slip.login", "login", string(slip.Login))
	s.say("command.account.slip.phrase", "phrase", string(slip.Phrase))
}

type accountAdd struct {
	whoseAccount
	slipFlags
}

// Run makes the account.
func (c *accountAdd) Run(s session) error {
	return c.with(s, func(b *brokerapp.Broker, order local.Order) error {
		return c.print(s, b, order, "command.account.made", fault.New(fault.Conflict, "command.account.known", "identifier", c.Identifier))
	})
}

type accountReset struct {
	whoseAccount
	slipFlags
	Factor bool `help:"Take the second factor off too, and passkeys: of somebody who has lost them and the recovery codes. Be sure who asks."`
}

// Run renews the password.
func (c *accountReset) Run(s session) error {
	return c.with(s, func(b *brokerapp.Broker, order local.Order) error {
		order.Renew = true
		if err := c.print(s, b, order, "command.account.renewed", c.none()); err != nil {
			return err
		}
		if !c.Factor {
			return nil
		}
		if err := b.Accounts.DropFactor(s, theOperator, order); err != nil {
			return err
		}
		s.say("command.account.factor")
		return nil
	})
}

func (c whoseAccount) none() error {
	return fault.New(fault.NotFound, "command.account.none", "identifier", c.Identifier)
}

type accountDisable struct{ whoseAccount }

// Run closes the account.
func (c *accountDisable) Run(s session) error {
	return c.with(s, func(b *brokerapp.Broker, order local.Order) error {
		err := b.Accounts.Close(s, theOperator, order)
		if fault.CodeOf(err) == "local.person.unknown" {
			return c.none()
		} else if err != nil {
			return err
		}
		s.say("command.account.closed", "identifier", c.Identifier)
		return nil
	})
}

type accountList struct {
	accountFlags
	UAI string `arg:"" help:"Number of the school (UAI)."`
}

// Run lists them: identifier, the imported file's identifier, and how they stand.
func (c *accountList) Run(s session) error {
	uai, err := directory.ParseUAI(c.UAI)
	if err != nil {
		return err
	}
	b, err := c.openHere(s)
	if err != nil {
		return err
	}
	defer b.Close()
	list, err := b.Accounts.Accounts(s, uai)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		s.say("command.account.empty")
	}
	for _, a := range list {
		fmt.Println(strings.Join(append([]string{string(a.Login), a.External}, s.standing(a.Account)...), "  "))
	}
	return nil
}

// standing is how an account stands, in a few words.
func (s session) standing(a local.Account) []string {
	used := s.words.T(s.locale, "command.account.list.never")
	if !a.Used.IsZero() {
		used = a.Used.Format(time.DateOnly)
	}
	out := []string{used}
	if a.Guarded() {
		out = append(out, s.words.T(s.locale, "command.account.list.factor"))
	}
	if !a.Closed.IsZero() {
		out = append(out, s.words.T(s.locale, "command.account.list.closed"))
	}
	return out
}
