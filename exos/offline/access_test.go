package offline_test

import (
	"slices"
	"testing"
	"time"

	"pupitre/exos/offline"
)

var (
	noon  = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)
	day   = 24 * time.Hour
	given = offline.Entitlement{
		ID: "e1", Holder: offline.Holder{Thumbprint: "here"}, Module: "m", Start: offline.At(noon.Add(-30 * day)), End: offline.At(noon.Add(100 * day)),
		Lease: offline.At(noon.Add(30 * day)), Updated: offline.At(noon),
	}
)

// said is a status on the entitlement, so long after it was given.
func said(s offline.State, later time.Duration) *offline.Status {
	return &offline.Status{ID: "e1", State: s, Updated: offline.At(noon.Add(later))}
}

func other(change func(e *offline.Entitlement)) *offline.Entitlement {
	e := given
	change(&e)
	return &e
}

// accessCase is a device's holding, and what it may do.
type accessCase struct {
	name   string
	held   offline.Held
	clock  time.Duration // of the device, after noon
	anchor time.Duration // the latest time that the server told it
	want   offline.Access
	rule   string
}

// accessCases are the rules of precedence: entitlement × status × clock × lease, whichever two of them contradict one another.
var accessCases = []accessCase{
	{"all is well", offline.Held{Entitlement: &given}, day, 0, offline.MayOpen, "open"},
	{"and the server says so", offline.Held{Entitlement: &given, Status: said(offline.Active, day)}, 2 * day, day, offline.MayOpen, "open"},
	{"nothing that we signed", offline.Held{}, day, 0, offline.SendOnly, "unsigned"},
	{"nothing that we signed, whatever a status says", offline.Held{Status: said(offline.Active, day)}, day, 0, offline.SendOnly, "unsigned"},
	{"another device's", offline.Held{Entitlement: other(func(e *offline.Entitlement) { e.Holder.Thumbprint = "there" })}, day, 0, offline.SendOnly, "elsewhere"},
	{"another device's, and revoked", offline.Held{Entitlement: other(func(e *offline.Entitlement) { e.Holder.Thumbprint = "there" }), Status: said(offline.Revoked, day)}, day, 0, offline.SendOnly, "elsewhere"},

	{"revoked", offline.Held{Entitlement: &given, Status: said(offline.Revoked, day)}, 2 * day, day, offline.SendOnly, "revoked"},
	{"revoked, and the lease is over", offline.Held{Entitlement: &given, Status: said(offline.Revoked, day)}, 40 * day, day, offline.SendOnly, "revoked"},
	{"revoked, and the licence is over: its own end would let read", offline.Held{Entitlement: &given, Status: said(offline.Revoked, day)}, 200 * day, day, offline.SendOnly, "revoked"},
	{"revoked for good, though the entitlement was copied back from later", offline.Held{Entitlement: other(func(e *offline.Entitlement) { e.Updated = offline.At(noon.Add(5 * day)) }), Status: said(offline.Revoked, day)}, 6 * day, day, offline.SendOnly, "revoked"},
	{"given back", offline.Held{Entitlement: &given, Status: said(offline.Returned, day)}, 2 * day, day, offline.SendOnly, "revoked"},
	{"another entitlement was revoked", offline.Held{Entitlement: &given, Status: &offline.Status{ID: "e0", State: offline.Revoked, Updated: offline.At(noon.Add(day))}}, 2 * day, day, offline.MayOpen, "open"},

	{"suspended", offline.Held{Entitlement: &given, Status: said(offline.Suspended, day)}, 2 * day, day, offline.MustWait, "suspended"},
	{"suspended, then given anew: the later holds", offline.Held{Entitlement: other(func(e *offline.Entitlement) { e.Updated = offline.At(noon.Add(2 * day)) }), Status: said(offline.Suspended, day)}, 3 * day, 2 * day, offline.MayOpen, "open"},
	{"suspended in the second in which it was given", offline.Held{Entitlement: &given, Status: said(offline.Suspended, 0)}, day, 0, offline.MustWait, "suspended"},
	{"a word that this version does not know", offline.Held{Entitlement: &given, Status: said("frozen", day)}, 2 * day, day, offline.MustWait, "suspended"},
	{"suspended beats the licence's end", offline.Held{Entitlement: &given, Status: said(offline.Suspended, day)}, 200 * day, day, offline.MustWait, "suspended"},

	{"the server says that the licence is over, the date does not", offline.Held{Entitlement: &given, Status: said(offline.Expired, day)}, 2 * day, day, offline.MayRead, "expired"},
	{"the date says that the licence is over, the server did not", offline.Held{Entitlement: &given, Status: said(offline.Active, day)}, 101 * day, day, offline.MayRead, "ended"},
	{"in the last second of the licence", offline.Held{Entitlement: other(func(e *offline.Entitlement) { e.Lease = e.End })}, 100*day - time.Second, 0, offline.MayOpen, "open"},
	{"in the first second after", offline.Held{Entitlement: other(func(e *offline.Entitlement) { e.Lease = e.End })}, 100 * day, 0, offline.MayRead, "ended"},
	{"without an end", offline.Held{Entitlement: other(func(e *offline.Entitlement) { e.End, e.Lease = 0, offline.At(noon.Add(9000*day)) })}, 8000 * day, 0, offline.MayOpen, "open"},

	{"before it begins", offline.Held{Entitlement: other(func(e *offline.Entitlement) { e.Start = offline.At(noon.Add(5 * day)) })}, 4 * day, 0, offline.MustWait, "early"},
	{"the lease is over", offline.Held{Entitlement: &given}, 30 * day, 0, offline.MustWait, "lease"},
	{"the lease is over, and an old word is all that there is", offline.Held{Entitlement: &given, Status: said(offline.Active, day)}, 31 * day, day, offline.MustWait, "lease"},

	{"a clock set back does not stretch the lease", offline.Held{Entitlement: &given}, -day, 31 * day, offline.MustWait, "lease"},
	{"a clock set back does not stretch the licence", offline.Held{Entitlement: &given}, -day, 101 * day, offline.MayRead, "ended"},
	{"a clock that lags is no reason to refuse", offline.Held{Entitlement: &given}, -100 * day, 0, offline.MayOpen, "open"},
	{"a clock that runs ahead closes early, and says so", offline.Held{Entitlement: &given}, 31 * day, day, offline.MustWait, "lease"},
}

// at is the holding at the case's time.
func (c accessCase) at() offline.Held {
	h := c.held
	h.Device, h.Clock, h.Anchor = "here", noon.Add(c.clock), noon.Add(c.anchor)
	return h
}

func TestWhatADeviceMayDo(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range accessCases {
		got, rule := c.at().May()
		if got != c.want || rule != c.rule {
			t.Errorf("%s: %s by %q, want %s by %q", c.name, got, rule, c.want, c.rule)
		}
		seen[rule] = true
	}
	for _, r := range offline.Rules() {
		if !seen[r] {
			t.Errorf("no case for the rule %q", r)
		}
	}
	if !slices.Equal(offline.Rules(), []string{"unsigned", "elsewhere", "revoked", "expired", "suspended", "ended", "early", "lease", "open"}) {
		t.Errorf("the table has moved: %v; the devices' copy must follow", offline.Rules())
	}
}

func TestALeaseNeverOutlivesTheLicence(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ end, want time.Duration }{{100 * day, 30 * day}, {10 * day, 10 * day}, {30 * day, 30 * day}} {
		if got := offline.LeaseUntil(noon, 30*day, noon.Add(c.end)); !got.Equal(noon.Add(c.want)) {
			t.Errorf("licence of %v: lease until %v", c.end, got)
		}
	}
	if got := offline.LeaseUntil(noon, 30*day, time.Time{}); !got.Equal(noon.Add(30 * day)) {
		t.Errorf("without an end: %v", got)
	}
}

func TestAMomentIsHeldBetweenWhatIsCertain(t *testing.T) {
	t.Parallel()
	due := noon
	at := func(h float64) time.Time { return noon.Add(time.Duration(h * float64(time.Hour))) }
	for _, c := range []struct {
		name                string
		after, before, said float64 // hours from the end
		steady              bool
		at                  float64
		want                offline.Certainty
	}{
		{"heard before the end", -5, -1, -2, true, -2, offline.InTime},
		{"heard before the end, though its clock says otherwise", -5, -1, +24, false, -1, offline.InTime},
		{"heard at the very end", -5, 0, -1, true, -1, offline.Likely},
		{"heard after, counted before", -5, +3, -1, true, -1, offline.Likely},
		{"heard after, its clock says before", -5, +3, -1, false, -1, offline.Unsure},
		{"its clock is a day behind", -5, +3, -24, false, -5, offline.Unsure},
		{"by its own word too late", -5, +3, +1, true, +1, offline.TooLate},
		{"by its own word at the end", -5, +3, 0, true, 0, offline.TooLate},
		{"it had an answer from after the end", +1, +3, -24, false, +1, offline.TooLate},
	} {
		m := offline.Moment{After: at(c.after), Before: at(c.before), Said: at(c.said), Steady: c.steady}
		if got := m.Until(due); got != c.want || !m.At().Equal(at(c.at)) {
			t.Errorf("%s: %s at %v, want %s at %v", c.name, got, m.At(), c.want, at(c.at))
		}
	}
}
