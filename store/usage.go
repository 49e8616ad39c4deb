package store

import (
	"context"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/internal/id"
	"pupitre/journal/journaldb"
	"pupitre/usage"
)

// Usage is the view of the database that counts.
func (s *Store) Usage() usage.Store {
	return bound[usage.Reader, usage.Writer]{s,
		func(t journaldb.Tx) usage.Reader { return usageTx{t} },
		func(t journaldb.Tx) usage.Writer { return usageTx{t} }}
}

// usageTx reads the journal and the copies, and keeps counts.
type usageTx struct{ journaldb.Tx }

var _ usage.Writer = usageTx{}

// FindSchool implements usage.Reader.
func (t usageTx) FindSchool(ctx context.Context, school directory.SchoolID) (uai directory.UAI, err error) {
	err = t.One(ctx, `select uai from school where school = $1`, []any{string(school)}, &uai)
	if db.IsNoRow(err) {
		err = fault.New(fault.NotFound, "directory.school.unknown", "value", string(school))
	}
	return uai, err
}

// CountedUntil implements usage.Reader.
func (t usageTx) CountedUntil(ctx context.Context, school directory.SchoolID) (until clock.Date, err error) {
	err = t.One(ctx, `select until from usage_counted where school = $1`, []any{string(school)}, (*day)(&until))
	if db.IsNoRow(err) {
		err = nil
	}
	return until, err
}

// Entries have ids that begin with the time at which they were made, and a time of their own, that of their transaction. So a time is looked
// for among the ids that were made about then.
const about = time.Hour

func (t usageTx) bounds(from, to time.Time) []any {
	return []any{id.Floor(from.Add(-about)), id.Floor(to.Add(about)), db.Micros(from), db.Micros(to)}
}

const opened = `j.verb = 'licensing.opened'`

// FirstAccess implements usage.Reader.
func (t usageTx) FirstAccess(ctx context.Context, school directory.SchoolID, from, to time.Time) (at time.Time, err error) {
	err = t.One(ctx, `select j.at from journal j where j.school = $1 and j.id >= $2 and j.id < $3 and j.at >= $4 and j.at < $5 and `+opened+` order by j.id limit 1`,
		append([]any{string(school)}, t.bounds(from, to)...), (*instant)(&at))
	if db.IsNoRow(err) {
		err = nil
	}
	return at, err
}

// inClass is a question for the class of each pupil among the persons of another, named x.
func inClass(persons string) string {
	return `select x.person, min(c.id) as part from (` + persons + `) x
		cross join attachment a cross join membership m cross join cohort c
		where a.school = $1 and a.person = x.person and a.profile = 'eleve' and a.until = '' and m.school = $1 and m.person = x.person
			and c.school = $1 and c.id = m.cohort and c.kind = 'DIVISION' and not c.closed group by x.person`
}

// ListAccesses implements usage.Reader. That somebody had opened a resource before is looked for among their own entries.
func (t usageTx) ListAccesses(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, s usage.Span) ([]usage.Access, error) {
	args := append([]any{string(school)}, t.bounds(s.From, s.To)...)
	args = append(args, string(resource), id.Floor(s.Since.Add(-about)), db.Micros(s.Since))
	return list(ctx, t.Tx, db.For(t.Engine, `
		with done as /*postgres: materialized */ (select j.subject, j.person, count(*) as n from journal j
				where j.school = $1 and j.id >= $2 and j.id < $3 and j.at >= $4 and j.at < $5 and `+opened+` and j.person <> '' and ($6 = '' or j.subject = $6)
				group by j.subject, j.person)
		select d.subject, d.person, d.n, exists
				(select 1 from journal j where j.person = d.person and j.person <> '' and j.id >= $7 and j.id < $3 and j.at >= $8 and j.at < $4
					and j.school = $1 and `+opened+` and j.subject = d.subject)
		from done d`), args, func(row db.Row) (a usage.Access, err error) {
		err = row.Scan(&a.Resource, &a.Person, &a.N, &a.Again)
		return a, err
	})
}

// Homes implements usage.Reader. It joins here what three plain questions say: PostgreSQL, where it has not counted its tables lately, has each
// pupil compared with each.
func (t usageTx) Homes(ctx context.Context, school directory.SchoolID) (map[directory.PersonID]string, error) {
	homes, classes, pupils := map[directory.PersonID]string{}, map[string]bool{}, map[directory.PersonID]bool{}
	of := []any{string(school)}
	err := t.Ask(ctx,
		db.Question{Query: `select c.id from cohort c where c.school = $1 and c.kind = 'DIVISION' and not c.closed`, Args: of, Scan: func(row db.Row) error {
			var class string
			err := row.Scan(&class)
			classes[class] = true
			return err
		}},
		db.Question{Query: `select a.person from attachment a where a.school = $1 and a.profile = 'eleve' and a.until = ''`, Args: of, Scan: func(row db.Row) error {
			person, err := scanPersonID(row)
			pupils[person] = true
			return err
		}},
		db.Question{Query: `select m.person, m.cohort from membership m where m.school = $1`, Args: of, Scan: func(row db.Row) error {
			var person directory.PersonID
			var class string
			err := row.Scan(&person, &class)
			if first, in := homes[person]; classes[class] && pupils[person] && (!in || class < first) {
				homes[person] = class
			}
			return err
		}})
	return homes, err
}

// CountHolders implements usage.Reader. It counts as licensingTx.Census does, each person once.
func (t usageTx) CountHolders(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, today clock.Date) ([]usage.Counted, error) {
	return list(ctx, t.Tx, db.For(t.Engine, `
		with had as /*postgres: materialized */ (
			select p.resource, h.person from pool p join holding h on h.school = p.school and h.pool = p.id
			where p.school = $1 and ($3 = '' or p.resource = $3) and not p.ended and p.starts <= $2 and p.ends >= $2 and h.state = 'held'
			union
			select p.resource, a.person from pool p join given_target g on g.school = p.school and g.pool = p.id join attachment a on a.school = p.school
			where p.school = $1 and ($3 = '' or p.resource = $3) and not p.ended and p.starts <= $2 and p.ends >= $2 and g.state = 'held'
				and p.kind = 'ETABL' and p.unlimited and a.until = '' and `+letsIn+`),
			home as /*postgres: materialized */ (`+inClass(`select distinct d.person from had d`)+`)
		select d.resource, coalesce(h.part, ''), count(*) from had d join resource r on r.id = d.resource and not r.is_family
		left join home h on h.person = d.person group by 1, 2 order by 1, 2`), []any{string(school), today.String(), string(resource)}, func(row db.Row) (c usage.Counted, err error) {
		err = row.Scan(&c.Resource, &c.Part, &c.Holders)
		return c, err
	})
}

// ListClasses implements usage.Reader.
func (t usageTx) ListClasses(ctx context.Context, school directory.SchoolID) ([]usage.Part, error) {
	homes, err := t.Homes(ctx, school)
	if err != nil {
		return nil, err
	}
	of := map[string]int64{}
	for _, class := range homes {
		of[class]++
	}
	parts, err := list(ctx, t.Tx, `select c.id, c.label from cohort c where c.school = $1 and c.kind = 'DIVISION' and not c.closed order by c.label, c.id`,
		[]any{string(school)}, func(row db.Row) (p usage.Part, err error) {
			err = row.Scan(&p.ID, &p.Label)
			p.Persons = of[p.ID]
			return p, err
		})
	if err != nil {
		return nil, err
	}
	var everybody int64
	err = t.One(ctx, `select count(distinct a.person) from attachment a where a.school = $1 and a.until = ''`, []any{string(school)}, &everybody)
	return append(parts, usage.Part{Persons: everybody - int64(len(homes))}), err
}

// ListWeeks implements usage.Reader.
func (t usageTx) ListWeeks(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, from clock.Date) ([]usage.Counted, error) {
	return list(ctx, t.Tx, `select resource, week, part, users, fresh, accesses from usage_week
		where school = $1 and ($2 = '' or resource = $2) and week >= $3 order by resource, week, part`,
		[]any{string(school), string(resource), from.String()}, func(row db.Row) (c usage.Counted, err error) {
			err = row.Scan(&c.Resource, (*day)(&c.Week), &c.Part, &c.Users, &c.Fresh, &c.Accesses)
			return c, err
		})
}

// ListHeld implements usage.Reader.
func (t usageTx) ListHeld(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID, from clock.Date) ([]usage.Counted, error) {
	return list(ctx, t.Tx, `select resource, week, part, holders from usage_held
		where school = $1 and ($2 = '' or resource = $2) and week >= $3 order by resource, part, week`,
		[]any{string(school), string(resource), from.String()}, func(row db.Row) (c usage.Counted, err error) {
			err = row.Scan(&c.Resource, (*day)(&c.Week), &c.Part, &c.Holders)
			return c, err
		})
}

// ListAreas implements usage.Reader.
func (t usageTx) ListAreas(ctx context.Context, resources []catalogue.ResourceID, from, before clock.Date) ([]usage.Counted, error) {
	return list(ctx, t.Tx, db.For(t.Engine, `select x.resource, x.week, x.area, x.users, x.fresh, x.accesses, x.holders from usage_area x
		where x.resource in (`+named("$1")+`) and x.week >= $2 and x.week < $3 order by x.resource, x.week, x.area`),
		[]any{jsonArray(resources), from.String(), before.String()}, func(row db.Row) (c usage.Counted, err error) {
			err = row.Scan(&c.Resource, (*day)(&c.Week), &c.Part, &c.Users, &c.Fresh, &c.Accesses, &c.Holders)
			return c, err
		})
}

func scanUsed(row db.Row) (w usage.Work, err error) {
	err = row.Scan(&w.ID, &w.ARK, &w.Title)
	return w, err
}

// FindWorks implements usage.Reader.
func (t usageTx) FindWorks(ctx context.Context, ids []catalogue.ResourceID) ([]usage.Work, error) {
	return list(ctx, t.Tx, db.For(t.Engine, `select r.id, r.ark, r.title from resource r where r.id in (`+named("$1")+`) order by r.folded, r.id`),
		[]any{jsonArray(ids)}, scanUsed)
}

// FindWorkByARK implements usage.Reader.
func (t usageTx) FindWorkByARK(ctx context.Context, ark catalogue.ARK) (usage.Work, error) {
	return one(ctx, t.Tx, `select r.id, r.ark, r.title from resource r where r.ark = $1`, []any{string(ark)}, scanUsed,
		fault.New(fault.NotFound, "usage.work.unknown", "ark", string(ark)))
}

// ListWorks implements usage.Reader.
func (t usageTx) ListWorks(ctx context.Context, f usage.Find) ([]usage.Work, error) {
	return list(ctx, t.Tx, `select r.id, r.ark, r.title from resource r where r.publisher = $1 and not r.is_family and ($2 = '' or r.ark = $2)
			and ($3 = '' or (r.folded, r.id) > (select a.folded, a.id from resource a where a.ark = $3 and a.publisher = $1))
		order by r.folded, r.id limit $4`, []any{string(f.Publisher), string(f.ARK), string(f.After), f.Limit}, scanUsed)
}

// ListDue implements usage.Reader.
func (t usageTx) ListDue(ctx context.Context, week clock.Date, after directory.SchoolID, limit int) ([]usage.Due, error) {
	return list(ctx, t.Tx, `select s.school, s.uai from school s left join usage_counted c on c.school = s.school
		where s.school > $1 and coalesce(c.until, '') < $2 order by s.school limit $3`, []any{string(after), week.String(), limit}, func(row db.Row) (d usage.Due, err error) {
		err = row.Scan(&d.School, &d.UAI)
		return d, err
	})
}

// CountUntil implements usage.Writer. The row is locked until the transaction ends: another node finds it counted.
func (t usageTx) CountUntil(ctx context.Context, school directory.SchoolID, day clock.Date) (bool, error) {
	n, err := t.Exec(ctx, `insert into usage_counted (school, until) values ($1, $2)
		on conflict (school) do update set until = excluded.until where usage_counted.until < excluded.until`, string(school), day.String())
	return n == 1, err
}

// AddWeek implements usage.Writer.
func (t usageTx) AddWeek(ctx context.Context, school directory.SchoolID, counted []usage.Counted) error {
	values := make([]any, 0, 7*len(counted))
	for _, c := range counted {
		values = append(values, string(school), string(c.Resource), c.Week.String(), c.Part, c.Users, c.Fresh, c.Accesses)
	}
	return t.Load(ctx, "usage_week", []string{"school", "resource", "week", "part", "users", "fresh", "accesses"}, values)
}

// AddHeld implements usage.Writer.
func (t usageTx) AddHeld(ctx context.Context, school directory.SchoolID, changed []usage.Counted) error {
	values := make([]any, 0, 5*len(changed))
	for _, c := range changed {
		values = append(values, string(school), string(c.Resource), c.Week.String(), c.Part, c.Holders)
	}
	return t.Load(ctx, "usage_held", []string{"school", "resource", "week", "part", "holders"}, values)
}

// AddArea implements usage.Writer. Schools that are counted at one time meet in these rows: they are taken in one order.
func (t usageTx) AddArea(ctx context.Context, counted []usage.Counted) error {
	rows := make(db.Rows, len(counted))
	for i, c := range counted {
		rows[i] = []any{string(c.Resource), c.Week.String(), c.Part, c.Users, c.Fresh, c.Accesses, c.Holders}
	}
	if len(rows) == 0 {
		return nil
	}
	number := func(i string) string { return `cast(e.value->>` + i + ` as bigint)` }
	_, err := t.Exec(ctx, db.For(t.Engine, `
		insert into usage_area (resource, week, area, users, fresh, accesses, holders)
		select e.value->>0, e.value->>1, e.value->>2, `+number("3")+`, `+number("4")+`, `+number("5")+`, `+number("6")+`
		from `+db.RowsOf("$1")+` where true order by 1, 2, 3
		on conflict (resource, week, area) do update set users = usage_area.users + excluded.users, fresh = usage_area.fresh + excluded.fresh,
			accesses = usage_area.accesses + excluded.accesses, holders = usage_area.holders + excluded.holders`), rows)
	return err
}

// Sweep implements usage.Writer.
func (t usageTx) Sweep(ctx context.Context, before clock.Date, limit int) (int, error) {
	schools, err := t.Exec(ctx, `delete from usage_week where (school, resource, week, part) in
		(select w.school, w.resource, w.week, w.part from usage_week w where w.week < $1 order by w.week limit $2)`, before.String(), limit)
	if err != nil {
		return 0, err
	}
	held, err := t.Exec(ctx, `delete from usage_held where (school, resource, week, part) in
		(select w.school, w.resource, w.week, w.part from usage_held w where w.week < $1 order by w.week limit $2)`, before.String(), limit)
	if err != nil {
		return 0, err
	}
	areas, err := t.Exec(ctx, `delete from usage_area where (resource, week, area) in
		(select a.resource, a.week, a.area from usage_area a where a.week < $1 order by a.week limit $2)`, before.String(), limit)
	return int(schools + held + areas), err
}
