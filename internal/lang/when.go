package lang

import (
	"strconv"
	"time"
)

var daysFr = [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}

// When writes a recent instant within a sentence, as people in zone say it: « vendredi 11 septembre à 17 h 42 »,
// "Friday 11 September at 17:42".
func When(locale Locale, t time.Time, zone *time.Location) string {
	at := t.In(zone)
	day := strconv.Itoa(at.Day())
	if locale == English {
		return at.Weekday().String() + " " + day + nbsp + at.Month().String() + " at " + Clock(locale, t, zone)
	}
	if at.Day() == 1 {
		day = "1er"
	}
	return daysFr[at.Weekday()] + " " + day + nbsp + monthsFr[at.Month()-1] + " à " + Clock(locale, t, zone)
}
