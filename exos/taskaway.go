package exos

import (
	"context"

	"pupitre/internal/fault"
)

// TaskAway shows an exercise of a homework as a device keeps it: not begun, with the seed that the homework draws for its next attempt,
// without key. Denied, saying why, where it is not begun on a device: its time is counted, it is over, or was begun and is done once.
func (s *Service) TaskAway(ctx context.Context, v Visitor, h HomeworkID, e ExerciseID) (Sitting, error) {
	o, found, err := s.beginnable(ctx, v, h, e)
	if err != nil {
		return Sitting{}, err
	}
	seed := found.homework.seedOf(v.Learner.ID, e, found.attempt.following())
	found.attempt, found.last, found.refused, found.hand, found.changed = &Attempt{ID: "away", Exercise: e, Version: o.Version, Seed: seed}, nil, nil, nil, 0
	return s.task(found, o, nil)
}

// TaskProgramAway is ProgramAway for an exercise of a homework: nil where graded, whose key stays here, and where a corrected key marks it.
func (s *Service) TaskProgramAway(ctx context.Context, v Visitor, h HomeworkID, e ExerciseID) ([]byte, error) {
	o, found, err := s.beginnable(ctx, v, h, e)
	if err != nil || found.homework.Graded || found.rules.keyed != o || o.Adaptive || o.ByHandOnly() {
		return nil, err
	}
	return o.item.Program.Encode(), nil
}

// beginnable is an exercise of a learner's paper of which a device may begin the next attempt.
func (s *Service) beginnable(ctx context.Context, v Visitor, h HomeworkID, e ExerciseID) (*opened, seen, error) {
	o, err := s.known(ctx, e)
	if err != nil {
		return nil, seen{}, err
	}
	found, err := read(ctx, s, func(ctx context.Context, r Reader) (seen, error) { return s.lookAt(ctx, r, v, h, o) })
	switch {
	case err != nil:
		return nil, seen{}, err
	case found.withheld != nil:
		return nil, seen{}, found.withheld
	case found.rules.closed != nil:
		return nil, seen{}, found.rules.closed
	case found.homework.Test != nil:
		return nil, seen{}, errTestNetwork
	case found.homework.Limit > 0:
		return nil, seen{}, fault.New(fault.Denied, "exos.homework.timed")
	case found.attempt != nil && !found.homework.renews(found.attempt):
		return nil, seen{}, fault.New(fault.Denied, "exos.homework.once")
	}
	return o, found, v.May(found.progress.Module.ARK, found.progress.Module.Title, s.Now())
}
