package classroom

import (
	"context"
	"slices"
	"unicode/utf8"

	"pupitre/exos"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// Script (« copie à corriger ») is one answer that a person marks.
type Script struct {
	Member
	Number   int // of the pupil, in the order of the class
	Exercise exos.ExerciseID
	Task     int    // number of the exercise
	Title    string // of the exercise
	Scale    float64
	Said     []string      // the answer in words, a response each
	Files    []exos.Handed // and the files that it names, without their bytes
	exos.TaskWork
}

// maxRemark bounds a remark, in characters.
const maxRemark = 2000

// Queue lists the answers of a homework that a person marks: those that wait first, exercise by exercise, for whoever marks one
// question marks it for all.
func (s *Service) Queue(ctx context.Context, v exos.Visitor, id exos.HomeworkID) (Given, []Script, error) {
	f, err := s.file(ctx, v, id)
	if err != nil {
		return Given{}, nil, err
	}
	last := map[exos.LearnerID]map[exos.ExerciseID]exos.Kept{}
	for _, a := range f.answers {
		if a.Verdict.Status != exos.Accepted {
			continue
		}
		if last[a.Learner] == nil {
			last[a.Learner] = map[exos.ExerciseID]exos.Kept{}
		}
		last[a.Learner][a.Exercise] = a
	}
	var waiting, marked []Script
	for i, p := range f.given.Parts {
		e := f.exercises[p.Exercise]
		if !e.ByHandOnly() {
			continue
		}
		for n, m := range f.members {
			w, ok := f.work[m.Learner][p.Exercise]
			if !ok || !w.Answered() {
				continue
			}
			answer := last[m.Learner][p.Exercise]
			said, err := s.Exos.Said(ctx, answer)
			if err != nil {
				return Given{}, nil, err
			}
			files := answer.Files()
			said = slices.DeleteFunc(said, func(text string) bool { // a file is shown, not its name
				return slices.ContainsFunc(files, func(h exos.Handed) bool { return h.Name == text })
			})
			script := Script{
				Member: m, Number: n + 1, Exercise: p.Exercise, Task: i + 1, Title: e.Title, Scale: f.given.ScaleOf(e), Said: said,
				Files: files, TaskWork: w.TaskWork,
			}
			if w.Waits() {
				waiting = append(waiting, script)
			} else {
				marked = append(marked, script)
			}
		}
	}
	return f.given, append(waiting, marked...), nil
}

// Handed returns a file that a pupil handed in for a homework of the teacher's, with its bytes.
func (s *Service) Handed(ctx context.Context, v exos.Visitor, id exos.HomeworkID, l exos.LearnerID, a exos.AttemptID, hash exos.Hash) (exos.Handed, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (exos.Handed, error) {
		h, err := mine(ctx, r, v, id)
		if err != nil {
			return exos.Handed{}, err
		}
		attempt, err := r.Attempt(ctx, l, a)
		if err == nil && attempt.Homework != h.ID {
			err = fault.New(fault.NotFound, "exos.content.unknown")
		}
		if err != nil {
			return exos.Handed{}, err
		}
		return r.Handed(ctx, l, a, hash)
	})
}

// Mark gives points and a remark for a pupil's answer. Invalid where they are not on the scale; Conflict where there is no answer to
// mark, or a machine marks it.
func (s *Service) Mark(ctx context.Context, v exos.Visitor, m exos.HandMark) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		h, err := mine(ctx, w, v, m.Homework)
		if err != nil {
			return err
		}
		exercises, err := w.Exercises(ctx, []exos.ExerciseID{m.Exercise})
		if err != nil {
			return err
		}
		e, work := exercises[m.Exercise], []exos.TaskWork(nil)
		if e.ByHandOnly() && slices.ContainsFunc(h.Parts, func(p exos.Part) bool { return p.Exercise == m.Exercise }) {
			if work, err = w.TaskWork(ctx, m.Learner, []exos.HomeworkID{h.ID}); err != nil {
				return err
			}
		}
		if !slices.ContainsFunc(work, func(t exos.TaskWork) bool { return t.Exercise == m.Exercise && t.Tries > 0 }) {
			return fault.New(fault.Conflict, "exos.hand.nothing")
		}
		if scale := h.ScaleOf(e); !(m.Points >= 0 && m.Points <= scale) { // nor is NaN on it
			return fault.New(fault.Invalid, "exos.hand.points", "max", scale)
		}
		if utf8.RuneCountInString(m.Remark) > maxRemark {
			return fault.New(fault.Invalid, "exos.hand.remark", "max", maxRemark)
		}
		act, err := w.Record(ctx, journal.Entry{
			School: h.School, Actor: journal.Actor{Kind: journal.ByPerson, ID: string(v.Learner.ID)}, Verb: "exos.marked-by-hand", Subject: string(h.ID),
			Person: string(m.Learner), Class: journal.ClassChange, Detail: map[string]any{"exercise": m.Exercise, "points": m.Points},
		})
		if err != nil {
			return err
		}
		m := m
		m.At = w.Now()
		return w.PutHandMark(ctx, act, m)
	})
}
