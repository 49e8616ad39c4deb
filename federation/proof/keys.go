package proof

import (
	"context"

	"github.com/go-jose/go-jose/v4"

	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/keyset"
)

// keys are those of a client with which a signature by this key, in this algorithm, may be checked. A token that names no key is taken
// where only one could be meant.
func (c *Checker) keys(ctx context.Context, client federation.Client, id string, algorithm string) ([]jose.JSONWebKey, error) {
	suitable := func(keys []jose.JSONWebKey) []jose.JSONWebKey {
		return keyset.Meant(keys, id, algorithm, federation.StrongKey)
	}
	address := client.Proof.KeysAt
	if address == "" {
		return suitable(client.Proof.Keys), nil
	}
	found, err := c.sets.Find(ctx, keyset.Source{HTTP: c.Client, Now: c.Now(), Good: federation.StrongKey}, address, suitable)
	if err != nil {
		return nil, fault.Wrap(err, fault.Denied, "federation.proof.keys", "address", address)
	}
	return found, nil
}

// ReadKeys reads a key set (RFC 7517 §5): the keys in it that signatures may be checked with.
func ReadKeys(body []byte) ([]jose.JSONWebKey, error) { return keyset.Read(body, federation.StrongKey) }
