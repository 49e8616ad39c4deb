package licensing

import (
	"context"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/journal"
)

// site is one act on a subscription, seen from one of its schools.
type site struct {
	by     journal.Actor
	verb   string
	cause  Cause
	school directory.School
	sub    Subscription
	first  bool // the subscription is new: it has no pools yet
}

// today is the school's own day.
func today(r Reader, school directory.School) clock.Date { return clock.On(r.Now(), school.Zone()) }

// supply brings the pools of a subscription in one school in line with its terms.
func (s *Service) supply(ctx context.Context, w Writer, at site) error {
	var pools []Pool
	if !at.first {
		var err error
		if pools, err = locked(ctx, w, at.school.ID, at.sub); err != nil {
			return err
		}
	}
	changes, err := review{at.sub, at.school, today(w, at.school)}.of(pools)
	if err != nil {
		return err
	}
	return s.carryOut(ctx, w, at, changes)
}

// locked takes the pools of a subscription in a school.
func locked(ctx context.Context, w Writer, school directory.SchoolID, sub Subscription) ([]Pool, error) {
	pools, err := w.LockPools(ctx, school, []catalogue.ResourceID{sub.Resource})
	return slices.DeleteFunc(pools, func(p Pool) bool { return p.Subscription != sub.ID }), err
}

// carryOut writes the changes under one entry of the school's journal, and tells whose rights changed.
func (s *Service) carryOut(ctx context.Context, w Writer, at site, changes []change) error {
	if len(changes) == 0 {
		return nil
	}
	act, err := w.Record(ctx, journal.Entry{School: string(at.school.ID), Actor: at.by, Verb: at.verb, Subject: string(at.sub.ID),
		Class: journal.ClassLedger, Detail: terms(at.sub)})
	if err != nil {
		return err
	}
	var touched []directory.PersonID
	everybody := false
	for _, c := range changes {
		persons, err := s.carryOne(ctx, w, act, at.cause, c)
		if err != nil {
			return err
		}
		touched = append(touched, persons...)
		everybody = everybody || (c.dates || c.closes) && c.pool.Kind == Establishment
	}
	news := RightChanged{Resources: []catalogue.ResourceID{at.sub.Resource}, Cause: at.cause, Everybody: everybody}
	return tell(ctx, w, at.school.ID, touched, news)
}

// carryOne writes one change and returns the persons whose right it touches.
func (s *Service) carryOne(ctx context.Context, w Writer, act journal.ActID, cause Cause, c change) ([]directory.PersonID, error) {
	if c.opens {
		c.pool.ID = PoolID(s.IDs.New())
		return nil, w.OpenPool(ctx, act, c.pool)
	}
	var persons []directory.PersonID
	var err error
	switch {
	case c.closes:
		persons, err = w.EndHoldings(ctx, act, c.pool.School, c.pool.ID)
	case c.dates:
		persons, err = w.ListPersonsOf(ctx, c.pool.School, c.pool.ID)
	}
	if err != nil {
		return nil, err
	}
	return persons, w.AmendPool(ctx, act, c.pool, cause)
}

// tell puts the facts of an act in the outbox: whose rights changed, in bounded pieces, and that counters moved.
func tell(ctx context.Context, w Writer, school directory.SchoolID, persons []directory.PersonID, news RightChanged) error {
	about := journal.Fact{Topic: FactRightChanged, School: string(school)}
	if len(news.Resources) == 1 {
		about.Subject = string(news.Resources[0])
	}
	if news.Everybody && len(persons) == 0 {
		if err := w.Tell(ctx, about, news); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(persons, factChunk) {
		fact, body := about, news
		body.Persons = some
		if len(persons) == 1 {
			fact.Person = string(persons[0])
		}
		if err := w.Tell(ctx, fact, body); err != nil {
			return err
		}
	}
	about.Topic = FactPoolChanged
	return w.Tell(ctx, about, PoolChanged{news.Resources, news.Cause, news.Everybody})
}
