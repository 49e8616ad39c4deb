package store

import (
	"context"
	"fmt"

	"pupitre/directory"
	"pupitre/internal/db"
	"pupitre/licensing"
)

// ListCrowd implements licensing.Reader.
func (t licensingTx) ListCrowd(ctx context.Context, c licensing.Crowd, pools []licensing.Pool, page directory.Page) ([]directory.Member, error) {
	w := crowd(c, pools)
	if page.After != "" {
		w.and("(p.folded, p.id) > (coalesce((select y.folded from person y where y.id = ?), ''), ?)", page.After, page.After)
	}
	w.args = append(w.args, page.Limit)
	// One profile is asked for, or the strongest is shown, as in Members.
	query := fmt.Sprintf(`
		select p.id, max(a.profile), p.family_name, p.given_name, p.civility, max(a.level)
		from attachment a join person p on p.id = a.person
		where %s
		group by p.id, p.family_name, p.given_name, p.civility, p.folded
		order by p.folded, p.id limit $%d`, w, len(w.args))
	return list(ctx, t.Tx, t.engine(query), w.args, func(row db.Row) (m directory.Member, err error) {
		err = row.Scan(&m.Person, &m.Profile, &m.Name.Family, &m.Name.Given, &m.Name.Civility, &m.Level)
		m.Key = string(m.Person)
		return m, err
	})
}

// CountCrowd implements licensing.Reader.
func (t licensingTx) CountCrowd(ctx context.Context, c licensing.Crowd, pools []licensing.Pool) (licensing.Population, error) {
	out := licensing.Population{Publics: map[directory.Profile]int{}, Cohorts: map[directory.CohortID]licensing.Headcount{}}
	publics := db.Question{
		Query: `select a.profile, count(*) from attachment a where a.school = $1 and a.until = '' group by a.profile`, Args: []any{string(c.School)},
		Scan: func(row db.Row) error {
			var p directory.Profile
			var n int
			err := row.Scan(&p, &n)
			out.Publics[p] = n
			return err
		},
	}
	err := t.Ask(ctx, publics, t.shares(c, pools, out.Cohorts), t.totals(c, pools, &out))
	return out, err
}

// shares counts the classes and groups.
func (t licensingTx) shares(c licensing.Crowd, pools []licensing.Pool, into map[directory.CohortID]licensing.Headcount) db.Question {
	w := where{}
	w.and("m.school = ?", string(c.School))
	w.and("a.school = ? and a.until = ''", string(c.School))
	if c.Filter.Profile != "" {
		w.and("a.profile = ?", string(c.Filter.Profile))
	}
	served := w.served(c.School, pools)
	return db.Question{
		Query: t.engine(`select m.cohort, count(*), sum(case when ` + served + ` then 1 else 0 end)
			from membership m join attachment a on a.person = m.person where ` + w.String() + ` group by m.cohort`),
		Args: w.args,
		Scan: func(row db.Row) error {
			var id directory.CohortID
			var s licensing.Headcount
			err := row.Scan(&id, &s.Size, &s.Served)
			into[id] = s
			return err
		},
	}
}

// totals counts those who pass the filter, and those of them without a copy.
func (t licensingTx) totals(c licensing.Crowd, pools []licensing.Pool, into *licensing.Population) db.Question {
	w := among(c.School, c.Filter)
	served := w.served(c.School, pools)
	from := `attachment a`
	if c.Filter.Text != "" {
		from += ` join person p on p.id = a.person`
	}
	return db.Question{
		Query: t.engine(`select count(distinct a.person), count(distinct case when ` + served + ` then null else a.person end) from ` + from + ` where ` + w.String()),
		Args:  w.args,
		Scan: func(row db.Row) error {
			err := row.Scan(&into.Total, &into.Without)
			if c.Without {
				into.Total = into.Without
			}
			return err
		},
	}
}

// crowd gathers the conditions of a crowd over attachment a and person p.
func crowd(c licensing.Crowd, pools []licensing.Pool) where {
	w := among(c.School, c.Filter)
	if c.Without {
		w.conditions = append(w.conditions, "not ("+w.served(c.School, pools)+")")
	}
	return w
}

// served is the condition that attachment a's person has a copy out of one of the pools, or a school-wide right to one that takes in
// the attachment. Its arguments are added to the query's.
func (w *where) served(school directory.SchoolID, pools []licensing.Pool) string {
	var all, wide []licensing.PoolID
	for _, p := range pools {
		all = append(all, p.ID)
		if p.SiteWide() {
			wide = append(wide, p.ID)
		}
	}
	held := w.bind(`a.person in (select h.person from holding h where (h.school, h.pool) in (`+named("?", "?")+`) and h.state = 'held')`, string(school), jsonArray(all))
	if len(wide) == 0 {
		return held
	}
	return held + w.bind(` or exists (
		select 1 from given_target g join pool o on o.school = g.school and o.id = g.pool
		where (g.school, g.pool) in (`+named("?", "?")+`) and g.state = 'held' and (',' || o.publics || ',') like ('%,' || a.profile || ',%')
			and (g.profiles = '' or (',' || g.profiles || ',') like ('%,' || a.profile || ',%'))
			and (g.kind = 'school' or g.kind = 'person' and g.target_id = a.person or g.kind = 'cohort' and exists
				(select 1 from membership x where x.school = g.school and x.cohort = g.target_id and x.person = a.person)))`, string(school), jsonArray(wide))
}
