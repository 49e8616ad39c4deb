package store

import (
	"context"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/licensing"
)

// inForce is the condition of a pool in force on the day of the second parameter.
func inForce(p string) string {
	return `not ` + p + `.ended and ` + p + `.starts <= $2 and ` + p + `.ends >= $2`
}

// ListTwice implements licensing.Reader: two copies, then a copy beside a right of the whole school that takes its holder in. Only the
// copies of resources that have several pools in force are read.
func (t licensingTx) ListTwice(ctx context.Context, school directory.SchoolID, today clock.Date) ([]licensing.Twice, error) {
	return list(ctx, t.Tx, `
		select p.resource, h.person from pool p join holding h on h.school = p.school and h.pool = p.id
		where p.school = $1 and h.state = 'held' and `+inForce("p")+` and exists
			(select 1 from pool q where q.school = p.school and q.resource = p.resource and q.id <> p.id and `+inForce("q")+`)
		group by p.resource, h.person having count(*) > 1
		union
		select p.resource, h.person
		from pool w join given_target g on g.school = w.school and g.pool = w.id join pool p on p.school = w.school and p.resource = w.resource and p.id <> w.id
			join holding h on h.school = p.school and h.pool = p.id join attachment a on a.school = h.school and a.person = h.person
		where w.school = $1 and w.kind = 'ETABL' and w.unlimited and `+inForce("w")+` and `+inForce("p")+` and g.state = 'held' and h.state = 'held' and a.until = ''
			and (',' || w.publics || ',') like ('%,' || a.profile || ',%')
			and (g.profiles = '' or (',' || g.profiles || ',') like ('%,' || a.profile || ',%'))
			and (g.kind = 'school' or g.kind = 'person' and g.target_id = a.person or g.kind = 'cohort' and exists
				(select 1 from membership m where m.school = a.school and m.cohort = g.target_id and m.person = a.person))
		order by 1, 2`, []any{string(school), today.String()}, func(row db.Row) (d licensing.Twice, err error) {
		err = row.Scan(&d.Resource, &d.Person)
		return d, err
	})
}

// present are the persons who are in the school of the first parameter, with what tells who they are; grown up where no profile is a pupil's.
const present = `here as materialized (
			select a.person, x.folded, x.secondary, min(case when a.profile = 'eleve' then 0 else 1 end) grown
			from attachment a join person x on x.id = a.person where a.school = $1 and a.until = ''
			group by a.person, x.folded, x.secondary)`

// ListKin implements licensing.Reader: a person in another school too, other accounts that portals say are theirs, wherever they are, and
// accounts of one name here, of pupils or of grown-ups, unless somebody told them apart.
func (t licensingTx) ListKin(ctx context.Context, school directory.SchoolID) ([]licensing.Kin, error) {
	return list(ctx, t.Tx, `
		with `+present+`
		select h.person, h.person, b.school, true from here h cross join attachment b where b.person = h.person and b.school <> $1 and b.until = ''
		union
		select h.person, y.id, b.school, true
		from here h cross join person y cross join attachment b
		where h.secondary <> '' and y.secondary <> '' and y.secondary = h.secondary and y.folded = h.folded and y.id <> h.person and b.person = y.id and b.until = ''
		union
		select h.person, o.person, $1, false from here h join here o on o.folded = h.folded and o.person <> h.person and o.grown = h.grown
		where not exists (select 1 from apart x where x.school = $1 and x.person = h.person and x.other = o.person)
		order by 1, 2, 3, 4 desc`, []any{string(school)}, scanKin)
}

// ListAccounts implements licensing.Reader. Where no portal gives secondary identifiers, it reads nobody.
func (t licensingTx) ListAccounts(ctx context.Context, school directory.SchoolID) ([]licensing.Kin, error) {
	return list(ctx, t.Tx, `
		select distinct x.id, y.id, b.school, true
		from attachment a cross join person x cross join person y cross join attachment b
		where exists (select 1 from person z where z.secondary <> '') and a.school = $1 and a.until = '' and x.id = a.person
			and x.secondary <> '' and y.secondary <> '' and y.secondary = x.secondary and y.folded = x.folded and y.id <> x.id
			and b.person = y.id and b.school = $1 and b.until = ''
		order by 1, 2`, []any{string(school)}, scanKin)
}

func scanKin(row db.Row) (k licensing.Kin, err error) {
	err = row.Scan(&k.Person, &k.Other, &k.School, &k.Known)
	return k, err
}

// ListSpent implements licensing.Reader.
func (t licensingTx) ListSpent(ctx context.Context, school directory.SchoolID, today clock.Date) ([]licensing.Double, error) {
	return list(ctx, t.Tx, `
		with `+present+`, accounts as (
			select h.person, h.person other from here h
			union all
			select h.person, y.id from here h cross join person y
			where h.secondary <> '' and y.secondary <> '' and y.secondary = h.secondary and y.folded = h.folded and y.id <> h.person)
		select p.resource, k.person, k.other <> k.person, min(l.school)
		from accounts k cross join holding l cross join pool q cross join pool p cross join holding h
		where l.person = k.other and l.school <> $1 and l.state = 'held' and l.opened_at > 0
			and q.school = l.school and q.id = l.pool and not q.transferable and `+inForce("q")+`
			and not exists (select 1 from attachment b where b.person = l.person and b.school = l.school and b.until = '')
			and p.school = $1 and p.resource = q.resource and `+inForce("p")+` and h.school = $1 and h.pool = p.id and h.person = k.person and h.state = 'held'
		group by 1, 2, 3 order by 1, 2, 3`, []any{string(school), today.String()}, func(row db.Row) (d licensing.Double, err error) {
		d.Kind, d.Persons = licensing.DoubleSpent, make([]directory.PersonID, 1)
		err = row.Scan(&d.Resource, &d.Persons[0], &d.Account, &d.There)
		return d, err
	})
}
