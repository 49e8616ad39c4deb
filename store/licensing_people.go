package store

import (
	"context"
	"errors"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/licensing"
)

// ListCandidates implements licensing.Reader. Somebody with several profiles comes as one candidate with all of them.
func (t licensingTx) ListCandidates(ctx context.Context, school directory.SchoolID, target licensing.Target, gone bool) ([]licensing.Candidate, error) {
	out, err := t.candidates(ctx, attached(school, target))
	if err != nil || !gone || len(out) > 0 || target.Kind != licensing.Person {
		return out, err
	}
	return t.goneOf(ctx, []directory.PersonID{directory.PersonID(target.ID)})
}

// ListNamed implements licensing.Reader.
func (t licensingTx) ListNamed(ctx context.Context, school directory.SchoolID, persons []directory.PersonID, gone bool) ([]licensing.Candidate, error) {
	out, err := t.candidates(ctx, namedPersons(school, persons))
	if err != nil || !gone {
		return out, err
	}
	there := make(map[directory.PersonID]bool, len(out))
	for _, c := range out {
		there[c.Person] = true
	}
	left := slices.DeleteFunc(slices.Clone(persons), func(p directory.PersonID) bool { return there[p] })
	if len(left) == 0 {
		return out, nil
	}
	some, err := t.goneOf(ctx, left)
	return append(out, some...), err
}

// goneOf are candidates for persons who are not in the school, with what orders them by name where it is known.
func (t licensingTx) goneOf(ctx context.Context, persons []directory.PersonID) ([]licensing.Candidate, error) {
	out := make([]licensing.Candidate, len(persons))
	at := make(map[directory.PersonID]int, len(persons))
	for i, p := range persons {
		out[i].Person, at[p] = p, i
	}
	err := t.Ask(ctx, db.Question{Query: t.engine(`select id, folded from person where id in (` + named("$1") + `)`), Args: []any{jsonArray(persons)},
		Scan: func(row db.Row) error {
			var p directory.PersonID
			var folded string
			err := row.Scan(&p, &folded)
			out[at[p]].Folded = folded
			return err
		}})
	return out, err
}

func namedPersons(school directory.SchoolID, persons []directory.PersonID) where {
	w := where{}
	w.and("(a.school, a.person) in ("+named("?", "?")+")", string(school), jsonArray(persons))
	w.and("a.until = ''")
	return w
}

func (t licensingTx) candidates(ctx context.Context, w where) ([]licensing.Candidate, error) {
	var out []licensing.Candidate
	err := t.Ask(ctx, t.candidatesOf(w, &out))
	return out, err
}

// candidatesOf asks for candidates, each with all profiles.
func (t licensingTx) candidatesOf(w where, out *[]licensing.Candidate) db.Question {
	at := map[directory.PersonID]int{}
	return db.Question{
		Query: t.engine(`select a.person, a.profile, coalesce(x.folded, '') from attachment a left join person x on x.id = a.person where ` + w.String()),
		Args:  w.args,
		Scan: func(row db.Row) error {
			var c licensing.Candidate
			var profile directory.Profile
			if err := row.Scan(&c.Person, &profile, &c.Folded); err != nil {
				return err
			}
			i, ok := at[c.Person]
			if !ok {
				i = len(*out)
				at[c.Person] = i
				*out = append(*out, c)
			}
			(*out)[i].Profiles = append((*out)[i].Profiles, profile)
			return nil
		},
	}
}

// LockFooting implements licensing.Writer. The lock comes first: what is asked after it sees all that the one who had it before has written.
func (t licensingTx) LockFooting(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, persons, actors []directory.PersonID) (licensing.Footing, error) {
	var s licensing.Footing
	there := false
	w := namedPersons(school, persons)
	key := []any{string(school), string(resource)}
	err := t.Ask(ctx,
		into(&s.Pools, scanPool, t.engine(`select `+poolColumns+` from pool p where p.school = $1 and p.resource = $2 order by p.id /*postgres: for update */`), key...),
		db.Question{Query: `select ` + schoolColumns + ` from school s where s.school = $1`, Args: key[:1], Scan: func(row db.Row) error {
			there = true
			return row.Scan(schoolFields(&s.School)...)
		}},
		t.candidatesOf(w, &s.Persons),
		into(&s.Held, scanHeld, t.engine(heldColumns+` join pool p on p.school = h.school and p.id = h.pool
			where (h.school, h.person) in (`+named("$1", "$3")+`) and p.resource = $2 and h.state = 'held'`), append(key, jsonArray(persons))...),
		into(&s.Mandated, scanPersonID, t.engine(`select m.person from mandate m where (m.school, m.person) in (`+named("$1", "$2")+`) and `+unmanaged),
			string(school), jsonArray(actors)))
	if err == nil && !there {
		err = fault.New(fault.NotFound, "directory.school.unknown", "school", string(school))
	}
	for i := range s.Persons {
		s.Persons[i].Through = licensing.Target{Kind: licensing.Person}
	}
	return s, err
}

// ListGone implements licensing.Reader.
func (t licensingTx) ListGone(ctx context.Context, school directory.SchoolID, pools []licensing.PoolID, profiles []directory.Profile) ([]licensing.Candidate, error) {
	if len(pools) == 0 {
		return nil, nil
	}
	args := []any{string(school), jsonArray(pools)}
	had := ""
	if len(profiles) > 0 {
		args = append(args, jsonArray(profiles))
		had = ` and exists (select 1 from attachment b where b.school = h.school and b.person = h.person and b.profile in (` + named("$3") + `))`
	}
	return list(ctx, t.Tx, t.engine(`
		select distinct h.person, coalesce(x.folded, '') from holding h left join person x on x.id = h.person
		where (h.school, h.pool) in (`+named("$1", "$2")+`) and h.state = 'held'
			and not exists (select 1 from attachment a where a.school = h.school and a.person = h.person and a.until = '')`+had+` order by h.person`),
		args, func(row db.Row) (c licensing.Candidate, err error) {
			err = row.Scan(&c.Person, &c.Folded)
			return c, err
		})
}

// attached are the conditions by which a target names attachments a of those who are in a school.
func attached(school directory.SchoolID, target licensing.Target) where {
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
	return w
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

// claimColumns are what a claim takes from its pool p, and from the school it is in.
const claimColumns = `p.school, here.uai, p.resource, p.id, p.subscription, p.kind, p.transferable, p.trial, p.starts, p.ends`

// copyColumns are what it takes from the copy h.
const copyColumns = `p.ended or h.state <> 'held', h.through, h.act, h.since, h.opened_at, h.last_at, true`

// ListClaims implements licensing.Reader: the person's own copies, then the school-wide rights that take them in. SQLite takes
// cross joins in the order in which they are written: from the person's schools on, where its planner would begin at the pools of all.
func (t licensingTx) ListClaims(ctx context.Context, person directory.PersonID, school directory.SchoolID, resource catalogue.ResourceID) ([]licensing.Claim, error) {
	args := []any{string(person), string(school)}
	own, wide, work, works, on := `holding h cross join pool p`, `given_target g cross join pool p`, ``, ``, `true`
	if resource != "" {
		args = append(args, string(resource))
		own, wide = `pool p cross join holding h`, `pool p cross join given_target g`
		work, works, on = `, r.id, r.ark, r.title, r.is_family`, `cross join resource r`, `p.resource = $3 and r.id = p.resource`
	}
	all, scan := make([]licensing.Claim, 0, 64), scanClaim(person, resource != "")
	err := t.Each(ctx, `
		with here as (
			select distinct s.school, s.uai from attachment a cross join school s
			where a.person = $1 and a.until = '' and ($2 = '' or a.school = $2) and s.school = a.school)
		select `+claimColumns+`, `+copyColumns+work+`
		from here cross join `+own+` `+works+`
		where h.person = $1 and h.school = here.school and p.school = here.school and p.id = h.pool and `+on+`
		union all
		select `+claimColumns+`, p.ended or g.state <> 'held', g.target, g.act, g.since, 0, 0, false`+work+`
		from here cross join attachment a cross join `+wide+` `+works+`
		where a.person = $1 and a.school = here.school and a.until = '' and g.school = here.school and p.school = here.school and p.id = g.pool
			and p.kind = 'ETABL' and p.unlimited and `+on+` and `+letsIn,
		args, func(row db.Row) error {
			all = append(all, licensing.Claim{})
			return scan(row, &all[len(all)-1])
		})
	return all, err
}

// ListCopies implements licensing.Reader. It is ListClaims without the half that most launches do not need: five tables where
// PostgreSQL would set out to read eleven. A launch asks it before it writes, and nothing else.
func (t licensingTx) ListCopies(ctx context.Context, person directory.PersonID, school directory.SchoolID, resource catalogue.ResourceID) ([]licensing.Claim, error) {
	var all []licensing.Claim
	scan := scanClaim(person, true)
	err := t.Ahead(ctx, `
		select `+claimColumns+`, `+copyColumns+`, r.id, r.ark, r.title, r.is_family
		from pool p cross join holding h cross join school here cross join resource r
		where p.school = $2 and p.resource = $3 and h.pool = p.id and h.person = $1 and h.school = $2 and here.school = $2 and r.id = $3
			and exists (select 1 from attachment a where a.person = $1 and a.school = $2 and a.until = '')`,
		[]any{string(person), string(school), string(resource)}, func(row db.Row) error {
			all = append(all, licensing.Claim{})
			return scan(row, &all[len(all)-1])
		})
	return all, err
}

// scanClaim reads claims of a person, with the work that each is a right to or without. There are hundreds at a time, most with the days
// and the target of the one before, which need not be read again; and a name that is scanned as the string it is costs a third.
func scanClaim(person directory.PersonID, work bool) func(row db.Row, c *licensing.Claim) error {
	var before, here struct{ starts, ends, by string }
	var first, last clock.Date
	var target licensing.Target
	return func(row db.Row, c *licensing.Claim) error {
		var since, opened, used int64
		fields := [21]any{
			(*string)(&c.School), (*string)(&c.UAI), (*string)(&c.Resource), (*string)(&c.Pool), (*string)(&c.Subscription), (*string)(&c.Kind),
			&c.Transferable, &c.Trial, &here.starts, &here.ends, &c.Ended, &here.by, (*string)(&c.Act), &since, &opened, &used, &c.Held,
			(*string)(&c.Work.ID), (*string)(&c.Work.ARK), &c.Work.Title, &c.Work.Family,
		}
		n := len(fields)
		if !work {
			n -= 4
		}
		if err := row.Scan(fields[:n]...); err != nil {
			return err
		}
		if here != before || first.IsZero() {
			if err := errors.Join((*day)(&first).Scan(here.starts), (*day)(&last).Scan(here.ends)); err != nil {
				return err
			}
			before, target = here, through(here.by, person)
		}
		c.Starts, c.Ends, c.Person, c.Through = first, last, person, target
		c.Since, c.Opened, c.Last = db.FromMicros(since), db.FromMicros(opened), db.FromMicros(used)
		return nil
	}
}
