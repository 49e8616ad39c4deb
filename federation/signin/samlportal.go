package signin

import (
	"context"
	"crypto/x509"
	"encoding/xml"
	"net/http"
	"time"

	"pupitre/federation"
	"pupitre/federation/samlwire"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/xmlgate"
	"pupitre/internal/xmlsec"
)

// samlPortal is a portal as its metadata describe it (Metadata §2.4.3).
type samlPortal struct {
	entityID       string
	signOn         string // by HTTP-Redirect
	signOut        string // by HTTP-Redirect, "" for none
	signOutAnswers string
	keys           []*x509.Certificate
}

const (
	metadataLife = time.Hour
	maxMetadata  = 1 << 20
)

// portal is what the portal publishes.
func (s *SAML) portal(ctx context.Context) (*samlPortal, error) {
	about, err := s.about.get(ctx, s.Now, metadataLife, func(ctx context.Context) (*samlPortal, error) {
		text, err := s.Metadata(ctx)
		if err != nil {
			return nil, err
		}
		return readPortal(text, s.Now())
	})
	if err != nil {
		return nil, silent(s.Portal, err)
	}
	return about, nil
}

// CheckMetadata refuses a portal's metadata that cannot be used, with what is missing in them.
func CheckMetadata(text []byte, now time.Time) error {
	_, err := readPortal(text, now)
	return err
}

// FetchMetadata reads a portal's metadata at its address: a connection over TLS is what vouches for them.
func FetchMetadata(client *http.Client, address string) func(ctx context.Context) ([]byte, error) {
	return func(ctx context.Context) ([]byte, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return nil, err
		}
		status, text, err := httpx.Ask(client, req, maxMetadata)
		if err == nil && status != http.StatusOK {
			err = statusError(status)
		}
		return text, hideQuery(err)
	}
}

// readPortal reads an EntityDescriptor with one IDPSSODescriptor.
func readPortal(text []byte, now time.Time) (*samlPortal, error) {
	if err := xmlgate.Check(text, xmlgate.Limits{Bytes: maxMetadata, Depth: 32, Elements: 10_000}); err != nil {
		return nil, err
	}
	bad := func(what string) error { return fault.New(fault.Invalid, "federation.portal.metadata", "what", what) }
	var d struct {
		XMLName  xml.Name
		EntityID string `xml:"entityID,attr"`
		Until    string `xml:"validUntil,attr"`
		Roles    []struct {
			Keys     []samlwire.KeyDescriptor `xml:"urn:oasis:names:tc:SAML:2.0:metadata KeyDescriptor"`
			SignOns  []samlwire.Endpoint      `xml:"urn:oasis:names:tc:SAML:2.0:metadata SingleSignOnService"`
			SignOuts []samlwire.Endpoint      `xml:"urn:oasis:names:tc:SAML:2.0:metadata SingleLogoutService"`
		} `xml:"urn:oasis:names:tc:SAML:2.0:metadata IDPSSODescriptor"`
	}
	if err := xml.Unmarshal(text, &d); err != nil || d.XMLName != (xml.Name{Space: samlwire.Metadata, Local: "EntityDescriptor"}) || d.EntityID == "" {
		return nil, bad("EntityDescriptor")
	}
	if len(d.Roles) != 1 {
		return nil, bad("IDPSSODescriptor")
	}
	if samlwire.IsOver(d.Until, now) {
		return nil, bad("validUntil")
	}
	p := &samlPortal{entityID: d.EntityID, signOn: byRedirect(d.Roles[0].SignOns).Location}
	if p.signOn == "" {
		return nil, bad("SingleSignOnService (HTTP-Redirect)")
	}
	out := byRedirect(d.Roles[0].SignOuts)
	if p.signOut, p.signOutAnswers = out.Location, out.Answers; p.signOutAnswers == "" {
		p.signOutAnswers = out.Location
	}
	ders, err := samlwire.Certificates(d.Roles[0].Keys, "signing")
	if err != nil {
		return nil, err
	}
	for _, der := range ders {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, bad("X509Certificate")
		}
		if err := xmlsec.CheckCertificate(c); err != nil {
			return nil, err
		}
		p.keys = append(p.keys, c)
	}
	if len(p.keys) == 0 {
		return nil, bad("KeyDescriptor (signing)")
	}
	return p, nil
}

func byRedirect(all []samlwire.Endpoint) samlwire.Endpoint {
	for _, e := range all {
		if e.Binding == string(federation.SAMLRedirect) {
			return e
		}
	}
	return samlwire.Endpoint{}
}
