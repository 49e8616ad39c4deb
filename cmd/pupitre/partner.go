package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"path/filepath"
	"time"

	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/partners"
	"pupitre/partners/pki"
)

type partnerCommand struct {
	Add     partnerAdd     `cmd:"" help:"Register a distributor and the certificate that it comes with."`
	Certify partnerCertify `cmd:"" help:"Register one more certificate of a distributor, before its last one ends."`
	Revoke  partnerRevoke  `cmd:"" help:"End a certificate at once."`
	List    partnerList    `cmd:"" help:"List partners and their certificates."`
}

// certificateFlags say where a distributor's certificate comes from.
type certificateFlags struct {
	Cert string `help:"Certificate of the distributor (PEM). Without it a test certificate is made." placeholder:"FILE"`
	Out  string `help:"Folder of the test authority and of the certificates that it makes." default:"certificats" type:"path"`
}

type partnerAdd struct {
	brokerFlags
	certificateFlags
	Name   string `arg:"" help:"Name of the distributor."`
	Number string `arg:"" help:"SIREN_ISNI (idDistributeurCom), 26 characters."`
}

// Run registers the partner with its certificate, both or neither, and says what to send where one was made.
func (c *partnerAdd) Run(s session) error {
	given, err := c.given()
	if err != nil {
		return err
	}
	b, err := c.open(s)
	if err != nil {
		return err
	}
	defer b.Close()
	partner := partners.Partner{Name: c.Name, Distributor: c.Number}
	if err := b.Partners.Vacant(s, partner); err != nil {
		return err
	}
	cert, err := c.orMake(given, c.Number)
	if err != nil {
		return err
	}
	if _, err := b.Partners.Admit(s, operator, partner, partners.ForSubscriptions, cert.Certificate); err != nil {
		return err
	}
	s.say("command.partner.added", "name", c.Name)
	s.tellCertificate(cert)
	return nil
}

type partnerCertify struct {
	brokerFlags
	certificateFlags
	Number string `arg:"" help:"SIREN_ISNI (idDistributeurCom) of the distributor."`
}

// Run adds a certificate; those registered before go on being good until they end or are revoked.
func (c *partnerCertify) Run(s session) error {
	given, err := c.given()
	if err != nil {
		return err
	}
	b, err := c.openThere(s)
	if err != nil {
		return err
	}
	defer b.Close()
	partner, err := b.Partners.FindByDistributor(s, c.Number)
	if err != nil {
		return err
	}
	cert, err := c.orMake(given, c.Number+"-"+clock.System().Format("20060102-150405.000"))
	if err != nil {
		return err
	}
	if _, err := b.Partners.Pin(s, operator, partner.ID, partners.ForSubscriptions, cert.Certificate); err != nil {
		return err
	}
	s.say("command.partner.pinned", "name", partner.Name)
	s.tellCertificate(cert)
	return nil
}

// given reads the certificate of --cert; nil where there is none.
func (c certificateFlags) given() (*x509.Certificate, error) {
	if c.Cert == "" {
		return nil, nil
	}
	text, err := readFile(c.Cert)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, fault.New(fault.Invalid, "command.certificate.form", "path", c.Cert)
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "command.certificate.form", "path", c.Cert)
	}
	return cert, nil
}

// certificate is one that a partner comes with, and where it lies; key and authority are known of those that we made only.
type certificate struct {
	*x509.Certificate
	cert, key, authority string
}

// orMake is the certificate that was given, or else a test one, made in files of this name.
func (c certificateFlags) orMake(given *x509.Certificate, name string) (certificate, error) {
	if given != nil {
		return certificate{given, c.Cert, "", ""}, nil
	}
	authority, err := pki.Open(c.Out, clock.System)
	if err != nil {
		return certificate{}, fault.Wrap(err, fault.Invalid, "command.folder.unwritable", "path", shortest(c.Out))
	}
	files, cert, err := authority.Client(name)
	if err != nil {
		return certificate{}, fault.Wrap(err, fault.Invalid, "command.folder.unwritable", "path", shortest(c.Out))
	}
	return certificate{cert, files.Cert, files.Key, authority.File()}, nil
}

// tellCertificate says where the files are.
func (s session) tellCertificate(c certificate) {
	for _, line := range []struct{ key, path string }{
		{"command.certificate.cert", c.cert}, {"command.certificate.key", c.key}, {"command.certificate.authority", c.authority},
	} {
		if line.path != "" {
			s.say(line.key, "path", shortest(line.path))
		}
	}
}

// shortest writes a path from here where that is shorter.
func shortest(path string) string {
	here, err := filepath.Abs(".")
	if err != nil {
		return path
	}
	if short, err := filepath.Rel(here, path); err == nil && len(short) < len(path) {
		return short
	}
	return path
}

type partnerRevoke struct {
	brokerFlags
	Fingerprint string `arg:"" help:"SHA-256 fingerprint, as the list writes it."`
}

// Run ends the certificate: who comes with it is refused from now on.
func (c *partnerRevoke) Run(s session) error {
	b, err := c.openThere(s)
	if err != nil {
		return err
	}
	defer b.Close()
	if err := b.Partners.Revoke(s, operator, partners.Fingerprint(c.Fingerprint)); err != nil {
		return err
	}
	s.say("command.partner.revoked", "fingerprint", c.Fingerprint)
	return nil
}

type partnerList struct{ brokerFlags }

// Run lists them, with when each certificate ends, or that it was revoked.
func (c *partnerList) Run(s session) error {
	b, err := c.openThere(s)
	if err != nil {
		return err
	}
	defer b.Close()
	list, err := b.Partners.List(s)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		s.say("command.partner.none")
	}
	for _, p := range list {
		fmt.Printf("%s  %s%s\n", p.Name, p.Distributor, p.Project)
		for _, cert := range p.Certificates {
			state := cert.Until.Format(time.DateOnly)
			if !cert.Revoked.IsZero() {
				state = s.words.T(s.locale, "command.partner.ended")
			}
			fmt.Printf("    %s  %s  %s\n", cert.Purpose, state, cert.Fingerprint)
		}
	}
	return nil
}
