package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/internal/id"
	"pupitre/licensing"
	"pupitre/usage"
)

// Usage runs the rules of counting accesses on one engine.
func Usage(t *testing.T, e dbtest.Engine) {
	for name, rule := range map[string]func(t *testing.T, w *World, s *usage.Service){
		"WhatWasOpenedIsCountedByClassAndWeek": countedByClass,
		"AWeekIsCountedOnce":                   countedOnce,
		"AWeekIsTheSchoolsOwn":                 weekOfTheSchool,
		"APublisherIsToldOfItsOwn":             publisherIsTold,
		"CountsGoWhenTheyAreOld":               countsGo,
	} {
		t.Run(name, func(t *testing.T) {
			w := NewWorld(t, e)
			w.Store.IDs = id.NewMaker(w.Now) // entries of the past are found by their ids, too
			w.Licensing = &licensing.Service{Store: w.Store.Licensing(), IDs: w.Store.IDs}
			w.SetNow(Monday.AddDate(0, 0, -21))
			rule(t, w, &usage.Service{Store: w.Store.Usage()})
		})
	}
}

// classes is a school whose two classes have a resource.
type classes struct {
	school directory.School
	r      licensing.Work
	a, b   []directory.PersonID
}

func (w *World) classes(t *testing.T, departement string, a, b int) classes {
	t.Helper()
	c := classes{school: w.School(departement, "340"), r: w.Resource(false)}
	w.Sell(t, w.Offer(c.school, c.r, licensing.Count(a+b)))
	classA, classB := w.Class(c.school.ID, "5e A"), w.Class(c.school.ID, "5e B")
	c.a, c.b = w.Persons(c.school.ID, directory.Pupil, a, classA), w.Persons(c.school.ID, directory.Pupil, b, classB)
	w.Assign(t, To(c.school, c.r, licensing.ToCohort(classA), licensing.ToCohort(classB)))
	return c
}

// open lets persons open the resource, each at a minute of their own.
func (c classes) open(t *testing.T, w *World, persons ...directory.PersonID) {
	t.Helper()
	for _, p := range persons {
		w.SetNow(w.Now().Add(time.Minute))
		if _, err := w.Open(c.school, c.r, p); err != nil {
			t.Fatal(err)
		}
	}
}

func countedByClass(t *testing.T, w *World, s *usage.Service) {
	c, other := w.classes(t, "099", 8, 9), w.classes(t, "099", 6, 6)
	other.open(t, w, other.a...)
	teacher := w.teach(c.school.ID, "5e A")
	c.open(t, w, append(c.a[:7:7], c.b[:6]...)...)
	c.open(t, w, c.a[0], c.a[0])
	w.SetNow(Monday.AddDate(0, 0, -7))
	c.open(t, w, append(c.a[2:], c.b[1:8]...)...)
	tell := func(counted bool) {
		t.Helper()
		told, err := s.OfSchool(t.Context(), c.school.ID)
		if err != nil || len(told.Books) != 1 || told.Books[0].ARK != c.r.ARK {
			t.Fatalf("counted %v: %+v, %v", counted, told, err)
		}
		g := told.Books[0].Grid
		at := len(g.Weeks) - 2
		if !counted {
			at++
		}
		if g.Weeks[at] != usage.Week(clock.On(Monday.AddDate(0, 0, -7), time.UTC)) || g.HidesAny() {
			t.Fatalf("counted %v: weeks %v", counted, g.Weeks)
		}
		got := map[string][]usage.Cell{}
		for _, r := range g.Rows {
			got[r.Label] = []usage.Cell{{Users: r.Holders}, r.Weeks[at-2], r.Weeks[at-1], r.Weeks[at], r.Total}
		}
		want := map[string][]usage.Cell{
			"5e A": {{Users: 8}, {Users: 7, Accesses: 9}, {}, {Users: 6, Accesses: 6}, {Users: 8, Accesses: 15}},
			"5e B": {{Users: 9}, {Users: 6, Accesses: 6}, {}, {Users: 7, Accesses: 7}, {Users: 8, Accesses: 13}},
			"":     {{}, {}, {}, {}, {}}, // the teacher, who has nothing
		}
		if diff := cmp.Diff(want, got); diff != "" || g.Total != (usage.Cell{Users: 16, Accesses: 28}) || g.Holders != 17 || teacher == "" {
			t.Error(counted, diff, g.Total, g.Holders)
		}
	}
	tell(false) // from the journal
	w.SetNow(Monday)
	if n, err := s.CountWeeks(t.Context(), 10); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	w.exec(`delete from journal where verb = 'licensing.opened'`) // as it goes after twelve months
	tell(true)
	heldByWeek(t, w, s, c)
	if _, err := s.OfSchoolWork(t.Context(), other.school.ID, c.r.ARK); fault.CodeOf(err) != "usage.work.unknown" {
		t.Errorf("another school is told of what it has not: %v", err)
	}
	if told, err := s.OfSchoolWork(t.Context(), other.school.ID, other.r.ARK); err != nil || told.Books[0].Total.Accesses != 6 {
		t.Errorf("%+v, %v", told, err)
	}
}

// Who has it is told week by week: as it was when each was counted, of this one as it is; of weeks before the first count nothing is known.
func heldByWeek(t *testing.T, w *World, s *usage.Service, c classes) {
	t.Helper()
	held := func() map[string][]int64 {
		t.Helper()
		told, err := s.OfSchool(t.Context(), c.school.ID)
		if err != nil || len(told.Books) != 1 {
			t.Fatalf("%+v, %v", told, err)
		}
		out := map[string][]int64{}
		g := told.Books[0].Grid
		for w, h := range g.Held {
			if !h.Known {
				continue
			}
			for _, r := range g.Rows {
				out[r.Label] = append(out[r.Label], r.Held[w].Persons)
			}
		}
		return out
	}
	want := func(when string, a, b []int64) {
		t.Helper()
		got := held()
		if diff := cmp.Diff([][]int64{a, b}, [][]int64{got["5e A"], got["5e B"]}); diff != "" {
			t.Errorf("%s: %s", when, diff)
		}
	}
	rows := func() int {
		return int(w.count(`select count(*) from usage_held where school = '` + string(c.school.ID) + `'`))
	}
	want("after the first count", []int64{8, 8}, []int64{9, 9})
	kept := rows()
	w.SetNow(Monday.AddDate(0, 0, 7))
	if _, err := s.CountWeeks(t.Context(), 10); err != nil || rows() != kept {
		t.Errorf("nothing changed: %d rows, then %d, %v", kept, rows(), err)
	}
	w.exec(`update holding set state = 'returned' where school = '` + string(c.school.ID) + `' and person = '` + string(c.a[0]) + `'`)
	want("as one has given it back", []int64{8, 8, 7}, []int64{9, 9, 9})
	w.SetNow(Monday.AddDate(0, 0, 21)) // of the week between nothing was counted in its time
	if _, err := s.CountWeeks(t.Context(), 10); err != nil || rows() != kept+1 {
		t.Errorf("one row changed: %d rows, then %d, %v", kept, rows(), err)
	}
	want("two weeks later", []int64{8, 8, 7, 7, 7}, []int64{9, 9, 9, 9, 9})
	w.exec(`update pool set ended = true where school = '` + string(c.school.ID) + `'`)
	w.SetNow(Monday.AddDate(0, 0, 28))
	if _, err := s.CountWeeks(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	want("once nobody has it", []int64{8, 8, 7, 7}, []int64{9, 9, 9, 9})
	w.exec(`update pool set ended = false where school = '` + string(c.school.ID) + `'`)
	w.SetNow(Monday)
}

func countedOnce(t *testing.T, w *World, s *usage.Service) {
	c := w.classes(t, "099", 6, 6)
	c.open(t, w, c.a...)
	w.SetNow(Monday)
	counted := make(chan int)
	for range 4 {
		go func() {
			n, err := s.CountWeeks(t.Context(), 10)
			if err != nil {
				t.Error(err)
			}
			counted <- n
		}()
	}
	sum := 0
	for range 4 {
		sum += <-counted
	}
	if n := w.count(`select sum(accesses) from usage_area`); sum != 1 || n != 6 || w.count(`select sum(accesses) from usage_week`) != 6 {
		t.Errorf("counted %d times, %d accesses", sum, n)
	}
	if n, err := s.CountWeeks(t.Context(), 10); n != 0 || err != nil {
		t.Errorf("and again: %d, %v", n, err)
	}
	c.open(t, w, c.b[0]) // this week's
	if w.SetNow(Monday.AddDate(0, 0, 7)); true {
		if n, err := s.CountWeeks(t.Context(), 10); n != 1 || err != nil {
			t.Errorf("the week after: %d, %v", n, err)
		}
	}
	if n := w.count(`select sum(accesses) from usage_area`); n != 7 {
		t.Errorf("%d accesses", n)
	}
}

// Réunion's week begins three hours before Paris's in winter.
func weekOfTheSchool(t *testing.T, w *World, s *usage.Service) {
	there, here := w.classes(t, "974", 6, 6), w.classes(t, "099", 6, 6)
	w.SetNow(time.Date(2026, time.November, 15, 21, 0, 0, 0, time.UTC)) // Monday there, Sunday here
	there.open(t, w, there.a...)
	here.open(t, w, here.a...)
	w.SetNow(Monday)
	if n, err := s.CountWeeks(t.Context(), 10); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	for c, want := range map[*classes]string{&there: "2026-11-16", &here: "2026-11-09"} {
		var week string
		if w.scan(`select max(week) from usage_week where school = $1`, []any{string(c.school.ID)}, &week); week != want {
			t.Errorf("%s: %s, want %s", c.school.UAI, week, want)
		}
	}
}

func publisherIsTold(t *testing.T, w *World, s *usage.Service) {
	c := w.classes(t, "099", 30, 3)
	far := w.School("974", "340")
	w.Sell(t, w.Offer(far, c.r, 4))
	few := w.Persons(far.ID, directory.Pupil, 4, w.Class(far.ID, "6e"))
	w.Assign(t, To(far, c.r, licensing.ToCohort("6e")))
	w.SetNow(Monday.AddDate(0, 0, -7))
	c.open(t, w, append(c.a[:20:20], c.b...)...)
	for _, p := range few {
		if _, err := w.Open(far, c.r, p); err != nil {
			t.Fatal(err)
		}
	}
	w.exec(`insert into publisher (id, official, name) values ('lanterne', '000000000_0000000000000002', 'La Lanterne')`)
	w.SetNow(Monday)
	if n, err := s.CountWeeks(t.Context(), 10); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	if told, err := s.OfPublisher(t.Context(), "preau", ""); err != nil || told.Books[0].Total != (usage.Cell{}) {
		t.Errorf("a week is told of before it is settled: %+v, %v", told.Books, err)
	}
	w.SetNow(Monday.AddDate(0, 0, 4))
	told, err := s.OfPublisherWork(t.Context(), "preau", c.r.ARK)
	if err != nil {
		t.Fatal(err)
	}
	// Four persons of an island are no row, and what is of them is hidden; so is what they could be had from.
	g := told.Books[0].Grid
	if len(g.Rows) != 2 || g.Rows[0].ID != "099" || g.Rows[1].ID != "" || !g.Rows[1].Total.Hidden || !g.Rows[0].Total.Hidden || g.Total.Hidden ||
		g.Total != (usage.Cell{Users: 27, Accesses: 27}) {
		t.Errorf("%+v", g)
	}
	// So it is of who has it; the island's head knows the four.
	if g.Rows[0].Holders != 33 || g.Rows[1].Holders != 4 || !g.Rows[0].HoldersHidden || !g.Rows[1].HoldersHidden || g.Holders != 37 || g.HoldersHidden {
		t.Errorf("%+v", g)
	}
	if told, err := s.OfSchool(t.Context(), far.ID); err != nil || told.Books[0].Holders != 4 || told.Books[0].HoldersHidden || told.Books[0].Rows[0].HoldersHidden {
		t.Errorf("%+v, %v", told, err)
	}
	if _, err := s.OfPublisherWork(t.Context(), "lanterne", c.r.ARK); fault.CodeOf(err) != "usage.work.unknown" {
		t.Errorf("another publisher is told: %v", err)
	}
	if told, err := s.OfPublisher(t.Context(), "lanterne", ""); err != nil || len(told.Books) != 0 {
		t.Errorf("another publisher is told: %+v, %v", told, err)
	}
	if _, err := s.OfPublisher(t.Context(), "", ""); fault.CodeOf(err) != "usage.publisher.none" {
		t.Errorf("nobody is told: %v", err)
	}
	var pages []catalogue.ARK
	for range usage.PageSize {
		w.Resource(false)
	}
	for after := catalogue.ARK(""); ; {
		told, err := s.OfPublisher(t.Context(), "preau", after)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range told.Books {
			pages = append(pages, b.ARK)
		}
		if after = told.Next; after == "" {
			break
		}
	}
	if len(pages) != usage.PageSize+1 {
		t.Errorf("%d resources on all pages", len(pages))
	}
}

func countsGo(t *testing.T, w *World, s *usage.Service) {
	c := w.classes(t, "099", 6, 6)
	c.open(t, w, c.a...)
	w.SetNow(Monday)
	if _, err := s.CountWeeks(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Sweep(t.Context(), 100); n != 0 || err != nil {
		t.Errorf("%d went at once, %v", n, err)
	}
	w.SetNow(Monday.AddDate(0, 0, 7*usage.Kept))
	if n, err := s.Sweep(t.Context(), 100); n != 5 || err != nil { // the week by class, by département, and the week of who holds, there and in two classes
		t.Errorf("%d went, %v", n, err)
	}
	if n := w.count(`select count(*) from usage_week`) + w.count(`select count(*) from usage_area`) + w.count(`select count(*) from usage_held`); n != 0 {
		t.Errorf("%d are left", n)
	}
}
