package usage

import (
	"context"
	"fmt"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/tx"
)

const (
	// Kept is for how many weeks counts are kept: two school years, and a term to look back from.
	Kept = 118
	// late is how long after a week's end it is counted: what was under way is then written.
	late = time.Hour
	// accessMonths is how far back the journal's accesses go (docs/contracts.md §6).
	accessMonths = 12
)

// CountWeeks counts the weeks that are over, of at most limit schools, and returns of how many it did; call it again while it returns limit.
// Each school is one transaction, and each of its weeks is counted once, on whichever node.
func (s *Service) CountWeeks(ctx context.Context, limit int) (n int, err error) {
	var after directory.SchoolID
	for n < limit {
		var due []Due
		var now time.Time
		err := s.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
			now = r.Now()
			due, err = r.ListDue(ctx, Week(clock.On(now.Add(14*time.Hour), time.UTC)), after, limit) // the day is nowhere further
			return err
		})
		if err != nil || len(due) == 0 {
			return n, err
		}
		for _, d := range due {
			after = d.School
			zone := clock.ZoneOfUAI(string(d.UAI))
			day := Week(clock.On(now.Add(-late), zone))
			done, err := s.countWeeks(ctx, d, day, zone)
			if err != nil {
				return n, fmt.Errorf("count the weeks of %s: %w", d.School, err)
			}
			if done {
				n++
			}
			if n == limit {
				break
			}
		}
	}
	return n, nil
}

// countWeeks counts a school's weeks before a day, which is a Monday.
func (s *Service) countWeeks(ctx context.Context, d Due, day clock.Date, zone *time.Location) (done bool, err error) {
	err = s.Store.Write(tx.Long(ctx), func(ctx context.Context, w Writer) error {
		from, err := w.CountedUntil(ctx, d.School)
		if err != nil {
			return err
		}
		if done, err = w.CountUntil(ctx, d.School, day); err != nil || !done {
			return err
		}
		start := from.Start(zone)
		if from.IsZero() {
			start = w.Now().AddDate(0, -accessMonths, 0)
		}
		counted, err := count(ctx, w, d.School, "", start, day.Start(zone), zone)
		if err != nil {
			return err
		}
		if err := w.AddWeek(ctx, d.School, counted); err != nil {
			return err
		}
		// Who holds what is known of now: it is told of the week that is just over, and of those before it that were not counted in their time.
		held, err := w.CountHolders(ctx, d.School, "", clock.On(w.Now(), zone))
		if err != nil {
			return err
		}
		last := day.AddDays(-7)
		first := last
		if !from.IsZero() {
			first = Week(from)
		}
		if year := Week(clock.SchoolYearStart(last.AddDays(6))); first.Before(year) {
			first = year
		}
		kept, err := w.ListHeld(ctx, d.School, "", Week(clock.SchoolYearStart(last.AddDays(6))))
		if err != nil {
			return err
		}
		if err := w.AddHeld(ctx, d.School, changes(kept, held, first)); err != nil {
			return err
		}
		for _, week := range weeks(first, last) {
			for _, h := range held {
				h.Week = week
				counted = append(counted, h)
			}
		}
		return w.AddArea(ctx, area(d.UAI, counted))
	})
	return done, err
}

// area adds up a school's classes, under its département.
func area(uai directory.UAI, counted []Counted) []Counted {
	type key struct {
		resource catalogue.ResourceID
		week     clock.Date
	}
	at := map[key]int{}
	var out []Counted
	for _, c := range counted {
		k := key{c.Resource, c.Week}
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k] = i
			out = append(out, Counted{Resource: c.Resource, Tally: Tally{Week: c.Week, Part: string(uai[:3])}})
		}
		o := &out[i]
		o.Users, o.Fresh, o.Accesses, o.Holders = o.Users+c.Users, o.Fresh+c.Fresh, o.Accesses+c.Accesses, o.Holders+c.Holders
	}
	return out
}

// Sweep removes counts of weeks that are Kept no longer.
func (s *Service) Sweep(ctx context.Context, limit int) (n int, err error) {
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		n, err = w.Sweep(ctx, Week(clock.On(w.Now(), time.UTC)).AddDays(-7*Kept), limit)
		return err
	})
	return n, err
}
