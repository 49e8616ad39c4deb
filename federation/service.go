package federation

import (
	"context"
	"fmt"
	"time"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/id"
	"pupitre/internal/recent"
	"pupitre/journal"
)

// Service is what pages and faces call. Fill it as a struct literal.
type Service struct {
	Store        Store
	IDs          *id.Maker
	Now          func() time.Time
	Rights       Rights
	Declarations Declarations
	Policy       Policy // nil: DefaultPolicy
	Limits       Limits // zero: DefaultLimits
	Places       string // local address of the page where who has several places says which; "": nobody is asked
	// Changes counts what was changed here that a decision may hang on. nil: nobody counts, and what was decided is decided anew each time.
	Changes func() int64

	known  clients
	handed recent.Handover[Hash, Entry]
}

func (s *Service) limits() Limits {
	if s.Limits == (Limits{}) {
		return DefaultLimits
	}
	return s.Limits
}

func (s *Service) policy() Policy {
	if s.Policy == nil {
		return DefaultPolicy
	}
	return s.Policy
}

// Refusals that pages put into words.
var (
	errNoSession = fault.New(fault.Unauthenticated, "federation.session.none")
	errNoClient  = fault.New(fault.NotFound, "federation.client.unknown")
)

// Clients lists the registered programs, by id.
func (s *Service) Clients(ctx context.Context) ([]Client, error) {
	var all []Client
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		all, err = r.Clients(ctx)
		return err
	})
	return all, err
}

// Register makes a publisher's program known, or changes what is known of it; fault.Invalid where it could not be safe. One that is new has
// nothing of an earlier one of that name, but the persons, who are its publisher's.
// secret replaces the one that proves it, unless empty; it must be made at random (NewToken), for it is kept as a plain hash.
func (s *Service) Register(ctx context.Context, actor journal.Actor, c Client, secret Token) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if secret != "" && len(secret) < minSecret {
		return fault.New(fault.Invalid, "federation.client.secret", "client", string(c.ID), "length", minSecret)
	}
	defer s.known.forget(c.ID)
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		c := c
		old, err := w.FindClient(ctx, c.ID)
		known := err == nil
		switch {
		case known:
			c.Created, c.Secret = old.Created, old.Secret
		case fault.Is(err, fault.NotFound):
			c.Created, c.Secret = w.Now(), ""
		default:
			return err
		}
		switch {
		case c.Proof.Method != BySecret:
			c.Secret = ""
		case secret != "":
			c.Secret = secret.Hash()
		}
		if err := isAlone(ctx, w, c); err != nil {
			return err
		}
		act, err := w.Record(ctx, journal.Entry{
			Actor: actor, Verb: "federation.client-registered", Subject: string(c.ID), Class: journal.ClassChange,
			Detail: map[string]any{"sector": c.Sector, "redirects": c.Redirects, "algorithm": c.Algorithm, "method": c.Proof.Method},
		})
		if err != nil {
			return err
		}
		if !known { // another node may have given something in the moment after a removal
			if _, err := w.EndClient(ctx, act, c.ID); err != nil {
				return err
			}
		}
		return w.PutClient(ctx, act, c)
	})
}

// Removed is a publisher's program that was registered.
type Removed struct {
	Client
	Sessions int // that have not ended and had entered it: nobody tells it of their end
}

// Remove makes a publisher's program unknown: no face answers it, nor sends anybody there, from now on, on another node within recent.Moment. What
// it was given ends, and what it was to be told it is not told. The journal stays, and so do pseudonyms, which are its publisher's: registered
// again, it finds the same persons. fault.NotFound (federation.client.unknown) for one that is not registered.
func (s *Service) Remove(ctx context.Context, actor journal.Actor, id ClientID) (Removed, error) {
	defer s.known.forget(id)
	var gone Removed
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		if gone.Client, err = w.FindClient(ctx, id); err != nil {
			return err
		}
		act, err := w.Record(ctx, journal.Entry{
			Actor: actor, Verb: "federation.client-removed", Subject: string(id), Class: journal.ClassChange,
			Detail: map[string]any{"sector": gone.Sector, "redirects": gone.Redirects},
		})
		if err != nil {
			return err
		}
		if gone.Sessions, err = w.EndClient(ctx, act, id); err != nil {
			return err
		}
		return w.DropClient(ctx, act, id)
	})
	if err != nil {
		return gone, fmt.Errorf("remove client %s: %w", id, err)
	}
	return gone, nil
}

// isAlone refuses a SAML name that another program has: requests carry nothing else to tell them apart.
func isAlone(ctx context.Context, r Reader, c Client) error {
	if c.SAML == nil {
		return nil
	}
	all, err := r.Clients(ctx)
	if err != nil {
		return err
	}
	for _, other := range all {
		if other.ID != c.ID && other.SAML != nil && other.SAML.EntityID == c.SAML.EntityID {
			return fault.New(fault.Conflict, "federation.client.entity", "client", string(other.ID), "entity", c.SAML.EntityID)
		}
	}
	return nil
}

// minSecret is the fewest characters of a client's secret: 128 bits in hexadecimal.
const minSecret = 32

// by is the person as an actor.
func by(person directory.PersonID) journal.Actor {
	return journal.Actor{Kind: journal.ByPerson, ID: string(person)}
}
