package directory

// The topics that the directory tells. School and Person of the fact say where and who; its body is a Movement, except that
// of a cohort (Subject is its id, no body) and of a school (SchoolJoined has no body).
const (
	PersonArrived = "directory.person.arrived" // came, or came back
	PersonLeft    = "directory.person.left"
	PersonMoved   = "directory.person.moved" // changed class, group, level or profile within the school
	CohortClosed  = "directory.cohort.closed"
	SchoolJoined  = "directory.school.joined"
)

// Situation is what a person is in one school.
type Situation struct {
	Profile  Profile    `json:"profile"`            // the strongest of Profiles
	Profiles []Profile  `json:"profiles,omitempty"` // all of them
	Level    string     `json:"level,omitempty"`
	Cohorts  []CohortID `json:"cohorts,omitempty"`
}

// Movement is the body of a fact about a person: the situation after it (before it, for one who left), and what it was before
// for one who moved.
type Movement struct {
	Situation
	From *Situation `json:"from,omitempty"`
}
