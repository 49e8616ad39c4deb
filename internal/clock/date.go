package clock

import (
	"fmt"
	"time"
)

// Date is a civil day without time or zone. It is comparable, and ordered by Before. The zero Date is "no date".
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// On returns the civil day that the instant t falls on in zone.
func On(t time.Time, zone *time.Location) Date {
	y, m, d := t.In(zone).Date()
	return Date{y, m, d}
}

// ParseDate reads YYYY-MM-DD and refuses days that the calendar does not have.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("date %q is not YYYY-MM-DD", s)
	}
	return Date{t.Year(), t.Month(), t.Day()}, nil
}

// String writes YYYY-MM-DD, which sorts as the days do; the zero Date is "".
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// IsZero reports whether d is "no date".
func (d Date) IsZero() bool { return d == Date{} }

// Before reports whether d is an earlier day than e.
func (d Date) Before(e Date) bool {
	if d.Year != e.Year {
		return d.Year < e.Year
	}
	if d.Month != e.Month {
		return d.Month < e.Month
	}
	return d.Day < e.Day
}

// AddDays returns the day n days later (earlier when n is negative).
func (d Date) AddDays(n int) Date {
	return On(time.Date(d.Year, d.Month, d.Day+n, 12, 0, 0, 0, time.UTC), time.UTC)
}

// Start is the first instant of the day in zone.
func (d Date) Start(zone *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone).UTC()
}

// End is the first instant after the day in zone: a validity that includes d closes then.
func (d Date) End(zone *time.Location) time.Time { return d.AddDays(1).Start(zone) }
