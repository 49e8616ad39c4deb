package usage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
)

// Service is the use cases. Build it as a literal; its field is needed.
//
//	the head       OfSchool, OfSchoolWork
//	the publisher  OfPublisher, OfPublisherWork
//	the house      CountWeeks, Sweep               weekly.go
type Service struct{ Store Store }

// Book is what became of one resource.
type Book struct {
	Work
	*Grid
}

// Told is what somebody may read of a school year.
type Told struct {
	Year  clock.Date // its first week
	Until time.Time  // what is counted was before
	Books []Book     // by title
	Next  catalogue.ARK
}

// OfSchool tells what became of all that a school has, this school year up to now.
func (s *Service) OfSchool(ctx context.Context, school directory.SchoolID) (Told, error) {
	return tx.Answer(ctx, s.Store.Read, func(ctx context.Context, r Reader) (Told, error) { return ofSchool(ctx, r, school, "") })
}

// OfSchoolWork tells it of one resource.
func (s *Service) OfSchoolWork(ctx context.Context, school directory.SchoolID, ark catalogue.ARK) (Told, error) {
	return tx.Answer(ctx, s.Store.Read, func(ctx context.Context, r Reader) (Told, error) {
		work, err := r.FindWorkByARK(ctx, ark)
		if err != nil {
			return Told{}, err
		}
		told, err := ofSchool(ctx, r, school, work.ID)
		if err == nil && len(told.Books) == 0 {
			err = unused(ark) // known elsewhere, and nothing here
		}
		return told, err
	})
}

func unused(ark catalogue.ARK) error {
	return fault.New(fault.NotFound, "usage.work.unknown", "ark", string(ark))
}

func ofSchool(ctx context.Context, r Reader, school directory.SchoolID, resource catalogue.ResourceID) (told Told, err error) {
	uai, err := r.FindSchool(ctx, school)
	if err != nil {
		return told, err
	}
	zone := clock.ZoneOfUAI(string(uai))
	today := clock.On(r.Now(), zone)
	told = Told{Year: Week(clock.SchoolYearStart(Week(today).AddDays(6))), Until: r.Now()}
	parts, err := r.ListClasses(ctx, school)
	if err != nil {
		return told, err
	}
	holders, err := r.CountHolders(ctx, school, resource, today)
	if err != nil {
		return told, err
	}
	counted, err := r.ListWeeks(ctx, school, resource, told.Year)
	if err != nil {
		return told, err
	}
	kept, err := r.ListHeld(ctx, school, resource, told.Year)
	if err != nil {
		return told, err
	}
	until, err := r.CountedUntil(ctx, school)
	if err != nil {
		return told, err
	}
	shown := weeks(told.Year, today)
	counted = append(counted, spread(kept, shown[:len(shown)-1])...)
	for _, h := range holders { // the week that goes on is told as it stands
		h.Week = shown[len(shown)-1]
		counted = append(counted, h)
	}
	if until.Before(told.Year) {
		until = told.Year
	}
	now := r.Now().Add(time.Microsecond) // what was done at this instant, too
	live, err := count(ctx, r, school, resource, until.Start(zone), now, zone)
	if err != nil {
		return told, err
	}
	told.Books, err = books(ctx, r, shown, parts, append(counted, live...), holders)
	return told, err
}

// count counts the weeks that have accesses between two instants, the last perhaps in part.
func count(ctx context.Context, r Reader, school directory.SchoolID, resource catalogue.ResourceID, from, to time.Time, zone *time.Location) (all []Counted, err error) {
	var homes map[directory.PersonID]string
	for from.Before(to) {
		first, err := r.FirstAccess(ctx, school, from, to)
		if err != nil || first.IsZero() {
			return all, err
		}
		if homes == nil {
			if homes, err = r.Homes(ctx, school); err != nil {
				return nil, err
			}
		}
		s := span(Week(clock.On(first, zone)), zone)
		next := s.To
		if s.From.Before(from) {
			s.From = from
		}
		if to.Before(s.To) {
			s.To = to
		}
		some, err := r.ListAccesses(ctx, school, resource, s)
		if err != nil {
			return nil, err
		}
		all, from = append(all, byClass(some, homes, s.Week)...), next
	}
	return all, nil
}

// books lays out what was counted, a resource at a time.
func books(ctx context.Context, r Reader, weeks []clock.Date, parts []Part, counted, holders []Counted) ([]Book, error) {
	tallies, held := map[catalogue.ResourceID][]Tally{}, map[catalogue.ResourceID]map[string]int64{}
	var ids []catalogue.ResourceID
	know := func(id catalogue.ResourceID) {
		if held[id] == nil {
			held[id] = map[string]int64{}
			ids = append(ids, id)
		}
	}
	for _, c := range counted {
		know(c.Resource)
		tallies[c.Resource] = append(tallies[c.Resource], c.Tally)
	}
	for _, h := range holders {
		know(h.Resource)
		held[h.Resource][h.Part] += h.Holders
	}
	works, err := r.FindWorks(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Book, len(works))
	for i, w := range works {
		own := slices.Clone(parts)
		for j := range own {
			own[j].Holders = held[w.ID][own[j].ID]
		}
		out[i] = Book{w, NewGrid(weeks, own, tallies[w.ID])}
	}
	return out, nil
}

// PageSize is how many of a publisher’s resources are told of at once.
const PageSize = 50

// settled is how long after a week's end publishers are told of it: by then all schools are counted, overseas too.
const settled = 3 * 24 * time.Hour

// OfPublisher tells what became of a publisher's resources in all schools, this school year up to the last week that is settled: a page of
// them, by title, after one.
func (s *Service) OfPublisher(ctx context.Context, publisher catalogue.PublisherID, after catalogue.ARK) (Told, error) {
	return s.published(ctx, Find{Publisher: publisher, After: after, Limit: PageSize})
}

// OfPublisherWork tells it of one of them; another publisher's is not known to it.
func (s *Service) OfPublisherWork(ctx context.Context, publisher catalogue.PublisherID, ark catalogue.ARK) (Told, error) {
	told, err := s.published(ctx, Find{Publisher: publisher, ARK: ark, Limit: 1})
	if err == nil && len(told.Books) == 0 {
		err = unused(ark)
	}
	return told, err
}

func (s *Service) published(ctx context.Context, f Find) (Told, error) {
	if f.Publisher == "" {
		return Told{}, fault.New(fault.Denied, "usage.publisher.none")
	}
	return tx.Answer(ctx, s.Store.Read, func(ctx context.Context, r Reader) (told Told, err error) {
		works, err := r.ListWorks(ctx, f)
		if err != nil {
			return told, fmt.Errorf("resources of %s: %w", f.Publisher, err)
		}
		if len(works) == PageSize {
			told.Next = works[len(works)-1].ARK
		}
		zone := clock.ZoneOfUAI("")
		open := Week(clock.On(r.Now().Add(-settled), zone)) // the first week that is not told of
		last := open.AddDays(-7)
		told.Year, told.Until = Week(clock.SchoolYearStart(last.AddDays(6))), open.Start(zone)
		counted, err := r.ListAreas(ctx, ids(works), told.Year, open)
		if err != nil {
			return told, err
		}
		of := map[catalogue.ResourceID][]Counted{}
		for _, c := range counted {
			of[c.Resource] = append(of[c.Resource], c)
		}
		shown := weeks(told.Year, last)
		for _, w := range works {
			told.Books = append(told.Books, Book{w, areas(shown, of[w.ID])})
		}
		return told, nil
	})
}

func ids(works []Work) []catalogue.ResourceID {
	out := make([]catalogue.ResourceID, len(works))
	for i, w := range works {
		out[i] = w.ID
	}
	return out
}

// areas lays out a resource by département: as many persons as hold it in the last week. A publisher knows none of them.
func areas(weeks []clock.Date, counted []Counted) *Grid {
	var parts []Part
	var tallies []Tally
	for _, c := range counted {
		tallies = append(tallies, c.Tally)
		at := slices.IndexFunc(parts, func(p Part) bool { return p.ID == c.Part })
		if at < 0 {
			at = len(parts)
			parts = append(parts, Part{ID: c.Part, Label: c.Part})
		}
		if c.Week == weeks[len(weeks)-1] {
			parts[at].Persons, parts[at].Holders = c.Holders, c.Holders
		}
	}
	slices.SortFunc(parts, func(a, b Part) int { return cmp.Compare(a.ID, b.ID) })
	g := NewGrid(weeks, parts, tallies)
	g.HideHolders()
	return g
}
