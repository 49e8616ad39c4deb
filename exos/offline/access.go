package offline

import "time"

// Access is what a device may do with a module that it has.
type Access string

// The kinds of access. Whatever they say, answers stay on the device until they are sent: no rule takes them away.
const (
	MayOpen  Access = "open"  // exercises are opened and answered
	MayRead  Access = "read"  // one's own work is read; nothing new is begun
	MustWait Access = "close" // nothing is shown before the server has spoken; the content stays
	SendOnly Access = "send"  // the content goes; what is waiting is sent
)

// Held is what a device has of a module, and what it knows of the time.
type Held struct {
	Entitlement *Entitlement // nil where there is none that we signed
	Device      string       // the thumbprint of the device's own key
	Status      *Status      // the last that we signed; nil for none
	Clock       time.Time    // the device's
	Anchor      time.Time    // the latest time that the server has told it
}

// now is the time to go by: a clock that is behind what the server has said is wrong, and would be the way to stretch a lease.
func (h Held) now() time.Time {
	if h.Clock.Before(h.Anchor) {
		return h.Anchor
	}
	return h.Clock
}

// says reports whether the status speaks of this entitlement, and is not older than it: of two words the later holds.
func (h Held) says(states ...State) bool {
	if h.Status == nil || h.Status.ID != h.Entitlement.ID || h.Status.Updated < h.Entitlement.Updated {
		return false
	}
	for _, s := range states {
		if h.Status.State == s {
			return true
		}
	}
	return false
}

// final reports whether the entitlement was ended for good: that is never unsaid for the same one, whatever is newer.
func (h Held) final() bool {
	return h.Status != nil && h.Status.ID == h.Entitlement.ID && (h.Status.State == Revoked || h.Status.State == Returned)
}

// rule is one line of the table: the first that applies decides.
type rule struct {
	name    string // stable: words and the device's own copy of the table know it
	applies func(h Held, now time.Time) bool
	then    Access
}

// precedence is the whole of it, in order. What is signed beats what is said, an end for good beats a date, a licence's end beats a lease.
var precedence = []rule{
	{"unsigned", func(h Held, _ time.Time) bool { return h.Entitlement == nil }, SendOnly},
	{"elsewhere", func(h Held, _ time.Time) bool { return h.Entitlement.Holder.Thumbprint != h.Device }, SendOnly},
	{"revoked", func(h Held, _ time.Time) bool { return h.final() }, SendOnly},
	{"expired", func(h Held, _ time.Time) bool { return h.says(Expired) }, MayRead},
	{"suspended", func(h Held, _ time.Time) bool {
		return h.says(Suspended) || h.Status != nil && !h.Status.State.known() && h.says(h.Status.State)
	}, MustWait},
	{"ended", func(h Held, now time.Time) bool {
		return h.Entitlement.End != 0 && !now.Before(h.Entitlement.End.Time())
	}, MayRead},
	{"early", func(h Held, now time.Time) bool { return now.Before(h.Entitlement.Start.Time()) }, MustWait},
	{"lease", func(h Held, now time.Time) bool { return !now.Before(h.Entitlement.Lease.Time()) }, MustWait},
	{"open", func(Held, time.Time) bool { return true }, MayOpen},
}

func (s State) known() bool {
	switch s {
	case Active, Suspended, Expired, Returned, Revoked:
		return true
	}
	return false
}

// May says what the device may do, and which rule says so.
func (h Held) May() (a Access, rule string) {
	now := h.now()
	for _, r := range precedence {
		if r.applies(h, now) {
			return r.then, r.name
		}
	}
	return SendOnly, "unsigned" // not reached: the last rule always applies
}

// LeaseUntil is how long an entitlement given now may be used without hearing from us: so long, but not beyond its end.
func LeaseUntil(now time.Time, length time.Duration, end time.Time) time.Time {
	if until := now.Add(length); end.IsZero() || until.Before(end) {
		return until
	}
	return end
}
