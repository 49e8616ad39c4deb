package storetest

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/licensing"
)

// lines are those of a file, numbered from 2: the header is line 1.
func lines(list ...licensing.Line) iter.Seq2[licensing.Line, error] {
	return func(yield func(licensing.Line, error) bool) {
		for i, l := range list {
			l.Number = i + 2
			if !yield(l, nil) {
				return
			}
		}
	}
}

// told lists refusals as « line code ».
func refusedLines(m licensing.Matched) (out []string) {
	for _, r := range m.Refused {
		out = append(out, fmt.Sprint(r.Line, " ", fault.CodeOf(r.Err)))
	}
	return out
}

func fileAgainstRoll(t *testing.T, w *World) {
	school, other := w.School("099", "340"), w.School("099", "340")
	r, unsold := w.Resource(false), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 10))
	w.Sell(t, w.Offer(other, unsold, 10))
	class, second := w.Class(school.ID, "5e B "+string(school.ID)), w.Class(school.ID, "5e C "+string(school.ID))
	foreign := w.Class(other.ID, "4e A "+string(other.ID))
	pupils := w.Persons(school.ID, directory.Pupil, 3, class)
	twins := w.Persons(school.ID, directory.Pupil, 1, second)
	stranger := w.Persons(other.ID, directory.Pupil, 1, foreign)[0]
	gone := w.Persons(school.ID, directory.Pupil, 1, class)[0]
	w.exec(`update person set family_name = 'Saint-Clair', folded = 'saint clair ines' where id in ($1, $2)`, string(pupils[2]), string(twins[0]))
	w.Leave(school.ID, gone)

	roll, err := w.Licensing.Roll(t.Context(), school.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	ark := string(r.ARK)
	name := func(p directory.PersonID) string { return "nom" + string(p) }
	m, err := roll.Match(false, nil, lines(
		licensing.Line{Identifier: string(pupils[0]), Resource: ark},
		licensing.Line{Family: strings.ToUpper(name(pupils[1])), Given: "ines", Resource: strings.ToUpper(r.Title)},
		licensing.Line{Family: "saint clair", Given: "Inès", Class: strings.ReplaceAll(string(second), " ", ""), Resource: ark},
		licensing.Line{Identifier: string(pupils[0]), Family: name(pupils[0]), Resource: ark}, // 5: again
		licensing.Line{Identifier: string(stranger), Resource: ark},
		licensing.Line{Family: name(stranger), Given: "Inès", Class: string(foreign), Resource: ark},
		licensing.Line{Family: "saint-clair", Given: "Inès", Resource: ark},
		licensing.Line{Family: "Personne", Given: "Inès", Resource: ark},
		licensing.Line{Identifier: string(pupils[1]), Family: "Autre", Given: "Inès", Resource: ark}, // 10
		licensing.Line{Family: "Seul", Resource: ark},
		licensing.Line{Identifier: string(pupils[1])},
		licensing.Line{Identifier: string(pupils[1]), Resource: string(unsold.ARK)},
		licensing.Line{Identifier: string(gone), Resource: ark},
	))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"5 licensing.line.twice", "6 licensing.roll.identifier", "7 licensing.roll.cohort", "8 licensing.line.person.several", "9 licensing.line.person.unknown",
		"10 licensing.line.person.other", "11 licensing.line.person.missing", "12 licensing.line.resource.missing", "13 licensing.roll.resource", "14 licensing.person.elsewhere"}
	if got := refusedLines(m); !slices.Equal(got, want) {
		t.Errorf("refused %q, want %q", got, want)
	}
	if m.Lines != 13 || len(m.Orders) != 1 || len(m.Orders[0].Targets) != 3 {
		t.Fatalf("%d lines, orders %+v", m.Lines, m.Orders)
	}
	done := w.Assign(t, m.Orders[0])
	if got := done.Plan.Sum(); got.Gets != 3 {
		t.Errorf("%+v", got)
	}
	for _, p := range []directory.PersonID{pupils[0], pupils[1], twins[0]} {
		if _, err := w.Open(school, r, p); err != nil {
			t.Errorf("%s: %v", p, err)
		}
	}
	// What whole-file resources stand for, and who left: they may give back.
	back, err := roll.Match(true, []catalogue.ResourceID{r.ID}, lines(licensing.Line{Identifier: string(pupils[0])}, licensing.Line{Identifier: string(gone)}))
	if err != nil || len(back.Refused) > 0 || len(back.Orders) != 1 || !back.Orders[0].Take || len(back.Orders[0].Targets) != 2 {
		t.Errorf("%+v, %v", back, err)
	}
	if done, err := w.Licensing.Release(t.Context(), Manager, back.Orders[0]); err != nil || done.Plan.Sum().Loses != 1 {
		t.Errorf("%+v, %v", done.Plan.Sum(), err)
	}
	// A whole name in one column, either part first.
	whole := lines(licensing.Line{Family: "saint-clair INES", Class: string(second)}, licensing.Line{Family: "Inès " + name(pupils[0])}, licensing.Line{Identifier: string(pupils[1]), Family: name(pupils[1]) + " Inès"})
	of, err := roll.Match(true, []catalogue.ResourceID{r.ID}, whole)
	if err != nil || len(of.Refused) > 0 || len(of.Orders) != 1 {
		t.Fatalf("whole names: %+v, %v", of, err)
	}
	for i, p := range []directory.PersonID{twins[0], pupils[0], pupils[1]} {
		if got := of.Orders[0].Targets[i].String(); got != licensing.ToPerson(p).String() {
			t.Errorf("whole name %d is %s", i, got)
		}
	}
	// A file that cannot be read to its end is no file.
	broken := errors.New("the network went")
	if _, err := roll.Match(false, nil, func(yield func(licensing.Line, error) bool) { yield(licensing.Line{}, broken) }); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

func rollTargets(t *testing.T, w *World) {
	school := w.School("099", "340")
	class := w.Class(school.ID, "6e D "+string(school.ID))
	pupil := w.Persons(school.ID, directory.Pupil, 1, class)[0]
	foreign := w.Class(w.School("099", "340").ID, "3e Z")
	roll, err := w.Licensing.Roll(t.Context(), school.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]licensing.Target{
		"school": licensing.ToSchool(), "Établissement": licensing.ToSchool(), string(class): licensing.ToCohort(class),
		strings.ToLower(strings.ReplaceAll(string(class), " ", "")): licensing.ToCohort(class), string(pupil): licensing.ToPerson(pupil),
	} {
		if got, err := roll.Target(name); err != nil || got.String() != want.String() {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
	_, err = roll.Target(string(foreign))
	refused(t, err, fault.NotFound, "licensing.roll.target")
	if who, ok := roll.Named(pupil); !ok || who.Class != string(class) {
		t.Errorf("%+v", who)
	}
}

// manyNamed names persons one by one, among them some who are not there.
func manyNamed(t *testing.T, w *World) {
	school, r := w.School("099", "340"), w.Resource(false)
	w.Sell(t, w.Offer(school, r, 2000))
	stranger := w.Persons(w.School("099", "340").ID, directory.Pupil, 1, "")[0]
	order := To(school, r, licensing.ToPerson(stranger))
	for _, p := range w.Persons(school.ID, directory.Pupil, 1200, "") {
		order.Targets = append(order.Targets, licensing.ToPerson(p))
	}
	if got := w.Assign(t, order).Plan.Sum(); got.Gets != 1200 || got.Cannot != 0 {
		t.Errorf("%+v", got)
	}
	order.Take = true
	if done, err := w.Licensing.Release(t.Context(), Manager, order); err != nil || done.Plan.Sum().Loses != 1200 || done.Plan.Sum().Lacks != 1 {
		t.Errorf("%+v, %v", done.Plan.Sum(), err)
	}
}
