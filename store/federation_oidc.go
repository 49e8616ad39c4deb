package store

import (
	"context"
	"time"

	"pupitre/federation"
	"pupitre/federation/oidc"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/journal/journaldb"
)

// OIDC is the OpenID provider's view of the database.
func (s *Store) OIDC() oidc.Store {
	return bound[oidc.Reader, oidc.Writer]{s,
		func(t journaldb.Tx) oidc.Reader { return oidcTx{t} },
		func(t journaldb.Tx) oidc.Writer { return oidcTx{t} }}
}

// oidcTx keeps grants and tokens inside a transaction.
type oidcTx struct{ journaldb.Tx }

var _ oidc.Writer = oidcTx{}

// A grant is read with its session as that is now, at the place where the grant was entered, and with the person's secret if they are
// still there.
const (
	grantColumns = `g.id, g.school, g.profile, g.client, g.resource, g.scope, g.nonce, g.redirect, g.challenge, g.aged, g.code_until, g.revoked_at, g.released, g.act,
		coalesce((select p.secret from attachment a join person p on p.project = g.project and p.id = a.person
			where a.school = g.school and a.person = g.person and a.profile = g.profile and a.until = ''), '')`
	withSession = ` from oidc_grant g join session s on s.project = g.project and s.person = g.person and s.id = g.session`
)

// grantFields are the destinations of sessionColumns then grantColumns: the grant's place comes after the session's, and stays.
func grantFields(g *oidc.Grant) []any {
	return append(sessionFields(&g.Session), &g.ID, &g.Session.School, &g.Session.Profile, &g.Client, &g.ARK, &g.Scope, &g.Nonce,
		&g.Redirect, &g.Challenge, &g.Aged, (*instant)(&g.CodeUntil), (*instant)(&g.Revoked), (*attributes)(&g.Released), &g.Act, &g.Secret)
}

// AddGrant implements oidc.Writer.
func (t oidcTx) AddGrant(ctx context.Context, g oidc.Grant, code federation.Hash, v federation.Visit) error {
	s := g.Session
	if err := t.Later(ctx, `
		insert into oidc_grant (project, person, id, session, client, resource, school, profile, scope, nonce,
			code, redirect, challenge, aged, code_until, released, act)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		string(s.Project), string(s.Person), string(g.ID), string(s.ID), string(g.Client), g.ARK, string(s.School), string(s.Profile),
		g.Scope, g.Nonce, string(code), g.Redirect, g.Challenge, g.Aged, db.Micros(g.CodeUntil),
		ids(g.Released), string(g.Act)); err != nil {
		return err
	}
	t.Witness(`select 1 from oidc_grant where code = $1`, string(code))
	return visit(ctx, t.Tx, v)
}

// visit notes that a session entered a client, and that its publisher has seen the person.
func visit(ctx context.Context, t journaldb.Tx, v federation.Visit) error {
	if v.Again {
		return nil
	}
	s := v.Session
	if err := t.Later(ctx, `insert into visit (project, person, session, client, at) values ($1, $2, $3, $4, $5) on conflict do nothing`,
		string(s.Project), string(s.Person), string(s.ID), string(v.Client), db.Micros(t.Now())); err != nil {
		return err
	}
	return t.Later(ctx, `insert into acquaintance (project, person, sector, since) values ($1, $2, $3, $4) on conflict do nothing`,
		string(s.Project), string(s.Person), string(v.Sector), db.Micros(t.Now()))
}

// Redeem implements oidc.Writer. The guarded update is the whole of "once": it leaves the access token's hash, by which the statements
// that follow know whether it was theirs.
func (t oidcTx) Redeem(ctx context.Context, r oidc.Redemption) (done oidc.Redeemed, err error) {
	now, access, refresh := db.Micros(t.Now()), string(r.Access.Hash), string(r.Refresh)
	nothing := func(db.Row) error { return nil }
	asked := []db.Question{
		{Query: `update oidc_grant set code_used_at = $2, used_for = $3 where code = $1 and code_used_at = 0`,
			Args: []any{string(r.Code), now, access}, Scan: nothing},
		{Query: `insert into oidc_token (project, granted, hash, kind, until, bound)
			select g.project, g.id, g.used_for, 'access', cast($7 as bigint), cast($8 as text) from oidc_grant g` + goodCode + ` on conflict do nothing`,
			Args: append(good(r, now), db.Micros(r.Access.Until), string(r.Access.Bound)), Scan: nothing},
	}
	if refresh != "" {
		asked = append(asked, db.Question{Query: `insert into oidc_token (project, granted, hash, kind, until, bound)
			select g.project, g.id, cast($7 as text), 'refresh', s.started_at + cast($8 as bigint), ''` + withSession + goodCode + `
				and ' ' || g.scope || ' ' like '% offline_access %' on conflict do nothing`,
			Args: append(good(r, now), refresh, r.Longest.Microseconds()), Scan: nothing})
	}
	found, refreshing, args := false, `false`, []any{string(r.Code), access}
	if refresh != "" {
		refreshing, args = `exists (select 1 from oidc_token k where k.hash = $3)`, append(args, refresh)
	}
	asked = append(asked, db.Question{Query: `select ` + sessionColumns + `, ` + grantColumns + `, g.used_for = $2,
			exists (select 1 from oidc_token k where k.hash = $2), ` + refreshing + withSession + ` where g.code = $1`,
		Args: args,
		Scan: func(row db.Row) error {
			found = true
			return row.Scan(append(grantFields(&done.Grant), &done.First, &done.Good, &done.Refreshing)...)
		}})
	if err = t.Ask(ctx, asked...); err == nil && !found {
		err = noToken
	}
	return done, err
}

// goodCode is when a code is good, of the parameters that good makes.
const goodCode = ` where g.code = $1 and g.used_for = $2 and g.client = $3 and g.redirect = $4 and g.challenge = $5 and g.challenge <> ''
	and g.revoked_at = 0 and g.code_until > $6`

func good(r oidc.Redemption, now int64) []any {
	return []any{string(r.Code), string(r.Access.Hash), string(r.Client), r.Redirect, r.Challenge, now}
}

// AddToken implements oidc.Writer.
func (t oidcTx) AddToken(ctx context.Context, g oidc.Grant, token oidc.Token) error {
	return t.Later(ctx, `insert into oidc_token (project, granted, hash, kind, until, bound) values ($1, $2, $3, $4, $5, $6)`,
		string(g.Session.Project), string(g.ID), string(token.Hash), string(token.Kind), db.Micros(token.Until), string(token.Bound))
}

// FindToken implements oidc.Reader.
func (t oidcTx) FindToken(ctx context.Context, kind oidc.Kind, hash federation.Hash) (oidc.Held, error) {
	h := oidc.Held{Token: oidc.Token{Kind: kind, Hash: hash}}
	err := t.One(ctx, `select `+tokenColumns+` where k.hash = $1 and k.kind = $2`, []any{string(hash), string(kind)}, tokenFields(&h)...)
	if db.IsNoRow(err) {
		err = noToken
	}
	return h, err
}

// A token is read with its grant.
const tokenColumns = sessionColumns + `, ` + grantColumns + `, k.until, k.bound` + withSession + `
	join oidc_token k on k.project = g.project and k.granted = g.id`

func tokenFields(h *oidc.Held) []any {
	return append(grantFields(&h.Grant), (*instant)(&h.Token.Until), &h.Token.Bound)
}

// TakeRefresh implements oidc.Writer.
func (t oidcTx) TakeRefresh(ctx context.Context, hash federation.Hash) (h oidc.Held, first bool, err error) {
	h.Token = oidc.Token{Kind: oidc.Refresh, Hash: hash}
	first, err = take(ctx, t.Tx, `update oidc_token set used_at = $2 where hash = $1 and kind = 'refresh' and used_at = 0`,
		`select `+tokenColumns+` where k.hash = $1 and k.kind = 'refresh'`, hash, tokenFields(&h), noToken)
	return h, first, err
}

// Revoke implements oidc.Writer.
func (t oidcTx) Revoke(ctx context.Context, act journal.ActID, g oidc.Grant) error {
	_, err := t.Exec(ctx, `update oidc_grant set revoked_at = $3, act = $4 where project = $1 and id = $2 and revoked_at = 0`,
		string(g.Session.Project), string(g.ID), db.Micros(t.Now()), string(act))
	return err
}

// DropToken implements oidc.Writer.
func (t oidcTx) DropToken(ctx context.Context, h oidc.Held) error {
	_, err := t.Exec(ctx, `delete from oidc_token where project = $1 and granted = $2 and hash = $3`,
		string(h.Grant.Session.Project), string(h.Grant.ID), string(h.Token.Hash))
	return err
}

// Sweep implements oidc.Writer.
func (t oidcTx) Sweep(ctx context.Context, before time.Time, limit int) (int, error) {
	const old = `select g.project, g.id from oidc_grant g where g.code < $1 order by g.code limit $2`
	if _, err := t.Exec(ctx, `delete from oidc_token where (project, granted) in (`+old+`)`, string(federation.Moment(before)), limit); err != nil {
		return 0, err
	}
	n, err := t.Exec(ctx, `delete from oidc_grant where (project, id) in (`+old+`)`, string(federation.Moment(before)), limit)
	return int(n), err
}

var noToken = fault.New(fault.NotFound, "federation.oidc.token")
