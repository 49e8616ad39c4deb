package brokerapp

import (
	"context"
	"errors"
	"time"
)

const (
	followLimit = 100                    // facts in one transaction
	sweepLimit  = 500                    // rows in one transaction
	fetchers    = 4                      // of publishers' pictures at a time: they wait for others' sites
	fetchPause  = 3 * time.Second        // a cover is drawn meanwhile
	batchPause  = 300 * time.Millisecond // who started a batch is looking
	followPause = 150 * time.Millisecond // promise 3: a change is felt within a second, on every node
)

// follow hands a follower its facts as they come.
func (b *Broker) follow(ctx context.Context, name string, f func(ctx context.Context) (int, error)) {
	b.every(ctx, name, followPause, all(followLimit, f))
}

// sweep removes what is over, now and then.
func (b *Broker) sweep(ctx context.Context, name string, interval time.Duration, f func(ctx context.Context, limit int) (int, error)) {
	b.every(ctx, name, interval, all(sweepLimit, func(ctx context.Context) (int, error) { return f(ctx, sweepLimit) }))
}

// all repeats a step that handles at most limit rows for as long as there are more: it does not rest in between.
func all(limit int, step func(ctx context.Context) (int, error)) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		for {
			if n, err := step(ctx); err != nil || n < limit {
				return err
			}
		}
	}
}

// every calls f at each interval until ctx ends. A failure is logged and tried again: nothing is lost, for each f remembers in
// the database how far it came. After failures it waits longer, so that a database that is down is not also shouted at.
func (b *Broker) every(ctx context.Context, name string, interval time.Duration, f func(ctx context.Context) error) {
	b.loops.Go(func() {
		pause := interval
		timer := time.NewTimer(pause)
		defer timer.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-timer.C:
			}
			err := f(ctx)
			if errors.Is(err, context.Canceled) {
				err = nil // given up, not failed: the end is near
			}
			b.settings.Meter.Loop(name, b.settings.Now(), err)
			if err != nil {
				b.settings.Log.Error("loop failed", "loop", name, "err", err)
				pause = min(2*pause, time.Minute)
			} else {
				pause = interval
			}
			timer.Reset(pause)
		}
	})
}
