package offline_test

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pupitre/exos/offline"
	"pupitre/exos/offline/offlinetest"
	"pupitre/internal/id"
)

// sent is one act on its way, and when in truth it was done.
type sent struct {
	device int
	act    offline.Signed
	at     time.Time
}

// enrolled is when the n-th device first had an answer: no two at once.
func enrolled(n int) time.Time { return noon.Add(time.Duration(n) * time.Millisecond) }

// away is a week in which three devices of one pupil are out of reach: their clocks are wrong by up to a day, and are set back and
// forth, and they are started again now and then.
func away(t *rapid.T, devices []*offlinetest.Device) []sent {
	ids := id.Seeded(func() time.Time { return noon }, rapid.Uint64().Draw(t, "ids"))
	at := noon
	var out []sent
	for range rapid.IntRange(1, 40).Draw(t, "acts") {
		at = at.Add(time.Duration(rapid.IntRange(1, 4000).Draw(t, "seconds")) * time.Second)
		n := rapid.IntRange(0, len(devices)-1).Draw(t, "device")
		d := devices[n]
		switch rapid.IntRange(0, 9).Draw(t, "clock") {
		case 0:
			d.Wrong = time.Duration(rapid.IntRange(-1440, 1440).Draw(t, "wrong")) * time.Minute
		case 1:
			d.Restart()
		}
		what := answer{
			Attempt:  fmt.Sprintf("%s-%d", d.ID, rapid.IntRange(0, 3).Draw(t, "attempt")),
			Exercise: fmt.Sprintf("e%d", rapid.IntRange(0, 2).Draw(t, "exercise")), Score: rapid.IntRange(0, 10).Draw(t, "score"),
		}
		out = append(out, sent{n, d.Do(ids.New(), at, what), at})
	}
	return out
}

// deliver hands batches to a server, and returns what was last said of each act.
func deliver(t *rapid.T, devices []*offlinetest.Device, batches [][]sent) (*class, map[string]offline.Word) {
	c, words := newClass(), map[string]offline.Word{}
	for n, d := range devices {
		c.enrol(d.ID, enrolled(n))
	}
	back := noon.Add(7 * day) // all is sent within the minute in which the line is back: what was certain before stays so
	for i, batch := range batches {
		for n, d := range devices {
			var acts []offline.Signed
			for _, s := range batch {
				if s.device == n {
					acts = append(acts, s.act)
				}
			}
			verdicts, err := offline.Take(t.Context(), c.devices[d.ID], d.ID, d.Key, acts, back.Add(time.Duration(i)*time.Millisecond))
			if err != nil {
				t.Fatal(err)
			}
			for j, v := range verdicts {
				if j < len(acts) && v.Outcome == offline.Later {
					t.Fatalf("%s: an act was not kept", v.ID)
				}
				if old, told := words[v.ID]; told && old.Outcome != offline.Waiting && !cmp.Equal(old, v.Word) {
					t.Fatalf("%s: said %+v, then %+v", v.ID, old, v.Word)
				}
				words[v.ID] = v.Word
			}
		}
	}
	return c, words
}

// However the acts of three devices come, doubled, cut up and in any order, what they amount to is what it would be in order.
func TestTheOrderInWhichActsComeDoesNotMatter(t *testing.T) {
	t.Parallel()
	most := 60 // batches of one case: a hundred cases of them are some thousands
	if os.Getenv("PUPITRE_SOAK") != "" {
		most = 200
	}
	batches := 0
	rapid.Check(t, func(t *rapid.T) {
		devices := []*offlinetest.Device{offlinetest.New("a"), offlinetest.NewP256("b"), offlinetest.New("c")}
		for n, d := range devices {
			d.Heard(0, enrolled(n))
		}
		acts := away(t, devices)
		inOrder, want := deliver(t, devices, [][]sent{acts})

		var mess [][]sent
		for range rapid.IntRange(0, most).Draw(t, "batches") {
			from := rapid.IntRange(0, len(acts)-1).Draw(t, "from")
			batch := slices.Clone(acts[from:rapid.IntRange(from+1, len(acts)).Draw(t, "to")])
			if rapid.Bool().Draw(t, "shuffled") {
				batch = rapid.Permutation(batch).Draw(t, "order")
			}
			if rapid.Bool().Draw(t, "doubled") {
				batch = append(batch, batch[rapid.IntRange(0, len(batch)-1).Draw(t, "twice")])
			}
			mess = append(mess, batch)
		}
		mess = append(mess, rapid.Permutation(acts).Draw(t, "the rest")) // a device goes on until all is taken
		batches += len(mess)
		got, words := deliver(t, devices, mess)

		if diff := cmp.Diff(want, words); diff != "" {
			t.Fatalf("what is said of acts: %s", diff)
		}
		if diff := cmp.Diff(inOrder.attempts, got.attempts); diff != "" {
			t.Fatalf("attempts: %s", diff)
		}
		if diff := cmp.Diff(inOrder.marks, got.marks); diff != "" {
			t.Fatalf("marks: %s", diff)
		}
		if got.applied != len(acts) {
			t.Fatalf("%d acts were applied %d times", len(acts), got.applied)
		}
		for name, k := range got.devices {
			if k.chain.Head != inOrder.devices[name].chain.Head || len(k.reports) > 0 {
				t.Fatalf("device %s: %+v, reports %v", name, k.chain, k.reports)
			}
		}
	})
	t.Logf("%d batches", batches)
}

func take(t *testing.T, k *keeper, d *offlinetest.Device, at time.Time, acts ...offline.Signed) []offline.Verdict {
	t.Helper()
	out, err := offline.Take(t.Context(), k, d.ID, d.Key, acts, at)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func outcomes(all []offline.Verdict) []string {
	var out []string
	for _, v := range all {
		text := string(v.Outcome)
		if v.Known {
			text += " again"
		}
		if v.Code != "" {
			text += " " + v.Code
		}
		out = append(out, text)
	}
	return out
}

func want(t *testing.T, got []offline.Verdict, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, outcomes(got)); diff != "" {
		t.Error(diff)
	}
}

func three(d *offlinetest.Device) []offline.Signed {
	ids := id.NewMaker(func() time.Time { return noon })
	d.Heard(0, noon)
	var out []offline.Signed
	for i := range 3 {
		out = append(out, d.Do(ids.New(), noon.Add(time.Duration(i+1)*time.Hour), answer{"t1", "e1", i}))
	}
	return out
}

func TestAnActWaitsForThoseBeforeIt(t *testing.T) {
	t.Parallel()
	c, d := newClass(), offlinetest.New("a")
	k := c.enrol("a", noon)
	acts := three(d)
	want(t, take(t, k, d, noon.Add(day), acts[2]), "waiting")
	want(t, take(t, k, d, noon.Add(2*day), acts[2], acts[0]), "waiting again", "taken")
	got := take(t, k, d, noon.Add(3*day), acts[1])
	want(t, got, "taken", "taken again")
	if got[0].Moment.Before != noon.Add(day) {
		t.Errorf("it was done before the one after it was heard of, on the first day: %+v", got[0].Moment)
	}
	want(t, take(t, k, d, noon.Add(4*day), acts...), "taken again", "taken again", "taken again")
	if m := c.marks["e1"]; m.Tries != 3 || m.Last != 2 {
		t.Errorf("%+v", m)
	}
}

func TestWhatADeviceDidNotSignIsRefusedAndReported(t *testing.T) {
	t.Parallel()
	c, d, other := newClass(), offlinetest.New("a"), offlinetest.New("b")
	k := c.enrol("a", noon)
	acts := three(d)
	tampered := acts[0]
	tampered.Text = tampered.Text[:len(tampered.Text)-3] + "9}}"
	foreign := three(other)[0]
	replayed := foreign // another device's act, in this one's name
	want(t, take(t, k, d, noon.Add(day), tampered, replayed, acts[0]), "refused exos.act.signature", "refused exos.act.signature", "taken")

	own := offlinetest.New("elsewhere") // signed by the right key, made for another device
	own.Heard(0, noon)
	k2 := c.enrol("there", noon)
	want(t, take(t, k2, &offlinetest.Device{ID: "there", Key: own.Key}, noon.Add(day), own.Do("0123456789abcdefghjk", noon, answer{})), "refused exos.act.elsewhere")
	if diff := cmp.Diff([]string{"exos.act.signature", "exos.act.signature"}, k.reports); diff != "" {
		t.Error(diff)
	}
	if c.applied != 1 {
		t.Errorf("applied %d", c.applied)
	}
}

func TestASecondHistoryIsSeen(t *testing.T) {
	t.Parallel()
	c, d := newClass(), offlinetest.New("a")
	k := c.enrol("a", noon)
	copied := *d // a copy of the device's storage, from before
	acts, others := three(d), three(&copied)
	want(t, take(t, k, d, noon.Add(day), acts[0], acts[1]), "taken", "taken")
	want(t, take(t, k, d, noon.Add(day), others[1]), "refused exos.act.forked")
	want(t, take(t, k, d, noon.Add(day), others[2]), "refused exos.act.chain")
	if c.applied != 2 || len(k.reports) != 1 {
		t.Errorf("applied %d, reports %v", c.applied, k.reports)
	}
}

func TestAnActFarAheadIsToBeSentAgain(t *testing.T) {
	t.Parallel()
	c, d := newClass(), offlinetest.New("a")
	k := c.enrol("a", noon)
	far := d.Sign(offline.ForAct, offline.Act{ID: "0123456789abcdefghjk", Device: "a", Seq: 1 << 40, Since: -1, At: noon, What: []byte("1")})
	want(t, take(t, k, d, noon, far), "later")
	if len(k.acts) != 0 {
		t.Error("it was kept")
	}
}

func TestActsWithoutFormAreRefused(t *testing.T) {
	t.Parallel()
	c, d := newClass(), offlinetest.New("a")
	k := c.enrol("a", noon)
	good := offline.Act{ID: "0123456789abcdefghjk", Device: "a", Seq: 1, Since: -1, At: noon, What: []byte("1")}
	var acts []offline.Signed
	for _, spoil := range []func(a *offline.Act){
		func(a *offline.Act) { a.ID = "short" }, func(a *offline.Act) { a.Seq = 0 }, func(a *offline.Act) { a.Answer = -1 },
		func(a *offline.Act) { a.Since = -2 }, func(a *offline.Act) { a.At = time.Time{} },
	} {
		bad := good
		spoil(&bad)
		acts = append(acts, d.Sign(offline.ForAct, bad))
	}
	acts = append(acts, d.Sign(offline.ForAct, []int{1}))
	form := "refused exos.act.form"
	want(t, take(t, k, d, noon, acts...), form, form, form, form, form, form)
	if c.applied != 0 || len(k.reports) != len(acts) {
		t.Errorf("applied %d, reports %v", c.applied, k.reports)
	}
}

// Three hundred acts of which one has a used number and one is damaged: the device goes on from the place that it is told, and all the
// others are taken.
func TestAChainGoesOnWhereTheServerSays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, d := newClass(), offlinetest.New("a")
		k := c.enrol("a", noon)
		ids := id.NewMaker(func() time.Time { return noon })
		d.Heard(0, noon)
		do := func(i int) offline.Signed {
			return d.Do(ids.New(), noon.Add(time.Duration(i)*time.Second), answer{fmt.Sprint(i), fmt.Sprint(i), 1})
		}
		say := func(acts []offline.Signed) ([]offline.Verdict, offline.Place) {
			verdicts, err := offline.Take(t.Context(), k, d.ID, d.Key, acts, noon.Add(day))
			if err != nil {
				t.Fatal(err)
			}
			place, err := offline.GoesOn(t.Context(), k)
			if err != nil {
				t.Fatal(err)
			}
			return verdicts, place
		}
		copied := *d
		say([]offline.Signed{do(0)})
		*d = copied // its storage is put back: the next number is used
		acts := make([]offline.Signed, 300)
		for i := range acts {
			acts[i] = do(i + 1)
		}
		bad := rapid.IntRange(2, 298).Draw(t, "damaged")
		acts[bad].Text += " "
		order := rapid.Permutation(acts).Draw(t, "order")
		verdicts, place := say(order)
		refused := map[string]bool{}
		for i, v := range verdicts[:len(order)] {
			if v.Seq == 0 || v.Code == offline.OutOfChain {
				refused[order[i].Text] = true
			}
		}
		if place.Until != int64(bad+2) || place.Next != int64(bad+1) {
			t.Fatalf("%d is missing: %+v", bad+1, place)
		}
		d.GoOn(place.Next, place.Head)
		_, place = say([]offline.Signed{d.Instead(ids.New(), noon.Add(time.Hour), answer{"lost", "lost", 0}, place.Then)})
		if place.Until != 0 || place.Next != 301 {
			t.Fatalf("something waits still: %+v", place)
		}
		d.GoOn(place.Next, place.Head)
		var again []offline.Signed
		for i, s := range acts {
			if i != bad && refused[s.Text] {
				again = append(again, d.Again(s))
			}
		}
		verdicts, place = say(again)
		for _, v := range verdicts {
			if v.Outcome != offline.Taken {
				t.Fatalf("signed again: %+v", v)
			}
		}
		if c.applied != 1+299+1 || place.Until != 0 || len(refused) != 3 { // the first act, all but the damaged one, what stands for it
			t.Fatalf("applied %d, %d refused, %+v", c.applied, len(refused), place)
		}
	})
}
