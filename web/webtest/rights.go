package webtest

import (
	"context"
	"sync"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/licensing"
)

// Rights is what persons hold. It satisfies mediacentre.Rights and desk.Doors.
type Rights struct {
	mu     sync.Mutex
	list   []licensing.Right
	Opened []licensing.Opening // the doors that were opened
	Moved  []directory.SchoolID
	Stock  *Stock
}

// Give adds a right of a person at Tilleuls until 31 August 2027.
func (r *Rights) Give(person directory.PersonID, id catalogue.ResourceID, through licensing.Target, status licensing.Status) {
	r.GiveAt(Tilleuls.ID, person, id, through, status)
}

// GiveAt is Give at a school.
func (r *Rights) GiveAt(school directory.SchoolID, person directory.PersonID, id catalogue.ResourceID, through licensing.Target, status licensing.Status) {
	kind := licensing.Individual
	if through.Kind == licensing.WholeSchool {
		kind = licensing.Establishment
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, licensing.Right{Person: person, School: school, Resource: id, Kind: kind, Through: through, Status: status,
		Starts: clock.Date{Year: 2026, Month: 9, Day: 1}, Ends: clock.Date{Year: 2027, Month: 8, Day: 31}})
}

// Withdraw takes everything back from a person.
func (r *Rights) Withdraw(person directory.PersonID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var kept []licensing.Right
	for _, right := range r.list {
		if right.Person != person {
			kept = append(kept, right)
		}
	}
	r.list = kept
}

// Rights implements mediacentre.Rights.
func (r *Rights) Rights(_ context.Context, person directory.PersonID) (list []licensing.Right, _ error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, right := range r.list {
		if right.Person == person {
			list = append(list, right)
		}
	}
	return list, nil
}

// Open implements desk.Doors.
func (r *Rights) Open(ctx context.Context, o licensing.Opening) (licensing.Grant, error) {
	if n := r.Stock.Notice(o.Resource); n.IsFamily {
		return licensing.Grant{}, fault.New(fault.Denied, "licensing.resource.family", "title", n.Title)
	}
	list, _ := r.Rights(ctx, o.Person)
	for _, right := range list {
		if right.Resource != o.Resource || right.School != o.School {
			continue
		}
		switch right.Status {
		case licensing.Future:
			return licensing.Grant{}, fault.New(fault.Denied, "licensing.right.future", "start", right.Starts)
		case licensing.Expired:
			return licensing.Grant{}, fault.New(fault.Denied, "licensing.right.expired", "end", right.Ends)
		case licensing.Ended:
			return licensing.Grant{}, fault.New(fault.Denied, "licensing.right.ended")
		}
		r.Opened = append(r.Opened, o)
		return licensing.Grant{Right: right}, nil
	}
	return licensing.Grant{}, fault.New(fault.Denied, "licensing.right.none", "resource", string(o.Resource))
}

// Choose implements desk.Moves.
func (r *Rights) Choose(_ context.Context, _ federation.Token, school directory.SchoolID, _ directory.Profile) (federation.Token, error) {
	r.Moved = append(r.Moved, school)
	return "", nil
}
