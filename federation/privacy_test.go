package federation_test

import (
	"context"
	"errors"
	"testing"

	"pupitre/federation"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/privacy"
	"pupitre/store/storetest/federationtest"
)

func TestAnErasedPersonIsNowhere(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := federationtest.New(t, e)
		token := w.Arrive(t, "ent-ines")
		federationtest.Enter(t, w, token, federationtest.ExosID, federationtest.Grammar)
		noe := w.Arrive(t, "ent-noe")
		if err := w.Store.DB.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			n, err := tx.Exec(ctx, `insert into oidc_token (project, granted, hash, kind, until) select g.project, g.id, 'hash', 'access', 1 from oidc_grant g`)
			if err == nil && n == 0 {
				err = errors.New("nobody was given a token")
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		register := privacy.Register{federation.Holder{Store: w.Store.Federation()}}
		who := privacy.Subject{Project: "A70", ID: string(federationtest.Ines)}
		if all, err := register.Export(t.Context(), who); err != nil || len(all) != 1 {
			t.Fatalf("export: %v, %v", all, err)
		}
		for range 2 { // it may be repeated
			if err := register.Erase(t.Context(), who); err != nil {
				t.Fatal(err)
			}
		}
		if all, err := register.Export(t.Context(), who); err != nil || len(all) != 0 {
			t.Errorf("afterwards: %v, %v", all, err)
		}
		err := w.Store.DB.Read(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			for _, kept := range (federation.Holder{}).Describe() {
				var n int
				theirs := `person = $1`
				if kept.Table == "oidc_token" { // a token is its grant's
					theirs = `granted not in (select g.id from oidc_grant g where g.person <> $1)`
				}
				if err := tx.One(ctx, `select count(*) from `+kept.Table+` where `+theirs, []any{string(federationtest.Ines)}, &n); err != nil || n != 0 {
					t.Errorf("%s keeps %d rows, %v", kept.Table, n, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Service.Find(t.Context(), token); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("still signed in: %v", err)
		}
		if _, err := w.Service.Find(t.Context(), noe); err != nil {
			t.Errorf("somebody else: %v", err)
		}
	})
}
