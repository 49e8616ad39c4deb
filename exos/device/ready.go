package device

import (
	"context"
	"slices"
	"time"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/exos/offline"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
)

// SelfReport is what a device says of itself when it speaks. It is a help to its learner's teachers, and decides nothing.
type SelfReport struct {
	Unsent   int     `json:"unsent"` // answers that it still has once this was taken in
	Homework []Ready `json:"homework"`
}

// Ready (« prêt sans réseau ») is a homework that a device has taken along, by its own word.
type Ready struct {
	Device   ID              `json:"-"`
	Homework exos.HomeworkID `json:"homework"`
	Version  int             `json:"version"` // of the homework, as it was taken along
	Whole    bool            `json:"whole"`   // nothing of it is missing
	Online   int             `json:"online"`  // how many of its exercises are done online only
	At       time.Time       `json:"-"`       // since when it has said so
}

// The limits of what a device says of itself.
const (
	maxHomework = 100
	maxUnsent   = 1 << 20
	maxNamed    = 40 // bytes of an id
)

func (s SelfReport) check() error {
	bad := s.Unsent < 0 || s.Unsent > maxUnsent || len(s.Homework) > maxHomework
	seen := map[exos.HomeworkID]bool{}
	for _, h := range s.Homework {
		bad = bad || h.Homework == "" || len(h.Homework) > maxNamed || seen[h.Homework] || h.Version < 0 || h.Version > maxUnsent || h.Online < 0 || h.Online > maxUnsent
		seen[h.Homework] = true
	}
	if bad {
		return fault.New(fault.Invalid, "exos.device.form")
	}
	return nil
}

// stand keeps what a device says of itself, where it is something new.
func (k *keeper) stand(ctx context.Context, s *SelfReport) error {
	if s == nil {
		return nil
	}
	k.holder.Device.Unsent = s.Unsent // written with the device
	before, err := k.w.ReadyOn(ctx, k.holder.Device.ID)
	if err != nil {
		return err
	}
	var now []Ready
	changed := len(before) != len(s.Homework)
	for _, h := range s.Homework {
		h.Device, h.At = k.holder.Device.ID, k.w.Now()
		i := slices.IndexFunc(before, func(b Ready) bool { return b.Homework == h.Homework })
		if i >= 0 && before[i].Version == h.Version && before[i].Whole == h.Whole && before[i].Online == h.Online {
			h.At = before[i].At
		} else {
			changed = true
		}
		now = append(now, h)
	}
	if !changed {
		return nil
	}
	return k.w.PutReady(ctx, k.holder.Device.ID, now)
}

// Preparedness is how far a device is with a homework.
type Preparedness string

// From nothing to all that is needed.
const (
	NotThere Preparedness = "none"   // the device does not have it
	Partly   Preparedness = "partly" // some of it is missing
	Outdated Preparedness = "old"    // it has the homework as it was before a change
	Shut     Preparedness = "closed" // a module that it needs is not lent to it any more, or not now
	Prepared Preparedness = "ready"  // content, version and entitlement: it can be done without a network
)

// Board is who has a homework ready on a device.
type Board struct {
	Homework exos.Homework
	Pupils   []BoardPupil
	Ready    int // pupils who have it ready on one of theirs at least
	Unsent   int // answers that wait on devices, by their last word, or here for others before them
}

// BoardPupil is a pupil with their devices that are in use, the one that spoke last first.
type BoardPupil struct {
	classroom.Member
	Devices []BoardDevice
}

// Ready reports whether one of their devices has the homework ready.
func (p BoardPupil) Ready() bool {
	return slices.ContainsFunc(p.Devices, func(d BoardDevice) bool { return d.State == Prepared })
}

// BoardDevice is a device beside a homework.
type BoardDevice struct {
	Device
	State   Preparedness
	Online  int // exercises that are done online only
	Waiting int // acts that are here, and wait for others that are not
}

// Readiness is the board of a homework of the visitor's.
func (s *Service) Readiness(ctx context.Context, v exos.Visitor, id exos.HomeworkID) (Board, error) {
	return tx.Answer(ctx, s.Store.Read, func(ctx context.Context, r Reader) (Board, error) {
		if err := gives(ctx, r, v, id); err != nil {
			return Board{}, err
		}
		h, err := r.Homework(ctx, id)
		if err != nil {
			return Board{}, err
		}
		members, err := classroom.Everybody(ctx, r, h)
		if err != nil {
			return Board{}, err
		}
		out := Board{Homework: h}
		of := make([]exos.LearnerID, len(members))
		for i, m := range members {
			of[i] = m.Learner
		}
		on, err := boardDevices(ctx, r, h, of)
		if err != nil {
			return Board{}, err
		}
		for _, m := range members {
			p := BoardPupil{Member: m, Devices: on[m.Learner]}
			for _, d := range p.Devices {
				out.Unsent += d.Unsent + d.Waiting
			}
			if p.Ready() {
				out.Ready++
			}
			out.Pupils = append(out.Pupils, p)
		}
		return out, nil
	})
}

// boardDevices are the devices in use of learners, beside a homework.
func boardDevices(ctx context.Context, r Reader, h exos.Homework, of []exos.LearnerID) (map[exos.LearnerID][]BoardDevice, error) {
	all, err := r.Devices(ctx, of)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, Device.Ended)
	ids := make([]ID, len(all))
	for i, d := range all {
		ids[i] = d.ID
	}
	said, err := r.ReadyFor(ctx, h.ID)
	if err != nil {
		return nil, err
	}
	lent, err := r.LentTo(ctx, ids)
	if err != nil {
		return nil, err
	}
	waiting, err := r.WaitingOn(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := map[exos.LearnerID][]BoardDevice{}
	for _, d := range all {
		one := BoardDevice{Device: d, State: NotThere, Waiting: waiting[d.ID]}
		if i := slices.IndexFunc(said, func(s Ready) bool { return s.Device == d.ID }); i >= 0 {
			one.State, one.Online = prepared(h, said[i], lent[d.ID], r.Now()), said[i].Online
		}
		out[d.Learner] = append(out[d.Learner], one)
	}
	return out, nil
}

// prepared says what a device's word on a homework comes to. A module that it was never lent is one of which it does everything online.
func prepared(h exos.Homework, said Ready, lent []Lent, now time.Time) Preparedness {
	switch {
	case said.Version != h.Version:
		return Outdated
	case !said.Whole:
		return Partly
	}
	for _, p := range h.Parts {
		i := slices.IndexFunc(lent, func(l Lent) bool { return l.Module == p.Module })
		if i >= 0 && (lent[i].State != offline.Active || !now.Before(lent[i].Until)) {
			return Shut
		}
	}
	return Prepared
}
