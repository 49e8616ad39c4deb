package id_test

import (
	"testing"
	"time"

	"pupitre/internal/clock"
	"pupitre/internal/id"
)

func TestIdsGrowEvenWhenTheClockStepsBack(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)
	m := id.NewMaker(func() time.Time { at = at.Add(-time.Millisecond); return at })
	last := ""
	for range 100_000 {
		got := m.New()
		if got <= last {
			t.Fatalf("%s came after %s", got, last)
		}
		if !id.Valid(got) {
			t.Fatalf("%q is not valid", got)
		}
		last = got
	}
}

func TestSeededIdsRepeat(t *testing.T) {
	t.Parallel()
	now := clock.Fixed(time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC))
	a, b, c := id.Seeded(now, 7), id.Seeded(now, 7), id.Seeded(now, 8)
	for range 10 {
		x, y, z := a.New(), b.New(), c.New()
		if x != y || x == z {
			t.Fatalf("same seed %s %s, other seed %s", x, y, z)
		}
	}
}

func TestValidRefusesWhatIsNotAnId(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "0123456789", "0123456789012345678i", "0123456789012345678A", "0123456789012345678 "} {
		if id.Valid(bad) {
			t.Errorf("%q passed", bad)
		}
	}
}
