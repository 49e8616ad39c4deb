package webtest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

// Suggestions is what teachers of Tilleuls suggest of a stock. It satisfies console.Suggestions and suggest.Suggestions.
type Suggestions struct {
	Stock *Stock
	All   []licensing.Suggestion // in the order of their ids
}

// Add suggests, as Aubry unless said otherwise, and returns the id.
func (s *Suggestions) Add(resource catalogue.ResourceID, word string, targets ...licensing.Target) licensing.SuggestionID {
	id := licensing.SuggestionID(fmt.Sprintf("s%03d", len(s.All)+1))
	s.Stock.suggested(resource, targets)
	s.All = append(s.All, licensing.Suggestion{School: Tilleuls.ID, ID: id, Resource: resource, Teacher: Aubry, Targets: targets, Word: licensing.Word(word), Made: Now, State: licensing.Suggested})
	return id
}

// Find is a suggestion as it is now.
func (s *Suggestions) Find(id licensing.SuggestionID) *licensing.Suggestion {
	i := slices.IndexFunc(s.All, func(x licensing.Suggestion) bool { return x.ID == id })
	if i < 0 {
		return nil
	}
	return &s.All[i]
}

// Suggest implements suggest.Suggestions.
func (s *Suggestions) Suggest(_ context.Context, by journal.Actor, n licensing.Suggestion) (licensing.Suggestion, error) {
	if len([]rune(string(n.Word))) > 500 {
		return n, fault.New(fault.Invalid, "licensing.word.long", "most", 500, "n", len([]rune(string(n.Word))))
	}
	for _, x := range s.All {
		if x.State == licensing.Suggested && x.Resource == n.Resource && string(x.Teacher) == by.ID {
			return n, fault.New(fault.Conflict, "licensing.suggestion.again")
		}
	}
	one := s.Find(s.Add(n.Resource, string(n.Word), n.Targets...))
	one.Teacher = directory.PersonID(by.ID)
	return *one, nil
}

// Withdraw implements suggest.Suggestions.
func (s *Suggestions) Withdraw(_ context.Context, by journal.Actor, school directory.SchoolID, id licensing.SuggestionID) error {
	one := s.Find(id)
	switch {
	case one == nil || school != Tilleuls.ID || string(one.Teacher) != by.ID:
		return fault.New(fault.NotFound, "licensing.suggestion.unknown")
	case one.State != licensing.Suggested:
		return fault.New(fault.Conflict, "licensing.suggestion.answered")
	}
	one.State, one.Answered = licensing.Withdrawn, Now
	return nil
}

// CountSuggestions implements console.Suggestions.
func (s *Suggestions) CountSuggestions(ctx context.Context, school directory.SchoolID, within *licensing.Mandate) (int64, error) {
	list, err := s.ListSuggestions(ctx, licensing.SuggestionFilter{School: school, Open: true, Within: within})
	return int64(len(list)), err
}

// answerable reports whether a suggestion is wholly in a delegate's scope.
func answerable(m *licensing.Mandate, x licensing.Suggestion) bool {
	return m == nil || m.Allows(x.Resource) && !slices.ContainsFunc(x.Targets, func(t licensing.Target) bool { return !m.Covers(t) })
}

// ListSuggestions implements console.Suggestions.
func (s *Suggestions) ListSuggestions(_ context.Context, f licensing.SuggestionFilter) (list []licensing.Suggestion, _ error) {
	for _, x := range s.All {
		if x.School == f.School && (f.Teacher == "" || x.Teacher == f.Teacher) && (!f.Open || x.State == licensing.Suggested) && answerable(f.Within, x) {
			list = append(list, x)
		}
	}
	if !f.Open {
		slices.Reverse(list)
	}
	if i := slices.IndexFunc(list, func(x licensing.Suggestion) bool { return x.ID == f.After }); i >= 0 {
		list = list[i+1:]
	}
	if f.Limit > 0 {
		list = list[:min(len(list), f.Limit)]
	}
	return list, nil
}

// FindSuggestions implements console.Suggestions.
func (s *Suggestions) FindSuggestions(_ context.Context, school directory.SchoolID, within *licensing.Mandate, ids ...licensing.SuggestionID) (list []licensing.Suggestion, _ error) {
	for _, x := range s.All {
		if x.School == school && answerable(within, x) && slices.Contains(ids, x.ID) {
			list = append(list, x)
		}
	}
	return list, nil
}

// ListCoverage implements console.Suggestions.
func (s *Suggestions) ListCoverage(_ context.Context, school directory.SchoolID, cohorts ...directory.CohortID) (list []licensing.Coverage, _ error) {
	for _, c := range cohorts {
		one := licensing.Coverage{Cohort: c, Have: map[catalogue.ResourceID]int64{}}
		for _, m := range s.Stock.World.members(school, directory.Filter{Profile: directory.Pupil, Cohort: c}) {
			one.Pupils++
			for id, held := range s.Stock.held {
				if _, ok := held[m.Person]; ok {
					one.Have[id]++
				}
			}
		}
		list = append(list, one)
	}
	return list, nil
}

// ListStock implements suggest.Suggestions.
func (s *Suggestions) ListStock(ctx context.Context, school directory.SchoolID, _ *licensing.Mandate) ([]licensing.Stock, error) {
	return s.Stock.ListStock(ctx, school, nil)
}

// FindStock implements suggest.Suggestions.
func (s *Suggestions) FindStock(ctx context.Context, school directory.SchoolID, id catalogue.ResourceID, _ *licensing.Mandate) (licensing.Stock, error) {
	return s.Stock.FindStock(ctx, school, id, nil)
}

func (s *Suggestions) settle(a licensing.Acceptance) ([]licensing.Order, error) {
	var orders []licensing.Order
	for _, part := range a.Parts {
		one := s.Find(part.Suggestion)
		switch {
		case one == nil || one.School != a.School || !answerable(s.Stock.mandateOf(a.For), *one):
			return nil, fault.New(fault.NotFound, "licensing.suggestion.unknown")
		case one.State != licensing.Suggested:
			return nil, fault.New(fault.Conflict, "licensing.suggestion.answered")
		}
		i := slices.IndexFunc(orders, func(o licensing.Order) bool { return o.Resources[0] == one.Resource })
		if i < 0 {
			i = len(orders)
			orders = append(orders, licensing.Order{School: a.School, Resources: []catalogue.ResourceID{one.Resource}, Rank: a.Rank, Short: a.Short, For: a.For})
		}
		orders[i].Targets = append(orders[i].Targets, part.Targets...)
	}
	for _, b := range a.Also {
		beside := licensing.Order{School: a.School, Resources: []catalogue.ResourceID{b.Resource}, Rank: a.Rank, Short: a.Short, For: a.For}
		for _, o := range orders {
			if slices.Contains(b.With, o.Resources[0]) {
				beside.Targets = append(beside.Targets, o.Targets...)
			}
		}
		orders = append(orders, beside)
	}
	return orders, nil
}

// PlanSuggestions implements console.Suggestions.
func (s *Suggestions) PlanSuggestions(ctx context.Context, a licensing.Acceptance) (licensing.Plan, error) {
	whole := licensing.Plan{Order: licensing.Order{School: a.School, Rank: a.Rank, Short: a.Short}}
	orders, err := s.settle(a)
	if err != nil {
		return whole, err
	}
	var hashes []string
	for _, o := range orders {
		p, err := s.Stock.Plan(ctx, o)
		if err != nil {
			return whole, err
		}
		whole.Order.Rank = p.Order.Rank
		whole.Outcomes, whole.Targets, whole.Figures = append(whole.Outcomes, p.Outcomes...), append(whole.Targets, p.Targets...), append(whole.Figures, p.Figures...)
		hashes = append(hashes, p.Hash)
	}
	for _, part := range a.Parts {
		whole.Suggestions = append(whole.Suggestions, part.Suggestion)
		hashes = append(hashes, string(part.Suggestion))
	}
	whole.Hash = strings.Join(hashes, " ")
	return whole, nil
}

// ApplySuggestions implements console.Suggestions.
func (s *Suggestions) ApplySuggestions(ctx context.Context, by journal.Actor, a licensing.Acceptance, hash string) (licensing.Applied, error) {
	a.For = directory.PersonID(by.ID)
	plan, err := s.PlanSuggestions(ctx, a)
	if err != nil {
		return licensing.Applied{}, err
	}
	if plan.Hash != hash {
		return licensing.Applied{Plan: plan}, fault.New(fault.Conflict, "licensing.plan.changed")
	}
	if sum := plan.Sum(); sum.Short > 0 && a.Short != licensing.ShortServe {
		return licensing.Applied{Plan: plan}, fault.New(fault.Exhausted, "licensing.plan.short", "n", sum.Gets, "asked", sum.Gets+sum.Short, "short", sum.Short)
	}
	orders, _ := s.settle(a)
	for _, o := range orders {
		p, _ := s.Stock.Plan(ctx, o)
		if _, err := s.Stock.Apply(ctx, by, o, p.Hash); err != nil {
			return licensing.Applied{Plan: plan}, err
		}
	}
	for _, part := range a.Parts {
		one := s.Find(part.Suggestion)
		one.State, one.Given, one.Reason, one.By, one.Answered = licensing.Accepted, part.Targets, a.Reason, directory.PersonID(by.ID), Now
		if len(part.Targets) < len(one.Targets) {
			one.State = licensing.Partly
		}
	}
	return licensing.Applied{Act: "act", Plan: plan}, nil
}

// DeclineSuggestions implements console.Suggestions.
func (s *Suggestions) DeclineSuggestions(_ context.Context, by journal.Actor, school directory.SchoolID, ids []licensing.SuggestionID, reason licensing.Word) error {
	if strings.TrimSpace(string(reason)) == "" {
		return fault.New(fault.Invalid, "licensing.suggestion.reason")
	}
	for _, id := range ids {
		one := s.Find(id)
		switch {
		case one == nil || one.School != school || !answerable(s.Stock.mandateOf(directory.PersonID(by.ID)), *one):
			return fault.New(fault.NotFound, "licensing.suggestion.unknown")
		case one.State != licensing.Suggested:
			return fault.New(fault.Conflict, "licensing.suggestion.answered")
		}
		one.State, one.Reason, one.By, one.Answered = licensing.Declined, reason, directory.PersonID(by.ID), Now
	}
	return nil
}
