package delivery

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync/atomic"
	"time"

	"pupitre/directory/provision"
)

// Runner works on deliveries, one at a time. Build it as a literal; all its fields are needed but Lease and Every.
type Runner struct {
	Service  *Service
	Importer Importer
	Worker   string // its name, another for each process
	Log      *slog.Logger

	Lease time.Duration // how long a worker that says nothing is believed to live; 0: 30 s
	Every time.Duration // how often it looks for work when nobody wakes it; 0: 2 s

	woken chan struct{}
}

// Importer brings a file set in. provision.Importer satisfies it.
type Importer interface {
	Import(ctx context.Context, src provision.Source, options provision.Options) (provision.Report, error)
}

const (
	usualLease  = 30 * time.Second
	usualEvery  = 2 * time.Second
	mostAttempt = 3           // of the machine's faults; then somebody must look
	pause       = time.Minute // before the next attempt
)

var errLost = errors.New("another worker has taken the delivery")

// Run works until ctx ends. A delivery under way is then left to the next worker, at the school where it was.
func (r *Runner) Run(ctx context.Context) {
	r.woken = make(chan struct{}, 1)
	r.Service.Wake = func() {
		select {
		case r.woken <- struct{}{}:
		default:
		}
	}
	every := r.Every
	if every == 0 {
		every = usualEvery
	}
	for {
		worked, err := r.Next(ctx)
		if err != nil && ctx.Err() == nil {
			r.Log.ErrorContext(ctx, "deliveries: the worker stumbled", "error", err)
		}
		if worked && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-r.woken:
		case <-time.After(every):
		}
	}
}

// Next works on one delivery; false where none waits. An idle worker only reads.
func (r *Runner) Next(ctx context.Context) (bool, error) {
	var d Delivery
	var found bool
	var now time.Time
	err := r.Service.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		found, err = r.Due(ctx)
		return err
	})
	if err != nil || !found {
		return false, err
	}
	err = r.Service.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		now = w.Now()
		d, found, err = w.Claim(ctx, r.Worker, now.Add(r.lease()))
		return err
	})
	if err != nil || !found {
		return false, err
	}
	return true, r.work(ctx, d, now)
}

func (r *Runner) lease() time.Duration {
	if r.Lease > 0 {
		return r.Lease
	}
	return usualLease
}

// work imports the delivery, as it stands now, while its lease is kept, and says what became of it.
func (r *Runner) work(ctx context.Context, d Delivery, now time.Time) error {
	working, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var done, total atomic.Int64
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		r.keep(working, stop, d.ID, &done, &total)
	}()
	report, err := r.bring(working, d, now, func(n, of int) { done.Store(int64(n)); total.Store(int64(of)) })
	lost := errors.Is(context.Cause(working), errLost)
	stop(nil)
	<-kept
	switch {
	case lost:
		r.Log.WarnContext(ctx, "a delivery was taken by another worker", "delivery", string(d.ID))
		return nil
	case ctx.Err() != nil:
		return ctx.Err() // the lease ends by itself; the next worker goes on
	}
	end, err := r.ending(d, report, err)
	if err != nil {
		return err
	}
	held := false
	if err := r.Service.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		if end.State == Waiting {
			end.NotBefore = w.Now().Add(pause)
		}
		held, err = w.End(ctx, d.ID, r.Worker, end)
		return err
	}); err != nil || !held {
		return err
	}
	r.Log.InfoContext(ctx, "delivery", "id", string(d.ID), "project", string(d.Project), "state", string(end.State), "attempt", d.Attempts)
	if end.State == Done {
		return r.Service.forget(ctx, d, report.Count(provision.Waiting) > 0)
	}
	return nil
}

// keep renews the lease, three times in its life, and stops the work when it is lost.
func (r *Runner) keep(ctx context.Context, stop context.CancelCauseFunc, id ID, done, total *atomic.Int64) {
	tick := time.NewTicker(min(r.lease()/3, time.Second))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		var held bool
		err := r.Service.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
			held, err = w.Renew(ctx, id, r.Worker, w.Now().Add(r.lease()), int(done.Load()), int(total.Load()))
			return err
		})
		if err == nil && !held {
			stop(errLost)
			return
		}
	}
}

func (r *Runner) bring(ctx context.Context, d Delivery, now time.Time, progress func(done, total int)) (_ provision.Report, err error) {
	defer func() {
		if p := recover(); p != nil { // a defect that one archive brings to light must not take the broker down
			err = fmt.Errorf("panic in an import: %v\n%s", p, debug.Stack())
		}
	}()
	source, err := open(r.Service.File(d), now)
	if err != nil {
		return provision.Report{}, err
	}
	return r.Importer.Import(ctx, source, provision.Options{Project: d.Project, Confirm: d.Confirm, Progress: progress})
}

// ending decides what an attempt comes to: a report, refusals included, is an end; a fault of the machine is tried again a little
// later, a few times.
func (r *Runner) ending(d Delivery, report provision.Report, err error) (Ending, error) {
	if err == nil {
		end := Ending{State: Done}
		if report.Refused {
			end.State = Refused
		}
		end.Report, err = json.Marshal(report)
		return end, err
	}
	end := Ending{State: Waiting, Trouble: err.Error()}
	if d.Attempts >= mostAttempt {
		end.State = Failed
	}
	return end, nil
}
