package storetest

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/mediacentre"
	"pupitre/privacy"
)

// Mediacentre runs the rules of what persons mark, and of what the médiacentre reads of the journal, on one engine.
func Mediacentre(t *testing.T, e dbtest.Engine) {
	w := NewWorld(t, e)
	service := &mediacentre.Service{Rights: w.Licensing, Notices: &catalogue.Service{Store: w.Store.Catalogue(), IDs: w.Store.IDs}, Store: w.Store.Mediacentre()}
	for name, rule := range map[string]func(t *testing.T, w *World, s *mediacentre.Service){
		"OnlyWhatIsHeldIsKeptAtHand":        favouriteIsHeld,
		"WhatWasOpenedLastComesFirst":       openedLastFirst,
		"WhoGaveIsTold":                     giverIsTold,
		"ATeacherPinsForTheirOwnClasses":    pinsForOwnClasses,
		"WhatAPersonMarkedIsGivenAndErased": marksAreForgotten,
	} {
		t.Run(name, func(t *testing.T) { w.SetNow(Monday); rule(t, w, service) })
	}
}

func favouriteIsHeld(t *testing.T, w *World, s *mediacentre.Service) {
	l := w.lesson(t, 4)
	w.Assign(t, To(l.school, l.r, licensing.ToPerson(l.a[0])))
	mine := mediacentre.Favourite{School: l.school.ID, Person: l.a[0], Resource: l.r.ID}
	for range 2 { // a double click is one favourite
		if err := s.Favour(t.Context(), mine, true); err != nil {
			t.Fatal(err)
		}
	}
	theirs := mine
	theirs.Person = l.a[1]
	if err := s.Favour(t.Context(), theirs, true); fault.CodeOf(err) != "licensing.right.none" {
		t.Errorf("what is not held was kept: %v", err)
	}
	kept := func(want ...catalogue.ResourceID) {
		t.Helper()
		got, err := s.Favourites(t.Context(), l.school.ID, l.a[0])
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Error(diff, err)
		}
	}
	kept(l.r.ID)
	other := w.Resource(false)
	w.Sell(t, w.Offer(l.school, other, 4))
	w.Assign(t, To(l.school, other, licensing.ToPerson(l.a[0])))
	w.SetNow(Monday.Add(time.Minute))
	later := mine
	later.Resource = other.ID
	if err := s.Favour(t.Context(), later, true); err != nil {
		t.Fatal(err)
	}
	kept(other.ID, l.r.ID) // the latest first
	for range 2 {
		if err := s.Favour(t.Context(), mine, false); err != nil {
			t.Fatal(err)
		}
	}
	kept(other.ID)
	if got, err := s.Favourites(t.Context(), l.school.ID, l.a[1]); len(got) > 0 || err != nil {
		t.Errorf("another has %v, %v", got, err)
	}
}

func openedLastFirst(t *testing.T, w *World, s *mediacentre.Service) {
	l, other := w.lesson(t, 4), w.Resource(false)
	w.Sell(t, w.Offer(l.school, other, 4))
	for _, r := range []licensing.Work{l.r, other} {
		w.Assign(t, To(l.school, r, licensing.ToPerson(l.a[0])))
	}
	for i, r := range []licensing.Work{other, l.r, other, l.r} {
		w.SetNow(Monday.Add(time.Duration(i) * time.Hour))
		if _, err := w.Open(l.school, r, l.a[0]); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Opened(t.Context(), l.school.ID, l.a[0])
	want := []mediacentre.Opened{{Resource: l.r.ID, At: Monday.Add(3 * time.Hour)}, {Resource: other.ID, At: Monday.Add(2 * time.Hour)}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if got, err := s.Opened(t.Context(), l.school.ID, l.a[1]); len(got) > 0 || err != nil {
		t.Errorf("another opened %v, %v", got, err)
	}
}

func giverIsTold(t *testing.T, w *World, s *mediacentre.Service) {
	l := w.lesson(t, 8)
	manager := w.Persons(l.school.ID, directory.Staff, 1, "")[0]
	w.exec(`update person set family_name = 'Vasseur', given_name = 'Claire', civility = 'Mme' where id = $1`, string(manager))
	if _, err := w.Licensing.Assign(t.Context(), Teacher(manager), To(l.school, l.r, licensing.ToPerson(l.a[0]))); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Licensing.Assign(t.Context(), journal.System("rule"), To(l.school, l.r, licensing.ToPerson(l.a[1]))); err != nil {
		t.Fatal(err)
	}
	var cards []mediacentre.Card
	for _, p := range l.a[:2] {
		rights, err := w.Licensing.Rights(t.Context(), p)
		if err != nil || len(rights) != 1 {
			t.Fatal(rights, err)
		}
		cards = append(cards, mediacentre.Card{Right: rights[0]})
	}
	got, err := s.Givers(t.Context(), l.school.ID, append(cards, cards[0]))
	want := map[journal.ActID]directory.Name{cards[0].Right.Act: {Family: "Vasseur", Given: "Claire", Civility: "Mme"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	// An act is of a school: another's cannot be asked about.
	if got, err := s.Givers(t.Context(), "elsewhere", cards); len(got) > 0 || err != nil {
		t.Errorf("another school is told %v, %v", got, err)
	}
}

func pinsForOwnClasses(t *testing.T, w *World, s *mediacentre.Service) {
	l := w.lesson(t, 4)
	stranger := w.teach(l.school.ID)
	pin := mediacentre.Pin{School: l.school.ID, Cohort: "5e A", Resource: l.r.ID, Teacher: l.teacher, Word: "  pour \n jeudi "}
	if err := s.Pin(t.Context(), pin); err != nil {
		t.Fatal(err)
	}
	for who, person := range map[string]directory.PersonID{"another teacher": stranger, "a pupil of the class": l.a[0]} {
		for what, act := range map[string]func() error{
			"pin":   func() error { p := pin; p.Teacher = person; return s.Pin(t.Context(), p) },
			"unpin": func() error { p := pin; p.Teacher = person; return s.Unpin(t.Context(), p) },
		} {
			if err := act(); fault.CodeOf(err) != "mediacentre.class.unknown" {
				t.Errorf("%s: %s: %v", who, what, err)
			}
		}
	}
	long := pin
	long.Word = strings.Repeat("é", mediacentre.MostWord+1)
	if err := s.Pin(t.Context(), long); fault.CodeOf(err) != "mediacentre.pin.word" {
		t.Errorf("a word without end: %v", err)
	}
	words := func(cohorts ...directory.CohortID) (list []string) {
		t.Helper()
		pins, err := s.Pins(t.Context(), l.school.ID, cohorts, 60)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range pins {
			list = append(list, string(p.Cohort)+": "+p.Word)
		}
		return list
	}
	if diff := cmp.Diff([]string{"5e A: pour jeudi"}, words("5e A", "5e B")); diff != "" {
		t.Error(diff)
	}
	pin.Word = "pour lundi"
	if err := s.Pin(t.Context(), pin); err != nil { // again: another word, and no second pin
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"5e A: pour lundi"}, words("5e A")); diff != "" {
		t.Error(diff)
	}
	for range 49 {
		p := pin
		p.Resource = w.Resource(false).ID
		if err := s.Pin(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	more := pin
	more.Resource = w.Resource(false).ID
	if err := s.Pin(t.Context(), more); fault.CodeOf(err) != "mediacentre.pin.many" {
		t.Errorf("one too many: %v", err)
	}
	if err := s.Pin(t.Context(), pin); err != nil {
		t.Errorf("what is pinned already is not one more: %v", err)
	}
	if err := s.Unpin(t.Context(), pin); err != nil {
		t.Fatal(err)
	}
	if got := words("5e A"); len(got) != 49 || strings.Contains(strings.Join(got, ""), "jeudi") {
		t.Errorf("after it was taken down: %d", len(got))
	}
}

func marksAreForgotten(t *testing.T, w *World, s *mediacentre.Service) {
	l := w.lesson(t, 4)
	w.Assign(t, To(l.school, l.r, licensing.ToPerson(l.a[0])))
	if err := s.Favour(t.Context(), mediacentre.Favourite{School: l.school.ID, Person: l.a[0], Resource: l.r.ID}, true); err != nil {
		t.Fatal(err)
	}
	if err := s.Pin(t.Context(), mediacentre.Pin{School: l.school.ID, Cohort: "5e A", Resource: l.r.ID, Teacher: l.teacher}); err != nil {
		t.Fatal(err)
	}
	keeper := mediacentre.Keeper{Store: w.Store.Mediacentre()}
	for _, p := range []directory.PersonID{l.a[0], l.teacher} {
		who := privacy.Subject{ID: string(p)}
		if data, err := keeper.Export(t.Context(), who); data == nil || err != nil {
			t.Errorf("nothing of %s: %v", p, err)
		}
		for range 2 {
			if err := keeper.Erase(t.Context(), who); err != nil {
				t.Fatal(err)
			}
		}
		if data, err := keeper.Export(t.Context(), who); data != nil || err != nil {
			t.Errorf("still of %s: %v, %v", p, data, err)
		}
	}
	if err := keeper.Erase(t.Context(), privacy.Subject{}); !fault.Is(err, fault.Invalid) {
		t.Errorf("nobody was erased: %v", err)
	}
}
