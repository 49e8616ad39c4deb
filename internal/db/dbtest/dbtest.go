// Package dbtest gives tests a fresh, migrated database on each engine.
//
// SQLite needs nothing. PostgreSQL is the server that PUPITRE_TEST_POSTGRES names (scripts/postgres.sh starts a throw-away
// one, and `make test` does so); where it is not set, the PostgreSQL half of a suite is skipped and says so.
package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"hash/fnv"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pupitre/internal/clock"
	"pupitre/internal/db"
)

// Engine is one way to open a database in a test.
type Engine struct {
	Name db.Engine
	// Address makes a new empty database and returns its address, for tests that open it themselves (several nodes, crashes).
	Address func(t testing.TB) string
}

// Each runs f as a subtest on each engine, in parallel.
func Each(t *testing.T, f func(t *testing.T, e Engine)) {
	for _, e := range Engines() {
		t.Run(string(e.Name), func(t *testing.T) {
			t.Parallel()
			f(t, e)
		})
	}
}

// Engines lists both engines.
func Engines() []Engine {
	return []Engine{{db.SQLite, sqliteAddress}, {db.PostgreSQL, postgresAddress}}
}

// Open returns a fresh database brought up by the migrations, closed when the test ends.
func (e Engine) Open(t testing.TB, migrations fs.FS, now func() time.Time) *db.DB {
	t.Helper()
	if now == nil {
		now = clock.System
	}
	address := ""
	if e.Name == db.PostgreSQL {
		address = postgresFrom(t, template(t, migrations))
	} else {
		address = e.Address(t)
	}
	d, err := db.Open(t.Context(), address, now)
	if err != nil {
		t.Fatalf("open %s: %v", e.Name, err)
	}
	t.Cleanup(func() { d.Close() })
	addresses.Store(d, address)
	if err := d.Migrate(t.Context(), migrations); err != nil {
		t.Fatalf("migrate %s: %v", e.Name, err)
	}
	return d
}

// addresses are those of the databases that Open gave.
var addresses sync.Map

// Second opens a database that Open gave once more, as another node of the house would: connections, writer and memory are its own.
func Second(t testing.TB, first *db.DB, now func() time.Time) *db.DB {
	t.Helper()
	address, ok := addresses.Load(first)
	if !ok {
		t.Fatal("this database was not opened here")
	}
	d, err := db.Open(t.Context(), address.(string), now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func sqliteAddress(t testing.TB) string {
	return "sqlite:" + filepath.Join(t.TempDir(), "pupitre.db")
}

func server(t testing.TB) string {
	t.Helper()
	address := os.Getenv("PUPITRE_TEST_POSTGRES")
	if address == "" {
		t.Skip("PUPITRE_TEST_POSTGRES is not set: nothing was tried on PostgreSQL (make test starts one)")
	}
	return address
}

func postgresAddress(t testing.TB) string {
	t.Helper()
	server(t)
	return postgresFrom(t, "template1")
}

var serial atomic.Int64

// postgresFrom creates a database as a copy of another; it is dropped when the test ends.
func postgresFrom(t testing.TB, template string) string {
	t.Helper()
	address := server(t)
	name := fmt.Sprintf("t_%d_%d", os.Getpid(), serial.Add(1))
	run(t, address, fmt.Sprintf("create database %s template %s", name, template))
	t.Cleanup(func() { run(t, address, "drop database if exists "+name+" with (force)") })
	return withDatabase(t, address, name)
}

var (
	templatesMu sync.Mutex
	templates   = map[uint64]string{}
)

// template brings up the migrations once per test process, so that a fresh database is a file copy.
func template(t testing.TB, migrations fs.FS) string {
	t.Helper()
	address := server(t)
	templatesMu.Lock()
	defer templatesMu.Unlock()
	h := fnv.New64a()
	names, _ := fs.Glob(migrations, "*.sql")
	for _, n := range names {
		data, _ := fs.ReadFile(migrations, n)
		h.Write(data)
	}
	if name, ok := templates[h.Sum64()]; ok {
		return name
	}
	name := fmt.Sprintf("tmpl_%d_%x", os.Getpid(), h.Sum64())
	run(t, address, "create database "+name)
	d, err := db.Open(context.Background(), withDatabase(t, address, name), clock.System)
	if err != nil {
		t.Fatalf("open template: %v", err)
	}
	err = d.Migrate(context.Background(), migrations)
	d.Close()
	if err != nil {
		t.Fatalf("migrate template: %v", err)
	}
	templates[h.Sum64()] = name
	return name
}

func withDatabase(t testing.TB, address, name string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

func run(t testing.TB, address, statement string) {
	t.Helper()
	pool, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	// Copying a template fails while another session is still leaving it.
	for attempt := range 50 {
		if _, err = pool.ExecContext(context.Background(), statement); err == nil || !strings.Contains(err.Error(), "being accessed") {
			break
		}
		time.Sleep(time.Duration(attempt) * 2 * time.Millisecond)
	}
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
