package store

import (
	"context"

	"pupitre/exos"
	"pupitre/internal/db"
)

// Progress implements exos.WorkReader.
func (t exosTx) Progress(ctx context.Context, l exos.LearnerID, asked []exos.ModuleID) ([]exos.Progress, error) {
	or, args := "", []any{string(l)}
	if len(asked) > 0 {
		or, args = listed(args, asked)
		or = " or m.id in (" + or + ")"
	}
	return list(ctx, t, `
		select `+moduleColumns+`, v.version, v.total, v.maximum, coalesce(p.at, 0), coalesce(p.exercise, ''), coalesce(e.title, ''),
			coalesce(n.position, 0), coalesce(d.done, 0), coalesce(d.best, 0)
		from module m
		left join place p on p.learner = $1 and p.module = m.id
		join module_version v on v.module = m.id and v.version = coalesce(p.version, m.current_version)
		left join version_line n on n.module = p.module and n.version = p.version and n.exercise = p.exercise
		left join exercise e on e.id = p.exercise
		left join (
			select k.module as module, x.version as version, count(*) as done,
				sum(case when k.best > k.maximum then k.maximum else k.best end) as best
			from mark k join version_line x on x.module = k.module and x.exercise = k.exercise
			where k.learner = $1 group by k.module, x.version
		) d on d.module = v.module and d.version = v.version
		where p.learner is not null`+or+`
		order by m.title, m.id`, args, scanProgress)
}

func scanProgress(row db.Row) (p exos.Progress, err error) {
	var at int64
	var last exos.Place
	err = row.Scan(append(moduleScan(&p.Module), &p.Version, &p.Total, &p.Max, &at, &last.Exercise, &last.Title, &last.Number, &p.Done, &p.Best)...)
	if at != 0 {
		last.At = db.FromMicros(at)
		p.Last = &last
	}
	return p, err
}

// Lines implements exos.WorkReader.
func (t exosTx) Lines(ctx context.Context, l exos.LearnerID, m exos.ModuleID, v exos.VersionID) ([]exos.Worked, error) {
	return list(ctx, t, `
		select n.section, n.exercise, e.title, e.maximum, coalesce(k.best, 0), coalesce(k.last, 0), coalesce(k.tries, 0), coalesce(k.last_at, 0),
			exists (select 1 from attempt a where a.learner = $1 and a.exercise = n.exercise and a.homework = '')
		from version_line n
		join exercise e on e.id = n.exercise
		left join mark k on k.learner = $1 and k.module = n.module and k.exercise = n.exercise
		where n.module = $2 and n.version = $3 order by n.position`, []any{string(l), string(m), string(v)},
		func(row db.Row) (w exos.Worked, err error) {
			var mark exos.Mark
			var last int64
			err = row.Scan(&w.Section, &w.Exercise, &w.Title, &w.Max, &mark.Best, &mark.Last, &mark.Tries, &last, &w.Begun)
			if mark.Tries > 0 {
				mark.Exercise, mark.Max, mark.LastAt = w.Exercise, w.Max, db.FromMicros(last)
				w.Mark = &mark
			}
			return w, err
		})
}

// MarkOf implements exos.WorkReader.
func (t exosTx) MarkOf(ctx context.Context, l exos.LearnerID, m exos.ModuleID, e exos.ExerciseID) (exos.Mark, error) {
	return one(ctx, t, `
		select exercise, best, last, maximum, tries, last_at from mark where learner = $1 and module = $2 and exercise = $3`,
		[]any{string(l), string(m), string(e)}, func(row db.Row) (k exos.Mark, err error) {
			var at int64
			err = row.Scan(&k.Exercise, &k.Best, &k.Last, &k.Max, &k.Tries, &at)
			k.LastAt = db.FromMicros(at)
			return k, err
		})
}

// PutMark implements exos.WorkWriter. What was done first may come last: the line was down.
func (t exosTx) PutMark(ctx context.Context, l exos.LearnerID, m exos.ModuleID, k exos.Mark) error {
	return t.Later(ctx, `
		insert into mark (learner, module, exercise, best, last, maximum, tries, first_at, last_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
		on conflict (learner, module, exercise) do update set
			best = case when excluded.best > mark.best then excluded.best else mark.best end,
			last = case when excluded.last_at < mark.last_at then mark.last else excluded.last end,
			maximum = excluded.maximum, tries = mark.tries + excluded.tries,
			first_at = case when excluded.first_at < mark.first_at then excluded.first_at else mark.first_at end,
			last_at = case when excluded.last_at < mark.last_at then mark.last_at else excluded.last_at end`,
		string(l), string(m), string(k.Exercise), k.Best, k.Last, k.Max, k.Tries, db.Micros(k.LastAt))
}

// PutPlace implements exos.WorkWriter.
func (t exosTx) PutPlace(ctx context.Context, l exos.LearnerID, m exos.ModuleID, v exos.VersionID, e exos.ExerciseID) error {
	return t.Later(ctx, `
		insert into place (learner, module, version, exercise, at) values ($1, $2, $3, $4, $5)
		on conflict (learner, module) do update set version = excluded.version, exercise = excluded.exercise, at = excluded.at`,
		string(l), string(m), string(v), string(e), db.Micros(t.Now()))
}
