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
