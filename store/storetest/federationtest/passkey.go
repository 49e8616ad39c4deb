package federationtest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
)

// Device is an authenticator with a browser around it, in software: it makes passkeys and signs with them as WebAuthn has it (§6), written
// anew here. What a test changes of it is a lie that an attacker could tell.
type Device struct {
	Origin  string
	RP      string // the name that it scopes keys to
	Steady  bool   // its counter does not count: a synchronised passkey's
	Unasked bool   // it does not ask who is there: no user verification
	Handle  []byte // in place of the handle that it was given
	Keys    []*DeviceKey
}

// DeviceKey is one passkey of a device.
type DeviceKey struct {
	ID, Handle []byte
	Count      uint32
	private    *ecdsa.PrivateKey
}

// The flags of authenticator data (§6.1).
const (
	present  = 1 << 0
	verified = 1 << 2
	attested = 1 << 6
)

// question is what a page hands to the browser, as far as a device looks at it.
type question struct {
	PublicKey struct {
		Challenge string
		User      struct{ ID string }
		Allow     []struct{ ID string } `json:"allowCredentials"`
	} `json:"publicKey"`
}

func asked(t testing.TB, text []byte) question {
	t.Helper()
	var q question
	if err := json.Unmarshal(text, &q); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return q
}

// Make answers a question with a new passkey.
func (d *Device) Make(t testing.TB, text []byte) []byte {
	t.Helper()
	q := asked(t, text)
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key := &DeviceKey{ID: make([]byte, 32), Handle: bare(t, q.PublicKey.User.ID), private: private}
	rand.Read(key.ID) // never fails since Go 1.24
	d.Keys = append(d.Keys, key)
	data := d.data(key, attested)
	data = append(data, make([]byte, 16)...) // no make
	data = binary.BigEndian.AppendUint16(data, uint16(len(key.ID)))
	data = append(append(data, key.ID...), cose(t, private)...)
	object := []byte{0xa3} // CBOR, RFC 8949: a map of three
	object = append(append(object, cborText("fmt")...), cborText("none")...)
	object = append(append(object, cborText("attStmt")...), 0xa0)
	object = append(append(object, cborText("authData")...), cborBytes(data)...)
	return d.said(t, key, map[string]any{"clientDataJSON": d.client(t, "webauthn.create", q), "attestationObject": inBase64(object)})
}

// Sign answers a question with a passkey: the first that it allows, or the newest.
func (d *Device) Sign(t testing.TB, text []byte) []byte {
	t.Helper()
	q := asked(t, text)
	key := d.Keys[len(d.Keys)-1]
	for _, allowed := range q.PublicKey.Allow {
		for _, k := range d.Keys {
			if bytes.Equal(k.ID, bare(t, allowed.ID)) {
				key = k
			}
		}
	}
	client := d.client(t, "webauthn.get", q)
	data := d.data(key, 0)
	hash := sha256.Sum256(bare(t, client))
	sum := sha256.Sum256(append(bytes.Clone(data), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, key.private, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	handle := key.Handle
	if d.Handle != nil {
		handle = d.Handle
	}
	return d.said(t, key, map[string]any{
		"clientDataJSON": client, "authenticatorData": inBase64(data), "signature": inBase64(signature), "userHandle": inBase64(handle),
	})
}

// data is authenticator data, counted.
func (d *Device) data(key *DeviceKey, flags byte) []byte {
	if !d.Steady {
		key.Count++
	}
	if flags |= present; !d.Unasked {
		flags |= verified
	}
	rp := sha256.Sum256([]byte(d.RP))
	return binary.BigEndian.AppendUint32(append(rp[:], flags), key.Count)
}

// client is what the browser says of itself (§5.8.1).
func (d *Device) client(t testing.TB, kind string, q question) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{"type": kind, "challenge": q.PublicKey.Challenge, "origin": d.Origin, "crossOrigin": false})
	if err != nil {
		t.Fatal(err)
	}
	return inBase64(text)
}

func (d *Device) said(t testing.TB, key *DeviceKey, response map[string]any) []byte {
	t.Helper()
	text, err := json.Marshal(map[string]any{
		"id": inBase64(key.ID), "rawId": inBase64(key.ID), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{},
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// cose is a public key as COSE has it (RFC 9053 §7.1): EC2, ES256, P-256.
func cose(t testing.TB, key *ecdsa.PrivateKey) []byte {
	t.Helper()
	public, err := key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		t.Fatal(err)
	}
	out := []byte{0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21}
	out = append(out, cborBytes(public[1:33])...)
	return append(append(out, 0x22), cborBytes(public[33:])...)
}

func cborText(s string) []byte { return append([]byte{0x60 | byte(len(s))}, s...) }

func cborBytes(b []byte) []byte {
	if len(b) < 256 {
		return append([]byte{0x58, byte(len(b))}, b...)
	}
	return append(binary.BigEndian.AppendUint16([]byte{0x59}, uint16(len(b))), b...)
}

func inBase64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func bare(t testing.TB, s string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
