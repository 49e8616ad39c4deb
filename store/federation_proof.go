package store

import (
	"context"
	"time"

	"pupitre/federation"
	"pupitre/federation/proof"
	"pupitre/internal/db"
	"pupitre/journal/journaldb"
)

// Proofs is the view of the database that those have who check programs' proofs.
func (s *Store) Proofs() proof.Store {
	return bound[proof.Reader, proof.Writer]{s,
		func(t journaldb.Tx) proof.Reader { return proofTx{t} },
		func(t journaldb.Tx) proof.Writer { return proofTx{t} }}
}

// proofTx keeps what was spent inside a transaction.
type proofTx struct{ journaldb.Tx }

var _ proof.Writer = proofTx{}

// Spend implements proof.Writer. The key is the whole of "once".
func (t proofTx) Spend(ctx context.Context, client federation.ClientID, kind proof.Kind, hash federation.Hash, until time.Time) (bool, error) {
	n, err := t.Exec(ctx, `insert into spent (client, kind, hash, until) values ($1, $2, $3, $4) on conflict do nothing`,
		string(client), string(kind), string(hash), db.Micros(until))
	return n == 1, err
}

// Sweep implements proof.Writer.
func (t proofTx) Sweep(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := t.Exec(ctx, `delete from spent where (client, kind, hash) in (
		select k.client, k.kind, k.hash from spent k where k.until < $1 order by k.until limit $2)`, db.Micros(before), limit)
	return int(n), err
}
