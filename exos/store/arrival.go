package store

import (
	"context"
	"fmt"
	"time"

	"pupitre/exos"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/journal"
)

const learnerColumns = `l.id, l.issuer, l.subject, l.school, l.profile, l.given_name, l.cohorts, l.seen_at`

// learnerScan lists where the columns of a learner go.
func learnerScan(l *exos.Learner, seen *int64) []any {
	return []any{&l.ID, &l.Issuer, &l.Subject, &l.School, &l.Profile, &l.GivenName, unpacked{&l.Cohorts}, seen}
}

// Session implements exos.ArrivalReader.
func (t exosTx) Session(ctx context.Context, hash string) (exos.Here, error) {
	var all []exos.Here
	var own []exos.Cohort
	var rights []exos.Right
	err := t.Ask(ctx, db.Question{Query: `
		select s.hash, s.learner, s.upstream, s.sealed, s.started_at, s.ends_at, l.rights_at, l.stale_at,
			exists (select 1 from module m where m.school = l.school and m.owner <> ''), ` + learnerColumns + `
		from session s join learner l on l.id = s.learner where s.hash = $1`, Args: []any{hash},
		Scan: func(row db.Row) error {
			var h exos.Here
			var started, ends, asked, stale, seen int64
			s := &h.Session
			err := row.Scan(append([]any{&s.Hash, &s.Learner, &s.Upstream, &s.Sealed, &started, &ends, &asked, &stale, &h.Owned}, learnerScan(&h.Learner, &seen)...)...)
			s.StartedAt, s.EndsAt, h.Learner.SeenAt = db.FromMicros(started), db.FromMicros(ends), db.FromMicros(seen)
			h.RightsAt, h.StaleAt = db.FromMicros(asked), db.FromMicros(stale)
			all = append(all, h)
			return err
		},
	}, db.Question{Query: `
		select m.code, m.label from session s join learner l on l.id = s.learner join membership m on m.learner = l.id and m.school = l.school and m.kind = $2
		where s.hash = $1
		union select g.id, g.label from session s join learner l on l.id = s.learner join own_group g on g.owner = l.id and g.school = l.school
		where s.hash = $1 order by 2, 1`, Args: []any{hash, string(exos.Own)},
		Scan: func(row db.Row) error {
			c := exos.Cohort{Kind: exos.Own}
			err := row.Scan(&c.Code, &c.Label)
			own = append(own, c)
			return err
		},
	}, db.Question{Query: `
		select r.ark, r.title, r.first_day, r.last_day, r.opens_at, r.closes_at, r.status, r.why
		from session s join learner_right r on r.learner = s.learner where s.hash = $1 order by r.ark`, Args: []any{hash},
		Scan: func(row db.Row) error {
			r, err := scanRight(row)
			rights = append(rights, r)
			return err
		},
	})
	if err == nil && len(all) == 0 {
		err = errNone
	}
	if err != nil {
		return exos.Here{}, err
	}
	here := all[0]
	here.Learner.Cohorts, here.Rights = append(here.Learner.Cohorts, own...), rights
	return here, nil
}

// LearnerCalled implements exos.ArrivalReader.
func (t exosTx) LearnerCalled(ctx context.Context, issuer string, subject exos.Pseudonym) (exos.Learner, error) {
	return one(ctx, t, `select `+learnerColumns+` from learner l where l.issuer = $1 and l.subject = $2`, []any{issuer, string(subject)},
		func(row db.Row) (l exos.Learner, err error) {
			var seen int64
			err = row.Scan(learnerScan(&l, &seen)...)
			l.SeenAt = db.FromMicros(seen)
			return l, err
		})
}

func scanRight(row db.Row) (r exos.Right, err error) {
	var opens, closes int64
	err = row.Scan(&r.ARK, &r.Title, (*day)(&r.Start), (*day)(&r.End), &opens, &closes, &r.Status, &r.Why)
	r.Opens, r.Closes = db.FromMicros(opens), db.FromMicros(closes)
	return r, err
}

// PutLearner implements exos.ArrivalWriter. Memberships are written again only when they changed: most sign-ins change nothing.
func (t exosTx) PutLearner(ctx context.Context, act journal.ActID, c exos.Claims) (exos.LearnerID, error) {
	cohorts, err := packed(c.Cohorts)
	if err != nil {
		return "", err
	}
	var before string
	err = t.One(ctx, `select school || ' ' || profile || ' ' || cohorts from learner where issuer = $1 and subject = $2`,
		[]any{c.Issuer, string(c.Subject)}, &before)
	if err != nil && !db.IsNoRow(err) {
		return "", err
	}
	var learner exos.LearnerID
	err = t.One(ctx, `
		insert into learner (id, issuer, subject, school, profile, given_name, cohorts, created_at, seen_at, act)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)
		on conflict (issuer, subject) do update set
			school = excluded.school, profile = excluded.profile, given_name = excluded.given_name, cohorts = excluded.cohorts,
			seen_at = excluded.seen_at, act = excluded.act
		returning id`,
		[]any{t.IDs.New(), c.Issuer, string(c.Subject), c.School, string(c.Profile), c.GivenName, cohorts, db.Micros(t.Now()), string(act)}, &learner)
	if err != nil || before == c.School+" "+string(c.Profile)+" "+cohorts {
		return learner, err
	}
	return learner, t.putMemberships(ctx, learner, c)
}

func (t exosTx) putMemberships(ctx context.Context, l exos.LearnerID, c exos.Claims) error {
	if _, err := t.Exec(ctx, `delete from membership where learner = $1 and kind <> $2`, string(l), string(exos.Own)); err != nil {
		return err
	}
	for _, k := range c.Cohorts {
		if _, err := t.Exec(ctx, `
			insert into membership (school, kind, code, learner, label, pupil) values ($1, $2, $3, $4, $5, $6)
			on conflict (school, kind, code, learner) do nothing`,
			c.School, string(k.Kind), k.Code, string(l), k.Label, c.Profile == exos.Pupil); err != nil {
			return err
		}
	}
	return nil
}

// AddSession implements exos.ArrivalWriter.
func (t exosTx) AddSession(ctx context.Context, act journal.ActID, s exos.Session) error {
	_, err := t.Exec(ctx, `
		insert into session (hash, learner, upstream, sealed, started_at, ends_at, act) values ($1, $2, $3, $4, $5, $6, $7)`,
		s.Hash, string(s.Learner), s.Upstream, s.Sealed, db.Micros(s.StartedAt), db.Micros(s.EndsAt), string(act))
	return err
}

// EndSession implements exos.ArrivalWriter.
func (t exosTx) EndSession(ctx context.Context, _ journal.ActID, hash string) error {
	_, err := t.Exec(ctx, `delete from session where hash = $1`, hash)
	return err
}

// EndSessionsOf implements exos.ArrivalWriter. The issuer must be the learner's, so that one issuer cannot end another's sessions.
func (t exosTx) EndSessionsOf(ctx context.Context, _ journal.ActID, issuer string, subject exos.Pseudonym, upstream string) (int64, error) {
	if subject == "" && upstream == "" {
		return 0, fmt.Errorf("end sessions of nobody")
	}
	return t.Exec(ctx, `
		delete from session where ($3 = '' or upstream = $3)
			and learner in (select id from learner where issuer = $1 and ($2 = '' or subject = $2)
				and ($2 <> '' or id in (select learner from session where upstream = $3)))`,
		issuer, string(subject), upstream)
}

// Reseal implements exos.ArrivalWriter.
func (t exosTx) Reseal(ctx context.Context, hash string, sealed []byte) error {
	_, err := t.Exec(ctx, `update session set sealed = $2 where hash = $1`, hash, sealed)
	return err
}

// PutRights implements exos.ArrivalWriter.
func (t exosTx) PutRights(ctx context.Context, l exos.LearnerID, rights []exos.Right, asked time.Time) error {
	n, err := t.Exec(ctx, `update learner set rights_at = $2 where id = $1 and rights_at <= $2`, string(l), db.Micros(asked))
	if err != nil || n == 0 {
		return err
	}
	if _, err := t.Exec(ctx, `delete from learner_right where learner = $1`, string(l)); err != nil {
		return err
	}
	for _, r := range rights {
		if _, err := t.Exec(ctx, `
			insert into learner_right (learner, ark, title, first_day, last_day, opens_at, closes_at, status, why)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (learner, ark) do nothing`,
			string(l), string(r.ARK), r.Title, dayOf(r.Start), dayOf(r.End), db.Micros(r.Opens), db.Micros(r.Closes), string(r.Status), r.Why); err != nil {
			return err
		}
	}
	return nil
}

func dayOf(d clock.Date) string { return d.String() }

// StaleRights implements exos.ArrivalWriter.
func (t exosTx) StaleRights(ctx context.Context, issuer string, subject exos.Pseudonym) error {
	_, err := t.Exec(ctx, `update learner set stale_at = $3 where issuer = $1 and subject = $2`, issuer, string(subject), db.Micros(t.Now()))
	return err
}

// Heard implements exos.ArrivalWriter.
func (t exosTx) Heard(ctx context.Context, issuer, jti string, ends time.Time) (bool, error) {
	n, err := t.Exec(ctx, `insert into heard (issuer, jti, ends_at) values ($1, $2, $3) on conflict (issuer, jti) do nothing`,
		issuer, jti, db.Micros(ends))
	return n == 1, err
}

// MoveLearners implements exos.ArrivalWriter.
func (t exosTx) MoveLearners(ctx context.Context, act journal.ActID, from, to string) (int64, error) {
	return t.Exec(ctx, `
		update learner set issuer = $2, act = $3
		where issuer = $1 and not exists (select 1 from learner known where known.issuer = $2 and known.subject = learner.subject)`,
		from, to, string(act))
}

// Forget implements exos.ArrivalWriter. The journal keeps its entries, which name nobody (docs/contracts.md §6).
func (t exosTx) Forget(ctx context.Context, _ journal.ActID, issuer string, subject exos.Pseudonym) error {
	var l, school string
	err := t.One(ctx, `delete from learner where issuer = $1 and subject = $2 returning id, school`, []any{issuer, string(subject)}, &l, &school)
	if db.IsNoRow(err) {
		return nil
	}
	if err != nil {
		return err
	}
	// What a homework was before each change names neither its author nor a pupil to whom it was given. The second way is for who has
	// changed schools.
	if _, err := t.Exec(ctx, `
		update homework_version set state = replace(state, $1, '') where state like '%' || $1 || '%' and (school = $2 or homework in (
			select id from homework where author = $1 union select homework from homework_for where kind = 'person' and code = $1))`, l, school); err != nil {
		return err
	}
	for _, table := range []string{"session", "learner_right", "place", "attempt", "event", "handed", "mark", "membership", "notebook", "draft", "paper", "hand_mark", "guess", "lti_grade",
		"device", "device_code", "device_answer", "device_act", "device_report", "device_lent", "device_receipt", "device_share", "device_ready"} {
		if _, err := t.Exec(ctx, `delete from `+table+` where learner = $1`, l); err != nil {
			return err
		}
	}
	for _, q := range []string{
		`delete from statement_mention where (register, id) in (select register, id from statement where learner = $1)`,
		`delete from statement where learner = $1`,
		`delete from homework_for where kind = 'person' and code = $1`,
		`delete from membership where kind = 'own' and code in (select id from own_group where owner = $1)`,
		`delete from own_group where owner = $1`,
		`delete from share where owner = $1`,
		`delete from device_receipt where checked_by = $1`,
		// What a teacher gave stays for the pupils who have worked in it: closed, and nobody's.
		`update homework set author = '' where author = $1`,
		`update module set owner = '', current_version = '' where owner = $1`,
	} {
		if _, err := t.Exec(ctx, q, l); err != nil {
			return err
		}
	}
	return nil
}

// Sweep implements exos.ArrivalWriter.
func (t exosTx) Sweep(ctx context.Context, before time.Time) (int64, error) {
	var total int64
	for _, table := range []string{"session", "heard", "publisher_session", "device_code"} {
		n, err := t.Exec(ctx, `delete from `+table+` where ends_at < $1`, db.Micros(before))
		if err != nil {
			return 0, err
		}
		total += n
	}
	facts, err := t.Exec(ctx, `delete from outbox where at < $1`, db.Micros(before.Add(-factsKept)))
	return total + facts, err
}
