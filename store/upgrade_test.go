package store_test

import (
	"context"
	"fmt"
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"pupitre/catalogue"
	"pupitre/catalogue/harvest"
	"pupitre/federation"
	"pupitre/federation/cas"
	"pupitre/federation/oidc"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/id"
	"pupitre/store"
)

// before is the schema as it was before a migration, by its file's number.
func before(t *testing.T, number string) fs.FS {
	t.Helper()
	all, old := store.Migrations(), fstest.MapFS{}
	names, err := fs.Glob(all, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if name < number {
			text, _ := fs.ReadFile(all, name)
			old[name] = &fstest.MapFile{Data: text}
		}
	}
	if len(old) == 0 || len(old) == len(names) {
		t.Fatalf("%s is none of %d migrations", number, len(names))
	}
	return old
}

// upgraded is a database in which something was said before a migration, with all migrations since.
func upgraded(t *testing.T, e dbtest.Engine, number string, said ...string) *store.Store {
	t.Helper()
	d := e.Open(t, before(t, number), clock.System)
	err := d.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for _, statement := range said {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(t.Context(), store.Migrations()); err != nil {
		t.Fatal(err)
	}
	return &store.Store{DB: d, IDs: id.NewMaker(clock.System)}
}

// What was given before keys began with their moment: a refresh token is good still, a session's end is told to the services that it
// entered, and all is swept in its time.
func TestWhatWasGivenBeforeAnUpgradeIsGoodAfterIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		refresh := federation.Token("of-before-the-upgrade")
		const session = `insert into session (project, person, id, token, upstream, portal_index, school, profile, started_at, seen_at, act)
			values ('A70', 'ines', 's1', 't', 'cas', '', 'college', 'pupil', 1000000, 1000000, 'a')`
		const grant = `insert into oidc_grant (project, person, id, session, client, resource, school, profile, scope, nonce, code, redirect, challenge, code_until,
			created_at, act) values ('A70', 'ines', 'g1', 's1', 'labo', 'ark:/1/a', 'college', 'pupil', 'openid', 'n', 'c0de', 'r', 'c', 2000000, 1000000, 'a')`
		token := `insert into oidc_token (project, person, hash, kind, granted, until) values ('A70', 'ines', '` + string(refresh.Hash()) + `', 'refresh', 'g1', 9000000)`
		const ticket = `insert into cas_ticket (project, person, hash, session, client, resource, school, profile, service, proxies, until, used_at, ticket, created_at, act)
			values ('A70', 'ines', 'f00d', 's1', 'labo', 'ark:/1/a', 'college', 'pupil', 'https://labo.example/', '[]', 2000000, 1500000, 'ST-1', 1000000, 'a')`
		s := upgraded(t, e, "00066", session, grant, token, ticket)

		err := s.OIDC().Write(t.Context(), func(ctx context.Context, w oidc.Writer) error {
			h, first, err := w.TakeRefresh(ctx, refresh.Hash())
			if err != nil || !first || h.Grant.ID != "g1" || h.Grant.Session.ID != "s1" || h.Grant.Session.Person != "ines" {
				t.Errorf("%+v, first %v: %v", h, first, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		entered := func() (n int) {
			t.Helper()
			if err := s.DB.Read(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				return tx.One(ctx, `select (select count(*) from cas_ticket where ticket = 'ST-1' and person = 'ines') + (select count(*) from oidc_grant)
					+ (select count(*) from oidc_token)`, nil, &n)
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		for _, sweep := range []struct {
			at   time.Time
			left int
		}{{time.UnixMicro(1_000_000), 3}, {time.UnixMicro(1_000_001), 0}} {
			if err := s.OIDC().Write(t.Context(), func(ctx context.Context, w oidc.Writer) error { _, err := w.Sweep(ctx, sweep.at, 10); return err }); err != nil {
				t.Fatal(err)
			}
			if err := s.CAS().Write(t.Context(), func(ctx context.Context, w cas.Writer) error { _, err := w.Sweep(ctx, sweep.at, 10); return err }); err != nil {
				t.Fatal(err)
			}
			if left := entered(); left != sweep.left {
				t.Errorf("%d rows are left of what was given before %v, want %d", left, sweep.at.UnixMicro(), sweep.left)
			}
		}
	})
}

// Who was named before the history told of it is told of now.
func TestTheHistoryTellsOfWhoWasNamedBeforeAnUpgrade(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		const line = `insert into journal (school, id, at, actor_kind, actor, verb, subject, person, class, detail) values ('college', '`
		s := upgraded(t, e, "00064",
			line+`1', 1, 'person', 'head', 'directory.manager.named', 'x', 'claire', 'change', '{}')`,
			line+`2', 2, 'person', 'head', 'licensing.delegated', 'x', 'claire', 'change', '{}')`,
			line+`3', 3, 'person', 'head', 'licensing.rule-set', 'x', '', 'change', '{}')`)
		var told []string
		if err := s.DB.Read(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return tx.Each(ctx, `select id from journal where class = 'ledger' order by id`, nil, func(row db.Row) error {
				var line string
				err := row.Scan(&line)
				told = append(told, line)
				return err
			})
		}); err != nil {
			t.Fatal(err)
		}
		if len(told) != 2 || told[0] != "1" || told[1] != "2" {
			t.Errorf("the history tells of %q", told)
		}
	})
}

// What was refused for want of its mother, and never asked for again, is asked for once more; who is in a family that has ended is in none.
func TestSourcesAreHarvestedWholeOnceMore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		const columns = `insert into resource (id, ark, publisher, title, folded, description, technical, presentation, pedagogical, documents, levels, subjects, declared,
			launch_url, thumbnail, shown, offline, notice, act, updated_at, family, is_family) values `
		row := func(id, family string, isFamily bool) string {
			return fmt.Sprintf(`%s('%[2]s', 'ark:/1/%[2]s', 'p', 't', 't', '', '', 'ACC', '[]', '[]', '[]', '[]', '[]', '', '', true, false, '', '', 0, '%[3]s', %[4]t)`, columns, id, family, isFamily)
		}
		s := upgraded(t, e, "00071",
			`insert into harvest (id, address, prefix, set_spec, since, begun, token, worker, leased_until, due_at, ended_at, trouble, notices) values ('h', 'https://x.test', 'lom', '', '2026-08-01', '2026-09-01', 't', '', 0, 0, 0, '', 0)`,
			`insert into publisher (id, official, name) values ('p', '1', 'Maison')`,
			row("m", "", true), row("a", "m", false), row("ended", "", false), row("b", "ended", false))
		if err := s.Harvest().Read(t.Context(), func(ctx context.Context, r harvest.Reader) error {
			h, err := r.Find(ctx, "h")
			if err != nil || h.Since != "" || h.Begun != "" || h.Token != "" {
				t.Errorf("%+v, %v", h, err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if err := s.Catalogue().Read(t.Context(), func(ctx context.Context, r catalogue.Reader) error {
			for id, want := range map[catalogue.ResourceID]catalogue.ResourceID{"a": "m", "b": "", "m": ""} {
				if x, err := r.FindResource(ctx, id); err != nil || x.Family != want {
					t.Errorf("%s is in %q, want %q: %v", id, x.Family, want, err)
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}
