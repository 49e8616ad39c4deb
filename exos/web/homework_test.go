package web_test

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/store/storetest"
	"pupitre/internal/lang"
	"pupitre/internal/look/looktest"
)

func (w *world) teacher() *browser { return w.as(storetest.Claims("t1", exos.Teacher)) }

// visit is the visitor behind a browser.
func (b *browser) visit() exos.Visitor { return b.Visit(b.token) }

// given is a homework on the first n exercises, given by the teacher to 5e B until Friday evening.
func (w *world) given(n int, change ...func(h *exos.Homework)) exos.Homework {
	w.t.Helper()
	h := w.Work(n)
	h.Due = time.Date(2026, time.November, 27, 17, 0, 0, 0, time.UTC)
	for _, f := range change {
		f(&h)
	}
	return w.Give(w.teacher().visit(), h)
}

func graded(h *exos.Homework) { h.Graded = true }

func at(h exos.Homework) string { return "/devoirs/" + string(h.ID) }

// send posts a form as a browser does, and follows where it leads.
func (b *browser) post(path string, form url.Values, status int) *sheet {
	b.t.Helper()
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "text/html")
	answer := b.do(r)
	if answer.StatusCode == http.StatusSeeOther && status == http.StatusOK {
		to, _, _ := strings.Cut(answer.Header.Get("Location"), "#")
		r := get(to)
		for _, c := range answer.Cookies() {
			r.AddCookie(c)
		}
		return b.read(b.do(r), to, http.StatusOK)
	}
	return b.read(answer, path, status)
}

func TestHomeworkIsListedWithItsDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.given(24)
	b := w.pupil()
	b.page("/devoirs", http.StatusOK).says("Les classes de mots", "27 novembre 2026 à 18 h 00", "0 sur 24 faits", "À faire", "Entraînement")
	b.page("/", http.StatusOK).says("Les classes de mots")
	b.page("/groupes", http.StatusOK).says("5e B", "1 devoir à rendre", "Latin")
	b.page(at(h), http.StatusOK).says("Consignes", "tu sais tout de suite si c’est juste", "Faire l’exercice 1")
	w.Clock.Set(h.Closes())
	b = w.pupil() // a session lasts a school day
	b.page("/devoirs", http.StatusOK).says("Terminés", "Réussite : 0 %")
	b.page(at(h), http.StatusOK).says("Ce devoir est terminé")
	b.page("/", http.StatusOK).silent("Les classes de mots")
}

func TestHomeworkPagesKeepTheRulesInBothLanguages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	all := w.given(3, graded, func(h *exos.Homework) {
		h.Grace, h.Limit, h.Tries, h.Draw, h.Shuffled, h.Held = 24*time.Hour, time.Hour, 2, 2, true, true
	})
	plain := w.given(5, func(h *exos.Homework) { h.Parts, h.Tries, h.Attempts = h.Parts[3:], 2, 2 }) // none that is graded
	for _, locale := range lang.Locales {
		p, teacher := w.as(storetest.Claims(exos.Pseudonym("p"+string(locale)), exos.Pupil)), w.teacher()
		p.locale, teacher.locale = locale, locale
		p.page(at(all), http.StatusOK)
		p.post(at(all)+"/commencer", nil, http.StatusOK)
		task := p.page(at(all)+"/exercices/1", http.StatusOK)
		task.press(task.form(), "do", "answer")
		page := p.page(at(plain)+"/exercices/2", http.StatusOK)
		page.press(page.wrong(4), "do", "answer")
		p.page("/devoirs", http.StatusOK)
		p.page(at(plain)+"/exercices/9", http.StatusNotFound)
		for _, path := range []string{"/", "/devoirs", "/devoirs/nouveau", "/groupes", at(all), at(all) + "/modifier", at(plain), at(all) + "/direct"} {
			teacher.page(path, http.StatusOK)
		}
		teacher.page("/devoirs/nowhere", http.StatusNotFound)
		teacher.post("/devoirs/nouveau", url.Values{}, http.StatusUnprocessableEntity)
	}
	w.Clock.Set(all.Closes())
	for _, locale := range lang.Locales {
		p, teacher := w.as(storetest.Claims(exos.Pseudonym("p"+string(locale)), exos.Pupil)), w.teacher()
		p.locale, teacher.locale = locale, locale
		p.page(at(all)+"/exercices/1", http.StatusOK)
		p.page(at(plain)+"/exercices/1", http.StatusForbidden)
		p.page(at(plain)+"/exercices/2", http.StatusOK)
		teacher.page(at(all), http.StatusOK)
	}
}

// The form of a homework, sent as it is, gives what it says; sent wrong, it comes back as it was with what to mend.
func TestTeacherGivesAndChangesHomeworkByItsForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.teacher()
	form := b.page("/devoirs/nouveau?a=class+5B", http.StatusOK).fields("give")
	exercises := w.Exercises(b.visit())
	form.Set("titre", "  Réviser ")
	form["ex"] = []string{string(w.Module) + " " + string(exercises[3].Exercise), string(w.Module) + " " + string(exercises[1].Exercise)}
	form.Set("mode", "note")
	form.Set("rendre", "2026-11-27T18:30")
	form.Set("grace", "2")
	form.Set("temps", "45")
	form.Set("melange", "on")
	bad := url.Values{}
	for k, v := range form {
		bad[k] = v
	}
	bad.Set("rendre", "vendredi")
	wrong := b.post("/devoirs/nouveau", bad, http.StatusUnprocessableEntity)
	wrong.says("L’une des deux dates ne se lit pas")
	if got := wrong.fields("give"); got.Get("titre") != "Réviser" || len(got["ex"]) != 2 || got.Get("mode") != "note" || got.Get("pour") != "class 5B" {
		t.Errorf("the form came back as %v", got)
	}
	page := b.post("/devoirs/nouveau", form, http.StatusOK)
	page.says("Le devoir est donné", "Réviser", "5e B", "45 minutes", "Devoir noté")
	list, err := w.Classroom.List(t.Context(), b.visit())
	if err != nil || len(list) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	h := list[0].Homework
	if !h.Graded || !h.Shuffled || h.Alike || h.Held || h.Grace != 48*time.Hour || h.Limit != 45*time.Minute || len(h.Parts) != 2 ||
		!h.Due.Equal(time.Date(2026, time.November, 27, 17, 30, 0, 0, time.UTC)) {
		t.Errorf("%+v", h)
	}
	again := b.page(at(h)+"/modifier", http.StatusOK).fields("give")
	if again.Get("rendre") != "2026-11-27T18:30" || again.Get("version") != "1" || len(again["ex"]) != 2 {
		t.Errorf("to change: %v", again)
	}
	again.Set("titre", "Réviser encore")
	b.post(at(h)+"/modifier", again, http.StatusOK).says("Le devoir est modifié", "Réviser encore", "version 2")
	b.post(at(h)+"/modifier", again, http.StatusUnprocessableEntity).says("a été modifié entre-temps")
	copied := b.page("/devoirs/nouveau?de="+string(h.ID), http.StatusOK).fields("give")
	if copied.Get("titre") != "Réviser encore" || copied.Has("version") || copied.Get("rendre") == "2026-11-27T18:30" {
		t.Errorf("duplicated: %v", copied)
	}
	b.post(at(h)+"/retirer", nil, http.StatusOK).says("Le devoir est retiré")
	w.pupil().page("/devoirs/nouveau", http.StatusForbidden)
}

// fields is a form of the page, by its class, as a browser would send it.
func (s *sheet) fields(class string) url.Values {
	out := url.Values{}
	for _, f := range s.Find("form") {
		if looktest.Attr(f, "class") != class {
			continue
		}
		for n := range f.Descendants() {
			name := looktest.Attr(n, "name")
			_, on := attr(n, "checked")
			kind := looktest.Attr(n, "type")
			switch {
			case name == "" || n.Data != "input":
			case (kind == "radio" || kind == "checkbox") && !on:
			default:
				out.Add(name, looktest.Attr(n, "value"))
			}
		}
	}
	return out
}

func TestGradedWorkIsDoneWithoutBeingTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.given(1, graded, func(h *exos.Homework) { h.Tries = 2 })
	b := w.pupil()
	page := b.page(at(h)+"/exercices/1", http.StatusOK)
	page.silent("Un indice")
	page.says("Essai 1 sur 2")
	kept := page.press(page.right(0), "do", "answer")
	kept.says("Réponse enregistrée", "tu sauras plus tard", "Changer ma réponse", "Essai 2 sur 2", "Enregistré")
	kept.silent("Bravo", "is-right", "Voir le corrigé", "mark-word")
	b.page(at(h), http.StatusOK).silent("Réussi", "1 sur 1<")
	b.page("/modules/"+string(w.Module), http.StatusOK).silent("Réussi<")
	b.page("/modules/"+string(w.Module)+"/exercices/1", http.StatusForbidden).says("devoir noté", "depuis « Devoirs »")
	w.Clock.Set(h.Closes())
	b = w.pupil()
	b.page(at(h)+"/exercices/1", http.StatusOK).says("Bravo", "Le corrigé")
	b.page(at(h), http.StatusOK).says("Réussi", "Réussite : 100 %")
}

// Every answer of the server, whatever a pupil asks for while the work is graded and open, byte by byte.
func TestNoResponseHoldsAKeyWhileWorkIsGraded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.given(24, graded, func(h *exos.Homework) { h.Tries = 3 })
	b := w.pupil()
	ask := func(r *http.Request) string {
		text, err := io.ReadAll(b.do(r).Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	form := func(path string, values url.Values) string {
		r := httptest.NewRequest("POST", path, strings.NewReader(values.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept", "text/html")
		return ask(r)
	}
	seen := 0
	for n, item := range w.Items {
		number := strconv.Itoa(n + 1)
		task, module := at(h)+"/exercices/"+number, "/modules/"+string(w.Module)+"/exercices/"+number
		page := b.page(task, http.StatusOK)
		answer := page.wrong(n)
		event := page.event(n, page.aliased(n, w.Declared(n, 1)))
		said := []string{page.text}
		for _, do := range []string{"hint", "solve", "answer"} {
			with := clone(answer)
			with.Set("do", do)
			said = append(said, form(task, with), form(module, with))
		}
		said = append(said, form(task+"/encore", nil), form(module+"/encore", nil), ask(get(module)), ask(get(task)))
		for _, kind := range []exos.Kind{exos.Answered, exos.Hinted, exos.Solved, exos.Answered} {
			e := event
			e.Kind = kind
			if kind != exos.Answered {
				e.Payload, e.ID = nil, exos.EventID(w.IDs.New())
			}
			for _, where := range []exos.HomeworkID{h.ID, ""} {
				text, err := json.Marshal(batch{[]exos.Event{e}, e.Exercise, where})
				if err != nil {
					t.Fatal(err)
				}
				said = append(said, ask(post("/api/evenements", string(text))))
			}
		}
		for _, path := range []string{at(h), "/devoirs", "/", "/modules", "/modules/" + string(w.Module), "/aide", "/groupes"} {
			said = append(said, ask(get(path)))
		}
		secrets := storetest.Secrets(item)
		seen += len(secrets)
		own := string(event.Payload) // what the pupil wrote may come back to them
		for i, text := range said {
			for _, secret := range secrets {
				if strings.Contains(text, secret) && !strings.Contains(own, secret) {
					t.Errorf("%s: answer %d of the server says %q", item.Identifier, i, secret)
				}
			}
		}
	}
	if seen < 24 {
		t.Errorf("only %d secrets were looked for", seen)
	}
}

func TestADayThatPassesWhileThePageIsOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.given(2, func(h *exos.Homework) { h.Grace = 24 * time.Hour })
	b := w.pupil()
	page, other := b.page(at(h)+"/exercices/1", http.StatusOK), b.page(at(h)+"/exercices/2", http.StatusOK)
	w.Clock.Set(h.Due.Add(time.Minute))
	b = w.pupil() // a session lasts a school day: the page is the same
	page.b, other.b = b, b
	late := page.press(page.right(0), "do", "answer")
	late.says("Bravo", "elle compte", "marquée en retard", "27 novembre 2026 à 18 h 00")
	w.Clock.Set(h.Closes().Add(time.Minute))
	b = w.pupil()
	other.b = b
	e := other.event(1, other.aliased(1, w.Declared(1, 1)))
	tooLate := b.send(batch{Events: []exos.Event{e}, Show: e.Exercise, Homework: h.ID})
	if v := tooLate.Verdicts[0]; v.Status != exos.Refused || !strings.Contains(v.Text, "est gardée") {
		t.Errorf("%+v", v)
	}
	for _, want := range []string{"trop tard pour compter", "n’est pas perdue", "est terminé"} {
		if !strings.Contains(tooLate.Sheet, want) {
			t.Errorf("the sheet does not say %q", want)
		}
	}
	if strings.Contains(tooLate.Sheet, "data-open") {
		t.Error("an answer can still be given")
	}
	plain := other.press(other.right(1), "do", "answer")
	plain.says("trop tard pour compter")
	w.teacher().page(at(h), http.StatusOK).says("En retard", "2 réponses après la fin")
}

func TestTimeBeginsWithThePupilsOwnWord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.given(2, func(h *exos.Homework) { h.Limit = 30 * time.Minute })
	b := w.pupil()
	front := b.page(at(h), http.StatusOK)
	front.says("30 minutes", "Commencer")
	front.silent("/exercices/1\"")
	if answer := b.do(get(at(h) + "/exercices/1")); answer.Header.Get("Location") != at(h) {
		t.Errorf("%s to %q", answer.Status, answer.Header.Get("Location"))
	}
	first := b.post(at(h)+"/commencer", nil, http.StatusOK)
	first.says("Ton temps se termine le", "9 h 30")
	w.Clock.Pass(31 * time.Minute)
	first.press(first.right(0), "do", "answer").says("Le temps est écoulé", "gardée")
}

func TestResultsAreATableAndAFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.given(2)
	b := w.pupil()
	page := b.page(at(h)+"/exercices/1", http.StatusOK)
	page.press(page.right(0), "do", "answer")
	second := w.as(storetest.Claims("p2", exos.Pupil)).page(at(h)+"/exercices/1", http.StatusOK)
	second.press(second.wrong(0), "do", "answer")
	third := w.as(storetest.Claims("p3", exos.Pupil)).page(at(h)+"/exercices/1", http.StatusOK)
	third.press(third.wrong(0), "do", "answer")
	teacher := w.teacher()
	table := teacher.page(at(h), http.StatusOK)
	table.says("3 sur 3 ont commencé", "33 %", "juste", "à revoir", "pas commencé", "2 élèves", "Difficile")
	answer := teacher.do(get(at(h) + "/resultats.csv"))
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%s, %v", answer.Status, err)
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 4 || len(rows[0]) != 10 || rows[0][0] != "Élève" || rows[1][3] != "1" || rows[1][7] != "17" || rows[2][3] != "0" {
		t.Errorf("%q, %v", rows, err)
	}
	if strings.Contains(string(text), "p1") {
		t.Error("the file holds a pseudonym")
	}
	if answer := b.do(get(at(h) + "/resultats.csv")); answer.StatusCode != http.StatusNotFound {
		t.Errorf("a pupil: %s", answer.Status)
	}
}

func TestAClassAtWorkIsFollowed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.given(2, func(h *exos.Homework) { h.Tries = 5 })
	teacher := w.teacher()
	part := func(tag string) (int, string, string) {
		r := get(at(h) + "/direct?partie")
		if tag != "" {
			r.Header.Set("If-None-Match", tag)
		}
		answer := teacher.do(r)
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, answer.Header.Get("ETag"), string(text)
	}
	b := w.pupil()
	page := b.page(at(h)+"/exercices/1", http.StatusOK)
	status, tag, _ := part("")
	if status != http.StatusOK || tag == "" {
		t.Fatalf("%d %q", status, tag)
	}
	if status, _, text := part(tag); status != http.StatusNotModified || text != "" {
		t.Errorf("nothing moved: %d, %d bytes", status, len(text))
	}
	for _, wrong := range []*exos.Answer{storetest.Wrong, storetest.Other(w.World, w.Task(b.visit(), h.ID, 0)), storetest.Wrong} {
		b.send(batch{Events: []exos.Event{page.event(1, wrong)}})
	}
	status, _, text := part(tag)
	if status != http.StatusOK || !strings.Contains(text, "class=\"stuck\"") || !strings.Contains(text, "À aider maintenant") || strings.Contains(text, "<html") {
		t.Errorf("%d\n%s", status, text)
	}
	live := teacher.page(at(h)+"/direct", http.StatusOK)
	live.says("Bloqué sur 1", "3 réponses de suite à revoir", "Travaillent")
	if answer := b.do(get(at(h) + "/direct")); answer.StatusCode != http.StatusNotFound {
		t.Errorf("a pupil: %s", answer.Status)
	}
}

// roster answers as signin.Party does.
type roster struct{ fails error }

func (r roster) RosterAt(*http.Request) (address, token string, err error) {
	return "https://broker.example/roster", "the teacher's own", r.fails
}

func (roster) RosterOrigin() string { return "https://broker.example" }

func TestNamesAreTheBrowsersOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.pupil()
	h := w.given(1)
	w.handler = front(w, roster{})
	teacher := w.teacher()
	answer := teacher.do(get(at(h)))
	if policy := answer.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "connect-src 'self' https://broker.example") {
		t.Errorf("%s", policy)
	}
	page := teacher.page(at(h), http.StatusOK)
	if !strings.Contains(page.text, `data-names="/noms"`) || !strings.Contains(page.text, `data-sub="p1"`) {
		t.Error("the page does not say whom to ask, or of whom")
	}
	answer = teacher.do(get("/noms"))
	text, _ := io.ReadAll(answer.Body)
	if answer.Header.Get("Cache-Control") != "no-store" || !strings.Contains(string(text), "the teacher's own") {
		t.Errorf("%s %s", answer.Status, text)
	}
	if answer := w.pupil().do(get("/noms")); answer.StatusCode != http.StatusForbidden {
		t.Errorf("a pupil: %s", answer.Status)
	}
}

func TestAGroupIsMadeAndJoinedByItsPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, locale := range lang.Locales {
		teacher, b := w.teacher(), w.pupil()
		teacher.locale, b.locale = locale, locale
		teacher.post("/groupes", url.Values{"nom": {""}}, http.StatusUnprocessableEntity)
		page := teacher.post("/groupes", url.Values{"nom": {"Soutien"}}, http.StatusOK)
		code := ""
		for _, n := range page.Find("p") {
			if looktest.Attr(n, "class") == "join-code" {
				code = looktest.Words(n)
			}
		}
		b.post("/groupes/rejoindre", url.Values{"code": {"AAAAAA"}}, http.StatusUnprocessableEntity)
		b.post("/groupes/rejoindre", url.Values{"code": {code}}, http.StatusOK).says("Soutien")
		again := teacher.page(page.path, http.StatusOK)
		again.says("Inès")
		b.page(page.path, http.StatusNotFound)
		teacher.page("/groupes", http.StatusOK).says("Soutien")
		b.post(page.path+"/quitter", nil, http.StatusOK).silent("Soutien<")
		teacher.post(page.path+"/code", nil, http.StatusOK)
		teacher.post(page.path+"/supprimer", nil, http.StatusOK).silent("Soutien<")
	}
}

func TestAnswersAreMarkedByHandOnOnePage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	parts := w.Essay()
	h := w.given(1, func(h *exos.Homework) { h.Parts = parts })
	b, teacher := w.pupil(), w.teacher()
	teacher.page(at(h)+"/corriger", http.StatusOK).says("Rien à corriger")
	page := b.page(at(h)+"/exercices/1", http.StatusOK)
	form := page.form()
	form.Set("r.RESPONSE", "Un jour, <b>à la mer</b>")
	page.press(form, "do", "answer").says("Réponse enregistrée")
	teacher.page(at(h), http.StatusOK).says("1 réponse à corriger", "à corriger")
	queue := teacher.page(at(h)+"/corriger", http.StatusOK)
	queue.says("Un jour, <b>à la mer</b>", "Points, sur 10", "À corriger")
	mark := queue.fields("mark-form")
	mark.Set("points", "onze")
	mark.Set("remarque", "Continue !")
	teacher.post(at(h)+"/corriger", mark, http.StatusUnprocessableEntity).says("Les points vont de 0 à 10", "Continue !")
	mark.Set("points", "7,5")
	teacher.post(at(h)+"/corriger", mark, http.StatusOK).says("Corrigé")
	b.page(at(h)+"/exercices/1", http.StatusOK).says("Note du professeur", "7,5 sur 10", "Continue !")
	b.page(at(h), http.StatusOK).says("7,5 sur 10")
	for _, who := range []*browser{teacher, b} {
		who.locale = lang.English
	}
	teacher.page(at(h)+"/corriger", http.StatusOK)
	b.page(at(h)+"/exercices/1", http.StatusOK)
	b.page(at(h)+"/corriger", http.StatusNotFound)
}

// Own work is read and taken away, also when every right has ended; of graded work nothing is told too early.
func TestOwnWorkIsReadAndTakenAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.pupil()
	b.page("/travail", http.StatusOK).says("Encore rien")
	first := b.exercise("1")
	first.press(first.wrong(0), "do", "answer")
	h := w.given(2, graded, func(h *exos.Homework) { h.Parts = h.Parts[1:] })
	task := b.page(at(h)+"/exercices/1", http.StatusOK)
	task.press(task.right(1), "do", "answer")
	page := b.page("/travail", http.StatusOK)
	page.says("23 novembre 2026", "0 sur 1", "Devoir", "résultat viendra plus tard", "Le labo de grammaire 5e")
	page.silent("5 sur 5")
	w.Broker.Give(nil)
	w.Clock.Set(h.Closes())
	b = w.pupil()
	b.page("/travail", http.StatusOK).says("0 sur 1", "5 sur 5")
	answer := b.do(get("/travail.csv"))
	r := csv.NewReader(answer.Body)
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 3 || len(rows[1]) != 7 || rows[1][4] != "5" || rows[2][4] != "0" || rows[2][3] == "" {
		t.Errorf("%q, %v", rows, err)
	}
	b.locale = lang.English
	b.page("/travail", http.StatusOK)
	if other := w.as(storetest.Claims("p2", exos.Pupil)); strings.Contains(other.page("/travail", http.StatusOK).text, "0 sur 1") {
		t.Error("another pupil's work")
	}
}

func TestHomeworkGoesOnPaperWithItsKeyApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.given(24)
	essay := w.given(1, func(h *exos.Homework) { h.Parts = w.Essay() })
	teacher := w.teacher()
	for _, locale := range lang.Locales {
		teacher.locale = locale
		paper := teacher.page(at(h)+"/papier", http.StatusOK)
		if len(paper.Find("select", "textarea")) > 0 || strings.Contains(paper.text, `name="r.`) {
			t.Error("something on the paper is to be clicked")
		}
		for _, item := range w.Items {
			paper.silent(storetest.Secrets(item)...)
		}
		with := teacher.page(at(h)+"/papier?corrige", http.StatusOK)
		missing := 0
		for _, item := range w.Items {
			for _, k := range item.Key(1) {
				if len(k.Texts) == 1 && !strings.Contains(looktest.Words(with.Find("body")[0]), strings.TrimSpace(k.Texts[0])) {
					missing++
				}
			}
		}
		if missing > 0 {
			t.Errorf("%d keys are missing", missing)
		}
		teacher.page(at(essay)+"/papier", http.StatusOK)
	}
	w.pupil().page(at(h)+"/papier", http.StatusNotFound)
}
