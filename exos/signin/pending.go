package signin

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	"pupitre/exos"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// pending is a sign-in that has left for the issuer. It travels in the state parameter, sealed.
type pending struct {
	Nonce    string    `json:"n"`
	Verifier string    `json:"v"` // of PKCE (RFC 7636)
	Next     string    `json:"t,omitempty"`
	ARK      exos.ARK  `json:"a,omitempty"`
	Launch   bool      `json:"l,omitempty"` // by the launch address: lead to the module
	Ends     time.Time `json:"e"`
}

const (
	pendingLife = 10 * time.Minute
	maxNext     = 512 // a longer address is forgotten rather than refused
	maxARK      = 512
)

var errState = fault.New(fault.Invalid, "exos.signin.state")

// depart seals a sign-in into a state parameter, and gives the browser the secret if it has none.
func (p *Party) depart(w http.ResponseWriter, r *http.Request, in pending) (string, error) {
	secret := exos.Token(httpx.Cookie(r, pendingCookie))
	if secret == "" {
		secret = exos.NewToken()
		httpx.SetCookie(w, r, pendingCookie, string(secret), 0)
	}
	in.Ends = p.Now().Add(pendingLife)
	text, err := json.Marshal(in)
	if err != nil {
		return "", err
	}
	sealed, err := secret.Seal(text)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(sealed), nil
}

// arrived opens a state parameter that this very browser left with, within its time.
func (p *Party) arrived(r *http.Request, state string) (pending, error) {
	secret := exos.Token(httpx.Cookie(r, pendingCookie))
	sealed, err := base64.RawURLEncoding.DecodeString(state)
	if err != nil || secret == "" || len(sealed) == 0 {
		return pending{}, errState
	}
	text, err := secret.Open(sealed)
	if err != nil {
		return pending{}, fault.Wrap(err, errState.Kind, errState.Code)
	}
	var in pending
	if err := json.Unmarshal(text, &in); err != nil {
		return pending{}, fault.Wrap(err, errState.Kind, errState.Code)
	}
	if p.Now().After(in.Ends) {
		return pending{}, errState
	}
	return in, nil
}

// newPending draws a nonce and a verifier.
func newPending(next string, ark exos.ARK) pending {
	if len(next) > maxNext {
		next = ""
	}
	return pending{Nonce: oauth2.GenerateVerifier(), Verifier: oauth2.GenerateVerifier(), Next: next, ARK: ark}
}
