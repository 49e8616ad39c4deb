package device

import (
	"context"
	"encoding/json"
	"slices"

	"pupitre/exos"
	"pupitre/exos/offline"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
)

// Fetch is what a device asks of a module that it has, or of a homework: its contents, an exercise, a file.
type Fetch struct {
	Device   ID              `json:"device"`
	Module   exos.ModuleID   `json:"module,omitempty"`
	Homework exos.HomeworkID `json:"homework,omitempty"`
	Exercise exos.ExerciseID `json:"exercise,omitempty"`
	File     exos.Hash       `json:"file,omitempty"`
}

// Asker is whose device asks, and what it has now.
type Asker struct {
	exos.Visitor
	Modules []exos.ModuleID
}

// Asks verifies what a device asks for, and returns whose it is. Denied where it did not sign that, or was ended.
func (s *Service) Asks(ctx context.Context, said offline.Signed) (Fetch, Asker, error) {
	var in Fetch
	if err := json.Unmarshal([]byte(said.Text), &in); err != nil {
		return in, Asker{}, fault.Wrap(err, fault.Invalid, "exos.device.form")
	}
	by, err := tx.Answer(ctx, s.Store.Read, func(ctx context.Context, r Reader) (Asker, error) {
		h, err := r.Holder(ctx, in.Device)
		if err != nil {
			return Asker{}, orNone(err)
		}
		if !h.Device.Key.Verify(said, offline.ForRequest) {
			return Asker{}, fault.New(fault.Denied, "exos.device.proof")
		}
		if h.Device.Ended() {
			return Asker{}, errNotLent
		}
		by := Asker{Visitor: exos.Visitor{Learner: h.Learner, Rights: h.Rights, RightsAt: h.RightsAt}}
		lent, err := r.Lent(ctx, in.Device)
		for _, l := range lent {
			if l.State == offline.Active && r.Now().Before(l.Until) && !h.stale() {
				by.Modules = append(by.Modules, l.Module)
			}
		}
		return by, err
	})
	return in, by, err
}

var errNotLent = fault.New(fault.Denied, "exos.device.lent")

// Held is Asks, and Denied where the device does not have the module now.
func (s *Service) Held(ctx context.Context, said offline.Signed) (Fetch, exos.Visitor, error) {
	in, by, err := s.Asks(ctx, said)
	if err == nil && !slices.Contains(by.Modules, in.Module) {
		err = errNotLent
	}
	return in, by.Visitor, err
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
