package federation

import (
	"context"
	"slices"
	"sync"
	"time"

	"pupitre/internal/fault"
	"pupitre/internal/recent"
)

// clients remembers registered programs for a moment: every step of every entry asks for one, and they change a few times a year.
// A change made on another node is seen within a second, as a withdrawn right is.
type clients struct {
	byID  recent.Memory[ClientID, Client]
	mu    sync.Mutex
	all   []Client
	until time.Time // of all
}

func (k *clients) forget(id ClientID) {
	k.byID.Forget(id)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.until = time.Time{}
}

// registered lists every program: for the faces that know one by something else than its id. What it says may be a second old.
func (s *Service) registered(ctx context.Context) ([]Client, error) {
	now := s.Now()
	s.known.mu.Lock()
	all, fresh := s.known.all, now.Before(s.known.until)
	s.known.mu.Unlock()
	if fresh {
		return all, nil
	}
	all, err := s.Clients(ctx)
	if err != nil {
		return nil, err
	}
	s.known.mu.Lock()
	defer s.known.mu.Unlock()
	s.known.all, s.known.until = all, now.Add(recent.Moment)
	return all, nil
}

// IsOrigin reports whether an origin is that of some registered program's pages.
func (s *Service) IsOrigin(ctx context.Context, origin string) (bool, error) {
	all, err := s.registered(ctx)
	return slices.ContainsFunc(all, func(c Client) bool { return c.IsOrigin(origin) }), err
}

// FindClient returns a registered program; fault.NotFound for any other. What it says may be a second old.
func (s *Service) FindClient(ctx context.Context, id ClientID) (Client, error) {
	return s.known.byID.Find(id, s.Now(), func() (found Client, err error) {
		err = s.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
			found, err = r.FindClient(ctx, id)
			return err
		})
		if fault.Is(err, fault.NotFound) {
			err = errNoClient
		}
		return found, err
	})
}
