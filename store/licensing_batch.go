package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

// AddBatch implements licensing.Writer.
func (t licensingTx) AddBatch(ctx context.Context, act journal.ActID, b licensing.Batch, outcomes [][]licensing.Outcome, refused []licensing.Refused) error {
	lines, err := refusedText(refused)
	if err != nil {
		return err
	}
	if _, err := t.Exec(ctx, `
		insert into batch (school, id, name, actor_kind, actor, state, hash, whole, lines, refused_lines, refused, act, made_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		string(b.School), string(b.ID), b.Name, string(b.By.Kind), b.By.ID, string(b.State), b.Hash, b.Whole, b.Lines, b.Refused, lines, string(act), db.Micros(b.Made)); err != nil {
		return fmt.Errorf("add batch %s: %w", b.ID, err)
	}
	for i, s := range b.Steps {
		targets := make(db.Texts, len(s.Order.Targets))
		for j, target := range s.Order.Targets {
			targets[j] = target.String()
		}
		figures, err := json.Marshal(s.Figures)
		if err != nil {
			return err
		}
		only, err := json.Marshal(s.Order.Only)
		if err != nil {
			return err
		}
		said, err := outcomesText(outcomes[i])
		if err != nil {
			return err
		}
		if err := t.Later(ctx, `
			insert into batch_step (school, batch, seq, resource, take, only_of, rank, short, program, targets, hash, state, figures, outcomes)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
			string(b.School), string(b.ID), s.Seq, string(s.Order.Resources[0]), s.Order.Take, string(only), string(s.Order.Rank), string(s.Order.Short), s.Order.Program,
			targets, s.Hash, string(s.State), string(figures), said); err != nil {
			return fmt.Errorf("add a step to batch %s: %w", b.ID, err)
		}
	}
	return nil
}

const batchColumns = `b.school, b.id, b.name, b.actor_kind, b.actor, b.state, b.hash, b.whole, b.lines, b.refused_lines, b.made_at, b.started_at, b.ended_at, b.trouble`

func scanBatch(row db.Row) (b licensing.Batch, err error) {
	var made, started, ended int64
	err = row.Scan(&b.School, &b.ID, &b.Name, &b.By.Kind, &b.By.ID, &b.State, &b.Hash, &b.Whole, &b.Lines, &b.Refused, &made, &started, &ended, &b.Trouble)
	b.Made, b.Started, b.Ended = db.FromMicros(made), db.FromMicros(started), db.FromMicros(ended)
	return b, err
}

// FindProgress implements licensing.Reader.
func (t licensingTx) FindProgress(ctx context.Context, school directory.SchoolID, id licensing.BatchID) (licensing.Batch, error) {
	return t.batch(ctx, school, id, false)
}

// FindWhole implements licensing.Reader.
func (t licensingTx) FindWhole(ctx context.Context, school directory.SchoolID, id licensing.BatchID) (licensing.Batch, error) {
	return t.batch(ctx, school, id, true)
}

// batch reads a batch, with or without its steps' targets.
func (t licensingTx) batch(ctx context.Context, school directory.SchoolID, id licensing.BatchID, whole bool) (licensing.Batch, error) {
	b, err := one(ctx, t.Tx, `select `+batchColumns+` from batch b where b.school = $1 and b.id = $2`, []any{string(school), string(id)}, scanBatch,
		fault.New(fault.NotFound, "licensing.batch.unknown"))
	if err == nil {
		b.Steps, err = t.steps(ctx, b, whole)
	}
	return b, err
}

// steps reads a batch's steps, with or without whom they name.
func (t licensingTx) steps(ctx context.Context, b licensing.Batch, whole bool) ([]licensing.BatchStep, error) {
	whom := `'{}', '[]'`
	if whole {
		whom = `s.only_of, s.targets`
	}
	return list(ctx, t.Tx, `select s.seq, s.resource, s.take, s.rank, s.short, s.program, `+whom+`, s.hash, s.state, s.figures, s.act, s.code, s.params
		from batch_step s where s.school = $1 and s.batch = $2 order by s.seq`, []any{string(b.School), string(b.ID)},
		func(row db.Row) (s licensing.BatchStep, err error) {
			var resource catalogue.ResourceID
			var named []string
			var only, figures, params string
			o := &s.Order
			if err := row.Scan(&s.Seq, &resource, &o.Take, &o.Rank, &o.Short, &o.Program, &only, listed(&named), &s.Hash, &s.State, &figures, &s.Act, &s.Code, &params); err != nil {
				return s, err
			}
			o.School, o.Resources, o.Batch = b.School, []catalogue.ResourceID{resource}, b.ID
			for _, text := range named {
				target, err := licensing.ParseTarget(text)
				if err != nil {
					return s, err
				}
				o.Targets = append(o.Targets, target)
			}
			if err := json.Unmarshal([]byte(only), &o.Only); err != nil {
				return s, err
			}
			if err := json.Unmarshal([]byte(figures), &s.Figures); err != nil {
				return s, err
			}
			return s, json.Unmarshal([]byte(params), &s.Params)
		})
}

// ListBatches implements licensing.Reader.
func (t licensingTx) ListBatches(ctx context.Context, school directory.SchoolID, by directory.PersonID, limit int) ([]licensing.Batch, error) {
	w := where{}
	w.and("b.school = ?", string(school))
	w.and("b.state <> 'draft'")
	if by != "" {
		w.and("b.actor_kind = ?", string(journal.ByPerson))
		w.and("b.actor = ?", string(by))
	}
	w.args = append(w.args, limit)
	found, err := list(ctx, t.Tx, fmt.Sprintf(`select `+batchColumns+` from batch b where %s order by b.id desc limit $%d`, w, len(w.args)), w.args, scanBatch)
	for i := range found {
		if err == nil {
			found[i].Steps, err = t.steps(ctx, found[i], false)
		}
	}
	return found, err
}

// ListOutcomes implements licensing.Reader.
func (t licensingTx) ListOutcomes(ctx context.Context, school directory.SchoolID, id licensing.BatchID, seq int) ([]licensing.Outcome, error) {
	var resource catalogue.ResourceID
	var text string
	err := t.One(ctx, `select resource, outcomes from batch_step where school = $1 and batch = $2 and seq = $3`, []any{string(school), string(id), seq}, &resource, &text)
	if db.IsNoRow(err) {
		return nil, fault.New(fault.NotFound, "licensing.batch.unknown")
	} else if err != nil {
		return nil, err
	}
	var rows []outcomeRow
	if err := json.Unmarshal([]byte(text), &rows); err != nil {
		return nil, err
	}
	out := make([]licensing.Outcome, len(rows))
	for i, r := range rows {
		out[i] = licensing.Outcome{Resource: resource, Person: directory.PersonID(r[0]), Verdict: licensing.Verdict(r[1]), Why: licensing.Why(r[2]), SiteWide: r[3] != ""}
	}
	return out, nil
}

// outcomeRow is a person, a verdict, a reason, and "1" where no copy moves.
type outcomeRow [4]string

func outcomesText(outcomes []licensing.Outcome) (string, error) {
	rows := make([]outcomeRow, len(outcomes))
	for i, o := range outcomes {
		rows[i] = outcomeRow{string(o.Person), string(o.Verdict), string(o.Why)}
		if o.SiteWide {
			rows[i][3] = "1"
		}
	}
	text, err := json.Marshal(rows)
	return string(text), err
}

// refusedRow is one refused line as the column keeps it.
type refusedRow struct {
	Line   int        `json:"l"`
	Kind   fault.Kind `json:"k"`
	Code   string     `json:"c"`
	Params []any      `json:"p,omitempty"`
}

func refusedText(refused []licensing.Refused) (string, error) {
	rows := make([]refusedRow, len(refused))
	for i, r := range refused {
		rows[i] = refusedRow{r.Line, fault.KindOf(r.Err), fault.CodeOf(r.Err), fault.ParamsOf(r.Err)}
	}
	text, err := json.Marshal(rows)
	return string(text), err
}

// ListRefused implements licensing.Reader. It reads no further than it is asked to: a file may have hundreds of thousands.
func (t licensingTx) ListRefused(ctx context.Context, school directory.SchoolID, id licensing.BatchID, limit int) ([]licensing.Refused, error) {
	var text string
	err := t.One(ctx, `select refused from batch where school = $1 and id = $2`, []any{string(school), string(id)}, &text)
	if db.IsNoRow(err) {
		return nil, fault.New(fault.NotFound, "licensing.batch.unknown")
	} else if err != nil {
		return nil, err
	}
	var out []licensing.Refused
	rows := json.NewDecoder(strings.NewReader(text))
	if _, err := rows.Token(); err != nil { // the bracket
		return nil, err
	}
	for rows.More() && (limit == 0 || len(out) < limit) {
		var r refusedRow
		if err := rows.Decode(&r); err != nil {
			return nil, err
		}
		for j, v := range r.Params {
			if n, ok := v.(float64); ok { // as JSON has numbers
				r.Params[j] = int64(n)
			}
		}
		out = append(out, licensing.Refused{Line: r.Line, Err: fault.New(r.Kind, r.Code, r.Params...)})
	}
	return out, nil
}

// StartBatch implements licensing.Writer.
func (t licensingTx) StartBatch(ctx context.Context, act journal.ActID, school directory.SchoolID, id licensing.BatchID, by journal.Actor, short licensing.Short) error {
	n, err := t.Exec(ctx, `update batch set state = 'waiting', actor_kind = $3, actor = $4, act = $5, started_at = $6 where school = $1 and id = $2 and state = 'draft'`,
		string(school), string(id), string(by.Kind), by.ID, string(act), db.Micros(t.Now()))
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "licensing.batch.started")
	}
	if err == nil {
		_, err = t.Exec(ctx, `update batch_step set short = $3 where school = $1 and batch = $2`, string(school), string(id), string(short))
	}
	return err
}

// DueBatch implements licensing.Reader.
func (t licensingTx) DueBatch(ctx context.Context) (due bool, err error) {
	err = t.One(ctx, `select exists (select 1 from batch where state in ('waiting', 'running') and lease_until <= $1)`, []any{db.Micros(t.Now())}, &due)
	return due, err
}

// ClaimBatch implements licensing.Writer. Between the choice and the change another worker may be faster: then nothing is changed, and
// nothing claimed.
func (t licensingTx) ClaimBatch(ctx context.Context, worker string, until time.Time) (b licensing.Batch, attempts int, found bool, err error) {
	now := db.Micros(t.Now())
	err = t.One(ctx, `
		select b.school, b.id, b.attempts + 1 from batch b where b.state in ('waiting', 'running') and b.lease_until <= $1
			and not exists (select 1 from batch o where o.school = b.school and o.state = 'running' and o.id <> b.id)
		order by b.id limit 1`, []any{now}, &b.School, &b.ID, &attempts)
	if db.IsNoRow(err) {
		return b, 0, false, nil
	} else if err != nil {
		return b, 0, false, err
	}
	n, err := t.Exec(ctx, `update batch set state = 'running', worker = $3, lease_until = $4, attempts = $5
		where school = $1 and id = $2 and state in ('waiting', 'running') and lease_until <= $6`,
		string(b.School), string(b.ID), worker, db.Micros(until), attempts, now)
	if err != nil || n == 0 {
		return b, 0, false, err
	}
	b, err = t.batch(ctx, b.School, b.ID, true)
	return b, attempts, err == nil, err
}

// RenewBatch implements licensing.Writer.
func (t licensingTx) RenewBatch(ctx context.Context, school directory.SchoolID, id licensing.BatchID, worker string, until time.Time) (bool, error) {
	n, err := t.Exec(ctx, `update batch set lease_until = $4 where school = $1 and id = $2 and worker = $3 and state = 'running'`,
		string(school), string(id), worker, db.Micros(until))
	return n > 0, err
}

// KeepStep implements licensing.Writer.
func (t licensingTx) KeepStep(ctx context.Context, school directory.SchoolID, id licensing.BatchID, s licensing.BatchStep, outcomes []licensing.Outcome) error {
	figures, err := json.Marshal(s.Figures)
	if err != nil {
		return err
	}
	params, err := asJSON(s.Params)
	if err != nil {
		return err
	}
	args := []any{string(school), string(id), s.Seq, string(s.State), string(figures), string(s.Act), s.Code, params}
	query := `update batch_step set state = $4, figures = $5, act = $6, code = $7, params = $8`
	if outcomes != nil {
		said, err := outcomesText(outcomes)
		if err != nil {
			return err
		}
		query, args = query+`, outcomes = $9`, append(args, said)
	}
	_, err = t.Exec(ctx, query+` where school = $1 and batch = $2 and seq = $3`, args...)
	return err
}

// EndBatch implements licensing.Writer.
func (t licensingTx) EndBatch(ctx context.Context, school directory.SchoolID, id licensing.BatchID, state licensing.BatchState, trouble string) error {
	_, err := t.Exec(ctx, `update batch set state = $3, trouble = $4, ended_at = $5, worker = '', lease_until = 0 where school = $1 and id = $2`,
		string(school), string(id), string(state), trouble, db.Micros(t.Now()))
	return err
}

// SweepBatches implements licensing.Writer.
func (t licensingTx) SweepBatches(ctx context.Context, drafts, ended time.Time, limit int) (int, error) {
	const over = `(b.made_at < $1 and b.state = 'draft' or b.ended_at > 0 and b.ended_at < $2)`
	type key struct{ school, id string }
	old, err := list(ctx, t.Tx, `select b.school, b.id from batch b where b.made_at < $1 and `+over+` order by b.made_at limit $3`,
		[]any{db.Micros(drafts), db.Micros(ended), limit}, func(row db.Row) (k key, err error) {
			err = row.Scan(&k.school, &k.id)
			return k, err
		})
	if err != nil {
		return 0, err
	}
	for _, k := range old {
		for _, query := range []string{`delete from batch_step where school = $1 and batch = $2`, `delete from batch where school = $1 and id = $2`} {
			if _, err := t.Exec(ctx, query, k.school, k.id); err != nil {
				return 0, err
			}
		}
	}
	_, err = t.Exec(ctx, `update batch set refused = '[]' where made_at < $1 and refused <> '[]'`, db.Micros(drafts))
	return len(old), err
}
