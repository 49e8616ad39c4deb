package db

import (
	"context"
	"database/sql"
)

// sqliteTx is a transaction of SQLite's.
type sqliteTx struct {
	sql   *sql.Tx
	ready *statements
}

func beginSQLite(ctx context.Context, ready *statements, as mode) (session, error) {
	if as == looking {
		return &sqliteLook{sqliteTx: sqliteTx{ready: ready}}, nil
	}
	tx, err := ready.pool.BeginTx(ctx, &sql.TxOptions{ReadOnly: as != writing})
	if err != nil {
		return nil, err
	}
	return sqliteTx{tx, ready}, nil
}

// sqliteLook asks once. One query alone sees one moment anyway, without a transaction around it.
type sqliteLook struct {
	sqliteTx
	asked bool
}

func (t *sqliteLook) query(ctx context.Context, query string, args []any) (rows, error) {
	if t.asked {
		return nil, errOnce
	}
	t.asked = true
	if ready := t.ready.of(query); ready != nil {
		found, err := ready.QueryContext(ctx, args...)
		return sqliteRows{found}, err
	}
	found, err := t.ready.pool.QueryContext(ctx, query, args...)
	return sqliteRows{found}, err
}

func (t *sqliteLook) ahead(ctx context.Context, query string, args []any) (rows, error) {
	return t.query(ctx, query, args)
}

func (t *sqliteLook) queries(ctx context.Context, asked []Question) error {
	if len(asked) == 1 {
		found, err := t.query(ctx, asked[0].Query, asked[0].Args)
		if err != nil {
			return err
		}
		return read(found, asked[0].Scan)
	}
	if t.asked {
		return errOnce
	}
	t.asked = true
	around, err := beginSQLite(ctx, t.ready, reading)
	if err != nil {
		return err
	}
	defer around.rollback(ctx)
	return around.queries(ctx, asked)
}

func (t *sqliteLook) commit(ctx context.Context) error {
	t.ready.prepare(ctx)
	return nil
}

func (t *sqliteLook) rollback(context.Context) {}

func (t sqliteTx) exec(ctx context.Context, query string, args []any) (int64, error) {
	var done sql.Result
	var err error
	if ready := t.ready.of(query); ready != nil {
		done, err = t.sql.StmtContext(ctx, ready).ExecContext(ctx, args...)
	} else {
		done, err = t.sql.ExecContext(ctx, query, args...)
	}
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}

func (t sqliteTx) query(ctx context.Context, query string, args []any) (rows, error) {
	var found *sql.Rows
	var err error
	if ready := t.ready.of(query); ready != nil {
		found, err = t.sql.StmtContext(ctx, ready).QueryContext(ctx, args...)
	} else {
		found, err = t.sql.QueryContext(ctx, query, args...)
	}
	return sqliteRows{found}, err
}

func (t sqliteTx) ahead(ctx context.Context, query string, args []any) (rows, error) {
	return t.query(ctx, query, args)
}

func (t sqliteTx) later(ctx context.Context, query string, args []any) error {
	_, err := t.exec(ctx, query, args)
	return err
}

func (t sqliteTx) queries(ctx context.Context, asked []Question) error {
	for _, q := range asked {
		found, err := t.query(ctx, q.Query, q.Args)
		if err != nil {
			return err
		}
		if err := read(found, q.Scan); err != nil {
			return err
		}
	}
	return nil
}

func (t sqliteTx) commit(ctx context.Context) error {
	if err := t.sql.Commit(); err != nil {
		return err
	}
	t.ready.prepare(ctx)
	return nil
}

func (t sqliteTx) rollback(context.Context) { t.sql.Rollback() }

type sqliteRows struct{ *sql.Rows }

func (r sqliteRows) Close() { r.Rows.Close() }
