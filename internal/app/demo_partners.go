package app

import (
	"context"
	"crypto/tls"
	"slices"

	"pupitre/internal/demo/subscriptions"
	"pupitre/journal"
	"pupitre/partners"
)

// The demonstration's partners: who sells, and the portal. Each service has a certificate of its own, in files of these names.
var (
	distributorPartner = partners.Partner{Name: subscriptions.DistributorName, Distributor: subscriptions.Distributor}
	portalPartner      = partners.Partner{Name: "Mon collège", Project: demoProject}
)

const (
	distributorCertificate = "distributeur"
	countsCertificate      = "distributeur-decompte"
	reportsCertificate     = "distributeur-rapports"
	ordersCertificate      = "distributeur-commandes"
	portalCertificate      = "portail"
)

// admitPrograms is `pupitre partner add` and `certify`: every program of a partner that the demonstration plays, or that an engineer
// may want to play.
func (d *Demo) admitPrograms(ctx context.Context) error {
	for _, one := range []struct {
		partner partners.Partner
		purpose partners.Purpose
		file    string
	}{
		{distributorPartner, partners.ForSubscriptions, distributorCertificate},
		{distributorPartner, partners.ForCounts, countsCertificate},
		{distributorPartner, partners.ForReports, reportsCertificate},
		{distributorPartner, partners.ForOrders, ordersCertificate},
		{portalPartner, partners.ForResourceList, portalCertificate},
	} {
		if _, err := d.admit(ctx, one.partner, one.purpose, one.file); err != nil {
			return err
		}
	}
	return nil
}

// admit makes a partner known, and the certificate in the files of this name as one of its own for a purpose.
func (d *Demo) admit(ctx context.Context, as partners.Partner, purpose partners.Purpose, file string) (*tls.Certificate, error) {
	register, by := d.brokers[0].Partners, journal.System("demo")
	all, err := register.List(ctx)
	if err != nil {
		return nil, err
	}
	same := func(p partners.Partner) bool { return p.Distributor == as.Distributor && p.Project == as.Project }
	var partner partners.Partner
	if i := slices.IndexFunc(all, same); i >= 0 {
		partner = all[i]
	} else if partner, err = register.Register(ctx, by, as); err != nil {
		return nil, err
	}
	files, cert, err := d.pki.Kept(file)
	known := func(c partners.Certificate) bool { return cert != nil && c.Fingerprint == partners.FingerprintOf(cert) }
	if err != nil || !slices.ContainsFunc(partner.Certificates, known) {
		if files, cert, err = d.pki.Client(file); err != nil {
			return nil, err
		}
		if _, err := register.Pin(ctx, by, partner.ID, purpose, cert); err != nil {
			return nil, err
		}
	}
	pair, err := tls.LoadX509KeyPair(files.Cert, files.Key)
	return &pair, err
}
