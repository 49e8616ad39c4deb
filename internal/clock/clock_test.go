package clock_test

import (
	"testing"
	"time"

	"pupitre/internal/clock"
	"pupitre/internal/fault"
)

func TestADayEndsWhenItEndsAtTheSchool(t *testing.T) {
	t.Parallel()
	day := clock.Date{Year: 2026, Month: time.November, Day: 23}
	for _, c := range []struct{ uai, end string }{
		{"0991234D", "2026-11-23T23:00:00Z"}, // Paris, winter
		{"9740001A", "2026-11-23T20:00:00Z"}, // La Réunion
		{"9880001A", "2026-11-23T13:00:00Z"}, // Nouméa
		{"9710001A", "2026-11-24T04:00:00Z"}, // Guadeloupe
	} {
		if got := day.End(clock.ZoneOfUAI(c.uai)).Format(time.RFC3339); got != c.end {
			t.Errorf("%s: got %s, want %s", c.uai, got, c.end)
		}
	}
	// The night that clocks go forward the day has 23 hours.
	spring := clock.Date{Year: 2027, Month: time.March, Day: 28}
	paris := clock.ZoneOfUAI("0991234D")
	if got := spring.End(paris).Sub(spring.Start(paris)); got != 23*time.Hour {
		t.Errorf("28 March 2027 lasts %v", got)
	}
}

func TestSchoolYears(t *testing.T) {
	t.Parallel()
	end, err := clock.SchoolYearEnd("2026-2027")
	if err != nil || end.String() != "2027-08-15" {
		t.Errorf("got %v, %v", end, err)
	}
	for _, bad := range []string{"", "2026", "2027-2026", "2026-2026", "2026-2040", "26-27", "2026/2027"} {
		if _, err := clock.SchoolYearEnd(bad); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: got %v", bad, err)
		}
	}
	for day, want := range map[string]string{"2026-08-15": "2025-2026", "2026-08-16": "2026-2027", "2027-01-01": "2026-2027"} {
		d, err := clock.ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		if got := clock.SchoolYear(d); got != want {
			t.Errorf("%s: got %s, want %s", day, got, want)
		}
	}
}

func TestDatesThatTheCalendarLacks(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"2026-02-30", "2026-13-01", "26-01-01", "2026-1-1", ""} {
		if d, err := clock.ParseDate(bad); err == nil {
			t.Errorf("%q gave %v", bad, d)
		}
	}
}
