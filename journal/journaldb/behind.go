package journaldb

import (
	"context"
	"time"

	"pupitre/internal/db"
)

// Behind returns how old the eldest fact is that each follower has not handled, 0 for one that has handled all. It asks once for each.
func Behind(ctx context.Context, t *db.Tx) (map[string]time.Duration, error) {
	at := map[string]Place{}
	if err := t.Each(ctx, `select name, writer, seq from outbox_follower`, nil, func(row db.Row) error {
		var name string
		var p Place
		if err := row.Scan(&name, &p.Writer, &p.Seq); err != nil {
			return err
		}
		at[name] = p
		return nil
	}); err != nil {
		return nil, err
	}
	behind := make(map[string]time.Duration, len(at))
	for name, p := range at {
		news, err := facts(ctx, t, p, 1)
		if err != nil {
			return nil, err
		}
		behind[name] = 0
		if len(news) > 0 {
			behind[name] = max(t.Now().Sub(news[0].At), 0)
		}
	}
	return behind, nil
}
