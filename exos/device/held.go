package device

import (
	"context"
	"encoding/json"

	"pupitre/exos"
	"pupitre/exos/offline"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
)

// Fetch is what a device asks of a module that it has: its contents, an exercise, a file.
type Fetch struct {
	Device   ID              `json:"device"`
	Module   exos.ModuleID   `json:"module"`
	Exercise exos.ExerciseID `json:"exercise,omitempty"`
	File     exos.Hash       `json:"file,omitempty"`
}

// Known verifies that a device in use asks, and returns whose it is: NotFound where there is none, Denied where it did not sign this, or
// is a learner's no more.
func (s *Service) Known(ctx context.Context, said offline.Signed) (exos.Visitor, error) {
	var in Fetch
	if err := json.Unmarshal([]byte(said.Text), &in); err != nil {
		return exos.Visitor{}, fault.Wrap(err, fault.Invalid, "exos.device.form")
	}
	return tx.Answer(ctx, s.Store.Read, func(ctx context.Context, r Reader) (exos.Visitor, error) {
		h, err := r.Holder(ctx, in.Device)
		if err != nil {
			return exos.Visitor{}, orNone(err)
		}
		if !h.Device.Key.Verify(said, offline.ForRequest) {
			return exos.Visitor{}, fault.New(fault.Denied, "exos.device.proof")
		}
		if h.Device.Ended() {
			return exos.Visitor{}, fault.New(fault.Denied, "exos.device.lent")
		}
		return exos.Visitor{Learner: h.Learner, Rights: h.Rights, RightsAt: h.RightsAt}, nil
	})
}

// Held verifies what a device asks for, and returns whose it is. Denied where the device does not have the module now.
func (s *Service) Held(ctx context.Context, said offline.Signed) (Fetch, exos.Visitor, error) {
	var in Fetch
	if err := json.Unmarshal([]byte(said.Text), &in); err != nil {
		return in, exos.Visitor{}, fault.Wrap(err, fault.Invalid, "exos.device.form")
	}
	v, err := tx.Answer(ctx, s.Store.Read, func(ctx context.Context, r Reader) (exos.Visitor, error) {
		h, err := r.Holder(ctx, in.Device)
		if err != nil {
			return exos.Visitor{}, orNone(err)
		}
		if !h.Device.Key.Verify(said, offline.ForRequest) {
			return exos.Visitor{}, fault.New(fault.Denied, "exos.device.proof")
		}
		lent, err := r.Lent(ctx, in.Device)
		if err != nil {
			return exos.Visitor{}, err
		}
		for _, l := range lent {
			if l.Module == in.Module && l.State == offline.Active && r.Now().Before(l.Until) && !h.Device.Ended() {
				return exos.Visitor{Learner: h.Learner, Rights: h.Rights, RightsAt: h.RightsAt}, nil
			}
		}
		return exos.Visitor{}, fault.New(fault.Denied, "exos.device.lent")
	})
	return in, v, err
}

// May reports whether a file is part of what a learner's device may keep of a module.
func (s *Service) May(ctx context.Context, v exos.Visitor, m exos.ModuleID, file exos.Hash) error {
	files, err := tx.Answer(ctx, s.Store.Read, func(ctx context.Context, r Reader) ([]exos.Hash, error) {
		return s.Exos.AssetsAway(ctx, r, v.Learner, m)
	})
	if err != nil {
		return err
	}
	for _, f := range files {
		if f == file {
			return nil
		}
	}
	return fault.New(fault.NotFound, "exos.content.unknown")
}
