package storetest

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/exos/device"
	"pupitre/exos/offline"
	"pupitre/exos/offline/offlinetest"
	"pupitre/internal/fault"
	"pupitre/internal/id"
)

// App is a learner's device as a test handles it: what it was told last, and what it has not sent.
type App struct {
	*offlinetest.Device
	w       *World
	ids     *id.Maker
	outbox  []offline.Signed
	all     []offline.Signed // sent or not
	Answers []device.Answer
}

// Enrol makes a device of a learner's.
func (w *World) Enrol(v exos.Visitor) *App {
	w.T.Helper()
	code, err := w.Devices.Mint(w.Context(), v)
	if err != nil {
		w.T.Fatalf("mint: %v", err)
	}
	d := offlinetest.New("")
	made, err := w.Devices.Redeem(w.Context(), Enrolment(d, code))
	if err != nil {
		w.T.Fatalf("redeem: %v", err)
	}
	d.ID = string(made.ID)
	d.Heard(0, w.Clock.Now())
	return &App{Device: d, w: w, ids: id.NewMaker(w.Clock.Now)}
}

// Enrolment is what a device signs to redeem a code.
func Enrolment(d *offlinetest.Device, code device.Code) offline.Signed {
	return d.Sign(offline.ForEnrolment, map[string]any{"code": code, "key": json.RawMessage(d.Key.String()), "kind": "tablet"})
}

// Ask is a signed request.
func (a *App) Ask(in device.Request) offline.Signed {
	in.Device = device.ID(a.ID)
	return a.Sign(offline.ForRequest, in)
}

// Speak sends a request that must be answered.
func (a *App) Speak(in device.Request) device.Answer {
	a.w.T.Helper()
	out, err := a.w.Devices.Speak(a.w.Context(), a.Ask(in), ByKey)
	if err != nil {
		a.w.T.Fatalf("speak: %v", err)
	}
	a.Heard(out.Number, a.w.Clock.Now())
	a.Answers = append(a.Answers, out)
	return out
}

// ByKey are words for tests: a message is its key.
func ByKey(key string, _ ...any) string { return key }

// Send sends all that waits on the device.
func (a *App) Send() device.Answer {
	a.w.T.Helper()
	sent := a.outbox
	a.outbox = nil
	return a.Speak(device.Request{Acts: sent})
}

// Act is something done in an attempt on the device.
type Act struct {
	Attempt  exos.AttemptID  `json:"attempt"`
	Exercise exos.ExerciseID `json:"exercise"`
	Homework exos.HomeworkID `json:"homework,omitempty"`
	Version  string          `json:"version"`
	Seed     exos.Seed       `json:"seed"`
	Kind     exos.Kind       `json:"kind"`
	Payload  *exos.Answer    `json:"payload,omitempty"`
}

// Open begins an attempt at an exercise on the device.
func (a *App) Open(e exos.Exercise, h exos.HomeworkID, seed exos.Seed) Act {
	act := Act{Attempt: exos.AttemptID(a.ids.New()), Exercise: e.ID, Homework: h, Version: e.Version, Seed: seed, Kind: exos.Opened}
	a.Did(act)
	return act
}

// Answer answers in an attempt.
func (a *App) Answer(at Act, given *exos.Answer) {
	at.Kind, at.Payload, at.Homework = exos.Answered, given, ""
	a.Did(at)
}

// Did does something now.
func (a *App) Did(what Act) {
	signed := a.Do(a.ids.New(), a.w.Clock.Now(), what)
	a.outbox, a.all = append(a.outbox, signed), append(a.all, signed)
}

// lent is the entitlement to the workbook in an answer, and its status.
func (a *App) lent(out device.Answer) (e *offline.Entitlement, s *offline.Status) {
	a.w.T.Helper()
	keys, err := a.w.Devices.Keys(a.w.Context())
	if err != nil {
		a.w.T.Fatal(err)
	}
	for _, token := range out.Entitlements {
		got, err := keys.Entitlement(token)
		if err != nil {
			a.w.T.Fatal(err)
		}
		e = &got
	}
	for _, token := range out.Statuses {
		got, err := keys.Status(token)
		if err != nil {
			a.w.T.Fatal(err)
		}
		s = &got
	}
	return e, s
}

// Exercise is the workbook's n-th, from 0.
func (w *World) Exercise(v exos.Visitor, n int) exos.Exercise {
	w.T.Helper()
	var out exos.Exercise
	err := w.Service.Store.Read(w.Context(), func(ctx context.Context, r exos.Reader) (err error) {
		out, err = r.Exercise(ctx, w.Exercises(v)[n].Exercise)
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return out
}

// Lend enrols a device and lends it the workbook.
func (w *World) Lend(v exos.Visitor) *App {
	w.T.Helper()
	a := w.Enrol(v)
	if e, _ := a.lent(a.Speak(device.Request{Modules: []exos.ModuleID{w.Module}})); e == nil {
		w.T.Fatal("nothing was lent")
	}
	return a
}

func outcomesOf(out device.Answer) []string {
	var all []string
	for _, v := range out.Verdicts {
		text := string(v.Outcome)
		if v.Known {
			text += " again"
		}
		if v.Code != "" {
			text += " " + v.Code
		}
		all = append(all, text)
	}
	return all
}

func same(t *testing.T, got device.Answer, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, outcomesOf(got)); diff != "" {
		t.Error(diff)
	}
}

func devices(t *testing.T, open Opener) {
	t.Run("a code makes one device, once, within a minute", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		v := w.Pupil("ines")
		code, err := w.Devices.Mint(t.Context(), v)
		if err != nil {
			t.Fatal(err)
		}
		made := 0
		for _, err := range atOnce(func(int) error {
			_, err := w.Devices.Redeem(t.Context(), Enrolment(offlinetest.New(""), code))
			return err
		}) {
			if err == nil {
				made++
			} else if fault.CodeOf(err) != "exos.device.code" {
				t.Error(err)
			}
		}
		if own, err := w.Devices.Devices(t.Context(), v); err != nil || made != 1 || len(own) != 1 || own[0].Kind != device.Tablet {
			t.Errorf("made %d: %+v, %v", made, own, err)
		}
		late, err := w.Devices.Mint(t.Context(), v)
		if err != nil {
			t.Fatal(err)
		}
		w.Clock.Pass(time.Minute)
		_, err = w.Devices.Redeem(t.Context(), Enrolment(offlinetest.New(""), late))
		wantCode(t, err, fault.Denied, "exos.device.code")
		typed, err := w.Devices.MintTyped(t.Context(), v)
		if err != nil || len(typed) != 10 {
			t.Fatalf("%q, %v", typed, err)
		}
		w.Clock.Pass(9 * time.Minute)
		if _, err = w.Devices.Redeem(t.Context(), Enrolment(offlinetest.NewP256(""), " "+typed[:5]+"-"+typed[5:])); err != nil {
			t.Error(err)
		}
		stolen := Enrolment(offlinetest.New(""), typed)
		stolen.Signature[0] ^= 1
		_, err = w.Devices.Redeem(t.Context(), stolen)
		wantCode(t, err, fault.Denied, "exos.device.proof")
	})

	t.Run("what is done on a device is marked as it would be online", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines, tom := w.Pupil("ines"), w.Pupil("tom")
		a := w.Lend(ines)
		for n := range 10 {
			given := []*exos.Answer{Wrong}
			at := a.Open(w.Exercise(ines, n), "", exos.Seed(n+7))
			if n%3 != 0 {
				given = append(given, w.Declared(n, at.Seed))
			}
			s := w.Sit(tom, n)
			for i, g := range given {
				a.Answer(at, g)
				if i == 1 {
					g = w.Declared(n, s.Seed)
				}
				w.Tell(tom, w.Event(s, exos.Answered, g))
			}
			w.Clock.Pass(5 * time.Hour)
		}
		got := a.Send()
		for i, v := range got.Verdicts {
			if v.Outcome != offline.Taken || v.Moment == nil || !v.Moment.Steady {
				t.Errorf("act %d: %+v", i+1, v)
			}
		}
		online, away := w.Exercises(tom), w.Exercises(ines)
		for n := range online {
			if o := online[n].Mark; (o == nil) != (away[n].Mark == nil) || o != nil && (o.Best != away[n].Mark.Best || o.Last != away[n].Mark.Last || o.Tries != away[n].Mark.Tries) {
				t.Errorf("exercise %d: online %+v, away %+v", n+1, o, away[n].Mark)
			}
		}
		if away[0].Mark == nil || w.Now().Sub(away[0].Mark.LastAt) < 49*time.Hour {
			t.Errorf("the first was done two days ago: %+v", away[0].Mark)
		}
	})

	t.Run("however acts come, from three devices with wrong clocks, marks are the same", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines, twin := w.Pupil("ines"), w.Pupil("twin")
		var order, mess []*App
		for range 3 {
			order, mess = append(order, w.Lend(ines)), append(mess, w.Lend(twin))
		}
		draw := id.Seeded(w.Clock.Now, 2026)
		dice := func(n int) int { s := draw.New(); return (int(s[18])*31 + int(s[19])) % n }
		last := map[int]float64{} // what was done last, by the truth
		for i := range 60 {
			n, e, wrong := dice(3), dice(4), time.Duration(dice(2880)-1440)*time.Minute
			order[n].Wrong, mess[n].Wrong = wrong, wrong
			a, b := order[n].Open(w.Exercise(ines, e), "", exos.Seed(i)), mess[n].Open(w.Exercise(ines, e), "", exos.Seed(i))
			for range dice(3) {
				given, right := Wrong, dice(2) == 0
				last[e] = 0
				if right {
					given, last[e] = w.Declared(e, exos.Seed(i)), w.Items[e].MaxScore
				}
				order[n].Answer(a, given)
				mess[n].Answer(b, given)
				if right {
					break
				}
				w.Clock.Pass(time.Minute)
			}
			w.Clock.Pass(time.Duration(dice(3600)) * time.Second)
		}
		for _, a := range slices.Backward(order) {
			a.Send()
		}
		for range 40 {
			a := mess[dice(3)]
			from := dice(len(a.outbox))
			batch := slices.Clone(a.outbox[from : from+1+dice(len(a.outbox)-from)])
			if dice(2) == 0 {
				slices.Reverse(batch)
			}
			a.Speak(device.Request{Acts: append(batch, batch[0])})
		}
		for _, a := range mess {
			slices.Reverse(a.outbox)
			a.Send()
		}
		want, got := w.Exercises(ines), w.Exercises(twin)
		for n := range want {
			a, b := want[n].Mark, got[n].Mark
			if (a == nil) != (b == nil) || a != nil && (a.Best != b.Best || a.Last != b.Last || a.Tries != b.Tries) {
				t.Errorf("exercise %d: in order %+v, in a mess %+v", n+1, a, b)
			}
			if score, done := last[n]; done != (a != nil) || done && a.Last != score {
				t.Errorf("exercise %d: %+v, and %v was earned last", n+1, a, score)
			}
		}
	})

	t.Run("an entitlement says what, to whom and until when, and renews itself", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		a := w.Enrol(w.Pupil("ines"))
		if e, s := a.lent(a.Speak(device.Request{})); e != nil || s != nil {
			t.Errorf("nothing was asked for: %+v, %+v", e, s)
		}
		first, status := a.lent(a.Speak(device.Request{Modules: []exos.ModuleID{w.Module}}))
		if first == nil || status == nil || status.State != offline.Active || first.Holder.Thumbprint != a.Key.Thumbprint() || len(first.Files) < 48 {
			t.Fatalf("%+v, %+v", first, status)
		}
		if want := w.Now().Add(30 * 24 * time.Hour); first.Lease.Time().Sub(want).Abs() > time.Minute || !first.End.Time().Equal(lastDay.End(time.UTC)) && first.End.Time().Before(first.Lease.Time()) {
			t.Errorf("%+v", first)
		}
		w.Clock.Pass(20 * 24 * time.Hour)
		next, _ := a.lent(a.Speak(device.Request{}))
		if next == nil || next.ID != first.ID || next.Lease.Time().Sub(first.Lease.Time()) < 19*24*time.Hour {
			t.Errorf("renewed: %+v", next)
		}
		other, _ := w.Lend(w.Pupil("tom")).lent(w.Lend(w.Pupil("tom")).Answers[0])
		if other.Subject == first.Subject || other.ID == first.ID {
			t.Error("two learners have one name")
		}
	})

	t.Run("a right that was taken back ends the entitlement, and what was done before is taken", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines := w.Pupil("ines")
		a := w.Lend(ines)
		before := a.Open(w.Exercise(ines, 0), "", 1)
		w.heed(exos.Notice{Issuer: issuer, ID: "n1", Kind: exos.RightsChanged, Subject: "ines"})
		if e, s := a.lent(a.Speak(device.Request{})); e != nil || s == nil || s.State != offline.Suspended || s.Reason != "exos.device.stale" {
			t.Errorf("on what may have changed nothing is renewed, and nothing opens: %+v, %+v", e, s)
		}
		w.Broker.Give(nil)
		w.Visit(w.Arrive(Claims("ines", exos.Pupil), "s2"))
		a.Answer(before, w.Declared(0, 1))
		w.Clock.Pass(time.Hour)
		out := a.Send()
		same(t, out, "taken", "taken")
		if e, s := a.lent(out); e != nil || s == nil || s.State != offline.Revoked {
			t.Errorf("%+v, %+v", e, s)
		}
		a.Open(w.Exercise(ines, 1), "", 1)
		same(t, a.Send(), "refused exos.act.lease")
		w.Broker.Give(nil, OpenRight())
		w.Visit(w.Arrive(Claims("ines", exos.Pupil), "s3"))
		if e, _ := a.lent(a.Speak(device.Request{})); e != nil {
			t.Error("revoked is for good, until it is asked for anew")
		}
		if e, s := a.lent(a.Speak(device.Request{Modules: []exos.ModuleID{w.Module}})); e == nil || s.ID != e.ID || s.State != offline.Active {
			t.Errorf("%+v, %+v", e, s)
		}
	})

	t.Run("rights that may have changed close a module at the next word, until they are read: answers are taken, and it opens again", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines := w.Pupil("ines")
		a := w.Lend(ines)
		first, status := a.lent(a.Answers[0])
		access := func(e *offline.Entitlement, s *offline.Status) (offline.Access, string) {
			return offline.Held{Entitlement: e, Device: a.Key.Thumbprint(), Status: s, Clock: w.Now(), Anchor: w.Now()}.May()
		}
		if got, rule := access(first, status); got != offline.MayOpen {
			t.Fatal(got, rule)
		}
		at := a.Open(w.Exercise(ines, 0), "", 1)
		w.Clock.Pass(time.Minute)
		w.heed(exos.Notice{Issuer: issuer, ID: "n1", Kind: exos.RightsChanged, Subject: "ines"})
		fetch := func() error {
			_, _, err := w.Devices.Held(t.Context(), a.Sign(offline.ForRequest, device.Fetch{Device: device.ID(a.ID), Module: w.Module}))
			return err
		}
		for range 2 { // said again, it is the same
			w.Clock.Pass(time.Minute)
			e, s := a.lent(a.Send())
			if got, rule := access(first, s); e != nil || got != offline.MustWait || rule != "suspended" {
				t.Errorf("it stays open: %v by %s, %+v", got, rule, s)
			}
			wantCode(t, fetch(), fault.Denied, "exos.device.lent")
		}
		a.Answer(at, w.Declared(0, 1)) // a page that had stayed open: nobody knows yet that the right is gone
		w.Clock.Pass(time.Minute)
		same(t, a.Send(), "taken")
		w.Visit(w.Arrive(Claims("ines", exos.Pupil), "s2"))
		w.Clock.Pass(time.Minute)
		e, s := a.lent(a.Send())
		if e == nil || s == nil || e.ID != first.ID || s.Reason != "" {
			t.Fatalf("%+v, %+v", e, s)
		}
		if got, rule := access(e, s); got != offline.MayOpen {
			t.Errorf("the rights are as they were, and it does not open again: %v by %s", got, rule)
		}
		if err := fetch(); err != nil {
			t.Error(err)
		}
	})

	t.Run("an ended device hears of it, and its answers are still taken", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines, prof := w.Pupil("ines"), w.Teacher("prof")
		a := w.Lend(ines)
		at := a.Open(w.Exercise(ines, 0), "", 1)
		a.Answer(at, w.Declared(0, 1))
		wantCode(t, w.Devices.End(t.Context(), w.Pupil("tom"), device.ID(a.ID)), fault.NotFound, "exos.device.unknown")
		seen, err := w.Devices.Class(t.Context(), prof)
		if err != nil || len(seen) != 1 || seen[0].Learner != ines.Learner.ID {
			t.Fatalf("%+v, %v", seen, err)
		}
		if err := w.Devices.EndPupils(t.Context(), prof, device.ID(a.ID)); err != nil {
			t.Fatal(err)
		}
		out := a.Send()
		same(t, out, "taken", "taken")
		if e, s := a.lent(out); !out.Ended || e != nil || s == nil || s.State != offline.Revoked {
			t.Errorf("%+v %+v %+v", out, e, s)
		}
		if mark := w.Exercises(ines)[0].Mark; mark == nil || mark.Best != mark.Max {
			t.Errorf("%+v", mark)
		}
		a.Open(w.Exercise(ines, 1), "", 1)
		same(t, a.Send(), "refused exos.act.lease")
	})

	t.Run("what a device did not sign is refused, and its teacher sees it", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines, tom, prof := w.Pupil("ines"), w.Pupil("tom"), w.Teacher("prof")
		a, b := w.Lend(ines), w.Lend(tom)
		at := a.Open(w.Exercise(ines, 0), "", 1)
		a.Answer(at, w.Declared(0, 1))
		tampered := a.outbox[1]
		tampered.Text = tampered.Text[:len(tampered.Text)-1] + " }"
		same(t, a.Speak(device.Request{Acts: []offline.Signed{a.outbox[0], tampered}}), "taken", "refused exos.act.signature")
		same(t, b.Speak(device.Request{Acts: a.outbox}), "refused exos.act.signature", "refused exos.act.signature")
		forged := a.Ask(device.Request{})
		forged.Text = b.Ask(device.Request{}).Text
		_, err := w.Devices.Speak(t.Context(), forged, ByKey)
		wantCode(t, err, fault.Denied, "exos.device.proof")
		_, err = w.Devices.Speak(t.Context(), a.Sign(offline.ForRequest, device.Request{Device: "nobody"}), ByKey)
		wantCode(t, err, fault.NotFound, "exos.device.unknown")
		seen, err := w.Devices.Class(t.Context(), prof)
		if err != nil {
			t.Fatal(err)
		}
		reports := map[string]int{}
		for _, s := range seen {
			reports[string(s.ID)] = len(s.Reports)
		}
		if diff := cmp.Diff(map[string]int{a.ID: 1, b.ID: 2}, reports); diff != "" {
			t.Error(diff)
		}
		if mark := w.Exercises(ines)[0].Mark; mark != nil {
			t.Errorf("it counted: %+v", mark)
		}
	})

	t.Run("a device whose numbers are used up, and of which an act is damaged, goes on: all the rest is taken, once", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines, prof := w.Pupil("ines"), w.Teacher("prof")
		a := w.Lend(ines)
		before := *a.Device
		a.Open(w.Exercise(ines, 0), "", 1)
		same(t, a.Send(), "taken")
		*a.Device = before // its storage is put back
		for n := range 3 {
			at := a.Open(w.Exercise(ines, n), "", 1)
			a.Answer(at, w.Declared(n, 1))
		}
		acts := slices.Clone(a.outbox)
		damaged := acts[3]
		acts[3].Text = strings.Replace(damaged.Text, "answered", "answers ", 1)
		got := a.Speak(device.Request{Acts: acts})
		same(t, got, "refused exos.act.forked", "refused exos.act.chain", "taken", "refused exos.act.signature", "waiting", "waiting")
		if got.Place.Next != 4 || got.Place.Until != 5 || got.Place.Then != damaged.Hash() {
			t.Errorf("%+v", got.Place)
		}
		a.GoOn(got.Place.Next, got.Place.Head)
		got = a.Speak(device.Request{Acts: []offline.Signed{a.Instead(a.ids.New(), w.Clock.Now(), Act{Kind: "lost"}, got.Place.Then)}})
		same(t, got, "refused exos.act.lost", "taken again", "taken again")
		if got.Place.Next != 7 || got.Place.Until != 0 {
			t.Errorf("%+v", got.Place)
		}
		a.GoOn(got.Place.Next, got.Place.Head)
		got = a.Speak(device.Request{Acts: []offline.Signed{a.Again(acts[0]), a.Again(acts[1])}})
		same(t, got, "taken", "taken")
		for n, marked := range []bool{true, false, true} {
			if mark := w.Exercises(ines)[n].Mark; (mark != nil && mark.Tries == 1) != marked {
				t.Errorf("exercise %d: %+v", n+1, mark)
			}
		}
		seen, err := w.Devices.Class(t.Context(), prof)
		if err != nil || len(seen) != 1 || len(seen[0].Reports) != 2 || seen[0].Waiting != 0 {
			t.Errorf("%+v, %v", seen, err)
		}
	})

	t.Run("what a device did sign is reported whole, whatever its length", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines := w.Pupil("ines")
		a := w.Lend(ines)
		before := *a.Device
		a.Open(w.Exercise(ines, 0), "", 1)
		a.Send()
		*a.Device = before
		long := a.Open(w.Exercise(ines, 0), "", 1)
		a.outbox = nil
		*a.Device = before
		long.Version = strings.Repeat("v", 10<<10)
		a.Did(long)
		same(t, a.Send(), "refused exos.act.forked")
		var kept exos.Personal
		if err := w.Service.Store.Read(t.Context(), func(ctx context.Context, r exos.Reader) (err error) {
			kept, err = r.(exos.ArrivalReader).Personal(ctx, ines.Learner.ID)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if reports := kept["device_report"]; len(reports) != 1 || !strings.Contains(string(reports[0]["body"]), long.Version) {
			t.Errorf("it was cut short: %d reports", len(reports))
		}
	})

	t.Run("acts that wait for others are taken when those come, even with an exercise that nobody named meanwhile", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines := w.Pupil("ines")
		a := w.Lend(ines)
		for n := range 3 {
			a.Open(w.Exercise(ines, n), "", 1)
		}
		same(t, a.Speak(device.Request{Acts: a.outbox[1:2]}), "waiting")
		same(t, a.Speak(device.Request{Acts: a.outbox[2:]}), "waiting")
		same(t, a.Speak(device.Request{Acts: a.outbox[:1]}), "taken", "taken again", "taken again")
		same(t, a.Speak(device.Request{Acts: a.outbox}), "taken again", "taken again", "taken again")
	})

	t.Run("a request from many sides at once counts once", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines := w.Pupil("ines")
		a := w.Lend(ines)
		at := a.Open(w.Exercise(ines, 0), "", 1)
		a.Answer(at, Wrong)
		request := a.Ask(device.Request{Acts: a.outbox})
		fresh, numbers := 0, map[int64]bool{}
		for _, out := range atOnce(func(int) device.Answer {
			out, err := w.Devices.Speak(t.Context(), request, ByKey)
			if err != nil {
				t.Error(err)
			}
			return out
		}) {
			numbers[out.Number] = true
			if !out.Verdicts[1].Known {
				fresh++
			}
		}
		if mark := w.Exercises(ines)[0].Mark; fresh != 1 || mark.Tries != 1 || len(numbers) != crowd {
			t.Errorf("taken %d times, %d answers, mark %+v", fresh, len(numbers), mark)
		}
	})

	t.Run("erased, nothing of a learner's devices is left", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines := w.Pupil("ines")
		a := w.Lend(ines)
		a.Open(w.Exercise(ines, 0), "", 1)
		a.Send()
		w.heed(exos.Notice{Issuer: issuer, ID: "n1", Kind: exos.PersonErased, Subject: "ines"})
		_, err := w.Devices.Speak(t.Context(), a.Ask(device.Request{}), ByKey)
		wantCode(t, err, fault.NotFound, "exos.device.unknown")
		if left, err := w.Devices.Devices(t.Context(), ines); err != nil || len(left) != 0 {
			t.Errorf("%+v, %v", left, err)
		}
	})
	deadlines(t, open)
	graces(t, open)
}

// deadlines: what of homework is done out of reach.
func deadlines(t *testing.T, open Opener) {
	type story struct {
		name          string
		heard, done   time.Duration // before the end; negative: after
		sent          time.Duration // after the end
		restarted     bool
		wrong         time.Duration
		outcome, code string
		settled       string // what becomes of it where it is doubtful and believed
	}
	for _, s := range []story{
		{name: "sent before the end", heard: 5 * time.Hour, done: 3 * time.Hour, sent: -time.Hour, outcome: "taken"},
		{name: "sent before the end, by a clock a day ahead", heard: 5 * time.Hour, done: 3 * time.Hour, sent: -time.Hour, restarted: true, wrong: 24 * time.Hour, outcome: "taken"},
		{name: "done before, sent after", heard: 5 * time.Hour, done: 3 * time.Hour, sent: 48 * time.Hour, outcome: "doubtful", code: "exos.act.doubtful", settled: "taken"},
		{name: "done before by its clock, sent after", heard: 5 * time.Hour, done: 3 * time.Hour, sent: 48 * time.Hour, restarted: true, outcome: "doubtful", code: "exos.act.doubtful", settled: "taken"},
		{name: "done after, sent after", heard: 5 * time.Hour, done: -time.Hour, sent: 48 * time.Hour, outcome: "refused", code: "exos.homework.closed"},
		{name: "done after, by a clock a day behind: the device is not caught, and it is doubtful", heard: 5 * time.Hour, done: -time.Hour, sent: 48 * time.Hour, restarted: true, wrong: -24 * time.Hour, outcome: "doubtful", code: "exos.act.doubtful", settled: "taken"},
		{name: "an answer of ours was there after the end: no clock helps", heard: -time.Hour, done: -2 * time.Hour, sent: 48 * time.Hour, restarted: true, wrong: -24 * time.Hour, outcome: "refused", code: "exos.homework.closed"},
	} {
		t.Run("deadline: "+s.name, func(t *testing.T) {
			t.Parallel()
			w := NewWorld(t, open)
			prof, ines := w.Teacher("prof"), w.Pupil("ines")
			work := w.Work(1)
			h := w.Give(prof, work)
			a := w.Lend(ines)
			e, seed := w.Exercise(ines, 0), w.seedOf(ines, h.ID)
			w.Clock.Set(h.Due.Add(-6 * time.Hour))
			at := a.Open(e, h.ID, seed)
			a.Send()
			w.Clock.Set(h.Due.Add(-s.heard))
			a.Speak(device.Request{})
			a.Wrong = s.wrong
			if s.restarted {
				a.Restart()
			}
			w.Clock.Set(h.Due.Add(-s.done))
			a.Answer(at, w.Declared(0, seed))
			w.Clock.Set(h.Due.Add(s.sent))
			want := s.outcome
			if s.code != "" {
				want += " " + s.code
			}
			same(t, a.Send(), want)
			counts := func() bool {
				got, err := w.Homeworks(t.Context(), ines)
				if err != nil || len(got) != 1 {
					t.Fatalf("%+v, %v", got, err)
				}
				return got[0].Done == 1
			}
			if counts() != (s.outcome == "taken") {
				t.Errorf("it counts: %v", counts())
			}
			doubts, err := w.Devices.Doubts(t.Context(), prof, h.ID)
			if err != nil || len(doubts) != map[bool]int{true: 1}[s.outcome == "doubtful"] {
				t.Fatalf("%+v, %v", doubts, err)
			}
			if s.settled == "" {
				return
			}
			waiting, pupils, err := w.Devices.DoubtsOf(t.Context(), prof)
			if err != nil || len(waiting) != 1 || waiting[0].Answers != 1 || waiting[0].Homework != h.ID || waiting[0].Steady == s.restarted || pupils[ines.Learner.ID].Learner == "" {
				t.Errorf("%+v, %v", waiting, err)
			}
			_, err = w.Devices.Settle(t.Context(), w.Teacher("other"), h.ID, ines.Learner.ID, true)
			wantCode(t, err, fault.NotFound, "exos.homework.unknown")
			for _, n := range []int{1, 0} { // settled once
				if got, err := w.Devices.Settle(t.Context(), prof, h.ID, ines.Learner.ID, true); err != nil || got != n {
					t.Errorf("settled %d, %v", got, err)
				}
			}
			if !counts() {
				t.Error("believed, it does not count")
			}
			results, err := w.Classroom.Results(t.Context(), prof, h.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range results.Rows {
				if row.Late {
					t.Error("believed, it is late")
				}
			}
		})
	}

	t.Run("a doubtful answer that is not believed stays, and counts for nothing", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines := w.Teacher("prof"), w.Pupil("ines")
		h := w.Give(prof, w.Work(1))
		a := w.Lend(ines)
		seed := w.seedOf(ines, h.ID)
		at := a.Open(w.Exercise(ines, 0), h.ID, seed)
		a.Answer(at, w.Declared(0, seed))
		w.Clock.Set(h.Due.Add(time.Hour))
		same(t, a.Send(), "taken", "doubtful exos.act.doubtful")
		if n, err := w.Devices.Settle(t.Context(), prof, h.ID, ines.Learner.ID, false); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		same(t, a.Speak(device.Request{Acts: a.all}), "taken again", "refused again exos.act.disbelieved")
		if got, err := w.Homeworks(t.Context(), ines); err != nil || got[0].Done != 0 {
			t.Errorf("%+v, %v", got, err)
		}
	})

	t.Run("homework that is changed after a device took it along: what is still in it counts, what was taken out of it is kept, and told", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines := w.Teacher("prof"), w.Pupil("ines")
		h := w.Give(prof, w.Work(2))
		a := w.Lend(ines)
		var seeds []exos.Seed
		for n := range 2 {
			seed, err := w.SeedAway(t.Context(), ines, h.ID, w.Exercises(ines)[n].Exercise)
			if err != nil {
				t.Fatal(err)
			}
			seeds = append(seeds, seed)
			at := a.Open(w.Exercise(ines, n), h.ID, seed)
			a.Answer(at, w.Declared(n, seed))
		}
		next := h
		next.Parts = append(h.Parts[:1:1], exos.Part{Module: w.Module, Exercise: w.Exercises(prof)[2].Exercise})
		if err := w.Classroom.Change(t.Context(), prof, next); err != nil {
			t.Fatal(err)
		}
		out := a.Send()
		same(t, out, "taken", "taken", "taken", "refused exos.homework.removed")
		if diff := cmp.Diff([]string{"title", h.Title}, out.Verdicts[3].Params); diff != "" {
			t.Errorf("what the pupil is told names %s", diff)
		}
		if got, err := w.Homework(t.Context(), ines, h.ID); err != nil || got.Done != 1 || got.Total != 2 {
			t.Errorf("%+v, %v", got, err)
		}
		a.Open(w.Exercise(ines, 1), h.ID, seeds[1]+2) // no seed that the homework drew: it never took this along
		same(t, a.Send(), "refused exos.event.mismatch")
	})

	t.Run("graded work says nothing to a device, and is done once", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines := w.Teacher("prof"), w.Pupil("ines")
		work := w.Work(1)
		work.Graded = true
		h := w.Give(prof, work)
		a, b := w.Lend(ines), w.Lend(ines)
		e, _ := a.lent(a.Answers[0])
		program := w.Exercise(ines, 0).Program
		if slices.Contains(e.Files, offline.Hash(program)) || !slices.Contains(e.Files, offline.Hash(w.Exercise(ines, 1).Program)) {
			t.Error("the key of graded work is lent")
		}
		seed := w.seedOf(ines, h.ID)
		at := a.Open(w.Exercise(ines, 0), h.ID, seed)
		a.Answer(at, w.Declared(0, seed))
		out := a.Send()
		same(t, out, "taken", "taken")
		var said exos.Result
		if err := json.Unmarshal(out.Verdicts[1].Said, &said); err != nil || !said.Veiled || said.Score != 0 || said.Right || len(said.Shown)+len(said.Outcomes) > 0 {
			t.Errorf("%s, %v", out.Verdicts[1].Said, err)
		}
		b.Open(w.Exercise(ines, 0), h.ID, seed)
		same(t, b.Send(), "refused exos.homework.once")
		a.Open(w.Exercise(ines, 0), "", 5)
		training := a.Open(w.Exercise(ines, 0), "", 6)
		a.Answer(training, w.Declared(0, 6))
		if got := outcomesOf(a.Send()); got[2] != "refused exos.homework.withheld" {
			t.Errorf("in its module meanwhile: %v", got)
		}
		c := w.Lend(ines)
		c.Open(w.Exercise(ines, 0), h.ID, seed+2)
		same(t, c.Send(), "refused exos.event.mismatch")
	})
}

// graces: what is done out of reach and comes after the day, while answers still count, goes by when it was done.
func graces(t *testing.T, open Opener) {
	for _, s := range []struct {
		name        string
		heard, done time.Duration // before the day; negative: after
		sent        time.Duration // after the day, of two days of grace
		overtaken   bool          // what was done next was heard of before the day
		restarted   bool
		wrong       time.Duration
		late        bool
		certainty   offline.Certainty
	}{
		{name: "sent before the day", heard: 5 * time.Hour, done: 3 * time.Hour, sent: -time.Hour},
		{name: "what followed was heard of before the day: it was done by then, whatever its clock says", heard: 5 * time.Hour, done: 3 * time.Hour, sent: 20 * time.Hour, overtaken: true, restarted: true, wrong: -time.Hour},
		{name: "done before the day by its count, sent after: in time, and likely", heard: 5 * time.Hour, done: 3 * time.Hour, sent: 20 * time.Hour, certainty: offline.Likely},
		{name: "done before the day by its clock, sent after: in time, and unsure", heard: 5 * time.Hour, done: 3 * time.Hour, sent: 20 * time.Hour, restarted: true, certainty: offline.Unsure},
		{name: "done after the day: late, at its time", heard: 5 * time.Hour, done: -3 * time.Hour, sent: 20 * time.Hour, late: true},
		{name: "done after the day, by a clock a day behind: the device is not caught, and it is unsure", heard: 5 * time.Hour, done: -20 * time.Hour, sent: 30 * time.Hour, restarted: true, wrong: -24 * time.Hour, certainty: offline.Unsure},
		{name: "an answer of ours was there after the day: no clock helps", heard: -time.Hour, done: -3 * time.Hour, sent: 20 * time.Hour, restarted: true, wrong: -24 * time.Hour, late: true},
	} {
		t.Run("grace: "+s.name, func(t *testing.T) {
			t.Parallel()
			w := NewWorld(t, open)
			prof, ines := w.Teacher("prof"), w.Pupil("ines")
			work := w.Work(1)
			work.Grace = 48 * time.Hour
			h := w.Give(prof, work)
			a := w.Lend(ines)
			seed := w.seedOf(ines, h.ID)
			w.Clock.Set(h.Due.Add(-6 * time.Hour))
			at := a.Open(w.Exercise(ines, 0), h.ID, seed)
			a.Send()
			w.Clock.Set(h.Due.Add(-s.heard))
			a.Speak(device.Request{})
			a.Wrong = s.wrong
			if s.restarted {
				a.Restart()
			}
			w.Clock.Set(h.Due.Add(-s.done))
			a.Answer(at, w.Declared(0, seed))
			if s.overtaken {
				a.Open(w.Exercise(ines, 1), "", 1)
				a.Speak(device.Request{Acts: a.outbox[1:]})
				a.outbox = a.outbox[:1]
			}
			w.Clock.Set(h.Due.Add(s.sent))
			out := a.Send()
			var said exos.Result
			if err := json.Unmarshal(out.Verdicts[0].Said, &said); err != nil || out.Verdicts[0].Outcome != offline.Taken {
				t.Fatalf("%+v, %v", out.Verdicts, err)
			}
			if said.Late != s.late || said.Certainty != s.certainty {
				t.Errorf("the device is told late %v, %q", said.Late, said.Certainty)
			}
			done := h.Due.Add(-s.done + s.wrong)
			if s.late && s.wrong != 0 {
				done = h.Due.Add(-s.heard) // held by what is certain
			}
			own, err := w.Homework(t.Context(), ines, h.ID)
			if err != nil || own.Done != 1 || own.Tasks[0].Work.At.Sub(done).Abs() > time.Second || h.IsLate(*own.Tasks[0].Work) != s.late {
				t.Errorf("want it counted, done at %s: %+v, %v", done, own.Tasks[0].Work, err)
			}
			task := w.Task(ines, h.ID, 0).Setting
			if task.WasLate != s.late || task.Certainty != s.certainty || task.GivenAt.Sub(done).Abs() > time.Second {
				t.Errorf("the pupil reads late %v, %q, given at %s", task.WasLate, task.Certainty, task.GivenAt)
			}
			results, err := w.Classroom.Results(t.Context(), prof, h.ID)
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(results.Rows, func(r classroom.PupilResult) bool { return r.Learner == ines.Learner.ID })
			if row := results.Rows[i]; row.Late != s.late || row.Certainty != s.certainty || row.Cells[0].Certainty != s.certainty {
				t.Errorf("the teacher reads late %v, %q", row.Late, row.Certainty)
			} else if c := row.Cells[0]; c.GivenAt.Sub(done).Abs() > time.Second || c.ReceivedAt.Sub(h.Due.Add(s.sent)).Abs() > time.Second || !c.Away() {
				t.Errorf("the teacher reads that it was given at %s and came at %s, want %s and %s", c.GivenAt, c.ReceivedAt, done, h.Due.Add(s.sent))
			}
			if doubts, err := w.Devices.Doubts(t.Context(), prof, h.ID); err != nil || len(doubts) > 0 {
				t.Errorf("the teacher is asked: %+v, %v", doubts, err)
			}
		})
	}
}

// seedOf is what a homework draws for a pupil's first attempt at its first exercise, as a page tells it.
func (w *World) seedOf(v exos.Visitor, h exos.HomeworkID) exos.Seed {
	w.T.Helper()
	seed, err := w.SeedAway(w.Context(), v, h, w.Exercises(v)[0].Exercise)
	if err != nil {
		w.T.Fatalf("seed: %v", err)
	}
	return seed
}

// Requests are what a device would send of its outbox, so many acts at a time.
func (a *App) Requests(most int) []offline.Signed {
	var out []offline.Signed
	for batch := range slices.Chunk(a.outbox, most) {
		out = append(out, a.Ask(device.Request{Acts: batch}))
	}
	return out
}
