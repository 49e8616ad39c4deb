package worldtest_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
)

// BenchmarkMediacentre is the first 48 cards of pupils who hold 200 resources, in a database of one school and then in one of 1,000,000
// persons and 8,000,000 assignments (PUPITRE_BENCH_PERSONS: another number, eight assignments each): two callers at once, from the session's
// cookie to the last byte (goals: 1,000 pages a second, 99 of 100 within 30 ms, no slower than with one school).
func BenchmarkMediacentre(b *testing.B) {
	persons, err := strconv.Atoi(os.Getenv("PUPITRE_BENCH_PERSONS"))
	if err != nil {
		persons = 1_000_000
	}
	for _, e := range dbtest.Engines() {
		b.Run(string(e.Name), func(b *testing.B) {
			h := newHouse(b, e.Address(b))
			h.furnish(b, 200)
			readers := h.pupils(b, 20)
			h.settle(b)
			alone, _ := h.readDesks(b, readers)
			held := h.populate(b, persons)
			h.settle(b)
			for b.Loop() {
				rate, p99 := h.readDesks(b, readers)
				b.ReportMetric(rate, "pages/s")
				b.ReportMetric(float64(p99.Microseconds())/1000, "ms/p99")
				b.ReportMetric(alone/rate, "x/alone")
				b.ReportMetric(float64(held), "assignments")
			}
		})
	}
}

// pupils signs n pupils of the school in.
func (h *house) pupils(b *testing.B, n int) (tokens []federation.Token) {
	list, err := h.Directory.ListPersons(b.Context(), h.school.ID, directory.Filter{Profile: directory.Pupil}, directory.Page{Limit: n})
	if err != nil || len(list) < n {
		b.Fatalf("%d pupils, %v", len(list), err)
	}
	for _, m := range list {
		person, err := h.Directory.FindPerson(b.Context(), m.Person)
		if err != nil {
			b.Fatal(err)
		}
		token, _, err := h.Federation.Arrive(b.Context(), federation.Arrival{Project: h.school.Project, External: person.External, Upstream: "cas"})
		if err != nil {
			b.Fatal(err)
		}
		tokens = append(tokens, token)
	}
	return tokens
}

// settle does what PostgreSQL's autovacuum does within a minute of such a change.
func (h *house) settle(b *testing.B) {
	if h.Store.DB.Engine != db.PostgreSQL {
		return
	}
	if _, err := h.Store.DB.Pool().ExecContext(b.Context(), "vacuum analyze"); err != nil {
		b.Fatal(err)
	}
}

// readDesks has two callers read the pupils' desks by turns. It returns pages a second, and what 99 of 100 took at most.
func (h *house) readDesks(b *testing.B, readers []federation.Token) (rate float64, p99 time.Duration) {
	const callers, each = 2, 1500
	read := func(token federation.Token) time.Duration {
		ctx, done := context.WithCancel(b.Context()) // as a server's requests have one
		defer done()
		began := clock.System()
		w := h.visit(ctx, token, http.MethodGet, "/mediacentre", nil)
		took := clock.System().Sub(began)
		if n := strings.Count(w.Body.String(), `class="card-link"`); w.Code != http.StatusOK || n != 48 {
			b.Errorf("%d: %d cards", w.Code, n)
		}
		return took
	}
	for _, token := range readers {
		read(token)
	}
	took := make([][]time.Duration, callers)
	began := clock.System()
	var all sync.WaitGroup
	for c := range callers {
		all.Go(func() {
			for i := range each {
				took[c] = append(took[c], read(readers[(c+i*callers)%len(readers)]))
			}
		})
	}
	all.Wait()
	elapsed := clock.System().Sub(began)
	times := slices.Sorted(slices.Values(slices.Concat(took...)))
	return float64(len(times)) / elapsed.Seconds(), times[len(times)*99/100]
}

// populate copies the school until there are so many persons, each with eight assignments, and returns how many assignments there are.
func (h *house) populate(b *testing.B, persons int) (held int64) {
	b.Helper()
	of := string(h.school.ID)
	count := func(query string, args ...any) (n int64) {
		if err := h.Store.DB.Pool().QueryRowContext(b.Context(), query, args...).Scan(&n); err != nil {
			b.Fatal(err)
		}
		return n
	}
	here := count(`select count(distinct person) from attachment where school = $1`, of)
	pupils := count(`select count(distinct person) from attachment where school = $1 and profile = 'eleve' and until = ''`, of)
	pools := (8*here + pupils - 1) / pupils
	for i := range (int64(persons) + here - 1) / here {
		as := fmt.Sprintf("nation%05d", i)
		if err := h.Store.DB.Write(b.Context(), func(ctx context.Context, t *db.Tx) error {
			for _, q := range []struct {
				text string
				args []any
			}{
				{`insert into school (school, project, uai, name, town, nature, degree, contract, phone, mail, seat, created_at)
					select cast($1 as text), project, cast($3 as text), name, town, nature, degree, contract, phone, mail, seat, created_at from school where school = $2`,
					[]any{as, of, fmt.Sprintf("N%07d", i)}},
				{`insert into person (project, id, external, secondary, family_name, given_name, civility, mails, folded, secret, created_at)
					select project, id || cast($1 as text), external || cast($1 as text), secondary, family_name, given_name, civility, mails, folded, secret, created_at
					from person where id in (select person from attachment where school = $2)`, []any{as, of}},
				{`insert into attachment (school, person, profile, level, courses, subjects, posts, digest, since, until)
					select cast($1 as text), person || cast($1 as text), profile, level, courses, subjects, posts, digest, since, until from attachment where school = $2`, []any{as, of}},
				{`insert into membership (school, cohort, person, subjects)
					select cast($1 as text), cohort, person || cast($1 as text), subjects from membership where school = $2`, []any{as, of}},
				{`insert into pool (school, id, subscription, resource, kind, transferable, publics, starts, ends, unlimited, total, assigned, reserved, locked, seq, ended)
					select cast($1 as text), id, subscription, resource, kind, transferable, publics, starts, ends, unlimited, total, assigned, reserved, locked, seq, ended
					from pool where school = $2 and id in (select id from pool where school = $2 order by id limit $3)`, []any{as, of, pools}},
				{`insert into holding (school, pool, person, state, act, through, since, opened_at, last_at)
					select cast($1 as text), pool, person || cast($1 as text), state, act, through, since, opened_at, last_at
					from holding where school = $2 and pool in (select id from pool where school = $2 order by id limit $3)`, []any{as, of, pools}},
			} {
				if _, err := t.Exec(ctx, q.text, q.args...); err != nil {
					return fmt.Errorf("%s: %w", q.text, err)
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
	return count(`select count(*) from holding`)
}
