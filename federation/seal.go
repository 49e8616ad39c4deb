package federation

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"log/slog"

	"pupitre/internal/fault"
)

// Seal closes secrets before they are kept: AES-256-GCM under a key that lies outside the database (a file of mode 0600 or the
// environment), so that a copy of the database signs nothing. The zero Seal leaves them as they are.
type Seal struct{ key [sha256.Size]byte }

// NewSeal makes a Seal of the operator's secret, which must be random: it is not a password.
func NewSeal(secret []byte) (Seal, error) {
	if len(secret) < 32 {
		return Seal{}, fault.New(fault.Invalid, "federation.seal.short", "length", len(secret))
	}
	return Seal{sha256.Sum256(secret)}, nil
}

// LogValue hides the key.
func (Seal) LogValue() slog.Value { return slog.StringValue("…") }

// String hides the key.
func (Seal) String() string { return "…" }

// The first byte of what is kept says what the rest is. PKCS #8, which was kept without one before there were Seals, begins with 0x30.
const (
	plainly = 0
	closed  = 1
)

// Close closes a secret for one name: what is moved under another name does not open.
func (s Seal) Close(plain []byte, name string) []byte {
	if s == (Seal{}) {
		return append([]byte{plainly}, plain...)
	}
	aead := s.aead()
	nonce := make([]byte, aead.NonceSize())
	rand.Read(nonce) // never fails since Go 1.24
	return aead.Seal(append([]byte{closed}, nonce...), nonce, plain, []byte(name))
}

// Open is the inverse of Close. fault.Unavailable where the secret was closed by another key, or there is none; what was kept before
// there was a Seal still opens.
func (s Seal) Open(kept []byte, name string) ([]byte, error) {
	switch {
	case len(kept) == 0 || kept[0] > closed:
		return kept, nil
	case kept[0] == plainly:
		return kept[1:], nil
	}
	if s == (Seal{}) {
		return nil, fault.New(fault.Unavailable, "federation.seal.missing")
	}
	aead := s.aead()
	if len(kept) < 1+aead.NonceSize() {
		return nil, errors.New("a sealed secret is cut short")
	}
	plain, err := aead.Open(nil, kept[1:1+aead.NonceSize()], kept[1+aead.NonceSize():], []byte(name))
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "federation.seal.other")
	}
	return plain, nil
}

func (s Seal) aead() cipher.AEAD {
	block, err := aes.NewCipher(s.key[:])
	if err != nil {
		panic(err) // the key's length is fixed
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // the block's size is fixed
	}
	return aead
}
