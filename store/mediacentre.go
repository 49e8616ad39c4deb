package store

import (
	"context"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/db"
	"pupitre/journal"
	"pupitre/journal/journaldb"
	"pupitre/mediacentre"
)

// Mediacentre is the médiacentre's view of the database.
func (s *Store) Mediacentre() mediacentre.Store {
	return bound[mediacentre.Reader, mediacentre.Writer]{s,
		func(t journaldb.Tx) mediacentre.Reader { return mediacentreTx{t} },
		func(t journaldb.Tx) mediacentre.Writer { return mediacentreTx{t} }}
}

// mediacentreTx asks and changes what persons mark inside a transaction.
type mediacentreTx struct{ journaldb.Tx }

var _ mediacentre.Writer = mediacentreTx{}

// ListFavourites implements mediacentre.Reader.
func (t mediacentreTx) ListFavourites(ctx context.Context, school directory.SchoolID, person directory.PersonID) ([]catalogue.ResourceID, error) {
	return list(ctx, t.Tx, `select resource from favourite where school = $1 and person = $2 order by since desc, resource`, []any{string(school), string(person)},
		func(row db.Row) (id catalogue.ResourceID, err error) {
			err = row.Scan(&id)
			return id, err
		})
}

// lastEntries is how far back ListOpened looks in a person's entries: some weeks of a busy one.
const lastEntries = 500

// ListOpened implements mediacentre.Reader.
func (t mediacentreTx) ListOpened(ctx context.Context, school directory.SchoolID, person directory.PersonID, limit int) ([]mediacentre.Opened, error) {
	return list(ctx, t.Tx, `
		select j.subject, max(j.at) as last from
			(select school, verb, subject, at from journal where person = $2 order by id desc limit $3) j
		where j.school = $1 and j.verb = 'licensing.opened' group by j.subject order by last desc, j.subject limit $4`,
		[]any{string(school), string(person), lastEntries, limit}, func(row db.Row) (o mediacentre.Opened, err error) {
			err = row.Scan(&o.Resource, (*instant)(&o.At))
			return o, err
		})
}

// ListGivers implements mediacentre.Reader.
func (t mediacentreTx) ListGivers(ctx context.Context, school directory.SchoolID, acts []journal.ActID) (map[journal.ActID]directory.Name, error) {
	givers := map[journal.ActID]directory.Name{}
	err := t.Each(ctx, db.For(t.Engine, `
		select j.id, p.family_name, p.given_name, p.civility from journal j cross join person p
		where j.school = $1 and `+oneOf("j.id", "$2")+` and j.actor_kind = 'person' and p.id = j.actor`), []any{string(school), jsonArray(acts)}, func(row db.Row) error {
		var act journal.ActID
		var n directory.Name
		err := row.Scan(&act, &n.Family, &n.Given, &n.Civility)
		givers[act] = n
		return err
	})
	return givers, err
}

const pinColumns = `x.school, x.cohort, x.resource, x.teacher, x.word, x.since, coalesce(p.family_name, ''), coalesce(p.given_name, ''), coalesce(p.civility, '')`

func scanPin(row db.Row) (p mediacentre.Pin, err error) {
	err = row.Scan(&p.School, &p.Cohort, &p.Resource, &p.Teacher, &p.Word, (*instant)(&p.Since), &p.By.Family, &p.By.Given, &p.By.Civility)
	return p, err
}

// ListPins implements mediacentre.Reader.
func (t mediacentreTx) ListPins(ctx context.Context, school directory.SchoolID, cohorts []directory.CohortID, limit int) ([]mediacentre.Pin, error) {
	return list(ctx, t.Tx, db.For(t.Engine, `select `+pinColumns+` from pinned x left join person p on p.id = x.teacher
		where x.school = $1 and `+oneOf("x.cohort", "$2")+` order by x.since desc, x.cohort, x.resource limit $3`),
		[]any{string(school), jsonArray(cohorts), limit}, scanPin)
}

// Teaches implements mediacentre.Reader.
func (t mediacentreTx) Teaches(ctx context.Context, school directory.SchoolID, person directory.PersonID, cohort directory.CohortID) (teaches bool, err error) {
	err = t.One(ctx, `select exists (select 1 from membership m join attachment a on a.school = m.school and a.person = m.person
			join cohort c on c.school = m.school and c.id = m.cohort
		where m.school = $1 and m.cohort = $2 and m.person = $3 and a.until = '' and a.profile in ('enseignant', 'documentaliste') and not c.closed)`,
		[]any{string(school), string(cohort), string(person)}, &teaches)
	return teaches, err
}

// ListMarksOf implements mediacentre.Reader.
func (t mediacentreTx) ListMarksOf(ctx context.Context, person directory.PersonID) ([]mediacentre.Favourite, []mediacentre.Pin, error) {
	favourites, err := list(ctx, t.Tx, `select school, person, resource, since from favourite where person = $1 order by since`, []any{string(person)},
		func(row db.Row) (f mediacentre.Favourite, err error) {
			err = row.Scan(&f.School, &f.Person, &f.Resource, (*instant)(&f.Since))
			return f, err
		})
	if err != nil {
		return nil, nil, err
	}
	pins, err := list(ctx, t.Tx, `select `+pinColumns+` from pinned x left join person p on p.id = x.teacher where x.teacher = $1 order by x.since`, []any{string(person)}, scanPin)
	return favourites, pins, err
}

// AddFavourite implements mediacentre.Writer.
func (t mediacentreTx) AddFavourite(ctx context.Context, f mediacentre.Favourite) error {
	_, err := t.Exec(ctx, `insert into favourite (school, person, resource, since) values ($1, $2, $3, $4) on conflict do nothing`,
		string(f.School), string(f.Person), string(f.Resource), db.Micros(f.Since))
	return err
}

// DropFavourite implements mediacentre.Writer.
func (t mediacentreTx) DropFavourite(ctx context.Context, f mediacentre.Favourite) error {
	_, err := t.Exec(ctx, `delete from favourite where school = $1 and person = $2 and resource = $3`, string(f.School), string(f.Person), string(f.Resource))
	return err
}

// AddPin implements mediacentre.Writer.
func (t mediacentreTx) AddPin(ctx context.Context, act journal.ActID, p mediacentre.Pin) error {
	_, err := t.Exec(ctx, `insert into pinned (school, cohort, resource, teacher, word, since, act) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (school, cohort, resource) do update set teacher = excluded.teacher, word = excluded.word, since = excluded.since, act = excluded.act`,
		string(p.School), string(p.Cohort), string(p.Resource), string(p.Teacher), p.Word, db.Micros(p.Since), string(act))
	return err
}

// DropPin implements mediacentre.Writer. What is removed has no act of its own: the journal names it.
func (t mediacentreTx) DropPin(ctx context.Context, _ journal.ActID, p mediacentre.Pin) (bool, error) {
	n, err := t.Exec(ctx, `delete from pinned where school = $1 and cohort = $2 and resource = $3`, string(p.School), string(p.Cohort), string(p.Resource))
	return n > 0, err
}

// ForgetMarks implements mediacentre.Writer.
func (t mediacentreTx) ForgetMarks(ctx context.Context, _ journal.ActID, person directory.PersonID) error {
	if _, err := t.Exec(ctx, `delete from favourite where person = $1`, string(person)); err != nil {
		return err
	}
	_, err := t.Exec(ctx, `delete from pinned where teacher = $1`, string(person))
	return err
}
