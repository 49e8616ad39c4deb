package exos

import (
	"context"
	"slices"
	"time"

	"pupitre/internal/fault"
)

// keepDue is how long a homework stays listed after it has closed: a term and the holidays after it.
const keepDue = 120 * 24 * time.Hour

var errNoHomework = fault.New(fault.NotFound, "exos.homework.unknown")

// Homeworks lists the homework given to a pupil, soonest due first, with the pupil's own progress, once it has opened. Teachers have
// none: exos/classroom lists what they gave.
func (s *Service) Homeworks(ctx context.Context, v Visitor) ([]Assigned, error) {
	if v.Learner.Profile.Teaches() {
		return []Assigned{}, nil
	}
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Assigned, error) {
		given, err := r.HomeworkOf(ctx, v.Learner, r.Now().Add(-keepDue))
		if err != nil {
			return nil, err
		}
		given = slices.DeleteFunc(given, func(h Homework) bool { return r.Now().Before(h.Opens) })
		return s.assigned(ctx, r, v.Learner.ID, given)
	})
}

// Homework returns one homework as the pupil to whom it is given sees it. Others, and those who are early, find nothing.
func (s *Service) Homework(ctx context.Context, v Visitor, h HomeworkID) (Assigned, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (Assigned, error) {
		given, err := s.given(ctx, r, v, h)
		if err != nil {
			return Assigned{}, err
		}
		list, err := s.assigned(ctx, r, v.Learner.ID, []Homework{given})
		if err != nil {
			return Assigned{}, err
		}
		return list[0], nil
	})
}

// given finds a homework that the visitor may do, or has begun.
func (s *Service) given(ctx context.Context, r Reader, v Visitor, id HomeworkID) (Homework, error) {
	h, err := r.Homework(ctx, id)
	if fault.Is(err, fault.NotFound) || err == nil && (v.Learner.Profile.Teaches() || r.Now().Before(h.Opens)) {
		return Homework{}, errNoHomework
	}
	if err != nil {
		return Homework{}, err
	}
	if h.School == v.Learner.School && h.isFor(v.Learner) {
		return h, nil
	}
	// Who has left the class keeps what they did in it.
	if _, err = r.Paper(ctx, v.Learner.ID, id); fault.Is(err, fault.NotFound) {
		return Homework{}, errNoHomework
	}
	return h, err
}

// isFor reports whether the homework is given to a learner of its school.
func (h Homework) isFor(l Learner) bool {
	return slices.Contains(h.Persons, l.ID) || slices.ContainsFunc(h.Cohorts, func(c Cohort) bool {
		return slices.ContainsFunc(l.Cohorts, func(own Cohort) bool { return own.Kind == c.Kind && own.Code == c.Code })
	})
}

// BeginHomework notes that a pupil begins: from now on their time runs, where there is a limit. Begun again, nothing changes.
func (s *Service) BeginHomework(ctx context.Context, v Visitor, id HomeworkID) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		h, err := s.given(ctx, w, v, id)
		if err != nil {
			return err
		}
		if err := h.rulesOf(nil, h.Parts[0].Exercise, w.Now(), s.tries()).closed; err != nil {
			return err
		}
		return w.BeginPaper(ctx, Paper{Homework: id, Learner: v.Learner.ID, StartedAt: w.Now()})
	})
}

// assigned adds a learner's own work to homework.
func (s *Service) assigned(ctx context.Context, r Reader, l LearnerID, given []Homework) ([]Assigned, error) {
	if len(given) == 0 {
		return []Assigned{}, nil
	}
	ids := make([]HomeworkID, len(given))
	var asked []ExerciseID
	for i, h := range given {
		ids[i] = h.ID
		for _, p := range h.Parts {
			asked = append(asked, p.Exercise)
		}
	}
	papers, err := r.PapersOf(ctx, l, ids)
	if err != nil {
		return nil, err
	}
	work, err := r.TaskWork(ctx, l, ids)
	if err != nil {
		return nil, err
	}
	hands, err := r.HandMarks(ctx, l, ids)
	if err != nil {
		return nil, err
	}
	for i, w := range work {
		for j, m := range hands {
			if m.Homework == w.Homework && m.Exercise == w.Exercise {
				work[i].Hand = &hands[j]
			}
		}
	}
	exercises, err := r.Exercises(ctx, asked)
	if err != nil {
		return nil, err
	}
	changes, err := corrections(ctx, r, l, given)
	if err != nil {
		return nil, err
	}
	out := make([]Assigned, len(given))
	for i, h := range given {
		var course *Course
		if h.Test != nil {
			if course, err = s.course(ctx, r, h, l); err != nil {
				return nil, err
			}
		}
		out[i] = assemble(h, l, papers, work, exercises, course, r.Now())
		for j := range out[i].Tasks {
			if t := &out[i].Tasks[j]; out[i].Visible {
				t.Changed = changes[h.ID][t.Exercise]
			}
		}
	}
	return out, nil
}

// corrections are the points that corrected keys brought a learner, by homework and exercise. Few homeworks have any.
func corrections(ctx context.Context, r Reader, l LearnerID, given []Homework) (map[HomeworkID]map[ExerciseID]float64, error) {
	var ids []HomeworkID
	for _, h := range given {
		if slices.ContainsFunc(h.Parts, func(p Part) bool { return p.Key != "" }) {
			ids = append(ids, h.ID)
		}
	}
	out := map[HomeworkID]map[ExerciseID]float64{}
	if len(ids) == 0 {
		return out, nil
	}
	all, err := r.Corrections(ctx, l, ids)
	for _, c := range all {
		if out[c.Homework] == nil {
			out[c.Homework] = map[ExerciseID]float64{}
		}
		out[c.Homework][c.Exercise] += c.By
	}
	return out, err
}

// assemble puts one pupil's paper together.
func assemble(h Homework, l LearnerID, papers []Paper, work []TaskWork, exercises map[ExerciseID]Exercise, course *Course, now time.Time) Assigned {
	out := Assigned{Homework: h, Visible: h.Shown(now), Course: course}
	for i := range papers {
		if papers[i].Homework == h.ID {
			out.Paper = &papers[i]
		}
	}
	did := map[ExerciseID]*TaskWork{}
	for i := range work {
		if work[i].Homework == h.ID {
			did[work[i].Exercise] = &work[i]
		}
	}
	maxima, marks, bypassed := map[ExerciseID]float64{}, map[ExerciseID]Mark{}, 0
	for i, p := range h.Tasks(l, func(e ExerciseID) bool { return did[e] != nil }) {
		t := Task{Part: p, Number: i + 1, Title: exercises[p.Exercise].Title, Max: h.ScaleOf(exercises[p.Exercise]), Work: did[p.Exercise]}
		t.ByHand = exercises[p.Exercise].ByHandOnly()
		if course != nil {
			if j, ok := course.at(p.Exercise); ok {
				t.Stop = &course.Stops[j]
			}
		}
		if t.Stop != nil && t.Stop.Bypassed {
			out.Tasks = append(out.Tasks, t)
			bypassed++
			continue
		}
		maxima[p.Exercise] = t.Max
		if t.Work.Answered() {
			out.Done++
			marks[p.Exercise] = Mark{Best: h.Earned(*t.Work)}
		}
		out.Tasks = append(out.Tasks, t)
	}
	out.Total, out.Over = len(out.Tasks)-bypassed, !now.Before(h.Ends(out.Paper))
	if course != nil && course.quiet() && !out.Over {
		out.Visible = false
	}
	out.Late = !now.Before(h.Due) && out.Done < out.Total
	if out.Visible {
		out.Success = Success(maxima, marks)
		if course != nil && (course.Over || out.Over) {
			out.Marked = course.mark(&out.Success)
		}
		return out
	}
	for i := range out.Tasks { // what is not shown yet is not even in the hands of a page
		if w := out.Tasks[i].Work; w != nil {
			w.Best, w.Last, w.Hand = 0, 0, nil
		}
	}
	return out
}
