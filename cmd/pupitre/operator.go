package main

import (
	"fmt"
	"strings"

	"pupitre/web"
)

// operatorCommand is of who comes in to the pages of operation, from anywhere. It is on the machine alone: no page does any of this.
type operatorCommand struct {
	Add    operatorAdd    `cmd:"" help:"Let an operator in, and print their slip. At the first sign-in they choose a password and set up a telephone or a passkey."`
	List   operatorList   `cmd:"" help:"List the operators."`
	Reset  operatorReset  `cmd:"" help:"Give an operator a new password, and print their slip; the second factor is taken off, and what they had open ends. Be sure who asks."`
	Remove operatorRemove `cmd:"" help:"Let an operator in no more; what they had open ends."`
}

// operatorSlip is a command that prints a slip for an operator.
type operatorSlip struct {
	brokerFlags
	slipFlags
	Name string `arg:"" help:"What they type to sign in, and by which their acts are told: 2 to 32 letters, digits and hyphens."`
}

type operatorAdd struct{ operatorSlip }

// Run adds the operator, and makes their account.
func (c *operatorAdd) Run(s session) error {
	b, err := c.openThere(s)
	if err != nil {
		return err
	}
	defer b.Close()
	slip, err := b.Operators.Add(s, operator, c.Name)
	if err == nil {
		s.say("command.operator.added", "name", c.Name)
		c.tell(s, slip, web.OperatorPath)
	}
	return err
}

type operatorReset struct{ operatorSlip }

// Run renews the password.
func (c *operatorReset) Run(s session) error {
	b, err := c.openThere(s)
	if err != nil {
		return err
	}
	defer b.Close()
	slip, err := b.Operators.Reset(s, operator, c.Name)
	if err == nil {
		s.say("command.operator.reset", "name", c.Name)
		c.tell(s, slip, web.OperatorPath)
	}
	return err
}

type operatorRemove struct {
	brokerFlags
	Name string `arg:"" help:"Their name, as list shows it."`
}

// Run removes the operator.
func (c *operatorRemove) Run(s session) error {
	b, err := c.openThere(s)
	if err != nil {
		return err
	}
	defer b.Close()
	if err := b.Operators.Remove(s, operator, c.Name); err != nil {
		return err
	}
	s.say("command.operator.removed", "name", c.Name)
	return nil
}

type operatorList struct{ brokerFlags }

// Run lists them: name, and how their account stands.
func (c *operatorList) Run(s session) error {
	b, err := c.openThere(s)
	if err != nil {
		return err
	}
	defer b.Close()
	list, err := b.Operators.List(s)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		s.say("command.operator.empty")
	}
	for _, o := range list {
		fmt.Println(strings.Join(append([]string{o.Name}, s.standing(o.Account)...), "  "))
	}
	return nil
}
