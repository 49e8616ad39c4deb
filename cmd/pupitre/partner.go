package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/partners"
	"pupitre/partners/pki"
)

type partnerCommand struct {
	Add     partnerAdd     `cmd:"" help:"Register a distributor or a portal, and the certificate that it comes with."`
	Certify partnerCertify `cmd:"" help:"Register one more certificate of a partner: for another service, or before its last one ends."`
	Rotate  partnerRotate  `cmd:"" help:"Register a new certificate of a partner for a service, and end those that it has for it."`
	Revoke  partnerRevoke  `cmd:"" help:"End a certificate at once."`
	List    partnerList    `cmd:"" help:"List partners and their certificates."`
}

// certificateFlags say where a partner's certificate comes from, and what it is for.
type certificateFlags struct {
	Cert    string `help:"Certificate of the partner (PEM). Without it a test certificate is made." placeholder:"FILE"`
	Out     string `help:"Folder of the test authority and of the certificates that it makes." default:"certificats" type:"path"`
	Purpose string `help:"Service that the certificate opens: abonnement, commandes, decompte-affectations or ws-rapports-affectation for a distributor, list-ressource for a portal. By default the first of a distributor's, or the portal's." placeholder:"SERVICE"`
}

// purpose is the service that was asked for, or the first that the partner has.
func (c certificateFlags) purpose(of partners.Partner) (partners.Purpose, error) {
	open := of.Purposes()
	if c.Purpose == "" {
		return open[0], nil
	}
	if p := partners.Purpose(c.Purpose); slices.Contains(open, p) {
		return p, nil
	}
	var known []string
	for _, p := range open {
		known = append(known, string(p))
	}
	return "", fault.New(fault.Invalid, "command.partner.purpose", "value", c.Purpose, "known", strings.Join(known, ", "))
}

type partnerAdd struct {
	brokerFlags
	certificateFlags
	Name    string `arg:"" help:"Name of the partner."`
	Number  string `arg:"" optional:"" help:"SIREN_ISNI (idDistributeurCom) of a distributor, 26 characters."`
	Project string `help:"Code of the ENT project, where the partner is its portal." placeholder:"CODE"`
}

// Run registers the partner with its certificate, both or neither, and says what to send where one was made.
func (c *partnerAdd) Run(s session) error {
	partner := partners.Partner{Name: c.Name, Distributor: c.Number, Project: directory.ProjectID(c.Project)}
	given, err := c.given()
	if err != nil {
		return err
	}
	b, err := c.open(s)
	if err != nil {
		return err
	}
	defer b.Close()
	if err := b.Partners.Vacant(s, partner); err != nil {
		return err
	}
	purpose, err := c.purpose(partner)
	if err != nil {
		return err
	}
	cert, err := c.orMake(given, c.Number+c.Project)
	if err != nil {
		return err
	}
	if _, err := b.Partners.Admit(s, operator, partner, purpose, cert.Certificate); err != nil {
		return err
	}
	s.say("command.partner.added", "name", c.Name)
	s.tellCertificate(cert, purpose)
	return nil
}

// whoseCertificate is a command about a new certificate of a partner that is registered.
type whoseCertificate struct {
	brokerFlags
	certificateFlags
	Partner string `arg:"" help:"Number of the distributor (SIREN_ISNI), or code of the portal's ENT project."`
}

// with finds the partner, the service and the certificate, made where none was given, and hands them on.
func (c *whoseCertificate) with(s session, do func(*partners.Service, partners.Partner, partners.Purpose, certificate) error) error {
	given, err := c.given()
	if err != nil {
		return err
	}
	b, err := c.openThere(s)
	if err != nil {
		return err
	}
	defer b.Close()
	partner, err := b.Partners.Find(s, c.Partner)
	if err != nil {
		return err
	}
	purpose, err := c.purpose(partner)
	if err != nil {
		return err
	}
	cert, err := c.orMake(given, c.Partner+"-"+clock.System().Format("20060102-150405.000"))
	if err != nil {
		return err
	}
	return do(b.Partners, partner, purpose, cert)
}

type partnerCertify struct{ whoseCertificate }

// Run adds a certificate; those registered before go on being good until they end or are revoked.
func (c *partnerCertify) Run(s session) error {
	return c.with(s, func(register *partners.Service, partner partners.Partner, purpose partners.Purpose, cert certificate) error {
		if _, err := register.Pin(s, operator, partner.ID, purpose, cert.Certificate); err != nil {
			return err
		}
		s.say("command.partner.pinned", "name", partner.Name)
		s.tellCertificate(cert, purpose)
		return nil
	})
}

type partnerRotate struct{ whoseCertificate }

// Run puts a new certificate in the place of those that the partner has for the service.
func (c *partnerRotate) Run(s session) error {
	return c.with(s, func(register *partners.Service, partner partners.Partner, purpose partners.Purpose, cert certificate) error {
		ended, err := register.Rotate(s, operator, partner.ID, purpose, cert.Certificate)
		if err != nil {
			return err
		}
		s.say("command.partner.rotated", "name", partner.Name, "n", ended)
		s.tellCertificate(cert, purpose)
		return nil
	})
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

// tellCertificate says where the files are, and what to send to the partner.
func (s session) tellCertificate(c certificate, purpose partners.Purpose) {
	s.say("command.certificate.purpose", "purpose", string(purpose))
	for _, line := range []struct{ key, path string }{
		{"command.certificate.cert", c.cert}, {"command.certificate.key", c.key}, {"command.certificate.authority", c.authority},
	} {
		if line.path != "" {
			s.say(line.key, "path", shortest(line.path))
		}
	}
	s.say("command.certificate.until", "until", clock.On(c.NotAfter, time.UTC))
	if c.key != "" {
		s.say("command.certificate.send")
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
	now := clock.System()
	for _, p := range list {
		fmt.Printf("%s  %s%s\n", p.Name, p.Distributor, p.Project)
		for _, cert := range p.Certificates {
			fmt.Printf("    %s  %s  %s%s\n", cert.Purpose, s.end(cert), cert.Fingerprint, s.warning(cert, now))
		}
	}
	return nil
}

func (s session) end(c partners.Certificate) string {
	if !c.Revoked.IsZero() {
		return s.words.T(s.locale, "command.partner.ended")
	}
	return c.Until.Format(time.DateOnly)
}

// warning is what the list adds to a certificate that ends within thirty days, or has ended and was not revoked.
func (s session) warning(c partners.Certificate, now time.Time) string {
	switch {
	case !c.Revoked.IsZero() || !c.Ends(now, partners.WarnBefore):
		return ""
	case c.Ends(now, 0):
		return "  " + s.words.T(s.locale, "command.partner.over")
	}
	const day = 24 * time.Hour
	return "  " + s.words.T(s.locale, "command.partner.soon", "n", int(c.Until.Sub(now)/day))
}
