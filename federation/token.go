package federation

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// Token is a secret that its bearer may use: a session cookie, a code, a ticket. It is never kept and never logged.
type Token string

// Hash is what is kept of a Token: SHA-256, 64 hexadecimal digits; of one that says when it was made, that moment before them. A token
// is 256 random bits, so a plain hash cannot be searched; a slow one would only slow us.
type Hash string

// NewToken returns 256 random bits in 43 characters that need no escaping in an address.
func NewToken() Token {
	var b [32]byte
	rand.Read(b[:]) // never fails since Go 1.24
	return Token(base64.RawURLEncoding.EncodeToString(b[:]))
}

// NewDated returns a kind, as « ST- » or nothing, a moment, a hyphen, and 256 random bits in hexadecimal digits. What is given at every
// launch is such a token: hashes that begin with their moment are written beside one another, not all over a table.
func NewDated(kind string, at time.Time) Token {
	var b [32]byte
	rand.Read(b[:])
	return Token(kind + string(Moment(at)) + "-" + hex.EncodeToString(b[:]))
}

const momentDigits = 14

// Moment is what the hashes of dated tokens of an instant begin with: they sort as their instants do.
func Moment(at time.Time) Hash { return Hash(fmt.Sprintf("%0*x", momentDigits, at.UnixMicro())) }

// moment is the moment that a token says, "" where it says none. Its bearer may say any: the rest of the hash is of the whole token.
func (t Token) moment() Hash {
	said := strings.TrimLeft(string(t), "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	if len(said) < len(t) {
		said = strings.TrimPrefix(said, "-")
	}
	if len(said) <= momentDigits || said[momentDigits] != '-' || strings.Trim(said[:momentDigits], "0123456789abcdef") != "" {
		return ""
	}
	return Hash(said[:momentDigits])
}

// Hash returns what is kept of the token.
func (t Token) Hash() Hash {
	sum := sha256.Sum256([]byte(t))
	return t.moment() + Hash(hex.EncodeToString(sum[:]))
}

// LogValue hides the token.
func (Token) LogValue() slog.Value { return slog.StringValue("…") }
