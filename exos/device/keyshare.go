package device

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"time"

	"pupitre/exos"
	"pupitre/exos/offline"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
)

// KeyShare (« part de clé ») is our half of what opens a device's content where its learner has locked it. The code itself, digits or
// pictures, is never told to us; what it encrypts never leaves the device.
type KeyShare struct {
	Device ID
	Secret []byte // 32 random bytes, never told as they are
	Proof  string // SHA-256, in hexadecimal, of what the right code gives; "": a new code may be chosen
	Tries  int    // wrong ones in a row
	MadeAt time.Time
}

// maxTries is how many wrong codes in a row are answered. Then only its learner, signed in, opens the device: of a thousand thieves of
// locked tablets with four digits, one comes in.
const maxTries = 10

// Two things are made of a secret: the half that goes with the right code, and what opens without one, for the learner who signs in.
const (
	forCode  = "biblio-exos share 1"
	forSpare = "biblio-exos spare 1"
)

func (k KeyShare) part(purpose string) []byte {
	out, err := hkdf.Key(sha256.New, k.Secret, nil, purpose, 32)
	if err != nil {
		panic(err) // 32 bytes are never too many
	}
	return out
}

// LockRequest is what a device asks of its share, and signs.
type LockRequest struct {
	Device ID     `json:"device"`
	Proof  []byte `json:"proof,omitempty"` // what the code that was entered gives, 32 bytes
	Next   []byte `json:"next,omitempty"`  // what a new code gives: from now on that one is right
	Drop   bool   `json:"drop,omitempty"`  // the lock is taken off
}

// LockAnswer is what it gets. Where the code was wrong there is no share.
type LockAnswer struct {
	Share  []byte `json:"share,omitempty"`
	Spare  []byte `json:"spare,omitempty"` // once, where the lock is new: what it encrypts opens for whoever signs in
	Left   int    `json:"left"`            // how many codes may still be tried
	Closed bool   `json:"closed,omitempty"`
}

// Lock gives a device our half of its key for the right code, sets a code, or takes it off. A wrong code is counted, whatever else is
// asked, and after ten in a row none is right. Denied where the device was ended, or did not sign this.
func (s *Service) Lock(ctx context.Context, said offline.Signed) (LockAnswer, error) {
	var in LockRequest
	if err := json.Unmarshal([]byte(said.Text), &in); err != nil {
		return LockAnswer{}, fault.Wrap(err, fault.Invalid, "exos.device.form")
	}
	for _, p := range [][]byte{in.Proof, in.Next} {
		if len(p) != 0 && len(p) != sha256.Size {
			return LockAnswer{}, fault.New(fault.Invalid, "exos.device.form")
		}
	}
	fresh := make([]byte, 32)
	rand.Read(fresh) // never fails since Go 1.24
	return tx.Answer(ctx, s.Store.Write, func(ctx context.Context, w Writer) (LockAnswer, error) {
		d, err := speaker(ctx, w, in.Device, said)
		if err != nil {
			return LockAnswer{}, err
		}
		if d.Ended() {
			return LockAnswer{}, errNotLent
		}
		k, err := w.KeyShare(ctx, d.ID)
		if fault.Is(err, fault.NotFound) {
			if len(in.Next) == 0 {
				return LockAnswer{}, fault.New(fault.Invalid, "exos.device.form")
			}
			k = KeyShare{Device: d.ID, Secret: fresh, Proof: digest(in.Next), MadeAt: w.Now()}
			return LockAnswer{Share: k.part(forCode), Spare: k.part(forSpare), Left: maxTries}, w.PutKeyShare(ctx, k)
		}
		if err != nil {
			return LockAnswer{}, err
		}
		return turn(ctx, w, k, in)
	})
}

// turn tries a code on a share that there is.
func turn(ctx context.Context, w Writer, k KeyShare, in LockRequest) (LockAnswer, error) {
	open := k.Proof == "" && (len(in.Next) > 0 || in.Drop) // its learner has signed in since, and chooses anew, or no code
	switch {
	case k.Tries >= maxTries:
		return LockAnswer{Closed: true}, nil
	case !open && (k.Proof == "" || subtle.ConstantTimeCompare([]byte(digest(in.Proof)), []byte(k.Proof)) != 1):
		k.Tries++
		return LockAnswer{Left: maxTries - k.Tries, Closed: k.Tries >= maxTries}, w.PutKeyShare(ctx, k)
	case in.Drop:
		return LockAnswer{Left: maxTries}, w.DropKeyShare(ctx, k.Device)
	}
	k.Tries = 0
	if len(in.Next) > 0 {
		k.Proof = digest(in.Next)
	}
	return LockAnswer{Share: k.part(forCode), Left: maxTries}, w.PutKeyShare(ctx, k)
}

func digest(proof []byte) string {
	sum := sha256.Sum256(proof)
	return hex.EncodeToString(sum[:])
}

// speaker is the device that signed something, kept from others until the transaction ends.
func speaker(ctx context.Context, w Writer, id ID, said offline.Signed) (Device, error) {
	d, err := w.TakeDevice(ctx, id)
	if err != nil {
		return d, orNone(err)
	}
	if !d.Key.Verify(said, offline.ForRequest) {
		return d, fault.New(fault.Denied, "exos.device.proof")
	}
	return d, nil
}

// Recover opens a device's content without its code, for its own learner who is signed in: what was not sent is not lost with a code
// that was forgotten. From then on the old code is none, and the next one is chosen on the device. It works on an ended device, too:
// answers that are on it still count.
func (s *Service) Recover(ctx context.Context, v exos.Visitor, id ID) (spare []byte, err error) {
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		d, err := w.TakeDevice(ctx, id)
		if fault.Is(err, fault.NotFound) || err == nil && d.Learner != v.Learner.ID {
			return errNoDevice
		}
		if err != nil {
			return err
		}
		k, err := w.KeyShare(ctx, id)
		if err != nil {
			return orNone(err)
		}
		if _, err := record(ctx, w, v.Learner, "exos.device-recovered", id); err != nil {
			return err
		}
		k.Proof, k.Tries = "", 0
		spare = k.part(forSpare)
		return w.PutKeyShare(ctx, k)
	})
	return spare, err
}

// Leave ends a device by its own word: its learner has signed out of it, and nothing of theirs is left there. Ended already, nothing
// changes.
func (s *Service) Leave(ctx context.Context, said offline.Signed) error {
	var in Fetch
	if err := json.Unmarshal([]byte(said.Text), &in); err != nil {
		return fault.Wrap(err, fault.Invalid, "exos.device.form")
	}
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		d, err := speaker(ctx, w, in.Device, said)
		if err != nil {
			return err
		}
		if err := w.DropKeyShare(ctx, d.ID); err != nil {
			return err
		}
		if err := w.PutReady(ctx, d.ID, nil); err != nil {
			return err
		}
		return s.end(ctx, w, exos.Learner{ID: d.Learner}, d)
	})
}
