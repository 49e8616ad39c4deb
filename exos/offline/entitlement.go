package offline

import (
	"crypto/ed25519"
	"encoding/json"
	"time"

	"github.com/go-jose/go-jose/v4"

	"pupitre/internal/fault"
)

// Hash is a SHA-256: of an act's text in base64, of a file in hexadecimal as elsewhere in Biblio Exos.
type Hash string

// Entitlement (« droit hors connexion ») lets one device open one module without a network. It names the learner by a name that the same
// learner has in no other module, and says nothing else of them.
type Entitlement struct {
	ID      string  `json:"jti"`
	Subject string  `json:"sub"`
	Holder  Holder  `json:"cnf"`
	Module  string  `json:"module"`
	Version string  `json:"version"`
	Files   []Hash  `json:"files"` // what may be kept of it
	Start   Instant `json:"nbf"`
	End     Instant `json:"exp"`   // the licence's own; 0: none was said
	Lease   Instant `json:"lease"` // until then, without hearing from us
	Updated Instant `json:"iat"`
	Seal    *Seal   `json:"seal,omitempty"` // what files for a teacher are sealed with
}

// Holder is whose device may use it, by the thumbprint of its key (RFC 7800).
type Holder struct {
	Thumbprint string `json:"jkt"`
}

// Instant is a NumericDate (RFC 7519): whole seconds; 0 is none.
type Instant int64

// At is the instant of a time: the second in which it lies.
func At(t time.Time) Instant {
	if t.IsZero() {
		return 0
	}
	return Instant(t.Unix())
}

// Time is the instant's.
func (i Instant) Time() time.Time {
	if i == 0 {
		return time.Time{}
	}
	return time.Unix(int64(i), 0).UTC()
}

// State is what has become of an entitlement.
type State string

// The states. Any other word reads as suspended.
const (
	Active    State = "active"
	Suspended State = "suspended" // for now
	Expired   State = "expired"   // the licence is over
	Returned  State = "returned"  // the device gave it back
	Revoked   State = "revoked"   // it was taken back, for good
)

// Status is the server's word on an entitlement, at a time.
type Status struct {
	ID      string  `json:"jti"` // the entitlement's
	Device  string  `json:"device"`
	State   State   `json:"status"`
	Updated Instant `json:"iat"`
	Reason  string  `json:"reason,omitempty"` // in words, for the pupil
}

// The types of what is signed: one is never taken for the other.
const (
	entitlementType = "exos-entitlement+jws"
	statusType      = "exos-status+jws"
)

// Signer is the server's own key.
type Signer struct {
	ID      string
	Private ed25519.PrivateKey
}

// Keys are the public keys by which devices know us, by their ids.
type Keys map[string]ed25519.PublicKey

// Sign writes an entitlement as a compact JWS.
func (s Signer) Sign(e Entitlement) (string, error) { return s.sign(entitlementType, e) }

// SignStatus writes a status as a compact JWS.
func (s Signer) SignStatus(st Status) (string, error) { return s.sign(statusType, st) }

func (s Signer) sign(typ string, claims any) (string, error) {
	text, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	key := jose.SigningKey{Algorithm: jose.EdDSA, Key: jose.JSONWebKey{Key: s.Private, KeyID: s.ID}}
	signer, err := jose.NewSigner(key, (&jose.SignerOptions{}).WithType(jose.ContentType(typ)))
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(text)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

var errSignature = fault.New(fault.Invalid, "exos.offline.signature")

// Entitlement reads one that we signed; any other is Invalid.
func (k Keys) Entitlement(token string) (Entitlement, error) {
	var e Entitlement
	return e, k.read(entitlementType, token, &e)
}

// Status reads a status that we signed; any other is Invalid.
func (k Keys) Status(token string) (Status, error) {
	var s Status
	return s, k.read(statusType, token, &s)
}

func (k Keys) read(typ, token string, into any) error {
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.EdDSA})
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "exos.offline.signature")
	}
	header := signed.Signatures[0].Protected
	key, known := k[header.KeyID]
	if !known || header.ExtraHeaders[jose.HeaderType] != typ {
		return errSignature
	}
	text, err := signed.Verify(key)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "exos.offline.signature")
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fault.Wrap(err, fault.Invalid, "exos.offline.signature")
	}
	return nil
}
