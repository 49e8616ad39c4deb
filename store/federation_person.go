package store

import (
	"context"
	"slices"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/db"
	"pupitre/internal/fault"
)

// PersonByExternal implements federation.Reader.
func (t federationTx) PersonByExternal(ctx context.Context, project directory.ProjectID, external string) (directory.Person, error) {
	return directoryTx(t).PersonByExternal(ctx, project, external)
}

// Person implements federation.Reader.
func (t federationTx) Person(ctx context.Context, person directory.PersonID) (directory.Person, error) {
	return directoryTx(t).Person(ctx, person)
}

// Secret implements federation.Reader.
func (t federationTx) Secret(ctx context.Context, project directory.ProjectID, person directory.PersonID) (directory.Secret, error) {
	return one(ctx, t.Tx, `select secret from person where project = $1 and id = $2`, []any{string(project), string(person)},
		func(row db.Row) (s directory.Secret, err error) { err = row.Scan(&s); return s, err },
		fault.New(fault.NotFound, "directory.person.unknown"))
}

// SecretAt implements federation.Reader.
func (t federationTx) SecretAt(ctx context.Context, s federation.Session) (secret directory.Secret, err error) {
	err = t.One(ctx, `
		select p.secret from person p join attachment a on a.person = p.id
		where p.project = $1 and p.id = $2 and a.school = $3 and a.profile = $4 and a.until = ''`,
		[]any{string(s.Project), string(s.Person), string(s.School), string(s.Profile)}, &secret)
	if db.IsNoRow(err) {
		err = fault.New(fault.NotFound, "federation.place.gone")
	}
	return secret, err
}

// Places implements federation.Reader.
func (t federationTx) Places(ctx context.Context, project directory.ProjectID, person directory.PersonID) ([]federation.Place, error) {
	return list(ctx, t.Tx, `
		select `+schoolColumns+`, a.profile from attachment a join school s on s.school = a.school
		where a.person = $1 and a.until = '' and s.project = $2 order by s.name, s.school, a.profile desc`,
		[]any{string(person), string(project)}, func(row db.Row) (p federation.Place, err error) {
			err = row.Scan(append(schoolFields(&p.School), &p.Profile)...)
			return p, err
		})
}

// Facts implements federation.Reader.
func (t federationTx) Facts(ctx context.Context, s federation.Session, reading federation.Reading) (federation.Facts, error) {
	f := federation.Facts{Project: s.Project, Profile: s.Profile}
	there := false
	asked := []db.Question{{Query: `
		select p.secret, p.family_name, p.given_name, p.civility, p.mails, s.uai
		from person p join attachment a on a.person = p.id join school s on s.school = a.school
		where p.project = $1 and p.id = $2 and a.school = $3 and a.profile = $4 and a.until = ''`,
		Args: []any{string(s.Project), string(s.Person), string(s.School), string(s.Profile)},
		Scan: func(row db.Row) error {
			there = true
			return row.Scan(&f.Secret, &f.Name.Family, &f.Name.Given, &f.Name.Civility, (*texts)(&f.Mails), &f.UAI)
		},
	}}
	var taught []string
	if reading.Cohorts || reading.Subjects {
		add := cohortFacts(&f)
		asked = append(asked, db.Question{Query: `
			select c.id, c.kind, c.code, c.label, m.subjects, coalesce(k.code, '')
			from membership m` + leftCohort + ` where m.school = $1 and m.person = $2 and c.id is not null` + cohortOrder,
			Args: []any{string(s.School), string(s.Person)},
			Scan: func(row db.Row) error {
				var id, class string
				var c federation.CohortFact
				var subjects texts
				err := row.Scan(&id, &c.Kind, &c.Code, &c.Label, &subjects, &class)
				add(id, c, class)
				taught = append(taught, subjects...)
				return err
			},
		})
	}
	if reading.Subjects {
		asked = append(asked, db.Question{Query: subjectsOf, Args: []any{string(s.School)}, Scan: func(row db.Row) error {
			b, err := scanSubject(row)
			if err == nil && slices.Contains(taught, b.Code) {
				f.Subjects = append(f.Subjects, b)
			}
			return err
		}})
	}
	err := t.Ask(ctx, asked...)
	if err == nil && !there {
		err = fault.New(fault.NotFound, "federation.place.gone")
	}
	if err != nil {
		return federation.Facts{}, err
	}
	return f, nil
}

// FindVisitor implements federation.Reader. It is one query, though the person's classes repeat what is said of the person: on either
// engine a second one would take longer than reading a dozen rows.
func (t federationTx) FindVisitor(ctx context.Context, token federation.Hash, client federation.Client, inCohorts []directory.Profile) (federation.Known, error) {
	var k federation.Known
	var f federation.Facts
	profiles := ","
	for _, p := range inCohorts {
		profiles += string(p) + ","
	}
	add := cohortFacts(&f)
	err := t.Each(ctx, `
		select `+sessionColumns+`, coalesce(p.secret, ''), coalesce(p.family_name, ''), coalesce(p.given_name, ''), coalesce(p.civility, ''),
			coalesce(p.mails, '[]'), coalesce(e.uai, ''),
			v.client is not null and q.sector is not null,
			coalesce(c.id, ''), coalesce(c.kind, ''), coalesce(c.code, ''), coalesce(c.label, ''), coalesce(k.code, '')
		from session s
		left join visit v on v.project = s.project and v.person = s.person and v.session = s.id and v.client = $2
		left join acquaintance q on q.project = s.project and q.person = s.person and q.sector = $3
		left join attachment a on a.school = s.school and a.person = s.person and a.profile = s.profile and a.until = ''
		left join person p on p.project = s.project and p.id = a.person left join school e on e.school = a.school
		left join membership m on m.school = a.school and m.person = a.person and $4 like ('%,' || s.profile || ',%')`+leftCohort+`
		where s.token = $1`+cohortOrder,
		[]any{string(token), string(client.ID), string(client.Sector), profiles}, func(row db.Row) error {
			var id, class string
			var c federation.CohortFact
			err := row.Scan(append(sessionFields(&k.Session), &f.Secret, &f.Name.Family, &f.Name.Given, &f.Name.Civility, (*texts)(&f.Mails), &f.UAI,
				&k.Visited, &id, &c.Kind, &c.Code, &c.Label, &class)...)
			if err == nil && id != "" {
				add(id, c, class)
			}
			return err
		})
	switch {
	case err != nil:
		return federation.Known{}, err
	case k.Session.ID == "":
		return federation.Known{}, noSession
	case f.Secret != "":
		f.Project, f.Profile = k.Session.Project, k.Session.Profile
		k.Facts = &f
	}
	return k, nil
}

// The class or group c of a membership m, with the classes k that it draws from, in the order in which facts have them.
const (
	leftCohort = `
		left join cohort c on c.school = m.school and c.id = m.cohort and not c.closed
		left join cohort_within w on w.school = c.school and w.cohort = c.id
		left join cohort k on k.school = w.school and k.id = w.class`
	cohortOrder = ` order by c.kind, c.label, c.code, k.code`
)

// cohortFacts adds classes and groups to facts, each of which comes once for every class that it draws from.
func cohortFacts(f *federation.Facts) func(id string, c federation.CohortFact, class string) {
	last := ""
	return func(id string, c federation.CohortFact, class string) {
		if id != last {
			f.Cohorts, last = append(f.Cohorts, c), id
		}
		if class != "" {
			of := &f.Cohorts[len(f.Cohorts)-1]
			of.Classes = append(of.Classes, class)
		}
	}
}

// Taught implements federation.Reader.
func (t federationTx) Taught(ctx context.Context, school directory.SchoolID, teacher directory.PersonID) ([]federation.Taught, error) {
	return list(ctx, t.Tx, `
		select c.code, c.label, c.kind, p.id, p.family_name, p.given_name, p.civility, p.secret
		from membership mine join cohort c on c.school = mine.school and c.id = mine.cohort and not c.closed
		join membership m on m.school = c.school and m.cohort = c.id
		join attachment a on a.school = m.school and a.person = m.person and a.profile = $3 and a.until = ''
		join person p on p.id = m.person
		where mine.school = $1 and mine.person = $2
		order by c.kind, c.label, c.code, p.folded, p.id`,
		[]any{string(school), string(teacher), string(directory.Pupil)}, func(row db.Row) (k federation.Taught, err error) {
			err = row.Scan(&k.Code, &k.Label, &k.Kind, &k.Person, &k.Name.Family, &k.Name.Given, &k.Name.Civility, &k.Secret)
			return k, err
		})
}
