package hall

import (
	"context"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/licensing"
)

// Notice counts what waits for a manager in a school, or for the delegate whose mandate within is, in its scope.
type Notice func(ctx context.Context, school directory.SchoolID, within *licensing.Mandate) (Waiting, error)

// Waiting is how many there are of something, one of the resources that it is about ("" for none), and the page of the console, below
// the school's, where it is dealt with. Of what ends, Rolls is how many go on by themselves, the first of them on Day.
type Waiting struct {
	N        int64
	Resource catalogue.ResourceID
	Page     string
	Rolls    int64
	Day      clock.Date
}
