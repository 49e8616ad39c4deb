package directory_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pupitre/directory"
)

// shelf is a store that has schools and nothing else, and counts how often they are read.
type shelf struct {
	directory.Store
	directory.Reader
	schools []directory.School
	reads   int
	down    bool
}

func (s *shelf) Read(ctx context.Context, f func(ctx context.Context, r directory.Reader) error) error {
	return f(ctx, s)
}

func (s *shelf) Schools(_ context.Context, _ directory.SchoolFilter, page directory.Page) (list []directory.School, _ error) {
	if s.down {
		return nil, errors.New("down")
	}
	s.reads++
	for _, school := range s.schools {
		if string(school.UAI) > page.After && len(list) < page.Limit {
			list = append(list, school)
		}
	}
	return list, nil
}

func finder(schools ...directory.School) (*directory.Finder, *shelf, *time.Time) {
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	s := &shelf{schools: schools}
	return &directory.Finder{Service: &directory.Service{Store: s}, Now: func() time.Time { return now }}, s, &now
}

func TestASchoolIsFoundByTheBeginningsOfItsWords(t *testing.T) {
	t.Parallel()
	f, _, _ := finder(
		directory.School{UAI: "0991234D", Project: "A70", Name: "CLG-JEAN MOULIN", Town: "Saint-Œuvre"},
		directory.School{UAI: "0992222X", Project: "A70", Name: "Lycée Élise L’Hermitte", Town: "Valmoré"},
		directory.School{UAI: "0993333Y", Project: "B0", Name: "Collège Jean Moulin", Town: "Valmoré"},
		directory.School{UAI: "0994444Z", Project: "C1", Name: "Collège Jean Moulin", Town: "Ailleurs"},
	)
	for text, want := range map[string]string{
		"jean moulin": "0991234D 0993333Y", "moulin valm": "0993333Y", "MOULIN, Valmore": "0993333Y", "0992222x": "0992222X", "099": "0991234D 0993333Y 0992222X",
		"elise lhermitte": "0992222X", "l'hermitte": "0992222X", "st oeuvre": "", "saint oeuvre": "0991234D", "oulin": "", "ailleurs": "",
		"": "", " ": "", "-": "", "()": "", "valmoré (lycée)": "0992222X", "\x00": "",
	} {
		found, more, err := f.Find(t.Context(), directory.Sought{Text: text, Of: []directory.ProjectID{"A70", "B0"}, Limit: 10})
		var got []string
		for _, s := range found {
			got = append(got, string(s.UAI))
		}
		if err != nil || more || strings.Join(got, " ") != want {
			t.Errorf("%q finds %v, want %q (%v, %v)", text, got, want, more, err)
		}
	}
}

func TestSchoolsAreReadOnceInAWhile(t *testing.T) {
	t.Parallel()
	var many []directory.School
	for i := range 450 {
		many = append(many, directory.School{UAI: directory.UAI(fmt.Sprintf("0990%03dA", i)), Project: "A70", Name: "École", Town: "Valmoré"})
	}
	f, store, now := finder(many...)
	for range 3 {
		found, more, err := f.Find(t.Context(), directory.Sought{Text: "ecole", Of: []directory.ProjectID{"A70"}, Limit: 20})
		if len(found) != 20 || !more || err != nil {
			t.Fatalf("%d, %v, %v", len(found), more, err)
		}
	}
	if store.reads != 3 { // pages of 200
		t.Errorf("read %d pages", store.reads)
	}
	store.schools = append(store.schools, directory.School{UAI: "0999999B", Project: "A70", Name: "Nouvelle", Town: "Valmoré"})
	*now = now.Add(directory.FinderKeeps)
	if found, _, err := f.Find(t.Context(), directory.Sought{Text: "nouvelle", Of: []directory.ProjectID{"A70"}, Limit: 20}); len(found) != 1 || err != nil {
		t.Errorf("a new school is not found: %v", err)
	}
	store.down = true
	*now = now.Add(directory.FinderKeeps)
	if found, _, err := f.Find(t.Context(), directory.Sought{Text: "nouvelle", Of: []directory.ProjectID{"A70"}, Limit: 20}); len(found) != 1 || err != nil {
		t.Errorf("while the database is down, what was known is not found: %v", err)
	}
}

func TestSchoolsAreFoundByTheirKind(t *testing.T) {
	t.Parallel()
	f, _, _ := finder(
		directory.School{UAI: "0991234D", Project: "A70", Name: "Collège Jean Moulin", Town: "Valmoré", Nature: "340", Degree: directory.SecondDegree},
		directory.School{UAI: "0992222X", Project: "A70", Name: "LP Jean Moulin", Town: "Valmoré", Nature: "320", Degree: directory.SecondDegree},
		directory.School{UAI: "0993333Y", Project: "B0", Name: "École Jean Moulin", Town: "Valmoré", Nature: "151", Degree: directory.FirstDegree},
		directory.School{UAI: "0994444Z", Project: "B0", Name: "EREA Jean Moulin", Town: "Valmoré", Nature: "370", Degree: directory.SecondDegree},
	)
	of := []directory.ProjectID{"A70", "B0"}
	for kind, want := range map[directory.Kind]string{"college": "0991234D", "lycee": "0992222X", "ecole": "0993333Y", directory.ParseKind("x"): "0991234D 0993333Y 0994444Z 0992222X"} {
		found, _, err := f.Find(t.Context(), directory.Sought{Text: "moulin", Of: of, Kind: kind, Limit: 10})
		var got []string
		for _, s := range found {
			got = append(got, string(s.UAI))
		}
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%q finds %v, want %q (%v)", kind, got, want, err)
		}
	}
	kinds, err := f.KindsOf(t.Context(), []directory.ProjectID{"A70", "C1"})
	if err != nil || !slices.Equal(kinds["A70"], []directory.Kind{directory.MiddleSchool, directory.HighSchool}) || len(kinds["C1"]) != 0 {
		t.Errorf("%v, %v", kinds, err)
	}
}
