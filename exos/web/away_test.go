package web_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
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

// packed is an exercise as a device's pack announces it.
type packed struct {
	Exercise                exos.ExerciseID
	SHA256, Version, Online string
	Size, Program, Tries    int
	Said                    *struct {
		Score, Max            float64
		Scored, Right, Veiled bool
	}
}

// pack asks for what a module consists of on a device.
func (w *world) pack(d *offlinetest.Device) []packed {
	w.t.Helper()
	var pack struct{ Exercises []packed }
	text := w.ask("/module", d.Sign(offline.ForRequest, device.Fetch{Device: device.ID(d.ID), Module: w.Module}), http.StatusOK)
	if err := json.Unmarshal(text, &pack); err != nil {
		w.t.Fatal(err)
	}
	return pack.Exercises
}

// A device has what scores an exercise in training, and the server would find the same. Once graded work has the exercise, its program
// is lent to nobody, and no entitlement names it any more, so that devices that have it let go of it.
func TestKeysAreLentInTrainingOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.pupil().app()
	lend := func() device.Answer {
		var out device.Answer
		text := w.ask("/parole", d.Sign(offline.ForRequest, device.Request{Device: device.ID(d.ID), Modules: []exos.ModuleID{w.Module}}), http.StatusOK)
		if err := json.Unmarshal(text, &out); err != nil || len(out.Entitlements) != 1 {
			t.Fatalf("%+v, %v", out, err)
		}
		return out
	}
	named := func(out device.Answer) []offline.Hash {
		keys, err := w.Devices.Keys(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		e, err := keys.Entitlement(out.Entitlements[0])
		if err != nil {
			t.Fatal(err)
		}
		return e.Files
	}
	program := func(e exos.ExerciseID, status int) []byte {
		return w.ask("/programme", d.Sign(offline.ForRequest, device.Fetch{Device: device.ID(d.ID), Module: w.Module, Exercise: e}), status)
	}
	files := named(lend())
	before := w.pack(d)
	for n, e := range before {
		if e.Program == 0 {
			t.Errorf("exercise %d is scored by the server alone", n+1)
			continue
		}
		data := program(e.Exercise, http.StatusOK)
		if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != e.Version || len(data) != e.Program {
			t.Errorf("the program of exercise %d is not what was announced", n+1)
		}
		if !slices.Contains(files, offline.Hash(e.Version)) {
			t.Errorf("the entitlement does not name the program of exercise %d", n+1)
		}
	}
	work := w.Work(1)
	work.Graded = true
	h := w.Give(w.Visit(w.Arrive(storetest.Claims("t1", exos.Teacher), "s2")), work)
	kept := h.Parts[0].Exercise
	after := w.pack(d)
	at := slices.IndexFunc(after, func(e packed) bool { return e.Exercise == kept })
	if one := after[at]; one.Online == "" || one.Program != 0 || one.SHA256 != "" {
		t.Errorf("an exercise of graded work is lent: %+v", one)
	}
	program(kept, http.StatusForbidden)
	if slices.Contains(named(lend()), offline.Hash(before[at].Version)) {
		t.Error("an entitlement names a program whose exercise is in graded work")
	}
	other := (at + 1) % len(before)
	program(before[other].Exercise, http.StatusOK)
}

// Graded homework goes to a device without a key, training homework with it; both with the numbers that the homework draws. What is timed
// stays online.
func TestHomeworkIsTakenAlong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	teacher := w.Visit(w.Arrive(storetest.Claims("t1", exos.Teacher), "s2"))
	give := func(n int, change func(*exos.Homework)) exos.Homework {
		h := w.Work(n)
		h.Parts = h.Parts[n-1:]
		change(&h)
		return w.Give(teacher, h)
	}
	graded := give(1, func(h *exos.Homework) { h.Graded = true })
	training := give(2, func(h *exos.Homework) { h.Tries = 2 })
	timed := give(3, func(h *exos.Homework) { h.Limit = time.Hour })
	v := w.Pupil("p1")
	d := w.pupil().app()
	ask := func(path string, of device.Fetch, status int) []byte {
		of.Device = device.ID(d.ID)
		return w.ask(path, d.Sign(offline.ForRequest, of), status)
	}
	var list []struct {
		Homework exos.HomeworkID
		Modules  []exos.ModuleID
		Todo     bool
		Due      string
	}
	if err := json.Unmarshal(ask("/devoirs", device.Fetch{}, http.StatusOK), &list); err != nil || len(list) != 3 {
		t.Fatalf("%+v, %v", list, err)
	}
	for _, g := range list {
		if g.Todo != (g.Homework != timed.ID) || !slices.Equal(g.Modules, []exos.ModuleID{w.Module}) || g.Due == "" {
			t.Errorf("%+v", g)
		}
	}
	task := func(h exos.Homework) packed {
		t.Helper()
		var pack struct{ Exercises []packed }
		if err := json.Unmarshal(ask("/devoir", device.Fetch{Homework: h.ID}, http.StatusOK), &pack); err != nil || len(pack.Exercises) != 1 {
			t.Fatalf("%+v, %v", pack, err)
		}
		return pack.Exercises[0]
	}
	if one := task(graded); one.Online == "" {
		t.Errorf("of a module that the device does not have: %+v", one)
	}
	w.ask("/parole", d.Sign(offline.ForRequest, device.Request{Device: device.ID(d.ID), Modules: []exos.ModuleID{w.Module}}), http.StatusOK)
	for _, c := range []struct {
		name  string
		h     exos.Homework
		keyed bool
		tries int
	}{{"graded", graded, false, 1}, {"training", training, true, 2}} {
		one := task(c.h)
		of := device.Fetch{Module: w.Module, Homework: c.h.ID, Exercise: one.Exercise}
		if one.Online != "" || one.Tries != c.tries || (one.Program > 0) != c.keyed {
			t.Errorf("%s: %+v", c.name, one)
		}
		sheet := ask("/devoir/exercice", of, http.StatusOK)
		if sum := sha256.Sum256(sheet); hex.EncodeToString(sum[:]) != one.SHA256 {
			t.Errorf("%s: the sheet is not what was announced", c.name)
		}
		seed, err := w.SeedAway(t.Context(), v, c.h.ID, one.Exercise)
		if text, _ := seed.MarshalText(); err != nil || !strings.Contains(string(sheet), `data-seed="`+string(text)+`"`) {
			t.Errorf("%s: the sheet is not drawn with %d: %v", c.name, seed, err)
		}
		status := http.StatusOK
		if !c.keyed {
			status = http.StatusNotFound
		}
		if program := ask("/devoir/programme", of, status); c.keyed {
			if sum := sha256.Sum256(program); hex.EncodeToString(sum[:]) != one.Version {
				t.Errorf("%s: the program is not what was announced", c.name)
			}
		}
	}
	if one := task(timed); !strings.Contains(one.Online, "compté") {
		t.Errorf("timed: %+v", one)
	}
	ask("/devoir/exercice", device.Fetch{Module: w.Module, Homework: timed.ID, Exercise: timed.Parts[0].Exercise}, http.StatusForbidden)
	w.Clock.Set(training.Closes())
	if one := task(training); one.Online == "" {
		t.Errorf("over: %+v", one)
	}
}

// Storage is lost: a second device is told when the first one last spoke, and gets back what the server has of earlier answers.
func TestWhatTheServerHasComesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v, b := w.Pupil("p1"), w.pupil()
	first := w.Lend(v)
	at := first.Open(w.Exercise(v, 0), "", 5)
	first.Answer(at, w.Declared(0, 5))
	first.Send()
	spoke := w.Clock.Now()
	w.Clock.Set(spoke.Add(3 * time.Hour))
	code, err := w.Devices.Mint(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	again := offlinetest.New("")
	var made struct {
		Device string
		Before time.Time
	}
	if err := json.Unmarshal(b.ask("", storetest.Enrolment(again, code), http.StatusOK), &made); err != nil || made.Before.Sub(spoke).Abs() > time.Second {
		t.Fatalf("the first one spoke at %s: %+v, %v", spoke, made, err)
	}
	again.ID = made.Device
	again.Heard(0, w.Clock.Now())
	w.ask("/parole", again.Sign(offline.ForRequest, device.Request{Device: device.ID(again.ID), Modules: []exos.ModuleID{w.Module}}), http.StatusOK)
	for n, e := range w.pack(again) {
		switch {
		case n == 0 && (e.Said == nil || !e.Said.Right || e.Said.Score != e.Said.Max || e.Said.Max <= 0):
			t.Errorf("what was answered: %+v", e.Said)
		case n > 0 && e.Said != nil:
			t.Errorf("exercise %d was never answered: %+v", n+1, e.Said)
		}
	}
}

// The broker is asked for rights in a learner's own name only. So what may have changed is closed on a device, in words, until its learner
// comes in; who is signed in beside the app comes in by its next word, and need not notice.
func TestADeviceIsToldWhyWhatItHasIsClosedUntilItsLearnerComesIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.pupil()
	d := b.app()
	keys, err := w.Devices.Keys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	speak := func(by *browser) (entitled bool, s offline.Status) {
		text, _ := json.Marshal(d.Sign(offline.ForRequest, device.Request{Device: device.ID(d.ID), Modules: []exos.ModuleID{w.Module}}))
		r := post("/api/appareils/parole", string(text))
		r.Header.Set("Content-Type", "application/json")
		answer := by.do(r)
		var out device.Answer
		if err := json.NewDecoder(answer.Body).Decode(&out); err != nil || answer.StatusCode != http.StatusOK || len(out.Statuses) != 1 {
			t.Fatalf("%s: %+v, %v", answer.Status, out, err)
		}
		if s, err = keys.Status(out.Statuses[0]); err != nil {
			t.Fatal(err)
		}
		return len(out.Entitlements) == 1, s
	}
	nobody, other := &browser{world: w, locale: lang.English}, w.as(storetest.Claims("p2", exos.Pupil))
	if lent, s := speak(nobody); !lent || s.State != offline.Active || s.Reason != "" {
		t.Fatalf("%+v", s)
	}
	w.Clock.Pass(time.Minute)
	claims := storetest.Claims("p1", exos.Pupil)
	if _, err := w.Heed(t.Context(), exos.Notice{Issuer: claims.Issuer, ID: "n1", Ends: w.Now().Add(time.Hour), Kind: exos.RightsChanged, Subject: claims.Subject}); err != nil {
		t.Fatal(err)
	}
	w.Clock.Pass(time.Minute)
	if lent, s := speak(nobody); lent || s.State != offline.Suspended || !strings.Contains(s.Reason, "sign in to Biblio Exos once") {
		t.Errorf("nobody is signed in: %v, %+v", lent, s)
	}
	if lent, s := speak(other); lent || s.State != offline.Suspended || !strings.Contains(s.Reason, "connecte-toi une fois") {
		t.Errorf("another pupil is: %v, %+v", lent, s)
	}
	if lent, s := speak(b); !lent || s.State != offline.Active || s.Reason != "" {
		t.Errorf("its learner is: %v, %+v", lent, s)
	}
}
