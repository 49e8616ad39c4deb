package store

import (
	"context"

	"pupitre/exos"
	"pupitre/exos/device"
	"pupitre/exos/offline"
	"pupitre/internal/db"
	"pupitre/journal"
)

// AddReceipt implements device.Writer.
func (t exosTx) AddReceipt(ctx context.Context, act journal.ActID, c device.Checked) error {
	_, err := t.Exec(ctx, `
		insert into device_receipt (learner, device, checked_by, work, seq, answered, done_at, head, tag, seen_at, act)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (learner, device, checked_by, work, seq, tag) do nothing`,
		string(c.Learner), c.Device, string(c.By), c.Work, c.Seq, c.Count, db.Micros(c.At), string(c.Head), c.Tag, db.Micros(c.SeenAt), string(act))
	return err
}

// Receipts implements device.Reader.
func (t exosTx) Receipts(ctx context.Context, by exos.LearnerID, most int) ([]device.Checked, error) {
	return list(ctx, t, `
		select learner, device, checked_by, work, seq, answered, done_at, head, tag, seen_at from device_receipt
		where checked_by = $1 order by seen_at desc, learner, device, seq desc, work limit $2`, []any{string(by), most},
		func(row db.Row) (c device.Checked, err error) {
			var done, seen int64
			err = row.Scan(&c.Learner, &c.Device, &c.By, &c.Work, &c.Seq, &c.Count, &done, &c.Head, &c.Tag, &seen)
			c.At, c.SeenAt = db.FromMicros(done), db.FromMicros(seen)
			return c, err
		})
}

// ActsUntil implements device.Reader.
func (t exosTx) ActsUntil(ctx context.Context, d device.ID, seq int64) (n int64, err error) {
	err = t.One(ctx, `select count(*) from device v join device_act a on a.learner = v.learner and a.device = v.id where v.id = $1 and a.seq <= $2`,
		[]any{string(d), seq}, &n)
	return n, err
}

// AnsweredIn implements device.Reader.
func (t exosTx) AnsweredIn(ctx context.Context, l exos.LearnerID, work string) (n int, err error) {
	err = t.One(ctx, `
		select count(distinct exercise) from attempt
		where learner = $1 and tries > 0 and (homework = $2 or homework = '' and module = $2)`, []any{string(l), work}, &n)
	return n, err
}

// SealingKey implements device.Reader.
func (t exosTx) SealingKey(ctx context.Context) (offline.Opener, error) {
	return one(ctx, t, `select id, private from sealing_key where number = 1`, nil, func(row db.Row) (offline.Opener, error) {
		var id string
		var secret []byte
		if err := row.Scan(&id, &secret); err != nil {
			return offline.Opener{}, err
		}
		return offline.ReadOpener(id, secret)
	})
}

// AddSealingKey implements device.Writer.
func (t exosTx) AddSealingKey(ctx context.Context, o offline.Opener) error {
	secret, err := o.Secret()
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `insert into sealing_key (number, id, private, made_at) values (1, $1, $2, $3) on conflict (number) do nothing`,
		o.ID, secret, db.Micros(t.Now()))
	return err
}
