package store_test

import (
	"context"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/lti"
	"pupitre/exos/store"
	"pupitre/exos/store/storetest"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/id"
)

// A platform's group is known for a school year and its summer after somebody last came from it, then goes with who was in it. One that
// is older than the note of when it was seen has as long from the first sweep on.
func TestAGroupThatNobodyComesFromGoes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		var s *store.Store
		w := storetest.NewWorld(t, func(t testing.TB, now func() time.Time) storetest.Stores {
			s = &store.Store{DB: e.Open(t, store.Migrations(), now), IDs: id.NewMaker(now)}
			return s
		})
		tool := &lti.Tool{Store: s.LTI(), Now: w.Now}
		const place = "lti:platform"
		come := func(code string) {
			t.Helper()
			claims := storetest.Claims(exos.Pseudonym(code), exos.Pupil)
			claims.School, claims.Cohorts = place, []exos.Cohort{{Kind: exos.Group, Code: code, Label: code}}
			w.Arrive(claims, "sid-"+code)
			if err := s.LTI().Write(t.Context(), func(ctx context.Context, w lti.Writer) error {
				return w.PutContext(ctx, lti.Context{School: place, Code: code, Platform: "p"})
			}); err != nil {
				t.Fatal(err)
			}
		}
		left := func() (groups, members int) {
			t.Helper()
			if err := s.DB.Read(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return tx.One(ctx, `select (select count(*) from lti_context), (select count(*) from membership where school = $1 and kind = 'group')`,
					[]any{place}, &groups, &members)
			}); err != nil {
				t.Fatal(err)
			}
			return groups, members
		}
		come("old")
		come("used")
		come("before") // as one that was there before the column
		if err := s.DB.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `update lti_context set seen_at = 0 where code = 'before'`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			days, left int
			comes      string
		}{{200, 3, "used"}, {200, 2, ""}, {150, 2, ""}, {60, 0, ""}} {
			w.Clock.Pass(time.Duration(step.days) * 24 * time.Hour)
			if step.comes != "" {
				come(step.comes)
			}
			if _, err := tool.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			if groups, members := left(); groups != step.left || members != step.left {
				t.Errorf("after %d days more: %d groups, %d members, want %d", step.days, groups, members, step.left)
			}
		}
	})
}
