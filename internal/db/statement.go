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

// of returns a query ready to run, nil where it is not.
func (s *statements) of(query string) *sql.Stmt {
	s.mu.Lock()
	defer s.mu.Unlock()
	ready, ok := s.ready[query]
	if !ok && len(s.ready)+len(s.wanted) < mostStatements {
		s.wanted = append(s.wanted, query)
	}
	return ready
}

// prepare readies what was wanted. A query that cannot be is left to fail where it is asked.
func (s *statements) prepare(ctx context.Context) {
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
