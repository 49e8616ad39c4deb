package main

import (
	"fmt"
	"time"

	"pupitre/internal/clock"
	"pupitre/partners"
	"pupitre/partners/pki"
)

type partnerCommand struct {
	Add  partnerAdd  `cmd:"" help:"Register a distributor, with a test certificate for the subscription service."`
	List partnerList `cmd:"" help:"List partners and their certificates."`
}

type partnerAdd struct {
	brokerFlags
	Name   string `arg:"" help:"Name of the distributor."`
	Number string `arg:"" help:"SIREN_ISNI (idDistributeurCom), 26 characters."`
	Out    string `help:"Folder of the test authority and certificates." default:"certificats" type:"path"`
}

// Run registers the partner, makes its certificate, and says what to send.
func (c *partnerAdd) Run(s session) error {
	authority, err := pki.Open(c.Out, clock.System)
	if err != nil {
		return err
	}
	b, err := c.open(s)
	if err != nil {
		return err
	}
	defer b.Close()
	partner, err := b.Partners.Register(s, operator, partners.Partner{Name: c.Name, Distributor: c.Number})
	if err != nil {
		return err
	}
	files, cert, err := authority.Client(c.Number)
	if err != nil {
		return err
	}
	if _, err := b.Partners.Pin(s, operator, partner.ID, partners.ForSubscriptions, cert); err != nil {
		return err
	}
	s.say("command.partner.added", "name", c.Name, "cert", files.Cert, "key", files.Key, "authority", authority.File())
	return nil
}

type partnerList struct{ brokerFlags }

// Run lists them, with when each certificate ends.
func (c *partnerList) Run(s session) error {
	b, err := c.open(s)
	if err != nil {
		return err
	}
	defer b.Close()
	list, err := b.Partners.List(s)
	if err != nil {
		return err
	}
	for _, p := range list {
		fmt.Printf("%s  %s%s\n", p.Name, p.Distributor, p.Project)
		for _, cert := range p.Certificates {
			fmt.Printf("    %s  %s  %s\n", cert.Purpose, cert.Until.Format(time.DateOnly), cert.Fingerprint)
		}
	}
	return nil
}
