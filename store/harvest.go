package store

import (
	"context"
	"time"

	"pupitre/catalogue"
	"pupitre/catalogue/harvest"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/journal/journaldb"
)

// Harvest is the harvester's view of the database.
func (s *Store) Harvest() harvest.Store {
	return bound[harvest.Reader, harvest.Writer]{s,
		func(t journaldb.Tx) harvest.Reader { return harvestTx{t} },
		func(t journaldb.Tx) harvest.Writer { return harvestTx{t} }}
}

// harvestTx asks and changes sources inside a transaction.
type harvestTx struct{ journaldb.Tx }

var _ harvest.Writer = harvestTx{}

const sourceColumns = `h.id, h.address, h.prefix, h.set_spec, h.since, h.begun, h.token, h.due_at, h.ended_at, h.trouble, h.notices`

func scanSource(row db.Row) (s harvest.Source, err error) {
	var due, ended int64
	err = row.Scan(&s.ID, &s.Address, &s.Prefix, &s.Set, &s.Since, &s.Begun, &s.Token, &due, &ended, &s.Trouble, &s.Notices)
	s.Due, s.Ended = db.FromMicros(due), db.FromMicros(ended)
	return s, err
}

// List implements harvest.Reader.
func (t harvestTx) List(ctx context.Context) ([]harvest.Source, error) {
	return list(ctx, t.Tx, `select `+sourceColumns+` from harvest h order by h.address, h.prefix, h.set_spec`, nil, scanSource)
}

// Find implements harvest.Reader.
func (t harvestTx) Find(ctx context.Context, id harvest.ID) (harvest.Source, error) {
	return one(ctx, t.Tx, `select `+sourceColumns+` from harvest h where h.id = $1`, []any{string(id)}, scanSource,
		fault.New(fault.NotFound, "harvest.unknown", "id", string(id)))
}

// Notices implements harvest.Reader.
func (t harvestTx) Notices(ctx context.Context, id harvest.ID, identifiers []string) ([]catalogue.ARK, error) {
	return list(ctx, t.Tx, db.For(t.Engine, `select m.ark from harvested m where m.harvest = $1 and m.identifier in (`+named("$2")+`) order by m.ark`),
		[]any{string(id), jsonArray(identifiers)}, func(row db.Row) (ark catalogue.ARK, err error) {
			err = row.Scan(&ark)
			return ark, err
		})
}

// Add implements harvest.Writer.
func (t harvestTx) Add(ctx context.Context, _ journal.ActID, s harvest.Source) error {
	var id string
	err := t.One(ctx, `
		insert into harvest (id, address, prefix, set_spec, since, begun, token, worker, leased_until, due_at, ended_at, trouble, notices)
		values ($1, $2, $3, $4, '', '', '', '', 0, $5, 0, '', 0) on conflict (address, prefix, set_spec) do nothing returning id`,
		[]any{string(s.ID), s.Address, s.Prefix, s.Set, db.Micros(s.Due)}, &id)
	if db.IsNoRow(err) {
		return fault.New(fault.Conflict, "harvest.known", "address", s.Address)
	}
	return err
}

// Claim implements harvest.Writer.
func (t harvestTx) Claim(ctx context.Context, id harvest.ID, worker string, until time.Time) (s harvest.Source, found bool, err error) {
	now := db.Micros(t.Now())
	var claimed harvest.ID
	err = t.One(ctx, db.For(t.Engine, `
		update harvest set worker = $1, leased_until = $2
		where id = (select d.id from harvest d where d.leased_until <= $3 and (d.id = $4 or $4 = '' and d.due_at <= $3) order by d.due_at, d.id limit 1 /*postgres: for update skip locked */)
		returning id`), []any{worker, db.Micros(until), now, string(id)}, &claimed)
	switch {
	case db.IsNoRow(err):
		return s, false, nil
	case err != nil:
		return s, false, err
	}
	s, err = t.Find(ctx, claimed)
	return s, err == nil, err
}

// Keep implements harvest.Writer.
func (t harvestTx) Keep(ctx context.Context, s harvest.Source, worker, next string, until time.Time) (bool, error) {
	n, err := t.Exec(ctx, `
		update harvest set since = $3, begun = $4, token = $5, due_at = $6, ended_at = $7, trouble = $8, notices = $9, worker = $10, leased_until = $11
		where id = $1 and worker = $2`, string(s.ID), worker, s.Since, s.Begun, s.Token, db.Micros(s.Due), db.Micros(s.Ended), s.Trouble, s.Notices, next, db.Micros(until))
	return n == 1, err
}

// Met implements harvest.Writer.
func (t harvestTx) Met(ctx context.Context, id harvest.ID, arks map[string]catalogue.ARK) error {
	for identifier, ark := range arks {
		if _, err := t.Exec(ctx, `insert into harvested (harvest, identifier, ark) values ($1, $2, $3) on conflict (harvest, identifier) do update set ark = excluded.ark`,
			string(id), identifier, string(ark)); err != nil {
			return err
		}
	}
	return nil
}

// ListAside implements harvest.Reader.
func (t harvestTx) ListAside(ctx context.Context, id harvest.ID, ends bool, after harvest.Aside, limit int) ([]harvest.Aside, error) {
	return list(ctx, t.Tx, `
		select a.identifier, a.ark, a.ends, a.notice from harvest_aside a
		where a.harvest = $1 and a.ends = $2 and (a.identifier, a.ark) > ($3, $4) order by a.identifier, a.ark limit $5`,
		[]any{string(id), ends, after.Identifier, string(after.ARK), limit}, func(row db.Row) (a harvest.Aside, err error) {
			err = row.Scan(&a.Identifier, &a.ARK, &a.Ends, &a.Notice)
			return a, err
		})
}

// SetAside implements harvest.Writer.
func (t harvestTx) SetAside(ctx context.Context, id harvest.ID, identifiers []string, notices []harvest.Aside) error {
	if _, err := t.Exec(ctx, db.For(t.Engine, `delete from harvest_aside where harvest = $1 and identifier in (`+named("$2")+`)`), string(id), jsonArray(identifiers)); err != nil {
		return err
	}
	for _, a := range notices {
		if _, err := t.Exec(ctx, `
			insert into harvest_aside (harvest, identifier, ark, ends, notice) values ($1, $2, $3, $4, $5)
			on conflict (harvest, identifier, ark) do update set ends = excluded.ends, notice = excluded.notice`,
			string(id), a.Identifier, string(a.ARK), a.Ends, a.Notice); err != nil {
			return err
		}
	}
	return nil
}

// ClearAside implements harvest.Writer.
func (t harvestTx) ClearAside(ctx context.Context, id harvest.ID) error {
	_, err := t.Exec(ctx, `delete from harvest_aside where harvest = $1`, string(id))
	return err
}
