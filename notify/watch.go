package notify

import (
	"context"
	"slices"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/tx"
	"pupitre/journal"
	"pupitre/licensing"
)

// Stock is what a school's copies are, as its console shows them. licensing.Service satisfies it.
type Stock interface {
	ListStock(ctx context.Context, school directory.SchoolID, within *licensing.Mandate) ([]licensing.Stock, error)
	News(ctx context.Context, school directory.SchoolID, manager directory.PersonID, glance bool) (licensing.News, error)
	ListUnserved(ctx context.Context, school directory.SchoolID) ([]licensing.Unserved, error)
}

const (
	nightEnds  = 3 * time.Hour // after midnight, universal time: from then on stocks are looked at for the day
	mostLooked = 20            // schools in one round
	mostItems  = 12            // that one notification spells out
)

// Watch looks at the stocks of some schools that were not looked at today, and tells their managers what is new there: what runs short,
// ends within a month with nothing to go on with, or has persons waiting. What was told the day before is not told again. It returns how
// many schools there were: call it again while there are any.
func (s *Service) Watch(ctx context.Context) (int, error) {
	if s.Stock == nil {
		return 0, nil
	}
	var day clock.Date
	schools, err := tx.Answer(ctx, s.Store.Read, func(ctx context.Context, r Reader) ([]directory.SchoolID, error) {
		day = clock.On(r.Now().Add(-nightEnds), time.UTC)
		return r.ListWatched(ctx, day, mostLooked)
	})
	if err != nil {
		return 0, err
	}
	for _, school := range schools {
		items, keys, err := s.look(ctx, school)
		if err != nil {
			return 0, err
		}
		if err := s.write(ctx, "look at a stock", func(ctx context.Context, w Writer) error { return s.watched(ctx, w, school, day, items, keys) }); err != nil {
			return 0, err
		}
	}
	return len(schools), nil
}

// look is what there is to look at in a school, and for each item a text that stays the same as long as it is the same trouble.
func (s *Service) look(ctx context.Context, school directory.SchoolID) (items []StockItem, keys []string, err error) {
	stocks, err := s.Stock.ListStock(ctx, school, nil)
	if err != nil {
		return nil, nil, err
	}
	titles := map[catalogue.ResourceID]string{}
	for _, x := range stocks {
		titles[x.Resource] = x.Title
	}
	add := func(resource catalogue.ResourceID, key string, item StockItem) {
		if item.Title = titles[resource]; item.Title != "" {
			items, keys = append(items, item), append(keys, item.What+" "+string(resource)+key)
		}
	}
	waits, err := s.Stock.ListUnserved(ctx, school)
	if err != nil {
		return nil, nil, err
	}
	for _, x := range waits {
		add(x.Resource, "", StockItem{What: "waiting", N: x.Persons})
	}
	news, err := s.Stock.News(ctx, school, "", true)
	if err != nil {
		return nil, nil, err
	}
	for _, x := range news.Ending {
		add(x.Resource, " "+x.Ends.String(), StockItem{What: "ending", Day: &x.Ends})
	}
	for _, x := range stocks {
		several := len(x.Portions()) > 1
		for _, low := range x.Low() {
			item, key := StockItem{What: "short", N: low.Available}, ""
			if several {
				item.For = licensing.JoinProfiles(low.Publics)
				key = " " + item.For
			}
			add(x.Resource, key, item)
		}
	}
	return items, keys, nil
}

func (s *Service) watched(ctx context.Context, w Writer, school directory.SchoolID, day clock.Date, items []StockItem, keys []string) error {
	told, first, err := w.Watch(ctx, school, day)
	if err != nil || !first {
		return err
	}
	if err := w.Watched(ctx, school, keys); err != nil {
		return err
	}
	var fresh []StockItem
	for i, key := range keys {
		if !slices.Contains(told, key) {
			fresh = append(fresh, items[i])
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	at, err := w.FindSchool(ctx, school)
	if err != nil {
		return err
	}
	managers, err := w.ListManagers(ctx, school)
	if err != nil {
		return err
	}
	n := about(journal.Fact{}, at)
	n.Kind, n.About.What, n.About.N, n.About.Stock = StockLow, "look", int64(len(fresh)), fresh[:min(len(fresh), mostItems)]
	return s.note(ctx, w, n, managers, "")
}
