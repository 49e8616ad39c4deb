package keyset_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"

	"pupitre/internal/keyset"
)

// owner is the party that publishes the keys: what it answers is changed by the test, and it answers when it is let.
type owner struct {
	mu    sync.Mutex
	body  []byte
	err   error
	hold  chan struct{} // nil: at once
	asked atomic.Int64
}

func (o *owner) RoundTrip(r *http.Request) (*http.Response, error) {
	o.asked.Add(1)
	o.mu.Lock()
	body, err, hold := o.body, o.err, o.hold
	o.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(body)), Request: r}, nil
}

// publishes sets what the owner answers from now on: keys of these names, or nothing but trouble.
func (o *owner) publishes(t *testing.T, names ...string) {
	t.Helper()
	var set jose.JSONWebKeySet
	for _, name := range names {
		private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: private.Public(), KeyID: name, Algorithm: "ES256", Use: "sig"})
	}
	body, err := json.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.body, o.err = body, nil; len(names) == 0 {
		o.err = errors.New("down")
	}
}

func (o *owner) holds(hold chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.hold = hold
}

// finder looks for keys at one address by the bubble's own clock.
type finder struct {
	memory keyset.Memory
	*owner
}

func (f *finder) find(ctx context.Context, name string) (bool, error) {
	all := func(jose.JSONWebKey) bool { return true }
	found, err := f.memory.Find(ctx, keyset.Source{HTTP: &http.Client{Transport: f.owner}, Now: time.Now(), Good: all}, "https://tool.example/keys",
		func(keys []jose.JSONWebKey) []jose.JSONWebKey { return keyset.Meant(keys, name, "ES256", all) })
	return len(found) == 1, err
}

// must looks for a key and says what was expected.
func (f *finder) must(t *testing.T, name string, want bool) {
	t.Helper()
	if got, err := f.find(t.Context(), name); err != nil || got != want {
		t.Errorf("key %s: %v, %v, want %v", name, got, err, want)
	}
}

// Whoever comes with a known key waits for a slow owner for a second, and nobody who comes after them does; what the owner says at last is
// kept.
func TestASlowOwnerDelaysNobodyWhoseKeyIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &finder{owner: &owner{}}
		f.publishes(t, "a")
		f.must(t, "a", true)
		time.Sleep(11 * time.Minute)
		hold := make(chan struct{})
		f.holds(hold)
		f.publishes(t, "a", "b")
		began := time.Now()
		for range 10 {
			f.must(t, "a", true)
		}
		if took := time.Since(began); took != time.Second {
			t.Errorf("ten waited for %v, want the first for a second", took)
		}
		if n := f.asked.Load(); n != 2 {
			t.Errorf("asked %d times, want once more", n)
		}
		close(hold)
		synctest.Wait()
		f.must(t, "b", true)
		if n := f.asked.Load(); n != 2 {
			t.Errorf("asked %d times: what came behind them was not kept", n)
		}
	})
}

// A key that is gone from a set is refused after ten minutes, and after an hour where its owner does not answer.
func TestAKeyThatIsGoneIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &finder{owner: &owner{}}
		f.publishes(t, "a")
		f.must(t, "a", true)
		f.publishes(t, "b")
		time.Sleep(9 * time.Minute)
		f.must(t, "a", true)
		time.Sleep(2 * time.Minute)
		f.must(t, "a", false)

		f.publishes(t)
		time.Sleep(59 * time.Minute)
		f.must(t, "b", true)
		time.Sleep(2 * time.Minute)
		if got, err := f.find(t.Context(), "b"); got || err == nil {
			t.Errorf("after an hour without an answer: %v, %v", got, err)
		}
	})
}

// Of many who come with a key that is new one asks, the others wait for its answer; who has no time leaves; and a stranger's invented names
// ask twice a minute at most.
func TestANewKeyIsAskedForOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &finder{owner: &owner{}}
		hold := make(chan struct{})
		f.holds(hold)
		f.publishes(t, "a")
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() { f.must(t, "a", true) })
		}
		hurried, cancel := context.WithCancel(t.Context())
		wait.Go(func() {
			if _, err := f.find(hurried, "a"); !errors.Is(err, context.Canceled) {
				t.Errorf("who left: %v", err)
			}
		})
		synctest.Wait()
		cancel()
		synctest.Wait()
		close(hold)
		wait.Wait()
		for range 5 {
			f.must(t, "invented", false)
		}
		if n := f.asked.Load(); n != 1 {
			t.Errorf("asked %d times", n)
		}
		time.Sleep(31 * time.Second)
		f.must(t, "invented", false)
		if n := f.asked.Load(); n != 2 {
			t.Errorf("asked %d times after half a minute", n)
		}
	})
}

// An owner that never ends its answer is waited for five seconds.
func TestAnOwnerThatHangsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &finder{owner: &owner{}}
		f.holds(make(chan struct{}))
		began := time.Now()
		if _, err := f.find(t.Context(), "a"); err == nil || time.Since(began) != 5*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}
