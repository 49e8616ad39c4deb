package federationtest

import (
	"cmp"
	"context"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/oidc"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/internal/id"
	"pupitre/internal/tx"
	"pupitre/journal"
	"pupitre/store"
)

// The persons and things of a World.
const (
	Project   = directory.ProjectID("A70")
	College   = directory.SchoolID("school-college")
	Lycee     = directory.SchoolID("school-lycee")
	Ines      = directory.PersonID("person-ines")   // pupil of the college, 5e B and its Latin group; portal's name "ent-ines"
	Noe       = directory.PersonID("person-noe")    // pupil of the college; "ent-noe"
	Renard    = directory.PersonID("person-renard") // teaches French at the college and the lycée; "ent-renard"
	Preau     = federation.Sector("publisher-preau")
	Marelle   = federation.Sector("publisher-marelle")
	Grammar   = "ark:/99999/preau.grammaire" // Préau's
	Atlas     = "ark:/99999/marelle.atlas"   // Marelle's
	ExosID    = federation.ClientID("exos")  // Préau's program
	AtlasID   = federation.ClientID("atlas") // Marelle's program
	ExosProof = federation.Token("the secret of the test's first client")
)

// Tester is who registers things in tests.
var Tester = journal.System("test")

// PlacesPath is where who has several places is asked by which.
const PlacesPath = "/mes-lieux"

// ExosRedirect is where Préau's program takes its answers.
const ExosRedirect = "http://exos.localhost:8080/retour?from=pupitre"

// World is a small school with two publishers, over a real database.
type World struct {
	Store   *store.Store
	Service *federation.Service
	Keys    *federation.Keyring
	Rights  *Rights
	IDs     *id.Maker
	Clock   *Clock
}

// Clock is a clock that a test sets. Safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is the time that it shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance puts it forward.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// New makes a world on an engine. The clients exos and atlas are registered; Inès holds Grammar, Noé nothing.
func New(t testing.TB, e dbtest.Engine) *World {
	t.Helper()
	c := &Clock{now: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)}
	ids := id.NewMaker(c.Now)
	s := &store.Store{DB: e.Open(t, store.Migrations(), c.Now), IDs: ids}
	w := &World{Store: s, IDs: ids, Clock: c, Rights: &Rights{s, &holdings{held: map[federation.Ask]bool{}}}}
	w.Service = &federation.Service{Store: s.Federation(), IDs: ids, Now: c.Now, Rights: w.Rights, Declarations: declared, Places: PlacesPath}
	w.Keys = &federation.Keyring{Store: s.Federation(), IDs: ids, Now: c.Now}
	w.populate(t)
	for _, client := range []federation.Client{
		{ID: ExosID, Sector: Preau, Name: "Biblio Exos", Redirects: []string{ExosRedirect}, Algorithm: federation.ES256, Refresh: true,
			SignedOut: []string{"http://exos.localhost:8080/"}},
		{ID: AtlasID, Sector: Marelle, Name: "Atlas", Redirects: []string{"https://atlas.example/oidc"}, Algorithm: federation.RS256, Resource: Atlas},
	} {
		if err := w.Service.Register(t.Context(), journal.System("test"), client, ExosProof); err != nil {
			t.Fatal(err)
		}
	}
	w.Rights.Give(Ines, College, directory.Pupil, Grammar)
	return w
}

// Node is the same world as another node of the house has it: its own connections to the same database, its own services.
func (w *World) Node(t testing.TB) *World {
	t.Helper()
	ids := id.NewMaker(w.Clock.Now)
	s := &store.Store{DB: dbtest.Second(t, w.Store.DB, w.Clock.Now), IDs: ids}
	n := &World{Store: s, IDs: ids, Clock: w.Clock, Rights: &Rights{s, w.Rights.holdings}}
	n.Service = &federation.Service{Store: s.Federation(), IDs: ids, Now: w.Clock.Now, Rights: n.Rights, Declarations: declared, Places: PlacesPath}
	n.Keys = &federation.Keyring{Store: s.Federation(), IDs: ids, Now: w.Clock.Now}
	return n
}

// Rounds is how often a race is run: 50 times, or as often as PUPITRE_ROUNDS says (make soak: 1,000).
func Rounds() int {
	rounds, err := strconv.Atoi(cmp.Or(os.Getenv("PUPITRE_ROUNDS"), "50"))
	if err != nil || rounds < 1 {
		panic("PUPITRE_ROUNDS is how often each race is run, a number from 1: " + os.Getenv("PUPITRE_ROUNDS"))
	}
	return rounds
}

// Together runs 32 calls at the same moment, each told its number, and returns how many reported success.
func Together(f func(i int) bool) int {
	var won atomic.Int64
	var all sync.WaitGroup
	gun := make(chan struct{})
	for i := range 32 {
		all.Go(func() {
			<-gun
			if f(i) {
				won.Add(1)
			}
		})
	}
	close(gun)
	all.Wait()
	return int(won.Load())
}

func (w *World) populate(t testing.TB) {
	t.Helper()
	err := w.Store.DB.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for _, statement := range []string{
			`insert into school (school, project, uai, name, town, nature, degree, contract, phone, mail, seat, created_at) values
				('school-college', 'A70', '0991234D', 'Collège des Tilleuls', 'Valmoré', '340', '2D', 'PU', '', '', '', 1),
				('school-lycee', 'A70', '0995678S', 'Lycée du Port', 'Valmoré', '300', '2D', 'PU', '', '', '', 1)`,
			`insert into person (project, id, external, secondary, family_name, given_name, civility, mails, folded, secret, created_at) values
				('A70', 'person-ines', 'ent-ines', '', 'Marchal', 'Inès', '', '[]', 'marchal ines', '1111111111111111111111111111111111111111111111111111111111111111', 1),
				('A70', 'person-noe', 'ent-noe', '', 'Périer', 'Noé', '', '[]', 'perier noe', '2222222222222222222222222222222222222222222222222222222222222222', 1),
				('A70', 'person-renard', 'ent-renard', '', 'Renard', 'Claire', 'Mme', '["c.renard@tilleuls.example"]', 'renard claire', '3333333333333333333333333333333333333333333333333333333333333333', 1)`,
			`insert into attachment (school, person, profile, level, courses, subjects, posts, digest, since) values
				('school-college', 'person-ines', 'eleve', '5e', '[]', '[]', '[]', '', '2026-09-01'),
				('school-college', 'person-noe', 'eleve', '5e', '[]', '[]', '[]', '', '2026-09-01'),
				('school-college', 'person-renard', 'enseignant', '', '[]', '[]', '[]', '', '2026-09-01'),
				('school-lycee', 'person-renard', 'enseignant', '', '[]', '[]', '[]', '', '2026-09-01')`,
			`insert into cohort (school, id, kind, code, label, level) values
				('school-college', 'c-5b', 'DIVISION', '5B', '5e B', '5e'), ('school-college', 'c-5c', 'DIVISION', '5C', '5e C', '5e'),
				('school-college', 'c-lat', 'GROUPE', 'LAT', 'Latin 5e', '5e')`,
			`insert into cohort_within (school, cohort, class) values ('school-college', 'c-lat', 'c-5b'), ('school-college', 'c-lat', 'c-5c')`,
			`insert into subject (school, code, label) values ('school-college', '020700', 'FRANCAIS'), ('school-college', '061300', 'MATHEMATIQUES')`,
			`insert into membership (school, cohort, person, subjects) values
				('school-college', 'c-5b', 'person-ines', '[]'), ('school-college', 'c-lat', 'person-ines', '[]'),
				('school-college', 'c-5b', 'person-renard', '["020700"]'), ('school-college', 'c-lat', 'person-renard', '[]')`,
		} {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Leave takes somebody out of a school, and tells as the directory does.
func (w *World) Leave(t testing.TB, person directory.PersonID, school directory.SchoolID) {
	t.Helper()
	err := w.Store.DB.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `update attachment set until = '2026-11-23' where person = $1 and school = $2`, string(person), string(school)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `insert into outbox (topic, school, person, subject, at, body) values ($1, $2, $3, '', 1, '{}')`,
			directory.PersonLeft, string(school), string(person))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Follow calls follow until it has handled that many facts. On PostgreSQL a fact shows once every transaction that began before
// its own has ended, those of tests beside this one included, so the first call may find none.
func Follow(t testing.TB, facts int, follow func(context.Context) (int, error)) {
	t.Helper()
	for patience := time.NewTimer(30 * time.Second); facts > 0; {
		n, err := follow(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if facts -= n; n > 0 {
			continue
		}
		select {
		case <-patience.C:
			t.Fatalf("%d facts never came", facts)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// Until waits for what other goroutines bring about.
func Until(t testing.TB, done func() bool) {
	t.Helper()
	for patience := time.NewTimer(30 * time.Second); !done(); {
		select {
		case <-patience.C:
			t.Fatal("it never came")
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// Enter has the person of a session enter a resource by a client, as a face does.
func Enter(t testing.TB, w *World, token federation.Token, client federation.ClientID, ark string) federation.Entry {
	t.Helper()
	c, err := w.Service.FindClient(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	visitor, err := w.Service.Receive(t.Context(), token, c, ark)
	if err != nil {
		t.Fatal(err)
	}
	entry, err := w.Service.Enter(t.Context(), visitor, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = w.Store.OIDC().Write(t.Context(), func(ctx context.Context, tx oidc.Writer) error {
		return tx.AddGrant(ctx, oidc.Grant{ID: oidc.GrantID(w.IDs.New()), Session: visitor.Session, Client: client, ARK: ark, Act: entry.Act}, federation.NewToken().Hash(), entry.Visit())
	})
	if err != nil {
		t.Fatal(err)
	}
	return entry
}

// Arrive signs somebody in as their portal would, and returns the token of the session.
func (w *World) Arrive(t testing.TB, external string) federation.Token {
	t.Helper()
	token, _, err := w.Service.Arrive(t.Context(), federation.Arrival{Project: Project, External: external, Upstream: "cas", Index: "ST-" + federation.NewToken()})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

type declarations map[string]federation.Declaration

var declared = declarations{
	Grammar: {ARK: Grammar, Title: "Le labo de grammaire", Publisher: Preau, Attributes: []federation.Attribute{
		federation.IDO, federation.UAI, federation.PRO, federation.PRE, federation.DIV, federation.GRO, federation.PMEL}},
	Atlas: {ARK: Atlas, Title: "Atlas", Publisher: Marelle, Attributes: []federation.Attribute{federation.IDO}},
}

// Of implements federation.Declarations.
func (d declarations) Of(_ context.Context, ark string) (federation.Declaration, error) {
	found, ok := d[ark]
	if !ok {
		return found, fault.New(fault.NotFound, "federation.resource.foreign", "ark", ark)
	}
	return found, nil
}

// AtAddress implements federation.Declarations: the resources are at « https://PUBLISHER.example/ARK ».
func (d declarations) AtAddress(ctx context.Context, publisher federation.Sector, address string) (federation.Declaration, error) {
	found, err := d.Of(ctx, strings.TrimPrefix(address, "https://"+string(publisher)+".example/"))
	if err == nil && found.Publisher != publisher {
		err = fault.New(fault.NotFound, "federation.resource.foreign", "ark", found.ARK)
	}
	return found, err
}

// Rights stands in for licensing: a list of who holds what. Safe for concurrent use.
type Rights struct {
	store *store.Store
	*holdings
}

// holdings are what the nodes of a world share.
type holdings struct {
	mu     sync.Mutex
	held   map[federation.Ask]bool
	opened int
}

// Opened counts the openings.
func (r *Rights) Opened() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.opened
}

// Give gives a right at one place.
func (r *Rights) Give(person directory.PersonID, school directory.SchoolID, profile directory.Profile, ark string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held[federation.Ask{Person: person, School: school, Profile: profile, ARK: ark}] = true
}

// Withdraw takes it back.
func (r *Rights) Withdraw(person directory.PersonID, school directory.SchoolID, profile directory.Profile, ark string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.held, federation.Ask{Person: person, School: school, Profile: profile, ARK: ark})
}

// Check implements federation.Rights.
func (r *Rights) Check(_ context.Context, ask federation.Ask) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.held[ask] {
		return fault.New(fault.Denied, "licensing.right.none")
	}
	return nil
}

// Open implements federation.Rights: it journals the access as licensing does.
func (r *Rights) Open(ctx context.Context, ask federation.Ask, released []federation.Attribute, publisher federation.Sector,
	with func(ctx context.Context, entry journal.ActID) error) (act journal.ActID, err error) {
	if err := r.Check(ctx, ask); err != nil {
		return "", err
	}
	r.mu.Lock()
	r.opened++
	r.mu.Unlock()
	err = r.store.Journal().Write(ctx, func(ctx context.Context, w journal.Appender) error {
		act, err = w.Record(ctx, journal.Entry{
			School: string(ask.School), Actor: journal.Actor{Kind: journal.ByPerson, ID: string(ask.Person)}, Verb: "licensing.opened",
			Subject: ask.ARK, Person: string(ask.Person), Class: journal.ClassAccess,
			Detail: map[string]any{"attributes": released, "publisher": publisher},
		})
		if err != nil || with == nil {
			return err
		}
		return with(tx.Together(ctx), act)
	})
	return act, err
}

// OfPublisher implements federation.Rights.
func (r *Rights) OfPublisher(_ context.Context, ask federation.Ask, publisher federation.Sector) ([]federation.Right, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []federation.Right
	for held := range r.held {
		d := declared[held.ARK]
		if held.Person == ask.Person && held.School == ask.School && d.Publisher == publisher {
			out = append(out, federation.Right{ARK: d.ARK, Title: d.Title, Status: federation.RightOpen, Why: "assigned",
				Start: clock.Date{Year: 2026, Month: 9, Day: 1}, End: clock.Date{Year: 2027, Month: 8, Day: 15}})
		}
	}
	return out, nil
}
