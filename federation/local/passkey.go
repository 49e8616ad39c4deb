package local

import (
	"context"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/fault"
)

// Passkey (« clé d’accès ») is a key that a device holds for its person, who unlocks it there by a finger, a face or a code (WebAuthn).
// With it, they sign in without identifier or password; or they give the password, and show it as the second factor. It may be the only one
// that they have.
type Passkey struct {
	Project directory.ProjectID
	Person  directory.PersonID
	ID      []byte // the credential's
	Name    string // what its person calls it
	Key     []byte // the public key (COSE)
	Flags   byte   // the authenticator's, when it was added
	Count   uint32 // how often it has signed, as it says; 0 for one that does not say
	Created time.Time
	Used    time.Time // zero for never
}

const (
	maxPasskeys  = 10 // of one account
	maxKeyName   = 60
	maxResponse  = 32 << 10 // what a browser says of a passkey
	challengeFor = 5 * time.Minute
)

var (
	errKey        = fault.New(fault.Denied, "local.passkey.wrong")
	errKeyCount   = fault.New(fault.Denied, "local.passkey.count")
	errKeyNowhere = fault.New(fault.Denied, "local.passkey.nowhere")
)

// wrongKey is the one answer to whatever is amiss with a passkey; the operator's chain says what it is.
func wrongKey(err error) error { return fault.Wrap(err, fault.Denied, "local.passkey.wrong") }

// purpose is what a challenge is for. One that was asked for one purpose, by one attempt or passage, is good for no other.
type purpose string

// The purposes of challenges.
const (
	toSignIn purpose = "sign in"
	toProve  purpose = "second factor"
	toAdd    purpose = "add"
	toOwn    purpose = "confirm"
)

func (p purpose) of(secret string) federation.Hash {
	return federation.Token(string(p) + "\x00" + secret).Hash()
}

// ask keeps a new challenge.
func ask(ctx context.Context, w Writer, project directory.ProjectID, hash federation.Hash, challenge []byte) error {
	return w.SetChallenge(ctx, project, hash, challenge, w.Now().Add(challengeFor))
}

// answered uses a challenge up, whatever comes of it: a response that is wrong is not tried again.
func answered(ctx context.Context, w Writer, project directory.ProjectID, hash federation.Hash) ([]byte, error) {
	challenge, err := w.TakeChallenge(ctx, project, hash)
	if fault.Is(err, fault.NotFound) {
		err = errKey
	}
	return challenge, err
}
