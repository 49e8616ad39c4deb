package store

import (
	"context"
	"fmt"
	"slices"

	"pupitre/directory"
	"pupitre/directory/provision"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/journal/journaldb"
)

// Provision is provisioning's view of the database.
func (s *Store) Provision() provision.Store {
	return bound[provision.Reader, provision.Writer]{s,
		func(t journaldb.Tx) provision.Reader { return provisionTx{t} },
		func(t journaldb.Tx) provision.Writer { return provisionTx{t} }}
}

// provisionTx reads what stands of a school, for imports. Writing is in directory_apply.go.
type provisionTx struct{ journaldb.Tx }

var _ provision.Writer = provisionTx{}

const knownSchoolColumns = `school, project, uai, name, degree, confirm_managers, digest, waiting`

func scanKnownSchool(row db.Row) (k provision.KnownSchool, err error) {
	err = row.Scan(&k.ID, &k.Project, &k.UAI, &k.Name, &k.Degree, &k.ConfirmManager, &k.Digest, &k.Waiting)
	return k, err
}

// Schools implements provision.Reader.
func (t provisionTx) Schools(ctx context.Context, project directory.ProjectID) ([]provision.KnownSchool, error) {
	return list(ctx, t.Tx, `select `+knownSchoolColumns+` from school where project = $1 order by uai`, []any{string(project)}, scanKnownSchool)
}

// School implements provision.Reader.
func (t provisionTx) School(ctx context.Context, uai directory.UAI) (provision.KnownSchool, error) {
	return one(ctx, t.Tx, `select `+knownSchoolColumns+` from school where uai = $1`, []any{string(uai)}, scanKnownSchool,
		fault.New(fault.NotFound, "directory.school.unknown", "school", string(uai)))
}

// Cohorts implements provision.Reader.
func (t provisionTx) Cohorts(ctx context.Context, school directory.SchoolID) ([]provision.KnownCohort, error) {
	within := map[directory.CohortID][]string{}
	err := t.Each(ctx, `
		select w.cohort, c.code from cohort_within w join cohort c on c.school = w.school and c.id = w.class
		where w.school = $1 order by w.cohort, c.code`, []any{string(school)}, func(row db.Row) error {
		var group directory.CohortID
		var code string
		err := row.Scan(&group, &code)
		within[group] = append(within[group], code)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list(ctx, t.Tx, `select id, closed, kind, code, label, level from cohort where school = $1 order by code`, []any{string(school)},
		func(row db.Row) (c provision.KnownCohort, err error) {
			err = row.Scan(&c.ID, &c.Closed, &c.Kind, &c.Code, &c.Label, &c.Level)
			c.Within = within[c.ID]
			return c, err
		})
}

// Enrolled implements provision.Reader. Rows come in the order of their key, one for each profile: a sort of them, or a search by id
// alone, would take longer than everything else that a school without changes needs.
func (t provisionTx) Enrolled(ctx context.Context, school directory.SchoolID) ([]provision.Enrolled, error) {
	var all []provision.Enrolled
	err := t.Each(ctx, `
		select a.person, (select p.external from person p where p.project = s.project and p.id = a.person), a.digest, a.until
		from attachment a join school s on s.school = a.school
		where a.school = $1 order by a.person`, []any{string(school)}, func(row db.Row) error {
		var e provision.Enrolled
		var digest, until string
		if err := row.Scan(&e.Person, &e.External, &digest, &until); err != nil {
			return err
		}
		if n := len(all); n == 0 || all[n-1].Person != e.Person {
			all = append(all, e)
		}
		if last := &all[len(all)-1]; until == "" {
			last.Present, last.Digest = true, digest
		}
		return nil
	})
	return all, err
}

// Managers implements provision.Reader.
func (t provisionTx) Managers(ctx context.Context, school directory.SchoolID) ([]provision.KnownManager, error) {
	return list(ctx, t.Tx, `
		select m.person, coalesce(p.external, ''), m.state, m.source from assignment_manager m left join person p on p.id = m.person
		where m.school = $1 order by m.person`, []any{string(school)},
		func(row db.Row) (m provision.KnownManager, err error) {
			var source string
			err = row.Scan(&m.Person, &m.External, &m.State, &source)
			m.FromPortal = source == fromPortal
			return m, err
		})
}

// fromPortal is the source of a manager whom a file named.
const fromPortal = "portal"

// Identify implements provision.Reader.
func (t provisionTx) Identify(ctx context.Context, project directory.ProjectID, externals []string) (map[string]directory.PersonID, error) {
	out := make(map[string]directory.PersonID, len(externals))
	if len(externals) == 0 {
		return out, nil
	}
	// A subquery for each: left to join, either engine goes through all persons of the project for every school, as long as it has no
	// statistics, and that is where a first import is.
	err := t.Each(ctx, db.For(t.Engine, `
		select external, id from (
			select e.value as external, (select p.id from person p where p.project = $1 and p.external = e.value) as id from `+members("$2")+` /*postgres: offset 0 */
		) found where id is not null`),
		[]any{string(project), jsonArray(externals)}, func(row db.Row) error {
			var external string
			var id directory.PersonID
			err := row.Scan(&external, &id)
			out[external] = id
			return err
		})
	return out, err
}

// Situations implements provision.Reader.
func (t provisionTx) Situations(ctx context.Context, school directory.SchoolID, persons []directory.PersonID) (map[directory.PersonID]directory.Situation, error) {
	out := make(map[directory.PersonID]directory.Situation, len(persons))
	if len(persons) == 0 {
		return out, nil
	}
	args := []any{string(school), jsonArray(persons)}
	err := t.Each(ctx, db.For(t.Engine, `
		select person, profile, level from attachment
		where school = $1 and until = '' and person in (select value from `+members("$2")+`) order by person, profile`), args, func(row db.Row) error {
		var id directory.PersonID
		var profile directory.Profile
		var level string
		err := row.Scan(&id, &profile, &level)
		s := out[id]
		s.Profiles = append(s.Profiles, profile)
		s.Profile, s.Level = directory.Strongest(s.Profiles), max(s.Level, level)
		out[id] = s
		return err
	})
	if err != nil {
		return nil, err
	}
	err = t.Each(ctx, db.For(t.Engine, `
		select person, cohort from membership where school = $1 and person in (select value from `+members("$2")+`) order by person, cohort`),
		args, func(row db.Row) error {
			var id directory.PersonID
			var cohort directory.CohortID
			err := row.Scan(&id, &cohort)
			s := out[id]
			s.Cohorts = append(s.Cohorts, cohort)
			out[id] = s
			return err
		})
	for _, s := range out {
		slices.Sort(s.Profiles) // the engines' collations may differ from ours
		slices.Sort(s.Cohorts)
	}
	return out, err
}

// Admit implements provision.Writer. Touching the row holds it on PostgreSQL until the transaction ends.
func (t provisionTx) Admit(ctx context.Context, project directory.ProjectID) error {
	_, err := t.Exec(ctx, `insert into ent_project (id, name, created_at) values ($1, $1, $2) on conflict (id) do update set id = excluded.id`,
		string(project), db.Micros(t.Now()))
	return err
}

// Wait implements provision.Writer.
func (t provisionTx) Wait(ctx context.Context, _ journal.ActID, school directory.SchoolID, digest string) error {
	if _, err := t.Exec(ctx, `update school set waiting = $2 where school = $1`, string(school), digest); err != nil {
		return fmt.Errorf("make school %s wait: %w", school, err)
	}
	return nil
}
