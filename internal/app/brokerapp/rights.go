package brokerapp

import (
	"context"
	"time"

	"pupitre/catalogue"
	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/recent"
	"pupitre/journal"
	"pupitre/licensing"
)

// notices are the catalogue's, remembered for a moment: each step of an entry asks for one.
type notices struct {
	catalogue *catalogue.Service
	now       func() time.Time
	recent    recent.Memory[catalogue.ARK, catalogue.Resource]
}

func (n *notices) find(ctx context.Context, ark string) (catalogue.Resource, error) {
	parsed, err := catalogue.ParseARK(ark)
	if err != nil {
		return catalogue.Resource{}, fault.Wrap(err, fault.NotFound, "catalogue.resource.unknown", "resource", ark)
	}
	return n.recent.Find(parsed, n.now(), func() (catalogue.Resource, error) { return n.catalogue.FindByARK(ctx, parsed) })
}

// rights answers federation's questions with licensing's decisions.
type rights struct {
	licensing *licensing.Service
	notices   *notices
}

var _ federation.Rights = rights{}

// Open implements federation.Rights.
func (r rights) Open(ctx context.Context, ask federation.Ask, released []federation.Attribute, publisher federation.Sector,
	with func(ctx context.Context, entry journal.ActID) error) (journal.ActID, error) {
	opening, err := r.opening(ctx, ask)
	if err != nil {
		return "", err
	}
	opening.Publisher, opening.With = catalogue.PublisherID(publisher), with
	for _, a := range released {
		opening.Released = append(opening.Released, catalogue.Attribute(a))
	}
	grant, err := r.licensing.Open(ctx, opening)
	return grant.Entry, err
}

// Check implements federation.Rights.
func (r rights) Check(ctx context.Context, ask federation.Ask) error {
	opening, err := r.opening(ctx, ask)
	if err != nil {
		return err
	}
	_, err = r.licensing.May(ctx, opening)
	return err
}

func (r rights) opening(ctx context.Context, ask federation.Ask) (licensing.Opening, error) {
	resource, err := r.notices.find(ctx, ask.ARK)
	if err != nil {
		return licensing.Opening{}, err
	}
	return licensing.Opening{Person: ask.Person, School: ask.School, Resource: resource.ID}, nil
}

// OfPublisher implements federation.Rights.
func (r rights) OfPublisher(ctx context.Context, ask federation.Ask, publisher federation.Sector) ([]federation.Right, error) {
	held, err := r.licensing.Rights(ctx, ask.Person)
	if err != nil {
		return nil, err
	}
	ids := make([]catalogue.ResourceID, 0, len(held))
	for _, h := range held {
		ids = append(ids, h.Resource)
	}
	resources, err := r.notices.catalogue.ListResources(ctx, ids...)
	if err != nil {
		return nil, err
	}
	own := make(map[catalogue.ResourceID]catalogue.Resource, len(resources))
	for _, resource := range resources {
		if string(resource.Publisher.ID) == string(publisher) {
			own[resource.ID] = resource
		}
	}
	out := []federation.Right{}
	for _, h := range held {
		resource, ok := own[h.Resource]
		if !ok || h.School != ask.School {
			continue
		}
		out = append(out, federation.Right{
			ARK: string(resource.ARK), Title: resource.Title, Start: h.Starts, End: h.Ends,
			Status: statuses[h.Status], Why: string(h.Through.Kind),
		})
	}
	return out, nil
}

var statuses = map[licensing.Status]federation.RightStatus{
	licensing.Active: federation.RightOpen, licensing.Future: federation.RightFuture,
	licensing.Expired: federation.RightEnded, licensing.Ended: federation.RightEnded,
}

// declarations answers federation's questions with the catalogue's notices.
type declarations struct{ notices *notices }

var _ federation.Declarations = declarations{}

// Of implements federation.Declarations.
func (d declarations) Of(ctx context.Context, ark string) (federation.Declaration, error) {
	resource, err := d.notices.find(ctx, ark)
	return declaration(resource), err
}

// AtAddress implements federation.Declarations.
func (d declarations) AtAddress(ctx context.Context, publisher federation.Sector, address string) (federation.Declaration, error) {
	resource, err := d.notices.catalogue.FindByAddress(ctx, catalogue.PublisherID(publisher), address)
	return declaration(resource), err
}

func declaration(resource catalogue.Resource) federation.Declaration {
	out := federation.Declaration{ARK: string(resource.ARK), Title: resource.Title, Publisher: federation.Sector(resource.Publisher.ID)}
	for _, a := range resource.Declared {
		out.Attributes = append(out.Attributes, federation.Attribute(a.Attribute))
	}
	return out
}
