package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/events"
	"pupitre/internal/db"
	"pupitre/journal/journaldb"
)

// Events is the view of the database of what publishers are to be told.
func (s *Store) Events() events.Store {
	return bound[events.Reader, events.Writer]{s,
		func(t journaldb.Tx) events.Reader { return eventsTx{t} },
		func(t journaldb.Tx) events.Writer { return eventsTx{t} }}
}

// eventsTx keeps the queue inside a transaction.
type eventsTx struct{ journaldb.Tx }

var _ events.Writer = eventsTx{}

// Due implements events.Reader.
func (t eventsTx) Due(ctx context.Context) ([]federation.ClientID, error) {
	return list(ctx, t.Tx, `select distinct client from push where due_at <= $1 and leased_until <= $1`, []any{db.Micros(t.Now())},
		func(row db.Row) (c federation.ClientID, err error) { err = row.Scan(&c); return c, err })
}

// Secret implements events.Reader.
func (t eventsTx) Secret(ctx context.Context, project directory.ProjectID, person directory.PersonID) (directory.Secret, error) {
	return federationTx(t).Secret(ctx, project, person)
}

// Entered implements events.Reader.
func (t eventsTx) Entered(ctx context.Context, project directory.ProjectID, person directory.PersonID, session federation.SessionID, client federation.ClientID) ([]events.Entered, error) {
	return list(ctx, t.Tx, `select ticket, service from cas_ticket
		where project = $1 and person = $2 and session = $3 and client = $4 and ticket <> '' order by hash`,
		[]any{string(project), string(person), string(session), string(client)}, func(row db.Row) (e events.Entered, err error) {
			err = row.Scan(&e.Ticket, &e.Service)
			return e, err
		})
}

// personChunk bounds the persons named in one statement.
const personChunk = 500

// QueueChange implements events.Writer.
func (t eventsTx) QueueChange(ctx context.Context, prefix string, at time.Time, c events.Change) error {
	if c.Everybody {
		return t.queueChange(ctx, prefix, at, c.Resource, `(select p.person from attachment p where p.school = $6)`, string(c.School))
	}
	for persons := c.Persons; len(persons) > 0; {
		n := min(len(persons), personChunk)
		marks, args := make([]string, n), make([]any, n)
		for i, person := range persons[:n] {
			marks[i], args[i] = fmt.Sprintf("$%d", 6+i), string(person)
		}
		if err := t.queueChange(ctx, prefix, at, c.Resource, `(`+strings.Join(marks, ", ")+`)`, args...); err != nil {
			return err
		}
		persons = persons[n:]
	}
	return nil
}

// queueChange adds the rows for a set of persons, a list or a query whose parameters begin at $6.
func (t eventsTx) queueChange(ctx context.Context, prefix string, at time.Time, resource, persons string, args ...any) error {
	_, err := t.Exec(ctx, `
		insert into push (project, person, id, client, kind, body, at, due_at)
		select a.project, a.person, $1 || '.' || c.id, c.id, $2, r.ark, $3, $4
		from resource r
		join client c on c.sector = r.publisher and c.events_url <> ''
		join acquaintance a on a.sector = r.publisher
		where r.id = $5 and a.person in `+persons+`
		on conflict do nothing`,
		append([]any{prefix, string(events.RightsChanged), db.Micros(at), db.Micros(t.Now()), resource}, args...)...)
	return err
}

// samlTold is which sites are told by SAML: not the one who said so itself.
const samlTold = `c.entity <> '' and not exists (select 1 from saml_session k
	where k.project = v.project and k.person = v.person and k.session = v.session and k.client = c.id and k.told_at <> 0)`

// QueueEnd implements events.Writer.
func (t eventsTx) QueueEnd(ctx context.Context, prefix string, at time.Time, project directory.ProjectID, person directory.PersonID, session federation.SessionID) error {
	for _, one := range []struct {
		kind events.Kind
		told string // who
	}{{events.SessionRevoked, "c.events_url <> ''"}, {events.Logout, "c.logout_url <> ''"}, {events.CASLogout, "c.services <> '[]'"}, {events.SAMLLogout, samlTold}} {
		_, err := t.Exec(ctx, `
			insert into push (project, person, id, client, kind, body, at, due_at)
			select v.project, v.person, $1 || '.' || c.id, c.id, $2, v.session, $3, $4
			from visit v join client c on c.id = v.client and `+one.told+`
			where v.project = $5 and v.person = $6 and v.session = $7
			on conflict do nothing`,
			prefix+"."+string(one.kind), string(one.kind), db.Micros(at), db.Micros(t.Now()), string(project), string(person), string(session))
		if err != nil {
			return err
		}
	}
	return nil
}

// Lease implements events.Writer. Another node may look at the same rows: the guarded update gives each to one.
func (t eventsTx) Lease(ctx context.Context, client federation.ClientID, limit int, lasts time.Duration) ([]events.Push, error) {
	found, err := list(ctx, t.Tx, `
		select p.project, p.person, p.id, p.client, p.kind, p.body, p.at, p.tries from push p
		where p.client = $1 and p.due_at <= $2 and p.leased_until <= $2 and not exists (
			select 1 from push e where e.project = p.project and e.person = p.person and e.client = p.client and e.id < p.id)
		order by p.due_at, p.id limit $3`,
		[]any{string(client), db.Micros(t.Now()), limit}, func(row db.Row) (p events.Push, err error) {
			err = row.Scan(&p.Project, &p.Person, &p.ID, &p.Client, &p.Kind, &p.Body, (*instant)(&p.At), &p.Tries)
			return p, err
		})
	if err != nil {
		return nil, err
	}
	var ours []events.Push
	for _, p := range found {
		n, err := t.Exec(ctx, `update push set leased_until = $5 where project = $1 and person = $2 and id = $3 and leased_until <= $4`,
			string(p.Project), string(p.Person), p.ID, db.Micros(t.Now()), db.Micros(t.Now().Add(lasts)))
		if err != nil {
			return nil, err
		}
		if n == 1 {
			ours = append(ours, p)
		}
	}
	return ours, nil
}

// Done implements events.Writer.
func (t eventsTx) Done(ctx context.Context, p events.Push) error {
	_, err := t.Exec(ctx, `delete from push where project = $1 and person = $2 and id = $3`, string(p.Project), string(p.Person), p.ID)
	return err
}

// Later implements events.Writer.
func (t eventsTx) Later(ctx context.Context, p events.Push, due time.Time) error {
	_, err := t.Exec(ctx, `update push set due_at = $4, leased_until = 0, tries = tries + 1 where project = $1 and person = $2 and id = $3`,
		string(p.Project), string(p.Person), p.ID, db.Micros(due))
	return err
}
