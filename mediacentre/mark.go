package mediacentre

import (
	"context"
	"fmt"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// mostOpened is how many resources « récentes » shows.
const mostOpened = 48

// Favourites returns what a person keeps at hand in a school, the latest first: also what they hold no more.
func (s *Service) Favourites(ctx context.Context, school directory.SchoolID, person directory.PersonID) ([]catalogue.ResourceID, error) {
	return tx.Answer(ctx, s.Store.Look, func(ctx context.Context, r Reader) ([]catalogue.ResourceID, error) {
		return r.ListFavourites(ctx, school, person)
	})
}

// Favour keeps a resource at hand, or lets it go. Only what is on the person's desk can be kept: anything else is Denied
// (licensing.right.none). It may be repeated.
func (s *Service) Favour(ctx context.Context, f Favourite, on bool) error {
	if on {
		desk, err := s.Desk(ctx, f.Person, f.School)
		if err != nil {
			return err
		}
		if desk.Card(f.Resource) == nil {
			return fault.New(fault.Denied, "licensing.right.none", "resource", string(f.Resource))
		}
	}
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		if !on {
			return w.DropFavourite(ctx, f)
		}
		f.Since = w.Now()
		return w.AddFavourite(ctx, f)
	})
	if err != nil {
		return fmt.Errorf("favour %s for %s: %w", f.Resource, f.Person, err)
	}
	return nil
}

// Opened returns what a person opened in a school, the latest first: also what they hold no more.
func (s *Service) Opened(ctx context.Context, school directory.SchoolID, person directory.PersonID) ([]Opened, error) {
	return tx.Answer(ctx, s.Store.Look, func(ctx context.Context, r Reader) ([]Opened, error) {
		return r.ListOpened(ctx, school, person, mostOpened)
	})
}

// Givers tells who gave these cards of a school, by the act that each right names. What a rule, a program or somebody who is no longer
// known gave is not among them.
func (s *Service) Givers(ctx context.Context, school directory.SchoolID, cards []Card) (map[journal.ActID]directory.Name, error) {
	seen := map[journal.ActID]bool{}
	var acts []journal.ActID
	for i := range cards {
		if act := cards[i].Right.Act; act != "" && !seen[act] {
			seen[act] = true
			acts = append(acts, act)
		}
	}
	if len(acts) == 0 {
		return nil, nil
	}
	return tx.Answer(ctx, s.Store.Look, func(ctx context.Context, r Reader) (map[journal.ActID]directory.Name, error) {
		return r.ListGivers(ctx, school, acts)
	})
}

// Card returns the card of a resource, nil where the desk has none.
func (d Desk) Card(id catalogue.ResourceID) *Card {
	for i := range d.Cards {
		if d.Cards[i].Resource.ID == id {
			return &d.Cards[i]
		}
	}
	return nil
}

// Pick returns the cards of these resources, in their order; those that the desk has not are left out.
func (d Desk) Pick(ids []catalogue.ResourceID) []Card {
	at := make(map[catalogue.ResourceID]*Card, len(d.Cards))
	for i := range d.Cards {
		at[d.Cards[i].Resource.ID] = &d.Cards[i]
	}
	var cards []Card
	for _, id := range ids {
		if c := at[id]; c != nil {
			cards = append(cards, *c)
		}
	}
	return cards
}
