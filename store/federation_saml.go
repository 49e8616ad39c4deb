package store

import (
	"context"
	"time"

	"pupitre/federation"
	"pupitre/federation/saml"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal/journaldb"
)

// SAML is the identity provider's view of the database.
func (s *Store) SAML() saml.Store {
	return bound[saml.Reader, saml.Writer]{s,
		func(t journaldb.Tx) saml.Reader { return samlTx{t} },
		func(t journaldb.Tx) saml.Writer { return samlTx{t} }}
}

// samlTx keeps what sites call sessions, inside a transaction.
type samlTx struct{ journaldb.Tx }

var _ saml.Writer = samlTx{}

// AddSession implements saml.Writer. A session has one name at a client, however often it enters there.
func (t samlTx) AddSession(ctx context.Context, v federation.Visit, name federation.Hash) error {
	s := v.Session
	if err := t.Later(ctx, `insert into saml_session (project, person, session, client, name, created_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
		string(s.Project), string(s.Person), string(s.ID), string(v.Client), string(name), db.Micros(t.Now())); err != nil {
		return err
	}
	t.Witness(`select 1 from saml_session where name = $1 and client = $2`, string(name), string(v.Client))
	return visit(ctx, t.Tx, v)
}

// FindSession implements saml.Reader.
func (t samlTx) FindSession(ctx context.Context, client federation.ClientID, name federation.Hash) (s federation.Session, err error) {
	err = t.One(ctx, `select `+sessionColumns+` from saml_session k`+ofSession+` where k.name = $1 and k.client = $2`,
		[]any{string(name), string(client)}, sessionFields(&s)...)
	if db.IsNoRow(err) {
		err = fault.New(fault.NotFound, "federation.session.none")
	}
	return s, err
}

const ofSite = `k.client, k.name, k.told_at from saml_session k` + ofSession

func (t samlTx) sites(ctx context.Context, where string, args ...any) ([]saml.Site, error) {
	return list(ctx, t.Tx, `select `+sessionColumns+`, `+ofSite+` where `+where+` order by k.session, k.client`, args, scanSite)
}

func scanSite(row db.Row) (s saml.Site, err error) {
	err = row.Scan(append(sessionFields(&s.Session), &s.Client, &s.Name, (*instant)(&s.Told))...)
	return s, err
}

// Sites implements saml.Reader.
func (t samlTx) Sites(ctx context.Context, s federation.Session) ([]saml.Site, error) {
	return t.sites(ctx, `k.project = $1 and k.person = $2 and k.session = $3`, string(s.Project), string(s.Person), string(s.ID))
}

// Parted implements saml.Reader.
func (t samlTx) Parted(ctx context.Context, token federation.Hash, since time.Time) ([]saml.Site, error) {
	return t.sites(ctx, `k.parting = $1 and k.parting <> '' and k.parted_at >= $2`, string(token), db.Micros(since))
}

// FindAsked implements saml.Reader.
func (t samlTx) FindAsked(ctx context.Context, request federation.Hash) (saml.Site, error) {
	return one(ctx, t.Tx, `select `+sessionColumns+`, `+ofSite+` where k.asked = $1 and k.asked <> ''`, []any{string(request)}, scanSite, noSession)
}

// Part implements saml.Writer.
func (t samlTx) Part(ctx context.Context, s saml.Site, token federation.Hash) error {
	_, err := t.Exec(ctx, `update saml_session set parting = $3, parted_at = $4 where name = $1 and client = $2 and told_at = 0`,
		string(s.Name), string(s.Client), string(token), db.Micros(t.Now()))
	return err
}

// Ask implements saml.Writer.
func (t samlTx) Ask(ctx context.Context, s saml.Site, request federation.Hash) error {
	_, err := t.Exec(ctx, `update saml_session set asked = $3 where name = $1 and client = $2 and told_at = 0`,
		string(s.Name), string(s.Client), string(request))
	return err
}

// Answered implements saml.Writer.
func (t samlTx) Answered(ctx context.Context, s saml.Site, request federation.Hash, done bool) (bool, error) {
	at := int64(0)
	if done {
		at = db.Micros(t.Now())
	}
	n, err := t.Exec(ctx, `update saml_session set asked = '', told_at = $4 where name = $1 and client = $2 and asked = $3 and asked <> ''`,
		string(s.Name), string(s.Client), string(request), at)
	return n == 1, err
}

// Knows implements saml.Writer.
func (t samlTx) Knows(ctx context.Context, s federation.Session, client federation.ClientID) error {
	_, err := t.Exec(ctx, `update saml_session set asked = '', told_at = $5 where project = $1 and person = $2 and session = $3 and client = $4 and told_at = 0`,
		string(s.Project), string(s.Person), string(s.ID), string(client), db.Micros(t.Now()))
	return err
}

// Sweep implements saml.Writer.
func (t samlTx) Sweep(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := t.Exec(ctx, `delete from saml_session where (project, person, session, client) in (
		select k.project, k.person, k.session, k.client from saml_session k where k.created_at < $1 order by k.created_at limit $2)`, db.Micros(before), limit)
	return int(n), err
}
