package journaldb

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"pupitre/internal/db"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Outbox is the facts as they are committed, for pages that follow them (internal/live): it hands them to nobody in particular and
// remembers nothing.
type Outbox struct{ DB *db.DB }

// Tail returns the last facts that are committed, at most limit, in order, without their bodies.
func (o Outbox) Tail(ctx context.Context, limit int) ([]journal.Fact, error) {
	facts, err := o.heard(ctx, `select seq, topic, school, person, subject, at, '' from outbox order by seq desc limit $1`, limit)
	slices.Reverse(facts)
	return facts, err
}

// After returns at most limit facts that are committed, with a number above the one given, in order: as soon as they are, which is not
// always in the order of their numbers (see Follow, for who must handle each). Facts that are on none of the topics come without
// their bodies.
func (o Outbox) After(ctx context.Context, seq int64, limit int, topics []string) ([]journal.Fact, error) {
	args := []any{seq, limit}
	places := make([]string, len(topics))
	for i, topic := range topics {
		args = append(args, topic)
		places[i] = "$" + strconv.Itoa(len(args))
	}
	body := `''`
	if len(topics) > 0 {
		body = `case when topic in (` + strings.Join(places, ", ") + `) then body else '' end`
	}
	return o.heard(ctx, `select seq, topic, school, person, subject, at, `+body+` from outbox where seq > $1 order by seq limit $2`, args...)
}

func (o Outbox) heard(ctx context.Context, query string, args ...any) ([]journal.Fact, error) {
	return tx.Answer(ctx, o.DB.Look, func(ctx context.Context, t *db.Tx) (out []journal.Fact, err error) {
		err = t.Each(ctx, query, args, func(row db.Row) error {
			var f journal.Fact
			var at int64
			var body string
			if err := row.Scan(&f.Seq, &f.Topic, &f.School, &f.Person, &f.Subject, &at, &body); err != nil {
				return err
			}
			f.At = db.FromMicros(at)
			if body != "" {
				f.Body = json.RawMessage(body)
			}
			out = append(out, f)
			return nil
		})
		return out, err
	})
}
