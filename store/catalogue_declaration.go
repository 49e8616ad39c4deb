package store

import (
	"context"

	"pupitre/catalogue"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
)

const askedTables = ` from declaration d join resource r on r.id = d.resource ` + resourceJoins

func scanAsked(row db.Row) (a catalogue.Asked, err error) {
	var at int64
	a.Resource, err = scanResource(before{row, []any{listed(&a.Declared), &at}})
	a.At = db.FromMicros(at)
	return a, err
}

// before is a row whose first columns are read beside the others.
type before struct {
	db.Row
	first []any
}

// Scan implements db.Row.
func (b before) Scan(to ...any) error { return b.Row.Scan(append(b.first, to...)...) }

// FindAsked implements catalogue.Reader.
func (t catalogueTx) FindAsked(ctx context.Context, id catalogue.ResourceID) (catalogue.Asked, error) {
	return one(ctx, t.Tx, db.For(t.Engine, `select d.asked, d.asked_at, `+resourceColumns+askedTables+`where d.resource = $1 and d.state = 'waiting'`+t.locking()),
		[]any{string(id)}, scanAsked, fault.New(fault.NotFound, "catalogue.asked.none"))
}

// locking holds the change that is decided upon, where the transaction writes.
func (t catalogueTx) locking() string {
	if t.changed == nil {
		return ""
	}
	return ` /*postgres: for update of d */`
}

// ListAsked implements catalogue.Reader.
func (t catalogueTx) ListAsked(ctx context.Context, limit int) ([]catalogue.Asked, error) {
	return list(ctx, t.Tx, `select d.asked, d.asked_at, `+resourceColumns+askedTables+`where d.state = 'waiting' order by d.asked_at, d.resource limit $1`,
		[]any{limit}, scanAsked)
}

// Ask implements catalogue.Writer.
func (t catalogueTx) Ask(ctx context.Context, act journal.ActID, id catalogue.ResourceID, asked []catalogue.Declared) error {
	text, err := asJSON(asked)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `
		insert into declaration (resource, asked, state, act, asked_at) values ($1, $2, 'waiting', $3, $4)
		on conflict (resource) do update set asked = excluded.asked, state = excluded.state, act = excluded.act, asked_at = excluded.asked_at`,
		string(id), text, string(act), db.Micros(t.Now()))
	return err
}

// Unask implements catalogue.Writer.
func (t catalogueTx) Unask(ctx context.Context, _ journal.ActID, id catalogue.ResourceID) error {
	_, err := t.Exec(ctx, `delete from declaration where resource = $1`, string(id))
	return err
}

// RefuseAsked implements catalogue.Writer.
func (t catalogueTx) RefuseAsked(ctx context.Context, act journal.ActID, id catalogue.ResourceID) error {
	_, err := t.Exec(ctx, `update declaration set state = 'refused', act = $2 where resource = $1`, string(id), string(act))
	return err
}

// Declare implements catalogue.Writer.
func (t catalogueTx) Declare(ctx context.Context, act journal.ActID, id catalogue.ResourceID, declared []catalogue.Declared, at catalogue.Revision) error {
	t.changed.doubt()
	text, err := asJSON(declared)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `update resource set declared = $2, act = $3, revision = $4, updated_at = $5 where id = $1`,
		string(id), text, string(act), int64(at), db.Micros(t.Now()))
	return err
}
