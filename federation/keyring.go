package federation

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"pupitre/internal/fault"
	"pupitre/internal/id"
	"pupitre/internal/libcrypto"
	"pupitre/internal/tx"
	"pupitre/internal/xmlsec"
	"pupitre/journal"
)

// Keyring signs what publishers are told, with keys of the house that change by themselves. Every node of one database uses
// the same keys: each reads them once a minute. Fill it as a struct literal; safe for concurrent use.
type Keyring struct {
	Store Store
	IDs   *id.Maker
	Now   func() time.Time
	Seal  Seal // zero: private keys lie in the database as they are, so the database must be as well kept as they

	mu    sync.Mutex
	read  map[Algorithm]time.Time
	keys  []Key
	ready map[string]opened
}

// opened is a private key, and what signs with it: the key, or something faster.
type opened struct{ private, signs crypto.Signer }

// rereadEvery is how old a node's knowledge of the keys may be: much less than keyAhead.
const rereadEvery = time.Minute

// Sign returns claims as a compact JWS (RFC 7515 §7.1) with the « typ » given, by the key that now signs with this algorithm. The
// signatures of RS256 and ES256 are those of XML (RFC 7518 §3.3, §3.4).
func (k *Keyring) Sign(ctx context.Context, a Algorithm, typ string, claims any) (string, error) {
	key, signer, err := k.signer(ctx, a)
	if err != nil {
		return "", err
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("sign %s: %w", typ, err)
	}
	header, err := json.Marshal(struct {
		Algorithm Algorithm `json:"alg"`
		Key       string    `json:"kid"`
		Type      string    `json:"typ"`
	}{a, key.ID, typ})
	if err != nil {
		return "", fmt.Errorf("sign %s: %w", typ, err)
	}
	text := base64.RawURLEncoding.EncodeToString(header) + "." + base64.RawURLEncoding.EncodeToString(payload)
	signature, err := xmlsec.Key{Signer: signer}.SignBytes([]byte(text))
	if err != nil {
		return "", fmt.Errorf("sign %s: %w", typ, err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature), nil
}

// Own reads what Sign signed for ourselves, with ES256 under that « typ »; fault.Denied for anything else.
func (k *Keyring) Own(ctx context.Context, typ, token string, into any) error {
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return fault.Wrap(err, fault.Denied, "federation.word")
	}
	set, err := k.Public(ctx)
	if err != nil {
		return err
	}
	header := signed.Signatures[0].Header
	if header.ExtraHeaders[jose.HeaderType] == typ {
		for _, key := range set.Key(header.KeyID) {
			if text, err := signed.Verify(key); err == nil {
				return json.Unmarshal(text, into)
			}
		}
	}
	return fault.New(fault.Denied, "federation.word")
}

// Public is the key set that clients check signatures with.
func (k *Keyring) Public(ctx context.Context) (jose.JSONWebKeySet, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.refresh(ctx, Algorithms); err != nil {
		return jose.JSONWebKeySet{}, err
	}
	var set jose.JSONWebKeySet
	for _, key := range shown(k.keys, k.Now()) {
		if !slices.Contains(Algorithms, key.Algorithm) {
			continue
		}
		signer := k.ready[key.ID].private
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: signer.Public(), KeyID: key.ID, Algorithm: string(key.Algorithm), Use: "sig"})
	}
	return set, nil
}

// Certificates are those (DER) of the keys for SAML, in the order in which they sign.
func (k *Keyring) Certificates(ctx context.Context) (all [][]byte, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.refresh(ctx, CertifiedAlgorithms); err != nil {
		return nil, err
	}
	for _, key := range shown(k.keys, k.Now()) {
		if slices.Contains(CertifiedAlgorithms, key.Algorithm) {
			all = append(all, key.Public)
		}
	}
	return all, nil
}

// Certified is the key that signs for SAML where a program takes JOSE's algorithm a.
func (k *Keyring) Certified(ctx context.Context, a Algorithm) (xmlsec.Key, error) {
	certified := CertifiedECDSA
	if a == RS256 {
		certified = CertifiedRSA
	}
	key, signer, err := k.signer(ctx, certified)
	return xmlsec.Key{Signer: signer, Certificate: key.Public}, err
}

// Decrypters are the RSA keys for which somebody may have encrypted who has read the certificates.
func (k *Keyring) Decrypters(ctx context.Context) (all []*rsa.PrivateKey, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.refresh(ctx, CertifiedAlgorithms); err != nil {
		return nil, err
	}
	for _, key := range shown(k.keys, k.Now()) {
		if private, ok := k.ready[key.ID].private.(*rsa.PrivateKey); ok && key.Algorithm == CertifiedRSA {
			all = append(all, private)
		}
	}
	return all, nil
}

func (k *Keyring) signer(ctx context.Context, a Algorithm) (Key, crypto.Signer, error) {
	family := Algorithms
	if slices.Contains(CertifiedAlgorithms, a) {
		family = CertifiedAlgorithms
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.refresh(ctx, family); err != nil {
		return Key{}, nil, err
	}
	key, ok := signing(k.keys, a, k.Now())
	if !ok {
		return Key{}, nil, fmt.Errorf("there is no key for %s", a)
	}
	return key, k.ready[key.ID].signs, nil
}

// refresh reads the keys again once a minute, making those of a family that are due: where nobody speaks SAML there are none for it.
func (k *Keyring) refresh(ctx context.Context, family []Algorithm) error {
	now := k.Now()
	if read, ok := k.read[family[0]]; ok && now.Sub(read) < rereadEvery {
		return nil
	}
	if err := k.load(ctx); err != nil {
		return err
	}
	for _, a := range family {
		serial, from, yes := due(k.keys, a, now)
		if !yes {
			continue
		}
		if err := k.make(ctx, a, serial, from); err != nil && !fault.Is(err, fault.Conflict) {
			return err
		}
		if err := k.load(ctx); err != nil { // a Conflict: another node made it first
			return err
		}
	}
	if k.read == nil {
		k.read = map[Algorithm]time.Time{}
	}
	k.read[family[0]] = now
	return nil
}

func (k *Keyring) load(ctx context.Context) error {
	var keys []Key
	err := k.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		keys, err = r.Keys(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("read the signing keys: %w", err)
	}
	ready := map[string]opened{}
	for _, key := range keys {
		if old, ok := k.ready[key.ID]; ok {
			ready[key.ID] = old
			continue
		}
		if ready[key.ID], err = k.open(key); err != nil {
			return err
		}
	}
	k.keys, k.ready = keys, ready
	return nil
}

func (k *Keyring) open(key Key) (opened, error) {
	plain, err := k.Seal.Open(key.Private, key.ID)
	if err != nil {
		return opened{}, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(plain)
	if err != nil {
		return opened{}, fmt.Errorf("read signing key %s: %w", key.ID, err)
	}
	signer, ok := parsed.(crypto.Signer)
	if !ok {
		return opened{}, fmt.Errorf("signing key %s cannot sign", key.ID)
	}
	return opened{private: signer, signs: libcrypto.Signer(signer)}, nil
}

// make creates a key; fault.Conflict where another node has made it first. Keys long out of use go.
func (k *Keyring) make(ctx context.Context, a Algorithm, serial int, from time.Time) error {
	key, err := k.newKey(a, serial, from)
	if err != nil {
		return err
	}
	return k.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		return add(ctx, w, journal.System("keys"), key, serial-2)
	})
}

// newKey makes a key that nobody knows yet.
func (k *Keyring) newKey(a Algorithm, serial int, from time.Time) (Key, error) {
	private, err := generate(a)
	if err != nil {
		return Key{}, fmt.Errorf("make a key for %s: %w", a, err)
	}
	plain, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return Key{}, fmt.Errorf("make a key for %s: %w", a, err)
	}
	key := Key{Algorithm: a, Serial: serial, ID: k.IDs.New(), From: from}
	if slices.Contains(CertifiedAlgorithms, a) {
		if key.Public, err = certify(private, key); err != nil {
			return Key{}, fmt.Errorf("make a key for %s: %w", a, err)
		}
	}
	key.Private = k.Seal.Close(plain, key.ID)
	return key, nil
}

// add keeps a new key, and drops those of its algorithm below a serial.
func add(ctx context.Context, w Writer, by journal.Actor, key Key, below int) error {
	act, err := w.Record(ctx, journal.Entry{
		Actor: by, Verb: "federation.key-made", Subject: key.ID, Class: journal.ClassChange,
		Detail: map[string]any{"algorithm": key.Algorithm, "from": key.From},
	})
	if err != nil {
		return err
	}
	if err := w.AddKey(ctx, act, key); err != nil {
		return err
	}
	return w.DropKeys(ctx, act, key.Algorithm, below)
}

// List returns the keys that there are, as they are kept.
func (k *Keyring) List(ctx context.Context) ([]Key, error) {
	return tx.Answer(ctx, k.Store.Read, func(ctx context.Context, r Reader) ([]Key, error) { return r.Keys(ctx) })
}

// Retire has a new key sign with an algorithm from now on, because those that there are may be in somebody else's hands: none of them, nor the one
// that was to follow, is shown or believed any more. Every node follows when it next reads the keys, within a minute. It returns those that were
// retired, none where nothing has signed with the algorithm yet; fault.Conflict where another key was made at the same moment.
func (k *Keyring) Retire(ctx context.Context, by journal.Actor, a Algorithm) (retired []Key, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.load(ctx); err != nil { // whoever cannot open the house's keys makes none that the house cannot
		return nil, err
	}
	newest := 0
	for _, key := range k.keys {
		if key.Algorithm == a {
			retired, newest = append(retired, key), max(newest, key.Serial)
		}
	}
	if newest == 0 {
		return nil, nil
	}
	key, err := k.newKey(a, newest+1, k.Now().Add(-rereadEvery)) // begun already for a node whose clock is behind
	if err != nil {
		return nil, err
	}
	err = k.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		for _, old := range retired {
			if _, err := w.Record(ctx, journal.Entry{
				Actor: by, Verb: "federation.key-retired", Subject: old.ID, Class: journal.ClassChange, Detail: map[string]any{"algorithm": a, "next": key.ID},
			}); err != nil {
				return err
			}
		}
		return add(ctx, w, by, key, key.Serial)
	})
	if err != nil {
		return nil, fmt.Errorf("retire the keys for %s: %w", a, err)
	}
	k.read = nil
	return retired, nil
}

// certify is a certificate that says no more than the key: SAML has no other way to carry one. Its dates are for programs that mind
// them, though they should not (SAML 2.0 Metadata Interoperability Profile §2.6.1).
func certify(private crypto.Signer, key Key) ([]byte, error) {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(int64(key.Serial)), Subject: pkix.Name{CommonName: "Pupitre " + key.ID},
		NotBefore: key.From.Add(-certificateAhead), NotAfter: key.From.Add(2 * certificateLife), KeyUsage: x509.KeyUsageDigitalSignature,
	}
	return x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
}

func generate(a Algorithm) (crypto.Signer, error) {
	if a == ES256 || a == CertifiedECDSA {
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	return rsa.GenerateKey(rand.Reader, 2048)
}
