package store

import (
	"context"

	"pupitre/internal/db"
	"pupitre/journal/journaldb"
)

// rowWriter inserts many rows, or writes over those that are there, a few dozen a statement: one statement a row spends most of its time
// on being a statement. Rows that are all new go by Load.
type rowWriter struct {
	t          journaldb.Tx
	head, tail string
	args       []any
	columns    int
	rows       int
}

func (t provisionTx) rows(head, tail string) *rowWriter {
	return &rowWriter{t: t.Tx, head: head, tail: tail}
}

// add takes one row. What it adds is written by the next full statement, or by flush.
func (w *rowWriter) add(ctx context.Context, values ...any) error {
	w.args = append(w.args, values...)
	w.columns = len(values)
	if w.rows++; w.rows < db.RowsAtOnce {
		return nil
	}
	return w.flush(ctx)
}

func (w *rowWriter) flush(ctx context.Context) error {
	if w.rows == 0 {
		return nil
	}
	_, err := w.t.Exec(ctx, w.head+" values "+w.t.Engine.Rows(w.rows, w.columns)+" "+w.tail, w.args...)
	w.args, w.rows = w.args[:0], 0
	return err
}
