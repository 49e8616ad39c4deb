package db

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"testing/fstest"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

// migrating is the lock of PostgreSQL that whoever changes the schema holds: any number that is ours.
const migrating = 7_021_337

// Migrate brings the schema up to the newest of the numbered SQL files in fsys. It is forward only, may be run by several
// nodes at once on PostgreSQL, and does nothing when there is nothing to do.
//
// The files are one text for both engines. The few words that must differ are written as comments that one engine reads:
// `/*sqlite: … */` and `/*postgres: … */`.
func (d *DB) Migrate(ctx context.Context, fsys fs.FS) error {
	own, err := d.translate(fsys)
	if err != nil {
		return err
	}
	dialect := database.DialectSQLite3
	if d.Engine == PostgreSQL {
		dialect = database.DialectPostgres
		// One node at a time: goose itself takes no lock, and two first starts would race to create its table.
		conn, err := d.writers.Conn(ctx)
		if err != nil {
			return classify(err)
		}
		defer conn.Close()
		if _, err := conn.ExecContext(ctx, "select pg_advisory_lock($1)", migrating); err != nil {
			return classify(err)
		}
		defer conn.ExecContext(context.WithoutCancel(ctx), "select pg_advisory_unlock($1)", migrating)
	}
	provider, err := goose.NewProvider(dialect, d.writers, own)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate %s: %w", d.Engine, err)
	}
	return nil
}

// translate opens the comments that are meant for this engine.
func (d *DB) translate(fsys fs.FS) (fs.FS, error) {
	names, err := fs.Glob(fsys, "*.sql")
	if err != nil {
		return nil, err
	}
	out := fstest.MapFS{}
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		out[name] = &fstest.MapFile{Data: []byte(For(d.Engine, string(data)))}
	}
	return out, nil
}

// For opens the `/*sqlite: … */` or `/*postgres: … */` comments of a text for one engine.
func For(engine Engine, text string) string {
	open := "/*" + string(engine) + ":"
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, open)
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		inner, after, _ := strings.Cut(rest, "*/")
		b.WriteString(inner)
		text = after
	}
}
