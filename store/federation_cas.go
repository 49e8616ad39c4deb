package store

import (
	"context"
	"time"

	"pupitre/federation"
	"pupitre/federation/cas"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal/journaldb"
)

// CAS is the CAS server's view of the database.
func (s *Store) CAS() cas.Store {
	return bound[cas.Reader, cas.Writer]{s,
		func(t journaldb.Tx) cas.Reader { return casTx{t} },
		func(t journaldb.Tx) cas.Writer { return casTx{t} }}
}

// casTx keeps tickets inside a transaction.
type casTx struct{ journaldb.Tx }

var _ cas.Writer = casTx{}

// A ticket is read with its session as that is now, at the place where the resource was entered.
const (
	ofSession = ` join session s on s.project = k.project and s.person = k.person and s.id = k.session`
	entered   = `k.school, k.profile, k.client, k.resource, k.proxies, k.act`
)

// AddTicket implements cas.Writer.
func (t casTx) AddTicket(ctx context.Context, k cas.Ticket, hash federation.Hash, v federation.Visit) error {
	s := k.Session
	if err := t.Later(ctx, `
		insert into cas_ticket (project, person, hash, session, client, resource, school, profile, service, proxies, until, released, act)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		string(s.Project), string(s.Person), string(hash), string(s.ID), string(k.Client), k.ARK, string(s.School), string(s.Profile),
		k.Service, texts(k.Proxies).String(), db.Micros(k.Until), ids(k.Released), string(k.Act)); err != nil {
		return err
	}
	t.Witness(`select 1 from cas_ticket where hash = $1`, string(hash))
	return visit(ctx, t.Tx, v)
}

// TakeTicket implements cas.Writer.
func (t casTx) TakeTicket(ctx context.Context, name federation.Token, asking string) (k cas.Ticket, first bool, err error) {
	hash, found := string(name.Hash()), false
	err = t.Ask(ctx,
		db.Question{Query: `update cas_ticket set used_at = $2, ticket = $3, used_for = $4 where hash = $1 and used_at = 0`,
			Args: []any{hash, db.Micros(t.Now()), string(name), asking}, Scan: func(db.Row) error { return nil }},
		db.Question{Query: `select ` + sessionColumns + `, ` + entered + `, k.service, k.until, k.released, k.used_for = $2 from cas_ticket k` + ofSession + ` where k.hash = $1`,
			Args: []any{hash, asking}, Scan: func(row db.Row) error {
				found = true
				return row.Scan(append(sessionFields(&k.Session), &k.Session.School, &k.Session.Profile, &k.Client, &k.ARK, (*texts)(&k.Proxies), &k.Act,
					&k.Service, (*instant)(&k.Until), (*attributes)(&k.Released), &first)...)
			}})
	if err == nil && !found {
		err = noTicket
	}
	return k, first, err
}

// ForgetTicket implements cas.Writer.
func (t casTx) ForgetTicket(ctx context.Context, k cas.Ticket, name federation.Token) error {
	return t.Later(ctx, `update cas_ticket set ticket = '' where project = $1 and hash = $2`, string(k.Session.Project), string(name.Hash()))
}

// AddGranting implements cas.Writer.
func (t casTx) AddGranting(ctx context.Context, g cas.Granting, hash federation.Hash) error {
	s := g.Session
	_, err := t.Exec(ctx, `
		insert into cas_granting (project, person, hash, session, client, resource, school, profile, proxies, created_at, act)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		string(s.Project), string(s.Person), string(hash), string(s.ID), string(g.Client), g.ARK, string(s.School), string(s.Profile),
		texts(g.Proxies).String(), db.Micros(t.Now()), string(g.Act))
	return err
}

// FindGranting implements cas.Reader.
func (t casTx) FindGranting(ctx context.Context, hash federation.Hash) (g cas.Granting, err error) {
	err = t.One(ctx, `select `+sessionColumns+`, `+entered+` from cas_granting k`+ofSession+` where k.hash = $1`, []any{string(hash)},
		append(sessionFields(&g.Session), &g.Session.School, &g.Session.Profile, &g.Client, &g.ARK, (*texts)(&g.Proxies), &g.Act)...)
	if db.IsNoRow(err) {
		err = noTicket
	}
	return g, err
}

// Sweep implements cas.Writer.
func (t casTx) Sweep(ctx context.Context, before time.Time, limit int) (int, error) {
	tickets, err := t.Exec(ctx, `delete from cas_ticket where hash in (select k.hash from cas_ticket k where k.hash < $1 order by k.hash limit $2)`,
		string(federation.Moment(before)), limit)
	if err != nil {
		return 0, err
	}
	granting, err := t.Exec(ctx, `delete from cas_granting where (project, person, hash) in (
		select k.project, k.person, k.hash from cas_granting k where k.created_at < $1 order by k.created_at limit $2)`, db.Micros(before), limit)
	return int(max(tickets, granting)), err
}

var noTicket = fault.New(fault.NotFound, "federation.cas.ticket")
