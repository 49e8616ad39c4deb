package federation

import (
	"context"
	"fmt"
	"time"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// Arrival is what a portal vouches for.
type Arrival struct {
	Project   directory.ProjectID
	External  string    // GARPersonIdentifiant
	Upstream  string    // the connector: "cas"
	Index     Token     // what the portal calls this sign-in, for its single logout; "" where it has none
	Once      Token     // what may be shown once of what the portal said (SAML: the assertion); "" where the portal itself sees to that
	OnceUntil time.Time // until when it could be shown
	Replaces  Token     // the session cookie that the browser came with, which ends; "" for none
	Hint      Token     // what the browser remembers of the place that was chosen there last (Choose); "" for nothing
}

// Arrive begins the session of a person whom their portal vouches for. The token is new whatever the browser came with
// (a session fixed beforehand is worth nothing). Of several places it is at the one that they chose last in that browser, if they are where
// they were then; else at the first, and Unchosen. Refused, with whom to ask:
// somebody who is not provisioned (federation.person.unknown), or who is in no school any more (federation.person.nowhere).
func (s *Service) Arrive(ctx context.Context, a Arrival) (Token, Session, error) {
	token := NewToken()
	var begun Session
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		if a.Once != "" {
			if first, err := w.TakeOnce(ctx, a.Project, a.Once.Hash(), a.OnceUntil); err != nil {
				return err
			} else if !first {
				return fault.New(fault.Denied, "federation.portal.again", "project", string(a.Project))
			}
		}
		if err := replace(ctx, w, a.Replaces); err != nil {
			return err
		}
		person, places, err := vouchedFor(ctx, w, a.Project, a.External)
		if err != nil {
			return err
		}
		begun = Session{
			ID: SessionID(s.IDs.New()), Project: person.Project, Person: person.ID, Upstream: a.Upstream, Started: w.Now(), Seen: w.Now(),
		}
		at, chosen := places[0], true
		if len(places) > 1 { // nearly nobody has several: nothing is looked up of the others
			secret, err := w.Secret(ctx, person.Project, person.ID)
			if err != nil {
				return err
			}
			var last Place
			if last, chosen = (choice{secret, places, w.Now()}).find(a.Hint); chosen {
				at = last
			}
		}
		begun = at.of(begun)
		begun.Unchosen = !chosen
		if a.Index != "" {
			begun.Index = a.Index.Hash()
		}
		act, err := w.Record(ctx, journal.Entry{
			School: string(begun.School), Actor: by(person.ID), Verb: "federation.signed-in", Subject: string(begun.ID),
			Person: string(person.ID), Class: journal.ClassAccess, Detail: map[string]any{"project": a.Project, "by": a.Upstream},
		})
		if err != nil {
			return err
		}
		return w.AddSession(ctx, act, begun, token.Hash())
	})
	if err != nil {
		return "", Session{}, fmt.Errorf("arrive from %s: %w", a.Project, err)
	}
	return token, begun, nil
}

// vouchedFor is whom a portal vouches for, and where they are, the first place first. Refused: somebody who is not provisioned
// (federation.person.unknown), or who is in no school any more (federation.person.nowhere).
func vouchedFor(ctx context.Context, r Reader, project directory.ProjectID, external string) (directory.Person, []Place, error) {
	person, err := r.PersonByExternal(ctx, project, external)
	if fault.Is(err, fault.NotFound) {
		return person, nil, fault.New(fault.Denied, "federation.person.unknown", "project", string(project))
	} else if err != nil {
		return person, nil, err
	}
	places, err := r.Places(ctx, person.Project, person.ID)
	if err == nil && len(places) == 0 {
		err = fault.New(fault.Denied, "federation.person.nowhere", "project", string(project))
	}
	return person, places, err
}

// replace ends the session that the browser came with.
func replace(ctx context.Context, w Writer, old Token) error {
	if old == "" {
		return nil
	}
	session, err := w.FindSession(ctx, old.Hash())
	if fault.Is(err, fault.NotFound) {
		return nil
	} else if err != nil {
		return err
	}
	_, err = end(ctx, w, session, Replaced, by(session.Person))
	return err
}

// Ended is the body of the fact "federation.session.ended".
type Ended struct {
	Project directory.ProjectID `json:"project"`
	Session SessionID           `json:"session"`
	Why     End                 `json:"why"`
}

// TopicSessionEnded is told when a session ends; its fact's Person is whose, its Subject the session's id.
const TopicSessionEnded = "federation.session.ended"

// end ends one session, journals it and tells; it reports whether there was anything to end.
func end(ctx context.Context, w Writer, session Session, why End, actor journal.Actor) (bool, error) {
	if !session.Ended.IsZero() {
		return false, nil
	}
	act, err := w.Record(ctx, journal.Entry{
		School: string(session.School), Actor: actor, Verb: "federation.signed-out", Subject: string(session.ID),
		Person: string(session.Person), Class: journal.ClassAccess, Detail: map[string]any{"why": why},
	})
	if err != nil {
		return false, err
	}
	if ended, err := w.EndSession(ctx, act, session); err != nil || !ended {
		return false, err
	}
	if why != Replaced { // by the same browser, which may be remembered still
		if err := w.ForgetBrowser(ctx, act, session); err != nil {
			return false, err
		}
	}
	return true, w.Tell(ctx, journal.Fact{
		Topic: TopicSessionEnded, School: string(session.School), Person: string(session.Person), Subject: string(session.ID),
	}, Ended{session.Project, session.ID, why})
}
