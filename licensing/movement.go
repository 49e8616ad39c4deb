package licensing

import (
	"context"
	"errors"
	"iter"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
)

// Movement is what became of one subscription's rights in one school: how many were given in some time and how many came back, or
// (of what stands now) how many are given. A right is a copy or, where no copy is counted, what one target was given. It names no person.
type Movement struct {
	ARK          catalogue.ARK
	Subscription SubscriptionID
	Title        string     // « libelleRessource »
	Ends         clock.Date // with Title, as they were agreed at the end of that time
	Kind         Kind
	School       directory.UAI
	Given, Back  int64
}

// Movements hands out, in the order of resource, subscription and school, what moved of a distributor's subscriptions from an instant until
// before another. It rests on ledger and journal alone: once until has passed, the answer is the same for ever. write may be called
// again, to begin anew; what it is given may be read once, inside the call.
func (s *Service) Movements(ctx context.Context, distributor string, from, until time.Time, write func(iter.Seq2[Movement, error]) error) error {
	return s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		return write(sequence(func(each func(Movement) error) error {
			return r.EachMovement(ctx, distributor, from, until, each)
		}))
	})
}

// Given hands out in the same way what is given now of a distributor's standing subscriptions, those that are over left out.
func (s *Service) Given(ctx context.Context, distributor string, write func(iter.Seq2[Movement, error]) error) error {
	return s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		return write(sequence(func(each func(Movement) error) error {
			return r.EachGiven(ctx, distributor, func(m Movement) error {
				if m.Ends.Before(clock.On(r.Now(), clock.ZoneOfUAI(string(m.School)))) {
					return nil
				}
				return each(m)
			})
		}))
	})
}

// MovementDays lists the days, from one until before another and as days are in a zone, on which anything moved of a distributor's
// subscriptions.
func (s *Service) MovementDays(ctx context.Context, distributor string, from, until clock.Date, zone *time.Location) ([]clock.Date, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (days []clock.Date, err error) {
		for day := from; ; day = day.AddDays(1) {
			at, moved, err := r.NextMovement(ctx, distributor, day.Start(zone), until.Start(zone))
			if err != nil || !moved {
				return days, err
			}
			day = clock.On(at, zone)
			days = append(days, day)
		}
	})
}

// sequence makes a loop of a callback.
func sequence(walk func(each func(Movement) error) error) iter.Seq2[Movement, error] {
	enough := errors.New("enough")
	return func(yield func(Movement, error) bool) {
		err := walk(func(m Movement) error {
			if !yield(m, nil) {
				return enough
			}
			return nil
		})
		if err != nil && !errors.Is(err, enough) {
			yield(Movement{}, err)
		}
	}
}
