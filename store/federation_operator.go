package store

import (
	"context"

	"pupitre/directory"
	"pupitre/federation/local"
	"pupitre/federation/operator"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/journal/journaldb"
)

// Operator is the operators' view of the database.
func (s *Store) Operator() operator.Store {
	of := func(t journaldb.Tx) operatorTx { return operatorTx{outsiderTx{t, local.Operators, "operator_session"}} }
	return bound[operator.Reader, operator.Writer]{s,
		func(t journaldb.Tx) operator.Reader { return of(t) },
		func(t journaldb.Tx) operator.Writer { return of(t) }}
}

// operatorTx asks and changes operators and their sessions inside a transaction.
type operatorTx struct{ outsiderTx }

var _ operator.Writer = operatorTx{}

const operators = string(local.Operators)

const operatorQuery = `select p.external, ` + accountColumns + ` from person p join local_account l on l.project = p.project and l.person = p.id where p.project = $1 `

func scanOperator(row db.Row) (o operator.Operator, err error) {
	err = row.Scan(append([]any{&o.Name}, accountFields(&o.Account)...)...)
	return o, err
}

// FindOperator implements operator.Reader.
func (t operatorTx) FindOperator(ctx context.Context, person directory.PersonID) (operator.Operator, error) {
	return one(ctx, t.Tx, operatorQuery+`and p.id = $2`, []any{operators, string(person)}, scanOperator, fault.New(fault.NotFound, "operator.unknown", "name", string(person)))
}

// ListOperators implements operator.Reader.
func (t operatorTx) ListOperators(ctx context.Context) ([]operator.Operator, error) {
	return list(ctx, t.Tx, operatorQuery+`order by p.external`, []any{operators}, scanOperator)
}

// AddOperator implements operator.Writer.
func (t operatorTx) AddOperator(ctx context.Context, _ journal.ActID, o operator.Operator) error {
	return t.addPerson(ctx, directory.Person{ID: o.Person, External: o.Name, Name: directory.Name{Family: o.Name}}, "")
}
