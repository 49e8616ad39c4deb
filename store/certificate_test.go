package store_test

import (
	"context"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/federation"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/id"
	"pupitre/journal"
	"pupitre/store"
)

// Programs that were registered as tls_client_auth were known by their thumbprint all the same: they go on, under the right name.
func TestProgramsOfBeforeKeepTheirPinnedCertificate(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		d := e.Open(t, store.Migrations(), clock.System)
		kept := &store.Store{DB: d, IDs: id.NewMaker(clock.System)}
		thumbprint := federation.Thumbprint(strings.Repeat("A", 43))
		c := federation.Client{ID: "labo", Sector: "publisher-labo", Name: "Labo", Redirects: []string{"https://labo.example/retour"}, Algorithm: federation.ES256,
			Proof: federation.Proof{Method: "tls_client_auth", Certificates: []federation.Thumbprint{thumbprint}, Bound: true}}
		text, err := fs.ReadFile(store.Migrations(), "00063_certificate.sql")
		if err != nil {
			t.Fatal(err)
		}
		err = kept.Federation().Write(t.Context(), func(ctx context.Context, w federation.Writer) error {
			act, err := w.Record(ctx, journal.Entry{Actor: journal.System("test"), Verb: "federation.client-registered", Subject: "labo", Class: journal.ClassChange})
			if err != nil {
				return err
			}
			return w.PutClient(ctx, act, c)
		})
		if err != nil {
			t.Fatal(err)
		}
		err = d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, db.For(e.Name, string(text)))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var got federation.Client
		err = kept.Federation().Read(t.Context(), func(ctx context.Context, r federation.Reader) (err error) {
			got, err = r.FindClient(ctx, c.ID)
			return err
		})
		c.Proof.Method = federation.ByCertificate
		if diff := cmp.Diff(c.Proof, got.Proof); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
	})
}
