package device

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"
	"unicode"

	"pupitre/exos"
	"pupitre/exos/offline"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
)

// How long a code is good: one goes by itself from a page to the app, the other is read and typed.
const (
	linkLife  = time.Minute
	typedLife = 10 * time.Minute
)

// maxDevices is how many devices one learner has in use at once.
const maxDevices = 12

// Mint returns a code for a link: 256 random bits, good once, for a minute.
func (s *Service) Mint(ctx context.Context, v exos.Visitor) (Code, error) {
	var b [32]byte
	rand.Read(b[:]) // never fails since Go 1.24
	return s.mint(ctx, v, base64.RawURLEncoding.EncodeToString(b[:]), linkLife)
}

// MintTyped returns a code to be typed on another device, good once, for ten minutes. It has fifty bits, which nobody guesses in ten
// minutes through a network.
func (s *Service) MintTyped(ctx context.Context, v exos.Visitor) (Code, error) {
	return s.mint(ctx, v, typedCode(), typedLife)
}

func (s *Service) mint(ctx context.Context, v exos.Visitor, code string, life time.Duration) (Code, error) {
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		if err := room(ctx, w, v.Learner.ID); err != nil {
			return err
		}
		act, err := record(ctx, w, v.Learner, "exos.device-code", "")
		if err != nil {
			return err
		}
		return w.AddGrant(ctx, act, Grant{Hash: Code(code).hash(), Learner: v.Learner.ID, EndsAt: w.Now().Add(life)})
	})
	return Code(code), err
}

// room says whether a learner may have one more device.
func room(ctx context.Context, r Reader, l exos.LearnerID) error {
	all, err := r.Devices(ctx, []exos.LearnerID{l})
	if err != nil {
		return err
	}
	n := 0
	for _, d := range all {
		if !d.Ended() {
			n++
		}
	}
	if n >= maxDevices {
		return fault.New(fault.Exhausted, "exos.device.many", "n", n)
	}
	return nil
}

// enrolment is what a device signs with its new key, so that it is known to have the private half.
type enrolment struct {
	Code Code            `json:"code"`
	Key  json.RawMessage `json:"key"`
	Kind string          `json:"kind"`
}

// Redeem makes a device of the code's learner, once. Denied where the code is not good any more, or never was.
func (s *Service) Redeem(ctx context.Context, asked offline.Signed) (Device, error) {
	var in enrolment
	if err := json.Unmarshal([]byte(asked.Text), &in); err != nil {
		return Device{}, fault.Wrap(err, fault.Invalid, "exos.device.form")
	}
	key, err := offline.ParseKey(in.Key)
	if err != nil {
		return Device{}, err
	}
	if !key.Verify(asked, offline.ForEnrolment) {
		return Device{}, fault.New(fault.Denied, "exos.device.proof")
	}
	d := Device{ID: ID(s.IDs.New()), Key: key, Kind: kindOf(in.Kind)}
	return tx.Answer(ctx, s.Store.Write, func(ctx context.Context, w Writer) (Device, error) {
		made := d
		g, err := w.RedeemGrant(ctx, in.Code.hash())
		if fault.Is(err, fault.NotFound) || err == nil && !w.Now().Before(g.EndsAt) {
			return Device{}, errNoCode
		}
		if err != nil {
			return Device{}, err
		}
		if err := room(ctx, w, g.Learner); err != nil {
			return Device{}, err
		}
		made.Learner, made.MadeAt, made.SeenAt = g.Learner, w.Now(), w.Now()
		made.Chain = offline.Chain{Next: 1, Floor: w.Now()}
		act, err := record(ctx, w, exos.Learner{ID: g.Learner}, "exos.device-enrolled", made.ID)
		if err != nil {
			return Device{}, err
		}
		return made, w.AddDevice(ctx, act, made)
	})
}

// hash is how the database knows a code, however it was typed.
func (c Code) hash() string {
	sum := sha256.Sum256([]byte("device:" + c.plain()))
	return hex.EncodeToString(sum[:])
}

// plain is a code without what people put into one that they type. A link's is left alone: it is longer.
func (c Code) plain() string {
	if len(c) > 30 {
		return string(c)
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' {
			return -1
		}
		return unicode.ToUpper(r)
	}, string(c))
}

// codeLength is how many signs a typed code has, of five bits each.
const codeLength = 10

func typedCode() string {
	var b [codeLength]byte
	rand.Read(b[:])
	for i := range b {
		b[i] = offline.Signs[b[i]&31]
	}
	return string(b[:])
}
