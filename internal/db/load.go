package db

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Load inserts many rows as fast as the engine takes them: by COPY on PostgreSQL, some dozens a statement on SQLite. The values are
// those of the rows, one after another. Table and columns are ours, never a stranger's word. A row that is there already, or breaks a
// constraint, is the error that an insert would give.
func (t *Tx) Load(ctx context.Context, table string, columns []string, values []any) error {
	if len(values)%len(columns) != 0 {
		return fmt.Errorf("load %s: %d values for rows of %d", table, len(values), len(columns))
	}
	if len(values) == 0 {
		return nil
	}
	if err := texts(values); err != nil {
		return err
	}
	return classify(t.load(ctx, table, columns, values))
}

func (t *postgresTx) load(ctx context.Context, table string, columns []string, values []any) error {
	if t.waiting.Len() > 0 {
		answers, err := t.send(ctx)
		if err != nil {
			return err
		}
		if err := answers.Close(); err != nil {
			return err
		}
	}
	n := len(columns)
	rows := pgx.CopyFromSlice(len(values)/n, func(i int) ([]any, error) { return values[i*n : i*n+n], nil })
	_, err := t.conn.CopyFrom(ctx, pgx.Identifier{table}, columns, rows)
	return err
}

// RowsAtOnce is how many rows one statement inserts: larger ones stop paying, on both engines, and the parameters stay far below either
// one's limit.
const RowsAtOnce = 64

func (t sqliteTx) load(ctx context.Context, table string, columns []string, values []any) error {
	head := "insert into " + table + " (" + strings.Join(columns, ", ") + ") values "
	most := RowsAtOnce * len(columns)
	query, of := "", 0 // the statement, and how many values it takes
	for len(values) > 0 {
		now := values[:min(most, len(values))]
		values = values[len(now):]
		if len(now) != of {
			query, of = head+SQLite.Rows(len(now)/len(columns), len(columns)), len(now)
		}
		runtime.Gosched() // readers need not wait for the whole load
		if _, err := t.exec(ctx, query, now); err != nil {
			return err
		}
	}
	return nil
}

// Rows writes the parameters of so many rows, in their order: "($1, $2), ($3, $4)" on PostgreSQL. On SQLite they have no numbers: the
// driver looks each number up among all the others, which takes longer than the row itself.
func (e Engine) Rows(rows, columns int) string {
	var b strings.Builder
	for i := range rows * columns {
		switch {
		case i == 0:
			b.WriteByte('(')
		case i%columns == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		if e == SQLite {
			b.WriteByte('?')
		} else {
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(i + 1))
		}
	}
	b.WriteByte(')')
	return b.String()
}
