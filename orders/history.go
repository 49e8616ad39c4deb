package orders

import (
	"context"
	"time"

	"pupitre/directory"
)

// Step (« étape ») is one act on an order, as its journal has it.
type Step struct {
	At                   time.Time
	State                State          // what the order was then
	BySeller             bool           // its distributor did it; else whoever bought
	Name                 directory.Name // of who did it, told to their own house only; zero for a program, or somebody who is no longer known
	Delivered, Cancelled int            // so many more; of a cancellation of what had come, Delivered is less than nothing
}

// History tells who did what of an order, the first first, to who may see it (Find): who of the school it was, and that it was the distributor.
func (s *Service) History(ctx context.Context, buyer Buyer, key Key) ([]Step, error) {
	if _, err := s.Find(ctx, buyer, key); err != nil {
		return nil, err
	}
	return s.steps(ctx, key, func(x Step) bool { return !x.BySeller && buyer.Bookseller == "" })
}

// HistoryReceived tells it to the order's distributor (FindReceived): who of its house it was, and that it was the buyer. What was before the
// order was sent is none of its business.
func (s *Service) HistoryReceived(ctx context.Context, distributor string, key Key) ([]Step, error) {
	if _, err := s.FindReceived(ctx, distributor, key); err != nil {
		return nil, err
	}
	steps, err := s.steps(ctx, key, func(x Step) bool { return x.BySeller })
	for len(steps) > 0 && steps[0].State == Quoted {
		steps = steps[1:]
	}
	return steps, err
}

// steps are an order's, with the names that may be told.
func (s *Service) steps(ctx context.Context, key Key, tell func(Step) bool) ([]Step, error) {
	steps, err := read(ctx, s, func(ctx context.Context, r Reader) ([]Step, error) { return r.ListSteps(ctx, key) })
	for i := range steps {
		if !tell(steps[i]) {
			steps[i].Name = directory.Name{}
		}
	}
	return steps, err
}
