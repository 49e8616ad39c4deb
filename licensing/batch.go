package licensing

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// BatchID identifies a batch within its school.
type BatchID string

// BatchState says how far a batch is.
type BatchState string

// The states. Draft is planned and waits for a word; the last three are ends.
const (
	BatchDraft   BatchState = "draft"
	BatchWaiting BatchState = "waiting"
	BatchRunning BatchState = "running"
	BatchDone    BatchState = "done"
	BatchRefused BatchState = "refused" // nothing was done: the plan no longer holds, or copies are short
	BatchFailed  BatchState = "failed"  // the machine's fault, three times
)

// Ended reports whether nothing more will happen.
func (s BatchState) Ended() bool {
	return s == BatchDone || s == BatchRefused || s == BatchFailed
}

// Batch (« traitement par lot ») is orders of one school that are carried out in the background: from a file, for a program, or because
// they are too much for one answer (Undertake). It may be left and found again. Up to WholeBatch copies it is one transaction, all or
// nothing; above it goes step by step, and a step that is refused does not stop the others.
type Batch struct {
	School  directory.SchoolID
	ID      BatchID
	Name    string        // of the file; "" for none
	By      journal.Actor // who prepared it; once started, who started it
	State   BatchState
	Hash    string // of its steps' plans
	Whole   bool   // one transaction
	Lines   int    // of the file
	Refused int    // lines that are not carried out
	Made    time.Time
	Started time.Time
	Ended   time.Time
	Trouble string // of the last attempt, for the operator
	Steps   []BatchStep
}

// BatchStep is one resource of a batch.
type BatchStep struct {
	Seq     int
	Order   Order
	Hash    string
	State   BatchState // waiting, done or refused
	Figures Figures    // of its plan; once done, of what was done
	Act     journal.ActID
	Code    string // of its refusal
	Params  []any
}

// Err is why a step was refused, nil for others.
func (s BatchStep) Err() error {
	if s.Code == "" {
		return nil
	}
	return fault.New(fault.Conflict, s.Code, s.Params...)
}

// WholeBatch is how many copies one transaction of a batch moves at most (docs/contracts.md §2).
const WholeBatch = 100_000

// maxSteps bounds the resources of a batch.
const maxSteps = 2000

// Draft is a batch in the making.
type Draft struct {
	School  directory.SchoolID
	Name    string
	Orders  []Order // of several resources, or of one again: they are sorted out
	Lines   int
	Refused []Refused
}

// Sum adds up the figures of all steps.
func (b Batch) Sum() Figures {
	p := Plan{}
	for _, s := range b.Steps {
		p.Figures = append(p.Figures, s.Figures)
	}
	return p.Sum()
}

// Progress is how many steps are behind, of how many.
func (b Batch) Progress() (done, total int) {
	for _, s := range b.Steps {
		if s.State != BatchWaiting {
			done++
		}
	}
	return done, len(b.Steps)
}

// moves is how many copies the steps were planned to move.
func (b Batch) moves() (n int64) {
	s := b.Sum()
	return s.Gets + s.Loses
}

// Sketch is a batch that is planned and not kept yet.
type Sketch struct {
	Batch
	outcomes [][]Outcome
	lines    []Refused
}

// StepOutcomes is what the plan of a step (from 0) does for each person.
func (s Sketch) StepOutcomes(step int) []Outcome { return s.outcomes[step] }

// Prepare plans a batch and keeps it as a draft: nothing is given or taken until Start. A draft that nobody starts is forgotten.
func (s *Service) Prepare(ctx context.Context, by journal.Actor, d Draft) (Batch, error) {
	sketch, err := s.Sketch(ctx, by, d)
	if err != nil {
		return Batch{}, err
	}
	return s.Keep(ctx, sketch)
}

// Sketch plans a batch. It reads, however long that takes; Keep is short.
func (s *Service) Sketch(ctx context.Context, by journal.Actor, d Draft) (Sketch, error) {
	orders, err := d.sorted()
	if err != nil {
		return Sketch{}, err
	}
	b := Sketch{Batch: s.newBatch(by, d.School), lines: d.Refused}
	b.Name, b.Lines, b.Refused = d.Name, d.Lines, len(d.Refused)
	spent := int64(0) // by the steps before, of a delegate's budget
	for _, order := range orders {
		order.For = personOf(by)
		plan, err := s.plan(ctx, order, spent, survey)
		if err != nil {
			return Sketch{}, err
		}
		b.add(plan)
		spent += plan.spends()
	}
	b.settle()
	return b, nil
}

func (s *Service) newBatch(by journal.Actor, school directory.SchoolID) Batch {
	return Batch{School: school, ID: BatchID(s.IDs.New()), By: by, State: BatchDraft}
}

// add makes the plan of one resource the sketch's next step.
func (b *Sketch) add(p Plan) {
	p.Order.Batch = b.ID
	b.Steps = append(b.Steps, BatchStep{Seq: len(b.Steps) + 1, Order: p.Order, Hash: p.Hash, State: BatchWaiting, Figures: p.Figures[0]})
	b.outcomes = append(b.outcomes, p.Outcomes)
}

// settle closes a sketch that has all its steps.
func (b *Sketch) settle() {
	b.Hash = batchPrint(b.Steps)
	b.Whole = b.moves() <= WholeBatch
}

// Keep keeps a sketch as a draft.
func (s *Service) Keep(ctx context.Context, sketch Sketch) (Batch, error) {
	b := sketch.Batch
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		b.Made = w.Now()
		act, err := w.Record(ctx, journal.Entry{School: string(b.School), Actor: b.By, Verb: "licensing.prepared", Subject: string(b.ID), Class: journal.ClassChange,
			Detail: map[string]any{"steps": len(b.Steps), "lines": b.Lines, "refused": b.Refused, "plan": b.Hash}})
		if err != nil {
			return err
		}
		return w.AddBatch(ctx, act, b, sketch.outcomes, sketch.lines)
	})
	if err != nil {
		return Batch{}, fmt.Errorf("keep a batch of school %s: %w", b.School, err)
	}
	return b, nil
}

// sorted makes one order for each resource. A resource is given or taken in one batch, not both.
func (d Draft) sorted() ([]Order, error) {
	var out []Order
	at := map[catalogue.ResourceID]int{}
	for _, o := range d.Orders {
		o.School = d.School
		o, err := o.check()
		if err != nil {
			return nil, err
		}
		for _, id := range o.Resources {
			i, ok := at[id]
			switch {
			case !ok:
				one := o
				one.Resources, one.Targets = []catalogue.ResourceID{id}, slices.Clone(o.Targets)
				at[id] = len(out)
				out = append(out, one)
			case out[i].Take != o.Take || out[i].Short != o.Short || out[i].Rank != o.Rank || !out[i].Only.equal(o.Only):
				return nil, fault.New(fault.Invalid, "licensing.batch.both")
			default:
				out[i].Targets = append(out[i].Targets, o.Targets...)
			}
		}
	}
	if len(out) > maxSteps {
		return nil, fault.New(fault.Invalid, "licensing.batch.large", "n", len(out), "most", maxSteps)
	}
	return out, nil
}

// batchPrint hashes the plans of a batch.
func batchPrint(steps []BatchStep) string {
	b := []byte("batch 1\n")
	for _, s := range steps {
		b = fmt.Appendf(b, "%s\n", s.Hash)
	}
	return digest(b)
}

// Start lets a draft be carried out, by the plan whose Hash was seen; short says what to do where copies are short. With another hash, or
// of a batch that was started before, it is Conflict.
func (s *Service) Start(ctx context.Context, by journal.Actor, school directory.SchoolID, id BatchID, hash string, short Short) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		mandate, err := limiting(ctx, w, w.FindMandate, school, personOf(by))
		if err != nil {
			return err
		}
		b, err := findBatch(ctx, w, school, id, mandate)
		if err != nil {
			return err
		}
		sum := b.Sum()
		switch {
		case b.State != BatchDraft:
			return fault.New(fault.Conflict, "licensing.batch.started")
		case b.Hash != hash:
			return fault.New(fault.Conflict, "licensing.plan.changed")
		case short != ShortStop && short != ShortServe:
			return fault.New(fault.Invalid, "licensing.order.choice")
		case len(b.Steps) == 0:
			return fault.New(fault.Invalid, "licensing.order.empty")
		case sum.Short > 0 && short == ShortStop:
			return fault.New(fault.Exhausted, "licensing.plan.short", "n", sum.Gets, "asked", sum.Gets+sum.Short, "short", sum.Short)
		}
		act, err := w.Record(ctx, journal.Entry{School: string(school), Actor: by, Verb: "licensing.started", Subject: string(id), Class: journal.ClassChange,
			Detail: map[string]any{"plan": hash}})
		if err != nil {
			return err
		}
		if err := w.StartBatch(ctx, act, school, id, by, short); err != nil {
			return err
		}
		return tellBatch(ctx, w, school, id)
	})
}

// FindBatch returns a batch of a school with its steps, without their targets (fault.NotFound, licensing.batch.unknown). To a delegate, whose
// mandate within is, there are but their own batches, of resources in the scope.
func (s *Service) FindBatch(ctx context.Context, school directory.SchoolID, id BatchID, within *Mandate) (Batch, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (Batch, error) { return findBatch(ctx, r, school, id, within) })
}

func findBatch(ctx context.Context, r Reader, school directory.SchoolID, id BatchID, within *Mandate) (Batch, error) {
	b, err := r.FindProgress(ctx, school, id)
	if err == nil && !b.within(within) {
		return Batch{}, fault.New(fault.NotFound, "licensing.batch.unknown")
	}
	return b, err
}

// within reports whether a batch is a delegate's own, of resources in the scope; any batch is for whoever needs no mandate.
func (b Batch) within(m *Mandate) bool {
	return m == nil || personOf(b.By) == m.Person && !slices.ContainsFunc(b.Steps, func(s BatchStep) bool {
		return slices.ContainsFunc(s.Order.Resources, func(id catalogue.ResourceID) bool { return !m.Allows(id) })
	})
}

// ListBatches returns the school's last batches that are not drafts, the latest first, without their steps' targets; within a mandate, of
// the last those that FindBatch would find.
func (s *Service) ListBatches(ctx context.Context, school directory.SchoolID, limit int, within *Mandate) ([]Batch, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Batch, error) {
		by := directory.PersonID("")
		if within != nil {
			by = within.Person
		}
		list, err := r.ListBatches(ctx, school, by, limit)
		return slices.DeleteFunc(list, func(b Batch) bool { return !b.within(within) }), err
	})
}

// OutcomePage is some of what a step of a batch does for each person, or did.
type OutcomePage struct {
	Outcomes []Outcome
	To       int  // the place after the last that was looked at
	More     bool // there are others from there on
}

// Outcomes returns what a step of a batch does for each person, or did; within a mandate, for those who are in its scope now.
func (s *Service) Outcomes(ctx context.Context, school directory.SchoolID, id BatchID, seq int, within *Mandate) ([]Outcome, error) {
	p, err := s.OutcomesFrom(ctx, school, id, seq, 0, math.MaxInt, within)
	return p.Outcomes, err
}

// OutcomesFrom is Outcomes from a place on, of limit places at most. Places are numbered in the whole step: who is not in the scope now is
// left out and keeps a place, so that somebody who changes class between two pages moves nobody else to another.
func (s *Service) OutcomesFrom(ctx context.Context, school directory.SchoolID, id BatchID, seq, from, limit int, within *Mandate) (OutcomePage, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (p OutcomePage, err error) {
		if within != nil {
			if _, err := findBatch(ctx, r, school, id, within); err != nil {
				return p, err
			}
		}
		all, err := r.ListOutcomes(ctx, school, id, seq)
		if err != nil {
			return p, err
		}
		from = min(from, len(all))
		p.To = from + min(limit, len(all)-from)
		p.Outcomes, p.More = all[from:p.To], p.To < len(all)
		who := make([]directory.PersonID, len(p.Outcomes))
		for i, o := range p.Outcomes {
			who[i] = o.Person
		}
		in, err := within.among(ctx, r, who)
		p.Outcomes = slices.DeleteFunc(p.Outcomes, func(o Outcome) bool { return !in(o.Person) })
		return p, err
	})
}

// RefusedLines returns the first lines of a batch's file that are not carried out, all of them for a limit of 0. They are kept for a day:
// they may hold names.
func (s *Service) RefusedLines(ctx context.Context, school directory.SchoolID, id BatchID, limit int, within *Mandate) ([]Refused, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Refused, error) {
		if within != nil {
			if _, err := findBatch(ctx, r, school, id, within); err != nil {
				return nil, err
			}
		}
		return r.ListRefused(ctx, school, id, limit)
	})
}

// SweepBatches removes at most limit drafts and refused lines of more than a day, and batches that ended a month ago.
func (s *Service) SweepBatches(ctx context.Context, limit int) (n int, err error) {
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		const day = 24 * time.Hour
		n, err = w.SweepBatches(ctx, w.Now().Add(-day), w.Now().Add(-30*day), limit)
		return err
	})
	return n, err
}
