package web_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/device"
	"pupitre/exos/offline"
	"pupitre/exos/offline/offlinetest"
	"pupitre/exos/store/storetest"
	"pupitre/internal/lang"
)

// ask posts what a device signed; it has no session.
func (w *world) ask(path string, s offline.Signed, status int) []byte {
	w.t.Helper()
	text, _ := json.Marshal(s)
	r := httptest.NewRequest("POST", "/api/appareils"+path, bytes.NewReader(text))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	answer := (&browser{world: w, locale: lang.French}).do(r)
	out, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != status {
		w.t.Fatalf("%s: %s, %v: %s", path, answer.Status, err, out)
	}
	return out
}

// app enrols a device by one click of b's.
func (b *browser) app() *offlinetest.Device {
	b.t.Helper()
	answer := b.do(post("/hors-ligne/ouvrir", ""))
	var minted struct{ Code device.Code }
	if err := json.NewDecoder(answer.Body).Decode(&minted); err != nil || answer.StatusCode != http.StatusOK {
		b.t.Fatalf("%s, %v", answer.Status, err)
	}
	d := offlinetest.New("")
	var made struct {
		Device string
		Keys   map[string][]byte
	}
	if err := json.Unmarshal(b.ask("", storetest.Enrolment(d, minted.Code), http.StatusOK), &made); err != nil || len(made.Keys) != 1 {
		b.t.Fatalf("%+v, %v", made, err)
	}
	d.ID = made.Device
	d.Heard(0, b.Clock.Now())
	return d
}

// filled is a form as a browser sends it.
func filled(path, fields string) *http.Request {
	r := post(path, fields)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// The program for computers asks by a browser that is signed in here: one click, and the code goes back to that computer only.
func TestTheProgramOfAComputerGetsItsCodeByOneClick(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.pupil()
	page := b.page("/hors-ligne/ordinateur?port=4321", http.StatusOK)
	page.says("Ouvrir sur cet ordinateur", "demande à être le tien")
	for _, port := range []string{"", "80", "65536", "4321@evil.example", "x"} {
		b.page("/hors-ligne/ordinateur?port="+url.QueryEscape(port), http.StatusBadRequest)
	}
	answer := b.do(filled("/hors-ligne/ordinateur", "port=4321"))
	to := answer.Header.Get("Location")
	if answer.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, "http://127.0.0.1:4321/appli/#code=") {
		t.Fatalf("%s, to %s", answer.Status, to)
	}
	_, code, _ := strings.Cut(to, "#code=")
	d := offlinetest.New("")
	var made struct{ Device string }
	if err := json.Unmarshal(w.ask("", storetest.Enrolment(d, device.Code(code)), http.StatusOK), &made); err != nil {
		t.Fatal(err)
	}
	d.ID = made.Device

	// It has no session: what may be taken along, it asks by its signature.
	request := device.Fetch{Device: device.ID(d.ID)}
	var offers []struct{ Module exos.ModuleID }
	if err := json.Unmarshal(w.ask("/modules", d.Sign(offline.ForRequest, request), http.StatusOK), &offers); err != nil || len(offers) == 0 || offers[0].Module != w.Module {
		t.Errorf("offered %+v, %v", offers, err)
	}
	w.ask("/modules", offlinetest.New(d.ID).Sign(offline.ForRequest, request), http.StatusForbidden)
	w.ask("/modules", d.Sign(offline.ForAct, request), http.StatusForbidden)
	w.ask("/modules", d.Sign(offline.ForRequest, device.Fetch{Device: "nobody"}), http.StatusNotFound)
	if answer := b.do(filled("/hors-ligne/retirer", "appareil="+d.ID)); answer.StatusCode != http.StatusSeeOther {
		t.Fatal(answer.Status)
	}
	w.ask("/modules", d.Sign(offline.ForRequest, request), http.StatusForbidden)
}

func TestADeviceTakesAModuleAlongAndNoKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.pupil()
	d := b.app()
	fetch := func(path string, of device.Fetch, status int) []byte {
		of.Device, of.Module = device.ID(d.ID), w.Module
		return w.ask(path, d.Sign(offline.ForRequest, of), status)
	}
	fetch("/module", device.Fetch{}, http.StatusForbidden) // not lent yet
	w.ask("/parole", d.Sign(offline.ForRequest, device.Request{Device: device.ID(d.ID), Modules: []exos.ModuleID{w.Module}}), http.StatusOK)
	var pack struct {
		Exercises []struct {
			Exercise       exos.ExerciseID
			SHA256, Online string
			Size           int
		}
		Files []struct{ SHA256 string }
	}
	if err := json.Unmarshal(fetch("/module", device.Fetch{}, http.StatusOK), &pack); err != nil || len(pack.Exercises) != 24 {
		t.Fatalf("%d exercises, %v", len(pack.Exercises), err)
	}
	for n, e := range pack.Exercises {
		if e.Online != "" {
			t.Errorf("exercise %d: %s", n+1, e.Online)
			continue
		}
		sheet := fetch("/exercice", device.Fetch{Exercise: e.Exercise}, http.StatusOK)
		if sum := sha256.Sum256(sheet); hex.EncodeToString(sum[:]) != e.SHA256 || len(sheet) != e.Size {
			t.Errorf("exercise %d is not what was announced", n+1)
		}
		for _, f := range w.Items[n].Feedback {
			for _, node := range f.Nodes {
				if text := strings.TrimSpace(node.Text); len(text) > 8 && strings.Contains(string(sheet), text) {
					t.Errorf("exercise %d says %q before it is answered", n+1, text)
				}
			}
		}
	}
	for _, f := range pack.Files {
		if data := fetch("/fichier", device.Fetch{File: exos.Hash(f.SHA256)}, http.StatusOK); len(data) == 0 {
			t.Errorf("%s is empty", f.SHA256)
		}
	}
	var program exos.Hash
	err := w.Service.Store.Read(t.Context(), func(ctx context.Context, r exos.Reader) error {
		e, err := r.Exercise(ctx, pack.Exercises[0].Exercise)
		program = e.Program
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	fetch("/fichier", device.Fetch{File: program}, http.StatusNotFound)
	other := w.as(storetest.Claims("p2", exos.Pupil)).app()
	w.ask("/module", other.Sign(offline.ForRequest, device.Fetch{Device: device.ID(d.ID), Module: w.Module}), http.StatusForbidden)
	w.ask("/parole", offline.Signed{Text: "{"}, http.StatusBadRequest)
}

func TestADeviceIsListedAndTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, prof := w.pupil(), w.as(storetest.Claims("t1", exos.Teacher))
	b.page("/hors-ligne", http.StatusOK).says("Travaille même sans réseau", "Aucun appareil pour l’instant")
	prof.page("/hors-ligne/eleves", http.StatusOK).says("Aucun élève n’a encore d’appareil")
	b.page("/hors-ligne/eleves", http.StatusForbidden)
	b.app()
	b.page("/hors-ligne", http.StatusOK).says("Tablette", "Ajouté le 23 novembre 2026")
	list := prof.page("/hors-ligne/eleves", http.StatusOK)
	list.says("Inès", "Tablette")
	id := regexp.MustCompile(`name="appareil" value="(\w+)"`).FindStringSubmatch(list.text)
	if id == nil {
		t.Fatal("no button to take it back")
	}
	r := httptest.NewRequest("POST", "/hors-ligne/eleves/retirer", strings.NewReader(url.Values{"appareil": {id[1]}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer := prof.do(r)
	if answer.StatusCode != http.StatusSeeOther {
		t.Fatal(answer.Status)
	}
	gone := b.page("/hors-ligne", http.StatusOK)
	gone.says("Retiré le 23 novembre 2026")
	gone.silent(`action="/hors-ligne/retirer"`)

	typed := b.read(b.do(post("/hors-ligne/code", "")), "/hors-ligne/code", http.StatusOK)
	code := regexp.MustCompile(`<p class="join-code">(\w{5} \w{5})</p>`).FindStringSubmatch(typed.text)
	if code == nil || !strings.Contains(typed.text, `class="qr"`) {
		t.Fatalf("no code:\n%s", words(typed.text))
	}
	w.ask("", storetest.Enrolment(offlinetest.NewP256(""), device.Code(strings.ToLower(code[1]))), http.StatusOK)
	w.ask("", storetest.Enrolment(offlinetest.NewP256(""), device.Code(code[1])), http.StatusForbidden)
}

func TestTheAppConsistsOfFilesThatAreThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := &browser{world: w, locale: lang.French}
	worker := func() (string, []string) {
		answer := b.do(get("/appli/ouvrier.js"))
		text, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK || answer.Header.Get("Cache-Control") != "no-cache" {
			t.Fatal(answer.Status, err)
		}
		var shell struct {
			Version string
			Files   []string
		}
		first, _, _ := strings.Cut(strings.TrimPrefix(string(text), "const shell = "), ";\n")
		if err := json.Unmarshal([]byte(first), &shell); err != nil {
			t.Fatal(err)
		}
		return shell.Version, shell.Files
	}
	version, files := worker()
	weight, fonts := 0, 0
	for _, f := range files {
		r := get(f)
		r.Header.Set("Accept-Encoding", "gzip")
		answer := b.do(r)
		text, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Errorf("%s: %s, %v", f, answer.Status, err)
		}
		weight += len(text)
		if strings.HasSuffix(f, ".woff2") {
			fonts++
		}
	}
	if len(files) < 8 || fonts == 0 || weight > 1_200_000 {
		t.Errorf("%d files, %d fonts, %d bytes: %v", len(files), fonts, weight, files)
	}
	t.Logf("%d files, %d bytes", len(files), weight)
	if again, _ := worker(); again != version {
		t.Error("the same app has two versions")
	}
	b.locale = lang.English
	if other, _ := worker(); other != version {
		t.Error("the version hangs on who asks: browsers ask for a worker with other headers than for a page")
	}
}

func TestATeacherSaysWhetherWhatIsDoubtfulCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	teacher, v := storetest.Claims("t1", exos.Teacher), w.Pupil("p1")
	work := w.Work(1)
	h := w.Give(w.Visit(w.Arrive(teacher, "s2")), work)
	app := w.Lend(v)
	seed, err := w.SeedAway(t.Context(), v, h.ID, h.Parts[0].Exercise)
	if err != nil {
		t.Fatal(err)
	}
	at := app.Open(w.Exercise(v, 0), h.ID, seed)
	app.Answer(at, w.Declared(0, seed))
	w.Clock.Set(h.Due.Add(2 * time.Hour))
	app.Send()
	prof := w.as(teacher)
	list := prof.page("/hors-ligne/eleves", http.StatusOK)
	list.says("À vérifier", "Les classes de mots", "1 réponse.", "qui a compté le temps", "Compter", "Ne pas compter")
	for _, path := range []string{"/devoirs/" + string(h.ID), "/devoirs/" + string(h.ID) + "/retards"} {
		if text := prof.page(path, http.StatusOK).text; !strings.Contains(text, "1 réponse d’appareil à vérifier") || !strings.Contains(text, `href="/hors-ligne/eleves"`) {
			t.Errorf("%s does not lead to what is to be checked", path)
		}
	}
	if !strings.Contains(list.text, `href="/devoirs/`+string(h.ID)+`/retards"`) {
		t.Error("what is to be checked does not lead to the late work of its homework")
	}
	r := httptest.NewRequest("POST", "/hors-ligne/eleves/verifier", strings.NewReader(url.Values{"devoir": {string(h.ID)}, "eleve": {string(v.Learner.ID)}, "compte": {"oui"}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if answer := prof.do(r); answer.StatusCode != http.StatusSeeOther {
		t.Fatal(answer.Status)
	}
	prof.page("/hors-ligne/eleves", http.StatusOK).silent("À vérifier")
	prof.page("/devoirs/"+string(h.ID), http.StatusOK).silent("à vérifier")
	if given, err := w.Homeworks(t.Context(), v); err != nil || given[0].Done != 1 {
		t.Errorf("%+v, %v", given, err)
	}
}
