package store

import (
	"context"
	"strings"

	"pupitre/exos"
	"pupitre/internal/db"
)

const attemptColumns = `learner, id, homework, module, exercise, number, version, seed, tries, state, score, best, ended, solved, started_at, touched_at,
	answered_at`

func scanAttempt(row db.Row) (a exos.Attempt, err error) {
	var seed, started, touched, answered int64
	err = row.Scan(&a.Learner, &a.ID, &a.Homework, &a.Module, &a.Exercise, &a.Number, &a.Version, &seed, &a.Tries, (*state)(&a.State), &a.Score, &a.Best,
		&a.Ended, &a.Solved, &started, &touched, &answered)
	a.Seed, a.StartedAt, a.TouchedAt, a.AnsweredAt = exos.Seed(seed), db.FromMicros(started), db.FromMicros(touched), db.FromMicros(answered)
	return a, err
}

// Attempt implements exos.WorkReader.
func (t exosTx) Attempt(ctx context.Context, l exos.LearnerID, a exos.AttemptID) (exos.Attempt, error) {
	return one(ctx, t, `select `+attemptColumns+` from attempt where learner = $1 and id = $2`, []any{string(l), string(a)}, scanAttempt)
}

// TakeAttempt implements exos.WorkWriter. SQLite has one writer; PostgreSQL locks the row.
func (t exosTx) TakeAttempt(ctx context.Context, l exos.LearnerID, a exos.AttemptID) (exos.Attempt, error) {
	return one(ctx, t, t.takeAttempt(), []any{string(l), string(a)}, scanAttempt)
}

func (t exosTx) takeAttempt() string {
	return db.For(t.Engine, `select `+attemptColumns+` from attempt where learner = $1 and id = $2 /*postgres: for update */`)
}

// TakeEvent implements exos.WorkWriter. The attempt is asked for first: what is read after it is of after its turn came.
func (t exosTx) TakeEvent(ctx context.Context, l exos.Learner, e exos.Event, m exos.ModuleID) (exos.Work, error) {
	var attempts []exos.Attempt
	var kept []exos.Kept
	var graded []exos.Homework
	var modules []exos.Module
	query, args := t.gradedWork(l)
	err := t.Ask(ctx,
		into(&attempts, t.takeAttempt(), []any{string(l.ID), string(e.Attempt)}, scanAttempt),
		into(&kept, keptByID, []any{string(l.ID), string(e.ID)}, scanKept),
		into(&graded, query, args, scanHomework),
		into(&modules, moduleByID, []any{string(m)}, scanModule),
	)
	if err == nil && (len(attempts) == 0 || len(modules) == 0) {
		err = errNone
	}
	if err != nil {
		return exos.Work{}, err
	}
	work := exos.Work{Attempt: attempts[0], Bounds: exos.Bounds{Module: modules[0], Graded: graded}}
	if len(kept) > 0 {
		work.Kept = &kept[0]
	}
	return work, t.address(ctx, graded)
}

// LatestAttempt implements exos.WorkReader.
func (t exosTx) LatestAttempt(ctx context.Context, l exos.LearnerID, h exos.HomeworkID, e exos.ExerciseID) (exos.Attempt, error) {
	return one(ctx, t, `
		select `+attemptColumns+` from attempt where learner = $1 and exercise = $2 and homework = $3 order by number desc limit 1`,
		[]any{string(l), string(e), string(h)}, scanAttempt)
}

// LatestAnswered implements exos.WorkReader.
func (t exosTx) LatestAnswered(ctx context.Context, l exos.LearnerID, e exos.ExerciseID) (exos.Attempt, error) {
	return one(ctx, t, `select `+attemptColumns+` from attempt a where learner = $1 and exercise = $2 and homework = '' and exists
		(select 1 from event v where v.learner = a.learner and v.attempt = a.id and v.kind = 'answered' and v.accepted) order by number desc limit 1`,
		[]any{string(l), string(e)}, scanAttempt)
}

// AddAttempt implements exos.WorkWriter.
func (t exosTx) AddAttempt(ctx context.Context, a exos.Attempt) (bool, error) {
	kept, err := state(a.State).pack()
	if err != nil {
		return false, err
	}
	n, err := t.Exec(ctx, `
		insert into attempt (learner, id, homework, module, exercise, number, version, seed, tries, state, score, best, ended, solved, started_at,
			touched_at, answered_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
		on conflict (learner, exercise, homework, number) do nothing`,
		string(a.Learner), string(a.ID), string(a.Homework), string(a.Module), string(a.Exercise), a.Number, a.Version, int64(a.Seed), a.Tries, kept,
		a.Score, a.Best, a.Ended, a.Solved, db.Micros(a.StartedAt), db.Micros(a.TouchedAt), db.Micros(a.AnsweredAt))
	return n == 1, err
}

// PutAttempt implements exos.WorkWriter.
func (t exosTx) PutAttempt(ctx context.Context, a exos.Attempt) error {
	kept, err := state(a.State).pack()
	if err != nil {
		return err
	}
	return t.Later(ctx, `
		update attempt set tries = $3, state = $4, score = $5, best = $6, ended = $7, solved = $8, touched_at = $9,
			answered_at = $10
		where learner = $1 and id = $2`,
		string(a.Learner), string(a.ID), a.Tries, kept, a.Score, a.Best, a.Ended, a.Solved, db.Micros(a.TouchedAt), db.Micros(a.AnsweredAt))
}

const eventColumns = `learner, id, attempt, exercise, version, seed, kind, payload, done_at, received_at, device, seq, verdict`

// eventColumnsOf is eventColumns of a table that is joined under a name.
func eventColumnsOf(table string) string {
	return table + "." + strings.ReplaceAll(eventColumns, ", ", ", "+table+".")
}

func scanKept(row db.Row) (k exos.Kept, err error) {
	var seed, done, received int64
	var payload string
	err = row.Scan(&k.Learner, &k.ID, &k.Attempt, &k.Exercise, &k.Version, &seed, &k.Kind, &payload, &done, &received, &k.Device, &k.Seq,
		unpacked{&k.Verdict})
	k.Seed, k.At, k.ReceivedAt = exos.Seed(seed), db.FromMicros(done), db.FromMicros(received)
	if payload != "" {
		k.Payload = []byte(payload)
	}
	return k, err
}

// Append implements exos.WorkWriter.
func (t exosTx) Append(ctx context.Context, k exos.Kept) (bool, error) {
	row, err := eventRow(k)
	if err != nil {
		return false, err
	}
	n, err := t.Exec(ctx, addEvent+` on conflict (learner, id) do nothing`, row...)
	return n == 1, err
}

// Keep implements exos.WorkWriter. Where another transaction has kept it since it was looked for, this one runs again.
func (t exosTx) Keep(ctx context.Context, k exos.Kept) error {
	row, err := eventRow(k)
	if err != nil {
		return err
	}
	return t.Later(ctx, addEvent, row...)
}

const addEvent = `
	insert into event (learner, id, attempt, exercise, version, seed, kind, payload, done_at, received_at, device, seq, verdict, accepted)
	values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`

func eventRow(k exos.Kept) ([]any, error) {
	verdict, err := packed(k.Verdict)
	return []any{
		string(k.Learner), string(k.ID), string(k.Attempt), string(k.Exercise), k.Version, int64(k.Seed), string(k.Kind), string(k.Payload),
		db.Micros(k.At), db.Micros(k.ReceivedAt), k.Device, k.Seq, verdict, k.Verdict.Status == exos.Accepted,
	}, err
}

// Kept implements exos.WorkReader.
func (t exosTx) Kept(ctx context.Context, l exos.LearnerID, e exos.EventID) (exos.Kept, error) {
	return one(ctx, t, keptByID, []any{string(l), string(e)}, scanKept)
}

const keptByID = `select ` + eventColumns + ` from event where learner = $1 and id = $2`

// LastAnswer implements exos.WorkReader. Answers of one sending have the same instant: their order on the device tells them apart.
func (t exosTx) LastAnswer(ctx context.Context, l exos.LearnerID, a exos.AttemptID) (exos.Kept, error) {
	return one(ctx, t, `
		select `+eventColumns+` from event where learner = $1 and attempt = $2 and kind = 'answered' and accepted
		order by received_at desc, seq desc, id desc limit 1`, []any{string(l), string(a)}, scanKept)
}

// LastRefused implements exos.HomeworkReader.
func (t exosTx) LastRefused(ctx context.Context, l exos.LearnerID, a exos.AttemptID) (exos.Kept, error) {
	kept, err := one(ctx, t, `
		select `+eventColumns+` from event where learner = $1 and attempt = $2 and kind = 'answered'
		order by received_at desc, seq desc, id desc limit 1`, []any{string(l), string(a)}, scanKept)
	if err == nil && kept.Verdict.Status == exos.Accepted {
		err = errNone
	}
	return kept, err
}

// History implements exos.WorkReader.
func (t exosTx) History(ctx context.Context, l exos.LearnerID, before exos.EventID, limit int) ([]exos.Past, error) {
	return list(ctx, t, `
		select v.id, coalesce(a.homework, ''), e.module, v.exercise, e.title, m.title, v.seed, v.payload, v.received_at, v.verdict
		from event v join exercise e on e.id = v.exercise join module m on m.id = e.module left join attempt a on a.learner = v.learner and a.id = v.attempt
		where v.learner = $1 and v.kind = 'answered'
			and ($2 = '' or (v.received_at, v.id) < (select b.received_at, b.id from event b where b.learner = $1 and b.id = $2))
		order by v.received_at desc, v.id desc limit $3`, []any{string(l), string(before), limit},
		func(row db.Row) (d exos.Past, err error) {
			var at, seed int64
			var payload string
			var verdict exos.Verdict
			err = row.Scan(&d.Event, &d.Homework, &d.Module, &d.Exercise, &d.Title, &d.Workbook, &seed, &payload, &at, unpacked{&verdict})
			d.At, d.Refused, d.Params, d.Seed, d.Payload = db.FromMicros(at), verdict.Code, verdict.Params, exos.Seed(seed), []byte(payload)
			if r := verdict.Result; r != nil {
				d.Score, d.Max, d.Scored = r.Score, r.Max, r.Scored
			}
			return d, err
		})
}
