package store

import (
	"context"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/internal/db"
)

const notebookColumns = `n.id, n.learner, n.title, n.changed_at, n.module, n.version, n.number, n.published_at, n.origin,
	(select count(*) from draft d where d.learner = n.learner and d.notebook = n.id)`

func scanNotebook(row db.Row) (n exos.Notebook, err error) {
	var changed, published int64
	err = row.Scan(&n.ID, &n.Owner, &n.Title, &changed, &n.Module, &n.Version, &n.Number, &published, &n.Origin, &n.Drafts)
	n.ChangedAt = db.FromMicros(changed)
	if published != 0 {
		n.PublishedAt = db.FromMicros(published)
	}
	return n, err
}

// Notebooks implements exos.NotebookReader.
func (t exosTx) Notebooks(ctx context.Context, owner exos.LearnerID) ([]exos.Notebook, error) {
	return list(ctx, t, `select `+notebookColumns+` from notebook n where n.learner = $1 order by n.changed_at desc, n.id desc`, []any{string(owner)}, scanNotebook)
}

// Notebook implements exos.NotebookReader.
func (t exosTx) Notebook(ctx context.Context, owner exos.LearnerID, n exos.NotebookID) (exos.Notebook, error) {
	return one(ctx, t, `select `+notebookColumns+` from notebook n where n.learner = $1 and n.id = $2`, []any{string(owner), string(n)}, scanNotebook)
}

// PutNotebook implements exos.NotebookWriter.
func (t exosTx) PutNotebook(ctx context.Context, n exos.Notebook) error {
	var published int64
	if !n.PublishedAt.IsZero() {
		published = db.Micros(n.PublishedAt)
	}
	_, err := t.Exec(ctx, `
		insert into notebook (learner, id, title, changed_at, module, version, number, published_at, origin) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		on conflict (learner, id) do update set title = excluded.title, changed_at = excluded.changed_at, module = excluded.module,
			version = excluded.version, number = excluded.number, published_at = excluded.published_at`,
		string(n.Owner), string(n.ID), n.Title, db.Micros(n.ChangedAt), string(n.Module), string(n.Version), n.Number, published, n.Origin)
	return err
}

// DropNotebook implements exos.NotebookWriter.
func (t exosTx) DropNotebook(ctx context.Context, owner exos.LearnerID, n exos.NotebookID) error {
	if _, err := t.Exec(ctx, `delete from draft where learner = $1 and notebook = $2`, string(owner), string(n)); err != nil {
		return err
	}
	if err := t.unshare(ctx, classroom.SharedNotebook, string(n)); err != nil {
		return err
	}
	_, err := t.Exec(ctx, `delete from notebook where learner = $1 and id = $2`, string(owner), string(n))
	return err
}

// Drafts implements exos.NotebookReader.
func (t exosTx) Drafts(ctx context.Context, owner exos.LearnerID, n exos.NotebookID) ([]exos.Draft, error) {
	return list(ctx, t, `select id, place, edition, form, question, files from draft where learner = $1 and notebook = $2 order by place, id`,
		[]any{string(owner), string(n)}, func(row db.Row) (exos.Draft, error) {
			d := exos.Draft{Notebook: n}
			err := row.Scan(&d.ID, &d.Place, &d.Edition, unpacked{&d.Form}, unpacked{&d.Question}, unpacked{&d.Files})
			return d, err
		})
}

// PutDraft implements exos.NotebookWriter.
func (t exosTx) PutDraft(ctx context.Context, owner exos.LearnerID, d exos.Draft) error {
	var form, files string
	question, err := packed(d.Question)
	if err == nil && d.Form != nil {
		form, err = packed(d.Form)
	}
	if err == nil && len(d.Files) > 0 {
		files, err = packed(d.Files)
	}
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `
		insert into draft (learner, notebook, id, place, edition, form, question, files) values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (learner, notebook, id) do update set place = excluded.place, edition = excluded.edition, form = excluded.form,
			question = excluded.question, files = excluded.files`,
		string(owner), string(d.Notebook), string(d.ID), d.Place, d.Edition, form, question, files)
	return err
}

// DropDraft implements exos.NotebookWriter.
func (t exosTx) DropDraft(ctx context.Context, owner exos.LearnerID, n exos.NotebookID, d exos.DraftID) error {
	_, err := t.Exec(ctx, `delete from draft where learner = $1 and notebook = $2 and id = $3`, string(owner), string(n), string(d))
	return err
}

// ModulesOwnedIn implements exos.NotebookReader.
func (t exosTx) ModulesOwnedIn(ctx context.Context, school string) ([]exos.Module, error) {
	return list(ctx, t, `select `+moduleColumns+` from module m where m.school = $1 and m.owner <> '' order by m.title, m.id`, []any{school}, scanModule)
}
