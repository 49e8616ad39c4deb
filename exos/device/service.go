package device

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"time"

	"pupitre/exos"
	"pupitre/exos/offline"
	"pupitre/internal/fault"
	"pupitre/internal/id"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Service has the use cases. Fill it as a struct literal.
type Service struct {
	Store Store            // required
	Exos  *exos.Service    // required
	IDs   *id.Maker        // required
	Now   func() time.Time // required

	// Lease is how long a device may go without speaking to us; 0: thirty days.
	Lease time.Duration
}

func (s *Service) lease() time.Duration {
	if s.Lease > 0 {
		return s.Lease
	}
	return 30 * 24 * time.Hour
}

var (
	errNoDevice = fault.New(fault.NotFound, "exos.device.unknown")
	errNoCode   = fault.New(fault.Denied, "exos.device.code")
)

// signer is the server's own key, made when it is first needed. Whoever takes the database could lend modules to devices: what that
// opens, they have with the database.
func (s *Service) signer(ctx context.Context, w Writer) (offline.Signer, error) {
	found, err := w.SigningKey(ctx)
	if !fault.Is(err, fault.NotFound) {
		return found, err
	}
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return offline.Signer{}, err
	}
	if _, err := w.AddSigningKey(ctx, offline.Signer{ID: s.IDs.New(), Private: private}); err != nil {
		return offline.Signer{}, err
	}
	return w.SigningKey(ctx)
}

// Keys are what devices know us by.
func (s *Service) Keys(ctx context.Context) (offline.Keys, error) {
	return tx.Answer(ctx, s.Store.Write, func(ctx context.Context, w Writer) (offline.Keys, error) {
		k, err := s.signer(ctx, w)
		if err != nil {
			return nil, err
		}
		return offline.Keys{k.ID: k.Private.Public().(ed25519.PublicKey)}, nil
	})
}

// Devices lists the visitor's own, those in use first.
func (s *Service) Devices(ctx context.Context, v exos.Visitor) ([]Device, error) {
	return tx.Answer(ctx, s.Store.Read, func(ctx context.Context, r Reader) ([]Device, error) {
		return r.Devices(ctx, []exos.LearnerID{v.Learner.ID})
	})
}

// End ends one of the visitor's own devices: at its next word it hears so, and lets go of what it has. What was done on it before is
// still taken. Ended already, nothing changes.
func (s *Service) End(ctx context.Context, v exos.Visitor, d ID) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		found, err := w.TakeDevice(ctx, d)
		if fault.Is(err, fault.NotFound) || err == nil && found.Learner != v.Learner.ID {
			return errNoDevice
		}
		if err != nil {
			return err
		}
		return s.end(ctx, w, v.Learner, found)
	})
}

func (s *Service) end(ctx context.Context, w Writer, by exos.Learner, d Device) error {
	if d.Ended() {
		return nil
	}
	act, err := record(ctx, w, by, "exos.device-ended", d.ID)
	if err != nil {
		return err
	}
	if err := w.EndDevice(ctx, act, d.ID, by.ID); err != nil {
		return err
	}
	lent, err := w.Lent(ctx, d.ID)
	if err != nil {
		return err
	}
	for _, l := range lent {
		l.State, l.ChangedAt = offline.Revoked, w.Now()
		if err := w.PutLent(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

func record(ctx context.Context, w Writer, by exos.Learner, verb string, d ID) (journal.ActID, error) {
	return w.Record(ctx, journal.Entry{
		School: by.School, Actor: journal.Actor{Kind: journal.ByPerson, ID: string(by.ID)}, Verb: verb, Subject: string(d), Class: journal.ClassChange,
	})
}
