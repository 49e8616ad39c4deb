package store

import (
	"context"
	"fmt"
	"strings"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/db"
	"pupitre/licensing"
)

// ListPools implements licensing.Reader.
func (t licensingTx) ListPools(ctx context.Context, school directory.SchoolID, resources []catalogue.ResourceID) ([]licensing.Pool, error) {
	return t.pools(ctx, school, resources, "")
}

// LockPools implements licensing.Writer. SQLite has one writer, so everything is locked already; on PostgreSQL rows are
// always taken in the order of their ids, so that two acts on the same pools wait for one another instead of dying together.
func (t licensingTx) LockPools(ctx context.Context, school directory.SchoolID, resources []catalogue.ResourceID) ([]licensing.Pool, error) {
	return t.pools(ctx, school, resources, "/*postgres: for update */")
}

func (t licensingTx) pools(ctx context.Context, school directory.SchoolID, resources []catalogue.ResourceID, lock string) ([]licensing.Pool, error) {
	query := `select ` + poolColumns + ` from pool p where p.school = $1 `
	args := []any{string(school)}
	if len(resources) > 0 {
		query += `and p.resource in (` + named("$2") + `) `
		args = append(args, jsonArray(resources))
	}
	return list(ctx, t.Tx, t.engine(query+`order by p.id `+lock), args, scanPool)
}

// ListHeld implements licensing.Reader.
func (t licensingTx) ListHeld(ctx context.Context, school directory.SchoolID, pool licensing.PoolID, persons []directory.PersonID) ([]licensing.Held, error) {
	if len(persons) == 0 {
		return list(ctx, t.Tx, heldColumns+` where h.school = $1 and h.pool = $2 and h.state = 'held'`, []any{string(school), string(pool)}, scanHeld)
	}
	return list(ctx, t.Tx, t.engine(heldColumns+` where `+copiesOf("h", "$1", "$2", "$3")+` and h.state = 'held'`),
		[]any{string(school), string(pool), jsonArray(persons)}, scanHeld)
}

// ListHeldBy implements licensing.Reader.
func (t licensingTx) ListHeldBy(ctx context.Context, school directory.SchoolID, person directory.PersonID) ([]licensing.Held, error) {
	return list(ctx, t.Tx, heldColumns+` where h.person = $2 and h.school = $1 and h.state = 'held' order by h.pool`,
		[]any{string(school), string(person)}, scanHeld)
}

const heldColumns = `select h.pool, h.person, h.opened_at > 0, h.last_at from holding h`

func scanHeld(row db.Row) (h licensing.Held, err error) {
	var last int64
	err = row.Scan(&h.Pool, &h.Person, &h.Opened, &last)
	h.Last = db.FromMicros(last)
	return h, err
}

// ListPersonsOf implements licensing.Reader.
func (t licensingTx) ListPersonsOf(ctx context.Context, school directory.SchoolID, pool licensing.PoolID) ([]directory.PersonID, error) {
	return list(ctx, t.Tx, `select h.person from holding h where h.school = $1 and h.pool = $2 and h.state = 'held' order by h.person`,
		[]any{string(school), string(pool)}, scanPersonID)
}

func scanPersonID(row db.Row) (p directory.PersonID, err error) {
	err = row.Scan(&p)
	return p, err
}

// ListGiven implements licensing.Reader.
func (t licensingTx) ListGiven(ctx context.Context, school directory.SchoolID, resources []catalogue.ResourceID) ([]licensing.GivenTarget, error) {
	query := `select p.resource, g.pool, g.target, g.act from given_target g join pool p on p.school = g.school and p.id = g.pool
		where g.school = $1 and g.state = 'held' `
	args := []any{string(school)}
	if len(resources) > 0 {
		query += `and p.resource in (` + named("$2") + `) `
		args = append(args, jsonArray(resources))
	}
	return list(ctx, t.Tx, t.engine(query+`order by g.pool, g.target`), args, func(row db.Row) (g licensing.GivenTarget, err error) {
		var target string
		if err = row.Scan(&g.Resource, &g.Pool, &target, &g.Act); err != nil {
			return g, err
		}
		g.Target, err = licensing.ParseTarget(target)
		return g, err
	})
}

// ListHolders implements licensing.Reader. A key is the folded name, the person and the pool, with a sign between that no name holds.
func (t licensingTx) ListHolders(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, page directory.Page) ([]licensing.Holder, error) {
	return t.ListHoldersAmong(ctx, school, resource, nil, page)
}

// ListHoldersAmong implements licensing.Reader.
func (t licensingTx) ListHoldersAmong(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, cohorts []directory.CohortID,
	page directory.Page) ([]licensing.Holder, error) {
	w := where{}
	w.and("h.school = ?", string(school))
	w.and("p.resource = ?", string(resource))
	w.and("h.state = 'held'")
	w.scoped("h.person", school, cohorts)
	if person, pool, ok := strings.Cut(page.After, keySign); ok {
		w.and("(coalesce(x.folded, ''), h.person, h.pool) > (coalesce((select y.folded from person y where y.id = ?), ''), ?, ?)", person, person, pool)
	}
	w.args = append(w.args, page.Limit)
	query := fmt.Sprintf(`
		select h.person, coalesce(x.family_name, ''), coalesce(x.given_name, ''), coalesce(x.civility, ''),
			coalesce((select min(c.label) from membership m join cohort c on c.school = m.school and c.id = m.cohort
				where m.school = h.school and m.person = h.person and c.kind = 'DIVISION'), ''),
			h.pool, p.subscription, h.through, h.act, h.since, h.opened_at, h.last_at, h.opened_at > 0 and not p.transferable,
			not exists (select 1 from attachment a where a.school = h.school and a.person = h.person and a.until = '')
		from pool p join holding h on h.school = p.school and h.pool = p.id left join person x on x.id = h.person
		where %s
		order by coalesce(x.folded, ''), h.person, h.pool limit $%d`, w, len(w.args))
	return list(ctx, t.Tx, t.engine(query), w.args, func(row db.Row) (h licensing.Holder, err error) {
		var by string
		var since, opened, last int64
		err = row.Scan(&h.Person, &h.Name.Family, &h.Name.Given, &h.Name.Civility, &h.Class,
			&h.Pool, &h.Subscription, &by, &h.Act, &since, &opened, &last, &h.Locked, &h.Left)
		h.Through, h.Since, h.Opened, h.LastOpened = through(by, h.Person), db.FromMicros(since), db.FromMicros(opened), db.FromMicros(last)
		h.Key = string(h.Person) + keySign + string(h.Pool)
		return h, err
	})
}

// Audit implements licensing.Reader.
func (t licensingTx) Audit(ctx context.Context, after licensing.AuditKey, limit int) ([]licensing.Audited, error) {
	const mine = `where l.school = p.school and l.pool = p.id`
	return list(ctx, t.Tx, `
		select `+poolColumns+`,
			(select count(*) from ledger l `+mine+`),
			(select coalesce(sum(l.total), 0) from ledger l `+mine+`),
			(select coalesce(sum(l.assigned), 0) from ledger l `+mine+`),
			(select coalesce(sum(l.reserved), 0) from ledger l `+mine+`),
			(select coalesce(sum(l.locked), 0) from ledger l `+mine+`),
			(select coalesce(sum(l.assigned), 0) from ledger_copy l `+mine+`),
			(select count(*) from holding l `+mine+` and l.state = 'held'),
			(select count(*) from holding l `+mine+` and l.state = 'held' and l.opened_at > 0 and not p.transferable),
			(select count(*) from (select l.person as person, sum(l.assigned) as n from ledger_copy l `+mine+` group by l.person) c
				left join holding h on h.school = p.school and h.pool = p.id and h.person = c.person and h.state = 'held'
				where c.n <> case when h.person is null then 0 else 1 end),
			(select count(*) from ledger l `+mine+` and l.cause <> 'opened'
				and not exists (select 1 from journal j where j.school = l.school and j.id = l.act)),
			(select coalesce(cast(sum(l.n) as bigint), 0) from standing_reserve l `+mine+`)
		from pool p where (p.school, p.id) > ($1, $2) order by p.school, p.id limit $3`,
		[]any{string(after.School), string(after.Pool), limit}, func(row db.Row) (a licensing.Audited, err error) {
			fields, done := poolFields(&a.Pool)
			err = row.Scan(append(fields, &a.Acts, &a.Total, &a.Assigned, &a.Reserved, &a.Locked, &a.Moved, &a.Holdings, &a.LockedHoldings,
				&a.Disputed, &a.Unsigned, &a.Kept)...)
			done()
			return a, err
		})
}
