package federation

import (
	"context"
	"slices"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// Find returns the session that a cookie's token opens; fault.Unauthenticated where there is none, or it is over.
func (s *Service) Find(ctx context.Context, token Token) (Session, error) {
	if token == "" {
		return Session{}, errNoSession
	}
	var found Session
	err := s.Store.Look(ctx, func(ctx context.Context, r Reader) (err error) {
		found, err = r.FindSession(ctx, token.Hash())
		return err
	})
	if err != nil {
		return Session{}, noneFound(err)
	}
	return found, s.use(ctx, found)
}

// Receive is Find at a resource's door: what Enter will ask of the person is read in the same question. Whether they may enter, and
// whether the resource is the client's, is for Enter to say.
func (s *Service) Receive(ctx context.Context, token Token, client Client, ark string) (Visitor, error) {
	v := Visitor{Client: client, ARK: ark, changes: s.changes()}
	declaration, err := s.declared(ctx, client, ark)
	if err != nil || token == "" {
		v.Session, err = s.Find(ctx, token)
		return v, err
	}
	err = s.Store.Look(ctx, func(ctx context.Context, r Reader) (err error) {
		v.known, err = r.FindVisitor(ctx, token.Hash(), client, inCohorts(declaration.Attributes, s.policy()))
		return err
	})
	if err != nil {
		return Visitor{}, noneFound(err)
	}
	v.Session = v.known.Session
	if reading(declaration.Attributes, s.policy(), v.Session.Profile).Subjects {
		v.known.Facts = nil // there is more to read, of the few whom it concerns
	}
	return v, s.use(ctx, v.Session)
}

// Present is Find with what a page shows of the person: their name, and the places they may choose between.
func (s *Service) Present(ctx context.Context, token Token) (Presence, error) {
	p, err := s.Glance(ctx, token)
	if err != nil {
		return p, err
	}
	return p, s.use(ctx, p.Session)
}

// Glance is Present for what a page asks by itself: it is no use of the session, which ends as soon as if nothing had been asked.
func (s *Service) Glance(ctx context.Context, token Token) (Presence, error) {
	if token == "" {
		return Presence{}, errNoSession
	}
	var p Presence
	err := s.Store.Look(ctx, func(ctx context.Context, r Reader) (err error) {
		p, err = r.FindPresence(ctx, token.Hash())
		return err
	})
	if err != nil {
		return Presence{}, noneFound(err) // also of somebody who left: the session ends as soon as the fact is followed
	}
	if p.Session = settle(p.Session, p.Places); !p.Session.Lasts(s.Now(), s.limits()) {
		return p, errNoSession
	}
	return p, nil
}

// Choose moves a session to another place of its person; fault.Denied where they are not there. Where the browser shows the hint that it
// returns at the person's next sign-in, they are there again (Arrival.Hint); "" where there is nothing to choose.
func (s *Service) Choose(ctx context.Context, token Token, school directory.SchoolID, profile directory.Profile) (Token, error) {
	session, err := s.Find(ctx, token)
	if err != nil {
		return "", err
	}
	var hint Token
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		hint = ""
		places, err := w.Places(ctx, session.Project, session.Person)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(places, func(p Place) bool { return p.School.ID == school && p.Profile == profile })
		if i < 0 {
			return fault.New(fault.Denied, "federation.place.denied")
		}
		if len(places) > 1 {
			secret, err := w.Secret(ctx, session.Project, session.Person)
			if err != nil {
				return err
			}
			hint = choice{secret, places, w.Now()}.hint(places[i])
		}
		return move(ctx, w, session, places[i])
	})
	if err != nil {
		return "", err
	}
	return hint, nil
}

// use refuses a session that is over, and notes now and then that it is in use.
func (s *Service) use(ctx context.Context, session Session) error {
	now := s.Now()
	if !session.Lasts(now, s.limits()) {
		return errNoSession
	}
	if now.Sub(session.Seen) < SeenEvery {
		return nil
	}
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error { return w.SeeSession(ctx, session) })
}

// settle puts a session whose place is gone in the first that is left.
func settle(session Session, places []Place) Session {
	for _, p := range places {
		if p.is(session) {
			return session
		}
	}
	return places[0].of(session)
}

func move(ctx context.Context, w Writer, session Session, to Place) error {
	act, err := w.Record(ctx, journal.Entry{
		School: string(to.School.ID), Actor: by(session.Person), Verb: "federation.place-chosen", Subject: string(session.ID),
		Person: string(session.Person), Class: journal.ClassAccess, Detail: map[string]any{"profile": to.Profile},
	})
	if err != nil {
		return err
	}
	return w.MoveSession(ctx, act, session, to)
}

// noneFound says "sign in" of a session that is not there.
func noneFound(err error) error {
	if fault.Is(err, fault.NotFound) {
		return errNoSession
	}
	return err
}
