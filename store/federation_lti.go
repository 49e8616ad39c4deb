package store

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/lti"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/journal/journaldb"
)

// LTI is the LTI platform's view of the database.
func (s *Store) LTI() lti.Store {
	return bound[lti.Reader, lti.Writer]{s,
		func(t journaldb.Tx) lti.Reader { return ltiTx{t} },
		func(t journaldb.Tx) lti.Writer { return ltiTx{t} }}
}

// ltiTx keeps the platform's things inside a transaction.
type ltiTx struct{ journaldb.Tx }

var _ lti.Writer = ltiTx{}

// CohortsOf implements lti.Reader.
func (t ltiTx) CohortsOf(ctx context.Context, school directory.SchoolID, person directory.PersonID) ([]directory.Cohort, error) {
	return directoryTx(t).CohortsOf(ctx, school, person)
}

// AddLaunch implements lti.Writer.
func (t ltiTx) AddLaunch(ctx context.Context, l lti.Launch, hash federation.Hash) error {
	s := l.Session
	return t.Later(ctx, `
		insert into lti_launch (project, person, hash, kind, session, client, resource, school, profile, login, target, cohort, link, body, until, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		string(s.Project), string(s.Person), string(hash), string(l.Kind), string(s.ID), string(l.Client), l.ARK, string(s.School), string(s.Profile),
		string(l.Login), l.Target, string(l.Cohort), string(l.Link), l.Body, db.Micros(l.Until), db.Micros(t.Now()))
}

// TakeLaunch implements lti.Writer.
func (t ltiTx) TakeLaunch(ctx context.Context, hash federation.Hash) (l lti.Launch, first bool, err error) {
	first, err = take(ctx, t.Tx, `update lti_launch set used_at = $2 where hash = $1 and used_at = 0`,
		`select `+sessionColumns+`, k.school, k.profile, k.kind, k.client, k.resource, k.login, k.target, k.cohort, k.link, k.body, k.until
		from lti_launch k`+ofSession+` where k.hash = $1`, hash,
		append(sessionFields(&l.Session), &l.Session.School, &l.Session.Profile, &l.Kind, &l.Client, &l.ARK, &l.Login, &l.Target, &l.Cohort, &l.Link, &l.Body, (*instant)(&l.Until)),
		fault.New(fault.NotFound, "federation.lti.hint", "client", ""))
	return l, first, err
}

// Visit implements lti.Writer.
func (t ltiTx) Visit(ctx context.Context, v federation.Visit) error { return visit(ctx, t.Tx, v) }

const contextColumns = `k.id, k.school, k.cohort, k.client, k.resource`

func scanContext(row db.Row) (c lti.Context, err error) {
	err = row.Scan(&c.ID, &c.School, &c.Cohort, &c.Client, &c.ARK)
	return c, err
}

// FindContext implements lti.Reader.
func (t ltiTx) FindContext(ctx context.Context, id lti.ContextID) (lti.Context, error) {
	return one(ctx, t.Tx, `select `+contextColumns+` from lti_context k where k.id = $1`, []any{string(id)}, scanContext,
		fault.New(fault.NotFound, "federation.lti.context"))
}

// OpenContext implements lti.Writer.
func (t ltiTx) OpenContext(ctx context.Context, c lti.Context) (id lti.ContextID, err error) {
	find := func() error {
		return t.One(ctx, `select k.id from lti_context k where k.school = $1 and k.cohort = $2 and k.client = $3 and k.resource = $4`,
			[]any{string(c.School), string(c.Cohort), string(c.Client), c.ARK}, &id)
	}
	if err := find(); !db.IsNoRow(err) {
		return id, err
	}
	if _, err := t.Exec(ctx, `insert into lti_context (school, id, cohort, client, resource, created_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
		string(c.School), string(c.ID), string(c.Cohort), string(c.Client), c.ARK, db.Micros(t.Now())); err != nil {
		return "", err
	}
	return id, find()
}

const linkColumns = `k.id, k.school, k.cohort, k.client, k.resource, k.url, k.title, k.description, k.custom`

func oneLink(row db.Row) (lti.Link, error) { return scanLink(row) }

// scanLink reads linkColumns, and what comes after them.
func scanLink(row db.Row, more ...any) (l lti.Link, err error) {
	var custom string
	if err := row.Scan(append([]any{&l.ID, &l.School, &l.Cohort, &l.Client, &l.ARK, &l.URL, &l.Title, &l.Text, &custom}, more...)...); err != nil {
		return l, err
	}
	return l, json.Unmarshal([]byte(custom), &l.Custom)
}

// FindLink implements lti.Reader.
func (t ltiTx) FindLink(ctx context.Context, school directory.SchoolID, id lti.LinkID) (lti.Link, error) {
	return one(ctx, t.Tx, `select `+linkColumns+` from lti_link k where k.school = $1 and k.id = $2`, []any{string(school), string(id)}, oneLink,
		fault.New(fault.NotFound, "federation.lti.link"))
}

// LinksOf implements lti.Reader.
func (t ltiTx) LinksOf(ctx context.Context, school directory.SchoolID, cohort directory.CohortID) ([]lti.Link, error) {
	return list(ctx, t.Tx, `select `+linkColumns+` from lti_link k where k.school = $1 and k.cohort = $2 order by k.id`,
		[]any{string(school), string(cohort)}, oneLink)
}

// PinnedFor implements lti.Reader. Who pinned is asked of the journal, and only for what is shown.
func (t ltiTx) PinnedFor(ctx context.Context, w lti.Wanted) ([]lti.Pinned, error) {
	return list(ctx, t.Tx, db.For(t.Engine, `
		with found as (
			select `+linkColumns+`, k.created_at, k.act
			from membership m join cohort c on c.school = m.school and c.id = m.cohort and not c.closed
				join lti_link k on k.school = m.school and k.cohort = m.cohort
			where m.school = $1 and m.person = $2 and k.resource in (select e.value from `+members("$3")+`)
				and k.client in (select e.value from `+members("$4")+`)
			order by k.created_at desc, k.id desc limit $5)
		select `+linkColumns+`, coalesce(p.family_name, ''), coalesce(p.given_name, ''), coalesce(p.civility, '')
		from found k left join journal j on j.school = k.school and j.id = k.act and j.actor_kind = 'person'
		left join person p on p.id = j.actor and exists (select 1 from attachment a where a.school = k.school and a.person = p.id and a.until = '')
		order by k.created_at desc, k.id desc`),
		[]any{string(w.School), string(w.Person), db.Texts(w.ARKs), jsonArray(w.Tools), w.Most}, func(row db.Row) (l lti.Pinned, err error) {
			l.Link, err = scanLink(row, &l.By.Family, &l.By.Given, &l.By.Civility)
			return l, err
		})
}

// Pin implements lti.Writer.
func (t ltiTx) Pin(ctx context.Context, act journal.ActID, l lti.Link) error {
	custom, err := json.Marshal(l.Custom)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `
		insert into lti_link (school, id, cohort, client, resource, url, title, description, custom, created_at, act)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		string(l.School), string(l.ID), string(l.Cohort), string(l.Client), l.ARK, l.URL, l.Title, l.Text, string(custom), db.Micros(t.Now()), string(act))
	return err
}

// Unpin implements lti.Writer.
func (t ltiTx) Unpin(ctx context.Context, _ journal.ActID, l lti.Link) (bool, error) {
	n, err := t.Exec(ctx, `delete from lti_link where school = $1 and id = $2`, string(l.School), string(l.ID))
	return n == 1, err
}

// FindCohort implements lti.Reader.
func (t ltiTx) FindCohort(ctx context.Context, school directory.SchoolID, id directory.CohortID) (directory.Cohort, error) {
	return one(ctx, t.Tx, `select c.school, c.id, c.kind, c.code, c.label, c.level from cohort c where c.school = $1 and c.id = $2 and not c.closed`,
		[]any{string(school), string(id)}, func(row db.Row) (c directory.Cohort, err error) {
			err = row.Scan(&c.School, &c.ID, &c.Kind, &c.Code, &c.Label, &c.Level)
			return c, err
		}, fault.New(fault.NotFound, "federation.lti.context"))
}

// Members implements lti.Reader. Whoever is there twice is there as what they are listed as first at their places.
func (t ltiTx) Members(ctx context.Context, school directory.SchoolID, cohort directory.CohortID) ([]lti.Member, error) {
	return list(ctx, t.Tx, `
		select p.project, p.id, max(a.profile), p.family_name, p.given_name, p.civility, p.secret
		from membership m join cohort c on c.school = m.school and c.id = m.cohort and not c.closed
		join attachment a on a.school = m.school and a.person = m.person and a.until = '' join person p on p.id = m.person
		where m.school = $1 and m.cohort = $2
		group by p.project, p.id, p.family_name, p.given_name, p.civility, p.secret, p.folded order by p.folded, p.id`,
		[]any{string(school), string(cohort)}, func(row db.Row) (m lti.Member, err error) {
			err = row.Scan(&m.Project, &m.Person, &m.Profile, &m.Name.Family, &m.Name.Given, &m.Name.Civility, &m.Secret)
			return m, err
		})
}

// Acquaint implements lti.Writer.
func (t ltiTx) Acquaint(ctx context.Context, project directory.ProjectID, person directory.PersonID, sector federation.Sector) error {
	return t.Later(ctx, `insert into acquaintance (project, person, sector, since) values ($1, $2, $3, $4) on conflict do nothing`,
		string(project), string(person), string(sector), db.Micros(t.Now()))
}

// FirstOfDay implements lti.Writer. The name is hashed, and goes the day after: it leaves no list of who was told of.
func (t ltiTx) FirstOfDay(ctx context.Context, c lti.Context, person directory.PersonID) (bool, error) {
	day := t.Now().UTC().Truncate(24 * time.Hour)
	name := federation.Token(string(c.ID) + " " + string(person) + " " + day.Format(time.DateOnly))
	return proofTx(t).Spend(ctx, c.Client, "listed", name.Hash(), day.Add(24*time.Hour))
}

// AddToken implements lti.Writer.
func (t ltiTx) AddToken(ctx context.Context, k lti.ServiceToken, hash federation.Hash) error {
	return t.Later(ctx, `insert into lti_token (client, hash, scope, until) values ($1, $2, $3, $4)`,
		string(k.Client), string(hash), strings.Join(k.Scope, " "), db.Micros(k.Until))
}

// FindToken implements lti.Reader.
func (t ltiTx) FindToken(ctx context.Context, hash federation.Hash) (lti.ServiceToken, error) {
	return one(ctx, t.Tx, `select k.client, k.scope, k.until from lti_token k where k.hash = $1`, []any{string(hash)},
		func(row db.Row) (k lti.ServiceToken, err error) {
			var scope string
			err = row.Scan(&k.Client, &scope, (*instant)(&k.Until))
			k.Scope = strings.Fields(scope)
			return k, err
		}, fault.New(fault.NotFound, "federation.lti.token"))
}

// Sweep implements lti.Writer.
func (t ltiTx) Sweep(ctx context.Context, before time.Time, limit int) (int, error) {
	launches, err := t.Exec(ctx, `delete from lti_launch where (project, person, hash) in (
		select k.project, k.person, k.hash from lti_launch k where k.created_at < $1 order by k.created_at limit $2)`, db.Micros(before), limit)
	if err != nil {
		return 0, err
	}
	tokens, err := t.Exec(ctx, `delete from lti_token where (client, hash) in (
		select k.client, k.hash from lti_token k where k.until < $1 order by k.until limit $2)`, db.Micros(t.Now()), limit)
	return int(max(launches, tokens)), err
}
