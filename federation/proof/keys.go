package proof

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// Limits of a key set at its owner's address.
const (
	setPatience = 5 * time.Second
	setBytes    = 64 << 10
	setKeys     = 32
	setKept     = 10 * time.Minute // after which it is read again
	setStale    = time.Hour        // after which what was read does no longer stand in for what cannot be
	setPause    = 30 * time.Second // between two readings for the sake of a key that is not there
)

// sets remembers the key sets of registered addresses: strangers cannot fill it.
type sets struct {
	mu   sync.Mutex
	byAt map[string]*set
}

// set is one address's keys. Its lock is held while they are fetched, so that of many who wait one asks.
type set struct {
	mu    sync.Mutex
	keys  []jose.JSONWebKey
	read  time.Time // when they came
	tried time.Time // when they were last asked for
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

// keys are those of a client with which a signature by this key, in this algorithm, may be checked.
func (c *Checker) keys(ctx context.Context, client federation.Client, id string, algorithm string) ([]jose.JSONWebKey, error) {
	if client.Proof.KeysAt == "" {
		return suitable(client.Proof.Keys, id, algorithm), nil
	}
	s := c.sets.of(client.Proof.KeysAt)
	s.mu.Lock()
	defer s.mu.Unlock()
	now := c.Now()
	found := suitable(s.keys, id, algorithm)
	old := s.read.IsZero() || now.Sub(s.read) >= setKept
	if len(found) > 0 && !old || !s.tried.IsZero() && now.Sub(s.tried) < setPause {
		if old && now.Sub(s.read) >= setStale {
			return nil, unreadable(client, errors.New("asked a moment ago"))
		}
		return found, nil
	}
	s.tried = now
	keys, err := c.fetch(ctx, client.Proof.KeysAt)
	switch {
	case err == nil:
		s.keys, s.read = keys, now
	case s.read.IsZero() || now.Sub(s.read) >= setStale:
		return nil, unreadable(client, err)
	}
	return suitable(s.keys, id, algorithm), nil
}

func unreadable(client federation.Client, err error) error {
	return fault.Wrap(err, fault.Denied, "federation.proof.keys", "address", client.Proof.KeysAt)
}

// suitable are the keys of that id, strong, for signatures, and for that algorithm. A token that names no key is taken where
// only one could be meant.
func suitable(keys []jose.JSONWebKey, id, algorithm string) []jose.JSONWebKey {
	var out []jose.JSONWebKey
	for _, k := range keys {
		if (id == "" || k.KeyID == id) && federation.StrongKey(k) && (k.Use == "" || k.Use == "sig") && (k.Algorithm == "" || k.Algorithm == algorithm) {
			out = append(out, k)
		}
	}
	if len(out) > 1 {
		return nil // two keys of one name, or no name: which is meant is not for us to try out
	}
	return out
}

// fetch reads a key set at its owner's address. What in it is no key that we know is passed over (RFC 7517 §5).
func (c *Checker) fetch(ctx context.Context, address string) ([]jose.JSONWebKey, error) {
	ctx, cancel := context.WithTimeout(ctx, setPatience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	status, body, err := httpx.Ask(c.Client, req, setBytes)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, fmt.Errorf("status %d", status)
	}
	return ReadKeys(body)
}

// ReadKeys reads a key set (RFC 7517 §5): the keys in it that signatures may be checked with.
func ReadKeys(body []byte) ([]jose.JSONWebKey, error) {
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
		if json.Unmarshal(text, &k) == nil && federation.StrongKey(k) {
			out = append(out, k)
		}
	}
	if len(out) == 0 {
		return nil, errors.New("no public key of RSA with 2,048 bits or of P-256 is in it")
	}
	return out, nil
}
