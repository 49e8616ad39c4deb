package store

import (
	"context"
	"strings"
	"testing"

	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
)

// PostgreSQL may have looked at the tables of copies while they were empty, beside the first mass of copies that is given and before its
// commit, or when one copy had been given: an undo then took minutes. Whatever it believes, it finds a copy by its key.
func TestStatisticsOfEmptyTablesLeadToNoScanOfCopies(t *testing.T) {
	t.Parallel()
	mass := []string{`insert into holding select 's', 'p' || i % 4, 'u' || i, 'held', 'a', 'x', 0, 0, 0 from generate_series(2, 20000) i`,
		`insert into ledger_copy select 's', 'p' || i % 4, 1, 'u' || i, 1 from generate_series(2, 20000) i`}
	one := []string{`insert into holding values ('s', 'p1', 'u1', 'held', 'a', 'x', 0, 0, 0)`, `insert into ledger_copy values ('s', 'p1', 1, 'u1', 1)`}
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		if e.Name != db.PostgreSQL {
			t.Skip("SQLite keeps the statistics that its migrations gave it")
		}
		for name, analysed := range map[string]func(run func(...string), beside func(...string) (end func())){
			"beside a mass that is not committed": func(run func(...string), beside func(...string) func()) {
				end := beside(mass...)
				run(`analyze`)
				end()
			},
			"when there was one": func(run func(...string), _ func(...string) func()) {
				run(one...)
				run(`vacuum analyze`)
			},
			"when there was none": func(run func(...string), _ func(...string) func()) { run(`vacuum analyze`) },
			"never":               func(func(...string), func(...string) func()) {},
		} {
			t.Run(name, func(t *testing.T) {
				pool := e.Open(t, Migrations(), clock.System).Pool()
				run := func(queries ...string) {
					for _, q := range queries {
						if _, err := pool.ExecContext(t.Context(), q); err != nil {
							t.Fatal(q, err)
						}
					}
				}
				run(`alter table holding set (autovacuum_enabled = false)`, `alter table ledger_copy set (autovacuum_enabled = false)`)
				analysed(run, func(queries ...string) func() {
					tx, err := pool.BeginTx(t.Context(), nil)
					if err != nil {
						t.Fatal(err)
					}
					for _, q := range queries {
						if _, err := tx.ExecContext(context.WithoutCancel(t.Context()), q); err != nil {
							t.Fatal(q, err)
						}
					}
					return func() { tx.Rollback() }
				})
				run(mass...)
				plan := func(query string, args ...any) string {
					rows, err := pool.QueryContext(t.Context(), `explain `+db.For(db.PostgreSQL, query), args...)
					if err != nil {
						t.Fatal(query, err)
					}
					defer rows.Close()
					var text strings.Builder
					for rows.Next() {
						var line string
						if err := rows.Scan(&line); err != nil {
							t.Fatal(err)
						}
						text.WriteString(line + "\n")
					}
					return text.String()
				}
				for _, statement := range []string{heldColumns + ` where `, `delete from holding h where `, `update holding h set state = 'ended' where `} {
					p := plan(statement+copiesOf("h", "$1", "$2", "$3")+` and h.state = 'held'`, "s", "p1", `["u1","u5","u9"]`)
					if !strings.Contains(p, "Tid Scan on holding h") || !strings.Contains(p, "(person = e.value)") || strings.Contains(p, "Join Filter") {
						t.Errorf("%s…\n%s", statement, p)
					}
				}
				for _, statement := range []string{copiesBefore, copiesSince} {
					p := plan(statement, "s", `["u1","u5","u9"]`, "p1", 5)
					if !strings.Contains(p, "Index Cond: ((person = e.value) AND (school = 's'::text))") || strings.Contains(p, "Join Filter") {
						t.Errorf("%s\n%s", statement, p)
					}
				}
				if p := plan(copiesMoved, "s", "p1", 1, 1, "a"); !strings.Contains(p, "ledger_copy_pkey") && !strings.Contains(p, "Seq Scan on ledger_copy") {
					t.Errorf("the lines of a pool\n%s", p)
				}
			})
		}
	})
}
