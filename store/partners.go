package store

import (
	"context"

	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/journal/journaldb"
	"pupitre/partners"
)

// Partners is the partners' view of the database.
func (s *Store) Partners() partners.Store {
	return bound[partners.Reader, partners.Writer]{s,
		func(t journaldb.Tx) partners.Reader { return partnersTx{t} },
		func(t journaldb.Tx) partners.Writer { return partnersTx{t} }}
}

// partnersTx asks and changes partners inside a transaction.
type partnersTx struct{ journaldb.Tx }

var _ partners.Writer = partnersTx{}

const (
	partnerColumns     = `p.id, p.name, p.distributor, p.project`
	certificateColumns = `c.fingerprint, c.partner, c.purpose, c.subject, c.valid_from, c.valid_until, c.revoked_at`
)

func scanPartner(row db.Row) (p partners.Partner, err error) {
	err = row.Scan(&p.ID, &p.Name, &p.Distributor, &p.Project)
	return p, err
}

// scanCertificate scans a certificate, then what more is given.
func scanCertificate(row db.Row, more ...any) (c partners.Certificate, err error) {
	var from, until, revoked int64
	err = row.Scan(append([]any{&c.Fingerprint, &c.Partner, &c.Purpose, &c.Subject, &from, &until, &revoked}, more...)...)
	c.From, c.Until, c.Revoked = db.FromMicros(from), db.FromMicros(until), db.FromMicros(revoked)
	return c, err
}

func oneCertificate(row db.Row) (partners.Certificate, error) { return scanCertificate(row) }

// FindPartner implements partners.Reader.
func (t partnersTx) FindPartner(ctx context.Context, id partners.PartnerID) (partners.Partner, error) {
	p, err := one(ctx, t.Tx, `select `+partnerColumns+` from partner p where p.id = $1`, []any{string(id)}, scanPartner,
		fault.New(fault.NotFound, "partners.partner.unknown", "partner", string(id)))
	if err != nil {
		return p, err
	}
	p.Certificates, err = list(ctx, t.Tx, `
		select `+certificateColumns+` from partner_certificate c where c.partner = $1 order by c.valid_from desc, c.created_at desc, c.revoked_at, c.fingerprint`,
		[]any{string(id)}, oneCertificate)
	return p, err
}

// FindCertificate implements partners.Reader.
func (t partnersTx) FindCertificate(ctx context.Context, f partners.Fingerprint) (c partners.Certificate, p partners.Partner, err error) {
	type both struct {
		c partners.Certificate
		p partners.Partner
	}
	found, err := one(ctx, t.Tx, `
		select `+certificateColumns+`, `+partnerColumns+` from partner_certificate c join partner p on p.id = c.partner where c.fingerprint = $1`,
		[]any{string(f)}, func(row db.Row) (b both, err error) {
			b.c, err = scanCertificate(row, &b.p.ID, &b.p.Name, &b.p.Distributor, &b.p.Project)
			return b, err
		}, fault.New(fault.NotFound, "partners.certificate.unknown", "fingerprint", string(f)))
	return found.c, found.p, err
}

// ListPartners implements partners.Reader.
func (t partnersTx) ListPartners(ctx context.Context) ([]partners.Partner, error) {
	all, err := list(ctx, t.Tx, `select `+partnerColumns+` from partner p order by p.name, p.id`, nil, scanPartner)
	if err != nil {
		return nil, err
	}
	of := map[partners.PartnerID][]partners.Certificate{}
	certificates, err := list(ctx, t.Tx, `select `+certificateColumns+` from partner_certificate c order by c.valid_from desc, c.created_at desc, c.revoked_at, c.fingerprint`, nil, oneCertificate)
	for _, c := range certificates {
		of[c.Partner] = append(of[c.Partner], c)
	}
	for i := range all {
		all[i].Certificates = of[all[i].ID]
	}
	return all, err
}

// AddPartner implements partners.Writer.
func (t partnersTx) AddPartner(ctx context.Context, act journal.ActID, p partners.Partner) error {
	_, err := t.Exec(ctx, `insert into partner (id, name, distributor, project, act, created_at) values ($1, $2, $3, $4, $5, $6)`,
		string(p.ID), p.Name, p.Distributor, string(p.Project), string(act), db.Micros(t.Now()))
	if db.IsUnique(err) {
		return fault.Wrap(err, fault.Conflict, "partners.partner.exists", "value", p.Distributor+string(p.Project))
	}
	return err
}

// AddCertificate implements partners.Writer.
func (t partnersTx) AddCertificate(ctx context.Context, act journal.ActID, c partners.Certificate) error {
	_, err := t.Exec(ctx, `
		insert into partner_certificate (fingerprint, partner, purpose, subject, valid_from, valid_until, act, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		string(c.Fingerprint), string(c.Partner), string(c.Purpose), c.Subject, db.Micros(c.From), db.Micros(c.Until), string(act), db.Micros(t.Now()))
	if db.IsUnique(err) {
		return fault.Wrap(err, fault.Conflict, "partners.certificate.exists", "fingerprint", string(c.Fingerprint))
	}
	return err
}

// RevokeCertificate implements partners.Writer.
func (t partnersTx) RevokeCertificate(ctx context.Context, act journal.ActID, f partners.Fingerprint) error {
	_, err := t.Exec(ctx, `update partner_certificate set revoked_at = $2, act = $3 where fingerprint = $1 and revoked_at = 0`,
		string(f), db.Micros(t.Now()), string(act))
	return err
}

// ListTaken implements partners.Reader.
func (t partnersTx) ListTaken(ctx context.Context, partner partners.PartnerID, from clock.Date) ([]clock.Date, error) {
	return list(ctx, t.Tx, `select day from report_taken where partner = $1 and day >= $2 order by day`, []any{string(partner), from.String()},
		func(row db.Row) (d clock.Date, err error) {
			err = row.Scan((*day)(&d))
			return d, err
		})
}

// TakeReport implements partners.Writer.
func (t partnersTx) TakeReport(ctx context.Context, act journal.ActID, partner partners.PartnerID, day clock.Date) error {
	_, err := t.Exec(ctx, `insert into report_taken (partner, day, act, taken_at) values ($1, $2, $3, $4)`,
		string(partner), day.String(), string(act), db.Micros(t.Now()))
	if db.IsUnique(err) {
		return fault.Wrap(err, fault.Conflict, "partners.report.taken", "day", day.String())
	}
	return err
}
