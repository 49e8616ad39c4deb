package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pupitre/directory"
	"pupitre/directory/provision"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// Apply implements provision.Writer: one school's import, rows of what differs only.
func (t provisionTx) Apply(ctx context.Context, _ journal.ActID, c *provision.Change) error {
	for _, step := range []struct {
		what string
		do   func(context.Context, *provision.Change) error
	}{
		{"school", t.putSchool}, {"courses and subjects", t.putTaught}, {"persons", t.putPersons}, {"attachments", t.putAttachments},
		{"cohorts", t.putCohorts}, {"places", t.putPlaces}, {"departures", t.endAttachments}, {"managers", t.putManagers},
	} {
		if err := step.do(ctx, c); err != nil {
			return fmt.Errorf("apply the %s of school %s: %w", step.what, c.School, err)
		}
	}
	return nil
}

func (t provisionTx) putSchool(ctx context.Context, c *provision.Change) error {
	m := c.Model
	if c.Gone {
		_, err := t.Exec(ctx, `update school set digest = $2, waiting = '' where school = $1`, string(c.School), c.Digest)
		return err
	}
	args := []any{string(c.School), m.Name, m.Town, m.Nature, string(m.Degree), m.Contract, m.Phone, m.Mail, m.Seat, c.Digest}
	if c.New {
		_, err := t.Exec(ctx, `
			insert into school (school, name, town, nature, degree, contract, phone, mail, seat, digest, project, uai, created_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`, append(args, string(c.Project), string(m.UAI), db.Micros(t.Now()))...)
		return err
	}
	_, err := t.Exec(ctx, `
		update school set name = $2, town = $3, nature = $4, degree = $5, contract = $6, phone = $7, mail = $8, seat = $9, digest = $10, waiting = ''
		where school = $1`, args...)
	return err
}

// putTaught replaces what differs of the school's courses and subjects.
func (t provisionTx) putTaught(ctx context.Context, c *provision.Change) error {
	if c.Gone {
		return nil
	}
	courses := t.rows(`insert into course (school, code, label, attached, stat11, level)`, `
		on conflict (school, code) do update set label = excluded.label, attached = excluded.attached, stat11 = excluded.stat11, level = excluded.level
		where (course.label, course.attached, course.stat11, course.level) <> (excluded.label, excluded.attached, excluded.stat11, excluded.level)`)
	var codes []string
	for _, x := range c.Model.Courses {
		codes = append(codes, x.Code)
		if err := courses.add(ctx, string(c.School), x.Code, x.Label, x.Attached, x.Stat11, x.Level); err != nil {
			return err
		}
	}
	if err := courses.flush(ctx); err != nil {
		return err
	}
	if err := t.dropOthers(ctx, c, "course", codes); err != nil {
		return err
	}
	subjects := t.rows(`insert into subject (school, code, label)`, `
		on conflict (school, code) do update set label = excluded.label where subject.label <> excluded.label`)
	codes = nil
	for _, x := range c.Model.Subjects {
		codes = append(codes, x.Code)
		if err := subjects.add(ctx, string(c.School), x.Code, x.Label); err != nil {
			return err
		}
	}
	if err := subjects.flush(ctx); err != nil {
		return err
	}
	return t.dropOthers(ctx, c, "subject", codes)
}

// dropOthers deletes the school's rows whose code is not listed. The table is one of ours, never a stranger's word.
func (t provisionTx) dropOthers(ctx context.Context, c *provision.Change, table string, codes []string) error {
	if c.New {
		return nil
	}
	_, err := t.Exec(ctx, db.For(t.Engine, `delete from `+table+` where school = $1 and code not in (select value from `+members("$2")+`)`),
		string(c.School), jsonArray(codes))
	return err
}

// putPersons writes identities: new ones with their secret, known ones where they differ. An identity that somebody else has
// made meanwhile is refused (unique), and the import of this school tries again.
func (t provisionTx) putPersons(ctx context.Context, c *provision.Change) error {
	if err := t.identities(ctx, c.Project, c.NewPersons); err != nil {
		return err
	}
	for _, x := range c.Persons {
		if !x.Known {
			continue
		}
		p := x.Person
		if err := t.Later(ctx, `
			update person set secondary = $3, family_name = $4, given_name = $5, civility = $6, mails = $7, folded = $8
			where project = $1 and id = $2 and (secondary, family_name, given_name, civility, mails) <> ($3, $4, $5, $6, $7)`,
			string(c.Project), string(x.ID), p.Secondary, p.Family, p.Given, p.Civility, texts(p.Mails).String(), sorting(p)); err != nil {
			return err
		}
	}
	return nil
}

// Introduce implements provision.Writer.
func (t provisionTx) Introduce(ctx context.Context, project directory.ProjectID, persons []provision.NewPerson) error {
	err := t.identities(ctx, project, persons)
	if db.IsUnique(err) {
		return fault.Wrap(err, fault.Conflict, "directory.person.known")
	}
	return err
}

var personColumnsWritten = []string{"project", "id", "external", "secondary", "family_name", "given_name", "civility", "mails", "folded", "secret", "created_at"}

func (t provisionTx) identities(ctx context.Context, project directory.ProjectID, persons []provision.NewPerson) error {
	values := make([]any, 0, len(persons)*len(personColumnsWritten))
	for _, n := range persons {
		p := n.Person
		values = append(values, string(project), string(n.ID), p.External, p.Secondary, p.Family, p.Given, p.Civility, texts(p.Mails).String(),
			sorting(p), string(n.Secret), db.Micros(t.Now()))
	}
	return t.Load(ctx, "person", personColumnsWritten, values)
}

func sorting(p *provision.Person) string {
	return directory.Name{Family: p.Family, Given: p.Given}.Sorting()
}

var attachmentColumns = []string{"school", "person", "profile", "level", "courses", "subjects", "posts", "digest", "head", "since"}

func (t provisionTx) putAttachments(ctx context.Context, c *provision.Change) error {
	var fresh []any
	rows := t.rows(`insert into attachment (`+strings.Join(attachmentColumns, ", ")+`)`, `
		on conflict (school, person, profile) do update set level = excluded.level, courses = excluded.courses, subjects = excluded.subjects,
			posts = excluded.posts, digest = excluded.digest, head = excluded.head, until = '',
			since = case when attachment.until = '' then attachment.since else excluded.since end`)
	for _, x := range c.Persons {
		p := x.Person
		if len(p.Profiles) == 0 {
			continue // a manager who is nothing else here
		}
		if !x.Fresh { // a profile that they have no more
			if err := t.Later(ctx, db.For(t.Engine, `
				update attachment set until = $3 where school = $1 and person = $2 and until = '' and profile not in (select value from `+members("$4")+`)`),
				string(c.School), string(x.ID), c.Day.String(), jsonArray(p.Profiles)); err != nil {
				return err
			}
		}
		for _, profile := range p.Profiles {
			level := ""
			if profile == directory.Pupil {
				level = p.Level
			}
			row := []any{string(c.School), string(x.ID), string(profile), level, texts(p.Courses).String(), texts(p.Subjects).String(),
				texts(p.Posts).String(), x.Digest, p.Head && profile == directory.Staff, c.Day.String()}
			if x.Fresh {
				fresh = append(fresh, row...)
			} else if err := rows.add(ctx, row...); err != nil {
				return err
			}
		}
	}
	if err := rows.flush(ctx); err != nil {
		return err
	}
	return t.Load(ctx, "attachment", attachmentColumns, fresh)
}

func (t provisionTx) putCohorts(ctx context.Context, c *provision.Change) error {
	rows := t.rows(`insert into cohort (school, id, kind, code, label, level)`, `
		on conflict (school, id) do update set kind = excluded.kind, label = excluded.label, level = excluded.level, closed = false`)
	var within []any
	var changed []directory.CohortID
	for _, x := range c.Cohorts {
		changed = append(changed, x.ID)
	}
	if gone := slices.Concat(changed, c.Closed); len(gone) > 0 {
		if _, err := t.Exec(ctx, db.For(t.Engine, `delete from cohort_within where school = $1 and cohort in (select value from `+members("$2")+`)`),
			string(c.School), jsonArray(gone)); err != nil {
			return err
		}
	}
	for _, x := range slices.Concat(c.NewCohorts, c.Cohorts) {
		if err := rows.add(ctx, string(c.School), string(x.ID), string(x.Cohort.Kind), x.Cohort.Code, x.Cohort.Label, x.Cohort.Level); err != nil {
			return err
		}
		for _, class := range x.Within {
			within = append(within, string(c.School), string(x.ID), string(class))
		}
	}
	if err := rows.flush(ctx); err != nil {
		return err
	}
	if err := t.Load(ctx, "cohort_within", []string{"school", "cohort", "class"}, within); err != nil || len(c.Closed) == 0 {
		return err
	}
	for _, query := range []string{
		`update cohort set closed = true where school = $1 and id in (select value from ` + members("$2") + `)`,
		`delete from membership where school = $1 and cohort in (select value from ` + members("$2") + `)`,
	} {
		if _, err := t.Exec(ctx, db.For(t.Engine, query), string(c.School), jsonArray(c.Closed)); err != nil {
			return err
		}
	}
	return nil
}

// putPlaces replaces the places of the persons who changed.
func (t provisionTx) putPlaces(ctx context.Context, c *provision.Change) error {
	var stale []directory.PersonID
	for _, x := range c.Persons {
		if !x.Fresh {
			stale = append(stale, x.ID)
		}
	}
	if err := t.dropPlaces(ctx, c.School, stale); err != nil {
		return err
	}
	var places []any
	for _, x := range c.Persons {
		for _, place := range x.Places {
			places = append(places, string(c.School), string(place.Cohort), string(x.ID), texts(place.Subjects).String())
		}
	}
	return t.Load(ctx, "membership", []string{"school", "cohort", "person", "subjects"}, places)
}

func (t provisionTx) dropPlaces(ctx context.Context, school directory.SchoolID, persons []directory.PersonID) error {
	if len(persons) == 0 {
		return nil
	}
	_, err := t.Exec(ctx, db.For(t.Engine, `delete from membership where school = $1 and person in (select value from `+members("$2")+`)`),
		string(school), jsonArray(persons))
	return err
}

// endAttachments lets those go who left. Their identity stays, with its secret: who comes back is the same person.
func (t provisionTx) endAttachments(ctx context.Context, c *provision.Change) error {
	if len(c.Left) == 0 {
		return nil
	}
	if _, err := t.Exec(ctx, db.For(t.Engine, `update attachment set until = $3 where school = $1 and until = '' and person in (select value from `+members("$2")+`)`),
		string(c.School), jsonArray(c.Left), c.Day.String()); err != nil {
		return err
	}
	return t.dropPlaces(ctx, c.School, c.Left)
}

func (t provisionTx) putManagers(ctx context.Context, c *provision.Change) error {
	var managers []any
	for _, m := range c.NewManagers {
		managers = append(managers, string(c.School), string(m.Person), string(m.State), fromPortal)
	}
	err := t.Load(ctx, "assignment_manager", []string{"school", "person", "state", "source"}, managers)
	if err != nil || len(c.LeftManagers) == 0 {
		return err
	}
	var left []directory.PersonID
	for _, m := range c.LeftManagers {
		left = append(left, m.Person)
	}
	_, err = t.Exec(ctx, db.For(t.Engine, `delete from assignment_manager where school = $1 and person in (select value from `+members("$2")+`)`),
		string(c.School), jsonArray(left))
	return err
}
