package catalogue_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pupitre/catalogue"
	"pupitre/catalogue/search"
	"pupitre/internal/clock"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/id"
	"pupitre/store"
)

// BenchmarkImport measures notices brought in, 2,000 at a time into one catalogue (goal of a harvest: 20,000 in 60 s).
func BenchmarkImport(b *testing.B) {
	for _, e := range dbtest.Engines() {
		b.Run(string(e.Name), func(b *testing.B) {
			ids := id.NewMaker(now)
			s := &store.Store{DB: e.Open(b, store.Migrations(), now), IDs: ids}
			c := &catalogue.Service{Store: s.Catalogue(), IDs: ids}
			const lot = 2000
			n := 0
			for b.Loop() {
				files := make([]catalogue.NoticeFile, lot)
				for i := range files {
					n++
					files[i] = file("n.xml", lom(fmt.Sprintf("n%d", n)))
				}
				if r, err := c.ImportNotices(b.Context(), operator, files); err != nil || r.New != lot {
					b.Fatalf("%+v, %v", r, err)
				}
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "notices/s")
		})
	}
}

// BenchmarkSearch asks a catalogue of 20,000 notices as its page does: words and a level with all counts, then the beginning of a word
// that is being written. Every notice has a description of sixty words, out of 40,000 of which some are as frequent as words are.
func BenchmarkSearch(b *testing.B) {
	for _, e := range dbtest.Engines() {
		s, words := invented(b, e, 20_000)
		chance := rand.New(rand.NewPCG(3, 4))
		word := func() string { return words[chance.IntN(400)] }
		for _, kind := range []string{"facets", "typing"} {
			b.Run(string(e.Name)+"/"+kind, func(b *testing.B) {
				var took []time.Duration
				for b.Loop() {
					q := search.Query{Text: word() + " " + word() + " ", Limit: 24}
					q.Chosen[search.ByLevel] = []string{"http://data.education.fr/voc/scolomfr/concept/5e"}
					if kind == "typing" {
						w := []rune(word())
						q = search.Query{Text: string(w[:1+chance.IntN(len(w))]), Limit: 24}
					}
					start := time.Now()
					if _, err := s.Search(b.Context(), q); err != nil {
						b.Fatal(err)
					}
					took = append(took, time.Since(start))
				}
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms/p99")
			})
		}
	}
}

// invented is a catalogue of so many notices, and the words that they are made of, the most frequent first.
func invented(b *testing.B, e dbtest.Engine, n int) (*catalogue.Service, []string) {
	b.Helper()
	chance := rand.New(rand.NewPCG(1, 2))
	parts := strings.Fields("ma tri le con gra me pos si on eur dé mo cra tie lan gue fran çais his toi re géo mé nom bre cal cul tex te lec ture é cri exer ci ce")
	words := make([]string, 40_000)
	for i := range words {
		for range 2 + chance.IntN(4) {
			words[i] += parts[chance.IntN(len(parts))]
		}
	}
	rare := rand.NewZipf(chance, 1.1, 20, uint64(len(words)-1))
	some := func(n int) string {
		list := make([]string, n)
		for i := range list {
			list[i] = words[rare.Uint64()]
		}
		return strings.Join(list, " ")
	}
	levels := []string{"6e", "5e", "4e", "3e", "2de", "1re", "tle"}
	files := make([]catalogue.NoticeFile, n)
	for i := range files {
		files[i] = file("n.xml", lom(fmt.Sprintf("n%d", i),
			fmt.Sprintf(`<general><identifier><entry>ark:/99999/n%d</entry></identifier><title><string>%s</string></title><description><string>%s</string></description></general>`, i, some(4), some(60)),
			`<classification><purpose><value>educational level</value></purpose><taxonPath><taxon><id>`+levels[chance.IntN(len(levels))]+`</id></taxon></taxonPath></classification>`,
			`<classification><purpose><value>enseignement</value></purpose><taxonPath><taxon><id>`+words[chance.IntN(60)]+`</id></taxon></taxonPath></classification>`))
	}
	ids := id.NewMaker(clock.System)
	stored := &store.Store{DB: e.Open(b, store.Migrations(), clock.System), IDs: ids}
	s := &catalogue.Service{Store: stored.Catalogue(), IDs: ids}
	report, err := s.ImportNotices(b.Context(), operator, files)
	if err != nil || report.New != n {
		b.Fatalf("%d, %v, %v", report.New, report.Findings[:min(3, len(report.Findings))], err)
	}
	start := time.Now()
	if _, err := s.Search(b.Context(), search.Query{Limit: 1}); err != nil {
		b.Fatal(err)
	}
	b.Logf("%s: the index of %d notices is made in %v", e.Name, n, time.Since(start))
	return s, words
}
