package store

import (
	"context"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/journal"
	"pupitre/licensing"
)

// FindVisit implements licensing.Reader.
func (t licensingTx) FindVisit(ctx context.Context, school directory.SchoolID, manager directory.PersonID) (v licensing.Visit, err error) {
	err = t.One(ctx, `select since, seen_at from manager_visit where school = $1 and person = $2`, []any{string(school), string(manager)},
		(*instant)(&v.Since), (*instant)(&v.Seen))
	if db.IsNoRow(err) {
		err = nil
	}
	return v, err
}

// NoteVisit implements licensing.Writer. Of two windows opened together the later look counts.
func (t licensingTx) NoteVisit(ctx context.Context, school directory.SchoolID, manager directory.PersonID, v licensing.Visit) error {
	_, err := t.Exec(ctx, `
		insert into manager_visit (school, person, since, seen_at) values ($1, $2, $3, $4)
		on conflict (school, person) do update set since = excluded.since, seen_at = excluded.seen_at where manager_visit.seen_at < excluded.seen_at`,
		string(school), string(manager), db.Micros(v.Since), db.Micros(v.Seen))
	return err
}

// ListVisits implements licensing.Reader.
func (t licensingTx) ListVisits(ctx context.Context, manager directory.PersonID) (map[directory.SchoolID]licensing.Visit, error) {
	visits := map[directory.SchoolID]licensing.Visit{}
	err := t.Each(ctx, `select school, since, seen_at from manager_visit where person = $1`, []any{string(manager)}, func(row db.Row) error {
		var school directory.SchoolID
		var v licensing.Visit
		err := row.Scan(&school, (*instant)(&v.Since), (*instant)(&v.Seen))
		visits[school] = v
		return err
	})
	return visits, err
}

// ForgetVisits implements licensing.Writer. What is removed has no act of its own: the journal names the erasure.
func (t licensingTx) ForgetVisits(ctx context.Context, _ journal.ActID, manager directory.PersonID) error {
	_, err := t.Exec(ctx, `delete from manager_visit where person = $1`, string(manager))
	return err
}

// ListArrivals implements licensing.Reader by the index ledger_opened, with which « cross » makes SQLite begin.
func (t licensingTx) ListArrivals(ctx context.Context, school directory.SchoolID, since time.Time, today clock.Date) ([]licensing.Arrival, error) {
	return list(ctx, t.Tx, t.engine(`
		select p.resource, max(l.at) as last, max(case when p.unlimited then 1 else 0 end), cast(sum(p.total) as bigint)
		from ledger l /*sqlite: cross */ join pool p on p.school = l.school and p.id = l.pool
		where l.school = $1 and l.cause = 'subscribed' and l.at > $2 and not p.ended and p.ends >= $3
		group by p.resource order by last desc, p.resource`),
		[]any{string(school), db.Micros(since), today.String()}, func(row db.Row) (a licensing.Arrival, err error) {
			var endless, n int64
			err = row.Scan(&a.Resource, (*instant)(&a.At), &endless, &n)
			if a.Total = licensing.Count(n); endless > 0 {
				a.Total = licensing.Unlimited
			}
			return a, err
		})
}

// FindFreed implements licensing.Reader by the index ledger_left. Each departure is one act.
func (t licensingTx) FindFreed(ctx context.Context, school directory.SchoolID, since time.Time) (f licensing.Freed, err error) {
	args := []any{string(school), db.Micros(since)}
	const left = `l.school = $1 and l.cause = 'left' and l.at > $2 and l.assigned < 0`
	err = t.Ask(ctx,
		db.Question{Query: `select count(distinct l.act), cast(coalesce(-sum(l.assigned), 0) as bigint), coalesce(max(l.at), 0) from ledger l where ` + left, Args: args,
			Scan: func(row db.Row) error { return row.Scan(&f.Persons, &f.Copies, (*instant)(&f.Last)) }},
		into(&f.Resources, func(row db.Row) (r catalogue.ResourceID, err error) { err = row.Scan(&r); return r, err }, t.engine(`
			select distinct p.resource from ledger l /*sqlite: cross */ join pool p on p.school = l.school and p.id = l.pool
			where `+left+` order by p.resource`), args...))
	return f, err
}
