package journaldb

import (
	"context"
	"encoding/json"
	"fmt"

	"pupitre/internal/db"
	"pupitre/journal"
)

// Place is where a fact stands in the order in which facts are followed. The zero Place is before all of them.
type Place struct {
	Writer int64 // the transaction that told it; 0 on SQLite
	Seq    int64
}

// placed is a fact and where it stands.
type placed struct {
	Place
	journal.Fact
}

// facts returns at most limit facts after a place, in order, leaving out those of transactions of which an elder may still be writing.
// (SQLite knows one writer, and would read all of its facts to compare two columns at once.)
func facts(ctx context.Context, t *db.Tx, after Place, limit int) ([]placed, error) {
	var out []placed
	err := t.Each(ctx, db.For(t.Engine, `
		select writer, seq, topic, school, person, subject, at, body from outbox
		where /*postgres: (writer, seq) > ($1, $2) and writer < pg_snapshot_xmin(pg_current_snapshot())::text::bigint */
		  /*sqlite: writer = $1 and seq > $2 */
		order by writer, seq limit $3`), []any{after.Writer, after.Seq, limit}, func(row db.Row) error {
		var f placed
		var at int64
		var body string
		if err := row.Scan(&f.Writer, &f.Place.Seq, &f.Topic, &f.School, &f.Person, &f.Subject, &at, &body); err != nil {
			return err
		}
		f.Fact.Seq, f.At, f.Body = f.Place.Seq, db.FromMicros(at), json.RawMessage(body)
		out = append(out, f)
		return nil
	})
	return out, err
}

// Position returns the place of the last fact that the named follower has handled, the zero Place for a new one.
func Position(ctx context.Context, t *db.Tx, follower string) (Place, error) {
	var at Place
	err := t.One(ctx, `select writer, seq from outbox_follower where name = $1`, []any{follower}, &at.Writer, &at.Seq)
	if db.IsNoRow(err) {
		return Place{}, nil
	}
	return at, err
}

// Follow hands the named follower the facts that it has not handled, in the order of their places, in one transaction with whatever
// handle writes, and remembers how far it came. It returns how many there were; call it again while that is limit. Several nodes may
// call it at once: one does the work, the others find nothing left or try again.
func Follow(ctx context.Context, d *db.DB, follower string, limit int, handle func(ctx context.Context, t *db.Tx, f journal.Fact) error) (int, error) {
	// Looking first keeps an idle follower from committing a transaction each time it asks.
	news := false
	if err := d.Read(ctx, func(ctx context.Context, t *db.Tx) (err error) {
		if news, err = moved(ctx, t); err != nil || news {
			return err
		}
		at, err := Position(ctx, t, follower)
		if err != nil {
			return err
		}
		some, err := facts(ctx, t, at, 1)
		news = len(some) > 0
		return err
	}); err != nil || !news {
		return 0, err
	}
	var n int
	err := d.Write(ctx, func(ctx context.Context, t *db.Tx) (err error) {
		n, err = follow(ctx, t, follower, limit, handle)
		return err
	})
	return n, err
}

func follow(ctx context.Context, t *db.Tx, follower string, limit int, handle func(ctx context.Context, t *db.Tx, f journal.Fact) error) (int, error) {
	if err := settle(ctx, t); err != nil {
		return 0, err
	}
	// Taking the row first makes a second node wait here until the first has committed.
	if _, err := t.Exec(ctx, db.For(t.Engine, `insert into outbox_follower (name, seq, server) values ($1, 0, `+here+`)
		on conflict (name) do update set server = excluded.server`), follower); err != nil {
		return 0, err
	}
	at, err := Position(ctx, t, follower)
	if err != nil {
		return 0, err
	}
	news, err := facts(ctx, t, at, limit)
	if err != nil || len(news) == 0 {
		return 0, err
	}
	for _, f := range news {
		if err := handle(ctx, t, f.Fact); err != nil {
			return 0, fmt.Errorf("%s: handle fact %d %s: %w", follower, f.Fact.Seq, f.Topic, err)
		}
	}
	last := news[len(news)-1].Place
	_, err = t.Exec(ctx, `update outbox_follower set writer = $2, seq = $3 where name = $1`, follower, last.Writer, last.Seq)
	return len(news), err
}
