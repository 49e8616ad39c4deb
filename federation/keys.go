package federation

import (
	"slices"
	"time"
)

// Key is a signing key as it is kept.
type Key struct {
	Algorithm Algorithm
	Serial    int       // counts up within an algorithm; two nodes cannot make the same
	ID        string    // the « kid »
	Private   []byte    // PKCS #8, sealed where the operator gave a Seal
	Public    []byte    // DER: a self-signed certificate, by which SAML knows a key; none for JOSE
	From      time.Time // signs from then on, until the next one does; shown in the key set before that
}

// The life of a key. A client may keep the key set for a day (docs/protocols/oidc.md), so the next key is shown two days ahead
// and the last one stays a day longer than anything that it signed. Certificates for SAML are often carried by hand: they live for a
// year, and the next one is shown for two months.
const (
	keyLife  = 90 * 24 * time.Hour
	keyAhead = 2 * 24 * time.Hour
	keyAfter = 2 * 24 * time.Hour

	certificateLife  = 365 * 24 * time.Hour
	certificateAhead = 60 * 24 * time.Hour
)

func lifeOf(a Algorithm) (life, ahead time.Duration) {
	if slices.Contains(CertifiedAlgorithms, a) {
		return certificateLife, certificateAhead
	}
	return keyLife, keyAhead
}

// signing returns the key of an algorithm that signs at the given instant: the newest that has begun.
func signing(keys []Key, a Algorithm, now time.Time) (Key, bool) {
	var found Key
	for _, k := range keys {
		if k.Algorithm == a && !now.Before(k.From) && k.Serial > found.Serial {
			found = k
		}
	}
	return found, found.Serial > 0
}

// shown returns the keys that clients must be able to find at the given instant, in order: those to come, the one that signs,
// and the last one until what it signed has expired.
func shown(keys []Key, now time.Time) []Key {
	var out []Key
	for _, k := range keys {
		next := slices.IndexFunc(keys, func(n Key) bool { return n.Algorithm == k.Algorithm && n.Serial == k.Serial+1 })
		if next < 0 || now.Before(keys[next].From.Add(keyAfter)) {
			out = append(out, k)
		}
	}
	return out
}

// due tells which key is to be made now: the very first at once, the next ones ahead of their time.
func due(keys []Key, a Algorithm, now time.Time) (serial int, from time.Time, yes bool) {
	life, ahead := lifeOf(a)
	newest := Key{}
	for _, k := range keys {
		if k.Algorithm == a && k.Serial > newest.Serial {
			newest = k
		}
	}
	if newest.Serial == 0 {
		return 1, now, true
	}
	if now.Before(newest.From.Add(life - ahead)) {
		return 0, time.Time{}, false
	}
	return newest.Serial + 1, now.Add(ahead), true
}
