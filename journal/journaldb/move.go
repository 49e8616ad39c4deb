package journaldb

import (
	"context"

	"pupitre/internal/db"
)

// here is the server that numbers the writers.
const here = `/*sqlite: 0 */ /*postgres: (select system_identifier from pg_control_system()) */`

// moved reports whether a follower's position speaks of another server's writers: the database was restored from a dump, say, and the
// numbers of transactions began anew.
func moved(ctx context.Context, t *db.Tx) (bool, error) {
	var n int
	err := t.One(ctx, db.For(t.Engine, `select count(*) from outbox_follower where server <> 0 and server <> `+here), nil, &n)
	return n > 0, err
}

// settle gives every fact of a database that was moved its place before those of this server, in the order of the numbers, and puts each
// follower before the first fact that it may not have handled. It may so be told again of some that it has.
func settle(ctx context.Context, t *db.Tx) error {
	if is, err := moved(ctx, t); err != nil || !is {
		return err
	}
	// One node does it; the others wait, and find it done.
	if _, err := t.Exec(ctx, `lock table outbox_follower in exclusive mode`); err != nil {
		return err
	}
	if still, err := moved(ctx, t); err != nil || !still {
		return err
	}
	// PostgreSQL's only: the other engine's databases know one server. One statement, for both must speak of the same facts: one that is committed meanwhile keeps its writer, and comes after these. What
	// this server told has greater numbers than whatever was handled on the other.
	_, err := t.Exec(ctx, db.For(t.Engine, `
		with renumbered as (update outbox set writer = 0)
		update outbox_follower set writer = 0, server = `+here+`, seq = least(seq,
		  (select min(o.seq) - 1 from outbox o where (o.writer, o.seq) > (outbox_follower.writer, outbox_follower.seq)))`))
	return err
}
