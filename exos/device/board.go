package device

import (
	"context"
	"maps"
	"slices"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
)

// Seen is a pupil's device as their teacher sees it.
type Seen struct {
	Device
	Member  classroom.Member
	Waiting int      // acts that are here, and wait for others that are not
	Reports []Report // what came in its name and is not what it signed
}

// Class lists the devices of the pupils of a teacher's classes and groups, ended ones too, the one that spoke last first.
func (s *Service) Class(ctx context.Context, v exos.Visitor) ([]Seen, error) {
	return tx.Answer(ctx, s.Store.Read, func(ctx context.Context, r Reader) ([]Seen, error) {
		pupils, err := pupilsOf(ctx, r, v)
		if err != nil {
			return nil, err
		}
		devices, err := r.Devices(ctx, slices.Collect(maps.Keys(pupils)))
		if err != nil {
			return nil, err
		}
		ids := make([]ID, len(devices))
		for i, d := range devices {
			ids[i] = d.ID
		}
		reports, err := r.Reports(ctx, ids)
		if err != nil {
			return nil, err
		}
		waiting, err := r.WaitingOn(ctx, ids)
		if err != nil {
			return nil, err
		}
		out := make([]Seen, len(devices))
		for i, d := range devices {
			out[i] = Seen{Device: d, Member: pupils[d.Learner], Waiting: waiting[d.ID]}
			for _, one := range reports {
				if one.Device == d.ID {
					out[i].Reports = append(out[i].Reports, one)
				}
			}
		}
		return out, nil
	})
}

// EndPupils ends the device of a pupil of the teacher's: it was lost, or lies about.
func (s *Service) EndPupils(ctx context.Context, v exos.Visitor, d ID) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		pupils, err := pupilsOf(ctx, w, v)
		if err != nil {
			return err
		}
		found, err := w.TakeDevice(ctx, d)
		if _, own := pupils[found.Learner]; fault.Is(err, fault.NotFound) || err == nil && !own {
			return errNoDevice
		}
		if err != nil {
			return err
		}
		return s.end(ctx, w, v.Learner, found)
	})
}

func pupilsOf(ctx context.Context, r Reader, v exos.Visitor) (map[exos.LearnerID]classroom.Member, error) {
	if !v.Learner.Profile.Teaches() {
		return nil, fault.New(fault.Denied, "exos.homework.teachers")
	}
	members, err := r.Members(ctx, v.Learner.School, v.Learner.Cohorts)
	if err != nil {
		return nil, err
	}
	out := map[exos.LearnerID]classroom.Member{}
	for _, m := range members {
		out[m.Learner] = m
	}
	return out, nil
}
