package storetest

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/exos"
	"pupitre/exos/author"
	"pupitre/exos/qti/render"
)

func work(t *testing.T, open Opener) {
	t.Run("the author's own answers earn every maximum", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		v := w.Pupil("ines")
		for n := range w.Items {
			s := w.Sit(v, n)
			got := w.Tell(v, w.Event(s, exos.Answered, w.Declared(n, s.Seed)))
			if got.Status != exos.Accepted || got.Result == nil || !got.Result.Right || !got.Result.Ended || got.Result.Score != s.Max {
				t.Errorf("%s: %+v %+v", w.Items[n].Identifier, got, got.Result)
			}
		}
		cards, err := w.Modules(t.Context(), v)
		if err != nil || cards[0].Success != 1 || cards[0].Done != 24 || cards[0].Last == nil || cards[0].Last.Number != 24 {
			t.Errorf("got %+v, %v", cards, err)
		}
	})

	t.Run("success is best marks over all maxima, undone is nought", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		v := w.Pupil("ines")
		var best, most float64
		for n, it := range w.Items {
			most += it.MaxScore
			if n >= 5 {
				continue
			}
			s := w.Sit(v, n)
			if n%2 == 0 {
				w.Tell(v, w.Event(s, exos.Answered, w.Declared(n, s.Seed)))
				best += it.MaxScore
			} else {
				w.Tell(v, w.Event(s, exos.Answered, Wrong))
			}
		}
		c, err := w.Service.Module(t.Context(), v, w.Module)
		if err != nil || math.Abs(c.Success-best/most) > 1e-9 || c.Done != 5 {
			t.Errorf("success %v of %v, done %d, %v", c.Success, best/most, c.Done, err)
		}
	})

	t.Run("a best mark stays, the last one is replaced", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		v := w.Pupil("ines")
		s := w.Sit(v, 0)
		w.Tell(v, w.Event(s, exos.Answered, w.Declared(0, s.Seed)))
		again, err := w.TryAgain(t.Context(), v, s.Exercise)
		if err != nil || again.Attempt == s.Attempt || again.Ended || again.Result != nil {
			t.Fatalf("again: %+v, %v", again, err)
		}
		w.Tell(v, w.Event(again, exos.Answered, Wrong))
		mark := w.Exercises(v)[0].Mark
		if mark == nil || mark.Best != s.Max || mark.Last != 0 || mark.Tries != 2 {
			t.Errorf("got %+v", mark)
		}
	})

	t.Run("an event sent again gets the same answer and counts once", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		v := w.Pupil("ines")
		s := w.Sit(v, 0)
		e := w.Event(s, exos.Answered, Wrong)
		first := w.Tell(v, e)
		if len(first.Result.Feedback) == 0 {
			t.Error("no feedback: the comparison below would prove little")
		}
		for range 3 {
			again := w.Tell(v, e)
			if again.Status != exos.Duplicate {
				t.Errorf("status %s", again.Status)
			}
			again.Status = first.Status
			if diff := cmp.Diff(first, again); diff != "" {
				t.Error(diff)
			}
		}
		if mark := w.Exercises(v)[0].Mark; mark.Tries != 1 {
			t.Errorf("tries %d", mark.Tries)
		}
		other := w.Event(s, exos.Answered, w.Declared(0, s.Seed))
		other.ID = e.ID
		if got := w.Tell(v, other); got.Status != exos.Refused || got.Code != "exos.event.altered" {
			t.Errorf("another event of the same id: %+v", got)
		}
	})

	t.Run("an answer of more than the exercise takes counts for nothing", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		match := &author.Form{Kind: author.Match, Name: "Relier", Text: "Relie.", Rows: []author.Row{{Text: "France", Other: "Paris"}, {Text: "Italie", Other: "Rome"}}}
		prof, n := w.Own("t1", match)
		h := w.Give(prof, w.Of(n))
		v := w.Pupil("ines")
		s := w.Task(v, h.ID, 0)
		of := func(values ...string) *exos.Answer {
			return &exos.Answer{Responses: []exos.Response{{Identifier: "RESPONSE", Values: values}}}
		}
		for _, c := range []struct {
			given []string
			code  string
		}{{[]string{"S1 A", "S1 B", "S2 A", "S2 B"}, "exos.answer.many"}, {[]string{"S1 A", "S1 B"}, "exos.answer.uses"}} {
			if got := w.Tell(v, w.Event(s, exos.Answered, of(c.given...))); got.Status != exos.Refused || got.Code != c.code || got.Result != nil {
				t.Errorf("%v: %+v", c.given, got)
			}
		}
		if got := w.Tell(v, w.Event(s, exos.Answered, of("S1 A", "S2 B"))); got.Status != exos.Accepted || !got.Result.Right || got.Result.Try != 1 {
			t.Errorf("the right answer, after it: %+v", got)
		}
	})

	t.Run("the corrigé opens after the last try, not before", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		v := w.Pupil("ines")
		s := w.Sit(v, 0)
		for try := 1; try <= 3; try++ {
			if got := w.Tell(v, w.Event(s, exos.Solved, nil)); got.Status != exos.Refused || got.Code != "exos.solution.early" || got.Corrected != nil {
				t.Fatalf("before try %d: %+v", try, got)
			}
			got := w.Tell(v, w.Event(s, exos.Answered, Wrong))
			if got.Result.Try != try || got.Result.Ended != (try == 3) || got.Result.Solution != (try == 3) {
				t.Errorf("try %d: %+v", try, got.Result)
			}
		}
		if got := w.Tell(v, w.Event(s, exos.Answered, w.Declared(0, s.Seed))); got.Status != exos.Refused || got.Code != "exos.attempt.ended" {
			t.Errorf("a fourth answer: %+v", got)
		}
		if mark := w.Exercises(v)[0].Mark; mark.Best != 0 || mark.Tries != 3 {
			t.Errorf("a refused answer counted: %+v", mark)
		}
		got := w.Tell(v, w.Event(s, exos.Solved, nil))
		if got.Corrected == nil || len(got.Corrected.Keys) == 0 || len(got.Corrected.Why) == 0 {
			t.Fatalf("the corrigé: %+v", got)
		}
		if back := w.Sit(v, 0); back.Corrected == nil || !back.Ended {
			t.Error("the corrigé is gone after a reload")
		}
	})

	t.Run("giving up is not a way to the corrigé", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		v := w.Pupil("ines")
		s := w.Sit(v, 0)
		w.Tell(v, w.Event(s, exos.Answered, Wrong))
		w.Tell(v, w.Event(s, exos.Ended, nil))
		if got := w.Tell(v, w.Event(s, exos.Solved, nil)); got.Status != exos.Refused {
			t.Errorf("got %+v", got)
		}
	})

	t.Run("a hint is kept back until it is asked for", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		v := w.Pupil("ines")
		hints := 0
		for n := range w.Items {
			s := w.Sit(v, n)
			if !s.Hints {
				continue
			}
			hints++
			got := w.Tell(v, w.Event(s, exos.Hinted, nil))
			hint := words(got.Hint)
			if got.Status != exos.Accepted || hint == "" || strings.Contains(words(s.Tree.Nodes), hint) {
				t.Errorf("exercise %d: hint %q", n+1, hint)
			}
		}
		if hints != 24 {
			t.Errorf("%d hints", hints)
		}
	})

	t.Run("no key leaves before the corrigé", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		v := w.Pupil("ines")
		for n, it := range w.Items {
			s := w.Sit(v, n)
			sent, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			if !s.Tree.Arranged || s.Corrected != nil {
				t.Errorf("%s: arranged %v", it.Identifier, s.Tree.Arranged)
			}
			for _, f := range it.Feedback {
				if text := words(f.Nodes); text != "" && strings.Contains(string(sent), quoted(text)) {
					t.Errorf("%s: the feedback %q is sent with the exercise", it.Identifier, text)
				}
			}
		}
	})

	t.Run("what was answered is there after a reload", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		v := w.Pupil("ines")
		s := w.Sit(v, 3)
		first := w.Tell(v, w.Event(s, exos.Answered, Wrong))
		back := w.Sit(v, 3)
		if back.Attempt != s.Attempt || back.Seed != s.Seed || back.Ended {
			t.Errorf("another attempt: %+v", back)
		}
		if diff := cmp.Diff(Wrong.Responses, back.Responses); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(first.Result, back.Result); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(s.Tree, back.Tree); diff != "" {
			t.Errorf("the exercise changed: %s", diff)
		}
	})

	t.Run("events of one sending are taken in the order of the device", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		v := w.Pupil("ines")
		s := w.Sit(v, 0)
		right, wrong := w.Event(s, exos.Answered, w.Declared(0, s.Seed)), w.Event(s, exos.Answered, Wrong)
		right.Seq, wrong.Seq = 2, 1
		got, err := w.Submit(t.Context(), v, []exos.Event{right, wrong})
		if err != nil || got[0].Event != right.ID || got[0].Result == nil || got[0].Result.Try != 2 || got[1].Result.Try != 1 {
			t.Errorf("got %+v, %v", got, err)
		}
	})

	t.Run("a bad event takes no neighbour down", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		v := w.Pupil("ines")
		s := w.Sit(v, 0)
		good := w.Event(s, exos.Answered, Wrong)
		all := []exos.Event{good}
		for _, spoil := range []func(e *exos.Event){
			func(e *exos.Event) { e.ID = "short" },
			func(e *exos.Event) { e.Exercise = "00000000000000000000" },
			func(e *exos.Event) { e.Exercise = "a\x00b" },
			func(e *exos.Event) { e.Kind, e.Payload = exos.Opened, []byte(`{"filling": "the store"}`) },
			func(e *exos.Event) { e.Attempt = "00000000000000000000" },
			func(e *exos.Event) { e.Seed++ },
			func(e *exos.Event) { e.Version = strings.Repeat("0", 64) },
			func(e *exos.Event) { e.Version = "a\x00b" },
			func(e *exos.Event) { e.Device = "" },
			func(e *exos.Event) { e.Kind = "dreamt" },
			func(e *exos.Event) { e.Payload = []byte(`{"responses": 7}`) },
			func(e *exos.Event) { e.Payload = []byte("{\xff}") },
			func(e *exos.Event) { e.At = time.Time{} },
		} {
			bad := w.Event(s, exos.Answered, w.Declared(0, s.Seed))
			spoil(&bad)
			all = append(all, bad)
		}
		got, err := w.Submit(t.Context(), v, all)
		if err != nil {
			t.Fatal(err)
		}
		if got[0].Status != exos.Accepted {
			t.Errorf("the good one: %+v", got[0])
		}
		for i, verdict := range got[1:] {
			if verdict.Status != exos.Refused || verdict.Code == "" || verdict.Result != nil {
				t.Errorf("spoilt %d: %+v", i, verdict)
			}
		}
		if mark := w.Exercises(v)[0].Mark; mark.Tries != 1 || mark.Best != 0 {
			t.Errorf("mark %+v", mark)
		}
	})

	t.Run("an attempt is its learner's alone", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		s := w.Sit(w.Pupil("ines"), 0)
		got := w.Tell(w.Pupil("tom"), w.Event(s, exos.Answered, w.Declared(0, s.Seed)))
		if got.Status != exos.Refused || got.Code != "exos.attempt.unknown" {
			t.Errorf("got %+v", got)
		}
	})

	t.Run("the history has every answer, newest first, by pages", func(t *testing.T) {
		t.Parallel()
		w := NewWorld(t, open)
		v := w.Pupil("ines")
		var sent []exos.EventID
		for n := range 7 {
			s := w.Sit(v, n)
			e := w.Event(s, exos.Answered, Wrong)
			w.Tell(v, e)
			sent = append([]exos.EventID{e.ID}, sent...)
		}
		var got []exos.EventID
		for before := exos.EventID(""); ; {
			page, err := w.History(t.Context(), v, before, 3)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			for _, d := range page {
				got = append(got, d.Event)
			}
			before = page[len(page)-1].Event
		}
		if diff := cmp.Diff(sent, got); diff != "" {
			t.Error(diff)
		}
	})
}

// words is the text of nodes.
func words(nodes []render.Node) string {
	var b strings.Builder
	for _, n := range nodes {
		b.WriteString(n.Text)
		b.WriteString(words(n.Nodes))
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// quoted is a text as it stands inside JSON.
func quoted(s string) string {
	b, _ := json.Marshal(s)
	return strings.Trim(string(b), `"`)
}
