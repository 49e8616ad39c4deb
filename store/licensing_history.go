package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"pupitre/directory"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

const entryColumns = `j.school, j.id, j.at, j.actor_kind, j.actor, j.verb, j.subject, j.person, j.class, j.detail`

func scanEntry(row db.Row) (w journal.Written, err error) {
	var at int64
	var detail string
	err = row.Scan(&w.Entry.School, &w.ID, &at, &w.Entry.Actor.Kind, &w.Entry.Actor.ID, &w.Entry.Verb, &w.Entry.Subject, &w.Entry.Person, &w.Entry.Class, &detail)
	w.At, w.Body = db.FromMicros(at), []byte(detail)
	return w, err
}

// ListEntries implements licensing.Reader. Acts are walked newest first, and each is looked up by what narrows it: a page ends where it
// is full. Those of one person are few, and are found first.
func (t licensingTx) ListEntries(ctx context.Context, f licensing.HistoryFilter) ([]journal.Written, error) {
	w := where{}
	w.and("j.school = ?", string(f.School))
	w.and("j.class = 'ledger'") // the condition of the index journal_acts
	w.and("(j.verb like 'licensing.%' or j.verb like 'directory.manager.%')")
	if f.Before != "" {
		w.and("j.id < ?", string(f.Before))
	}
	if f.Actor != "" {
		w.and("j.actor = ?", f.Actor)
	}
	if f.Verb != "" {
		w.and("j.verb = ?", f.Verb)
	}
	if f.Resource != "" {
		w.and("exists (select 1 from ledger l join pool p on p.school = l.school and p.id = l.pool where l.school = j.school and l.act = j.id and p.resource = ?)", string(f.Resource))
	}
	if f.Person != "" {
		w.and("j.id in (select l.act from ledger_copy c join ledger l on l.school = c.school and l.pool = c.pool and l.seq = c.seq where c.school = ? and c.person = ? union all "+appointments+")",
			string(f.School), string(f.Person), string(f.School), string(f.Person), jsonArray(licensing.AppointmentVerbs))
	}
	if f.Named != "" {
		w.and("j.id in ("+appointments+")", string(f.School), string(f.Named), jsonArray(licensing.AppointmentVerbs))
	}
	if f.Within != nil {
		w.and("(exists (select 1 from ledger l join pool p on p.school = l.school and p.id = l.pool where l.school = j.school and l.act = j.id and " + w.scope(*f.Within) + ") or " + w.accounts(*f.Within) + " or " +
			w.bind("j.person = ? and j.verb in ("+named("?")+")", string(f.Within.Person), jsonArray(licensing.AppointmentVerbs)) + ")")
	}
	w.args = append(w.args, f.Limit)
	return list(ctx, t.Tx, t.engine(fmt.Sprintf(`select `+entryColumns+` from journal j where %s order by j.id desc limit $%d`, w, len(w.args))), w.args, scanEntry)
}

// appointments are the acts that said what a person is to copies. They are few, and found by the index of what a person may read.
var appointments = "select a.id from journal a where a.school = ? and a.person = ? and a.person <> '' and a.verb in (" + named("?") + ")"

// targetLine holds a line l of the ledger to one about a right of the whole school for a target. It moves no counter.
const targetLine = `l.through <> '' and l.assigned = 0 and l.locked = 0 and l.reserved = 0 and l.total = 0`

// scope holds a line l of the ledger, of pool p, to what touches a delegate's scope: its resources and, unless it is the whole school, a
// copy of somebody who is in its classes and groups now, or a right given to one of these or to one of their persons.
func (w *where) scope(m licensing.Mandate) string {
	in := "true"
	if len(m.Resources) > 0 {
		in = w.bind("p.resource in ("+named("?")+")", jsonArray(m.Resources))
	}
	if len(m.Cohorts) == 0 {
		return in
	}
	return in + ` and (exists (select 1 from ledger_copy c where c.school = l.school and c.pool = l.pool and c.seq = l.seq and ` + w.copies(m) + `)
		or ` + targetLine + ` and ` + w.targets(m) + `)`
}

// accounts holds an entry j to one on persons' accounts, all of them in the scope.
func (w *where) accounts(m licensing.Mandate) string {
	persons := `/*sqlite: json_extract(j.detail, '$.persons') */ /*postgres: cast(j.detail as json) -> 'persons' */`
	return w.bind(`j.verb in (?, ?) and not exists (select 1 from `+members(persons)+` where not (`, licensing.VerbApart, licensing.VerbCompared) + w.among("e.value", m.School, m.Cohorts) + `))`
}

// copies holds a line c of a copy to those of persons in the scope.
func (w *where) copies(m licensing.Mandate) string { return w.among("c.person", m.School, m.Cohorts) }

// targets holds a line l of a target to those in the scope.
func (w *where) targets(m licensing.Mandate) string {
	if len(m.Cohorts) == 0 {
		return "true"
	}
	return w.bind(`(exists (select 1 from `+members("?")+` where l.through = 'cohort:' || e.value or substr(l.through, 1, length(e.value) + 8) = 'cohort:' || e.value || '/')
		or substr(l.through, 1, 7) = 'person:' and `, jsonArray(m.Cohorts)) + w.among("substr(l.through, 8)", m.School, m.Cohorts) + `)`
}

// ListChanges implements licensing.Reader.
func (t licensingTx) ListChanges(ctx context.Context, school directory.SchoolID, acts []journal.ActID, within *licensing.Mandate) (map[journal.ActID][]licensing.Change, error) {
	w := where{}
	w.and("(l.school, l.act) in ("+named("?", "?")+")", string(school), jsonArray(acts))
	given, back, target := `case when l.assigned > 0 then l.assigned else 0 end`, `case when l.assigned < 0 then -l.assigned else 0 end`, targetLine
	if within != nil {
		w.and(w.scope(*within))
		const some = `(select count(*) from ledger_copy c where c.school = l.school and c.pool = l.pool and c.seq = l.seq and c.assigned `
		given, back = some+`> 0 and `+w.copies(*within)+`)`, some+`< 0 and `+w.copies(*within)+`)`
		target += ` and ` + w.targets(*within)
	}
	out := map[journal.ActID][]licensing.Change{}
	err := t.Each(ctx, t.engine(`
		select l.act, p.resource, coalesce(max(case when l.cause <> 'reserve' then l.cause end), 'reserve'), cast(sum(`+given+`) as bigint), cast(sum(`+back+`) as bigint),
			sum(case when `+target+` and l.cause in ('assigned', 'restored', 'served', 'rolled') then 1 else 0 end),
			sum(case when `+target+` and l.cause in ('released', 'undone', 'ended') then 1 else 0 end)
		from ledger l join pool p on p.school = l.school and p.id = l.pool
		where `+w.String()+` group by l.act, p.resource order by l.act, p.resource`),
		w.args, func(row db.Row) error {
			var act journal.ActID
			var c licensing.Change
			err := row.Scan(&act, &c.Resource, &c.Cause, &c.Given, &c.Back, &c.Opened, &c.Closed)
			out[act] = append(out[act], c)
			return err
		})
	return out, err
}

// ListUndoings implements licensing.Reader.
func (t licensingTx) ListUndoings(ctx context.Context, school directory.SchoolID, acts []journal.ActID) ([]journal.Written, error) {
	return list(ctx, t.Tx, t.engine(`select `+entryColumns+` from journal j
		where (j.school, j.subject) in (`+named("$1", "$2")+`) and j.verb in ('licensing.undone', '`+licensing.VerbCompared+`') order by j.id`), []any{string(school), jsonArray(acts)}, scanEntry)
}

// ListLines implements licensing.Reader. A key is act, pool, number and person.
func (t licensingTx) ListLines(ctx context.Context, f licensing.LineFilter) ([]licensing.CopyLine, error) {
	w := where{}
	w.and("c.school = ?", string(f.School))
	if f.Person != "" {
		w.and("c.person = ?", string(f.Person))
	}
	if f.Act != "" {
		w.and("l.school = ? and l.act = ?", string(f.School), string(f.Act))
	}
	if f.Resource != "" {
		w.and("p.resource = ?", string(f.Resource))
	}
	if f.Within != nil {
		w.scoped("c.person", f.School, f.Within.Cohorts)
		if len(f.Within.Resources) > 0 {
			w.and("p.resource in ("+named("?")+")", jsonArray(f.Within.Resources))
		}
	}
	if f.After != "" {
		act, pool, seq, person, err := readLineKey(f.After)
		if err != nil {
			return nil, err
		}
		w.and("(l.act < ? or l.act = ? and (c.pool, c.seq, c.person) > (?, ?, ?))", act, act, pool, seq, person)
	}
	w.args = append(w.args, f.Limit)
	return list(ctx, t.Tx, t.engine(fmt.Sprintf(`
		select c.person, p.resource, c.pool, p.subscription, l.act, l.at, l.cause, l.through, c.assigned, c.seq
		from ledger_copy c join ledger l on l.school = c.school and l.pool = c.pool and l.seq = c.seq join pool p on p.school = c.school and p.id = c.pool
		where %s order by l.act desc, c.pool, c.seq, c.person limit $%d`, w, len(w.args))), w.args, func(row db.Row) (x licensing.CopyLine, err error) {
		var at, seq int64
		var by string
		err = row.Scan(&x.Person, &x.Resource, &x.Pool, &x.Subscription, &x.Act, &at, &x.Cause, &by, &x.Moved, &seq)
		x.At, x.Key = db.FromMicros(at), strings.Join([]string{string(x.Act), string(x.Pool), strconv.FormatInt(seq, 10), string(x.Person)}, keySign)
		if by != "" {
			x.Through = through(by, x.Person)
		}
		return x, err
	})
}

func readLineKey(key string) (act, pool string, seq int64, person string, err error) {
	parts := strings.Split(key, keySign)
	if len(parts) == 4 {
		seq, err = strconv.ParseInt(parts[2], 10, 64)
	}
	if len(parts) != 4 || err != nil {
		return "", "", 0, "", fault.New(fault.Invalid, "licensing.history.key")
	}
	return parts[0], parts[1], seq, parts[3], nil
}
