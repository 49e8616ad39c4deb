package saml

import (
	"encoding/base64"
	"encoding/xml"
	"slices"
	"strings"
	"time"

	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/xmlgate"
	"pupitre/internal/xmlsec"
)

// descriptor is what we read of metadata (SAML Metadata §2.3.2).
type descriptor struct {
	EntityID string `xml:"entityID,attr"`
	Until    string `xml:"validUntil,attr"`
	Roles    []struct {
		Until      string     `xml:"validUntil,attr"`
		SignsAsks  string     `xml:"AuthnRequestsSigned,attr"`
		WantSigned string     `xml:"WantAssertionsSigned,attr"`
		Keys       []keyUse   `xml:"urn:oasis:names:tc:SAML:2.0:metadata KeyDescriptor"`
		Consumers  []endpoint `xml:"urn:oasis:names:tc:SAML:2.0:metadata AssertionConsumerService"`
		Logouts    []endpoint `xml:"urn:oasis:names:tc:SAML:2.0:metadata SingleLogoutService"`
		Names      []string   `xml:"urn:oasis:names:tc:SAML:2.0:metadata NameIDFormat"`
	} `xml:"urn:oasis:names:tc:SAML:2.0:metadata SPSSODescriptor"`
}

type keyUse struct {
	Use          string   `xml:"use,attr"`
	Certificates []string `xml:"http://www.w3.org/2000/09/xmldsig# KeyInfo>X509Data>X509Certificate"`
	Methods      []struct {
		Algorithm string `xml:"Algorithm,attr"`
	} `xml:"urn:oasis:names:tc:SAML:2.0:metadata EncryptionMethod"`
}

type endpoint struct {
	Binding  string `xml:"Binding,attr"`
	Location string `xml:"Location,attr"`
	Answers  string `xml:"ResponseLocation,attr"`
	Index    int    `xml:"index,attr"`
	Default  string `xml:"isDefault,attr"`
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
	case d.XMLName != xml.Name{Space: metadataSpace, Local: "EntityDescriptor"}:
		return nil, bad("EntityDescriptor")
	case len(d.Roles) != 1:
		return nil, bad("SPSSODescriptor")
	case isOver(d.Until, now), isOver(d.Roles[0].Until, now):
		return nil, bad("validUntil")
	}
	role := d.Roles[0]
	p := &federation.SAMLParty{EntityID: d.EntityID, SignsAsks: isTrue(role.SignsAsks), Signed: federation.SignAssertion}
	// One that announces the names of sessions only would ask for them.
	p.Transient = slices.Contains(role.Names, federation.SAMLTransient) && !slices.Contains(role.Names, federation.SAMLPersistent)
	for _, k := range role.Keys {
		if err := addKey(p, k); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(role.Consumers, func(a, b endpoint) int { return a.Index - b.Index })
	for _, e := range role.Consumers {
		if e.Binding != string(federation.SAMLPost) {
			continue
		}
		out := federation.SAMLEndpoint{Binding: federation.SAMLPost, Location: strings.TrimSpace(e.Location), Index: e.Index}
		if isTrue(e.Default) {
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

func isOver(until string, now time.Time) bool {
	if until == "" {
		return false
	}
	t, err := time.Parse(time.RFC3339Nano, until)
	return err != nil || !now.Before(t)
}

// addKey keeps a key for what it is for; one without « use » is for both (§2.4.1.1).
func addKey(p *federation.SAMLParty, k keyUse) error {
	for _, text := range k.Certificates {
		der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
		if err != nil {
			return fault.Wrap(err, fault.Invalid, "federation.saml.metadata", "what", "X509Certificate")
		}
		if k.Use != "encryption" {
			p.Signing = append(p.Signing, der)
		}
		if k.Use != "signing" && p.Encryption == nil {
			p.Encryption, p.Cipher = der, bestCipher(k)
		}
	}
	return nil
}

// bestCipher is the best of those that a site announces; of one that announces none the standard's own (XML Encryption 1.1 §5.2.4).
func bestCipher(k keyUse) string {
	for _, c := range xmlsec.Ciphers {
		for _, m := range k.Methods {
			if m.Algorithm == c {
				return c
			}
		}
	}
	return xmlsec.AES128GCM
}
