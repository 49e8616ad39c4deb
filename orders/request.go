package orders

import (
	"time"

	"pupitre/directory"
	"pupitre/licensing"
)

// RequestID identifies a request within its school; ids sort by the time of making.
type RequestID string

// Request (« demande ») is what a teacher asks the buyer for. Taken, it lies in the buyer's basket; nothing is ordered by it.
type Request struct {
	School   directory.SchoolID
	ID       RequestID
	Teacher  directory.PersonID
	Offer    Offer
	Quantity int
	Word     licensing.Word // what the teacher says of it
	Made     time.Time

	State    RequestState
	Reason   licensing.Word     // what the answer says
	By       directory.PersonID // who answered
	Answered time.Time          // zero while it is open
}

// RequestState is what became of a request.
type RequestState string

// The states. Only an open request changes.
const (
	Asked     RequestState = "open"
	Taken     RequestState = "taken"
	Declined  RequestState = "declined"
	Withdrawn RequestState = "withdrawn"
)
