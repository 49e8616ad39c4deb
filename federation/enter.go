package federation

import (
	"context"
	"fmt"
	"time"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// Visitor is somebody at a resource's door.
type Visitor struct {
	Session Session
	Client  Client
	ARK     string

	known   Known // what was read along with the session (Receive)
	changes int64 // before it was
}

// Known is what is known of a session when it comes to a resource's door.
type Known struct {
	Session Session
	Facts   *Facts // of its person at its place; nil where they are there no longer
	Visited bool   // it has entered the client before
}

// Entry is one person entering one resource, decided. A face turns it into its standard's words, and nothing more.
type Entry struct {
	Session     Session
	Client      Client
	Declaration Declaration
	Disclosure                // what the publisher is told of the person
	SessionName string        // what this publisher may call the session
	Act         journal.ActID // the access, journalled with the names of the attributes; "" from Again

	visited bool  // the session was here before
	changes int64 // before this was decided
}

// Enter decides an entry: the resource must be one of the client's publisher's; the pseudonym and the attributes are worked
// out; then the right is opened, and the access journalled with the attributes' names before any answer leaves. Refusals:
// federation.resource.foreign where the client asks for another publisher's resource or one that is not there; the code of
// Rights where the person may not. keep, unless nil, is what the face keeps of the entry (its ticket, its code), in the opening's own
// transaction: with the context that it is given a Write of the same database is part of it.
func (s *Service) Enter(ctx context.Context, v Visitor, keep func(ctx context.Context, e Entry) error) (Entry, error) {
	e, err := s.decide(ctx, v)
	if err != nil {
		return Entry{}, err
	}
	var with func(ctx context.Context, entry journal.ActID) error
	if keep != nil {
		with = func(ctx context.Context, entry journal.ActID) error {
			kept := e
			kept.Act = entry
			return keep(ctx, kept)
		}
	}
	if e.Act, err = s.Rights.Open(ctx, e.ask(), e.Attributes.Names(), v.Client.Sector, with); err != nil {
		return Entry{}, fmt.Errorf("enter %s as %s: %w", v.ARK, v.Session.Person, err)
	}
	return e, nil
}

// Given is what a face has kept of an entry, for every later use of what it gave.
type Given struct {
	Session  Session // at the place where the resource was entered
	Client   Client
	ARK      string
	Released []Attribute // what the entry's access was journalled with: nothing else is ever told under it
}

// Again decides anew at each use of what an entry gave (a token, a refresh): the session lasts, the person is still there, and
// the right still holds. fault.Unauthenticated where the session is over. Of the attributes it returns those only that were released then: a
// declaration may have grown since.
func (s *Service) Again(ctx context.Context, g Given) (Entry, error) {
	if !g.Session.Lasts(s.Now(), s.limits()) {
		return Entry{}, errNoSession
	}
	e, err := s.Absent(ctx, g.Session, g.Client, g.ARK)
	e.Attributes = e.Attributes.only(g.Released)
	return e, err
}

// Absent decides for somebody who may not be there now: what would a publisher be told of them, could they enter? Of the session only
// the person and the place are read. It opens nothing; whoever passes on what it releases journals that.
func (s *Service) Absent(ctx context.Context, session Session, client Client, ark string) (Entry, error) {
	e, err := s.decide(ctx, Visitor{Session: session, Client: client, ARK: ark})
	if err != nil {
		return Entry{}, err
	}
	if err := s.Rights.Check(ctx, e.ask()); err != nil {
		return Entry{}, fmt.Errorf("enter %s again as %s: %w", ark, session.Person, err)
	}
	return e, nil
}

// Refuses reports whether an error of Again or Still says that the entry is over, rather than that something failed.
func Refuses(err error) bool {
	return fault.Is(err, fault.Denied) || fault.Is(err, fault.Unauthenticated) || fault.Is(err, fault.NotFound)
}

// Still is Again without the attributes: all that a token's answer needs, at a third of the cost.
func (s *Service) Still(ctx context.Context, session Session, client Client, ark string) (Entry, error) {
	if !session.Lasts(s.Now(), s.limits()) {
		return Entry{}, errNoSession
	}
	var secret directory.Secret
	err := s.Store.Look(ctx, func(ctx context.Context, r Reader) (err error) {
		secret, err = r.SecretAt(ctx, session)
		return err
	})
	if err != nil && !fault.Is(err, fault.NotFound) {
		return Entry{}, fmt.Errorf("enter %s again: %w", ark, err)
	}
	return s.StillAs(ctx, session, secret, client, ark)
}

// StillAs is Still for a face that has read SecretAt along with what it keeps: "" where the person is no longer at the session's place.
func (s *Service) StillAs(ctx context.Context, session Session, secret directory.Secret, client Client, ark string) (Entry, error) {
	if !session.Lasts(s.Now(), s.limits()) {
		return Entry{}, errNoSession
	}
	if secret == "" {
		return Entry{}, errGone
	}
	e := Entry{
		Session: session, Client: client, Declaration: Declaration{ARK: ark, Publisher: client.Sector},
		Disclosure: Disclosure{Pseudonym: PseudonymOf(secret, client.Sector)}, SessionName: SessionName(secret, client.Sector, session.ID),
	}
	if err := s.Rights.Check(ctx, e.ask()); err != nil {
		return Entry{}, fmt.Errorf("enter %s again as %s: %w", ark, session.Person, err)
	}
	return e, nil
}

// RightsOf lists the person's rights on the client's publisher's resources, at the place of the session.
func (s *Service) RightsOf(ctx context.Context, session Session, client Client) ([]Right, error) {
	if !session.Lasts(s.Now(), s.limits()) {
		return nil, errNoSession
	}
	return s.Rights.OfPublisher(ctx, Ask{Person: session.Person, School: session.School, Profile: session.Profile}, client.Sector)
}

// decide is all of an entry but its right.
func (s *Service) decide(ctx context.Context, v Visitor) (Entry, error) {
	declaration, err := s.declared(ctx, v.Client, v.ARK)
	if err != nil {
		return Entry{}, err
	}
	if v.known.Facts == nil {
		v.changes = s.changes()
		var facts Facts
		err = s.Store.Look(ctx, func(ctx context.Context, r Reader) (err error) {
			facts, err = r.Facts(ctx, v.Session, reading(declaration.Attributes, s.policy(), v.Session.Profile))
			return err
		})
		if fault.Is(err, fault.NotFound) {
			return Entry{}, errGone
		} else if err != nil {
			return Entry{}, fmt.Errorf("enter %s: %w", v.ARK, err)
		}
		v.known.Facts = &facts
	}
	facts := *v.known.Facts
	facts.ARK, facts.Sector = declaration.ARK, v.Client.Sector
	return Entry{
		Session: v.Session, Client: v.Client, Declaration: declaration,
		Disclosure:  Release(declaration.Attributes, s.policy(), facts),
		SessionName: SessionName(facts.Secret, v.Client.Sector, v.Session.ID),
		visited:     v.known.Visited,
		changes:     v.changes,
	}, nil
}

// declared is what a client's publisher says of a resource. What is another publisher's looks like what does not exist.
func (s *Service) declared(ctx context.Context, client Client, ark string) (Declaration, error) {
	declaration, err := s.Declarations.Of(ctx, ark)
	if fault.Is(err, fault.NotFound) || err == nil && declaration.Publisher != client.Sector {
		return Declaration{}, fault.New(fault.Denied, "federation.resource.foreign", "ark", ark)
	} else if err != nil {
		return Declaration{}, fmt.Errorf("enter %s: %w", ark, err)
	}
	return declaration, nil
}

func (e Entry) ask() Ask {
	return Ask{e.Session.Person, e.Session.School, e.Session.Profile, e.Declaration.ARK}
}

// Visit is the session's trace at the client: whom to tell when it ends.
func (e Entry) Visit() Visit {
	return Visit{Session: e.Session, Client: e.Client.ID, Sector: e.Client.Sector, Again: e.visited}
}

// As is a session's person, and the session, under the names that one publisher has for them.
func (s *Service) As(ctx context.Context, session Session, sector Sector) (Pseudonym, string, error) {
	var secret directory.Secret
	err := s.Store.Look(ctx, func(ctx context.Context, r Reader) (err error) {
		secret, err = r.Secret(ctx, session.Project, session.Person)
		return err
	})
	if err != nil {
		return Pseudonym{}, "", err
	}
	return PseudonymOf(secret, sector), SessionName(secret, sector, session.ID), nil
}

// Absolute is the longest that a session lasts; nothing given under it lasts longer.
func (s *Service) Absolute() time.Duration { return s.limits().Absolute }
