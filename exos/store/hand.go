package store

import (
	"context"

	"pupitre/exos"
	"pupitre/internal/db"
	"pupitre/journal"
)

const handColumns = `learner, homework, exercise, points, remark, marked_at`

func scanHand(row db.Row) (m exos.HandMark, err error) {
	var at int64
	err = row.Scan(&m.Learner, &m.Homework, &m.Exercise, &m.Points, &m.Remark, &at)
	m.At = db.FromMicros(at)
	return m, err
}

// HandMarks implements exos.HomeworkReader.
func (t exosTx) HandMarks(ctx context.Context, l exos.LearnerID, of []exos.HomeworkID) ([]exos.HandMark, error) {
	in, args := listed([]any{string(l)}, of)
	return list(ctx, t, `select `+handColumns+` from hand_mark where learner = $1 and homework in (`+in+`)`, args, scanHand)
}

// HandMarksOf implements classroom.Reader.
func (t exosTx) HandMarksOf(ctx context.Context, h exos.HomeworkID) ([]exos.HandMark, error) {
	return list(ctx, t, `select `+handColumns+` from hand_mark where homework = $1`, []any{string(h)}, scanHand)
}

// PutHandMark implements classroom.Writer.
func (t exosTx) PutHandMark(ctx context.Context, act journal.ActID, m exos.HandMark) error {
	_, err := t.Exec(ctx, `
		insert into hand_mark (learner, homework, exercise, points, remark, marked_at, act) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (learner, homework, exercise) do update set points = excluded.points, remark = excluded.remark,
			marked_at = excluded.marked_at, act = excluded.act`,
		string(m.Learner), string(m.Homework), string(m.Exercise), m.Points, m.Remark, db.Micros(m.At), string(act))
	return err
}
