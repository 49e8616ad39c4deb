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
}

// Places is what it asks of the directory: the labels of a person's classes and groups.
type Places interface {
	CohortsOf(ctx context.Context, person directory.PersonID, school directory.SchoolID) ([]directory.Cohort, error)
}

// Service answers for one person at a time.
type Service struct {
	Rights  Rights
	Notices Notices
	Places  Places
}

// Desk returns what the person finds at the school, as things stand now.
func (s *Service) Desk(ctx context.Context, person directory.PersonID, school directory.SchoolID) (Desk, error) {
	rights, err := s.Rights.Rights(ctx, person)
	if err != nil {
		return Desk{}, fmt.Errorf("desk of %s: %w", person, err)
	}
	var here []licensing.Right
	var ids []catalogue.ResourceID
	throughCohort := false
	for _, r := range rights {
		if r.School == school {
			here, ids = append(here, r), append(ids, r.Resource)
			throughCohort = throughCohort || r.Through.Kind == licensing.Cohort
		}
	}
	if len(here) == 0 {
		return Desk{}, nil
	}
	resources, err := s.Notices.ListResources(ctx, ids...)
	if err != nil {
		return Desk{}, fmt.Errorf("desk of %s: %w", person, err)
	}
	notices := make(map[catalogue.ResourceID]catalogue.Resource, len(resources))
	for _, r := range resources {
		notices[r.ID] = r
	}
	labels := map[string]string{}
	if throughCohort {
		cohorts, err := s.Places.CohortsOf(ctx, person, school)
		if err != nil {
			return Desk{}, fmt.Errorf("desk of %s: %w", person, err)
		}
		for _, c := range cohorts {
			labels[string(c.ID)] = c.Label
		}
	}
	return arrange(here, notices, labels), nil
}
