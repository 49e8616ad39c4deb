package offline

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"pupitre/internal/fault"
)

// Handover (« remise ») is what a device without a network puts into a file for a teacher: its acts as it would send them. The whole is
// signed by the device (ForHandover), then sealed for the server, so that whoever carries the file reads nothing in it and can change
// nothing of it.
type Handover struct {
	Device string    `json:"device"`
	At     time.Time `json:"at"` // by the device's clock
	Acts   []Signed  `json:"acts"`
}

// The bounds of one file: bytes, and acts. A device that holds more says so, and hands over the first.
const (
	MaxHandover     = 8 << 20
	MaxHandoverActs = 5000
)

// Seal is the public key that devices seal files with (RFC 7517): one of the server's, which entitlements carry.
type Seal struct {
	Crv string `json:"crv"`
	Kty string `json:"kty"`
	X   string `json:"x"`
	Y   string `json:"y"`
	Kid string `json:"kid"`
}

// Opener is the server's own key that opens what devices sealed.
type Opener struct {
	ID      string
	Private *ecdsa.PrivateKey
}

// NewOpener makes a key.
func NewOpener(id string) (Opener, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	return Opener{id, private}, err
}

// ReadOpener reads a key as Secret wrote it.
func ReadOpener(id string, secret []byte) (Opener, error) {
	private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), secret)
	return Opener{id, private}, err
}

// Secret is the key's private half.
func (o Opener) Secret() ([]byte, error) { return o.Private.Bytes() }

// Seal is the key's public half.
func (o Opener) Seal() (Seal, error) {
	point, err := o.Private.PublicKey.Bytes()
	if err != nil {
		return Seal{}, err
	}
	text := base64.RawURLEncoding.EncodeToString
	return Seal{Crv: "P-256", Kty: "EC", X: text(point[1:33]), Y: text(point[33:]), Kid: o.ID}, nil
}

var errHandover = fault.New(fault.Invalid, "exos.handover.form")

// Open opens a file: a compact JWE (RFC 7516 §7.1) by ECDH-ES on P-256 and A256GCM (RFC 7518 §4.6, §5.3), not compressed: what is small
// and opens to something huge is refused unread. Invalid says what is wrong with it.
func (o Opener) Open(file []byte) (Signed, error) {
	if len(file) > MaxHandover {
		return Signed{}, fault.New(fault.Invalid, "exos.handover.size", "max", MaxHandover>>20)
	}
	text := strings.TrimSpace(string(file))
	parts := strings.SplitN(text, ".", 6)
	if len(parts) != 5 || parts[1] != "" { // both sides agree on a key: none is wrapped (RFC 7518 §4.6)
		return Signed{}, errHandover
	}
	clear, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil || len(clear) > 1000 {
		return Signed{}, errHandover
	}
	var said struct {
		Kid string          `json:"kid"`
		Typ string          `json:"typ"`
		Zip json.RawMessage `json:"zip"`
	}
	if json.Unmarshal(clear, &said) != nil || said.Typ != handoverType || said.Zip != nil {
		return Signed{}, errHandover
	}
	if said.Kid != o.ID {
		return Signed{}, fault.New(fault.Invalid, "exos.handover.key")
	}
	sealed, err := jose.ParseEncryptedCompact(text, []jose.KeyAlgorithm{jose.ECDH_ES}, []jose.ContentEncryption{jose.A256GCM})
	if err != nil {
		return Signed{}, fault.Wrap(err, fault.Invalid, "exos.handover.form")
	}
	opened, err := sealed.Decrypt(o.Private)
	if err != nil { // altered, or cut short
		return Signed{}, fault.Wrap(err, fault.Invalid, "exos.handover.altered")
	}
	var out Signed
	if err := json.Unmarshal(opened, &out); err != nil {
		return Signed{}, fault.Wrap(err, fault.Invalid, "exos.handover.form")
	}
	return out, nil
}

// handoverType keeps a file from being taken for another thing sealed with the same key.
const handoverType = "exos-handover+jwe"

// ReadHandover reads what was in a file, unproved: whose device it was is to be found out, and whether that signed it (ForHandover).
func ReadHandover(s Signed) (Handover, error) {
	var h Handover
	if err := json.Unmarshal([]byte(s.Text), &h); err != nil {
		return h, fault.Wrap(err, fault.Invalid, "exos.handover.form")
	}
	if len(h.Acts) > MaxHandoverActs {
		return h, fault.New(fault.Invalid, "exos.handover.many", "max", MaxHandoverActs)
	}
	return h, nil
}

// SealFor makes a file of a handover that its device signed: as devices do, whose own way is exos/web/script/app/handover.ts.
func (s Seal) SealFor(signed Signed) ([]byte, error) {
	key := jose.JSONWebKey{}
	text, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	if err := key.UnmarshalJSON(text); err != nil {
		return nil, err
	}
	sealer, err := jose.NewEncrypter(jose.A256GCM, jose.Recipient{Algorithm: jose.ECDH_ES, Key: key, KeyID: s.Kid}, (&jose.EncrypterOptions{}).WithType(handoverType))
	if err != nil {
		return nil, err
	}
	if text, err = json.Marshal(signed); err != nil {
		return nil, err
	}
	sealed, err := sealer.Encrypt(text)
	if err != nil {
		return nil, err
	}
	out, err := sealed.CompactSerialize()
	return []byte(out), err
}
