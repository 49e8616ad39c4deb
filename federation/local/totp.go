package local

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" // RFC 6238 as the programs on telephones have it
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"

	"pupitre/directory"
	"pupitre/federation"
)

// What every program on a telephone understands: SHA-1, thirty seconds, six digits (RFC 6238 §1.2, RFC 4226 §5.3).
const (
	period     = 30 // seconds
	secretSize = 20 // bytes, RFC 4226 §4 R6
)

func newSecret() []byte {
	b := make([]byte, secretSize)
	rand.Read(b) // never fails since Go 1.24
	return b
}

// sealName binds a sealed secret to its person: moved to another's row it does not open.
func sealName(project directory.ProjectID, person directory.PersonID) string {
	return "local.factor " + string(project) + " " + string(person)
}

// stepAt is the time step of an instant (RFC 6238 §4.2).
func stepAt(t time.Time) int64 { return t.Unix() / period }

func codeOf(secret []byte, step int64) string {
	mac := hmac.New(sha1.New, secret)
	binary.Write(mac, binary.BigEndian, step) // a hash takes everything
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[at:])&0x7fffffff)%1_000_000)
}

// ShownBy is what a telephone shows at an instant that took the key of an Offer: for whoever plays one.
func ShownBy(key string, at time.Time) (string, error) {
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(key)
	return codeOf(secret, stepAt(at)), err
}

// match returns the time step whose code this is, one before and one after included (RFC 6238 §5.2); false for none. All three are
// compared, whichever fits.
func match(secret []byte, code string, now time.Time) (step int64, ok bool) {
	for s := stepAt(now) - 1; s <= stepAt(now)+1; s++ {
		if subtle.ConstantTimeCompare([]byte(codeOf(secret, s)), []byte(code)) == 1 {
			step, ok = s, true
		}
	}
	return step, ok
}

// Offer is a second factor that somebody may take: what their telephone is told.
type Offer struct {
	Key     string // base32
	Address string // « otpauth://totp/… », which a telephone takes as a link or from a picture
}

// offer writes the secret down for a telephone (Key URI format).
func offer(secret []byte, login Login) Offer {
	key := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	q := url.Values{"secret": {key}, "issuer": {"Pupitre"}}
	return Offer{key, "otpauth://totp/" + url.PathEscape("Pupitre:"+string(login)) + "?" + q.Encode()}
}

// Groups is the key in groups of four, for whoever types it.
func (o Offer) Groups() string { return inFours(o.Key) }

func inFours(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// RecoveryCodes are made at once for each second factor.
const RecoveryCodes = 10

// newRecovery makes a recovery code: eighty random bits, sixteen letters and digits in groups of four. A plain hash of it cannot be
// searched.
func newRecovery() string {
	var b [10]byte
	rand.Read(b[:]) // never fails since Go 1.24
	return inFours(strings.ToLower(base32.StdEncoding.EncodeToString(b[:])))
}

// recoveryHash is what is kept of a recovery code, however it is typed.
func recoveryHash(code string) federation.Hash { return federation.Token(bareCode(code)).Hash() }

// bareCode is a code as it was made, without what people put in between.
func bareCode(code string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' || r == '\u202f' {
			return -1
		}
		return r
	}, code))
}
