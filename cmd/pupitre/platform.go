package main

import (
	"fmt"
	"strings"

	"pupitre/exos/lti"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
)

type platformCommand struct {
	Add    platformAdd    `cmd:"" help:"Register a platform: who it is, what it may open, until when."`
	List   platformList   `cmd:"" help:"List the platforms."`
	Remove platformRemove `cmd:"" help:"End a registration: nothing opens from there any more. Pupils' work stays."`
}

type platformAdd struct {
	exosFlags
	Exos       string   `help:"Address of Biblio Exos as browsers see it." default:"http://exos.localhost:8080"`
	Issuer     string   `arg:"" help:"Issuer of its messages: https://…"`
	Client     string   `arg:"" help:"Client identifier that it gave to Biblio Exos."`
	Name       string   `help:"What teachers call it." required:"" placeholder:"NAME"`
	Deployment []string `help:"deployment_id. May be repeated." required:"" placeholder:"ID" sep:"none"`
	Authorize  string   `help:"Address where launches are asked for (authentication request URL)." required:"" placeholder:"ADDRESS"`
	Token      string   `help:"Address where access tokens are given; without it no grade goes back and no name is read." placeholder:"ADDRESS"`
	Keys       string   `help:"Address of its key set." required:"" placeholder:"ADDRESS"`
	Opens      []string `help:"Resource that it may open: ark:/99999/name, or ark:/99999/start* for all that begin so. May be repeated." required:"" placeholder:"ARK" sep:"none"`
	Until      string   `help:"Last day: YYYY-MM-DD." required:"" placeholder:"DAY"`
}

// Run registers the platform.
func (c *platformAdd) Run(s session) error {
	until, err := clock.ParseDate(c.Until)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "command.platform.day", "day", c.Until)
	}
	e, err := c.open(s)
	if err != nil {
		return err
	}
	defer e.Close()
	p, err := e.LTI.Register(s, operator, lti.Platform{
		Name: c.Name, Issuer: c.Issuer, ClientID: c.Client, Deployments: c.Deployment, Authorize: c.Authorize, Token: c.Token, Keys: c.Keys,
		Opens: c.Opens, Until: until,
	})
	if err != nil {
		return err
	}
	s.say("command.platform.added", "name", p.Name, "opens", strings.Join(p.Opens, " "), "until", p.Until.String(), "base", strings.TrimSuffix(c.Exos, "/"))
	return nil
}

type platformList struct{ exosFlags }

// Run lists them: id, last day, name, then issuer, client and what opens.
func (c *platformList) Run(s session) error {
	e, err := c.open(s)
	if err != nil {
		return err
	}
	defer e.Close()
	all, err := e.LTI.Platforms(s)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		s.say("command.platform.none")
	}
	for _, p := range all {
		fmt.Printf("%s  %s  %s\n  %s  %s\n  %s\n", p.ID, p.Until, p.Name, p.Issuer, p.ClientID, strings.Join(p.Opens, " "))
	}
	return nil
}

type platformRemove struct {
	exosFlags
	ID string `arg:"" help:"Identifier of the platform, as the list writes it."`
}

// Run ends the registration.
func (c *platformRemove) Run(s session) error {
	e, err := c.open(s)
	if err != nil {
		return err
	}
	defer e.Close()
	if err := e.LTI.Remove(s, operator, lti.PlatformID(c.ID)); err != nil {
		return err
	}
	s.say("command.platform.removed", "id", c.ID)
	return nil
}
