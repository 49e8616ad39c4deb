package exos

import (
	"context"
	"slices"
	"time"

	"pupitre/internal/fault"
	"pupitre/journal"
)

// keepDue is how long homework stays listed after it was due.
const keepDue = 14 * 24 * time.Hour

// Groups lists the visitor's classes and groups, as the sign-in tells them.
func (s *Service) Groups(ctx context.Context, v Visitor) ([]GroupView, error) {
	if len(v.Learner.Cohorts) == 0 {
		return []GroupView{}, nil
	}
	return read(ctx, s, func(ctx context.Context, r Reader) ([]GroupView, error) {
		return r.Cohorts(ctx, v.Learner.School, v.Learner.Cohorts)
	})
}

// Homeworks lists the homework of the visitor's classes and groups, soonest due first, with the visitor's own progress. Pupils see
// it once it has opened, teachers at once.
func (s *Service) Homeworks(ctx context.Context, v Visitor) ([]Assigned, error) {
	if len(v.Learner.Cohorts) == 0 {
		return []Assigned{}, nil
	}
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Assigned, error) {
		given, err := r.HomeworkOf(ctx, v.Learner.School, v.Learner.Cohorts, r.Now().Add(-keepDue))
		if err != nil {
			return nil, err
		}
		out := []Assigned{}
		for _, h := range given {
			if r.Now().Before(h.Opens) && !v.Learner.Profile.Teaches() {
				continue
			}
			a, err := s.assigned(ctx, r, v, h)
			if err != nil {
				return nil, err
			}
			out = append(out, a)
		}
		return out, nil
	})
}

// assigned adds the visitor's progress to a homework.
func (s *Service) assigned(ctx context.Context, r Reader, v Visitor, h Homework) (Assigned, error) {
	out := Assigned{Homework: h}
	maxima, marks := map[ExerciseID]float64{}, map[ExerciseID]Mark{}
	for _, part := range h.Parts {
		p, err := s.progress(ctx, r, v, part.Module)
		if err != nil {
			return Assigned{}, err
		}
		lines, err := r.Lines(ctx, v.Learner.ID, part.Module, p.Version)
		if err != nil {
			return Assigned{}, err
		}
		for _, l := range lines {
			if part.Exercise != "" && part.Exercise != l.Exercise {
				continue
			}
			maxima[l.Exercise] = l.Max
			if l.Mark != nil {
				marks[l.Exercise] = *l.Mark
			}
		}
	}
	out.Done, out.Total, out.Success = len(marks), len(maxima), Success(maxima, marks)
	out.Late = !r.Now().Before(h.Due) && out.Done < out.Total
	return out, nil
}

// GiveHomework gives work to one of the teacher's own classes or groups. Denied to pupils; Invalid where nobody could do it.
func (s *Service) GiveHomework(ctx context.Context, v Visitor, h Homework) (HomeworkID, error) {
	if !v.Learner.Profile.Teaches() {
		return "", fault.New(fault.Denied, "exos.homework.teachers")
	}
	if !slices.ContainsFunc(v.Learner.Cohorts, func(c Cohort) bool { return c.Kind == h.Cohort.Kind && c.Code == h.Cohort.Code }) {
		return "", fault.New(fault.Denied, "exos.homework.cohort")
	}
	if err := h.Validate(); err != nil {
		return "", err
	}
	h.ID, h.School, h.By = HomeworkID(s.IDs.New()), v.Learner.School, v.Learner.ID
	return h.ID, s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		for _, part := range h.Parts {
			p, err := s.progress(ctx, w, v, part.Module)
			if err != nil {
				return err
			}
			if err := v.May(p.Module.ARK, p.Module.Title, s.Now()); err != nil {
				return err
			}
		}
		act, err := w.Record(ctx, journal.Entry{
			School: h.School, Actor: journal.Actor{Kind: journal.ByPerson, ID: string(v.Learner.ID)}, Verb: "exos.homework-given",
			Subject: string(h.ID), Class: journal.ClassChange, Detail: map[string]any{"cohort": h.Cohort.Code, "parts": len(h.Parts)},
		})
		if err != nil {
			return err
		}
		return w.AddHomework(ctx, act, h)
	})
}
