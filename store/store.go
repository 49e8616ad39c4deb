package store

import (
	"context"
	"embed"
	"io/fs"
	"sync/atomic"
	"testing/fstest"

	"pupitre/internal/db"
	"pupitre/internal/id"
	"pupitre/internal/tx"
	"pupitre/journal"
	"pupitre/journal/journaldb"
)

//go:embed migrations/*.sql
var own embed.FS

// Migrations is the broker's whole schema: the journal's files and ours, by number.
func Migrations() fs.FS {
	all := fstest.MapFS{"00029_order.sql": {Data: journaldb.Order}}
	for _, from := range []struct {
		fsys fs.FS
		dir  string
	}{{journaldb.Migrations, "."}, {own, "migrations"}} {
		sub, err := fs.Sub(from.fsys, from.dir)
		if err != nil {
			panic(err) // the folders are embedded
		}
		names, _ := fs.Glob(sub, "*.sql")
		for _, name := range names {
			data, _ := fs.ReadFile(sub, name)
			all[name] = &fstest.MapFile{Data: data}
		}
	}
	return all
}

// Store is the broker's database. Its methods give each area its own small view of it.
type Store struct {
	DB  *db.DB
	IDs *id.Maker

	resources resources
	changes   atomic.Int64
}

// Changes counts the transactions that told a fact and were committed through this Store: while it stays the same nothing was changed
// here that anybody is told of. Of other nodes' it knows nothing.
func (s *Store) Changes() int64 { return s.changes.Load() }

// Share returns a context whose reads, in every area, see one snapshot until end or the first write (db.DB.Share).
func (s *Store) Share(ctx context.Context) (shared context.Context, end func()) {
	return s.DB.Share(ctx)
}

// bound is one area's transactions over the database: R and W are the area's interfaces, wrap makes both.
type bound[R, W any] struct {
	store *Store
	read  func(journaldb.Tx) R
	write func(journaldb.Tx) W
}

func (b bound[R, W]) Read(ctx context.Context, f func(ctx context.Context, r R) error) error {
	return b.store.DB.Read(ctx, func(ctx context.Context, t *db.Tx) error { return f(ctx, b.read(b.store.tx(t))) })
}

func (b bound[R, W]) Look(ctx context.Context, f func(ctx context.Context, r R) error) error {
	return b.store.DB.Look(ctx, func(ctx context.Context, t *db.Tx) error { return f(ctx, b.read(b.store.tx(t))) })
}

func (b bound[R, W]) Write(ctx context.Context, f func(ctx context.Context, w W) error) error {
	return b.store.DB.Write(ctx, func(ctx context.Context, t *db.Tx) error { return f(ctx, b.write(b.store.tx(t))) })
}

func (b bound[R, W]) Do(ctx context.Context, f func(ctx context.Context, w W) error) error {
	return b.store.DB.Do(ctx, func(ctx context.Context, t *db.Tx) error { return f(ctx, b.write(b.store.tx(t))) })
}

func (s *Store) tx(t *db.Tx) journaldb.Tx { return journaldb.Tx{Tx: t, IDs: s.IDs, Told: s.told} }

func (s *Store) told() { s.changes.Add(1) }

// Journal gives pages and commands the entries.
func (s *Store) Journal() tx.Store[journal.Reader, journal.Appender] {
	return bound[journal.Reader, journal.Appender]{s,
		func(t journaldb.Tx) journal.Reader { return t }, func(t journaldb.Tx) journal.Appender { return t }}
}

// Follow hands the named follower the facts it has not handled, in one transaction with what it writes (journaldb.Follow).
func (b bound[R, W]) Follow(ctx context.Context, follower string, limit int, handle func(ctx context.Context, w W, f journal.Fact) error) (int, error) {
	return journaldb.Follow(ctx, b.store.DB, follower, limit, func(ctx context.Context, t *db.Tx, f journal.Fact) error {
		return handle(ctx, b.write(b.store.tx(t)), f)
	})
}
