package signin

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"

	"pupitre/federation"
)

// Attempt (« tentative ») is a sign-in that one browser has begun. Its secret lies in that browser's cookie and is in no address;
// what protocols need, each for its own use, is drawn from it one way. So whoever reads an address (a log, a history) has the state
// alone, and can neither end the sign-in in another browser nor make the portal give up what it has for it.
type Attempt struct {
	Callback string // where the portal's answer comes: of this portal alone, the same for every attempt
	secret   federation.Token
}

// NewAttempt begins one.
func NewAttempt(callback string) Attempt { return Attempt{callback, federation.NewToken()} }

// State comes back with the answer, and says which attempt of the browser it is for. Like the others it is 43 characters, 256 bits.
func (a Attempt) State() string { return a.draw("state") }

// Nonce is what the portal must repeat inside of what it signs (OpenID Connect Core §3.1.2.1).
func (a Attempt) Nonce() string { return a.draw("nonce") }

// Verifier is shown to the portal on the back-channel only, who has seen its hash before (RFC 7636 §4.1).
func (a Attempt) Verifier() string { return a.draw("verifier") }

func (a Attempt) draw(use string) string {
	mac := hmac.New(sha256.New, []byte(a.secret))
	mac.Write([]byte(use))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
