package licensing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// BatchReader finds batches.
type BatchReader interface {
	// ListBatches lists those that are no drafts, the latest first; of one person, unless by is "".
	ListBatches(ctx context.Context, school directory.SchoolID, by directory.PersonID, limit int) ([]Batch, error)
	// FindProgress finds a batch without the targets of its steps, of which there may be a hundred thousand.
	FindProgress(ctx context.Context, school directory.SchoolID, id BatchID) (Batch, error)
	// FindWhole finds a batch with them.
	FindWhole(ctx context.Context, school directory.SchoolID, id BatchID) (Batch, error)
	ListOutcomes(ctx context.Context, school directory.SchoolID, id BatchID, seq int) ([]Outcome, error)
	// ListRefused reads the first lines that are refused; all of them for a limit of 0.
	ListRefused(ctx context.Context, school directory.SchoolID, id BatchID, limit int) ([]Refused, error)
	// DueBatch reports whether there may be something to Claim.
	DueBatch(ctx context.Context) (bool, error)
}

// BatchWriter keeps batches, and says who works on them.
type BatchWriter interface {
	AddBatch(ctx context.Context, act journal.ActID, b Batch, outcomes [][]Outcome, refused []Refused) error
	StartBatch(ctx context.Context, act journal.ActID, school directory.SchoolID, id BatchID, by journal.Actor, short Short) error
	// ClaimBatch gives the worker the oldest batch that waits, or whose worker has let its lease end, with how often it was claimed; false
	// where there is none. Of one school one is worked on at a time.
	ClaimBatch(ctx context.Context, worker string, until time.Time) (b Batch, attempts int, found bool, err error)
	// RenewBatch lengthens the worker's lease; false where it has lost it.
	RenewBatch(ctx context.Context, school directory.SchoolID, id BatchID, worker string, until time.Time) (bool, error)
	// KeepStep writes what became of a step; its outcomes where it was done.
	KeepStep(ctx context.Context, school directory.SchoolID, id BatchID, step BatchStep, outcomes []Outcome) error
	EndBatch(ctx context.Context, school directory.SchoolID, id BatchID, state BatchState, trouble string) error
	SweepBatches(ctx context.Context, drafts, ended time.Time, limit int) (int, error)
}

const (
	batchLease    = time.Minute
	batchAttempts = 3
)

var errLeaseLost = errors.New("another worker has taken the batch")

// Work carries out one batch that waits, on behalf of a worker with a name of its own; 0 where none waits. A worker that dies is
// followed by another when its lease ends: what was done is done, and is not done again.
func (s *Service) Work(ctx context.Context, worker string) (int, error) {
	due, err := read(ctx, s, func(ctx context.Context, r Reader) (bool, error) { return r.DueBatch(ctx) })
	if err != nil || !due {
		return 0, err
	}
	var b Batch
	var found bool
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		var attempts int
		if b, attempts, found, err = w.ClaimBatch(ctx, worker, w.Now().Add(batchLease)); err != nil || !found {
			return err
		}
		if attempts > batchAttempts {
			b.State = BatchFailed
			return endBatch(ctx, w, b, BatchFailed, "attempts")
		}
		return tellBatch(ctx, w, b.School, b.ID)
	})
	if err != nil || !found {
		return 0, err
	}
	if b.State == BatchFailed {
		return 1, nil
	}
	err = s.workOn(ctx, worker, b)
	if errors.Is(err, errLeaseLost) {
		err = nil
	}
	return 1, err
}

// workOn does what is left of a batch.
func (s *Service) workOn(ctx context.Context, worker string, b Batch) error {
	left := make([]BatchStep, 0, len(b.Steps))
	for _, step := range b.Steps {
		if step.State == BatchWaiting {
			left = append(left, step)
		}
	}
	end := BatchDone
	if b.Whole {
		refused, err := s.workSteps(ctx, worker, b, left)
		if err != nil {
			return err
		}
		if refused != nil {
			end = BatchRefused
			if err := s.keepRefusal(ctx, worker, b, *refused); err != nil {
				return err
			}
		}
	} else {
		for _, step := range left {
			refused, err := s.workSteps(ctx, worker, b, []BatchStep{step})
			if err == nil && refused != nil {
				err = s.keepRefusal(ctx, worker, b, *refused)
			}
			if err != nil {
				return err
			}
		}
	}
	return s.holding(ctx, worker, b, func(ctx context.Context, w Writer) error { return endBatch(ctx, w, b, end, "") })
}

// endBatch ends a batch, and tells.
func endBatch(ctx context.Context, w Writer, b Batch, state BatchState, trouble string) error {
	if err := w.EndBatch(ctx, b.School, b.ID, state, trouble); err != nil {
		return err
	}
	return tellBatch(ctx, w, b.School, b.ID)
}

// tellBatch tells that a batch is further. The steps tell by themselves: their counters move in the same transaction.
func tellBatch(ctx context.Context, w Writer, school directory.SchoolID, id BatchID) error {
	return w.Tell(ctx, journal.Fact{Topic: FactBatchChanged, School: string(school), Subject: string(id)}, nil)
}

// holding runs f in one transaction while the batch is the worker's.
func (s *Service) holding(ctx context.Context, worker string, b Batch, f func(ctx context.Context, w Writer) error) error {
	return s.Store.Write(tx.Long(ctx), func(ctx context.Context, w Writer) error {
		held, err := w.RenewBatch(ctx, b.School, b.ID, worker, w.Now().Add(batchLease))
		if err == nil && !held {
			err = errLeaseLost
		}
		if err != nil {
			return err
		}
		return f(ctx, w)
	})
}

// workSteps does these steps in one transaction, all or none of them; the step that is refused is returned with the reason.
func (s *Service) workSteps(ctx context.Context, worker string, b Batch, steps []BatchStep) (refused *BatchStep, err error) {
	var resources []catalogue.ResourceID
	for _, step := range steps {
		resources = append(resources, step.Order.Resources...)
	}
	err = s.holding(ctx, worker, b, func(ctx context.Context, w Writer) error {
		refused = nil
		if len(steps) == 0 {
			return nil
		}
		if _, err := w.LockPools(ctx, b.School, resources); err != nil { // all at once: pools are locked in the order of their ids
			return err
		}
		for from, to := 0, 0; from < len(steps); from = to {
			to = from + 1
			for to < len(steps) && steps[from].Order.joins(steps[to].Order) {
				to++
			}
			step, err := b.act(ctx, w, steps[from:to])
			if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Exhausted) || fault.Is(err, fault.Denied) || fault.Is(err, fault.NotFound) {
				step.State, step.Code, step.Params = BatchRefused, fault.CodeOf(err), fault.ParamsOf(err)
				refused = &step
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if refused != nil {
		return refused, nil // what was written was taken back
	}
	if err != nil {
		err = fmt.Errorf("batch %s of school %s: %w", b.ID, b.School, err)
	}
	return nil, err
}

// joins reports whether two orders ask the same of two resources: then they are one act, to be undone in one.
func (o Order) joins(other Order) bool {
	return o.Take == other.Take && o.Rank == other.Rank && o.Short == other.Short && o.Program == other.Program && o.Only.equal(other.Only) &&
		slices.EqualFunc(o.Targets, other.Targets, Target.equal)
}

// act does steps that join by one act, and keeps what became of them. The step at which it is refused is returned with the reason.
func (b Batch) act(ctx context.Context, w Writer, steps []BatchStep) (at BatchStep, err error) {
	order := steps[0].Order
	for _, step := range steps[1:] {
		order.Resources = append(order.Resources[:len(order.Resources):len(order.Resources)], step.Order.Resources...)
	}
	at = steps[0]
	var parts []Plan
	done, err := within(ctx, w, b.By, order, func(p Plan) error {
		parts = p.parts()
		for i, part := range parts {
			at = steps[i]
			if err := part.agreed(at.Hash); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return at, err
	}
	for i, step := range steps {
		step.State, step.Figures, step.Act = BatchDone, parts[i].Figures[0], done.Act
		if err := w.KeepStep(ctx, b.School, b.ID, step, parts[i].Outcomes); err != nil {
			return step, err
		}
	}
	return at, nil
}

func (s *Service) keepRefusal(ctx context.Context, worker string, b Batch, step BatchStep) error {
	return s.holding(ctx, worker, b, func(ctx context.Context, w Writer) error { return w.KeepStep(ctx, b.School, b.ID, step, nil) })
}
