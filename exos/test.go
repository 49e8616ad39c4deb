package exos

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"pupitre/exos/qti"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/score"
	"pupitre/internal/fault"
)

// Test (« test ») are a publisher's rules for the exercises of a module as a whole (QTI 3.0.1 §2.11): what is drawn, in which order, what
// leads where, in what time, and what comes of it. In the module pupils train as they like; the rules hold where a teacher gives the
// module as a test.
type Test struct {
	Rules    *program.Test
	Feedback []render.Feedback // what may be said of the whole, by the Ref of its condition
}

// TestOf says of a homework that it is a module's test; both are "" where it is none.
type TestOf struct {
	Module ModuleID `json:",omitempty"`
	Rules  Hash     `json:",omitempty"` // content: the rules as they were when it was given
}

// packedTest is how a test is kept.
type packedTest struct {
	Rules    []byte            `json:"rules"`
	Feedback []render.Feedback `json:"feedback,omitempty"`
}

// testContent is a module's test as it is stored; ok is false where it has none.
func testContent(m *qti.Module) (c Content, ok bool, err error) {
	if m.Test == nil {
		return Content{}, false, nil
	}
	data, err := json.Marshal(packedTest{m.Test.Encode(), m.TestFeedback})
	return content(mediaTest, data), true, err
}

// ReadTest reads a stored test back.
func ReadTest(data []byte) (*Test, error) {
	var p packedTest
	if err := json.Unmarshal(data, &p); err != nil {
		return nil, fmt.Errorf("stored test: %w", err)
	}
	rules, err := program.DecodeTest(p.Rules)
	if err != nil {
		return nil, fmt.Errorf("stored test: %w", err)
	}
	return &Test{rules, p.Feedback}, nil
}

// Refs lists the items that a test names, in its order.
func (t *Test) Refs() []string {
	var out []string
	var visit func(s *program.Section)
	visit = func(s *program.Section) {
		for _, m := range s.Members {
			if m.Section != nil {
				visit(m.Section)
			} else {
				out = append(out, m.Item.Identifier)
			}
		}
	}
	for i := range t.Rules.Parts {
		for j := range t.Rules.Parts[i].Sections {
			visit(&t.Rules.Parts[i].Sections[j])
		}
	}
	return out
}

// Stop (« halte ») is one exercise of a pupil's way through a test.
type Stop struct {
	Part
	// Open: it may be done now. Left: it was, and is over.
	Open, Left bool
	// Bypassed: the way went round it, or was over before it.
	Bypassed bool

	place   score.Place
	o       *opened
	attempt *Attempt
	answer  *Answer // the last that counts
	hand    *HandMark
}

// Course (« parcours ») is one pupil's way through a test, as far as they have come. It is made of the homework's draws and of what the
// pupil did, and kept nowhere else: the same acts give the same way.
type Course struct {
	Stops []Stop // those drawn for the pupil, in their order
	Over  bool   // nothing lies ahead

	test *Test
	seed uint64
}

// drawn are the places of a pupil's test, each with its exercise. An exercise that a draw with replacement gives twice is there once.
func (h Homework) drawn(l LearnerID) []Stop {
	var out []Stop
	for _, place := range score.Draw(h.Test.Rules, h.dice("test", l, "", 0)) {
		i := slices.IndexFunc(h.Parts, func(p Part) bool { return p.Ref == place.Ref.Identifier })
		if i >= 0 && place.Instance == 1 {
			out = append(out, Stop{Part: h.Parts[i], place: place})
		}
	}
	return out
}

// follow goes the way again that the pupil went, by the rules as they were at each step: what came later did not lead there.
func (c *Course) follow() {
	t, order, known := c.test.Rules, make([]score.Place, len(c.Stops)), make([]score.ItemStand, len(c.Stops))
	for i, s := range c.Stops {
		order[i], known[i] = s.place, s.stand(false)
	}
	on := make([]bool, len(c.Stops))
	at := -1
	for {
		next := score.Next(t, order, known, at)
		if next >= len(order) {
			c.Over = true
			break
		}
		last := next
		part := t.Part(order[next].Part)
		if part != nil && part.NonLinear {
			for last+1 < len(order) && order[last+1].Part == part.Identifier {
				last++
			}
		}
		left := true
		for i := next; i <= last; i++ {
			s := &c.Stops[i]
			on[i], known[i] = true, s.stand(true)
			left = left && s.attempt != nil && s.attempt.Ended
		}
		if !left {
			for i := next; i <= last; i++ {
				s := &c.Stops[i]
				s.Open = s.attempt == nil || !s.attempt.Ended
				s.Left = !s.Open
			}
			at = last
			break
		}
		for i := next; i <= last; i++ {
			c.Stops[i].Left = true
		}
		at = last
	}
	for i := range c.Stops {
		c.Stops[i].Bypassed = !on[i] && (c.Over || i <= at)
	}
}

// stand is where the exercise stands for the rules; not presented unless seen.
func (s *Stop) stand(seen bool) score.ItemStand {
	var result *score.Result
	var seed uint64
	if a := s.attempt; a != nil && seen {
		seed = uint64(a.Seed)
		switch {
		case s.answer != nil:
			r := s.o.score(a.Seed, score.State{Attempts: max(0, a.Tries-1)}, s.answer.submission())
			if s.o.Adaptive && len(a.State.Outcomes) > 0 { // what came of all its steps
				r.Outcomes = a.State.Outcomes
			}
			result = &r
		case a.State.Status != score.NotAttempted:
			opening := s.o.item.Begin(seed)
			result = &score.Result{Outcomes: opening.Outcomes, Responses: opening.Defaults}
		}
	}
	if result != nil && s.hand != nil { // a person's mark is the exercise's (external-scored)
		result.Outcomes = slices.Clone(result.Outcomes)
		for i := range result.Outcomes {
			if result.Outcomes[i].Identifier == "SCORE" {
				result.Outcomes[i].Value = program.Real(s.hand.Points)
			}
		}
	}
	out := score.Stand(s.place.Ref, s.place.Sections, s.o.item.Program, seed, result)
	out.Part = s.place.Part
	return out
}

// at finds the stop of an exercise.
func (c *Course) at(e ExerciseID) (int, bool) {
	i := slices.IndexFunc(c.Stops, func(s Stop) bool { return s.Exercise == e })
	return i, i >= 0
}

// behind reports whether the pupil has gone on from a stop: to another that follows it, or out of the test.
func (c *Course) behind(i int) bool {
	if !c.Stops[i].Left {
		return false
	}
	return slices.ContainsFunc(c.Stops[i+1:], func(s Stop) bool { return s.attempt != nil })
}

// linear reports whether a stop is in a part that is done in order.
func (c *Course) linear(i int) bool {
	p := c.test.Rules.Part(c.Stops[i].place.Part)
	return p == nil || !p.NonLinear
}

// Whole lists the stops that are left together: those of a part where one goes as one likes, else the one alone.
func (c *Course) whole(i int) []int {
	if c.linear(i) {
		return []int{i}
	}
	var out []int
	for j, s := range c.Stops {
		if s.place.Part == c.Stops[i].place.Part {
			out = append(out, j)
		}
	}
	return out
}

// Expired reports whether the time for an exercise is over, so that only the step on is left.
func (c *Course) Expired(e ExerciseID, now time.Time) bool {
	i, ok := c.at(e)
	if !ok {
		return false
	}
	over, _, _ := c.overtime(i, now)
	return over == tooLate
}

// Beside reports whether one may go from an exercise to its neighbour in the paper, before it (-1) or after it (+1): where one goes as one
// likes, within the part. Without a test, always.
func (c *Course) Beside(e ExerciseID, step int) bool {
	if c == nil {
		return true
	}
	i, ok := c.at(e)
	j := i + step
	return ok && j >= 0 && j < len(c.Stops) && (c.Over || !c.linear(i) && c.Stops[j].place.Part == c.Stops[i].place.Part)
}

// Linear reports whether an exercise is in a part of the test that is done in order.
func (c *Course) Linear(e ExerciseID) bool {
	i, ok := c.at(e)
	return ok && c.linear(i)
}

// Next is the first exercise that may be done now, "" where there is none.
func (c *Course) Next() ExerciseID {
	for _, s := range c.Stops {
		if s.Open {
			return s.Exercise
		}
	}
	return ""
}

// yes reads a flag of the session control: what is not said is told by unsaid.
func yes(flag *bool, unsaid bool) bool {
	if flag == nil {
		return unsaid
	}
	return *flag
}

// What an answer or a step of a test may be refused for.
const codeTestTime = "exos.test.time"

var (
	errTestPassed   = fault.New(fault.Denied, "exos.test.passed")
	errTestOver     = fault.New(fault.Denied, "exos.test.over")
	errTestAhead    = fault.New(fault.Denied, "exos.test.ahead")
	errTestReview   = fault.New(fault.Denied, "exos.test.review")
	errTestSkip     = fault.New(fault.Denied, "exos.test.skip")
	errTestLacks    = fault.New(fault.Invalid, "exos.test.lacks")
	errTestSolution = fault.New(fault.Denied, "exos.test.solution")
	errTestNetwork  = fault.New(fault.Denied, "exos.test.network")
)

// under narrows the terms of a homework by those of its test, at one of its exercises (QTI 3.0.1, qti-item-session-control and
// qti-time-limits). What the test does not say is as the teacher said.
func (c *Course) under(u *rules, e ExerciseID, now time.Time) {
	i, ok := c.at(e)
	if !ok {
		return // out of the pupil's draw: the homework says so
	}
	s, control := &c.Stops[i], c.Stops[i].place.Control
	if control.MaxAttempts != nil {
		u.tries = *control.MaxAttempts
	}
	if p := c.test.Rules.Part(s.place.Part); p != nil && p.Simultaneous {
		u.tries = 0 // it is handed in with the whole part: until then it may be changed
		u.graded, u.quiet = true, !c.Over
	}
	if !yes(control.ShowFeedback, true) {
		u.graded, u.quiet, u.mute = true, !c.Over, true
	}
	u.unsolved = !yes(control.ShowSolution, true)
	u.unskipped, u.complete = !yes(control.AllowSkipping, true), yes(control.ValidateAnswer, false)
	if u.closed != nil {
		return
	}
	switch over, seconds, _ := c.overtime(i, now); {
	case s.Bypassed, !s.Open && !s.Left:
		u.closed = errTestAhead
	case c.behind(i) && !yes(control.AllowReview, true):
		u.closed = errTestReview
	case c.behind(i) && c.linear(i) && !c.Over:
		u.closed = errTestPassed
	case c.Over, c.behind(i):
		u.closed = errTestOver
	case over == tooLate && s.Open:
		u.closed = fault.New(fault.Denied, codeTestTime, "n", seconds)
	case over == countsLate:
		u.late = true
	}
}

// What an exercise's time is.
const (
	inTime = iota
	countsLate
	tooLate
)

// overtime reports whether the time for a stop is over: its own, that of the sections and of the part that it is in, each from when the
// pupil first opened something of it, by the server's clock. seconds is the limit that has passed; ends the first instant at which an answer
// does not count any more, zero where nothing bounds it.
func (c *Course) overtime(i int, now time.Time) (over int, seconds int, ends time.Time) {
	here := c.Stops[i].place
	look := func(l program.TimeLimits, within func(Stop) bool) {
		began := time.Time{}
		for _, s := range c.Stops {
			if a := s.attempt; a != nil && within(s) && a.State.Status != score.NotAttempted && (began.IsZero() || a.StartedAt.Before(began)) {
				began = a.StartedAt
			}
		}
		if began.IsZero() || l.Max <= 0 {
			return
		}
		if end := began.Add(time.Duration(l.Max * float64(time.Second))); !l.AllowLate && (ends.IsZero() || end.Before(ends)) {
			ends = end
		}
		if !l.Over(now.Sub(began).Seconds()) {
			return
		}
		switch {
		case !l.AllowLate:
			over, seconds = tooLate, int(l.Max)
		case over == inTime:
			over, seconds = countsLate, int(l.Max)
		}
	}
	look(here.Ref.Limits, func(s Stop) bool { return s.Exercise == c.Stops[i].Exercise })
	part := c.test.Rules.Part(here.Part)
	if part == nil {
		return over, seconds, ends
	}
	for depth, name := range here.Sections {
		if section := part.Section(name); section != nil {
			look(section.Limits, func(s Stop) bool {
				return s.place.Part == here.Part && len(s.place.Sections) > depth && s.place.Sections[depth] == name
			})
		}
	}
	look(part.Limits, func(s Stop) bool { return s.place.Part == here.Part })
	return over, seconds, ends
}

// TestScore is what a test's own rules make of it (qti-outcome-processing).
type TestScore struct {
	Points, Max float64
	// Shown are the texts about the whole whose conditions hold.
	Shown []render.Feedback
}

// Score runs the outcome processing over all exercises that were drawn. ok is false where the test gives no mark: then the exercises'
// points are added up. The mark is the outcome SCORE, as in exercises, or the only number that the test declares.
func (c *Course) Score() (out TestScore, ok bool) {
	stands := make([]score.ItemStand, len(c.Stops))
	for i := range c.Stops {
		stands[i] = c.Stops[i].stand(true)
		out.Max += max(0, c.Stops[i].o.Max)
	}
	outcomes, shown := score.Totals(c.test.Rules, stands)
	texts := slices.DeleteFunc(slices.Clone(c.test.Feedback), func(f render.Feedback) bool { return !slices.Contains(shown, f.Ref) })
	out.Shown = render.Tree{}.ArrangeFeedback(texts, c.seed, outcomes)
	if len(c.test.Rules.Outcome) == 0 {
		return out, false
	}
	var numbers []program.Variable
	for _, v := range c.test.Rules.Vars {
		if v.Kind != program.Outcome || v.Card != program.Single || v.Type != program.Float && v.Type != program.Integer {
			continue
		}
		if v.Identifier == "SCORE" {
			numbers = []program.Variable{v}
			break
		}
		numbers = append(numbers, v)
	}
	if len(numbers) != 1 {
		return out, false
	}
	points, ok := score.Get(outcomes, numbers[0].Identifier).Number()
	if numbers[0].NormalMax != nil {
		out.Max = *numbers[0].NormalMax
	}
	out.Points = points
	return out, ok
}

// mark is what the test's rules make of it; where they give a mark, success is its share of the maximum.
func (c *Course) mark(success *float64) *TestScore {
	out, ok := c.Score()
	if !ok {
		out.Points, out.Max = 0, 0
	} else if out.Max > 0 {
		*success = min(1, max(0, out.Points/out.Max))
	}
	return &out
}

// quiet reports whether the test says nothing of answers while it goes on.
func (c *Course) quiet() bool {
	return !c.Over && slices.ContainsFunc(c.Stops, func(s Stop) bool {
		p := c.test.Rules.Part(s.place.Part)
		return p != nil && p.Simultaneous || !yes(s.place.Control.ShowFeedback, true)
	})
}
