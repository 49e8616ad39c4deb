package partners

import (
	"context"

	"pupitre/internal/clock"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Store keeps partners and their certificates.
type Store interface {
	tx.Store[Reader, Writer]
	tx.Looking[Reader]
}

// Reader finds partners. "Not found" is fault.NotFound.
type Reader interface {
	tx.Moment
	// FindPartner returns a partner with all of its certificates (partners.partner.unknown).
	FindPartner(ctx context.Context, id PartnerID) (Partner, error)
	// FindCertificate returns a certificate, and its owner without the list (partners.certificate.unknown).
	FindCertificate(ctx context.Context, f Fingerprint) (Certificate, Partner, error)
	// ListPartners returns every partner with its certificates, by name.
	ListPartners(ctx context.Context) ([]Partner, error)
	// ListTaken returns the days, from one on, whose reports the partner has taken, in order.
	ListTaken(ctx context.Context, partner PartnerID, from clock.Date) ([]clock.Date, error)
}

// Writer changes them.
type Writer interface {
	Reader
	journal.Appender
	// AddPartner adds a partner; a distributor number or a project that another partner has is Conflict.
	AddPartner(ctx context.Context, act journal.ActID, p Partner) error
	// AddCertificate pins a certificate; one that is pinned already is Conflict.
	AddCertificate(ctx context.Context, act journal.ActID, c Certificate) error
	// RevokeCertificate ends a certificate now.
	RevokeCertificate(ctx context.Context, act journal.ActID, f Fingerprint) error
	// TakeReport marks the report of a day as taken; one that is already is Conflict (partners.report.taken).
	TakeReport(ctx context.Context, act journal.ActID, partner PartnerID, day clock.Date) error
}
