package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"pupitre/directory"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
)

const personColumns = `id, project, external, family_name, given_name, civility, mails`

func scanPerson(row db.Row) (p directory.Person, err error) {
	err = row.Scan(personFields(&p)...)
	return p, err
}

// personFields are the destinations of personColumns.
func personFields(p *directory.Person) []any {
	return []any{&p.ID, &p.Project, &p.External, &p.Name.Family, &p.Name.Given, &p.Name.Civility, (*texts)(&p.Mails)}
}

// Person implements directory.Reader.
func (t directoryTx) Person(ctx context.Context, id directory.PersonID) (directory.Person, error) {
	return one(ctx, t.Tx, `select `+personColumns+` from person where id = $1`, []any{string(id)}, scanPerson,
		fault.New(fault.NotFound, "directory.person.unknown"))
}

// PersonByExternal implements directory.Reader.
func (t directoryTx) PersonByExternal(ctx context.Context, project directory.ProjectID, external string) (directory.Person, error) {
	return one(ctx, t.Tx, `select `+personColumns+` from person where project = $1 and external = $2`,
		[]any{string(project), external}, scanPerson, fault.New(fault.NotFound, "directory.person.unknown"))
}

// Secret implements directory.Reader.
func (t directoryTx) Secret(ctx context.Context, person directory.PersonID) (directory.Secret, error) {
	return one(ctx, t.Tx, `select secret from person where id = $1`, []any{string(person)},
		func(row db.Row) (s directory.Secret, err error) { err = row.Scan(&s); return s, err },
		fault.New(fault.NotFound, "directory.person.unknown"))
}

// Members implements directory.Reader. A key is the folded name and the id, with a sign between that no name holds.
func (t directoryTx) Members(ctx context.Context, school directory.SchoolID, filter directory.Filter, page directory.Page) ([]directory.Member, error) {
	w := among(school, filter)
	if name, id, ok := strings.Cut(page.After, keySign); ok {
		w.and("(p.folded, p.id) > (?, ?)", name, id)
	}
	w.args = append(w.args, page.Limit)
	// max picks the strongest profile: enseignant > eleve > documentaliste > autre, which is the order of directory.Strongest.
	// SQLite takes a cross join as it is written: from the school's persons on, where its planner would begin at the persons of all.
	query := fmt.Sprintf(`
		select p.id, max(a.profile), p.family_name, p.given_name, p.civility, max(a.level), p.folded
		from attachment a cross join person p
		where p.id = a.person and %s
		group by p.id, p.family_name, p.given_name, p.civility, p.folded
		order by p.folded, p.id limit $%d`, w, len(w.args))
	return list(ctx, t.Tx, db.For(t.Engine, query), w.args, func(row db.Row) (m directory.Member, err error) {
		var folded string
		err = row.Scan(&m.Person, &m.Profile, &m.Name.Family, &m.Name.Given, &m.Name.Civility, &m.Level, &folded)
		m.Key = folded + keySign + string(m.Person)
		return m, err
	})
}

const keySign = "\t"

// CountMembers implements directory.Reader.
func (t directoryTx) CountMembers(ctx context.Context, school directory.SchoolID, filter directory.Filter) (int, error) {
	w := among(school, filter)
	var n int
	err := t.One(ctx, db.For(t.Engine, `select count(distinct p.id) from attachment a cross join person p where p.id = a.person and `+w.String()), w.args, &n)
	return n, err
}

// Headcounts implements directory.Reader.
func (t directoryTx) Headcounts(ctx context.Context, school directory.SchoolID, filter directory.Filter) (directory.Headcounts, error) {
	out := directory.Headcounts{Profiles: map[directory.Profile]int{}, Cohorts: map[directory.CohortID]int{}}
	all, some := among(school, directory.Filter{Among: filter.Among}), among(school, directory.Filter{Profile: filter.Profile, Among: filter.Among})
	err := t.Ask(ctx,
		db.Question{Query: db.For(t.Engine, `select count(distinct a.person) from attachment a where `+all.String()), Args: all.args,
			Scan: func(row db.Row) error { return row.Scan(&out.Everybody) }},
		db.Question{Query: db.For(t.Engine, `select a.profile, count(*) from attachment a where `+all.String()+` group by a.profile`), Args: all.args, Scan: counted(out.Profiles)},
		db.Question{Query: db.For(t.Engine, `select m.cohort, count(distinct a.person) from attachment a cross join membership m
			where m.school = a.school and m.person = a.person and `+some.String()+` group by m.cohort`), Args: some.args, Scan: counted(out.Cohorts)})
	return out, err
}

// counted reads a key, and how many there are of it.
func counted[K ~string](into map[K]int) func(db.Row) error {
	return func(row db.Row) error {
		var key K
		var n int
		err := row.Scan(&key, &n)
		into[key] = n
		return err
	}
}

// among gathers the conditions of a filter over attachment a and person p.
func among(school directory.SchoolID, filter directory.Filter) where {
	w := where{}
	w.and("a.school = ? and a.until = ''", string(school))
	if filter.Profile != "" {
		w.and("a.profile = ?", string(filter.Profile))
	}
	for _, cohort := range []directory.CohortID{filter.Cohort, filter.Group} {
		if cohort != "" {
			w.and("a.person in (select m.person from membership m where m.school = ? and m.cohort = ?)", string(school), string(cohort))
		}
	}
	if filter.Subject != "" {
		w.taught(school, filter)
	}
	w.scoped("a.person", school, filter.Among)
	if filter.Level != "" {
		w.and("a.level = ?", filter.Level)
	}
	if text := directory.Fold(filter.Text); text != "" {
		begins := escapeLike(text) + "%"
		w.and(`(p.folded like ? escape '\' or p.folded like ? escape '\')`, begins, "% "+begins)
	}
	return w
}

// scoped narrows to the persons who are in one of some classes and groups; none is everybody.
func (w *where) scoped(person string, school directory.SchoolID, cohorts []directory.CohortID) {
	if len(cohorts) > 0 {
		w.and(w.among(person, school, cohorts))
	}
}

// among is the condition of scoped, for a piece of the query; of everybody it is true.
func (w *where) among(person string, school directory.SchoolID, cohorts []directory.CohortID) string {
	if len(cohorts) == 0 {
		return "true"
	}
	return w.bind(person+" in (select m.person from membership m where m.school = ? and m.cohort in (select e.value from "+members("?")+"))", string(school), jsonArray(cohorts))
}

// taught narrows to those who teach the filter's subject or, pupils, follow it. Its code is sought in lists of codes (JSON).
func (w *where) taught(school directory.SchoolID, filter directory.Filter) {
	quoted, _ := json.Marshal(filter.Subject) // as texts writes it
	code := "%" + escapeLike(string(quoted)) + "%"
	there, args := "", []any{code, string(school), code}
	if filter.Cohort != "" {
		there = " and m.cohort = ?"
		args = append(args, string(filter.Cohort))
	}
	w.and(`(a.profile = 'eleve' and a.subjects like ? escape '\' or a.profile <> 'eleve' and a.person in (
		select m.person from membership m where m.school = ? and m.subjects like ? escape '\'`+there+`))`, args...)
}

var likeSigns = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func escapeLike(s string) string { return likeSigns.Replace(s) }

// Forget implements directory.Writer. The name goes last.
func (t directoryTx) Forget(ctx context.Context, _ journal.ActID, project directory.ProjectID, person directory.PersonID) error {
	for _, table := range []string{"membership", "assignment_manager", "mandate", "attachment"} {
		if _, err := t.Exec(ctx, `delete from `+table+` where person = $1`, string(person)); err != nil {
			return err
		}
	}
	_, err := t.Exec(ctx, `delete from person where project = $1 and id = $2`, string(project), string(person))
	return err
}
