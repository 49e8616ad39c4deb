package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"pupitre/exos"
	"pupitre/exos/author"
	"pupitre/exos/store/storetest"
	"pupitre/internal/lang"
	"pupitre/internal/look/looktest"
)

func (b *browser) submit(path string, form url.Values) *http.Response {
	b.t.Helper()
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "text/html")
	return b.do(r)
}

// went follows a form that was taken.
func (b *browser) went(path string, form url.Values) string {
	b.t.Helper()
	answer := b.submit(path, form)
	if answer.StatusCode != http.StatusSeeOther {
		b.t.Fatalf("%s: %s\n%s", path, answer.Status, words(looktest.Body(b.t, answer)))
	}
	return answer.Header.Get("Location")
}

func TestATeacherMakesAnExerciseWithoutScript(t *testing.T) {
	t.Parallel()
	prof := newWorld(t).teacher()
	prof.page("/mes-exercices", http.StatusOK).says("Mes exercices", "Commencer un recueil")
	empty := prof.read(prof.submit("/mes-exercices", url.Values{"title": {" "}}), "/mes-exercices", http.StatusUnprocessableEntity)
	empty.says("Il faut un titre au recueil")
	at := prof.went("/mes-exercices", url.Values{"title": {"Les nombres"}})
	prof.page(at, http.StatusOK).says("Les nombres", "Brouillon", "Choix unique", "Texte à trous", "Aucun exercice pour l’instant")

	// Every kind has its form, in both languages, and what is missing is said beside the field; it is kept all the same.
	for _, kind := range author.Kinds {
		form := at + "/nouveau?type=" + string(kind)
		prof.page(form, http.StatusOK).says("Énoncé")
		prof.locale = lang.English
		prof.page(form, http.StatusOK).says("Question")
		prof.locale = lang.French
	}
	prof.page(at+"/nouveau?type=rien", http.StatusNotFound)
	more := prof.read(prof.submit(at+"/nouveau?type=number", url.Values{"text": {"La moitié de 7 ?"}, "row": {"douze"}, "do": {"row"}}), at, http.StatusOK)
	if rows := regexp.MustCompile(`name="row"`).FindAllString(more.text, -1); len(rows) != 3 || !strings.Contains(more.text, `value="douze"`) {
		t.Errorf("%d rows after adding some", len(rows))
	}
	wrong := prof.read(prof.submit(at+"/nouveau?type=number", url.Values{"text": {"La moitié de 7 ?"}, "row": {"douze"}}), at, http.StatusUnprocessableEntity)
	wrong.says("Ligne 1 : « douze » n’est pas un nombre", "Écrivez par exemple 3,5")
	prof.page(at, http.StatusOK).says("À terminer", "Complétez ou supprimez")
	draft := regexp.MustCompile(at + `/exercices/[a-z0-9]+`).FindString(prof.page(at, http.StatusOK).text)
	good := url.Values{"text": {"La moitié de 7 ?"}, "row": {"3,5"}, "loose": {"1"}, "edition": {"1"}, "explain": {"Sept divisé par deux."}}
	if to := prof.went(draft, good); to != at {
		t.Errorf("saved, and led to %s", to)
	}
	prof.page(at, http.StatusOK).says("accepté : 3,5 · 3.5 · 7/2", "Prêt")
	prof.page(draft, http.StatusOK).says("accepté : 3,5 · 3.5 · 7/2")
	stale := prof.read(prof.submit(draft, good), draft, http.StatusConflict)
	stale.says("modifié dans une autre fenêtre")

	// It is tried as a pupil, by the same sheet.
	preview := prof.page(at+"/apercu/1", http.StatusOK)
	preview.says("Aperçu", "La moitié de 7", "Ce qui est accepté")
	form := rehearsal(preview)
	form.Set("r.RESPONSE", "7/2")
	form.Set("do", "answer")
	prof.read(prof.submit(at+"/apercu/1", form), at, http.StatusOK).says("juste", "Sept divisé par deux")
	prof.page(at+"/apercu/2", http.StatusNotFound)

	if to := prof.went(at+"/publier", nil); to != at {
		t.Errorf("made available, and led to %s", to)
	}
	prof.page(at, http.StatusOK).says("Version 1 disponible", "Le voir comme les élèves")
	prof.page("/modules", http.StatusOK).says("Les nombres", "Exercices de l’enseignant")
	prof.went(draft+"/deplacer", url.Values{"vers": {"bas"}})
	prof.went(at+"/titre", url.Values{"title": {"Les moitiés"}})
	prof.page(at, http.StatusOK).says("Les moitiés", "Modifié depuis la version 1")
	prof.went(draft+"/supprimer", nil)
	prof.page(draft, http.StatusNotFound)
	prof.went(at+"/supprimer", nil)
	prof.page(at, http.StatusNotFound)
}

func TestATeachersFileComesInWithItsReportAndGoesOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	prof := w.teacher()
	at := prof.went("/mes-exercices", url.Values{"title": {"Révisions"}})
	upload := func(name, data string) *http.Response {
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		to, err := form.CreateFormFile("file", name)
		if err == nil {
			_, err = to.Write([]byte(data))
		}
		if err == nil {
			err = form.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("POST", at+"/importer", &body)
		r.Header.Set("Content-Type", form.FormDataContentType())
		r.Header.Set("Accept", "text/html")
		return prof.do(r)
	}
	prof.read(upload("air.gift", "::a::Bon ? {=oui ~non}\n\n::b::Combien ? {#douze}\n"), at, http.StatusUnprocessableEntity).says(
		"rien n’a été ajouté", "air.gift:3", "n’est pas un nombre", "Aucun exercice pour l’instant")
	prof.read(upload("image.png", "\x89PNG\x00"), at, http.StatusUnprocessableEntity).says("ni du GIFT ni du XML de Moodle")
	page := prof.read(upload("air.gift", "::Verbe::Quel mot est un verbe ? {=dort ~chat}\n\n::Vrai::La Terre est ronde. {T}\n"), at, http.StatusOK)
	page.says("2 questions ajoutées au recueil", "Verbe", "Venu d’un fichier")
	page.silent("Compte rendu de l’import") // nothing was found
	gift := looktest.Body(t, prof.do(get(at+"/exporter?en=gift")))
	for _, want := range []string{"::Verbe::", "=dort", "~chat", "::Vrai::"} {
		if !strings.Contains(gift, want) {
			t.Errorf("the file has no %q:\n%s", want, gift)
		}
	}
	answer := prof.do(get(at + "/exporter?en=qti"))
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "application/zip" || !strings.Contains(answer.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%s, %s", answer.Status, answer.Header.Get("Content-Type"))
	}
	// What goes out comes in again at a publisher's door.
	s := w.publisher()
	s.see(s.deposited("recueil.zip", []byte(looktest.Body(t, answer))), http.StatusOK).says("Bon à publier", "2 exercices")
}

func TestNobodyElseSeesATeachersExercises(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	prof := w.teacher()
	at := prof.went("/mes-exercices", url.Values{"title": {"Les nombres"}})
	prof.went(at+"/nouveau?type=number", url.Values{"text": {"La moitié de 7 ?"}, "row": {"3,5"}})
	other := w.as(storetest.Claims("other", exos.Teacher))
	for _, path := range []string{at, at + "/apercu/1", at + "/exporter", at + "/nouveau?type=choice"} {
		other.page(path, http.StatusNotFound)
	}
	if answer := other.submit(at+"/nouveau?type=number", url.Values{"text": {"x"}, "row": {"1"}}); answer.StatusCode != http.StatusNotFound {
		t.Errorf("another teacher writes in it: %s", answer.Status)
	}
	pupil := w.pupil()
	pupil.page("/mes-exercices", http.StatusForbidden).says("Seuls les enseignants")
	pupil.page(at, http.StatusNotFound)
	if strings.Contains(pupil.page("/modules", http.StatusOK).text, "/mes-exercices") {
		t.Error("a pupil is shown the way")
	}
}

// What a teacher writes is text, or Markdown: never an element of the page.
func TestATeachersWordsAreInert(t *testing.T) {
	t.Parallel()
	prof := newWorld(t).teacher()
	at := prof.went("/mes-exercices", url.Values{"title": {"<script>alert(1)</script>"}})
	const bad = `<img src=x onerror=alert(1)> <script>alert(2)</script> [a](javascript:alert(3)) <qti-text-entry-interaction response-identifier="X"/>`
	for kind, form := range map[string]url.Values{
		"choice": {"text": {bad}, "row": {bad, bad + "2"}, "right": {"1"}, "say": {bad, ""}, "hint": {bad}, "explain": {bad}, "name": {bad}},
		"text":   {"text": {bad}, "row": {bad}},
		"match":  {"text": {bad}, "row": {"a " + bad, "b " + bad}, "other": {bad, "c " + bad}, "extra": {"d" + bad}},
		"order":  {"text": {bad}, "row": {"a" + bad, "b" + bad, "c" + bad}},
		"gaps":   {"text": {strings.NewReplacer("[", `\[`, "]", `\]`).Replace(bad) + " [mot]"}},
		"essay":  {"text": {bad}, "notes": {bad}},
	} {
		prof.went(at+"/nouveau?type="+kind, form)
	}
	clean(t, at, prof.page(at, http.StatusOK))
	for _, n := range []string{"1", "2", "3", "4", "5", "6"} {
		clean(t, at+"/apercu/"+n, prof.page(at+"/apercu/"+n, http.StatusOK))
	}
}
