package licensing_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/licensing"
)

func TestEndingSoonIsWhatNothingGoesOnFrom(t *testing.T) {
	t.Parallel()
	day := func(m time.Month, d int) clock.Date { return clock.Date{Year: 2027, Month: m, Day: d} }
	today := day(time.June, 15)
	pupils, both := []directory.Profile{directory.Pupil}, []directory.Profile{directory.Pupil, directory.Teacher}
	pool := func(r string, from, to clock.Date, publics []directory.Profile, assigned int64) licensing.Pool {
		return licensing.Pool{Resource: catalogue.ResourceID(r), Starts: from, Ends: to, Kind: licensing.Individual, Publics: publics, Total: 100, Assigned: assigned}
	}
	begun := day(time.January, 1)
	ended := pool("taken away", begun, day(time.July, 1), pupils, 0)
	ended.Ended = true
	wide := pool("wide", begun, day(time.June, 20), both, 0)
	wide.Kind, wide.Total = licensing.Establishment, licensing.Unlimited
	got := licensing.EndingSoon([]licensing.Pool{
		pool("last day in", begun, day(time.July, 15), pupils, 7), pool("a day later", begun, day(time.July, 16), pupils, 7),
		pool("over", begun, day(time.June, 14), pupils, 7), pool("to come", day(time.July, 1), day(time.July, 10), pupils, 0), ended, wide,
		pool("followed", begun, day(time.July, 1), pupils, 7), pool("followed", day(time.September, 1), day(time.December, 1), both, 0),
		pool("others’", begun, day(time.July, 1), both, 7), pool("others’", begun, day(time.December, 1), pupils, 0),
		pool("twice", begun, day(time.July, 3), pupils, 2), pool("twice", begun, day(time.July, 2), pupils, 3),
	}, today)
	want := []licensing.Ending{
		{Resource: "wide", Ends: day(time.June, 20), SiteWide: true}, {Resource: "others’", Ends: day(time.July, 1), Assigned: 7},
		{Resource: "twice", Ends: day(time.July, 2), Assigned: 5}, {Resource: "last day in", Ends: day(time.July, 15), Assigned: 7},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
