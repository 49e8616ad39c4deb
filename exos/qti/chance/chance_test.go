package chance_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/exos/qti/chance"
)

// TestStreamsNeverChange: marks and orders stored today must be drawn again in ten years.
func TestStreamsNeverChange(t *testing.T) {
	t.Parallel()
	s := chance.New(42, "template")
	got := []uint64{s.Uint64(), s.Uint64(), s.Below(100), s.Below(1 << 40)}
	want := []uint64{15099647610680981715, 4907691323246806041, 92, 1005758680079} // by a second program, in another language
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{1, 0, 4, 2, 3}, chance.New(7, "order/RESPONSE").Shuffle(5, nil)); diff != "" {
		t.Error(diff)
	}
}

func TestDrawsAreEven(t *testing.T) {
	t.Parallel()
	s := chance.New(1, "even")
	var counts [6]int
	for range 60_000 {
		counts[s.Below(6)]++
	}
	for face, n := range counts {
		if n < 9_600 || n > 10_400 {
			t.Errorf("face %d came %d times in 60,000", face, n)
		}
	}
	if got := s.Below(0); got != 0 {
		t.Errorf("Below(0) = %d", got)
	}
}

func TestFixedIndexesStay(t *testing.T) {
	t.Parallel()
	for seed := range uint64(50) {
		order := chance.New(seed, "fixed").Shuffle(6, func(i int) bool { return i == 0 || i == 5 })
		seen := map[int]bool{}
		for _, i := range order {
			seen[i] = true
		}
		if order[0] != 0 || order[5] != 5 || len(seen) != 6 {
			t.Fatalf("seed %d: %v", seed, order)
		}
	}
}
