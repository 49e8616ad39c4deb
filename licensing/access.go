package licensing

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Open decides whether the person may open the resource now and, in the same transaction, marks the first opening and
// journals the access. Refusals are Denied with a stable code: see refusal.
func (s *Service) Open(ctx context.Context, o Opening) (Grant, error) {
	var g Grant
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		claims, err := o.opened(ctx, w)
		if err == nil && claims == nil {
			claims, err = w.ListClaims(ctx, o.Person, o.School, o.Resource)
		}
		if err != nil {
			return err
		}
		if len(claims) == 0 {
			return unheld(ctx, w, o.Resource)
		}
		claim, err := admit(claims, w.Now())
		if err != nil {
			return err
		}
		g = Grant{Right: claim.Right}
		g.Entry, err = w.Record(ctx, access(o, claim))
		if err != nil {
			return err
		}
		if g.First, err = w.MarkOpened(ctx, g.Entry, claim); absent(err) {
			// A release beat us to the copy: to this person it is as if it had never been there.
			err = fault.New(fault.Denied, "licensing.right.none", "resource", string(o.Resource))
		}
		if g.First {
			g.Opened = w.Now()
		}
		if err == nil && o.With != nil {
			err = o.With(tx.Together(ctx), g.Entry)
		}
		return err
	})
	if err != nil {
		return Grant{}, fmt.Errorf("open %s to %s: %w", o.Resource, o.Person, err)
	}
	return g, nil
}

// May is Open's decision alone: it changes nothing and is no access.
func (s *Service) May(ctx context.Context, o Opening) (Grant, error) {
	var now time.Time
	claims, err := look(ctx, s, func(ctx context.Context, r Reader) ([]Claim, error) {
		now = r.Now()
		return o.opened(ctx, r)
	})
	if err == nil && claims == nil {
		claims, err = look(ctx, s, func(ctx context.Context, r Reader) ([]Claim, error) {
			return r.ListClaims(ctx, o.Person, o.School, o.Resource)
		})
	}
	if err == nil && len(claims) == 0 {
		err = s.Store.Look(ctx, func(ctx context.Context, r Reader) error { return unheld(ctx, r, o.Resource) })
	}
	if err != nil {
		return Grant{}, err
	}
	claim, err := admit(claims, now)
	return Grant{Right: claim.Right}, err
}

// opened returns the person's copy where it is enough to let them in: one that may be opened, and was before. There nothing else need be
// asked: no other right would spare a copy any more. nil for everybody else. It asks once.
func (o Opening) opened(ctx context.Context, r Reader) ([]Claim, error) {
	if o.School == "" {
		return nil, nil
	}
	claims, err := r.ListCopies(ctx, o.Person, o.School, o.Resource)
	if err != nil || len(claims) == 0 {
		return nil, err
	}
	if best := judged(claims, r.Now())[0]; best.Status != Active || best.Opened.IsZero() {
		return nil, nil
	}
	return claims, nil
}

// Rights lists what the person holds, whatever its status: the best right of each school and resource, by resource.
func (s *Service) Rights(ctx context.Context, person directory.PersonID) ([]Right, error) {
	return look(ctx, s, func(ctx context.Context, r Reader) ([]Right, error) {
		claims, err := r.ListClaims(ctx, person, "", "")
		return best(judged(claims, r.Now())), err
	})
}

// admit picks the right that lets somebody in out of what they have, or the reason why nothing does. It is pure.
func admit(claims []Claim, now time.Time) (Claim, error) {
	best := judged(claims, now)[0]
	switch {
	case best.Work.Family:
		return Claim{}, isFamily(best.Work)
	case best.Status != Active:
		return Claim{}, refusal(best.Right)
	}
	return best, nil
}

// unheld says why somebody who has nothing that speaks of a resource is not let in. It asks once.
func unheld(ctx context.Context, r Reader, resource catalogue.ResourceID) error {
	work, err := r.FindWorkByID(ctx, resource)
	switch {
	case err != nil:
		return err
	case work.Family:
		return isFamily(work)
	}
	return fault.New(fault.Denied, "licensing.right.none", "resource", string(resource))
}

// A mother of books is held, and never opened.
func isFamily(w Work) error {
	return fault.New(fault.Denied, "licensing.resource.family", "title", w.Title)
}

// refusal says why the best that somebody has is not enough. The codes are for pages: each has its own way out.
func refusal(r Right) error {
	switch r.Status {
	case Future:
		return fault.New(fault.Denied, "licensing.right.future", "start", r.Starts)
	case Expired:
		return fault.New(fault.Denied, "licensing.right.expired", "end", r.Ends)
	}
	return fault.New(fault.Denied, "licensing.right.ended")
}

// judged gives each claim its status at an instant and puts the best first: what is open before what is not, then what burns
// no copy, then the soonest to expire (the draw order).
func judged(claims []Claim, now time.Time) []Claim {
	rank := map[Status]int{Active: 0, Future: 1, Expired: 2, Ended: 3}
	for i := range claims {
		c := &claims[i]
		zone := clock.ZoneOfUAI(string(c.UAI))
		c.Closes = c.Ends.End(zone)
		c.Status = status(*c, clock.On(now, zone))
	}
	slices.SortFunc(claims, func(a, b Claim) int {
		return cmp.Or(cmp.Compare(rank[a.Status], rank[b.Status]), cmp.Compare(boolInt(a.Held), boolInt(b.Held)),
			a.Closes.Compare(b.Closes), cmp.Compare(a.Pool, b.Pool))
	})
	return claims
}

func status(c Claim, today clock.Date) Status {
	switch {
	case c.Ended:
		return Ended
	case today.Before(c.Starts):
		return Future
	case c.Ends.Before(today):
		return Expired
	}
	return Active
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// best keeps the first claim of each school and resource, by resource then school.
func best(claims []Claim) []Right {
	type key struct {
		school   directory.SchoolID
		resource catalogue.ResourceID
	}
	seen := make(map[key]bool, len(claims))
	out := make([]Right, 0, len(claims))
	for _, c := range claims {
		k := key{c.School, c.Resource}
		if !seen[k] {
			seen[k] = true
			out = append(out, c.Right)
		}
	}
	slices.SortFunc(out, func(a, b Right) int {
		return cmp.Or(cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.School, b.School))
	})
	return out
}

// accessed is what the journal keeps of an access: which right, to whom, and which data were handed over.
type accessed struct {
	Pool         PoolID                `json:"pool"`
	Subscription SubscriptionID        `json:"subscription"`
	Publisher    catalogue.PublisherID `json:"publisher,omitempty"`
	Released     []catalogue.Attribute `json:"released"`
}

func access(o Opening, c Claim) journal.Entry {
	return journal.Entry{School: string(c.School), Actor: journal.Actor{Kind: journal.ByPerson, ID: string(o.Person)}, Verb: "licensing.opened",
		Subject: string(o.Resource), Person: string(o.Person), Class: journal.ClassAccess,
		Detail: accessed{c.Pool, c.Subscription, o.Publisher, append([]catalogue.Attribute{}, o.Released...)}}
}
