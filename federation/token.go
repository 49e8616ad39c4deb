package federation

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"log/slog"
)

// Token is a secret that its bearer may use: a session cookie, a code, a ticket. It is never kept and never logged.
type Token string

// Hash is what is kept of a Token: SHA-256, 64 hexadecimal digits. A token is 256 random bits, so a plain hash cannot be
// searched; a slow one would only slow us.
type Hash string

// NewToken returns 256 random bits in 43 characters that need no escaping in an address.
func NewToken() Token {
	var b [32]byte
	rand.Read(b[:]) // never fails since Go 1.24
	return Token(base64.RawURLEncoding.EncodeToString(b[:]))
}

// Hash returns what is kept of the token.
func (t Token) Hash() Hash {
	sum := sha256.Sum256([]byte(t))
	return Hash(hex.EncodeToString(sum[:]))
}

// LogValue hides the token.
func (Token) LogValue() slog.Value { return slog.StringValue("…") }
