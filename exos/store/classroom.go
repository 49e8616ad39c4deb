package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"pupitre/exos"
	"pupitre/internal/db"
	"pupitre/journal"
)

// Cohorts implements exos.ClassroomReader.
func (t exosTx) Cohorts(ctx context.Context, school string, of []exos.Cohort) ([]exos.GroupView, error) {
	out := make([]exos.GroupView, len(of))
	for i, c := range of {
		out[i].Cohort = c
		if err := t.One(ctx, `
			select (select count(*) from membership where school = $1 and kind = $2 and code = $3 and pupil),
				(select count(*) from homework where school = $1 and kind = $2 and code = $3 and due_at > $4)`,
			[]any{school, string(c.Kind), c.Code, db.Micros(t.Now())}, &out[i].Pupils, &out[i].Homework); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// HomeworkOf implements exos.ClassroomReader.
func (t exosTx) HomeworkOf(ctx context.Context, school string, of []exos.Cohort, since time.Time) ([]exos.Homework, error) {
	if len(of) == 0 {
		return nil, nil
	}
	args := []any{school, db.Micros(since)}
	var cohorts []string
	for _, c := range of {
		args = append(args, string(c.Kind), c.Code)
		cohorts = append(cohorts, fmt.Sprintf("(kind = $%d and code = $%d)", len(args)-1, len(args)))
	}
	return list(ctx, t, `
		select id, school, kind, code, label, author, title, opens_at, due_at, parts from homework
		where school = $1 and due_at > $2 and (`+strings.Join(cohorts, " or ")+`) order by due_at, id`, args,
		func(row db.Row) (h exos.Homework, err error) {
			var opens, due int64
			err = row.Scan(&h.ID, &h.School, &h.Cohort.Kind, &h.Cohort.Code, &h.Cohort.Label, &h.By, &h.Title, &opens, &due, unpacked{&h.Parts})
			h.Opens, h.Due = db.FromMicros(opens), db.FromMicros(due)
			return h, err
		})
}

// AddHomework implements exos.ClassroomWriter.
func (t exosTx) AddHomework(ctx context.Context, act journal.ActID, h exos.Homework) error {
	parts, err := packed(h.Parts)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `
		insert into homework (school, id, kind, code, label, author, title, opens_at, due_at, parts, act)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		h.School, string(h.ID), string(h.Cohort.Kind), h.Cohort.Code, h.Cohort.Label, string(h.By), h.Title, db.Micros(h.Opens), db.Micros(h.Due),
		parts, string(act))
	return err
}
