package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/internal/id"
	"pupitre/journal"
	"pupitre/journal/journaldb"
	"pupitre/licensing"
	"pupitre/store"
)

// World is a database with what licensing stands on: schools, persons, classes and resources, written as the directory and
// the catalogue keep them. Tests that share one keep to schools of their own.
type World struct {
	TB        testing.TB
	Store     *store.Store
	Licensing *licensing.Service

	mu     sync.Mutex
	now    time.Time
	serial atomic.Int64

	schools atomic.Int64

	beside func() *db.DB // a second handle on the database: another node's
	made   atomic.Int64  // what a machine's nodes gave identifiers to
}

// Manager is who acts in these tests; Distributor is who sells.
var (
	Manager     = journal.Actor{Kind: journal.ByPerson, ID: "manager"}
	Seller      = journal.Actor{Kind: journal.ByPartner, ID: "seller"}
	Distributor = "123456789_0000000000000000"
)

// Monday is when worlds begin: 23 November 2026, ten in the morning in Paris.
var Monday = time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)

// NewWorld opens a fresh database on the engine.
func NewWorld(t testing.TB, e dbtest.Engine) *World {
	t.Helper()
	w := &World{TB: t, now: Monday}
	w.over(e.Open(t, store.Migrations(), w.Now))
	return w
}

// At opens the database at an address, fresh or not: another node, or the same one after a crash. Close it when done.
func At(t testing.TB, address string) *World {
	t.Helper()
	w := &World{TB: t, now: Monday}
	d, err := db.Open(context.Background(), address, w.Now)
	if err == nil {
		err = d.Migrate(context.Background(), store.Migrations())
	}
	if err != nil {
		t.Fatal(err)
	}
	w.over(d)
	return w
}

// Close closes a world that At opened.
func (w *World) Close() {
	w.TB.Helper()
	if err := w.Store.DB.Close(); err != nil {
		w.TB.Error(err)
	}
}

func (w *World) over(d *db.DB) {
	ids := id.NewMaker(clock.System)
	w.Store = &store.Store{DB: d, IDs: ids}
	w.Licensing = &licensing.Service{Store: w.Store.Licensing(), IDs: ids}
	w.beside = sync.OnceValue(func() *db.DB { return dbtest.Second(w.TB, d, w.Now) })
	w.exec(`insert into publisher (id, official, name) values ('preau', '000000000_0000000000000001', 'Éditions du Préau') on conflict do nothing`)
}

// nodes are two of the broker's nodes on the world's database, each with its own handle and its own queues.
func (w *World) nodes() [2]*licensing.Service {
	ids := id.NewMaker(clock.System)
	return [2]*licensing.Service{w.Licensing, {Store: (&store.Store{DB: w.beside(), IDs: ids}).Licensing(), IDs: ids}}
}

// Now is the world's clock.
func (w *World) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// SetNow moves the world's clock.
func (w *World) SetNow(t time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = t
}

func (w *World) exec(query string, args ...any) {
	w.TB.Helper()
	if err := w.Store.DB.Write(context.Background(), func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, query, args...)
		return err
	}); err != nil {
		w.TB.Fatalf("%s: %v", query, err)
	}
}

// count is the single number that a query answers.
func (w *World) count(query string, args ...any) (n int64) {
	w.TB.Helper()
	w.scan(query, args, &n)
	return n
}

// scan reads the single row that a query answers.
func (w *World) scan(query string, args []any, dest ...any) {
	w.TB.Helper()
	if err := w.Store.DB.Read(context.Background(), func(ctx context.Context, t *db.Tx) error { return t.One(ctx, query, args, dest...) }); err != nil {
		w.TB.Fatalf("%s: %v", query, err)
	}
}

// School adds a school of a département ("099", or "974" for Réunion) and a nature ("340" is a collège).
func (w *World) School(departement, nature string) directory.School {
	w.TB.Helper()
	first, err := strconv.ParseInt(departement+"0000", 10, 64)
	if err != nil {
		w.TB.Fatal(err)
	}
	digits := fmt.Sprintf("%07d", first+w.schools.Add(1)) // a département that is full goes on in the next one
	letter, ok := directory.UAILetter(digits)
	if !ok {
		w.TB.Fatalf("no school has the number %s", digits)
	}
	s := directory.School{ID: directory.SchoolID("s" + digits), Project: "A70", UAI: directory.UAI(digits + string(letter)), Name: "Collège Les Tilleuls",
		Nature: nature, Degree: directory.SecondDegree}
	if nature == "151" {
		s.Degree = directory.FirstDegree
	}
	w.exec(`insert into school (school, project, uai, name, town, nature, degree, contract, phone, mail, seat, created_at)
		values ($1, $2, $3, $4, 'Rochebrune', $5, $6, '', '', '', '', 0)`,
		string(s.ID), string(s.Project), string(s.UAI), s.Name, s.Nature, string(s.Degree))
	return s
}

// Persons adds n persons of a profile to a school, named in the order of their numbers; class is the id of a class they are in, or "".
func (w *World) Persons(school directory.SchoolID, profile directory.Profile, n int, class directory.CohortID) []directory.PersonID {
	w.TB.Helper()
	var out []directory.PersonID
	err := w.Store.DB.Write(context.Background(), func(ctx context.Context, t *db.Tx) error {
		out = nil
		for range n {
			p := directory.PersonID(fmt.Sprintf("p%09d", w.serial.Add(1)))
			out = append(out, p)
			if _, err := t.Exec(ctx, `insert into person (project, id, external, secondary, family_name, given_name, civility, mails, folded, secret, created_at)
				values ('A70', $1, $1, '', $2, 'Inès', '', '[]', $2, '', 0)`, string(p), "nom"+string(p)); err != nil {
				return err
			}
			if err := arrive(ctx, t, school, p, profile, class); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.TB.Fatal(err)
	}
	return out
}

func arrive(ctx context.Context, t *db.Tx, school directory.SchoolID, person directory.PersonID, profile directory.Profile, class directory.CohortID) error {
	if _, err := t.Exec(ctx, `insert into attachment (school, person, profile, level, courses, subjects, posts, digest, since)
		values ($1, $2, $3, '', '[]', '[]', '[]', '', '2026-09-01')
		on conflict (school, person, profile) do update set until = ''`, string(school), string(person), string(profile)); err != nil || class == "" {
		return err
	}
	_, err := t.Exec(ctx, `insert into membership (school, cohort, person) values ($1, $2, $3) on conflict do nothing`, string(school), string(class), string(person))
	return err
}

// Head makes somebody head of a school.
func (w *World) Head(school directory.SchoolID, person directory.PersonID) {
	w.TB.Helper()
	w.exec(`update attachment set head = true where school = $1 and person = $2`, string(school), string(person))
}

// Class adds a class; its label is its id.
func (w *World) Class(school directory.SchoolID, label string) directory.CohortID {
	w.TB.Helper()
	w.exec(`insert into cohort (school, id, kind, code, label, level) values ($1, $2, 'DIVISION', $2, $2, '5e')`, string(school), label)
	return directory.CohortID(label)
}

// Leave takes a person out of a school and tells so, as provisioning does.
func (w *World) Leave(school directory.SchoolID, person directory.PersonID) {
	w.TB.Helper()
	w.move(directory.PersonLeft, school, person, leave(school, person))
}

// Slip is Leave before anybody has followed it, whatever tests run beside.
func (w *World) Slip(school directory.SchoolID, person directory.PersonID) {
	w.TB.Helper()
	if err := w.Store.DB.Write(context.Background(), leave(school, person)); err != nil {
		w.TB.Fatal(err)
	}
}

// LeaveAndReturn is Leave and Arrive of one moment: nobody follows the one before the other, whatever tests run beside.
func (w *World) LeaveAndReturn(school directory.SchoolID, person directory.PersonID, profile directory.Profile, class directory.CohortID) {
	w.TB.Helper()
	w.move(directory.PersonArrived, school, person, func(ctx context.Context, t *db.Tx) error {
		if err := leave(school, person)(ctx, t); err != nil {
			return err
		}
		if err := (journaldb.Tx{Tx: t, IDs: w.Store.IDs}).Tell(ctx, journal.Fact{Topic: directory.PersonLeft, School: string(school), Person: string(person)}, nil); err != nil {
			return err
		}
		return arrive(ctx, t, school, person, profile, class)
	})
}

func leave(school directory.SchoolID, person directory.PersonID) func(ctx context.Context, t *db.Tx) error {
	return func(ctx context.Context, t *db.Tx) error {
		if _, err := t.Exec(ctx, `delete from membership where school = $1 and person = $2`, string(school), string(person)); err != nil {
			return err
		}
		_, err := t.Exec(ctx, `update attachment set until = '2026-11-23' where school = $1 and person = $2`, string(school), string(person))
		return err
	}
}

// Arrive brings a person to a school and tells so.
func (w *World) Arrive(school directory.SchoolID, person directory.PersonID, profile directory.Profile, class directory.CohortID) {
	w.TB.Helper()
	w.move(directory.PersonArrived, school, person, func(ctx context.Context, t *db.Tx) error {
		return arrive(ctx, t, school, person, profile, class)
	})
}

// Move puts a person into another class of their school, or into none, and tells so.
func (w *World) Move(school directory.SchoolID, person directory.PersonID, class directory.CohortID) {
	w.TB.Helper()
	w.move(directory.PersonMoved, school, person, func(ctx context.Context, t *db.Tx) error {
		if _, err := t.Exec(ctx, `delete from membership where school = $1 and person = $2`, string(school), string(person)); err != nil || class == "" {
			return err
		}
		_, err := t.Exec(ctx, `insert into membership (school, cohort, person) values ($1, $2, $3)`, string(school), string(class), string(person))
		return err
	})
}

func (w *World) move(topic string, school directory.SchoolID, person directory.PersonID, change func(ctx context.Context, t *db.Tx) error) {
	w.TB.Helper()
	if err := w.Store.DB.Write(context.Background(), func(ctx context.Context, t *db.Tx) error {
		if err := change(ctx, t); err != nil {
			return err
		}
		return journaldb.Tx{Tx: t, IDs: w.Store.IDs}.Tell(ctx, journal.Fact{Topic: topic, School: string(school), Person: string(person)}, nil)
	}); err != nil {
		w.TB.Fatal(err)
	}
}

// Follow lets licensing act on every fact told so far, and on those that it tells in doing so. On PostgreSQL a fact may wait for elder transactions of other tests.
func (w *World) Follow() {
	w.TB.Helper()
	w.followBy(w.Licensing)
}

func (w *World) followBy(s *licensing.Service) {
	w.TB.Helper()
	for {
		n, err := s.Follow(context.Background(), 50)
		switch {
		case err != nil:
			w.TB.Fatalf("follow: %v", err)
		case n == 0 && (w.Store.DB.Engine == db.SQLite || w.count(`select
				(select count(*) from outbox where (writer, seq) > (select writer, seq from outbox_follower where name = 'licensing'))
				+ (select count(*) from outbox where not exists (select 1 from outbox_follower where name = 'licensing'))`) == 0):
			return
		}
	}
}

// told reads the facts of a school on one topic, in order.
func (w *World) told(school directory.School, topic string) []licensing.RightChanged {
	w.TB.Helper()
	var out []licensing.RightChanged
	if err := w.Store.DB.Read(context.Background(), func(ctx context.Context, t *db.Tx) error {
		return t.Each(ctx, `select body from outbox where topic = $1 and school = $2 order by seq`, []any{topic, string(school.ID)}, func(row db.Row) error {
			var body string
			var c licensing.RightChanged
			if err := row.Scan(&body); err != nil {
				return err
			}
			out = append(out, c)
			return json.Unmarshal([]byte(body), &out[len(out)-1])
		})
	}); err != nil {
		w.TB.Fatal(err)
	}
	return out
}

// Resource adds a resource to the catalogue.
func (w *World) Resource(family bool) licensing.Work {
	w.TB.Helper()
	n := w.serial.Add(1)
	r := licensing.Work{ID: catalogue.ResourceID(fmt.Sprintf("r%06d", n)), ARK: catalogue.ARK(fmt.Sprintf("ark:/99999/preau.cahier-%d", n)),
		Title: fmt.Sprintf("Le cahier %d", n), Family: family}
	w.exec(`insert into resource (id, ark, publisher, title, folded, description, technical, presentation, pedagogical, documents, levels, subjects,
			declared, launch_url, thumbnail, family, is_family, shown, offline, notice, act, updated_at)
		values ($1, $2, 'preau', $3, $3, '', '', '', '[]', '[]', '[]', '[]', '[]', '', '', '', $4, true, false, '', '', 0)`,
		string(r.ID), string(r.ARK), r.Title, family)
	return r
}

// Offer is a subscription on the point of being sold: n transferable copies for the pupils of one school, this school year.
func (w *World) Offer(school directory.School, r licensing.Work, n licensing.Count) licensing.Subscription {
	return licensing.Subscription{
		ID: licensing.SubscriptionID(fmt.Sprintf("abo-%06d", w.serial.Add(1))), Distributor: Distributor, ARK: r.ARK, Title: r.Title,
		Starts: clock.Date{Year: 2026, Month: time.September, Day: 1}, SchoolYear: "2026-2027", Schools: []directory.UAI{school.UAI},
		Kind: licensing.Individual, Transferable: true, Publics: []directory.Profile{directory.Pupil}, Global: &n,
	}
}

// Sell subscribes, and must succeed.
func (w *World) Sell(t testing.TB, sub licensing.Subscription) licensing.Subscription {
	t.Helper()
	out, err := w.Licensing.Subscribe(context.Background(), Seller, sub)
	if err != nil {
		t.Fatalf("subscribe: %v", err)
	}
	return out
}

// To is an order of one resource for these targets.
func To(school directory.School, r licensing.Work, targets ...licensing.Target) licensing.Order {
	return licensing.Order{School: school.ID, Resources: []catalogue.ResourceID{r.ID}, Targets: targets}
}

// Assign gives, and must succeed.
func (w *World) Assign(t testing.TB, o licensing.Order) licensing.Applied {
	t.Helper()
	out, err := w.Licensing.Assign(context.Background(), Manager, o)
	if err != nil {
		t.Fatalf("assign: %v", err)
	}
	return out
}

// Open opens as the person, in that school.
func (w *World) Open(school directory.School, r licensing.Work, person directory.PersonID) (licensing.Grant, error) {
	return w.Licensing.Open(context.Background(), licensing.Opening{Person: person, School: school.ID, Resource: r.ID})
}

// Counters are the figures of a resource in a school.
func (w *World) Counters(t testing.TB, school directory.School, r licensing.Work) licensing.Counters {
	t.Helper()
	s, err := w.Licensing.FindStock(context.Background(), school.ID, r.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s.Counters
}

// Sound fails the test unless Check finds nothing.
func (w *World) Sound(t testing.TB) {
	t.Helper()
	pools, broken, err := w.Licensing.Check(context.Background())
	if err != nil {
		t.Fatalf("check: %v", err)
	}
	if len(broken) > 0 {
		t.Fatalf("%d pools looked at, broken: %v", pools, broken)
	}
}

// refused fails the test unless err has the code.
func refused(t testing.TB, err error, kind fault.Kind, code string) {
	t.Helper()
	if fault.KindOf(err) != kind || fault.CodeOf(err) != code {
		t.Errorf("got %v (%s), want %s (%s)", err, fault.KindOf(err), code, kind)
	}
}

// param is one parameter of a refusal.
func param(err error, name string) any {
	list := fault.ParamsOf(err)
	for i := 0; i+1 < len(list); i += 2 {
		if list[i] == name {
			return list[i+1]
		}
	}
	return nil
}
