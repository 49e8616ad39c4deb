package app

import (
	"context"
	"crypto/tls"
	"net/http"
	"slices"
	"strings"

	"pupitre/internal/app/brokerapp"
	"pupitre/internal/demo/subscriptions"
	"pupitre/journal"
	"pupitre/mediacentre"
	"pupitre/partners"
)

// The partners' services under the names that the GAR gave them. A client certificate is asked for there only.
const (
	subscriptionsName = "abonnement.localhost"
	resourcesName     = "list-ressource.localhost"
	countsName        = "decompte-affectations.localhost"
)

var partnerNames = []string{subscriptionsName, resourcesName, countsName}

// The demonstration's partners: who sells, and the portal. Each service has a certificate of its own, in files of these names.
var (
	distributorPartner = partners.Partner{Name: subscriptions.DistributorName, Distributor: subscriptions.Distributor}
	portalPartner      = partners.Partner{Name: "Mon collège", Project: demoProject}
)

const (
	distributorCertificate = "distributeur"
	countsCertificate      = "distributeur-decompte"
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

// doors are the partners' services of one broker, by name.
func (d *Demo) doors(b *brokerapp.Broker) map[string]http.Handler {
	gate := func() partners.Gate { return partners.Gate{Partners: b.Partners, Words: d.options.Words} }
	return map[string]http.Handler{
		subscriptionsName: &partners.Door{Gate: gate(), Subscriptions: b.Licensing, Schools: b.Store.Directory()},
		resourcesName: &partners.PortalDoor{
			Gate: gate(), Base: d.Broker, Now: d.options.Now, People: b.Directory, Resources: b.Catalogue, Sellers: b.Licensing,
			Desks: &mediacentre.Service{Rights: b.Licensing, Notices: b.Catalogue},
		},
		countsName: &partners.CountDoor{Gate: gate(), Counts: b.Licensing},
	}
}

// onlyFor refuses a request whose TLS handshake named another host than its Host header: with the handshake of a page's name no
// client certificate was asked for, so nobody may pass on to a partner's service on that connection.
func onlyFor(name string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.TLS == nil || !strings.EqualFold(r.TLS.ServerName, name) {
			http.Error(w, http.StatusText(http.StatusMisdirectedRequest), http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}
