package api

import "time"

// Hurry lets streams look at whether their token stands as often as that.
func (a *Room) Hurry(still time.Duration) { a.still = still }
