package brokerapp

import (
	"context"
	"sync"
	"time"

	"pupitre/catalogue"
	"pupitre/federation"
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

// programs remembers, for a little while, which publishers have a registered program. A publisher that registers its first one
// is known everywhere within programsKept.
type programs struct {
	federation *federation.Service
	now        func() time.Time

	mu      sync.Mutex
	sectors map[federation.Sector]bool
	read    time.Time
}

const programsKept = 10 * time.Second

func (p *programs) of(ctx context.Context, publisher catalogue.PublisherID) (bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sectors == nil || p.now().Sub(p.read) > programsKept {
		clients, err := p.federation.Clients(ctx)
		if err != nil {
			return false, err
		}
		p.sectors = make(map[federation.Sector]bool, len(clients))
		for _, c := range clients {
			p.sectors[c.Sector] = true
		}
		p.read = p.now()
	}
	return p.sectors[federation.Sector(publisher)], nil
}
