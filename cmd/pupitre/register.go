package main

import (
	"fmt"
	"strings"
	"time"

	"pupitre/exos"
	"pupitre/exos/xapi"
	"pupitre/internal/clock"
)

type registerCommand struct {
	Open   registerOpen          `cmd:"" help:"Open a register: a publisher's, or the operator's own."`
	List   registerList          `cmd:"" help:"List registers and their clients."`
	Close  registerClose         `cmd:"" help:"Close a register, and delete all that is in it."`
	Client registerClientCommand `cmd:"" help:"Credentials, by which programs come in."`
}

type registerClientCommand struct {
	Add    registerClientAdd    `cmd:"" help:"Make credentials, and print the secret once."`
	Revoke registerClientRevoke `cmd:"" help:"End credentials at once."`
}

type registerOpen struct {
	exosFlags
	Name      string `arg:"" help:"What it is called."`
	Publisher string `help:"Whose it is: the prefix of a publisher; without it, the operator's." placeholder:"ARK"`
	Pupils    bool   `help:"Our own pupils' statements are made for it, under pseudonyms, from now on."`
}

// Run opens the register.
func (c *registerOpen) Run(s session) error {
	e, err := c.open(s)
	if err != nil {
		return err
	}
	defer e.Close()
	r, err := e.XAPI.Open(s, operator, c.Name, exos.ARK(c.Publisher), c.Pupils)
	if err != nil {
		return err
	}
	s.say("command.register.opened", "name", r.Name, "id", string(r.ID))
	return nil
}

type registerList struct{ exosFlags }

// Run lists them: id, name and whose, then each client with its id, end, scopes and name.
func (c *registerList) Run(s session) error {
	e, err := c.open(s)
	if err != nil {
		return err
	}
	defer e.Close()
	all, err := e.XAPI.Registers(s)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		s.say("command.register.none")
	}
	for _, r := range all {
		line := string(r.ID) + "  " + r.Name
		if r.Prefix != "" {
			line += "  " + string(r.Prefix)
		}
		if r.Own {
			line += "  " + s.t("command.register.own")
		}
		fmt.Println(line)
		clients, err := e.XAPI.Clients(s, r.ID)
		if err != nil {
			return err
		}
		for _, k := range clients {
			state := k.Ends.Format(time.DateOnly)
			if !k.RevokedAt.IsZero() {
				state = s.t("command.publisher.revoked.state")
			}
			fmt.Printf("  %s  %s  %s  %s\n", k.ID, state, strings.Join(k.Scopes, ","), k.Name)
		}
	}
	return nil
}

type registerClose struct {
	exosFlags
	ID string `arg:"" help:"Identifier of the register, as the list writes it."`
}

// Run closes it.
func (c *registerClose) Run(s session) error {
	e, err := c.open(s)
	if err != nil {
		return err
	}
	defer e.Close()
	if err := e.XAPI.Close(s, operator, xapi.RegisterID(c.ID)); err != nil {
		return err
	}
	s.say("command.register.closed", "id", c.ID)
	return nil
}

type registerClientAdd struct {
	exosFlags
	ID    string   `arg:"" help:"Identifier of the register, as the list writes it."`
	Name  string   `help:"Who holds the credentials." required:"" placeholder:"NAME"`
	Scope []string `help:"What they allow: all, all/read, statements/write, statements/read, statements/read/mine, state, profile, define. May be repeated." default:"all" placeholder:"SCOPE" sep:","`
	Days  int      `help:"How many days they last: 1 to 366." default:"90"`
}

// Run makes the credentials. The secret is shown here and nowhere else.
func (c *registerClientAdd) Run(s session) error {
	e, err := c.open(s)
	if err != nil {
		return err
	}
	defer e.Close()
	k, secret, err := e.XAPI.MakeClient(s, operator, xapi.Client{
		Register: xapi.RegisterID(c.ID), Name: c.Name, Scopes: c.Scope, Ends: clock.System().AddDate(0, 0, c.Days),
	})
	if err != nil {
		return err
	}
	s.say("command.register.client", "id", string(k.ID), "name", k.Name, "until", k.Ends.Format(time.DateOnly))
	fmt.Println(string(secret))
	return nil
}

type registerClientRevoke struct {
	exosFlags
	ID string `arg:"" help:"Identifier of the credentials, as the list writes it."`
}

// Run ends the credentials.
func (c *registerClientRevoke) Run(s session) error {
	e, err := c.open(s)
	if err != nil {
		return err
	}
	defer e.Close()
	if err := e.XAPI.RevokeClient(s, operator, xapi.ClientID(c.ID)); err != nil {
		return err
	}
	s.say("command.register.revoked", "id", c.ID)
	return nil
}
