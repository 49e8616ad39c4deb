package web_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/qti/render"
	"pupitre/exos/store/storetest"
	"pupitre/internal/id"
	"pupitre/internal/look/looktest"
)

func get(path string) *http.Request {
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("Accept", "text/html")
	return r
}

func post(path, body string) *http.Request {
	r := httptest.NewRequest("POST", path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}

// right fills the form with the author's own answer to the exercise at place n, from 0.
func (s *sheet) right(n int) url.Values {
	form := s.form()
	for _, r := range s.aliased(n, s.b.Declared(n, 1)).Responses {
		form["r."+r.Identifier] = slices.Clone(r.Values)
	}
	return form
}

// told is what the page says of the exercise in its form.
func (s *sheet) told() (e exos.ExerciseID, version string, seed exos.Seed) {
	s.b.t.Helper()
	for _, f := range s.Find("form") {
		if _, ours := attr(f, "data-player"); ours {
			e, version = exos.ExerciseID(looktest.Attr(f, "data-exercise")), looktest.Attr(f, "data-version")
			if err := seed.UnmarshalText([]byte(looktest.Attr(f, "data-seed"))); err != nil {
				s.b.t.Fatal(err)
			}
		}
	}
	return e, version, seed
}

// aliased is an answer to the exercise at place n as the page's controls would give it: under aliases, where the work is graded.
func (s *sheet) aliased(n int, a *exos.Answer) *exos.Answer {
	s.b.t.Helper()
	_, version, seed := s.told()
	item := s.b.Items[n]
	if version == item.Version {
		return a
	}
	_, names := item.Conceal(uint64(seed))
	out := &exos.Answer{Seconds: a.Seconds}
	for _, r := range a.Responses {
		one := exos.Response{Identifier: names.Response(r.Identifier), Fields: r.Fields, State: r.State}
		for _, v := range r.Values {
			one.Values = append(one.Values, names.Value(r.Identifier, v))
		}
		out.Responses = append(out.Responses, one)
	}
	return out
}

// wrong fills it with something else of the same kind.
func (s *sheet) wrong(n int) url.Values {
	form := s.right(n)
	for name, values := range form {
		if !strings.HasPrefix(name, "r.") {
			continue
		}
		switch s.b.Items[n].Interactions[0] {
		case render.TypeOrder:
			values[0], values[1] = values[1], values[0]
		case render.TypeTextEntry:
			form[name] = []string{"zut"}
		default:
			form[name] = []string{s.another(name, values)}
		}
	}
	return form
}

// another is a choice on the page that is none of the given.
func (s *sheet) another(name string, but []string) string {
	for _, n := range s.Find("input", "option") {
		owner := n
		if n.Data == "option" {
			owner = n.Parent
		}
		if v := looktest.Attr(n, "value"); looktest.Attr(owner, "name") == name && v != "" && !slices.Contains(but, v) {
			return v
		}
	}
	s.b.t.Fatalf("no other choice for %s", name)
	return ""
}

func TestAllFourTypesAreAnsweredWithoutScript(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seen := map[render.Type]bool{}
	for n, item := range w.Items {
		kind := item.Interactions[0]
		if seen[kind] {
			continue
		}
		seen[kind] = true
		t.Run(string(kind), func(t *testing.T) {
			b := w.as(storetest.Claims(exos.Pseudonym("p-"+string(kind)), exos.Pupil))
			own := *w
			own.t, b.world = t, &own
			page := b.exercise(strconv.Itoa(n + 1))
			page.says("Essai 1 sur 3", "Valider", "Un indice")
			again := page.press(page.wrong(n), "do", "answer")
			again.says("à revoir", "Essai 2 sur 3", "Réessayer", "Enregistré")
			again.silent("Voir le corrigé")
			done := again.press(again.right(n), "do", "answer")
			done.says("Bravo", "juste", "Recommencer", "Voir le corrigé")
			if done.silent("data-open"); len(done.form()["r.RESPONSE"]) > 0 {
				t.Error("an answer can still be given")
			}
			solved := done.press(done.form(), "do", "solve")
			solved.says("Le corrigé")
		})
	}
	for _, kind := range []render.Type{render.TypeChoice, render.TypeInlineChoice, render.TypeTextEntry, render.TypeOrder} {
		if !seen[kind] {
			t.Errorf("the workbook has no %s", kind)
		}
	}
}

func TestPageOfAnUnansweredExerciseHoldsNoKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.pupil()
	for n, item := range w.Items {
		page := b.exercise(strconv.Itoa(n + 1))
		for _, f := range item.Feedback {
			page.silent(firstWords(render.Plain(f.Nodes)))
		}
		if item.Interactions[0] == render.TypeTextEntry {
			for _, k := range item.Key(1) {
				for _, v := range append(k.Values, k.Accepted...) {
					page.silent(`value="` + v + `"`)
				}
			}
		}
		for _, note := range item.Notes {
			page.silent(firstWords(render.Plain([]render.Node{note})))
		}
	}
}

// firstWords is enough of a text to know it by, as it is written in HTML.
func firstWords(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return "\x00"
	}
	cut := []rune(text)
	return strings.NewReplacer("'", "&#39;", `"`, "&#34;").Replace(string(cut[:min(len(cut), 40)]))
}

func TestHintComesOnDemandAndKeepsWhatWasWritten(t *testing.T) {
	t.Parallel()
	b := newWorld(t).pupil()
	page := b.exercise("1")
	page.silent("imparfait. Le mot")
	form := page.form()
	form.Set("r.RESPONSE", "VOIX")
	hinted := page.press(form, "do", "hint")
	hinted.says("Indice", "Mets chaque phrase à l’imparfait", "Essai 1 sur 3")
	if got := hinted.form().Get("r.RESPONSE"); got != "VOIX" {
		t.Errorf("the choice became %q", got)
	}
}

func TestItemsMoveByTheirArrowsWithoutScript(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.pupil()
	page := b.exercise("6")
	before := page.form()["r.RESPONSE"]
	moved := page.press(page.form(), "move", "RESPONSE "+before[2]+" up")
	after := moved.form()["r.RESPONSE"]
	want := slices.Clone(before)
	want[1], want[2] = want[2], want[1]
	if !slices.Equal(after, want) {
		t.Errorf("%v became %v", before, after)
	}
	moved.says("Essai 1 sur 3")
}

func TestNothingAndTheSameAgainCostNoTry(t *testing.T) {
	t.Parallel()
	b := newWorld(t).pupil()
	page := b.exercise("1")
	page.press(page.form(), "do", "answer").says("Réponds d’abord", "Essai 1 sur 3")
	once := page.press(page.wrong(0), "do", "answer")
	twice := once.press(once.form(), "do", "answer")
	twice.says("n’a pas changé", "Essai 2 sur 3")
}

func TestFormSentTwiceCountsOnce(t *testing.T) {
	t.Parallel()
	b := newWorld(t).pupil()
	page := b.exercise("1")
	form := page.wrong(0)
	page.press(form, "do", "answer")
	page.press(form, "do", "answer").says("Essai 2 sur 3")
}

func TestCorrigeIsRefusedBeforeItsTime(t *testing.T) {
	t.Parallel()
	b := newWorld(t).pupil()
	page := b.exercise("1")
	early := page.press(page.form(), "do", "solve")
	early.says("Le corrigé s’ouvre après")
	early.silent("Réponse attendue")
}

func TestFormOfAnotherAttemptIsNotTakenForThisOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.pupil()
	old := b.exercise("1")
	form := old.right(0)
	b.do(post(old.path+"/encore", ""))
	late := old.press(form, "do", "answer")
	late.says("recommencé dans une autre page", "Essai 1 sur 3")
}

// batch is what the player's script sends.
type batch struct {
	Events   []exos.Event    `json:"events"`
	Show     exos.ExerciseID `json:"show"`
	Homework exos.HomeworkID `json:"homework,omitempty"`
}

type receipt struct {
	Verdicts []struct {
		exos.Verdict
		Text string
	}
	Sheet string
}

func (b *browser) send(in batch) receipt {
	b.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		b.t.Fatal(err)
	}
	answer := b.do(post("/api/evenements", string(body)))
	var out receipt
	if err := json.NewDecoder(answer.Body).Decode(&out); err != nil || answer.StatusCode != http.StatusOK {
		b.t.Fatalf("%s: %v", answer.Status, err)
	}
	return out
}

// event is an answer as the script makes it from the page's form.
func (s *sheet) event(n int, answer *exos.Answer) exos.Event {
	s.b.t.Helper()
	e := exos.Event{
		ID: exos.EventID(id.NewMaker(s.b.Now).New()), Attempt: exos.AttemptID(s.form().Get("attempt")), Kind: exos.Answered,
		At: time.Date(2026, time.November, 23, 8, 0, 0, 0, time.UTC), Device: "d1", Seq: int64(n),
	}
	e.Exercise, e.Version, e.Seed = s.told()
	var err error
	if e.Payload, err = json.Marshal(answer); err != nil {
		s.b.t.Fatal(err)
	}
	return e
}

func TestEventSentTwiceCountsOnceAndGetsTheSameSheet(t *testing.T) {
	t.Parallel()
	b := newWorld(t).pupil()
	e := b.exercise("1").event(1, storetest.Wrong)
	first := b.send(batch{Events: []exos.Event{e}, Show: e.Exercise})
	again := b.send(batch{Events: []exos.Event{e}, Show: e.Exercise})
	if first.Verdicts[0].Status != exos.Accepted || again.Verdicts[0].Status != exos.Duplicate {
		t.Errorf("%s, then %s", first.Verdicts[0].Status, again.Verdicts[0].Status)
	}
	for _, r := range []receipt{first, again} {
		for _, want := range []string{"Essai 2 sur 3", "0 sur 1", "data-result"} {
			if !strings.Contains(r.Sheet, want) {
				t.Errorf("the sheet does not say %q", want)
			}
		}
	}
}

// A million empty events are three megabytes on the line: they are refused before they are anything here. Not parallel: it measures.
func TestAFloodOfEventsIsRefusedUnread(t *testing.T) {
	b := newWorld(t).pupil()
	flood := `{"events":[` + strings.Repeat("{},", 1_000_000) + `{}]}`
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if answer := b.do(post("/api/evenements", flood)); answer.StatusCode != http.StatusBadRequest {
		t.Errorf("%s", answer.Status)
	}
	runtime.ReadMemStats(&after)
	if made := after.TotalAlloc - before.TotalAlloc; made > 200<<20 {
		t.Errorf("reading them took %d MB", made>>20)
	}
	for _, text := range []string{`{"events":{}}`, `{"events":1}`, `{"events":[1]}`} {
		if answer := b.do(post("/api/evenements", text)); answer.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %s", text, answer.Status)
		}
	}
}

func TestSomebodyElsesAttemptIsUnknown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	e := w.pupil().exercise("1").event(1, w.Declared(0, 1))
	other := w.as(storetest.Claims("p2", exos.Pupil))
	got := other.send(batch{Events: []exos.Event{e}}).Verdicts[0]
	if got.Status != exos.Refused || got.Code != "exos.attempt.unknown" || got.Text == "" {
		t.Errorf("%+v", got)
	}
	other.page("/modules", http.StatusOK).says("Réussite (%) : 0 %")
}

func TestEventsThatMakeNoSenseAreRefusedWithWords(t *testing.T) {
	t.Parallel()
	b := newWorld(t).pupil()
	if answer := b.do(post("/api/evenements", "{")); answer.StatusCode != http.StatusBadRequest {
		t.Errorf("no JSON: %s", answer.Status)
	}
	good := b.exercise("1").event(1, storetest.Wrong)
	for name, change := range map[string]func(e *exos.Event){
		"exercise": func(e *exos.Event) { e.Exercise = "0000000000000000000x" },
		"attempt":  func(e *exos.Event) { e.Attempt = "00000000000000000000" },
		"version":  func(e *exos.Event) { e.Version = "another" },
		"id":       func(e *exos.Event) { e.ID = "x" },
	} {
		e := good
		e.ID = exos.EventID(id.NewMaker(b.Now).New())
		change(&e)
		if got := b.send(batch{Events: []exos.Event{e}}).Verdicts[0]; got.Status != exos.Refused || got.Text == "" || strings.Contains(got.Text, "⟦") {
			t.Errorf("%s: %s %q", name, got.Status, got.Text)
		}
	}
}

// Teachers who look at a corrigé see which ways of writing a typed answer count the same; pupils see the answer.
func TestTeachersSeeWhichFormsAreAccepted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, profile := range []exos.Profile{exos.Teacher, exos.Pupil} {
		b := w.as(storetest.Claims(exos.Pseudonym("forms-"+string(profile)), profile))
		shown := 0
		for n, item := range w.Items {
			written := item.Written(1)
			if len(written) == 0 || len(written[0].Forms) < 2 || shown > 0 {
				continue
			}
			page := b.exercise(strconv.Itoa(n + 1))
			solved := page.press(page.right(n), "do", "answer")
			solved = solved.press(solved.form(), "do", "solve")
			list := strings.Join(written[0].Forms, " · ")
			if profile == exos.Teacher {
				solved.says(list)
			} else {
				solved.silent(list)
			}
			shown++
		}
		if shown == 0 {
			t.Error("no exercise of the workbook has a typed answer of several forms")
		}
	}
}
