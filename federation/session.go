package federation

import (
	"time"

	"pupitre/directory"
)

// SessionCookie is the cookie that carries a session's Token, on the broker's host only.
const SessionCookie = "seance"

// SessionID identifies a session inside the house; publishers get a name of their own for it (SessionName).
type SessionID string

// Session is one sign-in of one person, from one browser.
type Session struct {
	ID       SessionID
	Project  directory.ProjectID
	Person   directory.PersonID
	School   directory.SchoolID // where they are now: chosen, or the first of their places
	Profile  directory.Profile
	Upstream string // the connector that vouched: "cas"
	Index    Hash   // what the portal calls this sign-in (CAS: the ticket), hashed; it comes back when the portal signs out
	Started  time.Time
	Seen     time.Time // to within SeenEvery
	Ended    time.Time // zero while it lasts
	Unchosen bool      // it has just begun, at the first of several places: the browser remembers none that was chosen (Arrive)
}

// End is why a session ended: the last word of the journal's verb.
type End string

// The ends that somebody brings about. A session that is idle or old is simply over: nothing happens at that instant.
const (
	SignedOut       End = "signed-out"        // by the person
	SignedOutThere  End = "signed-out-there"  // by the portal: single logout
	SignedOutBeyond End = "signed-out-beyond" // by a publisher where they signed out
	Replaced        End = "replaced"          // the same browser signed in again
	PersonLeft      End = "person-left"       // they are in no school any more
)

// Limits bound a session's life.
type Limits struct {
	Idle     time.Duration // since last seen
	Absolute time.Duration // since the sign-in
}

// DefaultLimits suit a school: two hours without a click, twelve in all.
var DefaultLimits = Limits{Idle: 2 * time.Hour, Absolute: 12 * time.Hour}

// SeenEvery is how often being seen is written down: a page costs no write.
const SeenEvery = time.Minute

// Lasts reports whether the session is good at the given instant.
func (s Session) Lasts(now time.Time, l Limits) bool {
	return s.Ended.IsZero() && now.Before(s.Started.Add(l.Absolute)) && now.Before(s.Seen.Add(l.Idle))
}

// Place is a school where the person is, and what they are there.
type Place struct {
	School  directory.School
	Profile directory.Profile
}

// Presence is everything that a page needs about who is reading it.
type Presence struct {
	Session Session
	Person  directory.Person
	Places  []Place // every place of the person now; never empty
}

// Here is the place that the session is in.
func (p Presence) Here() Place {
	for _, place := range p.Places {
		if place.is(p.Session) {
			return place
		}
	}
	return Place{School: directory.School{ID: p.Session.School}, Profile: p.Session.Profile}
}
