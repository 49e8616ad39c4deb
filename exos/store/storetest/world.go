package storetest

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/exos/device"
	"pupitre/exos/qti"
	"pupitre/internal/clock"
	"pupitre/internal/demo/workbook"
	"pupitre/internal/fault"
	"pupitre/internal/id"
	"pupitre/journal"
)

// Stores is a database of Biblio Exos, as pupils and as teachers work with it.
type Stores interface {
	exos.Store
	Classroom() classroom.Store
	Devices() device.Store
}

// Opener makes a fresh, migrated store whose transactions are stamped by now.
type Opener func(t testing.TB, now func() time.Time) Stores

// Run runs the whole suite.
func Run(t *testing.T, open Opener) {
	for name, f := range map[string]func(*testing.T, Opener){
		"arrival": arrival, "notices": notices, "publishing": publishing, "work": work, "handed": handed, "races": races, "closed": closed,
		"teaching": teaching, "homework": homework, "results": results, "hand": hand, "press": press, "notebook": notebook,
		"correction": correction, "late": tooLate, "courses": courses, "hint": hints, "sharing": sharing,
		"devices": devices, "shared devices": sharedDevices, "handovers": handovers, "receipts": receipts, "found": found,
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); f(t, open) })
	}
}

const (
	issuer = "https://broker.example"
	school = "0991234D"
	ark    = exos.ARK("ark:/99999/preau.labo-grammaire-5e")
)

var lastDay = clock.Date{Year: 2027, Month: time.August, Day: 31}

// World is a Biblio Exos with a clock that is set, a broker that answers as told, and the demonstration workbook.
type World struct {
	*exos.Service
	Classroom *classroom.Service
	Devices   *device.Service
	T         testing.TB
	Clock     *Clock
	Broker    *Broker
	Module    exos.ModuleID
	Items     []*qti.Item // of the workbook, in order
}

// NewWorld publishes the workbook in a fresh store.
func NewWorld(t testing.TB, open Opener) *World {
	t.Helper()
	c := &Clock{at: time.Date(2026, time.November, 23, 8, 0, 0, 0, time.UTC)}
	b := &Broker{rights: []exos.Right{OpenRight()}}
	stores, ids := open(t, c.Now), id.NewMaker(c.Now)
	w := &World{T: t, Clock: c, Broker: b, Service: &exos.Service{
		Store: stores, IDs: ids, Now: c.Now, Rights: b, Log: slog.New(slog.DiscardHandler),
	}}
	w.Classroom = &classroom.Service{Store: stores.Classroom(), Exos: w.Service, IDs: ids, Now: c.Now}
	w.Devices = &device.Service{Store: stores.Devices(), Exos: w.Service, IDs: ids, Now: c.Now}
	published := w.Publish(exos.Package{Data: Workbook(t), ARK: ark})
	w.Module = published.Module.ID
	m, _, err := qti.Import(Workbook(t), qti.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	w.Items = m.Items()
	return w
}

// Workbook is the demonstration package.
func Workbook(t testing.TB) []byte {
	t.Helper()
	data, err := workbook.Package()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Workshop publishes « L'atelier des gestes », an exercise for each interaction, under the workbook's resource, and makes it the module
// and the items of w.
func (w *World) Workshop() {
	w.T.Helper()
	data, err := workbook.Workshop()
	if err != nil {
		w.T.Fatal(err)
	}
	m, _, err := w.CheckModule(exos.Package{Data: data})
	if err != nil {
		w.T.Fatal(err)
	}
	w.Module, w.Items = w.Publish(exos.Package{Data: data, ARK: ark}).Module.ID, m.Items()
}

// Publish imports a package that must be good.
func (w *World) Publish(p exos.Package) exos.Published {
	w.T.Helper()
	out, err := w.ImportModule(w.Context(), journal.System("test"), p)
	if err != nil {
		w.T.Fatalf("import: %v", err)
	}
	return out
}

// Context is the test's.
func (w *World) Context() context.Context { return w.T.Context() }

// OpenRight is a right on the workbook until the end of August.
func OpenRight() exos.Right {
	zone := clock.ZoneOfUAI(school)
	first := clock.Date{Year: 2026, Month: time.September, Day: 1}
	return exos.Right{
		ARK: ark, Title: "Le labo de grammaire 5e", Start: first, Opens: first.Start(zone), End: lastDay, Closes: lastDay.End(zone),
		Status: exos.RightOpen, Why: "assigned",
	}
}

// Claims of a pupil of 5e B, or of a teacher there.
func Claims(subject exos.Pseudonym, profile exos.Profile) exos.Claims {
	return exos.Claims{
		Issuer: issuer, Subject: subject, School: school, Profile: profile, GivenName: "Inès",
		Cohorts: []exos.Cohort{{Kind: exos.Class, Code: "5B", Label: "5e B"}, {Kind: exos.Group, Code: "LAT", Label: "Latin"}},
	}
}

// Arrive signs somebody in with the broker's rights of the moment.
func (w *World) Arrive(c exos.Claims, upstream string) exos.Token {
	w.T.Helper()
	token, err := w.SignIn(w.Context(), exos.SignIn{
		Claims: c, Upstream: upstream, Credential: exos.Credential("access"), Rights: w.Broker.now(), RightsAt: w.Clock.Now(),
	})
	if err != nil {
		w.T.Fatalf("sign in: %v", err)
	}
	return token
}

// Pupil signs a pupil in and enters.
func (w *World) Pupil(subject exos.Pseudonym) exos.Visitor {
	w.T.Helper()
	return w.Visit(w.Arrive(Claims(subject, exos.Pupil), "sid-"+string(subject)))
}

// Visit enters with a token that must be good.
func (w *World) Visit(token exos.Token) exos.Visitor {
	w.T.Helper()
	v, err := w.Enter(w.Context(), token)
	if err != nil {
		w.T.Fatalf("enter: %v", err)
	}
	return v
}

// Exercises lists the module's exercises for a visitor, in order.
func (w *World) Exercises(v exos.Visitor) []exos.Entry {
	w.T.Helper()
	c, err := w.Service.Module(w.Context(), v, w.Module)
	if err != nil {
		w.T.Fatalf("contents: %v", err)
	}
	var out []exos.Entry
	for _, s := range c.Sections {
		out = append(out, s.Entries...)
	}
	return out
}

// Sit opens the module's n-th exercise, from 0.
func (w *World) Sit(v exos.Visitor, n int) exos.Sitting {
	w.T.Helper()
	s, err := w.OpenExercise(w.Context(), v, w.Exercises(v)[n].Exercise)
	if err != nil {
		w.T.Fatalf("open exercise %d: %v", n, err)
	}
	return s
}

// Declared is the author's own answer to the n-th exercise.
func (w *World) Declared(n int, seed exos.Seed) *exos.Answer {
	a := &exos.Answer{Seconds: 30}
	for _, k := range w.Items[n].Key(uint64(seed)) {
		a.Responses = append(a.Responses, exos.Response{Identifier: k.Response, Values: k.Values})
	}
	return a
}

// Event makes an event of a sitting. The answer is in the author's identifiers: of graded work, whose sitting has aliases, the event says
// the author's version, as a device does that took it along before there were any.
func (w *World) Event(s exos.Sitting, kind exos.Kind, a *exos.Answer) exos.Event {
	w.T.Helper()
	e, err := w.Act(s, kind, a)
	if err != nil {
		w.T.Fatal(err)
	}
	if o, err := exercise(w, e.Exercise); err == nil {
		e.Version = o.Version
	}
	return e
}

// Tell submits one event.
func (w *World) Tell(v exos.Visitor, e exos.Event) exos.Verdict {
	w.T.Helper()
	out, err := w.Submit(w.Context(), v, []exos.Event{e})
	if err != nil {
		w.T.Fatalf("submit: %v", err)
	}
	return out[0]
}

// Wrong is an answer that is never right.
var Wrong = &exos.Answer{Responses: []exos.Response{{Identifier: "RESPONSE", Values: []string{"NOWHERE"}}}}

// Clock is a clock that tests set.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// Now moves on by a microsecond each time it is read, as clocks do.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(time.Microsecond)
	return c.at
}

// Pass lets time go by.
func (c *Clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// Set sets the clock.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t
}

// Broker answers for rights as it is told.
type Broker struct {
	mu     sync.Mutex
	rights []exos.Right
	fails  error
	asked  int
	during func() // what happens while the answer is on its way
}

// Rights implements exos.Rights.
func (b *Broker) Rights(_ context.Context, c exos.Credential) ([]exos.Right, exos.Credential, error) {
	b.mu.Lock()
	rights, fails, during := b.rights, b.fails, b.during
	b.asked++
	b.mu.Unlock()
	if during != nil {
		during()
	}
	if string(c) != "access" {
		return nil, nil, fault.New(fault.Unauthenticated, "test.credential")
	}
	return rights, nil, fails
}

// Give sets what the broker answers from now on.
func (b *Broker) Give(fails error, rights ...exos.Right) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fails, b.rights = fails, rights
}

func (b *Broker) now() []exos.Right {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.rights
}

// Asked is how often it was asked.
func (b *Broker) Asked() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.asked
}
