package outsider

import (
	"context"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Session is one sign-in of somebody who is in no school.
type Session struct {
	Hash    federation.Hash
	Person  directory.PersonID
	Started time.Time
	Seen    time.Time // to within federation.SeenEvery
}

// Reader is what is asked of the sessions of one realm. What is not there is fault.NotFound.
type Reader interface {
	tx.Moment
	// FindPerson finds the person of an external identifier.
	FindPerson(ctx context.Context, external string) (directory.PersonID, error)
	FindSession(ctx context.Context, hash federation.Hash) (Session, error)
}

// Writer changes them.
type Writer interface {
	Reader
	journal.Appender
	// TakeOnce uses up what a sign-in showed: false where it was shown before.
	TakeOnce(ctx context.Context, project directory.ProjectID, hash federation.Hash, until time.Time) (bool, error)
	AddSession(ctx context.Context, act journal.ActID, s Session) error
	SeeSession(ctx context.Context, hash federation.Hash) error
	EndSession(ctx context.Context, hash federation.Hash) error
	EndSessions(ctx context.Context, person directory.PersonID) error
	// SweepSessions removes at most limit sessions that began before an instant.
	SweepSessions(ctx context.Context, before time.Time, limit int) (int, error)
}

// Realm is those who come in by one project of our own, and how long they may stay.
type Realm struct {
	Project directory.ProjectID
	Area    string // the first word of the verbs in the journal
	Limits  federation.Limits
}

// Arrival is somebody who has come all the way through the sign-in of a realm's project.
type Arrival struct {
	External string
	Once     federation.Token // what showed it: it opens one session
	Until    time.Time
	Replaces federation.Token // of the session that this browser had, "" for none: it ends
}

var errNoSession = fault.New(fault.Unauthenticated, "federation.session.none")

// ByPerson is one of them as the journal knows them.
func ByPerson(person directory.PersonID) journal.Actor {
	return journal.Actor{Kind: journal.ByPerson, ID: string(person)}
}

// Begin begins a session, and returns its token: a new one, whatever the browser held. admit says whether this person may come in.
func (r Realm) Begin(ctx context.Context, w Writer, a Arrival, admit func(person directory.PersonID) error) (federation.Token, error) {
	first, err := w.TakeOnce(ctx, r.Project, a.Once.Hash(), a.Until)
	if err == nil && !first {
		err = fault.New(fault.Denied, "federation.portal.again", "project", string(r.Project))
	}
	if err != nil {
		return "", err
	}
	person, err := w.FindPerson(ctx, a.External)
	if err == nil {
		err = admit(person)
	}
	if err != nil {
		return "", err
	}
	if a.Replaces != "" {
		if err := w.EndSession(ctx, a.Replaces.Hash()); err != nil {
			return "", err
		}
	}
	return r.add(ctx, w, "signed-in", journal.ClassAccess, Session{Person: person, Started: w.Now()})
}

// add keeps a session under a new token.
func (r Realm) add(ctx context.Context, w Writer, verb string, class journal.Class, s Session) (federation.Token, error) {
	act, err := w.Record(ctx, journal.Entry{Actor: ByPerson(s.Person), Verb: r.Area + "." + verb, Subject: string(s.Person), Person: string(s.Person), Class: class})
	if err != nil {
		return "", err
	}
	token := federation.NewToken()
	s.Hash, s.Seen = token.Hash(), w.Now()
	return token, w.AddSession(ctx, act, s)
}

// find returns the session that a token opens; fault.Unauthenticated where it opens none, or is over.
func (r Realm) find(ctx context.Context, rd Reader, token federation.Token) (Session, error) {
	if token == "" {
		return Session{}, errNoSession
	}
	s, err := rd.FindSession(ctx, token.Hash())
	if fault.Is(err, fault.NotFound) || err == nil && !r.lasts(s, rd.Now()) {
		err = errNoSession
	}
	return s, err
}

// lasts reports whether a session is good at an instant.
func (r Realm) lasts(s Session, now time.Time) bool {
	return now.Before(s.Started.Add(r.Limits.Absolute)) && now.Before(s.Seen.Add(r.Limits.Idle))
}

// stale reports whether it is to be noted that a session was used: a page costs no write.
func (s Session) stale(now time.Time) bool { return now.Sub(s.Seen) >= federation.SeenEvery }

// alone ends every other session of whose session a token opens, and gives this one a new token.
func (r Realm) alone(ctx context.Context, w Writer, old federation.Token) (federation.Token, error) {
	s, err := r.find(ctx, w, old)
	if err != nil {
		return "", err
	}
	if err := w.EndSessions(ctx, s.Person); err != nil {
		return "", err
	}
	return r.add(ctx, w, "sessions-ended", journal.ClassChange, Session{Person: s.Person, Started: s.Started})
}
