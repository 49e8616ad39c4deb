package licensing

import (
	"context"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/journal"
)

// Status is what a right is worth today, in the school's zone.
type Status string

// The statuses.
const (
	Active  Status = "active"
	Future  Status = "future"  // the subscription has not begun
	Expired Status = "expired" // its last day is over
	Ended   Status = "ended"   // the distributor deleted or shortened the subscription
)

// Right is one person's right to one resource in one school, and where it comes from. Several pools may give the same
// resource: Rights returns the best of each, by status and then by the draw order.
type Right struct {
	Person       directory.PersonID
	School       directory.SchoolID
	Resource     catalogue.ResourceID
	Pool         PoolID
	Subscription SubscriptionID
	Kind         Kind
	Starts       clock.Date
	Ends         clock.Date // inclusive, in the school's zone
	Closes       time.Time  // the instant at which it closes: the first after its last day there
	Status       Status
	Through      Target        // the class, the school or the person itself: why it is there
	Act          journal.ActID // the act that gave it
	Since        time.Time
	Opened       time.Time // the first opening; zero for never
	Transferable bool
	Trial        bool // of a trial (« essai »)
}

// Opening is somebody at a resource's door.
type Opening struct {
	Person   directory.PersonID
	School   directory.SchoolID // "" means whichever of the person's schools gives the right
	Resource catalogue.ResourceID
	// Released names the attributes that federation is about to hand over, and Publisher to whom: the access entry
	// then says who, what, when and which data, in one place.
	Released  []catalogue.Attribute
	Publisher catalogue.PublisherID
	// With is what else is to be written in the transaction of the opening: with the context that it is given, another area's Write is
	// part of it (tx.Together). It may run more than once; its error takes the opening back.
	With func(ctx context.Context, entry journal.ActID) error
}

// Grant is the door held open.
type Grant struct {
	Right
	First bool          // this was the first opening
	Entry journal.ActID // the access entry; "" from May
}

// Holder is a person who holds a copy, for lists and batch retrieval.
type Holder struct {
	Person       directory.PersonID
	Name         directory.Name
	Class        string
	Pool         PoolID
	Subscription SubscriptionID
	Through      Target
	Act          journal.ActID
	Since        time.Time
	Opened       time.Time // first opening; zero for never
	LastOpened   time.Time
	Locked       bool
	Left         bool   // the person is no longer in the school
	Key          string // gives the page after this row; it holds no name, so it may stand in an address
}
