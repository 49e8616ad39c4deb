package store

import (
	"context"
	"fmt"
	"time"

	"pupitre/catalogue"
	"pupitre/catalogue/repository"
	"pupitre/internal/db"
	"pupitre/journal/journaldb"
)

// Repository is the database as those see it who harvest us.
func (s *Store) Repository() repository.Store {
	return bound[repository.Reader, repository.Writer]{s,
		func(t journaldb.Tx) repository.Reader { return repositoryTx{t} },
		func(t journaldb.Tx) repository.Writer { return repositoryTx{t} }}
}

// repositoryTx asks for what is or was in the catalogue for all to see.
type repositoryTx struct{ journaldb.Tx }

var _ repository.Writer = repositoryTx{}

const recordTables = ` from resource r join catalogue_change c on c.revision = r.revision ` + resourceJoins

// recordColumns are a record's; its notice is long, and read only where it is asked for.
func recordColumns(notices bool) string {
	body := `''`
	if notices {
		body = `(select n.body from notice n where n.resource = r.id and n.hash = r.notice)`
	}
	return `c.at, coalesce((select m.ark from resource m where m.id = r.family and r.family <> ''), ''), ` + body + `, ` + resourceColumns
}

func scanRecord(row db.Row) (x repository.Record, err error) {
	var at int64
	x.Resource, err = scanResource(before{row, []any{&at, &x.Mother, &x.Notice}})
	x.Changed, x.Gone = db.FromMicros(at), x.Resource.Withdrawn || !x.Resource.Shown && !x.Resource.IsFamily
	return x, err
}

// List implements repository.Reader. Instants go up with the numbers of changes, so the first that is late enough is where to begin.
func (t repositoryTx) List(ctx context.Context, asked repository.Range) ([]repository.Record, error) {
	w := where{}
	w.and("r.published")
	w.and("(r.revision, r.id) > (?, ?)", int64(asked.After.Revision), string(asked.After.ID))
	if !asked.From.IsZero() {
		w.and("r.revision >= (select min(f.revision) from catalogue_change f where f.at >= ?)", db.Micros(asked.From))
	}
	if !asked.Until.IsZero() {
		w.and("r.revision <= (select max(u.revision) from catalogue_change u where u.at < ?)", db.Micros(asked.Until))
	}
	if asked.Publisher != "" {
		w.and("p.official = ?", asked.Publisher)
	}
	w.args = append(w.args, asked.Limit)
	return list(ctx, t.Tx, fmt.Sprintf(`select `+recordColumns(asked.Notices)+recordTables+`where %s order by r.revision, r.id limit $%d`, w, len(w.args)), w.args, scanRecord)
}

// Find implements repository.Reader.
func (t repositoryTx) Find(ctx context.Context, ark catalogue.ARK) (repository.Record, error) {
	return one(ctx, t.Tx, `select `+recordColumns(true)+recordTables+`where r.ark = $1 and r.published`, []any{string(ark)}, scanRecord, noResource("resource", string(ark)))
}

// Sets implements repository.Reader.
func (t repositoryTx) Sets(ctx context.Context) ([]catalogue.Publisher, error) {
	return list(ctx, t.Tx, `select p.id, p.official, p.name from publisher p where exists (select 1 from resource r where r.publisher = p.id and r.published) order by p.name, p.id`,
		nil, scanPublisher)
}

// Earliest implements repository.Reader.
func (t repositoryTx) Earliest(ctx context.Context) (time.Time, bool, error) {
	var at int64
	err := t.One(ctx, `select coalesce((select min(c.at) from catalogue_change c), -1)`, nil, &at)
	return db.FromMicros(max(at, 0)), at >= 0, err
}

// Settle implements repository.Writer. It waits for the row that every change holds until it is committed.
func (t repositoryTx) Settle(ctx context.Context) (time.Time, error) {
	var at int64
	err := t.One(ctx, `update catalogue_state set at = case when at < $1 then $1 else at end where id = 'catalogue' returning at`, []any{db.Micros(t.Now())}, &at)
	return db.FromMicros(at), err
}
