package store_test

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"pupitre/directory/provision"
	"pupitre/directory/provision/academy"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/id"
	"pupitre/store"
)

// BenchmarkProvision brings in an academy of 400 schools and 1,000,000 persons (PUPITRE_BENCH_SCHOOLS says how many schools, for a
// shorter one), then the archive of the day after, in which 2 % of the pupils differ: read, validated, applied, durable. Beside them it
// loads the same rows into an empty database, school by school, with nothing to read or compare (goal: 120 s, 35 s, 50 % of the bare
// load's speed, 300 MB).
func BenchmarkProvision(b *testing.B) {
	first, next := benchArchives(b)
	for _, e := range dbtest.Engines() {
		b.Run(string(e.Name), func(b *testing.B) {
			d := e.Open(b, store.Migrations(), nil)
			ids := id.NewMaker(clock.System)
			m := provision.Importer{Store: (&store.Store{DB: d, IDs: ids}).Provision(), IDs: ids}
			for b.Loop() {
				forgetPeak(b)
				took := bring(b, m, first)
				b.ReportMetric(took.Seconds(), "s/first")
				b.ReportMetric(bring(b, m, next).Seconds(), "s/next")
				b.ReportMetric(peak(b), "MB/peak")
				persons, rows, bare := loadBare(b, d, e.Open(b, store.Migrations(), nil))
				b.ReportMetric(float64(persons), "persons")
				b.ReportMetric(float64(rows)/float64(persons), "rows/person")
				b.ReportMetric(bare.Seconds(), "s/bare")
				b.ReportMetric(100*bare.Seconds()/took.Seconds(), "%/bare")
			}
		})
	}
}

// benchArchives writes the archives of two days.
func benchArchives(b *testing.B) (first, next string) {
	b.Helper()
	o := academy.Options{Schools: 400, Pupils: 2300, Seed: 7, Project: "A70"}
	if n, err := strconv.Atoi(os.Getenv("PUPITRE_BENCH_SCHOOLS")); err == nil {
		o.Schools = n
	}
	var paths []string
	for _, o := range []academy.Options{o, o.NextDay()} {
		path, err := academy.WriteArchive(b.TempDir(), o)
		if err != nil {
			b.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths[0], paths[1]
}

func bring(b *testing.B, m provision.Importer, archive string) time.Duration {
	b.Helper()
	start := time.Now()
	source, err := provision.Open(archive)
	if err != nil {
		b.Fatal(err)
	}
	report, err := m.Import(b.Context(), source, provision.Options{})
	if err != nil || report.Refused || report.Count(provision.Applied) != len(report.Schools) {
		b.Fatalf("%v: %v, %d of %d schools applied", err, report.Err(), report.Count(provision.Applied), len(report.Schools))
	}
	return time.Since(start)
}

// loadBare copies the directory of one database into another, each school in one durable transaction. Only the writing is timed.
func loadBare(b *testing.B, from, to *db.DB) (persons, rows int, took time.Duration) {
	b.Helper()
	var schools []string
	if err := from.Read(b.Context(), func(ctx context.Context, t *db.Tx) error {
		return t.Each(ctx, `select school from school order by school`, nil, func(row db.Row) error {
			var s string
			err := row.Scan(&s)
			schools = append(schools, s)
			return err
		})
	}); err != nil {
		b.Fatal(err)
	}
	for _, school := range schools {
		loads := make([][]any, len(benchTables))
		if err := from.Read(b.Context(), func(ctx context.Context, t *db.Tx) error {
			for i, table := range benchTables {
				if err := t.Each(ctx, `select `+strings.Join(table.columns, ", ")+` from `+table.name+` where `+table.of, []any{school}, func(row db.Row) error {
					values, into := make([]any, len(table.columns)), make([]any, len(table.columns))
					for j := range values {
						into[j] = &values[j]
					}
					err := row.Scan(into...)
					loads[i] = append(loads[i], values...)
					return err
				}); err != nil {
					return fmt.Errorf("%s: %w", table.name, err)
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		if err := to.Write(b.Context(), func(ctx context.Context, t *db.Tx) error {
			for i, table := range benchTables {
				if err := t.Load(ctx, table.name, table.columns, loads[i]); err != nil {
					return fmt.Errorf("%s: %w", table.name, err)
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
		took += time.Since(start)
		for i, table := range benchTables {
			n := len(loads[i]) / len(table.columns)
			rows += n
			if table.name == "person" {
				persons += n
			}
		}
	}
	return persons, rows, took
}

// benchTables are the tables that an import fills, and their rows of one school; a person is of the first of theirs.
var benchTables = []struct {
	name    string
	columns []string
	of      string
}{
	{"school", strings.Fields("school project uai name town nature degree contract phone mail seat digest created_at"), `school = $1`},
	{"course", strings.Fields("school code label attached stat11 level"), `school = $1`},
	{"subject", strings.Fields("school code label"), `school = $1`},
	{"person", strings.Fields("project id external secondary family_name given_name civility mails folded secret created_at"),
		`id in (select person from attachment where school = $1) and not exists (select 1 from attachment a where a.person = person.id and a.school < $1)`},
	{"attachment", strings.Fields("school person profile level courses subjects posts digest since until"), `school = $1`},
	{"cohort", strings.Fields("school id kind code label level"), `school = $1`},
	{"cohort_within", strings.Fields("school cohort class"), `school = $1`},
	{"membership", strings.Fields("school cohort person subjects"), `school = $1`},
	{"journal", strings.Fields("school id at actor_kind actor verb subject person class detail"), `school = $1 and verb = 'directory.imported'`},
	{"outbox", strings.Fields("topic school person subject at body"), `school = $1`},
}

// forgetPeak makes the process's peak of memory start anew.
func forgetPeak(b *testing.B) {
	b.Helper()
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		b.Skipf("the peak of memory cannot be measured here: %v", err)
	}
}

// peak is the process's peak of resident memory, in MB.
func peak(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	n, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		b.Fatal(err)
	}
	return float64(n) / 1024
}
