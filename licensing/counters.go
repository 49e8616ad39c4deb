package licensing

import "pupitre/internal/clock"

// Counters are the six figures of the console, and three that explain them. Over the pools in force,
//
//	Total     = Assigned + Reserved + Available
//	Remaining = Available − Selected
//	Locked    ≤ Assigned
//
// Remaining is negative where copies are short. Where Unlimited is set, at least one pool has no end: Total, Available and
// Remaining then count the other pools only, and pages show « illimité ».
type Counters struct {
	Selected  int64 // « Sélectionnés »: of those selected, who does not hold one yet
	Available int64 // « Disponibles »
	Remaining int64 // « Restants »
	Suggested int64 // « Suggérés »
	Assigned  int64 // « Attribués »
	Total     int64 // « Total »
	Reserved  int64 // « Réserve »
	Locked    int64 // « verrouillés »
	Unlimited bool  // « illimité »
	SiteWide  bool  // a right of the whole school is in it: what is assigned is told by its targets
}

// Scarce reports whether so few copies are left that it is worth a warning: a tenth of the stock, or less.
func Scarce(left, total int64) bool { return left*10 <= total }

// Tally sums the pools in force on the day.
func Tally(pools []Pool, today clock.Date) Counters {
	var c Counters
	for _, p := range pools {
		if !p.InForce(today) {
			continue
		}
		c.SiteWide = c.SiteWide || p.SiteWide()
		c.Assigned += p.Assigned
		c.Locked += p.Locked
		c.Reserved += p.Reserved
		if p.Total.IsUnlimited() {
			// So that Total = Assigned + Reserved + Available holds over the sum, what was given without counting is in both.
			c.Unlimited = true
			c.Total += p.Assigned + p.Reserved
			continue
		}
		c.Total += int64(p.Total)
		c.Available += p.Free()
	}
	c.Remaining = c.Available
	return c
}

// Select returns the counters with n persons selected who do not hold a copy yet.
func (c Counters) Select(n int64) Counters {
	c.Selected, c.Remaining = n, c.Available-n
	return c
}

// Balanced reports whether the equations hold: an assertion of Check.
func (c Counters) Balanced() bool {
	return c.Total == c.Assigned+c.Reserved+c.Available && c.Remaining == c.Available-c.Selected &&
		c.Locked <= c.Assigned && c.Available >= 0 && c.Assigned >= 0 && c.Reserved >= 0 && c.Locked >= 0
}
