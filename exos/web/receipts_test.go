package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/offline"
	"pupitre/exos/store/storetest"
	"pupitre/internal/lang"
)

// file is one that is put on the page.
type file struct {
	name string
	data []byte
}

func (b *browser) puts(files ...file) *http.Response {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, f := range files {
		part, err := form.CreateFormFile("fichiers", f.name)
		if err != nil {
			b.t.Fatal(err)
		}
		if _, err := part.Write(f.data); err != nil {
			b.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		b.t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/hors-ligne/fichiers", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return b.do(r)
}

func (b *browser) posts(path string, form url.Values) *http.Response {
	r := post(path, form.Encode())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

func (b *browser) checks(code string) *http.Response {
	return b.posts("/hors-ligne/recus", url.Values{"recu": {code}})
}

// apart is a teacher of a class that the pupil is not in, and one of another school.
func apart(w *world) []*browser {
	other, school := storetest.Claims("t8", exos.Teacher), storetest.Claims("t9", exos.Teacher)
	other.Cohorts = []exos.Cohort{{Kind: exos.Class, Code: "3A", Label: "3e A"}}
	school.School = "0991235E"
	return []*browser{w.as(other), w.as(school)}
}

func TestATeacherChecksAReceiptAndTakesInAFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	teacher, v := storetest.Claims("t1", exos.Teacher), w.Pupil("p1")
	h := w.Give(w.Visit(w.Arrive(teacher, "s2")), w.Work(1))
	prof := w.as(teacher)
	app := w.Lend(v)
	seed, err := w.SeedAway(t.Context(), v, h.ID, h.Parts[0].Exercise)
	if err != nil {
		t.Fatal(err)
	}
	app.Answer(app.Open(w.Exercise(v, 0), h.ID, seed), w.Declared(0, seed))
	r := app.Receipt(string(h.ID), 1, w.Clock.Now())

	empty := prof.page("/hors-ligne/recus", http.StatusOK)
	empty.says("Vérifier un reçu", "Aucun reçu vérifié", "Recevoir des fichiers", "l’heure de la dernière réponse est celle de l’appareil")
	for _, path := range []string{"/hors-ligne/eleves", "/devoirs/" + string(h.ID)} {
		if !strings.Contains(prof.page(path, http.StatusOK).text, `href="/hors-ligne/recus"`) {
			t.Errorf("%s does not lead there", path)
		}
	}
	scanned := prof.page("/hors-ligne/recus?recu="+url.QueryEscape(app.Shown(r)), http.StatusOK)
	if !strings.Contains(scanned.text, `value="`+app.Shown(r)+`"`) {
		t.Error("what the camera read is not in the field")
	}
	scanned.says("Aucun reçu vérifié") // reading an address changes nothing
	if text := prof.page("/hors-ligne/recus?recu="+url.QueryEscape(`"><script>`), http.StatusOK).text; strings.Contains(text, `"><script>`) {
		t.Error("an address writes into the page")
	}
	prof.read(prof.checks("AAAAA"), "", http.StatusUnprocessableEntity).says("Un reçu a vingt signes")
	prof.read(prof.checks("22222 22222 22222 2222A"), "", http.StatusUnprocessableEntity).says("Un reçu a vingt signes")
	wrong := r
	wrong.Count = 2
	prof.read(prof.checks(wrong.Typed([]byte("another secret"))), "", http.StatusUnprocessableEntity).says("Aucun appareil de vos élèves n’a donné ce reçu")
	for _, code := range []string{app.Shown(r), r.Typed(app.Answers[0].Receipts)} {
		if answer := prof.checks(code); answer.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: %s", code, answer.Status)
		}
	}
	list := prof.page("/hors-ligne/recus", http.StatusOK)
	list.says("Les classes de mots", "1 exercice", "Il manque 2 envois de cet appareil.")
	if n := strings.Count(list.text, "Il manque 2 envois"); n != 1 {
		t.Errorf("one receipt is listed %d times", n)
	}

	late := app.File()
	for _, other := range apart(w) {
		other.read(other.checks(app.Shown(r)), "", http.StatusUnprocessableEntity).says("Aucun appareil de vos élèves n’a donné ce reçu")
		other.page("/hors-ligne/recus", http.StatusOK).silent("Les classes de mots")
		refused := other.read(other.puts(file{"remise-1.exos", late}), "", http.StatusOK)
		refused.says("n’est pas d’un appareil des élèves de vos classes")
		refused.silent("réponse reçue")
		if strings.Contains(refused.text, `data-sub="p1"`) {
			t.Error("it says whose it is")
		}
	}
	altered := storetest.Altered(late)
	came := prof.read(prof.puts(file{"remise-1.exos", late}, file{`C:\devoirs\remise-2.exos`, altered}, file{"photo.exos", []byte("rien")},
		file{"gros.exos", bytes.Repeat([]byte("a"), offline.MaxHandover+1)}, file{"remise-1.exos", late}), "", http.StatusOK)
	came.says("1 réponse reçue.", "remise-2.exos", "modifié ou coupé en route", "photo.exos", "Ce n’est pas un fichier remis par l’application", "gros.exos", "8 Mo au plus",
		"Aucune réponse nouvelle. 1 était déjà là.", "Reçu, complet")
	came.silent("C:")
	if given, err := w.Homeworks(t.Context(), v); err != nil || given[0].Done != 1 {
		t.Errorf("%+v, %v", given, err)
	}

	prof.read(prof.puts(), "", http.StatusUnprocessableEntity).says("Choisissez au moins un fichier")
	prof.read(prof.puts(slices.Repeat([]file{{"a.exos", []byte("a")}}, 41)...), "", http.StatusUnprocessableEntity).says("Au plus 40 fichiers à la fois")
	prof.locale = lang.English
	prof.page("/hors-ligne/recus", http.StatusOK).says("Received, complete", "Check a receipt")
}

func TestAFileOfAnEndedDeviceAndOfUncertainTimeIsTakenInAndSaidToBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	teacher, v := storetest.Claims("t1", exos.Teacher), w.Pupil("p1")
	h := w.Give(w.Visit(w.Arrive(teacher, "s2")), w.Work(1))
	app := w.Lend(v)
	seed, err := w.SeedAway(t.Context(), v, h.ID, h.Parts[0].Exercise)
	if err != nil {
		t.Fatal(err)
	}
	app.Answer(app.Open(w.Exercise(v, 0), h.ID, seed), w.Declared(0, seed))
	if answer := w.as(teacher).checks(app.Shown(app.Receipt(string(h.ID), 1, w.Clock.Now()))); answer.StatusCode != http.StatusSeeOther {
		t.Fatal(answer.Status)
	}
	w.Clock.Set(h.Due.Add(2 * time.Hour))
	prof := w.as(teacher)
	if answer := prof.posts("/hors-ligne/eleves/retirer", url.Values{"appareil": {app.ID}}); answer.StatusCode != http.StatusSeeOther {
		t.Fatal(answer.Status)
	}
	came := prof.read(prof.puts(file{"remise-1.exos", app.File()}), "", http.StatusOK)
	came.says("Aucune réponse nouvelle.", "1 à vérifier : son heure n’est pas certaine.", "Cet appareil a été retiré le")
	prof.page("/hors-ligne/eleves", http.StatusOK).says("À vérifier", "Les classes de mots", "Vous aviez vu un reçu de ces réponses avant la fin du devoir")
}

func TestReceiptsAndFilesAreForTeachers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.pupil()
	b.page("/hors-ligne/recus", http.StatusForbidden)
	for name, answer := range map[string]*http.Response{"a receipt": b.checks(strings.Repeat("2", 19) + "A"), "a file": b.puts(file{"a.exos", []byte("a")})} {
		if answer.StatusCode != http.StatusForbidden && answer.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("a pupil and %s: %s", name, answer.Status)
		}
	}
	stranger := &browser{world: w, locale: lang.French}
	for _, answer := range []*http.Response{stranger.checks("x"), stranger.puts()} {
		if answer.StatusCode < 300 || answer.StatusCode == http.StatusUnprocessableEntity {
			t.Errorf("nobody is let in: %s", answer.Status)
		}
	}
}
