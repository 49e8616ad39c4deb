package outsider

import (
	"context"
	"fmt"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
)

// Sessions are a realm's, in its owner's store.
type Sessions[R Reader, W Writer] struct {
	Realm
	Store tx.Store[R, W]
}

// Present finds whose session a token opens, and notes now and then that it is in use; fault.Unauthenticated where it opens none, or is over.
// So it is where admit, which learns who it is in the same snapshot, says fault.NotFound: they may not come in any more.
func (s Sessions[R, W]) Present(ctx context.Context, token federation.Token, admit func(ctx context.Context, r R, person directory.PersonID) error) error {
	var is Session
	var stale bool
	if err := s.Store.Read(ctx, func(ctx context.Context, r R) (err error) {
		if is, err = s.find(ctx, r, token); err != nil {
			return err
		}
		if err = admit(ctx, r, is.Person); fault.Is(err, fault.NotFound) {
			err = errNoSession
		}
		stale = is.stale(r.Now())
		return err
	}); err != nil || !stale {
		return err
	}
	return s.write(ctx, "see a session", func(ctx context.Context, w W) error { return w.SeeSession(ctx, is.Hash) })
}

// Alone ends every other session of whose session a token opens, and gives this one a new token: their password has changed.
func (s Sessions[R, W]) Alone(ctx context.Context, old federation.Token) (token federation.Token, err error) {
	err = s.write(ctx, "end other sessions", func(ctx context.Context, w W) (err error) {
		token, err = s.alone(ctx, w, old)
		return err
	})
	return token, err
}

// Leave ends a session.
func (s Sessions[R, W]) Leave(ctx context.Context, token federation.Token) error {
	return s.write(ctx, "leave", func(ctx context.Context, w W) error { return w.EndSession(ctx, token.Hash()) })
}

// Sweep removes at most limit sessions that are over by their age.
func (s Sessions[R, W]) Sweep(ctx context.Context, limit int) (n int, err error) {
	err = s.write(ctx, "sweep sessions", func(ctx context.Context, w W) (err error) {
		n, err = w.SweepSessions(ctx, w.Now().Add(-s.Limits.Absolute), limit)
		return err
	})
	return n, err
}

func (s Sessions[R, W]) write(ctx context.Context, doing string, f func(ctx context.Context, w W) error) error {
	if err := s.Store.Write(ctx, f); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}
