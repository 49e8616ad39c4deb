package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/internal/db"
)

// Cohorts implements classroom.Reader.
func (t exosTx) Cohorts(ctx context.Context, school string, of []exos.Cohort) ([]classroom.GroupView, error) {
	out := make([]classroom.GroupView, len(of))
	for i, c := range of {
		out[i].Cohort = c
		if err := t.One(ctx, `
			select (select count(*) from membership where school = $1 and kind = $2 and code = $3 and pupil),
				(select count(*) from homework_for f join homework h on h.school = f.school and h.id = f.homework
					where f.school = $1 and f.kind = $2 and f.code = $3 and h.due_at > $4 and h.opens_at <= $4)`,
			[]any{school, string(c.Kind), c.Code, db.Micros(t.Now())}, &out[i].Pupils, &out[i].Homework); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Members implements classroom.Reader.
func (t exosTx) Members(ctx context.Context, school string, of []exos.Cohort) ([]classroom.Member, error) {
	if len(of) == 0 {
		return nil, nil
	}
	args := []any{school}
	var ways []string
	for _, c := range of {
		args = append(args, string(c.Kind), c.Code)
		ways = append(ways, fmt.Sprintf("(m.kind = $%d and m.code = $%d)", len(args)-1, len(args)))
	}
	rows, err := list(ctx, t, `
		select l.id, l.subject, l.given_name, m.kind, m.code, m.label
		from membership m join learner l on l.id = m.learner
		where m.school = $1 and m.pupil and (`+strings.Join(ways, " or ")+`) order by l.created_at, l.id, m.kind, m.code`, args,
		func(row db.Row) (m classroom.Member, err error) {
			var c exos.Cohort
			err = row.Scan(&m.Learner, &m.Subject, &m.GivenName, &c.Kind, &c.Code, &c.Label)
			m.Cohorts = []exos.Cohort{c}
			return m, err
		})
	if err != nil {
		return nil, err
	}
	var out []classroom.Member
	for _, m := range rows { // rows of one learner stand together
		if n := len(out); n > 0 && out[n-1].Learner == m.Learner {
			out[n-1].Cohorts = append(out[n-1].Cohorts, m.Cohorts...)
			continue
		}
		out = append(out, m)
	}
	return out, nil
}

// Learners implements classroom.Reader.
func (t exosTx) Learners(ctx context.Context, of []exos.LearnerID) ([]classroom.Member, error) {
	if len(of) == 0 {
		return nil, nil
	}
	in, args := listed(nil, of)
	return list(ctx, t, `select id, subject, given_name, cohorts from learner where id in (`+in+`) order by created_at, id`, args,
		func(row db.Row) (m classroom.Member, err error) {
			err = row.Scan(&m.Learner, &m.Subject, &m.GivenName, unpacked{&m.Cohorts})
			return m, err
		})
}

// HomeworkBy implements classroom.Reader.
func (t exosTx) HomeworkBy(ctx context.Context, school string, by exos.LearnerID, since time.Time) ([]exos.Homework, error) {
	return t.homeworks(ctx, `
		select `+homeworkColumns+` from homework h where h.school = $1 and h.author = $2 and h.closes_at > $3 order by h.due_at, h.id`,
		school, string(by), db.Micros(since))
}

// Papers implements classroom.Reader.
func (t exosTx) Papers(ctx context.Context, h exos.HomeworkID) ([]exos.Paper, error) {
	return list(ctx, t, `select learner, homework, started_at from paper where homework = $1 order by started_at, learner`, []any{string(h)}, scanPaper)
}

// Work implements classroom.Reader.
func (t exosTx) Work(ctx context.Context, h exos.HomeworkID) ([]classroom.Work, error) {
	return list(ctx, t, `
		select learner, max(id), max(touched_at), `+taskWork+` from attempt where homework = $1 group by learner, homework, exercise
		order by learner, exercise`, []any{string(h)},
		func(row db.Row) (w classroom.Work, err error) {
			var touched int64
			w.TaskWork, err = scanTaskWork(row, &w.Learner, &w.Attempt, &touched)
			w.Touched = db.FromMicros(touched)
			return w, err
		})
}

// Moved implements classroom.Reader.
func (t exosTx) Moved(ctx context.Context, h exos.HomeworkID) (last time.Time, begun int, err error) {
	var at int64
	err = t.One(ctx, `
		select (select coalesce(max(touched_at), 0) from attempt where homework = $1), (select count(*) from paper where homework = $1)`,
		[]any{string(h)}, &at, &begun)
	return db.FromMicros(at), begun, err
}

// Answers implements classroom.Reader.
func (t exosTx) Answers(ctx context.Context, h exos.HomeworkID) ([]exos.Kept, error) {
	return list(ctx, t, `
		select `+eventColumnsOf("v")+` from attempt a join event v on v.learner = a.learner and v.attempt = a.id
		where a.homework = $1 and v.kind = 'answered' order by v.received_at, v.seq, v.id`, []any{string(h)}, scanKept)
}

// Versions implements classroom.Reader.
func (t exosTx) Versions(ctx context.Context, h exos.HomeworkID) ([]classroom.Change, error) {
	return list(ctx, t, `select state, at from homework_version where homework = $1 order by version desc`, []any{string(h)},
		func(row db.Row) (c classroom.Change, err error) {
			var at int64
			err = row.Scan(unpacked{&c.Homework}, &at)
			c.At = db.FromMicros(at)
			return c, err
		})
}
