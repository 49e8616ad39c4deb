package storetest

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/qti/render"
	"pupitre/internal/fault"
)

// Dot is a picture of one pixel (PNG).
var Dot = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\nIDATx\x9cc\xf8\x0f\x00\x01\x01\x01\x00\x1b\xb6\xeeV\x00\x00\x00\x00IEND\xaeB`\x82")

func handed(t *testing.T, open Opener) {
	// asked opens the workshop's exercise that asks for a file of a kind.
	asked := func(t *testing.T, kind render.Type) (*World, exos.Visitor, exos.Sitting) {
		w := NewWorld(t, open)
		w.Workshop()
		v := w.Pupil("ines")
		for n, it := range w.Items {
			if slices.Contains(it.Interactions, kind) {
				return w, v, w.Sit(v, n)
			}
		}
		t.Fatalf("the workshop has no %s", kind)
		return nil, exos.Visitor{}, exos.Sitting{}
	}
	hand := func(s exos.Sitting, name string, data []byte) exos.Handed {
		return exos.Handed{Attempt: s.Attempt, Response: "RESPONSE", Name: name, Data: data}
	}

	t.Run("a file is kept with its attempt, and read by its learner alone", func(t *testing.T) {
		t.Parallel()
		w, v, s := asked(t, render.TypeUpload)
		h, err := w.HandIn(t.Context(), v, s.Exercise, hand(s, `C:\photos\page 12.png`, Dot))
		if err != nil {
			t.Fatal(err)
		}
		if again, err := w.HandIn(t.Context(), v, s.Exercise, hand(s, "page 12.png", Dot)); err != nil || again.Word() != h.Word() {
			t.Errorf("the same again: %q, %v; want %q", again.Word(), err, h.Word())
		}
		if read, ok := exos.HandedWord(h.Word()); !ok || read.Name != "page 12.png" || read.Media != "image/png" || read.Hash != h.Hash {
			t.Errorf("%q reads as %+v, %v", h.Word(), read, ok)
		}
		got, err := w.HandedFile(t.Context(), v, s.Attempt, h.Hash)
		if err != nil || !bytes.Equal(got.Data, Dot) || got.Name != "page 12.png" || got.Response != "RESPONSE" || w.Clock.Now().Sub(got.At) > time.Second {
			t.Errorf("kept %+v, %v", got, err)
		}
		if _, err := w.HandedFile(t.Context(), w.Pupil("malo"), s.Attempt, h.Hash); !fault.Is(err, fault.NotFound) {
			t.Errorf("somebody else: %v", err)
		}
		answered := w.Tell(v, w.Event(s, exos.Answered, &exos.Answer{Responses: []exos.Response{{Identifier: "RESPONSE", Values: []string{h.Word()}}}}))
		if answered.Status != exos.Accepted || answered.Result.Scored {
			t.Errorf("the answer: %+v", answered)
		}
	})

	t.Run("what is handed in is what was asked for", func(t *testing.T) {
		t.Parallel()
		w, v, s := asked(t, render.TypeUpload)
		for name, c := range map[string]struct {
			data []byte
			code string
		}{
			"vide.png":   {nil, "exos.handed.empty"},
			"page.png":   {[]byte("<html><script>alert(1)</script>"), "exos.handed.type"}, // by what it holds, not by its name
			"photo.gif":  {[]byte("GIF89a\x01\x00\x01\x00"), "exos.handed.type"},
			"dessin.svg": {[]byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>`), "exos.handed.type"},
			"lourd.txt":  {bytes.Repeat([]byte("a"), exos.MaxHanded+1), "exos.handed.large"},
			"texte.txt":  {[]byte("Il était une fois"), ""},
		} {
			_, err := w.HandIn(t.Context(), v, s.Exercise, hand(s, name, c.data))
			if c.code == "" && err != nil || c.code != "" && fault.CodeOf(err) != c.code {
				t.Errorf("%s: %v, want %q", name, err, c.code)
			}
		}
		other := hand(s, "a.png", Dot)
		other.Response = "AUTRE"
		if _, err := w.HandIn(t.Context(), v, s.Exercise, other); fault.CodeOf(err) != "exos.handed.unasked" {
			t.Errorf("another response: %v", err)
		}
		strange := hand(s, "a.png", Dot)
		strange.Attempt = exos.AttemptID(strings.Repeat("0", 20))
		if _, err := w.HandIn(t.Context(), v, s.Exercise, strange); fault.CodeOf(err) != "exos.attempt.unknown" {
			t.Errorf("another attempt: %v", err)
		}
		if _, err := w.HandIn(t.Context(), w.Pupil("malo"), s.Exercise, hand(s, "a.png", Dot)); fault.CodeOf(err) != "exos.attempt.unknown" {
			t.Errorf("somebody else: %v", err)
		}
	})

	t.Run("an attempt takes so many files, and none once it is over", func(t *testing.T) {
		t.Parallel()
		w, v, s := asked(t, render.TypeUpload)
		give := func(i int) error {
			_, err := w.HandIn(t.Context(), v, s.Exercise, hand(s, strconv.Itoa(i)+".txt", []byte("page "+strconv.Itoa(i))))
			return err
		}
		for i := range exos.MaxHandedEach {
			if err := give(i); err != nil {
				t.Fatal(err)
			}
		}
		if err := give(exos.MaxHandedEach); fault.CodeOf(err) != "exos.handed.many" {
			t.Errorf("one more: %v", err)
		}
		if err := give(0); err != nil {
			t.Errorf("one of them again: %v", err)
		}
		if _, err := w.TryAgain(t.Context(), v, s.Exercise); err != nil {
			t.Fatal(err)
		}
		if err := give(0); fault.CodeOf(err) != "exos.attempt.ended" {
			t.Errorf("after the attempt: %v", err)
		}
	})

	t.Run("a learner's room is bounded, over all attempts", func(t *testing.T) {
		t.Parallel()
		w, v, s := asked(t, render.TypeUpload)
		w.HandedRoom = 10
		if _, err := w.HandIn(t.Context(), v, s.Exercise, hand(s, "a.txt", []byte("123456"))); err != nil {
			t.Fatal(err)
		}
		again, err := w.TryAgain(t.Context(), v, s.Exercise)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.HandIn(t.Context(), v, s.Exercise, hand(again, "b.txt", []byte("abcdef"))); fault.CodeOf(err) != "exos.handed.full" || !fault.Is(err, fault.Exhausted) {
			t.Errorf("past the room: %v", err)
		}
		if _, err := w.HandIn(t.Context(), v, s.Exercise, hand(again, "b.txt", []byte("abcd"))); err != nil {
			t.Errorf("up to the room: %v", err)
		}
	})

	t.Run("a drawing is a picture", func(t *testing.T) {
		t.Parallel()
		w, v, s := asked(t, render.TypeDrawing)
		if _, err := w.HandIn(t.Context(), v, s.Exercise, hand(s, "dessin.png", Dot)); err != nil {
			t.Error(err)
		}
		if _, err := w.HandIn(t.Context(), v, s.Exercise, hand(s, "dessin.pdf", []byte("%PDF-1.7"))); fault.CodeOf(err) != "exos.handed.type" {
			t.Errorf("a document: %v", err)
		}
	})

	t.Run("files go with their learner", func(t *testing.T) {
		t.Parallel()
		w, v, s := asked(t, render.TypeUpload)
		h, err := w.HandIn(t.Context(), v, s.Exercise, hand(s, "a.png", Dot))
		if err != nil {
			t.Fatal(err)
		}
		w.heed(exos.Notice{Issuer: issuer, ID: "n1", Kind: exos.PersonErased, Subject: "ines"})
		if _, err := w.HandedFile(t.Context(), v, s.Attempt, h.Hash); !fault.Is(err, fault.NotFound) {
			t.Errorf("after being forgotten: %v", err)
		}
	})
}
