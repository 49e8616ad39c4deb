package usage_test

import (
	"context"
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/look/looktest"
	"pupitre/usage"
	"pupitre/web"
	pages "pupitre/web/usage"
	"pupitre/web/webtest"
)

const castaing directory.PersonID = "castaing"

// books are one resource of the school's, with a title that a spreadsheet would run; a class of three pupils' worth is hidden in it.
type books struct{ pages.Books }

const ark catalogue.ARK = "ark:/99999/preau.formule"

func (books) OfSchool(_ context.Context, school directory.SchoolID) (usage.Told, error) {
	if school != webtest.Tilleuls.ID {
		return usage.Told{}, fault.New(fault.NotFound, "usage.work.unknown", "ark", "x")
	}
	weeks := []clock.Date{{Year: 2026, Month: 11, Day: 9}, {Year: 2026, Month: 11, Day: 16}, {Year: 2026, Month: 11, Day: 23}}
	var tallies []usage.Tally
	for part, n := range map[string]int64{"c-5a": 3, "c-5b": 12, "c-6a": 21} {
		for i, week := range weeks[:2] {
			tallies = append(tallies, usage.Tally{Week: week, Part: part, Count: usage.Count{Users: n, Fresh: n * int64(1-i), Accesses: 13 * n}})
		}
	}
	parts := []usage.Part{{ID: "c-5a", Label: "=5e A", Persons: 28, Holders: 28}, {ID: "c-5b", Label: "5e B", Persons: 28, Holders: 28}, {ID: "c-6a", Label: "6e A", Persons: 28, Holders: 28}, {Persons: 12}}
	return usage.Told{Year: weeks[0], Until: webtest.Now, Books: []usage.Book{{Work: usage.Work{ID: "r1", ARK: ark, Title: `=HYPERLINK("http://evil.example")`}, Grid: usage.NewGrid(weeks, parts, tallies)}}}, nil
}

func (b books) OfSchoolWork(ctx context.Context, school directory.SchoolID, asked catalogue.ARK) (usage.Told, error) {
	if asked != ark {
		return usage.Told{}, fault.New(fault.NotFound, "usage.work.unknown", "ark", string(asked))
	}
	return b.OfSchool(ctx, school)
}

// OfPublisher tells of départements with four persons beside them, who have opened nothing, as the service does.
func (b books) OfPublisher(_ context.Context, publisher catalogue.PublisherID, _ catalogue.ARK) (usage.Told, error) {
	if publisher != preau.ID {
		return usage.Told{}, fault.New(fault.Denied, "usage.publisher.none")
	}
	weeks := []clock.Date{{Year: 2026, Month: 11, Day: 9}, {Year: 2026, Month: 11, Day: 16}}
	var parts []usage.Part
	var tallies []usage.Tally
	for _, area := range []struct {
		number  string
		holders int64
	}{{"013", 4}, {"075", 157}, {"099", 34}, {"974", 58}} {
		parts = append(parts, usage.Part{ID: area.number, Label: area.number, Persons: area.holders, Holders: area.holders})
		if users := area.holders / 2; users >= usage.Fewest {
			tallies = append(tallies, usage.Tally{Week: weeks[0], Part: area.number, Count: usage.Count{Users: users, Fresh: users, Accesses: 2 * users}})
		}
	}
	g := usage.NewGrid(weeks, parts, tallies)
	g.HideHolders()
	return usage.Told{Year: weeks[0], Until: webtest.Now, Books: []usage.Book{{Work: usage.Work{ID: "r1", ARK: ark, Title: "La formule"}, Grid: g}}}, nil
}

func (b books) OfPublisherWork(ctx context.Context, publisher catalogue.PublisherID, _ catalogue.ARK) (usage.Told, error) {
	return b.OfPublisher(ctx, publisher, "")
}

var preau = catalogue.Publisher{ID: "preau", Official: "000000000_0000000000000001"}

// trade is the pages as publishers have them, of which the first is let in.
type trade struct{ *pages.Room }

func (p trade) Mount(mux web.Mux) {
	p.Room.Mount(mux)
	p.MountAt(mux, "/editeur/usages", func(page func(w http.ResponseWriter, r *http.Request, publisher catalogue.Publisher) error) httpx.Handler {
		return func(w http.ResponseWriter, r *http.Request) error { return page(w, r, preau) }
	})
}

func open() http.Handler {
	world := webtest.NewWorld()
	world.Head = castaing
	world.Everyone = append(world.Everyone, webtest.Someone{
		Person: directory.Person{ID: castaing, Project: "A99", Name: directory.Name{Family: "Castaing", Given: "Hélène", Civility: "Mme"}},
		At:     []federation.Place{{School: webtest.Tilleuls, Profile: directory.Staff}},
	})
	return webtest.Serve(world, func(h *web.House) []webtest.Room { return []webtest.Room{trade{&pages.Room{House: h, Books: books{}}}} })
}

func text(t *testing.T, r *http.Response, status int) string {
	t.Helper()
	body := looktest.Body(t, r)
	if r.StatusCode != status {
		t.Fatalf("status %d, want %d: %s", r.StatusCode, status, body)
	}
	return body
}

// sheet is the lines of a file.
func sheet(t *testing.T, text string) [][]string {
	t.Helper()
	read := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	read.Comma = ';'
	lines, err := read.ReadAll()
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return lines
}

// What is hidden is nowhere in the page: neither in its tables, nor in its picture, nor in the file.
func TestWhatIsHiddenIsNowhere(t *testing.T) {
	t.Parallel()
	b := webtest.Browser{Pages: open(), Person: castaing}
	page := text(t, b.Get(t, "/usages/ressource/"+string(ark)), http.StatusOK)
	looktest.Page(t, page)
	// Three pupils' 39 accesses a week and the 156 of the class beside them are hidden; the school's 468 and the third class's 273 are told.
	words := looktest.Words(looktest.Parse(t, page).Find("main")[0])
	for figure, told := range map[string]bool{" 39 ": false, " 156 ": false, " 78 ": false, " 312 ": false, " 273 ": true, " 468 ": true, " 546 ": true, " 936 ": true} {
		if strings.Contains(" "+strings.Join(strings.Fields(words), " ")+" ", figure) != told {
			t.Errorf("%q is told: %v, want %v, in %s", figure, !told, told, words)
		}
	}
	r := b.Get(t, "/usages/fichier")
	if kind, name := r.Header.Get("Content-Type"), r.Header.Get("Content-Disposition"); !strings.HasPrefix(kind, "text/csv") || !strings.Contains(name, `"0991234D-usages-2026-11-09.csv"`) {
		t.Errorf("%s, %s", kind, name)
	}
	lines := sheet(t, text(t, r, http.StatusOK))
	if len(lines) != 1+4*3 {
		t.Fatalf("%d lines: %q", len(lines), lines)
	}
	for _, line := range lines[1:] {
		hidden := line[2] == "'=5e A" || line[2] == "5e B"
		if (line[6] == "masqué") != hidden || (line[5] == "masqué") != hidden {
			t.Errorf("%q", line)
		}
		for _, cell := range line {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("a spreadsheet runs %q", cell)
			}
		}
	}
}

func TestTheHeadReadsTheirOwn(t *testing.T) {
	t.Parallel()
	all := open()
	b := webtest.Browser{Pages: all, Person: castaing}
	page := text(t, b.Get(t, "/usages"), http.StatusOK)
	looktest.Page(t, page)
	if !strings.Contains(page, "/usages/ressource/"+string(ark)) || !strings.Contains(page, "<rect") {
		t.Errorf("%s", page)
	}
	b.English = true
	if page := text(t, b.Get(t, "/usages"), http.StatusOK); !strings.Contains(page, "Opened at least once") {
		t.Errorf("in English: %s", page)
	}
	for path, status := range map[string]int{"/usages/ressource/ark:/99999/preau.autre": 404, "/usages/ressource/x": 400, "/usages/fichier/ark:/99999/preau.autre": 404} {
		text(t, b.Get(t, path), status)
	}
	for _, person := range []directory.PersonID{webtest.Vasseur, webtest.Ines, webtest.Both} {
		for _, path := range []string{"/usages", "/usages/fichier", "/usages/ressource/" + string(ark), "/usages/fichier/" + string(ark)} {
			if page := text(t, webtest.Browser{Pages: all, Person: person}.Get(t, path), http.StatusForbidden); strings.Contains(page, "HYPERLINK") {
				t.Errorf("%s reads %s", person, path)
			}
		}
	}
}

// A publisher is told of 253 persons, of whom 157 and 58 are in two départements: that 34 are in a third is hidden, for it would leave the four
// who are elsewhere. So is which share of them opened it, which would tell of how many they are. Page, list and files say one thing.
func TestNoPublisherWorksOutHowFewHaveIt(t *testing.T) {
	t.Parallel()
	b := webtest.Browser{Pages: open(), Person: castaing}
	want := map[string]string{"Département 075": "157", "Département 974": "58", "Département 099": "masqué", "Autres départements": "masqué", "Ensemble": "253"}
	page := text(t, b.Get(t, "/editeur/usages/ressource/"+string(ark)), http.StatusOK)
	looktest.Page(t, page)
	read := looktest.Parse(t, page)
	got := map[string]string{"Ensemble": looktest.Words(read.Find("dd")[0])}
	for name, cells := range rows(read) {
		got[name] = cells["Détenteurs"]
		if opened := cells["Ouverte au moins une fois"]; opened == "masqué" || strings.Contains(opened, "%") == (got[name] == "masqué") {
			t.Errorf("%s: opened by %q, of %q", name, opened, got[name])
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the page: %s", diff)
	}
	if told := looktest.Words(read.Find("main")[0]); !strings.Contains(told, "« Masqué » : moins de cinq personnes, ou un chiffre qui permettrait de retrouver par soustraction") {
		t.Errorf("it is not told why: %s", told)
	}
	for _, path := range []string{"/editeur/usages/fichier", "/editeur/usages/fichier/" + string(ark)} {
		got := map[string]string{}
		for _, line := range sheet(t, text(t, b.Get(t, path), http.StatusOK))[1:] {
			if line[4] != "" {
				got[line[2]] = line[4]
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
	list := rows(looktest.Parse(t, text(t, b.Get(t, "/editeur/usages"), http.StatusOK)))
	if got := list["La formule"]["Détenteurs"]; got != want["Ensemble"] {
		t.Errorf("the list: %s", got)
	}
}

// rows are the cells of a page's tables that have a label, by the row's name and the label.
func rows(page *looktest.Doc) map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, td := range page.Find("td") {
		label := looktest.Attr(td, "data-l")
		if label == "" {
			continue
		}
		th := td.Parent.FirstChild
		for th.Data != "th" {
			th = th.NextSibling
		}
		name := looktest.Words(th)
		if all[name] == nil {
			all[name] = map[string]string{}
		}
		all[name][label] = looktest.Words(td)
	}
	return all
}
