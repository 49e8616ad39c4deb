package store

import (
	"context"

	"pupitre/federation"
	"pupitre/internal/db"
	"pupitre/journal/journaldb"
)

// take uses up what is good once, by its hash, and reads what it was about, in one round trip. The guarded update (« set … = $2 where
// … = $1 and … = 0 », and more from $3 on) is the whole of "once": of any number at a time, one finds it untaken. missing is the error
// where there is nothing to take.
func take(ctx context.Context, t journaldb.Tx, guarded, query string, hash federation.Hash, dest []any, missing error, more ...any) (first bool, err error) {
	found := false
	err = t.Ask(ctx,
		db.Question{Query: guarded + ` returning 1`, Args: append([]any{string(hash), db.Micros(t.Now())}, more...), Scan: func(db.Row) error { first = true; return nil }},
		db.Question{Query: query, Args: []any{string(hash)}, Scan: func(row db.Row) error { found = true; return row.Scan(dest...) }})
	if err == nil && !found {
		err = missing
	}
	return first, err
}
