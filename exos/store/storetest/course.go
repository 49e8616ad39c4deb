package storetest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/qti/qtitest"
	"pupitre/internal/fault"
)

// PublishTest publishes a package of a test with the given inside as the module of w, and gives it to 5e B as a test, graded.
func (w *World) PublishTest(inside string, items ...string) exos.Homework {
	w.T.Helper()
	m, _, err := w.CheckModule(exos.Package{Data: qtitest.Package(w.T, "course", inside, items...)})
	if err != nil {
		w.T.Fatal(err)
	}
	w.Items = m.Items()
	w.Module = w.Publish(exos.Package{Data: qtitest.Package(w.T, "course", inside, items...), ARK: ark}).Module.ID
	h := exos.Homework{Title: "Le test", Cohorts: []exos.Cohort{Class}, As: exos.TestOf{Module: w.Module}}
	h.Opens, h.Due, h.Graded = w.Clock.Now(), w.Clock.Now().Add(48*time.Hour), true
	return h
}

// way is a pupil's way so far, each exercise by its name: [open], left, (bypassed), what lies ahead as it is.
func (w *World) way(v exos.Visitor, h exos.HomeworkID) string {
	w.T.Helper()
	a, err := w.Homework(w.Context(), v, h)
	if err != nil {
		w.T.Fatal(err)
	}
	var out []string
	for _, t := range a.Tasks {
		name := t.Ref
		switch s := t.Stop; {
		case s.Open:
			name = "[" + name + "]"
		case s.Left:
			name += "."
		case s.Bypassed:
			name = "(" + name + ")"
		}
		out = append(out, name)
	}
	if a.Course.Over {
		out = append(out, "over")
	}
	return strings.Join(out, " ")
}

// named finds an exercise of a test by what the test calls it.
func named(h exos.Homework, ref string) exos.ExerciseID {
	i := slices.IndexFunc(h.Parts, func(p exos.Part) bool { return p.Ref == ref })
	return h.Parts[i].Exercise
}

// say answers an exercise of a test.
func (w *World) say(v exos.Visitor, h exos.Homework, ref, choice string) exos.Verdict {
	w.T.Helper()
	s, err := w.OpenTask(w.Context(), v, h.ID, named(h, ref))
	if err != nil {
		w.T.Fatalf("open %s: %v", ref, err)
	}
	return w.Tell(v, w.Event(s, exos.Answered, &exos.Answer{Responses: []exos.Response{{Identifier: "RESPONSE", Values: strings.Fields(choice)}}}))
}

func itemRef(id string, inside ...string) string {
	return `<qti-assessment-item-ref identifier="` + id + `" href="` + id + `.xml">` + strings.Join(inside, "") + `</qti-assessment-item-ref>`
}

func testPart(navigation, submission, inside string) string {
	return `<qti-test-part identifier="P" navigation-mode="` + navigation + `" submission-mode="` + submission + `">` + inside + `</qti-test-part>`
}

func sectionOf(id, inside string) string {
	return `<qti-assessment-section identifier="` + id + `" title="Section ` + id + `" visible="true">` + inside + `</qti-assessment-section>`
}

const (
	aRight = `<qti-equal tolerance-mode="exact"><qti-variable identifier="a.SCORE"/><qti-base-value base-type="float">1</qti-base-value></qti-equal>`
	// scored is a test's own mark: each point counts twice.
	scored = `<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float" normal-maximum="8"/>`
	sums   = `<qti-outcome-processing><qti-set-outcome-value identifier="SCORE"><qti-product><qti-base-value base-type="float">2</qti-base-value><qti-sum><qti-test-variables variable-identifier="SCORE"/></qti-sum></qti-product></qti-set-outcome-value></qti-outcome-processing>`
)

func courses(t *testing.T, open Opener) {
	t.Run("rules lead through a test in order, and its own mark is what counts", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines, tom := w.Teacher("prof"), w.Pupil("ines"), w.Pupil("tom")
		h := w.Give(prof, w.PublishTest(scored+testPart("linear", "individual",
			sectionOf("A", itemRef("a", `<qti-branch-rule target="B">`+aRight+`</qti-branch-rule>`)+itemRef("b"))+
				sectionOf("B", itemRef("c")+itemRef("d", `<qti-pre-condition><qti-not>`+aRight+`</qti-not></qti-pre-condition>`)))+sums, "a", "b", "c", "d"))
		if got := w.way(ines, h.ID); got != "[a] b c d" {
			t.Errorf("at first: %s", got)
		}
		_, err := w.OpenTask(t.Context(), ines, h.ID, named(h, "c"))
		wantCode(t, err, fault.Denied, "exos.test.ahead")
		_, err = w.PassOn(t.Context(), ines, h.ID, named(h, "c"))
		wantCode(t, err, fault.Denied, "exos.test.ahead")
		if v := w.say(ines, h, "a", "A"); v.Status != exos.Accepted || !v.Result.Veiled || v.Result.Score != 0 {
			t.Errorf("graded work says how an answer was: %+v", v.Result)
		}
		if got := w.way(ines, h.ID); got != "a. (b) [c] d" {
			t.Errorf("after a: %s", got)
		}
		if _, err = w.OpenTask(t.Context(), ines, h.ID, named(h, "a")); err != nil { // not gone on yet
			t.Error(err)
		}
		w.say(ines, h, "c", "A")
		if got := w.way(ines, h.ID); got != "a. (b) c. (d) over" {
			t.Errorf("after c: %s", got)
		}
		w.say(tom, h, "a", "B")
		next, err := w.PassOn(t.Context(), tom, h.ID, named(h, "b"))
		if err != nil || next != named(h, "c") {
			t.Errorf("passed over b to %s, %v", next, err)
		}
		_, err = w.OpenTask(t.Context(), tom, h.ID, named(h, "b"))
		if w.say(tom, h, "c", "B"); err != nil {
			t.Errorf("what was just left: %v", err)
		}
		_, err = w.OpenTask(t.Context(), tom, h.ID, named(h, "a"))
		wantCode(t, err, fault.Denied, "exos.test.passed")
		w.say(tom, h, "d", "A")
		if got := w.way(tom, h.ID); got != "a. b. c. d. over" {
			t.Errorf("by the other way: %s", got)
		}

		w.Clock.Pass(72 * time.Hour)
		a, err := w.Homework(t.Context(), w.Pupil("ines"), h.ID)
		if err != nil || a.Marked == nil || a.Marked.Points != 4 || a.Marked.Max != 8 || a.Success != 0.5 || a.Total != 2 || a.Done != 2 {
			t.Errorf("a pupil's test: %+v, %+v, %v", a.Marked, a, err)
		}
		r, err := w.Classroom.Results(t.Context(), w.Teacher("prof"), h.ID)
		if err != nil || len(r.Rows) != 2 {
			t.Fatal(r, err)
		}
		for i, want := range []struct{ earned, success float64 }{{4, 0.5}, {2, 0.25}} {
			if row := r.Rows[i]; row.Earned != want.earned || row.Max != 8 || row.Success != want.success {
				t.Errorf("row %d: %v of %v, %v", i, row.Earned, row.Max, row.Success)
			}
		}
		if r.Rows[0].Total != 2 || r.Rows[1].Total != 4 {
			t.Errorf("what was bypassed counts: %d, %d", r.Rows[0].Total, r.Rows[1].Total)
		}
	})

	t.Run("what a test draws for a pupil stays, and is not everybody's", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		refs, names := "", []string{"a", "b", "c", "d", "e", "f", "g", "i"}
		for _, id := range names {
			refs += itemRef(id)
		}
		h := w.Give(w.Teacher("prof"), w.PublishTest(testPart("nonlinear", "individual",
			sectionOf("A", `<qti-selection select="4"/><qti-ordering shuffle="true"/>`+refs)), names...))
		seen := map[string]bool{}
		for _, who := range []exos.Pseudonym{"ines", "tom", "lou"} {
			v := w.Pupil(who)
			first := w.way(v, h.ID)
			if len(strings.Fields(first)) != 4 {
				t.Errorf("%s has %s", who, first)
			}
			w.Clock.Pass(time.Hour)
			if again := w.way(v, h.ID); again != first {
				t.Errorf("%s had %s, then %s", who, first, again)
			}
			seen[first] = true
		}
		if len(seen) < 2 {
			t.Errorf("everybody has %v", seen)
		}
	})

	t.Run("time is the server's: a late answer is kept and does not count, or counts as late", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines := w.Teacher("prof"), w.Pupil("ines")
		limit := func(rest string) string { return `<qti-time-limits max-time="60"` + rest + `/>` }
		h := w.Give(prof, w.PublishTest(testPart("linear", "individual",
			sectionOf("A", itemRef("a", limit(""))+itemRef("b", limit(` allow-late-submission="true"`)))+
				sectionOf("B", limit("")+itemRef("c")+itemRef("d"))), "a", "b", "c", "d"))
		s, err := w.OpenTask(t.Context(), ines, h.ID, named(h, "a"))
		if err != nil {
			t.Fatal(err)
		}
		w.Clock.Pass(61 * time.Second)
		late := w.Tell(ines, w.Event(s, exos.Answered, Chosen("A")))
		if late.Status != exos.Refused || late.Code != "exos.test.time" {
			t.Errorf("late: %+v", late)
		}
		if next, err := w.PassOn(t.Context(), ines, h.ID, named(h, "a")); err != nil || next != named(h, "b") {
			t.Errorf("after the time: %s, %v", next, err)
		}
		if s, err = w.OpenTask(t.Context(), ines, h.ID, named(h, "b")); err != nil {
			t.Fatal(err)
		}
		w.Clock.Pass(61 * time.Second)
		if v := w.Tell(ines, w.Event(s, exos.Answered, Chosen("A"))); v.Status != exos.Accepted || !v.Result.Late {
			t.Errorf("late where it may be: %+v, %+v", v, v.Result)
		}
		w.say(ines, h, "c", "A")
		w.Clock.Pass(61 * time.Second)
		_, err = w.OpenTask(t.Context(), ines, h.ID, named(h, "d"))
		wantCode(t, err, fault.Denied, "exos.test.time")
		if next, err := w.PassOn(t.Context(), ines, h.ID, named(h, "d")); err != nil || next != "" {
			t.Errorf("out of the section: %s, %v", next, err)
		}
	})

	t.Run("the time of the whole test runs from the pupil's own beginning", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines := w.Pupil("ines")
		h := w.Give(w.Teacher("prof"), w.PublishTest(`<qti-time-limits max-time="600"/>`+testPart("nonlinear", "individual", sectionOf("A", itemRef("a")+itemRef("b"))), "a", "b"))
		_, err := w.OpenTask(t.Context(), ines, h.ID, named(h, "a"))
		wantCode(t, err, fault.Conflict, "exos.homework.begin")
		if err := w.BeginHomework(t.Context(), ines, h.ID); err != nil {
			t.Fatal(err)
		}
		s, err := w.OpenTask(t.Context(), ines, h.ID, named(h, "b"))
		if err != nil {
			t.Fatal(err)
		}
		w.Clock.Pass(10 * time.Minute)
		if v := w.Tell(ines, w.Event(s, exos.Answered, Chosen("A"))); v.Code != "exos.homework.time" {
			t.Errorf("%+v", v)
		}
	})

	t.Run("the session control of a test is followed", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines := w.Teacher("prof"), w.Pupil("ines")
		control := func(rules string) string { return `<qti-item-session-control ` + rules + `/>` }
		work := w.PublishTest(testPart("linear", "individual", sectionOf("A",
			itemRef("a", control(`max-attempts="2" allow-skipping="false" show-feedback="true" show-solution="false"`))+
				itemRef("b", control(`max-attempts="1" validate-responses="true" show-feedback="false" allow-review="false"`))+itemRef("c"))), "a", "b", "c")
		work.Graded = false
		h := w.Give(prof, work)
		_, err := w.PassOn(t.Context(), ines, h.ID, named(h, "a"))
		wantCode(t, err, fault.Denied, "exos.test.skip")
		if v := w.say(ines, h, "a", "B"); v.Result.Tries != 2 || v.Result.Ended || !v.Result.Scored {
			t.Errorf("first try: %+v", v.Result)
		}
		if v := w.say(ines, h, "a", "B"); !v.Result.Ended || v.Result.Solution {
			t.Errorf("second try: %+v", v.Result)
		}
		s, err := w.OpenTask(t.Context(), ines, h.ID, named(h, "a"))
		if err != nil || s.Setting.Again || s.Result.Solution {
			t.Errorf("begun anew, or solved: %+v, %v", s.Setting, err)
		}
		if v := w.Tell(ines, w.Event(s, exos.Solved, nil)); v.Code != "exos.test.solution" {
			t.Errorf("%+v", v)
		}
		if v := w.say(ines, h, "b", ""); v.Code != "exos.test.lacks" {
			t.Errorf("empty: %+v", v)
		}
		if v := w.say(ines, h, "b", "A"); v.Status != exos.Accepted || !v.Result.Veiled || v.Result.Scored {
			t.Errorf("said: %+v", v.Result)
		}
		w.say(ines, h, "c", "A")
		_, err = w.OpenTask(t.Context(), ines, h.ID, named(h, "b"))
		wantCode(t, err, fault.Denied, "exos.test.review")
	})

	t.Run("a part that is handed in at once may be changed until then", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		ines := w.Pupil("ines")
		work := w.PublishTest(testPart("nonlinear", "simultaneous", sectionOf("A", itemRef("a")+itemRef("b")+itemRef("c"))), "a", "b", "c")
		work.Graded = false
		h := w.Give(w.Teacher("prof"), work)
		w.say(ines, h, "b", "B")
		if v := w.say(ines, h, "b", "A"); v.Status != exos.Accepted || !v.Result.Veiled || v.Result.Ended {
			t.Errorf("changed: %+v, %+v", v, v.Result)
		}
		if got := w.way(ines, h.ID); got != "[a] [b] [c]" {
			t.Errorf("before: %s", got)
		}
		if next, err := w.PassOn(t.Context(), ines, h.ID, named(h, "a")); err != nil || next != "" {
			t.Errorf("handed in: %s, %v", next, err)
		}
		if got := w.way(ines, h.ID); got != "a. b. c. over" {
			t.Errorf("after: %s", got)
		}
		if _, err := w.PassOn(t.Context(), ines, h.ID, named(h, "a")); err != nil {
			t.Errorf("handed in again: %v", err)
		}
		a, err := w.Homework(t.Context(), ines, h.ID)
		if err != nil || a.Done != 1 || a.Success < 0.33 || a.Success > 0.34 {
			t.Errorf("%+v, %v", a, err)
		}
	})

	t.Run("a test is given whole, alone, online, under the rules that it was given with", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, ines, other := w.Teacher("prof"), w.Pupil("ines"), w.Module
		inside := testPart("linear", "individual", sectionOf("A", itemRef("a")+itemRef("b")))
		work := w.PublishTest(inside, "a", "b")
		mixed := work
		mixed.Parts = []exos.Part{{Module: other}}
		_, err := w.Classroom.Give(t.Context(), prof, mixed)
		wantCode(t, err, fault.Invalid, "exos.homework.testalone")
		h := w.Give(prof, work)
		if len(h.Parts) != 2 || h.Test == nil {
			t.Fatalf("%+v", h)
		}
		_, err = w.TaskAway(t.Context(), ines, h.ID, named(h, "a"))
		wantCode(t, err, fault.Denied, "exos.test.network")
		w.Publish(exos.Package{Data: qtitest.Package(t, "course", testPart("nonlinear", "individual", sectionOf("A", itemRef("b"))), "b"), ARK: ark})
		next := h
		next.Title = "Le même"
		if err := w.Classroom.Change(t.Context(), prof, next); err != nil {
			t.Fatal(err)
		}
		if got := w.way(ines, h.ID); got != "[a] b" {
			t.Errorf("under other rules: %s", got)
		}
		w.say(ines, h, "a", "A")
		next.Version, next.As = 2, exos.TestOf{}
		wantCode(t, w.Classroom.Change(t.Context(), prof, next), fault.Conflict, "exos.homework.begun")
		bare := work
		bare.As.Module = w.bare()
		_, err = w.Classroom.Give(t.Context(), prof, bare)
		wantCode(t, err, fault.Invalid, "exos.homework.notest")
	})
}

// bare publishes a module without a test.
func (w *World) bare() exos.ModuleID {
	return w.Publish(exos.Package{ARK: ark, Data: []byte(`<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="bare" title="Seul" xml:lang="fr" adaptive="false" time-dependent="false">
		<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="string"/><qti-item-body><p><qti-text-entry-interaction response-identifier="RESPONSE"/></p></qti-item-body></qti-assessment-item>`)}).Module.ID
}
