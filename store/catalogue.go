package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/journal/journaldb"
)

// Catalogue is the catalogue's view of the database.
func (s *Store) Catalogue() catalogue.Store {
	return bound[catalogue.Reader, catalogue.Writer]{s,
		func(t journaldb.Tx) catalogue.Reader { return catalogueTx{t, &s.resources, nil} },
		func(t journaldb.Tx) catalogue.Writer { return catalogueTx{t, nil, &s.resources} }}
}

// catalogueTx asks and changes the catalogue inside a transaction.
type catalogueTx struct {
	journaldb.Tx
	kept    *resources // nil where the transaction writes: what it reads may never be committed
	changed *resources // what others keep, where the transaction writes
}

var _ catalogue.Writer = catalogueTx{}

const (
	resourceColumns = `r.id, r.ark, r.title, r.description, r.technical, r.presentation, r.pedagogical, r.documents, r.levels, r.subjects,
		r.declared, r.launch_url, r.thumbnail, r.family, r.is_family, r.shown, r.offline, r.folded, r.revision, r.publics,
		r.accessibility, r.withdrawn, r.free, r.offline_url, p.id, p.official, p.name, coalesce(t.small, ''), coalesce(t.large, '')`
	resourceTables = ` from resource r ` + resourceJoins
	resourceJoins  = `join publisher p on p.id = r.publisher left join thumbnail t on t.address = r.thumbnail `
)

func scanResource(row db.Row) (r catalogue.Resource, err error) {
	var folded string
	p := &r.Publisher
	err = row.Scan(&r.ID, &r.ARK, &r.Title, &r.Description, &r.Technical, &r.Presentation, listed(&r.Pedagogical), listed(&r.Documents),
		listed(&r.Levels), listed(&r.Subjects), listed(&r.Declared), &r.LaunchURL, &r.Thumbnail, &r.Family, &r.IsFamily, &r.Shown, &r.Offline,
		&folded, &r.Revision, listed(&r.Publics), listed(&r.Accessible), &r.Withdrawn, &r.Free, &r.OfflineURL, &p.ID, &p.Official, &p.Name,
		&r.Picture.Small, &r.Picture.Large)
	r.Key = folded + keySign + string(r.ID)
	return r, err
}

// jsonList is a list as a column keeps it: a JSON array.
type jsonList[T any] struct{ list *[]T }

func listed[T any](list *[]T) jsonList[T] { return jsonList[T]{list} }

// Scan implements sql.Scanner.
func (l jsonList[T]) Scan(v any) error {
	*l.list = nil
	if s, ok := v.(string); ok && s != "" && s != "[]" {
		return json.Unmarshal([]byte(s), l.list)
	}
	return nil
}

func asJSON[T any](list []T) (string, error) {
	if len(list) == 0 {
		return "[]", nil
	}
	b, err := json.Marshal(list)
	return string(b), err
}

func noResource(key, value string) error {
	return fault.New(fault.NotFound, "catalogue.resource.unknown", key, value)
}

// FindResource implements catalogue.Reader.
func (t catalogueTx) FindResource(ctx context.Context, id catalogue.ResourceID) (catalogue.Resource, error) {
	return one(ctx, t.Tx, `select `+resourceColumns+resourceTables+`where r.id = $1`, []any{string(id)}, scanResource,
		noResource("resource", string(id)))
}

// FindByARK implements catalogue.Reader.
func (t catalogueTx) FindByARK(ctx context.Context, ark catalogue.ARK) (catalogue.Resource, error) {
	return one(ctx, t.Tx, `select `+resourceColumns+resourceTables+`where r.ark = $1`, []any{string(ark)}, scanResource,
		noResource("resource", string(ark)))
}

// FindByAddress implements catalogue.Reader.
func (t catalogueTx) FindByAddress(ctx context.Context, publisher catalogue.PublisherID, address string) (catalogue.Resource, error) {
	return one(ctx, t.Tx, `select `+resourceColumns+resourceTables+`where r.publisher = $1 and r.launch_url = $2 order by r.ark limit 1`,
		[]any{string(publisher), address}, scanResource, noResource("resource", address))
}

// ListResources implements catalogue.Reader.
func (t catalogueTx) ListResources(ctx context.Context, ids []catalogue.ResourceID) ([]catalogue.Resource, error) {
	found := make(map[catalogue.ResourceID]*catalogue.Resource, len(ids))
	var unread []catalogue.ResourceID
	var states map[catalogue.ResourceID]resourceState
	if doubtful := t.kept.believe(ids, t.Now(), found); len(doubtful) > 0 {
		var err error
		if states, err = t.states(ctx, doubtful); err != nil {
			return nil, err
		}
		unread = t.kept.take(states, t.Now(), found)
	}
	if len(unread) > 0 {
		read, err := list(ctx, t.Tx, db.For(t.Engine, `select `+resourceColumns+resourceTables+`where r.id in (`+named("$1")+`)`), []any{jsonArray(unread)}, scanResource)
		if err != nil {
			return nil, err
		}
		for i := range read {
			found[read[i].ID] = &read[i]
		}
		t.kept.put(states, t.Now(), read)
	}
	out := make([]catalogue.Resource, 0, len(found))
	for _, id := range ids {
		if r, ok := found[id]; ok {
			out = append(out, *r)
		}
	}
	return out, nil
}

// List implements catalogue.Reader.
func (t catalogueTx) List(ctx context.Context, f catalogue.Find) ([]catalogue.Resource, error) {
	w := where{}
	folded, id, _ := strings.Cut(f.After, keySign)
	w.and("(r.folded, r.id) > (?, ?)", folded, id)
	if f.Publisher != "" {
		w.and("r.publisher = ?", string(f.Publisher))
	}
	if f.Family != "" {
		w.and("r.family = ? and r.family <> ''", string(f.Family))
	}
	if !f.Hidden {
		w.and("r.shown and not r.withdrawn")
	}
	w.args = append(w.args, f.Limit)
	return list(ctx, t.Tx, fmt.Sprintf(`select `+resourceColumns+resourceTables+`where %s order by r.folded, r.id limit $%d`, w, len(w.args)),
		w.args, scanResource)
}

// ListOpen implements catalogue.Reader.
func (t catalogueTx) ListOpen(ctx context.Context, limit int) ([]catalogue.Resource, error) {
	return list(ctx, t.Tx, `select `+resourceColumns+resourceTables+`where r.free and r.declared = '[]' and r.shown and not r.is_family and not r.withdrawn and r.launch_url <> ''
		order by r.folded, r.id limit $1`, []any{limit}, scanResource)
}

func scanPublisher(row db.Row) (p catalogue.Publisher, err error) {
	err = row.Scan(&p.ID, &p.Official, &p.Name)
	return p, err
}

// FindPublisher implements catalogue.Reader.
func (t catalogueTx) FindPublisher(ctx context.Context, id catalogue.PublisherID) (catalogue.Publisher, error) {
	return one(ctx, t.Tx, `select p.id, p.official, p.name from publisher p where p.id = $1`, []any{string(id)}, scanPublisher,
		fault.New(fault.NotFound, "catalogue.publisher.unknown", "publisher", string(id)))
}

// FindPublisherByNumber implements catalogue.Reader.
func (t catalogueTx) FindPublisherByNumber(ctx context.Context, official string) (catalogue.Publisher, error) {
	return one(ctx, t.Tx, `select p.id, p.official, p.name from publisher p where p.official = $1`, []any{official}, scanPublisher,
		fault.New(fault.NotFound, "catalogue.publisher.unknown", "publisher", official))
}

// ListPublishers implements catalogue.Reader.
func (t catalogueTx) ListPublishers(ctx context.Context) ([]catalogue.Publisher, error) {
	return list(ctx, t.Tx, `select p.id, p.official, p.name from publisher p order by p.name, p.id`, nil, scanPublisher)
}

// Known implements catalogue.Reader.
func (t catalogueTx) Known(ctx context.Context, arks []catalogue.ARK) (map[catalogue.ARK]catalogue.Known, error) {
	out := map[catalogue.ARK]catalogue.Known{}
	err := t.Each(ctx, db.For(t.Engine, `
		select r.ark, r.id, r.notice, r.is_family, p.id, p.official, p.name,
			(select count(*) from resource m where m.family = r.id and m.family <> ''), r.declared, coalesce(d.asked, ''), coalesce(d.state, ''), r.withdrawn,
			coalesce((select f.ark from resource f where f.id = r.family and r.family <> ''), '')
		`+resourceTables+`left join declaration d on d.resource = r.id where r.ark in (`+named("$1")+`)`), []any{jsonArray(arks)}, func(row db.Row) error {
		var ark catalogue.ARK
		var k catalogue.Known
		err := row.Scan(&ark, &k.ID, &k.Notice, &k.IsFamily, &k.Publisher.ID, &k.Publisher.Official, &k.Publisher.Name, &k.Members,
			listed(&k.Declared), listed(&k.Asked), &k.AskedState, &k.Withdrawn, &k.Family)
		out[ark] = k
		return err
	})
	return out, err
}

// Notice implements catalogue.Reader.
func (t catalogueTx) Notice(ctx context.Context, id catalogue.ResourceID) (catalogue.Version, error) {
	return one(ctx, t.Tx, `
		select n.hash, n.file, n.body from resource r join notice n on n.resource = r.id and n.hash = r.notice where r.id = $1`,
		[]any{string(id)}, func(row db.Row) (v catalogue.Version, err error) {
			err = row.Scan(&v.Hash, &v.File, &v.Body)
			return v, err
		}, noResource("resource", string(id)))
}

// Revision implements catalogue.Reader.
func (t catalogueTx) Revision(ctx context.Context) (at catalogue.Revision, err error) {
	err = t.One(ctx, `select s.revision from catalogue_state s where s.id = 'catalogue'`, nil, &at)
	return at, err
}

// ListSince implements catalogue.Reader.
func (t catalogueTx) ListSince(ctx context.Context, since catalogue.Revision, after catalogue.ResourceID, limit int) ([]catalogue.Resource, error) {
	return list(ctx, t.Tx, `select `+resourceColumns+resourceTables+`where (r.revision, r.id) > ($1, $2) order by r.revision, r.id limit $3`,
		[]any{int64(since), string(after), limit}, scanResource)
}

// Advance implements catalogue.Writer.
func (t catalogueTx) Advance(ctx context.Context, _ journal.ActID) (at catalogue.Revision, err error) {
	t.changed.doubt()
	var when int64 // behind what harvesters were told, never before (Settle)
	if err := t.One(ctx, `
		update catalogue_state set revision = revision + 1, at = case when at < $1 then $1 else at end where id = 'catalogue' returning revision, at`,
		[]any{db.Micros(t.Now())}, &at, &when); err != nil {
		return at, err
	}
	_, err = t.Exec(ctx, `insert into catalogue_change (revision, at) values ($1, $2)`, int64(at), when)
	return at, err
}

// SavePublisher implements catalogue.Writer.
func (t catalogueTx) SavePublisher(ctx context.Context, _ journal.ActID, p catalogue.Publisher, at catalogue.Revision) (catalogue.Publisher, error) {
	t.changed.doubt()
	before, err := t.FindPublisherByNumber(ctx, p.Official)
	switch {
	case fault.Is(err, fault.NotFound):
		_, err = t.Exec(ctx, `insert into publisher (id, official, name) values ($1, $2, $3)`, string(p.ID), p.Official, p.Name)
		return p, err
	case err != nil || before.Name == p.Name:
		return before, err
	}
	p.ID = before.ID
	if _, err := t.Exec(ctx, `update publisher set name = $2 where id = $1`, string(p.ID), p.Name); err != nil {
		return p, err
	}
	_, err = t.Exec(ctx, `update resource set revision = $2 where publisher = $1`, string(p.ID), int64(at))
	return p, err
}

// SaveResource implements catalogue.Writer.
func (t catalogueTx) SaveResource(ctx context.Context, act journal.ActID, r catalogue.Resource, from catalogue.Version) error {
	t.changed.doubt()
	args := []any{string(r.ID), string(r.ARK), string(r.Publisher.ID), r.Title, directory.Fold(r.Title), r.Description, r.Technical, string(r.Presentation)}
	for _, l := range [][]catalogue.Term{r.Pedagogical, r.Documents, r.Levels, r.Subjects, r.Publics} {
		text, err := asJSON(l)
		if err != nil {
			return err
		}
		args = append(args, text)
	}
	declared, err := asJSON(r.Declared)
	if err != nil {
		return err
	}
	now := db.Micros(t.Now())
	accessible, err := asJSON(r.Accessible)
	if err != nil {
		return err
	}
	args = append(args, declared, r.LaunchURL, r.Thumbnail, string(r.Family), r.IsFamily, r.Shown, r.Offline, from.Hash, string(act), now, int64(r.Revision), accessible, r.Shown || r.IsFamily, r.Free, r.OfflineURL)
	if _, err := t.Exec(ctx, `
		insert into resource (id, ark, publisher, title, folded, description, technical, presentation, pedagogical, documents, levels, subjects, publics,
			declared, launch_url, thumbnail, family, is_family, shown, offline, notice, act, updated_at, revision, accessibility, published, free, offline_url)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)
		on conflict (id) do update set title = excluded.title, folded = excluded.folded, description = excluded.description,
			technical = excluded.technical, presentation = excluded.presentation, pedagogical = excluded.pedagogical, documents = excluded.documents,
			levels = excluded.levels, subjects = excluded.subjects, declared = excluded.declared, launch_url = excluded.launch_url,
			thumbnail = excluded.thumbnail, family = excluded.family, is_family = excluded.is_family, shown = excluded.shown,
			offline = excluded.offline, notice = excluded.notice, act = excluded.act, updated_at = excluded.updated_at,
			publics = excluded.publics, accessibility = excluded.accessibility, revision = excluded.revision, free = excluded.free, offline_url = excluded.offline_url, withdrawn = false,
			published = (resource.published or excluded.published)`, args...); err != nil {
		return err
	}
	_, err = t.Exec(ctx, `
		insert into notice (resource, hash, file, body, act, read_at) values ($1, $2, $3, $4, $5, $6)
		on conflict (resource, hash) do nothing`, string(r.ID), from.Hash, from.File, from.Body, string(act), now)
	if err != nil || r.Thumbnail == "" {
		return err
	}
	_, err = t.Exec(ctx, `
		insert into thumbnail (address, state, small, large, trouble, params, tries, worker, leased_until, due_at)
		values ($1, 'waiting', '', '', '', '[]', 0, '', 0, $2)
		on conflict (address) do update set state = excluded.state, tries = 0, due_at = excluded.due_at`, r.Thumbnail, now)
	return err
}

// Withdraw implements catalogue.Writer.
func (t catalogueTx) Withdraw(ctx context.Context, act journal.ActID, ids []catalogue.ResourceID, at catalogue.Revision) error {
	t.changed.doubt()
	_, err := t.Exec(ctx, db.For(t.Engine, `
		update resource set withdrawn = true, act = $2, revision = $3, updated_at = $4 where id in (`+named("$1")+`)`),
		jsonArray(ids), string(act), int64(at), db.Micros(t.Now()))
	return err
}
