package classroom

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"pupitre/exos"
	"pupitre/exos/offline"
)

// Results are what came of a homework: the class by the exercise.
type Results struct {
	Given
	At    time.Time // as of when
	Tasks []TaskResult
	// Skills are what the exercises train, in their order; none where no author said.
	Skills []SkillResult
	Rows   []PupilResult // those to whom it is given, and those who have begun, in the order of the class
}

// PupilResult is one pupil's row.
type PupilResult struct {
	Member
	Number  int         // 1-based, in the order of the class: what a pupil without a name is called by
	Paper   *exos.Paper // nil where not begun
	Cells   []Cell      // one for each of Results.Tasks
	Skills  []SkillCell // one for each of Results.Skills
	Done    int         // exercises with an answer
	Total   int         // exercises of this pupil's
	Earned  float64
	Max     float64
	Success float64 // 0 to 1, undone counting 0
	Late    bool    // something that counts came after the day
	// Certainty is how sure it is at least that the rest was done before it, where a device's word alone says so; "" elsewhere.
	Certainty offline.Certainty
	Refused   int // answers that came too late to count
	Waiting   int // answers that a person has to mark
	Pace      Pace
}

// Cell is what one pupil made of one exercise.
type Cell struct {
	State  CellState
	Earned float64
	Max    float64
	Tries  int
	Late   bool
	// Certainty is how sure it is that it was done in time, where a device's word alone says so; "" elsewhere.
	Certainty offline.Certainty
	// GivenAt is when the last answer that counts was given, ReceivedAt when it came here: later, from a device that was out of reach. Zero: none.
	GivenAt, ReceivedAt time.Time
	Refused             int  // answers that came too late to count
	Here                bool // where the pupil was last
}

// Away reports whether the last answer was given on a device that was out of reach: it came more than a minute after.
func (c Cell) Away() bool { return c.ReceivedAt.Sub(c.GivenAt) > time.Minute }

// CellState is a cell in one word.
type CellState string

// The states of a cell.
const (
	NotDrawn CellState = ""        // it is not in this pupil's paper
	Todo     CellState = "todo"    // not opened
	Begun    CellState = "begun"   // opened, not answered
	Right    CellState = "right"   // all points
	Partly   CellState = "partly"  // some
	Wrong    CellState = "wrong"   // none
	Waiting  CellState = "waiting" // answered, and a person has to mark it
)

// TaskResult is one exercise, over the whole class.
type TaskResult struct {
	exos.Part
	Number   int // 1-based in the homework
	Title    string
	Max      float64
	ByHand   bool // a person marks it
	Skills   []string
	Drawn    int // pupils who have it in their paper
	Answered int
	Marked   int // of those, what is marked
	Right    int
	// Mean is the share of the points that was earned, 0 to 1, over what is marked: how easy it was (« indice de facilité »).
	Mean  float64
	Wrong []Mistake // the most frequent first
}

// Mistake is a wrong answer, and how many pupils gave it at least once.
type Mistake struct {
	exos.Mistake
	Pupils int
}

// mostMistakes is how many wrong answers are told of an exercise. One that a single pupil gave is no trend.
const (
	mostMistakes  = 5
	leastMistakes = 2
)

// Results tells what came of a homework of the teacher's own.
func (s *Service) Results(ctx context.Context, v exos.Visitor, id exos.HomeworkID) (Results, error) {
	f, err := s.file(ctx, v, id)
	if err != nil {
		return Results{}, err
	}
	out := f.results(s.Now())
	return out, s.mistakes(ctx, &out, f.answers)
}

// Moved is a word that changes whenever the results may have: with what pupils do, with the homework, and with time, for a pace does.
func (s *Service) Moved(ctx context.Context, v exos.Visitor, id exos.HomeworkID) (string, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (string, error) {
		h, err := mine(ctx, r, v, id)
		if err != nil {
			return "", err
		}
		last, begun, err := r.Moved(ctx, id)
		return fmt.Sprintf("%d-%d-%d-%d", h.Version, begun, last.UnixMicro(), r.Now().Unix()/int64(tick/time.Second)), err
	})
}

// tick is how soon a pace that changes with time alone is seen.
const tick = 30 * time.Second

// file is all that is known of a homework.
type file struct {
	given     Given
	members   []Member
	papers    map[exos.LearnerID]exos.Paper
	work      map[exos.LearnerID]map[exos.ExerciseID]Work
	answers   []exos.Kept
	exercises map[exos.ExerciseID]exos.Exercise
	courses   map[exos.LearnerID]*exos.Course // of a test
}

// file reads all that is known of a homework of the teacher's own.
func (s *Service) file(ctx context.Context, v exos.Visitor, id exos.HomeworkID) (file, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (file, error) {
		h, err := mine(ctx, r, v, id)
		if err != nil {
			return file{}, err
		}
		f, err := gather(ctx, r, h)
		if err != nil || h.Test == nil {
			return f, err
		}
		f.courses, err = s.courses(ctx, r, h, f)
		return f, err
	})
}

// courses are the ways that everybody went through a test.
func (s *Service) courses(ctx context.Context, r Reader, h exos.Homework, f file) (map[exos.LearnerID]*exos.Course, error) {
	attempts, err := r.Attempts(ctx, h.ID)
	if err != nil {
		return nil, err
	}
	type at struct {
		learner  exos.LearnerID
		exercise exos.ExerciseID
	}
	latest, last := map[at]*exos.Attempt{}, map[exos.AttemptID]*exos.Kept{}
	for i, a := range attempts {
		latest[at{a.Learner, a.Exercise}] = &attempts[i]
	}
	for i, k := range f.answers {
		if k.Verdict.Status == exos.Accepted {
			last[k.Attempt] = &f.answers[i]
		}
	}
	out := map[exos.LearnerID]*exos.Course{}
	for _, m := range f.members {
		if out[m.Learner], err = s.Exos.Course(ctx, r, h, m.Learner, func(e exos.ExerciseID) (did exos.Did, err error) {
			if did.Attempt = latest[at{m.Learner, e}]; did.Attempt != nil {
				did.Answer, did.Hand = last[did.Attempt.ID], f.work[m.Learner][e].Hand
			}
			return did, nil
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func gather(ctx context.Context, r Reader, h exos.Homework) (file, error) {
	f := file{papers: map[exos.LearnerID]exos.Paper{}, work: map[exos.LearnerID]map[exos.ExerciseID]Work{}}
	var err error
	if f.given, err = given(ctx, r, h); err != nil {
		return file{}, err
	}
	papers, err := r.Papers(ctx, h.ID)
	if err != nil {
		return file{}, err
	}
	for _, p := range papers {
		f.papers[p.Learner] = p
	}
	if f.members, err = everybody(ctx, r, h, papers); err != nil {
		return file{}, err
	}
	work, err := r.Work(ctx, h.ID)
	if err != nil {
		return file{}, err
	}
	for _, w := range work {
		if f.work[w.Learner] == nil {
			f.work[w.Learner] = map[exos.ExerciseID]Work{}
		}
		f.work[w.Learner][w.Exercise] = w
	}
	hands, err := r.HandMarksOf(ctx, h.ID)
	if err != nil {
		return file{}, err
	}
	for i, m := range hands {
		if w, ok := f.work[m.Learner][m.Exercise]; ok {
			w.Hand = &hands[i]
			f.work[m.Learner][m.Exercise] = w
		}
	}
	if f.answers, err = r.Answers(ctx, h.ID); err != nil {
		return file{}, err
	}
	ids := make([]exos.ExerciseID, len(h.Parts))
	for i, p := range h.Parts {
		ids[i] = p.Exercise
	}
	f.exercises, err = r.Exercises(ctx, ids)
	return f, err
}

// PupilReader is what it takes to know whose a homework is.
type PupilReader interface {
	// Members lists the pupils of classes and groups who have come here, each once, by first coming.
	Members(ctx context.Context, school string, of []exos.Cohort) ([]Member, error)
	// Learners describes these learners, as far as they are known.
	Learners(ctx context.Context, of []exos.LearnerID) ([]Member, error)
	// Papers lists the papers begun of a homework.
	Papers(ctx context.Context, h exos.HomeworkID) ([]exos.Paper, error)
}

// Everybody lists the pupils of a homework, in the order of its results.
func Everybody(ctx context.Context, r PupilReader, h exos.Homework) ([]Member, error) {
	papers, err := r.Papers(ctx, h.ID)
	if err != nil {
		return nil, err
	}
	return everybody(ctx, r, h, papers)
}

// everybody lists the pupils to whom a homework is given, and those who began it and have left since.
func everybody(ctx context.Context, r PupilReader, h exos.Homework, papers []exos.Paper) ([]Member, error) {
	members, err := r.Members(ctx, h.School, h.Cohorts)
	if err != nil {
		return nil, err
	}
	known := map[exos.LearnerID]bool{}
	for _, m := range members {
		known[m.Learner] = true
	}
	var others []exos.LearnerID
	add := func(l exos.LearnerID) {
		if !known[l] {
			known[l] = true
			others = append(others, l)
		}
	}
	for _, p := range h.Persons {
		add(p)
	}
	for _, p := range papers {
		add(p.Learner)
	}
	more, err := r.Learners(ctx, others)
	return append(members, more...), err
}

// results puts the file into rows and columns.
func (f file) results(now time.Time) Results {
	h := f.given.Homework
	out := Results{Given: f.given, At: now}
	for i, p := range h.Parts {
		e := f.exercises[p.Exercise]
		out.Tasks = append(out.Tasks, TaskResult{Part: p, Number: i + 1, Title: e.Title, Max: h.ScaleOf(e), ByHand: e.ByHandOnly(), Skills: e.Skills})
	}
	refused := map[exos.AttemptID]int{}
	for _, a := range f.answers {
		if a.Verdict.Status == exos.Refused {
			refused[a.Attempt]++
		}
		if a.Verdict.Admits != "" { // its teacher accepted it since
			refused[a.Attempt]--
		}
	}
	for i, m := range f.members {
		row := f.row(m, out.Tasks, refused, now)
		row.Number = i + 1
		out.Rows = append(out.Rows, row)
	}
	for i := range out.Tasks {
		out.Tasks[i].count(out.Rows, i)
	}
	out.bySkill()
	return out
}

// row is one pupil's.
func (f file) row(m Member, tasks []TaskResult, refused map[exos.AttemptID]int, now time.Time) PupilResult {
	h, did := f.given.Homework, f.work[m.Learner]
	row := PupilResult{Member: m}
	if p, ok := f.papers[m.Learner]; ok {
		row.Paper = &p
	}
	mine := map[exos.ExerciseID]bool{}
	for _, p := range h.Tasks(m.Learner, func(e exos.ExerciseID) bool { _, ok := did[e]; return ok }) {
		mine[p.Exercise] = true
	}
	course := f.courses[m.Learner]
	if course != nil {
		for _, stop := range course.Stops {
			if stop.Bypassed {
				delete(mine, stop.Exercise)
			}
		}
	}
	for _, t := range tasks {
		w, began := did[t.Exercise]
		c := Cell{Max: t.Max, Refused: refused[w.Attempt]}
		if mine[t.Exercise] {
			row.Total, row.Max = row.Total+1, row.Max+t.Max
			c.State = stateOf(h, w, began, t)
			if c.State == Waiting {
				row.Waiting++
			}
			if w.Answered() {
				c.Earned, c.Tries, c.Late = h.Earned(w.TaskWork), w.Tries, h.IsLate(w.TaskWork)
				row.Done++
				row.Earned += min(max(c.Earned, 0), t.Max)
				row.Late = row.Late || c.Late
				c.GivenAt, c.ReceivedAt = w.At, f.received(m.Learner, t.Exercise)
				if !c.Late {
					c.Certainty = f.certainty(m.Learner, t.Exercise)
				}
				row.Certainty = row.Certainty.Weaker(c.Certainty)
			}
		}
		row.Refused += c.Refused
		row.Cells = append(row.Cells, c)
	}
	if course != nil && row.Done > 0 {
		if marked, ok := course.Score(); ok && marked.Max > 0 {
			row.Earned, row.Max = min(max(marked.Points, 0), marked.Max), marked.Max
		}
	}
	if row.Max > 0 {
		row.Success = row.Earned / row.Max
	}
	row.Pace = f.pace(row, tasks, now)
	if i := row.Pace.Task; i > 0 {
		row.Cells[i-1].Here = true
	}
	return row
}

// received is when the last answer of a pupil's to an exercise came.
func (f file) received(l exos.LearnerID, e exos.ExerciseID) (at time.Time) {
	for _, a := range f.answers {
		if a.Learner == l && a.Exercise == e && a.Verdict.Status == exos.Accepted && a.ReceivedAt.After(at) {
			at = a.ReceivedAt
		}
	}
	return at
}

// certainty is how sure it is at least of a pupil's answers to an exercise that they were given in time.
func (f file) certainty(l exos.LearnerID, e exos.ExerciseID) (c offline.Certainty) {
	for _, a := range f.answers {
		if a.Learner == l && a.Exercise == e && a.Verdict.Status == exos.Accepted {
			c = c.Weaker(f.given.Homework.Certainty(a))
		}
	}
	return c
}

func stateOf(h exos.Homework, w Work, began bool, t TaskResult) CellState {
	switch {
	case !began:
		return Todo
	case !w.Answered():
		return Begun
	case t.ByHand && w.Waits():
		return Waiting
	case h.Earned(w.TaskWork) >= t.Max:
		return Right
	case h.Earned(w.TaskWork) > 0:
		return Partly
	}
	return Wrong
}

// count adds up a column.
func (t *TaskResult) count(rows []PupilResult, i int) {
	var earned, marked float64
	for _, row := range rows {
		c := row.Cells[i]
		if c.State != NotDrawn {
			t.Drawn++
		}
		if c.State == Right {
			t.Right++
		}
		if c.Tries > 0 {
			t.Answered++
		}
		if c.Tries > 0 && c.State != Waiting {
			marked++
			earned += min(max(c.Earned, 0), c.Max)
		}
	}
	if t.Marked = int(marked); marked > 0 {
		t.Mean = earned / (t.Max * marked)
	}
}

// mistakes counts the wrong answers of each exercise, by pupils: who says the same three times is one.
func (s *Service) mistakes(ctx context.Context, out *Results, answers []exos.Kept) error {
	type given struct {
		exercise exos.ExerciseID
		mistake  exos.Mistake
	}
	by := map[given]map[exos.LearnerID]bool{}
	keys := map[exos.ExerciseID]exos.ExerciseID{}
	for _, t := range out.Tasks {
		keys[t.Exercise] = t.Key
	}
	for _, a := range answers {
		wrong, err := s.Exos.Mistakes(ctx, a, keys[a.Exercise])
		if err != nil {
			return err
		}
		for _, m := range wrong {
			k := given{a.Exercise, m}
			if by[k] == nil {
				by[k] = map[exos.LearnerID]bool{}
			}
			by[k][a.Learner] = true
		}
	}
	for i := range out.Tasks {
		t := &out.Tasks[i]
		for k, pupils := range by {
			if k.exercise == t.Exercise && len(pupils) >= leastMistakes {
				t.Wrong = append(t.Wrong, Mistake{k.mistake, len(pupils)})
			}
		}
		slices.SortFunc(t.Wrong, func(a, b Mistake) int {
			return cmp.Or(cmp.Compare(b.Pupils, a.Pupils), cmp.Compare(a.Place, b.Place), cmp.Compare(a.Text, b.Text))
		})
		t.Wrong = t.Wrong[:min(len(t.Wrong), mostMistakes)]
	}
	return nil
}
