package catalogue_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/catalogue"
	"pupitre/catalogue/search"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/id"
	"pupitre/internal/recent"
	"pupitre/store"
)

func ask(t *testing.T, s *catalogue.Service, q search.Query) (catalogue.Found, string) {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 20
	}
	found, err := s.Search(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	var titles []string
	for _, r := range found.Resources {
		titles = append(titles, r.Title)
	}
	return found, strings.Join(titles, " | ")
}

// The same notices give the same answers on either engine, counts and all.
func TestBothEnginesFindTheSame(t *testing.T) {
	t.Parallel()
	queries := []search.Query{
		{}, {Text: "grammaire"}, {Text: "5eme "}, {Text: "cinquieme"}, {Text: "exercics"}, {Text: "pre"}, {Text: "preau 5e"}, {Text: "sciences vie"}, {Text: "svt"},
		{Text: "fabrik"}, {Text: "musique martienne"}, {Text: "e", From: 3, Limit: 4}, {Chosen: [search.Facets][]string{search.ByKind: {"ACC", "MUL"}}},
	}
	type answer struct {
		Text, Titles string
		Total        int
		Counts       []search.Count
		Read         []search.Reading
		Loose        bool
	}
	var first []answer
	for _, e := range dbtest.Engines() {
		t.Run(string(e.Name), func(t *testing.T) {
			s := service(t, e)
			bring(t, s, demo(t)...)
			var all []answer
			for _, q := range queries {
				found, titles := ask(t, s, q)
				a := answer{q.Text, titles, found.Total, nil, found.Read, found.Loose}
				for f, list := range found.Counts {
					if search.Facet(f) != search.ByPublisher { // whose keys are ours
						a.Counts = append(a.Counts, list...)
					}
				}
				all = append(all, a)
			}
			if all[1].Titles != "Le labo de grammaire 5e" || all[4].Total < 3 || all[0].Total != 18 || !all[10].Loose {
				t.Errorf("%+v", all)
			}
			if first == nil {
				first = all
				return
			}
			if d := cmp.Diff(first, all); d != "" {
				t.Error(d)
			}
		})
	}
}

// What another node brings in is found a moment later, and what this one brought in before is not read again.
func TestASearchIsAtMostAMomentOld(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		var at atomic.Int64
		clock := func() time.Time { return now().Add(time.Duration(at.Load())) }
		ids := id.Seeded(clock, 1)
		stored := &store.Store{DB: e.Open(t, store.Migrations(), clock), IDs: ids}
		here, there := &catalogue.Service{Store: stored.Catalogue(), IDs: ids}, &catalogue.Service{Store: stored.Catalogue(), IDs: ids}
		bring(t, there, file("a.xml", lom("a")), file("b.xml", lom("b")))
		if _, titles := ask(t, here, search.Query{Text: "titre"}); titles != "Titre a | Titre b" {
			t.Fatal(titles)
		}
		renamed := strings.ReplaceAll(lom("a", `<description><string>Neuf</string></description>`), "FN:Maison", "FN:Auberge")
		hidden := lom("b", `<acces xmlns="urn:pupitre:notice:1"><affichable>false</affichable></acces>`)
		bring(t, there, file("a.xml", renamed), file("b.xml", hidden), file("c.xml", strings.ReplaceAll(lom("c"), "FN:Maison", "FN:Auberge")))
		at.Add(int64(recent.Moment))
		if _, titles := ask(t, here, search.Query{Text: "titre"}); titles != "Titre a | Titre c" {
			t.Errorf("after a moment: %s", titles)
		}
		if _, titles := ask(t, here, search.Query{Text: "auberge"}); titles != "Titre a | Titre c" {
			t.Errorf("a publisher that is called otherwise now: %s", titles)
		}
	})
}

// A publisher that takes another name takes its other resources with it.
func TestAPublishersNewNameFindsAllItsResources(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		s := service(t, e)
		bring(t, s, file("a.xml", lom("a")), file("b.xml", lom("b")))
		var before, after catalogue.Revision
		revision := func(to *catalogue.Revision) {
			if err := s.Store.Read(t.Context(), func(ctx context.Context, r catalogue.Reader) (err error) {
				*to, err = r.Revision(ctx)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		revision(&before)
		bring(t, s, file("b.xml", lom("b")))
		revision(&after)
		if before == 0 || after != before {
			t.Errorf("the same notice again: %d, then %d", before, after)
		}
		bring(t, s, file("c.xml", strings.ReplaceAll(lom("c"), "FN:Maison", "FN:Auberge")))
		if _, titles := ask(t, s, search.Query{Text: "auberge"}); titles != "Titre a | Titre b | Titre c" {
			t.Error(titles)
		}
	})
}

// Pages show a term in French or in English: either finds it, whether its English comes of its notice, of the vocabulary or of ours.
func TestWordsInEnglishFindWhatIsCalledSo(t *testing.T) {
	t.Parallel()
	subject := func(entry string) string {
		return `<classification><purpose><value>domaine d'enseignement</value></purpose><taxonPath><taxon>` + entry + `</taxon></taxonPath></classification>`
	}
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		s := service(t, e)
		bring(t, s, file("a.xml", lom("a", subject(`<entry><string language="fre">mathématiques</string></entry>`))),
			file("b.xml", lom("b", subject(`<entry><string language="fre">langue des signes</string><string language="eng">sign language</string></entry>`))),
			file("c.xml", lom("c", `<educational><learningResourceType><value>self assessment</value></learningResourceType></educational>`)))
		for text, want := range map[string]string{"maths": "Titre a", "mathematics": "Titre a", "mathématiques": "Titre a", "sign language": "Titre b", "signes": "Titre b",
			"self-assessment": "Titre c", "auto-évaluation": "Titre c"} {
			if _, titles := ask(t, s, search.Query{Text: text}); titles != want {
				t.Errorf("%q finds %q, want %q", text, titles, want)
			}
		}
	})
}
