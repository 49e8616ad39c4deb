package offline

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"

	"pupitre/internal/fault"
)

// Key (« clé d’appareil ») is the public half of a device's key: Ed25519, or P-256 where a browser has no other. The private half is
// made by the device and cannot be taken out of it.
type Key struct {
	jwk    jwk
	verify func(message, signature []byte) bool
}

// jwk is a public key as browsers export it (RFC 7517, RFC 8037). Its fields are in the order that a thumbprint wants (RFC 7638).
type jwk struct {
	Crv string `json:"crv"`
	Kty string `json:"kty"`
	X   string `json:"x"`
	Y   string `json:"y,omitempty"`
}

var errKey = fault.New(fault.Invalid, "exos.device.key")

// ParseKey reads a device's key. What else a browser puts into it (key_ops, ext) is left out; a private one is refused.
func ParseKey(text []byte) (Key, error) {
	var in struct {
		jwk
		D json.RawMessage `json:"d"`
	}
	if len(text) > 1000 || json.Unmarshal(text, &in) != nil || in.D != nil {
		return Key{}, errKey
	}
	x, errX := base64.RawURLEncoding.Strict().DecodeString(in.X)
	y, errY := base64.RawURLEncoding.Strict().DecodeString(in.Y)
	if errX != nil || errY != nil {
		return Key{}, errKey
	}
	switch {
	case in.Kty == "OKP" && in.Crv == "Ed25519" && len(x) == ed25519.PublicKeySize && in.Y == "":
		return Key{in.jwk, func(message, signature []byte) bool {
			return ed25519.Verify(ed25519.PublicKey(x), message, signature)
		}}, nil
	case in.Kty == "EC" && in.Crv == "P-256" && len(x) == 32 && len(y) == 32:
		public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x...), y...))
		if err != nil { // no point of the curve
			return Key{}, errKey
		}
		return Key{in.jwk, func(message, signature []byte) bool {
			if len(signature) != 64 { // as browsers write it: r and s
				return false
			}
			sum := sha256.Sum256(message)
			return ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:]))
		}}, nil
	}
	return Key{}, errKey
}

// String is the key as ParseKey reads it.
func (k Key) String() string {
	text, err := json.Marshal(k.jwk)
	if err != nil {
		panic(fmt.Sprintf("offline: a key without JSON: %v", err)) // four strings
	}
	return string(text)
}

// Thumbprint names the key (RFC 7638).
func (k Key) Thumbprint() string {
	sum := sha256.Sum256([]byte(k.String()))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// Purpose keeps a signature for one thing from being taken for another.
type Purpose string

// What devices sign.
const (
	ForEnrolment Purpose = "biblio-exos enrolment 1\n"
	ForAct       Purpose = "biblio-exos act 1\n"
	ForRequest   Purpose = "biblio-exos request 1\n"
	ForHandover  Purpose = "biblio-exos handover 1\n"
	ForReceipt   Purpose = "biblio-exos receipt 1\n"
)

// Purposes are all of them: a device's key signs for nothing else.
var Purposes = []Purpose{ForEnrolment, ForAct, ForRequest, ForHandover, ForReceipt}

// Signed (« pli ») is a text that a device signed, as it came.
type Signed struct {
	Text      string `json:"text"`
	Signature []byte `json:"signature"` // base64 in JSON
}

// Verify reports whether the key's device signed it for this purpose.
func (k Key) Verify(s Signed, p Purpose) bool {
	return k.verify != nil && k.verify([]byte(string(p)+s.Text), s.Signature)
}

// Hash names a signed text by what it says.
func (s Signed) Hash() Hash {
	sum := sha256.Sum256([]byte(s.Text))
	return Hash(base64.RawURLEncoding.EncodeToString(sum[:]))
}
