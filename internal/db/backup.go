package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"pupitre/internal/fault"
)

// Backup writes a whole copy of the SQLite database at address into file, while others read and write: the copy is of one moment, of
// one file, without companions (-wal, -shm), read again and proved whole before it has its name. The schema is not brought up: a copy
// is taken before an upgrade. It returns the copy's size in bytes.
//
// A database that is not there is fault.NotFound, a file that is there already fault.Conflict, a copy that is not whole
// fault.Internal; nothing then has the file's name. PostgreSQL has better of its own: fault.Invalid.
func Backup(ctx context.Context, address, file string) (int64, error) {
	from, ok := strings.CutPrefix(address, "sqlite:")
	if !ok {
		return 0, fault.New(fault.Invalid, "db.backup.postgres", "address", redact(address))
	}
	if _, err := os.Stat(from); err != nil {
		return 0, fault.Wrap(err, fault.NotFound, "db.backup.none", "file", from)
	}
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		return 0, fault.Wrap(err, fault.Conflict, "db.backup.exists", "file", file)
	}
	unfinished := file + ".new"
	os.Remove(unfinished) // of a copy that was stopped
	defer os.Remove(unfinished)
	// SQLite fills an empty file that is there, and leaves its rights: there are persons in it.
	f, err := os.OpenFile(unfinished, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return 0, fault.Wrap(err, fault.Invalid, "db.backup.unwritable", "file", file)
	}
	defer f.Close()
	if err := alone(ctx, from, "rw", func(conn *sql.Conn) error {
		_, err := conn.ExecContext(ctx, "vacuum into ?", unfinished)
		return err
	}); err != nil {
		return 0, copied(ctx, err, from)
	}
	if err := alone(ctx, unfinished, "ro", func(conn *sql.Conn) error { return whole(ctx, conn) }); err != nil {
		return 0, copied(ctx, err, from)
	}
	size, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if err := errors.Join(f.Sync(), os.Rename(unfinished, file), syncFolder(filepath.Dir(file))); err != nil {
		return 0, fault.Wrap(err, fault.Invalid, "db.backup.unwritable", "file", file)
	}
	return size.Size(), nil
}

// alone runs f on one connection of its own: neither the server's writers nor its readers wait for a copy.
func alone(ctx context.Context, file, mode string, f func(*sql.Conn) error) error {
	pool, err := sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?mode="+mode+"&_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)")
	if err != nil {
		return err
	}
	defer pool.Close()
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return f(conn)
}

// whole proves that every page and every index of a copy is as it should be, and that no row lost its parent.
func whole(ctx context.Context, conn *sql.Conn) error {
	var verdict string
	if err := conn.QueryRowContext(ctx, "pragma integrity_check(1)").Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return fmt.Errorf("integrity_check: %s", verdict)
	}
	var orphans int
	if err := conn.QueryRowContext(ctx, "select count(*) from pragma_foreign_key_check").Scan(&orphans); err != nil {
		return err
	}
	if orphans > 0 {
		return fmt.Errorf("foreign_key_check: %d rows", orphans)
	}
	return nil
}

// copied says what a failed copy means to an operator.
func copied(ctx context.Context, err error, from string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if k := classify(err); fault.KindOf(k) == fault.Unavailable { // the disk is full, somebody holds the database
		return k
	}
	if k := unopened(from, err); fault.KindOf(k) == fault.Invalid {
		return k
	}
	return fault.Wrap(err, fault.Internal, "db.backup.damaged", "file", from)
}

// syncFolder makes a new name outlive a power cut.
func syncFolder(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
