// Package keyset reads the key sets that others publish at an address (RFC 7517 §5), and remembers them.
//
//	an address   is registered by an operator: strangers cannot fill the memory
//	a set        is read again after ten minutes, and for a key that is new to us, at most twice a minute, whoever asks; what was read
//	             stands in for an hour for what cannot be read. Whose key is known waits for a second at most, once
//
// Which key is good, and which one a message means, is the caller's.
package keyset

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"pupitre/internal/httpx"
)

// Limits of a key set at its owner's address.
const (
	patience = 5 * time.Second
	maxBytes = 64 << 10
	maxKeys  = 32
	kept     = 10 * time.Minute // after which it is read again
	stale    = time.Hour        // after which what was read does no longer stand in for what cannot be
	pause    = 30 * time.Second // between two readings for the sake of a key that is not there
	hurry    = time.Second      // how long somebody whose key is known waits for the set to be read again
)

// Memory remembers key sets. The zero value is ready.
type Memory struct {
	mu   sync.Mutex
	byAt map[string]*set
}

// set is one address's keys.
type set struct {
	mu      sync.Mutex
	keys    []jose.JSONWebKey
	read    time.Time     // when they came
	tried   time.Time     // when they were last asked for
	asking  chan struct{} // closed when the answer that is waited for is there; nil while none is
	trouble error         // of the last answer
}

func (m *Memory) of(address string) *set {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.byAt == nil {
		m.byAt = map[string]*set{}
	}
	if m.byAt[address] == nil {
		m.byAt[address] = &set{}
	}
	return m.byAt[address]
}

// Source is how a set is read: by whom, at what time, and which of its keys are taken.
type Source struct {
	HTTP *http.Client
	Now  time.Time
	Good func(jose.JSONWebKey) bool
}

// Find returns what fits of the keys at an address, nothing where none does. Its error is that the set cannot be read, and could not for
// an hour, or ctx's own.
func (m *Memory) Find(ctx context.Context, from Source, address string, fits func([]jose.JSONWebKey) []jose.JSONWebKey) ([]jose.JSONWebKey, error) {
	s := m.of(address)
	s.mu.Lock()
	defer s.mu.Unlock()
	found := fits(s.keys)
	known := len(found) > 0 && s.standsIn(from.Now)
	if known && from.Now.Sub(s.read) < kept {
		return found, nil
	}
	if asking := s.ask(ctx, from, address); asking != nil {
		patient := ctx
		if known {
			var cancel context.CancelFunc
			patient, cancel = context.WithTimeout(ctx, hurry-from.Now.Sub(s.tried))
			defer cancel()
		}
		s.mu.Unlock()
		select {
		case <-asking:
		case <-patient.Done():
		}
		s.mu.Lock()
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	if !s.standsIn(from.Now) {
		return nil, s.trouble
	}
	return fits(s.keys), nil
}

// standsIn reports whether the keys that were read are good still. The lock is held.
func (s *set) standsIn(now time.Time) bool { return !s.read.IsZero() && now.Sub(s.read) < stale }

// ask asks for the keys, of many who want them once, and returns what tells when they are there; nil where they were asked for a moment
// ago. Who has begun it may leave before. The lock is held.
func (s *set) ask(ctx context.Context, from Source, address string) <-chan struct{} {
	if s.asking == nil && (s.tried.IsZero() || from.Now.Sub(s.tried) >= pause) {
		s.tried, s.asking = from.Now, make(chan struct{})
		go func() {
			keys, err := from.fetch(context.WithoutCancel(ctx), address)
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.trouble = err; err == nil {
				s.keys, s.read = keys, from.Now
			}
			close(s.asking)
			s.asking = nil
		}()
	}
	return s.asking
}

func (from Source) fetch(ctx context.Context, address string) ([]jose.JSONWebKey, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	status, body, err := httpx.Ask(from.HTTP, req, maxBytes)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, fmt.Errorf("status %d", status)
	}
	return Read(body, from.Good)
}

// Read reads a key set. What in it is no key that is good is passed over (RFC 7517 §5); a set without any is an error.
func Read(body []byte, good func(jose.JSONWebKey) bool) ([]jose.JSONWebKey, error) {
	var raw struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &raw); err != nil {
		return nil, err
	}
	if len(raw.Keys) > maxKeys {
		return nil, fmt.Errorf("more than %d keys", maxKeys)
	}
	var out []jose.JSONWebKey
	for _, text := range raw.Keys {
		var k jose.JSONWebKey
		if json.Unmarshal(text, &k) == nil && good(k) {
			out = append(out, k)
		}
	}
	if len(out) == 0 {
		return nil, errors.New("no public key that can be taken is in it")
	}
	return out, nil
}

// Meant are the good keys of that id, of any for "", for signatures in that algorithm, if one only is meant: of two keys of one name, or of
// several without a name, which one is not for us to try out.
func Meant(keys []jose.JSONWebKey, id, algorithm string, good func(jose.JSONWebKey) bool) []jose.JSONWebKey {
	var out []jose.JSONWebKey
	for _, k := range keys {
		if (id == "" || k.KeyID == id) && (k.Use == "" || k.Use == "sig") && (k.Algorithm == "" || k.Algorithm == algorithm) && good(k) {
			out = append(out, k)
		}
	}
	if len(out) > 1 {
		return nil
	}
	return out
}
