package store

import (
	"context"
	"time"

	"pupitre/exos"
	"pupitre/internal/db"
	"pupitre/journal"
)

func scanPublisher(row db.Row) (p exos.Publisher, err error) {
	err = row.Scan(&p.ID, &p.Name, &p.Prefix)
	return p, err
}

// PublisherByID implements exos.PressReader.
func (t exosTx) PublisherByID(ctx context.Context, p exos.PublisherID) (exos.Publisher, error) {
	return one(ctx, t, `select id, name, prefix from publisher where id = $1`, []any{string(p)}, scanPublisher)
}

// Publishers implements exos.PressReader.
func (t exosTx) Publishers(ctx context.Context) ([]exos.Publisher, error) {
	return list(ctx, t, `select id, name, prefix from publisher order by name, id`, nil, scanPublisher)
}

// AddPublisher implements exos.PressWriter.
func (t exosTx) AddPublisher(ctx context.Context, act journal.ActID, p exos.Publisher) error {
	_, err := t.Exec(ctx, `insert into publisher (id, name, prefix, created_at, act) values ($1, $2, $3, $4, $5)`,
		string(p.ID), p.Name, string(p.Prefix), db.Micros(t.Now()), string(act))
	return err
}

const keyColumns = `k.id, k.publisher, k.name, k.hash, k.ends_at, k.revoked_at`

func scanKey(row db.Row) (k exos.PublisherKey, err error) {
	var ends, revoked int64
	err = row.Scan(&k.ID, &k.Publisher, &k.Name, &k.Hash, &ends, &revoked)
	k.Ends = db.FromMicros(ends)
	if revoked != 0 {
		k.RevokedAt = db.FromMicros(revoked)
	}
	return k, err
}

// PublisherKeyHashed implements exos.PressReader.
func (t exosTx) PublisherKeyHashed(ctx context.Context, hash string) (exos.PublisherKey, error) {
	return one(ctx, t, `select `+keyColumns+` from publisher_key k where k.hash = $1`, []any{hash}, scanKey)
}

// PublisherKeys implements exos.PressReader.
func (t exosTx) PublisherKeys(ctx context.Context, p exos.PublisherID) ([]exos.PublisherKey, error) {
	return list(ctx, t, `select `+keyColumns+` from publisher_key k where k.publisher = $1 order by k.id desc`, []any{string(p)}, scanKey)
}

// AddPublisherKey implements exos.PressWriter.
func (t exosTx) AddPublisherKey(ctx context.Context, act journal.ActID, k exos.PublisherKey) error {
	_, err := t.Exec(ctx, `insert into publisher_key (id, publisher, name, hash, ends_at, created_at, act) values ($1, $2, $3, $4, $5, $6, $7)`,
		string(k.ID), string(k.Publisher), k.Name, k.Hash, db.Micros(k.Ends), db.Micros(t.Now()), string(act))
	return err
}

// RevokePublisherKey implements exos.PressWriter.
func (t exosTx) RevokePublisherKey(ctx context.Context, act journal.ActID, k exos.PublisherKeyID) error {
	n, err := t.Exec(ctx, `update publisher_key set revoked_at = case when revoked_at = 0 then $2 else revoked_at end, act = $3 where id = $1`,
		string(k), db.Micros(t.Now()), string(act))
	if err == nil && n == 0 {
		err = errNone
	}
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `delete from publisher_session where key = $1`, string(k))
	return err
}

// PublisherSession implements exos.PressReader.
func (t exosTx) PublisherSession(ctx context.Context, hash string) (exos.PublisherKey, error) {
	return one(ctx, t, `select `+keyColumns+` from publisher_session s join publisher_key k on k.id = s.key where s.hash = $1 and s.ends_at > $2`,
		[]any{hash, db.Micros(t.Now())}, scanKey)
}

// AddPublisherSession implements exos.PressWriter.
func (t exosTx) AddPublisherSession(ctx context.Context, act journal.ActID, hash string, k exos.PublisherKeyID, ends time.Time) error {
	_, err := t.Exec(ctx, `insert into publisher_session (hash, key, ends_at, act) values ($1, $2, $3, $4)`, hash, string(k), db.Micros(ends), string(act))
	return err
}

// EndPublisherSession implements exos.PressWriter.
func (t exosTx) EndPublisherSession(ctx context.Context, hash string) error {
	_, err := t.Exec(ctx, `delete from publisher_session where hash = $1`, hash)
	return err
}

// ModulesUnder implements exos.PressReader.
func (t exosTx) ModulesUnder(ctx context.Context, prefix exos.ARK) ([]exos.Module, error) {
	return list(ctx, t, `select `+moduleColumns+` from module m where substr(m.ark, 1, $2) = $1 order by m.title, m.id`,
		[]any{string(prefix), len(prefix)}, scanModule)
}

// UseOf implements exos.PressReader. A pupil who has left is counted no more: their work went with them.
func (t exosTx) UseOf(ctx context.Context, m exos.ModuleID, v exos.VersionID) (out exos.Use, err error) {
	out.Versions, err = list(ctx, t, `
		select v.version, v.number, v.language, v.published_at, v.total, coalesce(p.pupils, 0)
		from module_version v left join (
			select x.version as version, count(*) as pupils from place x join learner l on l.id = x.learner
			where x.module = $1 and l.profile = 'pupil' group by x.version
		) p on p.version = v.version
		where v.module = $1 order by v.number desc`, []any{string(m)}, func(row db.Row) (c exos.VersionCount, err error) {
		var published int64
		err = row.Scan(&c.ID, &c.Number, &c.Language, &published, &c.Total, &c.Pupils)
		c.Module, c.PublishedAt = m, db.FromMicros(published)
		return c, err
	})
	if err != nil {
		return out, err
	}
	for _, c := range out.Versions {
		out.Pupils += c.Pupils // a place is one per learner and module
	}
	out.Exercises, err = list(ctx, t, `
		select n.exercise, e.title, coalesce(k.pupils, 0), coalesce(k.success, 0), coalesce(k.tries, 0)
		from version_line n join exercise e on e.id = n.exercise left join (
			select x.exercise as exercise, count(*) as pupils, sum(x.tries) as tries,
				avg(case when x.maximum <= 0 or x.best <= 0 then 0.0 when x.best >= x.maximum then 1.0 else x.best / x.maximum end) as success
			from mark x join learner l on l.id = x.learner where x.module = $1 and l.profile = 'pupil' group by x.exercise
		) k on k.exercise = n.exercise
		where n.module = $1 and n.version = $2 order by n.position`, []any{string(m), string(v)}, func(row db.Row) (c exos.ExerciseCount, err error) {
		err = row.Scan(&c.Exercise, &c.Title, &c.Pupils, &c.Success, &c.Tries)
		return c, err
	})
	return out, err
}
