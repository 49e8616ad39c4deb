package db

import (
	"context"
	"database/sql"
	"sync"
)

// statements are the queries of one pool of SQLite's, ready to run: reading a query's text takes as long as answering most of them. The
// other engine's driver remembers them itself. A query is readied once a transaction that wanted it is over, since it takes a
// connection; each connection of the pool then keeps it.
type statements struct {
	pool *sql.DB

	mu     sync.Mutex
	ready  map[string]*sql.Stmt
	wanted []string
}

// mostStatements bounds what queries of changing text (optional filters, many rows) may take.
const mostStatements = 512

// of returns a query as a transaction runs it: ready where it can be.
func (s *statements) of(ctx context.Context, tx *sql.Tx, query string) statement {
	if s == nil {
		return statement{tx: tx, query: query}
	}
	s.mu.Lock()
	ready, ok := s.ready[query]
	if !ok && len(s.ready)+len(s.wanted) < mostStatements {
		s.wanted = append(s.wanted, query)
	}
	s.mu.Unlock()
	if !ok {
		return statement{tx: tx, query: query}
	}
	return statement{ready: tx.StmtContext(ctx, ready)}
}

// prepare readies what was wanted. A query that cannot be is left to fail where it is asked.
func (s *statements) prepare(ctx context.Context) {
	if s == nil {
		return
	}
	s.mu.Lock()
	wanted := s.wanted
	s.wanted = nil
	s.mu.Unlock()
	for _, query := range wanted {
		stmt, err := s.pool.PrepareContext(ctx, query)
		if err != nil {
			continue
		}
		s.mu.Lock()
		if _, twice := s.ready[query]; twice {
			stmt.Close()
		} else {
			if s.ready == nil {
				s.ready = map[string]*sql.Stmt{}
			}
			s.ready[query] = stmt
		}
		s.mu.Unlock()
	}
}

// statement is one query in one transaction, ready or as text.
type statement struct {
	ready *sql.Stmt
	tx    *sql.Tx
	query string
}

func (s statement) exec(ctx context.Context, args []any) (sql.Result, error) {
	if s.ready != nil {
		return s.ready.ExecContext(ctx, args...)
	}
	return s.tx.ExecContext(ctx, s.query, args...)
}

func (s statement) rows(ctx context.Context, args []any) (*sql.Rows, error) {
	if s.ready != nil {
		return s.ready.QueryContext(ctx, args...)
	}
	return s.tx.QueryContext(ctx, s.query, args...)
}

func (s statement) row(ctx context.Context, args []any) *sql.Row {
	if s.ready != nil {
		return s.ready.QueryRowContext(ctx, args...)
	}
	return s.tx.QueryRowContext(ctx, s.query, args...)
}
