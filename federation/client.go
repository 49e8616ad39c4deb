package federation

import (
	"crypto/subtle"
	"net/url"
	"slices"
	"strings"
	"time"

	"pupitre/internal/fault"
)

// ClientID identifies a publisher's program; it is public.
type ClientID string

// Algorithm signs what a client is told (JOSE names).
type Algorithm string

// The algorithms, and no other: SHA-256 at least.
const (
	RS256 Algorithm = "RS256" // RSA-2048
	ES256 Algorithm = "ES256" // P-256: thirty times cheaper to sign
)

// Algorithms lists them.
var Algorithms = []Algorithm{ES256, RS256}

// The same two where SAML signs: other keys, which have certificates (RFC 6931's names, cut short).
const (
	CertifiedRSA   Algorithm = "rsa-sha256"
	CertifiedECDSA Algorithm = "ecdsa-sha256"
)

// CertifiedAlgorithms lists them.
var CertifiedAlgorithms = []Algorithm{CertifiedECDSA, CertifiedRSA}

// Client is a publisher's registered program: who may ask, where answers may go.
type Client struct {
	ID        ClientID
	Sector    Sector // its publisher: it may enter that publisher's resources only
	Name      string
	Secret    Hash // of the secret that proves it; "" where Proof says otherwise
	Proof     Proof
	Redirects []string // exact addresses: compared character by character
	Algorithm Algorithm
	Refresh   bool     // may ask for refresh tokens (offline_access)
	Resource  string   // optional: the ARK that is meant when it names none
	SignedOut []string // where it may ask to be sent after signing out
	LogoutURL string   // optional: back-channel logout
	EventsURL string   // optional: Security Event Tokens (docs/protocols/rights.md)
	Services  []CASService
	SAML      *SAMLParty // optional: it speaks SAML
	LTI       *LTI       // optional: it is an LTI tool
	Created   time.Time
}

// Validate refuses a registration that could not be safe. Plain http is for loopback names only.
func (c Client) Validate() error {
	if c.ID == "" || c.Sector == "" || len(c.Redirects)+len(c.Services) == 0 && c.SAML == nil && c.LTI == nil {
		return fault.New(fault.Invalid, "federation.client.incomplete", "client", string(c.ID))
	}
	signs := len(c.Redirects) > 0 || c.LogoutURL != "" || c.EventsURL != "" || c.SAML != nil || c.LTI != nil // CAS tells without a signature
	if (signs || c.Algorithm != "") && !slices.Contains(Algorithms, c.Algorithm) {
		return fault.New(fault.Invalid, "federation.client.algorithm", "client", string(c.ID), "algorithm", string(c.Algorithm))
	}
	for _, address := range slices.Concat(c.Redirects, c.SignedOut, []string{c.LogoutURL, c.EventsURL}) {
		if address != "" && !fit(address) {
			return fault.New(fault.Invalid, "federation.client.address", "client", string(c.ID), "address", address)
		}
	}
	for _, service := range c.Services {
		if !service.fit() {
			return fault.New(fault.Invalid, "federation.client.service", "client", string(c.ID), "address", service.Prefix)
		}
	}
	if c.SAML != nil {
		if err := c.SAML.validate(c.ID); err != nil {
			return err
		}
	}
	if c.LTI != nil {
		if err := c.LTI.validate(c); err != nil {
			return err
		}
	}
	return c.Proof.validate(c.ID)
}

// fit accepts an absolute https address without fragment or user (RFC 6749 §3.1.2), or http on a name that cannot leave the machine.
func fit(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || strings.ContainsAny(address, "#*\\ ") {
		return false
	}
	name := u.Hostname()
	loopback := name == "localhost" || strings.HasSuffix(name, ".localhost") || name == "127.0.0.1" || name == "::1"
	return u.Scheme == "https" || u.Scheme == "http" && loopback
}

// Allows reports whether answers may go to this address. No pattern, no normalising: RFC 9700 §2.1 asks for the same string.
func (c Client) Allows(redirect string) bool { return slices.Contains(c.Redirects, redirect) }

// IsOrigin reports whether an origin (RFC 6454 §6.2) is that of one of the client's return addresses: its own pages.
func (c Client) IsOrigin(origin string) bool {
	return origin != "" && slices.ContainsFunc(c.Redirects, func(address string) bool {
		u, err := url.Parse(address)
		return err == nil && u.Scheme+"://"+u.Host == origin
	})
}

// Proves reports whether the secret is the client's, in a time that tells nothing. Of a client that is registered for a stronger
// proof no secret is.
func (c Client) Proves(secret Token) bool {
	return c.Proof.Method == BySecret && c.Secret != "" && subtle.ConstantTimeCompare([]byte(secret.Hash()), []byte(c.Secret)) == 1
}
