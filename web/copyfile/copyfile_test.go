package copyfile_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/licensing"
	"pupitre/store/storetest"
	"pupitre/web/copyfile"
)

func TestColumnsAreKnownInEitherLanguageAndInAnyOrder(t *testing.T) {
	t.Parallel()
	for header, sep := range map[string]string{
		"classe;ark;prénom;NOM;identifiant": ";", "Class,Resource,Given name,Family name,Identifier": ",", "Division\tTitre\tPrenom\tNom de famille\tGARPersonIdentifiant": "\t",
	} {
		f, err := copyfile.Read(strings.NewReader(header + "\n" + strings.Join([]string{"5e B", "ark:/99999/x", "Inès", "Marchal", "e-1"}, sep) + "\n\"\n"))
		if err != nil {
			t.Errorf("%s: %v", header, err)
			continue
		}
		if !f.NamesResources() {
			t.Errorf("%s: no resource", header)
		}
		var got []licensing.Line
		for line, err := range f.Lines() {
			if err != nil && fault.CodeOf(err) != "sheet.row.quotes" {
				t.Error(err)
			}
			got = append(got, line)
		}
		want := []licensing.Line{{Number: 2, Identifier: "e-1", Family: "Marchal", Given: "Inès", Class: "5e B", Resource: "ark:/99999/x"}, {Number: 3}}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %+v", header, got)
		}
	}
}

// 200,000 lines, of which 196,000 say what others say: all are told, and it takes no minute.
func TestAFileOfTwoHundredThousandLines(t *testing.T) {
	t.Parallel()
	w := storetest.NewWorld(t, dbtest.Engines()[0])
	school := w.School("099", "340")
	works := []licensing.Work{w.Resource(false), w.Resource(false)}
	for _, r := range works {
		w.Sell(t, w.Offer(school, r, 5000))
	}
	pupils := w.Persons(school.ID, directory.Pupil, 2000, "")
	var file strings.Builder
	file.WriteString("identifiant;ark\n")
	for i := range 200_000 {
		fmt.Fprintf(&file, "%s;%s\n", pupils[i%2000], works[i/2000%2].ARK)
	}
	began := time.Now()
	roll, err := w.Licensing.Roll(t.Context(), school.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	f, err := copyfile.Read(strings.NewReader(file.String()))
	if err != nil {
		t.Fatal(err)
	}
	m, err := roll.Match(false, nil, f.Lines())
	if err != nil || m.Lines != 200_000 || len(m.Orders) != 2 || len(m.Refused) != 196_000 {
		t.Fatalf("%d lines, %d orders, %d refused, %v", m.Lines, len(m.Orders), len(m.Refused), err)
	}
	b, err := w.Licensing.Prepare(t.Context(), storetest.Manager, licensing.Draft{School: school.ID, Orders: m.Orders, Lines: m.Lines, Refused: m.Refused})
	if err == nil {
		err = w.Licensing.Start(t.Context(), storetest.Manager, school.ID, b.ID, b.Hash, "")
	}
	if err == nil {
		_, err = w.Licensing.Work(t.Context(), "worker")
	}
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(began)
	t.Logf("read, matched, planned and given in %v", took)
	if took > time.Minute {
		t.Error("too long")
	}
	if c := w.Counters(t, school, works[0]); c.Assigned != 2000 {
		t.Errorf("%+v", c)
	}
	if refused, err := w.Licensing.RefusedLines(t.Context(), school.ID, b.ID, 0, nil); err != nil || len(refused) != 196_000 || refused[195_999].Line != 200_001 {
		t.Errorf("%d lines, %v", len(refused), err)
	}
	w.Sound(t)
	if got := m.Refused[0]; got.Line != 4002 || fault.CodeOf(got.Err) != "licensing.line.twice" {
		t.Errorf("%+v", got)
	}
}

// Pupils' and teachers' copies are lines of their own, which sum up; each has the last day of its own subscriptions.
func TestTheStockHasALineForEachPublic(t *testing.T) {
	t.Parallel()
	day := clock.Date{Year: 2027, Month: time.August, Day: 15}
	pupils, teachers := []directory.Profile{directory.Pupil}, []directory.Profile{directory.Teacher, directory.Librarian}
	stock := licensing.Stock{Resource: "r-labo", Title: "Le labo de grammaire 5e", Pools: []licensing.Pool{
		{ID: "a", Publics: teachers, Total: 10, Assigned: 1, Ends: day.AddDays(30)}, {ID: "b", Publics: pupils, Total: 150, Assigned: 140, Reserved: 5, Ends: day}, {ID: "c", Publics: pupils, Total: licensing.Unlimited, Ends: day},
	}}
	var out strings.Builder
	if err := copyfile.WriteStock(&out, &licensing.Roll{Works: []licensing.Work{{ID: "r-labo", ARK: "ark:/99999/labo"}}}, []licensing.Stock{stock}); err != nil {
		t.Fatal(err)
	}
	_, got, _ := strings.Cut(out.String(), "\r\n")
	if want := "ark:/99999/labo;Le labo de grammaire 5e;150;140;5;5;0;oui;2027-08-15;eleve\r\n" +
		"ark:/99999/labo;Le labo de grammaire 5e;10;1;0;9;0;;2027-09-14;enseignant,documentaliste\r\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
