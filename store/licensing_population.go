package store

import (
	"context"
	"fmt"
	"strings"

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

// CountCrowd implements licensing.Reader.
func (t licensingTx) CountCrowd(ctx context.Context, c licensing.Crowd, pools []licensing.Pool) (all, without int, err error) {
	w := among(c.School, c.Filter)
	served := w.served(c.School, pools)
	from := `attachment a`
	if c.Filter.Text != "" {
		from += ` cross join person p`
		w.and("p.id = a.person")
	}
	err = t.One(ctx, t.engine(`select count(distinct a.person), count(distinct case when `+served+` then null else a.person end) from `+from+` where `+w.String()),
		w.args, &all, &without)
	return all, without, err
}

// FindMuster implements licensing.Reader. Persons come as one text each for the school, for a class and for a pool, with a comma between them,
// which no id holds: as rows, most of the time would go into the rows.
func (t licensingTx) FindMuster(ctx context.Context, school directory.SchoolID, pools []licensing.PoolID, members bool) (licensing.Muster, error) {
	out := licensing.Muster{Members: map[directory.CohortID][]directory.PersonID{}, Classes: map[directory.CohortID]bool{},
		Holders: map[licensing.PoolID][]directory.PersonID{}}
	asked := []db.Question{{
		Query: `select coalesce(string_agg(a.person || '/' || a.profile, ','), '') from attachment a where a.school = $1 and a.until = ''`,
		Args:  []any{string(school)},
		Scan: func(row db.Row) error {
			var all string
			err := row.Scan(&all)
			for _, one := range apart(all, ",") {
				person, profile, _ := strings.Cut(one, "/")
				out.Attached = append(out.Attached, licensing.Attached{Person: directory.PersonID(person), Profile: directory.Profile(profile)})
			}
			return err
		},
	}}
	if len(pools) > 0 {
		asked = append(asked, db.Question{
			Query: t.engine(`select p.id, coalesce((select string_agg(h.person, ',') from holding h where h.school = p.school and h.pool = p.id and h.state = 'held'), '')
				from pool p where p.school = $1 and ` + oneOf("p.id", "$2")),
			Args: []any{string(school), jsonArray(pools)}, Scan: crowds(out.Holders),
		})
	}
	if members {
		asked = append(asked, db.Question{
			Query: `select m.cohort, string_agg(m.person, ',') from membership m where m.school = $1 group by m.cohort`,
			Args:  []any{string(school)}, Scan: crowds(out.Members),
		}, db.Question{
			Query: `select c.id from cohort c where c.school = $1 and c.kind = 'DIVISION'`,
			Args:  []any{string(school)}, Scan: func(row db.Row) error {
				var class directory.CohortID
				err := row.Scan(&class)
				out.Classes[class] = true
				return err
			},
		})
	}
	return out, t.Ask(ctx, asked...)
}

// crowds reads a key, and the persons of it as one text.
func crowds[K ~string](into map[K][]directory.PersonID) func(db.Row) error {
	return func(row db.Row) error {
		var key K
		var all string
		err := row.Scan(&key, &all)
		for _, person := range apart(all, ",") {
			into[key] = append(into[key], directory.PersonID(person))
		}
		return err
	}
}

// apart are the parts of a text with a sign between them; an empty one has none.
func apart(text, sign string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, sign)
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
