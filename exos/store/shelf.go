package store

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"pupitre/exos"
	"pupitre/internal/db"
	"pupitre/journal"
)

const moduleColumns = `m.id, m.identifier, m.ark, m.title, m.publisher, m.level, m.current_version, m.owner, m.school`

// moduleScan lists where the columns of a module go.
func moduleScan(m *exos.Module) []any {
	return []any{&m.ID, &m.Identifier, &m.ARK, &m.Title, &m.Publisher, &m.Level, &m.Current, &m.Owner, &m.School}
}

func scanModule(row db.Row) (m exos.Module, err error) {
	err = row.Scan(moduleScan(&m)...)
	return m, err
}

// ModuleByID implements exos.ShelfReader.
func (t exosTx) ModuleByID(ctx context.Context, m exos.ModuleID) (exos.Module, error) {
	return one(ctx, t, moduleByID, []any{string(m)}, scanModule)
}

const moduleByID = `select ` + moduleColumns + ` from module m where m.id = $1`

// ModuleIdentified implements exos.ShelfReader.
func (t exosTx) ModuleIdentified(ctx context.Context, identifier string) (exos.Module, error) {
	return one(ctx, t, `select `+moduleColumns+` from module m where m.identifier = $1`, []any{identifier}, scanModule)
}

// ModulesOpenedBy implements exos.ShelfReader.
func (t exosTx) ModulesOpenedBy(ctx context.Context, arks []exos.ARK) ([]exos.Module, error) {
	if len(arks) == 0 {
		return nil, nil
	}
	in, args := listed(nil, arks)
	return list(ctx, t, `select `+moduleColumns+` from module m where m.ark in (`+in+`) order by m.title, m.id`, args, scanModule)
}

// listed writes the parameters of an "in (…)" after those in args.
func listed[S ~string](args []any, values []S) (string, []any) {
	var b strings.Builder
	for i, v := range values {
		if i > 0 {
			b.WriteString(", ")
		}
		args = append(args, string(v))
		b.WriteString("$" + strconv.Itoa(len(args)))
	}
	return b.String(), args
}

// VersionOf implements exos.ShelfReader.
func (t exosTx) VersionOf(ctx context.Context, m exos.ModuleID, v exos.VersionID) (exos.Version, error) {
	out, err := one(ctx, t, `
		select module, version, number, language, assets, test, published_at from module_version where module = $1 and version = $2`,
		[]any{string(m), string(v)}, func(row db.Row) (v exos.Version, err error) {
			var published int64
			err = row.Scan(&v.Module, &v.ID, &v.Number, &v.Language, unpacked{&v.Assets}, &v.Test, &published)
			v.PublishedAt = db.FromMicros(published)
			return v, err
		})
	if err != nil {
		return exos.Version{}, err
	}
	out.Lines, err = list(ctx, t, `select section, exercise from version_line where module = $1 and version = $2 order by position`,
		[]any{string(m), string(v)}, func(row db.Row) (l exos.Line, err error) {
			err = row.Scan(&l.Section, &l.Exercise)
			return l, err
		})
	return out, err
}

const exerciseColumns = `id, module, identifier, title, version, program, body, maximum, scoreable, by_hand, adaptive, interactions, skills`

func scanExercise(row db.Row) (e exos.Exercise, err error) {
	err = row.Scan(&e.ID, &e.Module, &e.Identifier, &e.Title, &e.Version, &e.Program, &e.Body, &e.Max, &e.Scoreable, &e.ByHand,
		&e.Adaptive, unpacked{&e.Interactions}, unpacked{&e.Skills})
	return e, err
}

// Exercise implements exos.ShelfReader.
func (t exosTx) Exercise(ctx context.Context, e exos.ExerciseID) (exos.Exercise, error) {
	return one(ctx, t, `select `+exerciseColumns+` from exercise where id = $1`, []any{string(e)}, scanExercise)
}

// ExerciseSame implements exos.ShelfReader.
func (t exosTx) ExerciseSame(ctx context.Context, m exos.ModuleID, identifier string, program, body exos.Hash) (exos.Exercise, error) {
	return one(ctx, t, `
		select `+exerciseColumns+` from exercise where module = $1 and identifier = $2 and program = $3 and body = $4`,
		[]any{string(m), identifier, string(program), string(body)}, scanExercise)
}

// Content implements exos.ShelfReader.
func (t exosTx) Content(ctx context.Context, h exos.Hash) (exos.Content, error) {
	return one(ctx, t, `select hash, media, data from content where hash = $1`, []any{string(h)},
		func(row db.Row) (c exos.Content, err error) {
			err = row.Scan(&c.Hash, &c.Media, &c.Data)
			return c, err
		})
}

// PutContent implements exos.ShelfWriter.
func (t exosTx) PutContent(ctx context.Context, act journal.ActID, c exos.Content) error {
	_, err := t.Exec(ctx, `insert into content (hash, media, data, act) values ($1, $2, $3, $4) on conflict (hash) do nothing`,
		string(c.Hash), c.Media, c.Data, string(act))
	return err
}

// PutModule implements exos.ShelfWriter.
func (t exosTx) PutModule(ctx context.Context, act journal.ActID, m exos.Module) error {
	_, err := t.Exec(ctx, `
		insert into module (id, identifier, ark, title, publisher, level, current_version, owner, school, created_at, act)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		on conflict (id) do update set ark = excluded.ark, title = excluded.title, publisher = excluded.publisher, level = excluded.level,
			current_version = excluded.current_version, owner = excluded.owner, school = excluded.school, act = excluded.act`,
		string(m.ID), m.Identifier, string(m.ARK), m.Title, m.Publisher, m.Level, string(m.Current), string(m.Owner), m.School, db.Micros(t.Now()),
		string(act))
	return err
}

// AddExercise implements exos.ShelfWriter.
func (t exosTx) AddExercise(ctx context.Context, act journal.ActID, e exos.Exercise) error {
	interactions, err := packed(e.Interactions)
	if err != nil {
		return err
	}
	skills, err := packed(e.Skills)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `
		insert into exercise (id, module, identifier, title, version, program, body, maximum, scoreable, by_hand, adaptive, interactions, skills, act)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		string(e.ID), string(e.Module), e.Identifier, e.Title, e.Version, string(e.Program), string(e.Body), e.Max, e.Scoreable, e.ByHand,
		e.Adaptive, interactions, skills, string(act))
	return err
}

// PutSkills implements exos.ShelfWriter.
func (t exosTx) PutSkills(ctx context.Context, act journal.ActID, e exos.ExerciseID, skills []string) error {
	list, err := packed(skills)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `update exercise set skills = $2, act = $3 where id = $1`, string(e), list, string(act))
	return err
}

// AddVersion implements exos.ShelfWriter. The module's row, written before in the same transaction, keeps two publishers apart.
func (t exosTx) AddVersion(ctx context.Context, act journal.ActID, v exos.Version) (exos.Version, error) {
	assets, err := packed(v.Assets)
	if err != nil {
		return exos.Version{}, err
	}
	err = t.One(ctx, `
		insert into module_version (module, version, number, language, assets, total, maximum, published_at, act, test)
		select $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, 0, $6, $7, $8 from module_version where module = $1
		returning number`,
		[]any{string(v.Module), string(v.ID), v.Language, assets, len(v.Lines), db.Micros(v.PublishedAt), string(act), string(v.Test)}, &v.Number)
	if err != nil {
		return exos.Version{}, err
	}
	for i, l := range v.Lines {
		if _, err := t.Exec(ctx, `insert into version_line (module, version, position, exercise, section) values ($1, $2, $3, $4, $5)`,
			string(v.Module), string(v.ID), i+1, string(l.Exercise), l.Section); err != nil {
			return exos.Version{}, err
		}
	}
	_, err = t.Exec(ctx, `
		update module_version set maximum = (select coalesce(sum(e.maximum), 0) from version_line l join exercise e on e.id = l.exercise
			where l.module = $1 and l.version = $2)
		where module = $1 and version = $2`, string(v.Module), string(v.ID))
	v.Lines = slices.Clone(v.Lines)
	return v, err
}
