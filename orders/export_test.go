package orders

import (
	"time"

	"pupitre/directory"
	"pupitre/internal/clock"
)

// What tests outside look at.
var (
	LevelsOf = levelsOf
	Move     = levelled
	Advise   = advise
)

// Weighing is what the renewal of 2027-2028 is weighed from, in November before it.
type Weighing struct {
	Uses   []Use
	Offers []Shelved
	Had    []Order
	Levels []Levelled
	Others map[directory.Profile]int
}

func (w Weighing) Rows() []Renewed {
	return renewal{
		school: "0990001A", today: clock.Date{Year: 2026, Month: time.November, Day: 27}, year: "2027-2028", ends: clock.Date{Year: 2027, Month: time.August, Day: 15},
		uses: w.Uses, offers: w.Offers, had: w.Had, levels: w.Levels, others: w.Others,
	}.rows()
}
