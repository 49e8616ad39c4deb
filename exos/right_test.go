package exos_test

import (
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
)

func TestARightOpensFromItsFirstDayToTheEndOfItsLast(t *testing.T) {
	t.Parallel()
	reunion := clock.ZoneOfUAI("9740001A") // four hours ahead of UTC
	first, last := clock.Date{Year: 2026, Month: time.September, Day: 1}, clock.Date{Year: 2027, Month: time.August, Day: 31}
	right := exos.Right{ARK: "ark:/99999/a", Start: first, Opens: first.Start(reunion), End: last, Closes: last.End(reunion), Status: exos.RightOpen}
	with := func(status exos.RightStatus) exos.Right { r := right; r.Status = status; return r }
	unbounded := exos.Right{ARK: "ark:/99999/a", Status: exos.RightOpen}
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		right exos.Right
		at    time.Time
		code  string // "" for open
	}{
		"the second before":                      {right, first.Start(reunion).Add(-time.Second), "exos.right.future"},
		"the first second":                       {right, first.Start(reunion), ""},
		"the last second":                        {right, last.End(reunion).Add(-time.Second), ""},
		"the second after":                       {right, last.End(reunion), "exos.right.expired"},
		"future, says the broker":                {with(exos.RightFuture), noon, "exos.right.future"},
		"ended, says the broker":                 {with(exos.RightEnded), noon, "exos.right.ended"},
		"ended, and its last day is over":        {with(exos.RightEnded), last.End(reunion), "exos.right.expired"},
		"a word that we do not know":             {with("perhaps"), noon, "exos.right.ended"},
		"no word at all":                         {with(""), noon, "exos.right.ended"},
		"no dates":                               {unbounded, noon, ""},
		"future without a date, says the broker": {exos.Right{Status: exos.RightFuture}, noon, "exos.right.ended"},
	} {
		err := c.right.Check(c.at)
		if c.code == "" && err != nil || c.code != "" && (!fault.Is(err, fault.Denied) || fault.CodeOf(err) != c.code) {
			t.Errorf("%s: got %v, want %q", name, err, c.code)
		}
	}
}

func TestNothingOpensOnRightsThatNobodyCouldCheck(t *testing.T) {
	t.Parallel()
	v := exos.Visitor{Rights: []exos.Right{{ARK: "ark:/99999/a", Status: exos.RightOpen}}}
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	if err := v.May("ark:/99999/a", "A", now); err != nil {
		t.Error(err)
	}
	if err := v.May("ark:/99999/b", "B", now); fault.CodeOf(err) != "exos.right.none" {
		t.Errorf("got %v", err)
	}
	v.Unsure = fault.New(fault.Unavailable, "exos.rights.unreachable")
	if err := v.May("ark:/99999/a", "A", now); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}
