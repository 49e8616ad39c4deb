package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"pupitre/internal/db"
	"pupitre/licensing"
)

// movements are the lines of the ledger by which rights went (n > 0) or came back: of copies as many as moved, of a target one, unless
// copies are counted in that pool (its total was not 0 then): these have lines of their own. The first condition is the one of
// the index ledger_movements, with which « cross » makes SQLite begin.
const movements = `
	select l.at, l.school, p.subscription, case when l.assigned <> 0 then l.assigned when l.cause in ('assigned', 'restored', 'served', 'rolled') then 1 else -1 end as n
	from ledger l /*sqlite: cross */ join pool p on p.school = l.school and p.id = l.pool
	where (l.assigned <> 0 or l.through <> '') and (l.assigned <> 0 or l.locked = 0 and
		(select sum(e.total) from ledger e where e.school = l.school and e.pool = l.pool and e.seq <= l.seq) = 0)`

// agreedAt is what the journal kept of a subscription's terms when they were last agreed before an instant.
const agreedAt = `(select j.detail from journal j where j.school = '' and j.subject = s.id and j.at < $3
	and j.verb in ('licensing.subscribed', 'licensing.amended', 'licensing.ended') order by j.id desc limit 1)`

// EachMovement implements licensing.Reader.
func (t licensingTx) EachMovement(ctx context.Context, distributor string, from, until time.Time, each func(licensing.Movement) error) error {
	return t.Each(ctx, t.engine(`
		select s.ark, s.id, s.kind, c.uai, cast(sum(case when m.n > 0 then m.n else 0 end) as bigint), cast(sum(case when m.n < 0 then -m.n else 0 end) as bigint),
			`+agreedAt+`
		from (`+movements+` and l.at >= $2 and l.at < $3) m /*sqlite: cross */ join subscription s on s.id = m.subscription join school c on c.school = m.school
		where s.distributor = $1 group by s.ark, s.id, s.kind, c.uai order by s.ark, s.id, c.uai`),
		[]any{distributor, db.Micros(from), db.Micros(until)}, func(row db.Row) error {
			var m licensing.Movement
			var terms string
			if err := row.Scan(&m.ARK, &m.Subscription, &m.Kind, &m.School, &m.Given, &m.Back, &terms); err != nil {
				return err
			}
			var agreed struct{ Title, Ends string }
			if err := json.Unmarshal([]byte(terms), &agreed); err != nil {
				return fmt.Errorf("terms of subscription %s: %w", m.Subscription, err)
			}
			m.Title = agreed.Title
			if err := (*day)(&m.Ends).Scan(agreed.Ends); err != nil {
				return err
			}
			return each(m)
		})
}

// EachGiven implements licensing.Reader. A pool's counter is the sum of its copies (promise 2), so nobody is counted one by one.
func (t licensingTx) EachGiven(ctx context.Context, distributor string, each func(licensing.Movement) error) error {
	return t.Each(ctx, `
		select s.ark, s.id, s.kind, c.uai, s.title, s.ends, cast(sum(p.assigned + case when not p.unlimited or p.kind <> 'ETABL' then 0 else
			(select count(*) from given_target g where g.school = p.school and g.pool = p.id and g.state = 'held') end) as bigint) as n
		from subscription s join pool p on p.subscription = s.id join school c on c.school = p.school
		where s.distributor = $1 and s.ended_at = 0 and not p.ended
		group by s.ark, s.id, s.kind, c.uai, s.title, s.ends order by s.ark, s.id, c.uai`,
		[]any{distributor}, func(row db.Row) error {
			var m licensing.Movement
			err := row.Scan(&m.ARK, &m.Subscription, &m.Kind, &m.School, &m.Title, (*day)(&m.Ends), &m.Given)
			if err != nil || m.Given == 0 {
				return err
			}
			return each(m)
		})
}

// NextMovement implements licensing.Reader.
func (t licensingTx) NextMovement(ctx context.Context, distributor string, from, until time.Time) (at time.Time, moved bool, err error) {
	err = t.Each(ctx, t.engine(`select m.at from (`+movements+` and l.at >= $2 and l.at < $3) m /*sqlite: cross */ join subscription s on s.id = m.subscription
		where s.distributor = $1 order by m.at limit 1`), []any{distributor, db.Micros(from), db.Micros(until)}, func(row db.Row) error {
		var micros int64
		err := row.Scan(&micros)
		at, moved = db.FromMicros(micros), true
		return err
	})
	return at, moved, err
}
