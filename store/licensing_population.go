package store

import (
	"context"
	"fmt"
	"slices"

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
	what, by := `a.profile, p.family_name, p.given_name, p.civility, a.level`, ``
	if c.Filter.Profile == "" { // the strongest is shown, as in Members
		what, by = `max(a.profile), p.family_name, p.given_name, p.civility, max(a.level)`, `group by p.id, p.family_name, p.given_name, p.civility, p.folded`
	}
	// A cross join is taken as it is written: from the school's persons on, where SQLite's planner might begin at the persons of all.
	query := fmt.Sprintf(`
		select p.id, `+what+` from attachment a cross join person p
		where p.id = a.person and %s `+by+`
		order by p.folded, p.id limit $%d`, w, len(w.args))
	return list(ctx, t.Tx, t.engine(query), w.args, func(row db.Row) (m directory.Member, err error) {
		err = row.Scan(&m.Person, &m.Profile, &m.Name.Family, &m.Name.Given, &m.Name.Civility, &m.Level)
		m.Key = string(m.Person)
		return m, err
	})
}

// CountCrowd implements licensing.Reader. The school and its classes are counted in any case; who passes a filter, only where there is one.
func (t licensingTx) CountCrowd(ctx context.Context, c licensing.Crowd, pools []licensing.Pool) (licensing.Population, error) {
	out := licensing.Population{Publics: map[directory.Profile]int{}, Cohorts: map[directory.CohortID]licensing.Headcount{}}
	profiles := map[directory.Profile]licensing.Headcount{}
	asked := []db.Question{t.heads(c, pools, profiles, out.Cohorts)}
	f := c.Filter
	narrowed := f.Profile == "" || f.Group != "" || f.Level != "" || f.Subject != "" || f.Text != "" ||
		f.Cohort != "" && len(f.Among) > 0 && !slices.Contains(f.Among, f.Cohort)
	if narrowed {
		asked = append(asked, t.totals(c, pools, &out))
	}
	if err := t.Ask(ctx, asked...); err != nil {
		return out, err
	}
	for profile, heads := range profiles {
		out.Publics[profile] = heads.Size
	}
	if !narrowed {
		heads := profiles[c.Filter.Profile]
		if c.Filter.Cohort != "" {
			heads = out.Cohorts[c.Filter.Cohort]
		}
		out.Total, out.Without = heads.Size, heads.Size-heads.Served
	}
	if c.Without {
		out.Total = out.Without
	}
	return out, nil
}

// heads counts the school's persons by profile, and those of the filter's profile by class and group. SQLite asks of each once whether they
// are served, and not again for each class and group that they are in; PostgreSQL, which takes a table made on the way for a small one, would
// then look memberships up person by person.
func (t licensingTx) heads(c licensing.Crowd, pools []licensing.Pool, profiles map[directory.Profile]licensing.Headcount, cohorts map[directory.CohortID]licensing.Headcount) db.Question {
	w := where{}
	w.and("a.school = ? and a.until = ''", string(c.School))
	w.scoped("a.person", c.School, c.Filter.Among)
	served, m := w.served(c.School, pools), where{args: w.args}
	m.and("m.school = ? and m.person = x.person", string(c.School))
	if c.Filter.Profile != "" {
		m.and("x.profile = ?", string(c.Filter.Profile))
	}
	if len(c.Filter.Among) > 0 {
		m.and("m.cohort in (select e.value from "+members("?")+")", jsonArray(c.Filter.Among))
	}
	return db.Question{
		Query: t.engine(`
			with x as /*sqlite: materialized */ /*postgres: not materialized */ (select a.person, a.profile, case when ` + served + ` then 1 else 0 end as has from attachment a where ` + w.String() + `)
			select x.profile, '', count(*), sum(x.has) from x group by x.profile
			union all
			select '', m.cohort, count(*), sum(x.has) from x cross join membership m where ` + m.String() + ` group by m.cohort`),
		Args: m.args,
		Scan: func(row db.Row) error {
			var profile directory.Profile
			var cohort directory.CohortID
			var heads licensing.Headcount
			err := row.Scan(&profile, &cohort, &heads.Size, &heads.Served)
			if cohort == "" {
				profiles[profile] = heads
			} else {
				cohorts[cohort] = heads
			}
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
		from += ` cross join person p`
		w.and("p.id = a.person")
	}
	return db.Question{
		Query: t.engine(`select count(distinct a.person), count(distinct case when ` + served + ` then null else a.person end) from ` + from + ` where ` + w.String()),
		Args:  w.args,
		Scan:  func(row db.Row) error { return row.Scan(&into.Total, &into.Without) },
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
	held := w.bind(`a.person in (select h.person from holding h where h.school = ? and `+oneOf("h.pool", "?")+` and h.state = 'held')`, string(school), jsonArray(all))
	if len(wide) == 0 {
		return held
	}
	return held + w.bind(` or exists (
		select 1 from given_target g join pool o on o.school = g.school and o.id = g.pool
		where g.school = ? and `+oneOf("g.pool", "?")+` and g.state = 'held' and (',' || o.publics || ',') like ('%,' || a.profile || ',%')
			and (g.profiles = '' or (',' || g.profiles || ',') like ('%,' || a.profile || ',%'))
			and (g.kind = 'school' or g.kind = 'person' and g.target_id = a.person or g.kind = 'cohort' and exists
				(select 1 from membership x where x.school = g.school and x.cohort = g.target_id and x.person = a.person)))`, string(school), jsonArray(wide))
}
