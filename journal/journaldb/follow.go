package journaldb

import (
	"context"
	"encoding/json"
	"fmt"

	"pupitre/internal/db"
	"pupitre/journal"
)

// Facts returns at most limit facts after the number given, in order, leaving out those whose elders may still be uncommitted.
func Facts(ctx context.Context, t *db.Tx, after int64, limit int) ([]journal.Fact, error) {
	settled := ""
	if t.Engine == db.PostgreSQL {
		settled = "and writer < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
	}
	var out []journal.Fact
	err := t.Each(ctx, `select seq, topic, school, person, subject, at, body from outbox where seq > $1 `+settled+` order by seq limit $2`,
		[]any{after, limit}, func(row db.Row) error {
			var f journal.Fact
			var at int64
			var body string
			if err := row.Scan(&f.Seq, &f.Topic, &f.School, &f.Person, &f.Subject, &at, &body); err != nil {
				return err
			}
			f.At, f.Body = db.FromMicros(at), json.RawMessage(body)
			out = append(out, f)
			return nil
		})
	return out, err
}

// Position returns the number of the last fact that the named follower has handled, 0 for a new one.
func Position(ctx context.Context, t *db.Tx, follower string) (int64, error) {
	var seq int64
	err := t.One(ctx, `select seq from outbox_follower where name = $1`, []any{follower}, &seq)
	if db.IsNoRow(err) {
		return 0, nil
	}
	return seq, err
}

// Follow hands the named follower the facts that it has not handled, in one transaction with whatever handle writes, and
// remembers how far it came. It returns how many there were; call it again while that is limit. Several nodes may call it at
// once: one does the work, the others find nothing left or try again.
func Follow(ctx context.Context, d *db.DB, follower string, limit int, handle func(ctx context.Context, t *db.Tx, f journal.Fact) error) (int, error) {
	// Looking first keeps an idle follower from committing a transaction each time it asks.
	var news int
	if err := d.Read(ctx, func(ctx context.Context, t *db.Tx) error {
		at, err := Position(ctx, t, follower)
		if err != nil {
			return err
		}
		facts, err := Facts(ctx, t, at, 1)
		news = len(facts)
		return err
	}); err != nil || news == 0 {
		return 0, err
	}
	var n int
	err := d.Write(ctx, func(ctx context.Context, t *db.Tx) error {
		n = 0
		// Taking the row first makes a second node wait here until the first has committed.
		if _, err := t.Exec(ctx, `insert into outbox_follower (name, seq) values ($1, 0)
			on conflict (name) do update set seq = outbox_follower.seq`, follower); err != nil {
			return err
		}
		at, err := Position(ctx, t, follower)
		if err != nil {
			return err
		}
		facts, err := Facts(ctx, t, at, limit)
		if err != nil || len(facts) == 0 {
			return err
		}
		for _, f := range facts {
			if err := handle(ctx, t, f); err != nil {
				return fmt.Errorf("%s: handle fact %d %s: %w", follower, f.Seq, f.Topic, err)
			}
		}
		n = len(facts)
		_, err = t.Exec(ctx, `update outbox_follower set seq = $2 where name = $1`, follower, facts[n-1].Seq)
		return err
	})
	return n, err
}
