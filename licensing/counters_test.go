package licensing_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/licensing"
)

// Whatever pools a school has, the equations of the console hold over their sum and for every public, and the publics make up the sum.
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
			p.Publics = rapid.SampledFrom([][]directory.Profile{{directory.Pupil}, {directory.Teacher}, {directory.Teacher, directory.Pupil}, directory.Profiles}).Draw(r, "publics")
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
		var whole licensing.Counters
		for _, p := range licensing.Portions(pools, today) {
			if !p.Balanced() {
				r.Fatalf("%+v over %+v", p, pools)
			}
			whole.Available, whole.Assigned, whole.Total = whole.Available+p.Available, whole.Assigned+p.Assigned, whole.Total+p.Total
			whole.Reserved, whole.Locked, whole.Unlimited = whole.Reserved+p.Reserved, whole.Locked+p.Locked, whole.Unlimited || p.Unlimited
		}
		whole.Remaining = whole.Available
		if whole != c.Select(0) {
			r.Fatalf("the publics sum up to %+v, not %+v", whole, c)
		}
	})
}

// What teachers have left is no pupil's, in the figures and in the warning; what both may draw is told of both.
func TestEachPublicHasItsOwnFiguresAndItsOwnWarning(t *testing.T) {
	t.Parallel()
	pool := func(id licensing.PoolID, total licensing.Count, assigned int64, publics ...directory.Profile) licensing.Pool {
		return licensing.Pool{ID: id, Kind: licensing.Individual, Total: total, Assigned: assigned, Publics: publics}
	}
	both := []directory.Profile{directory.Teacher, directory.Pupil}
	for _, c := range []struct {
		name          string
		pools         []licensing.Pool
		portions, low string
	}{
		{"one public", []licensing.Pool{pool("a", 150, 140, directory.Pupil)}, "[eleve] 10 of 150", "[eleve] 10 of 150"},
		{"pupils are served", []licensing.Pool{pool("b", 10, 0, directory.Teacher), pool("a", 150, 150, directory.Pupil)},
			"[eleve] 0 of 150, [enseignant] 10 of 10", "[eleve] 0 of 150"},
		{"two pools of a public", []licensing.Pool{pool("a", 100, 100, directory.Pupil), pool("b", 10, 10, directory.Teacher), pool("c", 50, 0, directory.Pupil)},
			"[eleve] 50 of 150, [enseignant] 0 of 10", "[enseignant] 0 of 10"},
		{"pupils may draw what is for both", []licensing.Pool{pool("a", 20, 20, directory.Pupil), pool("b", 20, 0, both...)},
			"[eleve] 0 of 20, [eleve enseignant] 20 of 20", ""},
		{"one number for both", []licensing.Pool{pool("a", 20, 19, both...)}, "[eleve enseignant] 1 of 20", "[eleve enseignant] 1 of 20"},
		{"teachers without limit", []licensing.Pool{pool("a", 20, 19, directory.Pupil), pool("b", licensing.Unlimited, 4, directory.Teacher)},
			"[eleve] 1 of 20, [enseignant] 0 of 4", "[eleve] 1 of 20"},
		{"nothing was sold", []licensing.Pool{pool("a", 0, 0, directory.Pupil)}, "[eleve] 0 of 0", ""},
	} {
		say := func(list []licensing.Portion) string {
			var out []string
			for _, p := range list {
				out = append(out, fmt.Sprintf("%v %d of %d", p.Publics, p.Available, p.Total))
			}
			return strings.Join(out, ", ")
		}
		stock := licensing.Stock{Pools: c.pools}
		if got := say(stock.Portions()); got != c.portions {
			t.Errorf("%s: the portions are %q, want %q", c.name, got, c.portions)
		}
		if got := say(stock.Low()); got != c.low {
			t.Errorf("%s: low is %q, want %q", c.name, got, c.low)
		}
	}
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
