package federation

import (
	"context"
	"slices"

	"pupitre/internal/fault"
	"pupitre/internal/recent"
)

// clients remembers registered programs for a moment: every step of every entry asks for one, and they change a few times a year.
// A change made on another node is seen within a second, as a withdrawn right is.
type clients struct {
	byID recent.Memory[ClientID, Client]
	all  recent.Memory[struct{}, []Client]
}

func (k *clients) forget(id ClientID) {
	k.byID.Forget(id)
	k.all.Forget(struct{}{})
}

// registered lists every program: for the faces that know one by something else than its id. What it says may be a second old.
func (s *Service) registered(ctx context.Context) ([]Client, error) {
	return s.known.all.Find(struct{}{}, s.Now(), func() ([]Client, error) { return s.Clients(ctx) })
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
