package store

import (
	"context"

	"pupitre/exos"
	"pupitre/internal/db"
)

// ContentKey implements exos.ShelfReader.
func (t exosTx) ContentKey(ctx context.Context) (exos.ContentKey, error) {
	return one(ctx, t, `select secret from content_key where id = 1`, nil, func(row db.Row) (k exos.ContentKey, err error) {
		err = row.Scan((*string)(&k))
		return k, err
	})
}

// AddContentKey implements exos.ShelfWriter.
func (t exosTx) AddContentKey(ctx context.Context, k exos.ContentKey) error {
	_, err := t.Exec(ctx, `insert into content_key (id, secret, made_at) values (1, $1, $2) on conflict (id) do nothing`, string(k), db.Micros(t.Now()))
	return err
}
