package clock

import "time"

// System is the machine's clock, in UTC, to the microsecond (what both databases keep).
func System() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// Fixed returns a clock that always says t.
func Fixed(t time.Time) func() time.Time {
	t = t.UTC().Truncate(time.Microsecond)
	return func() time.Time { return t }
}
