package classroom

import (
	"context"
	"slices"

	"pupitre/exos"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// FactHintGiven is told where everybody may see a hint from now on: open pages follow it (exos/web). Its subject is the homework.
const FactHintGiven = "exos.hint-given"

// HintGiven is its body.
type HintGiven struct {
	Exercise exos.ExerciseID `json:"exercise"`
}

// Hint lets everybody see the hint of an exercise from now on, or no more. Denied in graded work whose terms do not say that hints may
// be given: a mark says under what it was earned. Conflict where the exercise has no hint.
func (s *Service) Hint(ctx context.Context, v exos.Visitor, id exos.HomeworkID, e exos.ExerciseID, shown bool) error {
	has, err := s.Exos.HasHint(ctx, e)
	if err != nil {
		return err
	}
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		h, err := mine(ctx, w, v, id)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(h.Parts, func(p exos.Part) bool { return p.Exercise == e })
		switch {
		case i < 0:
			return fault.New(fault.NotFound, "exos.exercise.unknown")
		case !has:
			return fault.New(fault.Conflict, "exosclass.hint.none")
		case h.Graded && !h.Hints:
			return fault.New(fault.Denied, "exosclass.hint.graded")
		case h.Parts[i].Hinted == shown:
			return nil
		}
		h.Parts = slices.Clone(h.Parts)
		h.Parts[i].Hinted = shown
		h.Version++
		if err := put(ctx, w, v, "exos.hint-given", h); err != nil || !shown {
			return err
		}
		return w.Tell(ctx, journal.Fact{Topic: FactHintGiven, School: h.School, Subject: string(h.ID)}, HintGiven{Exercise: e})
	})
}
