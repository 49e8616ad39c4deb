package web_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pupitre/exos"
	"pupitre/exos/qti"
	"pupitre/exos/store/storetest"
	"pupitre/internal/look/looktest"
)

// workshop is Biblio Exos with an exercise for each interaction.
func workshop(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.Workshop()
	return w
}

// place is the number of the exercise of a file of the workshop.
func (w *world) place(file string) int {
	w.t.Helper()
	n := slices.IndexFunc(w.Items, func(it *qti.Item) bool { return it.File == "items/"+file+".xml" })
	if n < 0 {
		w.t.Fatalf("the workshop has no %s", file)
	}
	return n
}

// offered fails unless the page's controls can hold every value of the form's answer: radio buttons, boxes, lists; fields hold any.
func (s *sheet) offered(form url.Values) {
	s.b.t.Helper()
	for name, values := range form {
		if !strings.HasPrefix(name, "r.") {
			continue
		}
		can, free := map[string]bool{}, false
		for _, n := range s.Find("input", "textarea", "select") {
			if looktest.Attr(n, "name") != name {
				continue
			}
			kind := looktest.Attr(n, "type")
			free = free || n.Data == "textarea" || kind == "text" || kind == "range" || kind == "file"
			can[looktest.Attr(n, "value")] = true
			for o := range n.Descendants() {
				can[looktest.Attr(o, "value")] = true
			}
		}
		for _, v := range values {
			a, b, _ := strings.Cut(v, " ")
			if !can[v] && !can[b+" "+a] && !free { // a pair has no direction
				s.b.t.Errorf("%s: nothing on the page can answer %s=%q", s.path, name, v)
			}
		}
	}
}

// Every interaction on a picture is answered by its controls alone: wrong, then right, then the corrigé, on the picture and in words.
func TestPicturesAreAnsweredWithoutScript(t *testing.T) {
	t.Parallel()
	w := workshop(t)
	for file, c := range map[string]struct {
		wrong []string
		says  string // of the corrigé
		drawn string // by the right answer
	}{
		"zone":             {[]string{"TIGE"}, "Zone D, en bas au milieu", `class="spot is-on"`},
		"zones":            {[]string{"TIGE", "FLEUR"}, "Zone B, à droite", `class="spot is-on"`},
		"ordre-image":      {[]string{"FLEUR", "TIGE"}, "Zone D, en bas au milieu ; Zone C", `class="inner"`},
		"relier-image":     {[]string{"NORD OUEST"}, "port de l’Ouest", `class="tie"`},
		"etiquettes-image": {[]string{"F FLEUR"}, "racine → Zone D", `>racine</text>`},
		"point":            {[]string{"5 5"}, "en haut à gauche (121, 100)", `class="point"`},
		"points":           {[]string{"236 72", "9 9"}, "en bas au milieu (250, 272)", `class="point"`},
		"poser":            {[]string{"0 0"}, "à droite (337, 160)", `<image href="http://contenu.example/`},
	} {
		t.Run(file, func(t *testing.T) {
			own := *w
			own.t = t
			b := own.as(storetest.Claims(exos.Pseudonym("p-"+file), exos.Pupil))
			n := own.place(file)
			page := b.exercise(strconv.Itoa(n + 1))
			page.silent("is-key", "ne sait pas encore")
			wrong := page.form()
			wrong["r.RESPONSE"] = c.wrong
			page.offered(wrong)
			again := page.press(wrong, "do", "answer")
			again.says("à revoir")
			right := again.right(n)
			again.offered(right)
			done := again.press(right, "do", "answer")
			done.says("Bravo")
			done.shows(c.drawn)
			solved := done.press(done.form(), "do", "solve")
			solved.says("Le corrigé", c.says)
			solved.shows("is-key")
		})
	}
}

// shows fails unless the page's bytes hold all the given.
func (s *sheet) shows(want ...string) {
	s.b.t.Helper()
	for _, w := range want {
		if !strings.Contains(s.text, w) {
			s.b.t.Errorf("%s has no %s", s.path, w)
		}
	}
}

// A label that the author wrote for those who do not see the picture could give the answer away: it is heard, not seen, and an area
// without one is called by where it is. Letters follow the picture, not the order in which the author wrote the areas.
func TestAreasAreNamedAndGiveNothingAway(t *testing.T) {
	t.Parallel()
	w := workshop(t)
	page := w.pupil().exercise(strconv.Itoa(w.place("zone") + 1))
	var names []string
	for _, n := range page.Find("input") {
		if looktest.Attr(n, "type") == "radio" {
			names = append(names, looktest.Attr(n, "value")+": "+page.Name(n))
		}
	}
	want := []string{"FLEUR: Zone A, en haut au milieu", "FEUILLE: Zone B, à droite", "TIGE: Zone C, en bas au milieu", "RACINE: Zone D, en bas au milieu"}
	if !slices.Equal(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
}

// Without script, pressing the picture places a point and counts as no try; one more than are taken stands for the last.
func TestPressingThePicturePlacesAPointWithoutScript(t *testing.T) {
	t.Parallel()
	w := workshop(t)
	b := w.pupil()
	page := b.exercise(strconv.Itoa(w.place("points") + 1))
	press := func(s *sheet, x, y string) *sheet {
		form := s.form()
		form.Set("put.RESPONSE.x", x)
		return s.press(form, "put.RESPONSE.y", y)
	}
	for _, step := range []struct {
		x, y string
		want []string
	}{{"10", "20", []string{"10 20", ""}}, {"236", "72", []string{"10 20", "236 72"}}, {"250", "272", []string{"10 20", "250 272"}}} {
		page = press(page, step.x, step.y)
		if got := page.form()["r.RESPONSE"]; !slices.Equal(got, step.want) {
			t.Errorf("after %s, %s: %q, want %q", step.x, step.y, got, step.want)
		}
		page.says("Essai 1 sur 3")
	}
	form := page.form()
	form["r.RESPONSE"][0] = "236,72" // as people write it
	page.press(form, "do", "answer").says("Bravo")
}

// postFiles presses « Valider » as a browser without script does where files are chosen.
func (s *sheet) postFiles(form url.Values, field, name string, data []byte) *sheet {
	s.b.t.Helper()
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for key, values := range form {
		for _, v := range values {
			if err := parts.WriteField(key, v); err != nil {
				s.b.t.Fatal(err)
			}
		}
	}
	if err := errors.Join(parts.WriteField("do", "answer"), writeFile(parts, field, name, data), parts.Close()); err != nil {
		s.b.t.Fatal(err)
	}
	r := httptest.NewRequest("POST", s.path, &body)
	r.Header.Set("Content-Type", parts.FormDataContentType())
	r.Header.Set("Accept", "text/html")
	answer := s.b.do(r)
	if answer.StatusCode == http.StatusSeeOther {
		return s.b.page(s.path, http.StatusOK)
	}
	return s.b.read(answer, s.path, answer.StatusCode)
}

func writeFile(parts *multipart.Writer, field, name string, data []byte) error {
	w, err := parts.CreateFormFile(field, name)
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

// A file is handed in without script, refused with words where it is not what was asked for, shown to whoever handed it in, and kept
// by the next answer unless its box is unticked.
func TestFilesAreHandedInWithoutScript(t *testing.T) {
	t.Parallel()
	w := workshop(t)
	for _, file := range []string{"remise", "dessin"} {
		t.Run(file, func(t *testing.T) {
			own := *w
			own.t = t
			b := own.as(storetest.Claims(exos.Pseudonym("p-"+file), exos.Pupil))
			page := b.exercise(strconv.Itoa(own.place(file) + 1))
			page.silent("ne sait pas encore")
			refused := page.postFiles(page.form(), "f.RESPONSE", "page.html", []byte("<html>"))
			refused.says("n’est pas du type demandé", "Essai 1 sur 3")
			done := refused.postFiles(refused.form(), "f.RESPONSE", "ma page.png", storetest.Dot)
			done.says("Réponse enregistrée", "ma page.png")
			address := regexp.MustCompile(`/remis/[0-9a-z]+/[0-9a-f]{64}`).FindString(done.text)
			answer := b.do(get(address))
			if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "image/png" || !strings.Contains(answer.Header.Get("Content-Security-Policy"), "sandbox") {
				t.Errorf("%s: %s, %s", address, answer.Status, answer.Header)
			}
			if other := own.as(storetest.Claims("p-other", exos.Pupil)).do(get(address)); other.StatusCode != http.StatusNotFound {
				t.Errorf("somebody else gets %s", other.Status)
			}
			if form := done.form(); len(form["r.RESPONSE"]) != 1 {
				t.Errorf("the next answer would keep %q", form["r.RESPONSE"])
			}
		})
	}
}

// handedIn is the server's word on a file.
type handedIn struct{ Word, Name, Href, Text string }

// hand hands a file in as the script does.
func (s *sheet) hand(response, name string, data []byte) (out handedIn) {
	s.b.t.Helper()
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	if err := errors.Join(parts.WriteField("attempt", s.form().Get("attempt")), parts.WriteField("response", response), writeFile(parts, "file", name, data), parts.Close()); err != nil {
		s.b.t.Fatal(err)
	}
	action := ""
	for _, f := range s.Find("form") {
		if _, ours := attr(f, "data-player"); ours {
			action = looktest.Attr(f, "action")
		}
	}
	r := httptest.NewRequest("POST", action+"/fichiers", &body)
	r.Header.Set("Content-Type", parts.FormDataContentType())
	answer := s.b.do(r)
	if err := json.NewDecoder(answer.Body).Decode(&out); err != nil || answer.StatusCode != http.StatusOK {
		s.b.t.Fatalf("%s: %v", answer.Status, err)
	}
	return out
}

// The script hands a file in by itself, and gets its name for the answer, or the sentence of a refusal.
func TestScriptHandsFilesIn(t *testing.T) {
	t.Parallel()
	w := workshop(t)
	b := w.pupil()
	page := b.exercise(strconv.Itoa(w.place("remise") + 1))
	send := func(name string, data []byte) handedIn { return page.hand("RESPONSE", name, data) }
	good := send("a.png", storetest.Dot)
	if h, ok := exos.HandedWord(good.Word); !ok || h.Name != "a.png" || b.do(get(good.Href)).StatusCode != http.StatusOK {
		t.Errorf("%+v", good)
	}
	if bad := send("a.exe", []byte("MZ\x90\x00")); bad.Word != "" || !strings.Contains(bad.Text, "PDF, PNG, JPEG, TXT") {
		t.Errorf("%+v", bad)
	}
}

// A publisher's own interaction runs in a frame that has nobody's origin, whose policy lets only what the frame brings run, and lets
// nothing be fetched or sent; the page may show that frame and no other.
func TestAPublishersInteractionRunsInAFrameThatCanDoNothingElse(t *testing.T) {
	t.Parallel()
	w := workshop(t)
	b := w.pupil()
	n := w.place("boulier")
	at := "/modules/" + string(b.Module) + "/exercices/" + strconv.Itoa(n+1)
	page := b.page(at, http.StatusOK)
	frames := page.Find("iframe")
	if len(frames) != 1 || looktest.Attr(frames[0], "sandbox") != "allow-scripts" || looktest.Attr(frames[0], "title") == "" {
		t.Fatalf("%d frames: %s", len(frames), page.text)
	}
	if policy := b.do(get(at)).Header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-src http://contenu.example") {
		t.Errorf("the page's policy is %q", policy)
	}
	if policy := b.do(get("/modules/" + string(b.Module) + "/exercices/1")).Header.Get("Content-Security-Policy"); strings.Contains(policy, "frame-src") {
		t.Errorf("a page without a frame may show one: %q", policy)
	}
	src := looktest.Attr(frames[0], "src")
	answer := b.do(get(src))
	policy := answer.Header.Get("Content-Security-Policy")
	text := looktest.Body(t, answer)
	for _, want := range []string{"default-src 'none'", "script-src 'nonce-", "frame-ancestors http://exos.example", "form-action 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the frame's policy %q does not say %s", policy, want)
		}
	}
	if !strings.HasSuffix(policy, "sandbox allow-scripts") || strings.Contains(policy, "connect-src") {
		t.Errorf("the frame's policy is %q", policy)
	}
	nonce := regexp.MustCompile(`'nonce-([^']+)'`).FindStringSubmatch(policy)[1]
	if got := strings.Count(text, `nonce="`+nonce+`"`); got != strings.Count(text, "<script") || got != 3 {
		t.Errorf("%d scripts of %d have the nonce", got, strings.Count(text, "<script"))
	}
	if again := b.do(get(src)).Header.Get("Content-Security-Policy"); strings.Contains(again, nonce) {
		t.Error("the nonce is used twice")
	}
	if none := b.do(get(strings.Replace(src, "RESPONSE", "AUTRE", 1))); none.StatusCode != http.StatusNotFound {
		t.Errorf("a frame of nothing: %s", none.Status)
	}
}

// A program that holds what ends a script cannot break out of its place, and means the same.
func TestAProgramStaysInItsPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Publish(exos.Package{Data: storetest.Repacked(t, storetest.Workbook(t), func(name string, data []byte) []byte {
		if strings.Contains(name, "1-1-") {
			data = bytes.Replace(data, []byte("<qti-item-body>"), []byte(`<qti-item-body><qti-portable-custom-interaction response-identifier="ACTIVITE" custom-interaction-type-identifier="urn:x" module="m">`+
				`<qti-interaction-modules><qti-interaction-module id="m" primary-path="m.js"/></qti-interaction-modules><qti-interaction-markup><p>Ici.</p></qti-interaction-markup></qti-portable-custom-interaction>`), 1)
		}
		return data
	}, map[string]string{"items/m.js": `define([], function () { return "</script><img src=x onerror=alert(1)><!--<script>"; });`})})
	b := w.pupil()
	frames := b.exercise("1").Find("iframe")
	if len(frames) != 1 {
		t.Fatalf("%d frames", len(frames))
	}
	doc := looktest.Parse(t, looktest.Body(t, b.do(get(looktest.Attr(frames[0], "src")))))
	if got := len(doc.Find("script")); got != 3 {
		t.Errorf("%d scripts", got)
	}
	if got := len(doc.Find("img")); got != 0 {
		t.Error("the program's text became markup")
	}
}

// What cannot be played says why at its place, in words, and takes no answer.
func TestWhatCannotBePlayedSaysWhy(t *testing.T) {
	t.Parallel()
	w := workshop(t)
	b := w.pupil()
	for file, want := range map[string]string{"manque": "il manque au cahier ce dont elle a besoin (absent)", "ancienne": "repose sur un programme que seul l’éditeur possède"} {
		page := b.exercise(strconv.Itoa(w.place(file) + 1))
		page.says(want, "Tu peux le lire, et passer au suivant")
		page.silent(`value="answer"`, "<iframe")
	}
}

// Reading aids are remembered by a cookie of the device alone, and the page is drawn with them from its first byte: nothing jumps.
func TestReadingAidsAreRememberedOnTheDevice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.pupil()
	at := "/modules/" + string(b.Module) + "/exercices/1"
	cookie := ""
	post := func(values url.Values) *http.Response {
		values.Set("next", at)
		r := httptest.NewRequest("POST", "/lecture", strings.NewReader(values.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if cookie != "" {
			r.AddCookie(&http.Cookie{Name: "lecture", Value: cookie})
		}
		answer := b.do(r)
		for _, c := range answer.Cookies() {
			if c.Name == "lecture" {
				cookie = c.Value
			}
		}
		return answer
	}
	choose := func(aid string) *http.Response { return post(url.Values{"aid": {aid}}) }
	for _, step := range []struct{ aid, cookie, drawn string }{
		{"size-2", "2", ` data-size="2"`}, {"wide", "2w", ` data-size="2" data-wide`}, {"ruler", "2wr", ` data-size="2" data-wide data-ruler`},
		{"size-0", "wr", ` data-wide data-ruler`}, {"wide", "r", ` data-ruler`}, {"easy", "er", ` data-easy data-ruler`}, {"ruler", "e", ` data-easy`}, {"easy", "", ``},
	} {
		if answer := choose(step.aid); answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != at {
			t.Fatalf("%s: %s to %s", step.aid, answer.Status, answer.Header.Get("Location"))
		}
		if cookie != step.cookie {
			t.Errorf("after %s the cookie is %q, want %q", step.aid, cookie, step.cookie)
		}
		r := get(at)
		if cookie != "" {
			r.AddCookie(&http.Cookie{Name: "lecture", Value: cookie})
		}
		if page := b.read(b.do(r), at, http.StatusOK); !strings.Contains(page.text, `<div class="ex"`+step.drawn+`>`) {
			t.Errorf("after %s the page is not drawn so", step.aid)
		}
	}
	if answer := choose("size-9"); answer.StatusCode != http.StatusBadRequest {
		t.Errorf("no such aid: %s", answer.Status)
	}
	if answer := post(url.Values{}); answer.StatusCode != http.StatusBadRequest {
		t.Errorf("no aid at all: %s", answer.Status)
	}
	// The page's script sends all of them as they are: what was remembered before, and letters that mean nothing, do not matter.
	for _, step := range []struct{ aids, cookie string }{{"2we", "2we"}, {"r", "r"}, {"ewx9 1", "1we"}, {"", ""}} {
		if answer := post(url.Values{"aids": {step.aids}}); answer.StatusCode != http.StatusSeeOther || cookie != step.cookie {
			t.Errorf("the aids %q: %s, cookie %q, want %q", step.aids, answer.Status, cookie, step.cookie)
		}
	}
}
