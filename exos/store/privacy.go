package store

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"pupitre/exos"
	"pupitre/internal/db"
)

// personal is where a learner's data is: the columns that they get, and how their rows are found. Keys, hashes and acts are the house's.
// A column that ends in "at" is an instant.
var personal = []struct{ table, columns, where string }{
	{"learner", "issuer, subject, school, profile, given_name, cohorts, created_at, seen_at", "id = $1"},
	{"session", "started_at, ends_at", "learner = $1"},
	{"learner_right", "ark, title, first_day, last_day, status, why", "learner = $1"},
	{"membership", "school, kind, code, label", "learner = $1"},
	{"place", "module, exercise, at", "learner = $1"},
	{"attempt", "id, homework, module, exercise, number, tries, score, best, started_at, touched_at, answered_at", "learner = $1"},
	{"event", "id, attempt, exercise, kind, payload, done_at, received_at, device, seq, verdict", "learner = $1"},
	{"mark", "module, exercise, best, last, maximum, tries, first_at, last_at", "learner = $1"},
	{"handed", "attempt, response, name, media, data, at", "learner = $1"},
	{"paper", "homework, started_at", "learner = $1"},
	{"hand_mark", "homework, exercise, points, remark, marked_at", "learner = $1"},
	{"homework_for", "school, homework", "kind = 'person' and code = $1"},
	{"homework", "school, id, title, opens_at, due_at, parts, terms, given_at", "author = $1"},
	{"own_group", "school, id, label, code, created_at", "owner = $1"},
	{"notebook", "id, title, changed_at, number, published_at, origin", "learner = $1"},
	{"draft", "notebook, place, form, question", "learner = $1"},
	{"share", "kind, thing, everyone, code, shared_at", "owner = $1"},
	{"guess", "tries, last_at, wait_until", "learner = $1"},
	{"lti_grade", "platform, link, module, exercise, title", "learner = $1"},
	{"device", "id, kind, made_at, seen_at, ended_at, unsent", "learner = $1"},
	{"device_lent", "device, module, from_at, until_at, state", "learner = $1"},
	{"device_share", "device, tries, made_at", "learner = $1"},
	{"device_ready", "device, homework, version, whole, online, at", "learner = $1"},
	{"device_act", "device, seq, body, heard_at, outcome, word", "learner = $1"},
	{"device_answer", "device, number, at", "learner = $1"},
	{"device_report", "device, hash, body, code, at", "learner = $1"},
	{"device_receipt", "device, work, seq, answered, done_at, seen_at", "learner = $1"},
}

// Personal implements exos.ArrivalReader.
func (t exosTx) Personal(ctx context.Context, l exos.LearnerID) (exos.Personal, error) {
	out := exos.Personal{}
	for _, p := range personal {
		names := strings.Split(p.columns, ", ")
		rows, err := list(ctx, t, `select `+p.columns+` from `+p.table+` where `+p.where+` order by 1, 2`, []any{string(l)},
			func(row db.Row) (map[string]json.RawMessage, error) { return personalRow(row, names) })
		if err != nil {
			return nil, err
		}
		if len(rows) > 0 {
			out[p.table] = rows
		}
	}
	return out, nil
}

// personalRow is a row as its person gets it: instants as people write them, JSON as it is, files in base 64.
func personalRow(row db.Row, names []string) (map[string]json.RawMessage, error) {
	values, at := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		at[i] = &values[i]
	}
	if err := row.Scan(at...); err != nil {
		return nil, err
	}
	out := map[string]json.RawMessage{}
	for i, v := range values {
		switch x := v.(type) {
		case int64:
			if strings.HasSuffix(names[i], "at") {
				v = nil
				if x != 0 {
					v = db.FromMicros(x).Format(time.RFC3339)
				}
			}
		case string:
			if strings.HasPrefix(x, "{") || strings.HasPrefix(x, "[") {
				if json.Valid([]byte(x)) {
					v = json.RawMessage(x)
				}
			}
		}
		text, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		out[names[i]] = text
	}
	return out, nil
}

// SweepNames implements exos.ArrivalWriter.
func (t exosTx) SweepNames(ctx context.Context, guesses, keys time.Time) (int64, error) {
	n, err := t.Exec(ctx, `delete from guess where last_at < $1 and wait_until < $1`, db.Micros(guesses))
	if err != nil {
		return 0, err
	}
	m, err := t.Exec(ctx, `update publisher_key set name = '' where name <> '' and (ends_at < $1 or revoked_at > 0 and revoked_at < $1)`, db.Micros(keys))
	return n + m, err
}
