package main

import (
	"fmt"
	"time"

	"pupitre/federation"
)

// keyCommand is of the keys that sign what publishers are told. They change by themselves; this is for the day when one was seen by somebody.
type keyCommand struct {
	List   keyList   `cmd:"" help:"List the signing keys: algorithm, name, since when it signs, or from when."`
	Retire keyRetire `cmd:"" help:"Have a new key sign with an algorithm from now on; those before it are neither shown nor believed any more."`
}

type keyList struct{ brokerFlags }

// Run lists them.
func (c *keyList) Run(s session) error {
	b, err := c.openThere(s)
	if err != nil {
		return err
	}
	defer b.Close()
	keys, err := b.Keys.List(s)
	if err != nil {
		return err
	}
	if len(keys) == 0 {
		s.say("command.key.none")
	}
	for _, key := range keys {
		fmt.Printf("%s  %s  %s\n", key.Algorithm, key.ID, key.From.UTC().Format(time.DateOnly))
	}
	return nil
}

type keyRetire struct {
	brokerFlags
	Seal      string   `help:"As serve has it: without it no key is made that the server could not open." type:"path" placeholder:"FILE"`
	Algorithm []string `arg:"" help:"ES256, RS256 (OpenID Connect, LTI, events), ecdsa-sha256, rsa-sha256 (SAML). May be repeated." enum:"ES256,RS256,ecdsa-sha256,rsa-sha256"`
}

// Run retires them, and says who must learn of it by hand.
func (c *keyRetire) Run(s session) (err error) {
	if c.secret, err = secretOf(c.Seal); err != nil {
		return err
	}
	b, err := c.openThere(s)
	if err != nil {
		return err
	}
	defer b.Close()
	did, certified := false, false
	for _, a := range c.Algorithm {
		retired, err := b.Keys.Retire(s, operator, federation.Algorithm(a))
		if err != nil {
			return err
		}
		if len(retired) == 0 {
			s.say("command.key.unused", "algorithm", a)
		}
		for _, key := range retired {
			s.say("command.key.retired", "algorithm", a, "key", key.ID)
			did, certified = true, certified || len(key.Public) > 0
		}
	}
	if did {
		s.say("command.key.when")
	}
	if !certified {
		return nil
	}
	clients, err := b.Federation.Clients(s)
	if err != nil {
		return err
	}
	s.say("command.key.certificates")
	for _, client := range clients {
		if client.SAML != nil {
			fmt.Printf("    %s  %s\n", client.ID, client.SAML.EntityID)
		}
	}
	return nil
}
