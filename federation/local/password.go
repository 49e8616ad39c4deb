package local

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"pupitre/internal/fault"
)

// Kept is what is kept of a password: argon2id (RFC 9106) with its salt and parameters, in the form of the Password Hashing
// Competition: « $argon2id$v=19$m=19456,t=2,p=1$SALT$HASH ».
type Kept string

// LogValue hides the hash.
func (Kept) LogValue() slog.Value { return slog.StringValue("…") }

// Params are what a hash costs. They stand beside each hash, so that they can grow.
type Params struct {
	Memory uint32 // KiB
	Passes uint32
	Lanes  uint8
}

// DefaultParams are OWASP's recommendation: 19 MiB, two passes, one lane. A class that signs in at nine o'clock fits into two cores.
var DefaultParams = Params{Memory: 19 << 10, Passes: 2, Lanes: 1}

const (
	saltSize  = 16
	hashSize  = 32
	maxMemory = 256 << 10 // KiB: a row that asks for more is damaged
	maxPasses = 16
)

// Hasher makes and checks hashes, a few at once: each takes its memory. Others wait a little, then are told to come back.
// Make it by NewHasher.
type Hasher struct {
	params   Params
	patience time.Duration
	places   chan struct{}
	computed atomic.Int64
}

// NewHasher computes at most atOnce hashes at the same time; who waits longer than patience for a place is fault.Unavailable.
func NewHasher(p Params, atOnce int, patience time.Duration) *Hasher {
	return &Hasher{params: p, patience: patience, places: make(chan struct{}, atOnce)}
}

// Computed counts the hashes computed so far. That of an identifier that nobody has is one more, like that of a wrong password.
func (h *Hasher) Computed() int64 { return h.computed.Load() }

// Hash makes what is kept of a password.
func (h *Hasher) Hash(ctx context.Context, password string) (Kept, error) {
	var salt [saltSize]byte
	rand.Read(salt[:]) // never fails since Go 1.24
	sum, err := h.compute(ctx, password, salt[:], h.params)
	if err != nil {
		return "", err
	}
	encode := base64.RawStdEncoding.EncodeToString
	return Kept(fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.params.Memory, h.params.Passes, h.params.Lanes,
		encode(salt[:]), encode(sum))), nil
}

// Check reports whether the password is that of the hash, and whether the hash is weaker than one made today. Where there is no hash it
// computes one all the same, and says no.
func (h *Hasher) Check(ctx context.Context, kept Kept, password string) (good, weaker bool, err error) {
	p, salt, want, err := parse(kept)
	if kept == "" {
		p, salt, err = h.params, make([]byte, saltSize), nil
	}
	if err != nil {
		return false, false, fmt.Errorf("check a password: %w", err)
	}
	got, err := h.compute(ctx, password, salt, p)
	if err != nil {
		return false, false, err
	}
	good = subtle.ConstantTimeCompare(got, want) == 1 // of no hash: lengths differ
	return good, p.Memory < h.params.Memory || p.Memory == h.params.Memory && p.Passes < h.params.Passes, nil
}

// compute waits for a place, and computes. The same letters are the same password however a keyboard composed them (NFC).
func (h *Hasher) compute(ctx context.Context, password string, salt []byte, p Params) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, h.patience)
	defer cancel()
	select {
	case h.places <- struct{}{}:
		defer func() { <-h.places }()
	case <-ctx.Done():
		return nil, fault.Wrap(ctx.Err(), fault.Unavailable, "local.signin.busy")
	}
	h.computed.Add(1)
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, p.Passes, p.Memory, p.Lanes, hashSize), nil
}

var errHash = errors.New("what is kept of a password cannot be read")

// parse reads what is kept.
func parse(kept Kept) (p Params, salt, sum []byte, err error) {
	parts := strings.Split(string(kept), "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, nil, nil, errHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.Memory, &p.Passes, &p.Lanes); err != nil {
		return p, nil, nil, errHash
	}
	if p.Memory > maxMemory || p.Passes == 0 || p.Passes > maxPasses || p.Lanes == 0 {
		return p, nil, nil, errHash
	}
	decode := base64.RawStdEncoding.DecodeString
	if salt, err = decode(parts[4]); err != nil || len(salt) == 0 {
		return p, nil, nil, errHash
	}
	if sum, err = decode(parts[5]); err != nil || len(sum) != hashSize {
		return p, nil, nil, errHash
	}
	return p, salt, sum, nil
}
