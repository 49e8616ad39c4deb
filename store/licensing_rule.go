package store

import (
	"context"
	"fmt"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

const ruleColumns = `r.school, r.id, r.resource, r.number, r.targets, r.rank, r.reserve, r.keep, r.state, r.reason, r.content, r.act, r.created_at, r.changed_at`

func scanRule(row db.Row) (r licensing.Rule, err error) {
	var targets texts
	var created, changed int64
	if err = row.Scan(&r.School, &r.ID, &r.Resource, &r.Number, &targets, &r.Rank, &r.Reserve, &r.Keep, &r.State, &r.Reason, (*day)(&r.Content), &r.Act, &created, &changed); err != nil {
		return r, err
	}
	r.Created, r.Changed = db.FromMicros(created), db.FromMicros(changed)
	for _, text := range targets {
		t, err := licensing.ParseTarget(text)
		if err != nil {
			return r, fmt.Errorf("targets of rule %s: %w", r.ID, err)
		}
		r.Targets = append(r.Targets, t)
	}
	return r, nil
}

// ListRules implements licensing.RuleReader.
func (t licensingTx) ListRules(ctx context.Context, school directory.SchoolID, resources []catalogue.ResourceID) ([]licensing.Rule, error) {
	query := `select ` + ruleColumns + ` from standing_rule r where r.school = $1 and r.state <> 'dropped' `
	args := []any{string(school)}
	if len(resources) > 0 {
		query += `and r.resource in (` + named("$2") + `) `
		args = append(args, jsonArray(resources))
	}
	return list(ctx, t.Tx, t.engine(query+`order by r.resource, r.number`), args, scanRule)
}

// FindRule implements licensing.RuleReader.
func (t licensingTx) FindRule(ctx context.Context, school directory.SchoolID, id licensing.RuleID) (licensing.Rule, error) {
	return one(ctx, t.Tx, `select `+ruleColumns+` from standing_rule r where r.school = $1 and r.id = $2`, []any{string(school), string(id)}, scanRule,
		fault.New(fault.NotFound, "licensing.rule.unknown"))
}

// ListReserves implements licensing.RuleReader.
func (t licensingTx) ListReserves(ctx context.Context, school directory.SchoolID, resources []catalogue.ResourceID) ([]licensing.Kept, error) {
	return list(ctx, t.Tx, t.engine(`select k.pool, k.rule, k.n from pool p join standing_reserve k on k.school = p.school and k.pool = p.id
		where p.school = $1 and p.resource in (`+named("$2")+`) order by k.pool, k.rule`), []any{string(school), jsonArray(resources)}, func(row db.Row) (k licensing.Kept, err error) {
		err = row.Scan(&k.Pool, &k.Rule, &k.N)
		return k, err
	})
}

// HasCohort implements licensing.RuleReader.
func (t licensingTx) HasCohort(ctx context.Context, school directory.SchoolID, cohort directory.CohortID) (there bool, err error) {
	err = t.One(ctx, `select exists (select 1 from cohort c where c.school = $1 and c.id = $2 and not c.closed)`, []any{string(school), string(cohort)}, &there)
	return there, err
}

// AnyWithout implements licensing.RuleReader.
func (t licensingTx) AnyWithout(ctx context.Context, school directory.SchoolID, target licensing.Target, pools []licensing.PoolID) (some bool, err error) {
	w := attached(school, target)
	w.and(`not exists (select 1 from holding h where h.school = a.school and h.person = a.person and h.state = 'held' and h.pool in (`+named("?")+`))`, jsonArray(pools))
	err = t.One(ctx, t.engine(`select exists (select 1 from attachment a where `+w.String()+`)`), w.args, &some)
	return some, err
}

// ListHands implements licensing.RuleReader.
func (t licensingTx) ListHands(ctx context.Context, school directory.SchoolID, person directory.PersonID) ([]licensing.Hand, error) {
	return list(ctx, t.Tx, `select h.pool, h.person, h.opened_at > 0, h.through from holding h where h.person = $2 and h.school = $1 and h.state = 'held' order by h.pool`,
		[]any{string(school), string(person)}, scanHand)
}

func scanHand(row db.Row) (h licensing.Hand, err error) {
	var by string
	err = row.Scan(&h.Pool, &h.Person, &h.Opened, &by)
	h.Through = through(by, h.Person)
	return h, err
}

// CountServed implements licensing.RuleReader.
func (t licensingTx) CountServed(ctx context.Context, school directory.School, of []licensing.ServedSince) ([]int64, error) {
	out, asked := make([]int64, len(of)), make([]db.Question, len(of))
	for i, x := range of {
		asked[i] = db.Question{
			Query: `select coalesce(cast(sum(l.assigned) as bigint), 0) from pool p join ledger l on l.school = p.school and l.pool = p.id
				where p.school = $1 and p.resource = $2 and l.cause = $3 and l.at >= $4`,
			Args: []any{string(school.ID), string(x.Resource), string(licensing.CauseServed), db.Micros(x.Since.Start(school.Zone()))},
			Scan: func(row db.Row) error { return row.Scan(&out[i]) },
		}
	}
	return out, t.Ask(ctx, asked...)
}

// ListTurning implements licensing.RuleReader. Overseas it may be the next day already; that is asked of their numbers.
func (t licensingTx) ListTurning(ctx context.Context, on clock.Date, before int, after directory.SchoolID, limit int) ([]licensing.Turning, error) {
	from, until := on.AddDays(-before-2).String(), on.AddDays(1).String()
	return list(ctx, t.Tx, `
		select `+schoolColumns+`, coalesce(d.day, '') from school s left join standing_turn d on d.school = s.school
		where s.school > $1 and (coalesce(d.day, '') < $2 or coalesce(d.day, '') < $4 and (s.uai like '97%' or s.uai like '98%')) and s.school in (
			select p.school from pool p where p.ends >= $3 and p.ends < $4 and p.assigned + p.reserved > 0
			union select p.school from pool p where p.starts >= $3 and p.starts <= $4)
		order by s.school limit $5`, []any{string(after), on.String(), from, until, limit}, func(row db.Row) (x licensing.Turning, err error) {
		err = row.Scan(append(schoolFields(&x.School), (*day)(&x.Last))...)
		return x, err
	})
}

// Turned implements licensing.RuleReader.
func (t licensingTx) Turned(ctx context.Context, school directory.SchoolID) (clock.Date, error) {
	days, err := list(ctx, t.Tx, `select d.day from standing_turn d where d.school = $1`, []any{string(school)}, func(row db.Row) (d clock.Date, err error) {
		err = row.Scan((*day)(&d))
		return d, err
	})
	return append(days, clock.Date{})[0], err
}

// AddRule implements licensing.RuleWriter.
func (t licensingTx) AddRule(ctx context.Context, act journal.ActID, r licensing.Rule) error {
	targets := make(texts, len(r.Targets))
	for i, target := range r.Targets {
		targets[i] = target.String()
	}
	_, err := t.Exec(ctx, `
		insert into standing_rule (school, id, resource, number, targets, rank, reserve, keep, state, reason, content, act, created_at, changed_at)
		select cast($1 as text), cast($2 as text), cast($3 as text), coalesce(max(x.number), 0) + 1, cast($4 as text), cast($5 as text), cast($6 as bigint),
			cast($7 as text), cast($8 as text), cast($9 as text), cast($12 as text), cast($10 as text), cast($11 as bigint), cast($11 as bigint)
		from standing_rule x where x.school = $1 and x.resource = $3`,
		string(r.School), string(r.ID), string(r.Resource), targets.String(), string(r.Rank), r.Reserve, string(r.Keep), string(r.State), string(r.Reason),
		string(act), db.Micros(r.Created), r.Content.String())
	if err != nil {
		return fmt.Errorf("add rule %s: %w", r.ID, err)
	}
	return nil
}

// KeepRule implements licensing.RuleWriter.
func (t licensingTx) KeepRule(ctx context.Context, act journal.ActID, r licensing.Rule) error {
	_, err := t.Exec(ctx, `update standing_rule set state = $3, reason = $4, act = $5, changed_at = $6, content = $7 where school = $1 and id = $2`,
		string(r.School), string(r.ID), string(r.State), string(r.Reason), string(act), db.Micros(r.Changed), r.Content.String())
	return err
}

// NoteContent implements licensing.RuleWriter.
func (t licensingTx) NoteContent(ctx context.Context, r licensing.Rule) error {
	return t.Later(ctx, `update standing_rule set content = $3 where school = $1 and id = $2`, string(r.School), string(r.ID), r.Content.String())
}

// KeepBack implements licensing.RuleWriter. The counter moves by a statement that refuses what does not fit, as when copies are given.
func (t licensingTx) KeepBack(ctx context.Context, act journal.ActID, school directory.SchoolID, k licensing.Kept) error {
	key := []any{string(school), string(k.Pool)}
	was, err := list(ctx, t.Tx, `select n from standing_reserve where school = $1 and pool = $2 and rule = $3`, append(key, string(k.Rule)), func(row db.Row) (n int64, err error) {
		err = row.Scan(&n)
		return n, err
	})
	if err != nil {
		return err
	}
	delta := k.N - append(was, 0)[0]
	var seq int64
	err = t.One(ctx, `
		update pool set reserved = reserved + $3, seq = seq + 1
		where school = $1 and id = $2 and ($3 < 0 or not ended and not unlimited and assigned + reserved + $3 <= total) returning seq`,
		append(key, delta), &seq)
	if db.IsNoRow(err) || db.IsCheck(err) {
		return t.exhausted(ctx, licensing.Handover{School: school, Pool: k.Pool})
	}
	if err != nil {
		return fmt.Errorf("keep %d copies of pool %s back: %w", k.N, k.Pool, err)
	}
	if k.N == 0 {
		_, err = t.Exec(ctx, `delete from standing_reserve where school = $1 and pool = $2 and rule = $3`, append(key, string(k.Rule))...)
	} else {
		_, err = t.Exec(ctx, `insert into standing_reserve (school, pool, rule, n) values ($1, $2, $3, $4)
			on conflict (school, pool, rule) do update set n = excluded.n`, append(key, string(k.Rule), k.N)...)
	}
	if err != nil {
		return err
	}
	return t.post(ctx, seq, line{school: school, pool: k.Pool, act: act, cause: licensing.CauseReserve, reserved: delta})
}

// Retire implements licensing.RuleWriter.
func (t licensingTx) Retire(ctx context.Context, act journal.ActID, h licensing.Handover) ([]licensing.Hand, error) {
	hands, err := list(ctx, t.Tx, t.engine(`
		update holding set state = 'ended' where `+copiesOf("holding", "$1", "$2", "$3")+` and state = 'held'
		returning pool, person, opened_at > 0, through`),
		[]any{string(h.School), string(h.Pool), jsonArray(h.Persons)}, scanHand)
	if err != nil {
		return nil, err
	}
	if len(hands) != len(h.Persons) {
		return nil, fault.New(fault.Conflict, "licensing.plan.changed")
	}
	persons, opened := make([]directory.PersonID, len(hands)), int64(0)
	for i, x := range hands {
		persons[i] = x.Person
		if x.Opened {
			opened++
		}
	}
	var seq int64
	var transferable bool
	if err := t.One(ctx, `
		update pool set assigned = assigned - $3, locked = case when transferable then locked else locked - $4 end, seq = seq + 1
		where school = $1 and id = $2 returning seq, transferable`,
		[]any{string(h.School), string(h.Pool), len(hands), opened}, &seq, &transferable); err != nil {
		return nil, fmt.Errorf("retire %d copies of pool %s: %w", len(hands), h.Pool, err)
	}
	l := line{school: h.School, pool: h.Pool, act: act, cause: h.Cause, assigned: -int64(len(hands)), locked: -opened}
	if transferable {
		l.locked = 0
	}
	if err := t.post(ctx, seq, l); err != nil {
		return nil, err
	}
	return hands, t.postCopies(ctx, seq, l, persons, -1)
}

// KeepTurn implements licensing.RuleWriter.
func (t licensingTx) KeepTurn(ctx context.Context, school directory.SchoolID, day clock.Date) error {
	_, err := t.Exec(ctx, `insert into standing_turn (school, day) values ($1, $2) on conflict (school) do update set day = excluded.day`, string(school), day.String())
	return err
}
