package store

import (
	"context"

	"pupitre/exos"
	"pupitre/exos/device"
	"pupitre/internal/db"
)

// LentTo implements device.Reader.
func (t exosTx) LentTo(ctx context.Context, of []device.ID) (map[device.ID][]device.Lent, error) {
	out := map[device.ID][]device.Lent{}
	if len(of) == 0 {
		return out, nil
	}
	in, args := listed(nil, of)
	all, err := list(ctx, t, `
		select `+lentColumns+` from device v join device_lent n on n.learner = v.learner and n.device = v.id where v.id in (`+in+`) order by n.device, n.module`,
		args, scanLent)
	for _, l := range all {
		out[l.Device] = append(out[l.Device], l)
	}
	return out, err
}

// WaitingOn implements device.Reader.
func (t exosTx) WaitingOn(ctx context.Context, of []device.ID) (map[device.ID]int, error) {
	out := map[device.ID]int{}
	if len(of) == 0 {
		return out, nil
	}
	in, args := listed(nil, of)
	err := t.Each(ctx, `
		select a.device, count(*) from device v join device_act a on a.learner = v.learner and a.device = v.id and a.outcome = 'waiting'
		where v.id in (`+in+`) group by a.device`, args, func(row db.Row) error {
		var d device.ID
		var n int
		err := row.Scan(&d, &n)
		out[d] = n
		return err
	})
	return out, err
}

const readyColumns = `r.device, r.homework, r.version, r.whole, r.online, r.at`

func scanReady(row db.Row) (r device.Ready, err error) {
	var whole, at int64
	err = row.Scan(&r.Device, &r.Homework, &r.Version, &whole, &r.Online, &at)
	r.Whole, r.At = whole == 1, db.FromMicros(at)
	return r, err
}

// ReadyOn implements device.Reader.
func (t exosTx) ReadyOn(ctx context.Context, d device.ID) ([]device.Ready, error) {
	return list(ctx, t, `
		select `+readyColumns+` from device v join device_ready r on r.learner = v.learner and r.device = v.id where v.id = $1 order by r.homework`,
		[]any{string(d)}, scanReady)
}

// ReadyFor implements device.Reader.
func (t exosTx) ReadyFor(ctx context.Context, h exos.HomeworkID) ([]device.Ready, error) {
	return list(ctx, t, `select `+readyColumns+` from device_ready r where r.homework = $1 order by r.learner, r.device`, []any{string(h)}, scanReady)
}

// PutReady implements device.Writer.
func (t exosTx) PutReady(ctx context.Context, d device.ID, all []device.Ready) error {
	if _, err := t.Exec(ctx, `delete from device_ready where learner = (select learner from device where id = $1) and device = $1`, string(d)); err != nil {
		return err
	}
	for _, r := range all {
		whole := int64(0)
		if r.Whole {
			whole = 1
		}
		if _, err := t.Exec(ctx, `
			insert into device_ready (learner, device, homework, version, whole, online, at) select learner, id, $2, $3, $4, $5, $6 from device where id = $1`,
			string(d), string(r.Homework), int64(r.Version), whole, int64(r.Online), db.Micros(r.At)); err != nil {
			return err
		}
	}
	return nil
}

// KeyShare implements device.Reader.
func (t exosTx) KeyShare(ctx context.Context, d device.ID) (device.KeyShare, error) {
	return one(ctx, t, `
		select s.device, s.secret, s.proof, s.tries, s.made_at from device v join device_share s on s.learner = v.learner and s.device = v.id where v.id = $1`,
		[]any{string(d)}, func(row db.Row) (k device.KeyShare, err error) {
			var made int64
			err = row.Scan(&k.Device, &k.Secret, &k.Proof, &k.Tries, &made)
			k.MadeAt = db.FromMicros(made)
			return k, err
		})
}

// PutKeyShare implements device.Writer.
func (t exosTx) PutKeyShare(ctx context.Context, k device.KeyShare) error {
	_, err := t.Exec(ctx, `
		insert into device_share (learner, device, secret, proof, tries, made_at) select learner, id, $2, $3, $4, $5 from device where id = $1
		on conflict (learner, device) do update set proof = excluded.proof, tries = excluded.tries`,
		string(k.Device), k.Secret, k.Proof, int64(k.Tries), db.Micros(k.MadeAt))
	return err
}

// DropKeyShare implements device.Writer.
func (t exosTx) DropKeyShare(ctx context.Context, d device.ID) error {
	_, err := t.Exec(ctx, `delete from device_share where learner = (select learner from device where id = $1) and device = $1`, string(d))
	return err
}
