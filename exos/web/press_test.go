package web_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"pupitre/exos"
	"pupitre/exos/store/storetest"
	"pupitre/internal/lang"
	"pupitre/internal/look/looktest"
)

// staff is somebody of a publisher's, in a browser.
type staff struct {
	*browser
	cookie string
	key    exos.Token
}

// publisher is the staff of the workbook's publisher, come in by the real door.
func (w *world) publisher() *staff { return w.staff("Éditions du Préau", "ark:/99999/preau.") }

func (w *world) staff(name string, under exos.ARK) *staff {
	w.t.Helper()
	_, key := w.Press(name, under)
	s := &staff{browser: &browser{world: w, locale: lang.French}, key: key}
	answer := s.post("/editeur/connexion", url.Values{"key": {" " + string(key) + "\n"}})
	if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != "/editeur" {
		w.t.Fatalf("the door answers %s, to %s", answer.Status, answer.Header.Get("Location"))
	}
	for _, c := range answer.Cookies() {
		if c.Name == "exos-editeur" {
			s.cookie = c.Value
			if !c.HttpOnly || c.Value == string(key) {
				w.t.Errorf("the cookie is %+v", c)
			}
		}
	}
	return s
}

func (s *staff) ask(r *http.Request) *http.Response {
	s.t.Helper()
	if r.Header.Get("Accept") == "" {
		r.Header.Set("Accept", "text/html")
	}
	if s.cookie != "" {
		r.AddCookie(&http.Cookie{Name: "exos-editeur", Value: s.cookie})
	}
	return s.do(r)
}

func (s *staff) post(path string, form url.Values) *http.Response {
	s.t.Helper()
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.ask(r)
}

func (s *staff) see(path string, status int) *sheet {
	s.t.Helper()
	return s.read(s.ask(httptest.NewRequest("GET", path, nil)), path, status)
}

// upload sends a file by the form, as a browser without script does.
func (s *staff) upload(name string, data []byte) *http.Response {
	s.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	to, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = to.Write(data)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		s.t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/editeur/depots", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return s.ask(r)
}

// deposited uploads a package, and returns the address of its report.
func (s *staff) deposited(name string, data []byte) string {
	s.t.Helper()
	answer := s.upload(name, data)
	if answer.StatusCode != http.StatusSeeOther {
		s.t.Fatalf("%s: %s\n%s", name, answer.Status, words(looktest.Body(s.t, answer)))
	}
	return answer.Header.Get("Location")
}

func changed(t testing.TB, part, old, new string) []byte {
	t.Helper()
	return storetest.Repacked(t, storetest.Workbook(t), func(name string, text []byte) []byte {
		if strings.Contains(name, part) {
			text = bytes.Replace(text, []byte(old), []byte(new), 1)
		}
		return text
	}, nil)
}

func TestAPublisherComesInByItsKeyAndByNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	nobody := &staff{browser: &browser{world: w, locale: lang.French}}
	if answer := nobody.ask(get("/editeur/modules/x")); answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != "/editeur/connexion?next=%2Fediteur%2Fmodules%2Fx" {
		t.Errorf("a stranger: %s, to %s", answer.Status, answer.Header.Get("Location"))
	}
	nobody.see("/editeur/connexion", http.StatusOK).says("Clé d’éditeur")
	wrong := nobody.read(nobody.post("/editeur/connexion", url.Values{"key": {"rien"}}), "/editeur/connexion", http.StatusUnprocessableEntity)
	wrong.says("Cette clé d’éditeur n’ouvre rien")
	wrong.silent(`value="rien"`)
	// A pupil's or a teacher's session opens nothing here, and a publisher's nothing there.
	prof := w.as(storetest.Claims("prof", exos.Teacher))
	if answer := prof.do(get("/editeur")); answer.StatusCode == http.StatusOK {
		t.Error("a teacher is let in")
	}
	s := w.publisher()
	s.see("/editeur", http.StatusOK).says("Mes cahiers", "Éditions du Préau", "Le labo de grammaire 5e", "En ligne")
	if answer := s.ask(get("/modules")); answer.StatusCode == http.StatusOK {
		t.Error("a publisher reads pupils' pages")
	}
	if answer := s.post("/editeur/deconnexion", nil); answer.StatusCode != http.StatusSeeOther {
		t.Errorf("leaving: %s", answer.Status)
	}
	if answer := s.ask(get("/editeur")); answer.StatusCode != http.StatusSeeOther {
		t.Errorf("left, and in still: %s", answer.Status)
	}
	s.see("/editeur/rien", http.StatusNotFound).says("Cette page n’est pas là")
}

func TestADepositIsReadTriedAndPublished(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.publisher()
	path := s.deposited("labo-2.zip", changed(t, "1-2-", "lagune", "baie"))
	report := s.see(path, http.StatusOK)
	report.says("Bon à publier", "24 exercices", "Chaque exercice, avec sa propre réponse", "qti-choice-interaction", "Manques d’accessibilité")
	if !strings.Contains(report.text, `value="ark:/99999/preau.labo-grammaire-5e"`) {
		t.Error("the resource of the version before is not proposed")
	}
	s.locale = lang.English
	s.see(path, http.StatusOK).says("Ready to publish", "Each exercise, with its own answer")
	s.locale = lang.French

	answer := s.post(path+"/publier", url.Values{"ark": {"ark:/99999/autre.x"}})
	s.read(answer, path, http.StatusUnprocessableEntity).says("n’est pas l’une des vôtres")
	answer = s.post(path+"/publier", url.Values{"ark": {"ark:/99999/preau.labo-grammaire-5e"}})
	module := answer.Header.Get("Location")
	if answer.StatusCode != http.StatusSeeOther || !strings.HasPrefix(module, "/editeur/modules/") {
		t.Fatalf("publishing: %s, to %s", answer.Status, module)
	}
	s.see(module, http.StatusOK).says("Version 2", "Version 1", "moins de 5", "Ce que les élèves en font")
	s.see(path, http.StatusOK).says("Publié", "Voir le cahier publié")
	if answer = s.post(module+"/versions/1/publier", nil); answer.StatusCode != http.StatusSeeOther {
		t.Errorf("undoing: %s", answer.Status)
	}
	if answer = s.post(module+"/versions/9/publier", nil); answer.StatusCode != http.StatusNotFound {
		t.Errorf("a version that there is not: %s", answer.Status)
	}
	if answer = s.post(module+"/retirer", nil); answer.StatusCode != http.StatusSeeOther {
		t.Errorf("withdrawing: %s", answer.Status)
	}
	s.see(module, http.StatusOK).says("Retiré", "Publier à nouveau")
	if answer = s.post(path+"/supprimer", nil); answer.StatusCode != http.StatusSeeOther {
		t.Errorf("removing: %s", answer.Status)
	}
	s.see(path, http.StatusNotFound)

	// The same file twice is one deposit; no file, and a file that is no package, are told of.
	first := s.deposited("labo.zip", storetest.Workbook(t))
	if again := s.deposited("labo (1).zip", storetest.Workbook(t)); again != first {
		t.Errorf("a second copy: %s, not %s", again, first)
	}
	s.read(s.upload("vide.zip", nil), "/editeur/depots", http.StatusUnprocessableEntity).says("« vide.zip » est vide")
	s.see(s.deposited("rien.zip", []byte("PK\x03\x04 rien du tout")), http.StatusOK).says("Refusé", "rien.zip", "n’est pas une archive .zip lisible")
	// Another publisher knows nothing of it.
	other := w.staff("Éditions du Canal", "ark:/99999/canal.")
	for _, at := range []string{first, first + "/exercices/1", "/editeur/modules/" + string(w.Module), "/api" + first} {
		if answer := other.ask(get(at)); answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s is shown to another publisher: %s", at, answer.Status)
		}
	}
}

func TestARehearsalIsThePupilsPageAndLeavesNoTrace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.publisher()
	path := s.deposited("labo.zip", storetest.Workbook(t)) + "/exercices/1"
	page := s.see(path, http.StatusOK)
	page.says("Aperçu", "Rien de ce que vous faites ici n’est gardé", "Ce qui est accepté", "Ferme, mais encore")
	page.silent("data-player", "data-sheet")
	form := rehearsal(page)
	post := func(values url.Values) *sheet { return s.read(s.post(path, values), path, http.StatusOK) }

	empty := clone(form)
	empty.Set("do", "answer")
	post(empty).says("Réponds d’abord")
	right := clone(form)
	right["r.RESPONSE"], right["do"] = w.Items[0].Key(0)[0].Values, []string{"answer"}
	done := post(right)
	done.says("juste", "1 sur 1")
	solve := rehearsal(done)
	solve.Set("do", "solve")
	post(solve).says("Le corrigé")
	tampered := clone(form)
	tampered.Set("rehearsal", "{")
	if answer := s.post(path, tampered); answer.StatusCode != http.StatusBadRequest {
		t.Errorf("a form that is none: %s", answer.Status)
	}
	if answer := s.post(path+"/encore", nil); answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != path {
		t.Errorf("again: %s, to %s", answer.Status, answer.Header.Get("Location"))
	}
	s.see(strings.TrimSuffix(path, "1")+"25", http.StatusNotFound)
	press, err := w.PublisherProgram(t.Context(), s.key)
	if err != nil {
		t.Fatal(err)
	}
	_, use, err := w.Usage(t.Context(), press, w.Module)
	if err != nil || use.Pupils.N != 0 {
		t.Errorf("a trace was left: %+v, %v", use, err)
	}
}

// rehearsal is the sheet's form as a browser would send it, without an answer.
func rehearsal(s *sheet) url.Values {
	out := url.Values{}
	for _, f := range s.Find("form") {
		if _, ours := attr(f, "data-rehearsal"); !ours {
			continue
		}
		for n := range f.Descendants() {
			if n.Type == html.ElementNode && looktest.Attr(n, "type") == "hidden" {
				out.Add(looktest.Attr(n, "name"), looktest.Attr(n, "value"))
			}
		}
	}
	return out
}

// call asks the programs' interface with a key.
func (s *staff) call(method, path string, header map[string]string, body []byte) (*http.Response, map[string]any) {
	s.t.Helper()
	r := httptest.NewRequest(method, path, bytes.NewReader(body))
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Authorization", "Bearer "+string(s.key))
	for name, value := range header {
		r.Header.Set(name, value)
	}
	program := *s.browser
	program.locale = "" // the switch is people's
	answer := program.do(r)
	var out map[string]any
	text, _ := io.ReadAll(answer.Body)
	if err := json.Unmarshal(text, &out); err != nil {
		s.t.Fatalf("%s %s: %s, %v\n%s", method, path, answer.Status, err, text)
	}
	return answer, out
}

func TestAProgramDepositsInPartsAndReadsTheReport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.publisher()
	data := storetest.Workbook(t)
	answer, begun := s.call("POST", "/api/editeur/depots", nil, []byte(`{"name": "labo.zip", "size": `+strconv.Itoa(len(data))+`}`))
	at := answer.Header.Get("Location")
	if answer.StatusCode != http.StatusCreated || begun["received"] != float64(0) || !strings.HasPrefix(at, "/api/editeur/depots/") {
		t.Fatalf("%s: %v", answer.Status, begun)
	}
	offset := func(n int) map[string]string { return map[string]string{"Upload-Offset": strconv.Itoa(n)} }
	if answer, _ := s.call("PATCH", at, offset(0), data[:1000]); answer.StatusCode != http.StatusOK || answer.Header.Get("Upload-Offset") != "1000" {
		t.Fatalf("the first part: %s", answer.Status)
	}
	// The line dropped: the part is sent again, is refused, and the deposit says where to go on.
	if answer, told := s.call("PATCH", at, offset(0), data[:1000]); answer.StatusCode != http.StatusConflict || told["code"] != "exos.deposit.place" {
		t.Errorf("a part twice: %s, %v", answer.Status, told)
	}
	if _, now := s.call("GET", at, nil, nil); now["received"] != float64(1000) || now["report"] != nil {
		t.Errorf("in the middle: %v", now)
	}
	s.see(strings.TrimPrefix(at, "/api"), http.StatusOK).says("Envoi interrompu", "Déposez le même fichier à nouveau")
	if answer, _ := s.call("PATCH", at, map[string]string{"Upload-Offset": "x"}, data[1000:]); answer.StatusCode != http.StatusBadRequest {
		t.Errorf("no offset: %s", answer.Status)
	}
	if answer, _ := s.call("PATCH", at, offset(1000), data[1000:]); answer.StatusCode != http.StatusOK {
		t.Fatalf("the rest: %s", answer.Status)
	}
	if answer, done := s.call("POST", at+"/fin", nil, nil); answer.StatusCode != http.StatusOK || done["sha256"] == "" {
		t.Fatalf("the end: %s, %v", answer.Status, done)
	}
	_, told := s.call("GET", at, map[string]string{"Accept-Language": "en"}, nil)
	report, _ := told["report"].(map[string]any)
	if report["refused"] != false || report["exercises"] != float64(24) || report["full"] != float64(24) || len(report["items"].([]any)) != 24 {
		t.Errorf("the report: %v", report)
	}
	// What the page gives is what the command prints of the same file.
	m, found, err := w.CheckModule(exos.Package{Data: data})
	words := lang.MustLoad()
	want, _ := json.Marshal(exos.Examined(data, m, found, err).Tell(lang.English, func(key string, args ...any) string { return words.T(lang.English, key, args...) }))
	var same map[string]any
	if err := json.Unmarshal(want, &same); err != nil || !reflect.DeepEqual(report, same) {
		t.Errorf("the page says %v, the command %s", report, want)
	}
	s.key = "nothing"
	if answer, told := s.call("GET", at, nil, nil); answer.StatusCode != http.StatusUnauthorized || told["code"] != "exos.publisher.stranger" {
		t.Errorf("without a key: %s, %v", answer.Status, told)
	}
}

// What the page says of a refusal has the file, the line, what, and how to mend it.
func TestTheReportSaysWhereAndHowToMend(t *testing.T) {
	t.Parallel()
	s := newWorld(t).publisher()
	page := s.see(s.deposited("labo.zip", changed(t, "1-1-", "<qti-value>VOLETS</qti-value>", "<qti-value>PORTES</qti-value>")), http.StatusOK)
	page.says("Ce paquet ne peut pas être publié", "Refusé (1)", "n’est aucun des choix", "Corrigez la réponse, ou ajoutez le choix", "key.no-such-choice")
	if !regexp.MustCompile(`<code>[^<]*1-1-[^<]*\.xml:\d+</code>`).MatchString(page.text) {
		t.Error("it does not say in which file, at which line")
	}
	page.silent("/publier")
}
