package store

import (
	"context"

	"pupitre/directory"
	"pupitre/internal/db"
	"pupitre/journal"
	"pupitre/licensing"
)

// ListTraces implements licensing.Reader.
func (t licensingTx) ListTraces(ctx context.Context, school directory.SchoolID, act journal.ActID) ([]licensing.Trace, error) {
	return list(ctx, t.Tx, `select distinct p.resource, l.cause, l.at from ledger l join pool p on p.school = l.school and p.id = l.pool
		where l.school = $1 and l.act = $2 order by p.resource, l.cause`, []any{string(school), string(act)}, func(row db.Row) (x licensing.Trace, err error) {
		var at int64
		err = row.Scan(&x.Resource, &x.Cause, &at)
		x.At = db.FromMicros(at)
		return x, err
	})
}

// ListMoves implements licensing.Reader. A copy that was taken back had been given by the person's last line before, in that pool.
func (t licensingTx) ListMoves(ctx context.Context, school directory.SchoolID, act journal.ActID) ([]licensing.Move, error) {
	const of = `x.school = c.school and x.person = c.person and x.pool = c.pool`
	return list(ctx, t.Tx, `
		select c.pool, c.person, c.assigned > 0, case when c.assigned > 0 then l.through else
				(select g.through from ledger_copy x join ledger g on g.school = x.school and g.pool = x.pool and g.seq = x.seq
					where `+of+` and x.seq < c.seq and x.assigned > 0 order by x.seq desc limit 1) end,
			c.assigned > 0 and h.person is not null, coalesce(h.opened_at, 0) > 0,
			case when c.assigned > 0 then false else exists (select 1 from ledger_copy x where `+of+` and x.seq > c.seq and x.assigned <> 0) end
		from ledger l join ledger_copy c on c.school = l.school and c.pool = l.pool and c.seq = l.seq
			left join holding h on h.school = c.school and h.pool = c.pool and h.person = c.person and h.state = 'held' and h.act = l.act
		where l.school = $1 and l.act = $2 and c.assigned <> 0 order by c.pool, c.person`,
		[]any{string(school), string(act)}, func(row db.Row) (m licensing.Move, err error) {
			var by *string
			err = row.Scan(&m.Pool, &m.Person, &m.Given, &by, &m.Held, &m.Opened, &m.Since)
			m.Through = licensing.Target{Kind: licensing.Person}
			if err == nil && by != nil && *by != string(licensing.Person) {
				m.Through, err = licensing.ParseTarget(*by)
			}
			return m, err
		})
}

// ListTargetMoves implements licensing.Reader. Lines of targets move no counter.
func (t licensingTx) ListTargetMoves(ctx context.Context, school directory.SchoolID, act journal.ActID) ([]licensing.TargetMove, error) {
	return list(ctx, t.Tx, `
		select l.pool, l.through, l.cause in ('assigned', 'restored'), g.target is not null,
			exists (select 1 from ledger n where n.school = l.school and n.pool = l.pool and n.seq > l.seq and n.through = l.through and n.assigned = 0 and n.locked = 0)
		from ledger l left join given_target g on g.school = l.school and g.pool = l.pool and g.target = l.through and g.state = 'held' and g.act = l.act
		where l.school = $1 and l.act = $2 and l.cause in ('assigned', 'restored', 'released', 'undone') and l.through <> ''
			and l.assigned = 0 and l.locked = 0 and l.reserved = 0 order by l.pool, l.through`,
		[]any{string(school), string(act)}, func(row db.Row) (m licensing.TargetMove, err error) {
			var target string
			if err = row.Scan(&m.Pool, &target, &m.Given, &m.Held, &m.Since); err != nil {
				return m, err
			}
			m.Held = m.Held && m.Given
			m.Target, err = licensing.ParseTarget(target)
			return m, err
		})
}
