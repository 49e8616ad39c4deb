package store

import (
	"context"

	"pupitre/directory"
	"pupitre/internal/db"
	"pupitre/licensing"
)

// ListRoll implements licensing.Reader. A person with several profiles comes as one, with those that they have now.
func (t licensingTx) ListRoll(ctx context.Context, school directory.SchoolID) ([]licensing.Enrolled, error) {
	var out []licensing.Enrolled
	err := t.Each(ctx, `
		select a.person, a.profile, a.until = '', x.external, x.family_name, x.given_name, x.civility
		from attachment a join person x on x.id = a.person where a.school = $1 order by x.folded, a.person, a.profile`, []any{string(school)},
		func(row db.Row) error {
			var e licensing.Enrolled
			var profile directory.Profile
			var here bool
			if err := row.Scan(&e.Person, &profile, &here, &e.External, &e.Name.Family, &e.Name.Given, &e.Name.Civility); err != nil {
				return err
			}
			if n := len(out); n == 0 || out[n-1].Person != e.Person {
				out = append(out, e)
			}
			if here {
				last := &out[len(out)-1]
				last.Profiles = append(last.Profiles, profile)
			}
			return nil
		})
	return out, err
}

// ListCohorts implements licensing.Reader. DIVISION sorts before GROUPE: classes come first.
func (t licensingTx) ListCohorts(ctx context.Context, school directory.SchoolID) ([]directory.Cohort, error) {
	return list(ctx, t.Tx, `select school, id, kind, code, label, level from cohort where school = $1 and not closed order by kind, label, code`,
		[]any{string(school)}, func(row db.Row) (c directory.Cohort, err error) {
			err = row.Scan(&c.School, &c.ID, &c.Kind, &c.Code, &c.Label, &c.Level)
			return c, err
		})
}
