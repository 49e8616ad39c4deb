package store

import (
	"context"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/licensing"
	"pupitre/orders"
)

const describedColumns = `r.id, r.ark, r.title, r.publisher, r.levels, r.subjects, r.withdrawn`

// describedFields are where a row of describedColumns goes; call done after the scan.
func describedFields(d *orders.Described) (fields []any, done func()) {
	var levels, subjects []catalogue.Term
	fields = []any{&d.Resource, &d.ARK, &d.Title, &d.Publisher, listed(&levels), listed(&subjects), &d.Withdrawn}
	return fields, func() {
		for _, t := range levels {
			d.Levels = append(d.Levels, t.Label)
		}
		for _, t := range subjects {
			d.Subjects = append(d.Subjects, t.URI)
		}
	}
}

// ListUses implements orders.Reader.
func (t ordersTx) ListUses(ctx context.Context, school directory.SchoolID, from, until clock.Date) ([]orders.Use, error) {
	return list(ctx, t.Tx, `
		select p.subscription, s.distributor, p.kind, p.publics, p.unlimited, p.total, p.starts, p.ends,
			(select count(*) from holding h where h.school = p.school and h.pool = p.id),
			case when p.kind = 'ETABL' and p.unlimited
				then (select count(distinct j.person) from journal j where j.school = p.school and j.subject = p.resource and j.verb = 'licensing.opened')
				else (select count(*) from holding h where h.school = p.school and h.pool = p.id and h.opened_at > 0) end, `+describedColumns+`
		from pool p cross join subscription s cross join resource r
		where p.school = $1 and s.id = p.subscription and r.id = p.resource and not p.trial and not r.is_family and p.starts <= $3 and p.ends >= $2
			and (not p.ended or exists (select 1 from holding h where h.school = p.school and h.pool = p.id))
		order by p.id`, []any{string(school), from.String(), until.String()}, func(row db.Row) (u orders.Use, err error) {
		fields, done := describedFields(&u.Described)
		var unlimited bool
		var n int64
		err = row.Scan(append([]any{&u.Subscription, &u.Distributor, &u.Kind, (*publics)(&u.Publics), &unlimited, &n, (*day)(&u.Starts), (*day)(&u.Ends), &u.Given, &u.Opened}, fields...)...)
		done()
		if u.Copies = licensing.Count(n); unlimited {
			u.Copies = licensing.Unlimited
		}
		return u, err
	})
}

// mostShelved bounds the offers of some publishers.
const mostShelved = 5000

// ListShelved implements orders.Reader.
func (t ordersTx) ListShelved(ctx context.Context, publishers []catalogue.PublisherID) ([]orders.Shelved, error) {
	query := db.For(t.Engine, `select `+offerColumns+`, `+describedColumns+` from resource r join offer f on f.resource = r.id
		where `+oneOf("r.publisher", "$1")+` and f.ended_at = 0 order by f.distributor, f.id limit $2`)
	return list(ctx, t.Tx, query, []any{jsonArray(publishers), mostShelved}, func(row db.Row) (s orders.Shelved, err error) {
		var schools texts
		fields, done := describedFields(&s.Of)
		err = row.Scan(append(offerFields(&s.Offer, &schools), fields...)...)
		done()
		s.Schools = typed[directory.UAI](schools)
		return s, err
	})
}

// CountHeads implements orders.Reader. A pupil of two classes is counted in the first; one without a level has their class's.
func (t ordersTx) CountHeads(ctx context.Context, school directory.SchoolID) ([]orders.Heads, error) {
	return list(ctx, t.Tx, `
		select x.level, x.class, count(*) from (
			select a.person, coalesce(nullif(max(a.level), ''), min(c.level), '') as level, coalesce(min(c.label), '') as class
			from attachment a left join membership m on m.school = a.school and m.person = a.person
			left join cohort c on c.school = m.school and c.id = m.cohort and c.kind = 'DIVISION' and not c.closed
			where a.school = $1 and a.until = '' and a.profile = 'eleve' group by a.person) x
		group by x.level, x.class order by x.level, x.class`, []any{string(school)}, func(row db.Row) (h orders.Heads, err error) {
		err = row.Scan(&h.Level, &h.Class, &h.N)
		return h, err
	})
}

// CountOthers implements orders.Reader.
func (t ordersTx) CountOthers(ctx context.Context, school directory.SchoolID) (map[directory.Profile]int, error) {
	out := map[directory.Profile]int{}
	err := t.Each(ctx, `select a.profile, count(*) from attachment a where a.school = $1 and a.until = '' and a.profile <> 'eleve' group by a.profile`,
		[]any{string(school)}, counted(out))
	return out, err
}
