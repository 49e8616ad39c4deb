package storetest

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"pupitre/exos"
	"pupitre/internal/fault"
	"pupitre/journal"
)

func publishing(t *testing.T, open Opener) {
	t.Run("the metadata of the package is on the card", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		cards, err := w.Modules(t.Context(), w.Pupil("ines"))
		if err != nil || len(cards) != 1 {
			t.Fatalf("%d cards, %v", len(cards), err)
		}
		c := cards[0]
		if c.Title != "Le labo de grammaire 5e" || c.Publisher != "Éditions du Préau" || c.Level != "5e" || c.Total != 24 || c.Valid != lastDay {
			t.Errorf("got %+v", c)
		}
	})

	t.Run("the same package again changes nothing", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		again := w.Publish(exos.Package{Data: Workbook(t)})
		if again.New || again.Module.ID != w.Module || again.Version.Number != 1 || len(again.Version.Lines) != 24 {
			t.Errorf("got new %v, module %s, version %d of %d lines", again.New, again.Module.ID, again.Version.Number, len(again.Version.Lines))
		}
	})

	t.Run("a new version leaves pupils in progress where they are", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines := w.Pupil("ines")
		before := w.Exercises(ines)
		for n := range 2 {
			s := w.Sit(ines, n)
			w.Tell(ines, w.Event(s, exos.Answered, w.Declared(n, s.Seed)))
		}
		second := w.Publish(exos.Package{Data: edited(t, "1-2-", "lagune", "baie")})
		if !second.New || second.Version.Number != 2 {
			t.Fatalf("got new %v, version %d", second.New, second.Version.Number)
		}
		if got := w.Exercises(ines); got[1].Exercise != before[1].Exercise {
			t.Error("the exercise changed under a pupil in progress")
		}
		tom := w.Exercises(w.Pupil("tom"))
		if tom[1].Exercise == before[1].Exercise || tom[0].Exercise != before[0].Exercise {
			t.Error("a newcomer must have the new version, which keeps what did not change")
		}

		contents, err := w.Service.Module(t.Context(), ines, w.Module)
		if err != nil || !contents.Newer || contents.Done != 2 {
			t.Fatalf("newer %v, done %d, %v", contents.Newer, contents.Done, err)
		}
		if err := w.Renew(t.Context(), ines, w.Module); err != nil {
			t.Fatal(err)
		}
		contents, err = w.Service.Module(t.Context(), ines, w.Module)
		if err != nil || contents.Newer || contents.Done != 1 {
			t.Errorf("after renewing: newer %v, done %d, %v", contents.Newer, contents.Done, err)
		}
		if _, err := w.OpenExercise(t.Context(), ines, before[1].Exercise); !fault.Is(err, fault.NotFound) {
			t.Errorf("an exercise that is no longer in the version: %v", err)
		}
		if old, err := w.Review(t.Context(), ines, before[1].Exercise); err != nil || old.Result == nil {
			t.Errorf("own work in the old version: %v", err)
		}
	})

	t.Run("a refused package changes nothing and says where", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		for name, data := range map[string][]byte{
			"not a package": []byte("PK nothing"), "a declared answer that does not exist": edited(t, "1-1-", "<qti-value>VOLETS</qti-value>", "<qti-value>PORTES</qti-value>"),
			"a document type": edited(t, "1-1-", "<qti-assessment-item ", "<!DOCTYPE a><qti-assessment-item "),
		} {
			got, err := w.ImportModule(t.Context(), journal.System("test"), exos.Package{Data: data})
			if fault.KindOf(err) != fault.Invalid || got.Report == nil || len(got.Report.Refusals()) == 0 {
				t.Errorf("%s: %v", name, err)
			}
		}
		contents, err := w.Service.Module(t.Context(), w.Pupil("ines"), w.Module)
		if err != nil || contents.Newer || contents.Total != 24 {
			t.Errorf("newer %v, total %d, %v", contents.Newer, contents.Total, err)
		}
	})

	t.Run("a new module must say what opens it", func(t *testing.T) {
		t.Parallel()
		w := &World{T: t, Clock: &Clock{}, Broker: &Broker{}}
		fresh := NewWorld(t, open)
		w.Service = fresh.Service
		data := edited(t, "test.xml", `identifier="`, `identifier="x-`)
		_, err := w.ImportModule(t.Context(), journal.System("test"), exos.Package{Data: replaced(t, data, "imsmanifest.xml", `identifier="`, `identifier="x-`)})
		wantCode(t, err, fault.Invalid, "exos.package.ark")
	})

	t.Run("keys are served to nobody", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		e, err := exercise(w, w.Exercises(w.Pupil("ines"))[0].Exercise)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range []exos.Hash{e.Program, e.Body} {
			if _, err := w.Content(t.Context(), h); !fault.Is(err, fault.NotFound) {
				t.Errorf("content %s: %v", h, err)
			}
		}
	})
}

func exercise(w *World, e exos.ExerciseID) (out exos.Exercise, err error) {
	err = w.Store.Read(w.Context(), func(ctx context.Context, r exos.Reader) (err error) {
		out, err = r.Exercise(ctx, e)
		return err
	})
	return out, err
}

// edited is the workbook with the first occurrence of a text replaced in the file whose name contains part.
func edited(t testing.TB, part, old, new string) []byte {
	t.Helper()
	return replaced(t, Workbook(t), part, old, new)
}

func replaced(t testing.TB, data []byte, part, old, new string) []byte {
	t.Helper()
	done := false
	out := Repacked(t, data, func(name string, text []byte) []byte {
		if strings.Contains(name, part) && bytes.Contains(text, []byte(old)) {
			text, done = bytes.Replace(text, []byte(old), []byte(new), 1), true
		}
		return text
	}, nil)
	if !done {
		t.Fatalf("%q is not in the file %q of the workbook", old, part)
	}
	return out
}

// Repacked is a package with its files changed, and with more of them.
func Repacked(t testing.TB, data []byte, change func(name string, text []byte) []byte, more map[string]string) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	put := func(name string, text []byte) {
		to, err := w.Create(name)
		if err == nil {
			_, err = to.Write(text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		put(f.Name, change(f.Name, text))
	}
	for name, text := range more {
		put(name, []byte(text))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
