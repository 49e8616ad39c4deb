package lang_test

import (
	"testing"
	"time"

	"pupitre/internal/clock"
	"pupitre/internal/lang"
)

func TestARecentInstantIsSaidAsInASentence(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at     time.Time
		uai    string
		fr, en string
	}{
		{time.Date(2026, 9, 11, 15, 42, 0, 0, time.UTC), "0991234D", "vendredi 11\u00a0septembre à 17\u00a0h\u00a042", "Friday 11\u00a0September at 17:42"},
		{time.Date(2026, 8, 31, 23, 5, 0, 0, time.UTC), "0991234D", "mardi 1er\u00a0septembre à 1\u00a0h\u00a005", "Tuesday 1\u00a0September at 01:05"},
		{time.Date(2026, 9, 11, 22, 0, 0, 0, time.UTC), "9740001X", "samedi 12\u00a0septembre à 2\u00a0h\u00a000", "Saturday 12\u00a0September at 02:00"},
	} {
		zone := clock.ZoneOfUAI(c.uai)
		if fr, en := lang.When(lang.French, c.at, zone), lang.When(lang.English, c.at, zone); fr != c.fr || en != c.en {
			t.Errorf("%s: %q, %q", c.at, fr, en)
		}
	}
}
