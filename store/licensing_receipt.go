package store

import (
	"context"

	"pupitre/directory"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

// FindReceipt implements licensing.Reader.
func (t licensingTx) FindReceipt(ctx context.Context, school directory.SchoolID, act journal.ActID) (licensing.Receipt, error) {
	r, err := one(ctx, t.Tx, `select j.id, j.at, j.actor_kind, j.actor, j.verb, j.detail from journal j
		where j.school = $1 and j.id = $2 and j.class = 'ledger'`, []any{string(school), string(act)},
		func(row db.Row) (r licensing.Receipt, err error) {
			var at int64
			var detail string
			err = row.Scan(&r.Act, &at, &r.By.Kind, &r.By.ID, &r.Verb, &detail)
			r.At, r.Detail = db.FromMicros(at), []byte(detail)
			return r, err
		}, fault.New(fault.NotFound, "licensing.act.unknown"))
	if err != nil {
		return r, err
	}
	r.Copies, err = list(ctx, t.Tx, `
		select p.resource, c.person, c.assigned > 0 from ledger l
			join ledger_copy c on c.school = l.school and c.pool = l.pool and c.seq = l.seq
			join pool p on p.school = l.school and p.id = l.pool
		where l.school = $1 and l.act = $2 and c.assigned <> 0 order by p.resource, c.person`, []any{string(school), string(act)},
		func(row db.Row) (m licensing.MovedCopy, err error) {
			err = row.Scan(&m.Resource, &m.Person, &m.Given)
			return m, err
		})
	return r, err
}
