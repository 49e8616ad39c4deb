package main

import (
	"fmt"
	"time"

	"pupitre/exos"
	"pupitre/internal/app/exosapp"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
)

type publisherCommand struct {
	Add  publisherAdd        `cmd:"" help:"Make a publisher known to Biblio Exos: whose modules are opened by which resources."`
	List publisherList       `cmd:"" help:"List publishers and their keys."`
	Key  publisherKeyCommand `cmd:"" help:"Keys, by which a publisher's staff and programs come in."`
}

type publisherKeyCommand struct {
	Add    publisherKeyAdd    `cmd:"" help:"Make a key, and print it once."`
	Revoke publisherKeyRevoke `cmd:"" help:"End a key at once, with every session begun by it."`
}

type publisherAdd struct {
	exosFlags
	Prefix string `arg:"" help:"What the ARKs of its resources begin with: ark:/99999/preau."`
	Name   string `arg:"" help:"Name of the publisher, as pupils read it."`
}

// Run makes the publisher known.
func (c *publisherAdd) Run(s session) error {
	e, err := c.open(s)
	if err != nil {
		return err
	}
	defer e.Close()
	p, err := e.Service.AddPublisher(s, operator, exos.Publisher{Name: c.Name, Prefix: exos.ARK(c.Prefix)})
	if err != nil {
		return err
	}
	s.say("command.publisher.added", "name", p.Name, "prefix", string(p.Prefix))
	return nil
}

type publisherList struct{ exosFlags }

// Run lists them: prefix and name, then each key with its id, end and name.
func (c *publisherList) Run(s session) error {
	e, err := c.open(s)
	if err != nil {
		return err
	}
	defer e.Close()
	all, err := e.Service.Publishers(s)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		s.say("command.publisher.none")
	}
	for _, p := range all {
		fmt.Printf("%s  %s\n", p.Prefix, p.Name)
		if err := c.keys(s, e, p); err != nil {
			return err
		}
	}
	return nil
}

func (c *publisherList) keys(s session, e *exosapp.Exos, p exos.Publisher) error {
	keys, err := e.Service.PublisherKeys(s, p.ID)
	if err != nil {
		return err
	}
	for _, k := range keys {
		state := k.Ends.Format(time.DateOnly)
		if !k.RevokedAt.IsZero() {
			state = s.t("command.publisher.revoked.state")
		}
		fmt.Printf("  %s  %s  %s\n", k.ID, state, k.Name)
	}
	return nil
}

type publisherKeyAdd struct {
	exosFlags
	Prefix string `arg:"" help:"Prefix of the publisher, as it was added."`
	Name   string `help:"Who holds the key: a service, a person, a program." required:"" placeholder:"NAME"`
	Days   int    `help:"How many days it lasts: 1 to 366." default:"90"`
}

// Run makes the key. It is shown here and nowhere else.
func (c *publisherKeyAdd) Run(s session) error {
	e, err := c.open(s)
	if err != nil {
		return err
	}
	defer e.Close()
	p, err := e.Service.PublisherOf(s, exos.ARK(c.Prefix))
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "command.publisher.unknown", "prefix", c.Prefix)
	}
	if err != nil {
		return err
	}
	k, secret, err := e.Service.MakePublisherKey(s, operator, exos.PublisherKey{Publisher: p.ID, Name: c.Name, Ends: clock.System().AddDate(0, 0, c.Days)})
	if err != nil {
		return err
	}
	s.say("command.publisher.key", "id", string(k.ID), "name", k.Name, "publisher", p.Name, "until", k.Ends.Format(time.DateOnly))
	fmt.Println(string(secret))
	return nil
}

type publisherKeyRevoke struct {
	exosFlags
	ID string `arg:"" help:"Identifier of the key, as the list writes it."`
}

// Run ends the key.
func (c *publisherKeyRevoke) Run(s session) error {
	e, err := c.open(s)
	if err != nil {
		return err
	}
	defer e.Close()
	if err := e.Service.RevokePublisherKey(s, operator, exos.PublisherKeyID(c.ID)); err != nil {
		return err
	}
	s.say("command.publisher.revoked", "id", c.ID)
	return nil
}
