package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"pupitre/catalogue/thumbnail"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal/journaldb"
)

// Thumbnails is the database as those see it who fetch pictures.
func (s *Store) Thumbnails() thumbnail.Store {
	return bound[thumbnail.Reader, thumbnail.Writer]{s,
		func(t journaldb.Tx) thumbnail.Reader { return thumbnailTx{t} },
		func(t journaldb.Tx) thumbnail.Writer { return thumbnailTx{t} }}
}

// thumbnailTx asks and changes addresses and pictures inside a transaction.
type thumbnailTx struct{ journaldb.Tx }

var _ thumbnail.Writer = thumbnailTx{}

// Waiting implements thumbnail.Reader.
func (t thumbnailTx) Waiting(ctx context.Context) (due bool, err error) {
	err = t.One(ctx, `select exists (select 1 from thumbnail d where d.state = 'waiting' and d.due_at <= $1 and d.leased_until <= $1)`, []any{db.Micros(t.Now())}, &due)
	return due, err
}

// Refused implements thumbnail.Reader.
func (t thumbnailTx) Refused(ctx context.Context, addresses []string, limit int) ([]thumbnail.Refusal, error) {
	w := where{}
	w.and("x.state = 'refused'")
	if len(addresses) > 0 {
		w.and("x.address in ("+named("?")+")", jsonArray(addresses))
	}
	query := `
		select x.address, x.due_at, x.trouble, x.params, coalesce((select min(r.ark) from resource r where r.thumbnail = x.address and r.thumbnail <> ''), ''),
			coalesce((select r.title from resource r where r.thumbnail = x.address and r.thumbnail <> '' order by r.ark limit 1), ''),
			(select count(*) from resource r where r.thumbnail = x.address and r.thumbnail <> '')
		from thumbnail x where ` + w.String() + w.bind(` order by x.due_at desc, x.address limit ?`, limit)
	return list(ctx, t.Tx, db.For(t.Engine, query), w.args, func(row db.Row) (x thumbnail.Refusal, err error) {
		var at int64
		var code, params string
		err = row.Scan(&x.Address, &at, &code, &params, &x.ARK, &x.Title, &x.Others)
		x.At, x.Others, x.Trouble = db.FromMicros(at), max(x.Others-1, 0), troubleOf(code, params)
		return x, err
	})
}

// troubleOf is a fault as it was kept. Its numbers are whole ones.
func troubleOf(code, params string) error {
	var list []any
	if err := json.Unmarshal([]byte(params), &list); err != nil {
		list = nil
	}
	for i, p := range list {
		if n, ok := p.(float64); ok {
			list[i] = int(n)
		}
	}
	return fault.New(fault.Invalid, code, list...)
}

var noPicture = fault.New(fault.NotFound, "thumbnail.unknown")

// Picture implements thumbnail.Reader.
func (t thumbnailTx) Picture(ctx context.Context, hash string) ([]byte, error) {
	return one(ctx, t.Tx, `select p.body from picture p where p.hash = $1`, []any{hash}, func(row db.Row) (body []byte, err error) {
		err = row.Scan(&body)
		return body, err
	}, noPicture)
}

// Claim implements thumbnail.Writer.
func (t thumbnailTx) Claim(ctx context.Context, worker string, until time.Time) (task thumbnail.Task, found bool, err error) {
	err = t.One(ctx, db.For(t.Engine, `
		update thumbnail set worker = $1, leased_until = $2
		where address = (select d.address from thumbnail d where d.state = 'waiting' and d.due_at <= $3 and d.leased_until <= $3
			order by d.due_at, d.address limit 1 /*postgres: for update skip locked */)
		returning address, tries`), []any{worker, db.Micros(until), db.Micros(t.Now())}, &task.Address, &task.Tries)
	if db.IsNoRow(err) {
		return task, false, nil
	}
	return task, err == nil, err
}

// Keep implements thumbnail.Writer. A picture stays as long as there is no newer one: a site that is down for a day takes none away.
func (t thumbnailTx) Keep(ctx context.Context, worker string, task thumbnail.Task, o thumbnail.Outcome) (bool, error) {
	now := t.Now()
	if o.Trouble != nil {
		params, err := asJSON(o.Trouble.Params)
		if err != nil {
			return false, err
		}
		state, due := "refused", now
		if o.Again > 0 {
			state, due = "waiting", now.Add(o.Again)
		}
		n, err := t.Exec(ctx, `
			update thumbnail set state = $3, trouble = $4, params = $5, tries = tries + 1, due_at = $6, worker = '', leased_until = 0 where address = $1 and worker = $2`,
			task.Address, worker, state, o.Trouble.Code, params, db.Micros(due))
		return n == 1, err
	}
	small, err := t.keepPicture(ctx, o.Small)
	if err != nil {
		return false, err
	}
	large, err := t.keepPicture(ctx, o.Large)
	if err != nil {
		return false, err
	}
	n, err := t.Exec(ctx, `
		update thumbnail set state = 'kept', small = $3, large = $4, trouble = '', params = '[]', tries = 0, due_at = $5, worker = '', leased_until = 0
		where address = $1 and worker = $2`, task.Address, worker, small, large, db.Micros(now))
	return n == 1, err
}

func (t thumbnailTx) keepPicture(ctx context.Context, body []byte) (string, error) {
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	_, err := t.Exec(ctx, `insert into picture (hash, body) values ($1, $2) on conflict (hash) do nothing`, hash, body)
	return hash, err
}

// Retry implements thumbnail.Writer.
func (t thumbnailTx) Retry(ctx context.Context, address string) error {
	n, err := t.Exec(ctx, `update thumbnail set state = 'waiting', tries = 0, due_at = $2 where address = $1 and state = 'refused'`, address, db.Micros(t.Now()))
	if err == nil && n == 0 {
		return noPicture
	}
	return err
}

// Sweep implements thumbnail.Writer.
func (t thumbnailTx) Sweep(ctx context.Context, limit int) (int, error) {
	n, err := t.Exec(ctx, `
		delete from thumbnail where address in (select x.address from thumbnail x
			where not exists (select 1 from resource r where r.thumbnail = x.address and r.thumbnail <> '') limit $1)`, limit)
	if err != nil {
		return int(n), err
	}
	m, err := t.Exec(ctx, `
		delete from picture where hash in (select p.hash from picture p
			where not exists (select 1 from thumbnail x where x.small = p.hash) and not exists (select 1 from thumbnail x where x.large = p.hash) limit $1)`, limit)
	return int(max(n, m)), err
}
