package store

import (
	"context"

	"pupitre/directory"
	"pupitre/internal/db"
	"pupitre/journal"
	"pupitre/journal/journaldb"
	"pupitre/licensing"
)

// Licensing is licensing's view of the database.
func (s *Store) Licensing() licensing.Store {
	return bound[licensing.Reader, licensing.Writer]{s,
		func(t journaldb.Tx) licensing.Reader { return licensingTx{t} },
		func(t journaldb.Tx) licensing.Writer { return licensingTx{t} }}
}

// licensingTx asks and changes subscriptions, pools and copies inside a transaction.
type licensingTx struct{ journaldb.Tx }

var _ licensing.Writer = licensingTx{}

// members opens a JSON array of texts, given as one parameter, as rows e of one column named value. A batch of thousands is
// so one statement, of the same text whatever its size.
func members(parameter string) string {
	return `/*sqlite: json_each(*/ /*postgres: json_array_elements_text(cast(*/` + parameter + ` /*sqlite: ) as e */ /*postgres: as json)) as e(value) */`
}

// named is the rows of some leading columns, the same for all, and of a last one taken from a JSON array, for
// `(school, pool, person) in (named("$1", "$2", "$3"))`. On PostgreSQL offset 0 hides from the planner that the leading columns are
// constants: it would multiply their selectivities, expect one row where there are thousands, and loop over all pairs.
func named(parameters ...string) string {
	last := len(parameters) - 1
	columns := ""
	for _, p := range parameters[:last] {
		columns += "cast(" + p + " as text), "
	}
	return `select ` + columns + `e.value from ` + members(parameters[last]) + ` /*postgres: offset 0 */`
}

// oneOf is the condition that a column is in a JSON array of texts, given as one parameter, for the last of an index's columns whose others
// are known: PostgreSQL lays the array out first, and then goes by all of them, where it would read all that the others find.
func oneOf(column, parameter string) string {
	return column + ` /*sqlite: in */ /*postgres: = any(array */ (select e.value from ` + members(parameter) + `) /*postgres: ) */`
}

// copiesOf is the condition that a row of holding, whose alias is given, is a copy of one pool that some persons have. PostgreSQL finds each by
// its key, and has no other way: where its statistics are of when the table was empty (an analyze beside the first mass of copies), it takes
// holding for one row, and would compare all copies with all persons, three minutes for what takes 30 ms. The school is said once more,
// so that the place of a row means no other row in a table of partitions.
func copiesOf(alias, school, pool, persons string) string {
	return `/*sqlite: (` + alias + `.school, ` + alias + `.pool, ` + alias + `.person) in (select ` + school + `, ` + pool + `, e.value from json_each(` + persons + `) as e) */
		/*postgres: ` + alias + `.ctid = any(array(select c.ctid from json_array_elements_text(cast(` + persons + ` as json)) as e(value)
			cross join lateral (select x.ctid from holding x where x.school = ` + school + ` and x.pool = ` + pool + ` and x.person = e.value offset 0) as c))
			and coalesce(` + alias + `.school, '') = ` + school + ` */`
}

// engine opens the comments meant for this engine.
func (t licensingTx) engine(query string) string { return db.For(t.Engine, query) }

func jsonArray[T ~string](list []T) db.Texts {
	texts := make(db.Texts, len(list))
	for i, v := range list {
		texts[i] = string(v)
	}
	return texts
}

// through reads the target by which somebody has something; a copy given by name says "person" alone.
func through(s string, person directory.PersonID) licensing.Target {
	if s == string(licensing.Person) {
		return licensing.ToPerson(person)
	}
	t, _ := licensing.ParseTarget(s) // we wrote it
	return t
}

// publics is a set of profiles as a column keeps it.
type publics []directory.Profile

// Scan implements sql.Scanner.
func (p *publics) Scan(v any) error {
	s, _ := v.(string)
	*p = licensing.SplitProfiles(s)
	return nil
}

// total is a Count as two columns keep it.
func total(c licensing.Count) (n int64, unlimited bool) {
	if c.IsUnlimited() {
		return 0, true
	}
	return int64(c), false
}

const poolColumns = `p.school, p.id, p.subscription, p.resource, p.kind, p.transferable, p.publics, p.starts, p.ends,
	p.unlimited, p.total, p.assigned, p.reserved, p.locked, p.seq, p.ended, p.trial`

// poolFields are where a row of poolColumns goes; call done after the scan.
func poolFields(p *licensing.Pool) (fields []any, done func()) {
	var unlimited bool
	var n int64
	fields = []any{&p.School, &p.ID, &p.Subscription, &p.Resource, &p.Kind, &p.Transferable, (*publics)(&p.Publics), (*day)(&p.Starts), (*day)(&p.Ends),
		&unlimited, &n, &p.Assigned, &p.Reserved, &p.Locked, &p.Seq, &p.Ended, &p.Trial}
	return fields, func() {
		p.Total = licensing.Count(n)
		if unlimited {
			p.Total = licensing.Unlimited
		}
	}
}

func scanPool(row db.Row) (p licensing.Pool, err error) {
	fields, done := poolFields(&p)
	err = row.Scan(fields...)
	done()
	return p, err
}

// line is one line of a pool's ledger in the making.
type line struct {
	school                            directory.SchoolID
	pool                              licensing.PoolID
	act                               journal.ActID
	cause                             licensing.Cause
	through                           string
	assigned, locked, reserved, total int64
}

// post writes a line under the number that the guarded statement took.
func (t licensingTx) post(ctx context.Context, seq int64, l line) error {
	return t.Later(ctx, `
		insert into ledger (school, pool, seq, act, at, cause, through, assigned, locked, reserved, total)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		string(l.school), string(l.pool), seq, string(l.act), db.Micros(t.Now()), string(l.cause), l.through,
		l.assigned, l.locked, l.reserved, l.total)
}

// postCopies writes one line per person under a ledger line. A line that is there already ends the act, so SQLite need not keep the pages
// as they were before the statement (« or fail »): by the index of persons it touches as many as there are persons.
func (t licensingTx) postCopies(ctx context.Context, seq int64, l line, persons []directory.PersonID, delta int) error {
	return t.Later(ctx, t.engine(`
		insert /*sqlite: or fail */ into ledger_copy (school, pool, seq, person, assigned)
		select cast($1 as text), cast($2 as text), cast($3 as bigint), e.value, cast($4 as smallint) from `+members("$5")),
		string(l.school), string(l.pool), seq, delta, jsonArray(persons))
}
