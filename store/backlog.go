package store

import (
	"context"
	"time"

	"pupitre/directory/delivery"
	"pupitre/internal/db"
	"pupitre/journal/journaldb"
)

// Backlog is what waits in the broker's queues at one moment: archives of portals, letters, what publishers are to be told; each
// counted up to most. Behind is how old the eldest fact is that each follower has not acted on.
type Backlog struct {
	Deliveries, Letters, Pushes int
	Behind                      map[string]time.Duration
}

// Backlog counts, for an operator's monitoring: no area asks for it.
func (s *Store) Backlog(ctx context.Context, most int) (Backlog, error) {
	var b Backlog
	err := s.DB.Read(ctx, func(ctx context.Context, t *db.Tx) (err error) {
		for _, q := range []struct {
			to    *int
			query string
			args  []any
		}{
			{&b.Deliveries, `select count(*) from (select 1 from delivery where state in ('waiting', 'running') and state = $1 limit $2) as d`, []any{string(delivery.Waiting), most}},
			{&b.Letters, `select count(*) from (select 1 from letter where state = 'waiting' and due_at <= $1 limit $2) as l`, []any{db.Micros(t.Now()), most}},
			{&b.Pushes, `select count(*) from (select 1 from push limit $1) as p`, []any{most}},
		} {
			if err := t.One(ctx, q.query, q.args, q.to); err != nil {
				return err
			}
		}
		b.Behind, err = journaldb.Behind(ctx, t)
		return err
	})
	return b, err
}
