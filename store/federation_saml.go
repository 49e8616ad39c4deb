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

// Sweep implements saml.Writer.
func (t samlTx) Sweep(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := t.Exec(ctx, `delete from saml_session where (project, person, session, client) in (
		select k.project, k.person, k.session, k.client from saml_session k where k.created_at < $1 order by k.created_at limit $2)`, db.Micros(before), limit)
	return int(n), err
}
