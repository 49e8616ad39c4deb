package store

import (
	"context"
	"encoding/hex"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/journal/journaldb"
)

// Local is the local accounts' view of the database.
func (s *Store) Local() local.Store {
	return bound[local.Reader, local.Writer]{s,
		func(t journaldb.Tx) local.Reader { return localTx{federationTx{t}} },
		func(t journaldb.Tx) local.Writer { return localTx{federationTx{t}} }}
}

// localTx asks and changes local accounts inside a transaction.
type localTx struct{ federationTx }

var _ local.Writer = localTx{}

// School implements local.Reader.
func (t localTx) School(ctx context.Context, id directory.SchoolID) (directory.School, error) {
	return directoryTx{t.Tx}.School(ctx, id)
}

// SchoolByUAI implements local.Reader.
func (t localTx) SchoolByUAI(ctx context.Context, uai directory.UAI) (directory.School, error) {
	return directoryTx{t.Tx}.SchoolByUAI(ctx, uai)
}

// Managers implements local.Reader.
func (t localTx) Managers(ctx context.Context, school directory.SchoolID) ([]directory.AssignmentManager, error) {
	return directoryTx{t.Tx}.Managers(ctx, school)
}

// Cohorts implements local.Reader.
func (t localTx) Cohorts(ctx context.Context, school directory.SchoolID) ([]directory.Cohort, error) {
	return directoryTx{t.Tx}.Cohorts(ctx, school)
}

// CohortsOf implements local.Reader.
func (t localTx) CohortsOf(ctx context.Context, school directory.SchoolID, person directory.PersonID) ([]directory.Cohort, error) {
	return directoryTx{t.Tx}.CohortsOf(ctx, school, person)
}

// Members implements local.Reader.
func (t localTx) Members(ctx context.Context, school directory.SchoolID, filter directory.Filter, page directory.Page) ([]directory.Member, error) {
	return directoryTx{t.Tx}.Members(ctx, school, filter, page)
}

// Locals implements local.Reader.
func (t localTx) Locals(ctx context.Context) ([]directory.ProjectID, error) {
	return list(ctx, t.Tx, `select project from local_project order by project`, nil, func(row db.Row) (p directory.ProjectID, err error) {
		err = row.Scan(&p)
		return p, err
	})
}

// SetLocals implements local.Writer.
func (t localTx) SetLocals(ctx context.Context, act journal.ActID, projects []directory.ProjectID) error {
	if _, err := t.Exec(ctx, `delete from local_project`); err != nil {
		return err
	}
	for _, p := range projects {
		if _, err := t.Exec(ctx, `insert into local_project (project, act) values ($1, $2) on conflict do nothing`, string(p), string(act)); err != nil {
			return err
		}
	}
	return nil
}

const accountColumns = `l.project, l.person, l.login, l.password, l.must_change, l.created_at, l.changed_at, l.used_at, l.closed_at, l.factor, l.factor_step,
	exists (select 1 from local_passkey k where k.project = l.project and k.person = l.person)`

func accountFields(a *local.Account) []any {
	return []any{&a.Project, &a.Person, &a.Login, &a.Password, &a.Change, (*instant)(&a.Created), (*instant)(&a.Changed),
		(*instant)(&a.Used), (*instant)(&a.Closed), (*hexed)(&a.Factor), &a.Step, &a.Keyed}
}

func scanAccount(row db.Row) (a local.Account, err error) {
	err = row.Scan(accountFields(&a)...)
	return a, err
}

var noAccount = fault.New(fault.NotFound, "local.person.unknown")

// Account implements local.Reader.
func (t localTx) Account(ctx context.Context, project directory.ProjectID, person directory.PersonID) (local.Account, error) {
	return one(ctx, t.Tx, `select `+accountColumns+` from local_account l where l.project = $1 and l.person = $2`,
		[]any{string(project), string(person)}, scanAccount, noAccount)
}

// AccountByLogin implements local.Reader.
func (t localTx) AccountByLogin(ctx context.Context, project directory.ProjectID, login local.Login) (local.Account, error) {
	return one(ctx, t.Tx, `select `+accountColumns+` from local_account l where l.project = $1 and l.login = $2`,
		[]any{string(project), string(login)}, scanAccount, noAccount)
}

// AccountsIn implements local.Reader.
func (t localTx) AccountsIn(ctx context.Context, school directory.SchoolID) ([]local.Account, error) {
	return list(ctx, t.Tx, `
		select `+accountColumns+` from local_account l
		where l.project = (select project from school where school = $1)
			and l.person in (select a.person from attachment a where a.school = $1 and a.until = '') order by l.login`,
		[]any{string(school)}, scanAccount)
}

// Abandoned implements local.Reader.
func (t localTx) Abandoned(ctx context.Context, day string, limit int) ([]local.Account, error) {
	return list(ctx, t.Tx, `
		select `+accountColumns+` from local_account l
		where l.project not in ($3, $4) and not exists (select 1 from attachment a where a.person = l.person and (a.until = '' or a.until > $1))
		order by l.project, l.person limit $2`, []any{day, limit, string(local.Guests), string(local.Operators)}, scanAccount)
}

// AddAccount implements local.Writer.
func (t localTx) AddAccount(ctx context.Context, act journal.ActID, a local.Account) (bool, error) {
	n, err := t.Exec(ctx, `
		insert into local_account (project, person, login, password, must_change, created_at, changed_at, act)
		values ($1, $2, $3, $4, $5, $6, $6, $7) on conflict do nothing`,
		string(a.Project), string(a.Person), string(a.Login), string(a.Password), a.Change, db.Micros(t.Now()), string(act))
	return n == 1, err
}

// Renew implements local.Writer.
func (t localTx) Renew(ctx context.Context, act journal.ActID, a local.Account, password local.Kept, change bool) (bool, error) {
	n, err := t.Exec(ctx, `
		update local_account set password = $4, must_change = $5, changed_at = $6, closed_at = 0, act = $7
		where project = $1 and person = $2 and password = $3`,
		string(a.Project), string(a.Person), string(a.Password), string(password), change, db.Micros(t.Now()), string(act))
	return n == 1, err
}

// CloseAccount implements local.Writer.
func (t localTx) CloseAccount(ctx context.Context, act journal.ActID, a local.Account) (bool, error) {
	n, err := t.Exec(ctx, `update local_account set closed_at = $3, act = $4 where project = $1 and person = $2 and closed_at = 0`,
		string(a.Project), string(a.Person), db.Micros(t.Now()), string(act))
	return n == 1, err
}

// RemoveAccount implements local.Writer.
func (t localTx) RemoveAccount(ctx context.Context, _ journal.ActID, project directory.ProjectID, person directory.PersonID) error {
	for _, statement := range []string{
		`delete from local_passage where project = $1 and person = $2`,
		`delete from local_recovery where project = $1 and person = $2`,
		`delete from local_passkey where project = $1 and person = $2`,
		`delete from local_browser where project = $1 and person = $2`,
		`delete from local_account where project = $1 and person = $2`,
	} {
		if _, err := t.Exec(ctx, statement, string(project), string(person)); err != nil {
			return err
		}
	}
	return nil
}

// Rehash implements local.Writer.
func (t localTx) Rehash(ctx context.Context, a local.Account, password local.Kept) error {
	_, err := t.Exec(ctx, `update local_account set password = $4 where project = $1 and person = $2 and password = $3`,
		string(a.Project), string(a.Person), string(a.Password), string(password))
	return err
}

// UseAccount implements local.Writer.
func (t localTx) UseAccount(ctx context.Context, a local.Account) (bool, error) {
	n, err := t.Exec(ctx, `update local_account set used_at = $4 where project = $1 and person = $2 and password = $3 and closed_at = 0`,
		string(a.Project), string(a.Person), string(a.Password), db.Micros(t.Now()))
	return n == 1, err
}

// SetFactor implements local.Writer.
func (t localTx) SetFactor(ctx context.Context, act journal.ActID, a local.Account, codes []federation.Hash) error {
	_, err := t.Exec(ctx, `update local_account set factor = $3, factor_step = $4, act = $5 where project = $1 and person = $2`,
		string(a.Project), string(a.Person), hex.EncodeToString(a.Factor), a.Step, string(act))
	if err != nil {
		return err
	}
	return t.SetRecovery(ctx, act, a, codes)
}

// UseStep implements local.Writer. The guard is the whole of "once".
func (t localTx) UseStep(ctx context.Context, a local.Account, step int64) (bool, error) {
	n, err := t.Exec(ctx, `update local_account set factor_step = $3 where project = $1 and person = $2 and factor_step < $3`,
		string(a.Project), string(a.Person), step)
	return n == 1, err
}

// UseRecovery implements local.Writer.
func (t localTx) UseRecovery(ctx context.Context, a local.Account, code federation.Hash) (bool, error) {
	n, err := t.Exec(ctx, `delete from local_recovery where project = $1 and person = $2 and hash = $3`, string(a.Project), string(a.Person), string(code))
	return n == 1, err
}

// FindPassage implements local.Reader.
func (t localTx) FindPassage(ctx context.Context, project directory.ProjectID, hash federation.Hash) (local.Passage, error) {
	return one(ctx, t.Tx, `select project, person, hash, attempt, step, proved, secret, until_at, remember, browser from local_passage where hash = $1 and project = $2`,
		[]any{string(hash), string(project)}, func(row db.Row) (p local.Passage, err error) {
			err = row.Scan(&p.Project, &p.Person, &p.Hash, &p.Attempt, &p.Step, &p.Proved, (*hexed)(&p.Secret), (*instant)(&p.Until), &p.Remember, &p.Browser)
			return p, err
		}, fault.New(fault.NotFound, "local.passage.over"))
}

// AddPassage implements local.Writer.
func (t localTx) AddPassage(ctx context.Context, p local.Passage) error {
	_, err := t.Exec(ctx, `
		insert into local_passage (project, person, hash, attempt, step, proved, secret, until_at, remember, browser)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		string(p.Project), string(p.Person), string(p.Hash), string(p.Attempt), string(p.Step), p.Proved, hex.EncodeToString(p.Secret), db.Micros(p.Until),
		p.Remember, string(p.Browser))
	return err
}

// Advance implements local.Writer.
func (t localTx) Advance(ctx context.Context, p local.Passage, from local.Step) (bool, error) {
	n, err := t.Exec(ctx, `update local_passage set step = $5, proved = $6, secret = $7 where project = $1 and person = $2 and hash = $3 and step = $4`,
		string(p.Project), string(p.Person), string(p.Hash), string(from), string(p.Step), p.Proved, hex.EncodeToString(p.Secret))
	return n == 1, err
}

// Bar implements local.Writer. What is barred counts as shown already: a session that begins at the same moment either is there
// to be ended, or does not begin.
func (t localTx) Bar(ctx context.Context, project directory.ProjectID, person directory.PersonID) error {
	_, err := t.Exec(ctx, `
		insert into said_once (project, hash, until) select project, hash, until_at from local_passage where project = $1 and person = $2
		on conflict do nothing`, string(project), string(person))
	if err != nil {
		return err
	}
	if _, err = t.Exec(ctx, `delete from local_passage where project = $1 and person = $2`, string(project), string(person)); err != nil {
		return err
	}
	_, err = t.Exec(ctx, `delete from local_browser where project = $1 and person = $2`, string(project), string(person))
	return err
}

// CountTry implements local.Writer. The row is locked by counting, so that what is read after it is nobody else's.
func (t localTx) CountTry(ctx context.Context, project directory.ProjectID, key string, since time.Time) (n int, until time.Time, err error) {
	_, err = t.Exec(ctx, `
		insert into local_try as l (project, bucket, tries, last_at) values ($1, $2, 1, $3)
		on conflict (project, bucket) do update set tries = case when l.last_at < $4 then 1 else l.tries + 1 end, last_at = $3
		where l.wait_until <= $3`, string(project), key, db.Micros(t.Now()), db.Micros(since))
	if err != nil {
		return 0, time.Time{}, err
	}
	err = t.One(ctx, `select tries, wait_until from local_try where project = $1 and bucket = $2`, []any{string(project), key}, &n, (*instant)(&until))
	return n, until, err
}

// Delay implements local.Writer.
func (t localTx) Delay(ctx context.Context, project directory.ProjectID, key string, until time.Time) error {
	_, err := t.Exec(ctx, `update local_try set wait_until = $3 where project = $1 and bucket = $2`, string(project), key, db.Micros(until))
	return err
}

// ForgetTries implements local.Writer.
func (t localTx) ForgetTries(ctx context.Context, project directory.ProjectID, key string) error {
	_, err := t.Exec(ctx, `delete from local_try where project = $1 and bucket = $2`, string(project), key)
	return err
}

// TakeBackTry implements local.Writer.
func (t localTx) TakeBackTry(ctx context.Context, project directory.ProjectID, key string, free int) error {
	_, err := t.Exec(ctx, `
		update local_try set tries = tries - 1, wait_until = case when tries - 1 <= $3 then 0 else wait_until end
		where project = $1 and bucket = $2 and tries > 0`, string(project), key, free)
	return err
}

// SweepTries implements local.Writer.
func (t localTx) SweepTries(ctx context.Context, before time.Time, limit int) (int, error) {
	passages, err := t.Exec(ctx, `delete from local_passage where hash in (select p.hash from local_passage p where p.until_at < $1 order by p.until_at limit $2)`,
		db.Micros(t.Now()), limit)
	if err != nil {
		return 0, err
	}
	challenges, err := t.Exec(ctx, `
		delete from local_challenge where (project, hash) in
			(select c.project, c.hash from local_challenge c where c.until_at < $1 order by c.until_at limit $2)`, db.Micros(t.Now()), limit)
	if err != nil {
		return 0, err
	}
	browsers, err := t.Exec(ctx, `
		delete from local_browser where (project, person, id) in
			(select b.project, b.person, b.id from local_browser b where b.until_at < $1 order by b.until_at limit $2)`, db.Micros(t.Now()), limit)
	if err != nil {
		return 0, err
	}
	tries, err := t.Exec(ctx, `
		delete from local_try where (project, bucket) in
			(select l.project, l.bucket from local_try l where l.last_at < $1 and l.wait_until < $1 order by l.last_at limit $2)`, db.Micros(before), limit)
	return int(max(passages, challenges, browsers, tries)), err
}

// hexed is bytes as a column keeps them: hexadecimal, "" for none.
type hexed []byte

// Scan implements sql.Scanner.
func (h *hexed) Scan(v any) error {
	*h = nil
	s, _ := v.(string)
	if s == "" {
		return nil
	}
	b, err := hex.DecodeString(s)
	*h = b
	return err
}
