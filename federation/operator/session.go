package operator

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
const SessionCookie = "seance-exploitant"

// Limits are short: what is open here is a whole installation.
var Limits = federation.Limits{Idle: 30 * time.Minute, Absolute: 8 * time.Hour}

// realm is where operators come in.
var realm = outsider.Realm{Project: local.Operators, Area: "operator", Limits: Limits}

// comesIn reports whether somebody's account lets them in: it is open, and has a second factor.
func comesIn(ctx context.Context, r Reader, person directory.PersonID) (Operator, error) {
	o, err := r.FindOperator(ctx, person)
	if err == nil && (!o.Open() || !o.Guarded()) {
		err = fault.New(fault.NotFound, "operator.unknown", "name", o.Name)
	}
	return o, err
}

// Arrive begins the session of somebody who has come all the way through the sign-in of local.Operators. fault.Denied (operator.closed) for who
// may not come in.
func (s *Service) Arrive(ctx context.Context, a outsider.Arrival) (token federation.Token, err error) {
	err = s.write(ctx, "arrive", func(ctx context.Context, w Writer) (err error) {
		token, err = realm.Begin(ctx, w, a, func(person directory.PersonID) error {
			_, err := comesIn(ctx, w, person)
			return err
		})
		if fault.Is(err, fault.NotFound) {
			err = fault.New(fault.Denied, "operator.closed")
		}
		return err
	})
	return token, err
}

// Present returns whose session a token opens; fault.Unauthenticated where it opens none, is over, or its operator may not come in any more.
func (s *Service) Present(ctx context.Context, token federation.Token) (o Operator, err error) {
	err = s.sessions().Present(ctx, token, func(ctx context.Context, r Reader, person directory.PersonID) (err error) {
		o, err = comesIn(ctx, r, person)
		return err
	})
	return o, err
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
