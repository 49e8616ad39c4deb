package federation

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"slices"

	"github.com/go-jose/go-jose/v4"

	"pupitre/internal/fault"
)

// Method is how a program proves itself where programs ask (OpenID Connect Core §9, RFC 8705 §2).
type Method string

// The methods. A program proves itself by the one that it is registered for, and by no other: what would take the weaker one beside
// the stronger is as weak as that.
const (
	BySecret      Method = ""                            // client_secret_basic or client_secret_post
	ByKey         Method = "private_key_jwt"             // RFC 7523 §3
	ByCertificate Method = "self_signed_tls_client_auth" // RFC 8705 §2.2, whoever signed it: there is no authority for §2.1's tls_client_auth
)

// Thumbprint is the SHA-256 of a certificate in base64url, as « x5t#S256 » has it.
type Thumbprint string

// Proof is what a program's proofs are checked with.
type Proof struct {
	Method       Method            `json:"method,omitempty"`
	Algorithms   []Algorithm       `json:"algorithms,omitempty"`   // that it may sign with; none: any of Algorithms
	Keys         []jose.JSONWebKey `json:"keys,omitempty"`         // its key set, as it was registered
	KeysAt       string            `json:"keys_at,omitempty"`      // or where it is (jwks_uri)
	Certificates []Thumbprint      `json:"certificates,omitempty"` // any of them: two while one replaces the other
	Bound        bool              `json:"bound,omitempty"`        // its access tokens are good with the certificate only (RFC 8705 §3)
}

// IsZero reports whether the program proves itself by a secret, as most do.
func (p Proof) IsZero() bool {
	return p.Method == BySecret && len(p.Algorithms)+len(p.Keys)+len(p.Certificates) == 0 && p.KeysAt == "" && !p.Bound
}

// Signs lists the algorithms that the program may sign with.
func (p Proof) Signs() []Algorithm {
	if len(p.Algorithms) == 0 {
		return Algorithms
	}
	return p.Algorithms
}

// validate refuses a proof that proves nothing, or that leaves open which one is meant.
func (p Proof) validate(client ClientID) error {
	wrong := func(what string) error {
		return fault.New(fault.Invalid, "federation.client.proof."+what, "client", string(client))
	}
	for _, a := range p.Algorithms {
		if !slices.Contains(Algorithms, a) {
			return fault.New(fault.Invalid, "federation.client.algorithm", "client", string(client), "algorithm", string(a))
		}
	}
	if p.Bound && p.Method != ByCertificate {
		return wrong("bound")
	}
	switch p.Method {
	case BySecret:
		if !p.IsZero() {
			return wrong("method")
		}
	case ByKey:
		switch {
		case (len(p.Keys) > 0) == (p.KeysAt != ""), len(p.Certificates) > 0:
			return wrong("keys")
		case p.KeysAt != "" && !fit(p.KeysAt):
			return fault.New(fault.Invalid, "federation.client.address", "client", string(client), "address", p.KeysAt)
		case slices.ContainsFunc(p.Keys, func(k jose.JSONWebKey) bool { return !StrongKey(k) }):
			return wrong("weak")
		}
	case ByCertificate:
		if len(p.Certificates) == 0 || len(p.Keys) > 0 || p.KeysAt != "" || slices.ContainsFunc(p.Certificates, unfit) {
			return wrong("certificate")
		}
	default:
		return wrong("method")
	}
	return nil
}

func unfit(t Thumbprint) bool {
	b, err := base64.RawURLEncoding.DecodeString(string(t))
	return err != nil || len(b) != 32
}

// StrongKey reports whether a key checks signatures of ours to take: the public half of RSA with 2,048 bits or more, or of P-256.
func StrongKey(k jose.JSONWebKey) bool {
	switch key := k.Key.(type) {
	case *rsa.PublicKey:
		return k.Valid() && key.N.BitLen() >= 2048 && key.E >= 3
	case *ecdsa.PublicKey:
		return k.Valid() && key.Curve == elliptic.P256()
	}
	return false
}
