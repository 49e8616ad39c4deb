package signin

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// kept is something that a portal publishes: fetched when it is first needed, by one question however many wait for it, and kept for
// a while. Its zero value has nothing yet. Where the portal does not answer, what was kept does for a day.
type kept[T any] struct {
	flight singleflight.Group

	mu    sync.Mutex
	value *T
	at    time.Time // when value was fetched
	tried time.Time // when the portal was last asked in vain
	err   error     // what came then
}

const (
	patience = 10 * time.Second // with one question
	retry    = 5 * time.Second  // after one in vain: until then nobody waits again
	stale    = 24 * time.Hour
)

// get returns what was fetched within life, else fetches it.
func (k *kept[T]) get(ctx context.Context, now func() time.Time, life time.Duration, fetch func(context.Context) (*T, error)) (*T, error) {
	if value, err, ok := k.known(now(), life); ok {
		return value, err
	}
	answer := k.flight.DoChan("", func() (any, error) {
		// Others wait for this answer too: it does not end with whoever asked first.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		value, err := fetch(ctx)
		k.keep(now(), value, err)
		return nil, nil
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-answer:
	}
	value, err, _ := k.known(now(), stale)
	return value, err
}

// known returns what is kept and fresh or, shortly after a question in vain, whatever there is; false where it is time to ask.
func (k *kept[T]) known(now time.Time, life time.Duration) (*T, error, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.value != nil && now.Sub(k.at) < life {
		return k.value, nil, true
	}
	if k.err == nil || now.Sub(k.tried) >= retry {
		return nil, k.err, false
	}
	if k.value != nil && now.Sub(k.at) < stale {
		return k.value, nil, true
	}
	return nil, k.err, true
}

func (k *kept[T]) keep(now time.Time, value *T, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.err = err; err != nil {
		k.tried = now
		return
	}
	k.value, k.at = value, now
}
