package brokerapp

import (
	"context"

	"pupitre/catalogue"
	"pupitre/federation"
	"pupitre/federation/lti"
	"pupitre/licensing"
	"pupitre/mediacentre"
	"pupitre/web/desk"
)

// classes answers the médiacentre's pages of classes: what their pupils may open, and what the resources are.
type classes struct {
	*licensing.Service
	Catalogue *catalogue.Service
}

// ListResources implements desk.Classes.
func (c classes) ListResources(ctx context.Context, ids ...catalogue.ResourceID) ([]catalogue.Resource, error) {
	return c.Catalogue.ListResources(ctx, ids...)
}

// pins answers the médiacentre with the links that teachers pinned at LTI tools.
type pins struct {
	tools    *lti.Platform
	programs *programs
}

var _ desk.Pins = pins{}

// Pinned implements desk.Pins. Where no publisher of what is held has a tool, nothing is asked.
func (p pins) Pinned(ctx context.Context, session federation.Session, held mediacentre.Desk, most int) ([]desk.Pin, error) {
	tools, err := p.programs.all(ctx)
	if err != nil {
		return nil, err
	}
	wanted := lti.Wanted{School: session.School, Person: session.Person, Most: most}
	publishers := make(map[catalogue.PublisherID]bool, len(tools))
	for id, tool := range tools {
		publishers[catalogue.PublisherID(tool.Sector)] = true
		wanted.Tools = append(wanted.Tools, id)
	}
	for i := range held.Cards {
		if c := &held.Cards[i]; c.Openable && publishers[c.Resource.Publisher.ID] {
			wanted.ARKs = append(wanted.ARKs, string(c.Resource.ARK))
		}
	}
	if len(wanted.ARKs) == 0 {
		return nil, nil
	}
	links, err := p.tools.Pinned(ctx, wanted)
	if err != nil {
		return nil, err
	}
	var out []desk.Pin
	for _, l := range links {
		if l.Opens(tools[l.Client]) {
			out = append(out, desk.Pin{Title: l.Title, ARK: catalogue.ARK(l.ARK), Class: l.Cohort, By: l.By, Href: lti.LinkPath(l.ID)})
		}
	}
	return out, nil
}
