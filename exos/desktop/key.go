package desktop

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"slices"

	"pupitre/exos/offline"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
)

// PublicKey is the public half as the server reads it (RFC 8037), its fields in the order of a thumbprint (RFC 7638).
type PublicKey struct {
	Crv string `json:"crv"`
	Kty string `json:"kty"`
	X   string `json:"x"`
}

var errOwned = fault.New(fault.Conflict, "exosdesktop.owned")

// MakeKey makes the device's key, in the place of one that became no device. fault.Conflict where the program is a learner's already.
func (s *Shelf) MakeKey(ctx context.Context) (PublicKey, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return PublicKey{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, t *db.Tx) error {
		if mine, err := owned(ctx, t); err != nil {
			return err
		} else if mine {
			return errOwned
		}
		_, err := t.Exec(ctx, `insert into secret (one, seed) values (1, $1) on conflict (one) do update set seed = excluded.seed`, private.Seed())
		return err
	})
	return PublicKey{Crv: "Ed25519", Kty: "OKP", X: base64.RawURLEncoding.EncodeToString(public)}, err
}

// Sign signs for one of the purposes that devices sign for, and for no other (fault.Invalid). fault.NotFound where there is no key.
func (s *Shelf) Sign(ctx context.Context, p offline.Purpose, text string) (offline.Signed, error) {
	if !slices.Contains(offline.Purposes, p) {
		return offline.Signed{}, errForm
	}
	return tx.Answer(ctx, s.db.Read, func(ctx context.Context, t *db.Tx) (offline.Signed, error) {
		var seed []byte
		err := t.One(ctx, `select seed from secret`, nil, &seed)
		if fault.Is(err, fault.NotFound) {
			return offline.Signed{}, errNone
		}
		if err != nil {
			return offline.Signed{}, err
		}
		return offline.Signed{Text: text, Signature: ed25519.Sign(ed25519.NewKeyFromSeed(seed), []byte(string(p)+text))}, nil
	})
}
