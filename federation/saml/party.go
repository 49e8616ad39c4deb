package saml

import (
	"encoding/xml"
	"slices"
	"strings"
	"time"

	"pupitre/federation"
	"pupitre/federation/samlwire"
	"pupitre/internal/fault"
	"pupitre/internal/xmlgate"
)

// descriptor is what we read of metadata (SAML Metadata §2.3.2).
type descriptor struct {
	EntityID string `xml:"entityID,attr"`
	Until    string `xml:"validUntil,attr"`
	Roles    []struct {
		Until      string                   `xml:"validUntil,attr"`
		SignsAsks  string                   `xml:"AuthnRequestsSigned,attr"`
		WantSigned string                   `xml:"WantAssertionsSigned,attr"`
		Keys       []samlwire.KeyDescriptor `xml:"urn:oasis:names:tc:SAML:2.0:metadata KeyDescriptor"`
		Consumers  []samlwire.Endpoint      `xml:"urn:oasis:names:tc:SAML:2.0:metadata AssertionConsumerService"`
		Logouts    []samlwire.Endpoint      `xml:"urn:oasis:names:tc:SAML:2.0:metadata SingleLogoutService"`
		Names      []string                 `xml:"urn:oasis:names:tc:SAML:2.0:metadata NameIDFormat"`
	} `xml:"urn:oasis:names:tc:SAML:2.0:metadata SPSSODescriptor"`
}

var metadataLimits = xmlgate.Limits{Bytes: 1 << 20, Depth: 32, Elements: 10_000}

// ReadParty reads a site's metadata: an EntityDescriptor with one SPSSODescriptor. What is to be signed and encrypted is the caller's to
// say; the answer suggests what the metadata ask for. fault.Invalid says what is missing.
func ReadParty(text []byte, now time.Time) (*federation.SAMLParty, error) {
	if err := xmlgate.Check(text, metadataLimits); err != nil {
		return nil, err
	}
	bad := func(what string) error { return fault.New(fault.Invalid, "federation.saml.metadata", "what", what) }
	var d struct {
		XMLName xml.Name
		descriptor
	}
	if err := xml.Unmarshal(text, &d); err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "federation.saml.metadata", "what", "EntityDescriptor")
	}
	switch {
	case d.XMLName != xml.Name{Space: samlwire.Metadata, Local: "EntityDescriptor"}:
		return nil, bad("EntityDescriptor")
	case len(d.Roles) != 1:
		return nil, bad("SPSSODescriptor")
	case samlwire.IsOver(d.Until, now), samlwire.IsOver(d.Roles[0].Until, now):
		return nil, bad("validUntil")
	}
	role := d.Roles[0]
	p := &federation.SAMLParty{EntityID: d.EntityID, SignsAsks: samlwire.IsTrue(role.SignsAsks), Signed: federation.SignAssertion}
	// One that announces the names of sessions only would ask for them.
	p.Transient = slices.Contains(role.Names, federation.SAMLTransient) && !slices.Contains(role.Names, federation.SAMLPersistent)
	var err error
	if p.Signing, err = samlwire.Certificates(role.Keys, "signing"); err != nil {
		return nil, err
	}
	for _, k := range role.Keys {
		ders, err := samlwire.Certificates([]samlwire.KeyDescriptor{k}, "encryption")
		if err == nil && len(ders) > 0 && p.Encryption == nil {
			p.Encryption, p.Cipher, p.Transport = ders[0], k.Cipher(), k.Transport()
		}
	}
	slices.SortStableFunc(role.Consumers, func(a, b samlwire.Endpoint) int { return a.Index - b.Index })
	for _, e := range role.Consumers {
		if e.Binding != string(federation.SAMLPost) {
			continue
		}
		out := federation.SAMLEndpoint{Binding: federation.SAMLPost, Location: strings.TrimSpace(e.Location), Index: e.Index}
		if samlwire.IsTrue(e.Default) {
			p.Consumers = slices.Insert(p.Consumers, 0, out)
		} else {
			p.Consumers = append(p.Consumers, out)
		}
	}
	if len(p.Consumers) == 0 {
		return nil, bad("AssertionConsumerService (HTTP-POST)")
	}
	for _, e := range role.Logouts {
		binding := federation.SAMLBinding(e.Binding)
		if slices.Contains([]federation.SAMLBinding{federation.SAMLRedirect, federation.SAMLPost, federation.SAMLSOAP}, binding) {
			p.Logouts = append(p.Logouts, federation.SAMLEndpoint{Binding: binding, Location: strings.TrimSpace(e.Location), Answers: strings.TrimSpace(e.Answers)})
		}
	}
	return p, nil
}
