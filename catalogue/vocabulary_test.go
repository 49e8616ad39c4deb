package catalogue_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/catalogue"
	"pupitre/catalogue/search"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/lang"
)

// in is what terms are called in both languages.
func in(terms []catalogue.Term) string {
	var out []string
	for _, t := range terms {
		out = append(out, t.In(lang.French)+" = "+t.In(lang.English))
	}
	return strings.Join(out, ", ")
}

func TestTermsAreCalledInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		s := service(t, e)
		taxon := func(voc, id, entry string) string {
			return `<classification><purpose><value>x</value></purpose><taxonPath><taxon><id>http://data.education.fr/voc/scolomfr/concept/` + voc + `-num-` + id + `</id><entry>` + entry + `</entry></taxon></taxonPath></classification>`
		}
		bring(t, s, catalogue.NoticeFile{Name: "a.xml", Body: []byte(lom("a",
			`<educational>
				<learningResourceType><value>http://data.education.fr/voc/scolomfr/concept/self_assessment</value></learningResourceType>
				<learningResourceType><value>lecture</value><label>leçon</label></learningResourceType>
				<learningResourceType><value>quiz</value><label xml:lang="en">quiz game</label><label xml:lang="fr">jeu de questions</label></learningResourceType>
				<learningResourceType><value>http://data.education.fr/voc/scolomfr/concept/scolomfr-voc-010-num-999</value></learningResourceType>
				<intendedEndUserRole><value>learner</value></intendedEndUserRole>
			</educational>`,
			taxon("scolomfr-voc-022", "020", `<string language="fre">5e</string>`),
			taxon("scolomfr-voc-022", "777", `<string language="eng">upper sixth</string><string language="fre">dernière année</string>`),
			taxon("scolomfr-voc-015", "001", `<string language="fre">Mathématiques</string>`),
			taxon("scolomfr-voc-015", "002", `<string language="eng">cookery</string>`),
			taxon("scolomfr-voc-015", "003", `<string language="fre">tissage</string>`),
			taxon("scolomfr-voc-015", "004", ``),
		))})
		r, err := s.FindByARK(t.Context(), "ark:/99999/a")
		if err != nil {
			t.Fatal(err)
		}
		for want, got := range map[string]string{
			"auto-évaluation = self-assessment, leçon = lesson / presentation, jeu de questions = quiz game, scolomfr-voc-010-num-999 = scolomfr-voc-010-num-999": in(r.Pedagogical),
			"élèves = pupils":                       in(r.Publics),
			"5e = 5e, dernière année = upper sixth": in(r.Levels),
			"Mathématiques = mathematics, cookery = cookery, tissage = tissage, scolomfr-voc-015-num-004 = scolomfr-voc-015-num-004": in(r.Subjects),
		} {
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		}
		if r.Presentation != "ACC" {
			t.Errorf("self_assessment is a kind of exercise: %s", r.Presentation)
		}
		found, err := s.Search(t.Context(), search.Query{Limit: 5})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range found.Counts[search.ByLevel] {
			if c.Label == "dernière année" && c.English != "upper sixth" {
				t.Errorf("%+v", c)
			}
		}
	})
}
