package store

import (
	"context"
	"time"

	"pupitre/directory"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/journal/journaldb"
	"pupitre/token"
)

// Token is the tokens' view of the database.
func (s *Store) Token() token.Store {
	return bound[token.Reader, token.Writer]{s,
		func(t journaldb.Tx) token.Reader { return tokenTx{t} },
		func(t journaldb.Tx) token.Writer { return tokenTx{t} }}
}

// tokenTx asks and changes tokens and answers inside a transaction.
type tokenTx struct{ journaldb.Tx }

var _ token.Writer = tokenTx{}

const programColumns = `a.school, a.id, a.person, a.name, a.scope, a.made_at, a.ends_at, a.revoked_at, a.used_on`

func scanProgram(row db.Row) (k token.Token, err error) {
	var made, ends, revoked int64
	err = row.Scan(&k.School, &k.ID, &k.Person, &k.Name, &k.Scope, &made, &ends, &revoked, &k.Used)
	k.Made, k.Ends, k.Revoked = db.FromMicros(made), db.FromMicros(ends), db.FromMicros(revoked)
	return k, err
}

// ByHash implements token.Reader.
func (t tokenTx) ByHash(ctx context.Context, hash string) (token.Token, error) {
	return one(ctx, t.Tx, `select `+programColumns+` from api_token a where a.hash = $1`, []any{hash}, scanProgram, fault.New(fault.NotFound, "token.none"))
}

// List implements token.Reader.
func (t tokenTx) List(ctx context.Context, school directory.SchoolID) ([]token.Token, error) {
	return list(ctx, t.Tx, `select `+programColumns+` from api_token a where a.school = $1 order by a.id desc`, []any{string(school)}, scanProgram)
}

// FindAnswer implements token.Reader.
func (t tokenTx) FindAnswer(ctx context.Context, school directory.SchoolID, id token.ID, key string) (a token.Answer, request string, found bool, err error) {
	err = t.One(ctx, `select request, status, location, body from api_answer where school = $1 and token = $2 and idempotency_key = $3`,
		[]any{string(school), string(id), key}, &request, &a.Status, &a.Location, &a.Body)
	if db.IsNoRow(err) {
		return a, "", false, nil
	}
	return a, request, err == nil, err
}

// Add implements token.Writer.
func (t tokenTx) Add(ctx context.Context, act journal.ActID, k token.Token, hash string) error {
	_, err := t.Exec(ctx, `insert into api_token (school, id, person, name, scope, hash, ends_at, made_at, act) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		string(k.School), string(k.ID), string(k.Person), k.Name, string(k.Scope), hash, db.Micros(k.Ends), db.Micros(k.Made), string(act))
	return err
}

// Revoke implements token.Writer.
func (t tokenTx) Revoke(ctx context.Context, act journal.ActID, school directory.SchoolID, id token.ID) (bool, error) {
	n, err := t.Exec(ctx, `update api_token set revoked_at = $3, act = $4 where school = $1 and id = $2 and revoked_at = 0`,
		string(school), string(id), db.Micros(t.Now()), string(act))
	return n > 0, err
}

// Use implements token.Writer.
func (t tokenTx) Use(ctx context.Context, school directory.SchoolID, id token.ID, day string) error {
	_, err := t.Exec(ctx, `update api_token set used_on = $3 where school = $1 and id = $2`, string(school), string(id), day)
	return err
}

// KeepAnswer implements token.Writer.
func (t tokenTx) KeepAnswer(ctx context.Context, school directory.SchoolID, id token.ID, k token.Key, a token.Answer) error {
	return t.Later(ctx, `insert into api_answer (school, token, idempotency_key, request, status, location, body, at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		string(school), string(id), k.Name, k.Request, a.Status, a.Location, a.Body, db.Micros(t.Now()))
}

// Sweep implements token.Writer.
func (t tokenTx) Sweep(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := t.Exec(ctx, `delete from api_answer where (school, token, idempotency_key) in
		(select a.school, a.token, a.idempotency_key from api_answer a where a.at < $1 order by a.at limit $2)`, db.Micros(before), limit)
	return int(n), err
}
