package web_test

import (
	"encoding/csv"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/author"
	"pupitre/exos/qti"
	"pupitre/exos/qti/render"
	"pupitre/exos/store/storetest"
	"pupitre/internal/look/looktest"
)

// corrected is a graded homework of a teacher's own exercises whose first key is corrected after two pupils answered: p1 gains, p2 would lose.
func corrected(t *testing.T) (*world, *browser, exos.Homework) {
	t.Helper()
	w := newWorld(t)
	first, second := storetest.Keyed("Le verbe", "B"), storetest.Keyed("Encore un verbe", "A")
	first.Skills, second.Skills = "Reconnaître un verbe", "Reconnaître un verbe, Lire une consigne"
	prof, n := w.Own("t1", first, second)
	work := w.Of(n)
	work.Graded = true
	h := w.Give(prof, work)
	for who, said := range map[exos.Pseudonym]string{"p1": "C", "p2": "B"} {
		v := w.Visit(w.Arrive(storetest.Claims(who, exos.Pupil), "sid-"+string(who)))
		w.Choose(v, h.ID, 0, said)
	}
	mended := storetest.Keyed("Le verbe", "C")
	mended.Skills = first.Skills
	w.Mend(prof, n, mended)
	return w, w.teacher(), h
}

func TestATeacherSeesWhoGainsByACorrectedKeyAndAgreesToEachLoss(t *testing.T) {
	t.Parallel()
	w, prof, h := corrected(t)
	prof.page(at(h), http.StatusOK).says("La réponse attendue d’un exercice de ce devoir a été corrigée.")
	page := prof.page(at(h)+"/correction", http.StatusOK)
	page.says("Exercice 1", "dort", "mange", "1 gain", "0 sur 1", "+1", "1 perte", "−1", "Personne n’en perd sans votre accord")
	plan, loss := "", ""
	for _, input := range page.Find("input") {
		switch looktest.Attr(input, "name") {
		case "plan":
			plan = looktest.Attr(input, "value")
		case "perte":
			loss = looktest.Attr(input, "value")
			if _, on := attr(input, "checked"); on {
				t.Error("a loss is agreed to beforehand")
			}
		}
	}
	prof.post(at(h)+"/correction", url.Values{"plan": {"another"}}, http.StatusConflict).says("rien n’a été appliqué", "1 gain")
	prof.post(at(h)+"/correction", url.Values{"plan": {plan}}, http.StatusOK).says("La correction est appliquée.")
	prof.page(at(h), http.StatusOK).silent("a été corrigée")
	again := prof.page(at(h)+"/correction", http.StatusOK)
	again.says("1 perte")
	again.silent("1 gain")
	for _, input := range again.Find("input") {
		if looktest.Attr(input, "name") == "plan" {
			plan = looktest.Attr(input, "value")
		}
	}
	prof.post(at(h)+"/correction", url.Values{"plan": {plan}, "perte": {loss}}, http.StatusOK).says("La correction est appliquée.")
	pupil := w.pupil()
	pupil.page(at(h), http.StatusOK).silent("La correction de l’exercice")
	w.Clock.Pass(72 * time.Hour)
	w.pupil().page(at(h), http.StatusOK).says("La correction de l’exercice 1 a changé", "+1")
	w.pupil().page(at(h)+"/exercices/1", http.StatusOK).says("La correction de cet exercice a changé", "mange")
	pupil = w.as(storetest.Claims("p2", exos.Pupil))
	pupil.page(at(h), http.StatusOK).says("La correction de l’exercice 1 a changé", "−1")
	pupil.page(at(h)+"/correction", http.StatusNotFound)
}

func TestResultsAreBySkillToo(t *testing.T) {
	t.Parallel()
	w, prof, h := corrected(t)
	page := prof.page(at(h), http.StatusOK)
	page.says("Par compétence", "Reconnaître un verbe", "exercices 1, 2", "Lire une consigne", "exercice 2")
	answer := prof.do(get(at(h) + "/resultats.csv"))
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	k := slices.IndexFunc(rows[0], func(s string) bool { return strings.Contains(s, "Reconnaître un verbe") })
	if k < 0 || len(rows) != 3 {
		t.Fatalf("%q", rows)
	}
	shares := []string{rows[1][k], rows[2][k]}
	slices.Sort(shares)
	if shares[0] != "0" || shares[1] != "100" || rows[1][k+1] != "" {
		t.Errorf("%q", rows)
	}
	_ = w
}

func TestResultsBySkillAreTakenAway(t *testing.T) {
	t.Parallel()
	w, prof, h := corrected(t)
	prof.page(at(h), http.StatusOK).says("Tableau par compétence")
	answer := prof.do(get(at(h) + "/competences.csv"))
	if got := answer.Header.Get("Content-Disposition"); got != `attachment; filename="competences.csv"` || answer.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("sent as %q, kept %q", got, answer.Header.Get("Cache-Control"))
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatalf("%q, %v", rows, err)
	}
	// Each answered the first of the two exercises of the first skill, and none of the second.
	got := []string{strings.Join(rows[1][2:], ";"), strings.Join(rows[2][2:], ";")}
	slices.Sort(got)
	if want := []string{"1;2;0;1;0;0;1;;;", "1;2;1;1;100;0;1;;;"}; !slices.Equal(got, want) || rows[1][1] != "5e B" {
		t.Errorf("%q under %q, want %q", got, rows[0], want)
	}
	w.pupil().page(at(h)+"/competences.csv", http.StatusNotFound)
}

func TestLateWorkIsReadAndAcceptedByItsTeacher(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.given(2, graded)
	pupil := w.pupil()
	s := w.Task(pupil.visit(), h.ID, 0)
	w.Clock.Set(h.Due.Add(time.Hour))
	pupil = w.pupil()
	w.Tell(pupil.visit(), w.Event(s, exos.Answered, w.Key(s)))
	prof := w.teacher()
	prof.page(at(h), http.StatusOK).says("1 réponse après la fin")
	page := prof.page(at(h)+"/retards", http.StatusOK)
	page.says("Exercice 1", "reçue le", "Le corrigé est déjà montré")
	who := ""
	for _, input := range page.Find("input") {
		if looktest.Attr(input, "name") == "eleve" {
			who = looktest.Attr(input, "value")
		}
	}
	prof.post(at(h)+"/retards", url.Values{"eleve": {who}}, http.StatusOK).says("1 réponse acceptée", "Acceptée")
	prof.post(at(h)+"/retards", url.Values{"eleve": {who}}, http.StatusOK).says("Rien n’a changé")
	pupil.page(at(h), http.StatusOK).says("Ton travail en retard a été accepté")
	pupil.page(at(h)+"/exercices/1", http.StatusOK).says("Ton travail en retard a été accepté")
	pupil.page(at(h)+"/retards", http.StatusNotFound)
}

func TestATeacherSeesAndSavesWhatWasHandedIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Workshop()
	n := slices.IndexFunc(w.Items, func(it *qti.Item) bool { return slices.Contains(it.Interactions, render.TypeDrawing) })
	h := w.given(n+1, func(h *exos.Homework) { h.Parts = h.Parts[n:] })
	pupil := w.pupil()
	s := w.Task(pupil.visit(), h.ID, 0)
	kept, err := w.HandIn(t.Context(), pupil.visit(), s.Exercise, exos.Handed{Attempt: s.Attempt, Response: "RESPONSE", Name: "dessin.png", Data: storetest.Dot})
	if err != nil {
		t.Fatal(err)
	}
	w.Tell(pupil.visit(), w.Event(s, exos.Answered, storetest.Text(s, kept.Word())))
	prof := w.teacher()
	page := prof.page(at(h)+"/corriger", http.StatusOK)
	page.says("Enregistrer dessin.png")
	page.silent(kept.Word())
	src := looktest.Attr(page.Find("img")[0], "src")
	for path, attached := range map[string]bool{src: false, src + "?garder": true} {
		answer := prof.do(get(path))
		body, _ := io.ReadAll(answer.Body)
		head := answer.Header
		if answer.StatusCode != http.StatusOK || string(body) != string(storetest.Dot) || head.Get("Content-Type") != "image/png" || head.Get("X-Content-Type-Options") != "nosniff" ||
			head.Get("Content-Security-Policy") != "default-src 'none'; sandbox" || strings.HasPrefix(head.Get("Content-Disposition"), "attachment") != attached {
			t.Errorf("%s: %s %v", path, answer.Status, head)
		}
	}
	for _, other := range []*browser{pupil, w.as(storetest.Claims("t2", exos.Teacher))} {
		if answer := other.do(get(src)); answer.StatusCode != http.StatusNotFound {
			t.Errorf("somebody else gets %s", answer.Status)
		}
	}
}

func TestAHintForAllIsGivenFromTheLiveView(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := storetest.Keyed("Le verbe", "B")
	f.Hint = "Pense à ce que fait le chat."
	prof, n := w.Own("t1", f, storetest.Keyed("Sans indice", "A"))
	work := w.Of(n)
	work.Graded, work.Hints = true, true
	h := w.Give(prof, work)
	teacher := w.teacher()
	page := teacher.page(at(h)+"/direct", http.StatusOK)
	page.says("Un indice pour tous", "Montrer à tous")
	w.pupil().page(at(h)+"/exercices/1", http.StatusOK).silent("ce que fait le chat")
	form := url.Values{"exercice": {string(h.Parts[0].Exercise)}, "montrer": {"1"}}
	teacher.post(at(h)+"/indice", form, http.StatusOK).says("L’indice est montré à tous.", "Ne plus montrer")
	w.pupil().page(at(h)+"/exercices/1", http.StatusOK).says("Pense à ce que fait le chat.")
	w.pupil().page(at(h)+"/exercices/2", http.StatusOK).silent("ce que fait le chat")
	w.pupil().page(at(h), http.StatusOK).says("Un indice a été montré à tous", "exercice 1")
}

// How wide the field of a typed word is follows its longest answer: it asks the same.
func TestATypedWordIsCorrectedByALongerOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	typed := func(words ...string) *author.Form {
		f := &author.Form{Kind: author.Words, Name: "La capitale", Text: "La capitale de la France ?"}
		for _, text := range words {
			f.Rows = append(f.Rows, author.Row{Text: text})
		}
		return f
	}
	prof, n := w.Own("t1", typed("Pari"))
	work := w.Of(n)
	work.Graded = true
	h := w.Give(prof, work)
	v := w.Visit(w.Arrive(storetest.Claims("p1", exos.Pupil), "sid-p1"))
	w.Choose(v, h.ID, 0, "Paris sur Seine")
	w.Mend(prof, n, typed("Paris sur Seine"))
	w.teacher().page(at(h)+"/correction", http.StatusOK).says("1 gain", "+1")
}
