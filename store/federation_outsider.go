package store

import (
	"context"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/outsider"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/journal/journaldb"
)

// outsiderTx asks and changes the sessions of those who are in no school: of one project, in its own table.
type outsiderTx struct {
	journaldb.Tx
	project directory.ProjectID
	table   string
}

var _ outsider.Writer = outsiderTx{}

// FindPerson implements outsider.Reader.
func (t outsiderTx) FindPerson(ctx context.Context, external string) (directory.PersonID, error) {
	p, err := federationTx{t.Tx}.PersonByExternal(ctx, t.project, external)
	return p.ID, err
}

// FindSession implements outsider.Reader.
func (t outsiderTx) FindSession(ctx context.Context, hash federation.Hash) (outsider.Session, error) {
	return one(ctx, t.Tx, `select hash, person, started_at, seen_at from `+t.table+` where project = $1 and hash = $2`, []any{string(t.project), string(hash)},
		func(row db.Row) (s outsider.Session, err error) {
			err = row.Scan(&s.Hash, &s.Person, (*instant)(&s.Started), (*instant)(&s.Seen))
			return s, err
		}, fault.New(fault.NotFound, "federation.session.none"))
}

// addPerson adds somebody whom no portal has: fault.Conflict of the engine where the external identifier is another's.
func (t outsiderTx) addPerson(ctx context.Context, p directory.Person, secret directory.Secret) error {
	_, err := t.Exec(ctx, `
		insert into person (project, id, external, secondary, family_name, given_name, civility, mails, folded, secret, created_at)
		values ($1, $2, $3, '', $4, $5, $6, '[]', $7, $8, $9)`,
		string(t.project), string(p.ID), p.External, p.Name.Family, p.Name.Given, p.Name.Civility, p.Name.Sorting(), string(secret), db.Micros(t.Now()))
	return err
}

// TakeOnce implements outsider.Writer.
func (t outsiderTx) TakeOnce(ctx context.Context, project directory.ProjectID, hash federation.Hash, until time.Time) (bool, error) {
	return federationTx{t.Tx}.TakeOnce(ctx, project, hash, until)
}

// AddSession implements outsider.Writer.
func (t outsiderTx) AddSession(ctx context.Context, act journal.ActID, s outsider.Session) error {
	_, err := t.Exec(ctx, `insert into `+t.table+` (project, hash, person, started_at, seen_at, act) values ($1, $2, $3, $4, $5, $6)`,
		string(t.project), string(s.Hash), string(s.Person), db.Micros(s.Started), db.Micros(s.Seen), string(act))
	return err
}

// SeeSession implements outsider.Writer.
func (t outsiderTx) SeeSession(ctx context.Context, hash federation.Hash) error {
	_, err := t.Exec(ctx, `update `+t.table+` set seen_at = $3 where project = $1 and hash = $2 and seen_at < $3`, string(t.project), string(hash), db.Micros(t.Now()))
	return err
}

// EndSession implements outsider.Writer.
func (t outsiderTx) EndSession(ctx context.Context, hash federation.Hash) error {
	_, err := t.Exec(ctx, `delete from `+t.table+` where project = $1 and hash = $2`, string(t.project), string(hash))
	return err
}

// EndSessions implements outsider.Writer.
func (t outsiderTx) EndSessions(ctx context.Context, person directory.PersonID) error {
	_, err := t.Exec(ctx, `delete from `+t.table+` where project = $1 and person = $2`, string(t.project), string(person))
	return err
}

// SweepSessions implements outsider.Writer.
func (t outsiderTx) SweepSessions(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := t.Exec(ctx, `
		delete from `+t.table+` where (project, hash) in
			(select s.project, s.hash from `+t.table+` s where s.started_at < $1 order by s.started_at limit $2)`, db.Micros(before), limit)
	return int(n), err
}
