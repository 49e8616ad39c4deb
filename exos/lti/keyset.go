package lti

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"

	"github.com/go-jose/go-jose/v4"

	"pupitre/internal/fault"
	"pupitre/internal/keyset"
)

// key is the one that a message names, of its platform's set.
func (t *Tool) key(ctx context.Context, p Platform, h jose.Header) (jose.JSONWebKey, error) {
	unnamed := fault.New(fault.Denied, "exoslti.message", "claim", "kid")
	if h.KeyID == "" { // Security Framework §5.1.1.3: a message names its key
		return jose.JSONWebKey{}, unnamed
	}
	found, err := t.sets.Find(ctx, keyset.Source{HTTP: t.HTTP, Now: t.Now(), Good: isPublic}, p.Keys, func(keys []jose.JSONWebKey) []jose.JSONWebKey {
		return keyset.Meant(keys, h.KeyID, h.Algorithm, func(k jose.JSONWebKey) bool { return signs(k, h.Algorithm) })
	})
	switch {
	case err != nil:
		return jose.JSONWebKey{}, fault.Wrap(err, fault.Unavailable, "exoslti.keys", "name", p.Name)
	case len(found) == 0:
		return jose.JSONWebKey{}, unnamed
	}
	return found[0], nil
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

func isPublic(k jose.JSONWebKey) bool { return k.IsPublic() }
