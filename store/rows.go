package store

import (
	"context"
	"fmt"
	"strings"

	"pupitre/journal/journaldb"
)

// rowWriter inserts many rows, a few dozen a statement: one statement a row spends most of its time on being a statement.
type rowWriter struct {
	t          journaldb.Tx
	head, tail string
	args       []any
	columns    int
	rows       int
}

// rowsAtOnce is where larger statements stop paying, on both engines; the parameters stay far below either one's limit.
const rowsAtOnce = 64

func (t provisionTx) rows(head, tail string) *rowWriter {
	return &rowWriter{t: t.Tx, head: head, tail: tail}
}

// add takes one row. What it adds is written by the next full statement, or by flush.
func (w *rowWriter) add(ctx context.Context, values ...any) error {
	w.args = append(w.args, values...)
	w.columns = len(values)
	if w.rows++; w.rows < rowsAtOnce {
		return nil
	}
	return w.flush(ctx)
}

func (w *rowWriter) flush(ctx context.Context) error {
	if w.rows == 0 {
		return nil
	}
	var b strings.Builder
	b.WriteString(w.head)
	b.WriteString(" values ")
	for i := range w.args {
		switch {
		case i == 0:
			b.WriteByte('(')
		case i%w.columns == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", i+1)
	}
	b.WriteString(") ")
	b.WriteString(w.tail)
	_, err := w.t.Exec(ctx, b.String(), w.args...)
	w.args, w.rows = w.args[:0], 0
	return err
}
