package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/journal/journaldb"
)

// Directory is the directory's view of the database.
func (s *Store) Directory() directory.Store {
	return bound[directory.Reader, directory.Writer]{s,
		func(t journaldb.Tx) directory.Reader { return directoryTx{t} },
		func(t journaldb.Tx) directory.Writer { return directoryTx{t} }}
}

// directoryTx asks and changes the directory inside a transaction.
type directoryTx struct{ journaldb.Tx }

var _ directory.Writer = directoryTx{}

const schoolColumns = `s.school, s.project, s.uai, s.name, s.town, s.nature, s.degree`

func scanSchool(row db.Row) (s directory.School, err error) {
	err = row.Scan(schoolFields(&s)...)
	return s, err
}

// schoolFields are the destinations of schoolColumns.
func schoolFields(s *directory.School) []any {
	return []any{&s.ID, &s.Project, &s.UAI, &s.Name, &s.Town, &s.Nature, &s.Degree}
}

// School implements directory.Reader.
func (t directoryTx) School(ctx context.Context, id directory.SchoolID) (directory.School, error) {
	return one(ctx, t.Tx, `select `+schoolColumns+` from school s where s.school = $1`, []any{string(id)}, scanSchool,
		fault.New(fault.NotFound, "directory.school.unknown", "school", string(id)))
}

// SchoolByUAI implements directory.Reader.
func (t directoryTx) SchoolByUAI(ctx context.Context, uai directory.UAI) (directory.School, error) {
	return one(ctx, t.Tx, `select `+schoolColumns+` from school s where s.uai = $1`, []any{string(uai)}, scanSchool,
		fault.New(fault.NotFound, "directory.school.unknown", "school", string(uai)))
}

// Schools implements directory.Reader.
func (t directoryTx) Schools(ctx context.Context, filter directory.SchoolFilter, page directory.Page) ([]directory.School, error) {
	w := where{}
	w.and("s.uai > ?", page.After)
	if filter.Project != "" {
		w.and("s.project = ?", string(filter.Project))
	}
	if filter.Nature != "" {
		w.and("s.nature = ?", filter.Nature)
	}
	w.args = append(w.args, page.Limit)
	return list(ctx, t.Tx, fmt.Sprintf(`select `+schoolColumns+` from school s where %s order by s.uai limit $%d`, w, len(w.args)), w.args, scanSchool)
}

// SchoolsOfManager implements directory.Reader.
func (t directoryTx) SchoolsOfManager(ctx context.Context, person directory.PersonID) ([]directory.School, error) {
	return list(ctx, t.Tx, `
		select `+schoolColumns+` from assignment_manager m join school s on s.school = m.school
		where m.person = $1 and m.state = $2 order by s.uai`,
		[]any{string(person), string(directory.ManagerConfirmed)}, scanSchool)
}

// Managers implements directory.Reader.
func (t directoryTx) Managers(ctx context.Context, school directory.SchoolID) ([]directory.AssignmentManager, error) {
	return list(ctx, t.Tx, `select school, person, state from assignment_manager where school = $1 and state <> 'withdrawn' order by person`, []any{string(school)},
		func(row db.Row) (m directory.AssignmentManager, err error) {
			err = row.Scan(&m.School, &m.Person, &m.State)
			return m, err
		})
}

// ConfirmManager implements directory.Writer.
func (t directoryTx) ConfirmManager(ctx context.Context, _ journal.ActID, school directory.SchoolID, person directory.PersonID) error {
	n, err := t.Exec(ctx, `update assignment_manager set state = $3 where school = $1 and person = $2 and state <> 'withdrawn'`,
		string(school), string(person), string(directory.ManagerConfirmed))
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, "directory.manager.unknown")
	}
	return err
}

// AsksHead implements directory.Reader.
func (t directoryTx) AsksHead(ctx context.Context, school directory.SchoolID) (bool, error) {
	return one(ctx, t.Tx, `select confirm_managers from school where school = $1`, []any{string(school)}, scanBool,
		fault.New(fault.NotFound, "directory.school.unknown", "school", string(school)))
}

// Heads implements directory.Reader.
func (t directoryTx) Heads(ctx context.Context, school directory.SchoolID) ([]directory.Person, error) {
	return list(ctx, t.Tx, `
		select `+personColumns+` from person
		where id in (select person from attachment where school = $1 and until = '' and head) order by folded, id`, []any{string(school)}, scanPerson)
}

// IsHead implements directory.Reader.
func (t directoryTx) IsHead(ctx context.Context, school directory.SchoolID, person directory.PersonID) (bool, error) {
	found, err := list(ctx, t.Tx, `select head from attachment where school = $1 and person = $2 and until = '' and head`,
		[]any{string(school), string(person)}, scanBool)
	return len(found) > 0, err
}

func scanBool(row db.Row) (b bool, err error) {
	err = row.Scan(&b)
	return b, err
}

// AskHead implements directory.Writer.
func (t directoryTx) AskHead(ctx context.Context, _ journal.ActID, school directory.SchoolID, asks bool) error {
	_, err := t.Exec(ctx, `update school set confirm_managers = $2 where school = $1`, string(school), asks)
	return err
}

// Cohorts implements directory.Reader.
func (t directoryTx) Cohorts(ctx context.Context, school directory.SchoolID) ([]directory.Cohort, error) {
	within := map[directory.CohortID][]directory.CohortID{}
	err := t.Each(ctx, `select cohort, class from cohort_within where school = $1 order by cohort, class`, []any{string(school)}, func(row db.Row) error {
		var group, class directory.CohortID
		err := row.Scan(&group, &class)
		within[group] = append(within[group], class)
		return err
	})
	if err != nil {
		return nil, err
	}
	// DIVISION sorts before GROUPE: classes come first.
	return list(ctx, t.Tx, `select school, id, kind, code, label, level from cohort where school = $1 and not closed order by kind, label, code`,
		[]any{string(school)}, func(row db.Row) (c directory.Cohort, err error) {
			err = row.Scan(&c.School, &c.ID, &c.Kind, &c.Code, &c.Label, &c.Level)
			c.Within = within[c.ID]
			return c, err
		})
}

// CohortsOf implements directory.Reader: every page asks it of its reader.
func (t directoryTx) CohortsOf(ctx context.Context, school directory.SchoolID, person directory.PersonID) (found []directory.Cohort, err error) {
	err = t.Each(ctx, `
		select c.school, c.id, c.kind, c.code, c.label, c.level, coalesce(w.class, '')
		from membership m join cohort c on c.school = m.school and c.id = m.cohort
		left join cohort_within w on w.school = c.school and w.cohort = c.id
		where m.school = $1 and m.person = $2 and not c.closed order by c.kind, c.label, c.code, c.id, w.class`,
		[]any{string(school), string(person)}, func(row db.Row) error {
			var c directory.Cohort
			var class directory.CohortID
			if err := row.Scan(&c.School, &c.ID, &c.Kind, &c.Code, &c.Label, &c.Level, &class); err != nil {
				return err
			}
			if n := len(found); n == 0 || found[n-1].ID != c.ID {
				found = append(found, c)
			}
			if class != "" {
				last := &found[len(found)-1]
				last.Within = append(last.Within, class)
			}
			return nil
		})
	return found, err
}

// Subjects implements directory.Reader.
func (t directoryTx) Subjects(ctx context.Context, school directory.SchoolID) ([]directory.Subject, error) {
	return list(ctx, t.Tx, subjectsOf, []any{string(school)}, scanSubject)
}

const subjectsOf = `select code, label from subject where school = $1 order by label, code`

func scanSubject(row db.Row) (s directory.Subject, err error) {
	err = row.Scan(&s.Code, &s.Label)
	return s, err
}

// Places implements directory.Reader.
func (t directoryTx) Places(ctx context.Context, school directory.SchoolID, person directory.PersonID) ([]directory.Place, error) {
	return list(ctx, t.Tx, `select cohort, subjects from membership where school = $1 and person = $2 order by cohort`,
		[]any{string(school), string(person)}, func(row db.Row) (p directory.Place, err error) {
			err = row.Scan(&p.Cohort, (*texts)(&p.Subjects))
			return p, err
		})
}

// Attachments implements directory.Reader.
func (t directoryTx) Attachments(ctx context.Context, person directory.PersonID) ([]directory.Attachment, error) {
	return list(ctx, t.Tx, `
		select school, person, profile, level, courses, since, until from attachment
		where person = $1 order by until, school, profile desc`,
		[]any{string(person)}, func(row db.Row) (a directory.Attachment, err error) {
			err = row.Scan(&a.School, &a.Person, &a.Profile, &a.Level, (*texts)(&a.Courses), (*day)(&a.Since), (*day)(&a.Until))
			return a, err
		})
}

// one scans the single row of a query; no row is the given error.
func one[T any](ctx context.Context, t journaldb.Tx, query string, args []any, scan func(db.Row) (T, error), unknown error) (T, error) {
	all, err := list(ctx, t, query, args, scan)
	if err == nil && len(all) == 0 {
		err = unknown
	}
	if err != nil {
		var none T
		return none, err
	}
	return all[0], nil
}

// list scans every row of a query.
func list[T any](ctx context.Context, t journaldb.Tx, query string, args []any, scan func(db.Row) (T, error)) ([]T, error) {
	var out []T
	err := t.Each(ctx, query, args, func(row db.Row) error {
		v, err := scan(row)
		out = append(out, v)
		return err
	})
	return out, err
}

// into is a question whose rows are scanned into a list.
func into[T any](out *[]T, scan func(db.Row) (T, error), query string, args ...any) db.Question {
	return db.Question{Query: query, Args: args, Scan: func(row db.Row) error {
		v, err := scan(row)
		*out = append(*out, v)
		return err
	}}
}

// where gathers the conditions of a query whose filters are optional; ? stands for the next numbered parameter.
type where struct {
	conditions []string
	args       []any
}

func (w *where) and(condition string, args ...any) {
	w.conditions = append(w.conditions, w.bind(condition, args...))
}

// bind numbers the parameters of a piece of the query, which is no condition of its own.
func (w *where) bind(piece string, args ...any) string {
	for _, a := range args {
		w.args = append(w.args, a)
		piece = strings.Replace(piece, "?", fmt.Sprintf("$%d", len(w.args)), 1)
	}
	return piece
}

func (w where) String() string { return strings.Join(w.conditions, " and ") }

// texts is a list of texts as a column keeps it: a JSON array, nil for an empty one.
type texts []string

// Scan implements sql.Scanner.
func (l *texts) Scan(v any) error {
	*l = nil
	s, ok := v.(string)
	if !ok || s == "" || s == "[]" {
		return nil
	}
	return json.Unmarshal([]byte(s), (*[]string)(l))
}

func (l texts) String() string {
	if len(l) == 0 {
		return "[]"
	}
	b, _ := json.Marshal([]string(l)) // strings always marshal
	return string(b)
}

// day is a civil day as a column keeps it: YYYY-MM-DD, "" for none.
type day clock.Date

// Scan implements sql.Scanner.
func (d *day) Scan(v any) error {
	*d = day{}
	s, _ := v.(string)
	if s == "" {
		return nil
	}
	parsed, err := clock.ParseDate(s)
	*d = day(parsed)
	return err
}
