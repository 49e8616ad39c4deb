package store

import (
	"context"
	"encoding/json"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/journal"
	"pupitre/journal/journaldb"
	"pupitre/licensing"
	"pupitre/notify"
	"pupitre/orders"
)

// Notify is the notifications' view of the database.
func (s *Store) Notify() notify.Store {
	return bound[notify.Reader, notify.Writer]{s,
		func(t journaldb.Tx) notify.Reader { return notifyTx{t} },
		func(t journaldb.Tx) notify.Writer { return notifyTx{t} }}
}

// notifyTx asks and changes notifications, addresses and letters inside a transaction.
type notifyTx struct{ journaldb.Tx }

var _ notify.Writer = notifyTx{}

func reached(of notify.Person) []any { return []any{string(of.Project), string(of.ID)} }

const notificationColumns = `n.project, n.person, n.id, n.kind, n.school, n.subject, n.about, n.at, n.read_at, n.letter`

func scanNotification(row db.Row) (n notify.Notification, err error) {
	var about string
	if err := row.Scan(&n.Project, &n.Person.ID, &n.ID, &n.Kind, &n.School, &n.Subject, &about, (*instant)(&n.At), (*instant)(&n.Read), &n.Letter); err != nil {
		return n, err
	}
	return n, json.Unmarshal([]byte(about), &n.About)
}

// CountUnread implements notify.Reader.
func (t notifyTx) CountUnread(ctx context.Context, of notify.Person) (n int, err error) {
	err = t.One(ctx, `select count(*) from notification where project = $1 and person = $2 and read_at = 0`, reached(of), &n)
	return n, err
}

// ListNotifications implements notify.Reader.
func (t notifyTx) ListNotifications(ctx context.Context, of notify.Person, before notify.NotificationID, limit int) ([]notify.Notification, error) {
	return list(ctx, t.Tx, `select `+notificationColumns+` from notification n where n.project = $1 and n.person = $2 and ($3 = '' or n.id < $3) order by n.id desc limit $4`,
		append(reached(of), string(before), limit), scanNotification)
}

// FindNotification implements notify.Reader.
func (t notifyTx) FindNotification(ctx context.Context, of notify.Person, id notify.NotificationID) (notify.Notification, error) {
	return one(ctx, t.Tx, `select `+notificationColumns+` from notification n where n.project = $1 and n.person = $2 and n.id = $3`,
		append(reached(of), string(id)), scanNotification, fault.New(fault.NotFound, "notify.notification.unknown"))
}

// ListTold implements notify.Reader. A person has few notifications: all of them are looked through.
func (t notifyTx) ListTold(ctx context.Context, l notify.Letter) ([]notify.Notification, error) {
	return list(ctx, t.Tx, `select `+notificationColumns+` from notification n where n.project = $1 and n.person = $2 and n.letter = $3 order by n.id`,
		append(reached(l.Person), string(l.ID)), scanNotification)
}

const addressColumns = `a.project, a.person, a.address, a.confirmed_at, a.pending, a.pending_hash, a.pending_until, a.asked_at, a.asked, a.locale, a.stop`

func scanAddress(row db.Row) (a notify.Address, err error) {
	err = row.Scan(&a.Project, &a.ID, &a.Mail, (*instant)(&a.Confirmed), &a.Pending, &a.Hash, (*instant)(&a.Until), (*instant)(&a.Asked), &a.Times, &a.Locale, &a.Stop)
	return a, err
}

// FindSettings implements notify.Reader.
func (t notifyTx) FindSettings(ctx context.Context, of notify.Person) (notify.Settings, error) {
	s := notify.Settings{Choices: map[notify.Kind]notify.Cadence{}}
	addresses, err := list(ctx, t.Tx, `select `+addressColumns+` from mail_address a where a.project = $1 and a.person = $2`, reached(of), scanAddress)
	if err != nil {
		return s, err
	}
	if len(addresses) > 0 {
		s.Address = addresses[0]
	}
	err = t.Each(ctx, `select kind, cadence from mail_choice where project = $1 and person = $2`, reached(of), func(row db.Row) error {
		var c notify.Choice
		err := row.Scan(&c.Kind, &c.Cadence)
		s.Choices[c.Kind] = c.Cadence
		return err
	})
	return s, err
}

// FindPending implements notify.Reader.
func (t notifyTx) FindPending(ctx context.Context, hash federation.Hash) (notify.Address, error) {
	return one(ctx, t.Tx, `select `+addressColumns+` from mail_address a where a.pending_hash = $1 and a.pending_hash <> ''`, []any{string(hash)}, scanAddress,
		fault.New(fault.NotFound, "notify.link.over"))
}

// FindStopped implements notify.Reader.
func (t notifyTx) FindStopped(ctx context.Context, stop string) (notify.Address, error) {
	return one(ctx, t.Tx, `select `+addressColumns+` from mail_address a where a.stop = $1`, []any{stop}, scanAddress,
		fault.New(fault.NotFound, "notify.link.over"))
}

// AddNotification implements notify.Writer.
func (t notifyTx) AddNotification(ctx context.Context, n notify.Notification) error {
	about, err := json.Marshal(n.About)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `insert into notification (project, person, id, kind, school, subject, about, at, letter) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		append(reached(n.Person), string(n.ID), string(n.Kind), string(n.School), n.Subject, string(about), db.Micros(n.At), string(n.Letter))...)
	return err
}

// MarkRead implements notify.Writer.
func (t notifyTx) MarkRead(ctx context.Context, of notify.Person, id notify.NotificationID) error {
	_, err := t.Exec(ctx, `update notification set read_at = $4 where project = $1 and person = $2 and id = $3 and read_at = 0`, append(reached(of), string(id), db.Micros(t.Now()))...)
	return err
}

// MarkAllRead implements notify.Writer.
func (t notifyTx) MarkAllRead(ctx context.Context, of notify.Person, upTo notify.NotificationID) error {
	_, err := t.Exec(ctx, `update notification set read_at = $4 where project = $1 and person = $2 and id <= $3 and read_at = 0`, append(reached(of), string(upTo), db.Micros(t.Now()))...)
	return err
}

// KeepAddress implements notify.Writer.
func (t notifyTx) KeepAddress(ctx context.Context, act journal.ActID, a notify.Address) error {
	_, err := t.Exec(ctx, `
		insert into mail_address (project, person, address, confirmed_at, pending, pending_hash, pending_until, asked_at, asked, locale, stop, act)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		on conflict (project, person) do update set address = excluded.address, confirmed_at = excluded.confirmed_at, pending = excluded.pending,
			pending_hash = excluded.pending_hash, pending_until = excluded.pending_until, asked_at = excluded.asked_at, asked = excluded.asked, locale = excluded.locale,
			act = excluded.act`,
		append(reached(a.Person), a.Mail, db.Micros(a.Confirmed), a.Pending, string(a.Hash), db.Micros(a.Until), db.Micros(a.Asked), a.Times, string(a.Locale), a.Stop, string(act))...)
	return err
}

// RemoveAddress implements notify.Writer. How many addresses were given lately is kept: who gives one and takes it back sends no more
// letters than others.
func (t notifyTx) RemoveAddress(ctx context.Context, act journal.ActID, of notify.Person) error {
	if _, err := t.Exec(ctx, `update mail_address set address = '', confirmed_at = 0, pending = '', pending_hash = '', pending_until = 0, act = $3 where project = $1 and person = $2`,
		append(reached(of), string(act))...); err != nil {
		return err
	}
	_, err := t.Exec(ctx, `update letter set state = 'dropped', secret = '', ended_at = $3 where project = $1 and person = $2 and state = 'waiting'`, append(reached(of), db.Micros(t.Now()))...)
	return err
}

// KeepChoice implements notify.Writer.
func (t notifyTx) KeepChoice(ctx context.Context, of notify.Person, c notify.Choice) error {
	_, err := t.Exec(ctx, `insert into mail_choice (project, person, kind, cadence) values ($1, $2, $3, $4)
		on conflict (project, person, kind) do update set cadence = excluded.cadence`, append(reached(of), string(c.Kind), string(c.Cadence))...)
	return err
}

// KeepLocale implements notify.Writer.
func (t notifyTx) KeepLocale(ctx context.Context, of notify.Person, locale lang.Locale) error {
	_, err := t.Exec(ctx, `update mail_address set locale = $3 where project = $1 and person = $2`, append(reached(of), string(locale))...)
	return err
}

// Forget implements notify.Writer. What is removed has no act of its own: the journal names the erasure.
func (t notifyTx) Forget(ctx context.Context, _ journal.ActID, of notify.Person) error {
	for _, table := range []string{"notification", "letter", "mail_choice", "mail_address"} {
		if _, err := t.Exec(ctx, `delete from `+table+` where project = $1 and person = $2`, reached(of)...); err != nil {
			return err
		}
	}
	return nil
}

// SweepNotifications implements notify.Writer.
func (t notifyTx) SweepNotifications(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := t.Exec(ctx, `delete from notification where (project, person, id) in (select project, person, id from notification where at < $1 order by at limit $2)`, db.Micros(before), limit)
	return int(n), err
}

// ListWatched implements notify.Reader.
func (t notifyTx) ListWatched(ctx context.Context, day clock.Date, limit int) ([]directory.SchoolID, error) {
	return list(ctx, t.Tx, `select distinct m.school from assignment_manager m left join stock_told s on s.school = m.school
		where m.state = 'confirmed' and (s.day is null or s.day < $1) order by m.school limit $2`, []any{day.String(), limit},
		func(row db.Row) (id directory.SchoolID, err error) { err = row.Scan(&id); return id, err })
}

// Watch implements notify.Writer: of two nodes the second waits at the row, and finds the day taken.
func (t notifyTx) Watch(ctx context.Context, school directory.SchoolID, day clock.Date) (told []string, first bool, err error) {
	n, err := t.Exec(ctx, `insert into stock_told (school, day, told) values ($1, $2, '[]') on conflict (school) do update set day = excluded.day where stock_told.day < excluded.day`,
		string(school), day.String())
	if err != nil || n == 0 {
		return nil, false, err
	}
	err = t.One(ctx, `select told from stock_told where school = $1`, []any{string(school)}, (*texts)(&told))
	return told, true, err
}

// Watched implements notify.Writer.
func (t notifyTx) Watched(ctx context.Context, school directory.SchoolID, told []string) error {
	_, err := t.Exec(ctx, `update stock_told set told = $2 where school = $1`, string(school), texts(told).String())
	return err
}

// FindSchool implements notify.Known.
func (t notifyTx) FindSchool(ctx context.Context, id directory.SchoolID) (directory.School, error) {
	return directoryTx(t).School(ctx, id)
}

// FindOrder implements notify.Known.
func (t notifyTx) FindOrder(ctx context.Context, key orders.Key) (orders.Order, error) {
	return ordersTx(t).FindOrder(ctx, key)
}

// FindRequest implements notify.Known.
func (t notifyTx) FindRequest(ctx context.Context, school directory.SchoolID, id orders.RequestID) (orders.Request, error) {
	return ordersTx(t).FindRequest(ctx, school, id)
}

// FindClient implements notify.Known.
func (t notifyTx) FindClient(ctx context.Context, school directory.SchoolID, seller orders.BooksellerID) (orders.Client, error) {
	return ordersTx(t).FindClient(ctx, school, seller)
}

// FindSuggestions implements notify.Known.
func (t notifyTx) FindSuggestions(ctx context.Context, school directory.SchoolID, ids []licensing.SuggestionID) ([]licensing.Suggestion, error) {
	return licensingTx(t).FindSuggestions(ctx, school, ids)
}

// Titles implements notify.Known.
func (t notifyTx) Titles(ctx context.Context, of []catalogue.ResourceID) (map[catalogue.ResourceID]string, error) {
	out := map[catalogue.ResourceID]string{}
	err := t.Each(ctx, db.For(t.Engine, `select r.id, r.title from resource r where `+oneOf("r.id", "$1")), []any{jsonArray(of)}, func(row db.Row) error {
		var id catalogue.ResourceID
		var title string
		err := row.Scan(&id, &title)
		out[id] = title
		return err
	})
	return out, err
}

func scanReached(row db.Row) (p notify.Person, err error) {
	err = row.Scan(&p.Project, &p.ID)
	return p, err
}

// adultsOf are persons p of school $1 who are there with more than a pupil's profile.
const adultsOf = `select distinct p.project, p.id from attachment a join person p on p.id = a.person where a.school = $1 and a.until = '' and a.profile <> 'eleve'`

// ListOrderers implements notify.Known.
func (t notifyTx) ListOrderers(ctx context.Context, school directory.SchoolID) ([]notify.Person, error) {
	return list(ctx, t.Tx, adultsOf+` and (a.head or exists (select 1 from order_buyer b where b.school = a.school and b.person = a.person)) order by p.id`, []any{string(school)}, scanReached)
}

// ListManagers implements notify.Known.
func (t notifyTx) ListManagers(ctx context.Context, school directory.SchoolID) ([]notify.Person, error) {
	return list(ctx, t.Tx, adultsOf+` and exists (select 1 from assignment_manager m where m.school = a.school and m.person = a.person and m.state = 'confirmed') order by p.id`,
		[]any{string(school)}, scanReached)
}

// FindAdult implements notify.Known.
func (t notifyTx) FindAdult(ctx context.Context, school directory.SchoolID, person directory.PersonID) (notify.Person, error) {
	return one(ctx, t.Tx, adultsOf+` and a.person = $2`, []any{string(school), string(person)}, scanReached, fault.New(fault.NotFound, "directory.person.unknown"))
}

// FindAgentAddress implements notify.Known.
func (t notifyTx) FindAgentAddress(ctx context.Context, agent directory.PersonID) (string, error) {
	return one(ctx, t.Tx, `select a.mail from trade_agent a where a.project = $1 and a.person = $2 and a.closed_at = 0`, []any{guests, string(agent)},
		func(row db.Row) (mail string, err error) { err = row.Scan(&mail); return mail, err }, fault.New(fault.NotFound, "trade.agent.unknown", "value", string(agent)))
}

// ListAddressed implements notify.Known.
func (t notifyTx) ListAddressed(ctx context.Context, school directory.SchoolID, address string) ([]notify.Person, error) {
	return list(ctx, t.Tx, adultsOf+` and exists (select 1 from mail_address m where m.project = p.project and m.person = p.id and m.address <> '' and lower(m.address) = lower($2)) order by p.id`,
		[]any{string(school), address}, scanReached)
}

// ListAgents implements notify.Known.
func (t notifyTx) ListAgents(ctx context.Context, seller orders.BooksellerID, distributor string) ([]notify.Person, error) {
	return list(ctx, t.Tx, `select a.project, a.person from trade_agent a where a.closed_at = 0 and a.bookseller = $1 and a.distributor = $2 order by a.person`,
		[]any{string(seller), distributor}, scanReached)
}
