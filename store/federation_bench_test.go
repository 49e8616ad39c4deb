package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"pupitre/federation"
	"pupitre/federation/oidc"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest/federationtest"
)

// BenchmarkSweepOfTokens is one sweep of 500 grants with their tokens, of 1,000,000 grants of a token each: four a person, and forty.
func BenchmarkSweepOfTokens(b *testing.B) {
	const grants = 1_000_000
	for _, e := range dbtest.Engines() {
		for _, each := range []int{4, 40} {
			b.Run(fmt.Sprintf("%s/%d", e.Name, each), func(b *testing.B) {
				w := federationtest.New(b, e)
				began := w.Clock.Now()
				launched(b, w.Store.DB, grants, grants/each, began)
				analyse(b, w.Store)
				tokens := w.Store.OIDC()
				for b.Loop() {
					if err := tokens.Write(b.Context(), func(ctx context.Context, t oidc.Writer) error {
						n, err := t.Sweep(ctx, began.Add(time.Hour), 500)
						if err == nil && n != 500 {
							err = fmt.Errorf("%d are swept", n)
						}
						return err
					}); err != nil {
						b.Fatal(err)
					}
				}
				if got, want := remaining(b, w.Store.DB), grants-500*b.N; got != [2]int{want, want} {
					b.Fatalf("%v grants and tokens are left, want %d", got, want)
				}
			})
		}
	}
}

// launched gives so many grants, with an access token each, to persons in turn: one every microsecond.
func launched(b *testing.B, d *db.DB, grants, persons int, from time.Time) {
	b.Helper()
	const n = `with recursive n (i) as (select 1 union all select i + 1 from n where i < cast($1 as int)) select 'A70', 'person-' || (i % cast($2 as int)), `
	if err := d.Write(b.Context(), func(ctx context.Context, t *db.Tx) error {
		if _, err := t.Exec(ctx, `
			insert into oidc_grant (project, person, id, session, client, resource, school, profile, scope, nonce,
				code, redirect, challenge, aged, code_until, act, code_used_at, used_for)
			`+n+`'grant-' || i, 'session-' || i, 'exos', 'ark:/99999/preau.grammaire', 'school-college', 'pupil', 'openid', 'nonce',
				cast($4 as text) || 'c0de00000000000000000000000000000000000000000000000000' || (1000000000 + i), 'https://exos.example/retour',
				'0123456789012345678901234567890123456789012', false, cast($3 as bigint) + i, 'act-' || i, 1,
				'70ce00000000000000000000000000000000000000000000000000' || (1000000000 + i) from n`,
			grants, persons, db.Micros(from), string(federation.Moment(from))); err != nil {
			return err
		}
		_, err := t.Exec(ctx, `insert into oidc_token (project, granted, hash, kind, until) `+strings.Replace(n, `'person-' || (i % cast($2 as int))`, `'grant-' || i`, 1)+
			`'70ce00000000000000000000000000000000000000000000000000' || (1000000000 + i), 'access', 1 from n`, grants)
		return err
	}); err != nil {
		b.Fatal(err)
	}
}

// remaining counts grants and tokens.
func remaining(b *testing.B, d *db.DB) (n [2]int) {
	b.Helper()
	if err := d.Read(b.Context(), func(ctx context.Context, t *db.Tx) error {
		return t.One(ctx, `select (select count(*) from oidc_grant), (select count(*) from oidc_token)`, nil, &n[0], &n[1])
	}); err != nil {
		b.Fatal(err)
	}
	return n
}
