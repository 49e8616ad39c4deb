package hall

import (
	"time"

	"pupitre/web"
)

// Hall is what the rooms of the console stand in. Fill it as a struct literal, and give it to each.
type Hall struct {
	House      *web.House
	Copies     Copies
	People     People
	Notices    Notices
	Live       Live       // nil: open pages do not follow what others do
	Asked      Asked      // nil: teachers suggest nothing
	Suspending Suspending // nil: nothing is given by itself
	Now        func() time.Time
}

// Mount registers the stream that open pages follow.
func (c *Hall) Mount(mux web.Mux) {
	if c.Live != nil {
		mux.Handle("GET /affectation/{uai}"+livePath, c.Within(c.follow))
	}
}
