package lti

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"pupitre/internal/tx"
)

// Key is one of our signing keys. All platforms take RS256 (Security Framework §6.1).
type Key struct {
	Serial  int
	ID      string
	From    time.Time // when it begins to sign; it is shown before
	Private []byte    // PKCS #8; as well kept as the database
}

// The life of a key: it signs for keyLife, is shown keyAhead before it does, and until its successor has signed for keyAhead.
const (
	keyLife  = 180 * 24 * time.Hour
	keyAhead = 30 * 24 * time.Hour
	reread   = time.Minute // how old a node's knowledge of the keys may be
)

// keyring is the keys as this node knows them; all nodes of a database use the same.
type keyring struct {
	mu    sync.Mutex
	read  time.Time
	known []Key
	ready map[string]*rsa.PrivateKey
}

// sign returns claims as a compact JWS by the key that signs now.
func (t *Tool) sign(ctx context.Context, claims any) (string, error) {
	keys, err := t.ring(ctx)
	if err != nil {
		return "", err
	}
	var now Key
	for _, k := range keys {
		if !t.Now().Before(k.From) {
			now = k
		}
	}
	t.keys.mu.Lock()
	private := t.keys.ready[now.ID]
	t.keys.mu.Unlock()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: private, KeyID: now.ID}}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", fmt.Errorf("sign by key %s: %w", now.ID, err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

// publicKeys shows the keys with which what we sign is checked: those to come, the one that signs, and the last one for a while.
func (t *Tool) publicKeys(w http.ResponseWriter, r *http.Request) error {
	keys, err := t.ring(r.Context())
	if err != nil {
		return err
	}
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	t.keys.mu.Lock()
	for i, k := range keys {
		if i+1 < len(keys) && !t.Now().Before(keys[i+1].From.Add(keyAhead)) {
			continue
		}
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: t.keys.ready[k.ID].Public(), KeyID: k.ID, Algorithm: string(jose.RS256), Use: "sig"})
	}
	t.keys.mu.Unlock()
	body, err := json.Marshal(set)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/jwk-set+json")
	w.Header().Set("Cache-Control", "public, max-age=600")
	_, err = w.Write(body)
	return err
}

// ring returns the keys, oldest first, making the one that is due.
func (t *Tool) ring(ctx context.Context) ([]Key, error) {
	k := &t.keys
	k.mu.Lock()
	defer k.mu.Unlock()
	now := t.Now()
	if !k.read.IsZero() && now.Sub(k.read) < reread {
		return k.known, nil
	}
	if err := t.loadKeys(ctx); err != nil {
		return nil, err
	}
	if serial, from, due := dueKey(k.known, now); due {
		if err := t.makeKey(ctx, serial, from); err != nil {
			return nil, err
		}
		if err := t.loadKeys(ctx); err != nil { // another node may have made it first
			return nil, err
		}
	}
	k.read = now
	return k.known, nil
}

// dueKey tells which key is to be made now: the very first at once, the next ones ahead of their time. It is pure.
func dueKey(keys []Key, now time.Time) (serial int, from time.Time, due bool) {
	if len(keys) == 0 {
		return 1, now, true
	}
	newest := keys[len(keys)-1]
	if now.Before(newest.From.Add(keyLife - keyAhead)) {
		return 0, time.Time{}, false
	}
	return newest.Serial + 1, now.Add(keyAhead), true
}

func (t *Tool) makeKey(ctx context.Context, serial int, from time.Time) error {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return fmt.Errorf("make a signing key: %w", err)
	}
	plain, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return fmt.Errorf("make a signing key: %w", err)
	}
	key := Key{Serial: serial, ID: t.IDs.New(), From: from, Private: plain}
	return t.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		_, err := w.AddKey(ctx, key, w.Now().Add(-2*keyLife))
		return err
	})
}

func (t *Tool) loadKeys(ctx context.Context) error {
	keys, err := tx.Answer(ctx, t.Store.Read, func(ctx context.Context, r Reader) ([]Key, error) { return r.Keys(ctx) })
	if err != nil {
		return fmt.Errorf("read the signing keys: %w", err)
	}
	ready := map[string]*rsa.PrivateKey{}
	for _, key := range keys {
		parsed, err := x509.ParsePKCS8PrivateKey(key.Private)
		if err != nil {
			return fmt.Errorf("read signing key %s: %w", key.ID, err)
		}
		private, ok := parsed.(*rsa.PrivateKey)
		if !ok {
			return fmt.Errorf("signing key %s is of another kind", key.ID)
		}
		ready[key.ID] = private
	}
	t.keys.known, t.keys.ready = keys, ready
	return nil
}
