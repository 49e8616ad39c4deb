package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"pupitre/internal/fault"
)

// Engine is one of the two databases.
type Engine string

// The engines.
const (
	SQLite     Engine = "sqlite"
	PostgreSQL Engine = "postgres"
)

// DB is an open database. Close it once.
type DB struct {
	Engine Engine

	address string // as people may see it
	now     func() time.Time
	readers *sql.DB
	writers *sql.DB
	convoy  *convoy                 // PostgreSQL only
	queue   *queue                  // SQLite only, as is
	ready   map[*sql.DB]*statements // what each pool has ready
}

// sqliteFloor is the first release without the WAL corruption fixed in March 2026 (3.51.3).
const sqliteFloor = 3_051_003

// Open opens "sqlite:FILE" or "postgres://…". The clock stamps transactions. An address that is neither, an unreachable
// server or an unreadable file is an error that names the address without its password.
func Open(ctx context.Context, address string, now func() time.Time) (*DB, error) {
	switch {
	case strings.HasPrefix(address, "sqlite:"):
		return openSQLite(ctx, strings.TrimPrefix(address, "sqlite:"), now)
	case strings.HasPrefix(address, "postgres://"), strings.HasPrefix(address, "postgresql://"):
		return openPostgreSQL(ctx, address, now)
	}
	return nil, fault.New(fault.Invalid, "db.address.invalid", "address", redact(address))
}

func openSQLite(ctx context.Context, file string, now func() time.Time) (*DB, error) {
	// SQLite would let everybody read the file: there are persons in it. Its companions (-wal, -shm) are given the same rights.
	if f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err == nil {
		f.Close()
	}
	open := func(extra string, conns int) (*sql.DB, error) {
		// Every pooled connection must get these, hence in the address.
		dsn := "file:" + (&url.URL{Path: file}).EscapedPath() + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
			"&_pragma=foreign_keys(1)&_pragma=cache_size(-32768)&_pragma=temp_store(MEMORY)" + extra
		pool, err := sql.Open("sqlite", dsn)
		if err != nil {
			return nil, err
		}
		pool.SetMaxOpenConns(conns)
		pool.SetMaxIdleConns(conns)
		return pool, nil
	}
	writers, err := open("&_txlock=immediate", 1)
	if err != nil {
		return nil, err
	}
	d := &DB{Engine: SQLite, address: "sqlite:" + file, now: now, writers: writers}
	var version string
	// Another process may be starting on the same new file: who turns its journal into a write-ahead log waits for nobody (SQLITE_BUSY).
	err = d.again(ctx, func() error { return classify(writers.QueryRowContext(ctx, "select sqlite_version()").Scan(&version)) })
	if err != nil {
		writers.Close()
		return nil, unopened(file, err)
	}
	if !atLeast(version, sqliteFloor) {
		writers.Close()
		return nil, fmt.Errorf("sqlite %s can corrupt a write-ahead log: 3.51.3 or later is needed", version)
	}
	// More readers than cores only wait for one another (measured: dependencies decision, SQLite).
	readers, err := open("&_pragma=query_only(1)", runtime.NumCPU()+1)
	if err != nil {
		writers.Close()
		return nil, err
	}
	d.readers, d.ready = readers, map[*sql.DB]*statements{readers: {pool: readers}, writers: {pool: writers}}
	d.queue = newQueue(d)
	return d, nil
}

func atLeast(version string, floor int) bool {
	var major, minor, patch int
	if _, err := fmt.Sscanf(version, "%d.%d.%d", &major, &minor, &patch); err != nil {
		return false
	}
	return major*1_000_000+minor*1_000+patch >= floor
}

// usual are settings that suit what is asked here: every question goes by an index, and of a few rows. Costs as on a disk that turns
// let a planner read small tables whole, and compiling a query takes longer than answering it.
var usual = map[string]string{"random_page_cost": "1.1", "jit": "off"}

func openPostgreSQL(ctx context.Context, address string, now func() time.Time) (*DB, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, fault.New(fault.Invalid, "db.address.invalid", "address", redact(address))
	}
	for name, value := range usual {
		if config.RuntimeParams[name] == "" { // the operator's address may say otherwise
			config.RuntimeParams[name] = value
		}
	}
	config.RuntimeParams["default_transaction_isolation"] = "repeatable read" // of a look, see lookTx
	pool := stdlib.OpenDB(*config)
	conns := 4*runtime.NumCPU() + 8
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	if err := pool.PingContext(ctx); err != nil {
		pool.Close()
		return nil, fault.Wrap(err, fault.Unavailable, "db.unreachable", "address", redact(address))
	}
	return &DB{Engine: PostgreSQL, address: redact(address), now: now, readers: pool, writers: pool, convoy: &convoy{roads: openRoads(config)}}, nil
}

// redact removes the password from an address before it is shown.
func redact(address string) string {
	if u, err := url.Parse(address); err == nil {
		return u.Redacted()
	}
	return "?"
}

// Close lets the writes under way finish, then closes the database.
func (d *DB) Close() error {
	if d.queue != nil {
		d.queue.close()
	}
	err := d.readers.Close()
	if d.convoy != nil {
		err = errors.Join(err, d.convoy.roads.Close())
	}
	if d.writers != d.readers {
		if e := d.writers.Close(); err == nil {
			err = e
		}
	}
	return err
}

// Pool gives migrations and bulk tools the raw pool that may write.
func (d *DB) Pool() *sql.DB { return d.writers }

// Ping reports whether the database answers and, on PostgreSQL, whether its clock and ours agree to within two seconds:
// validity dates would otherwise differ from node to node.
func (d *DB) Ping(ctx context.Context) error {
	if d.Engine == SQLite {
		return d.readers.PingContext(ctx)
	}
	var theirs int64
	if err := d.readers.QueryRowContext(ctx, "select (extract(epoch from clock_timestamp()) * 1000000)::bigint").Scan(&theirs); err != nil {
		return fault.Wrap(err, fault.Unavailable, "db.unreachable", "address", "PostgreSQL")
	}
	if gap := d.now().Sub(FromMicros(theirs)); gap.Abs() > 2*time.Second {
		return fault.New(fault.Unavailable, "db.clock.apart", "gap", gap.String())
	}
	return nil
}
