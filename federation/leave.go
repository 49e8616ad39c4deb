package federation

import (
	"context"
	"slices"
	"time"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// SignOut ends a session at its person's word and returns it, so that the portal can be told. A token that opens nothing
// is fault.Unauthenticated; it may be repeated.
func (s *Service) SignOut(ctx context.Context, token Token) (Session, error) {
	var ended Session
	// Looked at first, for anybody may ask: a stranger's word costs no turn at the writer.
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		ended, err = r.FindSession(ctx, token.Hash())
		return err
	})
	if err != nil || !ended.Ended.IsZero() {
		return ended, noneFound(err)
	}
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		if ended, err = w.FindSession(ctx, token.Hash()); err != nil {
			return noneFound(err)
		}
		_, err = end(ctx, w, ended, SignedOut, by(ended.Person))
		return err
	})
	return ended, err
}

// Ended returns the session that a cookie's token opened and that somebody ended; fault.Unauthenticated where there is none, or it lasts.
func (s *Service) Ended(ctx context.Context, token Token) (Session, error) {
	var found Session
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		found, err = r.FindSession(ctx, token.Hash())
		return err
	})
	if err == nil && found.Ended.IsZero() {
		err = errNoSession
	}
	return found, noneFound(err)
}

// SignOutFor ends a session at the word of a publisher's program that proved itself, where the person signed out. One that is over
// already stays so.
func (s *Service) SignOutFor(ctx context.Context, session Session, client Client) error {
	if !session.Ended.IsZero() {
		return nil
	}
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		_, err := end(ctx, w, session, SignedOutBeyond, journal.Actor{Kind: journal.ByPartner, ID: string(client.ID)})
		return err
	})
}

// Closing is a portal's word that sign-ins are over.
type Closing struct {
	Project   directory.ProjectID
	Indexes   []Token   // what the portal calls them
	Once      Token     // what is heard once of the word, on all nodes; "" where hearing it again changes nothing
	OnceUntil time.Time // until when it could be said again
}

// SignOutThere ends the sessions that a portal says are over, and returns them. A word that is heard once and was heard before is
// fault.Invalid (federation.portal.logout): a portal may call the next sign-in by the same name.
func (s *Service) SignOutThere(ctx context.Context, c Closing) ([]Session, error) {
	if c.Once == "" {
		// Looked at first: anybody may claim to be the portal, and a portal tells every service of every sign-out.
		var some []Session
		err := s.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
			some, err = c.sessions(ctx, r)
			return err
		})
		if err != nil || len(some) == 0 {
			return nil, err
		}
	}
	var there []Session
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		there, err = c.end(ctx, w)
		return err
	})
	return there, err
}

// end uses the word up, and ends what it is about.
func (c Closing) end(ctx context.Context, w Writer) (there []Session, err error) {
	if c.Once != "" {
		if first, err := w.TakeOnce(ctx, c.Project, c.Once.Hash(), c.OnceUntil); err != nil {
			return nil, err
		} else if !first {
			return nil, fault.New(fault.Invalid, "federation.portal.logout")
		}
	}
	sessions, err := c.sessions(ctx, w)
	if err != nil {
		return nil, err
	}
	for _, session := range sessions {
		ended, err := end(ctx, w, session, SignedOutThere, journal.Actor{Kind: journal.ByPortal, ID: string(c.Project)})
		if err != nil {
			return nil, err
		}
		if ended {
			there = append(there, session)
		}
	}
	return there, nil
}

// sessions are those that the word is about.
func (c Closing) sessions(ctx context.Context, r Reader) (all []Session, err error) {
	for i, index := range c.Indexes {
		if slices.Contains(c.Indexes[:i], index) {
			continue
		}
		some, err := r.SessionsByIndex(ctx, c.Project, index.Hash())
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// follower is the name under which federation remembers how far it has read the other areas' facts.
const follower = "federation"

// Follow acts on what the directory tells: somebody who is no longer where their session is, is
// moved to another place of theirs, or signed out.
// Call it again while it returns 100.
func (s *Service) Follow(ctx context.Context) (int, error) {
	return s.Store.Follow(ctx, follower, 100, func(ctx context.Context, w Writer, f journal.Fact) error {
		if f.Topic != directory.PersonLeft && f.Topic != directory.PersonMoved {
			return nil
		}
		return resettle(ctx, w, directory.PersonID(f.Person))
	})
}

// resettle puts a person's sessions where the person still is.
func resettle(ctx context.Context, w Writer, person directory.PersonID) error {
	found, err := w.Person(ctx, person)
	if fault.Is(err, fault.NotFound) {
		return nil // erased since
	} else if err != nil {
		return err
	}
	sessions, err := w.SessionsOf(ctx, found.Project, person)
	if err != nil || len(sessions) == 0 {
		return err
	}
	places, err := w.Places(ctx, found.Project, person)
	if err != nil {
		return err
	}
	for _, session := range sessions {
		if len(places) == 0 {
			if _, err := end(ctx, w, session, PersonLeft, journal.System("departure")); err != nil {
				return err
			}
			continue
		}
		if settled := settle(session, places); settled != session {
			if err := move(ctx, w, session, places[0]); err != nil {
				return err
			}
		}
	}
	return nil
}

var errGone = fault.New(fault.Denied, "federation.place.gone")

// Sweep removes sessions that ended long ago, at most limit, and returns how many; call it again while it returns limit.
func (s *Service) Sweep(ctx context.Context, limit int) (int, error) {
	var n int
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		n, err = w.Sweep(ctx, w.Now().Add(-s.limits().Absolute-24*time.Hour), limit)
		return err
	})
	return n, err
}
