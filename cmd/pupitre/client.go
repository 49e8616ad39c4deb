package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"pupitre/catalogue"
	"pupitre/federation"
	"pupitre/federation/saml"
	"pupitre/internal/app/brokerapp"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

type clientCommand struct {
	Add  clientAdd  `cmd:"" help:"Register a publisher's program: the sites that people enter through the broker, by CAS, SAML, OpenID Connect or LTI."`
	List clientList `cmd:"" help:"List publishers' programs."`

	Remove clientRemove `cmd:"" help:"Let a publisher's program in no more: what it was given ends, and it is told nothing more."`
}

type clientAdd struct {
	brokerFlags
	programFlags
	Publisher string `arg:"" help:"Number of its publisher, as in the publisher's notices."`
	Replace   bool   `help:"Say it anew of a program that is registered already. Its secret stays."`
	NewSecret bool   `help:"With --replace: a new secret in place of the old one."`
}

// programFlags are what a publisher's program is, wherever it is registered.
type programFlags struct {
	ID        string   `arg:"" help:"Identifier of the program (client_id)."`
	Name      string   `help:"Name that people are shown. By default the identifier."`
	Resource  string   `help:"Resource that is meant where a sign-in names none." placeholder:"ARK"`
	Service   []string `help:"CAS: prefix of the addresses that tickets may go to, ending in « / », and the resource that is meant there. May be repeated." placeholder:"PREFIX[=ARK]" sep:"none"`
	Return    []string `help:"OpenID Connect: address that answers go to (redirect_uri). May be repeated." placeholder:"ADDRESS" sep:"none"`
	SAML      string   `name:"saml" help:"SAML: metadata of the site, a file or an https address." placeholder:"METADATA"`
	Sign      string   `help:"SAML: what of an answer is signed." enum:"assertion,response,both" default:"assertion"`
	Encrypt   bool     `help:"SAML: assertions are encrypted with the key that the metadata give."`
	Algorithm string   `help:"OpenID Connect, SAML, LTI: what answers are signed with; by default ES256, and RS256 with SAML or LTI." enum:",ES256,RS256" default:"" placeholder:"ES256|RS256"`
	Refresh   bool     `help:"OpenID Connect: it may ask for refresh tokens."`
	SignedOut []string `help:"OpenID Connect: address that people may be sent to once signed out. May be repeated." placeholder:"ADDRESS" sep:"none"`
	Logout    string   `help:"OpenID Connect: address that is told of the end of a session." placeholder:"ADDRESS"`
	Events    string   `help:"Address that takes security events." placeholder:"ADDRESS"`
	proofFlags
	ltiFlags
}

// Run registers the program, and shows its secret once where it has one.
func (c *clientAdd) Run(s session) error {
	b, err := c.openThere(s)
	if err != nil {
		return err
	}
	defer b.Close()
	_, err = b.Federation.FindClient(s, federation.ClientID(c.ID))
	there := err == nil
	switch {
	case err != nil && !fault.Is(err, fault.NotFound):
		return err
	case there && !c.Replace:
		return fault.New(fault.Conflict, "command.client.known", "client", c.ID)
	case !there && c.Replace:
		return fault.New(fault.NotFound, "command.client.unknown", "client", c.ID)
	}
	publisher, err := b.Catalogue.FindPublisherByNumber(s, c.Publisher)
	if err != nil {
		return s.withPublishers(b, err)
	}
	client, err := c.client(s, b, publisher)
	if err != nil {
		return err
	}
	var secret federation.Token
	if len(c.Return) > 0 && client.Proof.Method == federation.BySecret && (!there || c.NewSecret) {
		secret = federation.NewToken()
	}
	if err := b.Federation.Register(s, operator, client, secret); err != nil {
		return err
	}
	s.say("command.client.added", "client", c.ID, "publisher", publisher.Name)
	if secret != "" {
		s.say("command.client.secret", "secret", string(secret))
	}
	return nil
}

// withPublishers prints the catalogue's publishers and their numbers beside an error that one is not known.
func (s session) withPublishers(b *brokerapp.Broker, err error) error {
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	all, failed := b.Catalogue.ListPublishers(s)
	if failed != nil {
		return failed
	}
	if len(all) == 0 {
		s.say("command.client.publishers.none")
		return err
	}
	s.say("command.client.publishers")
	for _, p := range all {
		fmt.Printf("%s  %s\n", p.Official, p.Name)
	}
	return err
}

// client is what the flags say, each resource being one of the publisher's.
func (c *clientAdd) client(s session, b *brokerapp.Broker, publisher catalogue.Publisher) (federation.Client, error) {
	client, err := c.program(s)
	if err != nil {
		return client, err
	}
	client.Sector = federation.Sector(publisher.ID)
	for _, ark := range arksOf(client) {
		found, err := b.Catalogue.FindByARK(s, catalogue.ARK(ark))
		if err == nil && found.Publisher.ID != publisher.ID {
			err = fault.New(fault.Invalid, "command.client.foreign", "ark", ark, "publisher", publisher.Name)
		}
		if err != nil {
			return client, err
		}
	}
	return client, nil
}

// program is what the flags say of a program, whoever's it is.
func (c *programFlags) program(s session) (federation.Client, error) {
	client := federation.Client{
		ID: federation.ClientID(c.ID), Name: c.Name, Resource: c.Resource, Redirects: c.Return,
		Algorithm: federation.Algorithm(c.Algorithm), Refresh: c.Refresh, SignedOut: c.SignedOut, LogoutURL: c.Logout, EventsURL: c.Events,
	}
	if client.Name == "" {
		client.Name = c.ID
	}
	client.LTI = c.tool()
	var err error
	if client.Proof, err = c.proof(); err != nil {
		return client, err
	}
	if c.SAML != "" {
		party, err := c.party(s)
		if err != nil {
			return client, err
		}
		client.SAML = party
	}
	if c.Algorithm == "" {
		client.Algorithm = federation.ES256
		if c.SAML != "" || client.LTI != nil { // few sites take P-256, and every tool takes RSA (LTI Security Framework §6.1)
			client.Algorithm = federation.RS256
		}
	}
	for _, text := range c.Service {
		prefix, ark, named := strings.Cut(text, "=ark:")
		service := federation.CASService{Prefix: prefix}
		if named {
			service.ARK = "ark:" + ark
		}
		client.Services = append(client.Services, service)
	}
	return client, nil
}

// party is what a site's metadata say, and the flags besides.
func (c *programFlags) party(s session) (*federation.SAMLParty, error) {
	read := readFile
	if strings.HasPrefix(c.SAML, "https://") {
		read = func(address string) ([]byte, error) { return fetch(s, address) }
	}
	text, err := read(c.SAML)
	if err != nil {
		return nil, err
	}
	party, err := saml.ReadParty(text, clock.System())
	if err != nil {
		return nil, placedError{err, c.SAML, 0}
	}
	party.Signed, party.Encrypted = federation.SAMLSigned(c.Sign), c.Encrypt
	return party, nil
}

// fetch reads a small document at an address; one that leads elsewhere is not followed.
func fetch(ctx context.Context, address string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "command.client.metadata", "address", address)
	}
	const longest = 1 << 20
	status, text, err := httpx.Ask(http.DefaultClient, req, longest)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("status %d %s", status, http.StatusText(status))
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "command.client.metadata", "address", address)
	}
	return text, nil
}

// arksOf lists the resources that a registration names.
func arksOf(c federation.Client) (arks []string) {
	if c.Resource != "" {
		arks = append(arks, c.Resource)
	}
	for _, service := range c.Services {
		if service.ARK != "" {
			arks = append(arks, service.ARK)
		}
	}
	if c.LTI != nil {
		for _, target := range c.LTI.Targets {
			if target.ARK != "" {
				arks = append(arks, target.ARK)
			}
		}
	}
	return arks
}

type clientRemove struct {
	brokerFlags
	ID string `arg:"" help:"Identifier of the program, as list shows it."`
}

// Run removes the program, and says what ended with it.
func (c *clientRemove) Run(s session) error {
	b, err := c.openThere(s)
	if err != nil {
		return err
	}
	defer b.Close()
	gone, err := b.Federation.Remove(s, operator, federation.ClientID(c.ID))
	if fault.CodeOf(err) == "federation.client.unknown" {
		return fault.Wrap(err, fault.NotFound, "command.client.nobody", "client", c.ID)
	} else if err != nil {
		return err
	}
	s.say("command.client.removed", "client", c.ID, "name", gone.Name)
	s.say("command.client.removed.sessions", "n", gone.Sessions)
	s.say("command.client.removed.stays")
	return nil
}

type clientList struct{ brokerFlags }

// Run lists them, each with where it may send people.
func (c *clientList) Run(s session) error {
	b, err := c.openThere(s)
	if err != nil {
		return err
	}
	defer b.Close()
	list, err := b.Federation.Clients(s)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		s.say("command.client.none")
	}
	for _, client := range list {
		publisher, err := b.Catalogue.FindPublisher(s, catalogue.PublisherID(client.Sector))
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		fmt.Printf("%s  %s  %s\n", client.ID, client.Name, publisher.Official)
		for _, service := range client.Services {
			fmt.Printf("    CAS     %s  %s\n", service.Prefix, service.ARK)
		}
		if client.SAML != nil {
			fmt.Printf("    SAML    %s  %s\n", client.SAML.EntityID, client.Algorithm)
		}
		for _, address := range client.Redirects {
			fmt.Printf("    OpenID  %s  %s\n", address, client.Algorithm)
		}
		if client.LTI != nil {
			for _, target := range client.LTI.Targets {
				fmt.Printf("    LTI     %s  %s  %s\n", target.Address, client.LTI.Deployment, target.ARK)
			}
		}
		if client.Proof.Method != federation.BySecret {
			fmt.Printf("    proof   %s  %s\n", client.Proof.Method, client.Proof.KeysAt)
		}
	}
	return nil
}
