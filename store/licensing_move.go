package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"pupitre/directory"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

// OpenPool implements licensing.Writer.
func (t licensingTx) OpenPool(ctx context.Context, act journal.ActID, p licensing.Pool) error {
	n, unlimited := total(p.Total)
	pool := []any{string(p.School), string(p.ID), string(p.Subscription), string(p.Resource), string(p.Kind), p.Transferable, licensing.JoinProfiles(p.Publics),
		p.Starts.String(), p.Ends.String(), unlimited, n, p.Ended, p.Trial}
	first := line{school: p.School, pool: p.ID, act: act, cause: licensing.CauseSubscribed, total: n}
	if t.Engine == db.PostgreSQL { // both in one statement: a distributor has thousands
		return t.Later(ctx, `with opened as (`+openPool+`)
			insert into ledger (school, pool, seq, act, at, cause, through, assigned, locked, reserved, total)
			values ($1, $2, 1, $14, $15, $16, '', 0, 0, 0, $11)`, append(pool, string(act), db.Micros(t.Now()), string(first.cause))...)
	}
	if err := t.Later(ctx, openPool, pool...); err != nil {
		return fmt.Errorf("open pool %s: %w", p.ID, err)
	}
	return t.post(ctx, 1, first)
}

const openPool = `
	insert into pool (school, id, subscription, resource, kind, transferable, publics, starts, ends,
		unlimited, total, assigned, reserved, locked, seq, ended, trial)
	values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, 0, 1, $12, $13)`

// AmendPool implements licensing.Writer.
func (t licensingTx) AmendPool(ctx context.Context, act journal.ActID, p licensing.Pool, cause licensing.Cause) error {
	var before, seq int64
	if err := t.One(ctx, `select total from pool where school = $1 and id = $2`, []any{string(p.School), string(p.ID)}, &before); err != nil {
		return err
	}
	n, unlimited := total(p.Total)
	err := t.One(ctx, `
		update pool set publics = $3, starts = $4, ends = $5, unlimited = $6, total = $7, ended = $8, trial = $9, seq = seq + 1
		where school = $1 and id = $2 returning seq`,
		[]any{string(p.School), string(p.ID), licensing.JoinProfiles(p.Publics), p.Starts.String(), p.Ends.String(), unlimited, n, p.Ended, p.Trial}, &seq)
	if db.IsCheck(err) {
		return fault.Wrap(err, fault.Conflict, "licensing.plan.changed")
	}
	if err != nil {
		return fmt.Errorf("amend pool %s: %w", p.ID, err)
	}
	return t.post(ctx, seq, line{school: p.School, pool: p.ID, act: act, cause: cause, total: n - before})
}

// EndHoldings implements licensing.Writer.
func (t licensingTx) EndHoldings(ctx context.Context, act journal.ActID, school directory.SchoolID, pool licensing.PoolID) ([]directory.PersonID, error) {
	targets, err := list(ctx, t.Tx, `update given_target set state = 'ended' where school = $1 and pool = $2 and state = 'held' returning target`,
		[]any{string(school), string(pool)}, func(row db.Row) (target string, err error) {
			err = row.Scan(&target)
			return target, err
		})
	if err != nil {
		return nil, err
	}
	slices.Sort(targets)
	for _, target := range targets {
		if err := t.postTarget(ctx, 1, line{school: school, pool: pool, act: act, cause: licensing.CauseEnded, through: target}); err != nil {
			return nil, err
		}
	}
	persons, err := t.ListPersonsOf(ctx, school, pool)
	if err != nil || len(persons) == 0 {
		return nil, err
	}
	var assigned, locked, seq int64
	if err := t.One(ctx, `select assigned, locked from pool where school = $1 and id = $2`, []any{string(school), string(pool)}, &assigned, &locked); err != nil {
		return nil, err
	}
	if err := t.One(ctx, `update pool set assigned = assigned - $3, locked = 0, seq = seq + 1 where school = $1 and id = $2 returning seq`,
		[]any{string(school), string(pool), len(persons)}, &seq); err != nil {
		return nil, fmt.Errorf("end the copies of pool %s: %w", pool, err)
	}
	l := line{school: school, pool: pool, act: act, cause: licensing.CauseEnded, assigned: -int64(len(persons)), locked: -locked}
	if err := t.post(ctx, seq, l); err != nil {
		return nil, err
	}
	if err := t.postCopies(ctx, seq, l, persons, -1); err != nil {
		return nil, err
	}
	_, err = t.Exec(ctx, `update holding set state = 'ended' where school = $1 and pool = $2 and state = 'held'`, string(school), string(pool))
	return persons, err
}

// Give implements licensing.Writer. The counter moves first, by a statement that refuses what does not fit; that row is also
// the lock behind which the copies are written.
func (t licensingTx) Give(ctx context.Context, act journal.ActID, h licensing.Handover) error {
	var seq int64
	n := int64(len(h.Persons))
	err := t.One(ctx, `
		update pool set assigned = assigned + $3, seq = seq + 1
		where school = $1 and id = $2 and not ended and (unlimited or assigned + reserved + $3 <= total) returning seq`,
		[]any{string(h.School), string(h.Pool), n}, &seq)
	if db.IsNoRow(err) || db.IsCheck(err) {
		return t.exhausted(ctx, h)
	}
	if err != nil {
		return fmt.Errorf("give %d copies of pool %s: %w", n, h.Pool, err)
	}
	into, or, err := t.newly(ctx, h)
	if err != nil {
		return err
	}
	given, err := t.Exec(ctx, t.engine(into+` holding (school, pool, person, state, act, through, since, opened_at, last_at)
		select cast($1 as text), cast($2 as text), e.value, 'held', cast($3 as text), cast($4 as text), cast($5 as bigint), 0, 0 from `+members("$6")+` where true
		`+or),
		string(h.School), string(h.Pool), string(act), h.Through.String(), db.Micros(t.Now()), jsonArray(h.Persons))
	if db.IsUnique(err) {
		return fault.Wrap(err, fault.Conflict, "licensing.plan.changed")
	}
	if err != nil {
		return fmt.Errorf("give %d copies of pool %s: %w", n, h.Pool, err)
	}
	if given != n {
		return fault.New(fault.Conflict, "licensing.plan.changed")
	}
	l := line{school: h.School, pool: h.Pool, act: act, cause: h.Cause, through: h.Through.String(), assigned: n}
	if err := t.post(ctx, seq, l); err != nil {
		return err
	}
	return t.postCopies(ctx, seq, l, h.Persons, 1)
}

// GiveEach implements licensing.Writer. Nothing is asked on the way: on PostgreSQL all of it travels with the commit. A copy that is held
// already would be left without a state, which its column refuses.
func (t licensingTx) GiveEach(ctx context.Context, school directory.SchoolID, pool licensing.PoolID, copies []licensing.OwnCopy) error {
	key, n := []any{string(school), string(pool)}, int64(len(copies))
	if err := t.Later(ctx, `update pool set assigned = assigned + $3, seq = seq + $3 where school = $1 and id = $2`, append(key, n)...); err != nil {
		return fmt.Errorf("give %d copies of pool %s: %w", n, pool, err)
	}
	rows := make(db.Rows, n)
	for i, c := range copies {
		rows[i] = []any{string(c.Person), string(c.Act), n - int64(i) - 1}
	}
	const seq = `(select p.seq from pool p where p.school = $1 and p.id = $2) - cast(e.value->>2 as bigint)`
	now, through := db.Micros(t.Now()), string(licensing.Person)
	if err := t.Later(ctx, t.engine(`
		insert into ledger (school, pool, seq, act, at, cause, through, assigned, locked, reserved, total)
		select cast($1 as text), cast($2 as text), `+seq+`, e.value->>1, cast($3 as bigint), cast($4 as text), cast($5 as text), 1, 0, 0, 0
		from `+db.RowsOf("$6")), append(key, now, string(licensing.CauseAssigned), through, rows)...); err != nil {
		return err
	}
	if err := t.Later(ctx, t.engine(`
		insert into ledger_copy (school, pool, seq, person, assigned)
		select cast($1 as text), cast($2 as text), `+seq+`, e.value->>0, 1 from `+db.RowsOf("$3")), append(key, rows)...); err != nil {
		return err
	}
	return t.Later(ctx, t.engine(`
		insert into holding (school, pool, person, state, act, through, since, opened_at, last_at)
		select cast($1 as text), cast($2 as text), e.value->>0, 'held', e.value->>1, cast($3 as text), cast($4 as bigint), 0, 0 from `+db.RowsOf("$5")+` where true
		on conflict (school, pool, person) do update set state = case when holding.state = 'ended' then 'held' end, act = excluded.act,
			through = excluded.through, since = excluded.since, opened_at = 0, last_at = 0`), append(key, through, now, rows)...)
}

// newly is how copies are written: over ended entries, where there are any of the pool. To be ready for one costs both engines a third of the
// writing, so where there are many copies to write it is asked first: that reads what is held of the pool.
func (t licensingTx) newly(ctx context.Context, h licensing.Handover) (into, or string, err error) {
	const many = 100
	ended := true
	if len(h.Persons) >= many {
		err = t.One(ctx, `select exists (select 1 from holding h where h.school = $1 and h.pool = $2 and h.state = 'ended')`, []any{string(h.School), string(h.Pool)}, &ended)
	}
	if ended {
		return `insert into`, afresh, err
	}
	return `insert /*sqlite: or fail */ into`, ``, err
}

// afresh makes an ended entry of the same person a copy again. A copy held already is left alone, and counted as missing.
const afresh = `on conflict (school, pool, person) do update set state = 'held', act = excluded.act, through = excluded.through,
	since = excluded.since, opened_at = 0, last_at = 0 where holding.state = 'ended'`

// exhausted says how many copies were left for the handover that did not fit.
func (t licensingTx) exhausted(ctx context.Context, h licensing.Handover) error {
	p, err := one(ctx, t.Tx, `select `+poolColumns+` from pool p where p.school = $1 and p.id = $2`, []any{string(h.School), string(h.Pool)}, scanPool,
		fault.New(fault.NotFound, "licensing.pool.unknown"))
	if err != nil {
		return err
	}
	return fault.New(fault.Exhausted, "licensing.pool.exhausted", "n", p.Free())
}

// TakeBack implements licensing.Writer.
func (t licensingTx) TakeBack(ctx context.Context, act journal.ActID, h licensing.Handover) (bool, error) {
	n, err := t.Exec(ctx, t.engine(`
		delete from holding where `+copiesOf("holding", "$1", "$2", "$3")+` and state = 'held'
			and (opened_at = 0 or not $4 and (select p.transferable from pool p where p.school = $1 and p.id = $2))`),
		string(h.School), string(h.Pool), jsonArray(h.Persons), h.Unopened)
	if err != nil {
		return false, fmt.Errorf("take back %d copies of pool %s: %w", len(h.Persons), h.Pool, err)
	}
	if n == 0 {
		return false, nil
	}
	if n != int64(len(h.Persons)) {
		return false, fault.New(fault.Conflict, "licensing.plan.changed")
	}
	var seq int64
	if err := t.One(ctx, `update pool set assigned = assigned - $3, seq = seq + 1 where school = $1 and id = $2 returning seq`,
		[]any{string(h.School), string(h.Pool), n}, &seq); err != nil {
		return false, fmt.Errorf("take back %d copies of pool %s: %w", n, h.Pool, err)
	}
	l := line{school: h.School, pool: h.Pool, act: act, cause: h.Cause, through: h.Through.String(), assigned: -n}
	if err := t.post(ctx, seq, l); err != nil {
		return false, err
	}
	return true, t.postCopies(ctx, seq, l, h.Persons, -1)
}

// GiveTarget implements licensing.Writer.
func (t licensingTx) GiveTarget(ctx context.Context, act journal.ActID, school directory.SchoolID, g licensing.GivenTarget) error {
	n, err := t.Exec(ctx, `
		insert into given_target (school, pool, target, state, kind, target_id, profiles, act, since)
		values ($1, $2, $3, 'held', $4, $5, $6, $7, $8)
		on conflict (school, pool, target) do update set state = 'held', act = excluded.act, since = excluded.since where given_target.state = 'ended'`,
		string(school), string(g.Pool), g.Target.String(), string(g.Target.Kind), g.Target.ID, licensing.JoinProfiles(g.Target.Profiles),
		string(act), db.Micros(t.Now()))
	if err != nil {
		return fmt.Errorf("give pool %s to %s: %w", g.Pool, g.Target, err)
	}
	return t.postTarget(ctx, n, line{school: school, pool: g.Pool, act: act, cause: cmp.Or(g.Cause, licensing.CauseAssigned), through: g.Target.String()})
}

// TakeTarget implements licensing.Writer.
func (t licensingTx) TakeTarget(ctx context.Context, act journal.ActID, school directory.SchoolID, g licensing.GivenTarget) error {
	n, err := t.Exec(ctx, `delete from given_target where school = $1 and pool = $2 and target = $3 and state = 'held'`,
		string(school), string(g.Pool), g.Target.String())
	if err != nil {
		return fmt.Errorf("take pool %s from %s: %w", g.Pool, g.Target, err)
	}
	return t.postTarget(ctx, n, line{school: school, pool: g.Pool, act: act, cause: cmp.Or(g.Cause, licensing.CauseReleased), through: g.Target.String()})
}

// postTarget writes the ledger line of a right given to, taken from, or ended for a target: it moves no counter.
func (t licensingTx) postTarget(ctx context.Context, changed int64, l line) error {
	if changed == 0 {
		return fault.New(fault.Conflict, "licensing.plan.changed")
	}
	var seq int64
	if err := t.One(ctx, `update pool set seq = seq + 1 where school = $1 and id = $2 returning seq`, []any{string(l.school), string(l.pool)}, &seq); err != nil {
		return err
	}
	return t.post(ctx, seq, l)
}

// MarkOpened implements licensing.Writer. A transferable copy is stamped and that is all: launches of a whole class do not
// queue at the pool's row. One that is not transferable is consumed by its first opening, which is the pool's business.
func (t licensingTx) MarkOpened(ctx context.Context, act journal.ActID, c licensing.Claim) (bool, error) {
	if !c.Held {
		return false, nil
	}
	key := []any{string(c.School), string(c.Pool), string(c.Person), db.Micros(t.Now())}
	consumes := c.Opened.IsZero() && !c.Transferable
	if consumes && t.Engine == db.PostgreSQL {
		// The pool's row before the copy's, as everywhere: a release that holds it has the last word.
		if _, err := t.Exec(ctx, `select 1 from pool where school = $1 and id = $2 for update`, key[:2]...); err != nil {
			return false, err
		}
	}
	if c.Opened.IsZero() {
		n, err := t.Exec(ctx, `update holding set opened_at = $4, last_at = $4 where school = $1 and pool = $2 and person = $3 and state = 'held' and opened_at = 0`, key...)
		if err != nil {
			return false, err
		}
		if n == 1 {
			if consumes {
				err = t.lockCopy(ctx, act, c)
			}
			return true, err
		}
	}
	if c.Last.Truncate(sameDay).Equal(t.Now().Truncate(sameDay)) {
		return false, nil
	}
	n, err := t.Exec(ctx, `update holding set last_at = $4 where school = $1 and pool = $2 and person = $3 and state = 'held'`, key...)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "licensing.right.none", "resource", string(c.Resource))
	}
	return false, err
}

// sameDay is a stretch of time that no midnight divides, in any zone: the last opening is kept as a day, and a row that says so already
// is not written again at each click.
const sameDay = 30 * time.Minute

func (t licensingTx) lockCopy(ctx context.Context, act journal.ActID, c licensing.Claim) error {
	var seq int64
	if err := t.One(ctx, `update pool set locked = locked + 1, seq = seq + 1 where school = $1 and id = $2 returning seq`,
		[]any{string(c.School), string(c.Pool)}, &seq); err != nil {
		return fmt.Errorf("lock a copy of pool %s: %w", c.Pool, err)
	}
	l := line{school: c.School, pool: c.Pool, act: act, cause: licensing.CauseOpened, through: c.Through.String(), locked: 1}
	if err := t.post(ctx, seq, l); err != nil {
		return err
	}
	return t.postCopies(ctx, seq, l, []directory.PersonID{c.Person}, 0)
}
