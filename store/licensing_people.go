package store

import (
	"context"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/db"
	"pupitre/licensing"
)

// ListCandidates implements licensing.Reader. Somebody with several profiles comes as one candidate with all of them.
func (t licensingTx) ListCandidates(ctx context.Context, school directory.SchoolID, target licensing.Target, gone bool) ([]licensing.Candidate, error) {
	w := where{}
	w.and("a.school = ?", string(school))
	w.and("a.until = ''")
	switch target.Kind {
	case licensing.Cohort:
		w.and("a.person in (select m.person from membership m where m.school = ? and m.cohort = ?)", string(school), target.ID)
	case licensing.Person:
		w.and("a.person = ?", target.ID)
	}
	if len(target.Profiles) > 0 {
		w.and("a.profile in ("+named("?")+")", jsonArray(target.Profiles))
	}
	var out []licensing.Candidate
	at := map[directory.PersonID]int{}
	err := t.Each(ctx, t.engine(`select a.person, a.profile, coalesce(x.folded, '') from attachment a left join person x on x.id = a.person where `+w.String()),
		w.args, func(row db.Row) error {
			var c licensing.Candidate
			var profile directory.Profile
			if err := row.Scan(&c.Person, &profile, &c.Folded); err != nil {
				return err
			}
			i, ok := at[c.Person]
			if !ok {
				i = len(out)
				at[c.Person] = i
				out = append(out, c)
			}
			out[i].Profiles = append(out[i].Profiles, profile)
			return nil
		})
	if err == nil && gone && len(out) == 0 && target.Kind == licensing.Person {
		out = []licensing.Candidate{{Person: directory.PersonID(target.ID)}}
	}
	return out, err
}

// ListPlaces implements licensing.Reader.
func (t licensingTx) ListPlaces(ctx context.Context, school directory.SchoolID, groups bool, persons []directory.PersonID) ([]licensing.Place, error) {
	w := where{}
	w.and("m.school = ?", string(school))
	if !groups {
		w.and("c.kind = 'DIVISION'")
	}
	if len(persons) > 0 {
		w.and("(m.school, m.person) in ("+named("$1", "?")+")", jsonArray(persons))
	}
	return list(ctx, t.Tx, t.engine(`select m.person, m.cohort, case when c.kind = 'DIVISION' then c.label else '' end
		from membership m join cohort c on c.school = m.school and c.id = m.cohort where `+w.String()),
		w.args, func(row db.Row) (p licensing.Place, err error) {
			err = row.Scan(&p.Person, &p.Cohort, &p.Class)
			return p, err
		})
}

// claimColumns are what a claim takes from its pool p and school s.
const claimColumns = `p.school, s.uai, p.resource, p.id, p.subscription, p.kind, p.transferable, p.starts, p.ends`

// ListClaims implements licensing.Reader.
func (t licensingTx) ListClaims(ctx context.Context, person directory.PersonID) (claims []licensing.Claim, err error) {
	err = t.Ask(ctx, claimQuestions(&claims, person, "", "")...)
	return claims, err
}

// FindClaims implements licensing.Reader.
func (t licensingTx) FindClaims(ctx context.Context, person directory.PersonID, school directory.SchoolID, resource catalogue.ResourceID) (licensing.Work, []licensing.Claim, error) {
	var works []licensing.Work
	var claims []licensing.Claim
	err := t.Ask(ctx, append(claimQuestions(&claims, person, school, resource), into(&works, scanWork, workByID, string(resource)))...)
	if err == nil && len(works) == 0 {
		err = noWork(resource)
	}
	if err != nil {
		return licensing.Work{}, nil, err
	}
	return works[0], claims, nil
}

// claimQuestions ask for the person's own copies, then for the school-wide rights that take them in.
func claimQuestions(claims *[]licensing.Claim, person directory.PersonID, school directory.SchoolID, resource catalogue.ResourceID) []db.Question {
	scan := func(held bool) func(row db.Row) (licensing.Claim, error) {
		return func(row db.Row) (c licensing.Claim, err error) {
			var by string
			var since, opened int64
			err = row.Scan(&c.School, &c.UAI, &c.Resource, &c.Pool, &c.Subscription, &c.Kind, &c.Transferable, (*day)(&c.Starts), (*day)(&c.Ends),
				&c.Ended, &by, &c.Act, &since, &opened)
			c.Person, c.Held, c.Through, c.Since, c.Opened = person, held, through(by, person), db.FromMicros(since), db.FromMicros(opened)
			return c, err
		}
	}
	own, wide := where{}, where{}
	own.and("h.person = ?", string(person))
	narrow(&own, school, resource)
	wide.and("a.person = ? and a.until = ''", string(person))
	narrow(&wide, school, resource)
	// Cross joins are taken in the order in which they are written, which a planner without statistics would not find: a school has
	// many holdings, a person few, and of one work fewer.
	first := `holding h cross join pool p`
	if school != "" && resource != "" {
		first = `pool p cross join holding h`
	}
	return []db.Question{into(claims, scan(true), `
		select `+claimColumns+`, p.ended or h.state <> 'held', h.through, h.act, h.since, h.opened_at
		from `+first+` cross join school s
		where `+own.String()+` and p.school = h.school and p.id = h.pool and s.school = h.school
			and exists (select 1 from attachment a where a.school = h.school and a.person = h.person and a.until = '')`, own.args...),
		into(claims, scan(false), `
		select `+claimColumns+`, p.ended or g.state <> 'held', g.target, g.act, g.since, 0
		from attachment a cross join pool p cross join given_target g cross join school s
		where `+wide.String()+` and p.school = a.school and p.kind = 'ETABL' and p.unlimited
			and g.school = p.school and g.pool = p.id and s.school = a.school
			and (',' || p.publics || ',') like ('%,' || a.profile || ',%')
			and (g.profiles = '' or (',' || g.profiles || ',') like ('%,' || a.profile || ',%'))
			and (g.kind = 'school' or g.kind = 'person' and g.target_id = a.person or g.kind = 'cohort' and exists
				(select 1 from membership m where m.school = a.school and m.cohort = g.target_id and m.person = a.person))`, wide.args...)}
}

func narrow(w *where, school directory.SchoolID, resource catalogue.ResourceID) {
	if school != "" {
		w.and("p.school = ?", string(school))
	}
	if resource != "" {
		w.and("p.resource = ?", string(resource))
	}
}
