package worldtest_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/exos/qti"
	"pupitre/exos/qti/render"
	"pupitre/exos/store"
	"pupitre/exos/store/storetest"
	"pupitre/internal/clock"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/id"
)

// A teacher after the homework was given, in a browser: a key that was wrong, work that came too late, a drawing to mark, a hint for
// everybody, what colleagues share.
func TestAClassroomInABrowser(t *testing.T) {
	t.Parallel()
	w := storetest.NewWorld(t, func(t testing.TB, now func() time.Time) storetest.Stores {
		return &store.Store{DB: dbtest.Engines()[0].Open(t, store.Migrations(), now), IDs: id.NewMaker(now)}
	})
	w.Clock.Set(clock.System().Add(-72 * time.Hour))
	at := map[string]any{}

	late := w.Work(2)
	late.Title, late.Graded, late.Due = "Contrôle de lundi", true, late.Opens.Add(24*time.Hour)
	h := w.Give(w.Teacher("prof"), late)
	p1 := w.Pupil("p1")
	s := w.Task(p1, h.ID, 0)
	w.Clock.Pass(30 * time.Hour)
	p1 = w.Pupil("p1")
	w.Tell(p1, w.Event(s, exos.Answered, w.Key(s)))
	at["late"] = h.ID
	w.Clock.Set(clock.System())

	w.Workshop()
	n := slices.IndexFunc(w.Items, func(it *qti.Item) bool { return slices.Contains(it.Interactions, render.TypeDrawing) })
	drawing := w.Work(n + 1)
	drawing.Title, drawing.Parts = "Un dessin", drawing.Parts[n:]
	h = w.Give(w.Teacher("prof"), drawing)
	p1 = w.Pupil("p1")
	s = w.Task(p1, h.ID, 0)
	file, err := w.HandIn(t.Context(), p1, s.Exercise, exos.Handed{Attempt: s.Attempt, Response: "RESPONSE", Name: "dessin.png", Data: storetest.Dot})
	if err != nil {
		t.Fatal(err)
	}
	w.Tell(p1, w.Event(s, exos.Answered, storetest.Text(s, file.Word())))
	at["drawing"] = h.ID

	first, second := storetest.Keyed("Le verbe de la phrase", "B"), storetest.Keyed("Encore un verbe", "A")
	first.Skills, second.Skills, first.Hint = "Reconnaître un verbe", "Reconnaître un verbe, Lire une consigne", "Que fait le chat ?"
	prof, notebook := w.Own("prof", first, second)
	h = w.Give(prof, w.Of(notebook))
	for who, said := range map[exos.Pseudonym]string{"p1": "C", "p2": "B", "p3": "A", "p4": "B"} {
		w.Choose(w.Pupil(who), h.ID, 0, said)
	}
	w.Choose(w.Pupil("p2"), h.ID, 1, "A")
	mended := storetest.Keyed("Le verbe de la phrase", "C")
	mended.Skills, mended.Hint = first.Skills, first.Hint
	w.Mend(prof, notebook, mended)
	at["corrected"], at["notebook"] = h.ID, notebook.ID

	colleague, shared := w.Own("colleague", storetest.Keyed("Un adverbe", "A"))
	if _, err := w.Classroom.Share(t.Context(), colleague, classroom.SharedNotebook, string(shared.ID), true, false); err != nil {
		t.Fatal(err)
	}

	at["exos"] = exosPages(t, w)
	at["teacher"] = w.Arrive(storetest.Claims("prof", exos.Teacher), "sid-page")
	at["pupil"] = w.Arrive(storetest.Claims("p1", exos.Pupil), "sid-pupil-page")
	at["stuck"] = w.Arrive(storetest.Claims("p3", exos.Pupil), "sid-stuck-page")
	text, err := json.Marshal(at)
	if err != nil {
		t.Fatal(err)
	}
	journey(t, string(text), "classroom")
}
