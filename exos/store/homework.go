package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/internal/db"
	"pupitre/journal"
)

// personKind is the kind of a row of homework_for that names one learner.
const personKind = "person"

const homeworkColumns = `h.id, h.school, h.author, h.version, h.title, h.opens_at, h.due_at, h.parts, h.terms, h.graded, h.seed, h.returned_at, h.given_at, h.plan, h.test`

func scanHomework(row db.Row) (h exos.Homework, err error) {
	var opens, due, seed, returned, given int64
	var graded bool
	err = row.Scan(&h.ID, &h.School, &h.By, &h.Version, &h.Title, &opens, &due, unpacked{&h.Parts}, unpacked{&h.Terms}, &graded, &seed, &returned, &given, &h.Plan, unpacked{&h.As})
	h.Opens, h.Due, h.Graded = db.FromMicros(opens), db.FromMicros(due), graded
	h.Seed, h.ReturnedAt, h.GivenAt = exos.Seed(seed), db.FromMicros(returned), db.FromMicros(given)
	return h, err
}

// Homework implements exos.HomeworkReader.
func (t exosTx) Homework(ctx context.Context, id exos.HomeworkID) (exos.Homework, error) {
	list, err := t.homeworks(ctx, `select `+homeworkColumns+` from homework h where h.id = $1`, string(id))
	if err == nil && len(list) == 0 {
		err = errNone
	}
	if err != nil {
		return exos.Homework{}, err
	}
	return list[0], nil
}

// HomeworkOf implements exos.HomeworkReader.
func (t exosTx) HomeworkOf(ctx context.Context, l exos.Learner, since time.Time) ([]exos.Homework, error) {
	query, args := givenTo(l, ` and h.closes_at > $1`, db.Micros(since))
	return t.homeworks(ctx, query, args...)
}

// GradedWork implements exos.HomeworkReader.
func (t exosTx) GradedWork(ctx context.Context, l exos.Learner) ([]exos.Homework, error) {
	query, args := t.gradedWork(l)
	return t.homeworks(ctx, query, args...)
}

func (t exosTx) gradedWork(l exos.Learner) (query string, args []any) {
	return givenTo(l, ` and h.graded and h.opens_at <= $1 and h.closes_at > $1`, db.Micros(t.Now()))
}

// givenTo asks for the homework given to a learner by any way that is also the case where $1 is at.
func givenTo(l exos.Learner, also string, at int64) (query string, args []any) {
	args = []any{at, l.School, personKind, string(l.ID)}
	ways := []string{"(f.kind = $3 and f.code = $4)"}
	for _, c := range l.Cohorts {
		args = append(args, string(c.Kind), c.Code)
		ways = append(ways, fmt.Sprintf("(f.kind = $%d and f.code = $%d)", len(args)-1, len(args)))
	}
	return `
		select ` + homeworkColumns + ` from homework h
		where h.school = $2 and h.id in (select f.homework from homework_for f where f.school = $2 and (` + strings.Join(ways, " or ") + `))` + also + `
		order by h.due_at, h.id`, args
}

// homeworks reads homework with those to whom it is given.
func (t exosTx) homeworks(ctx context.Context, query string, args ...any) ([]exos.Homework, error) {
	out, err := list(ctx, t, query, args, scanHomework)
	if err != nil {
		return nil, err
	}
	if err := t.rule(ctx, out); err != nil {
		return nil, err
	}
	return out, t.address(ctx, out)
}

// rule brings the rules of those that are tests.
func (t exosTx) rule(ctx context.Context, out []exos.Homework) error {
	for i := range out {
		h := &out[i]
		if h.As.Rules == "" {
			continue
		}
		c, err := t.Content(ctx, h.As.Rules)
		if err != nil {
			return fmt.Errorf("test of homework %s: %w", h.ID, err)
		}
		if h.Test, err = exos.ReadTest(c.Data); err != nil {
			return fmt.Errorf("test of homework %s: %w", h.ID, err)
		}
	}
	return nil
}

// address says of homework to whom it is given.
func (t exosTx) address(ctx context.Context, out []exos.Homework) error {
	if len(out) == 0 {
		return nil
	}
	at := map[exos.HomeworkID]*exos.Homework{}
	ids := make([]exos.HomeworkID, len(out))
	for i := range out {
		at[out[i].ID], ids[i] = &out[i], out[i].ID
	}
	in, args := listed(nil, ids)
	return t.Each(ctx, `select homework, kind, code, label from homework_for where homework in (`+in+`) order by homework, kind, label, code`, args,
		func(row db.Row) error {
			var id exos.HomeworkID
			var c exos.Cohort
			if err := row.Scan(&id, &c.Kind, &c.Code, &c.Label); err != nil {
				return err
			}
			if c.Kind == personKind {
				at[id].Persons = append(at[id].Persons, exos.LearnerID(c.Code))
			} else {
				at[id].Cohorts = append(at[id].Cohorts, c)
			}
			return nil
		})
}

func scanPaper(row db.Row) (p exos.Paper, err error) {
	var started int64
	err = row.Scan(&p.Learner, &p.Homework, &started)
	p.StartedAt = db.FromMicros(started)
	return p, err
}

// Paper implements exos.HomeworkReader.
func (t exosTx) Paper(ctx context.Context, l exos.LearnerID, h exos.HomeworkID) (exos.Paper, error) {
	return one(ctx, t, `select learner, homework, started_at from paper where learner = $1 and homework = $2`, []any{string(l), string(h)}, scanPaper)
}

// PapersOf implements exos.HomeworkReader.
func (t exosTx) PapersOf(ctx context.Context, l exos.LearnerID, of []exos.HomeworkID) ([]exos.Paper, error) {
	in, args := listed([]any{string(l)}, of)
	return list(ctx, t, `select learner, homework, started_at from paper where learner = $1 and homework in (`+in+`)`, args, scanPaper)
}

// BeginPaper implements exos.HomeworkWriter.
func (t exosTx) BeginPaper(ctx context.Context, p exos.Paper) error {
	_, err := t.Exec(ctx, `insert into paper (learner, homework, started_at) values ($1, $2, $3) on conflict (learner, homework) do nothing`,
		string(p.Learner), string(p.Homework), db.Micros(p.StartedAt))
	return err
}

// taskWork is what attempts at an exercise of a homework amount to. All attempts but the last have ended, so the least of ended is the
// last one's; graded work has one attempt, so its score is the greatest.
const taskWork = `homework, exercise, count(*), cast(sum(tries) as bigint), max(best), max(score), min(case when ended then 1 else 0 end), max(answered_at)`

func scanTaskWork(row db.Row, first ...any) (w exos.TaskWork, err error) {
	var over, at int64
	err = row.Scan(append(first, &w.Homework, &w.Exercise, &w.Attempts, &w.Tries, &w.Best, &w.Last, &over, &at)...)
	w.Over, w.At = over == 1, db.FromMicros(at)
	return w, err
}

// TaskWork implements exos.HomeworkReader.
func (t exosTx) TaskWork(ctx context.Context, l exos.LearnerID, of []exos.HomeworkID) ([]exos.TaskWork, error) {
	in, args := listed([]any{string(l)}, of)
	return list(ctx, t, `select `+taskWork+` from attempt where learner = $1 and homework in (`+in+`) group by homework, exercise`, args,
		func(row db.Row) (exos.TaskWork, error) { return scanTaskWork(row) })
}

// Exercises implements exos.HomeworkReader. Thousands would be too many for one question.
func (t exosTx) Exercises(ctx context.Context, of []exos.ExerciseID) (map[exos.ExerciseID]exos.Exercise, error) {
	const most = 500
	out := map[exos.ExerciseID]exos.Exercise{}
	for len(of) > 0 {
		some := of[:min(most, len(of))]
		of = of[len(some):]
		in, args := listed(nil, some)
		found, err := list(ctx, t, `select `+exerciseColumns+` from exercise where id in (`+in+`)`, args, scanExercise)
		if err != nil {
			return nil, err
		}
		for _, e := range found {
			out[e.ID] = e
		}
	}
	return out, nil
}

// PutHomework implements classroom.Writer.
func (t exosTx) PutHomework(ctx context.Context, act journal.ActID, h exos.Homework) error {
	parts, err := packed(h.Parts)
	if err != nil {
		return err
	}
	terms, err := packed(h.Terms)
	if err != nil {
		return err
	}
	test := ""
	if h.As.Rules != "" {
		if test, err = packed(h.As); err != nil {
			return err
		}
	}
	whole, err := packed(h)
	if err != nil {
		return err
	}
	if _, err := t.Exec(ctx, `
		insert into homework (school, id, author, version, title, opens_at, due_at, closes_at, graded, parts, terms, seed, returned_at, given_at, plan, act, test)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
		on conflict (school, id) do update set version = excluded.version, title = excluded.title, opens_at = excluded.opens_at,
			due_at = excluded.due_at, closes_at = excluded.closes_at, graded = excluded.graded, parts = excluded.parts, terms = excluded.terms,
			returned_at = excluded.returned_at, plan = excluded.plan, act = excluded.act, test = excluded.test`,
		h.School, string(h.ID), string(h.By), h.Version, h.Title, db.Micros(h.Opens), db.Micros(h.Due), db.Micros(h.Closes()), h.Graded, parts, terms,
		int64(h.Seed), db.Micros(h.ReturnedAt), db.Micros(h.GivenAt), h.Plan, string(act), test); err != nil {
		return err
	}
	if _, err := t.Exec(ctx, `delete from homework_for where homework = $1`, string(h.ID)); err != nil {
		return err
	}
	to := h.Cohorts
	for _, p := range h.Persons {
		to = append(to[:len(to):len(to)], exos.Cohort{Kind: personKind, Code: string(p)})
	}
	for _, c := range to {
		if _, err := t.Exec(ctx, `insert into homework_for (school, kind, code, homework, label) values ($1, $2, $3, $4, $5)`,
			h.School, string(c.Kind), c.Code, string(h.ID), c.Label); err != nil {
			return err
		}
	}
	_, err = t.Exec(ctx, `insert into homework_version (school, homework, version, state, at, act) values ($1, $2, $3, $4, $5, $6)`,
		h.School, string(h.ID), h.Version, whole, db.Micros(t.Now()), string(act))
	return err
}

// DropHomework implements classroom.Writer.
func (t exosTx) DropHomework(ctx context.Context, _ journal.ActID, h exos.Homework) error {
	if err := t.unshare(ctx, classroom.SharedHomework, string(h.ID)); err != nil {
		return err
	}
	for _, q := range []string{
		`delete from homework_version where homework = $1`, `delete from homework_for where homework = $1`, `delete from homework where id = $1`,
	} {
		if _, err := t.Exec(ctx, q, string(h.ID)); err != nil {
			return err
		}
	}
	return nil
}
