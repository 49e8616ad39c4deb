package licensing_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"pupitre/internal/clock"
	"pupitre/licensing"
)

// Whatever pools a school has, the equations of the console hold over their sum.
func TestTheEquationsHoldOverAnyPools(t *testing.T) {
	t.Parallel()
	today := clock.Date{Year: 2026, Month: time.November, Day: 23}
	rapid.Check(t, func(r *rapid.T) {
		var pools []licensing.Pool
		for range rapid.IntRange(0, 5).Draw(r, "pools") {
			p := licensing.Pool{Kind: licensing.Individual, Starts: today.AddDays(rapid.IntRange(-3, 2).Draw(r, "starts")),
				Ends: today.AddDays(rapid.IntRange(-2, 3).Draw(r, "ends")), Ended: rapid.IntRange(0, 4).Draw(r, "ended") == 4,
				Assigned: rapid.Int64Range(0, 50).Draw(r, "assigned"), Reserved: rapid.Int64Range(0, 9).Draw(r, "reserved")}
			p.Locked = rapid.Int64Range(0, p.Assigned).Draw(r, "locked")
			p.Total = licensing.Unlimited
			if rapid.Bool().Draw(r, "counted") {
				p.Total = licensing.Count(p.Assigned + p.Reserved + rapid.Int64Range(0, 50).Draw(r, "free"))
			}
			pools = append(pools, p)
		}
		c := licensing.Tally(pools, today).Select(rapid.Int64Range(0, 100).Draw(r, "selected"))
		if !c.Balanced() {
			r.Fatalf("%+v over %+v", c, pools)
		}
		free := int64(0)
		for _, p := range pools {
			if p.InForce(today) {
				free += p.Free()
			}
		}
		if c.Available != free {
			r.Fatalf("available %d, want %d", c.Available, free)
		}
	})
}

func TestAPoolIsInForceFromItsFirstToItsLastDay(t *testing.T) {
	t.Parallel()
	day := clock.Date{Year: 2026, Month: time.November, Day: 23}
	p := licensing.Pool{Starts: day, Ends: day.AddDays(1)}
	for offset, want := range map[int]bool{-1: false, 0: true, 1: true, 2: false} {
		if got := p.InForce(day.AddDays(offset)); got != want {
			t.Errorf("%s: got %v, want %v", day.AddDays(offset), got, want)
		}
	}
	p.Ended = true
	if p.InForce(day) {
		t.Error("an ended pool is in force")
	}
}
