package trade

import (
	"context"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/federation/outsider"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
)

// SessionCookie carries a session's token, on the broker's host only.
const SessionCookie = "seance-pro"

// realm is where agents come in.
var realm = outsider.Realm{Project: local.Guests, Area: "trade", Limits: federation.DefaultLimits}

var errNoSession = fault.New(fault.Unauthenticated, "federation.session.none")

// Arrive begins the session of somebody who has come all the way through the sign-in of local.Guests. What showed it opens one session.
func (s *Service) Arrive(ctx context.Context, external string, once federation.Token, until time.Time) (token federation.Token, err error) {
	err = s.write(ctx, "arrive", func(ctx context.Context, w Writer) (err error) {
		token, err = realm.Begin(ctx, w, outsider.Arrival{External: external, Once: once, Until: until}, func(person directory.PersonID) error {
			agent, err := w.FindAgent(ctx, person)
			if err == nil && !agent.Closed.IsZero() {
				err = fault.New(fault.NotFound, "trade.agent.unknown")
			}
			return err
		})
		return orUnknown(err)
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

// Present returns whose session a token opens; fault.Unauthenticated where it opens none, or is over.
func (s *Service) Present(ctx context.Context, token federation.Token) (Agent, error) {
	type found struct {
		outsider.Session
		Agent
		stale bool
	}
	is, err := tx.Answer(ctx, s.Store.Read, func(ctx context.Context, r Reader) (f found, err error) {
		if f.Session, err = realm.Find(ctx, r, token); err != nil {
			return f, err
		}
		f.Agent, err = r.FindAgent(ctx, f.Session.Person)
		if fault.Is(err, fault.NotFound) || err == nil && !f.Closed.IsZero() {
			err = errNoSession
		}
		f.stale = f.Stale(r.Now())
		return f, err
	})
	if err != nil || !is.stale {
		return is.Agent, err
	}
	return is.Agent, s.write(ctx, "see a session", func(ctx context.Context, w Writer) error { return w.SeeSession(ctx, is.Hash) })
}

// Alone ends every other session of whose session a token opens, and gives this one a new token: their password has changed.
func (s *Service) Alone(ctx context.Context, old federation.Token) (token federation.Token, err error) {
	err = s.write(ctx, "end other sessions", func(ctx context.Context, w Writer) (err error) {
		token, err = realm.Alone(ctx, w, old)
		return err
	})
	return token, err
}

// Leave ends a session.
func (s *Service) Leave(ctx context.Context, token federation.Token) error {
	return s.write(ctx, "leave", func(ctx context.Context, w Writer) error { return w.EndSession(ctx, token.Hash()) })
}

// Sweep removes at most limit sessions that are over.
func (s *Service) Sweep(ctx context.Context, limit int) (n int, err error) {
	err = s.write(ctx, "sweep sessions", func(ctx context.Context, w Writer) (err error) {
		n, err = realm.Sweep(ctx, w, limit)
		return err
	})
	return n, err
}
