package federation

import (
	"context"
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

// Register makes a publisher's program known, or changes what is known of it; fault.Invalid where it could not be safe.
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
		switch old, err := w.FindClient(ctx, c.ID); {
		case err == nil:
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
		return w.PutClient(ctx, act, c)
	})
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
