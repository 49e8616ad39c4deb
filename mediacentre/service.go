package mediacentre

import (
	"context"
	"fmt"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/licensing"
)

// Rights is what the médiacentre asks of licensing.
type Rights interface {
	Rights(ctx context.Context, person directory.PersonID) ([]licensing.Right, error)
}

// Notices is what it asks of the catalogue. Ids that name nothing are left out.
type Notices interface {
	ListResources(ctx context.Context, ids ...catalogue.ResourceID) ([]catalogue.Resource, error)
	// ListOpen returns what is open to all, by title.
	ListOpen(ctx context.Context) ([]catalogue.Resource, error)
}

// Service answers for one person at a time. Where only desks are asked for, Store may be nil.
type Service struct {
	Rights  Rights
	Notices Notices
	Store   Store
}

// Desk returns what the person finds at the school, as things stand now.
func (s *Service) Desk(ctx context.Context, person directory.PersonID, school directory.SchoolID) (Desk, error) {
	rights, err := s.Rights.Rights(ctx, person)
	if err != nil {
		return Desk{}, fmt.Errorf("desk of %s: %w", person, err)
	}
	here, ids := make([]licensing.Right, 0, len(rights)), make([]catalogue.ResourceID, 0, len(rights))
	var elsewhere map[directory.SchoolID]int
	for _, r := range rights {
		switch {
		case r.School == school:
			here, ids = append(here, r), append(ids, r.Resource)
		case r.Status == licensing.Active:
			if elsewhere == nil {
				elsewhere = map[directory.SchoolID]int{}
			}
			elsewhere[r.School]++
		}
	}
	if len(here) == 0 {
		return Desk{Elsewhere: elsewhere}, nil
	}
	resources, err := s.Notices.ListResources(ctx, ids...)
	if err != nil {
		return Desk{}, fmt.Errorf("desk of %s: %w", person, err)
	}
	notices := make(map[catalogue.ResourceID]*catalogue.Resource, len(resources))
	for i := range resources {
		notices[resources[i].ID] = &resources[i]
	}
	desk := arrange(here, notices)
	desk.Elsewhere = elsewhere
	return desk, nil
}

// Open returns what is open to all, by title, as a desk of its own: to a pupil what is meant for pupils.
func (s *Service) Open(ctx context.Context, profile directory.Profile) (Desk, error) {
	resources, err := s.Notices.ListOpen(ctx)
	if err != nil {
		return Desk{}, fmt.Errorf("what is open to all: %w", err)
	}
	desk := Desk{Cards: make([]Card, 0, len(resources))}
	for _, r := range resources {
		if profile != directory.Pupil || r.ForLearners() {
			desk.Cards = append(desk.Cards, Card{Resource: r, Openable: true, Open: true})
		}
	}
	return desk, nil
}
