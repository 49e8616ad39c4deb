package subscriptions_test

import (
	"strings"
	"testing"
	"time"

	"pupitre/internal/clock"
	"pupitre/internal/demo/subscriptions"
)

func TestDaysFollowTheSchoolYear(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		today                clock.Date
		start, year, last, s string
	}{
		{clock.Date{Year: 2026, Month: time.November, Day: 23}, "2026-08-16", "2026-2027", "2025-08-16", "2026-12-13"},
		{clock.Date{Year: 2027, Month: time.March, Day: 1}, "2026-08-16", "2026-2027", "2025-08-16", "2027-03-21"},
		{clock.Date{Year: 2028, Month: time.February, Day: 29}, "2027-08-16", "2027-2028", "2026-08-16", "2028-03-20"},
		{clock.Date{Year: 2026, Month: time.August, Day: 15}, "2025-08-16", "2025-2026", "2024-08-16", "2026-09-04"},
		{clock.Date{Year: 2026, Month: time.August, Day: 16}, "2026-08-16", "2026-2027", "2025-08-16", "2026-09-05"},
	} {
		all, err := subscriptions.Files(subscriptions.For{College: "0991234D", Lycee: "0992002P", Today: c.today})
		if err != nil || len(all) != 20 {
			t.Fatalf("%d, %v", len(all), err)
		}
		has := func(i int, text string) {
			t.Helper()
			if !strings.Contains(string(all[i].Body), text) {
				t.Errorf("%s: %q is not in %s", c.today, text, all[i].Body)
			}
		}
		has(1, "<debutValidite>"+c.start+"</debutValidite>\n  <anneeFinValidite>"+c.year+"</anneeFinValidite>")
		has(1, "<idAbonnement>"+all[1].ID+"</idAbonnement>")
		has(13, "<debutValidite>"+c.last+"T00:00:00</debutValidite>")
		has(17, "<finValidite>"+c.s+"T23:59:59.000</finValidite>")
		if len(all[17].ID) > 45 || len(all[4].ID) > 45 {
			t.Errorf("%s is too long", all[4].ID)
		}
	}
	if all, err := subscriptions.Files(subscriptions.For{College: "0991234D", Today: clock.Date{Year: 2026, Month: time.November, Day: 23}}); err != nil || len(all) != 18 {
		t.Errorf("without a lycée: %d, %v", len(all), err)
	}
}
