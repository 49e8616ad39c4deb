package store

import (
	"context"

	"pupitre/exos"
	"pupitre/internal/db"
)

// Handed implements exos.WorkReader.
func (t exosTx) Handed(ctx context.Context, l exos.LearnerID, a exos.AttemptID, h exos.Hash) (exos.Handed, error) {
	return one(ctx, t, `select learner, attempt, hash, response, name, media, data, at from handed where learner = $1 and attempt = $2 and hash = $3`,
		[]any{string(l), string(a), string(h)}, func(row db.Row) (h exos.Handed, err error) {
			var at int64
			err = row.Scan(&h.Learner, &h.Attempt, &h.Hash, &h.Response, &h.Name, &h.Media, &h.Data, &at)
			h.At = db.FromMicros(at)
			return h, err
		})
}

// HandedSoFar implements exos.WorkReader.
func (t exosTx) HandedSoFar(ctx context.Context, l exos.LearnerID, a exos.AttemptID) (files int, bytes int64, err error) {
	err = t.One(ctx, `
		select count(case when attempt = $2 then 1 end), cast(coalesce(sum(length(data)), 0) as bigint) from handed where learner = $1`,
		[]any{string(l), string(a)}, &files, &bytes)
	return files, bytes, err
}

// AddHanded implements exos.WorkWriter.
func (t exosTx) AddHanded(ctx context.Context, h exos.Handed) error {
	_, err := t.Exec(ctx, `
		insert into handed (learner, attempt, hash, response, name, media, data, at) values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (learner, attempt, hash) do nothing`,
		string(h.Learner), string(h.Attempt), string(h.Hash), h.Response, h.Name, h.Media, h.Data, db.Micros(h.At))
	return err
}
