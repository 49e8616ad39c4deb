package federation

import (
	"context"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// SignOut ends a session at its person's word and returns it, so that the portal can be told. A token that opens nothing
// is fault.Unauthenticated; it may be repeated.
func (s *Service) SignOut(ctx context.Context, token Token) (Session, error) {
	var ended Session
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		if ended, err = w.FindSession(ctx, token.Hash()); err != nil {
			return noneFound(err)
		}
		_, err = end(ctx, w, ended, SignedOut, by(ended.Person))
		return err
	})
	return ended, err
}

// SignOutThere ends the sessions that a portal calls by this index, at the portal's word, and returns how many there were.
func (s *Service) SignOutThere(ctx context.Context, project directory.ProjectID, index Token) (int, error) {
	var n int
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		n = 0
		sessions, err := w.SessionsByIndex(ctx, project, index.Hash())
		if err != nil {
			return err
		}
		for _, session := range sessions {
			ended, err := end(ctx, w, session, SignedOutThere, journal.Actor{Kind: journal.ByPortal, ID: string(project)})
			if err != nil {
				return err
			}
			if ended {
				n++
			}
		}
		return nil
	})
	return n, err
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
	sessions, err := w.SessionsOf(ctx, person)
	if err != nil {
		return err
	}
	for _, session := range sessions {
		places, err := w.Places(ctx, session.Project, person)
		if err != nil {
			return err
		}
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
