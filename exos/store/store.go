package store

import (
	"context"
	"embed"
	"encoding/json"
	"io/fs"
	"testing/fstest"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/exos/device"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/internal/id"
	"pupitre/internal/tx"
	"pupitre/journal"
	"pupitre/journal/journaldb"
)

//go:embed migrations/*.sql
var own embed.FS

// Migrations is the whole schema of Biblio Exos: its journal's files and ours, by number.
func Migrations() fs.FS {
	all := fstest.MapFS{"00003_order.sql": {Data: journaldb.Order}}
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

// Store is the database of Biblio Exos. It is an exos.Store.
type Store struct {
	DB  *db.DB
	IDs *id.Maker
}

var _ exos.Store = (*Store)(nil)

// Read implements tx.Store.
func (s *Store) Read(ctx context.Context, f func(ctx context.Context, r exos.Reader) error) error {
	return s.DB.Read(ctx, func(ctx context.Context, t *db.Tx) error { return f(ctx, s.tx(t)) })
}

// Look implements tx.Looking.
func (s *Store) Look(ctx context.Context, f func(ctx context.Context, r exos.Reader) error) error {
	return s.DB.Look(ctx, func(ctx context.Context, t *db.Tx) error { return f(ctx, s.tx(t)) })
}

// Write implements tx.Store.
func (s *Store) Write(ctx context.Context, f func(ctx context.Context, w exos.Writer) error) error {
	return s.DB.Write(ctx, func(ctx context.Context, t *db.Tx) error { return f(ctx, s.tx(t)) })
}

// Classroom is the same database as teachers work with it.
func (s *Store) Classroom() classroom.Store { return room{s} }

// room is a classroom.Store.
type room struct{ store *Store }

func (r room) Read(ctx context.Context, f func(ctx context.Context, r classroom.Reader) error) error {
	return r.store.DB.Read(ctx, func(ctx context.Context, t *db.Tx) error { return f(ctx, r.store.tx(t)) })
}

func (r room) Write(ctx context.Context, f func(ctx context.Context, w classroom.Writer) error) error {
	return r.store.DB.Write(ctx, func(ctx context.Context, t *db.Tx) error { return f(ctx, r.store.tx(t)) })
}

func (s *Store) tx(t *db.Tx) exosTx { return exosTx{journaldb.Tx{Tx: t, IDs: s.IDs}} }

// Journal gives pages and commands the entries of this product.
func (s *Store) Journal() tx.Store[journal.Reader, journal.Appender] { return entries{s} }

// entries is the journal alone.
type entries struct{ store *Store }

func (e entries) Read(ctx context.Context, f func(ctx context.Context, r journal.Reader) error) error {
	return e.store.DB.Read(ctx, func(ctx context.Context, t *db.Tx) error { return f(ctx, e.store.tx(t).Tx) })
}

func (e entries) Write(ctx context.Context, f func(ctx context.Context, w journal.Appender) error) error {
	return e.store.DB.Write(ctx, func(ctx context.Context, t *db.Tx) error { return f(ctx, e.store.tx(t).Tx) })
}

// exosTx asks and changes everything of Biblio Exos inside a transaction.
type exosTx struct{ journaldb.Tx }

var (
	_ exos.Writer      = exosTx{}
	_ classroom.Writer = exosTx{}
	_ device.Writer    = exosTx{}
)

// errNone is what every search that finds nothing returns; the use cases say what was missing.
var errNone = fault.New(fault.NotFound, "db.norow")

// one scans the single row of a query; no row is fault.NotFound.
func one[T any](ctx context.Context, t exosTx, query string, args []any, scan func(db.Row) (T, error)) (T, error) {
	all, err := list(ctx, t, query, args, scan)
	if err == nil && len(all) == 0 {
		err = errNone
	}
	if err != nil {
		var none T
		return none, err
	}
	return all[0], nil
}

// list scans every row of a query.
func list[T any](ctx context.Context, t exosTx, query string, args []any, scan func(db.Row) (T, error)) ([]T, error) {
	var out []T
	err := t.Each(ctx, query, args, func(row db.Row) error {
		v, err := scan(row)
		out = append(out, v)
		return err
	})
	return out, err
}

// into is a question whose rows are gathered in out.
func into[T any](out *[]T, query string, args []any, scan func(db.Row) (T, error)) db.Question {
	return db.Question{Query: query, Args: args, Scan: func(row db.Row) error {
		v, err := scan(row)
		*out = append(*out, v)
		return err
	}}
}

// packed is a value that a column keeps as JSON.
func packed(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

// unpacked scans a column of JSON into v; "" leaves it alone.
type unpacked struct{ v any }

// Scan implements sql.Scanner.
func (u unpacked) Scan(column any) error {
	s, _ := column.(string)
	if s == "" {
		return nil
	}
	return json.Unmarshal([]byte(s), u.v)
}

// day is a civil day as a column keeps it: YYYY-MM-DD, "" for none.
type day clock.Date

// Scan implements sql.Scanner.
func (d *day) Scan(column any) error {
	*d = day{}
	s, _ := column.(string)
	if s == "" {
		return nil
	}
	parsed, err := clock.ParseDate(s)
	*d = day(parsed)
	return err
}
