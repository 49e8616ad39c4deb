package storetest

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/qti/report"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
	"pupitre/journal"
)

const prefix = exos.ARK("ark:/99999/preau.")

// Press makes a publisher with a key, and lets its staff in.
func (w *World) Press(name string, under exos.ARK) (exos.Press, exos.Token) {
	w.T.Helper()
	p, err := w.AddPublisher(w.Context(), journal.System("test"), exos.Publisher{Name: name, Prefix: under})
	if err != nil {
		w.T.Fatalf("add publisher: %v", err)
	}
	_, key, err := w.MakePublisherKey(w.Context(), journal.System("test"), exos.PublisherKey{Publisher: p.ID, Name: "atelier", Ends: w.Now().Add(48 * time.Hour)})
	if err != nil {
		w.T.Fatalf("make key: %v", err)
	}
	press, err := w.PublisherProgram(w.Context(), key)
	if err != nil {
		w.T.Fatalf("come in: %v", err)
	}
	return press, key
}

// Deposited leaves a package with the publisher's, whole.
func (w *World) Deposited(p exos.Press, name string, data []byte) exos.Deposit {
	w.T.Helper()
	d, err := w.BeginDeposit(w.Context(), p, name, int64(len(data)))
	if err != nil {
		w.T.Fatalf("begin: %v", err)
	}
	for at := 0; at < len(data); at += exos.MaxPart {
		if _, err := w.AppendDeposit(w.Context(), p, d.ID, int64(at), data[at:min(at+exos.MaxPart, len(data))]); err != nil {
			w.T.Fatalf("part at %d: %v", at, err)
		}
	}
	d, _, err = w.FinishDeposit(w.Context(), p, d.ID)
	if err != nil {
		w.T.Fatalf("finish: %v", err)
	}
	return d
}

func press(t *testing.T, open Opener) {
	t.Run("a key lets in until it ends or is revoked", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		p, key := w.Press("Éditions du Préau", prefix)
		session, err := w.SignInPublisher(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		if in, err := w.EnterPublisher(t.Context(), session); err != nil || in.Publisher.Name != "Éditions du Préau" || in.Key.ID != p.Key.ID {
			t.Errorf("got %+v, %v", in, err)
		}
		// One kind of token is never the other, and a session is nobody's key.
		_, err = w.EnterPublisher(t.Context(), key)
		wantCode(t, err, fault.Unauthenticated, "exos.publisher.stranger")
		_, err = w.SignInPublisher(t.Context(), session)
		wantCode(t, err, fault.Unauthenticated, "exos.publisher.stranger")
		_, err = w.EnterPublisher(t.Context(), "")
		wantCode(t, err, fault.Unauthenticated, "exos.publisher.stranger")
		_, err = w.Enter(t.Context(), session)
		wantCode(t, err, fault.Unauthenticated, "exos.session.none")

		second, other, err := w.MakePublisherKey(t.Context(), journal.System("test"), exos.PublisherKey{Publisher: p.Publisher.ID, Name: "robot", Ends: w.Now().Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.RevokePublisherKey(t.Context(), journal.System("test"), second.ID); err != nil {
			t.Fatal(err)
		}
		_, err = w.PublisherProgram(t.Context(), other)
		wantCode(t, err, fault.Unauthenticated, "exos.publisher.stranger")
		if _, err := w.EnterPublisher(t.Context(), session); err != nil {
			t.Errorf("another key was revoked, and this session ended: %v", err)
		}
		if err := w.RevokePublisherKey(t.Context(), journal.System("test"), p.Key.ID); err != nil {
			t.Fatal(err)
		}
		_, err = w.EnterPublisher(t.Context(), session)
		wantCode(t, err, fault.Unauthenticated, "exos.publisher.stranger")
		wantCode(t, w.RevokePublisherKey(t.Context(), journal.System("test"), "nobody"), fault.NotFound, "exos.publisher.key.unknown")

		_, third, err := w.MakePublisherKey(t.Context(), journal.System("test"), exos.PublisherKey{Publisher: p.Publisher.ID, Name: "court", Ends: w.Now().Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		short, err := w.SignInPublisher(t.Context(), third)
		if err != nil {
			t.Fatal(err)
		}
		w.Clock.Pass(2 * time.Hour)
		_, err = w.EnterPublisher(t.Context(), short)
		wantCode(t, err, fault.Unauthenticated, "exos.publisher.stranger")
		if keys, err := w.PublisherKeys(t.Context(), p.Publisher.ID); err != nil || len(keys) != 3 || keys[0].Name != "court" || keys[2].RevokedAt.IsZero() {
			t.Errorf("got %+v, %v", keys, err)
		}
	})

	t.Run("two publishers never own one resource", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		w.Press("Éditions du Préau", prefix)
		for _, c := range []struct {
			name, prefix string
			kind         fault.Kind
			code         string
		}{
			{"Autre", "ark:/99999/preau.labo", fault.Conflict, "exos.publisher.clash"}, {"Autre", "ark:/99999/", fault.Conflict, "exos.publisher.clash"},
			{"Autre", "ark:/99999", fault.Invalid, "exos.publisher.prefix"}, {"Autre", "preau.", fault.Invalid, "exos.publisher.prefix"},
			{"Autre", "ark:99999/autre.", fault.Invalid, "exos.publisher.prefix"}, {" ", "ark:/99999/autre.", fault.Invalid, "exos.publisher.name"},
		} {
			_, err := w.AddPublisher(t.Context(), journal.System("test"), exos.Publisher{Name: c.name, Prefix: exos.ARK(c.prefix)})
			wantCode(t, err, c.kind, c.code)
		}
	})

	t.Run("an upload that was cut off goes on where it stopped", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		p, _ := w.Press("Éditions du Préau", prefix)
		data := Workbook(t)
		d, err := w.BeginDeposit(t.Context(), p, "labo.zip", int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		half := len(data) / 2
		put := func(at int64, part []byte) error {
			_, err := w.AppendDeposit(t.Context(), p, d.ID, at, part)
			return err
		}
		if err := put(0, data[:half]); err != nil {
			t.Fatal(err)
		}
		wantCode(t, put(0, data[:half]), fault.Conflict, "exos.deposit.place") // its answer was lost
		wantCode(t, put(int64(half)+1, data[half+1:]), fault.Conflict, "exos.deposit.place")
		wantCode(t, put(int64(half), append(bytes.Clone(data[half:]), 'x')), fault.Conflict, "exos.deposit.place")
		wantCode(t, put(int64(half), nil), fault.Invalid, "exos.deposit.part")
		_, _, err = w.FinishDeposit(t.Context(), p, d.ID)
		wantCode(t, err, fault.Conflict, "exos.deposit.place")
		_, _, err = w.Examine(t.Context(), p, d.ID)
		wantCode(t, err, fault.Conflict, "exos.deposit.place")
		if now, err := w.Deposit(t.Context(), p, d.ID); err != nil || now.Received != int64(half) || now.Whole() {
			t.Fatalf("got %+v, %v", now, err)
		}
		if err := put(int64(half), data[half:]); err != nil {
			t.Fatal(err)
		}
		now, twin, err := w.FinishDeposit(t.Context(), p, d.ID)
		if err != nil || twin || !now.Whole() {
			t.Fatalf("got %+v, %v", now, err)
		}
		found, m, err := w.Examine(t.Context(), p, d.ID)
		if err != nil || found.Found.Refused || found.Found.Exercises != 24 || found.Found.Publisher != "Éditions du Préau" || len(m.Items()) != 24 {
			t.Errorf("got %+v, %v", found.Found, err)
		}
	})

	t.Run("the same file twice is one deposit", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		p, _ := w.Press("Éditions du Préau", prefix)
		other, _ := w.Press("Éditions du Canal", "ark:/99999/canal.")
		first := w.Deposited(p, "labo.zip", Workbook(t))
		if again := w.Deposited(p, "labo (1).zip", Workbook(t)); again.ID != first.ID {
			t.Errorf("a second copy was kept: %+v", again)
		}
		if all, err := w.Deposits(t.Context(), p); err != nil || len(all) != 1 {
			t.Errorf("%d deposits, %v", len(all), err)
		}
		// Another publisher's copy is its own, and nobody sees the other's.
		theirs := w.Deposited(other, "labo.zip", Workbook(t))
		if theirs.ID == first.ID {
			t.Error("two publishers share a deposit")
		}
		for _, err := range []error{
			func() error { _, err := w.Deposit(t.Context(), other, first.ID); return err }(),
			func() error { _, _, err := w.Examine(t.Context(), other, first.ID); return err }(),
			func() error { _, err := w.PublishDeposit(t.Context(), other, first.ID, ""); return err }(),
			w.DropDeposit(t.Context(), other, first.ID),
		} {
			wantCode(t, err, fault.NotFound, "exos.deposit.unknown")
		}
	})

	t.Run("a version is published, undone, withdrawn, and pupils in progress keep theirs", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		p, _ := w.Press("Éditions du Préau", prefix)
		ines := w.Pupil("ines")
		s := w.Sit(ines, 0)
		w.Tell(ines, w.Event(s, exos.Answered, w.Declared(0, s.Seed)))
		before := w.Exercises(ines)

		d := w.Deposited(p, "labo-2.zip", edited(t, "1-2-", "lagune", "baie"))
		out, err := w.PublishDeposit(t.Context(), p, d.ID, "")
		if err != nil || !out.New || out.Version.Number != 2 || out.Module.ID != w.Module || out.Module.Publisher != "Éditions du Préau" {
			t.Fatalf("got %+v, %v", out, err)
		}
		if d, err = w.Deposit(t.Context(), p, d.ID); err != nil || d.Version != out.Version.ID || d.Module != w.Module {
			t.Errorf("the deposit does not know what became of it: %+v, %v", d, err)
		}
		if got := w.Exercises(ines); got[1].Exercise != before[1].Exercise {
			t.Error("the exercise changed under a pupil in progress")
		}
		tom := w.Pupil("tom")
		if got := w.Exercises(tom); got[1].Exercise == before[1].Exercise {
			t.Error("a newcomer must have the new version")
		}

		_, use, err := w.Usage(t.Context(), p, w.Module)
		if err != nil || len(use.Versions) != 2 || !use.Versions[0].Current || use.Versions[0].Total != 24 {
			t.Fatalf("got %+v, %v", use, err)
		}
		if err := w.PublishVersion(t.Context(), p, w.Module, use.Versions[1].ID); err != nil {
			t.Fatal(err)
		}
		if got := w.Exercises(tom); got[1].Exercise != before[1].Exercise {
			t.Error("undone, and a newcomer has the new version still")
		}
		wantCode(t, w.PublishVersion(t.Context(), p, w.Module, "none"), fault.NotFound, "exos.version.unknown")

		if err := w.Withdraw(t.Context(), p, w.Module); err != nil {
			t.Fatal(err)
		}
		if got := w.Exercises(ines); len(got) != 24 {
			t.Error("a pupil in progress lost a withdrawn module")
		}
		contents, err := w.Service.Module(t.Context(), ines, w.Module)
		if err != nil || contents.Newer {
			t.Errorf("newer %v, %v", contents.Newer, err)
		}
		if err := w.Renew(t.Context(), ines, w.Module); err != nil {
			t.Errorf("to renew a withdrawn module does nothing: %v", err)
		}
		_, err = w.Service.Module(t.Context(), tom, w.Module)
		wantCode(t, err, fault.NotFound, "exos.module.unknown")
		if cards, err := w.Modules(t.Context(), tom); err != nil || len(cards) != 0 {
			t.Errorf("a withdrawn module is on offer: %+v, %v", cards, err)
		}
		if modules, err := w.PublishedModules(t.Context(), p); err != nil || len(modules) != 1 || modules[0].Current != "" {
			t.Errorf("its publisher must see it: %+v, %v", modules, err)
		}
		if err := w.PublishVersion(t.Context(), p, w.Module, use.Versions[0].ID); err != nil {
			t.Fatal(err)
		}
		if got := w.Exercises(tom); len(got) != 24 || got[1].Exercise == before[1].Exercise {
			t.Error("put online again, and a newcomer has not the version")
		}
		wantActs(w, "exos.published", "exos.published", "exos.published", "exos.withdrawn", "exos.published")
	})

	t.Run("a publisher touches its own modules only", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		p, _ := w.Press("Éditions du Canal", "ark:/99999/canal.")
		d := w.Deposited(p, "labo.zip", Workbook(t)) // the identifier is that of the Préau's workbook
		_, err := w.PublishDeposit(t.Context(), p, d.ID, "ark:/99999/canal.labo")
		wantCode(t, err, fault.Denied, "exos.package.foreign")
		_, _, err = w.Usage(t.Context(), p, w.Module)
		wantCode(t, err, fault.NotFound, "exos.module.unknown")
		wantCode(t, w.Withdraw(t.Context(), p, w.Module), fault.NotFound, "exos.module.unknown")

		mine := w.Deposited(p, "mien.zip", replaced(t, Workbook(t), "imsmanifest.xml", `identifier="`, `identifier="canal-`))
		_, err = w.PublishDeposit(t.Context(), p, mine.ID, "ark:/99999/preau.autre")
		wantCode(t, err, fault.Denied, "exos.package.prefix")
		_, err = w.PublishDeposit(t.Context(), p, mine.ID, "")
		wantCode(t, err, fault.Invalid, "exos.package.ark")
		out, err := w.PublishDeposit(t.Context(), p, mine.ID, "ark:/99999/canal.labo")
		if err != nil || out.Module.Publisher != "Éditions du Canal" { // whatever the package says
			t.Errorf("got %+v, %v", out.Module, err)
		}
	})

	t.Run("a refused package keeps its report and is never published", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		p, _ := w.Press("Éditions du Préau", prefix)
		d := w.Deposited(p, "labo.zip", edited(t, "1-1-", "<qti-value>VOLETS</qti-value>", "<qti-value>PORTES</qti-value>"))
		d, _, err := w.Examine(t.Context(), p, d.ID)
		if err != nil || !d.Found.Refused || len(d.Found.Report.Refusals()) != 1 || d.Found.Report.Refusals()[0].Code != report.KeyNoSuchChoice {
			t.Fatalf("got %+v, %v", d.Found, err)
		}
		again, err := w.Deposit(t.Context(), p, d.ID)
		if err != nil || len(again.Found.Report.Findings) != len(d.Found.Report.Findings) || again.Found.Report.Refusals()[0].Line == 0 {
			t.Errorf("what was found is not kept: %+v, %v", again.Found, err)
		}
		if all, err := w.Deposits(t.Context(), p); err != nil || !all[0].Found.Refused {
			t.Errorf("the list does not say so: %+v, %v", all, err)
		}
		if _, err := w.PublishDeposit(t.Context(), p, d.ID, ""); !fault.Is(err, fault.Invalid) {
			t.Errorf("published: %v", err)
		}
		if err := w.DropDeposit(t.Context(), p, d.ID); err != nil {
			t.Fatal(err)
		}
		_, err = w.Deposit(t.Context(), p, d.ID)
		wantCode(t, err, fault.NotFound, "exos.deposit.unknown")
	})

	t.Run("what cannot be a package is refused before a byte comes", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		p, _ := w.Press("Éditions du Préau", prefix)
		for _, c := range []struct {
			name string
			size int64
			code string
		}{
			{"", 10, "exos.deposit.name"}, {"a\nb.zip", 10, "exos.deposit.name"}, {strings.Repeat("a", 256), 10, "exos.deposit.name"},
			{"vide.zip", 0, "exos.deposit.empty"}, {"gros.zip", exos.MaxDeposit + 1, "exos.deposit.size"},
		} {
			_, err := w.BeginDeposit(t.Context(), p, c.name, c.size)
			wantCode(t, err, fault.Invalid, c.code)
		}
		for range 50 {
			if _, err := w.BeginDeposit(t.Context(), p, "labo.zip", 10); err != nil {
				t.Fatal(err)
			}
		}
		_, err := w.BeginDeposit(t.Context(), p, "labo.zip", 10)
		wantCode(t, err, fault.Exhausted, "exos.deposit.many")
		w.Clock.Pass(25 * time.Hour) // uploads that nobody went on with
		if _, err := w.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if all, err := w.Deposits(t.Context(), p); err != nil || len(all) != 0 {
			t.Errorf("%d uploads that were given up are there still, %v", len(all), err)
		}
	})

	t.Run("usage tells nothing of fewer than five pupils, nor of teachers", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		p, _ := w.Press("Éditions du Préau", prefix)
		work := func(v exos.Visitor, n int, right bool) {
			s := w.Sit(v, n)
			answer := Wrong
			if right {
				answer = w.Declared(n, s.Seed)
			}
			w.Tell(v, w.Event(s, exos.Answered, answer))
		}
		work(w.Visit(w.Arrive(Claims("prof", exos.Teacher), "s1")), 0, true)
		pupils := []exos.Pseudonym{"a", "b", "c", "d"}
		for _, who := range pupils {
			work(w.Pupil(who), 0, true)
		}
		_, use, err := w.Usage(t.Context(), p, w.Module)
		if err != nil || !use.Pupils.Few || !use.Exercises[0].Pupils.Few || use.Exercises[0].Success != 0 || use.Exercises[0].Tries != 0 || !use.Versions[0].Pupils.Few {
			t.Errorf("four pupils: %+v, %v", use, err)
		}
		fifth := w.Pupil("e")
		work(fifth, 0, false)
		work(fifth, 1, true)
		_, use, err = w.Usage(t.Context(), p, w.Module)
		if err != nil || use.Pupils.N != 5 || use.Exercises[0].Pupils.N != 5 || use.Exercises[0].Tries != 1 || use.Versions[0].Pupils.N != 5 {
			t.Errorf("five pupils: %+v, %v", use, err)
		}
		if got := use.Exercises[0].Success; got < .799 || got > .801 {
			t.Errorf("four of five right: %v", got)
		}
		if !use.Exercises[1].Pupils.Few || use.Exercises[1].Title == "" {
			t.Errorf("one pupil alone is told of: %+v", use.Exercises[1])
		}
	})
}

// wantActs fails unless the journal has these acts on the workbook, in the order of time.
func wantActs(w *World, verbs ...string) {
	w.T.Helper()
	entries := w.Store.(interface {
		Journal() tx.Store[journal.Reader, journal.Appender]
	}).Journal()
	var got []string
	if err := entries.Read(w.Context(), func(ctx context.Context, r journal.Reader) error {
		got = nil
		all, err := r.OfSubject(ctx, "", string(w.Module), "", 100)
		for _, e := range slices.Backward(all) {
			got = append(got, e.Entry.Verb)
		}
		return err
	}); err != nil || !slices.Equal(got, verbs) {
		w.T.Errorf("the journal has %v, want %v; %v", got, verbs, err)
	}
}
