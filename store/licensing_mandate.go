package store

import (
	"context"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

// outUnder counts the copies that are out under mandate m: those that a line of one of its acts gave, and whose holder still has them
// by that act.
const outUnder = `(select count(*)
	from mandate_act x join ledger l on l.school = x.school and l.act = x.act and l.assigned > 0
	join ledger_copy c on c.school = l.school and c.pool = l.pool and c.seq = l.seq
	join holding h on h.school = c.school and h.pool = c.pool and h.person = c.person and h.act = x.act and h.state = 'held'
	where x.school = m.school and x.mandate = m.id and ` + unspared + `)`

// unspared leaves out of the copies c of an act x those that the mandate does not count.
const unspared = `not exists (select 1 from mandate_spared s
	where s.school = x.school and s.mandate = x.mandate and s.act = x.act and s.pool = c.pool and s.person = c.person)`

// unmanaged leaves out whoever is an assignment manager now.
const unmanaged = `not exists (select 1 from assignment_manager a where a.school = m.school and a.person = m.person and a.state = 'confirmed')`

const mandateColumns = `m.school, m.person, m.id, m.cohorts, m.resources, m.budget, m.until, m.given_by, m.state, m.since,
	exists (select 1 from attachment a where a.school = m.school and a.person = m.person and a.until = '')`

// mandateFields are where a row of mandateColumns goes; call done after the scan.
func mandateFields(m *licensing.Mandate) (fields []any, done func()) {
	var cohorts, resources texts
	var since int64
	return []any{&m.School, &m.Person, &m.ID, &cohorts, &resources, &m.Budget, (*day)(&m.Until), &m.By, &m.State, &since, &m.Present}, func() {
		for _, c := range cohorts {
			m.Cohorts = append(m.Cohorts, directory.CohortID(c))
		}
		for _, r := range resources {
			m.Resources = append(m.Resources, catalogue.ResourceID(r))
		}
		m.Since = db.FromMicros(since)
	}
}

// FindMandate implements licensing.Reader.
func (t licensingTx) FindMandate(ctx context.Context, school directory.SchoolID, person directory.PersonID) (licensing.Mandate, error) {
	return t.mandate(ctx, school, person, "")
}

// LockMandate implements licensing.Writer. What is out is counted by a statement of its own: on PostgreSQL it then sees what the one
// that held the lock before has written.
func (t licensingTx) LockMandate(ctx context.Context, school directory.SchoolID, person directory.PersonID) (licensing.Mandate, error) {
	return t.mandate(ctx, school, person, "/*postgres: for update */")
}

func (t licensingTx) mandate(ctx context.Context, school directory.SchoolID, person directory.PersonID, lock string) (licensing.Mandate, error) {
	key := []any{string(school), string(person)}
	m, err := one(ctx, t.Tx, t.engine(`select `+mandateColumns+` from mandate m where m.school = $1 and m.person = $2 and `+unmanaged+` `+lock), key,
		func(row db.Row) (m licensing.Mandate, err error) {
			fields, done := mandateFields(&m)
			err = row.Scan(fields...)
			done()
			return m, err
		}, fault.New(fault.NotFound, "licensing.mandate.unknown"))
	if err != nil {
		return m, err
	}
	err = t.One(ctx, `select `+outUnder+` from mandate m where m.school = $1 and m.person = $2`, key, &m.Spent)
	return m, err
}

// ListMandates implements licensing.Reader.
func (t licensingTx) ListMandates(ctx context.Context, school directory.SchoolID) ([]licensing.Mandate, error) {
	return t.mandates(ctx, `m.school = $1 and `+unmanaged, string(school))
}

// ListMandatesOf implements licensing.Reader.
func (t licensingTx) ListMandatesOf(ctx context.Context, person directory.PersonID) ([]licensing.Mandate, error) {
	return t.mandates(ctx, `m.person = $1 and `+unmanaged, string(person))
}

// ListOverspent implements licensing.Reader.
func (t licensingTx) ListOverspent(ctx context.Context) ([]licensing.Mandate, error) {
	return t.mandates(ctx, `m.budget >= 0 and m.budget < `+outUnder)
}

func (t licensingTx) mandates(ctx context.Context, which string, args ...any) ([]licensing.Mandate, error) {
	return list(ctx, t.Tx, `
		select `+mandateColumns+`, `+outUnder+`, coalesce(p.family_name, ''), coalesce(p.given_name, ''), coalesce(p.civility, '')
		from mandate m left join person p on p.id = m.person
		where `+which+` and m.state = 'standing' order by coalesce(p.folded, ''), m.person, m.school`, args,
		func(row db.Row) (m licensing.Mandate, err error) {
			fields, done := mandateFields(&m)
			err = row.Scan(append(fields, &m.Spent, &m.Name.Family, &m.Name.Given, &m.Name.Civility)...)
			done()
			return m, err
		})
}

// FindOffice implements licensing.Reader.
func (t licensingTx) FindOffice(ctx context.Context, school directory.SchoolID, person directory.PersonID) (o licensing.Office, err error) {
	const there = `exists (select 1 from attachment a where a.school = $1 and a.person = $2 and a.until = ''`
	err = t.One(ctx, `select exists (select 1 from assignment_manager m where m.school = $1 and m.person = $2 and m.state = 'confirmed'),
		`+there+` and a.head), `+there+`), `+there+` and a.profile <> 'eleve')`,
		[]any{string(school), string(person)}, &o.Manages, &o.Heads, &o.Present, &o.Adult)
	return o, err
}

// ListLabels implements licensing.Reader.
func (t licensingTx) ListLabels(ctx context.Context, school directory.SchoolID, cohorts []directory.CohortID) (map[directory.CohortID]string, error) {
	labels := make(map[directory.CohortID]string, len(cohorts))
	if len(cohorts) == 0 {
		return labels, nil
	}
	err := t.Each(ctx, t.engine(`select c.id, c.label from cohort c where (c.school, c.id) in (`+named("$1", "$2")+`) and not c.closed`),
		[]any{string(school), jsonArray(cohorts)}, func(row db.Row) error {
			var id directory.CohortID
			var label string
			err := row.Scan(&id, &label)
			labels[id] = label
			return err
		})
	return labels, err
}

// KeepMandate implements licensing.Writer.
func (t licensingTx) KeepMandate(ctx context.Context, act journal.ActID, m licensing.Mandate) error {
	_, err := t.Exec(ctx, `
		insert into mandate (school, person, id, cohorts, resources, budget, spent, until, given_by, state, act, since)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		on conflict (school, person) do update set id = excluded.id, cohorts = excluded.cohorts, resources = excluded.resources, budget = excluded.budget,
			spent = excluded.spent, until = excluded.until, given_by = excluded.given_by, state = excluded.state, act = excluded.act, since = excluded.since`,
		string(m.School), string(m.Person), string(m.ID), ids(m.Cohorts), ids(m.Resources), int64(m.Budget), m.Spent, m.Until.String(),
		string(m.By), string(m.State), string(act), db.Micros(m.Since))
	return err
}

// ids writes a list of ids, or of names, as a column keeps it.
func ids[T ~string](list []T) string {
	out := make(texts, len(list))
	for i, id := range list {
		out[i] = string(id)
	}
	return out.String()
}

// ListCounted implements licensing.Reader: those whose last line before, in their pool, was of an act under the mandate.
func (t licensingTx) ListCounted(ctx context.Context, m licensing.Mandate, act journal.ActID) ([]licensing.HeldCopy, error) {
	return list(ctx, t.Tx, `
		select b.pool, b.person
		from ledger l join ledger_copy b on b.school = l.school and b.pool = l.pool and b.seq = l.seq and b.assigned < 0
			join ledger_copy c on c.school = b.school and c.pool = b.pool and c.person = b.person and c.assigned > 0 and c.seq =
				(select max(p.seq) from ledger_copy p where p.school = b.school and p.pool = b.pool and p.person = b.person and p.seq < b.seq and p.assigned > 0)
			join ledger g on g.school = c.school and g.pool = c.pool and g.seq = c.seq
			join mandate_act x on x.school = g.school and x.mandate = $3 and x.act = g.act
		where l.school = $1 and l.act = $2 and l.assigned < 0 and `+unspared+` order by 1, 2`,
		[]any{string(m.School), string(act), string(m.ID)}, func(row db.Row) (h licensing.HeldCopy, err error) {
			err = row.Scan(&h.Pool, &h.Person)
			return h, err
		})
}

// SpareMandate implements licensing.Writer.
func (t licensingTx) SpareMandate(ctx context.Context, act journal.ActID, m licensing.Mandate, copies []licensing.HeldCopy) error {
	if len(copies) == 0 {
		return nil
	}
	rows := make(db.Rows, len(copies))
	for i, c := range copies {
		rows[i] = []any{string(c.Pool), string(c.Person)}
	}
	_, err := t.Exec(ctx, t.engine(`insert into mandate_spared (school, mandate, act, pool, person)
		select cast($1 as text), cast($2 as text), cast($3 as text), e.value->>0, e.value->>1 from `+db.RowsOf("$4")), string(m.School), string(m.ID), string(act), rows)
	return err
}

// SpendMandate implements licensing.Writer.
func (t licensingTx) SpendMandate(ctx context.Context, act journal.ActID, m licensing.Mandate, n int64) error {
	if err := t.Later(ctx, `insert into mandate_act (school, mandate, act) values ($1, $2, $3)`, string(m.School), string(m.ID), string(act)); err != nil {
		return err
	}
	spent, err := t.Exec(ctx, `update mandate set spent = $4 where school = $1 and person = $2 and id = $3 and state = 'standing' and (budget < 0 or budget >= $4)`,
		string(m.School), string(m.Person), string(m.ID), m.Spent+n)
	if db.IsCheck(err) || err == nil && spent == 0 {
		return fault.New(fault.Exhausted, "licensing.mandate.budget", "n", m.Left(), "asked", n, "short", n-m.Left())
	}
	return err
}
