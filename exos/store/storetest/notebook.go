package storetest

import (
	"context"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/author"
	"pupitre/internal/fault"
)

// choice is an exercise whose right answer is B.
func choice(name, text string) *author.Form {
	return &author.Form{Kind: author.Choice, Name: name, Text: text, Rows: []author.Row{{Text: "chat"}, {Text: "dort", Right: true}}}
}

// teacher signs a teacher of 5e B in.
func (w *World) teacher(subject exos.Pseudonym) exos.Visitor {
	w.T.Helper()
	return w.Visit(w.Arrive(Claims(subject, exos.Teacher), "sid-"+string(subject)))
}

// again is who they are at their next page.
func (w *World) again(subject exos.Pseudonym, profile exos.Profile) exos.Visitor {
	w.T.Helper()
	return w.Visit(w.Arrive(Claims(subject, profile), "sid-again-"+string(subject)))
}

// collection is a notebook with the forms in it.
func (w *World) collection(v exos.Visitor, forms ...*author.Form) (exos.Notebook, []exos.Draft) {
	w.T.Helper()
	n, err := w.NewNotebook(w.Context(), v, "Les verbes")
	if err != nil {
		w.T.Fatalf("begin a notebook: %v", err)
	}
	for _, f := range forms {
		if _, err := w.SaveDraft(w.Context(), v, exos.Draft{Notebook: n.ID, Form: f}); err != nil {
			w.T.Fatalf("save: %v", err)
		}
	}
	n, drafts, err := w.Service.Notebook(w.Context(), v, n.ID)
	if err != nil {
		w.T.Fatal(err)
	}
	return n, drafts
}

func notebook(t *testing.T, open Opener) {
	class := exos.Cohort{Kind: exos.Class, Code: "5B", Label: "5e B"}

	t.Run("a draft is kept as it was filled in, and no window overwrites another", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof := w.teacher("prof")
		n, drafts := w.collection(prof, choice("Un", "Quel mot est un verbe ?"), &author.Form{Kind: author.Number, Text: "La moitié de 7 ?"}, choice("Trois", "Et là ?"))
		if n.Drafts != 3 || !n.Changed() || n.Title != "Les verbes" || len(drafts) != 3 || drafts[0].Form.Rows[1].Text != "dort" || drafts[0].Edition != 1 || drafts[1].Place != 2 {
			t.Fatalf("got %+v, %+v", n, drafts)
		}
		first := drafts[0]
		first.Form = choice("Un", "Lequel est un verbe ?")
		saved, err := w.SaveDraft(t.Context(), prof, first)
		if err != nil || saved.Edition != 2 || saved.Place != 1 {
			t.Fatalf("got %+v, %v", saved, err)
		}
		_, err = w.SaveDraft(t.Context(), prof, first)
		wantCode(t, err, fault.Conflict, "exos.draft.changed")

		if err := w.MoveDraft(t.Context(), prof, n.ID, drafts[2].ID, -1); err != nil {
			t.Fatal(err)
		}
		if err := w.MoveDraft(t.Context(), prof, n.ID, drafts[0].ID, -1); err != nil { // at the top already
			t.Fatal(err)
		}
		if err := w.DropDraft(t.Context(), prof, n.ID, drafts[0].ID); err != nil {
			t.Fatal(err)
		}
		_, left, err := w.Service.Notebook(t.Context(), prof, n.ID)
		if err != nil || len(left) != 2 || left[0].ID != drafts[2].ID || left[0].Place != 1 || left[1].Place != 2 {
			t.Errorf("got %+v, %v", left, err)
		}
		wantCode(t, w.DropDraft(t.Context(), prof, n.ID, drafts[0].ID), fault.NotFound, "exos.draft.unknown")
	})

	t.Run("nobody else reads or changes a notebook, and pupils make none", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, other, ines := w.teacher("prof"), w.teacher("other"), w.Pupil("ines")
		n, drafts := w.collection(prof, choice("Un", "Quel mot est un verbe ?"))
		_, _, err := w.Service.Notebook(t.Context(), other, n.ID)
		wantCode(t, err, fault.NotFound, "exos.notebook.unknown")
		_, err = w.SaveDraft(t.Context(), other, drafts[0])
		wantCode(t, err, fault.NotFound, "exos.notebook.unknown")
		wantCode(t, w.DropDraft(t.Context(), other, n.ID, drafts[0].ID), fault.NotFound, "exos.notebook.unknown")
		wantCode(t, w.DropNotebook(t.Context(), other, n.ID), fault.NotFound, "exos.notebook.unknown")
		_, err = w.PublishNotebook(t.Context(), other, n.ID)
		wantCode(t, err, fault.NotFound, "exos.notebook.unknown")
		_, err = w.NewNotebook(t.Context(), ines, "x")
		wantCode(t, err, fault.Denied, "exos.notebook.teachers")
		_, err = w.Notebooks(t.Context(), ines)
		wantCode(t, err, fault.Denied, "exos.notebook.teachers")
		_, err = w.NewNotebook(t.Context(), prof, "  ")
		wantCode(t, err, fault.Invalid, "exos.notebook.title")
		if all, err := w.Notebooks(t.Context(), other); err != nil || len(all) != 0 {
			t.Errorf("got %+v, %v", all, err)
		}
	})

	t.Run("pupils have a teacher's exercises when these are given, and no sooner", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof := w.teacher("prof")
		n, drafts := w.collection(prof, choice("Un", "Quel mot est un verbe ?"), choice("Deux", "Et ici ?"))
		out, err := w.PublishNotebook(t.Context(), prof, n.ID)
		if err != nil || out.Version.Number != 1 || len(out.Version.Lines) != 2 {
			t.Fatalf("got %+v, %v", out, err)
		}
		if n, _, err = w.Service.Notebook(t.Context(), prof, n.ID); err != nil || n.Changed() || n.Module != out.Module.ID || n.Number != 1 {
			t.Errorf("got %+v, %v", n, err)
		}
		opens := func(v exos.Visitor, want bool) {
			t.Helper()
			_, err := w.OpenExercise(t.Context(), v, out.Version.Lines[0].Exercise)
			if (err == nil) != want || err != nil && !fault.Is(err, fault.Denied) {
				t.Errorf("opens to %s: %v, want %v", v.Learner.Subject, err, want)
			}
			cards, err := w.Modules(t.Context(), v)
			seen := false
			for _, c := range cards {
				seen = seen || c.Module == out.Module.ID && c.Closed == nil
			}
			if err != nil || seen != want {
				t.Errorf("on a card of %s: %v, want %v; %v", v.Learner.Subject, seen, want, err)
			}
		}
		opens(w.again("prof", exos.Teacher), true)
		opens(w.again("other", exos.Teacher), false)
		opens(w.again("ines", exos.Pupil), false)

		give := func(by exos.Visitor, opens time.Time) error {
			_, err := w.Classroom.Give(t.Context(), by, exos.Homework{Cohorts: []exos.Cohort{class}, Title: "Verbes", Terms: exos.Terms{Opens: opens, Due: opens.Add(48 * time.Hour)}, Parts: []exos.Part{{Module: out.Module.ID}}})
			return err
		}
		if err := give(w.again("other", exos.Teacher), w.Now()); !fault.Is(err, fault.Denied) {
			t.Errorf("another teacher gives it: %v", err)
		}
		if err := give(w.again("prof", exos.Teacher), w.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		opens(w.again("ines", exos.Pupil), false) // it has not opened
		w.Clock.Pass(2 * time.Hour)
		ines := w.again("ines", exos.Pupil)
		opens(ines, true)
		elsewhere := Claims("lou", exos.Pupil)
		elsewhere.School = "0755678X"
		opens(w.Visit(w.Arrive(elsewhere, "s9")), false)
		latin := Claims("max", exos.Pupil)
		latin.Cohorts = latin.Cohorts[1:]
		opens(w.Visit(w.Arrive(latin, "s10")), false)

		// A pupil in progress keeps their version, with their marks.
		s, err := w.OpenExercise(t.Context(), ines, out.Version.Lines[0].Exercise)
		if err != nil {
			t.Fatal(err)
		}
		if v := w.Tell(ines, w.Event(s, exos.Answered, &exos.Answer{Responses: []exos.Response{{Identifier: "RESPONSE", Values: []string{"B"}}}})); v.Result == nil || !v.Result.Right {
			t.Errorf("got %+v", v)
		}
		drafts[0].Form = choice("Un", "Lequel est un verbe ?")
		if _, err := w.SaveDraft(t.Context(), prof, drafts[0]); err != nil {
			t.Fatal(err)
		}
		second, err := w.PublishNotebook(t.Context(), prof, n.ID)
		if err != nil || second.Version.Number != 2 || second.Module.ID != out.Module.ID || second.Version.Lines[1] != out.Version.Lines[1] {
			t.Fatalf("got %+v, %v", second, err)
		}
		if contents, err := w.Service.Module(t.Context(), ines, out.Module.ID); err != nil || !contents.Newer || contents.Done != 1 {
			t.Errorf("got %+v, %v", contents, err)
		}

		// Removed, it is begun by nobody, and what was done there stays.
		if err := w.DropNotebook(t.Context(), prof, n.ID); err != nil {
			t.Fatal(err)
		}
		if contents, err := w.Service.Module(t.Context(), w.again("ines", exos.Pupil), out.Module.ID); err != nil || contents.Done != 1 {
			t.Errorf("got %+v, %v", contents, err)
		}
		_, err = w.Service.Module(t.Context(), w.again("tom", exos.Pupil), out.Module.ID)
		wantCode(t, err, fault.NotFound, "exos.module.unknown")
	})

	t.Run("what is not finished is not made available", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof := w.teacher("prof")
		n, _ := w.collection(prof)
		_, err := w.PublishNotebook(t.Context(), prof, n.ID)
		wantCode(t, err, fault.Invalid, "exos.notebook.empty")
		n, drafts := w.collection(prof, choice("Un", "Quel mot est un verbe ?"), &author.Form{Kind: author.Number, Text: "La moitié de 7 ?"})
		_, err = w.PublishNotebook(t.Context(), prof, n.ID)
		wantCode(t, err, fault.Conflict, "exos.notebook.unready")
		if b, err := w.Bind(t.Context(), n, drafts); err != nil || len(b.Unready) != 1 || b.Unready[0] != 2 || len(b.Module.Items()) != 1 {
			t.Errorf("got %+v, %v", b, err)
		}
	})

	t.Run("a file's questions come in all or none, and those that a form says can be changed", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof := w.teacher("prof")
		n, _ := w.collection(prof)
		const gift = "::Verbe::Quel mot est un verbe ? {=dort ~chat}\n\n::Capitale::La capitale ? {=Paris}\n\n::Gras::[html]<p>Quel <b>mot</b> ?</p> {=dort ~chat}\n\n::Vrai::La Terre est ronde. {T}\n"
		found, added, err := w.ImportQuestions(t.Context(), prof, n.ID, []byte(gift))
		if err != nil || added != 4 || found.Refused {
			t.Fatalf("%d, %+v, %v", added, found.Report.Findings, err)
		}
		n, drafts, err := w.Service.Notebook(t.Context(), prof, n.ID)
		if err != nil || len(drafts) != 4 || drafts[0].Form == nil || drafts[1].Form.Kind != author.Words || drafts[2].Form != nil || drafts[3].Name() != "Vrai" {
			t.Fatalf("got %+v, %v", drafts, err)
		}
		if out, err := w.PublishNotebook(t.Context(), prof, n.ID); err != nil || len(out.Version.Lines) != 4 {
			t.Errorf("got %+v, %v", out, err)
		}
		found, added, err = w.ImportQuestions(t.Context(), prof, n.ID, []byte("::a::Bon ? {=oui ~non}\n\n::b::Combien ? {#douze}\n"))
		wantCode(t, err, fault.Invalid, "exos.notebook.refused")
		if added != 0 || len(found.Report.Refusals()) != 1 || found.Report.Refusals()[0].Line != 3 {
			t.Errorf("%d added, %+v", added, found.Report.Findings)
		}
		_, _, err = w.ImportQuestions(t.Context(), prof, n.ID, []byte("\x00\x01"))
		wantCode(t, err, fault.Invalid, "exos.notebook.format")
		if n, _, err = w.Service.Notebook(t.Context(), prof, n.ID); err != nil || n.Drafts != 4 {
			t.Errorf("a refused file left something: %+v, %v", n, err)
		}
	})

	t.Run("a picture comes in with its question, under each of its names", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof := w.teacher("prof")
		n, _ := w.collection(prof)
		const dot = `iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==`
		one := func(name, file string) string {
			return `<question type="multichoice"><name><text>` + name + `</text></name><questiontext format="html"><text><![CDATA[<p>Vois <img src="@@PLUGINFILE@@/` + file +
				`" alt="un point"/></p>]]></text><file name="` + file + `" path="/" encoding="base64">` + dot + `</file></questiontext><single>true</single>` +
				`<answer fraction="100"><text>oui</text></answer><answer fraction="0"><text>non</text></answer></question>`
		}
		_, added, err := w.ImportQuestions(t.Context(), prof, n.ID, []byte(`<?xml version="1.0"?><quiz>`+one("Un", "a.png")+one("Deux", "b.png")+`</quiz>`))
		if err != nil || added != 2 {
			t.Fatalf("%d added, %v", added, err)
		}
		n, drafts, err := w.Service.Notebook(t.Context(), prof, n.ID)
		if err != nil || len(drafts) != 2 || len(drafts[0].Files) != 1 || len(drafts[1].Files) != 1 {
			t.Fatalf("got %+v, %v", drafts, err)
		}
		b, err := w.Bind(t.Context(), n, drafts)
		if err != nil || b.Err != nil || len(b.Module.Items()) != 2 || len(b.Module.Assets) != 1 {
			t.Fatalf("got %+v, %v", b, err)
		}
		for _, it := range b.Module.Items() {
			if len(it.Assets) != 1 {
				t.Errorf("%s shows %d pictures", it.Title, len(it.Assets))
			}
		}
		if c, err := w.Content(t.Context(), exos.Hash(b.Module.Assets[0].SHA256)); err != nil || c.Media != "image/png" {
			t.Errorf("its picture: %s, %v", c.Media, err)
		}
	})

	t.Run("a teacher who is erased leaves nothing but pupils' work", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof := w.teacher("prof")
		n, _ := w.collection(prof, choice("Un", "Quel mot est un verbe ?"))
		out, err := w.PublishNotebook(t.Context(), prof, n.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Heed(t.Context(), exos.Notice{Issuer: issuer, ID: "jti", Ends: w.Now().Add(time.Hour), Kind: exos.PersonErased, Subject: "prof"}); err != nil {
			t.Fatal(err)
		}
		err = w.Store.Read(t.Context(), func(ctx context.Context, r exos.Reader) error {
			all, err := r.Notebooks(ctx, prof.Learner.ID)
			if err != nil || len(all) != 0 {
				t.Errorf("notebooks: %+v, %v", all, err)
			}
			drafts, err := r.Drafts(ctx, prof.Learner.ID, n.ID)
			if err != nil || len(drafts) != 0 {
				t.Errorf("drafts: %+v, %v", drafts, err)
			}
			m, err := r.ModuleByID(ctx, out.Module.ID)
			if err != nil || m.Owner != "" || m.Current != "" {
				t.Errorf("the module: %+v, %v", m, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
