package store

import (
	"context"
	"time"

	"pupitre/exos"
	"pupitre/exos/lti"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// LTI is the same database as platforms' launches use it.
func (s *Store) LTI() lti.Store { return launches{s} }

// launches is a lti.Store.
type launches struct{ store *Store }

func (l launches) Read(ctx context.Context, f func(ctx context.Context, r lti.Reader) error) error {
	return l.store.DB.Read(ctx, func(ctx context.Context, t *db.Tx) error { return f(ctx, ltiTx{l.store.tx(t)}) })
}

func (l launches) Write(ctx context.Context, f func(ctx context.Context, w lti.Writer) error) error {
	return l.store.DB.Write(ctx, func(ctx context.Context, t *db.Tx) error { return f(ctx, ltiTx{l.store.tx(t)}) })
}

// ltiTx asks and changes what launches need.
type ltiTx struct{ exosTx }

var _ lti.Writer = ltiTx{}

// Platforms implements lti.Reader.
func (t ltiTx) Platforms(ctx context.Context) ([]lti.Platform, error) {
	return list(ctx, t.exosTx, `
		select id, name, issuer, client, deployments, authorize, token, keys_at, opens, last_day from lti_platform order by name, id`, nil,
		func(row db.Row) (p lti.Platform, err error) {
			var until day
			err = row.Scan(&p.ID, &p.Name, &p.Issuer, &p.ClientID, unpacked{&p.Deployments}, &p.Authorize, &p.Token, &p.Keys, unpacked{&p.Opens}, &until)
			p.Until = clock.Date(until)
			return p, err
		})
}

// AddPlatform implements lti.Writer.
func (t ltiTx) AddPlatform(ctx context.Context, act journal.ActID, p lti.Platform) (bool, error) {
	deployments, err := packed(p.Deployments)
	if err != nil {
		return false, err
	}
	opens, err := packed(p.Opens)
	if err != nil {
		return false, err
	}
	n, err := t.Exec(ctx, `
		insert into lti_platform (id, name, issuer, client, deployments, authorize, token, keys_at, opens, last_day, created_at, act)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (issuer, client) do nothing`,
		string(p.ID), p.Name, p.Issuer, p.ClientID, deployments, p.Authorize, p.Token, p.Keys, opens, p.Until.String(), db.Micros(t.Now()), string(act))
	return n == 1, err
}

// DropPlatform implements lti.Writer.
func (t ltiTx) DropPlatform(ctx context.Context, _ journal.ActID, p lti.PlatformID) error {
	n, err := t.Exec(ctx, `delete from lti_platform where id = $1`, string(p))
	if err == nil && n == 0 {
		err = errNone
	}
	for _, table := range []string{"lti_grade", "lti_context"} {
		if err == nil {
			_, err = t.Exec(ctx, `delete from `+table+` where platform = $1`, string(p))
		}
	}
	return err
}

// AddWaiting implements lti.Writer.
func (t ltiTx) AddWaiting(ctx context.Context, hash, body string, ends time.Time) error {
	_, err := t.Exec(ctx, `insert into lti_waiting (hash, body, ends_at) values ($1, $2, $3)`, hash, body, db.Micros(ends))
	return err
}

// Waiting implements lti.Writer.
func (t ltiTx) Waiting(ctx context.Context, hash string) (string, error) {
	return one(ctx, t.exosTx, `select body from lti_waiting where hash = $1 and ends_at > $2`, []any{hash, db.Micros(t.Now())}, scanText)
}

func scanText(row db.Row) (s string, err error) {
	err = row.Scan(&s)
	return s, err
}

// TakeWaiting implements lti.Writer. Of many who take at once one has the row.
func (t ltiTx) TakeWaiting(ctx context.Context, hash string) (body string, err error) {
	err = t.One(ctx, `delete from lti_waiting where hash = $1 and ends_at > $2 returning body`, []any{hash, db.Micros(t.Now())}, &body)
	if db.IsNoRow(err) {
		err = errNone
	}
	return body, err
}

// Keys implements lti.Reader.
func (t ltiTx) Keys(ctx context.Context) ([]lti.Key, error) {
	return list(ctx, t.exosTx, `select serial, id, from_at, private from lti_key order by serial`, nil, func(row db.Row) (k lti.Key, err error) {
		var from int64
		err = row.Scan(&k.Serial, &k.ID, &from, &k.Private)
		k.From = db.FromMicros(from)
		return k, err
	})
}

// AddKey implements lti.Writer.
func (t ltiTx) AddKey(ctx context.Context, k lti.Key, before time.Time) (bool, error) {
	n, err := t.Exec(ctx, `insert into lti_key (serial, id, from_at, private) values ($1, $2, $3, $4) on conflict (serial) do nothing`,
		k.Serial, k.ID, db.Micros(k.From), k.Private)
	if err == nil {
		_, err = t.Exec(ctx, `delete from lti_key where from_at < $1 and serial < $2`, db.Micros(before), k.Serial)
	}
	return n == 1, err
}

// Contexts implements lti.Reader.
func (t ltiTx) Contexts(ctx context.Context, school string, codes []string) ([]lti.Context, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	in, args := listed([]any{school}, codes)
	return list(ctx, t.exosTx, `select school, code, platform, members from lti_context where school = $1 and code in (`+in+`) order by code`, args,
		func(row db.Row) (c lti.Context, err error) {
			err = row.Scan(&c.School, &c.Code, &c.Platform, &c.Members)
			return c, err
		})
}

// PutContext implements lti.Writer. A launch that does not say where members are asked for takes nothing away.
func (t ltiTx) PutContext(ctx context.Context, c lti.Context) error {
	_, err := t.Exec(ctx, `
		insert into lti_context (school, code, platform, members, seen_at) values ($1, $2, $3, $4, $5)
		on conflict (school, code) do update set seen_at = excluded.seen_at,
			members = case when excluded.members = '' then lti_context.members else excluded.members end, platform = excluded.platform`,
		c.School, c.Code, string(c.Platform), c.Members, db.Micros(t.Now()))
	return err
}

const gradeColumns = `g.learner, l.subject, g.platform, g.link, g.module, g.exercise, g.title, g.item, g.items, g.owed_at, g.tries, g.told`

func scanGrade(row db.Row) (g lti.Grade, err error) {
	var owed int64
	err = row.Scan(&g.Learner, &g.Subject, &g.Platform, &g.Link, &g.Module, &g.Exercise, &g.Title, &g.Item, &g.Items, &owed, &g.Tries, &g.Told)
	g.OwedAt = db.FromMicros(owed)
	return g, err
}

// PutGrade implements lti.Writer.
func (t ltiTx) PutGrade(ctx context.Context, g lti.Grade) error {
	_, err := t.Exec(ctx, `
		insert into lti_grade (learner, platform, link, module, exercise, title, item, items) values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (learner, platform, link) do update set
			module = excluded.module, exercise = excluded.exercise, title = excluded.title, items = excluded.items,
			item = case when excluded.item = '' then lti_grade.item else excluded.item end`,
		string(g.Learner), string(g.Platform), g.Link, string(g.Module), string(g.Exercise), g.Title, g.Item, g.Items)
	return err
}

// Owe implements exos.WorkWriter. What is owed already goes on being owed since then, and is due no later.
func (t exosTx) Owe(ctx context.Context, l exos.LearnerID, m exos.ModuleID, e exos.ExerciseID) error {
	_, err := t.Exec(ctx, `
		update lti_grade set due_at = case when owed_at = 0 then $4 else due_at end, owed_at = case when owed_at = 0 then $4 else owed_at end, owed_last = $4
		where learner = $1 and module = $2 and (exercise = '' or exercise = $3)`, string(l), string(m), string(e), db.Micros(t.Now()))
	return err
}

// GradesDue implements lti.Reader.
func (t ltiTx) GradesDue(ctx context.Context, limit int) ([]lti.Grade, error) {
	return list(ctx, t.exosTx, `
		select `+gradeColumns+` from lti_grade g join learner l on l.id = g.learner
		where g.owed_at > 0 and g.due_at <= $1 and g.leased_until <= $1 order by g.due_at limit $2`, []any{db.Micros(t.Now()), limit}, scanGrade)
}

// LeaseGrade implements lti.Writer. What is owed from now on is owed anew.
func (t ltiTx) LeaseGrade(ctx context.Context, g lti.Grade, until time.Time) (bool, error) {
	n, err := t.Exec(ctx, `
		update lti_grade set leased_until = $4, owed_last = 0
		where learner = $1 and platform = $2 and link = $3 and owed_at > 0 and due_at <= $5 and leased_until <= $5`,
		string(g.Learner), string(g.Platform), g.Link, db.Micros(until), db.Micros(t.Now()))
	return n == 1, err
}

// GradeTold implements lti.Writer.
func (t ltiTx) GradeTold(ctx context.Context, g lti.Grade) error {
	_, err := t.Exec(ctx, `
		update lti_grade set owed_at = owed_last, due_at = owed_last, leased_until = 0, tries = 0, told = $4, item = $5
		where learner = $1 and platform = $2 and link = $3`, string(g.Learner), string(g.Platform), g.Link, g.Told, g.Item)
	return err
}

// GradeLater implements lti.Writer.
func (t ltiTx) GradeLater(ctx context.Context, g lti.Grade, due time.Time) error {
	_, err := t.Exec(ctx, `update lti_grade set due_at = $4, leased_until = 0, tries = tries + 1, item = $5 where learner = $1 and platform = $2 and link = $3`,
		string(g.Learner), string(g.Platform), g.Link, db.Micros(due), g.Item)
	return err
}

// Earned implements lti.Reader. Of a module it is what the learner's own edition has.
func (t ltiTx) Earned(ctx context.Context, l exos.LearnerID, m exos.ModuleID, e exos.ExerciseID) (out lti.Earned, err error) {
	var begun, answered int64
	err = t.One(ctx, `
		select coalesce(min(started_at), 0), coalesce(max(answered_at), 0) from attempt
		where learner = $1 and module = $2 and ($3 = '' or exercise = $3) and answered_at > 0`, []any{string(l), string(m), string(e)}, &begun, &answered)
	out.Begun, out.Answered = db.FromMicros(begun), db.FromMicros(answered)
	if err != nil {
		return out, err
	}
	if e == "" {
		all, err := t.Progress(ctx, l, []exos.ModuleID{m})
		for _, p := range all {
			if p.Module.ID == m {
				out.Best, out.Max, out.Done, out.Total = p.Best, p.Max, p.Done, p.Total
			}
		}
		return out, err
	}
	mark, err := t.MarkOf(ctx, l, m, e)
	if fault.Is(err, fault.NotFound) {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	out.Best, out.Max, out.Done, out.Total = mark.Best, mark.Max, 1, 1
	latest, err := t.LatestAttempt(ctx, l, "", e)
	if fault.Is(err, fault.NotFound) {
		return out, nil
	}
	out.Ended = latest.Ended
	return out, err
}

// SweepLTI implements lti.Writer. A group that was there before anybody noted when it was seen is seen now.
func (t ltiTx) SweepLTI(ctx context.Context, before, unseen time.Time) (int64, error) {
	var n int64
	for _, q := range []struct {
		query string
		args  []any
	}{
		{`delete from lti_waiting where ends_at < $1`, []any{db.Micros(before)}},
		{`update lti_context set seen_at = $1 where seen_at = 0`, []any{db.Micros(t.Now())}},
		{`delete from membership where kind = $2 and (school, code) in (select school, code from lti_context where seen_at < $1)`,
			[]any{db.Micros(unseen), string(exos.Group)}},
		{`delete from lti_context where seen_at < $1`, []any{db.Micros(unseen)}},
	} {
		gone, err := t.Exec(ctx, q.query, q.args...)
		if err != nil {
			return 0, err
		}
		n += gone
	}
	return n, nil
}
