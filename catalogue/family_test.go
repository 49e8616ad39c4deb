package catalogue_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/catalogue"
	"pupitre/internal/db/dbtest"
)

// partOf is « is part of », which may be said of anything.
func partOf(ark string) string {
	return strings.Replace(member(ark), "membreFamille", "ispartof", 1)
}

// mother writes the notice of a mother.
func mother(name string, parts ...string) catalogue.NoticeFile {
	return file(name+".xml", lom(name, append([]string{motherPart, "no technical"}, parts...)...))
}

func retitled(f catalogue.NoticeFile) catalogue.NoticeFile {
	f.Body = []byte(strings.Replace(string(f.Body), "<string>Titre", "<string>Autre", 1))
	return f
}

// families says of each resource its family, as « a<m », and of each mother that she is one, as « m* ».
func families(t *testing.T, s *catalogue.Service) string {
	t.Helper()
	all, err := s.List(t.Context(), catalogue.Find{Hidden: true})
	if err != nil {
		t.Fatal(err)
	}
	names := map[catalogue.ResourceID]string{}
	for _, r := range all {
		names[r.ID] = strings.TrimPrefix(string(r.ARK), "ark:/99999/")
	}
	var said []string
	for _, r := range all {
		one := names[r.ID]
		if r.IsFamily {
			one += "*"
		}
		if r.Family != "" {
			one += "<" + names[r.Family]
		}
		said = append(said, one)
	}
	return strings.Join(said, " ")
}

func codes(r catalogue.Report) (list []string) {
	for _, f := range r.Findings {
		list = append(list, strings.TrimPrefix(string(f.ARK), "ark:/99999/")+" "+strings.TrimPrefix(f.Fault.Code, "catalogue.notice."))
	}
	return list
}

// A family has one level: what a mother is part of is a book's shelf, a collection, herself, but no family.
func TestAMotherIsInNoFamily(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		for name, set := range map[string][]catalogue.NoticeFile{
			"herself": {mother("m", partOf("ark:/99999/m"))},
			"a ring":  {mother("m", partOf("ark:/99999/n")), mother("n", partOf("ark:/99999/m"))},
			"a chain": {mother("m"), mother("n", partOf("ark:/99999/m"))},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				s := service(t, e)
				want := strings.TrimSuffix(strings.Repeat("m* ", 1)+strings.Repeat("n* ", len(set)-1), " ")
				bring(t, s, set...)
				for _, again := range []func(catalogue.NoticeFile) catalogue.NoticeFile{func(f catalogue.NoticeFile) catalogue.NoticeFile { return f }, retitled} {
					for i := range set {
						set[i] = again(set[i])
					}
					if r := bring(t, s, set...); r.Refused() != 0 {
						t.Errorf("%v", codes(r))
					}
					if got := families(t, s); got != want {
						t.Errorf("%s, want %s", got, want)
					}
				}
			})
		}
	})
}

func TestWhatIsPartOfItselfHasNoFamilyWhenItIsAMotherNoMore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		s := service(t, e)
		bring(t, s, mother("m"))
		if r := bring(t, s, file("m.xml", lom("m", partOf("ark:/99999/m")))); r.Changed != 1 || families(t, s) != "m" {
			t.Errorf("%+v, %s", r, families(t, s))
		}
	})
}

// Whatever the files are called: nobody is left in a family that has ended, and who leaves it leaves before it ends.
func TestAFamilyEndsOnlyWhenNobodyIsInIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		for name, c := range map[string]struct {
			before, set []catalogue.NoticeFile
			want        string
			findings    []string
		}{
			"a member comes before": {[]catalogue.NoticeFile{mother("m")}, []catalogue.NoticeFile{file("1", lom("a", member("ark:/99999/m"))), file("2", lom("m"))}, "a<m m*", []string{"m family.members"}},
			"a member comes behind": {[]catalogue.NoticeFile{mother("m")}, []catalogue.NoticeFile{file("1", lom("m")), file("2", lom("a", member("ark:/99999/m")))}, "a<m m*", []string{"m family.members"}},
			"a part comes before":   {[]catalogue.NoticeFile{mother("m")}, []catalogue.NoticeFile{file("1", lom("a", partOf("ark:/99999/m"))), file("2", lom("m"))}, "a<m m*", []string{"m family.members"}},
			"the last one leaves": {[]catalogue.NoticeFile{mother("m"), file("a", lom("a", member("ark:/99999/m")))},
				[]catalogue.NoticeFile{file("1", lom("m")), file("2", lom("a"))}, "a m", nil},
			"one of two leaves": {[]catalogue.NoticeFile{mother("m"), file("a", lom("a", member("ark:/99999/m"))), file("b", lom("b", member("ark:/99999/m")))},
				[]catalogue.NoticeFile{file("1", lom("m")), file("2", lom("a"))}, "a b<m m*", []string{"m family.members"}},
			"the last one becomes a mother": {[]catalogue.NoticeFile{mother("m"), file("a", lom("a", member("ark:/99999/m")))},
				[]catalogue.NoticeFile{file("1", lom("m", member("ark:/99999/a"))), mother("a")}, "a* m<a", nil},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				s := service(t, e)
				bring(t, s, c.before...)
				if d := cmp.Diff(c.findings, codes(bring(t, s, c.set...))); d != "" {
					t.Error(d)
				}
				if got := families(t, s); got != c.want {
					t.Errorf("%s, want %s", got, c.want)
				}
			})
		}
	})
}

// A notice that came without its mother is the same when it comes again, but its family may be there now.
func TestANoticeThatComesAgainFindsItsMother(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		s := service(t, e)
		a := file("a.xml", lom("a", partOf("ark:/99999/m")))
		bring(t, s, a)
		if r := bring(t, s, a); r.Same != 1 {
			t.Errorf("she is not there yet: %+v", r)
		}
		bring(t, s, mother("m"))
		if r := bring(t, s, a); r.Changed != 1 || families(t, s) != "a<m m*" {
			t.Errorf("%+v, %s", r, families(t, s))
		}
		if r := bring(t, s, a); r.Same != 1 {
			t.Errorf("and then it is the same: %+v", r)
		}
	})
}

// What a later part may still mend is neither in nor refused.
func TestAPartLeavesWhatItsMotherIsMissingFor(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		s := service(t, e)
		bring(t, s, mother("old"), file("x", lom("x", member("ark:/99999/old"))), file("book", lom("book")), file("known", lom("known", partOf("ark:/99999/m"))))
		r, err := s.ImportPart(t.Context(), operator, []catalogue.NoticeFile{
			file("1", lom("a", member("ark:/99999/m"))), file("2", lom("b", partOf("ark:/99999/m"))), file("3", lom("c", member("ark:/99999/book"))),
			file("4", lom("d", partOf("ark:/99999/book"))), file("5", lom("old")), file("6", lom("e", member("ark:/99999/e"))), file("7", lom("f", member("ark:/99999/old"))),
			file("8", strings.Replace(lom("x", member("ark:/99999/m")), "999000999", "999000888", 1)), file("9", lom("g")), file("known", lom("known", partOf("ark:/99999/m")))})
		if err != nil {
			t.Fatal(err)
		}
		var early []string
		for _, n := range r.Early {
			one := n.File + " " + string(n.Reads.ARK)
			if n.Ends {
				one += " ends"
			}
			early = append(early, one)
		}
		if d := cmp.Diff([]string{"1 ark:/99999/a", "2 ark:/99999/b", "3 ark:/99999/c", "4 ark:/99999/d", "known ark:/99999/known", "5 ark:/99999/old ends"}, early); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff([]string{"e family.itself", "x publisher.changed"}, codes(r)); d != "" {
			t.Error(d)
		}
		if r.Read != 10 || r.New != 2 || families(t, s) != "book f<old g known old* x<old" {
			t.Errorf("%+v, %s", r, families(t, s))
		}
	})
}
