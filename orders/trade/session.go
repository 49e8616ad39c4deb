package trade

import (
	"context"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/federation/outsider"
	"pupitre/internal/fault"
)

// SessionCookie carries a session's token, on the broker's host only.
const SessionCookie = "seance-pro"

// realm is where agents come in.
var realm = outsider.Realm{Project: local.Guests, Area: "trade", Limits: federation.DefaultLimits}

// comesIn finds an agent who is still let in.
func comesIn(ctx context.Context, r Reader, person directory.PersonID) (Agent, error) {
	a, err := r.FindAgent(ctx, person)
	if err == nil && !a.Closed.IsZero() {
		err = fault.New(fault.NotFound, "trade.agent.unknown")
	}
	return a, err
}

// Arrive begins the session of somebody who has come all the way through the sign-in of local.Guests. What showed it opens one session.
func (s *Service) Arrive(ctx context.Context, external string, once federation.Token, until time.Time) (token federation.Token, err error) {
	err = s.write(ctx, "arrive", func(ctx context.Context, w Writer) (err error) {
		token, err = realm.Begin(ctx, w, outsider.Arrival{External: external, Once: once, Until: until}, func(person directory.PersonID) error {
			_, err := comesIn(ctx, w, person)
			return err
		})
		if fault.Is(err, fault.NotFound) {
			err = fault.New(fault.Denied, "trade.agent.closed")
		}
		return err
	})
	return token, err
}

// Present returns whose session a token opens; fault.Unauthenticated where it opens none, or is over.
func (s *Service) Present(ctx context.Context, token federation.Token) (a Agent, err error) {
	err = s.sessions().Present(ctx, token, func(ctx context.Context, r Reader, person directory.PersonID) (err error) {
		a, err = comesIn(ctx, r, person)
		return err
	})
	return a, err
}

// Alone ends every other session of whose session a token opens, and gives this one a new token: their password has changed.
func (s *Service) Alone(ctx context.Context, old federation.Token) (federation.Token, error) {
	return s.sessions().Alone(ctx, old)
}

// Leave ends a session.
func (s *Service) Leave(ctx context.Context, token federation.Token) error {
	return s.sessions().Leave(ctx, token)
}

// Sweep removes at most limit sessions that are over.
func (s *Service) Sweep(ctx context.Context, limit int) (int, error) {
	return s.sessions().Sweep(ctx, limit)
}

func (s *Service) sessions() outsider.Sessions[Reader, Writer] {
	return outsider.Sessions[Reader, Writer]{Realm: realm, Store: s.Store}
}
