// Package offlinetest has devices as tests need them: they hold a key, sign what is done on them, and have clocks that may be wrong.
// The browser's own is exos/web/script; this one is told what to do.
package offlinetest

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"time"

	"pupitre/exos/offline"
)

// Device is one phone, tablet or computer.
type Device struct {
	ID    string // as the server knows it
	Key   offline.Key
	Wrong time.Duration // how far its clock is from the truth

	sign     func(message []byte) []byte
	seq      int64
	prev     offline.Hash
	answer   int64
	answered time.Time // in truth; zero: started again since
}

// New makes a device with an Ed25519 key.
func New(id string) *Device {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err) // the system has no randomness
	}
	return made(id, map[string]string{"kty": "OKP", "crv": "Ed25519", "x": base64.RawURLEncoding.EncodeToString(public)}, func(message []byte) []byte {
		return ed25519.Sign(private, message)
	})
}

// NewP256 makes a device with a P-256 key, as browsers without Ed25519 have.
func NewP256(id string) *Device {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	point, err := private.PublicKey.Bytes()
	if err != nil {
		panic(err)
	}
	text := base64.RawURLEncoding.EncodeToString
	return made(id, map[string]string{"kty": "EC", "crv": "P-256", "x": text(point[1:33]), "y": text(point[33:])}, func(message []byte) []byte {
		sum := sha256.Sum256(message)
		r, s, err := ecdsa.Sign(rand.Reader, private, sum[:])
		if err != nil {
			panic(err)
		}
		return append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	})
}

func made(id string, jwk map[string]string, sign func([]byte) []byte) *Device {
	text, _ := json.Marshal(jwk) // strings
	key, err := offline.ParseKey(text)
	if err != nil {
		panic(err)
	}
	return &Device{ID: id, Key: key, sign: sign}
}

// Sign signs what v is in JSON.
func (d *Device) Sign(p offline.Purpose, v any) offline.Signed {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return offline.Signed{Text: string(text), Signature: d.sign([]byte(string(p) + string(text)))}
}

// Heard is an answer of the server's, by its number, at a moment in truth.
func (d *Device) Heard(number int64, at time.Time) { d.answer, d.answered = number, at }

// Restart loses the steady clock's count.
func (d *Device) Restart() { d.answered = time.Time{} }

// GoOn makes the device's next act of this number, behind one of this hash.
func (d *Device) GoOn(next int64, head offline.Hash) { d.seq, d.prev = next-1, head }

// Again signs an act anew, where the device's chain goes on.
func (d *Device) Again(s offline.Signed) offline.Signed {
	var a offline.Act
	if err := json.Unmarshal([]byte(s.Text), &a); err != nil {
		panic(err)
	}
	d.seq++
	a.Seq, a.Prev = d.seq, d.prev
	signed := d.Sign(offline.ForAct, a)
	d.prev = signed.Hash()
	return signed
}

// Instead is something that stands for an act that cannot be sent any more, of which the next one names the hash.
func (d *Device) Instead(id string, at time.Time, what any, of offline.Hash) offline.Signed {
	return d.do(id, at, what, of)
}

// Do does something, at a moment in truth, and returns it signed.
func (d *Device) Do(id string, at time.Time, what any) offline.Signed { return d.do(id, at, what, "") }

func (d *Device) do(id string, at time.Time, what any, instead offline.Hash) offline.Signed {
	text, err := json.Marshal(what)
	if err != nil {
		panic(err)
	}
	d.seq++
	a := offline.Act{ID: id, Device: d.ID, Seq: d.seq, Prev: d.prev, Answer: d.answer, Since: -1, At: at.Add(d.Wrong), What: text, Instead: instead}
	if !d.answered.IsZero() {
		a.Since = at.Sub(d.answered).Milliseconds()
	}
	signed := d.Sign(offline.ForAct, a)
	if d.prev = signed.Hash(); instead != "" {
		d.prev = instead
	}
	return signed
}
