package brokerapp

import (
	"context"
	"sync"
	"time"

	"pupitre/catalogue"
	"pupitre/federation"
	"pupitre/federation/lti"
	"pupitre/licensing"
)

// doors opens a card of the médiacentre. Where the resource's publisher has a registered program, the access is the sign-in that
// follows at once: it is opened and journalled there, with the attributes that are handed over, and here the right is only
// looked at, so that one click is one access. Where there is none, nobody will ask again, so the access is this click.
type doors struct {
	licensing *licensing.Service
	catalogue *catalogue.Service
	programs  *programs
}

// Open implements desk.Doors.
func (d doors) Open(ctx context.Context, o licensing.Opening) (licensing.Grant, error) {
	resource, err := d.catalogue.FindResource(ctx, o.Resource)
	if err != nil {
		return licensing.Grant{}, err
	}
	registered, err := d.programs.of(ctx, resource.Publisher.ID)
	if err != nil {
		return licensing.Grant{}, err
	}
	if registered {
		return d.licensing.May(ctx, o)
	}
	return d.licensing.Open(ctx, o)
}

// programs remembers, for a little while, which publishers have a registered program, and which resources are opened by one that is
// an LTI tool. What is registered is known everywhere within programsKept.
type programs struct {
	federation *federation.Service
	now        func() time.Time

	mu      sync.Mutex
	sectors map[federation.Sector]bool
	tools   map[string]federation.ClientID            // by ARK
	byID    map[federation.ClientID]federation.Client // those that are LTI tools
	read    time.Time
}

const programsKept = 10 * time.Second

func (p *programs) of(ctx context.Context, publisher catalogue.PublisherID) (bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	err := p.refresh(ctx)
	return p.sectors[federation.Sector(publisher)], err
}

// Way implements desk.Ways: what an LTI tool opens begins at the platform.
func (p *programs) Way(ctx context.Context, resource catalogue.Resource) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.refresh(ctx); err != nil {
		return "", err
	}
	if tool, ok := p.tools[string(resource.ARK)]; ok {
		return lti.LaunchPath(tool, string(resource.ARK), ""), nil
	}
	return resource.LaunchURL, nil
}

// HaveBooks implements web.Classes.
func (p *programs) HaveBooks(ctx context.Context) (bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	err := p.refresh(ctx)
	return len(p.tools) > 0, err
}

// all are the LTI tools: a map that is read only, and never changed.
func (p *programs) all(ctx context.Context) (map[federation.ClientID]federation.Client, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	err := p.refresh(ctx)
	return p.byID, err
}

func (p *programs) refresh(ctx context.Context) error {
	if p.sectors != nil && p.now().Sub(p.read) <= programsKept {
		return nil
	}
	clients, err := p.federation.Clients(ctx)
	if err != nil {
		return err
	}
	p.sectors, p.tools, p.byID = make(map[federation.Sector]bool, len(clients)), map[string]federation.ClientID{}, map[federation.ClientID]federation.Client{}
	for _, c := range clients {
		p.sectors[c.Sector] = true
		if c.LTI == nil {
			continue
		}
		p.byID[c.ID] = c
		for _, target := range c.LTI.Targets {
			if target.ARK != "" {
				p.tools[target.ARK] = c.ID
			} else if c.Resource != "" {
				p.tools[c.Resource] = c.ID
			}
		}
	}
	p.read = p.now()
	return nil
}
