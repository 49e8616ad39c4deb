package classroom

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"pupitre/exos"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// Correction (« correction d’une clé ») is a plan: what it would change to score a homework by the keys that its exercises have in their
// modules now. Nothing is changed by looking at it.
type Correction struct {
	Given
	// Hash covers what it does: applied, it does that or nothing.
	Hash      string
	Exercises []Rekeyed
	Pupils    []Regrade // whose points would change, exercise by exercise, in the order of the class
	Same      int       // pupils and exercises whose points stay as they are
	Apart     int       // that cannot be scored anew: other numbers were drawn for them
	moves     []move
}

// Pending reports whether there is something to apply.
func (c Correction) Pending() bool {
	return slices.ContainsFunc(c.Exercises, func(e Rekeyed) bool { return e.Comparable && e.Pending() }) ||
		slices.ContainsFunc(c.Pupils, func(r Regrade) bool { return !r.Loses() })
}

// Rekeyed is an exercise of the homework with a corrected key.
type Rekeyed struct {
	exos.Rekeyed
	Number   int
	Was, Now *exos.Corrected
}

// Regrade is what one pupil would have for an exercise.
type Regrade struct {
	Member
	Number   int // of the pupil
	Exercise exos.ExerciseID
	Task     int // number of the exercise
	Title    string
	Before   float64
	After    float64
	Max      float64
}

// Loses reports whether the pupil would lose points: only with the teacher's consent.
func (r Regrade) Loses() bool { return r.After < r.Before }

// Loss names one loss, for consent.
func (r Regrade) Loss() Loss { return Loss{r.Learner, r.Exercise} }

// Loss is one pupil's, at one exercise.
type Loss struct {
	Learner  exos.LearnerID
	Exercise exos.ExerciseID
}

// move is what happens to one pupil's attempts at an exercise.
type move struct {
	Regrade
	module   exos.ModuleID
	key      exos.ExerciseID
	was, now []exos.Attempt // those that change
}

// Correction plans.
func (s *Service) Correction(ctx context.Context, v exos.Visitor, id exos.HomeworkID) (Correction, error) {
	plan, err := read(ctx, s, func(ctx context.Context, r Reader) (Correction, error) {
		h, err := mine(ctx, r, v, id)
		if err != nil {
			return Correction{}, err
		}
		return s.correction(ctx, r, h)
	})
	if err != nil {
		return Correction{}, err
	}
	for i := range plan.Exercises {
		e := &plan.Exercises[i]
		if e.Was, err = s.Exos.KeyOf(ctx, plan.Homework, e.Exercise); err != nil {
			return Correction{}, err
		}
		if e.Now, err = s.Exos.KeyOf(ctx, plan.Homework, e.New); err != nil {
			return Correction{}, err
		}
	}
	return plan, nil
}

// Correct applies the plan of that hash: gains, and of the losses those that are agreed to. The answers and what was said of them then
// stay as they are; an event for each attempt says what they amount to now. From now on the corrected keys score. Conflict where the
// plan is another one meanwhile: nothing is changed then, and Correction has the new one. Applied again, it is done already.
func (s *Service) Correct(ctx context.Context, v exos.Visitor, id exos.HomeworkID, hash string, agreed []Loss) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		h, err := mine(ctx, w, v, id)
		if err != nil {
			return err
		}
		if h.Plan == hash && hash != "" {
			return nil
		}
		if err := w.TakeWork(ctx, h.ID); err != nil {
			return err
		}
		plan, err := s.correction(ctx, w, h)
		if err != nil {
			return err
		}
		if plan.Hash != hash || len(plan.Exercises) == 0 {
			return fault.New(fault.Conflict, "exosclass.correction.stale")
		}
		h.Parts = slices.Clone(h.Parts)
		for _, e := range plan.Exercises {
			if e.Comparable {
				h.Parts[e.Number-1].Key = e.New
			}
		}
		h.Version++
		h.Plan = hash
		act, err := recordCorrection(ctx, w, v, h, plan, agreed)
		if err != nil {
			return err
		}
		if err := w.PutHomework(ctx, act, h); err != nil {
			return err
		}
		for _, m := range plan.moves {
			if m.Loses() && !slices.Contains(agreed, m.Loss()) {
				continue
			}
			if err := s.move(ctx, w, h, m); err != nil {
				return err
			}
		}
		return nil
	})
}

func recordCorrection(ctx context.Context, w Writer, v exos.Visitor, h exos.Homework, plan Correction, agreed []Loss) (journal.ActID, error) {
	gain, lost, kept := 0, []string{}, 0
	for _, r := range plan.Pupils {
		switch {
		case !r.Loses():
			gain++
		case slices.Contains(agreed, r.Loss()):
			lost = append(lost, string(r.Learner)+" "+string(r.Exercise))
		default:
			kept++
		}
	}
	return w.Record(ctx, journal.Entry{
		School: h.School, Actor: journal.Actor{Kind: journal.ByPerson, ID: string(v.Learner.ID)}, Verb: "exos.key-corrected", Subject: string(h.ID),
		Class: journal.ClassChange, Detail: map[string]any{
			"plan": plan.Hash, "version": h.Version, "exercises": len(plan.Exercises), "gain": gain, "lose": lost, "kept": kept,
		},
	})
}

// move scores a pupil's attempts at an exercise anew. What the pupil is told stands in the last of them.
func (s *Service) move(ctx context.Context, w Writer, h exos.Homework, m move) error {
	for i, a := range m.now {
		by := exos.Rescored{Key: m.key, Plan: h.Plan}
		if i == len(m.now)-1 {
			by.From, by.To = m.Before, m.After
		}
		event, err := s.Exos.Rescore(a, by, m.Max, w)
		if err != nil {
			return err
		}
		if _, err := w.Append(ctx, event); err != nil {
			return err
		}
		if err := w.PutAttempt(ctx, a); err != nil {
			return err
		}
		if !h.Graded { // training counts in the module, too
			if err := w.RaiseMark(ctx, m.Learner, m.module, m.Exercise, a.Best); err != nil {
				return err
			}
		}
	}
	return nil
}

// correction plans inside a transaction.
func (s *Service) correction(ctx context.Context, r Reader, h exos.Homework) (Correction, error) {
	var plan Correction
	var err error
	if plan.Given, err = given(ctx, r, h); err != nil {
		return Correction{}, err
	}
	rekeyed, err := s.Exos.Rekeyed(ctx, r, h)
	if err != nil || len(rekeyed) == 0 {
		return plan, err
	}
	papers, err := r.Papers(ctx, h.ID)
	if err != nil {
		return Correction{}, err
	}
	members, err := everybody(ctx, r, h, papers)
	if err != nil {
		return Correction{}, err
	}
	attempts, err := r.Attempts(ctx, h.ID)
	if err != nil {
		return Correction{}, err
	}
	answers, err := r.Answers(ctx, h.ID)
	if err != nil {
		return Correction{}, err
	}
	said := map[exos.AttemptID][]exos.Kept{}
	for _, a := range answers {
		said[a.Attempt] = append(said[a.Attempt], a)
	}
	did := map[Loss][]exos.Attempt{}
	for _, a := range attempts {
		if a.Tries > 0 {
			did[Loss{a.Learner, a.Exercise}] = append(did[Loss{a.Learner, a.Exercise}], a)
		}
	}
	for _, e := range rekeyed {
		number := 1 + slices.IndexFunc(h.Parts, e.Part.Is)
		plan.Exercises = append(plan.Exercises, Rekeyed{Rekeyed: e, Number: number})
		if !e.Comparable {
			continue
		}
		for n, m := range members {
			plan.look(h, e, Regrade{Member: m, Number: n + 1, Exercise: e.Exercise, Task: number, Title: e.Title, Max: e.Max()}, did[Loss{m.Learner, e.Exercise}], said)
		}
	}
	plan.Hash = plan.fingerprint()
	return plan, nil
}

// look adds what one pupil's attempts at one exercise would amount to.
func (c *Correction) look(h exos.Homework, e exos.Rekeyed, r Regrade, was []exos.Attempt, said map[exos.AttemptID][]exos.Kept) {
	if len(was) == 0 {
		return
	}
	m := move{module: e.Module, key: e.New}
	now := slices.Clone(was)
	for i, a := range was {
		next, ok := e.Regrade(a, said[a.ID])
		if !ok {
			c.Apart++
			return
		}
		if now[i] = next; next.Score != a.Score || next.Best != a.Best {
			m.was, m.now = append(m.was, a), append(m.now, next)
		}
	}
	r.Before, r.After = earned(h, was, r.Max), earned(h, now, r.Max)
	m.Regrade = r
	if len(m.now) > 0 {
		c.moves = append(c.moves, m)
	}
	if r.Before == r.After {
		c.Same++
		return
	}
	c.Pupils = append(c.Pupils, r)
}

// earned is what attempts at an exercise amount to in the homework, on its scale.
func earned(h exos.Homework, attempts []exos.Attempt, most float64) float64 {
	w := exos.TaskWork{Best: attempts[0].Best, Last: attempts[0].Score}
	for _, a := range attempts[1:] {
		w.Best, w.Last = max(w.Best, a.Best), max(w.Last, a.Score)
	}
	return min(max(h.Earned(w), 0), most)
}

// fingerprint hashes what a plan does: the homework as it is, its keys, and what each attempt would be.
func (c Correction) fingerprint() string {
	b := fmt.Appendf(nil, "correction 1\t%s\t%d\n", c.ID, c.Version)
	for _, e := range c.Exercises {
		b = fmt.Appendf(b, "%s\t%s\t%t\n", e.Exercise, e.New, e.Comparable)
	}
	for _, m := range c.moves {
		for i, a := range m.now {
			b = fmt.Appendf(b, "%s\t%s\t%v\t%v\t%v\t%v\n", m.Learner, a.ID, m.was[i].Score, m.was[i].Best, a.Score, a.Best)
		}
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
