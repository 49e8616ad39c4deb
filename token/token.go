package token

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"log/slog"
	"slices"
	"strings"
	"time"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// ID identifies a token within its school.
type ID string

// Token (« jeton ») is the right of a program to act for a manager in a school.
type Token struct {
	School  directory.SchoolID
	ID      ID
	Person  directory.PersonID // the manager
	Name    string             // of the program, as its manager calls it
	Scope   Scope              // what it may do at most; made without, it may change
	Made    time.Time
	Ends    time.Time
	Revoked time.Time // zero while it stands
	Used    string    // the last day of use (YYYY-MM-DD, UTC); "" for never
}

// Scope is what a token lets a program do, within what its manager may.
type Scope string

// The scopes.
const (
	ScopeRead   Scope = "read"   // ask, and see what an order would do
	ScopeChange Scope = "change" // give and take copies too
)

// Scopes lists them, the least first.
var Scopes = []Scope{ScopeRead, ScopeChange}

// Actor is the manager for whom the program acts.
func (t Token) Actor() journal.Actor {
	return journal.Actor{Kind: journal.ByPerson, ID: string(t.Person)}
}

// MayChange reports whether the token lets its program change anything.
func (t Token) MayChange() bool { return t.Scope == ScopeChange }

// Stands reports whether the token opens anything at an instant.
func (t Token) Stands(now time.Time) bool { return t.Revoked.IsZero() && now.Before(t.Ends) }

// Secret is what a program shows. It is known to its manager alone.
type Secret string

// LogValue hides the secret.
func (Secret) LogValue() slog.Value { return slog.StringValue("…") }

// prefix lets scanners of code and logs know a secret that was left lying about.
const prefix = "pupitre_"

func newSecret() Secret {
	var b [32]byte
	rand.Read(b[:]) // never fails since Go 1.24
	return Secret(prefix + base64.RawURLEncoding.EncodeToString(b[:]))
}

// hash is what is kept of a secret: of 256 random bits a plain digest is enough.
func (s Secret) hash() string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

const (
	maxName = 80
	maxLive = 50
	// Year is how long a token may live.
	Year = 366 * 24 * time.Hour
)

// check holds a token in the making to its form.
func (t Token) check(now time.Time) error {
	switch n := len([]rune(t.Name)); {
	case n == 0 || n > maxName || strings.TrimSpace(t.Name) != t.Name || strings.ContainsFunc(t.Name, func(r rune) bool { return r < ' ' }):
		return fault.New(fault.Invalid, "token.name.form", "most", maxName)
	case !slices.Contains(Scopes, t.Scope):
		return fault.New(fault.Invalid, "token.scope.choice", "value", string(t.Scope))
	case !t.Ends.After(now) || t.Ends.After(now.Add(Year)):
		return fault.New(fault.Invalid, "token.end.range")
	}
	return nil
}

// Key is under what name a program asks for a change, and a hash of what it asks.
type Key struct {
	Name    string
	Request string
}

// maxKey is the longest name of a key.
const maxKey = 255

// ParseKey reads the name of a key: visible ASCII.
func ParseKey(name string) (string, error) {
	if name == "" {
		return "", fault.New(fault.Invalid, "token.key.missing")
	}
	if len(name) > maxKey || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", fault.New(fault.Invalid, "token.key.form", "most", maxKey)
	}
	return name, nil
}

// Answer is what a program was told.
type Answer struct {
	Status   int
	Location string
	Body     string
}
