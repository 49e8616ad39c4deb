package app_test

import (
	"testing"

	"pupitre/internal/app"
)

// A small heap may grow to 64 MB and no further, a large one to twice what lives in it, as ever.
func TestASmallHeapIsCollectedSeldomALargeOneAsEver(t *testing.T) {
	t.Parallel()
	for live := uint64(1); live <= 1024; live++ { // MB
		grown := live * uint64(100+app.PercentFor(live<<20)) / 100
		if most := max(64, 2*live); grown > most || grown < 2*live {
			t.Errorf("where %d MB live the heap grows to %d", live, grown)
		}
	}
	if grown := 10 * (100 + app.PercentFor(10<<20)) / 100; grown != 64 {
		t.Errorf("where 10 MB live the heap grows to %d", grown)
	}
	if app.PercentFor(0) != 100 {
		t.Error("what lives is not known yet")
	}
}
