package store

import (
	"context"

	"pupitre/directory"
	"pupitre/internal/db"
	"pupitre/journal"
	"pupitre/licensing"
)

// ListApart implements licensing.Reader.
func (t licensingTx) ListApart(ctx context.Context, school directory.SchoolID) ([]licensing.Apart, error) {
	return list(ctx, t.Tx, `select x.person, x.other, x.since, x.act from apart x where x.school = $1 and x.person < x.other order by x.since desc, x.person, x.other`,
		[]any{string(school)}, func(row db.Row) (a licensing.Apart, err error) {
			var since int64
			err = row.Scan(&a.Persons[0], &a.Persons[1], &since, &a.Act)
			a.Since = db.FromMicros(since)
			return a, err
		})
}

// ListApartOf implements licensing.Reader.
func (t licensingTx) ListApartOf(ctx context.Context, person directory.PersonID) (map[directory.SchoolID][]licensing.Apart, error) {
	out := map[directory.SchoolID][]licensing.Apart{}
	return out, t.Each(ctx, `select x.school, x.other, x.since, x.act from apart x where x.person = $1 order by x.school, x.since`, []any{string(person)}, func(row db.Row) error {
		var school directory.SchoolID
		var other directory.PersonID
		var since int64
		var act journal.ActID
		err := row.Scan(&school, &other, &since, &act)
		out[school] = append(out[school], licensing.Apart{Persons: [2]directory.PersonID{min(person, other), max(person, other)}, Since: db.FromMicros(since), Act: act})
		return err
	})
}

// KeepApart implements licensing.Writer. A pair that two managers tell apart at once is told once.
func (t licensingTx) KeepApart(ctx context.Context, act journal.ActID, school directory.SchoolID, pairs [][2]directory.PersonID) error {
	for _, p := range pairs {
		for _, way := range [][2]directory.PersonID{p, {p[1], p[0]}} {
			if _, err := t.Exec(ctx, `insert into apart (school, person, other, act, since) values ($1, $2, $3, $4, $5) on conflict (school, person, other) do nothing`,
				string(school), string(way[0]), string(way[1]), string(act), db.Micros(t.Now())); err != nil {
				return err
			}
		}
	}
	return nil
}

// DropApart implements licensing.Writer.
func (t licensingTx) DropApart(ctx context.Context, _ journal.ActID, school directory.SchoolID, p [2]directory.PersonID) error {
	_, err := t.Exec(ctx, `delete from apart where school = $1 and (person = $2 and other = $3 or person = $3 and other = $2)`, string(school), string(p[0]), string(p[1]))
	return err
}

// ForgetApart implements licensing.Writer. What is removed has no act of its own: the journal names the erasure.
func (t licensingTx) ForgetApart(ctx context.Context, _ journal.ActID, person directory.PersonID) error {
	_, err := t.Exec(ctx, `delete from apart where person = $1 or other = $1`, string(person))
	return err
}
