package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

// suggestionRows reads suggestions s with their targets t, one row a target.
const suggestionRows = `select s.school, s.id, s.resource, s.teacher, s.word, s.made_at, s.state, s.reason, s.answered_by, s.answered_at, s.act,
	t.target, t.given from suggestion s join suggestion_target t on t.school = s.school and t.suggestion = s.id where `

// suggestions gathers the rows of a query that begins with suggestionRows, and whose order keeps those of one suggestion together.
func (t licensingTx) suggestions(ctx context.Context, query string, args ...any) (out []licensing.Suggestion, err error) {
	err = t.Each(ctx, t.engine(query), args, func(row db.Row) error {
		var s licensing.Suggestion
		var text string
		var given bool
		if err := row.Scan(&s.School, &s.ID, &s.Resource, &s.Teacher, &s.Word, (*instant)(&s.Made), &s.State, &s.Reason, &s.By, (*instant)(&s.Answered), &s.Act,
			&text, &given); err != nil {
			return err
		}
		target, err := licensing.ParseTarget(text)
		if err != nil {
			return err
		}
		if last := len(out) - 1; last < 0 || out[last].ID != s.ID {
			out = append(out, s)
		}
		last := &out[len(out)-1]
		last.Targets = append(last.Targets, target)
		if given {
			last.Given = append(last.Given, target)
		}
		return nil
	})
	return out, err
}

// ListSuggestions implements licensing.Reader.
func (t licensingTx) ListSuggestions(ctx context.Context, f licensing.SuggestionFilter) ([]licensing.Suggestion, error) {
	w := where{}
	order, beyond := "desc", "<"
	if f.School != "" {
		w.and("x.school = ?", string(f.School))
	}
	if f.School == "" || f.Teacher != "" {
		w.and("x.teacher = ?", string(f.Teacher))
	}
	if f.Open {
		order, beyond = "asc", ">"
		w.and("x.state = 'open'")
	}
	if f.After != "" {
		w.and("x.id "+beyond+" ?", string(f.After))
	}
	w.answerable(f.Within)
	w.args = append(w.args, f.Limit)
	return t.suggestions(ctx, fmt.Sprintf(suggestionRows+`(s.school, s.id) in (select x.school, x.id from suggestion x where %s order by x.id %s limit $%d)
		order by s.id %s, s.school, t.target`, w, order, len(w.args), order), w.args...)
}

const suggestionsNamed = suggestionRows + `(s.school, s.id) in (`

// FindSuggestions implements licensing.Reader.
func (t licensingTx) FindSuggestions(ctx context.Context, school directory.SchoolID, ids []licensing.SuggestionID) ([]licensing.Suggestion, error) {
	return t.suggestions(ctx, suggestionsNamed+named("$1", "$2")+`) order by s.id, t.target`, string(school), jsonArray(ids))
}

// LockSuggestions implements licensing.Writer. The targets' rows are locked too, so that what was waited for is read with them.
func (t licensingTx) LockSuggestions(ctx context.Context, school directory.SchoolID, ids []licensing.SuggestionID) ([]licensing.Suggestion, error) {
	return t.suggestions(ctx, suggestionsNamed+named("$1", "$2")+`) order by s.id, t.target /*postgres: for update */`, string(school), jsonArray(ids))
}

// CountSuggestions implements licensing.Reader.
func (t licensingTx) CountSuggestions(ctx context.Context, school directory.SchoolID, within *licensing.Mandate) (n int64, err error) {
	w := where{}
	w.and("x.school = ?", string(school))
	w.and("x.state = 'open'")
	w.answerable(within)
	err = t.One(ctx, t.engine(`select count(*) from suggestion x where `+w.String()), w.args, &n)
	return n, err
}

// answerable holds suggestions x to those of which the resource and every class and group are in a delegate's scope.
func (w *where) answerable(m *licensing.Mandate) {
	if m == nil {
		return
	}
	if len(m.Resources) > 0 {
		w.and("x.resource in ("+named("?")+")", jsonArray(m.Resources))
	}
	if len(m.Cohorts) > 0 {
		w.and(`not exists (select 1 from suggestion_target y where y.school = x.school and y.suggestion = x.id
			and not (y.kind = 'cohort' and y.target_id in (`+named("?")+`)))`, jsonArray(m.Cohorts))
	}
}

// poolsToday holds a pool p of school $1 to those in force on day $2.
const poolsToday = `p.school = $1 and not p.ended and p.starts <= $2 and p.ends >= $2`

// wideRight holds a school-wide right g out of pool p to one that stands and lets in who has the profile of b; wideTarget, to one whose target
// person b is in.
const (
	wideRight = `p.kind = 'ETABL' and p.unlimited and g.school = $1 and g.pool = p.id and g.state = 'held'
		and (',' || p.publics || ',') like ('%,' || b.profile || ',%') and (g.profiles = '' or (',' || g.profiles || ',') like ('%,' || b.profile || ',%'))`
	wideTarget = `(g.kind = 'school' or g.kind = 'person' and g.target_id = b.person or g.kind = 'cohort' and exists
		(select 1 from membership n where n.school = $1 and n.cohort = g.target_id and n.person = b.person))`
)

// CountSuggested implements licensing.Reader. Several teachers may suggest the same for the same class: it is looked through once.
func (t licensingTx) CountSuggested(ctx context.Context, school directory.SchoolID, resources []catalogue.ResourceID, today clock.Date, within *licensing.Mandate) (map[catalogue.ResourceID]int64, error) {
	w := where{args: []any{string(school), today.String()}}
	w.and("x.school = $1 and x.state = 'open'")
	if len(resources) > 0 {
		w.and("x.resource in ("+named("?")+")", jsonArray(resources))
	}
	w.answerable(within)
	out := map[catalogue.ResourceID]int64{}
	return out, t.Each(ctx, t.engine(`
		with asked as (
			select distinct x.resource, c.target_id, c.profiles from suggestion x cross join suggestion_target c
			where c.school = $1 and c.suggestion = x.id and `+w.String()+`)
		select o.resource, count(distinct a.person) from asked o cross join membership m cross join attachment a
		where m.school = $1 and m.cohort = o.target_id and a.school = $1 and a.person = m.person and a.until = ''
			and (o.profiles = '' or (',' || o.profiles || ',') like ('%,' || a.profile || ',%'))
			and not exists (select 1 from pool p cross join holding h
				where `+poolsToday+` and p.resource = o.resource and h.school = $1 and h.pool = p.id and h.person = a.person and h.state = 'held')
			and not exists (select 1 from pool p cross join given_target g cross join attachment b
				where `+poolsToday+` and p.resource = o.resource and b.school = $1 and b.person = a.person and b.until = '' and `+wideRight+` and `+wideTarget+`)
		group by o.resource`), w.args, func(row db.Row) error {
		var resource catalogue.ResourceID
		var n int64
		err := row.Scan(&resource, &n)
		out[resource] = n
		return err
	})
}

// ListCoverage implements licensing.Reader.
func (t licensingTx) ListCoverage(ctx context.Context, school directory.SchoolID, cohorts []directory.CohortID, today clock.Date) ([]licensing.Coverage, error) {
	cohorts = slices.Clone(cohorts)
	slices.Sort(cohorts)
	cohorts = slices.Compact(cohorts)
	out := make([]licensing.Coverage, len(cohorts))
	at := map[directory.CohortID]*licensing.Coverage{}
	for i, c := range cohorts {
		out[i] = licensing.Coverage{Cohort: c, Have: map[catalogue.ResourceID]int64{}}
		at[c] = &out[i]
	}
	const pupils = `m.school = $1 and b.school = $1 and b.person = m.person and b.until = '' and b.profile = 'eleve'`
	if err := t.Each(ctx, t.engine(`select m.cohort, count(*) from membership m cross join attachment b
		where m.cohort in (`+named("$2")+`) and `+pupils+` group by m.cohort`), []any{string(school), jsonArray(cohorts)}, func(row db.Row) error {
		var cohort directory.CohortID
		var n int64
		err := row.Scan(&cohort, &n)
		at[cohort].Pupils = n
		return err
	}); err != nil {
		return nil, fmt.Errorf("count the pupils of classes of %s: %w", school, err)
	}
	return out, t.Each(ctx, t.engine(`
		select x.cohort, x.resource, count(*) from (
			select m.cohort, p.resource, m.person from membership m cross join attachment b cross join holding h cross join pool p
			where m.cohort in (`+named("$3")+`) and `+pupils+` and h.school = $1 and h.person = m.person and h.state = 'held' and p.id = h.pool and `+poolsToday+`
			union
			select m.cohort, p.resource, m.person from membership m cross join attachment b cross join given_target g cross join pool p
			where m.cohort in (`+named("$3")+`) and `+pupils+` and `+poolsToday+` and `+wideRight+` and `+wideTarget+`
		) x group by x.cohort, x.resource`), []any{string(school), today.String(), jsonArray(cohorts)}, func(row db.Row) error {
		var cohort directory.CohortID
		var resource catalogue.ResourceID
		var n int64
		err := row.Scan(&cohort, &resource, &n)
		at[cohort].Have[resource] = n
		return err
	})
}

// AddSuggestion implements licensing.Writer.
func (t licensingTx) AddSuggestion(ctx context.Context, act journal.ActID, s licensing.Suggestion) error {
	n, err := t.Exec(ctx, `
		insert into suggestion (school, id, resource, teacher, word, made_at, state, reason, answered_by, answered_at, act)
		values ($1, $2, $3, $4, $5, $6, $7, '', '', 0, $8) on conflict do nothing`,
		string(s.School), string(s.ID), string(s.Resource), string(s.Teacher), string(s.Word), db.Micros(s.Made), string(s.State), string(act))
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "licensing.suggestion.again")
	}
	if err != nil {
		return fmt.Errorf("add suggestion %s: %w", s.ID, err)
	}
	for _, target := range s.Targets {
		if err := t.Later(ctx, `insert into suggestion_target (school, suggestion, target, kind, target_id, profiles, given) values ($1, $2, $3, $4, $5, $6, false)`,
			string(s.School), string(s.ID), target.String(), string(target.Kind), target.ID, licensing.JoinProfiles(target.Profiles)); err != nil {
			return err
		}
	}
	return nil
}

// AnswerSuggestion implements licensing.Writer.
func (t licensingTx) AnswerSuggestion(ctx context.Context, act journal.ActID, s licensing.Suggestion) error {
	n, err := t.Exec(ctx, `update suggestion set state = $3, reason = $4, answered_by = $5, answered_at = $6, act = $7
		where school = $1 and id = $2 and state = 'open'`,
		string(s.School), string(s.ID), string(s.State), string(s.Reason), string(s.By), db.Micros(s.Answered), string(act))
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "licensing.suggestion.answered")
	}
	if err != nil {
		return fmt.Errorf("answer suggestion %s: %w", s.ID, err)
	}
	given := make(db.Texts, len(s.Given))
	for i, target := range s.Given {
		given[i] = target.String()
	}
	return t.Later(ctx, t.engine(`update suggestion_target set given = true where school = $1 and suggestion = $2 and target in (`+named("$3")+`)`),
		string(s.School), string(s.ID), given)
}

// ForgetSuggestions implements licensing.Writer. Who answered stays, as an id that names nobody any more.
func (t licensingTx) ForgetSuggestions(ctx context.Context, _ journal.ActID, person directory.PersonID) error {
	for _, statement := range []string{
		`delete from suggestion_target where (school, suggestion) in (select school, id from suggestion where teacher = $1)`,
		`delete from suggestion where teacher = $1`,
		`update suggestion set reason = '' where answered_by = $1`,
	} {
		if _, err := t.Exec(ctx, statement, string(person)); err != nil {
			return fmt.Errorf("forget the suggestions of %s: %w", person, err)
		}
	}
	return nil
}

// SweepSuggestions implements licensing.Writer.
func (t licensingTx) SweepSuggestions(ctx context.Context, before time.Time, limit int) (int, error) {
	const old = ` in (select school, id from suggestion where made_at < $1 and answered_at < $1 order by made_at, school, id limit $2)`
	if _, err := t.Exec(ctx, `delete from suggestion_target where (school, suggestion)`+old, db.Micros(before), limit); err != nil {
		return 0, fmt.Errorf("sweep suggestions: %w", err)
	}
	n, err := t.Exec(ctx, `delete from suggestion where (school, id)`+old, db.Micros(before), limit)
	return int(n), err
}
