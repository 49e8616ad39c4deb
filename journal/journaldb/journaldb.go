package journaldb

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"time"

	"pupitre/internal/db"
	"pupitre/internal/id"
	"pupitre/journal"
)

// Migrations holds 00001_journal.sql, the first migration of every product's schema.
//
//go:embed *.sql
var Migrations embed.FS

// Tx is a journal inside a transaction: journal.Appender and journal.Reader. An area's transaction embeds it.
type Tx struct {
	*db.Tx
	IDs *id.Maker
	// Told, unless nil, is called once a transaction that told a fact is committed.
	Told func()
}

var (
	_ journal.Appender = Tx{}
	_ journal.Reader   = Tx{}
)

// Now is the transaction's timestamp.
func (t Tx) Now() time.Time { return t.Tx.Now() }

// Record implements journal.Appender.
func (t Tx) Record(ctx context.Context, e journal.Entry) (journal.ActID, error) {
	detail, err := marshal(e.Detail)
	if err != nil {
		return "", fmt.Errorf("record %s: %w", e.Verb, err)
	}
	act := t.IDs.New()
	err = t.Later(ctx, `
		insert into journal (school, id, at, actor_kind, actor, verb, subject, person, class, detail)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		e.School, act, db.Micros(t.Now()), string(e.Actor.Kind), e.Actor.ID, e.Verb, e.Subject, e.Person, string(e.Class), detail)
	if err != nil {
		return "", fmt.Errorf("record %s: %w", e.Verb, err)
	}
	t.Witness(`select 1 from journal where school = $1 and id = $2`, e.School, act)
	return journal.ActID(act), nil
}

// RecordAll implements journal.Appender.
func (t Tx) RecordAll(ctx context.Context, entries []journal.Entry) ([]journal.ActID, error) {
	acts, rows := make([]journal.ActID, len(entries)), make(db.Rows, len(entries))
	for i, e := range entries {
		detail, err := marshal(e.Detail)
		if err != nil {
			return nil, fmt.Errorf("record %s: %w", e.Verb, err)
		}
		acts[i] = journal.ActID(t.IDs.New())
		rows[i] = []any{e.School, string(acts[i]), string(e.Actor.Kind), e.Actor.ID, e.Verb, e.Subject, e.Person, string(e.Class), detail}
	}
	if len(rows) == 0 {
		return nil, nil
	}
	err := t.Later(ctx, db.For(t.Engine, `
		insert into journal (school, id, at, actor_kind, actor, verb, subject, person, class, detail)
		select e.value->>0, e.value->>1, cast($1 as bigint), e.value->>2, e.value->>3, e.value->>4, e.value->>5, e.value->>6, e.value->>7, e.value->>8
		from `+db.RowsOf("$2")), db.Micros(t.Now()), rows)
	if err != nil {
		return nil, fmt.Errorf("record %d entries: %w", len(entries), err)
	}
	t.Witness(`select 1 from journal where school = $1 and id = $2`, entries[0].School, string(acts[0]))
	return acts, nil
}

// Tell implements journal.Appender.
func (t Tx) Tell(ctx context.Context, f journal.Fact, body any) error {
	t.Committed = t.Told
	text, err := marshal(body)
	if err == nil {
		err = t.Later(ctx, `insert into outbox (topic, school, person, subject, at, body) values ($1, $2, $3, $4, $5, $6)`,
			f.Topic, f.School, f.Person, f.Subject, db.Micros(t.Now()), text)
	}
	if err != nil {
		return fmt.Errorf("tell %s: %w", f.Topic, err)
	}
	return nil
}

// TellAll implements journal.Appender.
func (t Tx) TellAll(ctx context.Context, facts []journal.Told) error {
	columns := []string{"topic", "school", "person", "subject", "at", "body"}
	values := make([]any, 0, len(facts)*len(columns))
	for _, f := range facts {
		text, err := marshal(f.Body)
		if err != nil {
			return fmt.Errorf("tell %s: %w", f.Topic, err)
		}
		values = append(values, f.Topic, f.School, f.Person, f.Subject, db.Micros(t.Now()), text)
	}
	t.Committed = t.Told
	if err := t.Load(ctx, "outbox", columns, values); err != nil {
		return fmt.Errorf("tell %d facts: %w", len(facts), err)
	}
	return nil
}

func marshal(v any) (string, error) {
	if v == nil {
		return "{}", nil
	}
	b, err := json.Marshal(v)
	return string(b), err
}

const entryColumns = `school, id, at, actor_kind, actor, verb, subject, person, class, detail`

// OfSchool implements journal.Reader.
func (t Tx) OfSchool(ctx context.Context, school string, before journal.ActID, limit int) ([]journal.Written, error) {
	return t.entries(ctx, `select `+entryColumns+` from journal where school = $1 and ($2 = '' or id < $2) order by id desc limit $3`,
		school, string(before), limit)
}

// OfPerson implements journal.Reader.
func (t Tx) OfPerson(ctx context.Context, person string, before journal.ActID, limit int) ([]journal.Written, error) {
	return t.entries(ctx, `select `+entryColumns+` from journal where person = $1 and person <> '' and ($2 = '' or id < $2) order by id desc limit $3`,
		person, string(before), limit)
}

// OfSubject implements journal.Reader.
func (t Tx) OfSubject(ctx context.Context, school, subject string, before journal.ActID, limit int) ([]journal.Written, error) {
	return t.entries(ctx, `select `+entryColumns+` from journal where school = $1 and subject = $4 and ($2 = '' or id < $2) order by id desc limit $3`,
		school, string(before), limit, subject)
}

func (t Tx) entries(ctx context.Context, query string, args ...any) ([]journal.Written, error) {
	var out []journal.Written
	err := t.Each(ctx, query, args, func(row db.Row) error {
		var w journal.Written
		var at int64
		var detail string
		if err := row.Scan(&w.Entry.School, &w.ID, &at, &w.Entry.Actor.Kind, &w.Entry.Actor.ID, &w.Entry.Verb,
			&w.Entry.Subject, &w.Entry.Person, &w.Entry.Class, &detail); err != nil {
			return err
		}
		w.At, w.Body = db.FromMicros(at), json.RawMessage(detail)
		out = append(out, w)
		return nil
	})
	return out, err
}
