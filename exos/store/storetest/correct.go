package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pupitre/exos"
	"pupitre/exos/author"
	"pupitre/exos/classroom"
	"pupitre/exos/qti/render"
	"pupitre/internal/fault"
)

// Keyed is a choice between A, B and C, with the right one among them.
func Keyed(name, right string) *author.Form {
	f := &author.Form{Kind: author.Choice, Name: name, Text: "Quel mot est un verbe ?"}
	for i, text := range []string{"chat", "dort", "mange"} {
		f.Rows = append(f.Rows, author.Row{Text: text, Right: "ABC"[i:i+1] == right})
	}
	return f
}

// Own is a published notebook of a teacher's whose exercises are these forms, and the teacher as they are then.
func (w *World) Own(subject exos.Pseudonym, forms ...*author.Form) (exos.Visitor, exos.Notebook) {
	w.T.Helper()
	n, _ := w.collection(w.teacher(subject), forms...)
	return w.Republish(w.again(subject, exos.Teacher), n)
}

// Republish makes a notebook available as it is now.
func (w *World) Republish(v exos.Visitor, n exos.Notebook) (exos.Visitor, exos.Notebook) {
	w.T.Helper()
	if _, err := w.PublishNotebook(w.Context(), v, n.ID); err != nil {
		w.T.Fatalf("publish: %v", err)
	}
	n, _, err := w.Service.Notebook(w.Context(), v, n.ID)
	if err != nil {
		w.T.Fatal(err)
	}
	return w.again(v.Learner.Subject, exos.Teacher), n
}

// Mend saves the first exercise of a notebook as another form, and publishes it.
func (w *World) Mend(v exos.Visitor, n exos.Notebook, f *author.Form) exos.Visitor {
	w.T.Helper()
	_, drafts, err := w.Service.Notebook(w.Context(), v, n.ID)
	if err != nil {
		w.T.Fatal(err)
	}
	drafts[0].Form = f
	if _, err := w.SaveDraft(w.Context(), v, drafts[0]); err != nil {
		w.T.Fatalf("save: %v", err)
	}
	v, _ = w.Republish(v, n)
	return v
}

// Of is a homework for 5e B on a notebook, open for two days.
func (w *World) Of(n exos.Notebook) exos.Homework {
	h := exos.Homework{Title: "Les verbes", Cohorts: []exos.Cohort{Class}, Parts: []exos.Part{{Module: n.Module}}}
	h.Opens, h.Due = w.Clock.Now(), w.Clock.Now().Add(48*time.Hour)
	return h
}

// Chosen is an answer to a choice.
func Chosen(choice string) *exos.Answer {
	return &exos.Answer{Responses: []exos.Response{{Identifier: "RESPONSE", Values: []string{choice}}}}
}

// InWords is what a pupil answers who reads the page: for each interaction what to choose, by its words; of an order all, of pairs « left →
// right », of gaps « word → number of the gap », from 0.
func InWords(t *testing.T, s exos.Sitting, words []string) *exos.Answer {
	t.Helper()
	out := &exos.Answer{}
	for _, it := range render.Interactions(s.Tree.Nodes) {
		r := exos.Response{Identifier: it.Response}
		named := func(all []render.Choice, text string) string {
			for i, c := range all {
				if c.Words() == text || len(c.Nodes) == 0 && fmt.Sprint(i) == text {
					return c.Identifier
				}
			}
			t.Fatalf("nothing says %q", text)
			return ""
		}
		for _, word := range words {
			left, right, pair := strings.Cut(word, " → ")
			value := named(it.Choices, left)
			if pair {
				value += " " + named(it.Targets, right)
			}
			r.Values = append(r.Values, value)
		}
		out.Responses = append(out.Responses, r)
	}
	return out
}

// Choose answers the n-th exercise of a homework.
func (w *World) Choose(v exos.Visitor, h exos.HomeworkID, n int, choice string) exos.Verdict {
	w.T.Helper()
	s := w.Task(v, h, n)
	return w.Tell(v, w.Event(s, exos.Answered, Chosen(choice)))
}

// Earned is what the pupils have in a homework, by their pseudonyms.
func (w *World) Earned(v exos.Visitor, h exos.HomeworkID) map[exos.Pseudonym]float64 {
	w.T.Helper()
	res, err := w.Classroom.Results(w.Context(), v, h)
	if err != nil {
		w.T.Fatalf("results: %v", err)
	}
	out := map[exos.Pseudonym]float64{}
	for _, r := range res.Rows {
		if r.Done > 0 {
			out[r.Subject] = r.Earned
		}
	}
	return out
}

// Plan is what a corrected key would change.
func (w *World) Plan(v exos.Visitor, h exos.HomeworkID) classroom.Correction {
	w.T.Helper()
	plan, err := w.Classroom.Correction(w.Context(), v, h)
	if err != nil {
		w.T.Fatalf("plan: %v", err)
	}
	return plan
}

// losses are all of a plan's.
func losses(plan classroom.Correction) []classroom.Loss {
	var out []classroom.Loss
	for _, r := range plan.Pupils {
		if r.Loses() {
			out = append(out, r.Loss())
		}
	}
	return out
}

func wantEarned(t *testing.T, got map[exos.Pseudonym]float64, want ...any) {
	t.Helper()
	if len(got) != len(want)/2 {
		t.Errorf("got %v, want %v", got, want)
	}
	for i := 0; i < len(want); i += 2 {
		if got[exos.Pseudonym(want[i].(string))] != want[i+1].(float64) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}

func correction(t *testing.T, open Opener) {
	t.Run("a corrected key gives points at once, and takes them from nobody who was not agreed to", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, n := w.Own("prof", Keyed("Un", "B"), Keyed("Deux", "A"))
		work := w.Of(n)
		work.Graded = true
		h := w.Give(prof, work)
		ines, tom, lou := w.again("ines", exos.Pupil), w.again("tom", exos.Pupil), w.again("lou", exos.Pupil)
		for _, v := range []exos.Visitor{ines, tom, lou} {
			w.Task(v, h.ID, 0) // the three have begun
		}
		sent := w.Event(w.Task(ines, h.ID, 0), exos.Answered, Chosen("C"))
		w.Tell(ines, sent)
		w.Choose(tom, h.ID, 0, "B")
		if plan := w.Plan(prof, h.ID); plan.Pending() || len(plan.Exercises) != 0 {
			t.Errorf("nothing was corrected: %+v", plan)
		}
		prof = w.Mend(prof, n, Keyed("Un", "C"))
		contents, err := w.Service.Module(t.Context(), w.again("max", exos.Pupil), n.Module)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.OpenExercise(t.Context(), w.again("max", exos.Pupil), contents.Sections[0].Entries[0].Exercise)
		wantCode(t, err, fault.Denied, "exos.homework.withheld") // the new edition has the corrigé of what is graded
		plan := w.Plan(prof, h.ID)
		if !plan.Pending() || len(plan.Exercises) != 1 || plan.Exercises[0].Number != 1 || plan.Exercises[0].Was.Keys[0].Texts[0] != "dort" || plan.Exercises[0].Now.Keys[0].Texts[0] != "mange" {
			t.Fatalf("%+v", plan.Exercises)
		}
		if len(plan.Pupils) != 2 || plan.Pupils[0].Loses() || plan.Pupils[0].After != 1 || !plan.Pupils[1].Loses() || plan.Pupils[1].Before != 1 {
			t.Fatalf("%+v", plan.Pupils)
		}
		wantEarned(t, w.Earned(prof, h.ID), "ines", 0.0, "tom", 1.0) // looking changes nothing

		wantCode(t, w.Classroom.Correct(t.Context(), w.teacher("other"), h.ID, plan.Hash, nil), fault.NotFound, "exos.homework.unknown")
		wantCode(t, w.Classroom.Correct(t.Context(), prof, h.ID, "", nil), fault.Conflict, "exosclass.correction.stale")
		if err := w.Classroom.Correct(t.Context(), prof, h.ID, plan.Hash, nil); err != nil {
			t.Fatal(err)
		}
		wantEarned(t, w.Earned(prof, h.ID), "ines", 1.0, "tom", 1.0)
		after := w.Plan(prof, h.ID)
		if after.Pending() || len(after.Pupils) != 1 || !after.Pupils[0].Loses() || after.Hash == plan.Hash {
			t.Errorf("after it was applied: %+v", after.Pupils)
		}
		if err := w.Classroom.Correct(t.Context(), prof, h.ID, plan.Hash, nil); err != nil {
			t.Errorf("applied again: %v", err)
		}
		if again := w.Plan(prof, h.ID); again.Hash != after.Hash {
			t.Error("applied again, it did something")
		}
		// An event that is sent again gets its first words; they are veiled, for it is graded.
		if v := w.Tell(ines, sent); v.Status != exos.Duplicate {
			t.Errorf("%+v", v)
		}
		w.Choose(lou, h.ID, 0, "C") // scored by the new key
		wantEarned(t, w.Earned(prof, h.ID), "ines", 1.0, "tom", 1.0, "lou", 1.0)
		if s := w.Task(ines, h.ID, 0); s.Setting.Changed != 0 || s.Result.Score != 0 {
			t.Errorf("told before the results are: %+v", s.Setting)
		}

		// Given anew, it is the exercise as it is now.
		again := w.Give(prof, exos.Homework{Title: "Encore", Cohorts: h.Cohorts, Parts: []exos.Part{h.Parts[0]}, Terms: exos.Terms{Opens: h.Due, Due: h.Due.Add(time.Hour)}})
		if again.Parts[0].Exercise == h.Parts[0].Exercise || again.Parts[0].Key != "" {
			t.Errorf("given again: %+v", again.Parts)
		}

		stale := w.Plan(prof, h.ID)
		w.Choose(lou, h.ID, 1, "A")
		if err := w.Classroom.Correct(t.Context(), prof, h.ID, stale.Hash, losses(stale)); err != nil {
			t.Fatalf("somebody answered another exercise: %v", err)
		}
		wantEarned(t, w.Earned(prof, h.ID), "ines", 1.0, "tom", 0.0, "lou", 2.0)

		w.Clock.Pass(72 * time.Hour)
		told := func(v exos.Visitor, by float64) {
			t.Helper()
			a, err := w.Homework(t.Context(), v, h.ID)
			if err != nil || a.Tasks[0].Changed != by {
				t.Errorf("told %v, %v, want %v", a.Tasks[0].Changed, err, by)
			}
			if s := w.Task(v, h.ID, 0); s.Setting.Changed != by || s.Corrected.Keys[0].Texts[0] != "mange" || s.Result.Right != (v.Learner.ID != tom.Learner.ID) {
				t.Errorf("%+v, %+v, %+v", s.Setting, s.Result, s.Corrected)
			}
		}
		told(ines, 1)
		told(tom, -1)
		told(lou, 0)
		// What was said at the time is there still.
		err = w.Store.Read(t.Context(), func(ctx context.Context, r exos.Reader) error {
			k, err := r.Kept(ctx, ines.Learner.ID, sent.ID)
			if err != nil || k.Verdict.Result.Right || k.Verdict.Result.Score != 0 {
				t.Errorf("the first verdict is %+v, %v", k.Verdict.Result, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})

	t.Run("a plan that somebody's answer has changed is answered with the new one", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, n := w.Own("prof", Keyed("Un", "B"))
		h := w.Give(prof, w.Of(n))
		ines := w.again("ines", exos.Pupil)
		w.Choose(ines, h.ID, 0, "A")
		prof = w.Mend(prof, n, Keyed("Un", "A"))
		plan := w.Plan(prof, h.ID)
		w.Choose(w.again("tom", exos.Pupil), h.ID, 0, "A")
		wantCode(t, w.Classroom.Correct(t.Context(), prof, h.ID, plan.Hash, nil), fault.Conflict, "exosclass.correction.stale")
		wantEarned(t, w.Earned(prof, h.ID), "ines", 0.0, "tom", 0.0)
		if err := w.Classroom.Correct(t.Context(), prof, h.ID, w.Plan(prof, h.ID).Hash, nil); err != nil {
			t.Fatal(err)
		}
		wantEarned(t, w.Earned(prof, h.ID), "ines", 1.0, "tom", 1.0)
		// Training counts in the module, too.
		contents, err := w.Service.Module(t.Context(), w.again("ines", exos.Pupil), n.Module)
		if err != nil {
			t.Fatal(err)
		}
		_ = contents
		if res, err := w.Classroom.Results(t.Context(), prof, h.ID); err != nil || len(res.Tasks[0].Wrong) != 0 {
			t.Errorf("right answers among the wrong ones: %+v, %v", res.Tasks[0].Wrong, err)
		}
	})

	for _, c := range []struct {
		name       string
		wrong      author.Form // as it was given
		right      author.Form
		said, also []string // what a pupil says who knows better, and one who believes the key
	}{
		{"lists in the text", author.Form{Kind: author.List, Text: "Le chat [mange|dort|rit] ici."}, author.Form{Kind: author.List, Text: "Le chat [dort|rit|mange] ici."}, []string{"dort"}, []string{"mange"}},
		{"gaps", author.Form{Kind: author.Gaps, Text: "Le [chien] miaule, le [chat] aboie.", Extra: "rat"}, author.Form{Kind: author.Gaps, Text: "Le [chat] miaule, le [chien] aboie.", Extra: "rat"},
			[]string{"chat → 0", "chien → 1"}, []string{"chien → 0", "chat → 1"}},
		{"pairs", author.Form{Kind: author.Match, Rows: []author.Row{{Text: "un", Other: "zwei"}, {Text: "deux", Other: "eins"}}}, author.Form{Kind: author.Match, Rows: []author.Row{{Text: "deux", Other: "zwei"}, {Text: "un", Other: "eins"}}},
			[]string{"un → eins", "deux → zwei"}, []string{"un → zwei", "deux → eins"}},
		{"an order", author.Form{Kind: author.Order, Rows: []author.Row{{Text: "deux"}, {Text: "un"}, {Text: "trois"}}}, author.Form{Kind: author.Order, Rows: []author.Row{{Text: "un"}, {Text: "deux"}, {Text: "trois"}}},
			[]string{"un", "deux", "trois"}, []string{"deux", "un", "trois"}},
		{"a choice whose rows changed places", *Keyed("Un", "A"), author.Form{Kind: author.Choice, Text: "Quel mot est un verbe ?", Rows: []author.Row{{Text: "mange"}, {Text: "dort", Right: true}, {Text: "chat"}}}, []string{"dort"}, []string{"chat"}},
	} {
		t.Run("a corrected key of "+c.name+" finds its rows where they are now", func(t *testing.T) {
			t.Parallel()
			w := NewWorld(t, open)
			c.wrong.Name, c.right.Name = "Un", "Un"
			if c.wrong.Text == "" {
				c.wrong.Text, c.right.Text = "Que faut-il ?", "Que faut-il ?"
			}
			prof, n := w.Own("prof", &c.wrong)
			for _, graded := range []bool{true, false} {
				if !graded {
					prof = w.Mend(prof, n, &c.wrong)
				}
				work := w.Of(n)
				work.Graded, work.Cohorts = graded, nil
				ines, tom, max, lou := w.Pupil(exos.Pseudonym(fmt.Sprint("ines", graded))), w.Pupil(exos.Pseudonym(fmt.Sprint("tom", graded))), w.Pupil(exos.Pseudonym(fmt.Sprint("max", graded))), w.Pupil(exos.Pseudonym(fmt.Sprint("lou", graded)))
				for _, v := range []*exos.Visitor{&ines, &tom, &max, &lou} {
					work.Persons = append(work.Persons, v.Learner.ID)
				}
				h := w.Give(prof, work)
				for _, v := range []*exos.Visitor{&ines, &tom, &max, &lou} {
					*v = w.again(v.Learner.Subject, exos.Pupil)
				}
				say := func(v exos.Visitor, words []string) exos.Verdict {
					s := w.Task(v, h.ID, 0)
					e, err := w.Act(s, exos.Answered, InWords(t, s, words))
					if err != nil {
						t.Fatal(err)
					}
					return w.Tell(v, e)
				}
				say(ines, c.said)
				say(tom, c.also)
				say(max, c.also)
				before := w.Task(lou, h.ID, 0)
				full := before.Max
				prof = w.Mend(prof, n, &c.right)
				plan := w.Plan(prof, h.ID)
				if !plan.Pending() || len(plan.Exercises) != 1 || !plan.Exercises[0].Comparable || len(plan.Pupils) != 3 || len(losses(plan)) != 2 {
					t.Fatalf("graded %v: %+v, %+v", graded, plan.Exercises, plan.Pupils)
				}
				if err := w.Classroom.Correct(t.Context(), prof, h.ID, plan.Hash, nil); err != nil {
					t.Fatal(err)
				}
				who := func(v exos.Visitor) string { return string(v.Learner.Subject) }
				wantEarned(t, w.Earned(prof, h.ID), who(ines), full, who(tom), full, who(max), full)
				if err := w.Classroom.Correct(t.Context(), prof, h.ID, w.Plan(prof, h.ID).Hash, losses(w.Plan(prof, h.ID))); err != nil {
					t.Fatal(err)
				}
				// What is answered from a page of before the correction, and from one of after it, is one and the same.
				e, err := w.Act(before, exos.Answered, InWords(t, before, c.said))
				if err != nil {
					t.Fatal(err)
				}
				w.Tell(lou, e)
				wantEarned(t, w.Earned(prof, h.ID), who(ines), full, who(tom), 0.0, who(max), 0.0, who(lou), full)
				after := w.Task(lou, h.ID, 0)
				if diff := cmp.Diff(InWords(t, before, c.said).Responses, after.Responses); diff != "" {
					t.Errorf("graded %v: the answer is shown otherwise after the correction: %s", graded, diff)
				}
				if diff := cmp.Diff(InWords(t, before, c.said).Responses, InWords(t, after, c.said).Responses); diff != "" {
					t.Errorf("graded %v: the page names its things otherwise after the correction: %s", graded, diff)
				}
				res, err := w.Classroom.Results(t.Context(), prof, h.ID)
				if err != nil || len(res.Tasks[0].Wrong) == 0 || res.Tasks[0].Wrong[0].Pupils != 2 {
					t.Errorf("graded %v: wrong: %+v, %v", graded, res.Tasks[0].Wrong, err)
				}
				w.Clock.Pass(72 * time.Hour)
				prof = w.again("prof", exos.Teacher)
				lou = w.again(lou.Learner.Subject, exos.Pupil)
				if s := w.Task(lou, h.ID, 0); graded && (s.Corrected == nil || !s.Result.Right || s.Corrected.Keys[0].Response != InWords(t, s, c.said).Responses[0].Identifier) {
					t.Errorf("the corrigé: %+v, %+v", s.Corrected, s.Result)
				}
			}
		})
	}

	t.Run("rows that change places under the same key are no correction", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, n := w.Own("prof", Keyed("Un", "B"))
		h := w.Give(prof, w.Of(n))
		w.Choose(w.again("ines", exos.Pupil), h.ID, 0, "B")
		moved := Keyed("Un", "B")
		moved.Rows[0], moved.Rows[1] = moved.Rows[1], moved.Rows[0]
		prof = w.Mend(prof, n, moved)
		if plan := w.Plan(prof, h.ID); plan.Pending() || len(plan.Exercises) != 0 {
			t.Errorf("%+v", plan.Exercises)
		}
		moved.Rows[0].Right, moved.Rows[1].Right = false, true
		prof = w.Mend(prof, n, moved)
		if plan := w.Plan(prof, h.ID); !plan.Pending() || len(losses(plan)) != 1 {
			t.Errorf("%+v", plan.Exercises)
		}
	})

	t.Run("a publisher's new version whose key alone is another is a plan for its teachers", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof := w.Teacher("prof")
		w.Pupil("ines")
		w.Pupil("tom")
		work := w.Work(2)
		work.Graded = true
		h := w.Give(prof, work)
		ines, tom := w.again("ines", exos.Pupil), w.again("tom", exos.Pupil)
		w.Choose(tom, h.ID, 0, "VOLETS")
		w.Choose(ines, h.ID, 0, "TANTE")
		w.Publish(exos.Package{Data: edited(t, "1-1-", "VOLETS</qti-value></qti-correct-response>", "TANTE</qti-value></qti-correct-response>"), ARK: ark})
		prof = w.again("prof", exos.Teacher)
		plan := w.Plan(prof, h.ID)
		if !plan.Pending() || len(plan.Exercises) != 1 || !plan.Exercises[0].Comparable || len(plan.Pupils) != 2 || len(losses(plan)) != 1 {
			t.Fatalf("%+v", plan)
		}
		if err := w.Classroom.Correct(t.Context(), prof, h.ID, plan.Hash, nil); err != nil {
			t.Fatal(err)
		}
		wantEarned(t, w.Earned(prof, h.ID), "ines", 1.0, "tom", 1.0)
	})

	t.Run("what asks something else now is not scored anew", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, n := w.Own("prof", Keyed("Un", "B"))
		h := w.Give(prof, w.Of(n))
		w.Choose(w.again("ines", exos.Pupil), h.ID, 0, "A")
		other := Keyed("Un", "A")
		other.Rows[0].Text = "chien"
		prof = w.Mend(prof, n, other)
		plan := w.Plan(prof, h.ID)
		if plan.Pending() || len(plan.Exercises) != 1 || plan.Exercises[0].Comparable || len(plan.Pupils) != 0 {
			t.Errorf("%+v", plan)
		}
	})

	t.Run("it does not matter whether answers come before a correction or after it", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		prof, n := w.Own("prof", Keyed("Un", "A"))
		const rounds = 30 // of some twenty transactions each
		round := 0
		rapid.Check(t, func(rt *rapid.T) {
			if round > rounds {
				return
			}
			prof = w.Mend(prof, n, Keyed("Un", rapid.SampledFrom([]string{"A", "B", "C"}).Draw(rt, "first")))
			work := w.Of(n)
			work.Graded, work.Tries, work.Cohorts = true, 4, nil
			round++ // other pupils: open graded work withholds its exercises from other work of theirs
			var pupils []exos.Visitor
			for i := range 3 {
				pupils = append(pupils, w.Pupil(exos.Pseudonym(fmt.Sprint("p", round, "-", i))))
				work.Persons = append(work.Persons, pupils[i].Learner.ID)
			}
			h := w.Give(prof, work)
			for i, v := range pupils { // they come again, now that it is given
				pupils[i] = w.again(v.Learner.Subject, exos.Pupil)
			}
			key, last, tries := "", map[exos.Pseudonym]string{}, map[exos.Pseudonym]int{}
			correct := func() {
				key = rapid.SampledFrom([]string{"A", "B", "C"}).Draw(rt, "key")
				prof = w.Mend(prof, n, Keyed("Un", key))
				plan := w.Plan(prof, h.ID)
				if len(plan.Exercises) == 0 {
					return
				}
				for range 1 + rapid.IntRange(0, 1).Draw(rt, "again") {
					if err := w.Classroom.Correct(t.Context(), prof, h.ID, plan.Hash, losses(plan)); err != nil {
						rt.Fatal(err)
					}
				}
			}
			for range rapid.IntRange(1, 8).Draw(rt, "steps") {
				if rapid.IntRange(0, 3).Draw(rt, "what") == 0 {
					correct()
					continue
				}
				v := rapid.SampledFrom(pupils).Draw(rt, "who")
				if tries[v.Learner.Subject] == 4 {
					continue
				}
				said := rapid.SampledFrom([]string{"A", "B", "C"}).Draw(rt, "said")
				w.Choose(v, h.ID, 0, said)
				last[v.Learner.Subject], tries[v.Learner.Subject] = said, tries[v.Learner.Subject]+1
			}
			correct()
			got := w.Earned(prof, h.ID)
			for who, said := range last {
				if want := map[bool]float64{true: 1, false: 0}[said == key]; got[who] != want {
					rt.Fatalf("%s said %s last, the key is %s, and has %v", who, said, key, got[who])
				}
			}
		})
	})
}
