package store

import (
	"context"
	"slices"
	"time"

	"pupitre/internal/db"
	"pupitre/licensing"
)

// FindSelection implements licensing.Reader. Targets come as one text, a line each: as rows, most of the
// time would go into the rows.
func (t licensingTx) FindSelection(ctx context.Context, of licensing.SelectionKey, oldest time.Time) (licensing.Selection, error) {
	out := licensing.Selection{SelectionKey: of}
	return out, t.Each(ctx, `
		select s.version, coalesce((select string_agg(x.target, cast($5 as text)) from selection_target x
			where x.school = s.school and x.manager = s.manager and x.purpose = s.purpose), '')
		from selection s where s.school = $1 and s.manager = $2 and s.purpose = $3 and s.changed_at >= $4`,
		append(whose(of), db.Micros(oldest), "\n"), func(row db.Row) error {
			var all string
			if err := row.Scan(&out.Version, &all); err != nil {
				return err
			}
			lines := apart(all, "\n")
			slices.Sort(lines)
			for _, text := range lines {
				target, err := licensing.ParseTarget(text)
				if err != nil {
					return err
				}
				out.Targets = append(out.Targets, target)
			}
			return nil
		})
}

func whose(of licensing.SelectionKey) []any {
	return []any{string(of.School), string(of.Manager), of.Purpose}
}

// LockSelection implements licensing.Writer. The row is written even where nothing changes: that is its lock.
func (t licensingTx) LockSelection(ctx context.Context, of licensing.SelectionKey, oldest time.Time) (version int64, err error) {
	var changed int64
	if err := t.One(ctx, `insert into selection (school, manager, purpose, version, changed_at) values ($1, $2, $3, 0, $4)
		on conflict (school, manager, purpose) do update set version = selection.version returning version, changed_at`,
		append(whose(of), db.Micros(t.Now())), &version, &changed); err != nil {
		return 0, err
	}
	if changed < db.Micros(oldest) {
		version = 0 // as FindSelection has it
		_, err = t.EmptySelection(ctx, of)
	}
	return version, err
}

// StampSelection implements licensing.Writer.
func (t licensingTx) StampSelection(ctx context.Context, of licensing.SelectionKey) error {
	_, err := t.Exec(ctx, `update selection set version = version + 1, changed_at = $4 where school = $1 and manager = $2 and purpose = $3`,
		append(whose(of), db.Micros(t.Now()))...)
	return err
}

// EmptySelection implements licensing.Writer.
func (t licensingTx) EmptySelection(ctx context.Context, of licensing.SelectionKey) (int64, error) {
	return t.Exec(ctx, `delete from selection_target where school = $1 and manager = $2 and purpose = $3`, whose(of)...)
}

// Select implements licensing.Writer.
func (t licensingTx) Select(ctx context.Context, of licensing.SelectionKey, targets []licensing.Target) (int64, error) {
	if len(targets) == 0 {
		return 0, nil
	}
	return t.Exec(ctx, t.engine(`insert into selection_target (school, manager, purpose, target)
		select cast($1 as text), cast($2 as text), cast($3 as text), e.value from `+members("$4")+` where true on conflict do nothing`), append(whose(of), written(targets))...)
}

// Deselect implements licensing.Writer.
func (t licensingTx) Deselect(ctx context.Context, of licensing.SelectionKey, targets []licensing.Target) (int64, error) {
	if len(targets) == 0 {
		return 0, nil
	}
	return t.Exec(ctx, t.engine(`delete from selection_target where (school, manager, purpose, target) in (`+named("$1", "$2", "$3", "$4")+`)`),
		append(whose(of), written(targets))...)
}

func written(targets []licensing.Target) db.Texts {
	texts := make(db.Texts, len(targets))
	for i, target := range targets {
		texts[i] = target.String()
	}
	return texts
}

// SelectCrowd implements licensing.Writer: the persons go from table to table.
func (t licensingTx) SelectCrowd(ctx context.Context, of licensing.SelectionKey, c licensing.Crowd, pools []licensing.Pool) (int64, error) {
	w := crowd(c, pools)
	said := `'person:' || a.person`
	if c.Filter.Profile != "" {
		said += ` || '/' || a.profile`
	}
	into := w.bind(`cast(? as text), cast(? as text), cast(? as text)`, whose(of)...)
	return t.Exec(ctx, t.engine(`insert into selection_target (school, manager, purpose, target)
		select distinct `+into+`, `+said+` from attachment a cross join person p where p.id = a.person and `+w.String()+` on conflict do nothing`), w.args...)
}

// SweepSelections implements licensing.Writer.
func (t licensingTx) SweepSelections(ctx context.Context, before time.Time, limit int) (int, error) {
	const old = `select k.school, k.manager, k.purpose from selection k where k.changed_at < $1 order by k.changed_at, k.school, k.manager, k.purpose limit $2`
	for _, table := range []string{"selection_target", "selection"} {
		n, err := t.Exec(ctx, `delete from `+table+` where (school, manager, purpose) in (`+old+`)`, db.Micros(before), limit)
		if err != nil || table == "selection" {
			return int(n), err
		}
	}
	return 0, nil
}
