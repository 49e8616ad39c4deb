package store

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"strings"
	"time"

	"pupitre/exos"
	"pupitre/exos/device"
	"pupitre/exos/offline"
	"pupitre/internal/db"
	"pupitre/journal"
)

// Devices is the same database as devices speak with it.
func (s *Store) Devices() device.Store { return devices{s} }

// devices is a device.Store.
type devices struct{ store *Store }

func (d devices) Read(ctx context.Context, f func(ctx context.Context, r device.Reader) error) error {
	return d.store.DB.Read(ctx, func(ctx context.Context, t *db.Tx) error { return f(ctx, d.store.tx(t)) })
}

func (d devices) Write(ctx context.Context, f func(ctx context.Context, w device.Writer) error) error {
	return d.store.DB.Write(ctx, func(ctx context.Context, t *db.Tx) error { return f(ctx, d.store.tx(t)) })
}

const deviceColumns = `d.learner, d.id, d.key, d.kind, d.made_at, d.seen_at, d.ended_at, d.ended_by, d.unsent, d.answers, d.next, d.head, d.floor_at`

// deviceScan lists where the columns of a device go; times are set by its second result.
func deviceScan(d *device.Device) (into []any, settle func() error) {
	var key string
	var made, seen, ended, floor int64
	into = []any{&d.Learner, &d.ID, &key, &d.Kind, &made, &seen, &ended, &d.EndedBy, &d.Unsent, &d.Answers, &d.Chain.Next, &d.Chain.Head, &floor}
	return into, func() (err error) {
		d.MadeAt, d.SeenAt, d.EndedAt, d.Chain.Floor = db.FromMicros(made), db.FromMicros(seen), db.FromMicros(ended), db.FromMicros(floor)
		d.Key, err = offline.ParseKey([]byte(key))
		return err
	}
}

func scanDevice(row db.Row) (d device.Device, err error) {
	into, settle := deviceScan(&d)
	if err := row.Scan(into...); err != nil {
		return d, err
	}
	return d, settle()
}

// Device implements device.Reader.
func (t exosTx) Device(ctx context.Context, d device.ID) (device.Device, error) {
	return one(ctx, t, `select `+deviceColumns+` from device d where d.id = $1`, []any{string(d)}, scanDevice)
}

// TakeDevice implements device.Writer. SQLite has one writer; PostgreSQL locks the row.
func (t exosTx) TakeDevice(ctx context.Context, d device.ID) (device.Device, error) {
	return one(ctx, t, db.For(t.Engine, `select `+deviceColumns+` from device d where d.id = $1 /*postgres: for update */`), []any{string(d)}, scanDevice)
}

// ownCohorts are the groups made here that a learner has joined or made, at the school where they are.
func (t exosTx) ownCohorts(ctx context.Context, l exos.Learner) ([]exos.Cohort, error) {
	return list(ctx, t, `
		select code, label from membership where learner = $1 and school = $2 and kind = $3
		union select id, label from own_group where owner = $1 and school = $2 order by 2, 1`, []any{string(l.ID), l.School, string(exos.Own)},
		func(row db.Row) (exos.Cohort, error) {
			c := exos.Cohort{Kind: exos.Own}
			return c, row.Scan(&c.Code, &c.Label)
		})
}

// rights are what a learner was told to have.
func (t exosTx) rights(ctx context.Context, l exos.LearnerID) ([]exos.Right, error) {
	return list(ctx, t, `select r.ark, r.title, r.first_day, r.last_day, r.opens_at, r.closes_at, r.status, r.why from learner_right r
		where r.learner = $1 order by r.ark`, []any{string(l)}, scanRight)
}

// Holder implements device.Reader.
func (t exosTx) Holder(ctx context.Context, d device.ID) (device.Holder, error) {
	h, err := one(ctx, t, `select `+deviceColumns+`, l.rights_at, l.stale_at, `+learnerColumns+` from device d join learner l on l.id = d.learner where d.id = $1`,
		[]any{string(d)}, func(row db.Row) (h device.Holder, err error) {
			var rights, stale, seen int64
			into, settle := deviceScan(&h.Device)
			if err := row.Scan(append(append(into, &rights, &stale), learnerScan(&h.Learner, &seen)...)...); err != nil {
				return h, err
			}
			h.RightsAt, h.StaleAt, h.Learner.SeenAt = db.FromMicros(rights), db.FromMicros(stale), db.FromMicros(seen)
			return h, settle()
		})
	if err != nil {
		return h, err
	}
	own, err := t.ownCohorts(ctx, h.Learner)
	if err != nil {
		return h, err
	}
	h.Learner.Cohorts = append(h.Learner.Cohorts, own...)
	h.Rights, err = t.rights(ctx, h.Learner.ID)
	return h, err
}

// Devices implements device.Reader.
func (t exosTx) Devices(ctx context.Context, of []exos.LearnerID) ([]device.Device, error) {
	if len(of) == 0 {
		return nil, nil
	}
	in, args := listed(nil, of)
	return list(ctx, t, `select `+deviceColumns+` from device d where d.learner in (`+in+`) order by d.seen_at desc, d.id`, args, scanDevice)
}

// AddDevice implements device.Writer.
func (t exosTx) AddDevice(ctx context.Context, act journal.ActID, d device.Device) error {
	_, err := t.Exec(ctx, `
		insert into device (learner, id, key, kind, made_at, seen_at, next, head, floor_at, act) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		string(d.Learner), string(d.ID), d.Key.String(), string(d.Kind), db.Micros(d.MadeAt), db.Micros(d.SeenAt), d.Chain.Next, string(d.Chain.Head),
		db.Micros(d.Chain.Floor), string(act))
	return err
}

// EndDevice implements device.Writer.
func (t exosTx) EndDevice(ctx context.Context, act journal.ActID, d device.ID, by exos.LearnerID) error {
	_, err := t.Exec(ctx, `update device set ended_at = $2, ended_by = $3, act = $4 where id = $1`, string(d), db.Micros(t.Now()), string(by), string(act))
	return err
}

// PutDevice implements device.Writer.
func (t exosTx) PutDevice(ctx context.Context, d device.Device) error {
	if _, err := t.Exec(ctx, `
		update device set seen_at = $3, answers = $4, next = $5, head = $6, floor_at = $7, unsent = $8 where learner = $1 and id = $2`,
		string(d.Learner), string(d.ID), db.Micros(d.SeenAt), d.Answers, d.Chain.Next, string(d.Chain.Head), db.Micros(d.Chain.Floor), int64(d.Unsent)); err != nil {
		return err
	}
	_, err := t.Exec(ctx, `insert into device_answer (learner, device, number, at) values ($1, $2, $3, $4)`,
		string(d.Learner), string(d.ID), d.Answers, db.Micros(d.SeenAt))
	return err
}

// PutChain implements device.Writer.
func (t exosTx) PutChain(ctx context.Context, d device.ID, c offline.Chain) error {
	_, err := t.Exec(ctx, `update device set next = $2, head = $3, floor_at = $4 where id = $1`, string(d), c.Next, string(c.Head), db.Micros(c.Floor))
	return err
}

// Answered implements device.Reader.
func (t exosTx) Answered(ctx context.Context, d device.ID, number int64) (time.Time, error) {
	var at int64
	err := t.One(ctx, `
		select a.at from device v join device_answer a on a.learner = v.learner and a.device = v.id and a.number = $2 where v.id = $1`,
		[]any{string(d), number}, &at)
	if db.IsNoRow(err) {
		return time.Time{}, nil
	}
	return db.FromMicros(at), err
}

// AddGrant implements device.Writer.
func (t exosTx) AddGrant(ctx context.Context, act journal.ActID, g device.Grant) error {
	_, err := t.Exec(ctx, `insert into device_code (hash, learner, ends_at, act) values ($1, $2, $3, $4)`,
		g.Hash, string(g.Learner), db.Micros(g.EndsAt), string(act))
	return err
}

// RedeemGrant implements device.Writer.
func (t exosTx) RedeemGrant(ctx context.Context, hash string) (device.Grant, error) {
	g := device.Grant{Hash: hash}
	var ends int64
	err := t.One(ctx, `delete from device_code where hash = $1 returning learner, ends_at`, []any{hash}, &g.Learner, &ends)
	if db.IsNoRow(err) {
		return g, errNone
	}
	g.EndsAt = db.FromMicros(ends)
	return g, err
}

const lentColumns = `n.device, n.module, n.id, n.from_at, n.until_at, n.state, n.changed_at`

func scanLent(row db.Row) (l device.Lent, err error) {
	var from, until, changed int64
	err = row.Scan(&l.Device, &l.Module, &l.ID, &from, &until, &l.State, &changed)
	l.From, l.Until, l.ChangedAt = db.FromMicros(from), db.FromMicros(until), db.FromMicros(changed)
	return l, err
}

// Lent implements device.Reader.
func (t exosTx) Lent(ctx context.Context, d device.ID) ([]device.Lent, error) {
	return list(ctx, t, `
		select `+lentColumns+` from device v join device_lent n on n.learner = v.learner and n.device = v.id where v.id = $1 order by n.module`,
		[]any{string(d)}, scanLent)
}

// PutLent implements device.Writer.
func (t exosTx) PutLent(ctx context.Context, l device.Lent) error {
	_, err := t.Exec(ctx, `
		insert into device_lent (learner, device, module, id, from_at, until_at, state, changed_at)
		select learner, id, $2, $3, $4, $5, $6, $7 from device where id = $1
		on conflict (learner, device, module) do update set
			id = excluded.id, from_at = excluded.from_at, until_at = excluded.until_at, state = excluded.state, changed_at = excluded.changed_at`,
		string(l.Device), string(l.Module), l.ID, db.Micros(l.From), db.Micros(l.Until), string(l.State), db.Micros(l.ChangedAt))
	return err
}

const actColumns = `a.body, a.signature, a.heard_at, a.moment, a.word`

func scanDeviceAct(row db.Row) (k offline.Kept, err error) {
	var heard int64
	if err := row.Scan(&k.Text, &k.Signature, &heard, unpacked{&k.Moment}, unpacked{&k.Word}); err != nil {
		return k, err
	}
	k.Heard = db.FromMicros(heard)
	return k, json.Unmarshal([]byte(k.Text), &k.Act)
}

// DeviceAct implements device.Reader.
func (t exosTx) DeviceAct(ctx context.Context, d device.ID, seq int64) (offline.Kept, error) {
	return one(ctx, t, `select `+actColumns+` from device v join device_act a on a.learner = v.learner and a.device = v.id where v.id = $1 and a.seq = $2`,
		[]any{string(d), seq}, scanDeviceAct)
}

// WaitingActs implements device.Reader.
func (t exosTx) WaitingActs(ctx context.Context, d device.ID) ([]offline.Kept, error) {
	return list(ctx, t, `
		select `+actColumns+` from device v join device_act a on a.learner = v.learner and a.device = v.id
		where v.id = $1 and a.outcome = 'waiting' order by a.seq`, []any{string(d)}, scanDeviceAct)
}

// PutDeviceAct implements device.Writer.
func (t exosTx) PutDeviceAct(ctx context.Context, d device.ID, h exos.HomeworkID, e exos.ExerciseID, k offline.Kept) error {
	moment := ""
	if k.Word.Outcome != offline.Waiting {
		var err error
		if moment, err = packed(k.Moment); err != nil {
			return err
		}
	}
	word, err := packed(k.Word)
	if err != nil {
		return err
	}
	return t.Later(ctx, `
		insert into device_act (learner, device, seq, body, signature, heard_at, moment, outcome, word, homework, exercise)
		select learner, id, $2, $3, $4, $5, $6, $7, $8, $9, $10 from device where id = $1
		on conflict (learner, device, seq) do update set
			moment = excluded.moment, outcome = excluded.outcome, word = excluded.word, homework = excluded.homework, exercise = excluded.exercise`,
		string(d), k.Act.Seq, k.Text, k.Signature, db.Micros(k.Heard), moment, string(k.Word.Outcome), word, string(h), string(e))
}

// Doubts implements device.Reader.
func (t exosTx) Doubts(ctx context.Context, h exos.HomeworkID, l exos.LearnerID) ([]device.Doubt, error) {
	return list(ctx, t, `
		select learner, device, seq, homework, exercise, moment from device_act
		where homework = $1 and outcome = 'doubtful' and ($2 = '' or learner = $2) order by learner, device, seq`, []any{string(h), string(l)},
		func(row db.Row) (d device.Doubt, err error) {
			return d, row.Scan(&d.Learner, &d.Device, &d.Seq, &d.Homework, &d.Exercise, unpacked{&d.Moment})
		})
}

// DoubtsFor implements device.Reader.
func (t exosTx) DoubtsFor(ctx context.Context, school string, by exos.LearnerID) ([]device.Doubtful, error) {
	all, err := list(ctx, t, `
		select h.id, h.title, h.due_at, a.learner, a.heard_at, a.moment from homework h join device_act a on a.homework = h.id and a.outcome = 'doubtful'
		where h.school = $1 and h.author = $2 order by h.due_at, h.id, a.learner, a.heard_at, a.seq`, []any{school, string(by)},
		func(row db.Row) (d device.Doubtful, err error) {
			var due, heard int64
			var m offline.Moment
			err = row.Scan(&d.Homework, &d.Title, &due, &d.Learner, &heard, unpacked{&m})
			d.Due, d.Heard, d.Said, d.Steady, d.Answers = db.FromMicros(due), db.FromMicros(heard), m.At(), m.Steady, 1
			return d, err
		})
	var out []device.Doubtful
	for _, d := range all {
		if n := len(out) - 1; n >= 0 && out[n].Homework == d.Homework && out[n].Learner == d.Learner {
			d.Answers, d.Steady = out[n].Answers+1, d.Steady && out[n].Steady
			out[n] = d
			continue
		}
		out = append(out, d)
	}
	return out, err
}

// AddReport implements device.Writer. The same thing again is reported once. What the device did sign is kept whole: it may be an answer
// that is nowhere else.
func (t exosTx) AddReport(ctx context.Context, d device.ID, s offline.Signed, code string) error {
	most := 4 << 10 // what is kept to be looked at; anybody may send anything
	if code == offline.Forked {
		most = len(s.Text)
	}
	text := strings.ReplaceAll(strings.ToValidUTF8(s.Text[:min(len(s.Text), most)], ""), "\x00", "")
	_, err := t.Exec(ctx, `
		insert into device_report (learner, device, hash, body, code, at) select learner, id, $2, $3, $4, $5 from device where id = $1
		on conflict (learner, device, hash) do nothing`,
		string(d), string(s.Hash()), text, code, db.Micros(t.Now()))
	return err
}

// Reports implements device.Reader.
func (t exosTx) Reports(ctx context.Context, of []device.ID) ([]device.Report, error) {
	if len(of) == 0 {
		return nil, nil
	}
	in, args := listed(nil, of)
	return list(ctx, t, `select device, at, code from device_report where device in (`+in+`) order by at desc, hash`, args,
		func(row db.Row) (r device.Report, err error) {
			var at int64
			err = row.Scan(&r.Device, &at, &r.Code)
			r.At = db.FromMicros(at)
			return r, err
		})
}

// SigningKey implements device.Reader.
func (t exosTx) SigningKey(ctx context.Context) (offline.Signer, error) {
	return one(ctx, t, `select id, private from signing_key where number = 1`, nil, func(row db.Row) (s offline.Signer, err error) {
		var seed []byte
		if err := row.Scan(&s.ID, &seed); err != nil {
			return s, err
		}
		s.Private = ed25519.NewKeyFromSeed(seed)
		return s, nil
	})
}

// AddSigningKey implements device.Writer.
func (t exosTx) AddSigningKey(ctx context.Context, s offline.Signer) (bool, error) {
	n, err := t.Exec(ctx, `insert into signing_key (number, id, private, made_at) values (1, $1, $2, $3) on conflict (number) do nothing`,
		s.ID, s.Private.Seed(), db.Micros(t.Now()))
	return n == 1, err
}
