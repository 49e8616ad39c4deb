package usage

import (
	"time"

	"pupitre/internal/clock"
)

// Week is the Monday of the week that a day is in (ISO 8601).
func Week(d clock.Date) clock.Date {
	return d.AddDays(-(int(d.Start(time.UTC).Weekday()) + 6) % 7)
}

// weeks lists the weeks from the one that first is in to the one that last is in.
func weeks(first, last clock.Date) (list []clock.Date) {
	for w := Week(first); !last.Before(w); w = w.AddDays(7) {
		list = append(list, w)
	}
	return list
}

// Span is what is counted at once: a week, or what has passed of it.
type Span struct {
	Week     clock.Date
	From, To time.Time // To is excluded
	Since    time.Time // where the school year began: who opened before, since then, opens for another time
}

// span is a week in a zone. The school year begins with the week that 16 August is in, so that every week is of one year.
func span(week clock.Date, zone *time.Location) Span {
	return Span{Week: week, From: week.Start(zone), To: week.AddDays(7).Start(zone), Since: Week(clock.SchoolYearStart(week.AddDays(6))).Start(zone)}
}
