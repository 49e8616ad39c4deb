package store

import (
	"context"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
)

const browserColumns = `b.project, b.person, b.id, b.hash, b.before_hash, b.turned_at, b.name, b.session, b.since, b.used_at, b.until_at`

func scanBrowser(row db.Row) (b local.Browser, err error) {
	err = row.Scan(&b.Project, &b.Person, &b.ID, &b.Hash, &b.Before, (*instant)(&b.Turned), &b.Name, &b.Session, (*instant)(&b.Since),
		(*instant)(&b.Used), (*instant)(&b.Until))
	return b, err
}

// Browsers implements local.Reader.
func (t localTx) Browsers(ctx context.Context, project directory.ProjectID, person directory.PersonID) ([]local.Browser, error) {
	return list(ctx, t.Tx, `
		select `+browserColumns+` from local_browser b where b.project = $1 and b.person = $2 and b.until_at > $3 order by b.used_at desc, b.id`,
		[]any{string(project), string(person), db.Micros(t.Now())}, scanBrowser)
}

// FindBrowser implements local.Reader.
func (t localTx) FindBrowser(ctx context.Context, project directory.ProjectID, id local.BrowserID) (local.Browser, error) {
	return one(ctx, t.Tx, `select `+browserColumns+` from local_browser b where b.project = $1 and b.id = $2`,
		[]any{string(project), string(id)}, scanBrowser, fault.New(fault.NotFound, "local.browser.none"))
}

// AddBrowser implements local.Writer.
func (t localTx) AddBrowser(ctx context.Context, act journal.ActID, b local.Browser) error {
	_, err := t.Exec(ctx, `
		insert into local_browser (project, person, id, hash, turned_at, name, session, since, used_at, until_at, act)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		string(b.Project), string(b.Person), string(b.ID), string(b.Hash), db.Micros(b.Turned), b.Name, string(b.Session),
		db.Micros(b.Since), db.Micros(b.Used), db.Micros(b.Until), string(act))
	return err
}

// TurnBrowser implements local.Writer. The guard is the token that it had.
func (t localTx) TurnBrowser(ctx context.Context, b local.Browser, token federation.Hash, until time.Time) (bool, error) {
	n, err := t.Exec(ctx, `
		update local_browser set hash = $5, before_hash = $4, turned_at = $6, used_at = $6, until_at = $7
		where project = $1 and person = $2 and id = $3 and hash = $4`,
		string(b.Project), string(b.Person), string(b.ID), string(b.Hash), string(token), db.Micros(t.Now()), db.Micros(until))
	return n == 1, err
}

// SeatBrowser implements local.Writer.
func (t localTx) SeatBrowser(ctx context.Context, b local.Browser, session federation.SessionID) error {
	_, err := t.Exec(ctx, `update local_browser set session = $4 where project = $1 and person = $2 and id = $3`,
		string(b.Project), string(b.Person), string(b.ID), string(session))
	return err
}

// RemoveBrowser implements local.Writer.
func (t localTx) RemoveBrowser(ctx context.Context, _ journal.ActID, b local.Browser) error {
	_, err := t.Exec(ctx, `delete from local_browser where project = $1 and person = $2 and id = $3`, string(b.Project), string(b.Person), string(b.ID))
	return err
}

// ForgetBrowser implements federation.Writer.
func (t federationTx) ForgetBrowser(ctx context.Context, _ journal.ActID, s federation.Session) error {
	_, err := t.Exec(ctx, `delete from local_browser where project = $1 and person = $2 and session = $3`,
		string(s.Project), string(s.Person), string(s.ID))
	return err
}
