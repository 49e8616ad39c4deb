package db

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"pupitre/internal/fault"
)

// The classes that a caller may ask about. Texts are never compared.
var (
	errUnique = fault.New(fault.Conflict, "db.unique")
	errCheck  = fault.New(fault.Conflict, "db.check")
	errParent = fault.New(fault.Conflict, "db.parent")
	errAgain  = errors.New("the transaction lost to another one")
)

// IsUnique reports a row that exists already.
func IsUnique(err error) bool { return errors.Is(err, errUnique) }

// IsCheck reports a row that a check constraint refuses: the last guard of a counter.
func IsCheck(err error) bool { return errors.Is(err, errCheck) }

// IsParent reports a reference to a row that is not there (or, on delete, still referred to).
func IsParent(err error) bool { return errors.Is(err, errParent) }

func isRetryable(err error) bool { return errors.Is(err, errAgain) || errors.Is(err, errLost) }

// wrapped keeps the engine's own words for the operator beside the class for the program.
func wrapped(class *fault.Error, cause error) error {
	return fault.Wrap(cause, class.Kind, class.Code)
}

func classify(err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return classifySQLite(e, err)
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return classifyPostgreSQL(e.Code, err)
	}
	if isLost(err) {
		return errors.Join(errLost, err)
	}
	return err
}

func classifySQLite(e *sqlite.Error, err error) error {
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
		return wrapped(errUnique, err)
	case sqlite3.SQLITE_CONSTRAINT_CHECK:
		return wrapped(errCheck, err)
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return wrapped(errParent, err)
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return errors.Join(errAgain, err)
	case sqlite3.SQLITE_FULL:
		return fault.Wrap(err, fault.Unavailable, "db.full")
	}
	return err
}

// classifyPostgreSQL reads the SQLSTATE: 23 integrity, 40 rollback, 08 and 57P01–03 the server is stopping, starting or gone.
func classifyPostgreSQL(state string, err error) error {
	switch state {
	case "23505":
		return wrapped(errUnique, err)
	case "23514":
		return wrapped(errCheck, err)
	case "23503":
		return wrapped(errParent, err)
	case "40001", "40P01":
		return errors.Join(errAgain, err)
	case "08003", "08006", "57P01", "57P02", "57P03":
		return errors.Join(errLost, err)
	case "53100":
		return fault.Wrap(err, fault.Unavailable, "db.full")
	}
	return err
}

// unopened tells a file that is not there to be opened, or is no database, from the machine's own troubles.
func unopened(file string, err error) error {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		switch e.Code() & 0xff {
		case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY:
			return fault.Wrap(err, fault.Invalid, "db.file.unopened", "file", file)
		}
	}
	return fmt.Errorf("open sqlite:%s: %w", file, err)
}
