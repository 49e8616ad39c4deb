package store

import (
	"context"

	"pupitre/catalogue"
	"pupitre/directory"
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
		func(t journaldb.Tx) trade.Reader { return tradeTx{outsiderTx{t, local.Guests, "trade_session"}} },
		func(t journaldb.Tx) trade.Writer { return tradeTx{outsiderTx{t, local.Guests, "trade_session"}} }}
}

// tradeTx asks and changes agents and their sessions inside a transaction.
type tradeTx struct{ outsiderTx }

var _ trade.Writer = tradeTx{}

const guests = string(local.Guests)

// FindBookseller implements trade.Reader.
func (t tradeTx) FindBookseller(ctx context.Context, id orders.BooksellerID) (orders.Bookseller, error) {
	return ordersTx{t.Tx}.FindBookseller(ctx, id)
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

// ListAgents implements trade.Reader.
func (t tradeTx) ListAgents(ctx context.Context) ([]trade.Agent, error) {
	return list(ctx, t.Tx, `select `+agentColumns+fromAgents+`where a.project = $1 order by p.folded, a.person`, []any{guests}, scanAgent)
}

// AddAgent implements trade.Writer.
func (t tradeTx) AddAgent(ctx context.Context, act journal.ActID, a trade.Agent, secret directory.Secret) error {
	if err := t.addPerson(ctx, directory.Person{ID: a.Person, External: string(a.Person), Name: a.Name}, secret); err != nil {
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
