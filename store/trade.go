package store

import (
	"context"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/journal/journaldb"
	"pupitre/orders"
	"pupitre/orders/trade"
)

// Trade is the trade's view of the database.
func (s *Store) Trade() trade.Store {
	return bound[trade.Reader, trade.Writer]{s,
		func(t journaldb.Tx) trade.Reader { return tradeTx{t} },
		func(t journaldb.Tx) trade.Writer { return tradeTx{t} }}
}

// tradeTx asks and changes agents and their sessions inside a transaction.
type tradeTx struct{ journaldb.Tx }

var _ trade.Writer = tradeTx{}

const guests = string(local.Guests)

// FindBookseller implements trade.Reader.
func (t tradeTx) FindBookseller(ctx context.Context, id orders.BooksellerID) (orders.Bookseller, error) {
	return ordersTx(t).FindBookseller(ctx, id)
}

const agentColumns = `a.person, p.family_name, p.given_name, p.civility, a.mail, a.bookseller, a.distributor, a.publisher, a.since, a.closed_at`

func agentFields(a *trade.Agent) []any {
	return []any{&a.Person, &a.Name.Family, &a.Name.Given, &a.Name.Civility, &a.Mail, &a.Bookseller, &a.Distributor, &a.Publisher, (*instant)(&a.Since), (*instant)(&a.Closed)}
}

func scanAgent(row db.Row) (a trade.Agent, err error) {
	err = row.Scan(agentFields(&a)...)
	return a, err
}

const fromAgents = ` from trade_agent a join person p on p.project = a.project and p.id = a.person `

// FindPublisher implements trade.Reader.
func (t tradeTx) FindPublisher(ctx context.Context, id catalogue.PublisherID) (catalogue.Publisher, error) {
	return catalogueTx{Tx: t.Tx}.FindPublisher(ctx, id)
}

// FindAgent implements trade.Reader.
func (t tradeTx) FindAgent(ctx context.Context, person directory.PersonID) (trade.Agent, error) {
	return one(ctx, t.Tx, `select `+agentColumns+fromAgents+`where a.project = $1 and a.person = $2`, []any{guests, string(person)}, scanAgent,
		fault.New(fault.NotFound, "trade.agent.unknown", "value", string(person)))
}

// FindPerson implements trade.Reader.
func (t tradeTx) FindPerson(ctx context.Context, external string) (directory.PersonID, error) {
	p, err := federationTx(t).PersonByExternal(ctx, local.Guests, external)
	return p.ID, err
}

// ListAgents implements trade.Reader.
func (t tradeTx) ListAgents(ctx context.Context) ([]trade.Agent, error) {
	return list(ctx, t.Tx, `select `+agentColumns+fromAgents+`where a.project = $1 order by p.folded, a.person`, []any{guests}, scanAgent)
}

// FindSession implements trade.Reader.
func (t tradeTx) FindSession(ctx context.Context, hash federation.Hash) (s trade.Session, a trade.Agent, err error) {
	err = t.One(ctx, `select s.hash, s.person, s.started_at, s.seen_at, `+agentColumns+fromAgents+`
		join trade_session s on s.project = a.project and s.person = a.person where s.project = $1 and s.hash = $2`, []any{guests, string(hash)},
		append([]any{&s.Hash, &s.Person, (*instant)(&s.Started), (*instant)(&s.Seen)}, agentFields(&a)...)...)
	if db.IsNoRow(err) {
		err = fault.New(fault.NotFound, "federation.session.none")
	}
	return s, a, err
}

// AddAgent implements trade.Writer.
func (t tradeTx) AddAgent(ctx context.Context, act journal.ActID, a trade.Agent, secret directory.Secret) error {
	if _, err := t.Exec(ctx, `
		insert into person (project, id, external, secondary, family_name, given_name, civility, mails, folded, secret, created_at)
		values ($1, $2, $2, '', $3, $4, $5, '[]', $6, $7, $8)`,
		guests, string(a.Person), a.Name.Family, a.Name.Given, a.Name.Civility, a.Name.Sorting(), string(secret), db.Micros(t.Now())); err != nil {
		return err
	}
	_, err := t.Exec(ctx, `insert into trade_agent (project, person, mail, bookseller, distributor, publisher, since, act) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		guests, string(a.Person), a.Mail, string(a.Bookseller), a.Distributor, string(a.Publisher), db.Micros(a.Since), string(act))
	return err
}

// CloseAgent implements trade.Writer.
func (t tradeTx) CloseAgent(ctx context.Context, act journal.ActID, person directory.PersonID) (bool, error) {
	n, err := t.Exec(ctx, `update trade_agent set closed_at = $3, act = $4 where project = $1 and person = $2 and closed_at = 0`,
		guests, string(person), db.Micros(t.Now()), string(act))
	if err != nil {
		return false, err
	}
	return n == 1, t.EndSessions(ctx, person)
}

// RemoveAgent implements trade.Writer.
func (t tradeTx) RemoveAgent(ctx context.Context, _ journal.ActID, person directory.PersonID) error {
	if err := t.EndSessions(ctx, person); err != nil {
		return err
	}
	_, err := t.Exec(ctx, `delete from trade_agent where project = $1 and person = $2`, guests, string(person))
	return err
}

// TakeOnce implements trade.Writer.
func (t tradeTx) TakeOnce(ctx context.Context, project directory.ProjectID, hash federation.Hash, until time.Time) (bool, error) {
	return federationTx(t).TakeOnce(ctx, project, hash, until)
}

// AddSession implements trade.Writer.
func (t tradeTx) AddSession(ctx context.Context, act journal.ActID, s trade.Session) error {
	_, err := t.Exec(ctx, `insert into trade_session (project, hash, person, started_at, seen_at, act) values ($1, $2, $3, $4, $5, $6)`,
		guests, string(s.Hash), string(s.Person), db.Micros(s.Started), db.Micros(s.Seen), string(act))
	return err
}

// SeeSession implements trade.Writer.
func (t tradeTx) SeeSession(ctx context.Context, hash federation.Hash) error {
	_, err := t.Exec(ctx, `update trade_session set seen_at = $3 where project = $1 and hash = $2 and seen_at < $3`, guests, string(hash), db.Micros(t.Now()))
	return err
}

// EndSession implements trade.Writer.
func (t tradeTx) EndSession(ctx context.Context, hash federation.Hash) error {
	_, err := t.Exec(ctx, `delete from trade_session where project = $1 and hash = $2`, guests, string(hash))
	return err
}

// EndSessions implements trade.Writer.
func (t tradeTx) EndSessions(ctx context.Context, person directory.PersonID) error {
	_, err := t.Exec(ctx, `delete from trade_session where project = $1 and person = $2`, guests, string(person))
	return err
}

// SweepSessions implements trade.Writer.
func (t tradeTx) SweepSessions(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := t.Exec(ctx, `delete from trade_session where (project, hash) in (select s.project, s.hash from trade_session s where s.started_at < $1 order by s.started_at limit $2)`,
		db.Micros(before), limit)
	return int(n), err
}
