package store

import (
	"context"
	"strconv"
	"strings"
	"time"

	"pupitre/exos"
	"pupitre/exos/xapi"
	"pupitre/internal/db"
	"pupitre/journal"
)

// Registers is the same database as programs write statements in it.
func (s *Store) Registers() xapi.Store { return registers{s} }

// registers is an xapi.Store.
type registers struct{ store *Store }

func (l registers) Read(ctx context.Context, f func(ctx context.Context, r xapi.Reader) error) error {
	return l.store.DB.Read(ctx, func(ctx context.Context, t *db.Tx) error { return f(ctx, xapiTx{l.store.tx(t)}) })
}

func (l registers) Write(ctx context.Context, f func(ctx context.Context, w xapi.Writer) error) error {
	return l.store.DB.Write(ctx, func(ctx context.Context, t *db.Tx) error { return f(ctx, xapiTx{l.store.tx(t)}) })
}

// xapiTx asks and changes what registers need.
type xapiTx struct{ exosTx }

var _ xapi.Writer = xapiTx{}

// Registers implements xapi.Reader.
func (t xapiTx) Registers(ctx context.Context) ([]xapi.Register, error) {
	return list(ctx, t.exosTx, `
		select r.id, r.name, r.publisher, coalesce(p.prefix, ''), r.secret, r.own, r.made_until
		from register r left join publisher p on p.id = r.publisher order by r.name`, nil, func(row db.Row) (r xapi.Register, err error) {
		var until int64
		err = row.Scan(&r.ID, &r.Name, &r.Publisher, &r.Prefix, &r.Secret, &r.Own, &until)
		r.Position.At = db.FromMicros(until)
		return r, err
	})
}

// AddRegister implements xapi.Writer.
func (t xapiTx) AddRegister(ctx context.Context, act journal.ActID, r xapi.Register) error {
	_, err := t.Exec(ctx, `insert into register (id, name, publisher, secret, own, made_until, created_at, act) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		string(r.ID), r.Name, string(r.Publisher), r.Secret, r.Own, db.Micros(r.Position.At), db.Micros(t.Now()), string(act))
	return err
}

// DropRegister implements xapi.Writer.
func (t xapiTx) DropRegister(ctx context.Context, _ journal.ActID, r xapi.RegisterID) error {
	for _, table := range []string{"register_client", "statement", "statement_mention", "activity_definition", "statement_attachment", "register_document"} {
		if _, err := t.Exec(ctx, `delete from `+table+` where register = $1`, string(r)); err != nil {
			return err
		}
	}
	_, err := t.Exec(ctx, `delete from register where id = $1`, string(r))
	return err
}

// PutPosition implements xapi.Writer. It never goes back.
func (t xapiTx) PutPosition(ctx context.Context, r xapi.RegisterID, p xapi.Position) error {
	_, err := t.Exec(ctx, `update register set made_until = $2 where id = $1 and made_until < $2`, string(r), db.Micros(p.At))
	return err
}

const clientColumns = `id, register, name, hash, scopes, ends_at, revoked_at`

func scanClient(row db.Row) (c xapi.Client, err error) {
	var ends, revoked int64
	err = row.Scan(&c.ID, &c.Register, &c.Name, &c.Hash, unpacked{&c.Scopes}, &ends, &revoked)
	c.Ends, c.RevokedAt = db.FromMicros(ends), db.FromMicros(revoked)
	return c, err
}

// ClientByID implements xapi.Reader.
func (t xapiTx) ClientByID(ctx context.Context, c xapi.ClientID) (xapi.Client, error) {
	return one(ctx, t.exosTx, `select `+clientColumns+` from register_client where id = $1`, []any{string(c)}, scanClient)
}

// Clients implements xapi.Reader.
func (t xapiTx) Clients(ctx context.Context, r xapi.RegisterID) ([]xapi.Client, error) {
	return list(ctx, t.exosTx, `select `+clientColumns+` from register_client where register = $1 order by id desc`, []any{string(r)}, scanClient)
}

// AddClient implements xapi.Writer.
func (t xapiTx) AddClient(ctx context.Context, act journal.ActID, c xapi.Client) error {
	scopes, err := packed(c.Scopes)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `insert into register_client (id, register, name, hash, scopes, ends_at, created_at, act) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		string(c.ID), string(c.Register), c.Name, c.Hash, scopes, db.Micros(c.Ends), db.Micros(t.Now()), string(act))
	return err
}

// RevokeClient implements xapi.Writer.
func (t xapiTx) RevokeClient(ctx context.Context, act journal.ActID, c xapi.ClientID) error {
	n, err := t.Exec(ctx, `update register_client set revoked_at = case when revoked_at = 0 then $2 else revoked_at end, act = $3 where id = $1`,
		string(c), db.Micros(t.Now()), string(act))
	if err == nil && n == 0 {
		err = errNone
	}
	return err
}

const statementColumns = `s.register, s.id, s.client, s.stored_at, s.place, s.verb, s.ref, s.voids, s.voided, s.session, s.learner, s.body`

func scanStatement(row db.Row) (s xapi.Statement, err error) {
	var stored int64
	var body string
	err = row.Scan(&s.Register, &s.ID, &s.Client, &stored, &s.Place, &s.Verb, &s.Ref, &s.Voids, &s.Voided, &s.Session, &s.Learner, &body)
	s.Stored, s.Body = db.FromMicros(stored), []byte(body)
	return s, err
}

// Statement implements xapi.Reader.
func (t xapiTx) Statement(ctx context.Context, r xapi.RegisterID, s xapi.StatementID) (xapi.Statement, error) {
	return one(ctx, t.exosTx, `select `+statementColumns+` from statement s where s.register = $1 and s.id = $2`, []any{string(r), string(s)}, scanStatement)
}

// AddStatement implements xapi.Writer.
func (t xapiTx) AddStatement(ctx context.Context, s xapi.Statement) (bool, error) {
	n, err := t.Exec(ctx, `
		insert into statement (register, id, client, stored_at, place, verb, ref, voids, voided, session, learner, body)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (register, id) do nothing`,
		string(s.Register), string(s.ID), string(s.Client), db.Micros(s.Stored), s.Place, s.Verb, string(s.Ref), s.Voids, false, s.Session, string(s.Learner),
		string(s.Body))
	if err != nil || n == 0 {
		return false, err
	}
	for _, m := range s.Mentions {
		if _, err := t.Exec(ctx, `insert into statement_mention (register, kind, value, id, near) values ($1, $2, $3, $4, $5) on conflict do nothing`,
			string(s.Register), m.Kind, m.Value, string(s.ID), m.Near); err != nil {
			return false, err
		}
	}
	// What voids may come before what is voided, or after; who voids is not voided.
	if s.Voids {
		_, err = t.Exec(ctx, `update statement set voided = $3 where register = $1 and id = $2 and not voids`, string(s.Register), string(s.Ref), true)
		return err == nil, err
	}
	_, err = t.Exec(ctx, `
		update statement set voided = $3 where register = $1 and id = $2
			and exists (select 1 from statement v where v.register = $1 and v.ref = $2 and v.voids)`, string(s.Register), string(s.ID), true)
	return err == nil, err
}

// Statements implements xapi.Reader. A statement is found by itself, or by the statement that it speaks of, however far that leads
// (Communication 2.1.3); voided ones are found by nobody, but what speaks of them is.
func (t xapiTx) Statements(ctx context.Context, r xapi.RegisterID, q xapi.Query) ([]xapi.Statement, error) {
	args := []any{string(r)}
	bind := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	var hit, where []string
	mention := func(kind, value string, related bool) {
		near := ""
		if !related {
			near = " and i.near"
		}
		hit = append(hit, `exists (select 1 from statement_mention i where i.register = m.register and i.id = m.id and i.kind = '`+kind+`' and i.value = `+
			bind(value)+near+`)`)
	}
	if q.Agent != "" {
		mention("agent", q.Agent, q.RelatedAgents)
	}
	if q.Activity != "" {
		mention("activity", q.Activity, q.RelatedActivities)
	}
	if q.Verb != "" {
		hit = append(hit, "m.verb = "+bind(q.Verb))
	}
	if q.Session != "" {
		hit = append(hit, "m.session = "+bind(q.Session))
	}
	with := ""
	if len(hit) > 0 {
		with = `with recursive found(id) as (
				select m.id from statement m where m.register = $1 and ` + strings.Join(hit, " and ") + `
				union select s.id from statement s join found f on s.ref = f.id where s.register = $1
			) `
		where = append(where, "s.id in (select id from found)")
	}
	if q.Mine != "" {
		where = append(where, "s.client = "+bind(string(q.Mine)))
	}
	if !q.Since.IsZero() {
		where = append(where, "s.stored_at > "+bind(db.Micros(q.Since)))
	}
	if !q.Until.IsZero() {
		where = append(where, "s.stored_at <= "+bind(db.Micros(q.Until)))
	}
	order, beyond := "desc", "<"
	if q.Ascending {
		order, beyond = "asc", ">"
	}
	if q.After != nil {
		where = append(where, "(s.stored_at, s.place) "+beyond+" ("+bind(db.Micros(q.After.Stored))+", "+bind(q.After.Place)+")")
	}
	query := with + `select ` + statementColumns + ` from statement s where s.register = $1 and not s.voided`
	for _, w := range where {
		query += " and " + w
	}
	return list(ctx, t.exosTx, query+` order by s.stored_at `+order+`, s.place `+order+` limit `+bind(q.Limit), args, scanStatement)
}

// Definition implements xapi.Reader.
func (t xapiTx) Definition(ctx context.Context, r xapi.RegisterID, activity string) ([]byte, error) {
	all, err := list(ctx, t.exosTx, `select definition from activity_definition where register = $1 and activity = $2`, []any{string(r), activity}, scanText)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return []byte(all[0]), nil
}

// PutDefinition implements xapi.Writer.
func (t xapiTx) PutDefinition(ctx context.Context, r xapi.RegisterID, activity string, definition []byte) error {
	_, err := t.Exec(ctx, `
		insert into activity_definition (register, activity, definition) values ($1, $2, $3)
		on conflict (register, activity) do update set definition = excluded.definition`, string(r), activity, string(definition))
	return err
}

// Attachment implements xapi.Reader.
func (t xapiTx) Attachment(ctx context.Context, r xapi.RegisterID, sha2 string) ([]byte, error) {
	return one(ctx, t.exosTx, `select data from statement_attachment where register = $1 and sha2 = $2`, []any{string(r), sha2}, func(row db.Row) (b []byte, err error) {
		err = row.Scan(&b)
		return b, err
	})
}

// AddAttachment implements xapi.Writer.
func (t xapiTx) AddAttachment(ctx context.Context, r xapi.RegisterID, sha2, media string, data []byte) error {
	_, err := t.Exec(ctx, `insert into statement_attachment (register, sha2, media, data) values ($1, $2, $3, $4) on conflict do nothing`,
		string(r), sha2, media, notNil(data))
	return err
}

func notNil(data []byte) []byte {
	if data == nil {
		return []byte{}
	}
	return data
}

const documentWhere = `register = $1 and kind = $2 and activity = $3 and agent = $4`

func documentArgs(d xapi.DocumentKey) []any {
	return []any{string(d.Register), d.Kind, d.Activity, d.Agent}
}

func (t xapiTx) document(ctx context.Context, d xapi.DocumentKey, lock string) (xapi.Document, error) {
	return one(ctx, t.exosTx, db.For(t.Engine, `select media, data, etag, changed_at from register_document where `+documentWhere+` and session = $5 and name = $6`+lock),
		append(documentArgs(d), d.Session, d.Name), func(row db.Row) (out xapi.Document, err error) {
			var changed int64
			err = row.Scan(&out.Media, &out.Data, &out.ETag, &changed)
			out.DocumentKey, out.Changed = d, db.FromMicros(changed)
			return out, err
		})
}

// Document implements xapi.Reader.
func (t xapiTx) Document(ctx context.Context, d xapi.DocumentKey) (xapi.Document, error) {
	return t.document(ctx, d, "")
}

// TakeDocument implements xapi.Writer. SQLite has one writer; PostgreSQL locks the row, and of two who write the first at once one is
// repeated.
func (t xapiTx) TakeDocument(ctx context.Context, d xapi.DocumentKey) (xapi.Document, error) {
	return t.document(ctx, d, " /*postgres: for update */")
}

// PutDocument implements xapi.Writer.
func (t xapiTx) PutDocument(ctx context.Context, d xapi.Document) error {
	_, err := t.Exec(ctx, `
		insert into register_document (register, kind, activity, agent, session, name, media, data, etag, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		on conflict (register, kind, activity, agent, session, name) do update set
			media = excluded.media, data = excluded.data, etag = excluded.etag, changed_at = excluded.changed_at`,
		append(documentArgs(d.DocumentKey), d.Session, d.Name, d.Media, notNil(d.Data), d.ETag, db.Micros(d.Changed))...)
	return err
}

// DropDocuments implements xapi.Writer.
func (t xapiTx) DropDocuments(ctx context.Context, d xapi.DocumentKey) error {
	_, err := t.Exec(ctx, `delete from register_document where `+documentWhere+` and ($5 = '' or name = $5) and ($6 or session = $7)`,
		append(documentArgs(d), d.Name, d.Any, d.Session)...)
	return err
}

// DocumentNames implements xapi.Reader.
func (t xapiTx) DocumentNames(ctx context.Context, d xapi.DocumentKey, since time.Time) ([]string, error) {
	return list(ctx, t.exosTx, `
		select distinct name from register_document where `+documentWhere+` and ($5 or session = $6) and changed_at > $7 order by name`,
		append(documentArgs(d), d.Any, d.Session, db.Micros(since)), scanText)
}

// Done implements xapi.Reader.
func (t xapiTx) Done(ctx context.Context, after xapi.Position, limit int) ([]xapi.Act, error) {
	return list(ctx, t.exosTx, `
		select `+eventColumnsOf("v")+`, m.ark, m.id, e.title, m.title, e.maximum, coalesce(a.homework, ''), coalesce(h.graded, $3), l.profile
		from event v join learner l on l.id = v.learner join exercise e on e.id = v.exercise join module m on m.id = e.module
			left join attempt a on a.learner = v.learner and a.id = v.attempt left join homework h on h.id = a.homework
		where v.received_at > $1 and v.accepted order by v.received_at, v.learner, v.id limit $2`,
		[]any{db.Micros(after.At), limit, false}, func(row db.Row) (a xapi.Act, err error) {
			k := &a.Kept
			var seed, done, received int64
			var payload string
			err = row.Scan(&k.Learner, &k.ID, &k.Attempt, &k.Exercise, &k.Version, &seed, &k.Kind, &payload, &done, &received, &k.Device, &k.Seq,
				unpacked{&k.Verdict}, &a.ARK, &a.Module, &a.Title, &a.Workbook, &a.Max, &a.Homework, &a.Graded, &a.Profile)
			k.Seed, k.At, k.ReceivedAt, k.Payload = exos.Seed(seed), db.FromMicros(done), db.FromMicros(received), []byte(payload)
			return a, err
		})
}
