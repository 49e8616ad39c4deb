package store

import (
	"context"
	"time"

	"pupitre/directory"
	"pupitre/federation/lti"
	"pupitre/internal/db"
	"pupitre/journal"
)

// ContextsOf implements lti.Reader.
func (t ltiTx) ContextsOf(ctx context.Context, school directory.SchoolID, cohort directory.CohortID) ([]lti.Context, error) {
	return list(ctx, t.Tx, `select `+contextColumns+` from lti_context k where k.school = $1 and k.cohort = $2 order by k.created_at, k.id`,
		[]any{string(school), string(cohort)}, scanContext)
}

const itemColumns = `k.id, k.school, k.context, k.label, k.maximum, k.tag, k.resource_id, k.link, k.starts_at, k.ends_at`

// LineItems implements lti.Reader.
func (t ltiTx) LineItems(ctx context.Context, school directory.SchoolID, id lti.ContextID) ([]lti.LineItem, error) {
	return list(ctx, t.Tx, `select `+itemColumns+` from lti_lineitem k where k.school = $1 and k.context = $2 order by k.id`,
		[]any{string(school), string(id)}, func(row db.Row) (i lti.LineItem, err error) {
			err = row.Scan(&i.ID, &i.School, &i.Context, &i.Label, &i.Maximum, &i.Tag, &i.Resource, &i.Link, (*instant)(&i.Starts), (*instant)(&i.Ends))
			return i, err
		})
}

// PutLineItem implements lti.Writer.
func (t ltiTx) PutLineItem(ctx context.Context, act journal.ActID, i lti.LineItem) error {
	_, err := t.Exec(ctx, `
		insert into lti_lineitem (school, id, context, label, maximum, tag, resource_id, link, starts_at, ends_at, used_at, act)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		on conflict (school, id) do update set label = $4, maximum = $5, tag = $6, resource_id = $7, starts_at = $9, ends_at = $10, used_at = $11, act = $12`,
		string(i.School), string(i.ID), string(i.Context), i.Label, i.Maximum, i.Tag, i.Resource, i.Link, micros(i.Starts), micros(i.Ends), db.Micros(t.Now()), string(act))
	return err
}

// micros is a moment as a column keeps it, 0 for none.
func micros(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return db.Micros(at)
}

// DropLineItem implements lti.Writer.
func (t ltiTx) DropLineItem(ctx context.Context, _ journal.ActID, i lti.LineItem) error {
	if _, err := t.Exec(ctx, `delete from lti_score where school = $1 and item = $2`, string(i.School), string(i.ID)); err != nil {
		return err
	}
	_, err := t.Exec(ctx, `delete from lti_lineitem where school = $1 and id = $2`, string(i.School), string(i.ID))
	return err
}

// Scores implements lti.Reader.
func (t ltiTx) Scores(ctx context.Context, school directory.SchoolID, item lti.LineItemID) ([]lti.Score, error) {
	return list(ctx, t.Tx, `
		select k.project, k.person, k.school, k.item, k.marked, k.given, k.maximum, k.activity, k.grading, k.remark, k.said_at, k.received_at
		from lti_score k where k.school = $1 and k.item = $2 order by k.person`, []any{string(school), string(item)},
		func(row db.Row) (s lti.Score, err error) {
			err = row.Scan(&s.Project, &s.Person, &s.School, &s.Item, &s.Marked, &s.Given, &s.Maximum, &s.Activity, &s.Grading, &s.Remark,
				(*instant)(&s.Said), (*instant)(&s.Received))
			return s, err
		})
}

// PutScore implements lti.Writer. The guard is in the statement: of two at a time the later word stays, in whatever order they come.
func (t ltiTx) PutScore(ctx context.Context, act journal.ActID, s lti.Score) (bool, error) {
	n, err := t.Exec(ctx, `
		insert into lti_score (project, person, school, item, marked, given, maximum, activity, grading, remark, said_at, received_at, act)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		on conflict (project, person, school, item) do update set marked = $5, given = $6, maximum = $7, activity = $8, grading = $9, remark = $10,
			said_at = $11, received_at = $12, act = $13 where lti_score.said_at <= $11`,
		string(s.Project), string(s.Person), string(s.School), string(s.Item), s.Marked, s.Given, s.Maximum, s.Activity, s.Grading, s.Remark,
		db.Micros(s.Said), db.Micros(s.Received), string(act))
	if err != nil || n == 0 {
		return false, err
	}
	return true, t.Later(ctx, `update lti_lineitem set used_at = $3 where school = $1 and id = $2`, string(s.School), string(s.Item), db.Micros(t.Now()))
}

// SweepGrades implements lti.Writer.
func (t ltiTx) SweepGrades(ctx context.Context, before time.Time, limit int) (int, error) {
	most := int64(0)
	for _, statement := range []string{
		`delete from lti_score where (project, person, school, item) in (
			select k.project, k.person, k.school, k.item from lti_score k where k.received_at < $1 order by k.received_at limit $2)`,
		`delete from lti_lineitem where (school, id) in (select k.school, k.id from lti_lineitem k where k.used_at < $1 order by k.used_at limit $2)`,
		`delete from lti_link where (school, id) in (select k.school, k.id from lti_link k where k.created_at < $1 order by k.created_at limit $2)`,
	} {
		n, err := t.Exec(ctx, statement, db.Micros(before), limit)
		if err != nil {
			return 0, err
		}
		most = max(most, n)
	}
	return int(most), nil
}
