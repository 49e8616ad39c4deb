package store

import (
	"context"
	"slices"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
)

const sessionColumns = `s.id, s.project, s.person, s.school, s.profile, s.upstream, s.portal_index, s.started_at, s.seen_at, s.ended_at`

func scanSession(row db.Row) (s federation.Session, err error) {
	err = row.Scan(sessionFields(&s)...)
	return s, err
}

// sessionFields are the destinations of sessionColumns.
func sessionFields(s *federation.Session) []any {
	return []any{&s.ID, &s.Project, &s.Person, &s.School, &s.Profile, &s.Upstream, &s.Index,
		(*instant)(&s.Started), (*instant)(&s.Seen), (*instant)(&s.Ended)}
}

var noSession = fault.New(fault.NotFound, "federation.session.none")

// FindSession implements federation.Reader.
func (t federationTx) FindSession(ctx context.Context, token federation.Hash) (federation.Session, error) {
	return one(ctx, t.Tx, `select `+sessionColumns+` from session s where s.token = $1`, []any{string(token)}, scanSession, noSession)
}

// FindPresence implements federation.Reader in one question: every page asks it first.
func (t federationTx) FindPresence(ctx context.Context, token federation.Hash) (federation.Presence, error) {
	var found federation.Presence
	err := t.Each(ctx, `
		select `+sessionColumns+`, p.id, p.project, p.external, p.family_name, p.given_name, p.civility, p.mails,
			e.school, e.project, e.uai, e.name, e.town, e.nature, e.degree, a.profile
		from session s join person p on p.id = s.person
		join attachment a on a.person = s.person and a.until = '' join school e on e.school = a.school and e.project = s.project
		where s.token = $1 order by e.name, e.school, a.profile desc`, []any{string(token)}, func(row db.Row) error {
		var at federation.Place
		err := row.Scan(slices.Concat(sessionFields(&found.Session), personFields(&found.Person), schoolFields(&at.School), []any{&at.Profile})...)
		found.Places = append(found.Places, at)
		return err
	})
	if err == nil && len(found.Places) == 0 {
		err = noSession
	}
	return found, err
}

// SessionsByIndex implements federation.Reader.
func (t federationTx) SessionsByIndex(ctx context.Context, project directory.ProjectID, index federation.Hash) ([]federation.Session, error) {
	return list(ctx, t.Tx, `select `+sessionColumns+` from session s where s.project = $1 and s.portal_index = $2 and s.portal_index <> '' and s.ended_at = 0`,
		[]any{string(project), string(index)}, scanSession)
}

// SessionsOf implements federation.Reader.
func (t federationTx) SessionsOf(ctx context.Context, project directory.ProjectID, person directory.PersonID) ([]federation.Session, error) {
	return list(ctx, t.Tx, `select `+sessionColumns+` from session s where s.project = $1 and s.person = $2 and s.ended_at = 0 order by s.id`,
		[]any{string(project), string(person)}, scanSession)
}

// AddSession implements federation.Writer.
func (t federationTx) AddSession(ctx context.Context, act journal.ActID, s federation.Session, token federation.Hash) error {
	_, err := t.Exec(ctx, `
		insert into session (project, person, id, token, upstream, portal_index, school, profile, started_at, seen_at, act)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		string(s.Project), string(s.Person), string(s.ID), string(token), s.Upstream, string(s.Index), string(s.School), string(s.Profile),
		db.Micros(s.Started), db.Micros(s.Seen), string(act))
	return err
}

// MoveSession implements federation.Writer.
func (t federationTx) MoveSession(ctx context.Context, act journal.ActID, s federation.Session, to federation.Place) error {
	_, err := t.Exec(ctx, `update session set school = $4, profile = $5, act = $6 where project = $1 and person = $2 and id = $3`,
		string(s.Project), string(s.Person), string(s.ID), string(to.School.ID), string(to.Profile), string(act))
	return err
}

// EndSession implements federation.Writer.
func (t federationTx) EndSession(ctx context.Context, act journal.ActID, s federation.Session) (bool, error) {
	n, err := t.Exec(ctx, `update session set ended_at = $4, act = $5 where project = $1 and person = $2 and id = $3 and ended_at = 0`,
		string(s.Project), string(s.Person), string(s.ID), db.Micros(t.Now()), string(act))
	return n == 1, err
}

// SetToken implements federation.Writer. The guard is the token that it had.
func (t federationTx) SetToken(ctx context.Context, s federation.Session, old, token federation.Hash) (bool, error) {
	n, err := t.Exec(ctx, `update session set token = $5 where project = $1 and person = $2 and id = $3 and token = $4 and ended_at = 0`,
		string(s.Project), string(s.Person), string(s.ID), string(old), string(token))
	return n == 1, err
}

// SeeSession implements federation.Writer.
func (t federationTx) SeeSession(ctx context.Context, s federation.Session) error {
	_, err := t.Exec(ctx, `update session set seen_at = $4 where project = $1 and person = $2 and id = $3 and seen_at < $4`,
		string(s.Project), string(s.Person), string(s.ID), db.Micros(t.Now()))
	return err
}

// Sweep implements federation.Writer.
func (t federationTx) Sweep(ctx context.Context, before time.Time, limit int) (int, error) {
	// What hangs on a session goes before it, so that a sweep cut short leaves nothing behind.
	const old = `(select s.project, s.person, s.id from session s where s.started_at < $1 order by s.started_at limit $2)`
	if _, err := t.Exec(ctx, `delete from visit where (project, person, session) in `+old, db.Micros(before), limit); err != nil {
		return 0, err
	}
	if _, err := t.Exec(ctx, `delete from said_once where until < $1`, db.Micros(t.Now())); err != nil {
		return 0, err
	}
	n, err := t.Exec(ctx, `delete from session where (project, person, id) in `+old, db.Micros(before), limit)
	return int(n), err
}

// TakeOnce implements federation.Writer. The key is the whole of "once".
func (t federationTx) TakeOnce(ctx context.Context, project directory.ProjectID, hash federation.Hash, until time.Time) (bool, error) {
	n, err := t.Exec(ctx, `insert into said_once (project, hash, until) values ($1, $2, $3) on conflict do nothing`, string(project), string(hash), db.Micros(until))
	return n == 1, err
}

// instant is a moment as a column keeps it: microseconds, 0 for none.
type instant time.Time

// Scan implements sql.Scanner.
func (i *instant) Scan(v any) error {
	n, _ := v.(int64)
	*i = instant(db.FromMicros(n))
	return nil
}
