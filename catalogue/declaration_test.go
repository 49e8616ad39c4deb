package catalogue_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/catalogue"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
)

// asking is a notice that declares these data.
func asking(name string, data ...string) catalogue.NoticeFile {
	x := `<acces xmlns="urn:pupitre:notice:1">`
	for _, d := range data {
		x += `<donnee nom="` + d + `">Pour une raison</donnee>`
	}
	return file(name+".xml", lom(name, x+`</acces>`))
}

func declared(names ...catalogue.Attribute) (list []catalogue.Declared) {
	for _, n := range names {
		list = append(list, catalogue.Declared{Attribute: n, Reason: "Pour une raison"})
	}
	return list
}

// inForce is what is released of a resource today, and what waits.
func inForce(t *testing.T, s *catalogue.Service, name string) (now, asked []catalogue.Declared, id catalogue.ResourceID) {
	t.Helper()
	r, err := s.FindByARK(t.Context(), catalogue.ARK("ark:/99999/"+name))
	if err != nil {
		t.Fatal(err)
	}
	list, err := s.ListAsked(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list {
		if a.Resource.ID == r.ID {
			if d := cmp.Diff(r, a.Resource); d != "" {
				t.Errorf("what waits knows the resource otherwise: %s", d)
			}
			asked = a.Declared
		}
	}
	return r.Declared, asked, r.ID
}

func TestANewDeclarationWaitsAndTheFormerStands(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		s := service(t, e)
		holds := func(when string, now, asked []catalogue.Declared) catalogue.ResourceID {
			t.Helper()
			gotNow, gotAsked, id := inForce(t, s, "a")
			if d := cmp.Diff(now, gotNow); d != "" {
				t.Errorf("%s, in force: %s", when, d)
			}
			if d := cmp.Diff(asked, gotAsked); d != "" {
				t.Errorf("%s, waiting: %s", when, d)
			}
			return id
		}
		code := func(err error, want string) {
			t.Helper()
			if fault.CodeOf(err) != want {
				t.Errorf("%v, want %s", err, want)
			}
		}
		bring(t, s, asking("a", "DIV", "PRE"))
		holds("first", declared("DIV", "PRE"), nil)

		if r := bring(t, s, asking("a", "DIV", "NOM")); r.Changed != 1 || r.Waiting != 1 {
			t.Errorf("%+v", r)
		}
		id := holds("more is asked", declared("DIV", "PRE"), declared("DIV", "NOM"))

		bring(t, s, asking("a", "DIV", "NOM", "CIV"))
		holds("more still", declared("DIV", "PRE"), declared("DIV", "NOM", "CIV"))
		code(s.Allow(t.Context(), operator, id, declared("DIV", "NOM")), "catalogue.asked.other")

		if r := bring(t, s, asking("a", "DIV")); r.Waiting != 0 {
			t.Errorf("%+v", r)
		}
		holds("less is asked: at once", declared("DIV"), nil)
		code(s.Allow(t.Context(), operator, id, declared("DIV", "NOM", "CIV")), "catalogue.asked.none")

		bring(t, s, asking("a", "DIV", "NOM"))
		if err := s.Refuse(t.Context(), operator, id, declared("NOM", "DIV")); err != nil {
			t.Fatal(err)
		}
		holds("refused", declared("DIV"), nil)
		if r := bring(t, s, file("a.xml", string(asking("a", "DIV", "NOM").Body)+"\n")); r.Changed != 1 || r.Waiting != 0 {
			t.Errorf("the same again, in another notice: %+v", r)
		}
		holds("refused once and for all", declared("DIV"), nil)

		bring(t, s, asking("a", "DIV", "NOM", "PRE"))
		holds("something else is asked", declared("DIV"), declared("DIV", "NOM", "PRE"))
		if err := s.Allow(t.Context(), operator, id, declared("PRE", "DIV", "NOM")); err != nil {
			t.Fatal(err)
		}
		holds("allowed", declared("DIV", "NOM", "PRE"), nil)
		code(s.Refuse(t.Context(), operator, id, declared("DIV", "NOM", "PRE")), "catalogue.asked.none")
		if d := cmp.Diff(declared("NOM"), catalogue.Asked{Resource: catalogue.Resource{Declared: declared("DIV")}, Declared: declared("DIV", "NOM")}.Added()); d != "" {
			t.Error(d)
		}
	})
}

func TestAnotherReasonWaitsToo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		s := service(t, e)
		bring(t, s, asking("a", "DIV"))
		other := file("a.xml", lom("a", `<acces xmlns="urn:pupitre:notice:1"><donnee nom="DIV">Pour tout autre chose</donnee></acces>`))
		if r := bring(t, s, other); r.Waiting != 1 {
			t.Errorf("%+v", r)
		}
		now, asked, _ := inForce(t, s, "a")
		if d := cmp.Diff(declared("DIV"), now); d != "" || len(asked) != 1 {
			t.Errorf("%s, %v", d, asked)
		}
	})
}
