package store

import (
	"context"
	"fmt"
	"iter"

	"pupitre/directory"
	"pupitre/directory/provision"
	"pupitre/internal/db"
	"pupitre/internal/fault"
)

// KeptRows implements provision.Reader.
func (t provisionTx) KeptRows(ctx context.Context, project directory.ProjectID, take func(provision.KeptRow) error) (int64, error) {
	var revision int64
	err := t.One(ctx, `select revision from oneroster_package where project = $1`, []any{string(project)}, &revision)
	if db.IsNoRow(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the revision of %s: %w", project, err)
	}
	return revision, t.Each(ctx, `select file, id, cells from oneroster_row where project = $1`, []any{string(project)}, func(row db.Row) error {
		var k provision.KeptRow
		if err := row.Scan(&k.Table, &k.ID, &k.Text); err != nil {
			return err
		}
		return take(k)
	})
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
