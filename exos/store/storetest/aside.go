package storetest

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/exos"
	"pupitre/exos/device"
	"pupitre/exos/offline"
	"pupitre/internal/fault"
)

// Seal is what a device seals files with, as its last entitlement carries it.
func (a *App) Seal() offline.Seal {
	a.w.T.Helper()
	e, _ := a.lent(a.Answers[len(a.Answers)-1])
	if e == nil || e.Seal == nil {
		a.w.T.Fatal("no key to seal with")
	}
	return *e.Seal
}

// File is all that was ever done on the device, as it hands it over now.
func (a *App) File() []byte { return a.HandOver(a.Seal(), a.w.Clock.Now().Add(a.Wrong), a.all) }

// Altered is a file of which one sign is another.
func Altered(file []byte) []byte {
	out := bytes.Clone(file)
	at := len(out) - 40
	if out[at] = 'A'; file[at] == 'A' {
		out[at] = 'B'
	}
	return out
}

// cameOf is what came of a file, in short.
type cameOf struct {
	New, Again, Doubtful, Waiting int
	Refused                       map[string]int
}

func (w *World) receives(v exos.Visitor, file []byte, want cameOf) device.Received {
	w.T.Helper()
	got, err := w.Devices.Receive(w.Context(), v, file)
	if err != nil {
		w.T.Fatalf("receive: %v", err)
	}
	if want.Refused == nil {
		want.Refused = map[string]int{}
	}
	if diff := cmp.Diff(want, cameOf{got.New, got.Again, got.Doubtful, got.Waiting, got.Refused}); diff != "" {
		w.T.Error(diff)
	}
	return got
}

// elsewhere is a teacher of another class.
func (w *World) elsewhere() exos.Visitor {
	w.T.Helper()
	c := Claims("autre", exos.Teacher)
	c.Cohorts = nil
	return w.Visit(w.Arrive(c, "sid-autre"))
}

// handovers: what comes in by a file that a teacher carries.
func handovers(t *testing.T, open Opener) {
	t.Run("a file counts as if it had been sent, once, whatever is sent later", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines, prof := w.Pupil("ines"), w.Teacher("prof")
		a := w.Lend(ines)
		at := a.Open(w.Exercise(ines, 0), "", 1)
		a.Answer(at, Wrong)
		early := a.File()
		a.Answer(at, w.Declared(0, 1))
		w.Clock.Pass(time.Hour)
		late := a.File()
		before, err := w.Devices.Devices(t.Context(), ines)
		if err != nil {
			t.Fatal(err)
		}
		got := w.receives(prof, late, cameOf{New: 2})
		if got.Member.Learner != ines.Learner.ID || got.Device.ID != device.ID(a.ID) || w.Clock.Now().Sub(got.At) > time.Second {
			t.Errorf("%+v", got)
		}
		w.receives(prof, late, cameOf{Again: 2})
		w.receives(prof, early, cameOf{Again: 1})
		after, err := w.Devices.Devices(t.Context(), ines)
		if err != nil || after[0].Answers != before[0].Answers || !after[0].SeenAt.Equal(before[0].SeenAt) {
			t.Errorf("the device was answered: %+v, %v", after, err)
		}
		same(t, a.Send(), "taken again", "taken again", "taken again")
		a.Open(w.Exercise(ines, 1), "", 1)
		same(t, a.Send(), "taken")
		if mark := w.Exercises(ines)[0].Mark; mark == nil || mark.Best != mark.Max || mark.Tries != 2 {
			t.Errorf("%+v", mark)
		}
	})

	t.Run("a file of more acts than one transaction takes comes in whole", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines, prof := w.Pupil("ines"), w.Teacher("prof")
		a := w.Lend(ines)
		for range device.MaxActs/2 + 20 {
			a.Answer(a.Open(w.Exercise(ines, 0), "", 1), Wrong)
		}
		w.receives(prof, a.File(), cameOf{New: device.MaxActs/2 + 20})
		w.receives(prof, a.File(), cameOf{Again: device.MaxActs/2 + 20})
	})

	t.Run("a file whose beginning is missing waits for it", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines, prof := w.Pupil("ines"), w.Teacher("prof")
		a := w.Lend(ines)
		at := a.Open(w.Exercise(ines, 0), "", 1)
		a.Answer(at, w.Declared(0, 1))
		w.receives(prof, a.HandOver(a.Seal(), w.Clock.Now(), a.all[1:]), cameOf{Waiting: 1})
		w.receives(prof, a.HandOver(a.Seal(), w.Clock.Now(), a.all[:1]), cameOf{New: 1})
	})

	t.Run("what is not a file of a pupil of the teacher's is refused, and says why", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines, tom, prof := w.Pupil("ines"), w.Pupil("tom"), w.Teacher("prof")
		a, b := w.Lend(ines), w.Lend(tom)
		a.Answer(a.Open(w.Exercise(ines, 0), "", 1), w.Declared(0, 1))
		refused := func(v exos.Visitor, file []byte, kind fault.Kind, code string) {
			t.Helper()
			_, err := w.Devices.Receive(t.Context(), v, file)
			wantCode(t, err, kind, code)
		}
		refused(ines, a.File(), fault.Denied, "exos.homework.teachers")
		refused(w.elsewhere(), a.File(), fault.NotFound, "exos.handover.whose")
		other, err := offline.NewOpener("another")
		if err != nil {
			t.Fatal(err)
		}
		seal, err := other.Seal()
		if err != nil {
			t.Fatal(err)
		}
		refused(prof, a.HandOver(seal, w.Clock.Now(), a.all), fault.Invalid, "exos.handover.key")
		refused(prof, Altered(a.File()), fault.Invalid, "exos.handover.altered")
		inAnothersName, err := a.Seal().SealFor(b.Sign(offline.ForHandover, offline.Handover{Device: a.ID, At: w.Clock.Now(), Acts: a.all}))
		if err != nil {
			t.Fatal(err)
		}
		refused(prof, inAnothersName, fault.Invalid, "exos.handover.proof")
		request, err := a.Seal().SealFor(a.Sign(offline.ForRequest, offline.Handover{Device: a.ID, Acts: a.all}))
		if err != nil {
			t.Fatal(err)
		}
		refused(prof, request, fault.Invalid, "exos.handover.proof")
		if mark := w.Exercises(ines)[0].Mark; mark != nil {
			t.Errorf("it counted: %+v", mark)
		}
		// Acts of another device, in a file that is good: they are no acts of this one.
		w.receives(prof, b.HandOver(b.Seal(), w.Clock.Now(), a.all), cameOf{Refused: map[string]int{"exos.act.signature": 2}})
		if mark := w.Exercises(tom)[0].Mark; mark != nil {
			t.Errorf("it counted: %+v", mark)
		}
	})

	t.Run("a device that was ended hands over what was done before, and nothing that was done after it heard", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines, prof := w.Pupil("ines"), w.Teacher("prof")
		a := w.Lend(ines)
		seal := a.Seal()
		a.Answer(a.Open(w.Exercise(ines, 0), "", 1), w.Declared(0, 1))
		w.Clock.Pass(time.Minute)
		if err := w.Devices.EndPupils(t.Context(), prof, device.ID(a.ID)); err != nil {
			t.Fatal(err)
		}
		got := w.receives(prof, a.HandOver(seal, w.Clock.Now(), a.all), cameOf{New: 1})
		if !got.Device.Ended() {
			t.Error("nobody says that the device was ended")
		}
		a.Speak(device.Request{})
		w.Clock.Pass(time.Minute)
		a.Answer(a.Open(w.Exercise(ines, 1), "", 1), w.Declared(1, 1))
		w.receives(prof, a.HandOver(seal, w.Clock.Now(), a.all), cameOf{Again: 1, Refused: map[string]int{"exos.act.lease": 2}})
	})

	t.Run("the same file at many pages at once counts once", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines, prof := w.Pupil("ines"), w.Teacher("prof")
		a := w.Lend(ines)
		a.Answer(a.Open(w.Exercise(ines, 0), "", 1), w.Declared(0, 1))
		file, fresh := a.File(), 0
		for _, got := range atOnce(func(int) device.Received {
			got, err := w.Devices.Receive(t.Context(), prof, file)
			if err != nil {
				t.Error(err)
			}
			return got
		}) {
			fresh += got.New
		}
		if mark := w.Exercises(ines)[0].Mark; fresh != 1 || mark == nil || mark.Tries != 1 {
			t.Errorf("taken %d times, mark %+v", fresh, mark)
		}
	})
}

// receipts: what a teacher is shown before anything has come.
func receipts(t *testing.T, open Opener) {
	standing := func(w *World, v exos.Visitor, n int) []device.Standing {
		w.T.Helper()
		out, err := w.Devices.Receipts(w.Context(), v)
		if err != nil || len(out) != n {
			w.T.Fatalf("%+v, %v", out, err)
		}
		return out
	}

	t.Run("a receipt is good before its work has come, typed or read, and says when all has", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines := w.Teacher("prof"), w.Pupil("ines")
		h := w.Give(prof, w.Work(1))
		a := w.Lend(ines)
		a.Answer(a.Open(w.Exercise(ines, 0), h.ID, w.seedOf(ines, h.ID)), w.Declared(0, w.seedOf(ines, h.ID)))
		r := a.Receipt(string(h.ID), 1, w.Clock.Now())
		for _, code := range []string{r.Typed(a.Answers[0].Receipts), a.Shown(r), a.Shown(r)} {
			w.Clock.Pass(time.Minute)
			got, err := w.Devices.Check(t.Context(), prof, code)
			if err != nil || got.Learner != ines.Learner.ID || got.Count != 1 || got.Seq != 2 {
				t.Errorf("%q: %+v, %v", code, got, err)
			}
		}
		one := standing(w, prof, 1)[0] // seen again, it is the same, and as old
		if one.Missing != 2 || one.Complete() || one.Other || one.Title != h.Title || w.Clock.Now().Sub(one.SeenAt).Round(time.Minute) != 2*time.Minute {
			t.Errorf("%+v", one)
		}
		standing(w, w.elsewhere(), 0)
		w.receives(prof, a.HandOver(a.Seal(), w.Clock.Now(), a.all[:1]), cameOf{})
		if one := standing(w, prof, 1)[0]; one.Missing != 1 || one.Complete() {
			t.Errorf("%+v", one)
		}
		a.Send()
		if one := standing(w, prof, 1)[0]; !one.Complete() || one.Arrived != 1 {
			t.Errorf("%+v", one)
		}
	})

	t.Run("a receipt of a module is good where the teacher has it", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines := w.Teacher("prof"), w.Pupil("ines")
		a := w.Lend(ines)
		a.Answer(a.Open(w.Exercise(ines, 0), "", 1), Wrong)
		r := a.Receipt(string(w.Module), 1, w.Clock.Now())
		if _, err := w.Devices.Check(t.Context(), prof, r.Typed(a.Answers[0].Receipts)); err != nil {
			t.Error(err)
		}
		a.Send()
		if one := standing(w, prof, 1)[0]; !one.Complete() || one.Title == "" {
			t.Errorf("%+v", one)
		}
	})

	t.Run("what came is not what the receipt showed, or less of it: that is said", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines := w.Teacher("prof"), w.Pupil("ines")
		a := w.Lend(ines)
		other := *a.Device // a copy of the device's memory, as a restored backup is
		a.Answer(a.Open(w.Exercise(ines, 0), "", 1), Wrong)
		boast := a.Receipt(string(w.Module), 9, w.Clock.Now())
		a.all, a.outbox = nil, nil
		shown := a.Shown(boast)
		a.Device = &other
		w.Clock.Pass(time.Minute)
		a.Answer(a.Open(w.Exercise(ines, 0), "", 1), w.Declared(0, 1))
		if _, err := w.Devices.Check(t.Context(), prof, shown); err != nil {
			t.Fatal(err)
		}
		a.Send()
		if one := standing(w, prof, 1)[0]; !one.Other || one.Complete() {
			t.Errorf("%+v", one)
		}
		w.Clock.Pass(time.Minute)
		if _, err := w.Devices.Check(t.Context(), prof, a.Shown(a.Receipt(string(w.Module), 9, w.Clock.Now()))); err != nil {
			t.Fatal(err)
		}
		if one := standing(w, prof, 2)[0]; one.Other || one.Missing != 0 || one.Arrived != 1 || one.Complete() {
			t.Errorf("%+v", one)
		}
	})

	t.Run("a receipt that no device of the teacher's pupils gave for work of the teacher's is unknown", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines, tom := w.Teacher("prof"), w.Pupil("ines"), w.Pupil("tom")
		h := w.Give(prof, w.Work(1))
		a, b := w.Lend(ines), w.Lend(tom)
		a.Answer(a.Open(w.Exercise(ines, 0), "", 1), Wrong)
		r := a.Receipt(string(h.ID), 1, w.Clock.Now())
		unknown := func(v exos.Visitor, code string) {
			t.Helper()
			_, err := w.Devices.Check(t.Context(), v, code)
			wantCode(t, err, fault.NotFound, "exos.receipt.unknown")
		}
		other := w.Visit(w.Arrive(Claims("collegue", exos.Teacher), "sid-collegue")) // of the same class, who gave nothing
		for _, v := range []exos.Visitor{w.elsewhere(), other} {
			unknown(v, a.Shown(r))
			unknown(v, r.Typed(a.Answers[0].Receipts))
		}
		ofModule := a.Receipt(string(w.Module), 1, w.Clock.Now())
		unknown(w.elsewhere(), a.Shown(ofModule)) // who has the module, and not the pupil
		unknown(w.elsewhere(), ofModule.Typed(a.Answers[0].Receipts))
		unknown(prof, r.Typed(b.Answers[0].Receipts)) // by another device's secret
		unknown(prof, b.Shown(r))                     // signed by another device
		stranger := r
		stranger.Device = "00000000000000000001"
		unknown(prof, a.Shown(stranger))
		_, err := w.Devices.Check(t.Context(), ines, a.Shown(r))
		wantCode(t, err, fault.Denied, "exos.homework.teachers")
		_, err = w.Devices.Check(t.Context(), prof, "une phrase")
		wantCode(t, err, fault.Invalid, "exos.receipt.form")
		standing(w, prof, 0)
	})

	t.Run("a receipt that was seen before the end vouches for what came after it, and nothing else does", func(t *testing.T) {
		t.Parallel()
		for name, want := range map[string]bool{"seen": true, "not seen": false, "too late": false, "of less": false, "of something else": false} {
			w := NewWorld(t, open)
			prof, ines := w.Teacher("prof"), w.Pupil("ines")
			h := w.Give(prof, w.Work(1))
			a := w.Lend(ines)
			w.Clock.Set(h.Due.Add(-2 * time.Hour))
			at := a.Open(w.Exercise(ines, 0), h.ID, w.seedOf(ines, h.ID))
			early := a.Receipt(string(h.ID), 1, w.Clock.Now())
			a.Answer(at, Wrong)
			r := a.Receipt(string(h.ID), 1, w.Clock.Now())
			switch name {
			case "of less":
				r = early
			case "of something else":
				r.Head = early.Head
			case "too late":
				w.Clock.Set(h.Due.Add(time.Minute))
			}
			if name != "not seen" {
				if _, err := w.Devices.Check(t.Context(), prof, a.Shown(r)); err != nil {
					t.Fatal(err)
				}
			}
			w.Clock.Set(h.Due.Add(48 * time.Hour))
			same(t, a.Send(), "taken", "doubtful exos.act.doubtful")
			doubts, _, err := w.Devices.DoubtsOf(t.Context(), prof)
			if err != nil || len(doubts) != 1 {
				t.Fatalf("%+v, %v", doubts, err)
			}
			if got := doubts[0].Receipt; got.IsZero() == want || want && !got.Before(h.Due) {
				t.Errorf("%s: vouched for %v", name, got)
			}
		}
	})

	t.Run("erased, no receipt of a pupil's is left, nor any that a teacher saw", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines := w.Teacher("prof"), w.Pupil("ines")
		a := w.Lend(ines)
		a.Answer(a.Open(w.Exercise(ines, 0), "", 1), Wrong)
		if _, err := w.Devices.Check(t.Context(), prof, a.Shown(a.Receipt(string(w.Module), 1, w.Clock.Now()))); err != nil {
			t.Fatal(err)
		}
		w.heed(exos.Notice{Issuer: issuer, ID: "n1", Kind: exos.PersonErased, Subject: "ines"})
		standing(w, prof, 0)
		err := w.Devices.Store.Read(t.Context(), func(ctx context.Context, r device.Reader) error {
			left, err := r.Receipts(ctx, prof.Learner.ID, 10)
			if len(left) > 0 {
				t.Errorf("%+v", left)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
