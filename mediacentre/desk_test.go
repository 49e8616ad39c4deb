package mediacentre_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/licensing"
	"pupitre/mediacentre"
)

// world is a person's rights and the notices, in memory.
type world struct {
	rights  []licensing.Right
	notices []catalogue.Resource
	fails   error
}

func (w world) Rights(context.Context, directory.PersonID) ([]licensing.Right, error) {
	return w.rights, w.fails
}

func (w world) ListResources(_ context.Context, ids ...catalogue.ResourceID) ([]catalogue.Resource, error) {
	var out []catalogue.Resource
	for _, r := range w.notices {
		for _, id := range ids {
			if r.ID == id {
				out = append(out, r)
			}
		}
	}
	return out, nil
}

func (w world) ListOpen(context.Context) ([]catalogue.Resource, error) {
	var out []catalogue.Resource
	for _, r := range w.notices {
		if r.OpenToAll() {
			out = append(out, r)
		}
	}
	return out, w.fails
}

func desk(t *testing.T, w world) mediacentre.Desk {
	t.Helper()
	s := &mediacentre.Service{Rights: w, Notices: w}
	d, err := s.Desk(t.Context(), "p", "here")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func right(resource string, status licensing.Status, through licensing.Target) licensing.Right {
	return licensing.Right{Person: "p", School: "here", Resource: catalogue.ResourceID(resource), Kind: licensing.Individual, Status: status, Through: through}
}

func notice(id, title, family string) catalogue.Resource {
	return catalogue.Resource{ID: catalogue.ResourceID(id), ARK: catalogue.ARK("ark:/99999/" + id), Title: title, Family: catalogue.ResourceID(family)}
}

func titles(cards []mediacentre.Card) []string {
	out := []string{}
	for _, c := range cards {
		out = append(out, c.Resource.Title)
	}
	return out
}

func TestOnlyWhatIsHeldHereAndNotOver(t *testing.T) {
	t.Parallel()
	elsewhere := right("c", licensing.Active, licensing.ToPerson("p"))
	elsewhere.School = "there"
	d := desk(t, world{
		rights: []licensing.Right{
			right("b", licensing.Active, licensing.ToCohort("k")), right("a", licensing.Future, licensing.ToPerson("p")),
			right("d", licensing.Expired, licensing.ToPerson("p")), right("e", licensing.Ended, licensing.ToPerson("p")),
			elsewhere, right("unknown", licensing.Active, licensing.ToPerson("p")),
		},
		notices: []catalogue.Resource{notice("a", "Éclairs", ""), notice("b", "Atlas", ""), notice("c", "Ailleurs", ""), notice("d", "Fini", ""), notice("e", "Ôté", "")},
	})
	if diff := cmp.Diff([]string{"Atlas", "Éclairs"}, titles(d.Cards)); diff != "" {
		t.Error(diff)
	}
	if !d.Cards[0].Openable || d.Cards[1].Openable {
		t.Error("what has not begun cannot be opened yet")
	}
}

func TestAFamilyIsAShelfOfTheMembersHeld(t *testing.T) {
	t.Parallel()
	mother := notice("m", "Bibliothèque du Préau", "")
	mother.IsFamily = true
	held := world{
		rights: []licensing.Right{
			right("m", licensing.Active, licensing.ToSchool()), right("b", licensing.Active, licensing.ToPerson("p")), right("x", licensing.Active, licensing.ToPerson("p")),
		},
		notices: []catalogue.Resource{mother, notice("b", "Livre", "m"), notice("n", "Non tenu", "m"), notice("x", "Autre", "")},
	}
	d := desk(t, held)
	if len(d.Shelves) != 1 || d.Shelves[0].Family.ID != "m" {
		t.Fatalf("shelves: %+v", d.Shelves)
	}
	if diff := cmp.Diff([]string{"Livre"}, titles(d.Shelves[0].Books)); diff != "" {
		t.Error(diff)
	}
	// A mother is no card: she cannot be launched. Her members can, with or without her.
	if diff := cmp.Diff([]string{"Autre", "Livre"}, titles(d.Cards)); diff != "" {
		t.Error(diff)
	}
	held.rights = held.rights[1:]
	if d := desk(t, held); len(d.Shelves) != 0 || len(d.Cards) != 2 {
		t.Errorf("without the mother: %d shelves, %d cards", len(d.Shelves), len(d.Cards))
	}
}

func TestCardsAreFoundAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	a, b, c := notice("a", "L’école des éclairs", ""), notice("b", "Éclats", ""), notice("c", "Le labo de grammaire 5e", "")
	b.Publisher = catalogue.Publisher{ID: "pub", Name: "Écoute"}
	var rights []licensing.Right
	for _, id := range []string{"a", "b", "c"} {
		rights = append(rights, right(id, licensing.Active, licensing.ToPerson("p")))
	}
	d := desk(t, world{rights: rights, notices: []catalogue.Resource{a, b, c, notice("d", "Grammaire latine", "")}})
	for text, want := range map[string][]string{
		"": {"Éclats", "Le labo de grammaire 5e", "L’école des éclairs"}, "ECLAIR ": {"L’école des éclairs"}, "ecoute ecla": {"Éclats"},
		"cinquieme": {"Le labo de grammaire 5e"}, "garmmaire ": {"Le labo de grammaire 5e"}, "latine ": {},
	} {
		if diff := cmp.Diff(want, titles(d.Search(text).Cards)); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
	if found := d.Search("garmmaire "); len(found.Read) != 1 || found.Read[0].As != "grammaire" {
		t.Errorf("a slip is not told: %+v", found.Read)
	}
	if found := d.Search("ecole martienne "); !found.Loose || len(found.Cards) != 1 {
		t.Errorf("a word that nothing has: %+v", found)
	}
}

func TestCardsAreNarrowed(t *testing.T) {
	t.Parallel()
	a, b := notice("a", "A", ""), notice("b", "B", "")
	a.Publisher.ID, a.Subjects, a.Levels = "pub", []catalogue.Term{{URI: "s"}}, []catalogue.Term{{URI: "5e"}}
	b.Presentation, b.Offline = "DIC", true
	d := desk(t, world{
		rights:  []licensing.Right{right("a", licensing.Active, licensing.ToCohort("k", directory.Pupil)), right("b", licensing.Active, licensing.ToSchool())},
		notices: []catalogue.Resource{a, b},
	})
	for _, c := range []struct {
		find mediacentre.Find
		want []string
	}{
		{mediacentre.Find{}, []string{"A", "B"}}, {mediacentre.Find{Publisher: "pub"}, []string{"A"}}, {mediacentre.Find{Subject: "s"}, []string{"A"}},
		{mediacentre.Find{Level: "5e", Subject: "s"}, []string{"A"}}, {mediacentre.Find{Level: "6e"}, []string{}}, {mediacentre.Find{Kind: "DIC"}, []string{"B"}},
		{mediacentre.Find{Offline: true}, []string{"B"}}, {mediacentre.Find{Through: "cohort:k"}, []string{"A"}}, {mediacentre.Find{Through: "school"}, []string{"B"}},
	} {
		if diff := cmp.Diff(c.want, titles(mediacentre.Narrow(d.Cards, c.find))); diff != "" {
			t.Errorf("%+v: %s", c.find, diff)
		}
	}
}

func TestWhatIsOpenElsewhereIsCounted(t *testing.T) {
	t.Parallel()
	there, future := right("b", licensing.Active, licensing.ToSchool()), right("c", licensing.Future, licensing.ToSchool())
	there.School, future.School = "there", "there"
	for _, rights := range [][]licensing.Right{{there, future}, {right("a", licensing.Active, licensing.ToSchool()), there, future}} {
		if d := desk(t, world{rights: rights, notices: []catalogue.Resource{notice("a", "A", "")}}); d.Elsewhere["there"] != 1 {
			t.Errorf("elsewhere: %v", d.Elsewhere)
		}
	}
}

func TestATroubleIsNotAnEmptyDesk(t *testing.T) {
	t.Parallel()
	w := world{fails: errors.New("no database")}
	s := &mediacentre.Service{Rights: w, Notices: w}
	if _, err := s.Desk(t.Context(), "p", "here"); err == nil {
		t.Error("the trouble was swallowed")
	}
}

// What is open to all needs no right, and is no part of anybody's desk; pupils are not shown what is meant for their teachers.
func TestWhatIsOpenToAllStandsApart(t *testing.T) {
	t.Parallel()
	open := func(id string, publics ...catalogue.Term) catalogue.Resource {
		r := notice(id, id, "")
		r.Free, r.Shown, r.LaunchURL, r.Publics = true, true, "https://example.test/"+id, publics
		return r
	}
	w := world{notices: []catalogue.Resource{open("atlas"), open("guide", catalogue.Term{URI: "http://data.education.fr/voc/scolomfr/concept/teacher", Label: "enseignants"}),
		open("quiz", catalogue.Term{Label: "Élèves"}), notice("sold", "sold", "")}}
	s := &mediacentre.Service{Rights: w, Notices: w}
	for profile, want := range map[directory.Profile][]string{directory.Pupil: {"atlas", "quiz"}, directory.Teacher: {"atlas", "guide", "quiz"}} {
		d, err := s.Open(t.Context(), profile)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, titles(d.Cards)); diff != "" {
			t.Errorf("%s: %s", profile, diff)
		}
		for _, c := range d.Cards {
			if !c.Openable || !c.Open || c.Licensed {
				t.Errorf("%+v", c)
			}
		}
	}
	if d := desk(t, w); len(d.Cards) != 0 {
		t.Errorf("it is on the desk: %v", titles(d.Cards))
	}
}
