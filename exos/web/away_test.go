package web_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"pupitre/exos"
	"pupitre/exos/device"
	"pupitre/exos/offline"
	"pupitre/exos/offline/offlinetest"
	"pupitre/exos/store/storetest"
)

// packed is an exercise as a device's pack announces it.
type packed struct {
	Exercise                exos.ExerciseID
	SHA256, Version, Online string
	Size, Program           int
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
