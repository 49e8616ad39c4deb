package exos

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"pupitre/exos/offline"
	"pupitre/exos/qti/chance"
	"pupitre/internal/fault"
)

// HomeworkID is ours.
type HomeworkID string

// Homework (« devoir ») is work given by a teacher to classes, groups or persons, under terms that all can read.
type Homework struct {
	ID      HomeworkID
	School  string
	By      LearnerID
	Version int // 1 when it is given, one more with each change
	Title   string
	Cohorts []Cohort    // the classes and groups that it is given to
	Persons []LearnerID // and the persons
	Parts   []Part      // each is one exercise once it is given
	Terms
	// As says that it is a module's test, and Test are its rules then; nil: it is none.
	As   TestOf `json:",omitzero"`
	Test *Test  `json:"-"`
	// Seed draws whatever is drawn for it: exercises, orders, numbers. It never changes.
	Seed Seed
	// ReturnedAt is when the teacher gave the papers back, where Held; zero: not yet.
	ReturnedAt time.Time
	GivenAt    time.Time
	// Plan is the hash of the last correction of keys that was applied, "" for none.
	Plan string
}

// Part is a whole module, or one exercise of it where Exercise is set.
type Part struct {
	Module   ModuleID
	Exercise ExerciseID
	// Ref is what the test calls the exercise, where the homework is one.
	Ref string `json:",omitempty"`
	// Key is the exercise by whose key answers are scored since it was corrected; "": its own.
	Key ExerciseID `json:",omitempty"`
	// Hinted: the teacher lets everybody see the hint.
	Hinted bool `json:",omitempty"`
}

// Is reports whether two parts are the same exercise, whatever was decided of it since.
func (p Part) Is(o Part) bool { return p.Module == o.Module && p.Exercise == o.Exercise }

// Terms (« consignes ») say how a homework is done.
type Terms struct {
	Opens time.Time
	Due   time.Time
	// Grace is how long after Due an answer still counts, and is told as late.
	Grace time.Duration
	// Graded (« noté »): nothing is said of an answer, no hint and no corrigé given before the results are shown, and the last
	// answer counts. Otherwise it is training (« entraînement »): all is said at once, and the best counts.
	Graded bool
	// Tries is how many answers one attempt at an exercise takes; 0: one where graded, the house's number otherwise.
	Tries int
	// Attempts is how often an exercise may be begun anew; 0: as often as one likes. Graded work is done once.
	Attempts int
	// Shuffled gives each pupil an order of their own.
	Shuffled bool
	// Alike gives everybody the same draws: the same exercises, order and numbers.
	Alike bool
	// Limit is how long a pupil has from their own beginning; 0: until the end.
	Limit time.Duration
	// Draw is how many of the exercises each pupil gets, drawn for them; 0: all.
	Draw int
	// Scale is what an exercise is worth that has no maximum of its own, for a person marks it; 0: ten.
	Scale float64
	// Hints lets the teacher give a hint to everybody in graded work, too; in training they always may.
	Hints bool
	// Held keeps the results of graded work until the teacher gives the papers back; otherwise they are shown once it has closed.
	Held bool
}

// The limits of a homework.
const (
	maxTitle    = 200 // bytes
	maxParts    = 200
	maxAnswers  = 20
	maxScale    = 100
	maxGrace    = 31 * 24 * time.Hour
	maxLimit    = 24 * time.Hour
	maxSpan     = 370 * 24 * time.Hour // a school year
	maxPersons  = 200
	maxAudience = 50
)

// Validate refuses a homework that nobody could do. The code names the field.
func (h Homework) Validate() error {
	bad := func(code string, params ...any) error { return fault.New(fault.Invalid, code, params...) }
	switch {
	case h.Title == "" || len(h.Title) > maxTitle:
		return bad("exos.homework.title", "max", maxTitle)
	case len(h.Parts) == 0 || len(h.Parts) > maxParts:
		return bad("exos.homework.parts", "max", maxParts)
	case len(h.Cohorts)+len(h.Persons) == 0 || len(h.Cohorts) > maxAudience || len(h.Persons) > maxPersons:
		return bad("exos.homework.audience")
	case !h.Due.After(h.Opens):
		return bad("exos.homework.due")
	case h.Due.Sub(h.Opens) > maxSpan:
		return bad("exos.homework.span")
	case h.Grace < 0 || h.Grace > maxGrace:
		return bad("exos.homework.grace", "max", int(maxGrace/(24*time.Hour)))
	case h.Tries < 0 || h.Tries > maxAnswers, h.Attempts < 0 || h.Attempts > maxAnswers:
		return bad("exos.homework.tries", "max", maxAnswers)
	case h.Limit < 0 || h.Limit > maxLimit:
		return bad("exos.homework.limit", "max", int(maxLimit/time.Hour))
	case !(h.Scale >= 0 && h.Scale <= maxScale): // nor is NaN one
		return bad("exos.homework.scale", "max", maxScale)
	case h.Draw < 0 || h.Draw > len(h.Parts):
		return bad("exos.homework.draw", "max", len(h.Parts))
	}
	return nil
}

// Closes is the first instant at which nobody's answer counts any more.
func (h Homework) Closes() time.Time { return h.Due.Add(h.Grace) }

// Paper (« copie ») is one pupil's share of a homework: that they began it, and when.
type Paper struct {
	Homework  HomeworkID
	Learner   LearnerID
	StartedAt time.Time
}

// Ends is the first instant at which the answers of a paper do not count any more; nil is a paper not begun.
func (h Homework) Ends(p *Paper) time.Time {
	limit := h.limit()
	if p == nil || limit <= 0 {
		return h.Closes()
	}
	if own := p.StartedAt.Add(limit); own.Before(h.Closes()) {
		return own
	}
	return h.Closes()
}

// limit is how long a pupil has from their own beginning, by the teacher's word and by the test's; 0: until the end.
func (h Homework) limit() time.Duration {
	if h.Test == nil || h.Test.Rules.Limits.Max <= 0 || h.Test.Rules.Limits.AllowLate {
		return h.Limit
	}
	own := time.Duration(h.Test.Rules.Limits.Max * float64(time.Second))
	if h.Limit > 0 {
		return min(h.Limit, own)
	}
	return own
}

// Timed reports whether a pupil's time runs from their own beginning: then they say when they begin.
func (h Homework) Timed() bool { return h.Limit > 0 || h.Test != nil && h.Test.Rules.Limits.Max > 0 }

// lateBy reports whether the test's own time for the whole is over and answers count all the same, late (allow-late-submission).
func (h Homework) lateBy(p *Paper, now time.Time) bool {
	return p != nil && h.Test != nil && h.Test.Rules.Limits.AllowLate && h.Test.Rules.Limits.Over(now.Sub(p.StartedAt).Seconds())
}

// Shown reports whether a pupil may see results and corrigés.
func (h Homework) Shown(now time.Time) bool {
	switch {
	case !h.Graded:
		return true
	case h.Held:
		return !h.ReturnedAt.IsZero() && !now.Before(h.Closes())
	}
	return !now.Before(h.Closes())
}

// Withholds reports whether graded work keeps an exercise from everywhere else now: there, its corrigé could be read.
func (h Homework) Withholds(e ExerciseID, now time.Time) bool {
	return h.Graded && !now.Before(h.Opens) && now.Before(h.Closes()) &&
		slices.ContainsFunc(h.Parts, func(p Part) bool { return p.Exercise == e || p.Key == e })
}

func (h Homework) has(e ExerciseID) bool {
	_, ok := h.part(e)
	return ok
}

// hinted reports whether everybody may see an exercise's hint.
func (h Homework) hinted(e ExerciseID) bool {
	p, _ := h.part(e)
	return p.Hinted && (!h.Graded || h.Hints)
}

// Hinted lists the numbers of the exercises whose hint everybody may see.
func (h Homework) Hinted() []int {
	var out []int
	for i, p := range h.Parts {
		if h.hinted(p.Exercise) {
			out = append(out, i+1)
		}
	}
	return out
}

// part finds an exercise of the homework.
func (h Homework) part(e ExerciseID) (Part, bool) {
	i := slices.IndexFunc(h.Parts, func(p Part) bool { return p.Exercise == e })
	if i < 0 {
		return Part{}, false
	}
	return h.Parts[i], true
}

// Tasks are the exercises of one pupil's paper, in their order. What is drawn comes from the homework's seed alone, so that nobody
// need keep it; what was begun is never taken from a paper by a later draw.
func (h Homework) Tasks(l LearnerID, begun func(ExerciseID) bool) []Part {
	if h.Test != nil {
		var out []Part
		for _, s := range h.drawn(l) {
			out = append(out, s.Part)
		}
		return out
	}
	out := slices.Clone(h.Parts)
	rank := func(stream string, p Part) uint64 { return h.dice(stream, l, p.Exercise, 0) }
	if h.Draw > 0 && h.Draw < len(out) {
		place := map[ExerciseID]int{}
		for i, p := range out {
			place[p.Exercise] = i
		}
		first := func(p Part) int {
			if begun != nil && begun(p.Exercise) {
				return 0
			}
			return 1
		}
		slices.SortStableFunc(out, func(a, b Part) int {
			return cmp.Or(cmp.Compare(first(a), first(b)), cmp.Compare(rank("draw", a), rank("draw", b)))
		})
		out = out[:h.Draw]
		slices.SortFunc(out, func(a, b Part) int { return cmp.Compare(place[a.Exercise], place[b.Exercise]) })
	}
	if h.Shuffled {
		slices.SortStableFunc(out, func(a, b Part) int { return cmp.Compare(rank("order", a), rank("order", b)) })
	}
	return out
}

// seedOf draws an attempt's seed.
func (h Homework) seedOf(l LearnerID, e ExerciseID, number int) Seed {
	return Seed(h.dice("seed", l, e, number) | 1)
}

// dice is one draw of the homework's own: everybody's where Alike, else the pupil's.
func (h Homework) dice(stream string, l LearnerID, e ExerciseID, number int) uint64 {
	if h.Alike {
		l = ""
	}
	return chance.New(uint64(h.Seed), "homework/"+stream+"/"+string(l)+"/"+string(e)+"/"+strconv.Itoa(number)).Uint64()
}

// rules are what an attempt's terms are, for decide.
type rules struct {
	tries  int     // answers to an attempt; 0: until the exercise says that it is over
	graded bool    // nothing is said of an answer
	closed error   // why nothing is taken, nil where it is
	late   bool    // it counts, and comes after the day
	keyed  *opened // the exercise as it is scored, where its key was corrected; nil: as it is
	hinted bool    // everybody may see the hint, graded or not

	// Of a test (Course.under).
	quiet     bool // nothing is said of an answer while the test goes on
	mute      bool // no feedback is shown, ever
	unsolved  bool // no corrigé is shown
	unskipped bool // it is not left without an answer
	complete  bool // an answer must be complete

	// certainty is how sure it is that it does not come after the day, where only a device's word says so; "" elsewhere.
	certainty offline.Certainty
}

// The codes of answers that came after the end, for everybody or for this pupil's own time, and of those to an exercise that is not in the
// homework any more.
const (
	codeClosed  = "exos.homework.closed"
	codeTime    = "exos.homework.time"
	codeRemoved = "exos.homework.removed"
)

// rulesOf are the terms of an attempt made for a homework.
func (h Homework) rulesOf(p *Paper, e ExerciseID, now time.Time, house int) rules {
	r := rules{tries: h.Tries, graded: h.Graded, late: !now.Before(h.Due) || h.lateBy(p, now), hinted: h.hinted(e)}
	switch {
	case r.tries == 0 && h.Graded:
		r.tries = 1
	case r.tries == 0:
		r.tries = house
	}
	switch {
	case now.Before(h.Opens):
		r.closed = fault.New(fault.Denied, "exos.homework.early", "title", h.Title)
	case !now.Before(h.Closes()):
		r.closed = fault.New(fault.Denied, codeClosed, "title", h.Title)
	case !now.Before(h.Ends(p)):
		r.closed = fault.New(fault.Denied, codeTime, "title", h.Title, "n", int((h.limit()+time.Minute-1)/time.Minute))
	case !h.has(e):
		r.closed = fault.New(fault.Denied, codeRemoved, "title", h.Title)
	}
	return r
}

// Assigned is a homework as one learner sees it.
type Assigned struct {
	Homework
	Paper   *Paper // nil before it is begun
	Tasks   []Task
	Done    int     // exercises with an answer
	Total   int     // exercises of this learner's
	Success float64 // 0 to 1; only where Visible
	Late    bool    // the day is over and something is undone
	Over    bool    // nothing more is taken of this learner
	Visible bool    // results may be seen
	// Course is the pupil's way through a test, and Marked what its rules make of it, where Visible; nil where there is none.
	Course *Course
	Marked *TestScore
}

// Task is one exercise of a paper.
type Task struct {
	Part
	Number int // 1-based in the paper
	Title  string
	Max    float64
	ByHand bool      // a person marks it
	Work   *TaskWork // nil before it was opened
	// Changed is how many points the correction of its key brought; below 0: took, which the teacher agreed to.
	Changed float64
	Stop    *Stop // of a test
}

// TaskWork is what a learner did at an exercise of a homework, over all attempts.
type TaskWork struct {
	Homework HomeworkID
	Exercise ExerciseID
	Attempts int
	Tries    int // answers that were taken, of all attempts
	Best     float64
	Last     float64   // of the last answer
	Hand     *HandMark // what a teacher gave; nil for nothing yet
	Over     bool      // the last attempt takes no answer any more
	At       time.Time // of the last answer; zero: opened only
}

// Earned is what counts of it: what a teacher gave; else the last answer where graded, the best one in training.
func (h Homework) Earned(w TaskWork) float64 {
	if w.Hand != nil {
		return w.Hand.Points
	}
	if h.Graded {
		return w.Last
	}
	return w.Best
}

// IsLate reports whether the last answer came after the day.
func (h Homework) IsLate(w TaskWork) bool { return !w.At.IsZero() && !w.At.Before(h.Due) }

// Answered reports whether anything counts.
func (w *TaskWork) Answered() bool { return w != nil && w.Tries > 0 }
