package lti

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// Limits of a platform's key set.
const (
	setPatience = 5 * time.Second
	setBytes    = 64 << 10
	setKeys     = 32
	setKept     = 10 * time.Minute // after which it is read again
	setStale    = time.Hour        // after which what was read does no longer stand in for what cannot be
	setPause    = 30 * time.Second // between two readings for the sake of a key that is not there
)

// sets remembers the key sets of registered platforms: strangers cannot fill it.
type sets struct {
	mu   sync.Mutex
	byAt map[string]*set
}

// set is one address's keys. Its lock is held while they are fetched, so that of many who wait one asks.
type set struct {
	mu    sync.Mutex
	keys  []jose.JSONWebKey
	read  time.Time
	tried time.Time
}

func (s *sets) of(address string) *set {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byAt == nil {
		s.byAt = map[string]*set{}
	}
	if s.byAt[address] == nil {
		s.byAt[address] = &set{}
	}
	return s.byAt[address]
}

// key is the one that a message names, of its platform's set. A platform that changes its keys is asked again for one that is new to us,
// at most twice a minute, whoever asks.
func (t *Tool) key(ctx context.Context, p Platform, h jose.Header) (jose.JSONWebKey, error) {
	if h.KeyID == "" { // Security Framework §5.1.1.3: a message names its key
		return jose.JSONWebKey{}, fault.New(fault.Denied, "exoslti.message", "claim", "kid")
	}
	s := t.sets.of(p.Keys)
	s.mu.Lock()
	defer s.mu.Unlock()
	now := t.Now()
	fresh := !s.read.IsZero() && now.Sub(s.read) < setKept
	key, found := pick(s.keys, h)
	paused := !s.tried.IsZero() && now.Sub(s.tried) < setPause
	if !(fresh && found) && !paused {
		s.tried = now
		keys, err := t.fetch(ctx, p.Keys)
		if err == nil {
			s.keys, s.read = keys, now
			key, found = pick(s.keys, h)
		} else if s.read.IsZero() || now.Sub(s.read) >= setStale {
			return jose.JSONWebKey{}, fault.Wrap(err, fault.Unavailable, "exoslti.keys", "name", p.Name)
		}
	}
	switch {
	case s.read.IsZero() || now.Sub(s.read) >= setStale:
		return jose.JSONWebKey{}, fault.New(fault.Unavailable, "exoslti.keys", "name", p.Name)
	case !found:
		return jose.JSONWebKey{}, fault.New(fault.Denied, "exoslti.message", "claim", "kid")
	}
	return key, nil
}

// pick finds the one key of that name that is strong, for signatures, and for that algorithm.
func pick(keys []jose.JSONWebKey, h jose.Header) (jose.JSONWebKey, bool) {
	var out []jose.JSONWebKey
	for _, k := range keys {
		if k.KeyID == h.KeyID && (k.Use == "" || k.Use == "sig") && (k.Algorithm == "" || k.Algorithm == h.Algorithm) && signs(k, h.Algorithm) {
			out = append(out, k)
		}
	}
	if len(out) != 1 { // two keys of one name: which is meant is not for us to try out
		return jose.JSONWebKey{}, false
	}
	return out[0], true
}

func signs(k jose.JSONWebKey, algorithm string) bool {
	switch key := k.Key.(type) {
	case *rsa.PublicKey:
		return algorithm == string(jose.RS256) && k.Valid() && key.N.BitLen() >= 2048 && key.E >= 3
	case *ecdsa.PublicKey:
		return algorithm == string(jose.ES256) && k.Valid() && key.Curve == elliptic.P256()
	}
	return false
}

// fetch reads a key set at its platform's address. What in it is no key that we know is passed over (RFC 7517 §5).
func (t *Tool) fetch(ctx context.Context, address string) ([]jose.JSONWebKey, error) {
	ctx, cancel := context.WithTimeout(ctx, setPatience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	status, body, err := httpx.Ask(t.HTTP, req, setBytes)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, fmt.Errorf("status %d", status)
	}
	var raw struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(body, &raw); err != nil {
		return nil, err
	}
	if len(raw.Keys) > setKeys {
		return nil, fmt.Errorf("more than %d keys", setKeys)
	}
	var out []jose.JSONWebKey
	for _, text := range raw.Keys {
		var k jose.JSONWebKey
		if json.Unmarshal(text, &k) == nil && k.IsPublic() {
			out = append(out, k)
		}
	}
	if len(out) == 0 {
		return nil, errors.New("no public key is in it")
	}
	return out, nil
}
