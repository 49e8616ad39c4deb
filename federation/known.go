package federation

import (
	"context"
	"sync"
	"time"

	"pupitre/internal/fault"
)

// clients remembers registered programs for a moment: every step of every entry asks for one, and they change a few times a year.
// A change made on another node is seen within knownFor, as a withdrawn right is.
type clients struct {
	mu        sync.Mutex
	byID      map[ClientID]known
	speakCAS  []Client
	speakTill time.Time
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
	k.speakTill = time.Time{}
}

// services are the programs that speak CAS.
func (k *clients) services(now time.Time) ([]Client, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.speakCAS, now.Before(k.speakTill)
}

func (k *clients) putServices(all []Client, now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.speakCAS, k.speakTill = all, now.Add(knownFor)
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
