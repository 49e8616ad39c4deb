package classroom

import (
	"context"
	"slices"
	"time"

	"pupitre/exos"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// Latecomer (« retardataire ») is a pupil whose answers came after the end.
type Latecomer struct {
	Member
	Number  int // in the order of the class
	Answers []LateAnswer
}

// Waits reports whether an answer may still be accepted.
func (l Latecomer) Waits() bool {
	return slices.ContainsFunc(l.Answers, func(a LateAnswer) bool { return !a.Accepted })
}

// LateAnswer is an answer that came too late: it is kept, and counts for nothing before it is accepted.
type LateAnswer struct {
	Exercise exos.ExerciseID
	Task     int // number of the exercise
	Title    string
	At       time.Time
	Said     []string
	Accepted bool
	kept     exos.Kept
}

// Late lists the pupils whose answers to a homework came too late, in the order of the class.
func (s *Service) Late(ctx context.Context, v exos.Visitor, id exos.HomeworkID) (Given, []Latecomer, error) {
	f, err := s.file(ctx, v, id)
	if err != nil {
		return Given{}, nil, err
	}
	out := f.late()
	for _, l := range out {
		for i := range l.Answers {
			a := &l.Answers[i]
			if a.Said, err = s.Exos.Said(ctx, a.kept); err != nil {
				return Given{}, nil, err
			}
		}
	}
	return f.given, out, nil
}

// late gathers what came too late.
func (f file) late() []Latecomer {
	accepted, by := map[exos.EventID]bool{}, map[exos.LearnerID][]exos.Kept{}
	for _, a := range f.answers {
		if a.Verdict.Admits != "" {
			accepted[a.Verdict.Admits] = true
		}
		if a.TooLate() {
			by[a.Learner] = append(by[a.Learner], a)
		}
	}
	var out []Latecomer
	for n, m := range f.members {
		if len(by[m.Learner]) == 0 {
			continue
		}
		l := Latecomer{Member: m, Number: n + 1}
		for _, a := range by[m.Learner] {
			l.Answers = append(l.Answers, LateAnswer{
				Exercise: a.Exercise, Task: 1 + slices.IndexFunc(f.given.Parts, func(p exos.Part) bool { return p.Exercise == a.Exercise }),
				Title: f.exercises[a.Exercise].Title, At: a.ReceivedAt, Accepted: accepted[a.ID], kept: a,
			})
		}
		out = append(out, l)
	}
	return out
}

// Accept takes what a pupil sent too late, as if it had come within the grace: it counts, and stays told as late. It returns how many
// answers count now; those for which no try was left do not. Accepted already, nothing changes. NotFound where nothing came too late.
func (s *Service) Accept(ctx context.Context, v exos.Visitor, id exos.HomeworkID, l exos.LearnerID) (int, error) {
	return write(ctx, s, func(ctx context.Context, w Writer) (int, error) {
		h, err := mine(ctx, w, v, id)
		if err != nil {
			return 0, err
		}
		if err := w.TakeWork(ctx, h.ID); err != nil {
			return 0, err
		}
		f, err := gather(ctx, w, h)
		if err != nil {
			return 0, err
		}
		all := f.late()
		i := slices.IndexFunc(all, func(o Latecomer) bool { return o.Learner == l })
		if i < 0 {
			return 0, fault.New(fault.NotFound, "exosclass.late.none")
		}
		n := 0
		for _, a := range all[i].Answers {
			if a.Accepted || a.Task == 0 { // or the exercise was taken out of the homework since
				continue
			}
			ok, err := s.Exos.Admit(ctx, w, h, a.kept)
			if err != nil {
				return 0, err
			}
			if ok {
				n++
			}
		}
		if n == 0 {
			return 0, nil
		}
		_, err = w.Record(ctx, journal.Entry{
			School: h.School, Actor: journal.Actor{Kind: journal.ByPerson, ID: string(v.Learner.ID)}, Verb: "exos.late-accepted", Subject: string(h.ID),
			Person: string(l), Class: journal.ClassChange, Detail: map[string]any{"answers": n},
		})
		return n, err
	})
}
