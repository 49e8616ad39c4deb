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

// ListDoubles implements licensing.Reader: two copies, then a copy beside a right of the whole school that takes its holder in. Only the
// copies of resources that have several pools in force are read.
func (t licensingTx) ListDoubles(ctx context.Context, school directory.SchoolID, today clock.Date) ([]licensing.Double, error) {
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
		order by 1, 2`, []any{string(school), today.String()}, func(row db.Row) (d licensing.Double, err error) {
		err = row.Scan(&d.Resource, &d.Person)
		return d, err
	})
}
