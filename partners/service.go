package partners

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/id"
	"pupitre/journal"
)

// Service is the register of partners and of the certificates that they are known by. Build it as a literal; all its fields
// are needed.
type Service struct {
	Store Store
	IDs   *id.Maker
}

// Register adds a partner: a distributor by its number, or a portal by its ENT project.
func (s *Service) Register(ctx context.Context, by journal.Actor, p Partner) (Partner, error) {
	p.ID, p.Certificates = PartnerID(s.IDs.New()), nil
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error { return add(ctx, w, by, p) })
	return p, err
}

// Pin lets a partner come with a certificate, for one purpose. It may be of any authority, or of none: the partner proves that
// it holds the key, and we compare the certificate itself.
func (s *Service) Pin(ctx context.Context, by journal.Actor, partner PartnerID, purpose Purpose, cert *x509.Certificate) (c Certificate, err error) {
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		if _, err := w.FindPartner(ctx, partner); err != nil {
			return err
		}
		c, err = pin(ctx, w, by, partner, purpose, cert)
		return err
	})
	if err != nil {
		return Certificate{}, fmt.Errorf("pin a certificate of %s: %w", partner, err)
	}
	return c, nil
}

// Admit registers a partner and the certificate that it comes with: both, or neither.
func (s *Service) Admit(ctx context.Context, by journal.Actor, p Partner, purpose Purpose, cert *x509.Certificate) (Partner, error) {
	p.ID, p.Certificates = PartnerID(s.IDs.New()), nil
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		if err := add(ctx, w, by, p); err != nil {
			return err
		}
		_, err := pin(ctx, w, by, p.ID, purpose, cert)
		return err
	})
	return p, err
}

// Vacant refuses what Register would refuse, and changes nothing: for callers who make a certificate first.
func (s *Service) Vacant(ctx context.Context, p Partner) error {
	if err := p.check(); err != nil {
		return err
	}
	all, err := s.List(ctx)
	for _, other := range all {
		if other.Distributor == p.Distributor && other.Project == p.Project {
			return fault.New(fault.Conflict, "partners.partner.exists", "value", p.Distributor+string(p.Project))
		}
	}
	return err
}

func add(ctx context.Context, w Writer, by journal.Actor, p Partner) error {
	if err := p.check(); err != nil {
		return err
	}
	act, err := record(ctx, w, by, "partners.registered", string(p.ID), nil)
	if err != nil {
		return err
	}
	return w.AddPartner(ctx, act, p)
}

func pin(ctx context.Context, w Writer, by journal.Actor, partner PartnerID, purpose Purpose, cert *x509.Certificate) (Certificate, error) {
	c := Certificate{
		Fingerprint: FingerprintOf(cert), Partner: partner, Purpose: purpose,
		Subject: cert.Subject.String(), From: cert.NotBefore.UTC(), Until: cert.NotAfter.UTC(),
	}
	if c.Ends(w.Now(), 0) {
		return c, c.state(purpose, w.Now())
	}
	act, err := record(ctx, w, by, "partners.pinned", string(partner), map[string]string{"fingerprint": string(c.Fingerprint), "purpose": string(purpose)})
	if err != nil {
		return c, err
	}
	return c, w.AddCertificate(ctx, act, c)
}

// Rotate lets a partner come with a certificate for one purpose, and with no other for that purpose from now on: both, or neither.
// It returns how many certificates it ended.
func (s *Service) Rotate(ctx context.Context, by journal.Actor, partner PartnerID, purpose Purpose, cert *x509.Certificate) (ended int, err error) {
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		ended = 0
		p, err := w.FindPartner(ctx, partner)
		if err != nil {
			return err
		}
		if _, err := pin(ctx, w, by, partner, purpose, cert); err != nil {
			return err
		}
		for _, c := range p.Certificates {
			if c.Purpose != purpose || !c.Revoked.IsZero() || c.Ends(w.Now(), 0) {
				continue
			}
			if err := revoke(ctx, w, by, c); err != nil {
				return err
			}
			ended++
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("rotate a certificate of %s: %w", partner, err)
	}
	return ended, nil
}

// Revoke ends a certificate; who comes with it is refused from now on.
func (s *Service) Revoke(ctx context.Context, by journal.Actor, f Fingerprint) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		c, _, err := w.FindCertificate(ctx, f)
		if errors.Is(err, errUnknownCertificate) {
			return fault.New(fault.NotFound, "partners.fingerprint.unknown", "fingerprint", string(f))
		}
		if err != nil {
			return err
		}
		return revoke(ctx, w, by, c)
	})
}

func revoke(ctx context.Context, w Writer, by journal.Actor, c Certificate) error {
	act, err := record(ctx, w, by, "partners.revoked", string(c.Partner), map[string]string{"fingerprint": string(c.Fingerprint)})
	if err != nil {
		return err
	}
	return w.RevokeCertificate(ctx, act, c.Fingerprint)
}

// List returns every partner with its certificates, by name.
func (s *Service) List(ctx context.Context) (list []Partner, err error) {
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		list, err = r.ListPartners(ctx)
		return err
	})
	return list, err
}

// Find returns the distributor that has a number, or the portal of an ENT project (partners.partner.unknown).
func (s *Service) Find(ctx context.Context, who string) (Partner, error) {
	all, err := s.List(ctx)
	if err != nil {
		return Partner{}, err
	}
	for _, p := range all {
		if p.Distributor+string(p.Project) == who {
			return p, nil
		}
	}
	return Partner{}, fault.New(fault.NotFound, "partners.partner.unknown", "partner", who)
}

// Recognise tells who comes with a certificate for a purpose. Refusals are Denied, and say what to do: the certificate is not
// ours to know, not valid now, revoked, or registered for something else.
func (s *Service) Recognise(ctx context.Context, f Fingerprint, purpose Purpose) (p Partner, err error) {
	err = s.Store.Look(ctx, func(ctx context.Context, r Reader) error {
		var c Certificate
		if c, p, err = r.FindCertificate(ctx, f); err != nil {
			return err
		}
		return c.state(purpose, r.Now())
	})
	if err != nil && errors.Is(err, errUnknownCertificate) {
		return Partner{}, fault.New(fault.Denied, errUnknownCertificate.Code, "fingerprint", string(f))
	}
	return p, err
}

var errUnknownCertificate = fault.New(fault.NotFound, "partners.certificate.unknown")

// Expiring lists the certificates, not revoked, that end within a time from now and have no successor that lasts longer: those that
// somebody has to see to.
func (s *Service) Expiring(ctx context.Context, within time.Duration) (soon []Certificate, err error) {
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		soon = nil
		all, err := r.ListPartners(ctx)
		for _, p := range all {
			for _, c := range p.Certificates {
				if c.Revoked.IsZero() && c.Ends(r.Now(), within) && !p.succeeded(c, r.Now().Add(within)) {
					soon = append(soon, c)
				}
			}
		}
		return err
	})
	return soon, err
}

// TakenReports lists the days, from one on, whose reports the partner has taken.
func (s *Service) TakenReports(ctx context.Context, partner PartnerID, from clock.Date) (days []clock.Date, err error) {
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		days, err = r.ListTaken(ctx, partner, from)
		return err
	})
	return days, err
}

// TakeReport keeps that the partner has taken the report of a day. Of several at once the first is kept, and its entry with it.
func (s *Service) TakeReport(ctx context.Context, partner PartnerID, day clock.Date) error {
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		act, err := record(ctx, w, journal.Actor{Kind: journal.ByPartner, ID: string(partner)}, "partners.collected", string(partner),
			map[string]string{"day": day.String()})
		if err != nil {
			return err
		}
		return w.TakeReport(ctx, act, partner, day)
	})
	if fault.CodeOf(err) == "partners.report.taken" {
		return nil
	}
	return err
}

// Refused writes down that a partner asked for what is another's.
func (s *Service) Refused(ctx context.Context, partner PartnerID, subject, distributor string) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		_, err := record(ctx, w, journal.Actor{Kind: journal.ByPartner, ID: string(partner)}, "partners.refused", subject,
			map[string]string{"distributor": distributor})
		return err
	})
}

func record(ctx context.Context, w Writer, by journal.Actor, verb, subject string, detail any) (journal.ActID, error) {
	return w.Record(ctx, journal.Entry{Actor: by, Verb: verb, Subject: subject, Class: journal.ClassChange, Detail: detail})
}
