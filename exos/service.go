package exos

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"log/slog"
	"time"

	"golang.org/x/sync/singleflight"

	"pupitre/exos/qti/render"
	"pupitre/internal/id"
	"pupitre/internal/tx"
)

// Rights asks the broker what a learner holds. exos/signin satisfies it.
type Rights interface {
	// Rights returns the learner's rights now, and the credential to use next time where it was renewed (nil where not).
	// Unauthenticated: the credential is no longer taken, the learner must sign in again. Unavailable: the broker does not answer.
	Rights(ctx context.Context, c Credential) ([]Right, Credential, error)
}

// Service has the use cases. Fill it as a struct literal; the zero value of every optional field is useful.
type Service struct {
	Store Store            // required
	IDs   *id.Maker        // required
	Now   func() time.Time // required

	Rights Rights       // optional: without it the rights of the sign-in are never asked for again
	Log    *slog.Logger // optional

	// SessionLife is how long a sign-in lasts; 0: ten hours, a school day.
	SessionLife time.Duration
	// RightsFresh is the age beyond which rights are asked for again at the next request; 0: two minutes. The broker pushes
	// changes at once: this is for pushes that were lost.
	RightsFresh time.Duration
	// RightsGrace is how old rights may be while the broker does not answer; 0: thirty minutes. Rights that the broker has said
	// to have changed have no grace.
	RightsGrace time.Duration
	// Tries is how many submissions an attempt takes, after which it ends and the corrigé may be seen; 0: three.
	Tries int
	// HandedRoom is how many bytes of files one learner may hand in, in all; 0: 256 MB.
	HandedRoom int64

	// Draws tells which interactions the pupil's page draws; nil where nobody knows: then no package is said to have others.
	Draws func(render.Type) bool

	shelf  shelf
	bench  bench
	asking singleflight.Group
}

const (
	sessionLife = 10 * time.Hour       // a school day
	guessKept   = 24 * time.Hour       // a code that was tried
	keyNameKept = 365 * 24 * time.Hour // who held a publisher's key, after its end
)

func (s *Service) sessionLife() time.Duration { return orDefault(s.SessionLife, sessionLife) }
func (s *Service) rightsFresh() time.Duration { return orDefault(s.RightsFresh, 2*time.Minute) }
func (s *Service) rightsGrace() time.Duration { return orDefault(s.RightsGrace, 30*time.Minute) }

func (s *Service) tries() int {
	if s.Tries > 0 {
		return s.Tries
	}
	return 3
}

func (s *Service) log() *slog.Logger {
	if s.Log != nil {
		return s.Log
	}
	return slog.Default()
}

func orDefault(d, fallback time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return fallback
}

// NewToken returns 256 random bits.
func NewToken() Token {
	var b [32]byte
	rand.Read(b[:]) // never fails since Go 1.24
	return Token(base64.RawURLEncoding.EncodeToString(b[:]))
}

// newSeed returns a random seed; zero is left to tests.
func newSeed() Seed {
	var b [8]byte
	rand.Read(b[:])
	return Seed(binary.BigEndian.Uint64(b[:]) | 1)
}

// read runs f in a reading transaction and returns its result.
func read[T any](ctx context.Context, s *Service, f func(ctx context.Context, r Reader) (T, error)) (T, error) {
	return tx.Answer(ctx, s.Store.Read, f)
}

// write runs f in a writing transaction and returns its result.
func write[T any](ctx context.Context, s *Service, f func(ctx context.Context, w Writer) (T, error)) (T, error) {
	return tx.Answer(ctx, s.Store.Write, f)
}
