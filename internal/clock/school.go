package clock

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // a school machine may have no zone files

	"pupitre/internal/fault"
)

// overseas maps the first three digits of a UAI (the département as the Ministry writes it there) to its zone.
// Everything else is metropolitan.
var overseas = map[string]string{
	"971": "America/Guadeloupe", "972": "America/Martinique", "973": "America/Cayenne",
	"974": "Indian/Reunion", "975": "America/Miquelon", "976": "Indian/Mayotte",
	"977": "America/St_Barthelemy", "978": "America/Marigot",
	"983": "Pacific/Noumea", "984": "Pacific/Tahiti", "986": "Pacific/Wallis", "987": "Pacific/Tahiti", "988": "Pacific/Noumea",
}

const metropolitan = "Europe/Paris"

// ZoneOfUAI returns the time zone of a school from its code: overseas départements have their own.
func ZoneOfUAI(uai string) *time.Location {
	name := metropolitan
	if len(uai) >= 3 {
		if z, ok := overseas[uai[:3]]; ok {
			name = z
		}
	}
	return zones()[name]
}

// zones are read once: a right's status asks for one, and a page has many rights.
var zones = sync.OnceValue(func() map[string]*time.Location {
	all := map[string]*time.Location{}
	for _, name := range append(slices.Collect(maps.Values(overseas)), metropolitan) {
		zone, err := time.LoadLocation(name)
		if err != nil {
			zone = time.UTC // cannot happen with time/tzdata linked in
		}
		all[name] = zone
	}
	return all
})

// SchoolYearEnd is the last day of a school year written YYYY-YYYY (« anneeFinValidite »): 15 August of the second year.
// The second year must follow the first, by at most ten (rules RG7 and RG10 of the subscription service).
func SchoolYearEnd(s string) (Date, error) {
	first, second, ok := strings.Cut(s, "-")
	a, errA := time.Parse("2006", first)
	b, errB := time.Parse("2006", second)
	if !ok || errA != nil || errB != nil || b.Year() <= a.Year() || b.Year()-a.Year() > 10 {
		return Date{}, fault.New(fault.Invalid, "clock.schoolyear.invalid", "value", s)
	}
	return Date{b.Year(), time.August, 15}, nil
}

// SchoolYearStart is the first day of the school year that contains d: a 16 August.
func SchoolYearStart(d Date) Date {
	first := Date{d.Year, time.August, 16}
	if d.Before(first) {
		first.Year--
	}
	return first
}

// SchoolYear returns the label YYYY-YYYY of the school year that contains d.
func SchoolYear(d Date) string {
	start := SchoolYearStart(d).Year
	return time.Date(start, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006") + "-" +
		time.Date(start+1, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006")
}
