package trade

import (
	"context"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// SessionCookie carries a session's token, on the broker's host only.
const SessionCookie = "seance-pro"

// Session is one sign-in of an agent.
type Session struct {
	Hash    federation.Hash
	Person  directory.PersonID
	Started time.Time
	Seen    time.Time
}

// lasts reports whether it is good at an instant.
func (s Session) lasts(now time.Time) bool {
	return now.Before(s.Started.Add(federation.DefaultLimits.Absolute)) && now.Before(s.Seen.Add(federation.DefaultLimits.Idle))
}

var errNoSession = fault.New(fault.Unauthenticated, "federation.session.none")

// Arrive begins the session of somebody who has come all the way through the sign-in of local.Guests. What showed it opens one session.
func (s *Service) Arrive(ctx context.Context, external string, once federation.Token, until time.Time) (federation.Token, error) {
	token := federation.NewToken()
	err := s.write(ctx, "arrive", func(ctx context.Context, w Writer) error {
		first, err := w.TakeOnce(ctx, local.Guests, once.Hash(), until)
		if err == nil && !first {
			err = fault.New(fault.Denied, "federation.portal.again", "project", string(local.Guests))
		}
		if err != nil {
			return err
		}
		person, err := w.FindPerson(ctx, external)
		if err != nil {
			return orUnknown(err)
		}
		agent, err := w.FindAgent(ctx, person)
		if err == nil && !agent.Closed.IsZero() {
			err = fault.New(fault.NotFound, "trade.agent.unknown")
		}
		if err != nil {
			return orUnknown(err)
		}
		act, err := w.Record(ctx, journal.Entry{Actor: agent.Actor(), Verb: "trade.signed-in", Subject: string(person), Person: string(person), Class: journal.ClassAccess})
		if err != nil {
			return err
		}
		return w.AddSession(ctx, act, Session{Hash: token.Hash(), Person: person, Started: w.Now(), Seen: w.Now()})
	})
	return token, err
}

// orUnknown says of somebody who is no agent that they may not come in.
func orUnknown(err error) error {
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.Denied, "trade.agent.closed")
	}
	return err
}

// open returns the session that a token opens, and whose it is; errNoSession where it opens none, or is over.
func open(ctx context.Context, r Reader, token federation.Token) (Session, Agent, error) {
	is, agent, err := r.FindSession(ctx, token.Hash())
	if fault.Is(err, fault.NotFound) || err == nil && (!is.lasts(r.Now()) || !agent.Closed.IsZero()) {
		err = errNoSession
	}
	return is, agent, err
}

// Present returns whose session a token opens; fault.Unauthenticated where it opens none, or is over.
func (s *Service) Present(ctx context.Context, token federation.Token) (Agent, error) {
	if token == "" {
		return Agent{}, errNoSession
	}
	type found struct {
		Session
		Agent
		now time.Time
	}
	is, err := tx.Answer(ctx, s.Store.Read, func(ctx context.Context, r Reader) (f found, err error) {
		f.Session, f.Agent, err = open(ctx, r, token)
		f.now = r.Now()
		return f, err
	})
	switch {
	case err != nil:
		return Agent{}, err
	case is.now.Sub(is.Seen) < federation.SeenEvery:
		return is.Agent, nil
	}
	return is.Agent, s.write(ctx, "see a session", func(ctx context.Context, w Writer) error { return w.SeeSession(ctx, is.Hash) })
}

// Alone ends every other session of whose session a token opens, and gives this one a new token: their password has changed.
func (s *Service) Alone(ctx context.Context, old federation.Token) (federation.Token, error) {
	token := federation.NewToken()
	return token, s.write(ctx, "end other sessions", func(ctx context.Context, w Writer) error {
		is, agent, err := open(ctx, w, old)
		if err != nil {
			return err
		}
		act, err := w.Record(ctx, journal.Entry{Actor: agent.Actor(), Verb: "trade.sessions-ended", Subject: string(is.Person), Person: string(is.Person), Class: journal.ClassChange})
		if err != nil {
			return err
		}
		if err := w.EndSessions(ctx, is.Person); err != nil {
			return err
		}
		return w.AddSession(ctx, act, Session{Hash: token.Hash(), Person: is.Person, Started: is.Started, Seen: w.Now()})
	})
}

// Leave ends a session.
func (s *Service) Leave(ctx context.Context, token federation.Token) error {
	return s.write(ctx, "leave", func(ctx context.Context, w Writer) error { return w.EndSession(ctx, token.Hash()) })
}

// Sweep removes at most limit sessions that are over.
func (s *Service) Sweep(ctx context.Context, limit int) (n int, err error) {
	err = s.write(ctx, "sweep sessions", func(ctx context.Context, w Writer) (err error) {
		n, err = w.SweepSessions(ctx, w.Now().Add(-federation.DefaultLimits.Absolute), limit)
		return err
	})
	return n, err
}
