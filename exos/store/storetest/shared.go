package storetest

import (
	"bytes"
	"strconv"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/device"
	"pupitre/exos/offline"
	"pupitre/internal/fault"
)

// Lock asks for the device's half of a key, as the app does.
func (a *App) Lock(in device.LockRequest) device.LockAnswer {
	a.w.T.Helper()
	in.Device = device.ID(a.ID)
	out, err := a.w.Devices.Lock(a.w.Context(), a.Sign(offline.ForRequest, in))
	if err != nil {
		a.w.T.Fatalf("lock: %v", err)
	}
	return out
}

// proofOf is what a code gives, 32 bytes.
func proofOf(code string) []byte { return append([]byte(code), make([]byte, 32-len(code))...) }

// sharedDevices are devices that several pupils share, and what their teacher sees of homework on them.
func sharedDevices(t *testing.T, open Opener) {
	t.Run("half of a key is given for the right code only, and after ten wrong ones to nobody but its learner", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines, tom := w.Pupil("ines"), w.Pupil("tom")
		a := w.Enrol(ines)
		set := a.Lock(device.LockRequest{Next: proofOf("1234")})
		if len(set.Share) != 32 || len(set.Spare) != 32 || bytes.Equal(set.Share, set.Spare) {
			t.Fatalf("a new lock gives %+v", set)
		}
		if got := a.Lock(device.LockRequest{Proof: proofOf("1234")}); !bytes.Equal(got.Share, set.Share) || got.Spare != nil {
			t.Errorf("the right code gives %+v", got)
		}
		if got := a.Lock(device.LockRequest{Next: proofOf("0000")}); got.Share != nil || got.Left != 9 {
			t.Errorf("a new code without the old one gives %+v", got)
		}
		if got := a.Lock(device.LockRequest{Proof: proofOf("1234"), Next: proofOf("5678")}); !bytes.Equal(got.Share, set.Share) {
			t.Errorf("another code gives another half: %+v", got)
		}
		for n := range 10 {
			got := a.Lock(device.LockRequest{Proof: proofOf(strconv.Itoa(1000 + n))})
			if got.Share != nil || got.Left != 9-n || got.Closed != (n == 9) {
				t.Errorf("wrong code %d: %+v", n+1, got)
			}
		}
		if got := a.Lock(device.LockRequest{Proof: proofOf("5678")}); got.Share != nil || !got.Closed {
			t.Errorf("the right code after ten wrong ones: %+v", got)
		}
		_, err := w.Devices.Recover(t.Context(), tom, device.ID(a.ID))
		wantCode(t, err, fault.NotFound, "exos.device.unknown")
		spare, err := w.Devices.Recover(t.Context(), ines, device.ID(a.ID))
		if err != nil || !bytes.Equal(spare, set.Spare) {
			t.Fatalf("its learner gets %x, %v", spare, err)
		}
		if got := a.Lock(device.LockRequest{Proof: proofOf("5678")}); got.Share != nil {
			t.Errorf("the forgotten code is right still: %+v", got)
		}
		if got := a.Lock(device.LockRequest{Next: proofOf("2468")}); !bytes.Equal(got.Share, set.Share) {
			t.Errorf("a new code gives %+v", got)
		}
		a.Lock(device.LockRequest{Proof: proofOf("2468"), Drop: true})
		if _, err := w.Devices.Recover(t.Context(), ines, device.ID(a.ID)); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a lock that was taken off: %v", err)
		}
		a.Lock(device.LockRequest{Next: proofOf("1357")})
		if _, err := w.Devices.Recover(t.Context(), ines, device.ID(a.ID)); err != nil {
			t.Fatal(err)
		}
		a.Lock(device.LockRequest{Drop: true}) // who has signed in may do without
		if got := a.Lock(device.LockRequest{Next: proofOf("1357")}); got.Spare == nil || bytes.Equal(got.Spare, set.Spare) {
			t.Errorf("a lock after one that was taken off is the same: %+v", got)
		}
	})

	t.Run("codes that are tried at once are all counted", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		a := w.Enrol(w.Pupil("ines"))
		a.Lock(device.LockRequest{Next: proofOf("1234")})
		said := a.Sign(offline.ForRequest, device.LockRequest{Device: device.ID(a.ID), Proof: proofOf("0000")})
		for range 3 {
			for _, err := range atOnce(func(int) error { _, err := w.Devices.Lock(t.Context(), said); return err }) {
				if err != nil {
					t.Error(err)
				}
			}
		}
		if got := a.Lock(device.LockRequest{Proof: proofOf("1234")}); !got.Closed || got.Share != nil {
			t.Errorf("after many at once: %+v", got)
		}
	})

	t.Run("a lock that is not asked for as it must be", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines := w.Pupil("ines")
		a, b := w.Enrol(ines), w.Enrol(w.Pupil("tom"))
		ask := func(by *App, in device.LockRequest) error {
			_, err := w.Devices.Lock(t.Context(), by.Sign(offline.ForRequest, in))
			return err
		}
		id := device.ID(a.ID)
		wantCode(t, ask(b, device.LockRequest{Device: id, Next: proofOf("1")}), fault.Denied, "exos.device.proof")
		wantCode(t, ask(a, device.LockRequest{Device: "nobody", Next: proofOf("1")}), fault.NotFound, "exos.device.unknown")
		wantCode(t, ask(a, device.LockRequest{Device: id, Next: []byte("short")}), fault.Invalid, "exos.device.form")
		wantCode(t, ask(a, device.LockRequest{Device: id, Proof: proofOf("1")}), fault.Invalid, "exos.device.form")
		_, err := w.Devices.Lock(t.Context(), offline.Signed{Text: "nonsense"})
		wantCode(t, err, fault.Invalid, "exos.device.form")
		a.Lock(device.LockRequest{Next: proofOf("1234")})
		if err := w.Devices.End(t.Context(), ines, id); err != nil {
			t.Fatal(err)
		}
		wantCode(t, ask(a, device.LockRequest{Device: id, Proof: proofOf("1234")}), fault.Denied, "exos.device.lent")
		if spare, err := w.Devices.Recover(t.Context(), ines, id); err != nil || len(spare) != 32 {
			t.Errorf("what is not sent on an ended device stays with its learner: %x, %v", spare, err)
		}
	})

	t.Run("who signs out of a device ends it, and is asked for nothing more", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines := w.Pupil("ines")
		a, b := w.Lend(ines), w.Enrol(w.Pupil("tom"))
		a.Lock(device.LockRequest{Next: proofOf("1234")})
		leave := func(by *App) error {
			return w.Devices.Leave(t.Context(), by.Sign(offline.ForRequest, device.Fetch{Device: device.ID(a.ID)}))
		}
		wantCode(t, leave(b), fault.Denied, "exos.device.proof")
		for range 2 { // it may be said again
			if err := leave(a); err != nil {
				t.Fatal(err)
			}
		}
		own, err := w.Devices.Devices(t.Context(), ines)
		if err != nil || len(own) != 1 || !own[0].Ended() {
			t.Errorf("%+v, %v", own, err)
		}
		if !a.Send().Ended {
			t.Error("the device is in use still")
		}
	})

	t.Run("a teacher sees who has a homework ready, by each device's last word", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines, tom, zoe := w.Teacher("prof"), w.Pupil("ines"), w.Pupil("tom"), w.Pupil("zoe")
		h := w.Give(prof, w.Work(2))
		a, b := w.Lend(ines), w.Enrol(tom)
		board := func() map[exos.LearnerID][]device.BoardDevice {
			t.Helper()
			all, err := w.Devices.Readiness(t.Context(), prof, h.ID)
			if err != nil {
				t.Fatal(err)
			}
			out := map[exos.LearnerID][]device.BoardDevice{}
			for _, p := range all.Pupils {
				out[p.Learner] = p.Devices
			}
			return out
		}
		state := func(l exos.Visitor, want device.Preparedness) {
			t.Helper()
			got := board()[l.Learner.ID]
			if len(got) != 1 || got[0].State != want {
				t.Errorf("%s: %+v, want %s", l.Learner.Subject, got, want)
			}
		}
		says := func(by *App, r device.Ready, unsent int) {
			r.Homework = h.ID
			by.Speak(device.Request{Stands: &device.SelfReport{Unsent: unsent, Homework: []device.Ready{r}}})
		}
		state(ines, device.NotThere)
		if got, known := board()[zoe.Learner.ID]; !known || len(got) != 0 {
			t.Errorf("a pupil without a device: %+v", got)
		}
		says(a, device.Ready{Version: h.Version}, 3)
		state(ines, device.Partly)
		says(a, device.Ready{Version: h.Version, Whole: true, Online: 1}, 3)
		state(ines, device.Prepared)
		says(b, device.Ready{Version: h.Version - 1, Whole: true}, 0)
		state(tom, device.Outdated)
		if got := board()[ines.Learner.ID][0]; got.Unsent != 3 || got.Online != 1 || !got.SeenAt.Equal(a.Answers[len(a.Answers)-1].At) {
			t.Errorf("%+v", got)
		}
		a.Speak(device.Request{}) // an app that says nothing of itself changes nothing
		if all, err := w.Devices.Readiness(t.Context(), prof, h.ID); err != nil || all.Ready != 1 || all.Unsent != 3 || len(all.Pupils) != 3 {
			t.Errorf("%+v, %v", all, err)
		}
		a.Speak(device.Request{Return: []exos.ModuleID{w.Module}})
		state(ines, device.Shut)
		a.Speak(device.Request{Modules: []exos.ModuleID{w.Module}, Stands: &device.SelfReport{}})
		state(ines, device.NotThere)
		says(a, device.Ready{Version: h.Version, Whole: true}, 0)
		state(ines, device.Prepared)
		w.Clock.Pass(31 * 24 * time.Hour) // of a lease that nobody renewed
		state(ines, device.Shut)
		if err := w.Devices.End(t.Context(), ines, device.ID(a.ID)); err != nil {
			t.Fatal(err)
		}
		if got := board()[ines.Learner.ID]; len(got) != 0 {
			t.Errorf("an ended device is on the board: %+v", got)
		}
	})

	t.Run("the board of a homework is its giver's alone", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof := w.Teacher("prof")
		h := w.Give(prof, w.Work(1))
		other := prof
		other.Learner.School = "0330002X"
		for _, v := range []exos.Visitor{w.Pupil("ines"), w.Teacher("colleague"), other} {
			_, err := w.Devices.Readiness(t.Context(), v, h.ID)
			wantCode(t, err, fault.NotFound, "exos.homework.unknown")
		}
	})

	t.Run("what a device says of itself is bounded", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		a := w.Enrol(w.Pupil("ines"))
		many := device.SelfReport{}
		for n := range 101 {
			many.Homework = append(many.Homework, device.Ready{Homework: exos.HomeworkID("h" + strconv.Itoa(n))})
		}
		for _, s := range []device.SelfReport{
			many, {Unsent: -1}, {Unsent: 1<<20 + 1}, {Homework: []device.Ready{{}}}, {Homework: []device.Ready{{Homework: "h"}, {Homework: "h"}}},
			{Homework: []device.Ready{{Homework: exos.HomeworkID(bytes.Repeat([]byte("h"), 41))}}}, {Homework: []device.Ready{{Homework: "h", Version: -1}}}, {Homework: []device.Ready{{Homework: "h", Online: -1}}},
		} {
			_, err := w.Devices.Speak(t.Context(), a.Ask(device.Request{Stands: &s}), ByKey)
			wantCode(t, err, fault.Invalid, "exos.device.form")
		}
	})
}
