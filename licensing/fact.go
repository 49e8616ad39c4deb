package licensing

import (
	"pupitre/catalogue"
	"pupitre/directory"
)

// The facts that licensing tells. A batch tells one RightChanged per 500 persons and one PoolChanged.
const (
	FactRightChanged = "licensing.right.changed" // body RightChanged; Fact.School is set, Fact.Person when it is one person
	FactPoolChanged  = "licensing.pool.changed"  // body PoolChanged: counters of these resources moved in Fact.School
	FactBatchChanged = "licensing.batch.changed" // no body: the batch Fact.Subject of Fact.School is further, or at its end
)

// Cause says why rights changed.
type Cause string

// The causes, kept in the ledger and in the facts.
const (
	CauseSubscribed Cause = "subscribed" // a pool opened
	CauseAmended    Cause = "amended"    // the distributor changed number or dates
	CauseEnded      Cause = "ended"      // the distributor deleted or shortened
	CauseAssigned   Cause = "assigned"
	CauseReleased   Cause = "released"
	CauseLeft       Cause = "left" // the person left the school
	CauseOpened     Cause = "opened"
	CauseServed     Cause = "served"   // a standing rule gave, later than the act that made it
	CauseReserve    Cause = "reserve"  // what a standing rule keeps back changed
	CauseRule       Cause = "rule"     // a standing rule was made, suspended, resumed or dropped: in the journal, and where that freed copies
	CauseRolled     Cause = "rolled"   // holders came from a pool that is over into the next
	CauseUndone     Cause = "undone"   // taken back: the act that gave it was undone; in facts, whatever an undo moved
	CauseRestored   Cause = "restored" // given again: the act that took it back was undone
)

// RightChanged is the body of FactRightChanged. Everybody means that all persons of the school are concerned (a right of the
// whole school, a class, or a subscription's dates): readers look again rather than count on Persons.
type RightChanged struct {
	Persons   []directory.PersonID   `json:"persons,omitempty"`
	Resources []catalogue.ResourceID `json:"resources"`
	Cause     Cause                  `json:"cause"`
	Everybody bool                   `json:"everybody,omitempty"`
}

// PoolChanged is the body of FactPoolChanged.
type PoolChanged struct {
	Resources []catalogue.ResourceID `json:"resources"`
	Cause     Cause                  `json:"cause"`
	Everybody bool                   `json:"everybody,omitempty"` // rights of the school, classes or groups were given or taken, too
}

// factChunk bounds how many persons one fact carries.
const factChunk = 500
