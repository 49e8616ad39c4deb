package store

import (
	"context"

	"pupitre/exos"
	"pupitre/internal/db"
)

// Attempts implements classroom.Reader.
func (t exosTx) Attempts(ctx context.Context, h exos.HomeworkID) ([]exos.Attempt, error) {
	return list(ctx, t, `select `+attemptColumns+` from attempt where homework = $1 order by learner, exercise, number`, []any{string(h)}, scanAttempt)
}

// TakeWork implements classroom.Writer. SQLite has one writer; PostgreSQL locks the rows, in one order.
func (t exosTx) TakeWork(ctx context.Context, h exos.HomeworkID) error {
	return t.Each(ctx, db.For(t.Engine, `select id from attempt where homework = $1 order by learner, id /*postgres: for update */`), []any{string(h)},
		func(row db.Row) error {
			var id string
			return row.Scan(&id)
		})
}

// RaiseMark implements classroom.Writer.
func (t exosTx) RaiseMark(ctx context.Context, l exos.LearnerID, m exos.ModuleID, e exos.ExerciseID, best float64) error {
	_, err := t.Exec(ctx, `update mark set best = $4 where learner = $1 and module = $2 and exercise = $3 and best < $4`,
		string(l), string(m), string(e), best)
	return err
}

// Corrections implements exos.HomeworkReader.
func (t exosTx) Corrections(ctx context.Context, l exos.LearnerID, of []exos.HomeworkID) ([]exos.Correction, error) {
	in, args := listed([]any{string(l)}, of)
	return list(ctx, t, `
		select a.homework, a.exercise, v.payload from attempt a join event v on v.learner = a.learner and v.attempt = a.id
		where a.learner = $1 and a.homework in (`+in+`) and v.kind = 'regraded' order by v.received_at, v.id`, args,
		func(row db.Row) (c exos.Correction, err error) {
			var by exos.Rescored
			err = row.Scan(&c.Homework, &c.Exercise, unpacked{&by})
			c.By = by.To - by.From
			return c, err
		})
}
