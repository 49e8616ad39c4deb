package recent_test

import (
	"errors"
	"testing"
	"time"

	"pupitre/internal/recent"
)

func TestAMemoryIsAsOldAsItMayBeAndNoOlder(t *testing.T) {
	var m recent.Memory[string, int]
	now, reads := time.Unix(0, 0), 0
	find := func(key string) int {
		t.Helper()
		v, err := m.Find(key, now, func() (int, error) { reads++; return reads, nil })
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, step := range []struct {
		what string
		do   func()
		key  string
		want int
	}{
		{"what was never read is read", func() {}, "a", 1},
		{"a moment later it is remembered", func() { now = now.Add(recent.Moment - 1) }, "a", 1},
		{"then it is read again", func() { now = now.Add(1) }, "a", 2},
		{"what was changed here is read at once", func() { m.Forget("a") }, "a", 3},
		{"another is another", func() {}, "b", 4},
	} {
		if step.do(); find(step.key) != step.want {
			t.Errorf("%s: read %d times, want %d", step.what, reads, step.want)
		}
	}
}

func TestAMemoryIsBounded(t *testing.T) {
	var m recent.Memory[int, int]
	reads := 0
	find := func(key int) { m.Find(key, time.Time{}, func() (int, error) { reads++; return 0, nil }) }
	for i := range recent.Most {
		find(i)
	}
	if find(0); reads != recent.Most {
		t.Errorf("the first of the most is forgotten: %d reads", reads)
	}
	if find(recent.Most); reads != recent.Most+1 {
		t.Fatalf("%d reads", reads)
	}
	if find(0); reads != recent.Most+2 {
		t.Errorf("one more than the most, and none is forgotten: %d reads", reads)
	}
}

func TestWhatCannotBeReadIsNotRemembered(t *testing.T) {
	var m recent.Memory[string, int]
	trouble := errors.New("trouble")
	if _, err := m.Find("a", time.Time{}, func() (int, error) { return 7, trouble }); !errors.Is(err, trouble) {
		t.Errorf("got %v", err)
	}
	if v, err := m.Find("a", time.Time{}, func() (int, error) { return 8, nil }); v != 8 || err != nil {
		t.Errorf("got %d, %v", v, err)
	}
}

func TestWhatIsHandedOverIsTakenOnceAndSoon(t *testing.T) {
	var h recent.Handover[string, int]
	start := time.Unix(0, 0)
	h.Put("a", 1, start)
	h.Put("b", 2, start.Add(recent.Moment/2))
	h.Put("c", 3, start.Add(recent.Moment)) // a new generation
	h.Put("d", 4, start.Add(recent.Moment))
	for _, step := range []struct {
		key  string
		at   time.Duration
		want int
	}{
		{"a", recent.Moment, 0},         // too old
		{"b", 3*recent.Moment/2 - 1, 2}, // of the generation before
		{"b", 3*recent.Moment/2 - 1, 0}, // taken
		{"c", 2*recent.Moment - 1, 3},   // just in time
		{"d", 2 * recent.Moment, 0},     // just not
		{"never", recent.Moment, 0},
	} {
		v, ok := h.Take(step.key, start.Add(step.at))
		if ok != (step.want != 0) || ok && v != step.want {
			t.Errorf("%+v: %d, %v", step, v, ok)
		}
	}
}

func TestAHandoverForgetsWhatNobodyTakes(t *testing.T) {
	var h recent.Handover[int, int]
	for i := range 3 * recent.Most {
		h.Put(i, i, time.Time{})
	}
	if _, ok := h.Take(0, time.Time{}); ok {
		t.Error("three times the most are kept")
	}
	if _, ok := h.Take(3*recent.Most-1, time.Time{}); !ok {
		t.Error("the last one is not")
	}
}
