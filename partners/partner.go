package partners

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/licensing"
)

// PartnerID identifies a partner.
type PartnerID string

// Partner (« partenaire ») is an organisation whose programs call us: a distributor (« distributeur commercial »), or the
// portal of an ENT project.
type Partner struct {
	ID           PartnerID
	Name         string
	Distributor  string              // SIREN_ISNI of « idDistributeurCom », "" for a portal
	Project      directory.ProjectID // the ENT project, "" for a distributor
	Certificates []Certificate       // the newest first
}

// Purpose is the service that a certificate opens; each has its own (gar-protocol §1.1).
type Purpose string

// The purposes, by the host name of the service.
const (
	ForSubscriptions Purpose = "abonnement"
	ForResourceList  Purpose = "list-ressource"
	ForReports       Purpose = "ws-rapports-affectation"
	ForCounts        Purpose = "decompte-affectations"
	ForOrders        Purpose = "commandes" // ours: the GAR has none
)

// Purposes lists them in the order of the pages.
var Purposes = []Purpose{ForSubscriptions, ForResourceList, ForReports, ForCounts, ForOrders}

// Purposes are the services that the partner may have a certificate for.
func (p Partner) Purposes() []Purpose {
	if p.Project != "" {
		return []Purpose{ForResourceList}
	}
	return []Purpose{ForSubscriptions, ForReports, ForCounts, ForOrders}
}

// Fingerprint is the SHA-256 of a certificate, in hexadecimal: what it is pinned by.
type Fingerprint string

// FingerprintOf returns the fingerprint of a certificate.
func FingerprintOf(c *x509.Certificate) Fingerprint {
	sum := sha256.Sum256(c.Raw)
	return Fingerprint(hex.EncodeToString(sum[:]))
}

// Certificate is a client certificate that a partner may come with.
type Certificate struct {
	Fingerprint Fingerprint
	Partner     PartnerID
	Purpose     Purpose
	Subject     string // for people
	From, Until time.Time
	Revoked     time.Time // zero while it is good
}

// WarnBefore is how long ahead the end of a certificate is told.
const WarnBefore = 30 * 24 * time.Hour

// Ends reports whether the certificate is over by a time from now.
func (c Certificate) Ends(now time.Time, within time.Duration) bool {
	return !c.Until.After(now.Add(within))
}

// state refuses a certificate that does not open the purpose now.
func (c Certificate) state(purpose Purpose, now time.Time) error {
	switch {
	case !c.Revoked.IsZero():
		return fault.New(fault.Denied, "partners.certificate.revoked", "fingerprint", string(c.Fingerprint))
	case now.Before(c.From):
		return fault.New(fault.Denied, "partners.certificate.early", "from", c.From)
	case c.Ends(now, 0):
		return fault.New(fault.Denied, "partners.certificate.expired", "until", c.Until)
	case c.Purpose != purpose:
		return fault.New(fault.Denied, "partners.certificate.purpose", "purpose", string(c.Purpose), "asked", string(purpose))
	}
	return nil
}

// succeeded reports whether the partner has another certificate for the same purpose that is good beyond an instant.
func (p Partner) succeeded(c Certificate, beyond time.Time) bool {
	return slices.ContainsFunc(p.Certificates, func(other Certificate) bool {
		return other.Purpose == c.Purpose && other.Revoked.IsZero() && other.Until.After(beyond)
	})
}

// check holds a partner to what it must have.
func (p Partner) check() error {
	switch {
	case strings.TrimSpace(p.Name) == "":
		return fault.New(fault.Invalid, "partners.partner.name")
	case (p.Distributor == "") == (p.Project == ""):
		return fault.New(fault.Invalid, "partners.partner.role")
	case p.Distributor != "" && !licensing.IsDistributor(p.Distributor):
		return fault.New(fault.Invalid, "partners.partner.number", "value", p.Distributor)
	}
	return nil
}
