package store

import (
	"context"

	"pupitre/directory"
	"pupitre/internal/db"
	"pupitre/licensing"
)

// letsIn is the condition that a school-wide right g out of pool p lets in who has attachment a.
const letsIn = `(',' || p.publics || ',') like ('%,' || a.profile || ',%')
				and (g.profiles = '' or (',' || g.profiles || ',') like ('%,' || a.profile || ',%'))
				and (g.kind = 'school' or g.kind = 'person' and g.target_id = a.person or g.kind = 'cohort' and exists
					(select 1 from membership m where m.school = a.school and m.cohort = g.target_id and m.person = a.person))`

// Census implements licensing.Reader. A school-wide right is counted by who is in its targets today; a copy by who holds it, those
// who left with one included.
func (t licensingTx) Census(ctx context.Context, subscriptions []licensing.SubscriptionID) ([]licensing.Census, error) {
	var out []licensing.Census
	err := t.Each(ctx, t.engine(`
		select x.subscription, s.uai, x.profile, count(*) from (
			select p.subscription, p.school, h.person, min(a.profile) as profile
			from pool p join holding h on h.school = p.school and h.pool = p.id join attachment a on a.school = h.school and a.person = h.person
			where p.subscription in (`+named("$1")+`) and h.state = 'held' and (',' || p.publics || ',') like ('%,' || a.profile || ',%')
			group by p.subscription, p.school, h.person
			union
			select p.subscription, p.school, a.person, min(a.profile)
			from pool p join given_target g on g.school = p.school and g.pool = p.id join attachment a on a.school = p.school
			where p.subscription in (`+named("$1")+`) and g.state = 'held' and p.kind = 'ETABL' and p.unlimited and a.until = '' and `+letsIn+`
			group by p.subscription, p.school, a.person
		) x join school s on s.school = x.school
		group by x.subscription, s.uai, x.profile order by x.subscription, s.uai, x.profile`), []any{jsonArray(subscriptions)}, func(row db.Row) error {
		var c licensing.Census
		var profile directory.Profile
		var n int64
		if err := row.Scan(&c.Subscription, &c.School, &profile, &n); err != nil {
			return err
		}
		if last := len(out) - 1; last < 0 || out[last].Subscription != c.Subscription || out[last].School != c.School {
			c.Per = map[directory.Profile]int64{}
			out = append(out, c)
		}
		out[len(out)-1].Per[profile] = n
		return nil
	})
	return out, err
}
