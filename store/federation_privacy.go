package store

import (
	"context"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/events"
	"pupitre/internal/db"
	"pupitre/journal"
)

// Acquaintances implements federation.Reader.
func (t federationTx) Acquaintances(ctx context.Context, project directory.ProjectID, person directory.PersonID) ([]federation.Acquaintance, error) {
	return list(ctx, t.Tx, `select sector, since from acquaintance where project = $1 and person = $2 order by sector`,
		[]any{string(project), string(person)}, func(row db.Row) (a federation.Acquaintance, err error) {
			err = row.Scan(&a.Sector, (*instant)(&a.Since))
			return a, err
		})
}

// Grades implements federation.Reader.
func (t federationTx) Grades(ctx context.Context, project directory.ProjectID, person directory.PersonID) ([]federation.Grade, error) {
	return list(ctx, t.Tx, `
		select k.school, coalesce(c.sector, ''), i.label, k.marked, k.given, k.maximum, k.remark, k.said_at, k.received_at
		from lti_score k join lti_lineitem i on i.school = k.school and i.id = k.item join lti_context x on x.school = i.school and x.id = i.context
		left join client c on c.id = x.client
		where k.project = $1 and k.person = $2 order by k.received_at, k.item`, []any{string(project), string(person)},
		func(row db.Row) (g federation.Grade, err error) {
			err = row.Scan(&g.School, &g.Publisher, &g.Label, &g.Marked, &g.Given, &g.Maximum, &g.Remark, (*instant)(&g.Said), (*instant)(&g.Received))
			return g, err
		})
}

// Forget implements federation.Writer.
func (t federationTx) Forget(ctx context.Context, _ journal.ActID, project directory.ProjectID, person directory.PersonID) error {
	for _, statement := range []string{
		`delete from push where project = $1 and person = $2`,
		`delete from oidc_token where project = $1 and granted in (select g.id from oidc_grant g where g.project = $1 and g.person = $2)`,
		`delete from oidc_grant where project = $1 and person = $2`,
		`delete from cas_ticket where project = $1 and person = $2`,
		`delete from cas_granting where project = $1 and person = $2`,
		`delete from lti_launch where project = $1 and person = $2`,
		`delete from lti_score where project = $1 and person = $2`,
		`delete from saml_session where project = $1 and person = $2`,
		`delete from visit where project = $1 and person = $2`,
		`delete from acquaintance where project = $1 and person = $2`,
		`delete from session where project = $1 and person = $2`,
	} {
		if _, err := t.Exec(ctx, statement, string(project), string(person)); err != nil {
			return err
		}
	}
	return nil
}

// QueueErased implements federation.Writer. The row names nobody: in the person's place is the act, so it stands in no other row's way.
func (t federationTx) QueueErased(ctx context.Context, act journal.ActID, client federation.ClientID, subject string) error {
	_, err := t.Exec(ctx, `insert into push (project, person, id, client, kind, body, at, due_at) values ('', $1, $2, $3, $4, $5, $6, $6)`,
		string(act), string(act)+"."+string(client), string(client), string(events.PersonErased), subject, db.Micros(t.Now()))
	return err
}
