package federation

import (
	"context"
	"slices"
	"sync"
	"time"

	"pupitre/internal/fault"
)

// clients remembers registered programs for a moment: every step of every entry asks for one, and they change a few times a year.
// A change made on another node is seen within knownFor, as a withdrawn right is.
type clients struct {
	mu    sync.Mutex
	byID  map[ClientID]known
	all   []Client
	until time.Time // of all
}

type known struct {
	client Client
	until  time.Time
}

const knownFor = time.Second

func (k *clients) get(id ClientID, now time.Time) (Client, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	found, ok := k.byID[id]
	return found.client, ok && now.Before(found.until)
}

func (k *clients) put(c Client, now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.byID == nil {
		k.byID = map[ClientID]known{}
	}
	k.byID[c.ID] = known{c, now.Add(knownFor)} // registered ones only: strangers cannot fill it
}

func (k *clients) forget(id ClientID) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.byID, id)
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
	s.known.all, s.known.until = all, now.Add(knownFor)
	return all, nil
}

// IsOrigin reports whether an origin is that of some registered program's pages.
func (s *Service) IsOrigin(ctx context.Context, origin string) (bool, error) {
	all, err := s.registered(ctx)
	return slices.ContainsFunc(all, func(c Client) bool { return c.IsOrigin(origin) }), err
}

// FindClient returns a registered program; fault.NotFound for any other. What it says may be a second old.
func (s *Service) FindClient(ctx context.Context, id ClientID) (Client, error) {
	now := s.Now()
	if c, ok := s.known.get(id, now); ok {
		return c, nil
	}
	var found Client
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		found, err = r.FindClient(ctx, id)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return Client{}, errNoClient
	}
	if err == nil {
		s.known.put(found, now)
	}
	return found, err
}
