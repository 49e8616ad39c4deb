package store

import (
	"context"
	"fmt"
	"iter"

	"pupitre/directory"
	"pupitre/directory/provision"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// KeptRows implements provision.Reader.
func (t provisionTx) KeptRows(ctx context.Context, project directory.ProjectID, take func(provision.KeptRow) error) (int64, error) {
	revision, err := t.Revision(ctx, project)
	if err != nil || revision == 0 {
		return 0, err
	}
	return revision, t.Each(ctx, `select file, id, cells from oneroster_row where project = $1`, []any{string(project)}, func(row db.Row) error {
		var k provision.KeptRow
		if err := row.Scan(&k.Table, &k.ID, &k.Text); err != nil {
			return err
		}
		return take(k)
	})
}

// Revision implements provision.Reader.
func (t provisionTx) Revision(ctx context.Context, project directory.ProjectID) (revision int64, err error) {
	err = t.One(ctx, `select revision from oneroster_package where project = $1`, []any{string(project)}, &revision)
	if db.IsNoRow(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the revision of %s: %w", project, err)
	}
	return revision, nil
}

// aboutPerson finds the rows of $1 about its person $2. It goes through all rows of the project: who asks for their own does so rarely.
const aboutPerson = ` from oneroster_row where project = $1 and exists (select 1 from person p where p.project = $1 and p.id = $2 and p.external =
	case when file = 'users' then oneroster_row.id when file in ('roles', 'enrollments')
		then /*sqlite: json_extract(cells, '$.userSourcedId') *//*postgres: cells::jsonb ->> 'userSourcedId' */ end)`

// RowsOf implements provision.Reader.
func (t provisionTx) RowsOf(ctx context.Context, project directory.ProjectID, person directory.PersonID) ([]provision.KeptRow, error) {
	return list(ctx, t.Tx, db.For(t.Engine, `select file, id, cells`+aboutPerson+` order by file desc, id`), []any{string(project), string(person)},
		func(row db.Row) (k provision.KeptRow, err error) {
			err = row.Scan(&k.Table, &k.ID, &k.Text)
			return k, err
		})
}

// ForgetRows implements provision.Writer. The revision is what an import under way was compared with.
func (t provisionTx) ForgetRows(ctx context.Context, _ journal.ActID, project directory.ProjectID, person directory.PersonID) error {
	n, err := t.Exec(ctx, db.For(t.Engine, `delete`+aboutPerson), string(project), string(person))
	if err == nil && n > 0 {
		_, err = t.Exec(ctx, `update oneroster_package set revision = revision + 1 where project = $1`, string(project))
	}
	if err != nil {
		return fmt.Errorf("forget the rows of %s in %s: %w", person, project, err)
	}
	return nil
}

// ForgetPackage implements provision.Writer.
func (t provisionTx) ForgetPackage(ctx context.Context, _ journal.ActID, project directory.ProjectID) error {
	for _, table := range []string{"oneroster_row", "oneroster_package"} {
		if _, err := t.Exec(ctx, `delete from `+table+` where project = $1`, string(project)); err != nil {
			return fmt.Errorf("forget the rows of %s: %w", project, err)
		}
	}
	return nil
}

// KeepRows implements provision.Writer.
func (t provisionTx) KeepRows(ctx context.Context, project directory.ProjectID, revision int64, changes iter.Seq2[provision.KeptRow, error]) error {
	n, err := t.Exec(ctx, `
		insert into oneroster_package (project, revision) values ($1, 1)
		on conflict (project) do update set revision = oneroster_package.revision + 1 where oneroster_package.revision = $2`, string(project), revision)
	if err != nil {
		return fmt.Errorf("keep the rows of %s: %w", project, err)
	}
	if n == 0 {
		return fault.New(fault.Conflict, "provision.oneroster.meanwhile", "project", string(project))
	}
	rows := t.rows(`insert into oneroster_row (project, file, id, cells)`, `on conflict (project, file, id) do update set cells = excluded.cells`)
	for k, err := range changes {
		if err != nil {
			return err
		}
		if k.Text == "" {
			_, err = t.Exec(ctx, `delete from oneroster_row where project = $1 and file = $2 and id = $3`, string(project), k.Table, k.ID)
		} else {
			err = rows.add(ctx, string(project), k.Table, k.ID, k.Text)
		}
		if err != nil {
			return fmt.Errorf("keep the rows of %s: %w", project, err)
		}
	}
	return rows.flush(ctx)
}
