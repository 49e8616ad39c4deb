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
	tx, err := ready.pool.BeginTx(ctx, &sql.TxOptions{ReadOnly: as != writing})
	if err != nil {
		return nil, err
	}
	return sqliteTx{tx, ready}, nil
}

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
