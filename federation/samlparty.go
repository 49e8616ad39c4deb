package federation

import (
	"cmp"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"slices"

	"pupitre/internal/fault"
	"pupitre/internal/xmlsec"
)

// SAMLParty is a publisher's site as a SAML 2.0 service provider: what its metadata say (SAML 2.0 Metadata §2.4.4), and what was
// settled besides when it was registered.
type SAMLParty struct {
	EntityID   string         `json:"entity"`
	Consumers  []SAMLEndpoint `json:"consumers"`            // AssertionConsumerService by HTTP-POST, the default one first
	Logouts    []SAMLEndpoint `json:"logouts,omitempty"`    // SingleLogoutService, of the bindings that we speak
	Signing    [][]byte       `json:"signing,omitempty"`    // DER: certificates of the keys that it may sign with
	Encryption []byte         `json:"encryption,omitempty"` // DER: the certificate that assertions are encrypted for
	Cipher     string         `json:"cipher,omitempty"`     // of the ciphers that it announces the best, see xmlsec.Ciphers
	Transport  string         `json:"transport,omitempty"`  // of the ways to carry the cipher's key the best that it announces, see xmlsec.Transports; "": the older one
	SignsAsks  bool           `json:"asks,omitempty"`       // its requests are signed: others are refused
	Signed     SAMLSigned     `json:"signed"`
	Encrypted  bool           `json:"encrypted,omitempty"` // assertions are encrypted
	Transient  bool           `json:"transient,omitempty"` // it knows persons by a name of their session, and finds the pseudonym in IDO
}

// The formats of a person's name (SAML 2.0 Core §8.3.7, §8.3.8).
const (
	SAMLPersistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
	SAMLTransient  = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
)

// NameOf is what the site calls a person in a session, and its format.
func (p *SAMLParty) NameOf(name Pseudonym, session string) (text, format string) {
	if p.Transient {
		return "_" + session, SAMLTransient
	}
	return name.Subject(), SAMLPersistent
}

// SAMLEndpoint is an address that takes a message by one binding.
type SAMLEndpoint struct {
	Binding  SAMLBinding `json:"binding"`
	Location string      `json:"location"`
	Answers  string      `json:"answers,omitempty"` // ResponseLocation: where answers go, if elsewhere
	Index    int         `json:"index,omitempty"`
}

// SAMLBinding is a way for a message to travel.
type SAMLBinding string

// The bindings that we speak (SAML 2.0 Bindings §3.4, §3.5, §3.2).
const (
	SAMLRedirect SAMLBinding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
	SAMLPost     SAMLBinding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
	SAMLSOAP     SAMLBinding = "urn:oasis:names:tc:SAML:2.0:bindings:SOAP"
)

// SAMLSigned is what of an answer is signed.
type SAMLSigned string

// What may be signed; each signature costs one.
const (
	SignAssertion SAMLSigned = "assertion"
	SignResponse  SAMLSigned = "response"
	SignBoth      SAMLSigned = "both"
)

// SAMLEntityID is our own name to service providers: the address of our metadata (SAML 2.0 Metadata §4.1.1).
func SAMLEntityID(issuer string) string { return issuer + "/saml/metadata" }

const longestEntity = 1024 // SAML 2.0 Core §8.3.6

func (p *SAMLParty) validate(client ClientID) error {
	bad := func(code, what string) error {
		return fault.New(fault.Invalid, code, "client", string(client), "address", what)
	}
	if p.EntityID == "" || len(p.EntityID) > longestEntity || len(p.Consumers) == 0 {
		return bad("federation.client.saml", p.EntityID)
	}
	if !slices.Contains([]SAMLSigned{SignAssertion, SignResponse, SignBoth}, p.Signed) {
		return bad("federation.client.signed", string(p.Signed))
	}
	for _, e := range p.Consumers {
		if e.Binding != SAMLPost || !fit(e.Location) {
			return bad("federation.client.address", e.Location)
		}
	}
	for _, e := range p.Logouts {
		if !fit(e.Location) || e.Answers != "" && !fit(e.Answers) {
			return bad("federation.client.address", e.Location)
		}
	}
	keys, err := p.Keys()
	if err != nil {
		return err
	}
	if p.SignsAsks && len(keys) == 0 {
		return bad("federation.client.unsigned", p.EntityID)
	}
	if p.Encrypted {
		to, err := p.Recipient()
		if err != nil {
			return bad("federation.client.encryption", p.EntityID)
		}
		if _, ok := to.Certificate.PublicKey.(*rsa.PublicKey); !ok || xmlsec.CheckCertificate(to.Certificate) != nil ||
			!slices.Contains(xmlsec.Ciphers, to.Cipher) || !slices.Contains(xmlsec.Transports, to.Transport) {
			return bad("federation.client.encryption", p.EntityID)
		}
	}
	return nil
}

// Recipient is whom assertions are encrypted for, and how; fault.Invalid where there is no such certificate.
func (p *SAMLParty) Recipient() (xmlsec.Recipient, error) {
	c, err := x509.ParseCertificate(p.Encryption)
	if err != nil {
		return xmlsec.Recipient{}, fault.Wrap(err, fault.Invalid, "federation.client.encryption", "client", p.EntityID, "address", p.EntityID)
	}
	return xmlsec.Recipient{Certificate: c, Cipher: p.Cipher, Transport: cmp.Or(p.Transport, xmlsec.OAEPMGF1P)}, nil
}

// Keys are the certificates of the keys that it may sign with; fault.Invalid where one is too weak.
func (p *SAMLParty) Keys() ([]*x509.Certificate, error) {
	var all []*x509.Certificate
	for _, der := range p.Signing {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, fault.Wrap(err, fault.Invalid, "federation.client.saml", "address", p.EntityID)
		}
		if err := xmlsec.CheckCertificate(c); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// Logout is where it takes a logout message by a binding, if it does.
func (p *SAMLParty) Logout(binding SAMLBinding) (SAMLEndpoint, bool) {
	i := slices.IndexFunc(p.Logouts, func(e SAMLEndpoint) bool { return e.Binding == binding })
	if i < 0 {
		return SAMLEndpoint{}, false
	}
	return p.Logouts[i], true
}

// FindEntity returns the program that is a SAML service provider of this name; fault.NotFound for any other. What it says may be a
// second old.
func (s *Service) FindEntity(ctx context.Context, entityID string) (Client, error) {
	all, err := s.registered(ctx)
	if err != nil {
		return Client{}, err
	}
	for _, c := range all {
		if c.SAML != nil && c.SAML.EntityID == entityID {
			return c, nil
		}
	}
	return Client{}, errNoClient
}
