package journaldb

import (
	"context"
	"fmt"
	"time"

	"pupitre/internal/db"
	"pupitre/journal"
)

// How long entries and facts are kept (docs/contracts.md §6). Entries of other classes stay.
const (
	accessMonths = 12                  // sign-ins and accesses
	factsKept    = 30 * 24 * time.Hour // facts that every follower has handled: time to look into what happened
)

// Sweep removes sign-ins and accesses older than twelve months, and facts that every follower has handled a month ago, at most
// limit of each, and returns how many rows went; call it again while it returns limit or more. A fact that some follower has
// not handled is never removed, however old.
func Sweep(ctx context.Context, d *db.DB, limit int) (int, error) {
	var n int64
	err := d.Write(ctx, func(ctx context.Context, t *db.Tx) error {
		entries, err := t.Exec(ctx, `
			delete from journal where (school, id) in
			  (select school, id from journal where class = $1 and at < $2 order by at limit $3)`,
			string(journal.ClassAccess), db.Micros(t.Now().AddDate(0, -accessMonths, 0)), limit)
		if err != nil {
			return err
		}
		facts, err := t.Exec(ctx, db.For(t.Engine, `
			delete from outbox where seq in
			  (select seq from outbox where /*postgres: (writer, seq) <= (select writer, */ /*sqlite: seq <= (select */ seq
			    from outbox_follower order by writer, seq limit 1) and at < $1 order by /*postgres: writer, */ seq limit $2)`),
			db.Micros(t.Now().Add(-factsKept)), limit)
		n = entries + facts
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("sweep the journal: %w", err)
	}
	return int(n), nil
}
