package exos

import (
	"strings"
	"time"
	"unicode/utf8"

	"pupitre/internal/fault"
)

// PublisherID is ours.
type PublisherID string

// Publisher (« éditeur ») is who publishes modules here: those that are opened by resources whose identifiers begin with its prefix.
// No two publishers' prefixes begin alike, so a module has one publisher at most.
type Publisher struct {
	ID     PublisherID
	Name   string
	Prefix ARK // such as ark:/99999/preau.
}

// Owns reports whether a resource is one of this publisher's.
func (p Publisher) Owns(ark ARK) bool {
	return p.Prefix != "" && strings.HasPrefix(string(ark), string(p.Prefix))
}

// clashes reports whether a resource could be one of either.
func (p Publisher) clashes(other Publisher) bool {
	return strings.HasPrefix(string(p.Prefix), string(other.Prefix)) || strings.HasPrefix(string(other.Prefix), string(p.Prefix))
}

// validate refuses a publisher without a name, or with a prefix that names no authority.
func (p Publisher) validate() error {
	if n := utf8.RuneCountInString(p.Name); n == 0 || n > maxTitle || strings.TrimSpace(p.Name) != p.Name {
		return fault.New(fault.Invalid, "exos.publisher.name", "max", maxTitle)
	}
	if ark, err := ParseARK(string(p.Prefix) + "x"); err != nil || string(ark) != string(p.Prefix)+"x" {
		return fault.New(fault.Invalid, "exos.publisher.prefix", "prefix", string(p.Prefix))
	}
	return nil
}

// PublisherKeyID is ours; the journal names who acted for a publisher by it.
type PublisherKeyID string

// PublisherKey (« clé d’éditeur ») is by what one member of a publisher's staff, or one of its programs, comes in: 256 random bits
// that are shown once, of which only a hash is kept. Docs: docs/decisions/0012-publisher-keys.md.
type PublisherKey struct {
	ID        PublisherKeyID
	Publisher PublisherID
	Name      string // who holds it, as the operator calls them: « atelier numérique »
	Hash      string // of the Token
	Ends      time.Time
	RevokedAt time.Time // zero: it is not
}

// The limits of a key.
const (
	maxKeyName = 100
	maxKeyDays = 366
)

// good reports whether the key opens at now.
func (k PublisherKey) good(now time.Time) bool { return k.RevokedAt.IsZero() && now.Before(k.Ends) }

// Press is that somebody of a publisher's staff is here. Service.EnterPublisher makes it; every use case of publishers takes it.
type Press struct {
	Publisher Publisher
	Key       PublisherKey
}

// fewest is the smallest number of pupils that a publisher is told of: what fewer did is « moins de 5 », without a success.
const fewest = 5

// Count is a number of pupils as a publisher may know it: exact from five on.
type Count struct {
	N   int
	Few bool // fewer than five, and perhaps none
}

func masked(n int) Count {
	if n < fewest {
		return Count{Few: true}
	}
	return Count{N: n}
}

// Usage is what became of a module, without names: nothing of it is about fewer than five pupils.
type Usage struct {
	Pupils    Count // who have opened it
	Versions  []VersionUse
	Exercises []ExerciseUse // of the version in force
}

// VersionUse is a published version, and how many are in it.
type VersionUse struct {
	Version
	Total   int // exercises
	Current bool
	Pupils  Count
}

// ExerciseUse is how one exercise was answered.
type ExerciseUse struct {
	Exercise ExerciseID
	Title    string
	Pupils   Count   // who have answered it
	Success  float64 // mean of their best marks, 0 to 1; 0 where they are few
	Tries    float64 // mean number of submissions; 0 where they are few
}
