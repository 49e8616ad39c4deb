package store

import (
	"context"
	"encoding/json"
	"time"

	"pupitre/directory"
	"pupitre/directory/delivery"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/journal/journaldb"
)

// Delivery is the deliveries' view of the database.
func (s *Store) Delivery() delivery.Store {
	return bound[delivery.Reader, delivery.Writer]{s,
		func(t journaldb.Tx) delivery.Reader { return deliveryTx{t} },
		func(t journaldb.Tx) delivery.Writer { return deliveryTx{t} }}
}

// deliveryTx asks and changes deliveries inside a transaction.
type deliveryTx struct{ journaldb.Tx }

var _ delivery.Writer = deliveryTx{}

const deliveryColumns = `d.id, d.project, d.degree, d.delta, d.name, d.door, d.bytes, d.sha256, d.arrived_at, d.confirm, d.state, d.attempts, d.done, d.total,
	d.ended_at, d.trouble`

func scanDelivery(row db.Row, more ...any) (d delivery.Delivery, err error) {
	var arrived, ended int64
	err = row.Scan(append([]any{&d.ID, &d.Project, &d.Degree, &d.Delta, &d.Name, &d.Door, &d.Bytes, &d.SHA256, &arrived, listed(&d.Confirm), &d.State, &d.Attempts,
		&d.Done, &d.Total, &ended, &d.Trouble}, more...)...)
	d.Arrived, d.Ended = db.FromMicros(arrived), db.FromMicros(ended)
	return d, err
}

// scanReported is scanDelivery with the report.
func scanReported(row db.Row) (delivery.Delivery, error) {
	var report string
	d, err := scanDelivery(row, &report)
	if report != "" {
		d.Report = []byte(report)
	}
	return d, err
}

// Find implements delivery.Reader.
func (t deliveryTx) Find(ctx context.Context, id delivery.ID) (delivery.Delivery, error) {
	return one(ctx, t.Tx, `select `+deliveryColumns+`, d.report from delivery d where d.id = $1`, []any{string(id)}, scanReported, fault.New(fault.NotFound, "delivery.unknown", "id", string(id)))
}

// List implements delivery.Reader.
func (t deliveryTx) List(ctx context.Context, limit int) ([]delivery.Delivery, error) {
	return list(ctx, t.Tx, `select `+deliveryColumns+` from delivery d order by d.id desc limit $1`, []any{limit},
		func(row db.Row) (delivery.Delivery, error) { return scanDelivery(row) })
}

func scanDeliveryID(row db.Row) (id delivery.ID, err error) {
	err = row.Scan(&id)
	return id, err
}

// Due implements delivery.Reader.
func (t deliveryTx) Due(ctx context.Context) (due bool, err error) {
	err = t.One(ctx, `select exists (select 1 from delivery where state in ('waiting', 'running') and lease_until <= $1)`, []any{db.Micros(t.Now())}, &due)
	return due, err
}

// Overtaken implements delivery.Reader.
func (t deliveryTx) Overtaken(ctx context.Context, d delivery.Delivery) (overtaken bool, err error) {
	err = t.One(ctx, `
		select exists (select 1 from delivery where project = $1 and degree = $2 and id > $3 and state <> 'refused' and not (delta and $4))`,
		[]any{string(d.Project), string(d.Degree), string(d.ID), d.Delta && d.State == delivery.Failed}, &overtaken)
	return overtaken, err
}

// Before implements delivery.Reader.
func (t deliveryTx) Before(ctx context.Context, d delivery.Delivery) ([]delivery.ID, error) {
	return list(ctx, t.Tx, `
		select id from delivery where project = $1 and degree = $2 and id < $3 and state not in ('waiting', 'running')
			and not (delta and state = 'failed' and $4)
		order by id desc limit 100`, []any{string(d.Project), string(d.Degree), string(d.ID), d.Delta}, scanDeliveryID)
}

// Naming implements delivery.Reader.
func (t deliveryTx) Naming(ctx context.Context, project directory.ProjectID, person directory.PersonID) (external string, found []delivery.Delivery, err error) {
	err = t.One(ctx, `select external from person where project = $1 and id = $2`, []any{string(project), string(person)}, &external)
	if db.IsNoRow(err) || err == nil && external == "" {
		return "", nil, nil
	}
	if err == nil {
		found, err = list(ctx, t.Tx, `select `+deliveryColumns+`, d.report from delivery d where d.project = $1 and replace(d.report, $2, '') <> d.report order by d.id`,
			[]any{string(project), external}, scanReported)
	}
	return external, found, err
}

// Rewrite implements delivery.Writer.
func (t deliveryTx) Rewrite(ctx context.Context, _ journal.ActID, id delivery.ID, report json.RawMessage) error {
	_, err := t.Exec(ctx, `update delivery set report = $2 where id = $1`, string(id), string(report))
	return err
}

// Add implements delivery.Writer.
func (t deliveryTx) Add(ctx context.Context, act journal.ActID, d delivery.Delivery) error {
	_, err := t.Exec(ctx, `
		insert into delivery (project, id, degree, delta, name, door, bytes, sha256, state, act, arrived_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		string(d.Project), string(d.ID), string(d.Degree), d.Delta, d.Name, string(d.Door), d.Bytes, d.SHA256, string(d.State), string(act), db.Micros(d.Arrived))
	return err
}

// Claim implements delivery.Writer. The condition on the state is said twice: the outer one is asked again, on PostgreSQL, of a row
// that another worker has just taken.
func (t deliveryTx) Claim(ctx context.Context, worker string, until time.Time) (d delivery.Delivery, found bool, err error) {
	now := db.Micros(t.Now())
	const free = `(state = 'waiting' or state = 'running') and lease_until <= $1`
	n, err := t.Exec(ctx, `
		update delivery set state = 'running', worker = $2, lease_until = $3, attempts = attempts + 1, done = 0, total = 0
		where `+free+` and id = (
			select d.id from delivery d where d.state in ('waiting', 'running') and d.lease_until <= $1 and not exists (
				select 1 from delivery o where o.project = d.project and (o.state = 'running' and o.id <> d.id or o.state = 'waiting' and o.id < d.id))
			order by d.id limit 1)`, now, worker, db.Micros(until))
	if err != nil || n == 0 {
		return d, false, err
	}
	list, err := list(ctx, t.Tx, `select `+deliveryColumns+` from delivery d where d.state = 'running' and d.worker = $1 and d.lease_until = $2 order by d.id`,
		[]any{worker, db.Micros(until)}, func(row db.Row) (delivery.Delivery, error) { return scanDelivery(row) })
	if err != nil || len(list) == 0 {
		return d, false, err
	}
	return list[0], true, nil
}

// Renew implements delivery.Writer.
func (t deliveryTx) Renew(ctx context.Context, id delivery.ID, worker string, until time.Time, done, total int) (bool, error) {
	n, err := t.Exec(ctx, `update delivery set lease_until = $3, done = $4, total = $5 where id = $1 and worker = $2 and state = 'running'`,
		string(id), worker, db.Micros(until), done, total)
	return n > 0, err
}

// End implements delivery.Writer.
func (t deliveryTx) End(ctx context.Context, id delivery.ID, worker string, e delivery.Ending) (bool, error) {
	ended := int64(0)
	if e.State != delivery.Waiting {
		ended = db.Micros(t.Now())
	}
	n, err := t.Exec(ctx, `
		update delivery set state = $3, report = $4, trouble = $5, lease_until = $6, ended_at = $7, worker = ''
		where id = $1 and worker = $2 and state = 'running'`,
		string(id), worker, string(e.State), string(e.Report), e.Trouble, db.Micros(e.NotBefore), ended)
	return n > 0, err
}

// Again implements delivery.Writer.
func (t deliveryTx) Again(ctx context.Context, act journal.ActID, id delivery.ID, confirm []directory.UAI) error {
	text, err := asJSON(confirm)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `
		update delivery set state = 'waiting', confirm = $2, act = $3, attempts = 0, lease_until = 0, ended_at = 0, done = 0, total = 0, trouble = ''
		where id = $1 and state not in ('waiting', 'running')`, string(id), text, string(act))
	return err
}
