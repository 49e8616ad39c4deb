package store

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/journal"
	"pupitre/licensing"
)

// ListTraces implements licensing.Reader.
func (t licensingTx) ListTraces(ctx context.Context, school directory.SchoolID, act journal.ActID) ([]licensing.Trace, error) {
	return list(ctx, t.Tx, `select distinct p.resource, l.cause, l.at from ledger l join pool p on p.school = l.school and p.id = l.pool
		where l.school = $1 and l.act = $2 and (l.cause <> 'reserve' or not exists
			(select 1 from ledger o where o.school = l.school and o.act = l.act and o.cause <> 'reserve')) order by p.resource, l.cause`, []any{string(school), string(act)}, func(row db.Row) (x licensing.Trace, err error) {
		var at int64
		err = row.Scan(&x.Resource, &x.Cause, &at)
		x.At = db.FromMicros(at)
		return x, err
	})
}

// ListMoves implements licensing.Reader. It asks pool by pool, and of each copy by its key: so a batch of thousands is read by the keys of
// both engines whatever their statistics say, and never more of a pool than the act moved.
func (t licensingTx) ListMoves(ctx context.Context, school directory.SchoolID, act journal.ActID) ([]licensing.Move, error) {
	lines, err := list(ctx, t.Tx, `select l.pool, l.seq, l.through from ledger l where l.school = $1 and l.act = $2 and l.assigned <> 0 order by l.pool, l.seq`,
		[]any{string(school), string(act)}, func(row db.Row) (l actLine, err error) {
			err = row.Scan(&l.pool, &l.seq, &l.through)
			return l, err
		})
	if err != nil {
		return nil, err
	}
	var out []licensing.Move
	for len(lines) > 0 {
		n := 1
		for n < len(lines) && lines[n].pool == lines[0].pool {
			n++
		}
		moves, err := t.movesOf(ctx, school, act, lines[:n])
		if err != nil {
			return nil, err
		}
		out, lines = append(out, moves...), lines[n:]
	}
	return out, nil
}

// actLine is one line of an act in the ledger.
type actLine struct {
	pool    licensing.PoolID
	seq     int64
	through string
}

// movesOf lists the copies under an act's lines in one pool. The pool was locked for the act, so its lines there follow one another.
func (t licensingTx) movesOf(ctx context.Context, school directory.SchoolID, act journal.ActID, lines []actLine) ([]licensing.Move, error) {
	pool, first, last := lines[0].pool, lines[0].seq, lines[len(lines)-1].seq
	by := map[int64]licensing.Target{}
	for _, l := range lines {
		by[l.seq] = through(l.through, "")
	}
	moves, err := list(ctx, t.Tx, copiesMoved,
		[]any{string(school), string(pool), first, last, string(act)}, func(row db.Row) (m licensing.Move, err error) {
			var seq, held int64
			err = row.Scan(&m.Person, &seq, &m.Given, &held)
			m.Pool, m.Through, m.Held, m.Opened = pool, by[seq], held > 0, held > 1
			return m, err
		})
	if err != nil {
		return nil, err
	}
	// Read as the table lies, and put person by person here: of one line, which most have, nothing is left to do.
	slices.SortStableFunc(moves, func(a, b licensing.Move) int { return cmp.Compare(a.Person, b.Person) })
	taken := map[directory.PersonID][]int{}
	for i, m := range moves {
		if !m.Given {
			taken[m.Person] = append(taken[m.Person], i)
		}
	}
	if len(taken) == 0 {
		return moves, nil
	}
	return moves, t.markBefore(ctx, school, pool, first, last, slices.Sorted(maps.Keys(taken)), func(person directory.PersonID, mark func(*licensing.Move)) {
		for _, i := range taken[person] {
			mark(&moves[i])
		}
	})
}

// copiesMoved are the copies under lines of a pool, and which of them are held by the act still. ledger_copy has no index but its key that it
// could take: see migration 65.
const copiesMoved = `
	select c.person, c.seq, c.assigned > 0, coalesce((select case when h.opened_at > 0 then 2 else 1 end from holding h
		where h.school = c.school and h.pool = c.pool and h.person = c.person and h.state = 'held' and h.act = $5 and c.assigned > 0), 0)
	from ledger_copy c where c.school = $1 and c.pool = $2 and c.seq >= $3 and c.seq <= $4 and c.assigned <> 0 order by c.seq, c.person`

// linesOf are the lines x of some persons' copies in a school. PostgreSQL finds each person's by their index, and has no other way: see copiesOf.
func linesOf(school, persons string) string {
	return members(persons) + ` cross join /*sqlite: ledger_copy x on x.school = ` + school + ` and x.person = e.value */
		/*postgres: lateral (select c.person, c.pool, c.seq, c.assigned from ledger_copy c where c.school = ` + school + ` and c.person = e.value offset 0) as x */`
}

// copiesBefore are the lines that last gave some persons the copies of a pool that an act took back; copiesSince are whose were moved again.
var (
	copiesBefore = `select x.person, max(x.seq) from ` + linesOf("$1", "$2") + ` where x.pool = $3 and x.seq < $4 and x.assigned > 0 group by x.person`
	copiesSince  = `select distinct x.person from ` + linesOf("$1", "$2") + ` where x.pool = $3 and x.seq > $4 and x.assigned <> 0`
)

// markBefore finds by which target those whose copies an act took back had had them, and whose were moved again since.
func (t licensingTx) markBefore(ctx context.Context, school directory.SchoolID, pool licensing.PoolID, first, last int64, taken []directory.PersonID,
	each func(person directory.PersonID, mark func(*licensing.Move))) error {
	before := map[int64][]directory.PersonID{} // whose copy the line gave
	seqs := db.Texts{}
	if err := t.Each(ctx, t.engine(copiesBefore),
		[]any{string(school), jsonArray(taken), string(pool), first}, func(row db.Row) error {
			var person directory.PersonID
			var seq int64
			err := row.Scan(&person, &seq)
			if before[seq] == nil {
				seqs = append(seqs, strconv.FormatInt(seq, 10))
			}
			before[seq] = append(before[seq], person)
			return err
		}); err != nil {
		return err
	}
	if err := t.Each(ctx, t.engine(`select l.seq, l.through from ledger l where l.school = $1 and l.pool = $2
		and l.seq in (select cast(e.value as bigint) from `+members("$3")+`)`), []any{string(school), string(pool), seqs}, func(row db.Row) error {
		var seq int64
		var by string
		err := row.Scan(&seq, &by)
		for _, person := range before[seq] {
			each(person, func(m *licensing.Move) { m.Through = through(by, "") })
		}
		return err
	}); err != nil {
		return err
	}
	return t.Each(ctx, t.engine(copiesSince),
		[]any{string(school), jsonArray(taken), string(pool), last}, func(row db.Row) error {
			var person directory.PersonID
			err := row.Scan(&person)
			each(person, func(m *licensing.Move) { m.Since = true })
			return err
		})
}

// ListTargetMoves implements licensing.Reader. Lines of targets move no counter.
func (t licensingTx) ListTargetMoves(ctx context.Context, school directory.SchoolID, act journal.ActID) ([]licensing.TargetMove, error) {
	return list(ctx, t.Tx, `
		select l.pool, l.through, l.cause in ('assigned', 'restored'), g.target is not null,
			exists (select 1 from ledger n where n.school = l.school and n.pool = l.pool and n.seq > l.seq and n.through = l.through and n.assigned = 0 and n.locked = 0)
		from ledger l left join given_target g on g.school = l.school and g.pool = l.pool and g.target = l.through and g.state = 'held' and g.act = l.act
		where l.school = $1 and l.act = $2 and l.cause in ('assigned', 'restored', 'released', 'undone', 'ended') and l.through <> ''
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

// ListReopened implements licensing.Reader. What a roll-over ended has gone on in another pool.
func (t licensingTx) ListReopened(ctx context.Context, school directory.SchoolID, today clock.Date, acts []journal.ActID) ([]licensing.Reopened, error) {
	args, only := []any{string(school), today.String()}, ``
	if len(acts) > 0 {
		args, only = append(args, jsonArray(acts)), ` and (l.school, l.act) in (`+named("$1", "$3")+`)`
	}
	const since = ` from ledger n where n.school = l.school and n.pool = l.pool and n.seq > l.seq and n.act <> l.act and n.cause in ('subscribed', 'amended')`
	return list(ctx, t.Tx, t.engine(`
		select l.act, p.resource, max((select max(n.at)`+since+`)), cast(sum(-l.assigned) as bigint), sum(case when l.through <> '' then 1 else 0 end)
		from ledger l join pool p on p.school = l.school and p.id = l.pool
		where l.school = $1 and l.cause = 'ended' and `+inForce("p")+only+` and exists (select 1`+since+`)
			and not exists (select 1 from ledger o where o.school = l.school and o.act = l.act and o.cause not in ('ended', 'amended'))
		group by l.act, p.resource order by l.act, p.resource`), args, func(row db.Row) (x licensing.Reopened, err error) {
		var at int64
		err = row.Scan(&x.Act, &x.Resource, &at, &x.Copies, &x.Targets)
		x.At = db.FromMicros(at)
		return x, err
	})
}
