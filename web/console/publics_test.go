package console_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"pupitre/directory"
	"pupitre/internal/look/looktest"
	"pupitre/licensing"
	"pupitre/web/webtest"
)

// ofTwo is a school whose labo has copies for its pupils, and as many for its teachers as a test says.
func ofTwo(teachers licensing.Count) *office {
	o := open()
	o.stock.Add(webtest.Labo, teachers, directory.Teacher)
	return o
}

// within finds elements of a kind below one, in order.
func within(n *html.Node, kind string) (out []*html.Node) {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == kind {
			out = append(out, d)
		}
	}
	return out
}

// rows are the lines of figures of a page, each with its name.
func rows(p *looktest.Doc) (out []string) {
	for _, tr := range p.Find("tr") {
		var cells []string
		for _, td := range within(tr, "td") {
			if looktest.Attr(td, "data-l") != "" && strings.Contains(looktest.Attr(td, "class"), "num") {
				cells = append(cells, looktest.Words(td))
			}
		}
		if head := within(tr, "th"); len(cells) > 0 && len(head) > 0 {
			out = append(out, looktest.Words(head[0])+": "+strings.Join(cells, " "))
		}
	}
	return out
}

// Where pupils and teachers have copies of their own, each public's figures are there and add up, on every page that has them; pupils who
// are short are not covered by what the teachers have left.
func TestEachPublicHasItsOwnFigures(t *testing.T) {
	t.Parallel()
	o := ofTwo(40)
	b := o.as(webtest.Vasseur)
	has := func(p *looktest.Doc, wants ...string) {
		t.Helper()
		got := rows(p)
		for _, want := range wants {
			if !slices.Contains(got, want) {
				t.Errorf("no line %q in %q", want, got)
			}
		}
	}
	has(page(t, b.Get(t, school+"/ressources?q=labo"), http.StatusOK), "Le labo de grammaire 5e Éditions du Préau: 0 65 65 0 5 70", "Élèves: 0 25 25 – 5 30", "Enseignants: 0 40 40 – 0 40")
	has(page(t, b.Get(t, labo+"/attributions"), http.StatusOK), "Élèves: 0 25 25 – 5 30", "Enseignants: 0 40 40 – 0 40", "Ensemble: 0 65 65 0 5 70")
	has(page(t, b.Get(t, school+"/recuperation"), http.StatusOK), "Élèves: 0 25 25 – 5 30", "Enseignants: 0 40 40 – 0 40")
	p := sent(t, b, labo+"/population", "cible", class)
	has(p, "Élèves: 29 25 −4 – 5 30", "Enseignants: 0 40 40 – 0 40", "Ensemble: 29 65 36 0 5 70")
	says(t, p, "29 élèves sélectionnés", "Il manque 4 exemplaires")
	p = sent(t, b, labo+"/population", append(carried(p), "cible", "person:p-aubry/enseignant")...)
	has(p, "Élèves: 29 25 −4 – 5 30", "Enseignants: 1 40 39 – 0 40")
	plan := sent(t, b, labo+"/plan", carried(p)...)
	words := strings.Join(strings.Fields(looktest.Words(plan.Find("body")[0])), " ")
	for _, want := range []string{"Disponibles, élèves 25 0", "Disponibles, enseignants 40 39", "Attribués, élèves 5 30", "Attribués, enseignants 0 1", "39"} {
		if !strings.Contains(strings.ReplaceAll(words, "\u00a0", " "), want) {
			t.Errorf("the plan does not say %q: %s", want, words)
		}
	}
	clear(t, b)
	says(t, sent(t, b, labo+"/population", "cible", "person:p-aubry/enseignant"), "Il restera 39 exemplaires")
	clear(t, b)
	says(t, sent(t, b, labo+"/population", "cible", "cohort:c-5a/eleve"), "Il restera 2 exemplaires") // of the pupils'
	// One public alone is shown as ever.
	if one := page(t, open().as(webtest.Vasseur).Get(t, labo+"/population"), http.StatusOK); len(one.Find("dl")) == 0 || strings.Contains(strings.Join(rows(one), " "), "Ensemble") {
		t.Error("one public has a table of its own")
	}
}

// What the script shows after a tick is the same.
func TestScriptGetsTheFiguresOfEachPublic(t *testing.T) {
	t.Parallel()
	o := ofTwo(40)
	var live struct{ Counters, Bar string }
	if err := json.Unmarshal([]byte(looktest.Body(t, o.as(webtest.Vasseur).Post(t, labo+"/compteurs", "version", "0", "cible", class))), &live); err != nil {
		t.Fatal(err)
	}
	p := looktest.Parse(t, "<body>"+live.Counters+"</body>")
	if got, want := rows(p), []string{"Élèves: 29 25 −4 – 5 30", "Enseignants: 0 40 40 – 0 40", "Ensemble: 29 65 36 0 5 70"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if !strings.Contains(live.Bar, "Il manque 4") {
		t.Error(live.Bar)
	}
}

// What rules keep back is told wherever the total is, and leads to them; a delegate, who has no rules, reads it.
func TestTheReserveIsToldBesideTheFigures(t *testing.T) {
	t.Parallel()
	o := open()
	paths := []string{school + "/ressources?q=labo", labo + "/population", labo + "/attributions"}
	b := o.as(webtest.Vasseur)
	for _, path := range paths {
		if strings.Contains(looktest.Words(page(t, b.Get(t, path), http.StatusOK).Find("body")[0]), "en réserve") {
			t.Errorf("%s tells of a reserve where there is none", path)
		}
	}
	o.stock.Pool(webtest.Labo).Reserved = 5
	for _, path := range paths {
		p := page(t, b.Get(t, path), http.StatusOK)
		if got := links(p, "dont 5 en réserve"); len(got) != 1 || got[0] != rules {
			t.Errorf("%s: the reserve leads to %q", path, got)
		}
	}
	says(t, page(t, b.Get(t, labo+"/population"), http.StatusOK), "Disponibles 20", "Attribués 5", "Total 30 dont 5 en réserve")
	b.English = true
	says(t, page(t, b.Get(t, labo+"/attributions"), http.StatusOK), "5 of them in reserve")
	o.stock.Add(webtest.Labo, 10, directory.Teacher)
	if got := rows(page(t, b.Get(t, labo+"/attributions"), http.StatusOK)); !slices.Contains(got, "Pupils: 0 20 20 – 5 30 5 of them in reserve") || !slices.Contains(got, "Teachers: 0 10 10 – 0 10") {
		t.Errorf("whose reserve it is: %q", got)
	}
}

// shortOf are the lines of « Stocks à surveiller », each with where it leads.
func shortOf(p *looktest.Doc) (out []string) {
	for _, n := range p.Find("div") {
		if looktest.Attr(n, "data-figure") != "short" {
			continue
		}
		for _, li := range within(n, "li") {
			out = append(out, strings.ReplaceAll(looktest.Words(li), "\u00a0", " ")+" > "+strings.TrimPrefix(href(li), school))
		}
	}
	return out
}

func href(n *html.Node) string {
	if all := within(n, "a"); len(all) > 0 {
		return looktest.Attr(all[0], "href")
	}
	return ""
}

func TestTheFirstPageWarnsOfThePublicThatRunsShort(t *testing.T) {
	t.Parallel()
	of := func(o *office) []string {
		t.Helper()
		return shortOf(page(t, o.as(webtest.Vasseur).Get(t, school), http.StatusOK))
	}
	calcul := "L’atelier de calcul 6e 0 exemplaire sur 3 > /ressources/r-calcul/attributions"
	if got := of(open()); !slices.Equal(got, []string{calcul}) {
		t.Errorf("as the school begins: %q", got)
	}
	o := ofTwo(10)
	labo := o.stock.Pool(webtest.Labo)
	labo.Assigned = 30 // every pupil's copy is given: no teacher's is a pupil's
	if got := of(o); !slices.Equal(got, []string{calcul, "Le labo de grammaire 5e Élèves 0 exemplaire sur 30 > /ressources/r-labo/attributions"}) {
		t.Errorf("the pupils are short: %q", got)
	}
	labo.Assigned = 27
	if got := of(o); len(got) != 2 || !strings.HasPrefix(got[1], "Le labo de grammaire 5e Élèves 3 exemplaires sur 30") {
		t.Errorf("nearly: %q", got)
	}
	says(t, page(t, o.as(webtest.Vasseur).Get(t, school+"/ressources?etat=bas"), http.StatusOK), "affiche 2 résultat(s)", "Le labo de grammaire 5e")
	labo.Assigned = 5
	if got := of(o); !slices.Equal(got, []string{calcul}) {
		t.Errorf("enough: %q", got)
	}
	*o.stock.Pool(webtest.Calcul) = *labo
	if p := page(t, o.as(webtest.Vasseur).Get(t, school), http.StatusOK); len(shortOf(p)) != 0 {
		t.Errorf("nothing runs short: %q", shortOf(p))
	} else {
		says(t, p, "Aucun stock n’est près de s’épuiser")
	}
}
